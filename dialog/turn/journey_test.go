package turn

import (
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// talker plays events against Step with the shipped scripts.
type talker struct {
	t     *testing.T
	r     policy.Rules
	c     dialog.Conversation
	f     dialog.Facts
	now   time.Time
	n     int
	last  dialog.Change
	every []dialog.Change
}

func newTalker(t *testing.T, level dialog.Level) *talker {
	return &talker{t: t, r: testRules(t, policy.Config{}), c: chat(level), f: demo(), now: start}
}

func (k *talker) do(e dialog.Event) dialog.Change {
	k.t.Helper()
	k.n++
	k.now = k.now.Add(30 * time.Second)
	v := env("e"+string(rune('a'+k.n)), k.now, e)
	k.last = Step(k.r, k.c, v, k.f)
	if k.last.From != k.c.Revision || k.last.Next.Revision != k.c.Revision+1 {
		k.t.Fatalf("revision: from %d to %d of %d", k.last.From, k.last.Next.Revision, k.c.Revision)
	}
	k.c = k.last.Next
	k.every = append(k.every, k.last)
	return k.last
}

func (k *talker) answer(status string) dialog.Change {
	k.t.Helper()
	open := k.c.Calls[len(k.c.Calls)-1]
	return k.do(dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{
		Kind: string(open.Kind), Ref: open.Ref, Status: status, ID: "arr-1"}})
}

func TestDeferralFromWordToAcceptance(t *testing.T) {
	k := newTalker(t, 2)
	c := k.do(text(dialog.IntentHardshipIncome))
	if got := kinds(c); len(got) < 2 || got[0] != "disclose.ai" || got[1] != "hardship.acknowledge/income_drop" && got[1] != "hardship.acknowledge/undisclosed" {
		t.Fatalf("first answer: %v", got)
	}
	c = k.do(tap("defer:30", ""))
	if k.c.Talk.Quote == nil || k.c.Talk.Quote.Seq == 0 {
		t.Fatalf("no card on the table after %v", kinds(c))
	}
	expect(t, "amount on the new date", k.c.Talk.Quote.Offer.Terms.Schedule[0].Amount.Minor, 83491)
	expect(t, "new date", k.c.Talk.Quote.Offer.Terms.Schedule[0].Due.String(), "2026-12-21")
	card := k.c.Talk.Quote.ID
	c = k.do(tap("confirm", card))
	expectList(t, "after the yes", kinds(c), "deferral.submitted")
	expect(t, "calls", len(calls(c)), 1)
	expect(t, "key", calls(c)[0].Ref, card)
	c = k.do(tap("confirm", card))
	expect(t, "calls of a second tap", len(calls(c)), 0)
	expectList(t, "answer to a second tap", kinds(c), "quote.expired/done")
	c = k.answer("active")
	expectList(t, "after the lender", kinds(c), "deferral.accepted")
	expect(t, "open calls", len(k.c.Calls), 0)
	c = k.do(dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: "arrangement.create", Ref: card, Status: "active"}})
	expect(t, "the same answer again says", len(c.Messages), 0)
}

func TestIdentityFirstThenTheAnswer(t *testing.T) {
	k := newTalker(t, 1)
	c := k.do(text(dialog.IntentAskBalance))
	expectList(t, "below level 2", kinds(c), "disclose.ai", "identity.ask")
	if k.c.Talk.After == nil {
		t.Fatal("the question was not kept")
	}
	c = k.do(dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s1", Level: 2, Channel: dialog.ChannelWeb}})
	expectList(t, "after the step-up", kinds(c), "balance.show")
	if k.c.Talk.After != nil {
		t.Error("the question is still waiting")
	}
	k.now = k.now.Add(16 * time.Minute)
	c = k.do(text(dialog.IntentAskBalance))
	expectList(t, "after 16 minutes", kinds(c), "identity.ask")
}

func TestHumanJoinsAndLeaves(t *testing.T) {
	k := newTalker(t, 2)
	c := k.do(text(dialog.IntentRequestHuman))
	expect(t, "owner", k.c.Owner, dialog.OwnerQueue)
	expectList(t, "queued", kinds(c), "disclose.ai", "handoff.queued")
	agent := func(kind string) dialog.AgentEvent {
		return dialog.AgentEvent{Kind: kind, Agent: "zhou", Name: "小周", Epoch: k.c.Epoch}
	}
	ev := agent("claim")
	c = k.do(dialog.Event{Kind: dialog.EventAgent, Agent: &ev})
	expectList(t, "joined", kinds(c), "handoff.joined")
	expect(t, "speaker", c.Messages[0].Speaker, dialog.SpeakerSystem)
	c = k.do(text(dialog.IntentAskBalance))
	expectList(t, "bot under a human", kinds(c))
	ev = agent("grant")
	ev.Grant = &dialog.Grant{Kind: "hold", Days: 60}
	k.do(dialog.Event{Kind: dialog.EventAgent, Agent: &ev})
	if _, on := k.c.Held(k.now, dialog.HoldHardship); !on {
		t.Error("the granted pause is not on")
	}
	ev = agent("release")
	c = k.do(dialog.Event{Kind: dialog.EventAgent, Agent: &ev})
	expectList(t, "left", kinds(c), "handoff.left/hold")
	expect(t, "pause until", c.Messages[0].Act.Values["hold_end_date"].Date.String(), "2027-01-20")
	expect(t, "owner", k.c.Owner, dialog.OwnerBot)
}
