package slots

import (
	"slices"

	"warmline/dialog"
)

// orderWanted puts first what the text asks for and last what it turns down,
// among entities of a kind: 不要12期 要6期, "not the 5th, the 10th", "the first
// is too much, I'll take the second".
func (s *scan) orderWanted() {
	var parts [3][]dialog.Entity // wanted, mentioned, turned down
	for i, e := range s.out {
		w := 1
		if wantable(e.Kind) && s.alike(i) {
			w = s.standing(e)
		}
		parts[w] = append(parts[w], e)
	}
	s.out = slices.Concat(parts[:]...)
}

func wantable(k dialog.EntityKind) bool {
	switch k {
	case dialog.EntityDate, dialog.EntityAmount, dialog.EntityInstalments, dialog.EntityOption, dialog.EntityPerPeriod, dialog.EntityDuration:
		return true
	}
	return false
}

// alike reports whether another entity of the same kind was found.
func (s *scan) alike(i int) bool {
	for j, o := range s.out {
		if j != i && o.Kind == s.out[i].Kind {
			return true
		}
	}
	return false
}

// standing is 2 for what words of refusal stand right before or after, 0 for
// what words of choosing stand before, else 1.
func (s *scan) standing(e dialog.Entity) int {
	first, last := -1, -1
	for i := range s.tokens {
		start, end := s.text.Span(s.tokens[i].start, s.tokens[i].end)
		if first < 0 && start >= e.Start {
			first = i
		}
		if end <= e.End {
			last = i
		}
	}
	if first < 0 || last < first {
		return 1
	}
	wanted := s.tokens[first].is("want")
	p := s.prev(first)
	for p >= 0 && (s.word(p) == "the" || s.word(p) == "on" || s.word(p) == "在" || s.tokens[p].is("ordinal_prefix", "want") && !s.tokens[p].is("reject")) {
		wanted = wanted || s.tokens[p].is("want")
		p = s.prev(p)
	}
	if p >= 0 && s.tokens[p].is("reject") {
		return 2
	}
	n := s.next(last)
	if n >= 0 && s.tokens[n].is("option_noun", "dayno") {
		n = s.next(n)
	}
	if n >= 0 && s.tokens[n].is("rejected") {
		return 2
	}
	if wanted && (e.Kind == dialog.EntityOption || e.Kind == dialog.EntityInstalments) {
		return 0
	}
	return 1
}

// orderDates puts the date that counts first: a day before a whole month, one
// to come before one that has been (the other way round where the text tells
// of the past), and any other before the day on which wages come.
func (s *scan) orderDates() {
	today := s.today().Format(isoDay)
	paydays := map[string]bool{}
	for _, e := range s.out {
		if e.Kind == dialog.EntityPayday {
			paydays[e.Value] = true
		}
	}
	weight := func(e dialog.Entity) int {
		w := 0
		if len(e.Value) == len(isoMonth) {
			w += 4
		}
		if e.Value != "" && (e.Value < today) != s.past() {
			w += 2
		}
		if paydays[e.Value] {
			w++
		}
		if s.text.Raw[e.Start:e.End] == "当天" || s.text.Raw[e.Start:e.End] == "當天" {
			w += 8 // "on that day": of the other date
		}
		return w
	}
	var dates []dialog.Entity
	for _, e := range s.out {
		if e.Kind == dialog.EntityDate {
			dates = append(dates, e)
		}
	}
	if len(dates) < 2 {
		return
	}
	slices.SortStableFunc(dates, func(a, b dialog.Entity) int { return weight(a) - weight(b) })
	rest := slices.DeleteFunc(s.out, func(e dialog.Entity) bool { return e.Kind == dialog.EntityDate })
	s.out = append(dates, rest...)
}
