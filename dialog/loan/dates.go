package loan

import "warmline/dialog"

// MaxInstalments and MaxDays bound what is worked out at all; what may be
// offered is far less and the programme's matter.
const (
	MaxInstalments = 600
	MaxDays        = 3660
)

// Unit is the distance between two instalments.
type Unit string

const (
	Month    Unit = "month" // the zero value counts as a month
	Week     Unit = "week"
	TwoWeeks Unit = "two_weeks"
)

// Dates returns n dates from first on. Monthly dates keep the day of the month
// of the first as their anchor: 31 Jan, 28 Feb, 31 Mar.
func Dates(first dialog.Date, unit Unit, n int) []dialog.Date {
	dates := make([]dialog.Date, 0, max(n, 0))
	for i := range n {
		switch unit {
		case Week:
			dates = append(dates, first.AddDays(7*i))
		case TwoWeeks:
			dates = append(dates, first.AddDays(14*i))
		default:
			dates = append(dates, first.AddMonths(i, first.Day))
		}
	}
	return dates
}

// MonthlyDates is Dates by the month on an anchor day that the first date need
// not have: first 28 Feb with anchor 31 goes on to 31 Mar.
func MonthlyDates(first dialog.Date, anchor, n int) []dialog.Date {
	dates := make([]dialog.Date, 0, max(n, 0))
	for i := range n {
		if i == 0 {
			dates = append(dates, first)
			continue
		}
		dates = append(dates, first.AddMonths(i, anchor))
	}
	return dates
}
