package flow

import (
	"strings"
	"testing"

	"warmline/dialog"
)

// yes is a yes beyond doubt, whatever else the text says.
func yes(entities ...string) *dialog.Understanding {
	u := heard("affirm", entities...)
	u.Intents[0].Score = 0.99
	return u
}

func bound(c *chat) bool {
	for _, call := range c.got.Calls {
		if call.Kind == dialog.CallArrangementCreate {
			return true
		}
	}
	return false
}

// A yes that names a number, a sum or a day binds to a card only when the card
// has them.
func TestAYesToSomethingElseBindsNothing(t *testing.T) {
	for _, c := range []struct {
		card, text string
		entities   string
		binds      bool
	}{
		{"plan:4", "好", "", true},
		{"plan:4", "ok 4", "", true},
		{"plan:4", "ok 6", "", false},
		{"plan:4", "好 6期", "n_instalments=6", false},
		{"plan:4", "好 4期", "n_instalments=4", true},
		{"plan:4", "ok the 207 one", "amount=207", true},
		{"plan:4", "ok 206.93 a month", "per_period=206.93/month", true},
		{"plan:4", "yes 150 a month", "per_period=150/month", false},
		{"plan:4", "yes, 827.71 in all", "", true},
		{"plan:4", "yes from the 28th", "", true},
		{"plan:4", "yes from the 25th", "date=2026-11-25", false},
		{"defer:30", "ok 30 days", "duration_days=30", true},
		{"defer:30", "ok 14 days", "duration_days=14", false},
		{"defer:30", "行 12月21日", "date=2026-12-21", true},
		{"defer:30", "行 12月5日", "date=2026-12-05", false},
	} {
		chat := demo(t).taps(c.card)
		if chat.conv.Talk.Quote == nil {
			t.Fatalf("%s: no card", c.card)
		}
		before := chat.conv.Talk.Quote.ID
		chat.hears(c.text, yes(strings.Fields(c.entities)...))
		if got := bound(chat); got != c.binds {
			t.Errorf("%s below %s: bound %v, said %v", c.text, c.card, got, chat.got.Acts)
		}
		if q := chat.conv.Talk.Quote; !c.binds && q != nil && q.ID == before && chat.conv.Talk.Asked == "" {
			t.Errorf("%s below %s: the card stands and nothing is asked", c.text, c.card)
		}
	}
}

// A topic's words stand in one table: the first that has it would hide another.
func TestATopicStandsOnce(t *testing.T) {
	seen := map[topic]bool{}
	for _, table := range []map[topic][]string{fearWords, otherWords, turnWords, answerWords, careWords} {
		for of, words := range table {
			if seen[of] || len(words) == 0 {
				t.Errorf("topic %s: twice, or without words", of)
			}
			seen[of] = true
		}
	}
}
