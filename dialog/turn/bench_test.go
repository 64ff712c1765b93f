package turn

import (
	"testing"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// BenchmarkStep measures whole turns with the shipped scripts: a question about
// the balance, ways out, a confirm card, and the yes to it.
func BenchmarkStep(b *testing.B) {
	r := testRules(b, policy.Config{})
	f := demo()
	card := Step(r, chat(2), env("e1", start, tap("plan:4", "")), f).Next
	for _, bench := range []struct {
		name string
		c    dialog.Conversation
		e    dialog.Event
	}{
		{"balance", card, text(dialog.IntentAskBalance)},
		{"options", card, text(dialog.IntentAskOptions)},
		{"card", card, tap("plan:6", "")},
		{"confirm", card, tap("confirm", card.Talk.Quote.ID)},
		{"human", card, text(dialog.IntentRequestHuman)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			e := env("e2", start.Add(60e9), bench.e)
			b.ReportAllocs()
			for b.Loop() {
				Step(r, bench.c, e, f)
			}
		})
	}
}
