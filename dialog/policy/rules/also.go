package rules

import (
	"warmline/dialog"
	"warmline/dialog/policy"
)

// Some rules are met twice: when a person says what stops asking, and when a
// message that was to ask for something falls due. A pack says so with `also`.
//
// A rule of stage contact or say with `also: [hold]` is looked at when a hold is
// put on or a wish is noted, as of a message that would leave at that moment,
// with the hold or the wish in force: what it would stop from now on is recorded
// as a hold. A rule of stage hold or say with `also: [contact]` is looked at for
// each hold that is on when a message falls due, and stops it.

// judgeIn is the rule's word in a stage, which may be another than its own.
func (r *rule) judgeIn(stage string, a *asked) policy.Judgement {
	if stage == r.Stage || r.Stage == StageDisclose {
		return r.judge(a)
	}
	j := policy.Judgement{Rule: r.ID, Outcome: policy.Allow}
	yes, unknown := r.firesFor(stage, a)
	if !yes {
		return j
	}
	j.Outcome, j.Detail = policy.Deny, orElse(unknown, r.detail)
	if stage == StageHold {
		j.Outcome, j.Noted = policy.Hold, true
	}
	return j
}

// firesFor is fires; a rule that asks which hold is being put on is asked of
// each that is on.
func (r *rule) firesFor(stage string, a *asked) (bool, string) {
	if stage != StageContact || !r.asksHold || a.q.Conv == nil {
		return r.fires(a)
	}
	was := a.q
	defer func() { a.q = was; a.anew("hold") }()
	kinds := make([]dialog.HoldKind, 0, 4)
	for _, h := range was.Conv.Holds {
		if h.Active(was.At) {
			kinds = append(kinds, h.Kind)
		}
	}
	if was.Conv.Resting(was.At) != "" {
		kinds = append(kinds, policy.Told)
	}
	for _, kind := range kinds {
		q := *was
		q.Hold = kind
		a.q = &q
		a.anew("hold")
		if yes, unknown := r.fires(a); yes {
			return true, unknown
		}
	}
	return false, ""
}

// anew has a fact worked out again.
func (a *asked) anew(name string) {
	if i, ok := a.s.index[name]; ok {
		a.done[i/64] &^= 1 << (i % 64)
	}
}

// recipientOf is who would read a message: the debtor, unless somebody has said
// there that they are another person, or that the debtor has died.
func recipientOf(c *dialog.Conversation, q *policy.Question) string {
	if _, other := c.Held(q.At, dialog.HoldWrongPerson, dialog.HoldThirdParty, dialog.HoldMinor, dialog.HoldDeceased); other {
		return "third_person"
	}
	return "debtor"
}
