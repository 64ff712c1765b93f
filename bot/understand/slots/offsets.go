package slots

import (
	"time"
)

// shifted reports a day, moved by what stands before or behind it: "a week on
// monday", "monday week", "two weeks from friday".
func (s *scan) shifted(d time.Time, i, j int) {
	if k := s.nextIs(j, "unit"); k >= 0 && s.word(k) == "week" && s.nextIs(k, "unit") < 0 {
		s.day(d.AddDate(0, 0, 7), i, k)
		return
	}
	p := s.prev(i)
	if p >= 0 && s.lastWord(p) != "on" && s.lastWord(p) != "from" && s.word(p) != "after" {
		p = i // "two weeks today"
	}
	days, from := 0, 0
	if p >= 0 && !s.past() && s.text.R[s.tokens[i].start] < 0x3400 {
		days, from = s.lengthBefore(p)
	}
	if days == 0 || s.near(from, 2, "lasted") >= 0 {
		s.day(d, i, j)
		return
	}
	s.day(d.AddDate(0, 0, days), from, j)
}

// lengthBefore returns a whole length of time that ends right before token i,
// in days, and where it begins: "a week", "two weeks".
func (s *scan) lengthBefore(i int) (days, from int) {
	p := s.prev(i)
	if p < 0 {
		return 0, 0
	}
	if arg, ok := s.tokens[p].arg("dur"); ok {
		return atoi(arg), p
	}
	unit, ok := s.tokens[p].arg("unit")
	if !ok {
		return 0, 0
	}
	q := s.prev(p)
	if q < 0 || s.tokens[q].num == nil || unit == "month" {
		return 0, 0
	}
	v, whole := s.tokens[q].num.whole()
	if !whole || v > 60 {
		return 0, 0
	}
	return v * int(daysOf(unit)), q
}

// weekdayOn reads weekdays that are counted from another one: "monday week",
// "a week on monday", "the friday after next".
func (s *scan) weekdayOn(i, n int) bool {
	today := s.today()
	coming := weekdayAfter(today, n)
	if k := s.nextIs(i, "after_next"); k >= 0 {
		a, b := coming.AddDate(0, 0, 7), inWeek(today, 2, n)
		if a.Equal(b) {
			s.day(a, i, k)
		} else {
			s.either(a, b, i, k)
		}
		return true
	}
	if k := s.next(i); k >= 0 && s.word(k) == "week" {
		s.day(coming.AddDate(0, 0, 7), i, k)
		return true
	}
	p := s.prev(i)
	if p < 0 || s.lastWord(p) != "on" && s.lastWord(p) != "from" {
		return false
	}
	days, from := s.lengthBefore(p)
	if days == 0 {
		return false
	}
	s.day(coming.AddDate(0, 0, days), from, i)
	return true
}

// fixedAfter reads 一个月后, "a week from now", "in a month", 一周之内 as the
// day that they lead to.
func (s *scan) fixedAfter(i, days int) bool {
	k, ok := s.fromToday(i, i)
	if a := s.next(i); a >= 0 && (s.word(a) == "ago" || s.word(a) == "前" && s.past()) {
		k, ok, days = a, true, -days
	}
	if !ok || days == 0 {
		return false
	}
	d := s.today().AddDate(0, 0, days)
	switch days {
	case 30:
		d = s.today().AddDate(0, 1, 0)
	case 180:
		d = s.today().AddDate(0, 6, 0)
	case 365:
		d = s.today().AddDate(1, 0, 0)
	}
	s.day(d, i, k)
	return true
}

// fromToday reports whether a length of time in tokens i to j is counted from
// today, and the last token that says so.
func (s *scan) fromToday(i, j int) (last int, ok bool) {
	if k := s.nextIs(j, "later_by", "within_after"); k >= 0 && (s.word(k) != "time" || s.near(i, 3, "more_time") < 0) {
		return k, true
	}
	p := s.prev(i)
	if p >= 0 && s.tokens[p].is("vague_before") {
		p = s.prev(p)
	}
	if p < 0 || !s.tokens[p].is("in") || s.splitTalk(p, j) {
		return 0, false
	}
	if w := s.word(i); s.word(p) == "过" && (w == "两" || w == "俩") {
		return 0, false // 过两天: some day soon
	}
	return j, true
}

// splitTalk reports whether "in" at token p belongs to paying in parts: "split
// it in 3 months", "pay it off in six months".
func (s *scan) splitTalk(p, j int) bool {
	switch s.word(p) {
	case "过", "再过":
		return false
	}
	if s.near(p, 4, "split") >= 0 {
		return true
	}
	dur, _ := s.tokens[j].arg("dur")
	unit, _ := s.tokens[j].arg("unit")
	return (atoi(dur) >= 180 || unit == "month" || unit == "year") && s.parting()
}

// nthWeekday reads "the last friday of the month" and "first monday of
// december"; n is the weekday, 0 for a working day.
func (s *scan) nthWeekday(i, n int) bool {
	p, of := s.prev(i), s.next(i)
	if p < 0 || of < 0 || s.word(of) != "of" && s.word(of) != "in" {
		return false
	}
	arg, isOrdinal := s.tokens[p].arg("ordinal")
	m, year, last, ok := s.monthAfter(of)
	if !isOrdinal || !ok {
		return false
	}
	days := weekdaysOf(date(year, m, 1, s.today()), n)
	at := atoi(arg) - 1
	if at < 0 {
		at += len(days) + 1
	}
	if at < 0 || at >= len(days) {
		return false
	}
	s.day(days[at], p, last)
	return true
}

// weekdaysOf lists the days of a month that fall on a weekday, or for 0 on any
// from Monday to Friday.
func weekdaysOf(first time.Time, weekday int) []time.Time {
	var out []time.Time
	for d := first; d.Month() == first.Month(); d = d.AddDate(0, 0, 1) {
		if w := isoWeekday(d); w == weekday || weekday == 0 && w < 6 {
			out = append(out, d)
		}
	}
	return out
}

// monthAfter reads the month that follows "of": the month, this or next month,
// or a named one.
func (s *scan) monthAfter(of int) (month, year, last int, ok bool) {
	today := s.today()
	j := s.next(of)
	if j >= 0 && (s.word(j) == "the" || s.word(j) == "this") {
		j = s.next(j)
	}
	if j < 0 {
		return 0, 0, 0, false
	}
	if arg, named := s.tokens[j].arg("month"); named {
		m := atoi(arg)
		return m, s.yearFor(m), j, true
	}
	switch {
	case s.tokens[j].is("nextmonth"):
		next := date(today.Year(), int(today.Month())+1, 1, today)
		return int(next.Month()), next.Year(), j, true
	case s.tokens[j].is("thismonth"), s.word(j) == "month":
		return int(today.Month()), today.Year(), j, true
	}
	return 0, 0, 0, false
}

// besideDate reports whether the weekday at token i only repeats a full date
// beside it: "monday 30 november", 11月30号周一.
func (s *scan) besideDate(i int) bool {
	for p := i - 1; p >= 0 && p >= i-3; p-- {
		if s.tokens[p].mark {
			continue
		}
		if s.dated(p) && !s.tokens[p].is("weekday", "short_weekday", "day") {
			return true
		}
		break
	}
	for k := i + 1; k < len(s.tokens) && k <= i+4; k++ {
		t := &s.tokens[k]
		if t.mark || s.word(k) == "the" {
			continue
		}
		if t.num == nil {
			return t.is("month") && s.dayAfterName(k) || t.is("ordinal") && isDigit(s.text.R[t.start])
		}
		after := s.next(k)
		return after >= 0 && s.tokens[after].is("nth", "month", "dayno") || s.numberIsMonth(k)
	}
	return false
}

// dayAfterName reports whether a day follows the month's name.
func (s *scan) dayAfterName(k int) bool {
	j := s.next(k)
	return j >= 0 && (s.tokens[j].num != nil || s.tokens[j].is("ordinal"))
}

func (s *scan) numberIsMonth(k int) bool {
	_, ok := s.monthNumber(k)
	return ok
}
