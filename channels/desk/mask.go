package desk

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// span is a part of a text that should not be seen, in UTF-16 units as a browser
// counts them.
type span struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Kind   string `json:"kind"`   // card, id, phone
	Reason string `json:"reason"` // why it is masked
}

var (
	longDigits = regexp.MustCompile(`[0-9０-９](?:[ \-·]?[0-9０-９]){10,22}[Xx]?`)
	hkID       = regexp.MustCompile(`\b[A-Za-z]{1,2}[0-9]{6}\(?[0-9Aa]\)?`)
)

// secrets finds payment card and identity numbers that a person has typed.
func secrets(text string) []span {
	var found []span
	for _, m := range longDigits.FindAllStringIndex(text, -1) {
		if kind := numberKind(plainDigits(text[m[0]:m[1]])); kind != "" {
			found = append(found, units(text, m[0], m[1], kind))
		}
	}
	for _, m := range hkID.FindAllStringIndex(text, -1) {
		if hongKong(text[m[0]:m[1]]) {
			found = append(found, units(text, m[0], m[1], "id"))
		}
	}
	slices.SortFunc(found, func(a, b span) int { return cmp.Compare(a.From, b.From) })
	return found
}

func units(text string, from, to int, kind string) span {
	at := func(n int) int { return len(utf16.Encode([]rune(text[:n]))) }
	return span{From: at(from), To: at(to), Kind: kind, Reason: "detected"}
}

// plainDigits leaves digits and a closing X.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == 'x' || r == 'X':
			return 'X'
		}
		return -1
	}, text)
}

func numberKind(digits string) string {
	switch {
	case len(digits) == 18 && chineseID(digits):
		return "id"
	case len(digits) >= 13 && len(digits) <= 19 && !strings.Contains(digits, "X") && luhn(digits):
		return "card"
	case len(digits) == 11 && digits[0] == '1' && digits[1] >= '3':
		return "phone"
	}
	return ""
}

// luhn is the check of payment card numbers (ISO/IEC 7812-1, annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// chineseID is the check of resident identity numbers (GB 11643).
func chineseID(digits string) bool {
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		n := 10
		if digits[i] != 'X' {
			n = int(digits[i] - '0')
		} else if i != 17 {
			return false
		}
		sum += n * weight
		weight = weight * 2 % 11
	}
	return sum%11 == 1
}

// hongKong is the check of Hong Kong identity card numbers.
func hongKong(text string) bool {
	text = strings.ToUpper(strings.NewReplacer("(", "", ")", "").Replace(text))
	if len(text) == 8 {
		text = " " + text
	}
	if len(text) != 9 {
		return false
	}
	sum := 0
	for i, weight := 0, 9; i < 9; i, weight = i+1, weight-1 {
		n := 36
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			n = int(c - '0')
		case c >= 'A' && c <= 'Z':
			n = int(c-'A') + 10
		}
		sum += n * weight
	}
	return sum%11 == 0
}

// cover replaces spans by dots, keeping the text's length.
func cover(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	u := utf16.Encode([]rune(text))
	for _, sp := range spans {
		for i := max(0, sp.From); i < min(sp.To, len(u)); i++ {
			u[i] = '•'
		}
	}
	return string(utf16.Decode(u))
}

func maskSecrets(text string) string { return cover(text, secrets(text)) }

// maskTail leaves the last characters of a reference, at most half of it.
func maskTail(ref string, keep int) string {
	runes := []rune(ref)
	keep = min(keep, len(runes)/2)
	return strings.Repeat("•", min(4, len(runes)-keep)) + string(runes[len(runes)-keep:])
}
