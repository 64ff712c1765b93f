package dialogtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"warmline/dialog"
)

// Open returns a store as a node sees it. All stores that one Open returns
// share their data; it may hold data of other tests.
type Open func(node string) Store

// TestStore checks that a store keeps the promises that the manager builds on.
// Every store runs it: in memory, in a Redis server, in a cluster.
func TestStore(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(*suite)
	}{
		{"load what was committed", (*suite).loads},
		{"a stale revision writes nothing", (*suite).stale},
		{"an id is used once", (*suite).idsOnce},
		{"a device number is used once, gaps may be filled", (*suite).numbersOnce},
		{"a repeat is known before the revision is looked at", (*suite).repeatBeforeRevision},
		{"a refusal is checked and writes nothing", (*suite).refusal},
		{"one of many commits wins", (*suite).race},
		{"messages are read on from any number", (*suite).messages},
		{"misnumbered messages are refused whole", (*suite).misnumbered},
		{"a pending message becomes final or goes", (*suite).pending},
		{"an item is its committer's first", (*suite).lease},
		{"calls of a conversation run singly and in order", (*suite).order},
		{"a page overtakes a call", (*suite).overtakes},
		{"a chat waits for itself only", (*suite).chats},
		{"a put-off item waits and lets others pass", (*suite).putOff},
		{"a guarded item is dropped when the epoch moved on", (*suite).epoch},
		{"a proactive item is dropped when a hold came", (*suite).hold},
		{"nothing is sent to a tombstone", (*suite).tombstone},
		{"an item may be too old, but not a call that was tried", (*suite).expired},
		{"an item is tried again", (*suite).retry},
		{"timers move, are cancelled and end with their event", (*suite).timers},
		{"the desk sees who waits", (*suite).desk},
		{"a line is erased for good and stays in its place", (*suite).erases},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &suite{T: t, open: open, Store: open("n1"), id: "c" + fmt.Sprint(time.Now().UnixNano()), now: Noon()}
			test.run(s)
		})
	}
}

// suite is one check with a conversation of its own.
type suite struct {
	*testing.T
	Store
	open Open
	id   string
	now  time.Time
}

func (s *suite) load() dialog.Conversation {
	s.Helper()
	c, _, err := s.Load(context.Background(), s.id)
	if err != nil {
		s.Fatalf("Load: %v", err)
	}
	return c
}

// commit commits a change by an envelope and wants it to be written.
func (s *suite) commit(e dialog.Envelope, before dialog.Conversation, ch dialog.Change) dialog.Conversation {
	s.Helper()
	used, err := s.Commit(context.Background(), s.now, before, ch, RecordOf(e, ch))
	if err != nil || len(used) > 0 {
		s.Fatalf("Commit: used %v, error %v", used, err)
	}
	return ch.Next
}

// turn commits one change that edit has shaped.
func (s *suite) turn(edit func(*dialog.Change)) dialog.Conversation {
	s.Helper()
	c := s.load()
	id := fmt.Sprintf("%s/e%d", s.id, c.Revision)
	ch := Next(c, id)
	if edit != nil {
		edit(&ch)
	}
	return s.commit(Text(s.id, id, "x"), c, ch)
}

// untouched wants the conversation to be as it was.
func (s *suite) untouched(want dialog.Conversation) {
	s.Helper()
	got := s.load()
	if got.Revision != want.Revision || got.Seq != want.Seq {
		s.Errorf("conversation at %d/%d, expected %d/%d", got.Revision, got.Seq, want.Revision, want.Seq)
	}
	list, err := s.After(context.Background(), s.id, 0, 1000)
	if err != nil || uint64(len(list)) != want.Seq {
		s.Errorf("%d messages (%v), expected %d", len(list), err, want.Seq)
	}
}

func (s *suite) loads() {
	if c := s.load(); c.ID != s.id || c.Revision != 0 {
		s.Fatalf("a new conversation is %q at %d", c.ID, c.Revision)
	}
	want := s.turn(func(ch *dialog.Change) {
		ch.Next.Borrower, ch.Next.Owner, ch.Next.Locale = "b1", dialog.OwnerBot, dialog.ZhHantHK
		ch.Next.Talk.Facts = map[string]string{"k": "值"}
		ch.Next.Talk.MaxMonthly = dialog.NewMoney(25000, "CNY")
		ch.Next.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: Noon()}}
	})
	if got := s.load(); !reflect.DeepEqual(got, want) {
		s.Errorf("loaded %+v\nexpected %+v", got, want)
	}
}

func (s *suite) stale() {
	first := s.load()
	c := s.turn(nil)
	ch := Next(first, "other")
	_, err := s.Commit(context.Background(), s.now, first, ch, RecordOf(Text(s.id, "other", "x"), ch))
	if dialog.CodeOf(err) != dialog.CodeConflict {
		s.Errorf("error %v, expected a conflict", err)
	}
	s.untouched(c)
}

func (s *suite) idsOnce() {
	c := s.commit(Text(s.id, "m1", "x"), s.load(), Next(s.load(), "m1", "m2"))
	for _, ids := range [][]string{{"m1"}, {"m0", "m2"}} {
		ch := Next(c, ids...)
		used, err := s.Commit(context.Background(), s.now, c, ch, RecordOf(Text(s.id, ids[0], "x"), ch))
		if err != nil || !slices.Equal(used, ids[len(ids)-1:]) {
			s.Errorf("ids %v: used %v, error %v", ids, used, err)
		}
	}
	s.untouched(c)
}

func (s *suite) numbersOnce() {
	c := s.load()
	for _, step := range []struct {
		device string
		ns     []uint64
		used   []string
	}{
		{"d1", []uint64{1}, nil},
		{"d1", []uint64{1}, []string{"1"}},
		{"d2", []uint64{1}, nil},
		{"d1", []uint64{2, 3}, nil},
		{"d1", []uint64{3, 4}, []string{"3"}},
		{"d1", []uint64{7}, nil},
		{"d1", []uint64{4}, nil},
		{"d1", []uint64{4}, []string{"4"}},
		{"d1", []uint64{5, 6}, nil},
		{"d1", []uint64{5, 8}, []string{"5"}},
		{"d1", []uint64{8}, nil},
		{"d3", []uint64{3}, nil},
		{"d3", []uint64{2}, nil},
		{"d3", []uint64{2}, []string{"2"}},
		{"d4", []uint64{1000}, nil},
		{"d4", []uint64{2}, []string{"2"}},
	} {
		e := Numbered(s.id, step.device, step.ns[0], "x")
		e.Event.Text.Lines = nil
		for _, n := range step.ns {
			e.Event.Text.Lines = append(e.Event.Text.Lines, dialog.TextLine{N: n, Text: "x"})
		}
		ch := Next(c)
		used, err := s.Commit(context.Background(), s.now, c, ch, RecordOf(e, ch))
		if err != nil || !slices.Equal(used, step.used) {
			s.Fatalf("%s %v: used %v, error %v, expected %v", step.device, step.ns, used, err, step.used)
		}
		if used == nil {
			c = ch.Next
		}
	}
	s.untouched(c)
}

func (s *suite) repeatBeforeRevision() {
	first := s.load()
	c := s.commit(Text(s.id, "m1", "x"), first, Next(first, "m1"))
	ch := Next(first, "m1")
	used, err := s.Commit(context.Background(), s.now, first, ch, RecordOf(Text(s.id, "m1", "x"), ch))
	if err != nil || len(used) != 1 {
		s.Errorf("used %v, error %v, expected a repeat", used, err)
	}
	s.untouched(c)
}

func (s *suite) refusal() {
	c := s.turn(nil)
	ch := dialog.Change{From: c.Revision, Dedupe: []string{"m9"}, Reject: dialog.E(dialog.CodeForbidden, "no", nil)}
	for range 2 {
		used, err := s.Commit(context.Background(), s.now, c, ch, RecordOf(Text(s.id, "m9", "x"), ch))
		if err != nil || len(used) > 0 {
			s.Errorf("used %v, error %v", used, err)
		}
	}
	s.untouched(c)
	ch.From--
	_, err := s.Commit(context.Background(), s.now, c, ch, RecordOf(Text(s.id, "m9", "x"), ch))
	if dialog.CodeOf(err) != dialog.CodeConflict {
		s.Errorf("a refusal decided on stale state: error %v, expected a conflict", err)
	}
}

func (s *suite) race() {
	c := s.turn(nil)
	won := make(chan dialog.Conversation, 20)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			ch := Next(c, fmt.Sprint("racer", i))
			store := s.open(fmt.Sprint("n", i%3))
			_, err := store.Commit(context.Background(), s.now, c, ch, RecordOf(Text(s.id, fmt.Sprint("racer", i), "x"), ch))
			switch dialog.CodeOf(err) {
			case "":
				won <- ch.Next
			case dialog.CodeConflict:
			default:
				s.Errorf("racer %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		s.Fatalf("%d commits won, expected one", len(won))
	}
	s.untouched(<-won)
}

func (s *suite) messages() {
	const n = 300
	for range n / 3 {
		s.turn(func(ch *dialog.Change) { Say(ch, "b"); Say(ch, "c") })
	}
	for _, q := range [][2]int{{0, 1000}, {0, 1}, {127, 2}, {128, 1}, {126, 4}, {255, 10}, {299, 5}, {300, 5}, {5000, 5}, {3, 0}} {
		after, limit := q[0], q[1]
		list, err := s.After(context.Background(), s.id, uint64(after), limit)
		want := min(limit, max(0, n-after))
		if err != nil || len(list) != want {
			s.Fatalf("after %d limit %d: %d messages (%v), expected %d", after, limit, len(list), err, want)
		}
		for i, m := range list {
			if m.Seq != uint64(after+1+i) {
				s.Fatalf("after %d: message %d has number %d", after, i, m.Seq)
			}
		}
	}
	all, _ := s.After(context.Background(), s.id, 0, n)
	for _, want := range []dialog.Message{all[0], all[127], all[128], all[n-1]} {
		got, err := s.Message(context.Background(), s.id, want.ID)
		if err != nil || !reflect.DeepEqual(got, want) {
			s.Errorf("message %s: %+v (%v)", want.ID, got, err)
		}
	}
	if _, err := s.Message(context.Background(), s.id, s.id+"-1-99"); dialog.CodeOf(err) != dialog.CodeNotFound {
		s.Errorf("unknown message: %v, expected not found", err)
	}
}

func (s *suite) misnumbered() {
	c := s.turn(nil)
	for _, seqs := range [][]uint64{{3}, {2, 2}, {1}, {2, 4}} {
		ch := Next(c, "m")
		ch.Messages = nil
		for _, n := range seqs {
			ch.Messages = append(ch.Messages, dialog.Message{ID: ItemID(ch, int(n)), Seq: n})
			ch.Next.Seq = n
		}
		if _, err := s.Commit(context.Background(), s.now, c, ch, RecordOf(Text(s.id, "m", "x"), ch)); err == nil {
			s.Errorf("messages %v after 1 were taken", seqs)
		}
		s.untouched(c)
	}
}

func (s *suite) pending() {
	wait := func(ch *dialog.Change, n int) dialog.Message {
		m := dialog.Message{ID: ItemID(*ch, n), Pending: true, Body: dialog.Rendered{Text: "template"}}
		ch.Messages = append(ch.Messages, m)
		return m
	}
	var a, b dialog.Message
	s.turn(func(ch *dialog.Change) { a, b = wait(ch, 50), wait(ch, 51) })
	_, pending, err := s.Load(context.Background(), s.id)
	if err != nil || len(pending) != 2 {
		s.Fatalf("pending %v (%v), expected two", pending, err)
	}
	if m, err := s.Message(context.Background(), s.id, a.ID); err != nil || !m.Pending || m.Body.Text != "template" {
		s.Errorf("pending message %+v (%v)", m, err)
	}
	c := s.turn(func(ch *dialog.Change) {
		ch.Next.Seq++
		final := a
		final.Pending, final.Seq, final.Body.Text = false, ch.Next.Seq, "words"
		ch.Finals = []dialog.Message{final, {ID: b.ID}}
	})
	if _, pending, _ := s.Load(context.Background(), s.id); len(pending) != 0 {
		s.Errorf("still pending: %v", pending)
	}
	if m, err := s.Message(context.Background(), s.id, a.ID); err != nil || m.Pending || m.Body.Text != "words" {
		s.Errorf("final message %+v (%v)", m, err)
	}
	if _, err := s.Message(context.Background(), s.id, b.ID); dialog.CodeOf(err) != dialog.CodeNotFound {
		s.Errorf("dropped message: %v, expected not found", err)
	}
	s.untouched(c)
}

func (s *suite) desk() {
	owner := func(o dialog.OwnerKind, priority int) {
		s.turn(func(ch *dialog.Change) {
			ch.Next.Owner, ch.Next.Priority, ch.Next.QueuedAt = o, priority, Noon()
			ch.Next.Agent, ch.Next.Queue = "zhou", "hardship"
		})
	}
	find := func() (dialog.Conversation, bool) {
		list, err := s.Desk(context.Background())
		if err != nil {
			s.Fatalf("Desk: %v", err)
		}
		if !slices.IsSortedFunc(list, func(a, b dialog.Conversation) int { return a.Priority - b.Priority }) {
			s.Error("the desk's list is not in order of priority")
		}
		i := slices.IndexFunc(list, func(c dialog.Conversation) bool { return c.ID == s.id })
		if i < 0 {
			return dialog.Conversation{}, false
		}
		return list[i], true
	}
	owner(dialog.OwnerBot, 0)
	if _, ok := find(); ok {
		s.Error("a conversation with the bot is at the desk")
	}
	owner(dialog.OwnerQueue, 1)
	if c, ok := find(); !ok || c.Priority != 1 || c.Queue != "hardship" || !c.QueuedAt.Equal(Noon()) {
		s.Errorf("waiting conversation: %v %+v", ok, c)
	}
	owner(dialog.OwnerAgent, 1)
	if c, ok := find(); !ok || c.Owner != dialog.OwnerAgent || c.Agent != "zhou" {
		s.Errorf("owned conversation: %v %+v", ok, c)
	}
	owner(dialog.OwnerBot, 0)
	if _, ok := find(); ok {
		s.Error("a conversation that was given back is still at the desk")
	}
}

func (s *suite) erases() {
	ctx := context.Background()
	for range 60 {
		s.turn(func(ch *dialog.Change) {
			Say(ch, "b")
			Say(ch, "¥827.71").Act = &dialog.Act{Kind: "balance.show", Values: map[string]dialog.Value{"amount_due": dialog.TextValue("827.71")}}
		})
	}
	for _, seq := range []uint64{3, 129, 132, 3} {
		if err := s.EraseLine(ctx, s.id, seq, Noon()); err != nil {
			s.Fatalf("erase %d: %v", seq, err)
		}
	}
	all, err := s.After(ctx, s.id, 0, 200)
	if err != nil || len(all) != 180 {
		s.Fatalf("%d lines (%v)", len(all), err)
	}
	for i, m := range all {
		gone := slices.Contains([]uint64{3, 129, 132}, m.Seq)
		if m.Seq != uint64(i+1) || gone != (m.Body.Text == "") || gone != m.Erased.Equal(Noon()) {
			s.Errorf("line %d: %+v", i+1, m)
		}
		if gone && (m.Act == nil || m.Act.Kind != "balance.show" || m.Act.Values != nil) {
			s.Errorf("line %d: what it was is lost, or its figures are not: %+v", i+1, m.Act)
		}
	}
	for _, seq := range []uint64{0, 181, 5000} {
		if err := s.EraseLine(ctx, s.id, seq, Noon()); dialog.CodeOf(err) != dialog.CodeNotFound {
			s.Errorf("erase %d: %v, expected not found", seq, err)
		}
	}
	found := 0
	err = s.Conversations(ctx, func(ids []string) error {
		for _, id := range ids {
			if id == s.id {
				found++
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		s.Errorf("the conversation is listed %d times (%v)", found, err)
	}
	stop := errors.New("enough")
	if err := s.Conversations(ctx, func([]string) error { return stop }); !errors.Is(err, stop) {
		s.Errorf("a listing that is stopped: %v", err)
	}
}
