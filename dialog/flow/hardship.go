package flow

import (
	"slices"

	"warmline/dialog"
)

// hardship hears what has happened, in the borrower's own words' kind, and puts
// the ways out next to it: deferral first.
func hardship(d *draft) {
	d.acknowledge(d.hardshipReason())
	d.waysInHardship()
}

// heardOut answers a story of which only the difficulty is clear: it is thanked
// for, and the ways are shown.
func heardOut(d *draft) {
	d.acknowledge(reasonTold)
	d.waysInHardship()
}

// waysInHardship puts next to the news what can be done, deferral first.
func (d *draft) waysInHardship() {
	switch {
	case d.budgetStated():
		d.weighBudget()
	case !d.ready():
	case !d.owes():
		d.nothingDue()
	case d.forbidden():
		d.heldMenu()
	default:
		d.hardshipWays()
	}
}

// hardshipWays answers a wish that came along with the news, or lists the ways.
func (d *draft) hardshipWays() {
	switch {
	case d.asksForTime():
		askDeferral(d)
	case d.heard.Has(dialog.IntentProposeTerms):
		proposeTerms(d)
	case d.heard.Has(dialog.IntentPromiseToPay):
		promiseToPay(d)
	case d.heard.Has(dialog.IntentPayPartial):
		payPartial(d)
	case d.quiet():
		d.heldMenu()
	default:
		d.showWays("", true)
	}
}

// asksForTime reports whether the news came with a wish for more time, not with
// words that merely might be one: whoever has only told what happened is shown
// every way there is.
func (d *draft) asksForTime() bool {
	if !d.heard.Has(dialog.IntentAskDeferral) {
		return false
	}
	return d.heard.Driving == dialog.IntentAskDeferral || d.wantedDays() > 0 && !d.asks(topicPast) || d.asks(topicDefer)
}

// hardshipReason is the reason that the text names, or the one the intent
// stands for.
func (d *draft) hardshipReason() dialog.Reason {
	r := dialog.Reason(d.entity(dialog.EntityReason))
	if r == dialog.ReasonIllness && d.entity(dialog.EntityRelation) != "" && !d.asks(topicMyself) {
		return dialog.ReasonFamily // it is somebody at home who is ill
	}
	switch r {
	case dialog.ReasonJobLoss, dialog.ReasonIncomeDrop, dialog.ReasonShopClosed, dialog.ReasonDisaster,
		dialog.ReasonIllness, dialog.ReasonFamily, dialog.ReasonOverIndebted, dialog.ReasonUndisclosed:
		return r
	}
	switch {
	case d.Envelope.Event.Text != nil && d.asks(topicShop):
		return dialog.ReasonShopClosed
	case d.heard.Has(dialog.IntentHardshipHealth):
		return dialog.ReasonIllness
	case d.budgetStated():
		return reasonCannotPay // what a month costs is no news of a loss
	}
	return dialog.ReasonIncomeDrop
}

// acknowledgeBeside names a hardship that comes along with a wish which drives
// the reply.
func (d *draft) acknowledgeBeside(driving dialog.Intent) {
	if policyScript(driving).do == nil || driving == dialog.IntentHardshipIncome || driving == dialog.IntentHardshipHealth {
		return
	}
	if d.heard.Has(dialog.IntentHardshipIncome) || d.heard.Has(dialog.IntentHardshipHealth) || d.hardshipLikely() {
		d.acknowledge(d.hardshipReason())
	}
}

// hardshipLikely reports whether a text names a hardship in its words while
// hardship is also among the likeliest meanings; either alone may be chance.
func (d *draft) hardshipLikely() bool {
	return hardshipNamed(dialog.Reason(d.entity(dialog.EntityReason))) &&
		slices.ContainsFunc(d.heard.Candidates, func(c dialog.Scored) bool {
			return c.Intent == dialog.IntentHardshipIncome || c.Intent == dialog.IntentHardshipHealth
		})
}

// acknowledge names what has happened, once for each topic.
func (d *draft) acknowledge(reason dialog.Reason) {
	topic := string(reason)
	family := sameNews(reason)
	if !slices.Contains(d.Talk.Reasons, reason) && reason != reasonCannotPay && reason != reasonTold {
		d.Talk.Reasons = append(d.Talk.Reasons, reason)
	}
	if slices.ContainsFunc(d.Talk.Acknowledged, func(t string) bool { return slices.Contains(family, t) }) {
		return
	}
	d.Talk.Acknowledged = append(d.Talk.Acknowledged, topic)
	d.say("hardship.acknowledge", topic, nil, buttons("human")...)
	d.last().Situation = map[string]string{"reason": topic}
}

// sameNews lists the reasons that are one piece of news: who has been heard on
// a lost job is not told again that less comes in.
func sameNews(r dialog.Reason) []string {
	income := []string{string(dialog.ReasonJobLoss), string(dialog.ReasonIncomeDrop), string(dialog.ReasonShopClosed)}
	if slices.Contains(income, string(r)) {
		return income
	}
	return []string{string(r)}
}

// reasonCannotPay is a topic of its own in the catalogs, but no reason.
const reasonCannotPay dialog.Reason = "cannot_pay"

// reasonTold stands for a story whose reason was not made out; no reason either.
const reasonTold dialog.Reason = "told"

// cannotPay hears that there is nothing left. A budget is asked for, never
// demanded; said again, a person takes over.
func cannotPay(d *draft) { d.inNeed(reasonCannotPay) }

// overIndebted hears of many debts in the same way.
func overIndebted(d *draft) { d.inNeed(dialog.ReasonOverIndebted) }

func (d *draft) inNeed(topic dialog.Reason) {
	if r := dialog.Reason(d.entity(dialog.EntityReason)); topic == reasonCannotPay && hardshipNamed(r) &&
		!slices.Contains(d.Talk.Acknowledged, string(r)) && d.Talk.BudgetAsked == "" {
		hardship(d) // the reason says more than that nothing is left
		return
	}
	if topic == reasonCannotPay && !d.budgetStated() && d.Talk.BudgetAsked == "" && len(d.Talk.Acknowledged) == 0 &&
		(d.heard.Has(dialog.IntentHardshipIncome) || d.heard.Has(dialog.IntentHardshipHealth)) {
		hardship(d) // likewise
		return
	}
	again := slices.Contains(d.Talk.Acknowledged, string(topic))
	switch {
	case d.budgetStated():
		d.acknowledge(topic)
		d.weighBudget()
	case again || d.forbidden() || d.Talk.BudgetAsked != "":
		d.hold(dialog.HoldHardship, dialog.HeldBySaying, 0)
		d.handOver("hardship", 2, "hardship")
	default:
		d.acknowledge(topic)
		if d.ready() && d.owes() {
			d.askBudget("")
		}
		if d.limits().DebtAdvice != nil {
			d.offerButtons(buttons("advice")...)
		}
	}
}
