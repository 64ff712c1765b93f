package slots

import (
	"strconv"
	"time"

	"warmline/dialog"
)

const isoDay, isoMonth = "2006-01-02", "2006-01"

// dates reads every date, relative ones against today in the borrower's zone.
func (s *scan) dates() {
	defer func() { s.at = -1 }()
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if s.dated(i) {
			continue
		}
		s.at = i
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

// today is the borrower's day. Days are counted in UTC: in some zones a day
// begins at one o'clock when clocks change.
func (s *scan) today() time.Time {
	n := s.ctx.Now
	return time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, time.UTC)
}

func (s *scan) day(d time.Time, i, j int) {
	s.use(i, j)
	s.add(dialog.EntityDate, d.Format(isoDay), i, j)
	if k := s.near(i, 3, "due_word"); k >= 0 && !s.past() && !s.datedBefore(k) || s.ahead(j, 2, "due_word") >= 0 && !s.past() {
		s.add(dialog.EntityPayday, d.Format(isoDay), i, j)
	}
}

// datedBefore reports whether the word at token k belongs to a date before it:
// of 1号发工资 2号还 the first is the payday.
func (s *scan) datedBefore(k int) bool {
	p := s.prev(k)
	return p >= 0 && s.dated(p)
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
		if p := s.prev(i); n == 0 && p >= 0 && s.past() && (s.word(p) == "到" || s.word(p) == "至") {
			return true // 到今天还催: since the day that counts
		}
		s.shifted(today.AddDate(0, 0, n), i, i)
	case "weekday", "short_weekday":
		return s.weekday(i, n, k.name == "short_weekday")
	case "lastmonth", "nextmonth", "nextnextmonth", "thismonth":
		return s.relativeMonth(i, map[string]int{"lastmonth": -1, "thismonth": 0, "nextmonth": 1, "nextnextmonth": 2}[k.name])
	case "workday":
		return s.nthWeekday(i, 0)
	case "month_end":
		return s.monthEndWord(i)
	case "year_start":
		s.month(date(today.Year()+1, 1, 1, today), i, i)
		return true
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
	case "lastyear", "nextyear", "thisyear":
		return s.yearMonth(i, map[string]int{"lastyear": -1, "thisyear": 0, "nextyear": 1}[k.name])
	case "dur":
		return s.january(i) && s.namedMonthNumber(i, 1, 0) || s.fixedAfter(i, n)
	default:
		return s.holiday(i, k.name)
	}
	return true
}

// weekday reads 周五, 下周三, "next friday", "last tuesday", "wed".
func (s *scan) weekday(i, n int, short bool) bool {
	p := s.prev(i)
	if p >= 0 && s.tokens[p].is("each", "every") || s.besideDate(i) || s.nthWeekday(i, n) || s.weekdayOn(i, n) {
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
		s.thisWeek(p, i, n)
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
		switch s.lastWord(p) {
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
		s.thisWeek(i, j, n)
	}
	return true
}

// thisWeek is a weekday of this week; when that has gone by, 这周五 is the
// coming one, unless the text tells of the past.
func (s *scan) thisWeek(i, j, n int) {
	d := inWeek(s.today(), 0, n)
	if d.Before(s.today()) && !s.past() {
		d = weekdayAfter(s.today(), n)
	}
	s.day(d, i, j)
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
	if !isDigit(s.text.R[s.tokens[i].start]) && n < 8 && !s.ofMonth(i) || n < 1 || s.nextIs(i, "option_noun", "parts") >= 0 || !s.dayOrdinal(i) {
		return false
	}
	if s.ahead(i, 3, "month", "nextmonth", "nextnextmonth") >= 0 || s.prevIs(i, "month", "nextmonth", "each", "every") >= 0 {
		return false
	}
	s.day(s.nextDay(n), i, i)
	return true
}

// ofMonth reports whether "of the month" or "of december" follows token i.
func (s *scan) ofMonth(i int) bool {
	of := s.next(i)
	if of < 0 || s.word(of) != "of" {
		return false
	}
	_, _, _, ok := s.monthAfter(of)
	return ok
}

// dayOrdinal reports whether "the 3rd" is a day rather than the third option:
// by the word before it, or since a day was asked for.
func (s *scan) dayOrdinal(i int) bool {
	if k := s.next(i); s.ctx.Asked == "date" || k >= 0 && s.word(k) == "of" {
		return true
	}
	p := s.prev(i)
	if p < 0 {
		return false
	}
	switch s.lastWord(p) {
	case "on", "by", "til", "until", "till", "before", "since":
		return true
	case "the":
		if q := s.prev(p); q >= 0 {
			switch s.lastWord(q) {
			case "on", "by", "til", "until", "till", "before", "after", "since", "payday", "from", "to":
				return true
			}
		}
		return !s.ctx.has(dialog.IntentChooseOption) && len(s.ctx.Options) == 0
	}
	return false
}
