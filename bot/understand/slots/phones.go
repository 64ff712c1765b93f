package slots

// phones marks telephone and card numbers as read: groups of digits with
// spaces or dashes between them ("0917 555 0123", "+44 7700 900123").
func (s *scan) phones() {
	for i := 0; i < len(s.tokens); i++ {
		if s.tokens[i].num == nil || s.tokens[i].num.digits == 0 || s.yearAt(i) {
			continue
		}
		last, digits, groups := s.digitGroups(i)
		first := s.text.R[s.tokens[i].start]
		plus := i > 0 && s.text.R[s.tokens[i-1].start] == '+'
		if groups > 1 && (digits >= 9 || digits >= 7 && (first == '0' || plus)) || groups == 1 && digits >= 7 && first == '0' {
			s.use(i, last)
		}
		i = last
	}
}

// digitGroups follows whole numbers parted by one space or dash.
func (s *scan) digitGroups(i int) (last, digits, groups int) {
	for last = i; ; last += 2 {
		n := s.tokens[last].num
		digits, groups = digits+n.digits, groups+1
		if last+2 >= len(s.tokens) {
			return last, digits, groups
		}
		mark, next := s.word(last+1), s.tokens[last+2].num
		if mark != " " && mark != "-" || next == nil || next.digits < 2 || next.fraction || next.money {
			return last, digits, groups
		}
	}
}

// yearAt reports whether a date written year first begins at token i.
func (s *scan) yearAt(i int) bool {
	v, ok := s.tokens[i].num.whole()
	return ok && v >= 2020 && v <= 2040
}
