package rules_test

import (
	"slices"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
	"warmline/prompts"
)

func saidForms(ch dialog.Change) []string {
	var keys []string
	for i := range ch.Messages {
		if a := ch.Messages[i].Act; a != nil {
			keys = append(keys, policy.FormKey(a))
		}
	}
	return keys
}

// What a place wants shown beside a reminder is shown right before it: once for
// a missed payment, or with every message where the rule says so.
func TestDisclosuresAreSentOnceInTheirTime(t *testing.T) {
	for pack, want := range map[string][2][]string{
		"gb": {{"disclose.pack/uk_conc_7_20", "reminder.overdue"}, {"reminder.overdue"}},
		"cn": {{"disclose.pack/cn_dunning_fields", "reminder.overdue"}, {"reminder.overdue"}},
		"us": {{"disclose.pack/us_opt_out", "reminder.overdue"}, {"disclose.pack/us_opt_out", "reminder.overdue"}},
		"hk": {{"reminder.overdue"}, {"reminder.overdue"}},
	} {
		l := resident(t, pack)
		l.f.Borrower.Name, l.f.Borrower.Lender = "林悦", "温线钱包"
		at := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
		if pack == "gb" || pack == "us" {
			at = at.Add(13 * time.Hour)
		}
		for n, forms := range want {
			on := at.AddDate(0, 0, 3*n)
			ch := l.turn(on, reminder(on))
			if got := saidForms(ch); !slices.Equal(got, forms) {
				t.Errorf("%s, reminder %d: %v, want %v", pack, n+1, got, forms)
			}
		}
		ledger := 0
		for _, d := range l.c.Disclosed {
			if d.Locale != "" && !d.At.IsZero() && d.Version == "texts-1" {
				ledger++
			}
		}
		if want := len(want[0]) - 1; ledger != want {
			t.Errorf("%s: %d entries in the ledger, want %d: %v", pack, ledger, want, l.c.Disclosed)
		}
	}
}

// A collector says who it is and what may be disputed before it shows an
// account, and never to somebody who is not known to be the borrower.
func TestACollectorSaysSoFirst(t *testing.T) {
	engine, err := rules.Load(packs.Files, rules.Options{Actor: "third_party"})
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := policy.Compile(engine.Config())
	if err != nil {
		t.Fatal(err)
	}
	for pack, want := range map[string][]string{
		"us": {"disclose.pack/us_mini_miranda", "disclose.pack/us_validation"},
		"tw": {"disclose.pack/tw_outsourcing_notice"},
	} {
		for _, level := range []dialog.Level{dialog.LevelUnknown, dialog.LevelBorrower} {
			l := resident(t, pack)
			l.rules = compiled
			l.f.Borrower.Lender = "温线钱包"
			l.c.Bindings[0].Level = level
			at := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
			got := saidForms(l.turn(at, balance()))
			shown := slices.DeleteFunc(slices.Clone(got), func(k string) bool { return !slices.Contains(want, k) })
			if level == dialog.LevelUnknown && len(shown) > 0 {
				t.Errorf("%s, a stranger: %v", pack, got)
			}
			if level == dialog.LevelBorrower && (!slices.Equal(shown, want) || got[len(got)-1] != "balance.show") {
				t.Errorf("%s: %v, want %v before the balance", pack, got, want)
			}
			again := saidForms(l.turn(at.Add(time.Minute), balance()))
			if level == dialog.LevelBorrower && !slices.Equal(again, []string{"balance.show"}) {
				t.Errorf("%s, asked again: %v", pack, again)
			}
		}
	}
}

func balance() dialog.Event {
	u := &dialog.Understanding{Language: dialog.LangEn, Confident: true, Driving: dialog.IntentAskBalance,
		Intents: []dialog.Scored{{Intent: dialog.IntentAskBalance, Score: 1}}}
	return dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l", Text: "…"}}, Heard: u}}
}

// Every text that a pack may require is in each locale.
func TestEveryDisclosureHasItsText(t *testing.T) {
	words, err := prompts.Load(prompts.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range policy.Disclosures() {
		form, _ := policy.DisclosureForm(id)
		for _, locale := range dialog.Locales() {
			if words.Catalog(locale).Variants(policy.ActDisclose, form) == nil {
				t.Errorf("%s: no text for %s", locale, id)
			}
		}
		if policy.Shown(&dialog.Act{Kind: policy.ActDisclose, Form: form}) != id {
			t.Errorf("%s is not found again by its form", id)
		}
	}
}
