// Package classify tells the intents of a folded text apart: hashed character,
// word, sound and concept features under one small model for the three
// languages, trained from written examples. It is pure and deterministic.
package classify

import (
	"slices"

	"warmline/bot/understand/fold"
)

// Kinds of features; each salts the hash so that equal content of different
// kinds stays apart.
const (
	kindHan     uint32 = 0x9E3779B1
	kindWord    uint32 = 0x85EBCA77
	kindPair    uint32 = 0xC2B2AE3D
	kindSkip    uint32 = 0x27D4EB2F
	kindLetters uint32 = 0x165667B1
	kindSound   uint32 = 0xD3A2646C
	kindConcept uint32 = 0xFD7046C5
	kindConPair uint32 = 0xB55A4F09
	kindShape   uint32 = 0x7FEB352D
	kindEdge    uint32 = 0x846CA68B
)

const maxFeatures = 2048

// features collects feature hashes of one text; it is reused between texts.
type features struct {
	list  []uint32
	words []word
}

// word is a Latin word, a number or a Chinese run of the text.
type word struct {
	start, end int
	hash       uint32
}

func mix(h, v uint32) uint32 {
	h ^= v
	h *= 0x01000193
	h ^= h >> 15
	h *= 0x2C1B3C6D
	h ^= h >> 12
	return h
}

func (f *features) add(h uint32) {
	if len(f.list) < maxFeatures {
		f.list = append(f.list, h)
	}
}

// extract fills f.list with the features of a text. concepts are the keys of
// the lexicon classes found in it, in order.
func (f *features) extract(sounds *fold.Sounds, t *fold.Text, concepts []uint32) {
	f.list, f.words = f.list[:0], f.words[:0]
	f.han(t.R)
	f.latin(t.R)
	f.sound(sounds, t.R)
	f.concept(concepts)
	f.shape(t.R)
}

// distinct returns the features in order, each once.
func (f *features) distinct() []uint32 {
	slices.Sort(f.list)
	f.list = slices.Compact(f.list)
	return f.list
}

func ideograph(r rune) bool { return fold.Han(r) || r >= 0xE000 && r <= 0xF8FF }

// han adds one to four characters in a row, not across spaces and marks, and
// pairs of characters with one between them.
func (f *features) han(r []rune) {
	for i := range r {
		if !ideograph(r[i]) {
			continue
		}
		h := kindHan
		for j := i; j < len(r) && j < i+4 && ideograph(r[j]); j++ {
			h = mix(h, uint32(r[j]))
			f.add(h)
		}
		if i+2 < len(r) && ideograph(r[i+1]) && ideograph(r[i+2]) {
			f.add(mix(mix(kindSkip, uint32(r[i])), uint32(r[i+2])))
		}
		if i == 0 || !ideograph(r[i-1]) {
			f.edge(r, i, 1)
		}
		if i+1 == len(r) || !ideograph(r[i+1]) {
			f.edge(r, i, -1)
		}
	}
}

// edge adds the character and the two at the beginning or end of a run.
func (f *features) edge(r []rune, i, step int) {
	h := mix(kindEdge, uint32(step+2))
	h = mix(h, uint32(r[i]))
	f.add(h)
	if j := i + step; j >= 0 && j < len(r) && ideograph(r[j]) {
		f.add(mix(h, uint32(r[j])))
	}
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r == '\'' }
func digit(r rune) bool  { return r >= '0' && r <= '9' }

// latin adds words, pairs of words, pairs with a word between them, and the
// letters inside words, which survive misspelling.
func (f *features) latin(r []rune) {
	for i := 0; i < len(r); {
		switch {
		case letter(r[i]):
			i = f.word(r, i)
		case digit(r[i]):
			i = f.number(r, i)
		case fold.Han(r[i]):
			f.words = append(f.words, word{i, i, 0})
			i++
		default:
			i++
		}
	}
	for i := range f.words {
		w := f.words[i].hash
		if i+1 < len(f.words) {
			f.add(mix(mix(kindPair, w), f.words[i+1].hash))
		}
		if i+2 < len(f.words) {
			f.add(mix(mix(kindSkip, w), f.words[i+2].hash))
			f.add(mix(mix(mix(kindPair, w), f.words[i+1].hash), f.words[i+2].hash))
		}
	}
}

func (f *features) word(r []rune, i int) int {
	j, h := i, kindWord
	for j < len(r) && letter(r[j]) {
		if r[j] != '\'' {
			h = mix(h, uint32(r[j]))
		}
		j++
	}
	f.add(h)
	f.words = append(f.words, word{i, j, stem(r[i:j], h)})
	f.letters(r[i:j])
	return j
}

// stem hashes a word without its commonest endings.
func stem(w []rune, whole uint32) uint32 {
	n := len(w)
	switch {
	case n > 5 && w[n-3] == 'i' && w[n-2] == 'n' && w[n-1] == 'g':
		w = w[:n-3]
	case n > 4 && w[n-2] == 'e' && w[n-1] == 'd':
		w = w[:n-2]
	case n > 3 && w[n-1] == 's' && w[n-2] != 's':
		w = w[:n-1]
	default:
		return whole
	}
	h := kindWord
	for _, c := range w {
		if c != '\'' {
			h = mix(h, uint32(c))
		}
	}
	return h
}

// letters adds three to five letters in a row with the word's ends marked.
func (f *features) letters(w []rune) {
	if len(w) < 3 || len(w) > 24 {
		return
	}
	for i := -1; i < len(w)-1; i++ {
		h := kindLetters
		for j := i; j <= len(w) && j < i+5; j++ {
			c := rune('_')
			if j >= 0 && j < len(w) {
				c = w[j]
			}
			h = mix(h, uint32(c))
			if j >= i+2 {
				f.add(h)
			}
		}
	}
}

// number adds how long a number is, and itself when it is short.
func (f *features) number(r []rune, i int) int {
	j := i
	for j < len(r) && (digit(r[j]) || (r[j] == '.' || r[j] == ',') && j+1 < len(r) && digit(r[j+1])) {
		j++
	}
	h := mix(kindShape, uint32(min(j-i, 6)))
	f.add(h)
	if j-i <= 2 {
		g := kindWord
		for _, c := range r[i:j] {
			g = mix(g, uint32(c))
		}
		f.add(g)
	}
	f.words = append(f.words, word{i, j, h})
	return j
}

// sound adds two and three syllables in a row as they sound, so that a
// character mistaken for another of the same sound changes little.
func (f *features) sound(sounds *fold.Sounds, r []rune) {
	for i := range r {
		h, n := kindSound, 0
		for j := i; j < len(r) && n < 3; j++ {
			s := sounds.Of(r[j])
			if s == 0 {
				break
			}
			h = mix(h, uint32(s))
			if n++; n >= 2 {
				f.add(h)
			}
		}
	}
}

// concept adds each lexicon class, and ordered pairs of classes.
func (f *features) concept(ids []uint32) {
	for i, a := range ids {
		h := mix(kindConcept, a)
		f.add(h)
		for j := i + 1; j < len(ids) && j < i+5; j++ {
			f.add(mix(mix(kindConPair, a), ids[j]))
		}
	}
}

// shape adds how long the text is, its question and exclamation marks and scripts.
func (f *features) shape(r []rune) {
	han, lat, question, shout := 0, 0, 0, 0
	for _, c := range r {
		switch {
		case fold.Han(c):
			han++
		case letter(c):
			lat++
		case c == '?':
			question = 1
		case c == '!':
			shout = 1
		}
	}
	size := 0
	for n := han*3 + lat; n > 2; n /= 2 {
		size++
	}
	f.add(mix(kindShape, uint32(100+size)))
	f.add(mix(kindShape, uint32(200+question)))
	f.add(mix(kindShape, uint32(300+shout)))
}
