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
	return s.near(s.at, 12, kind) >= 0 || s.ahead(s.at, 12, kind) >= 0
}
