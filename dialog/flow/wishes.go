package flow

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// wish is the request that stands behind words which ask for nothing by
// themselves: a greeting, "the PIN is done", a question that seemed to lead
// elsewhere. "" where there is none. What binds or chooses is never taken from
// a second meaning.
func (d *draft) wish() dialog.Intent {
	if !d.light(d.heard.Driving) {
		return ""
	}
	if d.heard.Driving == dialog.IntentGiveIdentity {
		if i := d.wishInFigures(); i != "" {
			return i
		}
		if d.asksHowMuch() {
			return dialog.IntentAskBalance // "I have done it, now show me the amount"
		}
	}
	for _, s := range d.heard.Intents {
		if s.Intent != d.heard.Driving && requests(s.Intent) {
			return s.Intent
		}
	}
	return ""
}

// light reports whether an intent asks for nothing that could not wait behind
// another one in the same text.
func (d *draft) light(i dialog.Intent) bool {
	switch i {
	case dialog.IntentOutOfScope:
		return true
	case dialog.IntentGiveIdentity:
		return d.Level >= dialog.LevelBorrower
	}
	return false
}

// requests reports whether an intent asks for something that can be answered
// without binding anybody.
func requests(i dialog.Intent) bool {
	switch i {
	case dialog.IntentAskBalance, dialog.IntentAskBreakdown, dialog.IntentAskConsequence, dialog.IntentAskHowPay,
		dialog.IntentAskOptions, dialog.IntentAskDeferral, dialog.IntentAskWaiver, dialog.IntentProposeTerms,
		dialog.IntentPayNow, dialog.IntentPayPartial, dialog.IntentPromiseToPay, dialog.IntentPlanStatus,
		dialog.IntentChangePlan, dialog.IntentHardshipIncome, dialog.IntentHardshipHealth, dialog.IntentTechFailure:
		return true
	}
	return false
}

// wishInFigures is what a number of instalments or a length of time asks for.
func (d *draft) wishInFigures() dialog.Intent {
	switch {
	case d.entity(dialog.EntityInstalments) != "", d.entity(dialog.EntityPerPeriod) != "":
		return dialog.IntentProposeTerms
	case d.entity(dialog.EntityDuration) != "":
		return dialog.IntentAskDeferral
	}
	return ""
}

// callsForPerson reports whether a part of a text between two stops is nothing
// but the word for a person: "forget it. person. now."
func (d *draft) callsForPerson() bool {
	t := d.Envelope.Event.Text
	if t == nil || dialog.RankOf(d.heard.Driving) == dialog.RankX {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(joined(t)), isStop), func(part string) bool {
		return slices.Contains(wordsFor(topicPerson), strings.TrimSpace(part))
	})
}

// isStop reports whether a character ends a part of a text.
func isStop(r rune) bool { return strings.ContainsRune(".,;:!?\n。，；：！？、…", r) }

// splitInto reports whether a text asks for a number of instalments that can be
// had without naming them: "can I do it in 6", "over 4 maybe".
func (d *draft) splitInto() bool {
	if !d.namesCount() {
		return false
	}
	figure, _ := d.bareFigure()
	text := strings.ToLower(joined(d.Envelope.Event.Text))
	at := strings.Index(text, figure)
	before := strings.TrimRight(text[:max(at, 0)], " ")
	return slices.ContainsFunc([]string{"in", "into", "over", "across", "by", "分", "split"}, func(w string) bool {
		return strings.HasSuffix(before, w)
	})
}

// leadsYes reports whether a text begins with a yes that nothing in it takes
// back: "yeah, send it to somebody, I was in hospital".
func (d *draft) leadsYes() bool {
	t := d.Envelope.Event.Text
	if t == nil || len(t.Lines) == 0 || d.asks(topicReserve) {
		return false
	}
	text := strings.ToLower(strings.TrimSpace(joined(t)))
	return slices.ContainsFunc(wordsFor(topicLeads), func(w string) bool {
		rest, ok := strings.CutPrefix(text, w)
		if !ok {
			return false
		}
		last := w[len(w)-1]
		return rest == "" || last >= 0x80 || rest[0] < 'a' || rest[0] > 'z'
	})
}

// yesWithMore reports whether a text says yes to a question that binds to
// nothing, and something more: the yes is answered, the rest is heard beside it.
func (d *draft) yesWithMore(i dialog.Intent) bool {
	if d.Talk.Asked != "yes_no" || i == dialog.IntentAffirm || i == dialog.IntentDeny || !d.leadsYes() {
		return false
	}
	if dialog.RankOf(i) == dialog.RankX || i == dialog.IntentRequestHuman || i == dialog.IntentComplain {
		return false
	}
	return d.Talk.Topic == "waiver" || d.Talk.Topic == "note" || d.Talk.Topic == "reminders"
}

// yesToCard reports whether a text that names the terms of the open card says
// yes to them at the same time: "yes, go with the six".
func (d *draft) yesToCard(option string) bool {
	q := d.liveQuote()
	return q != nil && q.Cancels == "" && q.Offer.Option == option && d.Conv.Talk.Asked == "confirm" && d.leadsYes()
}

// fearAsked reports whether a text that seemed to ask for something else is a
// question about what somebody is afraid of: money taken without a word, a
// visit, a limit cut.
func (d *draft) fearAsked(i dialog.Intent) bool {
	switch i {
	case "", dialog.IntentPayNow, dialog.IntentPayPartial, dialog.IntentOutOfScope, dialog.IntentSmalltalk, dialog.IntentLater,
		dialog.IntentAskBalance, dialog.IntentWhoAreYou, dialog.IntentContactPref:
	default:
		return false
	}
	return d.asks(topicQuestion) && d.firstOf(topicVisits, topicLimit, topicDebits, topicWallet, topicWaiting) != ""
}

// bargainsOn reports whether somebody who has asked for less goes on asking in
// words that sound like something else: "300 or nothing".
func (d *draft) bargainsOn(i dialog.Intent) bool {
	switch i {
	case dialog.IntentChooseOption, dialog.IntentAffirm, dialog.IntentSmalltalk:
		last := d.Talk.Last // "just 300" again, right after that was declined
		return last != nil && last.Kind == "limit.refuse_waiver" && !d.namesCount() && d.entity(dialog.EntityOption) == "" && d.settling()
	case dialog.IntentCannotPay, dialog.IntentDeny, dialog.IntentRefusePay, dialog.IntentPayPartial, dialog.IntentOutOfScope:
		return (d.Talk.Pressed > 0 || d.fact("injections") != "") && d.beyondLimits() && (d.asks(topicLess) || d.asks(topicSettle))
	}
	return false
}

// waysAsked reports whether a text that sounds like a mere answer asks what can
// be done at all.
func (d *draft) waysAsked(i dialog.Intent) bool {
	switch i {
	case dialog.IntentAffirm, dialog.IntentChooseOption, dialog.IntentSmalltalk, dialog.IntentOutOfScope, dialog.IntentLater, dialog.IntentWhoAreYou:
		_, named := d.wantedCount()
		return d.asks(topicWays) && !named && d.Level >= dialog.LevelBorrower
	}
	return false
}

// sendsRequest reports whether somebody who was told that a person decides on a
// reduction wants the request sent.
func (d *draft) sendsRequest(i dialog.Intent) bool {
	if d.Talk.Pressed == 0 || !d.limits().WaiverReview || d.quiet() || d.asks(topicNever) || d.asks(topicAgreed) || d.heard.Has(dialog.IntentInjection) {
		return false
	}
	if !d.asks(topicReview) && !(d.asks(topicRequest) && d.asks(topicHandIn)) {
		return false
	}
	r := dialog.RankOf(i)
	return r != dialog.RankX && r != dialog.RankH
}

// whyNot answers "why not?" after a way out that could not be had.
func (d *draft) whyNot() bool {
	if !d.asks(topicWhyNot) || len(d.Talk.Table) == 0 || d.quiet() {
		return false
	}
	switch d.Talk.Topic {
	case "deferral", "plan", "options", "waiver":
		return d.Level >= dialog.LevelBorrower && !d.Facts.Unavailable
	}
	return false
}

// besideYes answers the yes, with what was told beside it heard first.
func (d *draft) besideYes(i dialog.Intent) {
	if i == dialog.IntentHardshipIncome || i == dialog.IntentHardshipHealth || d.hardshipLikely() {
		d.acknowledge(d.hardshipReason())
	}
	affirm(d)
}

// beyondLimits reports whether a text demands less than is owed.
func (d *draft) beyondLimits() bool {
	return d.Level >= dialog.LevelBorrower && (d.entity(dialog.EntityAmount) != "" || d.asks(topicLess) || d.asks(topicSettle))
}

// triesAgain reports whether somebody asks again what could not be answered
// while the lender was out of reach.
func (d *draft) triesAgain() bool {
	if d.fact(slotUnanswered) == "" || d.Talk.After == nil || d.heard == nil || d.Level < dialog.LevelBorrower {
		return false
	}
	if r := dialog.RankOf(d.heard.Driving); r == dialog.RankX || r == dialog.RankH {
		return false
	}
	return d.short() && d.asks(topicRetry) && !d.asks(topicNever)
}

// slotUnanswered is the slot of the memory that marks a question which waits
// for the lender.
const slotUnanswered = "unanswered"

// again answers the question that waited.
func (d *draft) again() {
	after := d.Talk.After
	d.Talk.After = nil
	d.remember(slotUnanswered, "")
	d.resume(*after)
}

// noReference reports whether a text answers the question for a payment's
// detail without one: "don't remember, sorry".
func (d *draft) noReference(i dialog.Intent) bool {
	if d.heard == nil || !d.answers("trace", "reference") || d.Level < dialog.LevelBorrower {
		return false
	}
	switch i {
	case dialog.IntentForgot, dialog.IntentDeny, dialog.IntentExplainBroken:
		return true
	}
	return !d.heard.Confident && (d.short() || d.asks(topicNothing)) && !d.asks(topicQuestion)
}

// traceOn goes on looking for a payment of which nothing more is known.
func traceOn(d *draft) { d.needing(alreadyPaid) }

// asksHowMuch reports whether a text asks for the sum; "how much longer" does not.
func (d *draft) asksHowMuch() bool {
	return d.asks(topicHowMuch) && !strings.Contains(strings.ToLower(joined(d.Envelope.Event.Text)), "longer")
}

// sumAsked reports whether an unclear text asks how much it is.
func (d *draft) sumAsked() bool {
	const longest = 60 // beyond that a story has the words too
	t := d.Envelope.Event.Text
	return t != nil && len([]rune(joined(t))) <= longest && d.asksHowMuch() && d.Talk.Asked != "budget"
}

// dealClaimed reports whether a text names less than is owed as settling it, or
// as agreed with somebody in charge.
func (d *draft) dealClaimed() bool {
	sum, ok := d.amount()
	if !ok || d.Level < dialog.LevelBorrower || sum.Minor >= d.Owed.Total.Minor || d.asks(topicQuestion) {
		return false
	}
	return d.asks(topicManager) && d.asks(topicAgreed) || d.asks(topicSettle) || d.asks(topicClose)
}

// saysWhenPaid reports whether an unclear text names a day to come and speaks
// of money on it: "I'm good for it on the 27th".
func (d *draft) saysWhenPaid() bool {
	day, ok := d.payday()
	return ok && d.Today.Before(day) && d.asks(topicPays) && !d.asks(topicNever) && !d.quiet() && d.Talk.Quote == nil
}

// storyFrom is how many characters make a story rather than an answer.
const storyFrom = 60

// tellsOfTrouble reports whether an unclear text is a story of some difficulty:
// who tells one is answered with the ways there are, not asked what they mean.
func (d *draft) tellsOfTrouble() bool {
	t := d.Envelope.Event.Text
	return t != nil && len([]rune(joined(t))) >= storyFrom && d.asks(topicTrouble)
}

// mereSound reports whether a text is nothing but a sound: it is neither a yes
// nor a no, whatever it resembles.
func (d *draft) mereSound() bool {
	t := d.Envelope.Event.Text
	if t == nil || len(t.Lines) != 1 || d.heard == nil || dialog.RankOf(d.heard.Driving) == dialog.RankX {
		return false
	}
	return slices.Contains(wordsFor(topicSound), strings.Trim(strings.ToLower(t.Lines[0].Text), " .!?…,。！？"))
}

// monthlyAsked reports whether a question for the sum, with plans on the table,
// is about what each of them comes to.
func (d *draft) monthlyAsked(i dialog.Intent) bool {
	if i != dialog.IntentAskBalance && i != dialog.IntentAskBreakdown || d.forbidden() || d.Level < dialog.LevelBorrower {
		return false
	}
	return d.smallest().Option != "" && d.asks(topicMonthly) && !d.hasFigures()
}

// mostAsked reports whether somebody asks how many instalments there can be.
func (d *draft) mostAsked(i dialog.Intent) bool {
	switch i {
	case dialog.IntentPlanStatus, dialog.IntentAskBalance, dialog.IntentAskOptions, dialog.IntentAskBreakdown:
		return d.asks(topicHowMany) && !d.anythingAgreed() && d.Level >= dialog.LevelBorrower && !d.forbidden() &&
			!d.Facts.Unavailable && d.owes() && len(d.plans()) > 0
	}
	return false
}

// cheapestAsked reports whether somebody asks which of the plans on the table is
// the smallest, in words that sound like another question.
func (d *draft) cheapestAsked(i dialog.Intent) bool {
	switch i {
	case dialog.IntentAskBreakdown, dialog.IntentAskBalance, dialog.IntentAskOptions, dialog.IntentAskAdvice, dialog.IntentChooseOption, dialog.IntentProposeTerms:
	default:
		return false
	}
	if _, counted := d.wantedCount(); counted || !d.asks(topicCheapest) || d.forbidden() || d.Level < dialog.LevelBorrower {
		return false
	}
	return d.smallest().Option != "" && !d.hasFigures()
}

// hasFigures reports whether a text names a sum or a count of its own.
func (d *draft) hasFigures() bool {
	return d.entity(dialog.EntityAmount) != "" || d.entity(dialog.EntityPerPeriod) != "" || d.entity(dialog.EntityOption) != ""
}

// smallest is the plan on the table with the smallest instalment.
func (d *draft) smallest() dialog.Offer {
	var least dialog.Offer
	for _, o := range d.Talk.Table {
		if o.Terms.Kind != dialog.OfferPlan || len(o.Terms.Schedule) == 0 {
			continue
		}
		if least.Option == "" || o.Terms.Schedule[0].Amount.Minor < least.Terms.Schedule[0].Amount.Minor {
			least = o
		}
	}
	return least
}

// remindersNamed reports whether a text answers the question about reminders by
// naming them: "no reminders".
func (d *draft) remindersNamed(i dialog.Intent) bool {
	if !d.answers("reminders", "yes_no") || !d.asks(topicRemind) || d.Level < dialog.LevelBorrower {
		return false
	}
	r := dialog.RankOf(i)
	return r != dialog.RankX && r != dialog.RankH && d.short()
}

// planAsked reports whether a question for the sum, or for how to pay, is about
// a number of instalments: "how much in total for the 6", "can I pay 4 times".
func (d *draft) planAsked(i dialog.Intent) bool {
	if d.forbidden() || d.Level < dialog.LevelBorrower || !d.owes() || !d.namesCount() {
		return false
	}
	switch i {
	case dialog.IntentAskBalance:
		return d.smallest().Option != ""
	case dialog.IntentPlanStatus:
		return d.smallest().Option != "" && !d.anythingAgreed()
	case dialog.IntentAskHowPay:
		return d.asks(topicTimes)
	}
	return false
}
