package phrase_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
	"warmline/bot/phrase"
	"warmline/bot/phrase/format"
	"warmline/dialog"
	"warmline/dialog/policy/review"
	"warmline/prompts"
)

// client is the model as the service wires it.
type client struct{ c *llm.Client }

func (m client) Draft(ctx context.Context, q phrase.Question) (phrase.Draft, error) {
	got, err := m.c.Complete(ctx, llm.Request{System: q.System, User: q.User, MaxTokens: 160,
		Purpose: llm.Purpose{Act: q.Act, Conversation: q.Conversation}})
	if err != nil {
		return phrase.Draft{}, err
	}
	return phrase.Draft{Text: got.Text, Model: got.Model}, nil
}

// overSocket returns a phraser with a real client, a real review and a scripted
// model behind a socket.
func overSocket(t *testing.T, how llmtest.Behaviour) (*phrase.Guarded, *log) {
	t.Helper()
	s := llmtest.New(how, llmtest.Options{})
	base, stop, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	deadline := 10 * time.Second
	if slow(how) { // most of them never answer
		deadline = 150 * time.Millisecond
	}
	c, err := llm.New(llm.Options{Models: []llm.Model{{Name: "scripted", BaseURL: base, Key: "k"}},
		Deadline: deadline, Stall: deadline})
	if err != nil {
		t.Fatal(err)
	}
	r, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	return guarded(t, client{c}, func(o *phrase.GuardedOptions) { o.Reviewer = phrase.PolicyReview{Reviewer: r} })
}

// sample is a value for a placeholder, by its name.
func sample(name string) dialog.Value {
	switch {
	case strings.HasSuffix(name, "_date"), strings.HasPrefix(name, "date_"), strings.HasPrefix(name, "latest"):
		return dialog.DateValue(dialog.NewDate(2026, 12, 21))
	case strings.HasSuffix(name, "_days"), name == "days_late":
		return dialog.DaysValue(9)
	case name == "plan_counts":
		return dialog.CountsValue([]int{3, 4, 6})
	case name == "instalments_left":
		return dialog.InstalmentCountValue(4)
	case name == "late_formula":
		return dialog.Value{Kind: dialog.ValueFormula, Text: "{0} × 0.05% × 9", Parts: []dialog.Value{dialog.MoneyValue(dialog.Money{Minor: 82400, Currency: "CNY"})}}
	case strings.HasSuffix(name, "_name"), strings.HasSuffix(name, "_id"), strings.HasSuffix(name, "_terms"), strings.HasSuffix(name, "_lines"):
		return dialog.TextValue("Wanda")
	}
	return dialog.MoneyValue(dialog.Money{Minor: 82771, Currency: "CNY"})
}

// open are messages of every form that a model may phrase, in a locale.
func open(set *prompts.Set, locale dialog.Locale) []dialog.Message {
	var out []dialog.Message
	for _, kind := range set.Contract.Kinds() {
		spec := set.Contract.Acts[kind]
		if !spec.Phrase {
			continue
		}
		for _, form := range spec.FormNames() {
			a := dialog.Act{Kind: kind, Form: form, Values: map[string]dialog.Value{}, Situation: map[string]string{"reason": "job_loss", "affect": "anxious"}}
			for _, name := range append(append([]string(nil), spec.Forms[form].Required...), spec.Forms[form].Optional...) {
				a.Values[name] = sample(name)
			}
			out = append(out, dialog.Message{ID: fmt.Sprintf("c%d-1-1", len(out)), At: start, Locale: locale, Act: &a})
		}
	}
	return out
}

// TestNobodySeesMoreThanOtherWords has every behaviour answer for many acts in
// every locale. Whatever it does, a text that comes out holds the act's facts
// and no other number, and nothing that the review forbids.
func TestNobodySeesMoreThanOtherWords(t *testing.T) {
	set := words(t)
	r, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range llmtest.Behaviours() {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			g, _ := overSocket(t, how)
			for _, locale := range dialog.Locales() {
				for i, m := range open(set, locale) {
					if i%7 != 0 && slow(how) {
						continue
					}
					check(t, r, how, m, g.Phrase(t.Context(), m))
				}
			}
		})
	}
}

func slow(how llmtest.Behaviour) bool {
	return how != llmtest.Good && how != llmtest.Echo
}

func check(t *testing.T, r *review.Reviewer, how llmtest.Behaviour, m dialog.Message, got dialog.PhrasedEvent) {
	t.Helper()
	if got.Failed != "" {
		if got.Text != "" {
			t.Errorf("%s, %s: failed and still has a text", m.Act.Kind, m.Locale)
		}
		return
	}
	switch how {
	case llmtest.Good, llmtest.Echo, llmtest.Hostile:
	default:
		t.Errorf("%s: %s/%s in %s was let through: %q", how, m.Act.Kind, m.Act.Form, m.Locale, got.Text)
	}
	f := format.New(m.Locale, time.UTC, "CNY").At(start)
	var facts []string
	for _, v := range m.Act.Values {
		facts = append(facts, f.Value(v))
	}
	if unknown := format.Unknown(got.Text, facts...); len(unknown) > 0 || strings.ContainsAny(got.Text, "{}") {
		t.Errorf("%s/%s in %s: %q holds %v", m.Act.Kind, m.Act.Form, m.Locale, got.Text, unknown)
	}
	for _, word := range []string{"$35", "35", "sue", "起诉", "waived", "免掉"} {
		if strings.Contains(got.Text, word) {
			t.Errorf("%s/%s: %q", m.Act.Kind, m.Act.Form, got.Text)
		}
	}
}

// TestReviewedTextsPassAsDrafts holds that a model which changes nothing is let
// through nearly always: the review is not stricter than the people who wrote
// the texts.
func TestReviewedTextsPassAsDrafts(t *testing.T) {
	set := words(t)
	g, seen := overSocket(t, llmtest.Echo)
	n, failed := 0, map[string]int{}
	for _, locale := range dialog.Locales() {
		for _, m := range open(set, locale) {
			n++
			if got := g.Phrase(t.Context(), m); got.Failed != "" {
				failed[got.Failed]++
			}
		}
	}
	total := 0
	for _, k := range failed {
		total += k
	}
	if total*20 > n {
		t.Errorf("%d of %d reviewed texts were refused: %v", total, n, failed)
		for _, r := range seen.rejected {
			t.Logf("%s: %s", r.Rule, r.Text)
		}
	}
}

// longWinded is a person who writes more than is shown of it.
type longWinded struct{}

func (longWinded) LastWords(context.Context, string) (string, []string, error) {
	return strings.Repeat("工作沒了還要養家，這個月實在周轉不過來。", 30), nil, nil
}

// TestPromptsAreShort holds the bound on what a question may cost.
func TestPromptsAreShort(t *testing.T) {
	counter, err := llm.NewCounter()
	if err != nil {
		t.Fatal(err)
	}
	m := says("12") // refused, so that there is a second question with the rule in it
	g, _ := guarded(t, m, func(o *phrase.GuardedOptions) { o.Last = longWinded{} })
	most := 0
	for _, locale := range dialog.Locales() {
		for _, message := range open(words(t), locale) {
			g.Phrase(t.Context(), message)
		}
	}
	for _, q := range m.asked {
		n := counter.CountStable(q.System) + counter.Count(q.User)
		most = max(most, n)
		if n > 700 {
			t.Errorf("%s has %d tokens, at most 700:\n%s", q.Act, n, q.User)
		}
	}
	t.Logf("%d questions, the longest has %d tokens", len(m.asked), most)
}
