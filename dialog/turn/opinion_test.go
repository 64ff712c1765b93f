package turn

import (
	"maps"
	"slices"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

func unclear() dialog.Event {
	e := text()
	e.Text.Heard.Confident = false
	return e
}

// heardAgain is an opinion on a message, as the relay brings it: in no session.
func heardAgain(message string, intents ...dialog.Intent) dialog.Envelope {
	e := text(intents...)
	e.Kind = dialog.EventHeard
	e.Text.Lines[0].ID = message
	return dialog.Envelope{ID: "heard/" + message, Conversation: "c1", At: start.Add(time.Second), Event: e}
}

// askedBack is a chat in which a text was not clear, and the text's id.
func askedBack(t *testing.T, r policy.Rules) (dialog.Conversation, string) {
	t.Helper()
	ch := Step(r, chat(2), env("e1", start, unclear()), demo())
	i := slices.IndexFunc(ch.Outbox, func(o dialog.OutboxItem) bool { return o.Hear != "" })
	if i < 0 || ch.Next.Hearing == nil || ch.Next.Hearing.Message != ch.Outbox[i].Hear {
		t.Fatalf("no second opinion is asked: %+v", ch.Outbox)
	}
	return ch.Next, ch.Outbox[i].Hear
}

func TestASecondOpinionAnswersInTheSessionThatWrote(t *testing.T) {
	for level, want := range map[dialog.Level]string{1: "identity.ask", 2: "balance.show"} {
		r := testRules(t, policy.Config{Second: true})
		c, id := askedBack(t, r)
		c.Bindings[0].Level = level
		ch := Step(r, c, heardAgain(id, dialog.IntentAskBalance), demo())
		if got := kinds(ch); !slices.Contains(got, want) {
			t.Errorf("level %d: said %v, expected %s", level, got, want)
		}
		if ch.Next.Hearing != nil || ch.Next.Talk.Clarified != 0 {
			t.Errorf("level %d: still asking: %+v", level, ch.Next.Hearing)
		}
	}
}

func TestASecondOpinionIsAskedOfVagueTextsOnly(t *testing.T) {
	with := func(change func(*dialog.Event)) dialog.Event {
		e := unclear()
		change(&e)
		return e
	}
	r := testRules(t, policy.Config{Second: true})
	for name, e := range map[string]dialog.Event{
		"a clear text": text(dialog.IntentAskBalance),
		"amber":        with(func(e *dialog.Event) { e.Text.Heard.Safety = dialog.SafetyAmber }),
		"red":          with(func(e *dialog.Event) { e.Text.Heard.Safety = dialog.SafetyRed }),
		"a stop among others": with(func(e *dialog.Event) {
			e.Text.Heard.Intents = []dialog.Scored{{Intent: dialog.IntentAskBalance}, {Intent: dialog.IntentCeaseContact}}
		}),
		"somebody else": with(func(e *dialog.Event) { e.Text.Heard.Driving = dialog.IntentWrongPerson }),
		"a minor":       with(func(e *dialog.Event) { e.Text.Heard.Minor = true }),
		"a death":       with(func(e *dialog.Event) { e.Text.Heard.Deceased = true }),
		"several lines": with(func(e *dialog.Event) { e.Text.Lines = append(e.Text.Lines, dialog.TextLine{ID: "m", Text: "…"}) }),
		"a picture":     with(func(e *dialog.Event) { e.Text.Media = "image" }),
	} {
		ch := Step(r, chat(2), env("e1", start, e), demo())
		if slices.ContainsFunc(ch.Outbox, func(o dialog.OutboxItem) bool { return o.Hear != "" }) || ch.Next.Hearing != nil {
			t.Errorf("%s: a model is asked", name)
		}
	}
	off := testRules(t, policy.Config{})
	if ch := Step(off, chat(2), env("e1", start, unclear()), demo()); ch.Next.Hearing != nil || len(ch.Outbox) > 0 {
		t.Errorf("asked although off: %+v", ch.Outbox)
	}
}

func TestAStaleSecondOpinionHasNoEffect(t *testing.T) {
	r := testRules(t, policy.Config{Second: true})
	c, id := askedBack(t, r)
	moved := Step(r, c, env("e2", start.Add(time.Second), text(dialog.IntentSmalltalk)), demo()).Next
	again := Step(r, c, env("e2", start.Add(time.Second), unclear()), demo()).Next
	for name, c := range map[string]dialog.Conversation{"answered meanwhile": moved, "asked about another text": again} {
		if ch := Step(r, c, heardAgain(id, dialog.IntentAskBalance), demo()); len(ch.Messages)+len(ch.Outbox) > 0 {
			t.Errorf("%s: said %v", name, kinds(ch))
		}
	}
}

func TestASecondOpinionFillsNothing(t *testing.T) {
	r := testRules(t, policy.Config{Second: true})
	c, id := askedBack(t, r)
	e := heardAgain(id, dialog.IntentPromiseToPay)
	e.Event.Text.Heard.Entities = []dialog.Entity{{Kind: dialog.EntityDate, Value: "2026-12-02"}, {Kind: dialog.EntityAmount, Value: "300"}}
	e.Event.Text.Heard.Minor, e.Event.Text.Heard.Deceased = true, true
	looked := false
	s := always(func(in flow.Input) flow.Proposal {
		u := in.Envelope.Event.Text.Heard
		looked = u.Driving == dialog.IntentPromiseToPay && len(u.Entities) == 0 && !u.Minor && !u.Deceased
		return flow.Proposal{Talk: in.Conv.Talk}
	})
	if step(r, s, c, e, demo()); !looked {
		t.Error("the script was shown what a model may not tell")
	}
	ch := Step(r, c, e, demo())
	if q := ch.Next.Talk.Quote; q != nil {
		t.Errorf("a card lies on the table: %+v", q)
	}
}

// Every intent that a model might name: none has an effect at the lender, binds,
// or lifts a hold, and none leaves the person worse off than being asked back.
func TestASecondOpinionBringsAboutNothing(t *testing.T) {
	r := testRules(t, policy.Config{Second: true})
	for _, intent := range slices.Sorted(maps.Keys(dialog.Intents())) {
		c, id := askedBack(t, r)
		c.Holds = []dialog.Hold{{Kind: dialog.HoldHardship, Start: start, By: "bot"}}
		ch := Step(r, c, heardAgain(id, intent), demo())
		for _, call := range calls(ch) {
			if call.Kind != dialog.CallPageHuman {
				t.Errorf("%s: call %s", intent, call.Kind)
			}
		}
		if ch.Next.Talk.Quote != nil || ch.Next.Promise != nil {
			t.Errorf("%s: it was agreed to something", intent)
		}
		if _, held := ch.Next.Held(start, dialog.HoldHardship); !held {
			t.Errorf("%s: the hold is gone", intent)
		}
		switch intent {
		case dialog.IntentAffirm, dialog.IntentDeny, dialog.IntentChooseOption:
			if len(ch.Messages) > 0 {
				t.Errorf("%s: said %v", intent, kinds(ch))
			}
		}
	}
}

func TestASecondOpinionTakesThePlaceOfAPendingQuestion(t *testing.T) {
	r := testRules(t, policy.Config{Second: true, Model: true})
	c, id := askedBack(t, r)
	c.Pending = &dialog.PendingAct{Message: "c1-1-9", Epoch: c.Epoch, Due: start.Add(3 * time.Second)}
	ch := Step(r, c, heardAgain(id, dialog.IntentAskBalance), demo())
	if len(ch.Finals) != 1 || ch.Finals[0].ID != "c1-1-9" || ch.Finals[0].Seq != 0 {
		t.Errorf("the question is said beside its answer: %+v", ch.Finals)
	}
}

func TestAPendingActHasClosedLabels(t *testing.T) {
	r := testRules(t, policy.Config{Model: true})
	a := act("smalltalk.reply", "", nil)
	a.Situation = map[string]string{"reason": "job_loss"}
	e := text(dialog.IntentSmalltalk)
	for affect, tone := range map[dialog.Affect]string{
		"": "", dialog.AffectCalm: "plain", dialog.AffectAngry: "brief", dialog.AffectAnxious: "warm", dialog.AffectAshamed: "warm", dialog.AffectHopeless: "warm",
	} {
		e.Text.Heard.Affect = affect
		ch := step(r, saying(a), chat(2), env("e1", start, e), demo())
		got := ch.Messages[len(ch.Messages)-1].Act.Situation
		want := map[string]string{"reason": "job_loss", "asked": "smalltalk"}
		if tone != "" {
			want["affect"], want["tone"] = string(affect), tone
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: labels %v, expected %v", affect, got, want)
		}
	}
	if len(a.Situation) != 1 {
		t.Error("the script's own labels were changed")
	}
	off := testRules(t, policy.Config{})
	ch := step(off, saying(a), chat(2), env("e1", start, e), demo())
	if got := ch.Messages[len(ch.Messages)-1].Act.Situation; len(got) != 1 {
		t.Errorf("labels without a model: %v", got)
	}
}
