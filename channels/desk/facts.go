package desk

import (
	"context"
	"sync"
	"time"

	"warmline/dialog"
)

// factsFor is how long the lender's answer about a person is good for: somebody
// at the desk types and looks much more often than an account changes.
const factsFor = 10 * time.Second

// remembered is the lender's answers by borrower.
type remembered struct {
	mu  sync.Mutex
	all map[string]answer
}

type answer struct {
	facts dialog.Facts
	at    time.Time
}

// factsOf asks the lender about a conversation's borrower.
func (s *Server) factsOf(ctx context.Context, c dialog.Conversation) (dialog.Facts, error) {
	if c.Borrower == "" {
		return dialog.Facts{Unavailable: true}, nil
	}
	now := s.opts.Wall()
	s.answers.mu.Lock()
	was, known := s.answers.all[c.Borrower]
	s.answers.mu.Unlock()
	if known && now.Sub(was.at) < factsFor && now.After(was.at.Add(-time.Second)) {
		return was.facts, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	f, err := s.opts.Facts.Facts(ctx, c.Borrower)
	if err != nil {
		return dialog.Facts{Unavailable: true}, no(dialog.CodeUnavailable, "lender_away").because(err)
	}
	s.answers.mu.Lock()
	defer s.answers.mu.Unlock()
	for id, old := range s.answers.all {
		if now.Sub(old.at) > factsFor {
			delete(s.answers.all, id)
		}
	}
	s.answers.all[c.Borrower] = answer{f, now}
	return f, nil
}

// forgetFacts has the lender asked anew, after something has changed.
func (s *Server) forgetFacts(borrower string) {
	s.answers.mu.Lock()
	defer s.answers.mu.Unlock()
	delete(s.answers.all, borrower)
}

// account is the one that a conversation is about.
func account(c dialog.Conversation, f dialog.Facts) (dialog.Account, bool) {
	if a, ok := f.Account(c.Talk.Account); ok {
		return a, true
	}
	if len(f.Accounts) == 0 {
		return dialog.Account{}, false
	}
	return f.Accounts[0], true
}
