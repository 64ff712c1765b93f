package slots

// holiday reads the feasts that people put payments off to.
func (s *scan) holiday(i int, name string) bool {
	if p := s.prev(i); p >= 0 && (s.word(p) == "over" || s.word(p) == "during") {
		return false // "no pay over christmas"
	}
	today := s.today()
	spring, known := springFestival(today)
	switch name {
	case "cny_after":
		if !known {
			return false
		}
		s.month(spring, i, i)
	case "cny_before":
		if !known {
			return false
		}
		s.day(spring.AddDate(0, 0, -1), i, i)
	case "cny_eve":
		if !known {
			return false
		}
		s.day(spring.AddDate(0, 0, -1), i, i)
	case "cny":
		switch k := s.next(i); {
		case !known:
			return false
		case k >= 0 && (s.word(k) == "前" || s.word(k) == "之前" || s.word(k) == "以前"):
			s.day(spring.AddDate(0, 0, -1), i, k)
		case k >= 0 && s.tokens[k].is("after"):
			s.month(spring, i, k)
		default:
			s.day(spring, i, i)
		}
	case "lantern":
		if !known {
			return false
		}
		s.day(spring.AddDate(0, 0, 14), i, i)
	case "newyear_after":
		s.month(date(today.Year()+1, 1, 1, today), i, i)
	case "newyear":
		s.day(date(today.Year()+1, 1, 1, today), i, i)
	case "christmas_after":
		s.day(date(today.Year(), 12, 26, today), i, i)
	case "christmas":
		s.day(date(today.Year(), 12, 25, today), i, i)
	case "yearend", "newyear_eve":
		s.day(date(today.Year(), 12, 31, today), i, i)
	case "christmas_eve":
		s.day(date(today.Year(), 12, 24, today), i, i)
	case "boxing_day":
		s.day(date(today.Year(), 12, 26, today), i, i)
	default:
		return s.feast(i, name)
	}
	return true
}

// feast reads further days that come every year, the last one where the text
// tells of the past.
func (s *scan) feast(i int, name string) bool {
	arg, _ := s.tokens[i].arg(name)
	today, month, day := s.today(), 0, 0
	switch name {
	case "double":
		month, day = atoi(arg), atoi(arg)
	case "national_day":
		month, day = 10, 1
	case "labour_day":
		month, day = 5, 1
	case "thanksgiving", "thanksgiving_after": // the fourth Thursday of November
		thursdays := weekdaysOf(date(today.Year(), 11, 1, today), 4)
		month, day = 11, thursdays[3].Day()
		if name == "thanksgiving_after" {
			day++
		}
	default:
		return false
	}
	on, ok := s.monthDay(month, day)
	if ok {
		s.day(on, i, i)
	}
	return ok
}
