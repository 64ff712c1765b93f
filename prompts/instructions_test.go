package prompts

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"warmline/dialog"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asks are questions with every field at its fullest and at its barest.
var asks = map[string]Ask{
	"bare": {Act: "smalltalk.reply/thanks", Reviewed: "You are welcome."},
	"full": {
		Act: "partial.offer", Labels: "reason=job_loss, affect=anxious, asked=ask_options, tone=warm",
		Required: "{pay_amount} {remaining_amount}", Allowed: "{amount_due}", Said: "they cut\nmy hours",
		Rule: "no figures: only the names in braces stand for numbers", Reviewed: "You could pay {pay_amount} now.\n{remaining_amount} would be left.",
	},
}

// TestModelIsToldExactlyThis compares what a model is sent with the golden
// files: a change of one word there is a change of the version, and is seen.
func TestModelIsToldExactlyThis(t *testing.T) {
	in, err := LoadInstructions(ModelFiles)
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range dialog.Locales() {
		for name, ask := range asks {
			user, err := in.Question(ask)
			if err != nil {
				t.Fatal(err)
			}
			got := in.System(locale) + "\n\n--- user\n" + user + "\n"
			path := filepath.Join("testdata", "golden", name+"."+string(locale)+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != got {
				t.Errorf("%s is not what is sent any more; look at it, then run with -update\n%s", path, got)
			}
		}
	}
}
