package policy

import (
	"strings"
	"time"

	"warmline/dialog"
)

// Details of K-CONFIRM that a turn answers in a way of its own.
const (
	DetailReading    = "reading_time" // the card has not been shown for long enough
	DetailOverBudget = "over_budget"  // an instalment is more than is left over
	DetailIncomplete = "incomplete"   // something that has to be on the card is not
)

// Unread returns for how long a card still has to be read before a yes to it
// counts, 0 when it has been.
func Unread(q *dialog.Quote, now time.Time) time.Duration {
	if q == nil || q.ReadSeconds <= 0 || q.Shown.IsZero() {
		return 0
	}
	return max(0, q.Shown.Add(time.Duration(q.ReadSeconds)*time.Second).Sub(now))
}

// Surplus is what a stated budget leaves over in a month, in minor units, and
// false while income or essential spending is not known. Where nothing comes
// in, nothing is left.
func Surplus(b *dialog.Budget) (int64, bool) {
	if b == nil || b.Income == nil || b.Essential == nil && *b.Income > 0 {
		return 0, false
	}
	left := *b.Income
	for _, out := range []*int64{b.Essential, b.Debts, b.Other} {
		if out != nil {
			left -= *out
		}
	}
	return left, true
}

// OverBudget reports whether an instalment is more than a stated budget leaves
// over (CONC 7.3.10R; ours everywhere). Without a stated budget nothing is.
func OverBudget(b *dialog.Budget, t *dialog.Terms) bool {
	left, stated := Surplus(b)
	if !stated || t == nil {
		return false
	}
	for _, i := range t.Schedule {
		if i.Amount.Minor > left {
			return true
		}
	}
	return false
}

// unaffordable reports whether terms are a plan above the stated budget: one
// that nobody may agree to, whoever offers it.
func unaffordable(m *Moment, t *dialog.Terms) bool {
	return t != nil && t.Kind == dialog.OfferPlan && OverBudget(m.Conv.Talk.Budget, t)
}

// affordRule: a card whose plan is above the stated budget is not shown.
func (r Rules) affordRule(v *Verdict, a *dialog.Act, m *Moment) {
	t := m.termsOf(a)
	switch {
	case t == nil:
	case unaffordable(m, t):
		v.look(KConfirm, Deny, DetailOverBudget)
	default:
		v.look(KConfirm, Allow, "")
	}
}

// termsOf are the terms on an act's confirm card, nil when it has none.
func (m *Moment) termsOf(a *dialog.Act) *dialog.Terms {
	if m.Card == nil || a.Card == nil || a.Card.ID != m.Card.ID || m.Card.Cancels != "" {
		return nil
	}
	return &m.Card.Offer.Terms
}

// CardPart reports whether a required id is a part of a card or a button, to be
// put onto the act itself.
func CardPart(id string) bool {
	group, _, _ := strings.Cut(id, ".")
	return group == "row" || group == "note" || group == "card" || group == "option"
}
