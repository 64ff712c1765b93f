package policy

import (
	"testing"

	"warmline/dialog"
)

// What counts as a yes in words: a plain one; "cancel" only to the card that
// asks whether to cancel; "this one" only where it names nothing else.
func TestWordsOfYes(t *testing.T) {
	hears := func(driving dialog.Intent, entities ...dialog.Entity) *dialog.Understanding {
		return &dialog.Understanding{Driving: driving, Confident: true, Entities: entities,
			Intents: []dialog.Scored{{Intent: driving, Score: 0.9}}}
	}
	plan, cancel := &dialog.Quote{}, &dialog.Quote{Cancels: "ARR-1"}
	for _, c := range []struct {
		name string
		u    *dialog.Understanding
		q    *dialog.Quote
		want bool
	}{
		{"nothing heard", nil, plan, false},
		{"yes", hears(dialog.IntentAffirm), plan, true},
		{"no", hears(dialog.IntentDeny), plan, false},
		{"cancel to an offer", hears(dialog.IntentCancelOrUndo), plan, false},
		{"cancel to the question whether to cancel", hears(dialog.IntentCancelOrUndo), cancel, true},
		{"this one", hears(dialog.IntentChooseOption), plan, true},
		{"this one, of a cancelling", hears(dialog.IntentChooseOption), cancel, false},
		{"another number", hears(dialog.IntentChooseOption, dialog.Entity{Kind: dialog.EntityInstalments, Value: "6"}), plan, false},
		{"a question", hears(dialog.IntentAskBalance), plan, false},
	} {
		if got := wordsOfYes(c.u, c.q); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
