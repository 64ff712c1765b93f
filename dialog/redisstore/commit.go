package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// Commit writes a turn whole, provided that the conversation still has revision
// ch.From and that none of the marks was used before; before is the state that
// the turn started from, now is the committing node's clock.
//
// The marks are the envelope's device numbers (of its lines, or its own) when
// it has any, and otherwise ch.Dedupe. Marks that were used already are
// returned and then nothing was written. A change with Reject is checked only.
//
// Errors: CodeConflict when the revision has moved on; CodeUnavailable when the
// outcome is not known or the server cannot be reached (repeating is safe);
// CodeInternal when something unexpected is stored.
func (s *Store) Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) ([]string, error) {
	w := s.writer()
	w.now, w.id = now.UnixMilli(), before.ID
	if err := w.build(&before, &ch, &rec); err != nil {
		return nil, broken("commit "+before.ID, err)
	}
	reply, err := s.run(ctx, s.commit, w.names, w.args...)
	if err != nil {
		return nil, fail("commit "+before.ID, err) // what w holds may be on its way still
	}
	s.recycle(w)
	switch reply[0] {
	case "ok":
		return nil, nil
	case "used":
		return reply[1:], nil
	case "conflict":
		return nil, dialog.E(dialog.CodeConflict, "the conversation has moved on",
			fmt.Errorf("commit %s: revision is %s, expected %d", before.ID, reply[1], ch.From))
	}
	return nil, broken("commit "+before.ID, fmt.Errorf("%s in the way: %s", reply[0], strings.Join(reply[1:], " ")))
}

// writer lays out the keys and arguments of commit.lua.
type writer struct {
	store *Store
	now   int64
	id    string
	names []string
	args  []any
	buf   []byte // holds all encoded values of the commit
}

func (s *Store) writer() *writer {
	if w, ok := s.writers.Get().(*writer); ok {
		return w
	}
	return &writer{store: s, buf: make([]byte, 0, 12<<10)}
}

// recycle keeps a writer's room for another commit, once the server has
// answered; what was exceptionally large is let go.
func (s *Store) recycle(w *writer) {
	if cap(w.buf) > 64<<10 || cap(w.args) > 1024 {
		return
	}
	clear(w.names)
	clear(w.args)
	w.names, w.args, w.buf = w.names[:0], w.args[:0], w.buf[:0]
	s.writers.Put(w)
}

// encode returns the stored form of what v points to.
func (w *writer) encode(v any) ([]byte, error) {
	start := len(w.buf)
	b, err := w.store.plans.Append(append(w.buf, stored), v)
	w.buf = b
	return b[start:len(b):len(b)], err
}

func (w *writer) build(before *dialog.Conversation, ch *dialog.Change, rec *dialog.Record) error {
	k, p := w.store.keys, Partition(w.id)
	w.names = append(w.names, k.conversation(w.id), k.ids(w.id), k.devices(w.id),
		k.timers(p), k.outbox(p), k.order(w.id), k.desk(p), k.journal(p))
	if ch.Reject != nil {
		w.head("check", ch, rec, before, nil, nil)
		w.marks(ch, &rec.Envelope)
		w.args = append(w.args, 0, 0, 0, 0, 0)
		return nil
	}
	state, err := w.encode(&ch.Next)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	journal, err := w.encode(rec)
	if err == nil {
		journal, err = w.store.seal.seal(journal)
	}
	if err != nil {
		return fmt.Errorf("encode journal record: %w", err)
	}
	w.head("commit", ch, rec, before, state, journal)
	w.marks(ch, &rec.Envelope)
	if err := w.messages(before.Seq, ch); err != nil {
		return err
	}
	w.timers(ch.Timers)
	return w.items(ch)
}

func (w *writer) head(mode string, ch *dialog.Change, rec *dialog.Record, before *dialog.Conversation, state, journal []byte) {
	next, e := &ch.Next, &rec.Envelope
	hold := ""
	if raised(before.Holds, next.Holds) {
		hold = "1"
	}
	timer, due := "", ""
	if t := e.Event.Timer; t != nil {
		timer, due = timerMember(w.id, t.Kind, t.Key), strconv.FormatInt(t.Due.UnixMilli(), 10)
	}
	device := ""
	if len(numbers(e)) > 0 {
		device = e.Device
	}
	desk, flag := w.desk(before, next)
	hint := w.id + " " + strconv.FormatUint(next.Seq, 10) + " " + strconv.FormatUint(next.Revision, 10) + " " + w.store.opts.Node + flag
	w.args = append(w.args, mode, ch.From, w.now, w.store.opts.Remember.Milliseconds(), device,
		next.Revision, next.Seq, next.Epoch, state, hold, tombstones(next), desk, journal,
		w.store.keys.hintOf(w.id), hint, timer, due)
}

// raised reports whether a hold stands now that did not before.
func raised(before, after []dialog.Hold) bool {
	for _, h := range after {
		same := func(o dialog.Hold) bool {
			return o.Kind == h.Kind && o.Ref == h.Ref && o.Start.Equal(h.Start)
		}
		if !slices.ContainsFunc(before, same) {
			return true
		}
	}
	return false
}

func tombstones(c *dialog.Conversation) string {
	if len(c.Tombstones) == 0 {
		return ""
	}
	return "\n" + strings.Join(c.Tombstones, "\n") + "\n"
}

// desk returns the desk entry to write ("-" to remove it, "" to leave it) and
// what the hint says of it.
func (w *writer) desk(before, next *dialog.Conversation) (any, string) {
	was, is := staffed(before.Owner), staffed(next.Owner)
	switch {
	case is:
		e := deskEntryOf(*next)
		entry, err := w.encode(&e)
		if err != nil {
			return "", ""
		}
		return entry, " desk"
	case was:
		return "-", " desk"
	}
	return "", ""
}

func staffed(o dialog.OwnerKind) bool { return o == dialog.OwnerQueue || o == dialog.OwnerAgent }

// numbers returns the device numbers that an envelope uses up.
func numbers(e *dialog.Envelope) []uint64 {
	if e.Device == "" {
		return nil
	}
	var ns []uint64
	if t := e.Event.Text; t != nil {
		for _, l := range t.Lines {
			if l.N > 0 {
				ns = append(ns, l.N)
			}
		}
	}
	if len(ns) == 0 && e.N > 0 {
		ns = append(ns, e.N)
	}
	slices.Sort(ns)
	return slices.Compact(ns)
}

func (w *writer) marks(ch *dialog.Change, e *dialog.Envelope) {
	w.args = append(w.args, len(ch.Dedupe))
	for _, id := range ch.Dedupe {
		w.args = append(w.args, id)
	}
	ns := numbers(e)
	w.args = append(w.args, len(ns))
	for _, n := range ns {
		w.args = append(w.args, n)
	}
}

var errSequence = errors.New("messages are not numbered in order")

// messages lays out the final messages by sequence, the new pending ones and
// those that are pending no longer.
func (w *writer) messages(last uint64, ch *dialog.Change) error {
	final := make([]*dialog.Message, 0, len(ch.Messages)+len(ch.Finals))
	var pending []*dialog.Message
	for i := range ch.Messages {
		if m := &ch.Messages[i]; m.Pending {
			pending = append(pending, m)
		} else {
			final = append(final, m)
		}
	}
	var gone []any
	for i := range ch.Finals {
		m := &ch.Finals[i]
		gone = append(gone, "m:"+m.ID)
		if m.Seq > 0 {
			final = append(final, m)
		}
	}
	slices.SortStableFunc(final, func(a, b *dialog.Message) int { return int(int64(a.Seq) - int64(b.Seq)) })
	w.args = append(w.args, len(final))
	for i, m := range final {
		if m.Seq != last+1+uint64(i) {
			return fmt.Errorf("%w: %d after %d", errSequence, m.Seq, last+uint64(i))
		}
		text, err := w.encode(m)
		if err != nil {
			return fmt.Errorf("encode message: %w", err)
		}
		w.args = append(w.args, w.chunk(m.Seq), (m.Seq-1)%chunkSize, text)
	}
	if ch.Next.Seq != last+uint64(len(final)) {
		return fmt.Errorf("%w: state says %d, messages end at %d", errSequence, ch.Next.Seq, last+uint64(len(final)))
	}
	w.args = append(w.args, len(pending))
	for _, m := range pending {
		text, err := w.encode(m)
		if err != nil {
			return fmt.Errorf("encode pending message: %w", err)
		}
		w.args = append(w.args, "m:"+m.ID, text)
	}
	w.args = append(w.args, len(gone))
	w.args = append(w.args, gone...)
	return nil
}

// chunk returns the 1-based place of a message's chunk among the keys after
// the first eight, adding the key when it is new.
func (w *writer) chunk(seq uint64) int {
	name := w.store.keys.chunk(w.id, (seq-1)/chunkSize)
	if w.names[len(w.names)-1] != name {
		w.names = append(w.names, name)
	}
	return len(w.names) - 8
}

func (w *writer) timers(ops []dialog.TimerOp) {
	w.args = append(w.args, len(ops))
	for _, op := range ops {
		due := ""
		if !op.Cancel {
			due = strconv.FormatInt(op.Due.UnixMilli(), 10)
		}
		w.args = append(w.args, timerMember(w.id, op.Kind, op.Key), due)
	}
}

func (w *writer) items(ch *dialog.Change) error {
	w.args = append(w.args, len(ch.Outbox))
	for _, it := range ch.Outbox {
		if conversationOf(it.ID) != w.id {
			return fmt.Errorf("item %s does not belong to the conversation", it.ID)
		}
		text, err := w.encode(&it)
		if err != nil {
			return fmt.Errorf("encode item: %w", err)
		}
		node, due := w.store.opts.Node, w.now+w.store.opts.Lease.Milliseconds()
		if nb := millis(it.NotBefore); nb > w.now {
			node, due = "", nb
		}
		address := ""
		if it.Send != nil {
			address = it.Send.Address
		}
		w.names = append(w.names, w.store.keys.item(it.ID))
		w.args = append(w.args, it.ID, lane(it, w.now), due, text, it.Epoch, flag(it.Guarded), flag(it.Proactive),
			address, millis(it.NotBefore), millis(it.Expires), node, flag(it.Call != nil), ch.Next.Borrower, w.now)
	}
	return nil
}

// lane names what an item must not overtake within its conversation. Effects at
// the lender run singly and in order; so do a chat's messages, except one that
// put off, which must not hold up an answer. A page never waits for a call, and
// no chat for another one of the same person.
func lane(it dialog.OutboxItem, now int64) string {
	switch {
	case it.Call != nil && it.Call.Kind == dialog.CallPageHuman:
		return ""
	case it.Call != nil && it.Call.Kind == dialog.CallNotifyPush:
		return ""
	case it.Call != nil:
		return "lender"
	case it.Send != nil && millis(it.NotBefore) <= now:
		return "send:" + string(it.Send.Channel) + ":" + url.QueryEscape(it.Send.Address)
	}
	return ""
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// timerMember joins what names a timer; the separator occurs in none of them.
func timerMember(conversation, kind, key string) string {
	return conversation + "\x1f" + kind + "\x1f" + key
}
