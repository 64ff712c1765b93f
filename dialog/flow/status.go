package flow

import "warmline/dialog"

// planStatus says where an agreement stands.
func planStatus(d *draft) {
	if p := d.Conv.Promise; p != nil && d.Envelope.Event.Text != nil {
		if day, ok := d.payday(); ok && day != p.Date && !d.running() && d.ready() {
			promiseToPay(d) // another day is a wish, not a question
			return
		}
	}
	if a, ok := d.active(); ok {
		d.agreed(a)
		return
	}
	if d.waitingForLender() {
		d.say("plan.status", "pending", nil, buttons("human")...)
		return
	}
	if p := d.Conv.Promise; p != nil {
		d.say("plan.status", "promise", vals{
			"promise_date": dayValue(p.Date), "promise_amount": dialog.MoneyValue(p.Amount),
		}, buttons("pay_now", "promise", "human")...)
		return
	}
	if !d.cardOpen() && (d.caseNews() || d.traceNews()) {
		return
	}
	if q := d.liveQuote(); q != nil && q.Cancels == "" && d.Level >= dialog.LevelBorrower {
		d.showQuote(q, "") // the question is about what is on the table
		return
	}
	if d.wantsOne() {
		askOptions(d)
		return
	}
	d.say("plan.status", "none", nil, buttons("see_options", "human")...)
	if d.quiet() || !d.owes() {
		d.last().Options = buttons("human")
	}
}

// traceNews says where the search for a payment stands when nothing is agreed
// that the question could be about, and reports whether it did.
func (d *draft) traceNews() bool {
	if !d.held(dialog.HoldPaymentTrace) || d.liveQuote() != nil || d.Level < dialog.LevelBorrower {
		return false
	}
	if _, pending := d.pendingPayment(); pending {
		d.stillClearing()
		return true
	}
	if c, open := d.openCase(dialog.CaseTrace); open {
		d.traceStands(c)
		return true
	}
	d.ask("trace", "reference")
	d.say("payment.trace", "ask", nil, buttons("upload", "human")...)
	return true
}

// wantsOne reports whether a text that sounds like a question for an agreement
// wants one made: "I'd like to set up a plan".
func (d *draft) wantsOne() bool {
	return d.Envelope.Event.Text != nil && d.asks(topicSplit) && d.asks(topicWant) && !d.asks(topicNews) &&
		d.Level >= dialog.LevelBorrower && d.Account.Ref != "" && d.owes() && !d.forbidden()
}

// agreed says what is left of an arrangement and when the next payment is due.
func (d *draft) agreed(a dialog.Arrangement) {
	rest := unpaid(a)
	if len(rest) == 0 {
		d.say("plan.status", "none", nil, buttons("human")...)
		return
	}
	next := rest[0]
	switch a.Kind {
	case dialog.ArrangementDeferral:
		d.say("plan.status", "deferral", vals{
			"new_due_date": dialog.DateValue(next.Due), "amount_on_date": dialog.MoneyValue(next.Amount),
		}, buttons("pay_now", "cancel", "human")...)
	case dialog.ArrangementPromise:
		d.say("plan.status", "promise", vals{
			"promise_date": dayValue(next.Due), "promise_amount": dialog.MoneyValue(next.Amount),
		}, buttons("pay_now", "promise", "human")...)
	default:
		card := &dialog.Card{Kind: "schedule", Title: "card.schedule", Rows: scheduleRows(rest)}
		d.sayCard("plan.status", "active", vals{
			"next_due_date": dialog.DateValue(next.Due), "next_due_amount": dialog.MoneyValue(next.Amount),
			"instalments_left": dialog.InstalmentCountValue(len(rest)),
		}, card, buttons("pay_now", "cancel", "human")...)
	}
}

// scheduleCard is what is left of the plan or deferral in force.
func (d *draft) scheduleCard() *dialog.Card {
	card := &dialog.Card{Kind: "schedule", Title: "card.schedule"}
	for _, kind := range []dialog.ArrangementKind{dialog.ArrangementPlan, dialog.ArrangementDeferral} {
		if a, ok := d.arrangement(kind, dialog.ArrangementActive); ok {
			card.Rows = scheduleRows(unpaid(a))
			break
		}
	}
	return card
}

// running reports whether a plan or deferral is in force or on its way, so that
// no second one can be had.
func (d *draft) running() bool {
	if d.waitingForLender() {
		return true
	}
	for _, kind := range []dialog.ArrangementKind{dialog.ArrangementPlan, dialog.ArrangementDeferral} {
		if _, ok := d.arrangement(kind, dialog.ArrangementActive, dialog.ArrangementPending); ok {
			return true
		}
	}
	return false
}

// agreedAlready says what is agreed where nothing can be put beside it, and
// reports whether it did.
func (d *draft) agreedAlready() bool {
	if !d.running() {
		return false
	}
	planStatus(d)
	d.offerButtons(buttons("human")...)
	return true
}

// replaced is the id of the plan or deferral that a new plan would replace.
func (d *draft) replaced() string {
	for _, kind := range []dialog.ArrangementKind{dialog.ArrangementPlan, dialog.ArrangementDeferral} {
		if a, ok := d.arrangement(kind, dialog.ArrangementActive); ok {
			return a.ID
		}
	}
	return ""
}
