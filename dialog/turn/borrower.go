package turn

import (
	"slices"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/loan"
	"warmline/dialog/policy"
)

// silence is how long nothing may have been heard before a person is greeted
// and told again that this is a machine.
const silence = 24 * time.Hour

// borrower answers what the person did: opened the chat, wrote, tapped.
func (x *run) borrower() {
	x.m.Reader = true
	if x.event.Kind == dialog.EventOpened {
		x.opened()
		return
	}
	if x.event.Kind == dialog.EventHeard {
		x.opinion()
		return
	}
	if t := x.event.Text; t != nil {
		plain := *t
		if x.m.Level >= dialog.LevelBorrower {
			plain.Heard = flow.NotSomebodyElse(&x.next.Talk, x.f, t, dialog.DateOf(x.e.At.In(x.zone)))
		}
		plain.Heard = flow.Sober(t, plain.Heard)
		plain.Heard = flow.NotAskedFor(&plain)
		x.e.Event.Text = &plain
	}
	x.settle(alarmedEvent(x.event))
	x.arrive()
	if x.linking() {
		return
	}
	p := x.ask(x.scripts.next)
	if x.next.Owner == dialog.OwnerAgent {
		x.beside(p)
		return
	}
	x.carry(p)
	x.hearAgain()
}

// opened greets somebody who comes for the first time or after a long silence.
func (x *run) opened() {
	if s := x.event.Session; s != nil && s.Channel != "" {
		x.next.Channel = s.Channel
	} else if x.e.Channel != "" {
		x.next.Channel = x.e.Channel
	}
	_, crisis := x.next.Held(x.e.At, dialog.HoldCrisis)
	if crisis || x.next.Owner == dialog.OwnerAgent || x.next.Owner == dialog.OwnerQueue {
		return
	}
	if x.was.Seq > 0 && x.e.At.Sub(x.lastWord()) < silence {
		return
	}
	x.carry(x.ask(x.scripts.next))
}

// lastWord is when somebody last said something here, as far as the state tells.
func (x *run) lastWord() time.Time {
	last := x.was.LastIn
	for _, d := range x.was.Disclosed {
		if d.At.After(last) {
			last = d.At
		}
	}
	return last
}

// arrive writes down what came in: its lines, where and when.
func (x *run) arrive() {
	if x.next.Owner == dialog.OwnerClosed {
		x.own(dialog.OwnerBot)
	}
	x.next.Hearing = nil
	x.present()
	if x.e.Channel != "" {
		x.next.Channel = x.e.Channel
	}
	x.next.LastIn = x.e.At
	x.next.Unanswered = 0
	level := min(x.m.Level, dialog.LevelBorrower)
	if x.says(dialog.IntentWrongPerson, dialog.IntentThirdParty) {
		level = dialog.LevelUnknown
	}
	in := dialog.Message{Speaker: dialog.SpeakerBorrower, At: x.e.At, Channel: x.e.Channel, Level: level}
	if x.says(dialog.IntentHardshipHealth, dialog.IntentVulnerability, dialog.IntentSelfHarm, dialog.IntentBereavement) {
		in.Keep = dialog.KeepHealth
	}
	x.change.Messages = slices.Grow(x.change.Messages, 3) // a line, an answer, perhaps a notice
	if ch := x.event.Choice; ch != nil {
		in.ID, in.Seq, in.Client = x.id(), x.seq(), x.e.ID
		in.Body.Options = []dialog.RenderedOption{{ID: ch.Option, Card: ch.Card}}
		chosen := flow.Chosen(ch.Option, x.next.Talk.Table)
		in.Chosen = &chosen
		x.change.Messages = append(x.change.Messages, in)
		return
	}
	if t := x.event.Text; t != nil {
		x.lines(in, t)
	}
}

// lines appends each message of a burst; something that is no text is a line of
// its own.
func (x *run) lines(in dialog.Message, t *dialog.TextEvent) {
	for _, l := range t.Lines {
		in.ID, in.Seq, in.Client, in.Body.Text = x.id(), x.seq(), l.ID, l.Text
		x.change.Messages = append(x.change.Messages, in)
	}
	if t.File != "" || len(t.Lines) == 0 {
		in.ID, in.Seq, in.Client, in.Body.Text, in.File = x.id(), x.seq(), x.e.ID, "", t.File
		x.change.Messages = append(x.change.Messages, in)
	}
}

// says reports whether the event is a text with one of the intents.
func (x *run) says(intents ...dialog.Intent) bool {
	if x.event.Text == nil {
		return false
	}
	return slices.ContainsFunc(intents, x.event.Text.Heard.Has)
}

// ask runs a script on everything that it may look at.
func (x *run) ask(script func(flow.Input) flow.Proposal) flow.Proposal {
	x.choose()
	x.m.Offers, x.asked = nil, false
	in := flow.Input{
		Conv: x.next, Envelope: *x.e, Level: x.m.Level, Facts: *x.f, Account: x.m.Account, Owed: x.m.Owed,
		Offers: x.offers, Forbidden: x.rules.Forbids(x.m.Standing.Holds, x.e.At), Now: x.e.At, Zone: x.zone, Today: x.m.Standing.Today, Ref: x.ref,
		Price: func(option string) (dialog.Offer, bool) { return x.rules.Price(&x.m.Standing, option) },
	}
	in.Envelope.Event = *x.shown
	if in.Facts.Borrower.Lender == "" {
		in.Facts.Borrower.Lender = x.rules.Lender(x.locale())
	}
	return script(in)
}

// offers returns the eligible set and the limits around it. A script asks again
// and again, or not at all: they are worked out when it first does.
func (x *run) offers() ([]dialog.Offer, dialog.Limits) {
	if !x.asked {
		x.m.Offers, x.limits = x.rules.Offers(&x.m.Standing)
		x.asked = true
		x.fire(x.limits.Ruled)
	}
	return x.m.Offers, x.limits
}

// choose finds the account that is talked about: the one tapped now, the one
// chosen before, the only one that is overdue, the only one.
func (x *run) choose() {
	var a dialog.Account
	var found bool
	if ch := x.event.Choice; ch != nil {
		if ref, ok := strings.CutPrefix(ch.Option, "account:"); ok {
			a, found = x.f.Account(ref)
		}
	}
	if ref := flow.AccountNamed(&x.next.Talk, x.f, x.event.Text, dialog.DateOf(x.e.At.In(x.zone))); ref != "" {
		a, found = x.f.Account(ref)
	}
	if !found && x.next.Talk.Account != "" {
		a, found = x.f.Account(x.next.Talk.Account)
	}
	if l := x.event.Lender; !found && l != nil && l.Payment != nil {
		a, found = x.f.Account(l.Payment.Account)
	}
	x.m.Standing = policy.StandingOf(&x.next, x.f, a, x.e.At, x.zone)
	if l := x.event.Lender; l != nil && !awaited(l) {
		// The call that is being answered is over: other ways are open again.
		x.m.Standing.Submitted = slices.ContainsFunc(x.next.Calls, func(c dialog.OpenCall) bool {
			return c.Kind == dialog.CallArrangementCreate && c.Ref != l.Ref
		})
	}
	if !found {
		a = x.only()
		x.m.Standing.Account = a
	}
	x.m.Account = a
	x.m.Owed = loan.Owed(a, x.m.Standing.Today)
}

// only returns the account when there is but one, or but one that is overdue.
func (x *run) only() dialog.Account {
	var late dialog.Account
	n := 0
	for _, a := range x.f.Accounts {
		if a.IsOverdue(x.m.Standing.Today) {
			late, n = a, n+1
		}
	}
	switch {
	case n == 1:
		return late
	case len(x.f.Accounts) == 1:
		return x.f.Accounts[0]
	}
	return dialog.Account{}
}
