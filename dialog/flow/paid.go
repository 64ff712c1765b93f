package flow

import (
	"strings"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// tracesTried is how many times somebody is asked for a detail of a payment
// before a person looks for it.
const tracesTried = 2

// alreadyPaid looks for the payment. Nothing is doubted: while it is looked
// for, nothing is asked.
func alreadyPaid(d *draft) {
	if day, ok := d.paidDay(); ok && d.Today.Before(day) {
		promiseToPay(d) // what is to come has not been paid
		return
	}
	p, found := d.findPayment()
	switch {
	case !found && d.missingInSum():
		dispute(d)
	case found && p.Status == "settled":
		d.traceSettled(p)
	case found:
		d.tracePending(p)
	default:
		d.traceMissing()
	}
}

// missingInSum reports whether somebody says that a sum is wrong because a
// smaller payment is missing in it: that is to be cleared up as a whole.
func (d *draft) missingInSum() bool {
	sum, ok := d.amount()
	return d.heard != nil && d.heard.Has(dialog.IntentDisputeAmount) && (!ok || sum.Minor < d.Owed.Total.Minor)
}

// tracing reports whether a text answers the question which payment is meant,
// whatever else it sounds like: it names a sum, a day, a number, a picture.
func (d *draft) tracing() bool {
	if !d.answers("trace", "reference") || d.heard == nil {
		return false
	}
	switch d.heard.Driving {
	case "", dialog.IntentAskBalance, dialog.IntentPayPartial, dialog.IntentPayNow, dialog.IntentPromiseToPay, dialog.IntentSmalltalk,
		dialog.IntentAffirm, dialog.IntentOutOfScope, dialog.IntentGiveIdentity, dialog.IntentChooseOption, dialog.IntentProposeTerms:
	default:
		if d.heard.Confident {
			return false
		}
	}
	for _, k := range []dialog.EntityKind{dialog.EntityAmount, dialog.EntityDate, dialog.EntityPaymentRef, dialog.EntityEvidence} {
		if _, ok := d.heard.Entity(k); ok {
			return true
		}
	}
	return d.heard.Driving == dialog.IntentAlreadyPaid
}

// landedAsked reports whether a text asks if a payment has come in, where one is
// known of.
func (d *draft) landedAsked() bool {
	return d.asks(topicLanded) && d.Level >= dialog.LevelBorrower && len(d.Facts.Payments) > 0
}

// findPayment returns the newest payment that fits what the text says of it:
// its reference, its sum, its day within three days. Without any of these it is
// the newest one of the last fortnight.
func (d *draft) findPayment() (dialog.Payment, bool) {
	var found dialog.Payment
	ok := false
	for _, p := range d.Facts.Payments {
		if p.Account != "" && p.Account != d.Account.Ref || p.Status == "reversed" || !d.fits(p) {
			continue
		}
		if !ok || p.At.After(found.At) {
			found, ok = p, true
		}
	}
	return found, ok
}

func (d *draft) fits(p dialog.Payment) bool {
	day, stated := d.day(p.At), false
	if ref := d.entity(dialog.EntityPaymentRef); ref != "" {
		return strings.HasSuffix(p.Ref, ref) || strings.HasSuffix(p.ReceiptID, ref)
	}
	if sum, ok := d.amount(); ok {
		if p.Amount != sum {
			return false
		}
		stated = true
	}
	if on, ok := d.paidDay(); ok {
		return near(day, on, 3)
	}
	return stated || near(day, d.Today, 14)
}

// paidDay is the day on which the text says that something was paid: a weekday
// without more is the last one.
func (d *draft) paidDay() (dialog.Date, bool) {
	e, _ := d.meant(dialog.EntityDate)
	day, err := dialog.ParseDate(e.Value)
	if err != nil {
		return dialog.Date{}, false
	}
	if ahead := day.Days(d.Today); ahead > 0 && ahead < 7 && d.bareWeekday(e) {
		day = day.AddDays(-7)
	}
	return day, true
}

func near(a, b dialog.Date, days int) bool { return max(a.Days(b), b.Days(a)) <= days }

func (d *draft) paidValues(p dialog.Payment) vals {
	return vals{"paid_amount": dialog.MoneyValue(p.Amount), "paid_date": momentOf(p)}
}

// momentOf is when a payment was ordered, with its date.
func momentOf(p dialog.Payment) dialog.Value { return momentValue(p.At) }

// tracePending has found it on its way. It is weighed against what was owed on
// the day it was ordered, for late interest stops there.
func (d *draft) tracePending(p dialog.Payment) {
	d.hold(dialog.HoldPaymentTrace, "pending", 0)
	d.CancelProactive = true
	d.dropQuote()
	v := d.paidValues(p)
	form := "pending"
	if rest := d.owedOn(d.day(p.At)).Sub(p.Amount); rest.Minor > 0 {
		form = "pending_short"
		v["remaining_amount"] = dialog.MoneyValue(rest)
	}
	d.ask("note", "yes_no")
	d.say("payment.trace", form, v, buttons("note_one", "note_none", "human")...)
}

// traceSettled has found it booked.
func (d *draft) traceSettled(p dialog.Payment) {
	v := d.paidValues(p)
	v["receipt_id"] = receipt(p)
	d.ask("", "")
	d.say("payment.trace", "settled", v, buttons("show_balance", "human")...)
}

// receipt is the number to quote for a payment.
func receipt(p dialog.Payment) dialog.Value {
	if p.ReceiptID != "" {
		return dialog.TextValue(p.ReceiptID)
	}
	return dialog.TextValue(p.Ref)
}

// traceMissing asks for one detail, twice at most, and then a person looks.
func (d *draft) traceMissing() {
	if c, open := d.openCase(dialog.CaseTrace); open && d.entity(dialog.EntityPaymentRef) == "" {
		d.traceStands(c)
		return
	}
	n := d.Talk.TraceTries
	d.Talk.TraceTries++
	if !d.held(dialog.HoldPaymentTrace) {
		d.hold(dialog.HoldPaymentTrace, "not_found", 0)
	}
	d.CancelProactive = true
	d.dropQuote() // nothing is agreed about a sum that may be paid
	d.Talk.Table = nil
	if n > 0 && n < tracesTried && d.entity(dialog.EntityPaymentRef) != "" {
		d.openTrace(d.lines(), "opened") // there is nothing better to ask for
		d.ask("trace", "reference")
		return
	}
	if n < tracesTried {
		d.ask("trace", "reference")
		d.say("payment.trace", form(n, "ask", "ask_again"), nil, buttons("upload", "human")...)
		return
	}
	d.openTrace(d.lines(), "human")
	d.handOver("disputes", 3, "payment_trace")
}

// traceStands says again that a person is looking for a payment.
func (d *draft) traceStands(c dialog.OpenCase) {
	if c.Ticket == "" {
		d.say("payment.trace", "opened", nil, buttons("human")...)
		return
	}
	d.say("payment.trace", "ticket", vals{"ticket_id": dialog.TextValue(c.Ticket)}, buttons("human")...)
}

// openTrace gives the search to a person's desk.
func (d *draft) openTrace(fields map[string]string, form string) {
	d.ask("", "")
	d.fileCase(dialog.CaseTrace, fields)
	d.say("payment.trace", form, nil, buttons("human")...)
}

// clearNote keeps whether one note is wanted when the payment clears.
func clearNote(d *draft, wanted bool) {
	p := d.prefs()
	p.NoteOnClear = "none"
	form := "no_note"
	if wanted {
		p.NoteOnClear, form = "one", "note_saved"
	}
	d.Prefs = &p
	d.ask("", "")
	d.say("payment.trace", form, nil, buttons("show_balance", "human")...)
}

// owedOn is what the account owed on a day.
func (d *draft) owedOn(day dialog.Date) dialog.Money { return loan.Owed(d.Account, day).Total }
