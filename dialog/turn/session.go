package turn

import (
	"slices"

	"warmline/dialog"
)

// session changes a binding: begun, stepped up, ended. A step-up goes on with
// what was asked before it.
func (x *run) session() {
	s := x.e.Event.Session
	if s == nil {
		x.refuse(dialog.CodeInvalid, "a session event names its session")
		return
	}
	if s.Locale.Valid() && x.was.Seq == 0 {
		x.next.Locale = s.Locale
	}
	if s.Ended || s.All {
		x.logout(s)
		return
	}
	before := x.levelNow(s.Session)
	x.bind(s)
	x.m.Level = x.levelNow(s.Session)
	if x.m.Level >= dialog.LevelBorrower && before < dialog.LevelBorrower {
		if s.Channel != "" && x.next.Talk.After != nil {
			x.next.Channel = s.Channel
		}
		x.resume()
	}
}

// bind notes a session's standing. Only a fresh step-up ends a doubt about its
// user (I12).
func (x *run) bind(s *dialog.SessionEvent) {
	b := dialog.Binding{Session: s.Session, Channel: s.Channel, Level: s.Level, Expires: s.Expires}
	if b.Channel == "" {
		b.Channel = x.e.Channel
	}
	if b.Level >= dialog.LevelBorrower && b.Expires.IsZero() {
		b.Expires = x.e.At.Add(activity)
	}
	rest := make([]dialog.Binding, 0, len(x.next.Bindings)+1)
	for _, old := range x.next.Bindings {
		if old.Session != s.Session {
			rest = append(rest, old)
			continue
		}
		b.Doubted = old.Doubted && b.Level < dialog.LevelBorrower
	}
	x.next.Bindings = add(rest, maxBindings, b)
}

// logout ends one session, or all of them with every approval. A doubt outlives
// it.
func (x *run) logout(s *dialog.SessionEvent) {
	x.unbind(func(b dialog.Binding) bool { return s.All || b.Session == s.Session })
	if s.All {
		x.unlinkAll()
	}
	x.next.Talk.After = nil
}

// unbind removes bindings; of one that is in doubt the doubt is kept.
func (x *run) unbind(gone func(dialog.Binding) bool) {
	x.next.Bindings = keep(x.next.Bindings, func(b dialog.Binding) bool { return !gone(b) || b.Doubted })
	x.next.Bindings = slices.Clone(x.next.Bindings)
	for i := range x.next.Bindings {
		if b := &x.next.Bindings[i]; gone(*b) {
			b.Level, b.Expires = dialog.LevelUnknown, zeroTime
		}
	}
}

// resume answers, after a step-up or an approval, the event that waited for it.
// A yes that waited is still the yes of the person who gave it: the policy looks
// at it as at any other.
func (x *run) resume() {
	after := x.next.Talk.After
	if after == nil || x.next.Owner == dialog.OwnerAgent || x.next.Owner == dialog.OwnerClosed {
		return
	}
	if _, held := x.next.Held(x.e.At, dialog.HoldCrisis); held {
		return
	}
	x.event, x.m.Event, x.m.Reader = after, after, true
	x.shown = &dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: x.e.Session, Level: x.m.Level}}
	p := x.ask(x.scripts.next)
	if p.Talk.After == after {
		p.Talk.After = nil
	}
	x.carry(p)
}
