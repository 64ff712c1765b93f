package review

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// Filled is a text with its values filled in, about to be committed.
type Filled struct {
	Locale string // a speaking locale
	Act    dialog.ActKind
	Text   string
	Values map[string]dialog.Value // the act's
	Words  []string                // the values as they were written, where the caller knows them
	// Literal is text whose own figures may stand: the reviewed wording with its
	// placeholders ("reply within 24 hours").
	Literal string
	// Reviewed says that the words around the values are a catalog's: they are
	// exempt from everything but the facts, by their text id.
	Reviewed bool
}

// Final reviews a filled text: every number in it comes from the act's values,
// and what a model wrote is still allowed with them in place. A value may hold
// words that a text may not (a lender's name): values are not looked at as
// words.
func (r *Reviewer) Final(f Filled) Verdict {
	c := &checker{r: r, language: languageOf(f.Locale)}
	if len(f.Text) > maxBytes {
		c.report(TooLong, ruleLength, span{0, len(f.Text)})
		return c.verdict()
	}
	spans := written(f.Text, f.Words)
	c.checkFacts(masked(f.Text, spans), func() numbers {
		var known numbers
		for _, v := range f.Values {
			known.add(v)
		}
		eachNumber(f.Literal, func(number string, _ span) { known = append(known, number) })
		return known
	})
	c.checkFilled(f.Text)
	if f.Reviewed {
		return c.verdict()
	}
	s := r.scan(f.Text, spans)
	defer r.scans.Put(s)
	c.checkCounts(s)
	text := masked(f.Text, spans)
	c.checkContact(text)
	c.checkMarkup(text)
	c.checkWords(s, f.Act, false)
	c.checkTone(s, f.Act, true)
	if s.invisible {
		c.report(Markup, ruleInvisible, span{0, len(f.Text)})
	}
	return c.verdict()
}

// Cell reviews a cell of a card in a locale: every number in it comes from the
// value that it shows.
func (r *Reviewer) Cell(locale, text string, v dialog.Value) Verdict {
	c := &checker{r: r, language: languageOf(locale)}
	if len(text) > maxBytes {
		c.report(TooLong, ruleLength, span{0, len(text)})
		return c.verdict()
	}
	c.checkFacts(text, func() numbers {
		known := make(numbers, 0, 8)
		known.add(v)
		return known
	})
	c.checkFilled(text)
	return c.verdict()
}

// checkFilled reports placeholders that are still open.
func (c *checker) checkFilled(text string) {
	if found, broken := places(text); len(found) > 0 || broken != nil {
		c.report(AlteredPlaceholder, ruleAltered, span{0, len(text)})
	}
}

// written finds where values stand in a text, in order and without overlap;
// longer ones first claim their place. Part of a longer number is no place.
func written(text string, words []string) []span {
	words = slices.Clone(words)
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	var spans []span
	for _, w := range words {
		for at := 0; w != ""; {
			i := strings.Index(text[at:], w)
			if i < 0 {
				break
			}
			s := span{at + i, at + i + len(w)}
			if partOfNumber(text, s) {
				at = s.start + 1
				continue
			}
			if !slices.ContainsFunc(spans, func(o span) bool { return s.start < o.end && o.start < s.end }) {
				spans = append(spans, s)
			}
			at = s.end
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	return spans
}

func partOfNumber(text string, s span) bool {
	return isDigit(text, s.start) && isDigit(text, s.start-1) || isDigit(text, s.end-1) && isDigit(text, s.end)
}

// checkFacts reports numbers that are not known; which are, is found out where
// there is a number at all.
func (c *checker) checkFacts(text string, known func() numbers) {
	var list numbers
	eachNumber(text, func(number string, at span) {
		if list == nil {
			list = known()
		}
		if !slices.Contains(list, number) {
			c.report(DigitLeak, ruleFacts, at)
		}
	})
}

// eachNumber calls use with every number of a text, written plainly: digits of
// full width as ASCII, no separators, no zeros that say nothing.
func eachNumber(text string, use func(number string, at span)) {
	for i := 0; i < len(text); {
		if !isDigit(text, i) {
			i++
			continue
		}
		start := i
		for isDigit(text, i) || i < len(text) && (text[i] == '.' || text[i] == ',') && isDigit(text, i+1) {
			i++
		}
		use(plainNumber(text[start:i]), span{start, i})
	}
	for i, r := range text {
		if r >= 0x80 && digit(r) {
			use("", span{i, i + len(string(r))})
		}
	}
}

// plainNumber writes "1,234.50" as "1234.5" and "09" as "9".
func plainNumber(s string) string {
	s = strings.ReplaceAll(s, ",", "")
	if strings.Count(s, ".") == 1 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	s = strings.TrimLeft(s, "0")
	if s == "" || s[0] == '.' {
		s = "0" + s
	}
	return s
}

// numbers are those that values may put into a text, as eachNumber writes them.
type numbers []string

func (known *numbers) add(v dialog.Value) {
	note := func(number string) { *known = append(*known, number) }
	add := func(n int64) { note(strconv.FormatInt(n, 10)) }
	switch v.Kind {
	case dialog.ValueMoney:
		note(plainNumber(strings.TrimPrefix(v.Money.Decimal(), "-")))
	case dialog.ValueDate:
		add(int64(v.Date.Year))
		add(int64(v.Date.Month))
		add(int64(v.Date.Day))
	case dialog.ValueTime:
		known.addTime(v.At)
	case dialog.ValuePercent:
		note(plainNumber(strconv.FormatInt(v.Number/100, 10) + "." + strconv.FormatInt(v.Number%100+100, 10)[1:]))
	case dialog.ValueDuration:
		for _, unit := range []int64{1, 60, 3600, 86400} {
			add(v.Number / unit)
			add((v.Number + unit - 1) / unit)
			add((v.Number + unit/2) / unit)
		}
	case dialog.ValueInstalments, dialog.ValuePlanList:
		for n := int64(1); n <= v.Number; n++ { // "206.93×3"
			add(n)
		}
	case dialog.ValueText, dialog.ValueLabel, dialog.ValueFormula:
		eachNumber(v.Text, func(number string, _ span) { note(number) })
	default:
		add(v.Number)
	}
	for _, part := range v.Parts {
		known.add(part)
	}
}

// addTime adds a moment's numbers in every zone: its hours, minutes and days.
func (known *numbers) addTime(at time.Time) {
	at = at.UTC()
	for quarter := -48; quarter <= 56; quarter++ {
		local := at.Add(time.Duration(quarter) * 15 * time.Minute)
		for _, n := range []int{local.Hour(), (local.Hour()+11)%12 + 1, local.Minute(), local.Day(), int(local.Month()), local.Year()} {
			*known = append(*known, strconv.Itoa(n))
		}
	}
}
