package journey

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// words returns everything that the borrower can read in a step: texts and
// cards.
func words(seen Seen) []string {
	var all []string
	for _, m := range seen.Messages {
		all = append(all, wordsOf(m)...)
	}
	return all
}

func wordsOf(m dialog.Message) []string {
	out := []string{m.Body.Text}
	if card := m.Body.Card; card != nil {
		out = append(out, card.Title)
		out = append(out, card.Notes...)
		for _, row := range card.Rows {
			out = append(out, row.Label+" "+strings.Join(row.Cells, " "))
		}
	}
	return out
}

func (e *Expect) checkTexts(seen Seen, fail failer) {
	all := strings.Join(words(seen), "\n")
	for _, want := range e.Contains.List {
		if !containsFold(all, want) {
			fail("contains: %q is not in %q", want, all)
		}
	}
	if len(e.ContainsAny) > 0 && !anyIn(all, e.ContainsAny) {
		fail("contains_any: none of %q is in %q", e.ContainsAny, all)
	}
	for _, no := range e.NotContains {
		if containsFold(all, no) {
			fail("not_contains: %q is in %q", no, all)
		}
	}
	if e.Language != "" {
		e.checkLanguage(seen, fail)
	}
	for _, m := range seen.Messages {
		if n := utf8.RuneCountInString(m.Body.Text); e.MaxChars > 0 && n > e.MaxChars && !legal(m) {
			fail("max_chars: a text has %d characters: %q", n, m.Body.Text)
		}
	}
}

// legal says whether a text is one that the law requires: exempt from length.
func legal(m dialog.Message) bool {
	return m.Act != nil && (m.Act.Kind == "disclose.ai" || m.Act.Kind == policy.ActDisclose)
}

func containsFold(text, want string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(want))
}

func anyIn(text string, list []string) bool {
	for _, want := range list {
		if containsFold(text, want) {
			return true
		}
	}
	return false
}

func (e *Expect) checkLanguage(seen Seen, fail failer) {
	for _, m := range seen.Messages {
		if m.Act == nil || m.Body.Text == "" {
			continue
		}
		if !speaks(m.Locale, e.Language) || !scriptFits(m.Body.Text, e.Language) {
			fail("language: expected %s, %s was said in %s: %q", e.Language, m.Act.Kind, m.Locale, m.Body.Text)
		}
	}
}

// speaks reports whether a locale is what a file means by a language: zh-Hant
// and en stand for either of their locales.
func speaks(l dialog.Locale, want string) bool {
	return string(l) == want || string(l.Language()) == want || (want == "zh" && l.Language() != dialog.LangEn)
}

func scriptFits(text, want string) bool {
	han := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if strings.HasPrefix(want, "en") {
		return han*4 < utf8.RuneCountInString(text)
	}
	return han > 0
}

// sameNumber compares decimals as numbers: 827.7 is 827.70.
func sameNumber(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) == 0
}
