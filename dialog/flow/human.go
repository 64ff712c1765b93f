package flow

import (
	"time"

	"warmline/dialog"
)

// requestHuman fetches a person, in this turn and without a question back.
func requestHuman(d *draft) {
	queue, priority := "general", 3
	switch {
	case d.held(dialog.HoldHardship) || d.Talk.BudgetAsked == budgetNegative:
		queue, priority = "hardship", 2
	case d.held(dialog.HoldDispute, dialog.HoldPaymentTrace):
		queue = "disputes"
	case d.held(dialog.HoldVulnerability, dialog.HoldBereavement, dialog.HoldDeceased):
		queue, priority = "specialist", 1
	}
	if a := d.affect(); a == dialog.AffectAngry || a == dialog.AffectHopeless {
		priority = min(priority, 2)
	}
	d.handOver(queue, priority, "requested")
}

func (d *draft) affect() dialog.Affect {
	if d.heard == nil {
		return ""
	}
	return d.heard.Affect
}

// handOver asks for a person and says truthfully when one can be expected. Who
// waits already keeps the place, or moves up where this matters more.
func (d *draft) handOver(queue string, priority int, reason string) {
	if d.Conv.Owner == dialog.OwnerQueue {
		if priority < d.Conv.Priority {
			d.Handoff = &Handoff{Queue: queue, Priority: priority, Reason: reason}
		}
		d.stillWaiting()
		return
	}
	d.Handoff = &Handoff{Queue: queue, Priority: priority, Reason: reason}
	d.ask("", "")
	desk := d.Facts.Desk
	switch {
	case d.Facts.Unavailable:
		d.say("handoff.queued", "no_eta", nil, waitButtons()...)
	case !desk.Open:
		d.closedHours(desk)
	default:
		d.sayQueued(desk, queue == "hardship")
	}
}

// stillWaiting says where somebody in the queue stands, with the time that is
// left where the desk knows it.
func (d *draft) stillWaiting() {
	desk := d.Facts.Desk
	if !d.Facts.Unavailable && !desk.Open {
		d.closedHours(desk)
		d.offerButtons(buttons("cancel_wait")...)
		return
	}
	if d.Facts.Unavailable || desk.ETA <= 0 {
		d.say("handoff.queued", "waiting", nil, buttons("cancel_wait", "callback")...)
		return
	}
	d.say("handoff.queued", "waiting_eta", vals{"agent_eta": dialog.DurationValue(desk.ETA)}, buttons("cancel_wait", "callback")...)
}

func waitButtons() []dialog.Option { return buttons("cancel_wait", "callback", "complaint") }

func (d *draft) sayQueued(desk dialog.DeskFacts, hardship bool) {
	eta := vals{"agent_eta": dialog.DurationValue(desk.ETA)}
	switch {
	case hardship && desk.ETA > 0:
		d.say("handoff.queued", "hardship", eta, waitButtons()...)
	case hardship:
		d.say("handoff.queued", "hardship_no_eta", nil, waitButtons()...)
	case desk.ETA <= 0:
		d.say("handoff.queued", "no_eta", nil, waitButtons()...)
	case desk.Position > 1:
		eta["queue_place"] = dialog.CountValue(desk.Position)
		d.say("handoff.queued", "place", eta, waitButtons()...)
	default:
		d.say("handoff.queued", "", eta, waitButtons()...)
	}
}

// closedHours says when somebody is there again, with times to choose from.
func (d *draft) closedHours(desk dialog.DeskFacts) {
	if desk.NextOpen.IsZero() {
		d.say("handoff.closed_hours", "unknown", nil, buttons("complaint", "not_now")...)
		return
	}
	v := vals{"next_open": momentValue(desk.NextOpen)}
	if len(desk.Slots) == 0 {
		d.say("handoff.closed_hours", "", v, buttons("callback", "complaint", "not_now")...)
		return
	}
	d.say("handoff.closed_hours", "slots", v, append(slotButtons(desk.Slots), buttons("complaint", "not_now")...)...)
}

// momentValue is a moment with its date.
func momentValue(t time.Time) dialog.Value {
	return dialog.Value{Kind: dialog.ValueTime, At: t, Text: "moment"}
}

// callback offers times at which a person calls back.
func callback(d *draft) {
	slots := d.Facts.Desk.Slots
	if len(slots) == 0 {
		requestHuman(d)
		return
	}
	d.say("callback.offer", "", nil, append(slotButtons(slots), buttons("not_now")...)...)
}

// bookCallback keeps a chosen time; at that time the chat goes to a person.
func (d *draft) bookCallback(at string) {
	when, err := time.Parse(time.RFC3339, at)
	if err != nil || !when.After(d.Now) {
		callback(d)
		return
	}
	d.Timers = append(d.Timers, dialog.TimerOp{Kind: timerCallback, Due: when})
	d.remember("callback", at)
	d.say("callback.offer", "booked", vals{"callback_time": momentValue(when)}, buttons("show_balance")...)
}

// complain opens a complaint and fetches a person. Nothing is argued and
// nothing is asked for in return.
func complain(d *draft) {
	d.hold(dialog.HoldComplaint, "complaint", 0)
	c, open := d.openCase(dialog.CaseComplaint)
	if open && c.Ticket != "" && !c.Due.IsZero() {
		d.say("complaint.opened", "ticket", vals{
			"ticket_id": dialog.TextValue(c.Ticket), "answer_by": dialog.DateValue(d.day(c.Due)),
		})
	} else {
		d.fileCase(dialog.CaseComplaint, d.lines())
		d.say("complaint.opened", "", nil)
	}
	d.CancelProactive = true
	d.handOver("complaints", 1, "complaint")
}

// lines names the messages that a case is about; their text stays in the
// transcript.
func (d *draft) lines() map[string]string {
	t := d.Envelope.Event.Text
	if t == nil || len(t.Lines) == 0 {
		return nil
	}
	return map[string]string{"message": t.Lines[len(t.Lines)-1].ID}
}

// fraud takes "this was not me" at its word: nothing is asked until it is
// cleared up.
func fraud(d *draft) {
	d.hold(dialog.HoldFraud, "not_mine", 0)
	d.fileCase(dialog.CaseFraud, d.lines())
	d.dropQuote()
	d.CancelProactive = true
	d.say("fraud.opened", "", nil, buttons("human")...)
	d.handOver("fraud", 1, "not_mine")
}

// vulnerability hears it, stops asking and fetches a specialist. Credit taken
// under another's pressure is disputed at once.
func vulnerability(d *draft) {
	kind := vulnerabilityKind(d.entity(dialog.EntityReason))
	if kind == "" {
		kind = d.firstOf(topicCoerced, topicAbuse, topicGambling, topicMental, topicElderly)
	}
	d.hold(dialog.HoldVulnerability, kind, 0)
	if kind == "coerced" {
		d.hold(dialog.HoldDispute, "coerced", 0)
		d.fileCase(dialog.CaseDispute, map[string]string{"reason": "coerced"})
	}
	d.CancelProactive = true
	if kind != "" || !d.heldBefore(dialog.HoldVulnerability) { // heard once is heard
		d.say("vulnerability.acknowledge", kind, nil)
	}
	d.handOver("specialist", 1, "vulnerability")
}

// vulnerabilityKind is the form for a kind that the understanding names; "" for
// any other.
func vulnerabilityKind(reason string) string {
	switch reason {
	case "mental_health", "abuse", "coerced", "gambling", "elderly":
		return reason
	}
	return ""
}

// legalStatus stops all collection while a court, an insolvency or a lawyer has
// the word.
func legalStatus(d *draft) {
	kind := legalKind(d.entity(dialog.EntityOrg), d.entity(dialog.EntityReason))
	if kind == "" {
		kind = d.firstOf(topicMoratorium, topicBankruptcy, topicLawyer)
	}
	switch {
	case kind == "moratorium":
		d.hold(dialog.HoldMoratorium, kind, 0)
	case kind == "" && d.asks(topicAdviser): // a plan with an adviser is no court's
		d.hold(dialog.HoldAdvice, "adviser", adviserDays)
	default:
		d.hold(dialog.HoldLegal, kind, 0)
	}
	d.dropQuote()
	d.CancelProactive = true
	d.say("legal.acknowledge", kind, nil)
	d.handOver("legal", 1, "legal")
}

func legalKind(names ...string) string {
	for _, n := range names {
		switch n {
		case "moratorium", "breathing_space":
			return "moratorium"
		case "bankruptcy", "insolvency":
			return "bankruptcy"
		case "lawyer", "attorney", "solicitor":
			return "lawyer"
		}
	}
	return ""
}

// privacyRequest opens a privacy case; a wish that the family hears nothing is
// met without one.
func privacyRequest(d *draft) {
	if d.entity(dialog.EntityRelation) != "" || d.asks(topicContacts) {
		if d.heard != nil && d.heard.Driving == dialog.IntentContactPref {
			d.call(dialog.Call{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "preference", "third_party": "never"}})
		}
		d.say("privacy.opened", "family", nil, buttons("human")...)
		return
	}
	if c, open := d.openCase(dialog.CasePrivacy); open && c.Ticket != "" {
		d.say("privacy.opened", "ticket", vals{"ticket_id": dialog.TextValue(c.Ticket)}, buttons("human")...)
		return
	}
	d.fileCase(dialog.CasePrivacy, d.lines())
	d.say("privacy.opened", "", nil, buttons("human")...)
}

// minor stops: whoever is under age is told nothing and asked nothing.
func minor(d *draft) {
	d.hold(dialog.HoldMinor, "minor", 0)
	d.dropQuote()
	d.Talk.Table = nil
	d.CancelProactive, d.Doubt = true, true
	d.say("minor.stop", "", nil)
	d.Handoff = &Handoff{Queue: "specialist", Priority: 1, Reason: "minor"}
}
