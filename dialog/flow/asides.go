package flow

import "warmline/dialog"

// aside answers a text whose words say more than its intent does, in the light
// of what is open, and reports whether it did.
func (d *draft) aside(i dialog.Intent) bool {
	switch {
	case d.yesWithMore(i):
		d.besideYes(i)
	case d.fearAsked(i):
		return false
	case d.noReference(i):
		traceOn(d)
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
	case d.cheapestAsked(i):
		d.take(d.smallest().Option)
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
	case d.waysAsked(i):
		return dialog.IntentAskOptions
	case d.bargainsOn(i):
		return dialog.IntentAskWaiver
	case i == dialog.IntentAffirm && d.asks(topicIsIt) && d.anythingAgreed(), d.whenAsked(i):
		return dialog.IntentPlanStatus
	}
	return i
}

// whenAsked reports whether a question that sounds like one about the bill asks
// for the day of what is agreed.
func (d *draft) whenAsked(i dialog.Intent) bool {
	switch i {
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
