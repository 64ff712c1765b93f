package turn

import (
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

func agent(kind string, epoch uint64) dialog.Event {
	return dialog.Event{Kind: dialog.EventAgent, Agent: &dialog.AgentEvent{Kind: kind, Agent: "zhou", Name: "小周", Epoch: epoch}}
}

// owned is a chat that zhou owns.
func owned(t *testing.T, r policy.Rules, level dialog.Level) dialog.Conversation {
	t.Helper()
	c := step(r, silentScripts(), chat(level), env("e0", start, agent("claim", 0)), demo())
	if c.Reject != nil {
		t.Fatal(c.Reject)
	}
	return c.Next
}

func TestOfTwoClaimsOneWins(t *testing.T) {
	r := testRules(t, policy.Config{})
	c := chat(2)
	first := step(r, silentScripts(), c, env("e1", start, agent("claim", 0)), demo())
	rival := agent("claim", 0)
	rival.Agent.Agent = "li"
	second := step(r, silentScripts(), first.Next, env("e2", start, rival), demo())
	if first.Reject != nil || second.Reject == nil || second.Reject.Code != dialog.CodeConflict {
		t.Fatalf("first %v, second %v", first.Reject, second.Reject)
	}
	expect(t, "owner after both", second.Next.Agent, "zhou")
	again := step(r, silentScripts(), first.Next, env("e3", start, agent("claim", first.Next.Epoch)), demo())
	if again.Reject != nil || len(again.Messages) != 0 || again.Next.Epoch != first.Next.Epoch {
		t.Errorf("the owner's own claim again: %v", again.Reject)
	}
	rival.Agent.Epoch, rival.Agent.Role = first.Next.Epoch, "supervisor"
	taken := step(r, silentScripts(), first.Next, env("e4", start, rival), demo())
	expect(t, "a supervisor takes over", taken.Next.Agent, "li")
}

func TestWhatADeskIsRefused(t *testing.T) {
	r := testRules(t, policy.Config{})
	cease := func(c *dialog.Conversation) {
		c.Holds = []dialog.Hold{{Kind: dialog.HoldCease, Start: start}}
		c.LastIn, c.QueuedAt = start, time.Time{}
	}
	for _, c := range []struct {
		name   string
		level  dialog.Level
		before func(*dialog.Conversation)
		event  func(*dialog.AgentEvent)
		code   dialog.Code
		rule   string
	}{
		{"words of somebody else", 2, nil, func(a *dialog.AgentEvent) { a.Agent = "li" }, dialog.CodeForbidden, policy.KOwner},
		{"words from an old screen", 2, nil, func(a *dialog.AgentEvent) { a.Epoch++ }, dialog.CodeConflict, policy.KOwner},
		{"no words", 2, nil, func(a *dialog.AgentEvent) { a.Text = " " }, dialog.CodeInvalid, ""},
		{"a sum to somebody unverified", 1, nil, func(a *dialog.AgentEvent) { a.Text = "您还欠827.71元" }, dialog.CodeForbidden, policy.KLevel},
		{"words after a stop", 2, cease, nil, dialog.CodeForbidden, policy.KHold},
		{"a pause beyond the role", 2, nil, func(a *dialog.AgentEvent) {
			a.Kind, a.Grant = "grant", &dialog.Grant{Kind: "hold", Days: 61}
		}, dialog.CodeForbidden, policy.KOffer},
		{"a plan that is not in the set", 2, nil, func(a *dialog.AgentEvent) { a.Kind, a.Option = "offer", "plan:9" }, dialog.CodeForbidden, ""},
		{"terms to somebody unverified", 1, nil, func(a *dialog.AgentEvent) { a.Kind, a.Option = "offer", "plan:4" }, dialog.CodeForbidden, ""},
		{"a crisis ended alone", 2, nil, func(a *dialog.AgentEvent) {
			a.Kind, a.Hold = "unhold", &dialog.Hold{Kind: dialog.HoldCrisis}
		}, dialog.CodeForbidden, policy.KCrisis},
		{"a crisis ended by one in two names", 2, nil, func(a *dialog.AgentEvent) {
			a.Kind, a.Hold, a.Second = "unhold", &dialog.Hold{Kind: dialog.HoldCrisis}, "zhou"
		}, dialog.CodeForbidden, policy.KCrisis},
		{"a transfer to nowhere", 2, nil, func(a *dialog.AgentEvent) { a.Kind = "transfer" }, dialog.CodeInvalid, ""},
		{"something unknown", 2, nil, func(a *dialog.AgentEvent) { a.Kind = "sing" }, dialog.CodeInvalid, ""},
	} {
		conv := owned(t, r, c.level)
		if c.before != nil {
			c.before(&conv)
		}
		e := agent("say", conv.Epoch)
		e.Agent.Text = "您好"
		if c.event != nil {
			c.event(e.Agent)
		}
		ch := step(r, silentScripts(), conv, env("e1", start.Add(time.Minute), e), demo())
		if ch.Reject == nil || ch.Reject.Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, ch.Reject, c.code)
			continue
		}
		if c.rule != "" && (len(ch.Fired) == 0 || ch.Fired[len(ch.Fired)-1].Rule != c.rule) {
			t.Errorf("%s: rules %v, want %s", c.name, ch.Fired, c.rule)
		}
		if len(ch.Messages)+len(ch.Outbox) > 0 {
			t.Errorf("%s: it had an effect", c.name)
		}
	}
}

func TestAgentsWords(t *testing.T) {
	r := testRules(t, policy.Config{})
	conv := owned(t, r, 2)
	say := agent("say", conv.Epoch)
	say.Agent.Text = "您还欠827.71元"
	m := step(r, silentScripts(), conv, env("e1", start, say), demo()).Messages[0]
	if m.Speaker != dialog.SpeakerHuman || m.Name != "小周" || m.Level != 2 || m.Seq == 0 {
		t.Errorf("%+v", m)
	}
	note := agent("note", conv.Epoch)
	note.Agent.Text = "查过了"
	m = step(r, silentScripts(), conv, env("e2", start, note), demo()).Messages[0]
	if m.Level != LevelDesk || m.Speaker != dialog.SpeakerSystem {
		t.Errorf("a note that others may read: %+v", m)
	}
}

func TestCrisisEndsWithTwo(t *testing.T) {
	r := testRules(t, policy.Config{})
	red := text(dialog.IntentSelfHarm)
	red.Text.Heard.Safety = dialog.SafetyRed
	c := step(r, silentScripts(), chat(2), env("e1", start, red), demo()).Next
	c = step(r, silentScripts(), c, env("e2", start, agent("claim", c.Epoch)), demo()).Next
	if c.Page == nil || c.Page.By != "zhou" || len(c.Timers) != 0 {
		t.Errorf("who comes has answered the page: %+v, timers %v", c.Page, c.Timers)
	}
	end := agent("unhold", c.Epoch)
	end.Agent.Hold, end.Agent.Second = &dialog.Hold{Kind: dialog.HoldCrisis}, "chen"
	ch := step(r, silentScripts(), c, env("e3", start, end), demo())
	if _, on := ch.Next.Held(start, dialog.HoldCrisis); on || ch.Reject != nil {
		t.Errorf("two people could not end it: %v", ch.Reject)
	}
}

func TestAGrantIsACardThatStillNeedsAYes(t *testing.T) {
	r := testRules(t, policy.Config{})
	conv := owned(t, r, 2)
	e := agent("grant", conv.Epoch)
	e.Agent.Grant = &dialog.Grant{Kind: "deferral", Days: 60}
	ch := step(r, flowScripts(), conv, env("e1", start, e), demo())
	if ch.Reject != nil || len(calls(ch)) != 0 || ch.Next.Talk.Quote == nil {
		t.Fatalf("%v, calls %v, quote %v", ch.Reject, calls(ch), ch.Next.Talk.Quote)
	}
	expect(t, "speaker of the card", ch.Messages[0].Speaker, dialog.SpeakerSystem)
	id := ch.Next.Talk.Quote.ID
	yes := step(r, flowScripts(), ch.Next, env("e2", start.Add(time.Minute), tap("confirm", id)), demo())
	if got := calls(yes); len(got) != 1 || got[0].Ref != id || got[0].Terms.Days != 60 {
		t.Fatalf("calls after the yes: %+v", got)
	}
	twice := step(r, flowScripts(), yes.Next, env("e3", start.Add(2*time.Minute), tap("confirm", id)), demo())
	expect(t, "calls after the second yes", len(calls(twice)), 0)
	expect(t, "owner", twice.Next.Owner, dialog.OwnerAgent)
}

func TestComingsAndGoings(t *testing.T) {
	r := testRules(t, policy.Config{})
	for _, c := range []struct {
		kind  string
		to    string
		owner dialog.OwnerKind
		who   string
		says  []string
	}{
		{"release", "", dialog.OwnerBot, "", []string{"handoff.left"}},
		{"close", "", dialog.OwnerClosed, "", []string{"handoff.left", "feedback.ask"}},
		{"lost", "", dialog.OwnerQueue, "", []string{"handoff.left", "handoff.queued/returned"}},
		{"transfer", "hardship", dialog.OwnerQueue, "", []string{"handoff.left", "handoff.queued"}},
		{"transfer", "agent:li", dialog.OwnerAgent, "li", []string{"handoff.left", "handoff.joined"}},
	} {
		conv := owned(t, r, 2)
		conv.Talk.Quote = &dialog.Quote{ID: "q0", Seq: 1, Expires: start.Add(time.Hour)}
		e := agent(c.kind, conv.Epoch)
		e.Agent.To = c.to
		ch := step(r, silentScripts(), conv, env("e1", start, e), demo())
		if ch.Reject != nil {
			t.Errorf("%s: %v", c.kind, ch.Reject)
			continue
		}
		expect(t, c.kind+" owner", ch.Next.Owner, c.owner)
		expect(t, c.kind+" agent", ch.Next.Agent, c.who)
		expectList(t, c.kind+" says", kinds(ch), c.says...)
		if ch.Next.Epoch <= conv.Epoch {
			t.Errorf("%s: the epoch did not rise", c.kind)
		}
		if c.owner == dialog.OwnerBot && (ch.Next.Talk.Quote != nil || len(ch.Next.Talk.Dead) != 1) {
			t.Errorf("%s: the old card is still alive: %+v", c.kind, ch.Next.Talk)
		}
	}
}

func TestAClosedChatOpensAgain(t *testing.T) {
	r := testRules(t, policy.Config{})
	c := chat(2)
	c.Owner, c.Epoch = dialog.OwnerClosed, 4
	ch := step(r, saying(act("smalltalk.reply", "", nil)), c, env("e1", start, text(dialog.IntentSmalltalk)), demo())
	expect(t, "owner", ch.Next.Owner, dialog.OwnerBot)
	expect(t, "epoch", ch.Next.Epoch, 5)
}

func TestTakingOverDropsWhatTheBotWasAboutToSay(t *testing.T) {
	r := testRules(t, policy.Config{Model: true})
	s := saying(act("smalltalk.reply", "", nil))
	ch := step(r, s, chat(2), env("e1", start, text(dialog.IntentSmalltalk)), demo())
	if ch.Next.Pending == nil || ch.Messages[len(ch.Messages)-1].Seq != 0 {
		t.Fatalf("nothing is pending: %+v", ch.Messages)
	}
	taken := step(r, s, ch.Next, env("e2", start, agent("claim", ch.Next.Epoch)), demo())
	if len(taken.Finals) != 1 || taken.Finals[0].Seq != 0 || taken.Next.Pending != nil {
		t.Errorf("finals %+v", taken.Finals)
	}
	for _, o := range ch.Outbox {
		if o.Guarded && o.Epoch == taken.Next.Epoch {
			t.Errorf("%s would still leave", o.ID)
		}
	}
}

var _ flow.Proposal
