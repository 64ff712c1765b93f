package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

func choice(option, card string) dialog.Event {
	return dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}}
}

// cardOf returns the confirm act of a turn.
func cardOf(t *testing.T, ch dialog.Change) *dialog.Act {
	t.Helper()
	for i := range ch.Messages {
		if a := ch.Messages[i].Act; a != nil && a.Card != nil && (strings.HasSuffix(string(a.Kind), ".confirm") || a.Form == "read_first") {
			return a
		}
	}
	t.Fatalf("no confirm card: %v", saidForms(ch))
	return nil
}

func confirmable(a *dialog.Act) bool {
	return slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.ID == "confirm" })
}

func made(ch dialog.Change) bool {
	return slices.ContainsFunc(ch.Outbox, func(o dialog.OutboxItem) bool { return o.Call != nil && o.Call.Kind == dialog.CallArrangementCreate })
}

// Whatever a script leaves out, a confirm card has all that the checklist asks
// for, in every place.
func TestAConfirmCardIsComplete(t *testing.T) {
	labels := []string{"row.who_charges", "row.principal", "row.extra_cost", "row.apr", "note.no_other_charge", "note.missed_payment",
		"note.credit_record", "note.rights", "note.cancel_none", "note.standing_plan"}
	for pack := range places() {
		l := resident(t, pack)
		a := cardOf(t, l.turn(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC), choice("plan:4", "")))
		for _, label := range labels {
			n := 0
			for _, r := range a.Card.Rows {
				if r.Label == label {
					n++
				}
			}
			for _, k := range a.Card.Notes {
				if k.Label == label {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: %s is there %d times", pack, label, n)
			}
		}
		if !confirmable(a) || l.c.Talk.Quote == nil || l.c.Talk.Quote.Shown.IsZero() {
			t.Errorf("%s: not confirmable: %v, %+v", pack, a.Options, l.c.Talk.Quote)
		}
	}
}

// A card that cannot be completed cannot be agreed to.
func TestAnIncompleteCardIsNotConfirmable(t *testing.T) {
	l := resident(t, "gb")
	l.f.Borrower.Lender = "" // who lends is not known
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	ch := l.turn(at, choice("plan:4", ""))
	if a := cardOf(t, ch); confirmable(a) || l.c.Talk.Quote != nil || word(ch, "K-CONFIRM") != "deny" && !firedDetail(ch, "incomplete:row.lender") {
		t.Errorf("confirmable: %v, quote %v, %v", a.Options, l.c.Talk.Quote, ch.Fired)
	}
}

func firedDetail(ch dialog.Change, detail string) bool {
	return slices.ContainsFunc(ch.Fired, func(f dialog.Fired) bool { return f.Rule == "K-CONFIRM" && f.Detail == detail && f.Outcome == "deny" })
}

// A yes before the reading time binds nothing: the same card comes again with
// the seconds that are left, and counts once they have passed.
func TestAnEarlyYesShowsTheCardAgain(t *testing.T) {
	l := resident(t, "cn")
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	l.turn(at, choice("plan:4", ""))
	q := *l.c.Talk.Quote
	if q.ReadSeconds != 10 {
		t.Fatalf("reading time %d", q.ReadSeconds)
	}
	ch := l.turn(at.Add(4*time.Second), choice("confirm", q.ID))
	a := cardOf(t, ch)
	if a.Form != "read_first" || a.Values["read_seconds"].Number != 6 {
		t.Errorf("an early yes is answered with %s/%s %v", a.Kind, a.Form, a.Values)
	}
	if made(ch) || !firedDetail(ch, "reading_time") || a.Card.ID != q.ID || a.Card.ReadSeconds != 6 || !confirmable(a) {
		t.Errorf("early: made %v, card %s with %d s, %v", made(ch), a.Card.ID, a.Card.ReadSeconds, a.Options)
	}
	if l.c.Talk.Quote == nil || l.c.Talk.Quote.ID != q.ID || !l.c.Talk.Quote.Shown.Equal(q.Shown) {
		t.Fatalf("the card is gone: %+v", l.c.Talk.Quote)
	}
	if ch = l.turn(at.Add(10*time.Second), choice("confirm", q.ID)); !made(ch) {
		t.Errorf("in time: not made, %v", ch.Fired)
	}
}

// A plan above what a person said is left over is never confirmable: not when
// it is asked for, and not when the budget is told after the card was shown.
func TestAPlanAboveTheBudgetIsNeverConfirmable(t *testing.T) {
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	income, essential, enough := int64(200000), int64(195000), int64(100000)
	l := resident(t, "gb")
	l.c.Talk.Budget = &dialog.Budget{Income: &income, Essential: &essential}
	ch := l.turn(at, choice("plan:4", ""))
	if word(ch, "UK-PRES-1") != "deny" || word(ch, "UK-SFS-1") != "require" || made(ch) || l.c.Talk.Quote != nil || slices.Contains(saidForms(ch), "plan.confirm") {
		t.Errorf("a plan above the budget: %v, %+v", saidForms(ch), l.c.Talk.Quote)
	}
	human := slices.ContainsFunc(ch.Messages, func(m dialog.Message) bool {
		return m.Act != nil && slices.ContainsFunc(m.Act.Options, func(o dialog.Option) bool { return o.ID == "human" })
	})
	if !human {
		t.Errorf("no way to a human: %v", saidForms(ch))
	}
	l = resident(t, "gb")
	l.turn(at, choice("plan:4", ""))
	q := l.c.Talk.Quote
	l.c.Talk.Budget = &dialog.Budget{Income: &income, Essential: &essential}
	if ch = l.turn(at.Add(time.Minute), choice("confirm", q.ID)); made(ch) || !firedDetail(ch, "over_budget") || !slices.Contains(saidForms(ch), "plan.offer/none_within") {
		t.Errorf("told after the card: made %v, %v", made(ch), ch.Fired)
	}
	l = resident(t, "gb")
	l.c.Talk.Budget = &dialog.Budget{Income: &income, Essential: &enough}
	l.turn(at, choice("plan:4", ""))
	if q = l.c.Talk.Quote; q == nil {
		t.Fatal("a plan within the budget: no card")
	}
	if ch = l.turn(at.Add(time.Minute), choice("confirm", q.ID)); !made(ch) {
		t.Errorf("a plan within the budget: %v", ch.Fired)
	}
}
