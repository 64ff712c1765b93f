package flow

import (
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// cancelOrUndo takes back the last thing that can be taken back: the wait for a
// person, an open card, an agreement within its cancel window.
func cancelOrUndo(d *draft) {
	switch {
	case d.Conv.Owner == dialog.OwnerQueue:
		cancelWait(d)
	case d.notThisOne():
		d.leaveCard()
	case d.switching():
		chooseOption(d)
	case d.countNamed() && d.ready() && d.owes() && !d.forbidden():
		proposeTerms(d)
	case d.otherWay() && d.ready() && d.owes() && !d.forbidden():
		d.dropQuote()
		askOptions(d)
	case d.yesCancel():
		affirm(d)
	case d.Talk.Quote != nil:
		d.leaveCard()
	case d.Level < dialog.LevelBorrower:
		d.askIdentity()
	case d.waitingForLender():
		d.say("cancel.done", "wait", nil, buttons("schedule", "human")...)
	default:
		d.cancelAgreed()
	}
}

// switching reports whether "never mind" came with another choice: "算了 6期".
func (d *draft) switching() bool {
	if d.entity(dialog.EntityInstalments) == "" && d.entity(dialog.EntityOption) == "" {
		return false
	}
	return (d.Talk.Quote != nil || len(d.Talk.Table) > 0) && d.ready() && d.owes() && !d.forbidden()
}

// otherWay reports whether "never mind" came with another kind of way than the
// open card's: "never mind, I'll split it".
func (d *draft) otherWay() bool {
	if d.Envelope.Event.Text == nil || d.Talk.Quote == nil || d.Talk.Quote.Cancels != "" {
		return false
	}
	return d.asks(topicSplit) && !d.quoted(dialog.OfferPlan) || d.asks(topicDefer) && !d.quoted(dialog.OfferDeferral)
}

// leaveCard closes the open card: nothing was set up.
func (d *draft) leaveCard() {
	form := ""
	if d.Talk.Quote.Cancels != "" {
		form = "kept"
	}
	d.dropQuote()
	d.Talk.Table = nil
	d.ask("", "")
	d.say("cancel.done", form, nil, buttons("show_balance", "human")...)
}

// waitingForLender reports whether the lender still owes an answer about an
// arrangement.
func (d *draft) waitingForLender() bool {
	for _, c := range d.Conv.Calls {
		if c.Kind == dialog.CallArrangementCreate || c.Kind == dialog.CallArrangementCancel {
			return true
		}
	}
	_, pending := d.arrangement("", dialog.ArrangementPending)
	return pending
}

// cancelAgreed shows what cancelling an agreement would restore. Past the
// window a person helps.
func (d *draft) cancelAgreed() {
	if d.Facts.Unavailable {
		d.say("service.unavailable", "", nil, buttons("human")...)
		return
	}
	a, ok := d.active()
	if !ok && d.Envelope.Event.Text != nil && d.owes() && d.dropsCharge() {
		askWaiver(d) // "drop the fee": there is nothing else that could be dropped
		return
	}
	if !ok {
		d.say("cancel.done", "nothing", nil, buttons("show_balance", "human")...)
		return
	}
	if d.Account.Ref != a.Account {
		if acc, found := d.Facts.Account(a.Account); found {
			d.Account, d.Owed = acc, loan.Owed(acc, d.Today)
		}
	}
	if window := d.Facts.Programme.CancelWindow; d.Now.Sub(a.Created) > window {
		d.say("cancel.confirm", "window_over", nil, buttons("schedule", "human")...)
		return
	}
	q := d.open(dialog.Quote{
		Offer:   dialog.Offer{Option: "cancel", Terms: dialog.Terms{Kind: dialog.OfferKind(a.Kind), Account: a.Account}},
		Cancels: a.ID,
	})
	if end := a.Created.Add(d.Facts.Programme.CancelWindow); end.Before(q.Expires) {
		q.Expires = latest(end, d.Now.Add(time.Minute))
	}
	d.showCancel(q)
}

// dropsCharge reports whether it is a part of the bill that is to be dropped.
func (d *draft) dropsCharge() bool {
	sum, named := d.amount()
	return d.asks(topicCharge) || named && sum.Minor < d.Owed.Total.Minor
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// showCancel says what follows from cancelling: the sum is due again.
func (d *draft) showCancel(q *dialog.Quote) {
	card := &dialog.Card{Kind: "confirm", ID: q.ID, Title: "card.confirm_cancel", Expires: q.Expires, Rows: []dialog.Row{
		row("row.total", dialog.MoneyValue(d.Owed.Total)),
		row("row.due_date", dialog.DateValue(d.Account.Overdue.Due)),
	}}
	if d.Account.AutoDebit == "paused" {
		card.Rows = append(card.Rows, row("row.auto_debit", dialog.LabelValue("word.on")))
	}
	card.Notes = []dialog.Note{{Label: "note.not_binding_yet"}}
	d.sayCard("cancel.confirm", string(q.Offer.Terms.Kind), vals{"amount_due": dialog.MoneyValue(d.Owed.Total)}, card, confirmButtons(q)...)
	d.Talk.Asked = "confirm"
}

// submitCancel asks the lender to cancel.
func (d *draft) submitCancel(q *dialog.Quote) {
	d.call(dialog.Call{
		Ref: q.ID, Kind: dialog.CallArrangementCancel, Account: q.Offer.Terms.Account,
		Version: q.Version, Arrangement: q.Cancels,
	})
	d.remember("submitted", q.ID)
	d.remember("cancelling", string(q.Offer.Terms.Kind))
	d.Talk.Quote = nil
	d.ask("", "")
	d.say("plan.status", "cancelling", nil, buttons("human")...)
}

// cancelWait lets somebody out of the queue.
func cancelWait(d *draft) {
	if d.Conv.Owner != dialog.OwnerQueue {
		d.say("cancel.done", "nothing", nil, buttons("show_balance", "human")...)
		return
	}
	d.Unqueue = true
	d.remember("waiting", "")
	d.say("handoff.cancelled", "", nil, buttons("show_balance", "see_options", "human")...)
}

// notNow leaves everything as it is. A card that was open is closed.
func notNow(d *draft) {
	if d.Talk.Quote != nil {
		d.leaveCard()
		return
	}
	d.Talk.Table = nil
	d.ask("", "")
	later(d)
}

// deny answers a no: nothing was set up.
func deny(d *draft) {
	switch {
	case d.Talk.Topic == "note" && d.Talk.Asked == "yes_no":
		clearNote(d, false)
	case d.Talk.Topic == "reminders" && d.Talk.Asked == "yes_no":
		reminders(d, false)
	case d.Envelope.Event.Text != nil && d.yesCancel():
		affirm(d)
	case d.notThisOne():
		d.leaveCard()
	case d.Envelope.Event.Text != nil && d.another():
		chooseOption(d)
	case d.Level < dialog.LevelBorrower && d.Talk.After != nil && !d.plainNo():
		refuseIdentity(d) // "no need to be exact, just roughly": the answer to that is why not
	case d.Envelope.Event.Text != nil && d.countNamed() && d.ready() && d.owes() && !d.forbidden():
		proposeTerms(d)
	default:
		notNow(d)
	}
}

// plainNo reports whether a text is a no and little else.
func (d *draft) plainNo() bool {
	n := 0
	for _, l := range d.Envelope.Event.Text.Lines {
		n += len([]rune(l.Text))
	}
	return n <= 6
}

// yesCancel reports whether "cancel" answers the card that asks whether to
// cancel: then it is a yes, unless it is that card that is not wanted.
func (d *draft) yesCancel() bool {
	q := d.liveQuote()
	return q != nil && q.Cancels != "" && d.Conv.Talk.Asked == "confirm" && d.short() && d.asks(topicCancel) && !d.asks(topicNever)
}

// another reports whether a no names what is wanted instead: "no, four", where
// "not four" names what is not.
func (d *draft) another() bool {
	if !d.switching() {
		return false
	}
	e, ok := d.meant(dialog.EntityInstalments)
	if !ok {
		e, _ = d.meant(dialog.EntityOption)
	}
	return !d.declined(e)
}

// declined reports whether a no stands right before an entity: "not four".
func (d *draft) declined(e dialog.Entity) bool {
	before, _ := d.around(e, 4)
	before = strings.TrimSuffix(strings.TrimSpace(before), "分")
	return touchesAny(before, "不", "别", "別", "唔要", "唔好", "唔揀", "not", "n't", "no ") &&
		!strings.HasSuffix(before, "是") && !strings.HasSuffix(before, "係")
}

// notThisOne reports whether a no names the very plan of the open card.
func (d *draft) notThisOne() bool {
	q, n := d.Talk.Quote, d.entity(dialog.EntityInstalments)
	return d.Envelope.Event.Text != nil && q != nil && n != "" && q.Offer.Option == "plan:"+n
}
