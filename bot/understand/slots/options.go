package slots

import (
	"strconv"
	"strings"

	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// options reads a choice among what is on the table, counted from one.
func (s *scan) options() {
	for i := range s.tokens {
		t := &s.tokens[i]
		switch {
		case t.is("ordinal") && s.dated(i):
		case t.is("ordinal"):
			s.ordinal(i)
		case t.is("option_middle") && len(s.ctx.Options) > 0:
			s.pick((len(s.ctx.Options)+1)/2, i, i)
		case t.is("option_cheap"):
			s.pick(s.bySize(-1), i, i)
		case t.is("option_dear"):
			s.pick(s.bySize(1), i, i)
		case t.is("option_other") && len(s.ctx.Options) == 2:
			s.pick(2, i, i)
		case t.num != nil && !t.num.used:
			s.numbered(i)
		default:
			s.lettered(i)
		}
	}
}

func (s *scan) pick(n, i, j int) {
	if n >= 1 && n <= 20 {
		s.use(i, j)
		s.add(dialog.EntityOption, strconv.Itoa(n), i, j)
	}
}

// bySize returns the option with the smallest (-1) or largest (1) instalment.
func (s *scan) bySize(sign int64) int {
	best := -1
	for i, size := range s.ctx.Sizes {
		if size > 0 && (best < 0 || sign*size > sign*s.ctx.Sizes[best]) {
			best = i
		}
	}
	return best + 1
}

// ordinal reads 第二个, "the first one", 最后一个.
func (s *scan) ordinal(i int) {
	arg, _ := s.tokens[i].arg("ordinal")
	n, err := strconv.Atoi(arg)
	j := s.next(i)
	noun := j >= 0 && s.tokens[j].is("option_noun")
	choosing := s.ctx.has(dialog.IntentChooseOption) || len(s.ctx.Options) > 0
	alone := s.prev(i) < 0 && j < 0 || choosing && s.word(i) != "last" && s.prev(i) >= 0 && s.word(s.prev(i)) == "the" && j < 0
	alone = alone || choosing && n > 0 && s.requested(i, i)
	if err != nil || !noun && !alone && !(s.ctx.has(dialog.IntentChooseOption) && j < 0) {
		return
	}
	if noun && !choosing && s.namesThing(j) {
		return
	}
	if n < 0 {
		if len(s.ctx.Options) == 0 {
			return
		}
		n = len(s.ctx.Options) + 1 + n
	}
	if !noun {
		j = i
	}
	s.pick(n, i, j)
}

// namesThing reports whether token j only counts the word behind it: 第一个字.
func (s *scan) namesThing(j int) bool {
	if j+1 >= len(s.tokens) || !s.touches(j) || !fold.Han(s.text.R[s.tokens[j+1].start]) {
		return false
	}
	return !strings.ContainsAny(s.word(j+1), "吧啊呀呢好行可就也比都看的是我有")
}

// numbered reads 选项2, "option two", "number 3", 2号方案, 第7个.
func (s *scan) numbered(i int) {
	v, ok := s.tokens[i].num.whole()
	if !ok || v < 1 || v > 20 || s.nextIs(i, "parts", "weakparts", "unit", "money", "plan_of") >= 0 && s.word(s.next(i)) != "号" {
		return
	}
	j, p := s.next(i), s.prev(i)
	last := i
	if j >= 0 && s.tokens[j].is("dayno") {
		if s.placeOnTable(i, j, v) {
			s.pick(v, i, j)
			return
		}
		if p >= 0 && s.word(p) == "选" {
			s.pick(v, p, j) // 揀一號
			return
		}
		if k := s.next(j); k < 0 || !s.tokens[k].is("option_noun", "ordinal_prefix") {
			return
		}
		s.pick(v, i, j)
		return
	}
	if j >= 0 && strings.HasPrefix(s.word(j), "号") && s.tokens[j].is("option_noun") {
		s.pick(v, i, j) // 2号方案
		return
	}
	if p < 0 || !s.tokens[p].is("ordinal_prefix") {
		return
	}
	w := s.word(p)
	switch w {
	case "要", "take", "no", "offer", "plan", "picking", "choosing", "taking", "going with", "go with":
		if !s.ctx.has(dialog.IntentChooseOption) {
			return
		}
	}
	if j >= 0 && s.tokens[j].is("option_noun") {
		last = j
	} else if w == "第" && j >= 0 {
		return
	}
	s.pick(v, p, last)
}

// lettered reads 选C, B方案, "plan b", "option a".
func (s *scan) lettered(i int) {
	if s.tokens[i].end-s.tokens[i].start != 1 || !s.ctx.has(dialog.IntentChooseOption) {
		return
	}
	c := s.text.R[s.tokens[i].start]
	if at := strings.IndexRune("甲乙丙丁", c); at >= 0 {
		c = 'a' + rune(at/len("甲"))
	}
	if c < 'a' || c > 'f' {
		return
	}
	p, j := s.prev(i), s.next(i)
	named := p >= 0 && s.tokens[p].is("ordinal_prefix") || j >= 0 && s.tokens[j].is("option_noun", "ordinal_prefix") && s.touches(i)
	if named || s.requested(i, i) {
		s.pick(int(c-'a')+1, i, i)
	}
}

// bare reads a number that is the whole answer to an open question: a count or
// a place among options on the table, a sum when one was asked for.
func (s *scan) bare() {
	at := -1
	for i := range s.tokens {
		if n := s.tokens[i].num; n != nil && !n.used {
			if at >= 0 {
				return
			}
			at = i
		}
	}
	if at < 0 {
		return
	}
	v, ok := s.tokens[at].num.whole()
	if !ok || s.counted(at) && s.nextIs(at, "option_noun") < 0 {
		return
	}
	switch {
	case s.hasPlan(v):
		s.tokens[at].num.used = true
		s.add(dialog.EntityInstalments, strconv.Itoa(v), at, at)
	case len(s.ctx.Options) > 0 && v >= 1 && v <= len(s.ctx.Options):
		s.pick(v, at, at)
	case s.ctx.Asked == "date" && v >= 1 && v <= 31:
		s.day(s.nextDay(v), at, at)
	case s.ctx.Asked == "amount" && v > 0:
		s.value(dialog.EntityAmount, at, at, "")
	case v <= 9 && s.ctx.has(dialog.IntentChooseOption) && s.next(at) < 0 && s.prev(at) < 0:
		s.pick(v, at, at)
	}
}

// hasPlan reports whether a plan of so many instalments is on the table.
func (s *scan) hasPlan(n int) bool {
	for _, o := range s.ctx.Options {
		if rest, ok := strings.CutPrefix(o, "plan:"); ok && rest == strconv.Itoa(n) {
			return true
		}
	}
	return false
}
