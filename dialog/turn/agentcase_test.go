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
	closed := do(opened.Next, map[string]string{"do": "resolve", "kind": "complaint", "outcome": "upheld"})
	if closed.Reject != nil {
		t.Fatal(closed.Reject)
	}
	if _, held := closed.Next.Held(start, dialog.HoldComplaint); held || len(closed.Next.Cases) != 0 {
		t.Errorf("holds %v, cases %v", closed.Next.Holds, closed.Next.Cases)
	}
	expect(t, "lines that claim an outcome", len(closed.Messages), 0)
	for _, wrong := range []map[string]string{{"do": "open", "kind": "gossip"}, {"do": "burn", "kind": "complaint"}, {"do": "resolve", "kind": "dispute", "outcome": "upheld"}} {
		if ch := do(opened.Next, wrong); ch.Reject == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
}
