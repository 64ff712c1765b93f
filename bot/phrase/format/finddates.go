package format

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// monthName has May with its capital only: "plan 4 may cost less".
const monthName = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May|MAY)|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

// The ways to write a date. Each names its groups y, m, d, or a and b where the
// locale says which of two numbers is the month. In order of strength: a text
// that one of them has taken is not read again.
var datePatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?:\s*[日号號])?`),
	regexp.MustCompile(`(?P<a>\d{1,2})([/.-])(?P<b>\d{1,2})[/.-](?P<y>\d{4})`),
	regexp.MustCompile(`(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*(?:[日号號]|[^\pL\d]|$)`),
	regexp.MustCompile(`(?i)\b(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s+)?(?P<m>` + monthName + `)\b\.?(?:,?\s*(?P<y>\d{4})\b)?`),
	regexp.MustCompile(`(?i)\b(?P<m>` + monthName + `)\b\.?\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s*(?P<y>\d{4})\b)?`),
	regexp.MustCompile(`(?P<a>\d{1,2})/(?P<b>\d{1,2})`),
}

// Dates returns the dates of a text in the order they stand in it, of every
// form that the locales write and some that they do not: 11月12日, 12 Nov, Nov
// 12, 2026-12-21, and 12/11, which is read by the locale. A date without a year
// is given the year; what is no day of the calendar is left out.
func Dates(text string, locale dialog.Locale, year int) []dialog.Date {
	type found struct {
		at   int
		date dialog.Date
	}
	rest := []byte(string(normal(text)))
	var all []found
	for _, p := range datePatterns {
		for _, m := range p.FindAllSubmatchIndex(rest, -1) {
			if !apart(rest, m[0], m[1]) {
				continue
			}
			if d, ok := dateOf(p, rest, m, locale, year); ok {
				all = append(all, found{m[0], d})
				clear(rest[m[0]:m[1]])
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	var out []dialog.Date
	for _, f := range all {
		out = append(out, f.date)
	}
	return out
}

// apart reports whether a match is not the inside of a longer run of digits.
func apart(s []byte, start, end int) bool {
	number := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	return !(number(start) && number(start-1)) && !(number(end) && number(end-1))
}

func dateOf(p *regexp.Regexp, s []byte, m []int, locale dialog.Locale, year int) (dialog.Date, bool) {
	part := func(name string) string {
		i := p.SubexpIndex(name)
		if i < 0 || m[2*i] < 0 {
			return ""
		}
		return string(s[m[2*i]:m[2*i+1]])
	}
	month, day := part("m"), part("d")
	if a := part("a"); a != "" {
		month, day = a, part("b")
		if locale == dialog.EnGB {
			month, day = day, month
		}
	}
	if y := part("y"); y != "" {
		year, _ = strconv.Atoi(y)
	}
	d := dialog.Date{Year: year, Month: monthOf(month)}
	d.Day, _ = strconv.Atoi(day)
	return d, d.Month != 0 && d == dialog.NewDate(d.Year, d.Month, d.Day)
}

// monthOf reads a month's number or English name, 0 when it is neither.
func monthOf(s string) time.Month {
	if n, err := strconv.Atoi(s); err == nil {
		return time.Month(n)
	}
	for i, name := range months {
		if len(s) >= 3 && strings.EqualFold(name[:3], s[:3]) {
			return time.Month(i + 1)
		}
	}
	return 0
}
