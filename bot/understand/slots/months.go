package slots

import (
	"strconv"
	"strings"
	"time"

	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// relativeMonth reads 下个月, 下月5号, 下月底, "7th next month", "end of next month".
func (s *scan) relativeMonth(i, n int) bool {
	today := s.today()
	j := s.next(i)
	if j >= 0 && s.tokens[j].is("month_end") && fold.Han(s.text.R[s.tokens[j].start]) && s.touches(i) {
		s.day(monthEnd(today, n), i, j)
		return true
	}
	if k := s.near(i, 1, "month_end"); k >= 0 {
		s.day(monthEnd(today, n), k, i)
		return true
	}
	if j >= 0 && s.tokens[j].is("month_mid") {
		if d, ok := dayIn(today, n, 15); ok {
			s.day(d, i, j)
			return true
		}
	}
	if d, from, to, ok := s.dayNear(i); ok {
		if on, exists := dayIn(today, n, d); exists {
			s.day(on, from, to)
			return true
		}
	}
	if n > 0 && !s.past() {
		s.month(today.AddDate(0, n, 1-today.Day()), i, i)
	}
	return true
}

// dayNear finds a day number beside a month word: 下月5号, "the 7th of next month".
func (s *scan) dayNear(i int) (day, from, to int, ok bool) {
	if j := s.next(i); j >= 0 && s.tokens[j].num != nil {
		if v, whole := s.tokens[j].num.whole(); whole && v >= 1 && v <= 31 {
			if k := s.nextIs(j, "dayno", "nth"); k >= 0 {
				return v, i, k, true
			}
			if s.touches(i) && s.plainDay(j) {
				return v, i, j, true // 下月15
			}
		}
	} else if j >= 0 && isDigit(s.text.R[s.tokens[j].start]) {
		if arg, isOrdinal := s.tokens[j].arg("ordinal"); isOrdinal {
			return atoi(arg), i, j, true // next month 5th
		}
	}
	if v, from, to, ok := s.dayAfterMonth(i); ok {
		return v, from, to, true
	}
	for j, reach := s.prev(i), 0; j >= 0 && reach < 4; j, reach = s.prev(j), reach+1 {
		if n := s.tokens[j].num; n != nil {
			v, whole := n.whole()
			if whole && v >= 1 && v <= 31 && s.nextIs(j, "nth", "dayno") >= 0 {
				return v, j, i, true
			}
			return 0, 0, 0, false
		}
		if v, isOrdinal := s.tokens[j].arg("ordinal"); isOrdinal && (isDigit(s.text.R[s.tokens[j].start]) || s.word(s.next(j)) == "of") {
			if n, err := strconv.Atoi(v); err == nil && n > 0 {
				return n, j, i, true
			}
		}
	}
	return 0, 0, 0, false
}

// dayAfterMonth reads "last month on the 28th".
func (s *scan) dayAfterMonth(i int) (day, from, to int, ok bool) {
	j := s.next(i)
	if j >= 0 && s.word(j) == "on" {
		j = s.next(j)
	}
	if j >= 0 && s.word(j) == "the" {
		j = s.next(j)
	}
	if j < 0 || j == s.next(i) {
		return 0, 0, 0, false
	}
	if arg, isOrdinal := s.tokens[j].arg("ordinal"); isOrdinal && atoi(arg) > 0 {
		return atoi(arg), i, j, true
	}
	if n := s.tokens[j].num; n != nil {
		if v, whole := n.whole(); whole && v >= 1 && v <= 31 && s.nextIs(j, "nth") >= 0 {
			return v, i, s.next(j), true
		}
	}
	return 0, 0, 0, false
}

// plainDay reports whether nothing makes number i anything but a day.
func (s *scan) plainDay(i int) bool {
	k := s.next(i)
	return k < 0 || s.tokens[k].num == nil && !s.tokens[k].is("unit", "parts", "weakparts", "money", "counter", "plan_of", "vague_after")
}

// nextDay returns the next day of a month with a number, or the last such one
// where the text tells of what has been.
func (s *scan) nextDay(day int) time.Time {
	today := s.today()
	step, n := 1, 0
	if s.past() {
		step = -1
	}
	for range 14 {
		d, ok := dayIn(today, n, day)
		if ok && (step > 0 && !d.Before(today) || step < 0 && !d.After(today)) {
			return d
		}
		n += step
	}
	return today
}

// monthEndWord reads 月底, "end of the month", "end of january".
func (s *scan) monthEndWord(i int) bool {
	w := s.word(i)
	if w == "底" || w == "末" || w == "尾" || strings.HasPrefix(w, "最后") || strings.HasSuffix(w, " of") {
		return false
	}
	if p := s.prev(i); p >= 0 && s.tokens[p].is("next") && s.touches(p) {
		s.day(monthEnd(s.today(), 1), p, i)
		return true
	}
	n := 0
	if s.past() {
		n = -1
	}
	s.day(monthEnd(s.today(), n), i, i)
	return true
}

// namedMonth reads "in february", "1 december", "dec 1st", 明年三月 (next).
func (s *scan) namedMonth(i, m, year int, fixed bool) bool {
	if w := s.word(i); !fixed && (w == "may" || w == "march" || w == "mar") && !s.monthContext(i) {
		return false
	}
	today := s.today()
	if !fixed {
		year = s.yearFor(m)
	}
	if d, from, to, ok := s.dayBeside(i); ok {
		on := date(year, m, d, today)
		if !fixed {
			on, _ = s.monthDay(m, d)
		}
		if on.Day() == d {
			s.day(on, from, to)
			return true
		}
	}
	if k := s.near(i, 1, "month_end"); k >= 0 {
		s.day(date(year, m+1, 0, today), k, i)
		return true
	}
	if k := s.next(i); k >= 0 && s.word(k) == "end" { // "december end"
		s.day(date(year, m+1, 0, today), i, k)
		return true
	}
	if k := s.middle(i); k >= 0 {
		s.day(date(year, m, 15, today), min(i, k), max(i, k))
		return true
	}
	if !fixed && (s.past() || s.gone(m)) {
		return true
	}
	s.month(date(year, m, 1, today), i, i)
	return true
}

// middle returns the token beside a month that means its middle, else -1:
// "mid january", 一月中.
func (s *scan) middle(i int) int {
	if k := s.prev(i); k >= 0 {
		if w := s.word(k); w == "-" && k > 0 {
			k = s.prev(k)
		}
		if k >= 0 && s.tokens[k].is("month_mid") {
			return k
		}
	}
	if k := s.next(i); k >= 0 && (s.tokens[k].is("month_mid") || s.word(k) == "中") && s.touches(i) {
		return k
	}
	return -1
}

// gone reports whether a month without a day is one of the last six, in a text
// that asks or promises nothing: "she had a stroke in october".
func (s *scan) gone(m int) bool {
	ago := int(s.today().Month()) - m
	return ago > 0 && ago <= 6 && !s.inClause("future_mark") &&
		!s.ctx.has(dialog.IntentPromiseToPay, dialog.IntentAskDeferral, dialog.IntentProposeTerms, dialog.IntentChangePlan, dialog.IntentAskOptions)
}

func (s *scan) monthContext(i int) bool {
	if j := s.next(i); j >= 0 && s.tokens[j].num != nil && s.plainDay(j) {
		if v, ok := s.tokens[j].num.whole(); ok && v >= 1 && v <= 31 && !s.tokens[j].num.money {
			return true
		}
	}
	p := s.prev(i)
	if p < 0 {
		return false
	}
	if s.tokens[p].num != nil || s.tokens[p].is("nth", "next", "month_end", "month_start", "ordinal", "month_mid") {
		return true
	}
	switch s.lastWord(p) {
	case "in", "until", "till", "til", "to", "by", "from", "of", "before", "after", "since", "for", "early", "late":
		return true
	}
	return false
}

// yearFor returns the year that a month without one belongs to: the coming
// one, or the last one where the text tells of what has been.
func (s *scan) yearFor(m int) int {
	today := s.today()
	switch {
	case s.past() && m > int(today.Month()):
		return today.Year() - 1
	case !s.past() && m < int(today.Month()):
		return today.Year() + 1
	}
	return today.Year()
}

// dayBeside finds the day of a named month: "1 december", "1st of december",
// "december 1".
func (s *scan) dayBeside(i int) (day, from, to int, ok bool) {
	if j := s.next(i); j >= 0 {
		if n := s.tokens[j].num; n != nil && !n.money {
			if v, whole := n.whole(); whole && v >= 1 && v <= 31 {
				if k := s.nextIs(j, "nth", "dayno"); k >= 0 {
					return v, i, k, true
				}
				return v, i, j, true
			}
		}
		if v, isOrdinal := s.tokens[j].arg("ordinal"); isOrdinal {
			if n, err := strconv.Atoi(v); err == nil && n > 0 {
				return n, i, j, true
			}
		}
	}
	for j, reach := s.prev(i), 0; j >= 0 && reach < 3; j, reach = s.prev(j), reach+1 {
		if n := s.tokens[j].num; n != nil {
			if v, whole := n.whole(); whole && v >= 1 && v <= 31 && !n.money {
				return v, j, i, true
			}
			break
		}
		if v, isOrdinal := s.tokens[j].arg("ordinal"); isOrdinal {
			if n, err := strconv.Atoi(v); err == nil && n > 0 {
				return n, j, i, true
			}
		}
		if w := s.word(j); w != "of" && w != "-" && !s.tokens[j].is("nth") {
			break
		}
	}
	return 0, 0, 0, false
}

// yearMonth reads 明年三月, 今年年底, "january next year".
func (s *scan) yearMonth(i, ahead int) bool {
	year := s.today().Year() + ahead
	if j := s.next(i); j >= 0 {
		if m, ok := s.monthNumber(j); ok {
			return s.namedMonthNumber(j, m, year)
		}
		if s.tokens[j].is("year_start") {
			s.month(date(year, 1, 1, s.today()), i, j)
			return true
		}
		if s.tokens[j].is("month_start", "month_mid") {
			return false
		}
	}
	return false
}

// january reports whether 一月 is the month rather than a length of time: by
// the word before it, or a day behind it.
func (s *scan) january(i int) bool {
	if s.word(i) != "一月" {
		return false
	}
	if p := s.prev(i); p >= 0 {
		switch s.word(p) {
		case "from", "until", "till", "til", "by", "in", "到", "推到", "等到", "拖到", "延到", "缓到", "从", "等", "于":
			return true
		}
	}
	j := s.next(i)
	if j < 0 || !s.touches(i) {
		return false
	}
	return s.tokens[j].is("month_end", "month_start") || s.word(j) == "份" || s.tokens[j].num != nil && s.nextIs(j, "dayno") >= 0
}

// monthNumber reads 三月 or 3月 at token i.
func (s *scan) monthNumber(i int) (int, bool) {
	if arg, ok := s.tokens[i].arg("month"); ok {
		n, err := strconv.Atoi(arg)
		return n, err == nil
	}
	if s.word(i) == "一月" {
		return 1, true
	}
	n := s.tokens[i].num
	if n == nil {
		return 0, false
	}
	v, ok := n.whole()
	if w := s.word(i); w == "俩" || w == "两" || w == "仨" {
		return 0, false
	}
	if j := s.next(i); ok && v >= 1 && v <= 12 && j >= 0 && s.touches(i) && monthPart(s.word(j)) {
		return v, true
	}
	return 0, false
}

// monthPart reports whether a word is the month after its number: 12月, 12月底.
func monthPart(w string) bool {
	switch w {
	case "月", "月底", "月末", "月尾", "月初", "月头", "月中":
		return true
	}
	return false
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
