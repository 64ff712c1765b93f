package flow

import (
	"slices"
	"strconv"
	"strings"

	"warmline/dialog"
)

// namesAnother reports whether a text has a number, a sum or a day that is not on
// the card: "ok 6" below a plan of four is a wish for six. Whatever it sounds
// like, it is no yes to this card.
func (d *draft) namesAnother(q *dialog.Quote) bool {
	if d.Envelope.Event.Text == nil || d.heard == nil || q.Cancels != "" {
		return false
	}
	t := &q.Offer.Terms
	var covered [][2]int
	for _, e := range d.heard.Entities {
		on, known := d.onCard(t, e)
		if known && !on {
			return true
		}
		if known {
			covered = append(covered, [2]int{e.Start, e.End})
		}
	}
	for _, f := range figuresIn(joined(d.Envelope.Event.Text)) {
		inside := func(c [2]int) bool { return c[0] <= f.start && f.end <= c[1] }
		if !slices.ContainsFunc(covered, inside) && !d.figureOnCard(t, f.text) {
			return true
		}
	}
	return false
}

// onCard reports whether an entity stands on the card; known is false for what
// no card has.
func (d *draft) onCard(t *dialog.Terms, e dialog.Entity) (on, known bool) {
	switch e.Kind {
	case dialog.EntityInstalments:
		n, err := strconv.Atoi(e.Value)
		return err == nil && n == len(t.Schedule), true
	case dialog.EntityDuration:
		n, err := strconv.Atoi(e.Value)
		return err == nil && n == t.Days, true
	case dialog.EntityDate:
		return slices.ContainsFunc(t.Schedule, func(i dialog.Instalment) bool { return strings.HasPrefix(i.Due.String(), e.Value) }), true
	case dialog.EntityAmount:
		m, err := dialog.ParseMoney(e.Value, d.currency())
		return err == nil && sumOnCard(t, m), true
	case dialog.EntityPerPeriod:
		m, ok := d.monthly(e.Value)
		return ok && sumOnCard(t, m), true
	}
	return false, false
}

// sumOnCard takes a sum for one of the card's when it differs by less than a
// unit: people leave out the cents.
func sumOnCard(t *dialog.Terms, m dialog.Money) bool {
	unit := int64(1)
	for range m.Currency.Digits() {
		unit *= 10
	}
	near := func(x dialog.Money) bool { return x.Minor-m.Minor < unit && m.Minor-x.Minor < unit }
	return near(t.Total) || slices.ContainsFunc(t.Schedule, func(i dialog.Instalment) bool { return near(i.Amount) })
}

// figureOnCard reports whether a bare figure is one of the card's: its number of
// payments, of days, a sum, or a part of one of its dates.
func (d *draft) figureOnCard(t *dialog.Terms, figure string) bool {
	if n, err := strconv.Atoi(figure); err == nil {
		if n == len(t.Schedule) || n == t.Days && n > 0 {
			return true
		}
		if slices.ContainsFunc(t.Schedule, func(i dialog.Instalment) bool {
			return n == i.Due.Day || n == int(i.Due.Month) || n == i.Due.Year
		}) {
			return true
		}
	}
	m, err := dialog.ParseMoney(figure, d.currency())
	return err == nil && sumOnCard(t, m)
}
