package flow

import (
	"slices"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// news takes note of what the lender reports by itself.
func (d *draft) news(e *dialog.LenderEvent) {
	switch e.Kind {
	case "payment.received", "payment.updated":
		if e.Payment != nil {
			d.payment(*e.Payment)
		}
	case "arrangement.updated":
		d.arrangementNews(e)
	case "case.updated":
		d.caseOutcome(e)
	}
}

// payment says a payment once. It ends what was waiting for it; whoever wanted
// to hear nothing hears nothing.
func (d *draft) payment(p dialog.Payment) {
	d.switchAccount(p.Account)
	switch p.Status {
	case "reversed":
		d.say("payment.reversed", "", vals{"paid_amount": dialog.MoneyValue(p.Amount)}, d.payAgain()...)
	case "failed":
		d.say("payment.failed", "", vals{"pay_amount": dialog.MoneyValue(p.Amount)}, d.payAgain()...)
	case "settled", "":
		d.settled(p)
	case "pending":
		d.cancelTimers(timerReminder, timerFollowUp)
	}
	if !d.mayNote() {
		d.Acts = nil
	}
}

func (d *draft) payAgain() []dialog.Option {
	if d.quiet() {
		return buttons("human")
	}
	return buttons("pay_now", "see_options", "human")
}

// switchAccount looks at the account that the news is about.
func (d *draft) switchAccount(ref string) {
	if ref == "" || ref == d.Account.Ref {
		return
	}
	if a, ok := d.Facts.Account(ref); ok {
		d.Account, d.Owed = a, loan.Owed(a, d.Today)
	}
}

// mayNote reports whether somebody wants to hear of a payment.
func (d *draft) mayNote() bool {
	switch d.Conv.Prefs.NoteOnClear {
	case "none":
		return false
	case "one":
		return true
	}
	return !d.held(dialog.HoldCease)
}

func (d *draft) settled(p dialog.Payment) {
	if slices.Contains(d.Conv.Thanked, p.Ref) {
		return
	}
	d.Thanked = p.Ref
	d.CancelProactive = true
	if d.heldBefore(dialog.HoldPaymentTrace) {
		d.Release = append(d.Release, dialog.HoldPaymentTrace)
	}
	d.endPromise(p)
	v := vals{"paid_amount": dialog.MoneyValue(p.Amount), "receipt_id": receipt(p)}
	form := d.settledForm(v)
	if form != "partial" { // an open card for what is left is shown anew when it is tapped
		d.dropQuote()
	}
	options := buttons("schedule", "human")
	if form == "settled" && !d.Account.NextDue.IsZero() && !d.Conv.Prefs.Reminders && !d.held(dialog.HoldCease) {
		options = d.reminderButtons()
		form = "settled_next"
	}
	d.say("payment.received", form, v, options...)
	switch p := d.Conv.Promise; {
	case form == "plan":
		d.setReminders()
	case form == "partial" && p != nil && !d.EndPromise:
		d.promiseTimers(*p) // the rest is still promised
	}
}

// settledForm says what the payment leaves, as the lender's ledger now has it.
func (d *draft) settledForm(v vals) string {
	if d.Facts.Unavailable || d.Account.Ref == "" {
		return "plain"
	}
	if next, ok := d.nextInstalment(); ok {
		v["next_due_date"], v["next_due_amount"] = dialog.DateValue(next.Due), dialog.MoneyValue(next.Amount)
		return "plan"
	}
	if d.owes() {
		v["remaining_amount"] = dialog.MoneyValue(d.Owed.Total)
		return "partial"
	}
	if !d.Account.NextDue.IsZero() {
		v["next_due_date"] = dialog.DateValue(d.Account.NextDue)
	}
	return "settled"
}

// endPromise ends a promise that the payment keeps, with its clocks.
func (d *draft) endPromise(p dialog.Payment) {
	if q := d.Conv.Promise; q != nil && (p.Amount.Minor >= q.Amount.Minor || !d.owes()) {
		d.EndPromise = true
		d.cancelTimers(timerReminder, timerFollowUp)
		return
	}
	if !d.owes() {
		d.cancelTimers(timerReminder, timerFollowUp)
	}
}

// arrangementNews answers a change of an arrangement: the late answer to a call
// of ours, or an end that the lender set.
func (d *draft) arrangementNews(e *dialog.LenderEvent) {
	a := e.Arrangement
	if a == nil {
		return
	}
	if _, open := d.openCall(a.ClientRef); open {
		answer := *e
		answer.Ref = a.ClientRef
		d.created(&answer)
		return
	}
	if a.Status == dialog.ArrangementCancelled && d.ours(a) {
		d.switchAccount(a.Account)
		d.cancelTimers(timerReminder, timerFollowUp)
		d.EndPromise = a.Kind == dialog.ArrangementPromise
		d.ended(string(a.Kind))
	}
}

// ours reports whether the end of an arrangement is news: it was said to be in
// force, and neither a call of ours nor another arrangement is what ended it.
func (d *draft) ours(a *dialog.Arrangement) bool {
	for _, c := range d.Conv.Calls {
		if c.Kind == dialog.CallArrangementCancel || c.Kind == dialog.CallArrangementCreate {
			return false
		}
	}
	if _, replaced := d.active(); replaced {
		return false
	}
	return d.Conv.Promise != nil && d.Conv.Promise.ID == a.ID || d.fact("arrangement") == a.ID
}
