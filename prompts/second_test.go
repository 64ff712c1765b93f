package prompts

import (
	"slices"
	"testing"
	"testing/fstest"

	"warmline/dialog"
)

func TestSortingListsEveryIntentThatBindsNothing(t *testing.T) {
	s, err := LoadSorting(ModelFiles)
	if err != nil {
		t.Fatal(err)
	}
	for intent := range dialog.Intents() {
		if slices.Contains(s.Intents, intent) == binds(intent) {
			t.Errorf("%s: listed %v", intent, !binds(intent))
		}
	}
	if len(s.Intents) != len(dialog.Intents())-3 || s.Version == "" {
		t.Errorf("%d intents, version %q", len(s.Intents), s.Version)
	}
}

func TestSortingRefusesWhatAModelMayNotMean(t *testing.T) {
	for _, line := range []string{"affirm: a yes", "choose_option: a choice", "deny: a no", "dance: steps", "smalltalk"} {
		fsys := fstest.MapFS{"model/second.md": {Data: []byte("Sort.\n\n" + line + "\n")}}
		if _, err := LoadSorting(fsys); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}
