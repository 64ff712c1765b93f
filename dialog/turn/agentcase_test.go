package turn

import (
	"testing"

	"warmline/dialog"
	"warmline/dialog/policy"
)

func TestAHumanSendsAPaymentLinkOverWhatIsDue(t *testing.T) {
	r := testRules(t, policy.Config{})
	for _, c := range []struct {
		name   string
		level  dialog.Level
		amount string
		code   dialog.Code
		minor  int64
	}{
		{"all that is due", 2, "", "", 82771},
		{"a part", 2, "200.00", "", 20000},
		{"more than is due", 2, "900.00", dialog.CodeInvalid, 0},
		{"no sum", 2, "lots", dialog.CodeInvalid, 0},
		{"to nobody in particular", 1, "", dialog.CodeForbidden, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			conv := owned(t, r, c.level)
			e := agent("pay_link", conv.Epoch)
			e.Agent.Fields = map[string]string{"amount": c.amount}
			ch := step(r, silentScripts(), conv, env("e1", start, e), demo())
			if c.code != "" {
				if ch.Reject == nil || ch.Reject.Code != c.code || len(ch.Outbox) > 0 {
					t.Fatalf("reject %v, outbox %d", ch.Reject, len(ch.Outbox))
				}
				return
			}
			if ch.Reject != nil || len(ch.Outbox) == 0 || len(ch.Messages) != 1 {
				t.Fatalf("reject %v, outbox %v, messages %v", ch.Reject, ch.Outbox, ch.Messages)
			}
			call := ch.Outbox[0].Call
			expect(t, "call", call.Kind, dialog.CallPaymentLinkCreate)
			expect(t, "sum", call.Amount.Minor, c.minor)
			expect(t, "who speaks", ch.Messages[0].Speaker, dialog.SpeakerSystem)
			expect(t, "open calls", len(ch.Next.Calls), 1)
		})
	}
}

func TestAHumanOpensAndClosesACase(t *testing.T) {
	r := testRules(t, policy.Config{})
	conv := owned(t, r, 1)
	do := func(c dialog.Conversation, fields map[string]string) dialog.Change {
		e := agent("case", c.Epoch)
		e.Agent.Fields = fields
		return step(r, silentScripts(), c, env("e-"+fields["do"]+fields["kind"], start, e), demo())
	}
	opened := do(conv, map[string]string{"do": "open", "kind": "complaint", "reason": "waited a week"})
	if opened.Reject != nil {
		t.Fatal(opened.Reject)
	}
	if _, held := opened.Next.Held(start, dialog.HoldComplaint); !held || len(opened.Next.Cases) != 1 || len(opened.Outbox) != 1 {
		t.Fatalf("holds %v, cases %v, outbox %d", opened.Next.Holds, opened.Next.Cases, len(opened.Outbox))
	}
	if twice := do(opened.Next, map[string]string{"do": "open", "kind": "complaint"}); twice.Reject == nil {
		t.Error("the same case was opened twice")
	}
	if vague := do(opened.Next, map[string]string{"do": "resolve", "kind": "complaint"}); vague.Reject == nil {
		t.Error("a case was closed without an outcome")
	}
	upheld := map[string]string{"do": "resolve", "kind": "complaint", "outcome": "upheld", "evidence": "call record"}
	if early := do(opened.Next, upheld); early.Reject == nil || early.Reject.Name != "case_without_ticket" {
		t.Errorf("before the lender has numbered it: %v", early.Reject)
	}
	opened.Next.Cases[0].Ticket, opened.Next.Calls = "C-1", nil
	asked := do(opened.Next, upheld)
	if asked.Reject != nil || len(asked.Outbox) != 1 || asked.Outbox[0].Call.Kind != dialog.CallCaseResolve {
		t.Fatalf("%v, outbox %+v", asked.Reject, asked.Outbox)
	}
	call := asked.Outbox[0].Call
	if f := call.Fields; f["ticket"] != "C-1" || f["outcome"] != "upheld" || f["evidence"] != "call record" || f["by"] == "" {
		t.Errorf("the lender is told %v", f)
	}
	if _, held := asked.Next.Held(start, dialog.HoldComplaint); !held || len(asked.Next.Cases) != 1 {
		t.Error("the case was over before the lender said so")
	}
	if again := do(asked.Next, map[string]string{"do": "resolve", "kind": "complaint", "outcome": "rejected"}); again.Reject == nil || again.Reject.Name != "case_is_closing" {
		t.Errorf("a second resolution: %v", again.Reject)
	}
	answered := func(status, reason string) dialog.Change {
		e := dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: status, Reason: reason, ID: "C-1", CaseKind: call.Case}}
		return step(r, silentScripts(), asked.Next, env("a-"+status, start, e), demo())
	}
	closed := answered("ok", "")
	if _, held := closed.Next.Held(start, dialog.HoldComplaint); held || len(closed.Next.Cases) != 0 || len(closed.Next.Calls) != 0 {
		t.Errorf("after the answer: holds %v, cases %v, calls %v", closed.Next.Holds, closed.Next.Cases, closed.Next.Calls)
	}
	expect(t, "lines that claim an outcome", len(asked.Messages)+len(closed.Messages), 0)
	refused := answered("rejected", "case_closed")
	if _, held := refused.Next.Held(start, dialog.HoldComplaint); !held || len(refused.Next.Cases) != 1 || len(refused.Next.Calls) != 0 {
		t.Errorf("after a no: holds %v, cases %v, calls %v", refused.Next.Holds, refused.Next.Cases, refused.Next.Calls)
	}
	if len(refused.Messages) != 1 || refused.Messages[0].Level != LevelDesk {
		t.Errorf("the desk is told %+v", refused.Messages)
	}
	for _, wrong := range []map[string]string{{"do": "open", "kind": "gossip"}, {"do": "burn", "kind": "complaint"}, {"do": "resolve", "kind": "dispute", "outcome": "upheld"}} {
		if ch := do(opened.Next, wrong); ch.Reject == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
}
