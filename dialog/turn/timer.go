package turn

import (
	"slices"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Kinds of timers that belong to the turn itself; every other kind is a script's.
const (
	timerPhrase    = "phrase"    // the pending act's deadline; key: message id
	timerPage      = "page"      // nobody has acknowledged; key: the page's reference
	timerTombstone = "tombstone" // the last answer has left; key: the contact point
	timerForget    = "forget"    // the transcript was erased: so is what is remembered of it
	timerView      = "view"      // a chat may no longer show amounts; key: its address
)

// set sets a durable timer, or cancels it when the operation says so.
func (x *run) set(op dialog.TimerOp) {
	if op.Cancel {
		x.cancel(op.Kind, op.Key)
		return
	}
	x.next.Timers = keep(x.next.Timers, func(t dialog.TimerRef) bool { return t.Kind != op.Kind || t.Key != op.Key })
	x.next.Timers = add(x.next.Timers, maxTimers, dialog.TimerRef{Kind: op.Kind, Key: op.Key, Due: op.Due})
	x.change.Timers = append(x.change.Timers, op)
}

// cancel removes a timer.
func (x *run) cancel(kind, key string) {
	left := keep(x.next.Timers, func(t dialog.TimerRef) bool { return t.Kind != kind || t.Key != key })
	x.next.Timers = left
	x.change.Timers = append(x.change.Timers, dialog.TimerOp{Kind: kind, Key: key, Cancel: true})
}

// cancelProactive drops every scheduled message that asks for money, and says
// which.
func (x *run) cancelProactive() {
	for _, t := range slices.Clone(x.next.Timers) {
		if collecting(t.Kind) {
			x.cancel(t.Kind, t.Key)
			x.change.Cancelled = append(x.change.Cancelled, t.Kind)
		}
	}
}

// collecting reports whether a timer's kind is a scheduled reminder or
// follow-up.
func collecting(kind string) bool {
	return strings.HasPrefix(kind, "reminder") || strings.HasPrefix(kind, "promise") || kind == "follow_up"
}

// timer answers a timer that fell due. One that was moved meanwhile is stale.
func (x *run) timer() {
	t := x.e.Event.Timer
	if t == nil {
		x.refuse(dialog.CodeInvalid, "a timer event names its timer")
		return
	}
	for _, s := range x.next.Timers {
		if s.Kind == t.Kind && s.Key == t.Key && s.Due.After(t.Due) {
			return
		}
	}
	x.next.Timers = keep(x.next.Timers, func(s dialog.TimerRef) bool { return s.Kind != t.Kind || s.Key != t.Key })
	switch t.Kind {
	case timerPhrase:
		if p := x.next.Pending; p != nil && p.Message == t.Key {
			x.settle(p.Epoch != x.next.Epoch || x.next.Owner != dialog.OwnerBot)
		}
	case timerPage:
		x.pageAgain(t.Key)
	case timerTombstone:
		x.tombstone(t.Key)
	case timerCase:
		x.caseDue(t.Key)
	case timerForget:
		x.forget()
	case timerView: // what has run out is closed at the end of every turn
	default:
		x.due(t)
	}
}

// forget takes out of the state what the erased transcript held. Holds, wishes,
// disclosures and counters are no words, and stay.
func (x *run) forget() {
	x.settle(true)
	x.next.Talk, x.next.Recap, x.next.Hearing = dialog.Talk{}, nil, nil
}

// due runs the script of a scheduled message and lets the contact gate decide,
// now, whether it leaves.
func (x *run) due(t *dialog.TimerEvent) {
	x.choose()
	if collecting(t.Kind) {
		if _, until, denied := x.gate([]dialog.Act{{Kind: reminding(t)}}); denied || !until.IsZero() {
			x.keepBack(t, until)
			return
		}
	}
	p := x.ask(x.scripts.due)
	acts, until, denied := x.gate(p.Acts)
	if !until.IsZero() {
		x.keepBack(t, until)
		return
	}
	if len(acts) == 0 && (denied || collecting(t.Kind)) {
		x.keepBack(t, until)
		p.Talk, p.Promise = x.next.Talk, nil
	}
	p.Acts = acts
	x.carry(p)
	x.remember()
}

// keepBack puts a scheduled message off to a moment, or drops it for good.
func (x *run) keepBack(t *dialog.TimerEvent, until time.Time) {
	if until.IsZero() {
		x.change.Cancelled = append(x.change.Cancelled, t.Kind)
		return
	}
	x.set(dialog.TimerOp{Kind: t.Kind, Key: t.Key, Due: until})
}

// reminding is the act that a scheduled message of a kind would be.
func reminding(t *dialog.TimerEvent) dialog.ActKind {
	switch {
	case t.Kind != "reminder":
		return "promise.follow_up"
	case t.Key == "overdue":
		return "reminder.overdue"
	}
	return "reminder.due"
}

// gate puts acts that nobody asked for through the contact gate. A moment to
// wait for holds all of them back.
func (x *run) gate(acts []dialog.Act) (kept []dialog.Act, until time.Time, denied bool) {
	for i := range acts {
		a := acts[i]
		rule, _ := x.rules.Act(a.Kind)
		v := x.rules.ContactGate(policy.Contact{Act: a.Kind, Class: rule.Class, Channel: x.next.Channel,
			Address: x.contactPoint(), Moment: &x.m})
		x.fire(v.Looked)
		switch {
		case v.Outcome == policy.Defer:
			return nil, v.Until, false
		case !v.Allowed():
			denied = true
		default:
			if v.Outcome == policy.Modify && v.Detail == "neutral" || x.unread(&a) {
				if plain, ok := telegramForm(&a); ok {
					a = plain
				}
			}
			kept = append(kept, a)
		}
	}
	return kept, until, denied
}

// unread reports whether the Telegram chat that an act would go to may not read
// it.
func (x *run) unread(a *dialog.Act) bool {
	return x.next.Channel == dialog.ChannelTelegram && x.rules.LevelOf(a) > x.telegramLevel(x.address())
}

func (x *run) contactPoint() string {
	if x.next.Channel == dialog.ChannelTelegram {
		return x.address()
	}
	return ""
}

// remember counts the proactive messages of this turn.
func (x *run) remember() {
	for i := range x.change.Messages {
		m := &x.change.Messages[i]
		if m.Proactive && m.Speaker == dialog.SpeakerBot && m.Class == dialog.ClassCollection {
			x.contacted(m.Channel, "")
			return
		}
	}
}
