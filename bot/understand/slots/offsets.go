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
	if p < 0 || s.word(p) != "on" && s.word(p) != "from" && s.word(p) != "after" {
		s.day(d, i, j)
		return
	}
	days, from := s.lengthBefore(p)
	if days == 0 {
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
	if p < 0 || s.word(p) != "on" && s.word(p) != "from" {
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
	if k := s.nextIs(j, "later_by", "within_after"); k >= 0 {
		return k, true
	}
	p := s.prev(i)
	if p < 0 || !s.tokens[p].is("in") || s.splitTalk(p) {
		return 0, false
	}
	if w := s.word(i); s.word(p) == "过" && (w == "两" || w == "俩") {
		return 0, false // 过两天: some day soon
	}
	return j, true
}

// splitTalk reports whether "in" at token p belongs to paying in parts: "split
// it in 3 months", "pay it off in six months".
func (s *scan) splitTalk(p int) bool {
	switch s.word(p) {
	case "过", "再过":
		return false
	}
	return s.near(p, 4, "split") >= 0 || s.parting()
}
