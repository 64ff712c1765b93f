package review

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a stretch of bytes of a text.
type span struct{ start, end int }

// place is a placeholder as it stands in a text.
type place struct {
	span
	name  string
	plain bool // exactly {lower_snake_case}
}

// openers are brackets that are put in the place of a brace; each with its end.
var openers = map[rune]rune{'{': '}', '｛': '｝', '﹛': '﹜', '❴': '❵', '⦃': '⦄'}

// maxName is the longest placeholder that is looked for, in bytes.
const maxName = 60

// places finds the placeholders of a text, well written or not. Stray braces
// are reported as broken.
func places(text string) (found []place, broken *span) {
	if strings.IndexByte(text, '{') < 0 && strings.IndexByte(text, '}') < 0 && !strings.ContainsAny(text, "｛｝﹛﹜❴❵⦃⦄") {
		return nil, nil
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if closer, ok := openers[r]; ok {
			p, ok := placeAt(text, i, r, closer)
			if !ok {
				return found, &span{i, i + size}
			}
			found = append(found, p)
			i = p.end
			continue
		}
		if strings.ContainsRune("}｝﹜❵⦄", r) {
			return found, &span{i, i + size}
		}
		i += size
	}
	return found, nil
}

// placeAt reads the placeholder that opens at i.
func placeAt(text string, i int, opener, closer rune) (place, bool) {
	rest := text[i+utf8.RuneLen(opener):]
	end := strings.IndexRune(rest, closer)
	if end < 0 || end > maxName || strings.ContainsRune(rest[:end], opener) {
		return place{}, false
	}
	name := rest[:end]
	p := place{span: span{i, i + utf8.RuneLen(opener) + end + utf8.RuneLen(closer)}, name: name}
	p.plain = opener == '{' && plainName(name)
	return p, true
}

func plainName(s string) bool {
	for i, r := range s {
		if r >= 'a' && r <= 'z' || i > 0 && (r == '_' || r >= '0' && r <= '9') {
			continue
		}
		return false
	}
	return s != ""
}

// squeezed is a name without what is often changed in one: case, separators,
// spaces, width.
func squeezed(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// checkPlaces holds the placeholders of a draft against those of its act.
func (c *checker) checkPlaces(d Draft, found []place, broken *span) {
	seen := make(map[string]bool, len(found))
	for _, p := range found {
		known := slices.Contains(d.Required, p.name) || slices.Contains(d.Optional, p.name)
		switch {
		case p.plain && known && !seen[p.name]:
			seen[p.name] = true
		case known || near(d, p.name):
			c.report(AlteredPlaceholder, ruleAltered, p.span)
		default:
			c.report(UnknownPlaceholder, ruleUnknown, p.span)
		}
	}
	if broken != nil {
		c.report(AlteredPlaceholder, ruleAltered, *broken)
	}
	if at, ok := bareName(d, found); ok {
		c.report(AlteredPlaceholder, ruleAltered, at)
	}
	for _, name := range d.Required {
		if !seen[name] {
			c.report(MissingPlaceholder, ruleMissing, span{0, len(d.Text)})
		}
	}
}

// near reports whether a name is one of the act's, written otherwise.
func near(d Draft, name string) bool {
	s := squeezed(name)
	if s == "" {
		return true
	}
	for _, list := range [][]string{d.Required, d.Optional} {
		for _, want := range list {
			w := squeezed(want)
			if s == w || strings.HasPrefix(w, s) || strings.HasPrefix(s, w) {
				return true
			}
		}
	}
	return false
}

// bareName finds the name of a placeholder that lost its braces, or took others.
func bareName(d Draft, found []place) (span, bool) {
	if strings.IndexByte(d.Text, '_') < 0 {
		return span{}, false
	}
	inside := func(i int) bool {
		return slices.ContainsFunc(found, func(p place) bool { return i >= p.start && i < p.end })
	}
	for i := 0; i < len(d.Text); i++ {
		if d.Text[i] == '_' && !inside(i) && isLetter(d.Text, i-1) && isLetter(d.Text, i+1) {
			start, end := i, i
			for start > 0 && (isLetter(d.Text, start-1) || d.Text[start-1] == '_') {
				start--
			}
			for end < len(d.Text) && (isLetter(d.Text, end) || d.Text[end] == '_') {
				end++
			}
			return span{start, end}, true
		}
	}
	return span{}, false
}
