package slots

import "time"

// springFestivals holds the first day of the Chinese year (Hong Kong
// Observatory's Gregorian–lunar conversion tables).
var springFestivals = map[int][2]int{
	2024: {2, 10}, 2025: {1, 29}, 2026: {2, 17}, 2027: {2, 6}, 2028: {1, 26}, 2029: {2, 13},
	2030: {2, 3}, 2031: {1, 23}, 2032: {2, 11}, 2033: {1, 31}, 2034: {2, 19}, 2035: {2, 8},
	2036: {1, 28}, 2037: {2, 15}, 2038: {2, 4}, 2039: {1, 24}, 2040: {2, 12},
}

// springFestival returns the next Chinese New Year's Day on or after a day;
// false beyond the table.
func springFestival(from time.Time) (time.Time, bool) {
	for year := from.Year(); year <= from.Year()+1; year++ {
		md, ok := springFestivals[year]
		if !ok {
			return time.Time{}, false
		}
		if day := date(year, md[0], md[1], from); !day.Before(from) {
			return day, true
		}
	}
	return time.Time{}, false
}

// date builds a day in the zone of another one.
func date(year, month, day int, like time.Time) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, like.Location())
}

// monthEnd returns the last day of the month that is n months after a day's.
func monthEnd(t time.Time, n int) time.Time {
	return date(t.Year(), int(t.Month())+n+1, 0, t)
}

// dayIn returns a day of the month that is n months after t's, or false when
// that month has no such day.
func dayIn(t time.Time, n, day int) (time.Time, bool) {
	d := date(t.Year(), int(t.Month())+n, day, t)
	return d, d.Day() == day
}

// weekdayAfter returns the first given weekday (1 Monday … 7 Sunday) after t,
// not t itself.
func weekdayAfter(t time.Time, weekday int) time.Time {
	n := (weekday - isoWeekday(t) + 7) % 7
	if n == 0 {
		n = 7
	}
	return t.AddDate(0, 0, n)
}

// inWeek returns the given weekday of the week, Monday first, that is n weeks
// after t's.
func inWeek(t time.Time, n, weekday int) time.Time {
	return t.AddDate(0, 0, 7*n+weekday-isoWeekday(t))
}

func isoWeekday(t time.Time) int {
	if t.Weekday() == time.Sunday {
		return 7
	}
	return int(t.Weekday())
}
