package flow

import (
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// minQuoteTTL is how long terms are kept when the programme does not say.
const minQuoteTTL = 24 * time.Hour

func (d *draft) quoteTTL() time.Duration {
	if ttl := d.Facts.Programme.QuoteTTL; ttl > 0 {
		return ttl
	}
	return minQuoteTTL
}

func row(label string, cells ...dialog.Value) dialog.Row {
	return dialog.Row{Label: label, Cells: cells}
}

func strong(r dialog.Row) dialog.Row {
	r.Strong = true
	return r
}

// showPlan says a plan's terms on a card: each date and sum, and all that
// follows from agreeing.
func (d *draft) showPlan(q *dialog.Quote, form string) {
	t := q.Offer.Terms
	first := t.Schedule[0]
	if form == "" && q.Replaces != "" {
		form = "replace"
	}
	v := vals{
		"instalment_count":   dialog.InstalmentCountValue(len(t.Schedule)),
		"instalment_lines":   dialog.InstalmentsValue(t.Schedule),
		"plan_total":         dialog.MoneyValue(t.Total),
		"first_payment_date": dialog.DateValue(first.Due),
	}
	card := d.confirmCard(q, "card.confirm_plan")
	card.Rows = append(card.Rows, scheduleRows(t.Schedule)...)
	card.Rows = append(card.Rows, strong(row("row.plan_total", dialog.MoneyValue(t.Total))))
	card.Rows = append(card.Rows, d.costRows(t)...)
	if n := len(t.Schedule); t.Schedule[n-1].Amount != first.Amount {
		last := t.Schedule[n-1]
		card.Notes = append(card.Notes, dialog.Note{Label: "note.last_absorbs", Values: vals{
			"last_payment_date": dialog.DateValue(last.Due), "last_amount": dialog.MoneyValue(last.Amount),
		}})
	}
	d.endCard(card, q, "note.standing_plan")
	d.sayCard("plan.confirm", form, v, card, confirmButtons(q)...)
}

func scheduleRows(schedule []dialog.Instalment) []dialog.Row {
	rows := make([]dialog.Row, len(schedule))
	for i, s := range schedule {
		rows[i] = row("row.instalment", dialog.CountValue(i+1), dialog.DateValue(s.Due), dialog.MoneyValue(s.Amount))
	}
	return rows
}

// costRows say what an offer costs against paying today. Where a cost table is
// due, each part of the sum is named.
func (d *draft) costRows(t dialog.Terms) []dialog.Row {
	rows := []dialog.Row{row("row.extra_cost", dialog.MoneyValue(t.ExtraCost))}
	if t.APR > 0 || d.limits().CostTable {
		rows = append(rows, row("row.apr", dialog.PercentValue(t.APR)))
	}
	if d.limits().CostTable && d.Account.Ref == t.Account {
		rows = append(rows,
			row("row.principal", dialog.MoneyValue(d.Owed.Principal)),
			row("row.interest", dialog.MoneyValue(d.Owed.Interest)),
			row("row.late_interest", dialog.MoneyValue(d.Owed.Late)),
			row("row.fees", dialog.MoneyValue(d.Owed.Fees)),
			row("row.who_charges", dialog.TextValue(d.Facts.Borrower.Lender)))
	}
	return rows
}

func (d *draft) confirmCard(q *dialog.Quote, title string) *dialog.Card {
	card := &dialog.Card{Kind: "confirm", ID: q.ID, Title: title, Expires: q.Expires}
	if d.limits().CostTable {
		card.Kind, card.ReadSeconds = "cost_table", d.limits().ReadSeconds
	}
	return card
}

// endCard names what else follows: other payments meanwhile, the automatic
// debit, the standing, how long one may change one's mind.
func (d *draft) endCard(card *dialog.Card, q *dialog.Quote, standing string) {
	t := q.Offer.Terms
	note := func(label string, v vals) { card.Notes = append(card.Notes, dialog.Note{Label: label, Values: v}) }
	for _, a := range t.AlsoDue {
		card.Rows = append(card.Rows, row("row.also_due", dialog.DateValue(a.Due), dialog.MoneyValue(a.Amount)))
		note("note.also_due", vals{"also_due_date": dialog.DateValue(a.Due), "also_due_amount": dialog.MoneyValue(a.Amount)})
	}
	switch {
	case t.DebitPaused:
		card.Rows = append(card.Rows, row("row.auto_debit", dialog.LabelValue("word.paused")))
		note("note.debit_paused", nil)
	case d.Account.AutoDebit == "on":
		card.Rows = append(card.Rows, row("row.auto_debit", dialog.LabelValue("word.on")))
		note("note.debit_unchanged", nil)
	}
	note(standing, nil)
	if d.limits().CostTable {
		note("note.missed_payment", nil)
		note("note.no_other_charge", nil)
	}
	note("note.not_binding_yet", nil)
	if w := d.Facts.Programme.CancelWindow; w > 0 {
		note("note.cancel_window", vals{"cancel_hours": dialog.CountValue(int(w / time.Hour))})
	}
	note("note.quote_expires", vals{"quote_until": momentValue(q.Expires)})
}

// showDeferral says what the deferral costs and what is due on the new date.
func (d *draft) showDeferral(q *dialog.Quote, form string) {
	t := q.Offer.Terms
	due := t.Schedule[0]
	ordinary := d.ordinaryInterest(t)
	during := t.ExtraCost.Sub(ordinary)
	v := vals{"new_due_date": dialog.DateValue(due.Due), "amount_on_date": dialog.MoneyValue(due.Amount)}
	if form == "" {
		switch {
		case t.ExtraCost.Zero():
			form = "no_cost"
		case !t.LatePaused && during.Minor > 0:
			form = "late_runs"
			v["late_during"] = dialog.MoneyValue(during)
		}
	}
	if form != "no_cost" {
		v["ordinary_interest"] = dialog.MoneyValue(ordinary)
	}
	card := d.confirmCard(q, "card.confirm_deferral")
	card.Rows = append(card.Rows,
		row("row.new_due_date", dialog.DateValue(due.Due)),
		row("row.ordinary_interest", dialog.MoneyValue(ordinary)))
	if during.Minor > 0 {
		card.Rows = append(card.Rows, row("row.late_during", dialog.MoneyValue(during)))
	}
	card.Rows = append(card.Rows, strong(row("row.amount_on_date", dialog.MoneyValue(due.Amount))))
	card.Rows = append(card.Rows, d.costRows(t)...)
	d.endCard(card, q, "note.standing_deferral")
	d.sayCard("deferral.confirm", form, v, card, confirmButtons(q)...)
}

// ordinaryInterest is the part of a deferral's cost that is no late interest.
func (d *draft) ordinaryInterest(t dialog.Terms) dialog.Money {
	if t.LatePaused || d.Account.Ref != t.Account {
		return t.ExtraCost
	}
	return loan.Interest(d.Owed.Principal, d.Facts.Programme.Deferral.OrdinaryDaily, t.Days)
}

// showPromise says a promise back: how much, on which day.
func (d *draft) showPromise(q *dialog.Quote) {
	form := ""
	t := q.Offer.Terms
	due := t.Schedule[0]
	v := vals{"promise_amount": dialog.MoneyValue(due.Amount), "promise_date": dayValue(due.Due)}
	switch {
	case !t.LatePaused:
		form = "accruing"
		v["freeze_end_date"] = dialog.DateValue(d.freezeEnd())
	case q.Replaces != "":
		form = "moved"
		delete(v, "promise_amount") // unchanged; the card has it
	}
	card := d.confirmCard(q, "card.confirm_promise")
	card.Rows = append(card.Rows,
		row("row.date", dayValue(due.Due)),
		strong(row("row.amount", dialog.MoneyValue(due.Amount))))
	if t.ExtraCost.Minor > 0 {
		card.Rows = append(card.Rows, row("row.extra_cost", dialog.MoneyValue(t.ExtraCost)))
	}
	d.endCard(card, q, "note.standing_promise")
	d.sayCard("promise.confirm", form, v, card, confirmButtons(q)...)
}

// dayValue is a date with its weekday: a day that somebody named themselves.
func dayValue(day dialog.Date) dialog.Value {
	return dialog.Value{Kind: dialog.ValueDate, Date: day, Text: "weekday"}
}

// freezeEnd is the last day on which a promise keeps late interest still.
func (d *draft) freezeEnd() dialog.Date {
	if !d.limits().PromiseLatest.IsZero() {
		return d.limits().PromiseLatest
	}
	return d.Today.AddDays(d.Facts.Programme.Promise.FreezeDays)
}
