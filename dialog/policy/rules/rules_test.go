package rules

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
)

func shipped(t testing.TB) *Engine {
	t.Helper()
	e, err := Load(packs.Files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// minimal is a base pack with one rule; edits change its text.
func minimal(edits ...string) fstest.MapFS {
	text := `id: base
title: {en: Everywhere}
rules:
  - id: T-1
    stage: contact
    statement: {en: "No more than three."}
    params: {max: 3}
    when: collecting && week_contacts >= max
    outcome: deny
    confidence: high
    citation: {instrument: Act, article: "1", url: "https://example.org/act", effective_from: 2020-01-01, checked_on: 2026-11-21}
    tests:
      - {name: the third, facts: {collecting: true, week_contacts: 2}, outcome: allow}
      - {name: the fourth, facts: {collecting: true, week_contacts: 3}, outcome: deny}
`
	return fstest.MapFS{"base.yaml": {Data: []byte(strings.NewReplacer(edits...).Replace(text))}}
}

func TestBrokenPacksAreRefused(t *testing.T) {
	if _, err := Load(minimal(), Options{}); err != nil {
		t.Fatalf("the pack to be broken is not whole: %v", err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"no citation":            {"    citation: {instrument: Act, article: \"1\", url: \"https://example.org/act\", effective_from: 2020-01-01, checked_on: 2026-11-21}\n", "", "citation"},
		"a citation without url": {`url: "https://example.org/act", `, "", "citation"},
		"no tests":               {"      - {name: the third, facts: {collecting: true, week_contacts: 2}, outcome: allow}\n      - {name: the fourth, facts: {collecting: true, week_contacts: 3}, outcome: deny}\n", "", "tests"},
		"tests that never rest":  {"week_contacts: 2}, outcome: allow", "week_contacts: 4}, outcome: deny", "tests"},
		"a test that comes out":  {"params: {max: 3}", "params: {max: 4}", "expected deny"},
		"a typo":                 {"week_contacts >= max", "weak_contacts >= max", "undeclared reference"},
		"a wrong type":           {"week_contacts >= max", "week_contacts >= \"3\"", "no matching overload"},
		"no yes or no":           {"collecting && week_contacts >= max", "week_contacts + max", "expected yes or no"},
		"a loop":                 {"collecting && week_contacts >= max", "holds.exists(h, h == 'x')", "when"},
		"an unknown stage":       {"stage: contact", "stage: sometime", "stage"},
		"an outcome of another":  {"outcome: deny\n    confidence", "outcome: require\n    confidence", "outcome"},
		"an unknown key":         {"    params:", "    parms: {}\n    params:", "parms"},
		"an unknown fact":        {"{collecting: true, week_contacts: 2}", "{collecting: true, weeks: 2}", "environment"},
		"another name":           {"id: base", "id: basis", "file's name"},
		"a defer without window": {"outcome: deny\n    confidence", "outcome: defer\n    confidence", "tests"},
		"something too long":     {"week_contacts >= max", strings.Repeat("week_contacts >= max || ", 30) + "false", "size"},
	} {
		_, err := Load(minimal(c.old, c.new), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
	if _, err := Load(fstest.MapFS{}, Options{}); err == nil {
		t.Error("no pack at all is taken")
	}
}

// contact asks the shipped gate; change alters the reminder at noon.
func contact(e *Engine, change func(*policy.Question)) policy.Verdict {
	q := reminderQuestion()
	change(&q)
	return policy.Strictest(e.Contact(q))
}

func TestTheStrictestOfSeveralPacksWins(t *testing.T) {
	e := shipped(t)
	earlier := func(q *policy.Question, days ...int) {
		q.Contacts = nil
		for _, d := range days {
			q.Contacts = append(q.Contacts, dialog.ContactCount{At: q.At.AddDate(0, 0, -d), Channel: dialog.ChannelSMS, Class: dialog.ClassCollection})
		}
	}
	for _, c := range []struct {
		name    string
		change  func(*policy.Question)
		outcome policy.Outcome
		rule    string
	}{
		{"nothing against it", func(*policy.Question) {}, policy.Allow, ""},
		{"the third of a week in New York City", func(q *policy.Question) { earlier(q, 2, 4) }, policy.Allow, ""},
		{"the same in Massachusetts", func(q *policy.Question) { q.Packs = []string{"us-ma"}; earlier(q, 2, 4) }, policy.Deny, "US-MA-1"},
		{"both", func(q *policy.Question) { q.Packs = []string{"us-nyc", "us-ma"}; earlier(q, 2, 4) }, policy.Deny, "US-MA-1"},
		{"the fourth of a week", func(q *policy.Question) { earlier(q, 2, 4, 6) }, policy.Deny, "US-FREQ-4"},
		{"the city's rule before it was in force", func(q *policy.Question) {
			q.At = time.Date(2026, 8, 31, 17, 0, 0, 0, time.UTC)
			earlier(q, 1, 2, 3)
		}, policy.Deny, "US-FREQ-4"},
		{"a pack that is not there", func(q *policy.Question) { q.Packs = []string{"us", "atlantis"} }, policy.Deny, "BASE-PACK-1"},
		{"no pack at all", func(q *policy.Question) { q.Packs = nil }, policy.Deny, "BASE-PACK-1"},
		{"contacts that are not known", func(q *policy.Question) { q.Facts = &dialog.Facts{Unavailable: true} }, policy.Deny, ""},
		{"zones that are not known", func(q *policy.Question) { q.Zones = nil }, policy.Deny, ""},
		{"a hold", func(q *policy.Question) { q.Conv.Holds = []dialog.Hold{{Kind: dialog.HoldDispute}} }, policy.Deny, "BASE-HOLD-1"},
		{"an opt-out", func(q *policy.Question) { q.Conv.Prefs.Stopped = []dialog.ChannelKind{dialog.ChannelWeb} }, policy.Deny, "BASE-STOP-1"},
		{"after three without an answer", func(q *policy.Question) { q.Conv.Unanswered = 3; earlier(q, 8) }, policy.Modify, "BASE-QUIET"},
		{"the same within a week", func(q *policy.Question) { q.Conv.Unanswered = 3; earlier(q, 5) }, policy.Deny, "BASE-QUIET-2"},
		{"by Telegram without a link", func(q *policy.Question) { q.Channel, q.Conv.Links = dialog.ChannelTelegram, nil }, policy.Deny, "TG-SPAM-1"},
		{"in China by Telegram", func(q *policy.Question) { q.Packs, q.Channel = []string{"cn"}, dialog.ChannelTelegram }, policy.Deny, "CN-PIPL-1"},
		{"by law and place, at night", func(q *policy.Question) { q.At = q.At.Add(10 * time.Hour) }, policy.Defer, "US-TIME-1"},
	} {
		v := contact(e, c.change)
		if v.Outcome != c.outcome || c.rule != "" && v.Rule != c.rule {
			t.Errorf("%s: %s by %s (%s), want %s by %s", c.name, v.Outcome, v.Rule, v.Detail, c.outcome, c.rule)
		}
	}
}

// An overlay takes effect on its day: the same contacts before and after.
func TestTheVersionInForceOnTheDay(t *testing.T) {
	e := shipped(t)
	for day, want := range map[string]bool{"2026-08-31": false, "2026-09-01": true} {
		d, _ := dialog.ParseDate(day)
		looked := false
		for _, f := range contact(e, func(q *policy.Question) { q.At = d.In(q.Zones[0]).Add(12 * time.Hour) }).Looked {
			looked = looked || f.Rule == "US-NYC-1"
		}
		if looked != want {
			t.Errorf("%s: looked at %v", day, looked)
		}
	}
}

func TestDefaultsGiveWayToAPacksOwnRules(t *testing.T) {
	e := shipped(t)
	looked := func(packs ...string) map[string]bool {
		ids := map[string]bool{}
		for _, f := range contact(e, func(q *policy.Question) { q.Packs = packs }).Looked {
			ids[f.Rule] = true
		}
		return ids
	}
	if ids := looked("us"); ids["BASE-TIME"] || !ids["US-TIME-1"] || ids["BASE-FREQ-1"] {
		t.Errorf("the country has its own: %v", ids)
	}
	if ids := looked("sg"); !ids["BASE-TIME"] || !ids["BASE-FREQ-1"] || !ids["BASE-FREQ-2"] {
		t.Errorf("the country has none: %v", ids)
	}
}

// Every moment to wait for is one that the gate itself allows, under any pack
// and any zones.
func TestDeferredMomentsAreOpen(t *testing.T) {
	e := shipped(t)
	zones := []string{"Asia/Shanghai", "America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Kolkata", "Australia/Sydney", "Pacific/Honolulu"}
	for _, pack := range e.IDs() {
		for i := range zones {
			for hour := range 48 {
				q := reminderQuestion()
				a, _ := time.LoadLocation(zones[i])
				b, _ := time.LoadLocation(zones[(i+hour)%len(zones)])
				q.Packs, q.Zones, q.Contacts = []string{pack}, []*time.Location{a, b}, nil
				q.At = time.Date(2026, 10, 24, hour, 30, 0, 0, time.UTC) // the clocks go back in Europe
				v := policy.Strictest(e.Contact(q))
				if v.Outcome != policy.Defer {
					continue
				}
				if !v.Until.After(q.At) {
					t.Fatalf("%s: deferred to the past", pack)
				}
				q.At = v.Until
				if again := policy.Strictest(e.Contact(q)); !again.Allowed() {
					t.Fatalf("%s in %s: %s at the moment it named: %s by %s", pack, zones[i], v.Until, again.Outcome, again.Rule)
				}
			}
		}
	}
}

func TestClocksOfComplaints(t *testing.T) {
	e, opened := shipped(t), dialog.NewDate(2026, 11, 20) // a Friday
	for _, c := range []struct {
		packs            []string
		rule             string
		due, warn, final string
	}{
		{[]string{"sg"}, "BASE-CMPL-1", "2026-12-05", "2026-11-30", "2026-12-20"},
		{[]string{"cn"}, "CN-CMPL-1", "2026-12-05", "2026-11-30", "2027-01-19"},
		{[]string{"tw"}, "TW-CMPL-1", "2026-12-20", "2026-12-10", ""},
		{[]string{"gb"}, "UK-CMPL-1", "2027-01-15", "2026-11-25", "2027-01-15"},
		{[]string{"tw", "cn"}, "CN-CMPL-1", "2026-12-05", "2026-11-30", "2027-01-19"},
	} {
		got, ok := e.Clock(c.packs, dialog.CaseComplaint, opened)
		if !ok || got.Rule != c.rule || got.Due.String() != c.due || got.Warn.String() != c.warn || got.Final.String() != c.final {
			t.Errorf("%v: %+v", c.packs, got)
		}
	}
	if got, ok := e.Clock([]string{"cn"}, dialog.CaseFraud, opened); !ok || got.Rule != "BASE-DISP-2" || got.Due.String() != "2026-12-20" {
		t.Errorf("a fraud report has its own clock: %+v", got)
	}
	if got, ok := e.Clock([]string{"cn"}, dialog.CaseWaiver, opened); ok {
		t.Errorf("a wish for money off has none: %+v", got)
	}
	if got := businessDays(opened, 3); got.String() != "2026-11-25" {
		t.Errorf("three business days after a Friday: %s", got)
	}
}

func TestExplainNamesWhatIsNotKnown(t *testing.T) {
	f, err := ParseFacts([]byte(`{stage: contact, facts: {collecting: true, consents: [], local: "22:00:00"}}`))
	if err != nil {
		t.Fatal(err)
	}
	looked, v, err := shipped(t).Explain([]string{"cn"}, f)
	if err != nil || v.Outcome != policy.Deny {
		t.Fatalf("%v %v", v, err)
	}
	values := map[string]string{}
	for _, x := range looked {
		values[x.Rule] = x.Outcome + " " + x.Value
	}
	if values["CN-TIME-1"] != "defer true" || values["BASE-HOLD-1"] != "deny unknown:holds" {
		t.Errorf("%v", values)
	}
	if _, _, err := shipped(t).Explain([]string{"atlantis"}, f); err == nil {
		t.Error("an unknown pack is explained")
	}
}

func TestTwoPersonsMakeAPackReviewed(t *testing.T) {
	e := shipped(t)
	p := e.Pack("cn")
	keys, lines := map[string]ed25519.PrivateKey{}, ""
	for i, person := range []string{"ana", "bo", "eve"} {
		keys[person] = ed25519.NewKeyFromSeed([]byte(strings.Repeat(fmt.Sprint(i), ed25519.SeedSize)))
		if person != "eve" {
			lines += person + ": " + base64.StdEncoding.EncodeToString(keys[person].Public().(ed25519.PublicKey)) + "\n"
		}
	}
	ring, err := ParseKeyring([]byte(lines))
	if err != nil {
		t.Fatal(err)
	}
	on := dialog.NewDate(2026, 11, 22)
	one := Sign(Signatures{}, "cn", p.hash, "ana", keys["ana"], on)
	twice := Sign(one, "cn", p.hash, "ana", keys["ana"], on)
	stranger := Sign(one, "cn", p.hash, "eve", keys["eve"], on)
	forged := Sign(one, "cn", p.hash, "bo", keys["ana"], on)
	both := Sign(one, "cn", p.hash, "bo", keys["bo"], on)
	for name, s := range map[string]Signatures{"nobody": {}, "one": one, "one twice": twice, "a stranger": stranger, "one for another": forged} {
		if err := p.Reviewed(s, ring); !errors.Is(err, ErrUnsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := p.Reviewed(both, ring); err != nil {
		t.Errorf("two persons: %v", err)
	}
	if err := e.Pack("us").Reviewed(both, ring); !errors.Is(err, ErrUnsigned) {
		t.Errorf("signatures of another pack: %v", err)
	}
	changed := *p
	changed.hash = "other"
	if err := changed.Reviewed(both, ring); !errors.Is(err, ErrUnsigned) {
		t.Errorf("a change after signing: %v", err)
	}
	if s := Sign(both, "cn", changed.hash, "bo", keys["bo"], on); len(s.By) != 1 {
		t.Errorf("a change does not start anew: %v", s.By)
	}
	if _, err := ParseKeyring([]byte(strings.ReplaceAll(lines, "bo: ", "cy: ") + strings.ReplaceAll(lines, "bo: ", "bo: "))); err == nil {
		t.Error("two persons with one key")
	}
}

func TestABrokenPackLeavesTheOldRules(t *testing.T) {
	compile := func(files fstest.MapFS) func() (policy.Rules, error) {
		return func() (policy.Rules, error) {
			e, err := Load(files, Options{})
			if err != nil {
				return policy.Rules{}, err
			}
			return policy.Compile(e.Config())
		}
	}
	first, err := compile(minimal())()
	if err != nil {
		t.Fatal(err)
	}
	live := NewLive(first)
	if changed, err := live.Reload(compile(minimal())); changed || err != nil {
		t.Errorf("the same again: %v %v", changed, err)
	}
	if _, err := live.Reload(compile(minimal("params: {max: 3}", "params: {max: 9}"))); err == nil || live.Rules().Hash != first.Hash {
		t.Errorf("a broken pack was taken: %v", err)
	}
	whole := compile(minimal("No more than three", "Never more than three"))
	if changed, err := live.Reload(whole); !changed || err != nil || live.Rules().Hash == first.Hash {
		t.Errorf("a whole one was not taken: %v %v", changed, err)
	}
}
