package format

import (
	"math/big"
	"strings"
	"unicode"
)

// number is a number as it was found in a normalised text.
type number struct {
	text       string // ASCII digits, no grouping, multiplied out: "1234.50", "12000"
	start, end int    // rune offsets in the normalised text, multiplier included
	scaled     bool   // a multiplier (万, k, million) follows
}

// Numbers returns every number of a text in order, as plain decimals: digits of
// any script, grouping removed, multipliers (1.2万, 3k, 2 million) worked out,
// no sign. A date gives its parts. Numbers that are spelled in words are not
// seen.
func Numbers(text string) []string {
	var out []string
	for _, n := range scan(normal(text)) {
		out = append(out, n.text)
	}
	return out
}

// Canonical writes a plain decimal without leading or trailing zeros, so that
// "0827.70" and "827.7" compare equal.
func Canonical(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// Unknown returns the numbers of a text that stand in none of the allowed
// texts: a fact's decimal, a formatted value, a reviewed sentence.
func Unknown(text string, allowed ...string) []string {
	known := map[string]bool{}
	for _, a := range allowed {
		for _, n := range Numbers(a) {
			known[Canonical(n)] = true
		}
	}
	var out []string
	for _, n := range Numbers(text) {
		if !known[Canonical(n)] {
			out = append(out, n)
		}
	}
	return out
}

// scan finds the numbers of a normalised text.
func scan(t []rune) []number {
	var out []number
	for i := 0; i < len(t); {
		if !ascii(t[i]) {
			i++
			continue
		}
		n := one(t, i)
		out = append(out, n)
		i = n.end
	}
	return out
}

// one reads the number that starts at a digit.
func one(t []rune, start int) number {
	whole, end := grouped(t, start)
	n := number{text: whole, start: start, end: end}
	leading := start > 0 && t[start-1] == '.' && (start == 1 || !word(t[start-2]) && t[start-2] != '.')
	switch {
	case leading: // ".5"
		n.text = "0." + whole
	case end+1 < len(t) && isPoint(t[end]) && ascii(t[end+1]):
		stop := digits(t, end+1)
		// 2026.12.21 and 1.2.3 are not decimals.
		if !(stop+1 < len(t) && t[stop] == '.' && ascii(t[stop+1])) && !(start > 1 && t[start-1] == '.' && ascii(t[start-2])) {
			n.text, n.end = whole+"."+string(t[end+1:stop]), stop
		}
	}
	factor, stop := multiplier(t, n.end)
	if stop > n.end {
		n.text, n.end, n.scaled = times(n.text, factor), stop, true
	}
	return n
}

// maxGroups bounds the look ahead, so that a long text costs no more than its
// length: no sum has more groups.
const maxGroups = 12

// grouped reads digits with grouping: 1,234,567 or 12,34,567 with any one of
// the usual separators. The last group has three digits, others two or three.
func grouped(t []rune, start int) (string, int) {
	end := digits(t, start)
	text := string(t[start:end])
	if end-start > 3 {
		return text, end
	}
	sep, grown, at := rune(0), text, end
	for range maxGroups {
		if at >= len(t) || !isGroup(t[at]) || sep != 0 && t[at] != sep {
			break
		}
		sep = t[at]
		stop := digits(t, at+1)
		size := stop - at - 1
		if size != 2 && size != 3 {
			break
		}
		grown += string(t[at+1 : stop])
		if size == 3 {
			text, end = grown, stop
		}
		at = stop
	}
	return text, end
}

func digits(t []rune, i int) int {
	for i < len(t) && ascii(t[i]) {
		i++
	}
	return i
}

func isGroup(r rune) bool { return r == ',' || r == '\'' || r == '’' || r == '٬' || r == '_' }
func isPoint(r rune) bool { return r == '.' || r == '٫' }
func word(r rune) bool    { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// multiplier reads what multiplies the number before it: Chinese magnitudes,
// k, and the English words. It returns the place after it.
func multiplier(t []rune, at int) (zeros, end int) {
	for end = at; end < len(t); end++ {
		z := strings.IndexRune("十百千", t[end])
		switch {
		case z >= 0:
			zeros += z/len("十") + 1
		case t[end] == '万' || t[end] == '萬':
			zeros += 4
		case t[end] == '亿' || t[end] == '億':
			zeros += 8
		default:
			if end > at {
				return zeros, end
			}
			return magnitude(t, at)
		}
	}
	return zeros, end
}

func magnitude(t []rune, at int) (zeros, end int) {
	from := at
	for from < len(t) && t[from] == ' ' {
		from++
	}
	stop := from
	for stop < len(t) && unicode.IsLetter(t[stop]) {
		stop++
	}
	switch strings.ToLower(string(t[from:stop])) {
	case "k", "thousand":
		return 3, stop
	case "hundred":
		return 2, stop
	case "lakh", "lac":
		return 5, stop
	case "million", "mn":
		return 6, stop
	case "crore":
		return 7, stop
	case "billion", "bn":
		return 9, stop
	}
	return 0, at
}

// times moves the decimal point of a plain decimal; beyond any sum of money it
// leaves it where it is.
func times(s string, zeros int) string {
	if zeros > 30 || len(s) > 60 {
		return s
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(zeros)), nil)))
	if r.IsInt() {
		return r.Num().String()
	}
	_, fraction, _ := strings.Cut(s, ".")
	return Canonical(r.FloatString(len(fraction)))
}
