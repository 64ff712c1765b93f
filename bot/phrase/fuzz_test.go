package phrase_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"warmline/bot/phrase"
	"warmline/bot/phrase/format"
)

// openReviewer lets everything pass: what is tried is what stands before and after a
// reviewer.
type openReviewer struct{}

func (openReviewer) Review(phrase.Candidate) phrase.Verdict { return phrase.Verdict{Allowed: true} }

// parrot is a model that says what it is told to.
type parrot struct{ text string }

func (p *parrot) Draft(context.Context, phrase.Question) (phrase.Draft, error) {
	return phrase.Draft{Text: p.text, Model: "m"}, nil
}

type nobody struct{}

func (nobody) Rejected(phrase.Rejection) {}
func (nobody) Phrased(phrase.Report)     {}

// FuzzDraft holds that no draft, whatever it is, brings a number or a brace of
// its own to a person.
func FuzzDraft(f *testing.F) {
	for _, seed := range []string{
		fine, "{amount_due}{due_date}", "{{amount_due}} {due_date}", "{amount_due}万 {due_date}", "{amount_due}.5 {due_date}",
		"{due_date}/{amount_due}", "٣ {amount_due} {due_date}", "⑫ {amount_due} {due_date}", "{amount_due} k {due_date}", "½{amount_due}{due_date}",
		"{amount_due} hundred {due_date}", "{due_date} 年 {amount_due}", "\xff{amount_due} {due_date}",
	} {
		f.Add(seed)
	}
	model, now := &parrot{}, start
	g, _ := guarded(f, model, func(o *phrase.GuardedOptions) {
		o.Reviewer, o.Watcher, o.Now = openReviewer{}, nobody{}, func() time.Time { return now }
	})
	f.Fuzz(func(t *testing.T, draft string) {
		model.text, now = draft, now.Add(time.Hour) // any rest is over
		m := balance(0)
		m.At = now
		got := g.Phrase(t.Context(), m)
		if got.Failed != "" {
			return
		}
		if unknown := format.Unknown(got.Text, "827.71", "12 Nov"); len(unknown) > 0 || strings.ContainsAny(got.Text, "{}｛｝") {
			t.Fatalf("%q became %q with %v", draft, got.Text, unknown)
		}
		if strings.Count(got.Text, "827.71") != 1 || strings.Count(got.Text, "12 Nov") != 1 {
			t.Fatalf("%q became %q", draft, got.Text)
		}
	})
}
