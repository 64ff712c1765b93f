package slots

import (
	"strconv"

	"warmline/dialog"
)

// numbers puts together what belongs to one number: English number words,
// 827块7, currency signs, ranges, and words that make it vague.
func (s *scan) numbers() {
	s.numberWords()
	for i := range s.tokens {
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
	total, last := int64(0), -1
	if n := s.tokens[i].num; n != nil { // "2 hundred", "2 thousand"
		j := s.nextIs(i, "times", "thousand")
		if j < 0 || n.vague || len(n.readings) > 0 {
			return nil, 0
		}
		n.cents *= s.times(j)
		return n, j
	}
	prev := int64(0)
	for j := i; j >= 0 && j < len(s.tokens); j = s.next(j) {
		v, ok := s.small(j)
		switch {
		case ok && (last < 0 || prev >= 100 || prev >= 20 && prev%10 == 0 && v < 10 || prev < 10 && v >= 20):
			if last >= 0 && prev < 10 && v >= 20 && v%10 == 0 {
				total *= 100 // "two fifty"
			}
			total, prev = total+v, v
		case last >= 0 && s.tokens[j].is("times", "thousand"):
			m := s.times(j)
			total, prev = total*m, m
		case last >= 0 && prev >= 100 && s.word(j) == "and":
			continue
		default:
			j = -1
		}
		if j < 0 {
			break
		}
		last = j
	}
	if last < 0 || total == 0 || total == 1 && s.nextIs(last, "unit") < 0 {
		return nil, 0 // "a" and "one" mostly count nothing
	}
	return &number{cents: total * 100, word: true}, last
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
	j := s.nextIs(i, "money")
	if j < 0 {
		return
	}
	n.money = true
	k := j + 1
	if !s.touches(j) || s.tokens[k].num == nil || n.fraction {
		return
	}
	tail := s.tokens[k].num
	if v, ok := tail.whole(); ok && v < 10 && (k+1 >= len(s.tokens) || s.tokens[k+1].mark || s.tokens[k+1].is("dime") || len(s.tokens[k+1].kinds) == 0) {
		n.cents += int64(v) * 10
		n.fraction = true
		tail.used = true
	}
}

// ranges reads "2-3" and "两到三" as a number with two readings.
func (s *scan) ranges(i int) {
	n := s.tokens[i].num
	j := s.next(i)
	if j < 0 || n.used || len(n.readings) > 0 {
		return
	}
	joined := s.tokens[j].is("to")
	k := j
	if joined {
		k = s.next(j)
	} else if !s.joinedByDash(i, j) {
		return
	}
	if k < 0 || s.tokens[k].num == nil || len(s.tokens[k].num.readings) > 0 {
		return
	}
	m := s.tokens[k].num
	w := s.word(j)
	if joined && w != "到" && w != "至" && w != "to" && w != "或" && w != "或者" && w != "or" && w != "-" && w != "~" || m.cents <= n.cents || m.cents > 5*n.cents {
		return
	}
	m.readings = []int64{n.cents, m.cents}
	n.used = true
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
		n.vague = true
	}
	if j := s.nextIs(i, "money", "vague_after"); j >= 0 {
		w := s.word(j)
		if w == "or so" || w == "左右" || w == "ish" || w == "or something" || w == "出头" || w == "上下" || w == "odd" {
			n.vague = true
		}
		if s.tokens[j].is("money") && s.nextIs(j, "vague_after") >= 0 && s.word(s.next(j)) != "多" && s.word(s.next(j)) != "几" {
			n.vague = true
		}
	}
	if j := s.prev(i); j >= 0 {
		if s.tokens[j].is("vague_before") || s.tokens[j].is("money") && s.prevIs(j, "vague_before") >= 0 {
			n.vague = true
		}
	}
}

// value reports an amount-like entity of a number, asked back when open.
func (s *scan) value(k dialog.EntityKind, i, j int, suffix string) {
	n := s.tokens[i].num
	n.used = true
	if n.vague {
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
