package policy

import (
	"slices"
	"time"

	"warmline/dialog"
)

// holdRule is what a hold stops and who may end it.
type holdRule struct {
	offers   bool         // nothing may be offered under it
	asks     bool         // no button that asks for money
	silent   bool         // nothing at all may be sent first, not even an outcome
	endedBy  string       // what may end it without a human: "", wish, borrower, outcome, payment
	level    dialog.Level // needed to put it on
	cancels  bool         // scheduled reminders are dropped, not only skipped while it lasts
	twoHands bool         // a second person must agree to its end
}

func holdTable() map[dialog.HoldKind]holdRule {
	strict := holdRule{offers: true, asks: true}
	return map[dialog.HoldKind]holdRule{
		dialog.HoldDispute:       {offers: true, asks: true, endedBy: "outcome"},
		dialog.HoldPaymentTrace:  {offers: true, asks: true, endedBy: "payment", level: dialog.LevelBorrower},
		dialog.HoldHardship:      {offers: true, asks: true, level: dialog.LevelBorrower},
		dialog.HoldComplaint:     {asks: true, endedBy: "outcome"},
		dialog.HoldCease:         {endedBy: "wish", cancels: true},
		dialog.HoldWrongPerson:   {offers: true, asks: true, silent: true, cancels: true},
		dialog.HoldThirdParty:    {endedBy: "borrower"},
		dialog.HoldVulnerability: {asks: true},
		dialog.HoldBereavement:   {asks: true, cancels: true},
		dialog.HoldDeceased:      {offers: true, asks: true, silent: true, cancels: true},
		dialog.HoldLegal:         strict,
		dialog.HoldMoratorium:    {offers: true, asks: true, cancels: true},
		dialog.HoldAdvice:        strict,
		dialog.HoldCapacity:      strict,
		dialog.HoldFraud:         strict,
		dialog.HoldMinor:         {offers: true, asks: true, silent: true, cancels: true},
		dialog.HoldCrisis:        {offers: true, asks: true, cancels: true, twoHands: true},
	}
}

// Cancels reports whether a new hold of the kind drops scheduled collection
// messages for good (I6).
func (r Rules) Cancels(kind dialog.HoldKind) bool { return r.k.holds[kind].cancels }

// TwoPeople reports whether ending a hold of the kind takes a second person.
func (r Rules) TwoPeople(kind dialog.HoldKind) bool { return r.k.holds[kind].twoHands }

// heldBy returns the first active hold that a test is true of.
func (r Rules) heldBy(holds []dialog.Hold, at time.Time, is func(holdRule) bool) (dialog.HoldKind, bool) {
	for _, h := range holds {
		if h.Active(at) && is(r.k.holds[h.Kind]) {
			return h.Kind, true
		}
	}
	return "", false
}

// PermitHold says whether a script may put a hold on: protective ones by
// anybody, those that rest on the account's own affairs by the borrower only.
func (r Rules) PermitHold(h dialog.Hold, m *Moment) Verdict {
	var v Verdict
	rule, known := r.k.holds[h.Kind]
	switch {
	case !known:
		v.look(KHold, Deny, "unknown_hold")
	case m.Reader && m.Level < rule.level:
		v.look(KLevel, Require, "step_up")
	default:
		v.look(KHold, Hold, string(h.Kind))
		v.Outcome = Allow
		if len(r.k.cfg.Packs) > 0 {
			q := r.holdQuestion(h.Kind, m)
			held := *m.Conv
			held.Holds = append(slices.Clip(held.Holds), dialog.Hold{Kind: h.Kind, Start: m.Now, End: h.End})
			q.Conv = &held
			r.judge(&v, m.packs(), q)
		}
	}
	return v
}

// PermitRelease says whether a script may end a hold: a stated wish ends
// "cease", the borrower's own return ends "third_party", an outcome ends a dispute or a complaint, a payment ends a trace.
// Every other hold, and every hold when the event is a model's opinion, waits
// for a human.
func (r Rules) PermitRelease(kind dialog.HoldKind, m *Moment) Verdict {
	var v Verdict
	ok := false
	switch r.k.holds[kind].endedBy {
	case "wish":
		ok = m.byBorrower() && m.Level >= dialog.LevelLinked
	case "borrower":
		ok = m.Reader && m.Level >= dialog.LevelBorrower
	case "outcome":
		ok = m.lender("case.updated")
	case "payment":
		ok = m.lender("payment.received", "payment.updated", "account.updated", "case.updated")
	}
	if !ok {
		v.look(KHold, Deny, "only_a_human")
		return v
	}
	v.look(KHold, Allow, "ended")
	return v
}
