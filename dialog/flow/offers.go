package flow

import (
	"slices"
	"strconv"

	"warmline/dialog"
)

// offers is the policy's eligible set.
func (d *draft) offers() []dialog.Offer {
	list, _ := d.Offers()
	return list
}

// limits are the bounds around it.
func (d *draft) limits() dialog.Limits {
	_, limits := d.Offers()
	return limits
}

// of returns the eligible offers of a kind, in the policy's order.
func (d *draft) of(kind dialog.OfferKind) []dialog.Offer {
	var found []dialog.Offer
	for _, o := range d.offers() {
		if o.Terms.Kind == kind && len(o.Terms.Schedule) > 0 {
			found = append(found, o)
		}
	}
	return found
}

// plans returns at most four plans; those beyond what the budget leaves are
// left out once there is a budget.
func (d *draft) plans() []dialog.Offer {
	plans := d.of(dialog.OfferPlan)
	if len(plans) == 0 && d.changing {
		plans = d.otherPlans()
	}
	if max := d.surplus(); max.Minor > 0 {
		plans = affordable(plans, max)
	}
	return plans[:min(len(plans), 4)]
}

// otherPlans are the plans that a running agreement could be changed to.
func (d *draft) otherPlans() []dialog.Offer {
	var plans []dialog.Offer
	for _, n := range d.limits().PlanCounts {
		if o, ok := d.price("plan:" + strconv.Itoa(n)); ok {
			plans = append(plans, o)
		}
	}
	return plans
}

// affordable keeps the plans of which no instalment is above a sum.
func affordable(plans []dialog.Offer, max dialog.Money) []dialog.Offer {
	var fit []dialog.Offer
	for _, o := range plans {
		if !slices.ContainsFunc(o.Terms.Schedule, func(i dialog.Instalment) bool { return i.Amount.Minor > max.Minor }) {
			fit = append(fit, o)
		}
	}
	return fit
}

// deferral returns the deferral that is offered, the longest one.
func (d *draft) deferral() (dialog.Offer, bool) {
	all := d.of(dialog.OfferDeferral)
	if len(all) == 0 {
		return dialog.Offer{}, false
	}
	return slices.MaxFunc(all, func(a, b dialog.Offer) int { return a.Terms.Days - b.Terms.Days }), true
}

// ways returns the ways out to be shown, deferral first for somebody in
// hardship, in the policy's order otherwise; none while a human is to decide.
func (d *draft) ways(deferralFirst bool) []dialog.Offer {
	if d.forbidden() {
		return nil
	}
	var deferral []dialog.Offer
	if o, ok := d.deferral(); ok {
		deferral = []dialog.Offer{o}
	}
	plans := d.plans()
	if deferralFirst || len(d.offers()) > 0 && d.offers()[0].Terms.Kind == dialog.OfferDeferral {
		return append(deferral, plans...)
	}
	return append(slices.Clone(plans), deferral...)
}

// hasOffer reports whether a kind of offer can be had, also one whose terms
// depend on what the borrower names (a day, a sum).
func (d *draft) hasOffer(kind dialog.OfferKind) bool {
	return slices.ContainsFunc(d.offers(), func(o dialog.Offer) bool { return o.Terms.Kind == kind || o.Option == string(kind) })
}

// table puts offers on the table: what "the second one" then means.
func (d *draft) table(topic string, offers []dialog.Offer) {
	d.Talk.Table = slices.Clone(offers[:min(len(offers), 6)])
	d.ask(topic, "choose")
}

// others are the plain buttons that stand below a list of so many offers. The
// longer the list, the fewer they are; whatever has no button can be written.
func (d *draft) others(listed int) []string {
	var ids []string
	if d.hasOffer(dialog.OfferPromise) {
		ids = append(ids, "promise")
	}
	if listed < 3 && d.hasOffer(dialog.OfferPartial) {
		ids = append(ids, "partial")
	}
	if listed < 4 {
		ids = append(ids, "own_terms")
	}
	return append(ids, "human", "not_now")
}

// askOptions lists the ways out.
func askOptions(d *draft) {
	switch {
	case d.forbidden():
		d.heldMenu()
	case d.entity(dialog.EntityInstalments) != "" || d.entity(dialog.EntityPerPeriod) != "":
		proposeTerms(d)
	case d.splitInto(), d.namesCount() && (d.asks(topicSplit) || d.short()):
		proposeTerms(d)
	case d.asks(topicSplit) && !d.asks(topicDefer) && d.answersText() && len(d.plans()) > 0:
		d.showPlans("") // instalments were asked for by name
	case d.asks(topicDefer) && !d.asks(topicSplit) && d.answersText():
		askDeferral(d)
	default:
		d.showWays("", false)
	}
}

// answersText reports whether a text is answered, not a button.
func (d *draft) answersText() bool { return d.Envelope.Event.Text != nil }

// showWays lists the ways out on a card, or says that there is none.
func (d *draft) showWays(form string, deferralFirst bool) {
	offers := d.ways(deferralFirst)
	if len(offers) == 0 {
		d.noWays()
		return
	}
	d.table("options", offers)
	others := d.others(len(offers))
	if deferralFirst { // a hard moment is none for many choices
		others = []string{"human", "not_now"}
	}
	d.sayCard("options.menu", form, nil, plansCard(offers), menu(offers, others...)...)
}

// noWays says why nothing can be chosen here: something is agreed already, or a
// person has to look.
func (d *draft) noWays() {
	if _, ok := d.active(); ok || d.waitingForLender() {
		planStatus(d)
		d.offerButtons(buttons("human")...)
		return
	}
	d.say("plan.offer", "none", nil, buttons("pay_now", "human", "not_now")...)
	if d.quiet() {
		d.last().Options = buttons("human", "not_now")
	}
}

// heldMenu says that a person decides first.
func (d *draft) heldMenu() {
	if _, pending := d.pendingPayment(); pending && d.held(dialog.HoldPaymentTrace) && d.Level >= dialog.LevelBorrower {
		d.stillClearing() // nobody looks at it: it clears by itself
		return
	}
	d.say("options.menu", "held", nil, buttons("show_balance", "human")...)
}

// plansCard is a table of offers, each row a choice.
func plansCard(offers []dialog.Offer) *dialog.Card {
	card := &dialog.Card{Kind: "plans", Title: "card.plans", Columns: []string{"row.count", "row.per_instalment", "row.first_payment", "row.plan_total"}}
	for _, o := range offers {
		first := o.Terms.Schedule[0]
		label, length, each := "row.plan_n", dialog.InstalmentCountValue(len(o.Terms.Schedule)), dialog.MoneyValue(first.Amount)
		if o.Terms.Kind == dialog.OfferDeferral { // paid in one sum: there is nothing to say of each part
			label, length, each = "row.deferral_n", dialog.DaysValue(o.Terms.Days), dialog.TextValue("")
		}
		card.Rows = append(card.Rows, dialog.Row{Label: label, Option: o.Option, Cells: []dialog.Value{
			length, each, dialog.DateValue(first.Due), dialog.MoneyValue(o.Terms.Total),
		}})
	}
	card.Notes = []dialog.Note{{Label: "note.can_decide_later"}}
	return card
}
