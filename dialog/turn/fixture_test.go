package turn

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
)

var start = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC) // 10:00 in Shanghai

func testRules(t testing.TB, cfg policy.Config) policy.Rules {
	t.Helper()
	if cfg.Places == nil {
		engine, err := rules.Load(packs.Files, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		cfg.Places = engine.Places(rules.Scripted)
	}
	r, err := policy.Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// demo is the account that the journeys check their arithmetic with.
func demo() dialog.Facts {
	cny := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	return dialog.Facts{
		Borrower: dialog.Borrower{ID: "b1", Name: "林悦", Locale: dialog.ZhHans, Zone: "Asia/Shanghai",
			Packs: []string{"hk"}, Lender: "温线钱包"},
		Accounts: []dialog.Account{{Ref: "a1", Product: "wallet", Currency: "CNY", Version: "v1",
			Overdue: dialog.Overdue{Principal: cny(80000), Interest: cny(2400), LateRateDaily: 500_000,
				Due: dialog.NewDate(2026, 11, 12)}, NotYetDue: cny(160000), NextDue: dialog.NewDate(2026, 12, 12)}},
		Programme: dialog.Programme{Plans: []int{3, 4, 6}, MinInstalment: cny(10000), FirstPaymentDays: 7,
			Deferral: dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: 300_000, CooldownDays: 180},
			Promise:  dialog.PromiseTerms{FreezeDays: 14, Moves: 2}, QuoteTTL: 24 * time.Hour, CancelWindow: 72 * time.Hour},
		Desk: dialog.DeskFacts{Open: true, ETA: 6 * time.Minute, OnCall: true},
	}
}

// chat is a conversation with one web session at a level.
func chat(level dialog.Level) dialog.Conversation {
	return dialog.Conversation{ID: "c1", Borrower: "b1", Owner: dialog.OwnerBot, Locale: dialog.ZhHans, Zone: "Asia/Shanghai",
		Packs: []string{"hk"}, Channel: dialog.ChannelWeb,
		Bindings: []dialog.Binding{{Session: "s1", Channel: dialog.ChannelWeb, Level: level, Expires: start.Add(72 * time.Hour)}}}
}

func env(id string, at time.Time, e dialog.Event) dialog.Envelope {
	return dialog.Envelope{ID: id, Conversation: "c1", At: at, Channel: dialog.ChannelWeb, Session: "s1", Event: e}
}

func text(intents ...dialog.Intent) dialog.Event {
	u := &dialog.Understanding{Version: "t", Language: dialog.LangZhHans, Confident: true}
	for _, i := range intents {
		u.Intents = append(u.Intents, dialog.Scored{Intent: i, Score: 1})
	}
	if len(intents) > 0 {
		u.Driving = intents[0]
	}
	return dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l", Text: "…"}}, Heard: u}}
}

func tap(option, card string) dialog.Event {
	return dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}}
}

func act(kind dialog.ActKind, form string, values map[string]dialog.Value, ids ...string) dialog.Act {
	return dialog.Act{Kind: kind, Form: form, Values: values, Options: options(ids...)}
}

// always is scripts that propose the same whatever happens.
func always(p func(in flow.Input) flow.Proposal) scripts {
	return scripts{next: p, answer: p, due: p}
}

// silent proposes nothing.
func silentScripts() scripts {
	return always(func(in flow.Input) flow.Proposal { return flow.Proposal{Talk: in.Conv.Talk} })
}

// saying proposes acts and nothing else.
func saying(acts ...dialog.Act) scripts {
	return always(func(in flow.Input) flow.Proposal { return flow.Proposal{Talk: in.Conv.Talk, Acts: acts} })
}

func kinds(c dialog.Change) []string {
	var out []string
	for _, m := range c.Messages {
		if m.Act != nil {
			out = append(out, policy.FormKey(m.Act))
		}
	}
	return out
}

func calls(c dialog.Change) []dialog.Call {
	var out []dialog.Call
	for _, o := range c.Outbox {
		if o.Call != nil {
			out = append(out, *o.Call)
		}
	}
	return out
}

func encode(t interface{ Fatal(...any) }, v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func expectList(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
