package flow

import (
	"reflect"
	"slices"

	"warmline/dialog"
)

// liveQuote returns the open confirm card, nil when there is none or its terms
// are no longer kept.
func (d *draft) liveQuote() *dialog.Quote {
	q := d.Talk.Quote
	if q == nil || !d.Now.Before(q.Expires) {
		return nil
	}
	return q
}

// open puts a new quote on the table; the one before it is dead.
func (d *draft) open(q dialog.Quote) *dialog.Quote {
	d.dropQuote()
	d.cards++
	q.ID = d.ref("q", d.cards)
	q.Version = d.Account.Version
	q.Expires = d.Now.Add(d.quoteTTL())
	d.Talk.Quote = &q
	d.ask(string(q.Offer.Terms.Kind), "confirm")
	return d.Talk.Quote
}

// dropQuote closes the open card for good.
func (d *draft) dropQuote() {
	if q := d.Talk.Quote; q != nil {
		d.Talk.Dead = append(d.Talk.Dead, q.ID)
		d.Talk.Quote = nil
	}
}

// price returns an option's exact terms, if the policy allows it.
func (d *draft) price(option string) (dialog.Offer, bool) {
	if d.Price == nil {
		return dialog.Offer{}, false
	}
	o, ok := d.Price(option)
	if !ok || len(o.Terms.Schedule) == 0 {
		return dialog.Offer{}, false
	}
	return o, true
}

// propose shows the confirm card of an offer. Nothing is agreed by it.
func (d *draft) propose(o dialog.Offer, form, replaces string) {
	q := d.open(dialog.Quote{Offer: o, Replaces: replaces})
	d.showQuote(q, form)
}

// showQuote says the terms of a quote with the buttons that bind or leave it.
func (d *draft) showQuote(q *dialog.Quote, form string) {
	d.Talk.Asked = "confirm"
	d.switchAccount(q.Offer.Terms.Account)
	if q.Cancels != "" && d.Facts.Unavailable {
		d.say("service.unavailable", "", nil, confirmButtons(q)...)
		return
	}
	if q.Cancels != "" {
		d.showCancel(q)
		return
	}
	switch q.Offer.Terms.Kind {
	case dialog.OfferPlan:
		d.showPlan(q, form)
	case dialog.OfferDeferral:
		d.showDeferral(q, form)
	case dialog.OfferPromise:
		d.showPromise(q)
	}
}

// tapConfirm answers a tap on a confirm button. It binds only the terms that
// stand on that very card.
func tapConfirm(d *draft, card string) {
	q := d.Talk.Quote
	switch {
	case card == "" && q != nil, q != nil && q.ID == card:
		d.bind()
	case d.submitted(card):
		d.say("quote.expired", "done", nil, buttons("schedule", "human")...)
	default:
		d.stale("replaced")
	}
}

// submitted reports whether a card's terms were already sent to the lender.
func (d *draft) submitted(card string) bool {
	if _, open := d.openCall(card); open || card != "" && d.fact("submitted") == card {
		return true
	}
	return slices.ContainsFunc(d.Facts.Arrangements, func(a dialog.Arrangement) bool {
		return card != "" && a.ClientRef == card
	})
}

// stale says that a card no longer counts and shows the one that does.
func (d *draft) stale(form string) {
	q := d.liveQuote()
	if q == nil {
		d.say("quote.expired", "", nil, buttons("see_options", "human")...)
		return
	}
	d.say("quote.expired", form, nil)
	d.showQuote(q, "")
}

// bind sends the open card's terms to the lender: the borrower has agreed to
// exactly these. Terms that have moved since are shown anew instead.
func (d *draft) bind() {
	q := d.Talk.Quote
	d.switchAccount(q.Offer.Terms.Account)
	switch {
	case d.Level < dialog.LevelBorrower:
		d.askIdentity()
	case d.Facts.Unavailable:
		d.say("service.unavailable", "", nil, confirmButtons(q)...)
		d.Talk.Asked = "confirm"
	case !d.Now.Before(q.Expires):
		d.renew(q, "")
	case q.Version != d.Account.Version:
		d.renew(q, "changed_terms")
	case q.Cancels != "":
		d.submitCancel(q)
	default:
		d.submit(q)
	}
}

// renew replaces a card by one with today's terms.
func (d *draft) renew(q *dialog.Quote, form string) {
	if q.Cancels != "" {
		d.dropQuote()
		cancelOrUndo(d)
		return
	}
	o, ok := d.price(q.Offer.Option)
	if !ok {
		d.dropQuote()
		d.say("quote.expired", "", nil, buttons("see_options", "human")...)
		return
	}
	if form == "" {
		d.say("quote.expired", "", nil)
		if reflect.DeepEqual(o.Terms, q.Offer.Terms) {
			form = ""
		} else {
			form = "changed_terms"
		}
	}
	d.anew(o, form, q.Replaces)
}

// anew shows terms that have moved. A promise's card has no words of its own
// for that, so they are said before it.
func (d *draft) anew(o dialog.Offer, form, replaces string) {
	if form == "changed_terms" && o.Terms.Kind == dialog.OfferPromise && !d.said("quote.expired") {
		d.say("quote.expired", "", nil)
	}
	d.propose(o, form, replaces)
}

// submit asks the lender for the arrangement. The quote's id is the call's
// idempotency key, so that no repetition can make a second one.
func (d *draft) submit(q *dialog.Quote) {
	terms := q.Offer.Terms
	d.call(dialog.Call{
		Ref: q.ID, Kind: dialog.CallArrangementCreate, Account: terms.Account,
		Version: q.Version, Terms: &terms, Arrangement: q.Replaces,
	})
	d.remember("submitted", q.ID)
	d.Talk.Quote, d.Talk.Table = nil, nil
	d.ask("", "")
	switch terms.Kind {
	case dialog.OfferDeferral:
		d.say("deferral.submitted", "", nil, buttons("schedule", "human")...)
	case dialog.OfferPromise:
		due := terms.Schedule[0]
		d.say("plan.submitted", "promise", vals{
			"promise_amount": dialog.MoneyValue(due.Amount), "promise_date": dayValue(due.Due),
		}, buttons("schedule", "human")...)
	default:
		d.say("plan.submitted", "", nil, buttons("schedule", "human")...)
	}
}
