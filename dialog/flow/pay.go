package flow

import "warmline/dialog"

// payNow asks the lender for a payment link over the whole sum.
func payNow(d *draft) {
	if d.quiet() {
		d.say("pay.methods", "held", nil, buttons("human")...)
		return
	}
	if d.asks(topicPayday) && !d.asks(topicNow) {
		promiseToPay(d) // "once I am paid" is not now
		return
	}
	if d.partOpen() {
		d.partialOf("")
		return
	}
	if sum, ok := d.amount(); ok && d.heard != nil && sum.Minor < d.Owed.Total.Minor {
		switch {
		case !d.asks(topicWhole):
			payPartial(d)
			return
		case d.short() && d.entity(dialog.EntityDate) == "": // "300, and that clears it"
			askWaiver(d)
			return
		}
	}
	d.payLink(d.Owed.Total)
}

// partOpen reports whether a part is on the table and the words that say "pay"
// do not mean the whole: the link is then for the part.
func (d *draft) partOpen() bool {
	if d.Envelope.Event.Text == nil || d.fact("partial") == "" || d.asks(topicWhole) {
		return false
	}
	_, named := d.amount()
	return d.Conv.Talk.Topic == "partial" && !named
}

// payLink asks for a link. A sum below the whole says first what stays owed.
func (d *draft) payLink(sum dialog.Money) {
	v := vals{"pay_amount": dialog.MoneyValue(sum)}
	if rest := d.Owed.Total.Sub(sum); rest.Minor > 0 {
		d.say("payment.effect", "partial", vals{
			"pay_amount": dialog.MoneyValue(sum), "remaining_amount": dialog.MoneyValue(rest),
		})
	}
	d.call(dialog.Call{Kind: dialog.CallPaymentLinkCreate, Account: d.Account.Ref, Amount: sum})
	d.remember("pay_amount", sum.Decimal()+" "+string(sum.Currency))
	d.ask("", "")
	d.say("payment.link", "making", v, buttons("human")...)
}

// howToPay explains the ways to pay, also while a hold asks for nothing.
func howToPay(d *draft) {
	switch {
	case d.heard.Has(dialog.IntentAskBreakdown) && d.asks(topicMore):
		breakdown(d) // "why more" sounds like "how to pay" in Chinese
	case d.quiet():
		d.say("pay.methods", "held", nil, buttons("human")...)
	case d.entity(dialog.EntityRelation) != "" || d.asks(topicOthersPay):
		d.say("pay.methods", "third_party", nil, buttons("pay_now", "human")...)
	case d.asks(topicDebits):
		d.reassure("debits")
	default:
		d.say("pay.methods", "", nil, buttons("pay_now", "see_options", "human")...)
	}
}

// payPartial answers the wish to pay a part now.
func payPartial(d *draft) {
	if d.quiet() {
		d.say("pay.methods", "held", nil, buttons("human")...)
		return
	}
	if d.askAmbiguousAmount() {
		return
	}
	sum, ok := d.amount()
	if !ok {
		d.askPart()
		return
	}
	if day, dated := d.payday(); dated && d.Today.Before(day) {
		promiseToPay(d) // a part on a day to come is no payment now
		return
	}
	if d.answers("plan", "amount") && !d.heard.Has(dialog.IntentPayNow) {
		d.within(sum)
		return
	}
	d.offerPart(sum)
}

func (d *draft) askPart() {
	d.ask("partial", "amount")
	d.say("partial.offer", "ask_amount", vals{"amount_due": dialog.MoneyValue(d.Owed.Total)}, buttons("pay_now", "human", "not_now")...)
}

// offerPart says what paying a sum now would leave.
func (d *draft) offerPart(sum dialog.Money) {
	whole := vals{"amount_due": dialog.MoneyValue(d.Owed.Total)}
	if sum.Minor >= d.Owed.Total.Minor {
		d.ask("partial", "yes_no")
		d.say("partial.offer", "whole", whole, buttons("pay_now", "human", "not_now")...)
		return
	}
	if d.running() {
		d.payLink(sum) // toward what is agreed
		return
	}
	o, ok := d.price("partial:" + sum.Decimal())
	if !ok {
		d.belowMin()
		return
	}
	d.table("partial", []dialog.Offer{o})
	d.remember("partial", sum.Decimal())
	option := dialog.Option{ID: "partial", Values: vals{"pay_amount": dialog.MoneyValue(sum)}}
	d.say("partial.offer", "", vals{
		"pay_amount":       dialog.MoneyValue(sum),
		"remaining_amount": dialog.MoneyValue(d.Owed.Total.Sub(sum)),
	}, append([]dialog.Option{option}, buttons("see_options", "human", "not_now")...)...)
}

func (d *draft) belowMin() {
	least := d.limits().PartialMin
	if least.Minor <= 0 {
		least = d.Facts.Programme.PartialMin
	}
	if least.Minor <= 0 {
		d.showWays("", false)
		return
	}
	d.ask("partial", "amount")
	d.say("partial.offer", "below_min", vals{"partial_min": dialog.MoneyValue(least)}, buttons("pay_now", "see_options", "human", "not_now")...)
}

// partialOf goes on with a part that was shown, or asks for one.
func (d *draft) partialOf(sum string) {
	if sum == "" {
		sum = d.fact("partial")
	}
	m, err := dialog.ParseMoney(sum, d.currency())
	switch {
	case d.quiet():
		d.say("pay.methods", "held", nil, buttons("human")...)
	case err != nil || m.Minor <= 0:
		d.askPart()
	case m.Minor >= d.Owed.Total.Minor:
		d.payLink(d.Owed.Total)
	default:
		d.remember("partial", "")
		d.Talk.Table = nil
		d.payLink(m)
	}
}
