package flow

import (
	"strconv"

	"warmline/dialog"
)

// Values of Talk.BudgetAsked.
const (
	budgetAsked    = "asked"
	budgetPositive = "surplus"
	budgetNegative = "negative"
)

// askBudget asks for the optional budget.
func (d *draft) askBudget(form string) {
	d.Talk.BudgetAsked = budgetAsked
	d.ask("budget", "budget")
	card := &dialog.Card{Kind: "budget", Title: "card.budget", Rows: []dialog.Row{
		row("row.income"), row("row.essential"), row("row.debts"), row("row.other"),
	}}
	d.sayCard("budget.ask", form, nil, card, buttons("budget", "human", "not_now")...)
}

// budgetStated reports whether the text says what comes in or what goes out.
func (d *draft) budgetStated() bool {
	return d.entity(dialog.EntityIncome) != "" || d.entity(dialog.EntityExpense) != ""
}

// answersBudget reports whether a text answers the question for the budget,
// whatever else it may sound like; a wish for a person, a stop or a danger in it
// goes first.
func (d *draft) answersBudget() bool {
	if d.heard == nil || d.Talk.Asked != "budget" && !(d.entity(dialog.EntityIncome) != "" && d.entity(dialog.EntityExpense) != "") {
		return false
	}
	switch {
	case dialog.RankOf(d.heard.Driving) == dialog.RankX, d.heard.Has(dialog.IntentRequestHuman), d.heard.Has(dialog.IntentComplain):
		return false
	}
	return d.budgetStated()
}

// takeBudget weighs a stated budget; a hardship told with it is heard first.
func (d *draft) takeBudget() {
	switch i := d.heard.Driving; i {
	case dialog.IntentHardshipIncome, dialog.IntentHardshipHealth, dialog.IntentCannotPay, dialog.IntentOverIndebted:
		d.run(i)
	default:
		d.weighBudget()
	}
}

// weighBudget adds what the text says to the budget and draws the conclusion
// as soon as income and essential spending are known.
func (d *draft) weighBudget() {
	if !d.ready() {
		return
	}
	b := d.budget()
	if m, ok := d.entitySum(dialog.EntityIncome); ok {
		b.Income = &m
	}
	if m, ok := d.entitySum(dialog.EntityExpense); ok {
		b.Essential = &m
	}
	if m, ok := d.entitySum(dialog.EntityOtherDebts); ok {
		b.Debts = &m
	}
	d.Talk.Budget = &b
	d.judgeBudget()
}

// budget returns a copy of what is known of the budget.
func (d *draft) budget() dialog.Budget {
	if d.Talk.Budget == nil {
		return dialog.Budget{}
	}
	return *d.Talk.Budget
}

// entitySum adds up the sums of a kind that the text names.
func (d *draft) entitySum(kind dialog.EntityKind) (int64, bool) {
	var sum int64
	found := false
	for _, e := range d.heard.Entities {
		if e.Kind != kind {
			continue
		}
		if m, err := dialog.ParseMoney(e.Value, d.currency()); err == nil {
			sum, found = sum+m.Minor, true
		}
	}
	return sum, found
}

// budgetForm reads the fields of the budget form.
func (d *draft) budgetForm(fields map[string]string) {
	if len(fields) == 0 {
		if d.ready() {
			d.askBudget("")
		}
		return
	}
	if !d.ready() {
		return
	}
	b := d.budget()
	for name, at := range map[string]**int64{"income": &b.Income, "essential": &b.Essential, "debts": &b.Debts, "other": &b.Other} {
		if m, err := dialog.ParseMoney(fields[name], d.currency()); err == nil && m.Minor >= 0 {
			*at = &m.Minor
		}
	}
	d.Talk.Budget = &b
	d.judgeBudget()
}

// left is what a month leaves over, once income and essential spending are known.
func left(b *dialog.Budget) (int64, bool) {
	if b == nil || b.Income == nil || b.Essential == nil {
		return 0, false
	}
	rest := *b.Income - *b.Essential
	for _, p := range []*int64{b.Debts, b.Other} {
		if p != nil {
			rest -= *p
		}
	}
	return rest, true
}

// surplus is what the budget leaves for instalments, zero when unknown.
func (d *draft) surplus() dialog.Money {
	rest, ok := left(d.Talk.Budget)
	if !ok || rest <= 0 {
		return dialog.Money{}
	}
	return dialog.NewMoney(rest, d.currency())
}

// judgeBudget offers only what the budget bears. Where it bears nothing, nothing
// is offered any more and a person takes over.
func (d *draft) judgeBudget() {
	rest, known := left(d.Talk.Budget)
	switch {
	case !known:
		d.askBudget("more")
	case rest <= 0:
		d.noSurplus(rest)
	default:
		d.Talk.BudgetAsked = budgetPositive
		d.withinBudget(d.surplus())
	}
}

func (d *draft) withinBudget(surplus dialog.Money) {
	plans := d.plans()
	v := vals{"max_monthly": dialog.MoneyValue(surplus)}
	if len(plans) == 0 || !d.owes() {
		d.noneWithin(v)
		return
	}
	d.table("plan", plans)
	v["plan_lines"] = dialog.PlanList(plans)
	v["plan_total"] = dialog.MoneyValue(plans[0].Terms.Total)
	d.sayCard("plan.offer", "budget", v, plansCard(plans), menu(plans, "human", "not_now")...)
}

func (d *draft) noSurplus(rest int64) {
	d.Talk.BudgetAsked = budgetNegative
	d.dropQuote()
	d.Talk.Table = nil
	d.ask("", "")
	form := ""
	if rest == 0 {
		form = "no_surplus"
	}
	d.say("budget.negative", form, nil)
	d.hold(dialog.HoldHardship, "budget_negative", 0)
	d.fileCase(dialog.CaseHardship, map[string]string{"surplus": strconv.FormatInt(rest, 10)})
	d.CancelProactive = true
	d.handOver("hardship", 2, "budget_negative")
}
