package flow

import (
	"strconv"
	"strings"

	"warmline/dialog"
)

// balance says what is owed today.
func balance(d *draft) {
	if !d.owes() {
		d.nothingDue()
		return
	}
	if d.costOfCard() || d.costOfDelay() || d.owedLater() {
		return
	}
	form, v := d.balanceForm()
	card := d.balanceCard()
	if form == "arranged" { // what was owed without the arrangement is no longer asked for
		card = d.scheduleCard()
	}
	d.sayCard("balance.show", form, v, card, d.balanceButtons()...)
	if d.wantsReasons() && form != "arranged" && !d.said("balance.breakdown") {
		d.explainBreakdown()
	}
}

// wantsReasons reports whether a question for the sum also asks what it is made
// of or why it has grown.
func (d *draft) wantsReasons() bool {
	return d.heard.Has(dialog.IntentAskBreakdown) || d.asks(topicMore)
}

// costOfCard answers "what does it cost" right below a card with the card's own
// figures, and reports whether it did.
func (d *draft) costOfCard() bool {
	q := d.liveQuote()
	if q == nil || q.Cancels != "" || d.Conv.Talk.Asked != "confirm" || !d.asks(topicCost) || d.asks(topicMore) {
		return false
	}
	d.showQuote(q, "")
	return true
}

// laterDays is how far ahead a sum is worked out: beyond that a person says it.
const laterDays = 60

// owedLater says what the same sum would be on a day to come that the text
// names, where nothing is agreed that changes it, and reports whether it did.
func (d *draft) owedLater() bool {
	day, ok := d.payday()
	if !ok || !d.Today.Before(day) || day.Days(d.Today) > laterDays || d.running() || d.quiet() || d.Conv.Promise != nil {
		return false
	}
	if _, pending := d.pendingPayment(); pending || d.ambiguousDate() {
		return false
	}
	d.say("balance.show", "on_date", vals{
		"amount_due":     dialog.MoneyValue(d.Owed.Total),
		"amount_on_date": dialog.MoneyValue(d.owedOn(day)),
		"on_date":        dialog.DateValue(day),
	}, d.balanceButtons()...)
	return true
}

// costOfDelay answers "how much more if I wait" with what a deferral costs,
// where one can be had, and reports whether it did.
func (d *draft) costOfDelay() bool {
	if !d.asks(topicDefer) || d.forbidden() || d.quiet() || d.Talk.Quote != nil {
		return false
	}
	o, ok := d.deferral()
	if !ok {
		return false
	}
	d.table("deferral", []dialog.Offer{o})
	due := o.Terms.Schedule[0]
	d.say("deferral.offer", "", vals{
		"new_due_date": dialog.DateValue(due.Due), "extra_cost": dialog.MoneyValue(o.Terms.ExtraCost),
		"amount_on_date": dialog.MoneyValue(due.Amount),
	}, menu([]dialog.Offer{o}, "see_options", "human", "not_now")...)
	return true
}

// balanceForm picks how the sum is said: plainly, or with what is under way.
func (d *draft) balanceForm() (string, vals) {
	v := vals{
		"amount_due": dialog.MoneyValue(d.Owed.Total),
		"due_date":   dialog.DateValue(d.Account.Overdue.Due),
	}
	if next, ok := d.nextInstalment(); ok {
		return "arranged", vals{"next_due_amount": dialog.MoneyValue(next.Amount), "next_due_date": dialog.DateValue(next.Due)}
	}
	if p, ok := d.pendingPayment(); ok {
		v["pending_amount"] = dialog.MoneyValue(p.Amount)
		v["pending_date"] = dialog.DateValue(d.day(p.At))
		return "pending", v
	}
	if d.quiet() {
		return "held", v
	}
	if p := d.Conv.Promise; p != nil {
		v["freeze_end_date"] = dialog.DateValue(p.Made.AddDays(d.Facts.Programme.Promise.FreezeDays))
		return "frozen", v
	}
	v["days_late"] = dialog.DaysValue(d.Owed.DaysLate)
	v["late_interest"] = dialog.MoneyValue(d.Owed.Late)
	return "", v
}

func (d *draft) balanceButtons() []dialog.Option {
	switch {
	case d.Conv.Owner == dialog.OwnerQueue:
		return buttons("cancel_wait")
	case d.quiet():
		return buttons("breakdown", "human")
	}
	return buttons("pay_now", "see_options", "dispute", "human")
}

// breakdown says what the sum is made of. Who asks for the sum as well gets
// both.
func breakdown(d *draft) {
	if !d.owes() {
		d.nothingDue()
		return
	}
	if d.heard.Has(dialog.IntentAskBalance) || d.Envelope.Event.Text != nil && d.asks(topicSum) {
		balance(d)
		return
	}
	if d.costOfCard() || d.costOfDelay() || d.owedLater() {
		return
	}
	d.explainBreakdown()
	d.last().Card = d.balanceCard()
}

func (d *draft) explainBreakdown() {
	o := d.Owed
	v := vals{
		"amount_due": dialog.MoneyValue(o.Total),
		"principal":  dialog.MoneyValue(o.Principal),
		"interest":   dialog.MoneyValue(o.Interest),
		"fees":       dialog.MoneyValue(o.Fees),
	}
	form := "no_late"
	if o.Late.Minor > 0 {
		form = ""
		if o.Fees.Minor > 0 {
			form = "fees"
		}
		v["late_interest"] = dialog.MoneyValue(o.Late)
		v["late_formula"] = d.lateFormula()
		v["daily_interest"] = dialog.MoneyValue(d.Owed.Daily)
		v["days_late"] = dialog.DaysValue(o.DaysLate)
	}
	d.say("balance.breakdown", form, v, d.balanceButtons()...)
}

// lateFormula is the arithmetic of the late interest: 824.00 × 0.05% × 9, after
// what was there already when something was paid: 1.60 + 424.00 × 0.05% × 9.
func (d *draft) lateFormula() dialog.Value {
	o := d.Owed
	f := dialog.Value{Kind: dialog.ValueFormula, Text: "{0} × {1} × {2}", Parts: []dialog.Value{
		dialog.MoneyValue(o.Base()), dailyRate(d.Account.Overdue.LateRateDaily), dialog.CountValue(o.LateDays),
	}}
	switch carried := dialog.MoneyValue(o.Carried); {
	case o.Carried.Zero():
	case o.Late.Minor == o.Carried.Minor:
		f.Text, f.Parts = "{0}", []dialog.Value{carried}
	default:
		f.Text, f.Parts = "{3} + {0} × {1} × {2}", append(f.Parts, carried)
	}
	return f
}

// dailyRate writes a rate a day as percent, as finely as the lender states it.
func dailyRate(r dialog.Rate) dialog.Value {
	const hundredth = 100_000 // a hundredth of a percent, in billionths
	if r%hundredth == 0 {
		return dialog.PercentValue(int64(r) / hundredth)
	}
	digits := strconv.FormatInt(int64(r), 10)
	for len(digits) < 8 {
		digits = "0" + digits
	}
	at := len(digits) - 7
	return dialog.Value{
		Kind: dialog.ValuePercent, Number: int64(r) / hundredth,
		Text: digits[:at] + "." + strings.TrimRight(digits[at:], "0"),
	}
}

func (d *draft) balanceCard() *dialog.Card {
	o := d.Owed
	card := &dialog.Card{Kind: "balance", Title: "card.balance"}
	row := func(label string, cells ...dialog.Value) {
		card.Rows = append(card.Rows, dialog.Row{Label: label, Cells: cells})
	}
	row("row.principal", dialog.MoneyValue(o.Principal))
	row("row.interest", dialog.MoneyValue(o.Interest))
	for _, f := range d.Account.Overdue.Fees {
		if f.Kind == dialog.FeeLateInterest {
			continue
		}
		row("row.fees", dialog.MoneyValue(f.Amount))
		card.Rows[len(card.Rows)-1].FeeBasis = f.Basis
	}
	if o.Late.Minor > 0 {
		row("row.late_interest", dialog.MoneyValue(o.Late), d.lateFormula())
		card.Notes = append(card.Notes, dialog.Note{
			Label: "note.late_daily", Values: vals{"daily_interest": dialog.MoneyValue(d.Owed.Daily)},
		})
	}
	row("row.total", dialog.MoneyValue(o.Total))
	card.Rows[len(card.Rows)-1].Strong = true
	row("row.due_date", dialog.DateValue(d.Account.Overdue.Due))
	if d.Account.NotYetDue.Minor > 0 {
		row("row.not_yet_due", dialog.MoneyValue(d.Account.NotYetDue))
	}
	return card
}
