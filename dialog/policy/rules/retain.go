package rules

import (
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Kept is something that might be erased. What is nil is not known, and what a
// rule turns on and nobody knows keeps it.
type Kept struct {
	Record    string // chat, recording, oral_plan, journal, network_log, health_words
	AgeDays   int    // since it was made, or since the last collection act
	Settled   *bool  // the debt is settled
	LegalHold *bool  // it is needed as evidence
	Requested bool   // the person asked for it to be erased
}

// Retention reports whether something may be erased on a day, and what every
// rule on keeping says, over all of a person's packs: the longest period wins.
func (e *Engine) Retention(packs []string, k Kept, on dialog.Date) (erase bool, looked []policy.Judgement) {
	q := policy.Question{Subject: "retain", Packs: packs, At: on.In(time.UTC)}
	a := e.ask(&q)
	a.given, a.only = k.facts(), true
	defer e.forget(a)
	day, erase := ordinal(on, 0), true
	for _, p := range e.applying(packs) {
		for _, r := range p.rules[StageRetain] {
			if !r.inForce(day) {
				continue
			}
			j := r.judge(a)
			erase = erase && j.Outcome == policy.Allow
			looked = append(looked, j)
		}
	}
	return erase, looked
}

// facts are what is known of it, as rules see it.
func (k Kept) facts() map[string]ref.Val {
	given := map[string]ref.Val{"record": text(k.Record), "age_days": integer(k.AgeDays), "requested": types.Bool(k.Requested)}
	for name, known := range map[string]*bool{"settled": k.Settled, "legal_hold": k.LegalHold} {
		if known != nil {
			given[name] = types.Bool(*known)
		}
	}
	return given
}
