package slots

import "warmline/dialog"

// past reports whether the date being read lies behind: by the words of its
// clause, else by what the text is about. A day named when a broken promise is
// explained is a new one, unless the words say that it is the old.
func (s *scan) past() bool {
	told := s.ctx.has(dialog.IntentAlreadyPaid, dialog.IntentDisputeAmount, dialog.IntentNotMineFraud, dialog.IntentTechFailure) &&
		!s.ctx.has(dialog.IntentPromiseToPay, dialog.IntentAskDeferral)
	if s.at < 0 {
		return told
	}
	if told {
		return !s.inClause("future_mark")
	}
	return s.inClause("past_mark") && !s.inClause("future_mark")
}

// inClause reports whether a word of a kind stands in the clause of the token
// that is being read as a date.
func (s *scan) inClause(kind string) bool {
	if s.tokens[s.at].is(kind) {
		return true
	}
	for _, step := range []func(int) int{s.prev, s.next} {
		j := step(s.at)
		for reach := 0; j >= 0 && reach < 12 && !s.conjunction(j); j, reach = step(j), reach+1 {
			if s.tokens[j].is(kind) {
				return true
			}
		}
	}
	return false
}

// conjunction reports whether a new clause begins with token i.
func (s *scan) conjunction(i int) bool {
	switch s.word(i) {
	case "so", "but", "because", "then", "though", "但", "但是", "不过", "结果", "所以", "可是":
		return true
	}
	return false
}
