package flow

import (
	"slices"
	"strings"
	"unicode"

	"warmline/dialog"
)

// aside answers a text whose words say more than its intent does, in the light
// of what is open, and reports whether it did.
func (d *draft) aside(i dialog.Intent) bool {
	switch {
	case d.yesWithMore(i):
		d.besideYes(i)
	case d.debitAgain(i):
		d.needing(retryDebit)
	case d.debitStopped(i):
		d.needing(pauseDebit)
	case d.fearAsked(i):
		return false
	case d.newsAsked(i) && !d.cardOpen() && d.caseNews():
	case d.clearingAsked(i):
		d.stillClearing()
	case d.noReference(i):
		traceOn(d)
	case d.budgetDeclined(i):
		d.ask("", "")
		d.waysInHardship()
	case d.sendsRequest(i):
		d.needing(sendWaiver)
	case d.waysAsked(i), d.bargainsOn(i):
		return false
	case d.whyNot():
		why(d)
	case d.remindersNamed(i):
		reminders(d, !d.asks(topicNever) && i != dialog.IntentDeny && !d.asks(topicNoMore))
	case d.partOfPromise(i):
		d.promiseDay(d.Talk.Quote.Offer.Terms.Schedule[0].Due)
	case d.remindWanted(i):
		d.remindMe()
	case d.planAsked(i):
		proposeTerms(d)
	case d.monthlyAsked(i), d.mostAsked(i):
		d.showPlans("")
	case d.cheapestAsked(i):
		d.take(d.smallest().Option)
	case d.leftAsked(i):
		sum, _ := dialog.ParseMoney(d.fact("partial"), d.currency())
		d.offerPart(sum)
	case d.cardSumAsked(i), d.mayCancelAsked(i), d.cardCostAsked(i):
		d.showQuote(d.Talk.Quote, "")
	case d.turnsAway(i):
		d.dropQuote()
		askOptions(d)
	case d.movesIt(i):
		d.needing(askDeferral)
	default:
		return false
	}
	return true
}

// reread is the intent that a text has in the light of what is open, where its
// words say another than the one heard.
func (d *draft) reread(i dialog.Intent) dialog.Intent {
	switch {
	case d.fearAsked(i):
		return dialog.IntentAskConsequence
	case d.landedAsked() && (i == dialog.IntentOutOfScope || i == dialog.IntentSmalltalk || i == dialog.IntentAskBalance):
		return dialog.IntentAlreadyPaid
	case i == dialog.IntentAskConsequence && d.asks(topicBill) && likelihood(d.heard, i) < wordless:
		return dialog.IntentAskBalance
	case i == dialog.IntentSmalltalk && d.cardOpen() && d.nothingButYes():
		return dialog.IntentAffirm
	case i == dialog.IntentAlreadyPaid && d.asks(topicWillPay) && !SaysDone(d.Envelope.Event.Text):
		return dialog.IntentPromiseToPay
	case i == dialog.IntentNotMineFraud && d.doubtsDebt():
		return dialog.IntentAskBalance
	case i == dialog.IntentExplainBroken && d.noPromiseKnown() && d.asks(topicTrouble):
		return dialog.IntentCannotPay
	case i == dialog.IntentExplainBroken && d.noPromiseKnown() && !d.speaksOfMoney():
		return dialog.IntentSmalltalk // "sorry for the late reply"
	case i == dialog.IntentChooseOption && d.asks(topicDue) && d.heard.Has(dialog.IntentAskBalance):
		return dialog.IntentAskBalance
	case d.waysAsked(i) && d.asks(topicContacts):
		return dialog.IntentAskConsequence // "and if my mother finds out?"
	case d.waysAsked(i):
		return dialog.IntentAskOptions
	case i == dialog.IntentAskWaiver && d.chargeAsked():
		return dialog.IntentAskBreakdown
	case i == dialog.IntentAskDeferral && d.asks(topicEarly) && !d.asks(topicDefer):
		return dialog.IntentAskHowPay // before the day, not after it
	case d.bargainsOn(i):
		return dialog.IntentAskWaiver
	case i == dialog.IntentAffirm && d.asks(topicIsIt) && d.anythingAgreed(), d.whenAsked(i):
		return dialog.IntentPlanStatus
	case i == dialog.IntentAskHowPay && d.asks(topicEasier):
		return dialog.IntentAskOptions
	case i == dialog.IntentPlanStatus && !d.cardOpen() && !d.anythingAgreed() && d.asksHowMuch() && d.Level >= dialog.LevelBorrower:
		return dialog.IntentAskBalance // nothing is agreed whose state could be meant
	}
	return i
}

// cardSumAsked reports whether somebody asks, right below a card, about a figure
// that stands on it: "where does that 7.20 come from".
func (d *draft) cardSumAsked(i dialog.Intent) bool {
	q := d.liveQuote()
	if q == nil || q.Cancels != "" || d.Conv.Talk.Asked != "confirm" || d.Level < dialog.LevelBorrower || !d.asks(topicWhy) {
		return false
	}
	switch i {
	case dialog.IntentAskBreakdown, dialog.IntentAskBalance, dialog.IntentAskHowPay, dialog.IntentAskConsequence,
		dialog.IntentAskOptions, dialog.IntentDisputeAmount, dialog.IntentOutOfScope, dialog.IntentCannotPay, dialog.IntentRefusePay:
	default:
		return false
	}
	sum, ok := d.amount()
	return ok && (sum == q.Offer.Terms.ExtraCost || sum != d.Owed.Total && sumOnCard(&q.Offer.Terms, sum))
}

// turnsAway reports whether words that sound like a question about the open card
// name another kind of way than the card's: "then rather put it off to the 21st".
func (d *draft) turnsAway(i dialog.Intent) bool {
	switch i {
	case dialog.IntentPlanStatus, dialog.IntentLater, dialog.IntentSmalltalk, dialog.IntentContactPref, dialog.IntentOutOfScope:
	default:
		return false
	}
	if d.Envelope.Event.Text == nil || touchesAny(strings.ToLower(joined(d.Envelope.Event.Text)), "别", "別", "不要", "不用", "唔好", "唔使", "don't", "dont", "not ") {
		return false
	}
	return d.cardOpen() && d.otherWay() && !d.asks(topicQuestion) && !d.asks(topicWhen) &&
		d.Level >= dialog.LevelBorrower && d.ready() && d.owes() && !d.forbidden()
}

// movesIt reports whether words that sound like a goodbye choose the deferral on
// the table: "I'd rather move it to later".
func (d *draft) movesIt(i dialog.Intent) bool {
	if i != dialog.IntentLater && i != dialog.IntentSmalltalk && i != dialog.IntentOutOfScope || d.Talk.Asked != "choose" || d.forbidden() {
		return false
	}
	return d.asks(topicDefer) && !d.asks(topicNever) && slices.ContainsFunc(d.Talk.Table, func(o dialog.Offer) bool {
		return o.Terms.Kind == dialog.OfferDeferral
	})
}

// whenAsked reports whether a question that sounds like one about the bill asks
// for the day of what is agreed.
func (d *draft) whenAsked(i dialog.Intent) bool {
	switch i {
	case dialog.IntentAskBalance:
		return d.asks(topicWhen) && !d.asksHowMuch() && !d.asks(topicSum) && d.Level >= dialog.LevelBorrower && !d.Facts.Unavailable && d.running()
	case dialog.IntentAskBreakdown, dialog.IntentAskHowPay:
		return d.asks(topicWhen) && d.Level >= dialog.LevelBorrower && !d.Facts.Unavailable && d.anythingAgreed()
	}
	return false
}

// partOfPromise reports whether somebody names a smaller sum for the day on the
// open card: "only 400 of it".
func (d *draft) partOfPromise(i dialog.Intent) bool {
	if !d.quoted(dialog.OfferPromise) || d.dated() || d.Level < dialog.LevelBorrower || d.Facts.Unavailable || d.forbidden() {
		return false
	}
	sum, ok := d.amount()
	if !ok || sum.Minor >= d.Owed.Total.Minor || d.entity(dialog.EntityPerPeriod) != "" || len(d.Talk.Quote.Offer.Terms.Schedule) == 0 {
		return false
	}
	return i == dialog.IntentContactPref || i == dialog.IntentPromiseToPay
}

// nothingButYes reports whether every word of a text is one of a yes, with one
// that says it: "ugh, fine".
func (d *draft) nothingButYes() bool {
	t := d.Envelope.Event.Text
	if t == nil {
		return false
	}
	yes := false
	for _, w := range strings.FieldsFunc(strings.ToLower(joined(t)), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		switch w {
		case "fine", "yes", "yeah", "yep", "yup", "sure", "alright", "okay", "ok":
			yes = true
		case "ugh", "well", "then", "please", "go", "ahead", "argh", "sigh":
		default:
			return false
		}
	}
	return yes
}

// cardOpen reports whether the question that is open is that of a card.
func (d *draft) cardOpen() bool { return d.liveQuote() != nil && d.Conv.Talk.Asked == "confirm" }

// doubtsDebt reports whether what sounds like "this is not mine" only asks:
// "I haven't borrowed anything, have I?"
func (d *draft) doubtsDebt() bool {
	return d.Level >= dialog.LevelBorrower && d.short() && d.asks(topicTag) && !d.asks(topicStolen)
}

// noPromiseKnown reports whether there is no promise that could have been broken,
// here or at the lender, and no day is named.
func (d *draft) noPromiseKnown() bool {
	if d.Conv.Promise != nil || d.Level < dialog.LevelBorrower || d.Facts.Unavailable || likelihood(d.heard, dialog.IntentExplainBroken) >= halfSure {
		return false
	}
	_, made := d.arrangement(dialog.ArrangementPromise, dialog.ArrangementActive, dialog.ArrangementBroken, dialog.ArrangementPending)
	_, day := d.payday()
	return !made && !day
}

// speaksOfMoney reports whether a text has a word of paying or of wages.
func (d *draft) speaksOfMoney() bool {
	return d.asks(topicPays) || d.asks(topicWage) || d.asks(topicPayday) || d.asks(topicDay) || d.asks(topicDebit)
}

// leftAsked reports whether a question for the sum is about what a part leaves
// that was just offered.
func (d *draft) leftAsked(i dialog.Intent) bool {
	return (i == dialog.IntentAskBalance || i == dialog.IntentAskBreakdown) && d.Talk.Topic == "partial" && d.fact("partial") != "" &&
		d.asks(topicRest) && d.Level >= dialog.LevelBorrower && !d.quiet()
}

// cardCostAsked reports whether a question that sounds like another is about what
// the open card costs.
func (d *draft) cardCostAsked(i dialog.Intent) bool {
	if !d.cardOpen() || d.Talk.Quote.Cancels != "" || d.Level < dialog.LevelBorrower || d.otherWay() {
		return false
	}
	switch i {
	case dialog.IntentAskOptions, dialog.IntentAskHowPay, dialog.IntentAskConsequence, dialog.IntentOutOfScope:
		return d.asks(topicCost) && !d.countNamed()
	case dialog.IntentAskWaiver:
		return d.chargeAsked()
	case dialog.IntentAskBalance, dialog.IntentAskBreakdown:
		return d.asks(topicMonthly) && d.quoted(dialog.OfferPlan) && !d.hasFigures()
	}
	return false
}

// chargeAsked reports whether a text asks if there is a charge, and for none to
// be dropped.
func (d *draft) chargeAsked() bool {
	return d.asks(topicCharge) && d.asks(topicAny) && !d.asks(topicLess) && !d.asks(topicFree) && d.entity(dialog.EntityAmount) == ""
}

// mayCancelAsked reports whether somebody asks at an open card whether it could
// be taken back later.
func (d *draft) mayCancelAsked(i dialog.Intent) bool {
	return i == dialog.IntentCancelOrUndo && d.cardOpen() && d.Talk.Quote.Cancels == "" && d.asks(topicMayCancel) && d.Level >= dialog.LevelBorrower
}

// remindWanted reports whether somebody asks to be reminded of a day that is
// proposed or agreed.
func (d *draft) remindWanted(i dialog.Intent) bool {
	switch i {
	case dialog.IntentAskConsequence, dialog.IntentSmalltalk, dialog.IntentOutOfScope, dialog.IntentContactPref:
	default:
		return false
	}
	if !d.asks(topicRemind) || d.asks(topicNever) || d.asks(topicNoMore) || d.Level < dialog.LevelBorrower || d.Facts.Unavailable {
		return false
	}
	return d.quoted(dialog.OfferPromise) || d.anythingAgreed()
}

// remindMe shows the card again that says it, or keeps the choice.
func (d *draft) remindMe() {
	if q := d.liveQuote(); q != nil && d.quoted(dialog.OfferPromise) {
		d.showQuote(q, "")
		return
	}
	reminders(d, true)
}

// lightRank reports ranks below those that a person or an end has to answer.
func lightRank(i dialog.Intent) bool {
	r := dialog.RankOf(i)
	return r != dialog.RankX && r != dialog.RankH
}

// debitStopped reports whether somebody wants the automatic payment stopped, in
// words that sound like something else.
func (d *draft) debitStopped(i dialog.Intent) bool {
	if !lightRank(i) || i == dialog.IntentAskConsequence && !d.asks(topicPolite) || d.Level < dialog.LevelBorrower {
		return false
	}
	const longest = 40 // beyond that it is a story of what somebody else did
	if t := d.Envelope.Event.Text; t == nil || len([]rune(joined(t))) > longest {
		return false
	}
	if d.asks(topicQuestion) && !d.asks(topicPolite) {
		return false
	}
	return d.asks(topicDebit) && d.asks(topicStopIt) && d.Talk.Quote == nil
}

// debitAgain reports whether somebody who was offered another try of the
// automatic payment asks for it in words.
func (d *draft) debitAgain(i dialog.Intent) bool {
	last := d.Talk.Last
	if !lightRank(i) || d.Level < dialog.LevelBorrower || d.quiet() {
		return false
	}
	if day, ok := d.payday(); ok && d.Today.Before(day) {
		return false // on a day to come is a promise
	}
	if d.asks(topicTakeAgain) && !d.asks(topicNever) && !d.asks(topicWhether) && d.Envelope.Event.Text != nil && d.owes() && d.Account.AutoDebit == "on" {
		return true
	}
	if last == nil {
		return false
	}
	offered := slices.ContainsFunc(last.Options, func(o dialog.Option) bool { return o.ID == "retry_debit" })
	if !offered || d.asks(topicNever) {
		return false
	}
	return d.asks(topicTakeAgain) || d.short() && d.asks(topicRetry) && !d.asks(topicQuestion)
}

// newsAsked reports whether an intent can stand for "is there any news".
func (d *draft) newsAsked(i dialog.Intent) bool {
	switch i {
	case dialog.IntentAskBalance, dialog.IntentAskBreakdown, dialog.IntentLater, dialog.IntentOutOfScope, dialog.IntentSmalltalk, dialog.IntentAskConsequence:
		return true
	}
	return false
}

// clearingAsked reports whether somebody whose payment is on its way asks how
// long it takes or what is left to do.
func (d *draft) clearingAsked(i dialog.Intent) bool {
	if !d.held(dialog.HoldPaymentTrace) || d.Level < dialog.LevelBorrower || d.Facts.Unavailable {
		return false
	}
	if _, pending := d.pendingPayment(); !pending {
		return false
	}
	switch i {
	case dialog.IntentAskOptions, dialog.IntentAskHowPay, dialog.IntentCannotPay, dialog.IntentPayNow, dialog.IntentAskConsequence, dialog.IntentAskBalance, dialog.IntentLater:
		return d.asks(topicNews) || d.asks(topicToDo)
	}
	return false
}

// stillClearing says again what is known of a payment on its way.
func (d *draft) stillClearing() {
	if p, ok := d.pendingPayment(); ok {
		d.sayCard("balance.show", "pending", vals{
			"amount_due": dialog.MoneyValue(d.Owed.Total), "pending_amount": dialog.MoneyValue(p.Amount),
			"pending_date": dialog.DateValue(d.day(p.At)),
		}, nil, buttons("human")...)
	}
}

// budgetDeclined reports whether somebody who was asked for a budget would
// rather not give one: the ways are shown without it.
func (d *draft) budgetDeclined(i dialog.Intent) bool {
	if d.Conv.Talk.Asked != "budget" || d.Level < dialog.LevelBorrower || d.Facts.Unavailable {
		return false
	}
	return i == dialog.IntentRefuseIdentity || i == dialog.IntentRefusePay && d.short()
}
