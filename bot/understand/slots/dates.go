package slots

import (
	"strconv"
	"time"

	"warmline/dialog"
)

const isoDay, isoMonth = "2006-01-02", "2006-01"

// dates reads every date, relative ones against today in the borrower's zone.
func (s *scan) dates() {
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.num != nil {
			if !t.num.used {
				s.numericDate(i)
			}
			continue
		}
		for _, k := range t.kinds {
			if s.wordDate(i, k) {
				break
			}
		}
	}
}

func (s *scan) today() time.Time {
	n := s.ctx.Now
	return date(n.Year(), int(n.Month()), n.Day(), n)
}

// past reports whether the text tells of what has been, so that a bare day is
// the last such one.
func (s *scan) past() bool {
	return s.ctx.has(dialog.IntentAlreadyPaid, dialog.IntentDisputeAmount, dialog.IntentExplainBroken, dialog.IntentNotMineFraud, dialog.IntentTechFailure) &&
		!s.ctx.has(dialog.IntentPromiseToPay, dialog.IntentAskDeferral)
}

func (s *scan) day(d time.Time, i, j int) {
	s.use(i, j)
	s.add(dialog.EntityDate, d.Format(isoDay), i, j)
	if k := s.near(i, 3, "due_word"); k >= 0 && !s.past() || s.ahead(j, 2, "due_word") >= 0 && !s.past() {
		s.add(dialog.EntityPayday, d.Format(isoDay), i, j)
	}
}

func (s *scan) month(d time.Time, i, j int) {
	s.use(i, j)
	s.add(dialog.EntityDate, d.Format(isoMonth), i, j)
}

func (s *scan) either(a, b time.Time, i, j int) {
	s.use(i, j)
	s.add(dialog.EntityDate, "", i, j, a.Format(isoDay), b.Format(isoDay))
}

// use marks the numbers of tokens i to j as read.
func (s *scan) use(i, j int) {
	for k := i; k <= j; k++ {
		if s.tokens[k].num != nil {
			s.tokens[k].num.used = true
		}
	}
}

// wordDate reads a date that begins with a word.
func (s *scan) wordDate(i int, k kind) bool {
	today := s.today()
	n, _ := strconv.Atoi(k.arg)
	switch k.name {
	case "day":
		s.day(today.AddDate(0, 0, n), i, i)
	case "weekday", "short_weekday":
		return s.weekday(i, n, k.name == "short_weekday")
	case "nextmonth", "nextnextmonth", "thismonth":
		return s.relativeMonth(i, map[string]int{"thismonth": 0, "nextmonth": 1, "nextnextmonth": 2}[k.name])
	case "month_end":
		return s.monthEndWord(i)
	case "month_start":
		if w := s.word(i); w == "月初" || len(w) > 9 && w != "beginning of" {
			s.month(today.AddDate(0, 1, 1-today.Day()), i, i)
			return true
		}
		return false
	case "month_mid":
		if w := s.word(i); w == "月中" || w == "mid-month" || w == "mid month" || w == "middle of the month" {
			s.day(s.nextDay(15), i, i)
			return true
		}
		return false
	case "ordinal":
		return s.ordinalDay(i, n)
	case "month":
		return s.namedMonth(i, n, today.Year(), false)
	case "thisweek", "nextweek", "nextnextweek", "lastweek":
		return s.dayOfWeek(i)
	case "nextyear", "thisyear":
		return s.yearMonth(i, k.name == "nextyear")
	default:
		return s.holiday(i, k.name)
	}
	return true
}

// weekday reads 周五, 下周三, "next friday", "last tuesday", "wed".
func (s *scan) weekday(i, n int, short bool) bool {
	p := s.prev(i)
	if p >= 0 && s.tokens[p].is("each", "every") {
		return true
	}
	today := s.today()
	switch {
	case p < 0 || p >= 0 && s.tokens[p].end < s.tokens[i].start-1:
		if short && !s.plainShort(i) {
			return false
		}
		s.bareWeekday(i, n)
	case s.tokens[p].is("nextnext", "nextnextweek"):
		s.weekOf(i, p, 2, n)
	case s.tokens[p].is("next", "nextweek"):
		if pp := s.prev(p); pp >= 0 && s.tokens[pp].is("next") && s.tokens[p].start == s.tokens[pp].end {
			s.weekOf(i, pp, 2, n)
			return true
		}
		s.nextWeekday(i, p, n)
	case s.tokens[p].is("this", "thisweek"):
		d := inWeek(today, 0, n)
		if d.Before(today) && !s.past() {
			d = weekdayAfter(today, n)
		}
		s.day(d, p, i)
	case s.tokens[p].is("last", "lastweek"):
		if w := s.word(p); w == "last" || w == "past" {
			s.day(weekdayAfter(today.AddDate(0, 0, -8), n), p, i)
			return true
		}
		s.day(inWeek(today, -1, n), p, i)
	default:
		if short && !s.plainShort(i) {
			return false
		}
		s.bareWeekday(i, n)
	}
	return true
}

// plainShort reports whether "sat", "sun", "wed" mean the day: they are other
// words too.
func (s *scan) plainShort(i int) bool {
	p := s.prev(i)
	if p < 0 {
		return s.next(i) < 0 || s.word(i) == "fri" || s.word(i) == "tue" || s.word(i) == "thu"
	}
	switch s.word(i) {
	case "sat", "sun", "mon":
		switch s.word(p) {
		case "on", "by", "this", "next", "til", "till", "until", "before", "from", "come", "pay", "paid", "every", "or", "u":
			return true
		}
		return false
	}
	return true
}

// dayOfWeek reads 下周三, which is cut as 下周 and 三.
func (s *scan) dayOfWeek(i int) bool {
	if !s.touches(i) {
		return false
	}
	j, n := i+1, 0
	if num := s.tokens[j].num; num != nil && num.digits <= 1 {
		n, _ = num.whole()
	} else if w := s.word(j); w == "日" || w == "天" {
		n = 7
	}
	if n < 1 || n > 7 {
		return false
	}
	switch {
	case s.tokens[i].is("nextweek"):
		s.weekOf(j, i, 1, n)
	case s.tokens[i].is("nextnextweek"):
		s.weekOf(j, i, 2, n)
	case s.tokens[i].is("lastweek"):
		s.day(inWeek(s.today(), -1, n), i, j)
	default:
		s.day(inWeek(s.today(), 0, n), i, j)
	}
	return true
}

func (s *scan) bareWeekday(i, n int) {
	today := s.today()
	if s.past() {
		d := weekdayAfter(today.AddDate(0, 0, -8), n)
		s.day(d, i, i)
		return
	}
	s.day(weekdayAfter(today, n), i, i)
}

// weekOf is a weekday of a later week. Said on a Sunday it is open whether the
// week that begins tomorrow is already the next one.
func (s *scan) weekOf(i, p, weeks, n int) {
	today := s.today()
	d := inWeek(today, weeks, n)
	if isoWeekday(today) == 7 && n != 7 {
		s.either(d, d.AddDate(0, 0, 7), p, i)
		return
	}
	s.day(d, p, i)
}

// nextWeekday reads 下周三 and "next friday". In English the latter is open when
// this week still has that day, and on the day itself.
func (s *scan) nextWeekday(i, p, n int) {
	today := s.today()
	w := s.word(p)
	if w != "next" && w != "nxt" {
		s.weekOf(i, p, 1, n)
		return
	}
	coming := weekdayAfter(today, n)
	following := inWeek(today, 1, n)
	if isoWeekday(today) == n {
		s.either(coming, coming.AddDate(0, 0, 7), p, i)
		return
	}
	if !coming.Equal(following) {
		s.either(coming, following, p, i)
		return
	}
	s.day(coming, p, i)
}

// ordinalDay reads "the 1st" as a day, where it is not the first of some options.
func (s *scan) ordinalDay(i, n int) bool {
	if !isDigit(s.text.R[s.tokens[i].start]) || n < 1 || s.ctx.has(dialog.IntentChooseOption) || s.nextIs(i, "option_noun", "parts") >= 0 {
		return false
	}
	if s.ahead(i, 3, "month", "nextmonth", "nextnextmonth") >= 0 || s.prevIs(i, "month", "nextmonth", "each", "every") >= 0 {
		return false
	}
	if p := s.prev(i); p < 0 || s.word(p) != "the" && s.word(p) != "on" && s.word(p) != "by" && s.word(p) != "til" && s.word(p) != "until" && s.word(p) != "till" {
		return false
	}
	s.day(s.nextDay(n), i, i)
	return true
}

// relativeMonth reads 下个月, 下月5号, 下月底, "7th next month", "end of next month".
func (s *scan) relativeMonth(i, n int) bool {
	today := s.today()
	j := s.next(i)
	if j >= 0 && s.tokens[j].is("month_end") && len(s.word(j)) <= 6 && s.touches(i) {
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
		}
	}
	for j, reach := s.prev(i), 0; j >= 0 && reach < 4; j, reach = s.prev(j), reach+1 {
		if n := s.tokens[j].num; n != nil {
			v, whole := n.whole()
			if whole && v >= 1 && v <= 31 && s.nextIs(j, "nth", "dayno") >= 0 {
				return v, j, i, true
			}
			return 0, 0, 0, false
		}
		if v, isOrdinal := s.tokens[j].arg("ordinal"); isOrdinal {
			if n, err := strconv.Atoi(v); err == nil && n > 0 {
				return n, j, i, true
			}
		}
	}
	return 0, 0, 0, false
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
	if w == "底" || w == "末" || w == "end of" {
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
		if !fixed && m == int(today.Month()) && on.Before(today) && !s.past() {
			on = date(year+1, m, d, today)
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
	if !fixed && s.past() {
		return true
	}
	s.month(date(year, m, 1, today), i, i)
	return true
}

func (s *scan) monthContext(i int) bool {
	p := s.prev(i)
	if p < 0 {
		return false
	}
	if s.tokens[p].num != nil || s.tokens[p].is("nth", "next", "month_end", "month_start", "ordinal", "month_mid") {
		return true
	}
	switch s.word(p) {
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
		if w := s.word(j); w != "of" && !s.tokens[j].is("nth") {
			break
		}
	}
	return 0, 0, 0, false
}

// yearMonth reads 明年三月, 今年年底, "january next year".
func (s *scan) yearMonth(i int, next bool) bool {
	year := s.today().Year()
	if next {
		year++
	}
	if j := s.next(i); j >= 0 {
		if m, ok := s.monthNumber(j); ok {
			return s.namedMonthNumber(j, m, year)
		}
		if s.tokens[j].is("month_start", "month_mid") {
			return false
		}
	}
	return false
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
	if j := s.next(i); ok && v >= 1 && v <= 12 && j >= 0 && s.touches(i) && (s.word(j) == "月" || s.word(j) == "月底" || s.word(j) == "月初" || s.word(j) == "月中") {
		return v, true
	}
	return 0, false
}
