package review

import (
	"strings"

	"warmline/dialog/policy/review/fold"
)

// hit is a literal found at tokens [start, end).
type hit struct {
	symbol     int32
	start, end int32
	next       int32 // the hit of the same symbol before this one, -1 for none
}

// found is a pattern that matched, at tokens [start, end).
type found struct {
	pattern    int32
	start, end int32
}

// collect runs the automaton over the tokens and calls match for every pattern
// that is complete.
func (l *lexicon) collect(s *scan, match func(found) bool) {
	state := int32(0)
	for i, tok := range s.tokens {
		state = l.machine.step(state, tok.id)
		for _, n := range l.machine.outs[state] {
			lit := &l.literals[n]
			start := int32(i+1) - lit.length
			if lit.exact != nil && !s.exact(lit, start) {
				continue
			}
			if !l.complete(s, lit.symbol, start, int32(i+1), match) {
				return
			}
		}
	}
}

func (s *scan) exact(lit *literal, start int32) bool {
	for _, e := range lit.exact {
		tok := s.tokens[start+e.at]
		if !strings.EqualFold(s.raw[tok.start:tok.end], e.form) {
			return false
		}
	}
	return true
}

// complete notes a hit and tries the patterns that end with it.
func (l *lexicon) complete(s *scan, symbol, start, end int32, match func(found) bool) bool {
	prev := int32(-1)
	if s.stamps[symbol] == s.stamp {
		prev = s.heads[symbol]
	}
	s.hits = append(s.hits, hit{symbol: symbol, start: start, end: end, next: prev})
	s.heads[symbol], s.stamps[symbol] = int32(len(s.hits)-1), s.stamp
	for _, n := range l.byLast[symbol] {
		p := &l.patterns[n]
		from := s.backwards(p.elements, len(p.elements)-1, start)
		if from < 0 {
			continue
		}
		if !match(found{pattern: n, start: from, end: end}) {
			return false
		}
	}
	return true
}

// backwards finds the elements before number k, which starts at token start;
// it returns where the pattern begins, or -1.
func (s *scan) backwards(elements []element, k int, start int32) int32 {
	if k == 0 {
		return start
	}
	before := elements[k-1].symbol
	if s.stamps[before] != s.stamp {
		return -1
	}
	for n := s.heads[before]; n >= 0; n = s.hits[n].next {
		h := s.hits[n]
		if h.end > start {
			continue
		}
		if start-h.end > elements[k].gap || s.strong[h.end-1] != s.strong[start] {
			break // hits come in the order of their ends
		}
		if !elements[k].wide && s.weak[h.end-1] != s.weak[start] {
			break
		}
		if from := s.backwards(elements, k-1, h.start); from >= 0 {
			return from
		}
	}
	return -1
}

// has reports whether a symbol was found in the sentence of token at.
func (s *scan) has(symbol, at int32) bool {
	if s.stamps[symbol] != s.stamp {
		return false
	}
	for n := s.heads[symbol]; n >= 0; n = s.hits[n].next {
		if s.strong[s.hits[n].start] == s.strong[at] {
			return true
		}
	}
	return false
}

// hasBefore reports whether a symbol was found in the sentence of a match,
// before its end.
func (s *scan) hasBefore(symbol int32, f found) bool {
	if s.stamps[symbol] != s.stamp {
		return false
	}
	for n := s.heads[symbol]; n >= 0; n = s.hits[n].next {
		if h := s.hits[n]; h.start < f.end && s.strong[h.start] == s.strong[f.start] {
			return true
		}
	}
	return false
}

// startsAfter reports whether a symbol was found at the beginning of the clause
// after token end, or a word into it.
func (s *scan) startsAfter(symbol, end int32) bool {
	if s.stamps[symbol] != s.stamp {
		return false
	}
	for n := s.heads[symbol]; n >= 0; n = s.hits[n].next {
		h := s.hits[n]
		if h.start > end && s.weak[h.start] > s.weak[end-1] && s.weak[h.start] <= s.weak[end-1]+1 {
			return true
		}
	}
	return false
}

// negationReach is how far before a match a negation still governs it.
const negationReach = 10

// denied reports whether a negation before the match governs it: in the same
// clause, near enough, and not inside a condition or a "don't think that".
func (l *lexicon) denied(s *scan, f found) bool {
	not, open := l.sets["negation"], l.sets["opening"]
	if s.has(l.sets["decline"], f.start) || s.hasBefore(l.sets["fear"], f) && s.startsAfter(l.sets["refute"], f.end) {
		return true
	}
	if s.stamps[not] != s.stamp || s.hasBefore(open, f) {
		return false
	}
	for n := s.heads[not]; n >= 0; n = s.hits[n].next {
		h := s.hits[n]
		if h.start >= f.end || f.start-h.end > negationReach {
			continue
		}
		if s.sameClause(h.start, f.end-1) && h.start != f.start {
			return true
		}
	}
	return false
}

// harmless reports whether a match begins or ends inside a wording that only
// looks like it (不容 in 不容易).
func (l *lexicon) harmless(s *scan, f found) bool {
	symbol := l.sets["harmless"]
	if s.stamps[symbol] != s.stamp {
		return false
	}
	for n := s.heads[symbol]; n >= 0; n = s.hits[n].next {
		h := s.hits[n]
		if f.start >= h.start && f.start < h.end || f.end > h.start && f.end <= h.end {
			return true
		}
	}
	return false
}

// asks reports whether the sentence of token at ends with a question mark: what
// it names is asked for, not said to be done.
func (s *scan) asks(at int32) bool {
	for ; int(at) < len(s.tokens); at++ {
		if tok := s.tokens[at]; tok.kind == kindStrong {
			mark := s.raw[tok.start:tok.end]
			return mark == "?" || mark == "？"
		}
	}
	return false
}

// sameClause reports whether no stop lies between two tokens.
func (s *scan) sameClause(a, b int32) bool { return s.weak[a] == s.weak[b] }

// voices finds wordings by their sound: as many syllables, at most half of the
// characters written otherwise.
func (l *lexicon) voices(s *scan, match func(found) bool) {
	state := int32(0)
	for i, tok := range s.tokens {
		id := int32(0)
		if tok.kind == kindHan {
			id = int32(l.table.Sound(rune(tok.id)))
		}
		state = l.byVoice.step(state, id)
		for _, n := range l.byVoice.outs[state] {
			e := l.sounds[n]
			start := i + 1 - len(e.runes)
			if altered(s.tokens[start:i+1], e.runes) && !match(found{pattern: e.pattern, start: int32(start), end: int32(i + 1)}) {
				return
			}
		}
	}
}

func altered(tokens []token, runes []rune) bool {
	other := 0
	for i, tok := range tokens {
		if rune(tok.id) != runes[i] {
			other++
		}
	}
	return other > 0 && other*2 <= len(runes) && fold.Han(runes[0])
}
