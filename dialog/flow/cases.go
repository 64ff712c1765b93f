package flow

import (
	"time"

	"warmline/dialog"
)

// caseOpened gives the ticket number, now that the lender has taken the case.
func (d *draft) caseOpened(e *dialog.LenderEvent) {
	c, open := d.openCall(e.Ref)
	if !open || !succeeded(e.Status) || e.ID == "" {
		return
	}
	ticket := vals{"ticket_id": dialog.TextValue(e.ID)}
	switch c.Case {
	case dialog.CaseDispute:
		ticket["answer_by"] = dialog.DateValue(d.answerBy(e, workingDays(d.Today, 5)))
		d.say("dispute.opened", "ticket", ticket, buttons("upload", "human")...)
	case dialog.CaseComplaint:
		ticket["answer_by"] = dialog.DateValue(d.answerBy(e, d.Today.AddDays(complaintDays)))
		d.say("complaint.opened", "ticket", ticket, buttons("human")...)
	case dialog.CaseFraud:
		d.say("fraud.opened", "ticket", ticket, buttons("human")...)
	case dialog.CasePrivacy:
		d.say("privacy.opened", "ticket", ticket, buttons("human")...)
	case dialog.CaseWaiver:
		d.say("waiver.opened", "ticket", ticket, buttons("see_options", "human")...)
		if d.quiet() {
			d.last().Options = buttons("human")
		}
	case dialog.CaseTrace:
		d.say("payment.trace", "ticket", ticket, buttons("human")...)
	}
}

// complaintDays is the clock of a complaint where the lender states none, the
// shortest of the packs' (银行业保险业消费投诉处理管理办法: 15 days).
const complaintDays = 15

// answerBy is the day by which an answer was said to come.
func (d *draft) answerBy(e *dialog.LenderEvent, otherwise dialog.Date) dialog.Date {
	if e.Due.IsZero() {
		return otherwise
	}
	return d.day(e.Due)
}

// workingDays is the date so many days later, Saturdays and Sundays not
// counted.
func workingDays(from dialog.Date, n int) dialog.Date {
	for n > 0 {
		from = from.AddDays(1)
		if w := from.Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return from
}

// contactUpdated says whether the lender's other channels have stopped. To a
// wrong person nothing is ever said again.
func (d *draft) contactUpdated(e *dialog.LenderEvent) {
	if _, open := d.openCall(e.Ref); !open || !d.held(dialog.HoldCease) || d.held(dialog.HoldWrongPerson) {
		return
	}
	d.say("contact.acknowledged", pick(e, "", "failed"), nil, buttons("resume_contact")...)
}

// caseOutcome says how a case ended; with a dispute the hold ends too.
func (d *draft) caseOutcome(e *dialog.LenderEvent) {
	if e.Outcome == "" {
		return
	}
	ticket := vals{"ticket_id": dialog.TextValue(d.ticket(e))}
	switch e.CaseKind {
	case dialog.CaseDispute:
		d.Release = append(d.Release, dialog.HoldDispute)
		d.disputeOutcome(e, ticket)
	case dialog.CaseComplaint:
		d.Release = append(d.Release, dialog.HoldComplaint)
		d.say("complaint.outcome", "", ticket, buttons("human")...)
	case dialog.CaseTrace:
		d.Release = append(d.Release, dialog.HoldPaymentTrace)
		if !d.Facts.Unavailable && d.Account.Ref != "" {
			balance(d)
		}
	}
}

// ticket is the number of the case that the event is about.
func (d *draft) ticket(e *dialog.LenderEvent) string {
	if e.ID != "" {
		return e.ID
	}
	c, _ := d.openCase(e.CaseKind)
	if c.Ticket != "" {
		return c.Ticket
	}
	return c.Ref
}

// disputeOutcome shows the account as it is after the decision, and what the
// decision rests on.
func (d *draft) disputeOutcome(e *dialog.LenderEvent, v vals) {
	options := buttons("breakdown", "complaint", "human")
	switch e.Outcome {
	case "upheld", "partial":
		if d.Facts.Unavailable || d.Account.Ref == "" {
			d.handOver("disputes", 2, "outcome") // the figures cannot be shown now: a person says them
			return
		}
		v["amount_due"] = dialog.MoneyValue(d.Owed.Total)
	default:
		e.Outcome = "rejected"
		evidence := e.Evidence
		if evidence == "" {
			evidence = d.ticket(e)
		}
		v["evidence"] = dialog.TextValue(evidence)
	}
	d.sayCard("dispute.outcome", e.Outcome, v, d.balanceCard(), options...)
}

// caseNews says again where an open case stands when the text asks for word of
// it, and reports whether it did.
func (d *draft) caseNews() bool {
	if d.Envelope.Event.Text == nil || !d.short() || !d.asks(topicNews) {
		return false
	}
	for _, c := range d.Conv.Cases {
		if d.caseStands(c) {
			d.Talk.Clarified = 0
			return true
		}
	}
	return false
}

func (d *draft) caseStands(c dialog.OpenCase) bool {
	ticket := vals{"ticket_id": dialog.TextValue(c.Ticket)}
	switch {
	case c.Kind == dialog.CaseDispute:
		d.disputeOpen(c)
	case c.Ticket == "":
		return false
	case c.Kind == dialog.CaseTrace:
		d.say("payment.trace", "ticket", ticket, buttons("human")...)
	case c.Kind == dialog.CaseWaiver:
		d.say("waiver.opened", "ticket", ticket, buttons("see_options", "human")...)
	case c.Kind == dialog.CaseFraud:
		d.say("fraud.opened", "ticket", ticket, buttons("human")...)
	case c.Kind == dialog.CasePrivacy:
		d.say("privacy.opened", "ticket", ticket, buttons("human")...)
	case c.Kind == dialog.CaseComplaint && !c.Due.IsZero():
		ticket["answer_by"] = dialog.DateValue(d.day(c.Due))
		d.say("complaint.opened", "ticket", ticket, buttons("human")...)
	default:
		return false
	}
	return true
}
