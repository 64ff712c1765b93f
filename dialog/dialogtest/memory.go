package dialogtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// Memory is a store in memory: the meaning of the real one, without a server.
// Nodes that share its data are made by As.
type Memory struct {
	node string
	*memory
}

type memory struct {
	mu     sync.Mutex
	states map[string]dialog.Conversation
	held   map[string]uint64 // revision of the last hold that was added
	log    map[string][]dialog.Message
	wait   map[string][]dialog.Message // pending
	used   map[string]bool
	high   map[string]uint64 // per device
	items  map[string]*memoryItem
	order  []string // items as they were committed
	timers map[string]dialog.Envelope
	poison map[string]string
	record []dialog.Record
}

type memoryItem struct {
	dialog.OutboxItem
	lane     string
	revision uint64
	borrower string
	node     string
	due      time.Time
	tries    int
	dirty    bool
}

// NewMemory returns an empty store as seen by a node.
func NewMemory(node string) *Memory {
	return &Memory{node: node, memory: &memory{
		states: map[string]dialog.Conversation{}, held: map[string]uint64{},
		log: map[string][]dialog.Message{}, wait: map[string][]dialog.Message{},
		used: map[string]bool{}, high: map[string]uint64{}, items: map[string]*memoryItem{},
		timers: map[string]dialog.Envelope{}, poison: map[string]string{},
	}}
}

// As returns the same data as seen by another node.
func (s *Memory) As(node string) *Memory { return &Memory{node: node, memory: s.memory} }

// Load implements manager.States.
func (s *Memory) Load(_ context.Context, id string) (dialog.Conversation, []dialog.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.states[id]
	if !ok {
		c.ID = id
	}
	return c, slices.Clone(s.wait[id]), nil
}

// Commit implements manager.States.
func (s *Memory) Commit(_ context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := before.ID
	marks, used := s.marks(id, ch, rec.Envelope)
	if len(used) > 0 {
		return used, nil
	}
	if s.states[id].Revision != ch.From {
		return nil, dialog.E(dialog.CodeConflict, "the conversation has moved on", nil)
	}
	if ch.Reject != nil {
		return nil, nil
	}
	return nil, s.write(now, id, marks, ch, rec)
}

// window is how far below a device's highest number a missing one may still
// come.
const window = 64

// marks returns what a change uses up, and what of that was used before.
func (s *Memory) marks(id string, ch dialog.Change, e dialog.Envelope) (marks, used []string) {
	if e.Device != "" && manager.Marks(e)[0] != e.ID {
		for _, m := range manager.Marks(e) {
			mark := id + "/" + e.Device + "/" + m
			n, _ := strconv.ParseUint(m, 10, 64)
			if s.used[mark] || n+window <= s.high[id+"/"+e.Device] {
				used = append(used, m)
			}
			marks = append(marks, mark)
		}
	}
	for _, m := range ch.Dedupe {
		marks = append(marks, id+"//"+m)
		if s.used[id+"//"+m] {
			used = append(used, m)
		}
	}
	return marks, used
}

func (s *Memory) write(now time.Time, id string, marks []string, ch dialog.Change, rec dialog.Record) error {
	log := slices.Clone(s.log[id])
	wait := slices.Clone(s.wait[id])
	for _, m := range append(slices.Clone(ch.Finals), ch.Messages...) {
		wait = slices.DeleteFunc(wait, func(p dialog.Message) bool { return p.ID == m.ID })
		switch {
		case m.Pending:
			wait = append(wait, m)
		case m.Seq > 0:
			log = append(log, m)
		}
	}
	slices.SortFunc(log, func(a, b dialog.Message) int { return int(a.Seq) - int(b.Seq) })
	for i, m := range log {
		if m.Seq != uint64(i+1) {
			return dialog.E(dialog.CodeInternal, "messages are not numbered in order", fmt.Errorf("%d at place %d", m.Seq, i+1))
		}
	}
	s.log[id], s.wait[id] = log, wait
	for _, h := range ch.Next.Holds {
		was := func(o dialog.Hold) bool { return o.Kind == h.Kind && o.Ref == h.Ref && o.Start.Equal(h.Start) }
		if !slices.ContainsFunc(s.states[id].Holds, was) {
			s.held[id] = ch.Next.Revision
		}
	}
	s.states[id] = ch.Next
	for _, m := range marks {
		s.used[m] = true
	}
	for _, m := range manager.Marks(rec.Envelope) {
		device := id + "/" + rec.Envelope.Device
		n, _ := strconv.ParseUint(m, 10, 64)
		s.high[device] = max(s.high[device], n)
	}
	if t := rec.Envelope.Event.Timer; t != nil {
		s.undue(id, *t)
	}
	for _, op := range ch.Timers {
		s.setTimer(id, op)
	}
	for _, it := range ch.Outbox {
		m := &memoryItem{OutboxItem: it, revision: ch.Next.Revision, borrower: ch.Next.Borrower, node: s.node, due: now.Add(15 * time.Second)}
		m.lane = memoryLane(it, now)
		if it.NotBefore.After(now) {
			m.node, m.due = "", it.NotBefore
		}
		s.items[it.ID] = m
		s.order = append(s.order, it.ID)
	}
	s.record = append(s.record, rec)
	return nil
}

func memoryLane(it dialog.OutboxItem, now time.Time) string {
	c := it.Call
	switch {
	case c != nil && c.Kind != dialog.CallPageHuman && c.Kind != dialog.CallNotifyPush:
		return "lender"
	case it.Send != nil && !it.NotBefore.After(now):
		return "send:" + string(it.Send.Channel) + ":" + it.Send.Address
	}
	return ""
}

func (s *Memory) setTimer(id string, op dialog.TimerOp) {
	key := id + "/" + op.Kind + "/" + op.Key
	if op.Cancel {
		delete(s.timers, key)
		return
	}
	due := op.Due.UTC().Truncate(time.Millisecond)
	s.timers[key] = dialog.Envelope{
		ID: "timer/" + key + "/" + strconv.FormatInt(due.UnixMilli(), 10), Conversation: id,
		Event: dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: op.Kind, Key: op.Key, Due: due}},
	}
}

func (s *Memory) undue(id string, t dialog.TimerEvent) {
	key := id + "/" + t.Kind + "/" + t.Key
	if e, ok := s.timers[key]; ok && e.Event.Timer.Due.Equal(t.Due) {
		delete(s.timers, key)
	}
}

// DueTimers implements manager.TimerSource.
func (s *Memory) DueTimers(_ context.Context, now time.Time, limit int) ([]dialog.Envelope, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []dialog.Envelope
	for _, e := range s.timers {
		if !e.Event.Timer.Due.After(now) && len(due) < limit {
			e.At = now
			due = append(due, e)
		}
	}
	return due, nil
}

// DropTimer implements manager.TimerSource.
func (s *Memory) DropTimer(_ context.Context, id string, t dialog.TimerEvent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.undue(id, t)
	return nil
}

// Due implements manager.Backlog.
func (s *Memory) Due(_ context.Context, now time.Time, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id, it := range s.items {
		if !it.due.After(now) && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Claim implements manager.Outbox.
func (s *Memory) Claim(_ context.Context, now time.Time, id string) (dialog.OutboxItem, string, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, ok := s.items[id]
	if !ok {
		return dialog.OutboxItem{}, "", 0, dialog.E(dialog.CodeNotFound, "done already", nil)
	}
	head := s.head(it)
	if (it.due.After(now) && it.node != s.node) || (head != "" && head != id) || it.NotBefore.After(now) {
		return dialog.OutboxItem{}, "", 0, dialog.E(dialog.CodeConflict, "not its turn", nil)
	}
	why := s.why(it, now)
	it.tries++
	it.node, it.due = s.node, now.Add(time.Minute)
	if why != "" {
		return it.OutboxItem, it.borrower, it.tries, dialog.E(dialog.CodeForbidden, why, nil)
	}
	it.dirty = true
	return it.OutboxItem, it.borrower, it.tries, nil
}

// head returns the first item of an item's lane, "" when it has none.
func (s *Memory) head(it *memoryItem) string {
	if it.lane == "" {
		return ""
	}
	for _, id := range s.order {
		o, ok := s.items[id]
		if ok && o.lane == it.lane && conversationOf(id) == conversationOf(it.ID) {
			return id
		}
	}
	return ""
}

func (s *Memory) why(it *memoryItem, now time.Time) string {
	id := conversationOf(it.ID)
	c := s.states[id]
	switch {
	case it.dirty && it.Call != nil:
	case it.Guarded && it.Epoch != c.Epoch:
		return "epoch"
	case it.Proactive && s.held[id] > it.revision:
		return "hold"
	case it.Send != nil && slices.Contains(c.Tombstones, it.Send.Address):
		return "tombstone"
	case !it.Expires.IsZero() && !now.Before(it.Expires):
		return "expired"
	}
	return ""
}

func conversationOf(item string) string {
	parts := strings.Split(item, "-")
	return strings.Join(parts[:max(1, len(parts)-2)], "-")
}

// Retry implements manager.Outbox.
func (s *Memory) Retry(_ context.Context, id string, at time.Time, clean bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if it, ok := s.items[id]; ok {
		it.node, it.due, it.dirty = "", at, it.dirty && !clean
	}
	return nil
}

// Done implements manager.Outbox.
func (s *Memory) Done(_ context.Context, now time.Time, id, reason string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, ok := s.items[id]
	if !ok {
		return "", nil
	}
	if reason != "" {
		s.poison[id] = reason
	}
	delete(s.items, id)
	s.order = slices.DeleteFunc(s.order, func(o string) bool { return o == id })
	next := s.head(it)
	if next == "" {
		return "", nil
	}
	if nb := s.items[next].NotBefore; nb.After(now) {
		s.items[next].due = nb
		return "", nil
	}
	s.items[next].due = now
	return next, nil
}

// Message implements manager.Transcript.
func (s *Memory) Message(_ context.Context, conversation, id string) (dialog.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range [][]dialog.Message{s.wait[conversation], s.log[conversation]} {
		for _, m := range list {
			if m.ID == id {
				return m, nil
			}
		}
	}
	return dialog.Message{}, dialog.E(dialog.CodeNotFound, "no such message", nil)
}

// After returns the messages after a sequence number.
func (s *Memory) After(_ context.Context, id string, seq uint64, limit int) ([]dialog.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.log[id]
	from := min(int(seq), len(list))
	return slices.Clone(list[from:min(from+limit, len(list))]), nil
}

// Conversations gives the ids of all conversations.
func (s *Memory) Conversations(_ context.Context, each func([]string) error) error {
	s.mu.Lock()
	ids := slices.Sorted(maps.Keys(s.states))
	s.mu.Unlock()
	return each(ids)
}

// EraseLine takes the words out of a stored message.
func (s *Memory) EraseLine(_ context.Context, id string, seq uint64, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.log[id]
	if seq == 0 || seq > uint64(len(list)) {
		return dialog.E(dialog.CodeNotFound, "there is no such message", nil)
	}
	if m := &list[seq-1]; m.Erased.IsZero() {
		m.Erase(at)
	}
	return nil
}

// Desk lists the conversations that wait for or have a human.
func (s *Memory) Desk(context.Context) ([]dialog.Conversation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []dialog.Conversation
	for _, c := range s.states {
		if c.Owner == dialog.OwnerQueue || c.Owner == dialog.OwnerAgent {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b dialog.Conversation) int {
		if a.Priority != b.Priority {
			return a.Priority - b.Priority
		}
		return a.QueuedAt.Compare(b.QueuedAt)
	})
	return list, nil
}

// Poison returns the reason for which an item was given up.
func (s *Memory) Poison(id string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.poison[id]
	return r, ok
}

// Journal returns the records in the order of their commits.
func (s *Memory) Journal() []dialog.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.record)
}
