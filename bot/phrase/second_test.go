package phrase_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"warmline/bot/phrase"
	"warmline/dialog"
	"warmline/prompts"
)

// sorter answers as it is told and keeps what it was asked.
type sorter struct {
	answer string
	err    error
	asked  []phrase.Question
}

func (s *sorter) Draft(_ context.Context, q phrase.Question) (phrase.Draft, error) {
	s.asked = append(s.asked, q)
	return phrase.Draft{Text: s.answer, Model: "m"}, s.err
}

type outcomes []string

func (o *outcomes) Opinion(outcome string) { *o = append(*o, outcome) }

var written = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func opinionOf(t *testing.T, model *sorter, m dialog.Message) (dialog.Understanding, string, error) {
	t.Helper()
	sorting, err := prompts.LoadSorting(prompts.ModelFiles)
	if err != nil {
		t.Fatal(err)
	}
	seen := &outcomes{}
	s := phrase.NewSecondOpinion(phrase.OpinionOptions{
		Sorting: sorting, Model: model, Watcher: seen, Now: func() time.Time { return written.Add(time.Second) },
		Names: func(_ context.Context, conversation string) []string {
			if conversation != "c1" {
				t.Errorf("names of %q", conversation)
			}
			return []string{"Zhou Min"}
		},
	})
	u, err := s.HearAgain(t.Context(), m)
	if len(*seen) != 1 {
		t.Fatalf("outcomes %v", *seen)
	}
	return u, (*seen)[0], err
}

func theirs(text string) dialog.Message {
	return dialog.Message{ID: "c1-4-1", Speaker: dialog.SpeakerBorrower, At: written, Body: dialog.Rendered{Text: text}}
}

func TestSecondOpinionIsOneIntentAndNothingElse(t *testing.T) {
	for _, answer := range []string{"ask_deferral", " ask_deferral\n", `{"intent":"ask_deferral"}`} {
		u, outcome, err := opinionOf(t, &sorter{answer: answer}, theirs("give me room"))
		if err != nil || outcome != "answered" || u.Driving != dialog.IntentAskDeferral || !u.Confident || len(u.Intents) != 1 {
			t.Errorf("%q: %+v, %s, %v", answer, u, outcome, err)
		}
		if len(u.Entities)+len(u.Candidates) > 0 || u.Safety != "" || u.Affect != "" || u.Language != "" || !strings.HasPrefix(u.Version, "second m s") {
			t.Errorf("%q: more than an intent: %+v", answer, u)
		}
	}
}

func TestSecondOpinionRefusesEveryOtherAnswer(t *testing.T) {
	for answer, want := range map[string]string{
		"affirm": "unknown", "deny": "unknown", "choose_option": "unknown", `{"intent":"affirm"}`: "unknown",
		"unclear": "unclear", `{"intent":"unclear"}`: "unclear", "": "unknown", "ask_balance 300": "unknown", "ASK_BALANCE": "unknown",
		"I think it is ask_balance": "unknown", `{"intent":"ask_balance","amount":"300"}`: "unknown", `{"intent":"ask_balance"`: "unknown",
		`{"intent":"ask_balance"}{"intent":"affirm"}`: "unknown", `["ask_balance"]`: "unknown", "ask_balance, pay_now": "unknown", "waive_all": "unknown",
	} {
		u, outcome, err := opinionOf(t, &sorter{answer: answer}, theirs("hm, you know"))
		if err == nil || outcome != want || u.Driving != "" || u.Confident {
			t.Errorf("%q: %+v, %s, %v", answer, u, outcome, err)
		}
	}
}

// broken fails like a model client.
type broken string

func (k broken) Error() string       { return string(k) }
func (k broken) FailureKind() string { return string(k) }

func TestSecondOpinionFailsWithItsModel(t *testing.T) {
	for err, want := range map[error]string{broken("budget"): "budget", broken("deadline"): "deadline", errors.New("x"): "unavailable"} {
		u, outcome, got := opinionOf(t, &sorter{answer: "ask_balance", err: err}, theirs("hm, you know"))
		if got == nil || outcome != want || u.Driving != "" {
			t.Errorf("%v: %+v, %s, %v", err, u, outcome, got)
		}
	}
}

func TestSecondOpinionShowsTheModelOnlyARedactedText(t *testing.T) {
	model := &sorter{answer: "ask_balance"}
	m := theirs("Zhou Min said 5,000 by 3 May, ring 13800138000 or a@b.example, my name is Maria Santos")
	m.Act = &dialog.Act{Kind: "balance.show", Values: map[string]dialog.Value{"amount_due": dialog.MoneyValue(dialog.NewMoney(82771, "CNY"))}}
	if _, _, err := opinionOf(t, model, m); err != nil {
		t.Fatal(err)
	}
	q := model.asked[0]
	if q.Act != phrase.SecondAct || q.Conversation != "c1" || strings.Count(q.User, "\n") > 0 {
		t.Errorf("asked %+v", q)
	}
	for _, secret := range []string{"Zhou", "Min", "Maria", "Santos", "5,000", "13800138000", "a@b", "827", "balance.show"} {
		if strings.Contains(q.User, secret) {
			t.Errorf("%q is shown: %s", secret, q.User)
		}
	}
	if strings.ContainsAny(q.User, "0123456789") {
		t.Errorf("a number is shown: %s", q.User)
	}
}

func TestSecondOpinionIsNotAskedInVain(t *testing.T) {
	old, ours := theirs("hm"), theirs("hm")
	old.At = written.Add(-time.Minute)
	ours.Speaker = dialog.SpeakerBot
	for want, m := range map[string]dialog.Message{"late": old, "not_theirs": ours, "no_words": theirs("300 13800138000 a@b.example!")} {
		model := &sorter{answer: "ask_balance"}
		if _, outcome, err := opinionOf(t, model, m); err == nil || outcome != want || len(model.asked) > 0 {
			t.Errorf("%s: %s, %v, asked %d times", want, outcome, err, len(model.asked))
		}
	}
}
