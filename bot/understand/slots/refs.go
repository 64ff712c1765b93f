package slots

import (
	"strings"

	"warmline/dialog"
)

// references reads payment references: what follows 流水号, "ref", 尾号.
func (s *scan) references() {
	for i := range s.tokens {
		if !s.tokens[i].is("ref_word") {
			continue
		}
		from := s.tokens[i].end
		for from < len(s.text.R) && from < s.tokens[i].end+6 && strings.ContainsRune(" :#是为.no", s.text.R[from]) {
			from++
		}
		to, digits := from, 0
		for to < len(s.text.R) && (letterOrDigit(s.text.R[to]) && s.text.R[to] != '\'' || s.text.R[to] == '-') {
			if isDigit(s.text.R[to]) {
				digits++
			}
			to++
		}
		if digits < 3 {
			continue
		}
		start, end := s.text.Span(from, to)
		s.out = append(s.out, dialog.Entity{Kind: dialog.EntityPaymentRef, Value: s.text.Raw[start:end], Start: start, End: end})
		for k := range s.tokens {
			if s.tokens[k].num != nil && s.tokens[k].start >= from && s.tokens[k].end <= to {
				s.tokens[k].num.used = true
			}
		}
	}
}
