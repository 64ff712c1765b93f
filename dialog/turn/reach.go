package turn

import (
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// answerTime is for how long after a person's last message what a human writes
// is still part of that exchange; later it is a contact of its own, unless the
// person is waiting for an answer. Our own choice: no instrument gives a number.
const answerTime = time.Hour

// answering reports whether what a human writes now answers the person: they
// wrote within the hour, or what they wrote has not been answered. Answers are
// no contact attempts (12 CFR 1006.14(b)(3), 6 RCNY 5-77: what the person began
// is not counted) and bound by no window.
func answering(c *dialog.Conversation, at time.Time) bool {
	return !c.LastIn.IsZero() && (at.Sub(c.LastIn) <= answerTime || c.LastIn.After(c.Replied))
}

// reaches reports whether an agent's action puts words or terms before the person.
func reaches(ev *dialog.AgentEvent) bool {
	switch ev.Kind {
	case "say", "offer", "step_up", "pay_link":
		return true
	case "grant":
		return ev.Grant != nil && (ev.Grant.Kind == "plan" || ev.Grant.Kind == "deferral")
	}
	return false
}

// mayReach puts what a human begins through the same gate as a reminder: hours,
// caps, holds and wishes. A refusal names the rule, and when it would do.
func (x *run) mayReach(ev *dialog.AgentEvent) bool {
	if !reaches(ev) || answering(x.was, x.e.At) {
		return true
	}
	x.choose()
	x.reach = x.reachClass(ev)
	v := x.rules.ContactGate(policy.Contact{Act: reachAct(ev), Class: x.reach, Channel: x.next.Channel,
		Address: x.contactPoint(), Human: true, Moment: &x.m})
	x.fire(v.Looked)
	switch {
	case v.Outcome == policy.Defer:
		x.turnDown(dialog.CodeForbidden, refusedNow, v.Rule)
		x.reject.Until = v.Until
	case !v.Allowed(), v.Outcome == policy.Modify && x.figured(ev):
		x.turnDown(dialog.CodeForbidden, refusedNow, v.Rule)
	default:
		return true
	}
	return false
}

// figured reports whether an agent's action says something of an account: where a
// rule wants nothing but a neutral note, it is none.
func (x *run) figured(ev *dialog.AgentEvent) bool {
	return ev.Kind != "say" && ev.Kind != "step_up" || x.rules.TextLevel(ev.Text) > dialog.LevelUnknown
}

// reachClass is what an agent's own words count as, which nobody can know from
// the words: collection, unless something stands for another reason to write. In
// a crisis looking after the person is the reason. Under any other hold, or while
// a case is open, it is that, as long as no figure is named.
func (x *run) reachClass(ev *dialog.AgentEvent) dialog.CommClass {
	if _, crisis := x.next.Held(x.e.At, dialog.HoldCrisis); crisis {
		return dialog.ClassCrisis
	}
	_, held := x.next.Held(x.e.At)
	if ev.Kind == "say" && (held || len(x.next.Cases) > 0) && x.rules.TextLevel(ev.Text) == dialog.LevelUnknown {
		return dialog.ClassService
	}
	return dialog.ClassCollection
}

// reachAct names for the rules what an agent's action would say. Their free words
// are no act.
func reachAct(ev *dialog.AgentEvent) dialog.ActKind {
	switch ev.Kind {
	case "step_up":
		return "step_up.ask"
	case "pay_link":
		return "payment.link"
	}
	return "agent." + dialog.ActKind(ev.Kind)
}

// reached counts what a human began, once it has gone through.
func (x *run) reached() {
	if x.reject == nil && x.reach == dialog.ClassCollection {
		x.contacted(x.next.Channel, dialog.SpeakerHuman)
	}
}

// contacted adds to the counters that the bot, its reminders and human agents
// share: per debt, channel and contact point, with the time that windows are
// measured from.
func (x *run) contacted(channel dialog.ChannelKind, by dialog.Speaker) {
	if channel == "" {
		channel = dialog.ChannelWeb
	}
	c := dialog.Contact{At: x.e.At, Channel: channel, Account: x.m.Account.Ref, Class: dialog.ClassCollection, By: by}
	if channel == dialog.ChannelTelegram {
		c.Address = x.address()
	}
	horizon := x.e.At.AddDate(0, 0, -30)
	x.next.Contacts = keep(x.next.Contacts, func(c dialog.Contact) bool { return c.At.After(horizon) })
	x.next.Contacts = add(x.next.Contacts, maxContacts, c)
	x.next.Unanswered++
}
