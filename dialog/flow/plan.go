package flow

import (
	"slices"
	"strconv"
	"strings"

	"warmline/dialog"
)

// proposeTerms answers terms that the borrower names. What they name filters
// and orders the eligible plans; it makes none.
func proposeTerms(d *draft) {
	if d.forbidden() {
		d.heldMenu()
		return
	}
	if d.askAmbiguousAmount() {
		return
	}
	if d.answers("partial", "amount") && d.entity(dialog.EntityPerPeriod) == "" {
		payPartial(d)
		return
	}
	if d.settling() {
		askWaiver(d)
		return
	}
	if d.waitingForLender() && !d.changing && len(d.plans()) == 0 { // one is on its way: "none fits" would not be so
		planStatus(d)
		return
	}
	if n, ok := d.wantedCount(); ok {
		d.choosePlan(n)
		return
	}
	if max, ok := d.wantedMonthly(); ok {
		d.within(max)
		return
	}
	if n, ok := d.bareFigure(); ok {
		d.bareTerms(n)
		return
	}
	d.askTerms()
}

// settling reports whether a sum is meant instead of all that is owed: it says
// so, or it is pressed again right after that was declined.
func (d *draft) settling() bool {
	sum, ok := d.amount()
	if !ok || sum.Minor >= d.Owed.Total.Minor || d.entity(dialog.EntityPerPeriod) != "" || d.entity(dialog.EntityInstalments) != "" {
		return false
	}
	if d.asks(topicSettle) {
		return true
	}
	last := d.Talk.Last
	return last != nil && (last.Kind == "limit.refuse_waiver" || last.Kind == "injection.decline")
}

// bareTerms takes a figure without a unit for what it can only be: a small
// whole number is how many instalments, a larger one a sum a month. Both only
// filter what there is.
func (d *draft) bareTerms(figure string) {
	if n, err := strconv.Atoi(figure); err == nil && n > 0 && n <= mostInstalments {
		d.choosePlan(n)
		return
	}
	m, err := dialog.ParseMoney(figure, d.currency())
	if err != nil || m.Minor <= 0 {
		d.askTerms()
		return
	}
	d.within(m)
}

// answers reports whether the event answers a question that a script asked.
func (d *draft) answers(topic, question string) bool {
	return d.Conv.Talk.Topic == topic && d.Conv.Talk.Asked == question
}

// askTerms asks for a sum a month or a number of instalments.
func (d *draft) askTerms() {
	d.ask("plan", "amount")
	plans := d.plans()
	d.Talk.Table = plans
	d.say("plan.offer", "ask_terms", nil, menu(plans, "human", "not_now")...)
}

// wantedCount is the number of instalments that the text names.
func (d *draft) wantedCount() (int, bool) {
	if n, ok := d.countInstead(); ok {
		return n, true
	}
	n, err := strconv.Atoi(d.entity(dialog.EntityInstalments))
	return n, err == nil && n > 0
}

// countInstead is the number that takes the place of one named before it in the
// same text: "3 payments, no wait, make that 6".
func (d *draft) countInstead() (int, bool) {
	e, ok := d.heard.Entity(dialog.EntityInstalments)
	if !ok || d.Envelope.Event.Text == nil {
		return 0, false
	}
	text := strings.ToLower(joined(d.Envelope.Event.Text))
	if e.End < 0 || e.End > len(text) {
		return 0, false
	}
	rest := text[e.End:]
	if !says(rest, topicInstead) {
		return 0, false
	}
	figures := figuresIn(rest)
	if len(figures) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(figures[0].text)
	return n, err == nil && n > 1 && n <= mostInstalments
}

// mostInstalments is how many instalments a bare figure can mean at most.
const mostInstalments = 36

// wantedMonthly is the most that the text says can be paid a month.
func (d *draft) wantedMonthly() (dialog.Money, bool) {
	if v := d.entity(dialog.EntityPerPeriod); v != "" {
		return d.monthly(v)
	}
	return d.amount()
}

// amount is the sum that the text names.
func (d *draft) amount() (dialog.Money, bool) {
	m, err := dialog.ParseMoney(d.entity(dialog.EntityAmount), d.currency())
	return m, err == nil && m.Minor > 0 && m.Currency != ""
}

func (d *draft) currency() dialog.Currency {
	if d.Account.Currency != "" {
		return d.Account.Currency
	}
	return d.Owed.Total.Currency
}

// monthly reads "250/month", "100/week", "20/day" as a sum a month, rounded
// down to the minor unit.
func (d *draft) monthly(v string) (dialog.Money, bool) {
	sum, unit, _ := strings.Cut(v, "/")
	m, err := dialog.ParseMoney(sum, d.currency())
	if err != nil || m.Minor <= 0 {
		return dialog.Money{}, false
	}
	switch unit {
	case "week":
		m.Minor = m.Minor * 52 / 12
	case "2weeks", "two_weeks", "fortnight":
		m.Minor = m.Minor * 26 / 12
	case "day":
		m.Minor = m.Minor * 365 / 12
	case "year":
		m.Minor /= 12
	}
	return m, m.Minor > 0
}

// within lists the plans of which no instalment is above a sum a month.
func (d *draft) within(max dialog.Money) {
	d.Talk.MaxMonthly = max
	fit := affordable(d.plans(), max)
	v := vals{"max_monthly": dialog.MoneyValue(max)}
	if len(fit) == 0 {
		d.noneWithin(v)
		return
	}
	d.table("plan", fit)
	form := "within"
	v["plan_lines"] = dialog.PlanList(fit)
	v["plan_total"] = dialog.MoneyValue(fit[0].Terms.Total)
	if !sameTotal(fit) {
		form = ""
		v = vals{"amount_due": dialog.MoneyValue(d.Owed.Total), "plan_lines": dialog.PlanList(fit)}
	}
	d.sayCard("plan.offer", form, v, plansCard(fit), menu(fit, "why_this", "human", "not_now")...)
}

func sameTotal(offers []dialog.Offer) bool {
	return !slices.ContainsFunc(offers, func(o dialog.Offer) bool { return o.Terms.Total != offers[0].Terms.Total })
}

// noneWithin says that no plan is that small, with the other ways: the plan
// that comes nearest, a deferral, a person.
func (d *draft) noneWithin(v vals) {
	d.Talk.Pressed++
	if d.Talk.Pressed >= pressedEnough {
		d.sameFacts()
		return
	}
	var near []dialog.Offer
	if plans := d.plans(); len(plans) > 0 {
		near = append(near, slices.MinFunc(plans, func(a, b dialog.Offer) int {
			return int(a.Terms.Schedule[0].Amount.Minor - b.Terms.Schedule[0].Amount.Minor)
		}))
	}
	if o, ok := d.deferral(); ok {
		near = append(near, o)
	}
	d.table("plan", near)
	d.say("plan.offer", "none_within", v, menu(near, "budget", "human", "not_now")...)
}

// pressedEnough is how many demands beyond the limits are explained at length.
const pressedEnough = 3

// sameFacts says the same plans again, shorter.
func (d *draft) sameFacts() {
	plans := d.plans()
	if len(plans) == 0 {
		d.say("limit.refuse_waiver", "shortest", nil, buttons("human", "not_now")...)
		return
	}
	d.table("plan", plans)
	d.say("plan.offer", "again", vals{"plan_lines": dialog.PlanList(plans)}, menu(plans, "human", "not_now")...)
}

// choosePlan shows the card of a plan of n instalments, or what comes nearest
// to it.
func (d *draft) choosePlan(n int) {
	o, ok := d.price("plan:" + strconv.Itoa(n))
	if !ok {
		d.nearest(n)
		return
	}
	form := ""
	if q := d.Talk.Quote; q != nil && q.Offer.Terms.Kind == dialog.OfferPlan && q.Cancels == "" {
		if d.yesToCard(o.Option) {
			d.affirmCard(q)
			return
		}
		if q.Offer.Option == o.Option && d.liveQuote() != nil {
			d.showQuote(q, "")
			return
		}
		form = "switched"
	}
	d.propose(o, form, d.replaced())
}

// nearest lists the two plans that come closest to a number of instalments.
func (d *draft) nearest(n int) {
	d.Talk.Pressed++
	plans := slices.Clone(d.plans())
	if len(plans) == 0 {
		d.showWays("", false)
		return
	}
	if d.Talk.Pressed >= pressedEnough {
		d.sameFacts()
		return
	}
	slices.SortStableFunc(plans, func(a, b dialog.Offer) int {
		return distance(len(a.Terms.Schedule), n) - distance(len(b.Terms.Schedule), n)
	})
	plans = plans[:min(len(plans), 2)]
	slices.SortFunc(plans, func(a, b dialog.Offer) int { return len(a.Terms.Schedule) - len(b.Terms.Schedule) })
	d.table("plan", plans)
	d.sayCard("plan.offer", "nearest", vals{
		"asked_terms": dialog.InstalmentCountValue(n),
		"plan_lines":  dialog.PlanList(plans),
	}, plansCard(plans), menu(plans, "why_this", "human", "not_now")...)
}

func distance(a, b int) int { return max(a-b, b-a) }

// showPlans lists all plans.
func (d *draft) showPlans(form string) {
	plans := d.plans()
	if len(plans) == 0 {
		d.showWays("", false)
		return
	}
	d.table("plan", plans)
	v := vals{"plan_lines": dialog.PlanList(plans)}
	if form == "" {
		v["amount_due"] = dialog.MoneyValue(d.Owed.Total)
		if sameTotal(plans) {
			v["plan_total"] = dialog.MoneyValue(plans[0].Terms.Total)
			v["extra_cost"] = dialog.MoneyValue(plans[0].Terms.ExtraCost)
		}
	}
	d.sayCard("plan.offer", form, v, plansCard(plans), menu(plans, "own_terms", "human", "not_now")...)
}

// namesCount reports whether the only figure in the text is a number of
// instalments that can be had.
func (d *draft) namesCount() bool {
	figure, ok := d.bareFigure()
	n, err := strconv.Atoi(figure)
	return ok && err == nil && slices.Contains(d.limits().PlanCounts, n)
}

// quoted reports whether the open card is of a kind of offer.
func (d *draft) quoted(kind dialog.OfferKind) bool {
	q := d.Talk.Quote
	return q != nil && q.Cancels == "" && q.Offer.Terms.Kind == kind
}

// dated reports whether the text names a day.
func (d *draft) dated() bool {
	_, ok := d.payday()
	return ok || d.ambiguousDate()
}

// countNamed reports whether a short text's only figure can be a number of
// instalments while plans are talked about.
func (d *draft) countNamed() bool {
	figure, ok := d.bareFigure()
	n, err := strconv.Atoi(figure)
	return ok && err == nil && n > 1 && n <= mostInstalments && d.short() &&
		(d.quoted(dialog.OfferPlan) || d.smallest().Option != "")
}

// changePlan changes an open card or an agreed plan: another number, another
// sum. Nothing changes before the new card is confirmed.
func changePlan(d *draft) {
	a, agreed := d.active()
	d.changing = true
	switch {
	case d.forbidden():
		d.heldMenu()
	case d.quoted(dialog.OfferPromise) && d.dated():
		promiseToPay(d)
	case d.quoted(dialog.OfferDeferral) && d.dated():
		askDeferral(d)
	case d.Conv.Promise != nil && !agreed || a.Kind == dialog.ArrangementPromise:
		promiseToPay(d)
	case !d.owes():
		planStatus(d)
	case d.Talk.Quote != nil && d.entity(dialog.EntityDuration) != "":
		askDeferral(d)
	case d.entity(dialog.EntityInstalments) != "" || d.entity(dialog.EntityPerPeriod) != "" || d.entity(dialog.EntityAmount) != "":
		proposeTerms(d)
	case d.namesCount():
		proposeTerms(d)
	case len(d.plans()) > 0:
		d.showPlans("again")
	default:
		planStatus(d)
		d.offerButtons(buttons("human")...)
	}
}
