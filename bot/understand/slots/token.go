package slots

import (
	"slices"
	"strings"

	"warmline/bot/understand/fold"
	"warmline/bot/understand/lexicon"
)

// token is a piece of the text: a number, a known word, an unknown word or
// character, or a mark. Runes [start, end) of the text.
type token struct {
	start, end int
	kinds      []kind // what a known word may mean
	num        *number
	mark       bool // spaces and punctuation
	stop       bool // a mark that ends a clause
}

// is reports whether a token is a word of one of the kinds.
func (t *token) is(names ...string) bool {
	for _, k := range t.kinds {
		if slices.Contains(names, k.name) {
			return true
		}
	}
	return false
}

// arg returns the value of a kind: "day" for a word of unit=day.
func (t *token) arg(name string) (string, bool) {
	for _, k := range t.kinds {
		if k.name == name {
			return k.arg, true
		}
	}
	return "", false
}

// cut turns a text into tokens: at each place the longest of a number and the
// known words.
func (r *Reader) cut(t *fold.Text) []token {
	hits := r.words.Find(t, make([]lexicon.Hit, 0, 32))
	tokens := make([]token, 0, len(t.R)/2+4)
	h := 0
	for i := 0; i < len(t.R); {
		for h < len(hits) && hits[h].Start < i {
			h++
		}
		word := r.longest(hits[h:], i)
		if word.end > 0 && weekdayWithin(t.R, &word) {
			word = r.named(hits[h:], i, "every")
		}
		if n, end := readNumber(t.R, i); n != nil && end >= word.end {
			tokens = append(tokens, token{start: i, end: end, num: n})
			i = end
			if i < len(t.R) && wordLetter(t.R[i]) {
				if suffix := r.suffix(t, i); suffix.end > 0 {
					tokens = append(tokens, suffix)
					i = suffix.end
				}
			}
			continue
		}
		if word.end == 0 {
			word = r.glued(t, plain(t.R, i))
		}
		tokens = append(tokens, word)
		i = word.end
	}
	return tokens
}

// longest returns the longest known word at rune i with all its meanings.
func (r *Reader) longest(hits []lexicon.Hit, i int) token {
	w := token{}
	for _, h := range hits {
		if h.Start != i {
			break
		}
		if h.End > w.end {
			w = token{start: i, end: h.End}
		}
		if h.End == w.end {
			w.kinds = append(w.kinds, r.kinds[h.Class])
		}
	}
	return w
}

// suffix returns the known word that follows a number without a space. "nd"
// is one only here: elsewhere it is phone typing for "and".
func (r *Reader) suffix(t *fold.Text, i int) token {
	if j := i + 2; j <= len(t.R) && t.R[i] == 'n' && t.R[i+1] == 'd' && (j == len(t.R) || !letterOrDigit(t.R[j])) {
		return token{start: i, end: j, kinds: []kind{{name: "nth"}}}
	}
	return r.longest(r.words.At(t, i, nil), i)
}

// weekdayWithin reports whether "each week" is the head of a weekday: 每周五,
// 每个礼拜三. 每周一次 and 每周一百 are not.
func weekdayWithin(r []rune, w *token) bool {
	if arg, ok := w.arg("each"); !ok || arg != "week" || w.end >= len(r) {
		return false
	}
	switch r[w.end-1] {
	case '周', '期', '拜':
	default:
		return false
	}
	switch r[w.end] {
	case '日', '天':
		return true
	}
	d := hanDigit(r[w.end])
	if d < 1 || d > 6 || w.end+1 == len(r) {
		return d >= 1 && d <= 6
	}
	after := r[w.end+1]
	return hanUnit(after) == 0 && hanDigit(after) < 0 && !strings.ContainsRune("次笔期个块元蚊份回张点", after)
}

// named returns the longest word at rune i that is of a kind.
func (r *Reader) named(hits []lexicon.Hit, i int, kind string) token {
	w := token{}
	for _, h := range hits {
		if h.Start == i && h.End > w.end && r.kinds[h.Class].name == kind {
			w = token{start: i, end: h.End}
			w.kinds = append(w.kinds, r.kinds[h.Class])
		}
	}
	return w
}

// plain returns the unknown word, character or mark at rune i.
func plain(r []rune, i int) token {
	c := r[i]
	if letterOrDigit(c) {
		j := i
		for j < len(r) && letterOrDigit(r[j]) {
			j++
		}
		return token{start: i, end: j}
	}
	t := token{start: i, end: i + 1}
	if !fold.Han(c) {
		t.mark = true
		t.stop = c != ' ' && c != '-' && c != '/' && c != '\'' && c != '~' && c != '"' && c != ':'
	}
	return t
}

// glued cuts a verb or currency off the sum that it was typed into: pay200, rs500.
func (r *Reader) glued(t *fold.Text, w token) token {
	i := w.start
	for i < w.end && wordLetter(t.R[i]) {
		i++
	}
	if i == w.start || w.end-i < 2 {
		return w
	}
	for _, c := range t.R[i:w.end] {
		if !isDigit(c) {
			return w
		}
	}
	switch string(t.R[w.start:i]) {
	case "pay", "send", "give", "take", "put", "got", "only", "just", "have", "paid":
		return token{start: w.start, end: i}
	case "rs", "php", "usd", "hkd", "ngn", "sgd", "rm", "rmb", "cny", "inr", "nt", "gbp":
		return token{start: w.start, end: i, kinds: []kind{{name: "money"}}}
	}
	return w
}

// abbreviations lets a point after a shortened month end no clause: "Dec. 3".
func (s *scan) abbreviations() {
	for i := 1; i < len(s.tokens); i++ {
		if s.tokens[i].stop && s.word(i) == "." && s.tokens[i-1].is("month") && s.tokens[i-1].end-s.tokens[i-1].start <= 4 {
			s.tokens[i].stop = false
		}
	}
}

func letterOrDigit(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '\''
}

func wordLetter(c rune) bool { return c >= 'a' && c <= 'z' }

// next returns the index of the first token after i that is not a space or a
// dash; -1 past the end of the clause.
func (s *scan) next(i int) int {
	for j := i + 1; j < len(s.tokens); j++ {
		if s.tokens[j].stop {
			return -1
		}
		if !s.tokens[j].mark {
			return j
		}
	}
	return -1
}

// prev is next backwards.
func (s *scan) prev(i int) int {
	for j := i - 1; j >= 0; j-- {
		if s.tokens[j].stop {
			return -1
		}
		if !s.tokens[j].mark {
			return j
		}
	}
	return -1
}

// nextIs returns the next token when it is of one of the kinds, else -1.
func (s *scan) nextIs(i int, kinds ...string) int {
	if j := s.next(i); j >= 0 && s.tokens[j].is(kinds...) {
		return j
	}
	return -1
}

func (s *scan) prevIs(i int, kinds ...string) int {
	if j := s.prev(i); j >= 0 && s.tokens[j].is(kinds...) {
		return j
	}
	return -1
}

// near returns a token of the kinds within so many tokens before i, else -1.
func (s *scan) near(i, reach int, kinds ...string) int {
	for j := s.prev(i); j >= 0 && reach > 0; j, reach = s.prev(j), reach-1 {
		if s.tokens[j].is(kinds...) {
			return j
		}
	}
	return -1
}

// ahead returns a token of the kinds within so many tokens after i, else -1.
func (s *scan) ahead(i, reach int, kinds ...string) int {
	for j := s.next(i); j >= 0 && reach > 0; j, reach = s.next(j), reach-1 {
		if s.tokens[j].is(kinds...) {
			return j
		}
	}
	return -1
}

// touches reports whether nothing stands between tokens i and i+1.
func (s *scan) touches(i int) bool {
	return i+1 < len(s.tokens) && s.tokens[i].end == s.tokens[i+1].start && !s.tokens[i+1].mark
}

// word returns the folded text of a token.
func (s *scan) word(i int) string {
	return string(s.text.R[s.tokens[i].start:s.tokens[i].end])
}

// lastWord returns the last word of a token that may be a phrase: "on" of "paid on".
func (s *scan) lastWord(i int) string {
	w := s.word(i)
	return w[strings.LastIndexByte(w, ' ')+1:]
}
