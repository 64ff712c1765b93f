package rules_test

import (
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
)

// complain opens a complaint on 21 November at ten in the morning in Shanghai.
func complain(t *testing.T, l *life) dialog.OpenCase {
	t.Helper()
	u := &dialog.Understanding{Language: dialog.LangEn, Confident: true, Driving: dialog.IntentComplain,
		Intents: []dialog.Scored{{Intent: dialog.IntentComplain, Score: 1}}}
	l.turn(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC), dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "c", Text: "…"}}, Heard: u}})
	if len(l.c.Cases) != 1 {
		t.Fatalf("cases %v", l.c.Cases)
	}
	return l.c.Cases[0]
}

func caseTimer(c *dialog.Conversation) (due time.Time) {
	for _, timer := range c.Timers {
		if timer.Kind == "case" {
			due = timer.Due
		}
	}
	return due
}

// The lender that names no day is held to the place's: fifteen days in China,
// with a warning on the tenth that brings the chat before a human.
func TestACaseHasItsClock(t *testing.T) {
	l := resident(t, "cn")
	k := complain(t, l)
	shanghai := time.FixedZone("", 8*3600)
	if want := time.Date(2026, 12, 6, 23, 59, 59, 0, shanghai); !k.Due.Equal(want) {
		t.Errorf("due %s, want %s", k.Due, want)
	}
	at := time.Date(2026, 11, 21, 2, 1, 0, 0, time.UTC)
	l.turn(at, dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: "case.open", Ref: k.Ref, Status: "ok", ID: "T1"}})
	if got := l.c.Cases[0]; got.Ticket != "T1" || !got.Due.Equal(k.Due) {
		t.Errorf("after a number without a day: %+v", got)
	}
	warn := caseTimer(&l.c)
	if want := time.Date(2026, 12, 1, 9, 0, 0, 0, shanghai); !warn.Equal(want) {
		t.Fatalf("warned %s, want %s", warn, want)
	}
	l.c.Owner, l.c.Queue, l.c.QueuedFor = dialog.OwnerBot, "", ""
	fire := dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "case", Key: k.Ref, Due: warn}}
	if ch := l.turn(warn, fire); l.c.Owner != dialog.OwnerQueue || l.c.QueuedFor != "case_due" || l.c.Priority != 1 || len(ch.Messages) != 0 {
		t.Errorf("warned: owner %s for %q, priority %d, %v", l.c.Owner, l.c.QueuedFor, l.c.Priority, saidForms(ch))
	}
	l.c.Owner, l.c.Agent, l.c.Priority = dialog.OwnerAgent, "a7", 3
	if l.turn(warn, fire); l.c.Owner != dialog.OwnerAgent || l.c.Priority != 1 || !caseTimer(&l.c).Equal(warn.Add(24*time.Hour)) {
		t.Errorf("with a human: %s, priority %d, again %s", l.c.Owner, l.c.Priority, caseTimer(&l.c))
	}
	l.c.Owner, l.c.Cases = dialog.OwnerBot, nil
	if l.turn(warn.Add(24*time.Hour), fire); l.c.Owner != dialog.OwnerBot {
		t.Errorf("answered meanwhile: %s", l.c.Owner)
	}
}

// A day that the lender names goes before the packs'.
func TestTheLendersOwnDayCounts(t *testing.T) {
	l := resident(t, "cn")
	k := complain(t, l)
	due := k.Opened.AddDate(0, 0, 9)
	l.turn(k.Opened.Add(time.Minute), dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: "case.open", Ref: k.Ref, Status: "ok", ID: "T1", Due: due}})
	if got := l.c.Cases[0]; !got.Due.Equal(due) || !caseTimer(&l.c).Equal(k.Opened.AddDate(0, 0, 6)) {
		t.Errorf("due %s, warned %s", got.Due, caseTimer(&l.c))
	}
}

// What is erased, and what is kept until when.
func TestRetention(t *testing.T) {
	e, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	yes, no := true, false
	today := dialog.NewDate(2026, 11, 21)
	for _, c := range []struct {
		name  string
		packs []string
		kept  rules.Kept
		erase bool
		rule  string // that keeps it
	}{
		{"a chat on request", []string{"cn"}, rules.Kept{Record: "chat", AgeDays: 1, Settled: &no, LegalHold: &no, Requested: true}, true, ""},
		{"a chat that nobody asked to erase", []string{"cn"}, rules.Kept{Record: "chat", AgeDays: 729, Settled: &yes, LegalHold: &no}, false, "BASE-RET-3"},
		{"a chat after two years", []string{"cn"}, rules.Kept{Record: "chat", AgeDays: 730, Settled: &yes, LegalHold: &no}, true, ""},
		{"a chat in the United States, on request", []string{"us"}, rules.Kept{Record: "chat", AgeDays: 800, Settled: &yes, LegalHold: &no, Requested: true}, false, "US-REC-1"},
		{"words about an illness", []string{"gb"}, rules.Kept{Record: "health_words", AgeDays: 183, LegalHold: &no}, true, ""},
		{"a chat needed as evidence", []string{"cn"}, rules.Kept{Record: "chat", AgeDays: 1, Settled: &yes, LegalHold: &yes}, false, "TG-DATA-1"},
		{"nobody knows whether it is needed", []string{"cn"}, rules.Kept{Record: "chat", AgeDays: 9999, Settled: &yes}, false, "BASE-RET-1"},
		{"a recording a day short", []string{"cn"}, rules.Kept{Record: "recording", AgeDays: 729, Settled: &yes, LegalHold: &no}, false, "CN-CARD-4B"},
		{"a recording after two years", []string{"cn"}, rules.Kept{Record: "recording", AgeDays: 730, Settled: &yes, LegalHold: &no}, true, ""},
		{"an oral plan that runs", []string{"cn"}, rules.Kept{Record: "oral_plan", AgeDays: 900, Settled: &no, LegalHold: &no}, false, "CN-CARD-4B"},
		{"a recording in two places: the longer period", []string{"cn", "us"}, rules.Kept{Record: "recording", AgeDays: 1000, Settled: &yes, LegalHold: &no}, false, "US-REC-1"},
		{"the journal", []string{"hk"}, rules.Kept{Record: "journal", AgeDays: 729, Settled: &yes, LegalHold: &no}, false, "BASE-RET-2"},
	} {
		erase, looked := e.Retention(c.packs, c.kept, today)
		found := c.rule == ""
		for _, j := range looked {
			found = found || j.Rule == c.rule && j.Outcome == policy.Deny
		}
		if erase != c.erase || !found || len(looked) == 0 {
			t.Errorf("%s: erase %v, %v", c.name, erase, looked)
		}
	}
}

// A change names the rules that decided it, also when it is refused.
func TestAChangeNamesItsRules(t *testing.T) {
	l := resident(t, "hk")
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	for _, event := range []dialog.Event{balance(), {Kind: "nonsense"}} {
		if ch := l.turn(at, event); ch.RulesHash == "" || ch.RulesHash != l.rules.Hash {
			t.Errorf("%s: %q, want %q", event.Kind, ch.RulesHash, l.rules.Hash)
		}
	}
}
