package turn

import (
	"slices"
	"strings"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// LevelDesk is the level of a line that only the desk may read: no session of a
// borrower ever has it.
const LevelDesk dialog.Level = 9

// Refusals to the desk, by name: its catalogs say them in a console's language.
const (
	refusedTaken    = "taken"
	refusedStale    = "stale"
	refusedOwner    = "not_owner"
	refusedLevel    = "level"
	refusedHold     = "not_to_be_written_to"
	refusedGrant    = "beyond_authority"
	refusedSecond   = "second_person"
	refusedTerms    = "not_in_the_set"
	refusedNow      = "not_now"
	refusedIncoming = "unknown_action"
	refusedCase     = "case_is_open"
	refusedNoCase   = "no_such_case"
	refusedClosing  = "case_is_closing"
	refusedTicket   = "case_without_ticket"
	refusedAmount   = "amount_over_due"
	refusedEmpty    = "empty_text"
)

// turnDown refuses what a human asked for, by its name and the rule that said
// no, "" where none did.
func (x *run) turnDown(code dialog.Code, name, rule string) {
	x.reject = &dialog.Error{Code: code, Text: strings.ReplaceAll(name, "_", " "), Name: name, Rule: rule}
}

// agent does what a human at the desk does, if they may. Every refusal leaves
// the conversation as it is.
func (x *run) agent() {
	ev := x.e.Event.Agent
	if ev == nil || ev.Agent == "" {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
		return
	}
	switch ev.Kind {
	case "claim":
		x.claim(ev)
	case "note":
		x.note(ev)
	case "hold":
		x.agentHold(ev)
	case "unhold":
		x.unhold(ev)
	case "typing", "viewing":
	case "say", "release", "transfer", "close", "grant", "offer", "step_up", "lost", "pay_link", "case":
		if x.owns(ev) && x.mayReach(ev) {
			x.owned(ev)
			x.reached()
		}
	default:
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
	}
}

// owns reports whether the agent owns the chat as their screen shows it.
func (x *run) owns(ev *dialog.AgentEvent) bool {
	switch {
	case x.next.Owner != dialog.OwnerAgent || x.next.Agent != ev.Agent:
		x.fired(policy.KOwner, policy.Deny, "not_the_owner")
		x.turnDown(dialog.CodeForbidden, refusedOwner, policy.KOwner)
	case ev.Epoch != x.next.Epoch:
		x.fired(policy.KOwner, policy.Deny, "stale")
		x.turnDown(dialog.CodeConflict, refusedStale, "")
	default:
		return true
	}
	return false
}

// owned does what only the owner may.
func (x *run) owned(ev *dialog.AgentEvent) {
	switch ev.Kind {
	case "say":
		x.agentSays(ev)
	case "release":
		x.release(ev)
	case "transfer":
		x.transfer(ev)
	case "close":
		x.shut(ev)
	case "grant":
		x.grant(ev)
	case "offer":
		x.offer(ev)
	case "step_up":
		x.speak(x.admit(nil, dialog.Act{Kind: "step_up.ask", Options: options("step_up")}))
	case "lost":
		x.lost()
	case "pay_link":
		x.payLink(ev)
	case "case":
		x.agentCase(ev)
	}
}

// claim takes the chat: one winner, by the epoch that the screen showed. The
// bot's unsent words are dropped with the old epoch.
func (x *run) claim(ev *dialog.AgentEvent) {
	taken := x.next.Owner == dialog.OwnerAgent
	switch {
	case taken && x.next.Agent == ev.Agent && ev.Epoch == x.next.Epoch:
		return
	case ev.Epoch != x.next.Epoch, taken && ev.Role != "supervisor":
		x.fired(policy.KOwner, policy.Deny, "lost_claim")
		x.turnDown(dialog.CodeConflict, refusedTaken, policy.KOwner)
		return
	}
	x.settle(true)
	x.own(dialog.OwnerAgent)
	x.next.Agent, x.next.AgentName = ev.Agent, name(ev)
	x.fired(policy.KOwner, policy.Allow, "claimed")
	if p := x.next.Page; p != nil && p.By == "" {
		x.acknowledge(ev.Agent)
	}
	x.line("handoff.joined", "")
}

func name(ev *dialog.AgentEvent) string {
	if ev.Name != "" {
		return ev.Name
	}
	return ev.Agent
}

// line says who comes or goes.
func (x *run) line(kind dialog.ActKind, form string) {
	a := dialog.Act{Kind: kind, Form: form, Values: map[string]dialog.Value{"agent_name": dialog.TextValue(x.next.AgentName)}}
	if end, ok := x.next.Recap["hold_end_date"]; ok && form == "hold" {
		a.Values["hold_end_date"] = end
	}
	x.speak(x.admit(nil, a))
}

// agentSays sends a human's words. The level gate binds them as it binds the
// bot (I2), and so does a wish not to be written to.
func (x *run) agentSays(ev *dialog.AgentEvent) {
	text := strings.TrimSpace(ev.Text)
	if text == "" {
		x.turnDown(dialog.CodeInvalid, refusedEmpty, "")
		return
	}
	level := x.rules.TextLevel(text)
	switch {
	case level > x.bestLevel():
		x.fired(policy.KLevel, policy.Require, "step_up")
		x.turnDown(dialog.CodeForbidden, refusedLevel, policy.KLevel)
		return
	case x.unasked():
		x.fired(policy.KHold, policy.Deny, string(dialog.HoldCease))
		x.turnDown(dialog.CodeForbidden, refusedHold, policy.KHold)
		return
	}
	x.fired(policy.KOwner, policy.Allow, "agent")
	m := dialog.Message{ID: x.id(), Seq: x.seq(), Speaker: dialog.SpeakerHuman, Name: x.next.AgentName, At: x.e.At,
		Channel: x.next.Channel, Locale: x.locale(), Level: level, Class: dialog.ClassService,
		Body: dialog.Rendered{Text: text}, Client: x.e.ID,
		Why: &dialog.Provenance{Rules: []string{policy.KOwner, policy.KLevel, policy.KHold}, RulesHash: x.rules.Hash}}
	kept := x.deliver(&m)
	x.change.Messages = append(x.change.Messages, m)
	x.next.Replied = x.e.At
	if !kept {
		x.pointToWallet()
	}
}

// unasked reports whether writing now would break a wish: the person said stop,
// and has neither written since nor asked for a human.
func (x *run) unasked() bool {
	h, held := x.next.Held(x.e.At, dialog.HoldCease, dialog.HoldWrongPerson)
	return held && !x.next.LastIn.After(h.Start) && x.next.QueuedAt.IsZero()
}

// note keeps a line for the desk alone.
func (x *run) note(ev *dialog.AgentEvent) {
	text := strings.TrimSpace(ev.Text)
	if text == "" {
		x.turnDown(dialog.CodeInvalid, refusedEmpty, "")
		return
	}
	x.change.Messages = append(x.change.Messages, dialog.Message{ID: x.id(), Seq: x.seq(),
		Speaker: dialog.SpeakerSystem, Name: name(ev), At: x.e.At, Level: LevelDesk, Client: x.e.ID,
		Body: dialog.Rendered{Text: text}})
}

// release gives the chat back to the bot with a recap of what was settled; the
// bot's memory of what was under way is cut.
func (x *run) release(ev *dialog.AgentEvent) {
	for k, v := range ev.Fields {
		if k == "settled" {
			x.recap("settled", dialog.TextValue(cut(v, 200)))
		}
	}
	form := ""
	if x.bestLevel() >= dialog.LevelBorrower {
		switch {
		case has(x.next.Recap, "hold_end_date"):
			form = "hold"
		case has(x.next.Recap, "arrangement"):
			form = "arrangement"
		}
	}
	x.line("handoff.left", form)
	x.leave(dialog.OwnerBot)
	if _, crisis := x.next.Held(x.e.At, dialog.HoldCrisis); !crisis && x.rules.DiscloseAgain(x.next.Packs) {
		x.speak([]dialog.Act{x.notice()})
	}
}

func has(m map[string]dialog.Value, key string) bool {
	_, ok := m[key]
	return ok
}

// leave ends a human's ownership.
func (x *run) leave(to dialog.OwnerKind) {
	x.unqueue(to)
	x.next.Agent, x.next.AgentName, x.next.Recap = "", "", nil
	x.next.Talk = cutTalk(x.next.Talk)
}

// transfer passes the chat on: to another agent ("agent:ID") or into a team's
// queue.
func (x *run) transfer(ev *dialog.AgentEvent) {
	if ev.To == "" {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
		return
	}
	x.line("handoff.left", "")
	if to, ok := strings.CutPrefix(ev.To, "agent:"); ok {
		x.own(dialog.OwnerAgent)
		x.next.Agent, x.next.AgentName = to, to
		if n := ev.Fields["name"]; n != "" {
			x.next.AgentName = n
		}
		x.line("handoff.joined", "")
		return
	}
	x.requeue(strings.TrimPrefix(ev.To, "queue:"), "")
}

// lost puts the chat back into the queue when its agent is gone, in its old
// place.
func (x *run) lost() {
	x.line("handoff.left", "")
	x.requeue(x.next.Queue, "returned")
}

func (x *run) requeue(queue, form string) {
	if queue == "" {
		queue = "general"
	}
	x.own(dialog.OwnerQueue)
	x.next.Agent, x.next.AgentName, x.next.Queue = "", "", queue
	if x.next.QueuedFor == "" {
		x.next.QueuedFor, x.next.Priority = "transfer", max(x.next.Priority, 2)
	}
	if x.next.QueuedAt.IsZero() {
		x.next.QueuedAt = x.e.At
	}
	a := dialog.Act{Kind: "handoff.queued", Form: form, Options: options("cancel_wait")}
	if form == "" {
		a.Form = "no_eta"
		if eta := x.f.Desk.ETA; eta > 0 {
			a.Form, a.Values = "", map[string]dialog.Value{"agent_eta": dialog.DurationValue(eta)}
		}
	}
	x.speak(x.admit(nil, a))
}

// shut closes the chat. Who is not held for any reason is asked how it was.
func (x *run) shut(ev *dialog.AgentEvent) {
	x.line("handoff.left", "")
	_, held := x.next.Held(x.e.At)
	if !held && ev.Fields["quiet"] == "" {
		x.speak(x.admit(nil, dialog.Act{Kind: "feedback.ask",
			Options: options("rate:1", "rate:2", "rate:3", "rate:4", "rate:5")}))
	}
	x.leave(dialog.OwnerClosed)
}

// agentHold puts a hold on; anybody at the desk may.
func (x *run) agentHold(ev *dialog.AgentEvent) {
	if ev.Hold == nil || ev.Hold.Kind == "" {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
		return
	}
	h := *ev.Hold
	h.By, h.Start = ev.Agent, x.e.At
	if v := x.ruled(&h); !v.Allowed() {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, v.Rule)
		return
	}
	x.hold(h)
	x.recapHold(h)
}

func (x *run) recapHold(h dialog.Hold) {
	if !h.End.IsZero() {
		x.recap("hold_end_date", dialog.DateValue(dialog.DateOf(h.End.In(x.zone))))
	}
}

func (x *run) recap(key string, v dialog.Value) {
	settled := make(map[string]dialog.Value, len(x.next.Recap)+1)
	for k, old := range x.next.Recap {
		settled[k] = old
	}
	settled[key] = v
	x.next.Recap = settled
}

// unhold ends a hold. A crisis takes two people; a person's own wish not to be
// written to takes two as well, or a supervisor.
func (x *run) unhold(ev *dialog.AgentEvent) {
	if ev.Hold == nil {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
		return
	}
	kind := ev.Hold.Kind
	two := ev.Second != "" && ev.Second != ev.Agent
	needs := x.rules.TwoPeople(kind) || kind == dialog.HoldCease && ev.Role != "supervisor"
	if needs && !two {
		rule := policy.KHold
		if kind == dialog.HoldCrisis {
			rule = policy.KCrisis
		}
		x.fired(rule, policy.Deny, "second_person")
		x.turnDown(dialog.CodeForbidden, refusedSecond, rule)
		return
	}
	x.fired(policy.KHold, policy.Allow, "released")
	x.next.Holds = keep(x.next.Holds, func(h dialog.Hold) bool { return h.Kind != kind })
	if kind == dialog.HoldCrisis && x.next.Page != nil {
		if x.next.Page.By == "" {
			x.cancel(timerPage, x.next.Page.Ref)
		}
		x.next.Page = nil
	}
}

// grant decides within a role's authority. A hold binds at once; terms become a
// card that the person still has to agree to (I4); money off goes to the lender
// as a case.
func (x *run) grant(ev *dialog.AgentEvent) {
	if ev.Grant == nil {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
		return
	}
	g := *ev.Grant
	x.choose()
	v := x.rules.PermitGrant(ev.Role, g, &x.m)
	x.fire(v.Looked)
	if !v.Allowed() {
		x.turnDown(dialog.CodeForbidden, refusedGrant, v.Rule)
		return
	}
	switch g.Kind {
	case "hold":
		x.grantHold(ev.Agent, g)
	case "deferral", "plan":
		o, ok := x.rules.GrantOffer(g, &x.m)
		x.put(o, ok)
	default:
		x.grantCase(ev.Agent, g)
	}
}

func (x *run) grantHold(agent string, g dialog.Grant) {
	until := g.Until
	if until.IsZero() {
		until = x.m.Standing.Today.AddDays(g.Days)
	}
	h := dialog.Hold{Kind: dialog.HoldHardship, Reason: cut(g.Reason, 200), Start: x.e.At, End: until.In(x.zone), By: agent}
	x.next.Holds = keep(x.next.Holds, func(o dialog.Hold) bool { return o.Kind != h.Kind })
	x.ruled(&h)
	x.hold(h)
	x.recapHold(h)
}

func (x *run) grantCase(agent string, g dialog.Grant) {
	kind := dialog.CaseWaiver
	if g.Kind == "token_payment" {
		kind = dialog.CaseHardship
	}
	call := dialog.Call{Ref: x.ref + "-grant", Kind: dialog.CallCaseOpen, Case: kind, Account: x.m.Account.Ref, Amount: g.Amount,
		Fields: map[string]string{"granted": g.Kind, "amount": g.Amount.Decimal(), "by": agent, "reason": cut(g.Reason, 200)}}
	x.send(&call, []dialog.OpenCase{{Kind: kind, Ref: call.Ref, Opened: x.e.At}})
}

// offer puts an option of the policy's own set on the table.
func (x *run) offer(ev *dialog.AgentEvent) {
	x.choose()
	o, ok := x.rules.Price(&x.m.Standing, ev.Option)
	x.fired(policy.KOffer, policy.Allow, "offered")
	x.put(o, ok)
}

// put shows terms on a confirm card; the one before it is dead.
func (x *run) put(o dialog.Offer, ok bool) {
	a, shown := confirmAct(&o)
	if !ok || !shown || x.bestLevel() < dialog.LevelBorrower {
		x.turnDown(dialog.CodeForbidden, refusedTerms, policy.KOffer)
		return
	}
	ttl := x.f.Programme.QuoteTTL
	if ttl <= 0 {
		ttl = silence
	}
	q := &dialog.Quote{ID: x.ref + "-q1", Offer: o, Version: x.m.Account.Version, Expires: x.e.At.Add(ttl)}
	t := &x.next.Talk
	if t.Quote != nil {
		t.Dead = add(t.Dead, maxDead, t.Quote.ID)
	}
	t.Quote, t.Asked = q, "confirm"
	a.Options = []dialog.Option{{ID: "confirm", Card: q.ID}, {ID: "not_now"}}
	a.Card.ID, a.Card.Expires = q.ID, q.Expires
	x.m.Granted, x.m.Card = true, q
	x.speak(x.admit(nil, a))
	if x.seat(); x.next.Talk.Quote == nil || x.lacking {
		x.turnDown(dialog.CodeForbidden, refusedTerms, policy.KOffer)
		return
	}
	x.recap("arrangement", dialog.TextValue(q.ID))
}

// confirmAct is the card of plain terms: dates and sums, nothing else.
func confirmAct(o *dialog.Offer) (dialog.Act, bool) {
	t := &o.Terms
	if len(t.Schedule) == 0 {
		return dialog.Act{}, false
	}
	first := t.Schedule[0]
	a := dialog.Act{Level: dialog.LevelBorrower, Card: &dialog.Card{Kind: "confirm"}}
	for i, s := range t.Schedule {
		a.Card.Rows = append(a.Card.Rows, dialog.Row{Label: "row.instalment",
			Cells: []dialog.Value{dialog.CountValue(i + 1), dialog.DateValue(s.Due), dialog.MoneyValue(s.Amount)}})
	}
	switch t.Kind {
	case dialog.OfferPlan:
		a.Kind, a.Card.Title = "plan.confirm", "card.confirm_plan"
		a.Values = map[string]dialog.Value{"instalment_count": dialog.InstalmentCountValue(len(t.Schedule)),
			"instalment_lines": dialog.InstalmentsValue(t.Schedule), "plan_total": dialog.MoneyValue(t.Total),
			"first_payment_date": dialog.DateValue(first.Due)}
	case dialog.OfferDeferral:
		a.Kind, a.Card.Title, a.Form = "deferral.confirm", "card.confirm_deferral", "no_cost"
		a.Values = map[string]dialog.Value{"new_due_date": dialog.DateValue(first.Due), "amount_on_date": dialog.MoneyValue(first.Amount)}
		if t.ExtraCost.Minor > 0 {
			a.Form = ""
			a.Values["ordinary_interest"] = dialog.MoneyValue(t.ExtraCost)
		}
	case dialog.OfferPromise:
		a.Kind, a.Card.Title = "promise.confirm", "card.confirm_promise"
		a.Values = map[string]dialog.Value{"promise_amount": dialog.MoneyValue(first.Amount), "promise_date": dialog.DateValue(first.Due)}
	default:
		return dialog.Act{}, false
	}
	return a, slices.ContainsFunc(t.Schedule, func(i dialog.Instalment) bool { return i.Amount.Minor > 0 })
}
