package format

import (
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// Style says where a value stands: in a sentence or in the cell of a card.
type Style int

const (
	Text  Style = iota // "827.71元"
	Table              // "¥827.71"
)

// Form asks for more or less of a value than usual. A catalog may name it in a
// placeholder; an act may name it in the Text of a date or time value.
type Form string

const (
	Plain       Form = ""             // 12 Nov; with the year when it is not the reference's
	Full        Form = "full"         // 12 Nov 2026
	Weekday     Form = "weekday"      // Thu 12 Nov
	FullWeekday Form = "full_weekday" // Thu 12 Nov 2026
	MonthOnly   Form = "month"        // December; with the year when it is not the reference's
	DayOnly     Form = "date"         // the date of a time
	Moment      Form = "moment"       // date and clock time of a time
	Exact       Form = "exact"        // a duration without "about"
	Bare        Form = "bare"         // money without its currency
	Ordinal     Form = "ordinal"      // 2nd, 第2
)

// Formatter puts values into words for one locale. It is a value without state
// and may be shared.
type Formatter struct {
	locale dialog.Locale
	zone   *time.Location
	home   dialog.Currency
	style  Style
	ref    dialog.Date
}

// New returns a formatter for text. An unknown locale counts as zh-Hans, a nil
// zone as UTC. home is the borrower's own currency: its sign needs no country.
func New(locale dialog.Locale, zone *time.Location, home dialog.Currency) Formatter {
	if !locale.Valid() {
		locale = dialog.ZhHans
	}
	if zone == nil {
		zone = time.UTC
	}
	return Formatter{locale: locale, zone: zone, home: home}
}

// In returns the formatter in another style.
func (f Formatter) In(s Style) Formatter {
	f.style = s
	return f
}

// On returns the formatter with today's date: dates of other years then show
// their year.
func (f Formatter) On(today dialog.Date) Formatter {
	f.ref = today
	return f
}

// At is On for the date that a moment has in the formatter's zone; the zero
// moment is no reference.
func (f Formatter) At(now time.Time) Formatter {
	if now.IsZero() {
		return f.On(dialog.Date{})
	}
	return f.On(dialog.DateOf(now.In(f.zone)))
}

// Value puts a value into words. A label is returned as its key: the catalog
// knows its words. The Text of a date or time value, when set, is its Form.
func (f Formatter) Value(v dialog.Value) string { return f.ValueAs(v, Plain) }

// ValueAs is Value in a form; a form that means nothing to the kind is ignored.
func (f Formatter) ValueAs(v dialog.Value, form Form) string {
	if form == Plain && (v.Kind == dialog.ValueDate || v.Kind == dialog.ValueTime) {
		form = Form(v.Text)
	}
	switch v.Kind {
	case dialog.ValueMoney:
		if form == Bare {
			return f.bare(v.Money)
		}
		return f.Money(v.Money)
	case dialog.ValueDate:
		return f.Date(v.Date, form)
	case dialog.ValueTime:
		return f.Time(v.At, form)
	case dialog.ValueCount:
		if form == Ordinal {
			return f.Ordinal(v.Number)
		}
		return Count(v.Number)
	case dialog.ValuePercent:
		if v.Text != "" { // finer than a hundredth: a daily rate of 0.035 %
			return v.Text + "%"
		}
		return Percent(v.Number)
	case dialog.ValueDuration:
		return f.Duration(time.Duration(v.Number)*time.Second, form == Exact)
	case dialog.ValueFormula:
		return f.formula(v)
	case dialog.ValueDays:
		return f.days(v.Number)
	case dialog.ValueInstalmentCount:
		return f.instalmentCount(v.Number)
	case dialog.ValueCounts:
		return f.counts(v.Parts)
	case dialog.ValueInstalments:
		return f.instalments(v.Parts)
	case dialog.ValuePlanList:
		return f.planList(v.Parts)
	}
	return v.Text
}

// formula fills {0} {1} … of an arithmetic line. Sums stand bare in it, as in
// 824.00 × 0.05% × 9; an index without a part stays as it is.
func (f Formatter) formula(v dialog.Value) string {
	var b strings.Builder
	rest := v.Text
	for {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			break
		}
		end += open
		n, err := strconv.Atoi(rest[open+1 : end])
		if err != nil || n < 0 || n >= len(v.Parts) {
			b.WriteString(rest[:end+1])
		} else {
			b.WriteString(rest[:open])
			b.WriteString(f.ValueAs(v.Parts[n], Bare))
		}
		rest = rest[end+1:]
	}
	b.WriteString(rest)
	return b.String()
}

func (f Formatter) english() bool { return f.locale.Language() == dialog.LangEn }

// Count writes a whole number with grouping: 1,234.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Percent writes hundredths of a percent without needless zeros: 1303 is
// "13.03%", 1050 "10.5%", 5 "0.05%".
func Percent(hundredths int64) string {
	s := dialog.Money{Minor: hundredths, Currency: "XXX"}.Decimal()
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	return s + "%"
}

// Ordinal writes a position: 2nd, 第2.
func (f Formatter) Ordinal(n int64) string {
	if !f.english() {
		return "第" + strconv.FormatInt(n, 10)
	}
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.FormatInt(n, 10) + suffix
}

// Plural picks the English form for a number: 1 instalment, 4 instalments.
func Plural(n int64, one, other string) string {
	if n == 1 || n == -1 {
		return one
	}
	return other
}
