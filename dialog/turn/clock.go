package turn

import (
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

// timerCase warns the desk of a case whose answer falls due; key: the case's
// reference.
const timerCase = "case"

// warnAt is the hour of the day, in the person's zone, at which a warning comes.
const warnAt = 9 * time.Hour

// wind gives a case its clock: the lender's own day, else the strictest of the
// packs, and a warning before it.
func (x *run) wind(k *dialog.OpenCase) {
	opened := dialog.DateOf(k.Opened.In(x.zone))
	var warn time.Time
	if k.Due.IsZero() {
		d, ok := x.rules.Deadline(x.next.Packs, k.Kind, opened)
		if !ok {
			return
		}
		k.Due = d.Due.AddDays(1).In(x.zone).Add(-time.Second) // the end of that day
		warn = d.Warn.In(x.zone).Add(warnAt)
		x.fired(d.Rule, policy.Escalate, "deadline")
	} else {
		warn = k.Due.Add(-k.Due.Sub(k.Opened) / 3)
	}
	if warn.After(x.e.At) {
		x.set(dialog.TimerOp{Kind: timerCase, Key: k.Ref, Due: warn})
	}
}

// caseDue warns the desk that a case which is still open has to be answered
// soon: the chat comes into the queue, or moves up in it. Where a human has it
// already it becomes urgent, and comes back the next day.
func (x *run) caseDue(ref string) {
	i := slices.IndexFunc(x.next.Cases, func(c dialog.OpenCase) bool { return c.Ref == ref })
	if i < 0 {
		return
	}
	x.fired(policy.KHuman, policy.Escalate, "case_due")
	if x.next.Owner == dialog.OwnerAgent {
		x.next.Priority = min(x.next.Priority, 1)
		x.set(dialog.TimerOp{Kind: timerCase, Key: ref, Due: x.e.At.Add(24 * time.Hour)})
		return
	}
	x.handoff(&flow.Handoff{Queue: caseQueue(x.next.Cases[i].Kind), Priority: 1, Reason: "case_due"})
}

func caseQueue(kind dialog.CaseKind) string {
	if kind == dialog.CaseComplaint {
		return "complaints"
	}
	return "disputes"
}
