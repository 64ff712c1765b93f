package rules

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// asking is a message about a debt, or what would become of one, in New York at
// noon.
func asking(c *dialog.Conversation) policy.Question {
	zone, _ := time.LoadLocation("America/New_York")
	return policy.Question{Class: dialog.ClassCollection, Channel: dialog.ChannelWeb, Initiated: true, Shows: true, Act: "reminder.overdue",
		At: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC), Zones: []*time.Location{zone}, Conv: c, Packs: c.Packs, Facts: &dialog.Facts{}}
}

func saidBy(list []policy.Judgement, rule string) policy.Judgement {
	for _, j := range list {
		if j.Rule == rule {
			return j
		}
	}
	return policy.Judgement{}
}

// A hold is named by its rules when it is put on, and again when a message that
// would ask for something falls due; where it is not on, by none.
func TestARuleIsNamedInBothTurns(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		pack, rule string
		hold       dialog.HoldKind
	}{
		{"us", "US-ATTY-1", dialog.HoldLegal}, {"us", "US-BK-1", dialog.HoldMoratorium}, {"us", "US-CEASE-1", dialog.HoldCease},
		{"us", "US-OPT-2", dialog.HoldCease}, {"us", "US-OPT-3", dialog.HoldCease}, {"us", "US-DISP-1", dialog.HoldDispute},
		{"us", "US-3P-1", dialog.HoldThirdParty}, {"us-nyc", "US-NYC-4", dialog.HoldCease},
		{"gb", "UK-BS-1", dialog.HoldMoratorium}, {"gb", "UK-BS-2", dialog.HoldMoratorium}, {"gb", "UK-DISP-1", dialog.HoldDispute},
		{"gb", "UK-VUL-1", dialog.HoldVulnerability}, {"gb", "UK-CAP-1", dialog.HoldCapacity}, {"gb", "UK-HOLD-1", dialog.HoldAdvice},
		{"gb", "UK-3P-1", dialog.HoldWrongPerson}, {"cn", "CN-CARD-2", dialog.HoldDispute}, {"cn", "CN-AI-2", dialog.HoldCrisis},
		{"cn", "CN-3P-1", dialog.HoldThirdParty}, {"cn", "CN-3P-2", dialog.HoldThirdParty}, {"hk", "HK-INS-1", dialog.HoldLegal},
		{"hk", "HK-3P-1", dialog.HoldThirdParty}, {"tw", "TW-3P-1", dialog.HoldThirdParty}, {"ph", "PH-3P-1", dialog.HoldWrongPerson},
		{"ph", "PH-CONT-1", dialog.HoldDispute}, {"hk", "BASE-DISP-1", dialog.HoldFraud}, {"hk", "BASE-HOLD-2", dialog.HoldBereavement},
	} {
		free := &dialog.Conversation{Packs: []string{c.pack}}
		held := &dialog.Conversation{Packs: free.Packs, Holds: []dialog.Hold{{Kind: c.hold}}}
		told := asking(held)
		told.Subject, told.Hold, told.Act = "hold", c.hold, ""
		var noted []policy.Judgement
		for _, p := range e.applying(free.Packs) {
			noted = p.Judge(&told, noted)
		}
		if j := saidBy(noted, c.rule); j.Outcome != policy.Hold || !j.Noted {
			t.Errorf("%s when %s is put on: %+v", c.rule, c.hold, j)
		}
		due := asking(held)
		due.Subject = "contact"
		if j := saidBy(e.Contact(due), c.rule); j.Outcome != policy.Deny || j.Noted {
			t.Errorf("%s when a message falls due under %s: %+v", c.rule, c.hold, j)
		}
		due.Conv = free
		if j := saidBy(e.Contact(due), c.rule); j.Outcome != policy.Allow {
			t.Errorf("%s without a hold: %+v", c.rule, j)
		}
	}
}

// A situation that names holds shows what the rules of each say of a message.
func TestExplainAsksOfEachHold(t *testing.T) {
	given := map[string]any{"holds": []any{"dispute", "legal"}, "recipient": "debtor", "collecting": true}
	for stage, want := range map[string]map[string]string{
		StageContact: {"US-DISP-1": "true", "US-CEASE-1": "false", "US-ATTY-1": "true", "BASE-REST-1": "false"},
		StageHold:    {"US-DISP-1": "unknown:hold", "US-ATTY-1": "true"},
		"":           {"US-DISP-1": "unknown:hold", "US-ATTY-1": "true"},
	} {
		looked, _, err := shipped(t).Explain([]string{"us"}, FactsFile{Stage: stage, Facts: given})
		if err != nil {
			t.Fatal(err)
		}
		for rule, value := range want {
			if i := slices.IndexFunc(looked, func(x Explained) bool { return x.Rule == rule }); i < 0 || looked[i].Value != value {
				t.Errorf("stage %q: %s, want %s (%d)", stage, rule, value, i)
			}
		}
	}
}

// A message waits until the hours that a person named, and within those of the
// law.
func TestNamedHours(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		name   string
		prefs  dialog.Preferences
		until  string
		denied bool
	}{
		{"no hours named", dialog.Preferences{}, "", false},
		{"not before two", dialog.Preferences{NotBefore: 14 * 60}, "2026-11-20T19:00:00Z", false},
		{"not after ten", dialog.Preferences{NotAfter: 10 * 60}, "2026-11-21T13:00:00Z", false},
		{"at night only", dialog.Preferences{NotBefore: 22 * 60, NotAfter: 23 * 60}, "", true},
		{"not here at all", dialog.Preferences{Stopped: []dialog.ChannelKind{dialog.ChannelWeb}}, "", true},
	} {
		q := asking(&dialog.Conversation{Packs: []string{"us"}, Prefs: c.prefs})
		q.Subject = "contact"
		v := policy.Strictest(e.Contact(q))
		switch {
		case c.until != "" && (v.Outcome != policy.Defer || v.Until.Format(time.RFC3339) != c.until):
			t.Errorf("%s: %s until %s, want %s", c.name, v.Outcome, v.Until, c.until)
		case c.denied != (v.Outcome == policy.Deny):
			t.Errorf("%s: %s by %s", c.name, v.Outcome, v.Rule)
		}
	}
}

// A rule can be looked at in another stage only where that has a meaning.
func TestAlsoIsChecked(t *testing.T) {
	for in, ok := range map[string]bool{"stage: contact\n    also: [hold]": true, "stage: contact\n    also: [contact]": false, "stage: contact\n    also: [offer]": false} {
		_, err := Load(fstest.MapFS{"base.yaml": &fstest.MapFile{Data: []byte(`id: base
title: {en: Base}
rules:
  - id: B-1
    ` + in + `
    statement: {en: s}
    when: collecting && stopped
    outcome: deny
    confidence: product
    evidence: P
    reason: r
    tests:
      - {facts: {collecting: true, stopped: true}, outcome: deny}
      - {facts: {collecting: true, stopped: false}, outcome: allow}
`)}}, Options{})
		if (err == nil) != ok {
			t.Errorf("%s: %v", in, err)
		}
	}
}
