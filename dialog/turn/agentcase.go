package turn

import (
	"slices"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// payLink asks the lender for a payment link over a sum that is due, all of it
// unless less is named. The link comes with the lender's answer.
func (x *run) payLink(ev *dialog.AgentEvent) {
	x.choose()
	sum := x.m.Owed.Total
	if text := ev.Fields["amount"]; text != "" {
		named, err := dialog.ParseMoney(text, x.m.Account.Currency)
		if err != nil || named.Minor > sum.Minor {
			x.turnDown(dialog.CodeInvalid, refusedAmount, "")
			return
		}
		sum = named
	}
	call := dialog.Call{Ref: x.ref + "-pay", Kind: dialog.CallPaymentLinkCreate, Account: x.m.Account.Ref, Amount: sum}
	x.m.Level = x.bestLevel() // the link is for the borrower's own session
	v := x.rules.PermitCall(&call, &x.m)
	x.fire(v.Looked)
	if x.bestLevel() < dialog.LevelBorrower || sum.Minor <= 0 || !v.Allowed() {
		rule := v.Rule
		if x.bestLevel() < dialog.LevelBorrower {
			rule = policy.KLevel
		}
		x.turnDown(dialog.CodeForbidden, refusedTerms, rule)
		return
	}
	x.send(&call, nil)
	x.keepSlot("pay_amount", sum.Decimal()+" "+string(sum.Currency))
	x.speak(x.admit(nil, dialog.Act{Kind: "payment.link", Form: "making", Level: dialog.LevelBorrower,
		Values: map[string]dialog.Value{"pay_amount": dialog.MoneyValue(sum)}}))
}

// keepSlot keeps a small slot of the running script.
func (x *run) keepSlot(key, value string) {
	facts := map[string]string{key: value}
	for k, v := range x.next.Talk.Facts {
		if k != key {
			facts[k] = v
		}
	}
	x.next.Talk.Facts = facts
}

// caseHold is the hold that stands while a case of a kind is open.
func caseHold(kind dialog.CaseKind) dialog.HoldKind {
	switch kind {
	case dialog.CaseDispute:
		return dialog.HoldDispute
	case dialog.CaseComplaint:
		return dialog.HoldComplaint
	case dialog.CaseFraud:
		return dialog.HoldFraud
	case dialog.CaseHardship:
		return dialog.HoldHardship
	}
	return ""
}

// agentCase opens a case at the lender, or has the lender close one as the desk
// decided; the human says in their own words what came of it. What the lender
// decides of a case comes, and is said, as its own news (I11).
func (x *run) agentCase(ev *dialog.AgentEvent) {
	kind := dialog.CaseKind(ev.Fields["kind"])
	known := []dialog.CaseKind{dialog.CaseDispute, dialog.CaseComplaint, dialog.CaseFraud, dialog.CaseHardship, dialog.CasePrivacy, dialog.CaseWaiver}
	switch do := ev.Fields["do"]; {
	case !slices.Contains(known, kind):
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
	case do == "open":
		x.openCase(ev, kind)
	case do == "resolve":
		x.resolveCase(ev, kind)
	default:
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
	}
}

func (x *run) openCase(ev *dialog.AgentEvent, kind dialog.CaseKind) {
	if slices.ContainsFunc(x.next.Cases, func(c dialog.OpenCase) bool { return c.Kind == kind }) {
		x.turnDown(dialog.CodeConflict, refusedCase, "")
		return
	}
	call := dialog.Call{Ref: x.ref + "-case", Kind: dialog.CallCaseOpen, Case: kind,
		Fields: map[string]string{"by": ev.Agent, "reason": cut(ev.Fields["reason"], 200)}}
	x.fire(x.rules.PermitCall(&call, &x.m).Looked) // by which rule it has a clock
	x.send(&call, []dialog.OpenCase{{Kind: kind, Ref: call.Ref, Opened: x.e.At}})
	if hold := caseHold(kind); hold != "" {
		h := dialog.Hold{Kind: hold, Reason: "case", Start: x.e.At, By: ev.Agent, Ref: call.Ref}
		x.ruled(&h)
		x.hold(h)
	}
}

func (x *run) resolveCase(ev *dialog.AgentEvent, kind dialog.CaseKind) {
	i := slices.IndexFunc(x.next.Cases, func(c dialog.OpenCase) bool {
		return c.Kind == kind && (ev.Fields["ref"] == "" || c.Ref == ev.Fields["ref"])
	})
	if i < 0 {
		x.turnDown(dialog.CodeConflict, refusedNoCase, "")
		return
	}
	if ev.Fields["outcome"] == "" {
		x.turnDown(dialog.CodeInvalid, refusedIncoming, "")
		return
	}
	k := x.next.Cases[i]
	switch {
	case slices.ContainsFunc(x.next.Calls, func(c dialog.OpenCall) bool { return c.Kind == dialog.CallCaseResolve && c.Case == kind }):
		x.turnDown(dialog.CodeConflict, refusedClosing, policy.KAck)
		return
	case k.Ticket == "":
		x.turnDown(dialog.CodeConflict, refusedTicket, policy.KAck)
		return
	}
	call := dialog.Call{Ref: x.ref + "-resolve", Kind: dialog.CallCaseResolve, Case: kind, Fields: map[string]string{
		"ticket": k.Ticket, "outcome": ev.Fields["outcome"], "evidence": cut(ev.Fields["evidence"], 2000), "by": ev.Agent, "reason": cut(ev.Fields["reason"], 200)}}
	x.send(&call, nil)
}

// resolved closes a case that the lender has closed at the desk's word: only then
// is it over, and the hold that stood for it with it. What the lender does not
// take stays open.
func (x *run) resolved() {
	ev := x.event.Lender
	if ev.Kind != string(dialog.CallCaseResolve) {
		return
	}
	if ev.Status != "ok" {
		x.change.Messages = append(x.change.Messages, dialog.Message{ID: x.id(), Seq: x.seq(), Speaker: dialog.SpeakerSystem,
			At: x.e.At, Level: LevelDesk, Body: dialog.Rendered{Text: ev.Reason, TextID: "case.not_resolved"}})
		return
	}
	i := slices.IndexFunc(x.next.Cases, func(c dialog.OpenCase) bool { return c.Ticket == ev.ID && ev.ID != "" })
	if i < 0 {
		return
	}
	kind := x.next.Cases[i].Kind
	x.next.Cases = keep(x.next.Cases, func(c dialog.OpenCase) bool { return c.Ticket != ev.ID })
	if hold := caseHold(kind); hold == dialog.HoldDispute || hold == dialog.HoldComplaint {
		x.fired(policy.KHold, policy.Allow, "resolved")
		x.next.Holds = keep(x.next.Holds, func(h dialog.Hold) bool { return h.Kind != hold })
	}
}
