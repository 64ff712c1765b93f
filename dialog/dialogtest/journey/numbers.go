package journey

import (
	"slices"

	"warmline/dialog"
)

// Scanner finds numbers and dates in a text as a person would read them,
// whatever the locale's writing.
type Scanner interface {
	Amounts(text string) []string                                    // plain decimals
	Dates(text string, locale dialog.Locale, year int) []dialog.Date // year for those without one
}

func (e *Expect) checkNumbers(seen Seen, fail failer) {
	if seen.scan == nil || len(e.Amounts)+len(e.NotAmounts)+len(e.Dates)+len(e.NotDates) == 0 {
		return
	}
	amounts, dates := numbersIn(seen)
	has := func(d Decimal) bool {
		return slices.ContainsFunc(amounts, func(a string) bool { return sameNumber(a, string(d)) })
	}
	for _, want := range e.Amounts {
		if !has(want) {
			fail("amounts: %s is not in %v", want, amounts)
		}
	}
	for _, no := range e.NotAmounts {
		if has(no) {
			fail("not_amounts: %s was said", no)
		}
	}
	for _, want := range e.Dates {
		if !slices.Contains(dates, want) {
			fail("dates: %s is not in %v", want, dates)
		}
	}
	for _, no := range e.NotDates {
		if slices.Contains(dates, no) {
			fail("not_dates: %s was said", no)
		}
	}
}

func numbersIn(seen Seen) (amounts, dates []string) {
	for _, m := range seen.Messages {
		for _, text := range wordsOf(m) {
			amounts = append(amounts, seen.scan.Amounts(text)...)
			// A date without a year is near the message's own time: this year or next.
			for _, year := range []int{m.At.Year(), m.At.Year() + 1} {
				for _, d := range seen.scan.Dates(text, m.Locale, year) {
					dates = append(dates, d.String())
				}
			}
		}
	}
	return amounts, dates
}
