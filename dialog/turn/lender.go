package turn

import (
	"slices"

	"warmline/dialog"
)

// lender takes the lender's answer to a call, or its own news. What was asked
// for is said to have happened only now (I11).
func (x *run) lender() {
	ev := x.e.Event.Lender
	if ev == nil {
		x.refuse(dialog.CodeInvalid, "a lender event says what it is")
		return
	}
	if !x.answers(ev) || awaited(x.event.Lender) {
		return
	}
	p := x.ask(x.scripts.answer)
	x.ticket()
	x.resolved()
	x.close()
	acts, _, denied := x.gate(p.Acts)
	if denied && len(acts) == 0 {
		p.Talk = x.next.Talk
	}
	p.Acts = acts
	x.carry(p)
}

// answers finds the call that an event belongs to, and shows the script a
// webhook that came before its answer as that answer. An answer to nothing was
// heard already: it has no effect.
func (x *run) answers(ev *dialog.LenderEvent) bool {
	if news(ev.Kind) {
		return x.webhook(ev)
	}
	return slices.ContainsFunc(x.next.Calls, func(c dialog.OpenCall) bool { return c.Ref == ev.Ref })
}

func news(kind string) bool {
	switch kind {
	case "payment.received", "payment.updated", "arrangement.updated", "account.updated", "case.updated":
		return true
	}
	return false
}

func (x *run) webhook(ev *dialog.LenderEvent) bool {
	if ev.Kind != "arrangement.updated" || ev.Arrangement == nil {
		return true
	}
	status := ev.Status
	if status == "" {
		status = string(ev.Arrangement.Status)
	}
	i := slices.IndexFunc(x.next.Calls, func(c dialog.OpenCall) bool {
		return c.Kind == dialog.CallArrangementCreate && c.Ref == ev.Arrangement.ClientRef
	})
	if i < 0 {
		return status != "active" && status != "pending"
	}
	answer := *ev
	answer.Kind, answer.Ref, answer.Status = string(dialog.CallArrangementCreate), x.next.Calls[i].Ref, status
	if answer.ID == "" {
		answer.ID = ev.Arrangement.ID
	}
	shown := *x.shown
	shown.Lender = &answer
	x.shown, x.event, x.m.Event = &shown, &shown, &shown
	return true
}

// awaited reports whether an answer only says that the final one is to come:
// there is nothing to tell yet, and the call stays open.
func awaited(ev *dialog.LenderEvent) bool {
	if news(ev.Kind) {
		return false
	}
	if ev.Arrangement != nil && (ev.Status == "" || ev.Status == "ok") {
		return ev.Arrangement.Status == dialog.ArrangementPending
	}
	return ev.Status == "pending"
}

// close takes a call off the list, for its answer is final, and a case whose
// outcome has come.
func (x *run) close() {
	ev := x.event.Lender
	x.next.Calls = keep(x.next.Calls, func(c dialog.OpenCall) bool { return c.Ref != ev.Ref })
	if ev.Kind == "case.updated" && ev.Outcome != "" {
		x.next.Cases = keep(x.next.Cases, func(c dialog.OpenCase) bool {
			return c.Ticket != ev.ID && (c.Ticket != "" || c.Kind != ev.CaseKind)
		})
	}
}

// ticket notes the number and the clock that the lender gave to a case.
func (x *run) ticket() {
	ev := x.event.Lender
	if ev.Kind != string(dialog.CallCaseOpen) {
		return
	}
	failed := ev.Status == "failed" || ev.Status == "rejected"
	x.next.Cases = slices.Clone(x.next.Cases)
	for i := range x.next.Cases {
		if x.next.Cases[i].Ref == ev.Ref && !failed {
			k := &x.next.Cases[i]
			if k.Ticket = ev.ID; !ev.Due.IsZero() {
				k.Due = ev.Due
				x.wind(k)
			}
		}
	}
	if failed {
		x.next.Cases = keep(x.next.Cases, func(c dialog.OpenCase) bool { return c.Ref != ev.Ref })
	}
}
