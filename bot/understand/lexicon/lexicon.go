// Package lexicon finds the phrases of hand-written word lists in a folded
// text, and patterns of phrases in order. Lists are plain text (see Parse);
// nothing in it uses regular expressions, and a chat line takes microseconds.
package lexicon

import (
	"slices"
	"unicode"

	"warmline/bot/understand/fold"
)

// Class is the number of a word list or pattern within one Lexicon.
type Class uint16

// Hit is an occurrence of a class at runes [Start, End) of the text.
type Hit struct {
	Class      Class
	Start, End int
}

// Lexicon is a set of compiled lists. It is read-only and safe for concurrent
// use.
type Lexicon struct {
	names  []string
	keys   []uint32 // hash of each name: stays when lists are added
	byName map[string]Class
	trie   trie
	rules  [][]rule // by the class of their first part
	hidden []bool   // literals written inside patterns: no class of their own
}

// rule is a pattern: parts in order, each at most its gap after the last.
type rule struct {
	class Class
	parts []part
	start bool // nothing but marks before the first part
	end   bool // nothing but marks after the last part
}

type part struct {
	class Class
	gap   int // width allowed before it, see width
}

// Name returns a class's name.
func (l *Lexicon) Name(c Class) string { return l.names[c] }

// Key returns a number for a class that depends on its name alone.
func (l *Lexicon) Key(c Class) uint32 { return l.keys[c] }

// Class returns the number of a named class.
func (l *Lexicon) Class(name string) (Class, bool) {
	c, ok := l.byName[name]
	return c, ok
}

// Find appends the hits in a text to dst, in order of their start; those of
// patterns come after those of phrases.
func (l *Lexicon) Find(t *fold.Text, dst []Hit) []Hit {
	from := len(dst)
	for i := range t.R {
		if wordRune(t.R[i]) && i > 0 && wordRune(t.R[i-1]) {
			continue
		}
		dst = l.trie.walk(t.R, i, dst)
	}
	phrases := len(dst)
	for i := from; i < phrases; i++ {
		h := dst[i]
		for _, r := range l.rules[h.Class] {
			if end, ok := l.follow(t.R, dst[i:phrases], r); ok {
				dst = append(dst, Hit{r.class, h.Start, end})
			}
		}
	}
	return slices.DeleteFunc(dst, func(h Hit) bool { return l.hidden[h.Class] })
}

// At appends the plain phrases that start at rune i, also in the middle of a
// word: what follows a number without a space ("16th", "6pm").
func (l *Lexicon) At(t *fold.Text, i int, dst []Hit) []Hit {
	return l.trie.walk(t.R, i, dst)
}

// follow reports whether the parts of a rule after the first follow hits[0].
func (l *Lexicon) follow(r []rune, hits []Hit, ru rule) (end int, ok bool) {
	if ru.start && !blank(r[:hits[0].Start]) {
		return 0, false
	}
	return follow(r, hits, ru.parts[1:], ru.end)
}

// follow returns the furthest end at which the parts follow hits[0].
func follow(r []rune, hits []Hit, parts []part, toEnd bool) (furthest int, found bool) {
	at := hits[0].End
	if len(parts) == 0 {
		return at, !toEnd || blank(r[at:])
	}
	for i := 1; i < len(hits); i++ {
		h := hits[i]
		if h.Start > at+parts[0].gap {
			break
		}
		if h.Class != parts[0].class || h.Start < at || width(r[at:h.Start]) > parts[0].gap || stops(r[at:h.Start]) {
			continue
		}
		if end, ok := follow(r, hits[i:], parts[1:], toEnd); ok {
			furthest, found = max(furthest, end), true
		}
	}
	return furthest, found
}

// width measures what lies between two parts: a Chinese character says as much
// as about three letters.
func width(r []rune) int {
	n := len(r)
	for _, c := range r {
		if fold.Han(c) {
			n += 2
		}
	}
	return n
}

// stops reports whether a sentence ends within r.
func stops(r []rune) bool {
	for i, c := range r {
		if c == '!' || c == '?' || c == ';' || c == '.' && (i+1 == len(r) || r[i+1] == ' ' || fold.Han(r[i+1])) {
			return true
		}
	}
	return false
}

// blank reports whether r holds nothing but marks, spaces, tokens and particles.
func blank(r []rune) bool {
	for _, c := range r {
		switch c {
		case '啊', '呀', '吧', '哦', '喔', '噢', '哈', '嘛', '呢', '啦', '了', '咯', '喽', '嗯', '哎', '唉', '诶', '欸', '耶', '喇', '嘅', '的', '㗎', '嗱', '呐':
			continue
		}
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return false
		}
	}
	return true
}

// wordRune reports whether a rune is part of a word that has spaces around it.
func wordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '\''
}

// Len returns how many classes there are.
func (l *Lexicon) Len() int { return len(l.names) }
