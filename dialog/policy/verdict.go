package policy

import (
	"slices"
	"strconv"
	"time"

	"warmline/dialog"
)

// Outcome is what a rule says. The zero value is no outcome and counts as allow.
type Outcome string

// Outcomes, from the mildest to the strictest; see strictness.
const (
	Allow    Outcome = "allow"
	Modify   Outcome = "modify"   // with the named buttons left out
	Require  Outcome = "require"  // something else first: a step-up, a disclosure
	Defer    Outcome = "defer"    // not before Verdict.Until
	Hold     Outcome = "hold"     // put a hold first
	Escalate Outcome = "escalate" // to a human
	Deny     Outcome = "deny"
)

// strictness orders outcomes: all rules are looked at and the strictest wins.
func strictness(o Outcome) int {
	switch o {
	case Modify:
		return 1
	case Require:
		return 2
	case Defer:
		return 3
	case Hold:
		return 4
	case Escalate:
		return 5
	case Deny:
		return 6
	}
	return 0
}

// Ids of the kernel's rules.
const (
	KLevel   = "K-LEVEL"   // identity before facts and effects
	KConfirm = "K-CONFIRM" // nothing binding without a yes to the exact terms shown
	KOwner   = "K-OWNER"   // one speaker at a time
	KFacts   = "K-FACTS"   // every number comes from the facts
	KOffer   = "K-OFFER"   // only the eligible set is shown or made
	KHold    = "K-HOLD"    // holds stop asking
	KCrisis  = "K-CRISIS"  // a crisis stops everything else
	KHuman   = "K-HUMAN"   // a person who asks for a human gets one
	KAck     = "K-ACK"     // nothing is said to have happened before its system said so
)

// Verdict is the outcome of every rule that was looked at, the strictest first
// in rank: Rule names the one that decided.
type Verdict struct {
	Outcome Outcome
	Rule    string
	Detail  string    // closed label of why; never an account fact
	Until   time.Time // of a Defer: the latest of all
	Drop    []string  // of a Modify (and of what is stricter): option ids to leave out
	Looked  []dialog.Fired
	// Days is for how long a hold has to last at least, 0 when no rule says.
	Days int
	// Disclose lists the texts that have to be shown with it, by id.
	Disclose []string
}

// Allowed reports whether the thing may happen now, perhaps with buttons left out.
func (v Verdict) Allowed() bool { return strictness(v.Outcome) <= strictness(Modify) }

// look notes what a rule said and keeps the strictest.
func (v *Verdict) look(rule string, o Outcome, detail string) {
	if v.Outcome == "" {
		v.Looked = slices.Grow(v.Looked, 20)
		v.Outcome = Allow
	}
	v.Looked = append(v.Looked, dialog.Fired{Rule: rule, Outcome: string(o), Detail: detail})
	if strictness(o) > strictness(v.Outcome) || v.Rule == "" {
		v.Outcome, v.Rule, v.Detail = o, rule, detail
	}
}

// note records what a rule said without letting it decide.
func (v *Verdict) note(j *Judgement) {
	v.look(j.Rule, Allow, "")
	last := &v.Looked[len(v.Looked)-1]
	last.Outcome, last.Detail = string(j.Outcome), j.Detail
}

// deferTo notes a rule that wants to wait; the latest moment wins.
func (v *Verdict) deferTo(rule string, until time.Time, detail string) {
	v.look(rule, Defer, detail)
	if until.After(v.Until) {
		v.Until = until
	}
}

// without notes a rule that leaves a button out.
func (v *Verdict) without(rule, option, detail string) {
	v.look(rule, Modify, detail)
	v.Drop = append(v.Drop, option)
}

func itoa(n int) string { return strconv.Itoa(n) }

// Strictest is the outcome of judgements, all of which are kept.
func Strictest(list []Judgement) Verdict {
	var v Verdict
	v.take(list)
	return v
}

// Stricter reports whether an outcome is stricter than another.
func Stricter(a, b Outcome) bool { return strictness(a) > strictness(b) }
