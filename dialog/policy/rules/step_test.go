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

// Who writes from a chat that their place keeps out is answered, and the rule is
// on record that leaves it at neutral words.
func TestAChatThatIsKeptOutIsNamed(t *testing.T) {
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	for pack, want := range map[string]string{"cn": "deny", "hk": ""} {
		l := resident(t, pack)
		e := dialog.Envelope{ID: "e1", Conversation: "c", At: at, Channel: dialog.ChannelTelegram, Session: "t9", Event: balance()}
		ch := turn.Step(l.rules, l.c, e, l.f)
		if got := word(ch, "CN-CH-1"); got != want || len(ch.Messages) < 2 {
			t.Errorf("%s: CN-CH-1 says %q, want %q; %d messages", pack, got, want, len(ch.Messages))
		}
	}
}

// What somebody tells of themselves lets collection rest, by the days of the rule,
// and puts it off no further when it is told again.
func TestAnIllnessLetsCollectionRest(t *testing.T) {
	l := resident(t, "gb")
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	ill := &dialog.Understanding{Language: dialog.LangEn, Confident: true, Driving: dialog.IntentHardshipHealth,
		Intents: []dialog.Scored{{Intent: dialog.IntentHardshipHealth, Score: 1}}}
	told := dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l", Text: "…"}}, Heard: ill}}
	ch := l.turn(at, told)
	if word(ch, "UK-VUL-1") != "hold" || l.c.Resting(at.AddDate(0, 0, 7).Add(-time.Second)) != dialog.ReasonIllness || l.c.Resting(at.AddDate(0, 0, 7)) != "" {
		t.Errorf("told: %+v, %v", l.c.Rest, ch.Fired)
	}
	until := l.c.Rest.Until
	if l.turn(at.Add(time.Hour), told); !l.c.Rest.Until.Equal(until) {
		t.Errorf("told again: until %s, was %s", l.c.Rest.Until, until)
	}
	defer func() {
		if later := at.AddDate(0, 0, 9); l.turn(later, told).Reject != nil || l.c.Resting(later.AddDate(0, 0, 6)) == "" {
			t.Errorf("told anew when it was over: %+v", l.c.Rest)
		}
	}()
	due := at.AddDate(0, 0, 3)
	if ch := l.turn(due, reminder(due)); word(ch, "UK-VUL-1") != "deny" || len(ch.Messages) > 0 || len(ch.Cancelled) != 1 {
		t.Errorf("meanwhile: %v, dropped %v", ch.Fired, ch.Cancelled)
	}
}

// A hold that a human puts on, and a case that they open, are ruled like the
// bot's: by which rules is on record, and a rule's days are the least.
func TestAHumansHoldIsRuled(t *testing.T) {
	l := resident(t, "gb")
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	l.c.Owner, l.c.Agent = dialog.OwnerAgent, "a7"
	agent := func(kind string) *dialog.AgentEvent {
		return &dialog.AgentEvent{Kind: kind, Agent: "a7", Name: "Zhou", Role: "agent", Epoch: l.c.Epoch}
	}
	hold := agent("hold")
	hold.Hold = &dialog.Hold{Kind: dialog.HoldAdvice, End: at.AddDate(0, 0, 3)}
	ch := l.turn(at, dialog.Event{Kind: dialog.EventAgent, Agent: hold})
	if h, on := l.c.Held(at.AddDate(0, 0, 29)); word(ch, "UK-HOLD-1") != "hold" || !on || h.Kind != dialog.HoldAdvice {
		t.Errorf("%+v, %v", l.c.Holds, ch.Fired)
	}
	hold.Hold = &dialog.Hold{Kind: "nonsense"}
	if ch := l.turn(at, dialog.Event{Kind: dialog.EventAgent, Agent: hold}); len(l.c.Holds) != 1 || ch.Reject == nil {
		t.Errorf("a hold that nobody knows: %+v", l.c.Holds)
	}
}

// Terms that the lender has and a place's rules do not allow are left out by name,
// and who asks why hears that it is the place's rule.
func TestTermsThatARuleLeavesOutAreNamed(t *testing.T) {
	l := resident(t, "cn")
	engine, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := engine.Config()
	cfg.Programmes = nil // the lender's own word, without the bounds of ours
	if l.rules, err = policy.Compile(cfg); err != nil {
		t.Fatal(err)
	}
	l.f.Programme.Plans, l.f.Programme.MinInstalment = []int{3, 72}, dialog.NewMoney(100, "CNY")
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	options := &dialog.Understanding{Language: dialog.LangEn, Confident: true, Driving: dialog.IntentAskOptions,
		Intents: []dialog.Scored{{Intent: dialog.IntentAskOptions, Score: 1}}}
	ch := l.turn(at, dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l", Text: "…"}}, Heard: options}})
	if word(ch, "CN-CARD-3") != "deny" || !slices.Contains(dialog.Offered(&ch), "plan:3#"+l.c.Talk.Table[0].Terms.Fingerprint()) {
		t.Errorf("%v, offered %v", ch.Fired, dialog.Offered(&ch))
	}
	if ch = l.turn(at.Add(time.Minute), choice("why_this", "")); !slices.Contains(saidForms(ch), "offer.explain/plan_ruled") {
		t.Errorf("why: %v", saidForms(ch))
	}
}
