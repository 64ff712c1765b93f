package flow

import (
	"slices"
	"strconv"
	"strings"

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
	if d.heard == nil || d.Talk.Asked != "budget" && !d.wholeBudget() {
		return false
	}
	switch {
	case dialog.RankOf(d.heard.Driving) == dialog.RankX, d.heard.Has(dialog.IntentRequestHuman), d.heard.Has(dialog.IntentComplain):
		return false
	}
	return d.budgetStated() || d.wholeBudget() || d.Talk.Asked == "budget" && len(d.looseSums()) > 0
}

// wholeBudget reports whether a text says unasked what comes in and what goes
// out: both named, or the one named and a figure beside words for spending.
func (d *draft) wholeBudget() bool {
	if d.entity(dialog.EntityIncome) == "" {
		_, _, told := d.inAndOut()
		return told || d.entity(dialog.EntityExpense) != "" && d.asks(topicWage) && len(d.looseSums()) > 0
	}
	return d.entity(dialog.EntityExpense) != "" || d.asks(topicSpend) && len(d.looseSums()) > 0
}

// inAndOut reads two figures of which one stands by words for income and the
// other by words for spending: "I get 1500 and 1620 goes out".
func (d *draft) inAndOut() (in, out int64, ok bool) {
	found := d.digits()
	if len(found) != 2 || !d.asks(topicEarn) || !d.asks(topicSpend) || d.entity(dialog.EntityInstalments) != "" {
		return 0, 0, false
	}
	text := strings.ToLower(joined(d.Envelope.Event.Text))
	if firstAt(text, topicEarn) <= firstAt(text, topicSpend) {
		return found[0], found[1], true
	}
	return found[1], found[0], true
}

// firstAt is where the first word of a topic stands in a text.
func firstAt(text string, t topic) int {
	at := len(text)
	for _, w := range wordsFor(t) {
		if i := strings.Index(text, w); i >= 0 {
			at = min(at, i)
		}
	}
	return at
}

// takeBudget weighs a stated budget; a hardship told with it is heard first.
func (d *draft) takeBudget() {
	asked := d.Conv.Talk.Asked == "budget"
	switch i := d.heard.Driving; {
	case hardshipNamed(dialog.Reason(d.entity(dialog.EntityReason))):
		d.acknowledge(d.hardshipReason())
	case asked: // figures alone are an answer, not news
	case i == dialog.IntentHardshipIncome || i == dialog.IntentHardshipHealth:
		d.acknowledge(d.hardshipReason())
	case i == dialog.IntentCannotPay && d.entity(dialog.EntityExpense) != "":
		d.acknowledge(reasonCannotPay)
	case i == dialog.IntentOverIndebted:
		d.acknowledge(dialog.ReasonOverIndebted)
	}
	d.weighBudget()
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
	if in, out, ok := d.inAndOut(); ok && !d.budgetStated() {
		b.Income, b.Essential = &in, &out
	} else if d.Conv.Talk.Asked == "budget" || d.budgetStated() && d.asks(topicSpend) {
		d.fillBudget(&b)
	}
	d.Talk.Budget = &b
	d.judgeBudget()
}

// fillBudget reads figures that the text does not name: what is asked is what
// comes in and then what goes out, so that is what the next figures are.
func (d *draft) fillBudget(b *dialog.Budget) {
	rest := d.looseSums()
	if b.Income == nil && len(rest) > 0 {
		b.Income, rest = &rest[0], rest[1:]
	}
	if len(rest) == 0 {
		return
	}
	if b.Essential == nil {
		b.Essential = new(int64)
	} else if _, named := d.entitySum(dialog.EntityExpense); !named {
		return
	}
	sum := *b.Essential
	for _, m := range rest {
		sum += m
	}
	b.Essential = &sum
}

// looseSums are the sums in the text that are said to be neither income nor
// expense nor debt, in its order.
func (d *draft) looseSums() []int64 {
	var found, named []int64
	for _, e := range d.heard.Entities {
		m, err := dialog.ParseMoney(e.Value, d.currency())
		switch e.Kind {
		case dialog.EntityIncome, dialog.EntityExpense, dialog.EntityOtherDebts:
			named = append(named, m.Minor)
		case dialog.EntityAmount:
			if err == nil {
				found = append(found, m.Minor)
			}
		case dialog.EntityPerPeriod:
			if m, ok := d.monthly(e.Value); ok {
				found = append(found, m.Minor)
			}
		}
	}
	if digits := d.digits(); len(digits) > 0 {
		found = digits
	}
	return slices.DeleteFunc(found, func(n int64) bool { return slices.Contains(named, n) })
}

// digits are the sums that the text writes in figures.
func (d *draft) digits() []int64 {
	var found []int64
	for _, l := range d.Envelope.Event.Text.Lines {
		for _, w := range strings.FieldsFunc(l.Text, func(r rune) bool { return r != '.' && r != ',' && (r < '0' || r > '9') }) {
			w = strings.ReplaceAll(strings.Trim(w, ".,"), ",", "")
			if m, err := dialog.ParseMoney(w, d.currency()); err == nil && len(w) > 1 {
				found = append(found, m.Minor)
			}
		}
	}
	return found
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

// left is what a month leaves over, once income and essential spending are known;
// where nothing comes in, nothing is left.
func left(b *dialog.Budget) (int64, bool) {
	if b == nil || b.Income == nil || b.Essential == nil && *b.Income > 0 {
		return 0, false
	}
	rest := *b.Income
	for _, p := range []*int64{b.Essential, b.Debts, b.Other} {
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
	case !known && d.Talk.Budget.Income == nil && d.Talk.Budget.Essential != nil:
		d.askBudget("income")
	case !known:
		d.askBudget(map[bool]string{true: "essential", false: "more"}[d.Talk.Budget.Income != nil])
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
	switch {
	case !d.owes() || d.running():
		d.ask("", "")
		d.say("budget.surplus", "", v, buttons("schedule", "human")...)
		return
	case len(plans) == 0:
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
