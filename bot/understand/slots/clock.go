package slots

import (
	"fmt"

	"warmline/dialog"
)

// clock reads when somebody may be written to: "20:00-" is not after, "-09:00"
// not before, "12:00-13:00" only then.
func (s *scan) clock() {
	pref := s.ctx.has(dialog.IntentContactPref, dialog.IntentLater, dialog.IntentRequestHuman, dialog.IntentVulnerability, dialog.IntentCeaseContact)
	for i := range s.tokens {
		n := s.tokens[i].num
		switch {
		case n != nil && !n.used && !n.money:
			s.hour(i, pref)
		case !pref:
		case s.tokens[i].is("noon_break"):
			s.add(dialog.EntityTimeWindow, "12:00-13:00", i, i)
		case s.tokens[i].is("weekend"):
			s.add(dialog.EntityTimeWindow, "weekends", i, i)
		}
	}
}

// hour reads an hour of the day and, in talk of contact, the window it bounds.
func (s *scan) hour(i int, pref bool) {
	n := s.tokens[i].num
	h, ok := n.whole()
	if !ok || h > 24 {
		return
	}
	j := s.nextIs(i, "clock")
	if j >= 0 && s.word(j) == "时" && !pref {
		return
	}
	minute := 0
	if j < 0 && i+2 < len(s.tokens) && s.word(i+1) == ":" && s.tokens[i+2].num != nil {
		if m, whole := s.tokens[i+2].num.whole(); whole && m < 60 {
			j, minute = i+2, m
			s.tokens[i+2].num.used = true
		}
	}
	side := s.side(i, max(i, j))
	if j < 0 && (!pref || side == "" && s.nextIs(i, "to") < 0 && s.prevIs(i, "between") < 0) {
		return
	}
	n.used = true
	if !pref {
		return
	}
	last := max(i, j)
	if to, end, ok := s.until(last); ok {
		if s.nextIs(end, "not") >= 0 {
			return // "between 9 and 5 no": not a time to write
		}
		from := s.ofDay(h, i, last, "before", false)
		s.add(dialog.EntityTimeWindow, fmt.Sprintf("%02d:%02d-%02d:00", from, minute, max(to, from+1)), i, end)
		return
	}
	negative := s.near(i, 4, "not") >= 0 || s.ahead(last, 4, "not") >= 0
	at := fmt.Sprintf("%02d:%02d", s.ofDay(h, i, last, side, negative), minute)
	switch {
	case side == "after" && negative, side == "before" && !negative:
		s.add(dialog.EntityTimeWindow, at+"-", i, last)
	case side == "after", side == "before":
		s.add(dialog.EntityTimeWindow, "-"+at, i, last)
	}
}

// side says whether an hour is a beginning or an end.
func (s *scan) side(i, last int) string {
	if k := s.next(last); k >= 0 {
		if s.tokens[k].is("after") && s.word(k) != "from" {
			return "after"
		}
		if s.tokens[k].is("before") && (s.word(k) == "前" || s.word(k) == "之前" || s.word(k) == "以前") {
			return "before"
		}
	}
	p := s.prev(i)
	if p >= 0 && s.tokens[p].is("pm", "am") {
		p = s.prev(p)
	}
	if p >= 0 {
		if s.tokens[p].is("past_hour") {
			return "after"
		}
		switch s.word(p) {
		case "after", "past", "from", "later than":
			return "after"
		case "before", "by", "until", "till", "til", "earlier than":
			return "before"
		}
	}
	return ""
}

// until reads the end of a span of hours: "9 to 5", 12点到1点.
func (s *scan) until(last int) (hour, end int, ok bool) {
	j := s.next(last)
	if j < 0 {
		return 0, 0, false
	}
	if s.tokens[j].is("to", "before") || s.word(j) == "and" && s.near(last, 3, "between") >= 0 {
		j = s.next(j)
	} else if !s.joinedByDash(last, j) {
		return 0, 0, false
	}
	if j < 0 || s.tokens[j].num == nil {
		return 0, 0, false
	}
	h, whole := s.tokens[j].num.whole()
	if !whole || h > 24 {
		return 0, 0, false
	}
	s.tokens[j].num.used = true
	end = j
	if k := s.nextIs(j, "clock"); k >= 0 {
		end = k
	}
	if h < 8 || s.word(end) == "pm" && h < 12 {
		h += 12
	}
	return h, end, true
}

// ofDay turns an hour of twelve into one of twenty-four: by 上午/pm where said,
// else the likelier one for leaving people in peace.
func (s *scan) ofDay(h, i, last int, side string, negative bool) int {
	if h > 12 {
		return h
	}
	pm := s.near(i, 2, "pm") >= 0 || s.word(last) == "pm" || s.word(last) == "p.m" || s.ahead(last, 2, "pm") >= 0
	am := s.near(i, 2, "am") >= 0 || s.word(last) == "am" || s.word(last) == "a.m"
	switch {
	case am:
		return h % 12
	case pm && h < 12:
		return h + 12
	case pm || h == 12:
		return h
	case side == "after" && h <= 11:
		return h + 12
	case side == "before" && h <= 5:
		return h + 12
	}
	return h
}
