package dialogtest

import (
	"context"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
)

// claim takes an item as a node.
func (s *suite) claim(node, id string, at time.Time) (dialog.OutboxItem, int, error) {
	it, _, n, err := s.open(node).Claim(context.Background(), at, id)
	return it, n, err
}

// gets wants a claim to end with a code.
func (s *suite) gets(code dialog.Code, node, id string, at time.Time) {
	s.Helper()
	it, _, err := s.claim(node, id, at)
	if dialog.CodeOf(err) != code {
		s.Errorf("claim of %s by %s: %v, expected %q", id, node, err, code)
	}
	if code == "" && it.ID != id {
		s.Errorf("claim of %s returned %q", id, it.ID)
	}
}

// dropped wants a claim to end with the item and a reason.
func (s *suite) dropped(why, id string, at time.Time) {
	s.Helper()
	it, _, err := s.claim("n1", id, at)
	if dialog.CodeOf(err) != dialog.CodeForbidden || !strings.Contains(err.Error(), why) || it.ID != id {
		s.Errorf("claim of %s: %v with item %q, expected it to be dropped by %s", id, err, it.ID, why)
	}
}

func (s *suite) done(id, reason, wantNext string) {
	s.Helper()
	next, err := s.Done(context.Background(), s.now, id, reason)
	if err != nil || next != wantNext {
		s.Errorf("end of %s: next %q (%v), expected %q", id, next, err, wantNext)
	}
}

// due reports whether an item is found by a scan.
func (s *suite) due(id string, at time.Time) bool {
	s.Helper()
	ids, err := s.Due(context.Background(), at, 1000)
	if err != nil {
		s.Fatalf("Due: %v", err)
	}
	return slices.Contains(ids, id)
}

func (s *suite) lease() {
	var id string
	s.turn(func(ch *dialog.Change) {
		ch.Next.Borrower = "b7"
		id = Want(ch, dialog.CallCaseOpen).ID
	})
	if s.due(id, s.now) {
		s.Error("the committer's item is found by others at once")
	}
	s.gets(dialog.CodeConflict, "n2", id, s.now)
	it, borrower, n, err := s.Claim(context.Background(), s.now, id)
	if err != nil || it.Call == nil || it.Call.Ref != id || borrower != "b7" || n != 1 {
		s.Errorf("claim: %+v for %q, attempt %d (%v)", it, borrower, n, err)
	}
	later := s.now.Add(Lease)
	if !s.due(id, later) {
		s.Error("an item whose node died is not found")
	}
	if _, n, err := s.claim("n2", id, later); err != nil || n != 2 {
		s.Errorf("claim after the lease: attempt %d (%v)", n, err)
	}
	s.done(id, "", "")
	s.gets(dialog.CodeNotFound, "n1", id, later)
	if s.due(id, later.Add(Lease)) {
		s.Error("an item that is done is found again")
	}
}

func (s *suite) order() {
	var ids []string
	s.turn(func(ch *dialog.Change) {
		ids = append(ids, Want(ch, dialog.CallArrangementCreate).ID, Want(ch, dialog.CallCaseOpen).ID)
	})
	s.turn(func(ch *dialog.Change) { ids = append(ids, Want(ch, dialog.CallContactUpdate).ID) })
	for _, id := range ids[1:] {
		s.gets(dialog.CodeConflict, "n1", id, s.now)
	}
	for i, id := range ids {
		s.gets("", "n1", id, s.now)
		next := ""
		if i+1 < len(ids) {
			next = ids[i+1]
		}
		s.done(id, map[bool]string{true: "internal", false: ""}[i == 0], next)
	}
}

func (s *suite) overtakes() {
	var call, page string
	s.turn(func(ch *dialog.Change) {
		call, page = Want(ch, dialog.CallArrangementCreate).ID, Want(ch, dialog.CallPageHuman).ID
	})
	s.gets("", "n1", page, s.now)
	s.gets("", "n1", call, s.now)
}

func (s *suite) chats() {
	var old, moved, after string
	s.turn(func(ch *dialog.Change) {
		old, moved, after = Carry(ch, "chat 1").ID, Carry(ch, "chat 1 b").ID, Carry(ch, "chat 1").ID
	})
	s.gets("", "n1", old, s.now)
	s.gets(dialog.CodeConflict, "n1", after, s.now)
	s.gets("", "n1", moved, s.now)
	s.done(old, "", after)
}

func (s *suite) putOff() {
	var late, soon string
	s.turn(func(ch *dialog.Change) {
		it := Carry(ch, "chat1")
		it.NotBefore, late = s.now.Add(time.Hour), it.ID
		soon = Carry(ch, "chat1").ID
	})
	s.gets("", "n1", soon, s.now)
	s.gets(dialog.CodeConflict, "n1", late, s.now)
	if s.due(late, s.now.Add(59*time.Minute)) || !s.due(late, s.now.Add(time.Hour)) {
		s.Error("a put-off item is not found exactly when its time has come")
	}
	s.gets("", "n2", late, s.now.Add(time.Hour))
}

func (s *suite) epoch() {
	var guarded, free string
	s.turn(func(ch *dialog.Change) {
		it := Carry(ch, "chat1")
		it.Guarded, guarded = true, it.ID
		free = Want(ch, dialog.CallCaseOpen).ID
	})
	s.turn(func(ch *dialog.Change) { ch.Next.Epoch++ })
	s.dropped("epoch", guarded, s.now)
	s.gets("", "n1", free, s.now)
}

func (s *suite) hold() {
	h := dialog.Hold{Kind: dialog.HoldHardship, Start: Noon()}
	proactive := func() (id string) {
		s.turn(func(ch *dialog.Change) {
			it := Carry(ch, "chat1")
			it.Proactive, id = true, it.ID
		})
		return id
	}
	before := proactive()
	s.turn(func(ch *dialog.Change) { ch.Next.Holds = append(ch.Next.Holds, h) })
	after := proactive() // the core knew of the hold and allowed it
	s.turn(nil)
	s.dropped("hold", before, s.now)
	s.done(before, "", after)
	s.gets("", "n1", after, s.now)
}

func (s *suite) tombstone() {
	var dead, alive string
	s.turn(func(ch *dialog.Change) { dead = Carry(ch, "chat1").ID })
	s.turn(func(ch *dialog.Change) {
		ch.Next.Tombstones = []string{"chat12", "chat1"}
		alive = Carry(ch, "chat").ID
	})
	s.dropped("tombstone", dead, s.now)
	s.done(dead, "", "")
	s.gets("", "n1", alive, s.now)
}

func (s *suite) expired() {
	var send, tried, untried string
	limit := s.now.Add(time.Minute)
	s.turn(func(ch *dialog.Change) {
		a, b := Carry(ch, "chat1"), Want(ch, dialog.CallCaseOpen)
		ch.Outbox[0].Expires, b.Expires = limit, limit
		send, tried = a.ID, b.ID
	})
	s.gets("", "n1", tried, s.now)
	s.dropped("expired", send, limit)
	s.gets("", "n2", tried, s.now.Add(Lease)) // its fate is unknown: it must be asked again
	s.done(tried, "", "")
	s.turn(func(ch *dialog.Change) {
		it := Want(ch, dialog.CallCaseOpen)
		it.Expires, untried = limit, it.ID
	})
	s.dropped("expired", untried, limit)
}

func (s *suite) retry() {
	var id string
	s.turn(func(ch *dialog.Change) {
		it := Want(ch, dialog.CallNotifyPush)
		it.Guarded, id = true, it.ID
	})
	s.gets("", "n1", id, s.now)
	at := s.now.Add(5 * time.Second)
	if err := s.Retry(context.Background(), id, at, false); err != nil {
		s.Fatalf("Retry: %v", err)
	}
	s.gets(dialog.CodeConflict, "n1", id, s.now)
	if s.due(id, at.Add(-time.Second)) || !s.due(id, at) {
		s.Error("the item is not found exactly when it is to be tried again")
	}
	s.turn(func(ch *dialog.Change) { ch.Next.Epoch++ })
	s.gets("", "n2", id, at) // not dropped: it may have taken effect
	if err := s.Retry(context.Background(), id, at, true); err != nil {
		s.Fatalf("Retry: %v", err)
	}
	s.dropped("epoch", id, at) // it certainly had not
}

func (s *suite) timers() {
	at := s.now.Add(time.Hour)
	find := func(at time.Time) []dialog.Envelope {
		list, err := s.DueTimers(context.Background(), at, 1000)
		if err != nil {
			s.Fatalf("DueTimers: %v", err)
		}
		return slices.DeleteFunc(list, func(e dialog.Envelope) bool { return e.Conversation != s.id })
	}
	s.turn(func(ch *dialog.Change) {
		ch.Timers = []dialog.TimerOp{{Kind: "a", Key: "1", Due: at}, {Kind: "a", Key: "2", Due: at}, {Kind: "b", Due: at}}
	})
	s.turn(func(ch *dialog.Change) {
		ch.Timers = []dialog.TimerOp{{Kind: "a", Key: "2", Cancel: true}, {Kind: "b", Due: at.Add(time.Hour)}}
	})
	due := find(at)
	if len(find(at.Add(-time.Second))) != 0 || len(due) != 1 {
		s.Fatalf("due: %+v, expected timer a/1 only", due)
	}
	ev := due[0]
	if tm := ev.Event.Timer; tm == nil || tm.Kind != "a" || tm.Key != "1" || !tm.Due.Equal(at) {
		s.Errorf("due event: %+v", ev.Event.Timer)
	}
	if again := find(at); again[0].ID != ev.ID {
		s.Errorf("the same timer has the ids %s and %s", ev.ID, again[0].ID)
	}
	c := s.load()
	s.commit(ev, c, Next(c, ev.ID))
	if len(find(at)) != 0 {
		s.Error("a timer stays although its event was committed")
	}
	moved := find(at.Add(time.Hour))
	if len(moved) != 1 {
		s.Fatalf("moved timer: %+v", moved)
	}
	wrong := *moved[0].Event.Timer
	wrong.Due = at
	late := moved[0]
	late.ID, late.Event.Timer = "late", &wrong // another node's scan saw it before it was moved
	c = s.load()
	s.commit(late, c, Next(c, late.ID))
	if len(find(at.Add(time.Hour))) != 1 {
		s.Fatal("the event of the old due time took the moved timer away")
	}
	for i, tm := range []dialog.TimerEvent{wrong, *moved[0].Event.Timer} {
		if err := s.DropTimer(context.Background(), s.id, tm); err != nil {
			s.Fatalf("DropTimer: %v", err)
		}
		if left := len(find(at.Add(time.Hour))); left != 1-i {
			s.Errorf("after dropping due %v: %d timers", tm.Due, left)
		}
	}
}
