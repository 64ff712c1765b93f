package slots

import (
	"slices"

	"warmline/dialog"
)

// orderDates puts the date that counts first: a day before a whole month, one
// to come before one that has been (the other way round where the text tells
// of the past), and any other before the day on which wages come.
func (s *scan) orderDates() {
	today := s.today().Format(isoDay)
	paydays := map[string]bool{}
	for _, e := range s.out {
		if e.Kind == dialog.EntityPayday {
			paydays[e.Value] = true
		}
	}
	weight := func(e dialog.Entity) int {
		w := 0
		if len(e.Value) == len(isoMonth) {
			w += 4
		}
		if e.Value != "" && (e.Value < today) != s.past() {
			w += 2
		}
		if paydays[e.Value] {
			w++
		}
		return w
	}
	var dates []dialog.Entity
	for _, e := range s.out {
		if e.Kind == dialog.EntityDate {
			dates = append(dates, e)
		}
	}
	if len(dates) < 2 {
		return
	}
	slices.SortStableFunc(dates, func(a, b dialog.Entity) int { return weight(a) - weight(b) })
	rest := slices.DeleteFunc(s.out, func(e dialog.Entity) bool { return e.Kind == dialog.EntityDate })
	s.out = append(dates, rest...)
}
