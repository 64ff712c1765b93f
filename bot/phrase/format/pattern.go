package format

import (
	"strconv"
	"strings"
	"sync"

	"github.com/bojanz/currency"

	"warmline/dialog"
)

// placing is what a pattern depends on; the sign "" stands for a bare number.
type placing struct {
	cldr     string
	currency dialog.Currency
	sign     string
}

// pattern is how CLDR writes the sums of a placing, read off two samples that
// the library wrote: it takes microseconds for a sum, and a card has a dozen.
type pattern struct {
	before, negative, after string
	group, decimal          string
	first, later            int // digits in the last group and in those before it
}

// patterns has every currency with a sign of ours, in every locale.
var patterns = sync.OnceValue(func() map[placing]pattern {
	known := []dialog.Currency{"CNY", "JPY", "USD", "HKD", "TWD", "SGD", "GBP", "EUR", "PHP", "INR", "VND", "IDR", "MYR", "THB", "KRW"}
	all := map[placing]pattern{}
	for _, locale := range dialog.Locales() {
		for _, c := range known {
			for _, home := range known {
				f := New(locale, nil, home)
				for _, p := range []placing{{f.cldr(c), c, f.sign(c)}, {f.cldr(c), c, ""}} {
					if _, have := all[p]; !have {
						all[p] = patternOf(p)
					}
				}
			}
		}
	}
	return all
})

// patternOf reads the pattern off the sample 1234567890, with ".12" where the
// currency has decimals.
func patternOf(p placing) pattern {
	show := currency.DisplaySymbol
	if p.sign == "" {
		show = currency.DisplayNone
	}
	sample := dialog.NewMoney(1234567890, p.currency)
	if p.currency.Digits() > 0 {
		sample.Minor = sample.Minor*100 + 12
	}
	text := written(p.cldr, sample, show, p.sign)
	whole, fraction := strings.IndexByte(text, '1'), strings.LastIndexByte(text, '0')+1
	out := pattern{before: text[:whole], after: text[fraction:]}
	if p.currency.Digits() > 0 {
		cents := strings.LastIndex(text, "12")
		out.decimal, out.after = text[fraction:cents], text[cents+2:]
	}
	number := text[whole:fraction]
	groups := strings.FieldsFunc(number, func(r rune) bool { return !ascii(r) })
	out.first, out.later = len(groups[len(groups)-1]), len(groups[len(groups)-2])
	rest := number[len(groups[0]):]
	out.group = rest[:strings.IndexFunc(rest, ascii)]
	sample.Minor = -sample.Minor
	out.negative = written(p.cldr, sample, show, p.sign)
	out.negative = out.negative[:strings.IndexByte(out.negative, '1')]
	return out
}

// write puts a sum into the pattern.
func (p pattern) write(m dialog.Money) string {
	before, digits := p.before, strconv.FormatInt(m.Minor, 10)
	if m.Minor < 0 {
		before, digits = p.negative, digits[1:]
	}
	cents := ""
	if n := m.Currency.Digits(); n > 0 {
		for len(digits) <= n {
			digits = "0" + digits
		}
		digits, cents = digits[:len(digits)-n], digits[len(digits)-n:]
	}
	var b strings.Builder
	b.Grow(len(before) + 2*len(digits) + len(p.decimal) + len(cents) + len(p.after))
	b.WriteString(before)
	for i := range len(digits) {
		if left := len(digits) - i; i > 0 && (left == p.first || left > p.first && (left-p.first)%p.later == 0) {
			b.WriteString(p.group)
		}
		b.WriteByte(digits[i])
	}
	b.WriteString(p.decimal)
	b.WriteString(cents)
	b.WriteString(p.after)
	return b.String()
}
