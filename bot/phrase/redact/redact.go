// Package redact takes out of a person's own words what says who they are or
// what they own: names, numbers, contact data. What is left may be shown to a
// model as background, where an operator turns that on. It takes out too much
// rather than too little.
package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marks that stand for what was taken out.
const (
	Number  = "#"
	Contact = "[contact]"
	Name    = "[name]"
)

// maxRunes bounds what is kept of a message.
const maxRunes = 120

// Text returns a message without names, numbers and contact data, in one line.
// known are names that are known from elsewhere: the borrower's, an agent's.
func Text(message string, known ...string) string {
	line := strings.Join(strings.Fields(strings.Map(visible, message)), " ")
	for _, name := range known {
		line = without(line, name)
	}
	line = introductions(line)
	words := strings.Split(line, " ")
	for i, w := range words {
		words[i] = word(w)
	}
	return short(strings.Join(words, " "))
}

// visible drops characters that nobody sees and makes quotes harmless to a
// quotation around the text.
func visible(r rune) rune {
	switch {
	case r == '"' || r == '“' || r == '”':
		return '\''
	case r == '{' || r == '}' || r == '｛' || r == '｝' || r == '<' || r == '>':
		return ' '
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Mn):
		return -1
	}
	return r
}

func short(s string) string {
	if utf8.RuneCountInString(s) <= maxRunes {
		return s
	}
	return string([]rune(s)[:maxRunes]) + "…"
}

// without takes a known name and its parts out, whatever their case. A part of
// one letter says nothing.
func without(line, name string) string {
	parts := append([]string{name}, strings.Fields(name)...)
	if r := []rune(name); len(r) >= 3 && unicode.Is(unicode.Han, r[0]) {
		parts = append(parts, string(r[1:])) // the given name
	}
	for _, part := range parts {
		if utf8.RuneCountInString(part) < 2 {
			continue
		}
		line = replaceFold(line, part, Name)
	}
	return line
}

func replaceFold(s, part, mark string) string {
	lower, find := strings.ToLower(s), strings.ToLower(part)
	if len(lower) != len(s) { // a letter whose case changes its length
		return strings.ReplaceAll(s, part, mark)
	}
	var b strings.Builder
	for {
		i := strings.Index(lower, find)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		b.WriteString(mark)
		s, lower = s[i+len(find):], lower[i+len(find):]
	}
}

// word redacts one run of characters between spaces. One with an address in it
// goes as a whole; Latin runs with a digit are numbers or accounts.
func word(w string) string {
	if address(w) {
		return Contact
	}
	var b strings.Builder
	for w != "" {
		n := run(w)
		piece := w[:n]
		switch {
		case strings.ContainsFunc(piece, digit), numberWord(piece):
			b.WriteString(Number)
		default:
			b.WriteString(piece)
		}
		w = w[n:]
	}
	return collapse(b.String())
}

// run returns the length of the first stretch of a word: Latin letters, digits
// and what joins them; Chinese numerals; or one other character.
func run(w string) int {
	for _, kind := range []func(rune) bool{joined, hanNumeral} {
		n := 0
		for _, r := range w {
			if !kind(r) {
				break
			}
			n += utf8.RuneLen(r)
		}
		if n > 0 {
			return n
		}
	}
	_, n := utf8.DecodeRuneInString(w)
	return n
}

func joined(r rune) bool {
	return digit(r) || r < 0x250 && (unicode.IsLetter(r) || strings.ContainsRune("-_./:,+*'", r))
}

func digit(r rune) bool { return unicode.IsDigit(r) || unicode.Is(unicode.No, r) }

func hanNumeral(r rune) bool {
	return strings.ContainsRune("零〇一二三四五六七八九十百千万萬亿億两兩壹贰貳叁參肆伍陆陸柒捌玖拾佰仟廿卅", r)
}

// numberWord reports whether a stretch is a number in words. A lone 一 is part
// of words that count nothing.
func numberWord(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	if hanNumeral(first) {
		return s != "一"
	}
	return n > 0 && slices.Contains(numerals, strings.Trim(strings.ToLower(s), ".,'"))
}

var numerals = strings.Fields(`two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
	seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million grand`)

// address reports whether a word has an e-mail address, a link or a handle.
func address(w string) bool {
	lower := strings.ToLower(w)
	if strings.ContainsAny(lower, "@＠") || strings.Contains(lower, "://") || strings.HasPrefix(lower, "www.") {
		return true
	}
	for i := 1; i+2 < len(lower); i++ { // a.co, t.me/x; not "e.g." and not "end.Next"
		if lower[i] == '.' && letter(lower[i-1]) && letter(w[i+1]) && letter(w[i+2]) {
			return true
		}
	}
	return false
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' }

// collapse makes one mark of several in a row.
func collapse(s string) string {
	for strings.Contains(s, Number+Number) {
		s = strings.ReplaceAll(s, Number+Number, Number)
	}
	return s
}
