package format

import (
	"strconv"
	"time"

	"warmline/dialog"
)

// Date writes a civil date, "" for none. Plain leaves the year out while it is
// the reference's (or no reference is known).
func (f Formatter) Date(d dialog.Date, form Form) string {
	if d.IsZero() {
		return ""
	}
	other := !f.ref.IsZero() && d.Year != f.ref.Year
	year := other || form == Full || form == FullWeekday
	if form == MonthOnly {
		return f.month(d, other)
	}
	s := f.day(d, year)
	if form == Weekday || form == FullWeekday {
		s = f.withWeekday(s, d.Weekday())
	}
	return s
}

func (f Formatter) day(d dialog.Date, year bool) string {
	y, n := strconv.Itoa(d.Year), strconv.Itoa(d.Day)
	switch f.locale {
	case dialog.EnUS:
		s := months[d.Month-1][:3] + " " + n
		if year {
			s += ", " + y
		}
		return s
	case dialog.EnGB:
		s := n + " " + months[d.Month-1][:3]
		if year {
			s += " " + y
		}
		return s
	}
	s := strconv.Itoa(int(d.Month)) + "月" + n + "日"
	if year {
		s = y + "年" + s
	}
	return s
}

func (f Formatter) month(d dialog.Date, year bool) string {
	switch {
	case f.english() && year:
		return months[d.Month-1] + " " + strconv.Itoa(d.Year)
	case f.english():
		return months[d.Month-1]
	case year:
		return strconv.Itoa(d.Year) + "年" + strconv.Itoa(int(d.Month)) + "月"
	}
	return strconv.Itoa(int(d.Month)) + "月"
}

func (f Formatter) withWeekday(s string, w time.Weekday) string {
	zh := string([]rune("日一二三四五六")[w])
	switch f.locale {
	case dialog.EnUS:
		return w.String()[:3] + ", " + s
	case dialog.EnGB:
		return w.String()[:3] + " " + s
	case dialog.ZhHantTW:
		return s + "（週" + zh + "）"
	case dialog.ZhHantHK:
		return s + "（星期" + zh + "）"
	}
	return s + "（周" + zh + "）"
}

// Time writes a moment in the formatter's zone: its clock time, or by form its
// date (DayOnly), or both (Moment, with the weekday in Weekday).
func (f Formatter) Time(t time.Time, form Form) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(f.zone)
	clock := t.Format("15:04")
	if f.locale == dialog.EnUS {
		clock = t.Format("3:04 pm")
	}
	d := dialog.DateOf(t)
	switch form {
	case DayOnly:
		return f.Date(d, Plain)
	case Full, FullWeekday, Weekday, Moment:
		day := f.Date(d, form)
		if f.locale == dialog.EnUS {
			return day + ", " + clock
		}
		if f.english() {
			return day + " " + clock
		}
		return day + clock
	}
	return clock
}

// Duration writes a length of time. Unless it is to be exact, it says "about"
// and never less than the truth: up to half an hour to the minute, up to an hour
// to five, up to two hours to a quarter, then hours, then days, rounded up.
func (f Formatter) Duration(d time.Duration, exact bool) string {
	switch {
	case exact:
		return f.exactly(d)
	case d < time.Minute:
		return f.words("不到1分钟", "不到1分鐘", "less than a minute")
	}
	about := f.words("约", "約", "about ")
	minutes := up(d, time.Minute)
	switch {
	case minutes <= 30:
	case minutes <= 60:
		minutes = 5 * up(d, 5*time.Minute)
	case minutes <= 120:
		minutes = 15 * up(d, 15*time.Minute)
	case d <= 24*time.Hour:
		minutes = 60 * up(d, time.Hour)
	default:
		return about + f.unit(up(d, 24*time.Hour), day)
	}
	if minutes%60 == 0 {
		return about + f.unit(minutes/60, hour)
	}
	return about + f.unit(minutes, minute)
}

// exactly writes a duration in the largest unit that it is a multiple of.
func (f Formatter) exactly(d time.Duration) string {
	switch {
	case d >= 24*time.Hour && d%(24*time.Hour) == 0:
		return f.unit(int64(d/(24*time.Hour)), day)
	case d >= time.Hour && d%time.Hour == 0:
		return f.unit(int64(d/time.Hour), hour)
	case d >= time.Minute && d%time.Minute == 0:
		return f.unit(int64(d/time.Minute), minute)
	}
	return f.unit(int64(d/time.Second), second)
}

func up(d, unit time.Duration) int64 { return int64((d + unit - 1) / unit) }

// span is a unit of time in the three languages.
type span struct{ hans, hant, one, other string }

var (
	day    = span{"天", "天", "day", "days"}
	hour   = span{"小时", "小時", "hour", "hours"}
	minute = span{"分钟", "分鐘", "minute", "minutes"}
	second = span{"秒", "秒", "second", "seconds"}
)

func (f Formatter) unit(n int64, u span) string {
	return Count(n) + f.words(u.hans, u.hant, " "+Plural(n, u.one, u.other))
}

func (f Formatter) words(hans, hant, en string) string {
	switch f.locale.Language() {
	case dialog.LangEn:
		return en
	case dialog.LangZhHant:
		return hant
	}
	return hans
}

var months = [12]string{
	"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December",
}
