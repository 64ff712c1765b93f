package phrase_test

import (
	"strings"
	"testing"

	"warmline/dialog"
	"warmline/dialog/policy/review"
)

// A word of assent before a reviewed text changes nothing about it, whatever the
// text speaks of.
func TestAWordOfAssentBeforeAReviewedTextIsNotWeighed(t *testing.T) {
	set := words(t)
	r, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	openings := map[bool][]string{
		true:  {"好的。", "好。"},
		false: {"All right. ", "Thank you for telling me. "},
	}
	for _, locale := range dialog.Locales() {
		for _, act := range set.Contract.Kinds() {
			spec := set.Contract.Acts[act]
			if !spec.Phrase {
				continue
			}
			for form, slots := range spec.Forms {
				for _, text := range set.Catalog(locale).Variants(act, form) {
					if !r.Draft(review.Draft{Locale: string(locale), Act: act, Required: slots.Required, Optional: slots.Optional, Text: text.Body}).Allowed {
						continue
					}
					for _, opening := range openings[strings.HasPrefix(string(locale), "zh")] {
						d := review.Draft{Locale: string(locale), Act: act, Required: slots.Required, Optional: slots.Optional, Text: opening + text.Body}
						if v := r.Draft(d); !v.Allowed {
							t.Errorf("%s %s: %s %s: %s", locale, act, v.Why, v.Rule, d.Text)
						}
					}
				}
			}
		}
	}
}
