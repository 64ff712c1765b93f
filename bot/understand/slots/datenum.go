package slots

import (
	"time"

	"warmline/dialog"
)

// numericDate reads a date that begins with a number: 15号, 12月2日, 12/2,
// 2026-12-02, "15th", 三天后.
func (s *scan) numericDate(i int) {
	v, ok := s.tokens[i].num.whole()
	if !ok {
		s.pointedDate(i)
		return
	}
	if s.fullDate(i, v) || s.slashDate(i, v) {
		return
	}
	if m, isMonth := s.monthNumber(i); isMonth {
		s.namedMonthNumber(i, m, 0)
		return
	}
	if v > 12 && v <= 31 && s.upToDay(i) {
		s.day(s.nextDay(v), i, i)
		return
	}
	j := s.next(i)
	if j < 0 {
		return
	}
	switch {
	case s.tokens[j].is("dayno") && v >= 1 && v <= 31 && !s.countsDays(i, j):
		s.dayNumber(i, j, v)
	case s.tokens[j].is("nth") && s.touches(i) && v >= 1 && v <= 31:
		s.englishDay(i, j, v)
	case s.tokens[j].is("unit"):
		s.afterTime(i, j)
	}
}

// close reports whether a day lies within four months of today: what people
// name in figures when they talk of paying.
func (s *scan) close(day time.Time) bool {
	return day.Sub(s.today()).Abs() < 120*24*time.Hour
}

// plausible keeps a day of this year that went by a short while ago, rather
// than moving it on by a year: nobody promises to pay in eleven months.
func plausible(on, today time.Time) time.Time {
	if on.Before(today) && today.Sub(on) > 100*24*time.Hour {
		return on.AddDate(1, 0, 0)
	}
	return on
}

// namedMonthNumber reads 12月, 12月2日, 3月底, with the year when it is known.
func (s *scan) namedMonthNumber(i, m, year int) bool {
	given := year != 0
	if !given {
		year = s.yearFor(m)
	}
	today, j := s.today(), i
	if s.tokens[i].num != nil {
		j = s.next(i) // the 月 after the number
	}
	switch s.word(j) {
	case "月底", "月末", "月尾":
		s.day(date(year, m+1, 0, today), i, j)
		return true
	case "月初", "月头", "月中":
		s.month(date(year, m, 1, today), i, j)
		return true
	}
	k := s.next(j)
	if k >= 0 && s.touches(j) {
		if n := s.tokens[k].num; n != nil {
			if v, ok := n.whole(); ok && v >= 1 && v <= 31 {
				to := k
				if l := s.nextIs(k, "dayno"); l >= 0 {
					to = l
				}
				on := date(year, m, v, today)
				if !given {
					on, _ = s.monthDay(m, v)
				}
				s.day(on, i, to)
				return true
			}
		}
		if s.word(k) == "底" || s.word(k) == "末" {
			s.day(date(year, m+1, 0, today), i, k)
			return true
		}
	}
	if given || !s.past() && !s.gone(m) {
		s.month(date(year, m, 1, today), i, j)
	} else {
		s.use(i, j)
	}
	return true
}

// upToDay reports whether a bare number is a day by the word before it: "until
// 30", 拖到28.
func (s *scan) upToDay(i int) bool {
	n := s.tokens[i].num
	return !n.money && n.digits > 0 && s.prevIs(i, "up_to_day") >= 0 && s.plainDay(i) && s.nextIs(i, "each", "every", "dayno", "nth", "clock", "month") < 0 &&
		(i+1 >= len(s.tokens) || s.word(i+1) != "/" && s.word(i+1) != "-" && s.word(i+1) != ":")
}

// countsDays reports whether 日 counts days, as in Cantonese: 宽限十日, 三日内.
func (s *scan) countsDays(i, j int) bool {
	if s.word(j) != "日" {
		return false
	}
	if k := s.nextIs(j, "within_after", "later_by"); k >= 0 {
		n := s.tokens[i].num
		return s.tokens[k].is("within_after") && s.word(k) != "后" || n.digits == 0 || n.cents <= 700
	}
	p := s.prev(i)
	if p < 0 || !s.touches(p) {
		return false
	}
	switch w := s.word(p); w {
	case "到", "推到", "拖到", "延长到", "等":
		return false
	case "多", "再", "迟", "过", "缓", "宽":
		return true
	}
	return s.tokens[p].is("more_time")
}

// placeOnTable reports whether 二号 is the whole answer to options on the table.
func (s *scan) placeOnTable(i, j, v int) bool {
	return s.ctx.Asked != "date" && v <= len(s.ctx.Options) && s.requested(i, j)
}

// dayNumber reads 15号 as the coming one. 2号方案 and 3号选项 are choices.
func (s *scan) dayNumber(i, j, v int) {
	if p := s.prev(i); p >= 0 && s.word(p) == "选" && v <= 6 && s.ctx.has(dialog.IntentChooseOption) || s.placeOnTable(i, j, v) {
		return
	}
	if k := s.next(j); k >= 0 && s.touches(j) && s.tokens[k].is("option_noun", "ordinal_prefix") && s.word(k) != "要" && s.word(k) != "个" && s.word(k) != "选" {
		return
	}
	if p := s.prev(i); p >= 0 && s.tokens[p].is("every", "each") {
		s.use(i, j)
		return
	}
	if p := s.prev(i); p >= 0 && s.tokens[p].is("nextmonth", "nextnextmonth", "thismonth", "month", "nextyear") {
		return // read with the month
	}
	s.day(s.nextDay(v), i, j)
}

// englishDay reads "the 15th" unless a month beside it says more.
func (s *scan) englishDay(i, j, v int) {
	if s.ahead(j, 3, "month", "nextmonth", "nextnextmonth") >= 0 || s.prevIs(i, "month") >= 0 {
		return
	}
	if k := s.next(j); k >= 0 && s.tokens[k].is("option_noun") && s.tokens[k].is("ordinal_prefix", "option_noun") && s.word(k) != "deal" {
		return
	}
	if p := s.prev(i); p >= 0 && s.tokens[p].is("every", "each") {
		s.use(i, j)
		return
	}
	s.day(s.nextDay(v), i, j)
}

// fullDate reads 2026-12-02 and 2026年12月2日.
func (s *scan) fullDate(i, year int) bool {
	if year < 2020 || year > 2040 || i+4 >= len(s.tokens) {
		return false
	}
	sep := s.word(i + 1)
	if sep != "-" && sep != "/" && sep != "年" && sep != "." {
		return false
	}
	m, d := s.tokens[i+2].num, s.tokens[i+4].num
	if m == nil || d == nil {
		return false
	}
	mv, ok1 := m.whole()
	dv, ok2 := d.whole()
	on := date(year, mv, dv, s.today())
	if !ok1 || !ok2 || int(on.Month()) != mv || on.Day() != dv {
		return false
	}
	s.day(on, i, i+4)
	return true
}

// slashDate reads 12/2: open when both may be the month, unless the two agree.
func (s *scan) slashDate(i, a int) bool {
	if i+2 >= len(s.tokens) || s.tokens[i+2].num == nil || s.tokens[i].end != s.tokens[i+1].start {
		return false
	}
	sep := s.word(i + 1)
	b, ok := s.tokens[i+2].num.whole()
	if !ok || sep != "/" && sep != "-" || a < 1 || b < 1 || s.tokens[i].num.money || s.tokens[i+2].num.money || s.tokens[i+2].start != s.tokens[i+1].end {
		return false
	}
	if sep == "-" && (a > 12 || b <= 12 || b > 31 || s.nextIs(i+2, "unit", "parts", "weakparts", "counter", "money") >= 0) {
		return false
	}
	if k := s.nextIs(i+2, "unit", "parts", "weakparts"); k >= 0 || i > 1 && s.word(i-1) == "/" {
		return false
	}
	if s.yearLast(i, a, b) {
		return true
	}
	monthFirst, okA := s.monthDay(a, b)
	dayFirst, okB := s.monthDay(b, a)
	switch {
	case okA && okB && a != b && !(s.ctx.MonthFirst && s.close(monthFirst)):
		s.either(monthFirst, dayFirst, i, i+2)
	case okA:
		s.day(monthFirst, i, i+2)
	case okB:
		s.day(dayFirst, i, i+2)
	default:
		return false
	}
	return true
}

// yearLast reads 4/12/2026: open between the fourth of December and the
// twelfth of April unless only one of them exists.
func (s *scan) yearLast(i, a, b int) bool {
	if i+4 >= len(s.tokens) || s.tokens[i+4].num == nil || s.word(i+3) != "/" && s.word(i+3) != "-" || !s.yearAt(i+4) {
		return false
	}
	year, _ := s.tokens[i+4].num.whole()
	dayFirst, monthFirst := date(year, b, a, s.today()), date(year, a, b, s.today())
	okDay, okMonth := b <= 12 && dayFirst.Day() == a, a <= 12 && monthFirst.Day() == b
	switch {
	case okDay && okMonth && a != b:
		s.either(dayFirst, monthFirst, i, i+4)
	case okDay:
		s.day(dayFirst, i, i+4)
	case okMonth:
		s.day(monthFirst, i, i+4)
	}
	return okDay || okMonth
}

// pointedDate reads 12.5号 and 12.5还: a month and a day with a point.
func (s *scan) pointedDate(i int) {
	n := s.tokens[i].num
	if s.pointedYear(i) {
		return
	}
	if !n.fraction || n.money || n.digits == 0 || n.digits > 2 {
		return
	}
	to := i
	if j := s.nextIs(i, "dayno"); j >= 0 {
		to = j
	} else if !s.ctx.MonthFirst || !s.dayWords(i) {
		return
	}
	m, d := int(n.cents/100), s.afterPoint(i)
	if on, ok := s.monthDay(m, d); ok && (to > i || s.close(on)) {
		s.day(on, i, to)
	}
}

// afterPoint returns the digits behind the point of a number, as a number.
func (s *scan) afterPoint(i int) int {
	v := 0
	for _, c := range s.text.R[s.tokens[i].start+s.tokens[i].num.digits+1 : s.tokens[i].end] {
		if isDigit(c) {
			v = 10*v + int(c-'0')
		}
	}
	return v
}

// pointedYear reads 27.11.2026, where the day always comes first.
func (s *scan) pointedYear(i int) bool {
	n := s.tokens[i].num
	if !n.fraction || n.digits == 0 || n.digits > 2 || i+2 >= len(s.tokens) || s.word(i+1) != "." || s.tokens[i+2].num == nil || !s.yearAt(i+2) {
		return false
	}
	year, _ := s.tokens[i+2].num.whole()
	d, m := int(n.cents/100), s.afterPoint(i)
	on := date(year, m, d, s.today())
	if m < 1 || m > 12 || on.Day() != d {
		return false
	}
	s.day(on, i, i+2)
	return true
}

// dayWords reports whether the words around a number are those around a day.
func (s *scan) dayWords(i int) bool {
	if s.ctx.Asked == "date" {
		return true
	}
	if k := s.next(i); k >= 0 && s.tokens[k].is("day_follows", "before", "after", "due_word") {
		return true
	}
	return s.prevIs(i, "day_leads") >= 0
}

// monthDay returns the coming such day, or the last one where the text tells
// of what has been.
func (s *scan) monthDay(m, d int) (time.Time, bool) {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	today := s.today()
	on := date(today.Year(), m, d, today)
	switch {
	case s.past() && on.Sub(today) > 100*24*time.Hour:
		on = date(today.Year()-1, m, d, today)
	case !s.past():
		on = plausible(on, today)
	}
	return on, on.Day() == d
}

// afterTime reads 三天后, "in 2 weeks", "3 days from now", 三天之内 as a date.
func (s *scan) afterTime(i, j int) {
	unit, _ := s.tokens[j].arg("unit")
	n := s.tokens[i].num
	v, ok := n.whole()
	if !ok || daysOf(unit) == 0 || s.word(j) == "月" || s.word(j) == "年" && v > 1900 {
		return
	}
	k, counted := s.fromToday(i, j)
	sign := 1
	if a := s.nextIs(j, "ago"); a >= 0 && s.nextIs(j, "later_by") < 0 {
		if !s.past() && s.word(a) != "ago" {
			return
		}
		k, sign, counted = a, -1, true
	}
	if !counted || v > 400 {
		return
	}
	d := s.today().AddDate(0, 0, sign*v*int(daysOf(unit)))
	if unit == "month" {
		d = s.today().AddDate(0, sign*v, 0)
	}
	s.day(d, i, k)
}
