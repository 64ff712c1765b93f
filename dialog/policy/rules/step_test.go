package rules_test

import (
	"slices"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
	"warmline/dialog/turn"
)

// resident is a borrower of a place, and the rules.
func resident(t *testing.T, pack string) *life {
	t.Helper()
	engine, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := engine.Config()
	cfg.Texts = "texts-1"
	compiled, err := policy.Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := newLife(places()[pack], compiled, 2)
	l.f.Accounts[0].Overdue.Due = dialog.NewDate(2026, 11, 12)
	return l
}

func (l *life) turn(at time.Time, event dialog.Event) dialog.Change {
	l.n++
	ch := turn.Step(l.rules, l.c, dialog.Envelope{ID: at.String(), Conversation: "c", At: at, Channel: dialog.ChannelWeb, Session: "s", Event: event}, l.f)
	l.c = ch.Next
	return ch
}

func word(ch dialog.Change, rule string) string {
	for _, f := range ch.Fired {
		if f.Rule == rule {
			return f.Outcome
		}
	}
	return ""
}

func reminder(at time.Time) dialog.Event {
	return dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "reminder", Key: "overdue", Due: at}}
}

// A reminder at night is put off to the morning, by the rule of the place, and
// leaves then.
func TestANightReminderLeavesInTheMorning(t *testing.T) {
	l := resident(t, "cn")
	night := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC) // 22:00 in Shanghai
	ch := l.turn(night, reminder(night))
	if word(ch, "CN-TIME-1") != "defer" || len(ch.Messages) != 0 || len(ch.Timers) != 1 || !ch.Timers[0].Due.Equal(night.Add(10*time.Hour)) {
		t.Fatalf("at ten: %s, %d messages, timers %v", word(ch, "CN-TIME-1"), len(ch.Messages), ch.Timers)
	}
	morning := ch.Timers[0].Due
	if ch = l.turn(morning, reminder(morning)); word(ch, "CN-TIME-1") != "allow" || len(ch.Messages) == 0 || ch.Messages[0].Act.Kind != "reminder.overdue" {
		t.Errorf("at eight: %v", ch.Fired)
	}
	if ch = l.turn(morning.Add(time.Hour), reminder(morning.Add(time.Hour))); word(ch, "CN-FREQ-3") != "deny" || len(ch.Messages) != 0 {
		t.Errorf("once more: %v", ch.Fired)
	}
}

// The cost table is read for ten seconds before a plan can be agreed to.
func TestACostTableIsReadFirst(t *testing.T) {
	for seconds, want := range map[int]string{9: "deny", 10: "allow"} {
		l := resident(t, "cn")
		at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
		l.turn(at, dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "plan:4"}})
		q := l.c.Talk.Quote
		if q == nil {
			t.Fatal("no card")
		}
		ch := l.turn(at.Add(time.Duration(seconds)*time.Second), dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "confirm", Card: q.ID}})
		made := slices.ContainsFunc(ch.Outbox, func(o dialog.OutboxItem) bool { return o.Call != nil && o.Call.Kind == dialog.CallArrangementCreate })
		if word(ch, "CN-COST-1") != want || made != (want == "allow") {
			t.Errorf("after %d s: %q, made %v", seconds, word(ch, "CN-COST-1"), made)
		}
	}
}

// A dispute puts its hold on by the place's own rule, and a complaint's case
// names its clock; both go through.
func TestHoldsAndCasesNameTheirRules(t *testing.T) {
	for pack, want := range map[string][2]string{"cn": {"CN-CARD-2", "CN-CMPL-1"}, "us": {"US-DISP-1", "BASE-CMPL-1"}, "gb": {"UK-DISP-1", "UK-CMPL-1"}} {
		l := resident(t, pack)
		said := func(i dialog.Intent) dialog.Event {
			u := &dialog.Understanding{Language: dialog.LangEn, Confident: true, Driving: i, Intents: []dialog.Scored{{Intent: i, Score: 1}}}
			return dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: string(i), Text: "…"}}, Heard: u}}
		}
		at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
		ch := l.turn(at, said(dialog.IntentDisputeAmount))
		if _, held := l.c.Held(at, dialog.HoldDispute); word(ch, want[0]) != "hold" || !held {
			t.Errorf("%s: a dispute: %q, held %v", pack, word(ch, want[0]), held)
		}
		if ch = l.turn(at.Add(time.Minute), said(dialog.IntentComplain)); word(ch, want[1]) != "escalate" || len(l.c.Cases) == 0 {
			t.Errorf("%s: a complaint: %q, cases %v", pack, word(ch, want[1]), l.c.Cases)
		}
	}
}
