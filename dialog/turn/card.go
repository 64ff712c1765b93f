package turn

import (
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

// judged asks the policy about an act and puts onto it what a rule wants to be
// part of it: the rows and notes of a confirm card, the way to a human. A card
// that still lacks something cannot be agreed to (K-CONFIRM).
func (x *run) judged(a *dialog.Act) policy.Verdict {
	v := x.rules.Permit(a, &x.m)
	if slices.ContainsFunc(v.Disclose, policy.CardPart) {
		for _, part := range v.Disclose {
			x.putPart(a, part)
		}
		v = x.rules.Permit(a, &x.m)
		x.unfinished(a, v.Disclose)
	}
	x.fire(v.Looked)
	return v
}

// unfinished takes the yes away from a card that lacks a part. One that was
// shown whole before stays what it is.
func (x *run) unfinished(a *dialog.Act, parts []string) {
	if was := x.was.Talk.Quote; was != nil && a.Card != nil && was.ID == a.Card.ID {
		return
	}
	for _, part := range parts {
		if !policy.CardPart(part) || a.Card == nil || part == "row.lender" && names(a.Card, "row.who_charges") {
			continue
		}
		x.fired(policy.KConfirm, policy.Deny, policy.DetailIncomplete+":"+part)
		x.lacking = true
		a.Options = keep(a.Options, func(o dialog.Option) bool { return o.ID != "confirm" })
	}
}

// putPart puts one required part onto an act, where the facts for it are there.
func (x *run) putPart(a *dialog.Act, part string) {
	if part == "option.human" {
		if !slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.ID == "human" }) {
			a.Options = append(slices.Clone(a.Options), dialog.Option{ID: "human"})
		}
		return
	}
	if a.Card == nil || x.m.Card == nil || a.Card.ID != x.m.Card.ID {
		return
	}
	card := *a.Card
	card.Rows, card.Notes = slices.Clone(card.Rows), slices.Clone(card.Notes)
	if part == "card.cost_table" {
		card.Kind, card.ReadSeconds = "cost_table", max(card.ReadSeconds, x.readSeconds())
		for _, p := range []string{"row.lender", "row.principal", "row.apr", "row.extra_cost", "note.missed_payment", "note.no_other_charge"} {
			x.part(&card, p)
		}
	} else {
		x.part(&card, part)
	}
	a.Card = &card
}

// part adds a row or a note to a card that has not got it.
func (x *run) part(card *dialog.Card, name string) {
	t := &x.m.Card.Offer.Terms
	row := func(label string, cells ...dialog.Value) {
		if !names(card, label) {
			card.Rows = append(card.Rows, dialog.Row{Label: label, Cells: cells})
		}
	}
	note := func(label string, values map[string]dialog.Value) {
		if !names(card, label) {
			card.Notes = append(card.Notes, dialog.Note{Label: label, Values: values})
		}
	}
	switch name {
	case "row.lender":
		if lender := x.lenderName(); lender != "" {
			row("row.who_charges", dialog.TextValue(lender))
		}
	case "row.principal":
		x.split(t, row)
	case "row.instalment":
		for _, s := range t.Schedule[:min(1, len(t.Schedule))] {
			row("row.new_due_date", dialog.DateValue(s.Due))
		}
	case "row.extra_cost":
		row("row.extra_cost", dialog.MoneyValue(t.ExtraCost))
		if t.Kind == dialog.OfferDeferral {
			row("row.amount_on_date", dialog.MoneyValue(t.Total))
		} else {
			row("row.plan_total", dialog.MoneyValue(t.Total))
		}
	case "row.apr":
		row("row.apr", dialog.PercentValue(t.APR))
	case "row.ordinary_interest":
		row("row.ordinary_interest", dialog.MoneyValue(t.ExtraCost))
	case "note.cancel_window":
		if w := x.f.Programme.CancelWindow; w > 0 {
			note(name, map[string]dialog.Value{"cancel_hours": dialog.CountValue(int(w / time.Hour))})
		} else {
			note("note.cancel_none", nil)
		}
	case "note.standing_plan":
		if t.Kind == dialog.OfferDeferral {
			name = "note.standing_deferral"
		}
		note(name, nil)
	case "note.no_other_charge", "note.missed_payment", "note.credit_record", "note.rights", "note.revival":
		note(name, nil)
	}
}

// split names each part of the sum that is owed, of the account that the terms
// are for.
func (x *run) split(t *dialog.Terms, row func(string, ...dialog.Value)) {
	if x.m.Account.Ref != t.Account || x.f.Unavailable {
		return
	}
	row("row.principal", dialog.MoneyValue(x.m.Owed.Principal))
	row("row.interest", dialog.MoneyValue(x.m.Owed.Interest))
	row("row.late_interest", dialog.MoneyValue(x.m.Owed.Late))
	row("row.fees", dialog.MoneyValue(x.m.Owed.Fees))
}

func names(card *dialog.Card, label string) bool {
	return slices.ContainsFunc(card.Rows, func(r dialog.Row) bool { return r.Label == label }) ||
		slices.ContainsFunc(card.Notes, func(n dialog.Note) bool { return n.Label == label })
}

// readSeconds is for how long a cost table has to be read in the person's place.
func (x *run) readSeconds() int {
	_, limits := x.rules.Offers(&x.m.Standing)
	return limits.ReadSeconds
}

// tooBig is said in the place of a plan that is more than the person said is
// left over: what is left, the plans that stay within it, and the way to a human.
func (x *run) tooBig() dialog.Act {
	left, stated := policy.Surplus(x.next.Talk.Budget)
	if !stated || left <= 0 {
		return dialog.Act{Kind: "budget.negative", Form: "no_surplus", Options: options("human", "not_now")}
	}
	a := dialog.Act{Kind: "plan.offer", Form: "none_within",
		Values: map[string]dialog.Value{"max_monthly": dialog.MoneyValue(dialog.NewMoney(left, x.m.Owed.Total.Currency))}}
	offers, _ := x.offers()
	for i := range offers {
		o := &offers[i]
		if o.Terms.Kind == dialog.OfferPlan && !policy.OverBudget(x.next.Talk.Budget, &o.Terms) {
			a.Kind, a.Form = "budget.surplus", ""
			a.Options = append(a.Options, flow.OfferButton(*o))
		}
	}
	a.Options = append(a.Options, options("human", "not_now")...)
	return a
}

// early is what is said to a yes that came before a card's time: why, and the
// same card with the time that is left.
func (x *run) early() dialog.Act {
	q := x.was.Talk.Quote
	left := max(2, int((policy.Unread(q, x.e.At)+time.Second-1)/time.Second)) // never "1 seconds"
	a := x.cardAgain()
	if last := x.was.Talk.Last; last != nil && last.Card != nil && last.Card.ID == q.ID {
		card := *last.Card
		card.ReadSeconds = left
		a.Card, a.Options, a.Level = &card, last.Options, last.Level
	}
	a.Form, a.Values = "read_first", map[string]dialog.Value{"read_seconds": dialog.CountValue(left)}
	return a
}

// tooEarly holds back a yes that came too early: nothing of the proposal happens, the card
// stays.
func (x *run) tooEarly(calls []dialog.Call) bool {
	q := x.next.Talk.Quote
	return x.refused && len(calls) == 0 && policy.Unread(q, x.e.At) > 0
}
