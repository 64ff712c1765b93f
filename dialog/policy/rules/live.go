package rules

import (
	"sync/atomic"

	"warmline/dialog/policy"
)

// Live holds the rules that decide now. They are exchanged whole, between two
// turns, or not at all.
type Live struct {
	now atomic.Pointer[policy.Rules]
}

// NewLive returns a holder of rules.
func NewLive(r policy.Rules) *Live {
	l := &Live{}
	l.now.Store(&r)
	return l
}

// Rules returns the rules that decide now.
func (l *Live) Rules() policy.Rules { return *l.now.Load() }

// Reload exchanges the rules for those that compile returns, and reports
// whether they differ. When it fails the old ones keep deciding.
func (l *Live) Reload(compile func() (policy.Rules, error)) (bool, error) {
	r, err := compile()
	if err != nil {
		return false, err
	}
	if r.Hash == l.Rules().Hash {
		return false, nil
	}
	l.now.Store(&r)
	return true, nil
}
