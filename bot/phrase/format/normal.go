package format

import "unicode"

// normal returns a text as the scanner reads it: digits of every script as
// ASCII digits, full-width letters and signs as ASCII, joiners and other
// invisible characters left out. Two or more circled or raised digits in a row
// are digits too; a single one is a list mark or a note.
func normal(text string) []rune {
	in := []rune(text)
	out := make([]rune, 0, len(in))
	for i := 0; i < len(in); i++ {
		r := in[i]
		switch d, ok := digit(r); {
		case ok:
			out = append(out, d)
		case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
			// invisible, or a mark on the digit before it
		case r == '，' && between(in, i):
			out = append(out, ',')
		case r == '，':
			out = append(out, r)
		case r >= '！' && r <= '～':
			out = append(out, r-'！'+'!')
		case r == '−' || r == '–' || r == '‐' || r == '‑':
			out = append(out, '-')
		case r == '\u00a0' || r == '\u3000' || r == '\u202f' || r == '\u2009':
			out = append(out, ' ')
		case dressed(r) >= 0 && (i+1 < len(in) && dressed(in[i+1]) >= 0 || i > 0 && dressed(in[i-1]) >= 0):
			out = append(out, '0'+dressed(r))
		default:
			out = append(out, r)
		}
	}
	return out
}

// digit maps a decimal digit of any script to ASCII. Unicode keeps each set of
// ten together, in order; adjoining sets share a range of the table.
func digit(r rune) (rune, bool) {
	if r < 0x80 {
		return r, r >= '0' && r <= '9'
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10, true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10, true
		}
	}
	return 0, false
}

// between reports whether a full-width comma stands between full-width digits,
// where it groups them; elsewhere it is punctuation.
func between(in []rune, i int) bool {
	wide := func(r rune) bool { return r >= '０' && r <= '９' }
	return i > 0 && i+1 < len(in) && wide(in[i-1]) && wide(in[i+1])
}

// dressed returns the value of a circled, raised or lowered digit 0–9, or -1.
func dressed(r rune) rune {
	switch {
	case r >= '①' && r <= '⑨':
		return r - '①' + 1
	case r >= '❶' && r <= '❾':
		return r - '❶' + 1
	case r == '⓪' || r == '⓿':
		return 0
	case r >= '⁴' && r <= '⁹':
		return r - '⁰'
	case r >= '₀' && r <= '₉':
		return r - '₀'
	}
	switch r {
	case '⁰':
		return 0
	case '¹':
		return 1
	case '²':
		return 2
	case '³':
		return 3
	}
	return -1
}

func ascii(r rune) bool { return r >= '0' && r <= '9' }
