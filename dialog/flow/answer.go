package flow

import (
	"strings"

	"warmline/dialog"
)

// Answer answers the lender: the outcome of a call, or news of its own. News
// about nothing that was said before is not announced.
func Answer(in Input) Proposal {
	d := begin(in)
	if e := in.Envelope.Event.Lender; e != nil {
		d.lenderSays(e)
	}
	d.silence()
	d.finish()
	return d.Proposal
}

func (d *draft) lenderSays(e *dialog.LenderEvent) {
	switch dialog.CallKind(e.Kind) {
	case dialog.CallArrangementCreate:
		d.created(e)
	case dialog.CallArrangementCancel:
		d.cancelled(e)
	case dialog.CallPaymentLinkCreate:
		d.linkMade(e)
	case dialog.CallDebitRetry:
		d.say("tech.fix", pick(e, "retry_done", "retry_failed"), nil, buttons("pay_now", "human")...)
	case dialog.CallDebitPause:
		d.say("tech.fix", pick(e, "pause_done", "pause_failed"), nil, buttons("human")...)
	case dialog.CallCaseOpen:
		d.caseOpened(e)
	case dialog.CallCaseResolve: // the person who decided says it
	case dialog.CallContactUpdate:
		d.contactUpdated(e)
	default:
		d.news(e)
	}
}

// pick chooses a form by whether the lender did what was asked.
func pick(e *dialog.LenderEvent, done, failed string) string {
	if succeeded(e.Status) {
		return done
	}
	return failed
}

func succeeded(status string) bool {
	switch status {
	case "failed", "rejected", "changed":
		return false
	}
	return true
}

// silence keeps the bot from speaking of money where it must not: in a crisis,
// to a stranger, after a death.
func (d *draft) silence() {
	if d.held(dialog.HoldCrisis, dialog.HoldWrongPerson, dialog.HoldDeceased, dialog.HoldMinor) {
		d.Acts = nil
	}
}

// created answers an arrangement.create. An answer to a call that nobody waits
// for was given already.
func (d *draft) created(e *dialog.LenderEvent) {
	c, open := d.openCall(e.Ref)
	if !open || c.Quote == nil {
		return
	}
	switch status(e) {
	case "pending":
	case "active", "ok":
		d.accepted(*c.Quote, e)
	case "changed":
		d.changed(*c.Quote)
	case "failed":
		d.say("service.unavailable", "", nil, buttons("see_options", "human")...)
	default:
		d.rejected(c.Quote.Offer.Terms.Kind, refusalReason(e))
	}
}

// refusalReason is the lender's label for a refusal, where there are words for
// it; "" otherwise: a code is never shown.
func refusalReason(e *dialog.LenderEvent) string {
	reason := e.Reason
	if reason == "" && e.Arrangement != nil {
		reason = e.Arrangement.Reason
	}
	switch reason {
	case "affordability", "too_many", "too_soon", "not_eligible", "documents", "account_status", "limit":
		return reason
	}
	return ""
}

// status is the lender's word on an arrangement: the arrangement's own where
// there is one.
func status(e *dialog.LenderEvent) string {
	if e.Arrangement != nil && e.Arrangement.Status != "" && (e.Status == "" || e.Status == "ok") {
		return string(e.Arrangement.Status)
	}
	return e.Status
}

// accepted says that an arrangement is in force, now that the lender has said
// so.
func (d *draft) accepted(q dialog.Quote, e *dialog.LenderEvent) {
	t := q.Offer.Terms
	schedule := t.Schedule
	if e.Arrangement != nil && len(e.Arrangement.Schedule) > 0 {
		schedule = e.Arrangement.Schedule
	}
	if len(schedule) == 0 {
		return
	}
	first := schedule[0]
	d.CancelProactive = true
	d.remember("arrangement", arrangementID(e))
	switch t.Kind {
	case dialog.OfferDeferral:
		d.say("deferral.accepted", "", vals{
			"new_due_date": dialog.DateValue(first.Due), "amount_on_date": dialog.MoneyValue(first.Amount),
		}, d.reminderButtons()...)
		d.EndPromise = d.Conv.Promise != nil
		d.remindOf(schedule, "deferral")
	case dialog.OfferPromise:
		d.promised(q, e, first)
	default:
		d.planAccepted(q, schedule)
	}
	d.last().Card = arrangementCard(schedule, e)
}

func (d *draft) planAccepted(q dialog.Quote, schedule []dialog.Instalment) {
	kind := dialog.ActKind("plan.accepted")
	form := ""
	if q.Replaces != "" {
		kind = "plan.changed"
	} else if !d.Conv.Prefs.Reminders {
		form = "reminders"
		d.ask("reminders", "yes_no")
	}
	d.say(kind, form, vals{
		"instalment_count":     dialog.InstalmentCountValue(len(schedule)),
		"first_payment_date":   dialog.DateValue(schedule[0].Due),
		"first_payment_amount": dialog.MoneyValue(schedule[0].Amount),
	}, d.reminderButtons()...)
	d.EndPromise = d.Conv.Promise != nil // the lender lets a plan take its place
	d.remindOf(schedule, "plan")
}

// arrangementCard is the schedule as a receipt, with the lender's number.
func arrangementCard(schedule []dialog.Instalment, e *dialog.LenderEvent) *dialog.Card {
	card := &dialog.Card{Kind: "schedule", Title: "card.schedule", Rows: scheduleRows(schedule)}
	if id := arrangementID(e); id != "" {
		card.Rows = append(card.Rows, row("row.receipt", dialog.TextValue(id)))
	}
	return card
}

// arrangementID is the lender's id of what it made.
func arrangementID(e *dialog.LenderEvent) string {
	if e.Arrangement != nil && e.Arrangement.ID != "" {
		return e.Arrangement.ID
	}
	return e.ID
}

// reminderButtons offer reminders to whoever has not chosen them yet.
func (d *draft) reminderButtons() []dialog.Option {
	if d.Conv.Prefs.Reminders {
		return buttons("schedule", "advice", "human")
	}
	return buttons("reminders_yes", "reminders_no", "schedule", "advice", "human")
}

// promised keeps a promise and sets its clocks: a note the day before, a
// question after a day of grace.
func (d *draft) promised(q dialog.Quote, e *dialog.LenderEvent, due dialog.Instalment) {
	p := dialog.PromiseState{ID: arrangementID(e), Amount: due.Amount, Date: due.Due, Made: d.Today}
	form := ""
	if q.Replaces != "" {
		form = "moved"
		if old := d.Conv.Promise; old != nil {
			p.Moves, p.Made = old.Moves+1, old.Made
		}
	}
	d.Promise = &p
	d.cancelTimers(timerReminder, timerFollowUp)
	d.promiseTimers(p)
	d.say("promise.recorded", form, vals{
		"promise_amount": dialog.MoneyValue(p.Amount), "promise_date": dayValue(p.Date),
	}, buttons("pay_now", "schedule", "human")...)
}

// rejected says that the lender did not agree, with the other ways.
func (d *draft) rejected(kind dialog.OfferKind, reason string) {
	act, form := dialog.ActKind("plan.rejected"), ""
	var v vals
	if reason != "" && kind != dialog.OfferPromise {
		form, v = "reason", vals{"reject_reason": dialog.LabelValue("reason." + reason)}
	}
	switch kind {
	case dialog.OfferDeferral:
		act = "deferral.rejected"
	case dialog.OfferPromise:
		act = "promise.rejected"
	}
	var others []dialog.Offer
	for _, o := range d.ways(false) {
		if o.Terms.Kind != kind {
			others = append(others, o)
		}
	}
	if len(others) > 0 && !d.quiet() {
		d.table("options", others)
	}
	if d.quiet() {
		others = nil
	}
	d.say(act, form, v, menu(others, "human", "not_now")...)
}

// changed shows the terms anew: the account moved before the lender could
// agree.
func (d *draft) changed(q dialog.Quote) {
	o, ok := d.price(q.Offer.Option)
	if !ok {
		d.rejected(q.Offer.Terms.Kind, "")
		return
	}
	d.anew(o, "changed_terms", q.Replaces)
}

// cancelled says that an agreement has ended and what is due again.
func (d *draft) cancelled(e *dialog.LenderEvent) {
	if _, open := d.openCall(e.Ref); !open {
		return
	}
	kind := d.fact("cancelling")
	if !succeeded(e.Status) {
		d.say("plan.cancelled", "failed", nil, buttons("human")...)
		return
	}
	if e.Status == "pending" {
		return
	}
	d.remember("cancelling", "")
	d.remember("arrangement", "")
	d.cancelTimers(timerReminder, timerFollowUp)
	d.EndPromise = kind == string(dialog.ArrangementPromise)
	d.ended(kind)
}

// ended says that an arrangement of a kind is no more.
func (d *draft) ended(kind string) {
	act := dialog.ActKind("plan.cancelled")
	if kind == string(dialog.ArrangementDeferral) {
		act = "deferral.cancelled"
	}
	if kind == string(dialog.ArrangementPromise) {
		d.say("cancel.done", "", nil, buttons("show_balance", "see_options", "human")...)
		return
	}
	options := buttons("see_options", "pay_now", "human")
	if d.quiet() {
		options = buttons("human")
	}
	d.say(act, "", vals{"amount_due": dialog.MoneyValue(d.Owed.Total)}, options...)
}

// linkMade gives the link for paying.
func (d *draft) linkMade(e *dialog.LenderEvent) {
	decimal, currency, _ := strings.Cut(d.fact("pay_amount"), " ")
	sum, err := dialog.ParseMoney(decimal, dialog.Currency(currency))
	if err != nil || currency == "" {
		sum = d.Owed.Total
	}
	if !succeeded(e.Status) || e.URL == "" || sum.Currency == "" {
		d.say("payment.link", "failed", nil, buttons("pay_now", "human")...)
		return
	}
	d.remember("pay_amount", "")
	link := dialog.Option{ID: "pay_now", URL: e.URL}
	card := &dialog.Card{Kind: "link", Title: "card.link", Rows: []dialog.Row{row("row.amount", dialog.MoneyValue(sum))}}
	d.sayCard("payment.link", "", vals{"pay_amount": dialog.MoneyValue(sum)}, card, link, buttons("human")[0])
}
