package slots

import (
	"slices"
	"strconv"

	"warmline/dialog"
)

// numbers puts together what belongs to one number: English number words,
// 827块7, currency signs, ranges, and words that make it vague.
func (s *scan) numbers() {
	s.numberWords()
	for i := 0; i < len(s.tokens); i++ { // slang units shorten the list
		if s.tokens[i].num != nil {
			s.currency(i)
		}
	}
	for i := range s.tokens {
		if s.tokens[i].num != nil {
			s.ranges(i)
			s.vague(i)
		}
	}
}

// numberWords replaces "two hundred and fifty" by one number token.
func (s *scan) numberWords() {
	out := s.tokens[:0]
	for i := 0; i < len(s.tokens); {
		n, j := s.numberWord(i)
		if n == nil {
			out = append(out, s.tokens[i])
			i++
			continue
		}
		out = append(out, token{start: s.tokens[i].start, end: s.tokens[j].end, num: n, kinds: s.tokens[i].kinds})
		i = j + 1
	}
	s.tokens = out
}

// numberWord reads a number from words at token i and returns its last token.
func (s *scan) numberWord(i int) (*number, int) {
	if n := s.tokens[i].num; n != nil { // "2 hundred", "2 thousand"
		j := s.nextIs(i, "times", "thousand")
		if j < 0 || n.vague || len(n.readings) > 0 {
			return nil, 0
		}
		n.cents *= s.times(j)
		return n, j
	}
	if arg, ok := s.tokens[i].arg("cash"); ok { // a tenner
		return &number{cents: int64(atoi(arg)) * 100, word: true, money: true}, i
	}
	sum, last := s.spoken(i)
	if last < 0 || sum == 0 || sum == 1 && s.nextIs(last, "unit") < 0 && (s.word(i) != "one" || s.prevIs(i, "ordinal_prefix") < 0) {
		return nil, 0 // "a" and "one" mostly count nothing
	}
	n := &number{cents: sum * 100, word: true}
	if end := s.andAHalf(last); end > 0 && sum < 1000 {
		n.cents += 50
		last = end
		if j := s.nextIs(end, "times", "thousand"); j >= 0 {
			n.cents *= s.times(j)
			last = j
		}
	} else if end > 0 && sum%1000 == 0 {
		n.cents += 50 * 1000
		last = end
	}
	return n, last
}

// spoken adds up the number words from token i: "two fifty" is 250, "one
// thousand two hundred and thirty four" 1234. The last token is -1 for none.
func (s *scan) spoken(i int) (sum int64, last int) {
	total, group, prev := int64(0), int64(0), int64(0)
	last = -1
	for j := i; j >= 0 && j < len(s.tokens); j = s.next(j) {
		v, ok := s.small(j)
		if j == i && s.tokens[j].is("times") && s.smallAhead(j) {
			v, ok = s.times(j), true // "hundred and fifty"
		}
		switch {
		case ok && (last < 0 || prev >= 100 || prev >= 20 && prev%10 == 0 && v < 10 || prev < 10 && v >= 20):
			if last >= 0 && prev < 10 && v >= 20 && v%10 == 0 {
				group *= 100 // "two fifty"
			}
			group, prev = group+v, v
		case last >= 0 && s.tokens[j].is("times", "thousand") && total+group < maxCents/1e6:
			prev = s.times(j)
			if prev == 1000 {
				total, group = total+group*prev, 0
			} else {
				group *= prev
			}
		case last >= 0 && prev >= 100 && s.word(j) == "and" && s.smallAfter(j),
			last >= 0 && prev >= 20 && prev%10 == 0 && s.word(j) == "-" && s.smallAfter(j):
			continue
		default:
			return total + group, last
		}
		last = j
	}
	return total + group, last
}

// smallAhead reports whether a number word follows token j, with or without "and".
func (s *scan) smallAhead(j int) bool {
	k := s.next(j)
	return s.smallAfter(j) || k >= 0 && s.word(k) == "and" && s.smallAfter(k)
}

// smallAfter reports whether a number word other than "a" follows "and".
func (s *scan) smallAfter(j int) bool {
	k := s.next(j)
	if k < 0 {
		return false
	}
	_, ok := s.small(k)
	return ok && s.word(k) != "a" && s.word(k) != "an"
}

// andAHalf returns the last token of "and a half" after token i, else 0.
func (s *scan) andAHalf(i int) int {
	j := s.next(i)
	if j < 0 || s.word(j) != "and" {
		return 0
	}
	if j = s.next(j); j >= 0 && s.word(j) == "a" {
		j = s.next(j)
	}
	if j >= 0 && s.word(j) == "half" {
		return j
	}
	return 0
}

func (s *scan) small(i int) (int64, bool) {
	arg, ok := s.tokens[i].arg("n")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseInt(arg, 10, 64)
	return v, err == nil
}

func (s *scan) times(i int) int64 {
	if arg, ok := s.tokens[i].arg("times"); ok && arg == "100" {
		return 100
	}
	return 1000
}

// currency notes a sign or word of money beside a number and reads 块7 as .70.
func (s *scan) currency(i int) {
	n := s.tokens[i].num
	if s.prevIs(i, "money") >= 0 && s.tokens[s.prev(i)].end == s.tokens[i].start || s.near(i, 1, "money") >= 0 {
		n.money = true
	}
	if j := i + 1; s.touches(i) && s.tokens[j].is("scale") {
		s.slangUnit(n, i, j)
	}
	j := s.nextIs(i, "money")
	if j < 0 {
		return
	}
	n.money = true
	k := j + 1
	if s.touches(j) && s.tokens[k].is("half") && s.word(k) == "半" && !n.fraction && (k+1 >= len(s.tokens) || !s.tokens[k+1].is("unit")) {
		n.cents += 50
		n.fraction = true
		return
	}
	if !s.touches(j) || s.tokens[k].num == nil || n.fraction {
		return
	}
	tail := s.tokens[k].num
	if v, ok := tail.whole(); ok && v < 10 && (k+1 >= len(s.tokens) || !s.tokens[k+1].is("unit", "parts", "weakparts", "counter", "money", "plan_of", "option_noun", "dayno")) {
		n.cents += int64(v) * 10
		n.fraction = true
		tail.used = true
		s.fen(n, k)
	}
}

// fen reads the last digit of 27块7毛1 and 3块2毛5分.
func (s *scan) fen(n *number, k int) {
	if k+2 >= len(s.tokens) || !s.tokens[k+1].is("dime") || s.tokens[k+2].num == nil {
		return
	}
	last := s.tokens[k+2].num
	if v, ok := last.whole(); ok && v < 10 && s.nextIs(k+2, "money", "parts", "weakparts") < 0 {
		n.cents += int64(v)
		last.used = true
	}
}

// slangUnit applies 嚿水 (hundred), 撇 (thousand) and 皮 (ten thousand) to the
// number before it.
func (s *scan) slangUnit(n *number, i, j int) {
	arg, _ := s.tokens[j].arg("scale")
	by, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || n.cents > maxCents/by {
		return
	}
	n.cents *= by
	n.money = true
	for k := range n.readings {
		n.readings[k] *= by
	}
	s.tokens[i].end = s.tokens[j].end
	s.tokens = slices.Delete(s.tokens, j, j+1)
}

// ranges reads "2-3" and "两到三" as a number with two readings.
func (s *scan) ranges(i int) {
	n := s.tokens[i].num
	j := s.next(i)
	if j < 0 || n.used || len(n.readings) > 0 {
		return
	}
	if s.inDate(i) {
		return
	}
	joined := s.tokens[j].is("to")
	k := j
	if joined {
		k = s.next(j)
	} else if !s.joinedByDash(i, j) && s.word(j) != "and" {
		return
	}
	if s.word(j) == "and" && s.near(i, 1, "between") >= 0 && s.word(s.prev(i)) == "between" {
		joined, k = true, s.next(j)
	}
	if k < 0 || s.tokens[k].num == nil || len(s.tokens[k].num.readings) > 0 {
		return
	}
	m := s.tokens[k].num
	w := s.word(j)
	if (w == "to" || w == "到") && s.changed(i) {
		n.used = true // "from 4 to 6 instalments" is 6
		return
	}
	if joined && w != "到" && w != "至" && w != "to" && w != "或" && w != "或者" && w != "or" && w != "and" && w != "-" && w != "~" || m.cents <= n.cents || m.cents > 5*n.cents {
		return
	}
	m.readings = []int64{n.cents, m.cents}
	n.used = true
}

// inDate reports whether number i is part of a date written with dashes.
func (s *scan) inDate(i int) bool {
	return i >= 2 && s.tokens[i-2].num != nil && s.word(i-1) == "-" && s.yearAt(i-2)
}

// changed reports whether number i is what a change starts from.
func (s *scan) changed(i int) bool {
	p := s.prev(i)
	if p < 0 {
		return false
	}
	if w := s.word(p); w != "from" && w != "从" && w != "由" {
		return false
	}
	return s.ctx.has(dialog.IntentChangePlan) || s.near(p, 5, "change") >= 0
}

func (s *scan) joinedByDash(i, j int) bool {
	for k := i + 1; k < j; k++ {
		if c := s.text.R[s.tokens[k].start]; c == '-' || c == '~' {
			return true
		}
	}
	return false
}

// vague marks a number that its writer left open: 一千出头, 200ish, about 300.
func (s *scan) vague(i int) {
	n := s.tokens[i].num
	if j := i + 1; j < len(s.tokens) && s.tokens[j].is("vague_after") && s.touches(i) {
		n.leaveOpen(s.tokens[j])
	}
	if j := s.nextIs(i, "money", "vague_after"); j >= 0 {
		switch s.word(j) {
		case "or so", "左右", "ish", "or something", "出头", "上下", "odd":
			n.leaveOpen(s.tokens[j])
		}
		if k := s.nextIs(j, "vague_after"); s.tokens[j].is("money") && k >= 0 && s.word(k) != "多" && s.word(k) != "几" {
			n.leaveOpen(s.tokens[k])
		}
	}
	if j := s.prev(i); j >= 0 {
		if s.tokens[j].is("money") && s.prevIs(j, "vague_before") >= 0 {
			j = s.prev(j)
		}
		if s.tokens[j].is("vague_before") && (s.tokens[j].end-s.tokens[j].start > 1 || s.tokens[j].end == s.tokens[i].start) {
			n.leaveOpen(s.tokens[j])
		}
	}
}

// leaveOpen notes a word that makes a number vague; "about" and 左右 less so
// than 出头.
func (n *number) leaveOpen(t token) {
	n.approx = t.is("approx") && (n.approx || !n.vague)
	n.vague = true
}

// value reports an amount-like entity of a number, asked back when open.
func (s *scan) value(k dialog.EntityKind, i, j int, suffix string) {
	n := s.tokens[i].num
	n.used = true
	if n.cents == 0 && k == dialog.EntityAmount || n.vague && (!n.approx || k == dialog.EntityAmount && s.ctx.Asked != "amount") {
		return
	}
	if len(n.readings) > 1 {
		var all []string
		for _, r := range n.readings {
			all = append(all, decimal(r)+suffix)
		}
		s.add(k, "", min(i, j), max(i, j), all...)
		return
	}
	s.add(k, decimal(n.cents)+suffix, min(i, j), max(i, j))
}
