package turn

import (
	"slices"
	"strings"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

// alarmed reports whether a text speaks of suicide or self-harm plainly: what
// the lexicons call red, or the intent where they do not call it indirect.
func alarmed(u *dialog.Understanding) bool { return flow.Danger(u) == dialog.SafetyRed }

func uneasy(u *dialog.Understanding) bool { return flow.Danger(u) == dialog.SafetyAmber }

func alarmedEvent(e *dialog.Event) bool {
	return e.Text != nil && (alarmed(e.Text.Heard) || uneasy(e.Text.Heard))
}

// insist puts in what the policy asks of this event whatever the script says:
// help in a crisis, a human for who asks for one, an end for who says stop, and
// distrust towards who says that they are somebody else.
func (x *run) insist(p *flow.Proposal) {
	if ch := x.event.Choice; ch != nil && ch.Option == "human" {
		x.insistHuman(p)
	}
	t := x.event.Text
	if t == nil {
		return
	}
	if slices.ContainsFunc(t.Lines, func(l dialog.TextLine) bool { return strings.TrimSpace(l.Text) == "/human" }) {
		x.insistHuman(p)
	}
	if t.Heard == nil {
		return
	}
	u := t.Heard
	if u.Has(dialog.IntentRequestHuman) {
		x.insistHuman(p)
	}
	if u.Has(dialog.IntentWrongPerson) || u.Has(dialog.IntentThirdParty) || u.Deceased {
		x.fired(policy.KLevel, policy.Require, "doubt")
		p.Doubt = true
	}
	if u.Has(dialog.IntentWrongPerson) {
		x.insistHold(p, dialog.HoldWrongPerson)
	}
	if u.Deceased {
		x.insistHold(p, dialog.HoldDeceased)
	}
	if u.Has(dialog.IntentCeaseContact) && !flow.OnlyThen(u) && (p.Stop == nil || p.Stop.Resume) && !u.Has(dialog.IntentWrongPerson) {
		p.Stop = &flow.Stop{All: true}
	}
	if p.Stop != nil && p.Stop.All {
		x.insistHold(p, dialog.HoldCease)
	}
	if alarmed(u) {
		x.insistCrisis(p)
	} else if uneasy(u) {
		x.insistCheck(p)
	}
}

func (x *run) insistHold(p *flow.Proposal, kind dialog.HoldKind) {
	x.fired(policy.KHold, policy.Hold, string(kind))
	if !slices.ContainsFunc(p.Holds, func(h dialog.Hold) bool { return h.Kind == kind }) {
		p.Holds = append(p.Holds, dialog.Hold{Kind: kind, Start: x.e.At, By: "bot"})
	}
}

// insistHuman: a request for a person is met in this turn, whatever was going on (I5).
func (x *run) insistHuman(p *flow.Proposal) {
	if x.next.Owner == dialog.OwnerAgent {
		return
	}
	x.fired(policy.KHuman, policy.Escalate, "requested")
	if p.Handoff == nil {
		p.Handoff = &flow.Handoff{Queue: "general", Priority: 3, Reason: "requested"}
	}
	p.Unqueue = false
	if !speaksOf(p.Acts, "handoff.queued", "handoff.closed_hours", "callback.offer", "crisis.support", "crisis.check_in") {
		p.Acts = append(p.Acts, x.handoffAct())
	}
}

func speaksOf(acts []dialog.Act, kinds ...dialog.ActKind) bool {
	return slices.ContainsFunc(acts, func(a dialog.Act) bool { return slices.Contains(kinds, a.Kind) })
}

// handoffAct says honestly how long it takes to reach somebody.
func (x *run) handoffAct() dialog.Act {
	desk := &x.f.Desk
	a := dialog.Act{Kind: "handoff.queued", Form: "no_eta", Options: options("cancel_wait")}
	switch {
	case x.next.Owner == dialog.OwnerQueue:
		a.Form = "waiting"
	case desk.Open && desk.ETA > 0:
		a.Form, a.Values = "", map[string]dialog.Value{"agent_eta": dialog.DurationValue(desk.ETA)}
	case !desk.Open && !desk.NextOpen.IsZero():
		a.Kind, a.Form = "handoff.closed_hours", ""
		a.Values = map[string]dialog.Value{"next_open": {Kind: dialog.ValueTime, At: desk.NextOpen, Text: "moment"}}
	}
	return a
}

func options(ids ...string) []dialog.Option {
	list := make([]dialog.Option, len(ids))
	for i, id := range ids {
		list[i].ID = id
	}
	return list
}

// insistCrisis: everything else stops, help is named, a human is called now (I5).
func (x *run) insistCrisis(p *flow.Proposal) {
	x.fired(policy.KCrisis, policy.Hold, "crisis")
	x.insistHold(p, dialog.HoldCrisis)
	p.Page = true
	p.Handoff = &flow.Handoff{Queue: "crisis", Priority: 0, Reason: "crisis"}
	p.CancelProactive = true
	p.Acts = keep(p.Acts, func(a dialog.Act) bool { return a.Kind == "crisis.support" || a.Kind == "crisis.check_in" })
	if len(p.Acts) == 0 {
		p.Acts = []dialog.Act{x.crisisAct("crisis.support", "")}
	}
}

// insistCheck: an indirect word gets a question, a line and a human, and in
// this turn nothing about money.
func (x *run) insistCheck(p *flow.Proposal) {
	x.fired(policy.KCrisis, policy.Escalate, "check_in")
	if p.Handoff == nil {
		p.Handoff = &flow.Handoff{Queue: "crisis", Priority: 1, Reason: "check_in"}
	}
	p.Calls = keep(p.Calls, func(c dialog.Call) bool { return protects(&c) })
	p.Acts = keep(p.Acts, func(a dialog.Act) bool { return a.Kind == "crisis.support" || a.Kind == "crisis.check_in" })
	if len(p.Acts) == 0 {
		p.Acts = []dialog.Act{x.crisisAct("crisis.check_in", "")}
	}
}

func protects(c *dialog.Call) bool {
	switch c.Kind {
	case dialog.CallPageHuman, dialog.CallContactUpdate, dialog.CallCaseOpen:
		return true
	}
	return false
}

// crisisAct is a crisis text with the place's line, or with the emergency
// number alone where no checked line is known.
func (x *run) crisisAct(kind dialog.ActKind, form string) dialog.Act {
	today := dialog.DateOf(x.e.At.In(x.zone))
	line, emergency := x.rules.Lines(x.next.Packs, today)
	a := dialog.Act{Kind: kind, Form: form, Class: dialog.ClassCrisis,
		Values: map[string]dialog.Value{"emergency_number": dialog.TextValue(emergency)}}
	if line != "" {
		a.Values["crisis_line"] = dialog.TextValue(line)
		return a
	}
	switch form {
	case "no_one":
		a.Form = "emergency_only_no_one"
	default:
		a.Form = "emergency_only"
	}
	return a
}
