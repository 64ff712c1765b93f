package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
	"warmline/dialog"
	"warmline/prompts"
)

// vague is a text that is not understood, whatever has been learnt lately.
func vague(t *testing.T) string {
	t.Helper()
	b := testBench(t)
	in := dialog.HearContext{NowUnix: time.Now().Unix(), Zone: "Europe/London", Locale: dialog.EnGB}
	for _, text := range []string{"blorp 5000", "grobble snark 5000", "hm the blorp wug 5000"} {
		u := b.listener.Hear(text, in)
		if !u.Confident && u.Safety == "" {
			return text
		}
	}
	t.Fatal("everything is understood")
	return ""
}

// sortsAs is a scripted model that takes every text for the same.
func sortsAs(how llmtest.Behaviour, intent dialog.Intent) *llmtest.Server {
	return llmtest.New(how, llmtest.Options{Sort: func(string) string { return string(intent) }})
}

func secondOn(c *config) { c.Model.SecondOpinion = true }

// acts waits for the bot's acts until one is there or the time is over.
func acts(t *testing.T, s *service, want dialog.ActKind, patience time.Duration) []dialog.ActKind {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		list, err := s.app.store.After(t.Context(), dialog.ConversationID("maria-santos"), 0, 50)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []dialog.ActKind
		for _, m := range list {
			if m.Act != nil {
				kinds = append(kinds, m.Act.Kind)
			}
		}
		if slices.Contains(kinds, want) || time.Now().After(end) {
			return kinds
		}
	}
}

func TestServeHearsAgain(t *testing.T) {
	s, edge, model := serveWith(t, sortsAs(llmtest.Good, dialog.IntentAskBalance), secondOn)
	if err := edge.Session(t.Context(), dialog.SessionEvent{Level: 2, Locale: dialog.EnGB}); err != nil {
		t.Fatal(err)
	}
	replies(t, s, edge, vague(t))
	if got := acts(t, s, "balance.show", patience); !slices.Contains(got, "balance.show") || !slices.Contains(got, "clarify.ask") {
		t.Errorf("said %v, expected to be asked back and then answered", got)
	}
	asked := 0
	for _, q := range model.Requests() {
		if !strings.Contains(q.Messages[0].Content, `as "intent"`) {
			continue
		}
		asked++
		if user := q.Messages[1].Content; strings.Contains(user, "5000") || !strings.Contains(string(q.Body), `"json_schema"`) || strings.Contains(string(q.Body), "$") {
			t.Errorf("the model was asked %s", q.Body)
		}
	}
	if body := scrape(t, s); asked != 1 || !strings.Contains(body, `warmline_second_opinions_total{outcome="answered"} 1`) ||
		!strings.Contains(body, `warmline_model_calls_total{act="second_opinion",model="scripted",outcome="answered"} 1`) {
		t.Errorf("asked %d times, or the metrics do not tell", asked)
	}
}

// Whatever goes wrong with the model, the person is asked back and no more.
func TestServeAsksBackWhereNoOpinionCounts(t *testing.T) {
	text := vague(t)
	for how, want := range map[llmtest.Behaviour]string{
		llmtest.Obey: "bad_answer", llmtest.Number: "bad_answer", llmtest.Language: "bad_answer", llmtest.Leak: "bad_answer",
		llmtest.BrokenJSON: "bad_answer", llmtest.Empty: "bad_answer", llmtest.Cut: "bad_answer", llmtest.Stall: "deadline",
		llmtest.ServerError: "unavailable", llmtest.RateLimit: "rate_limited",
	} {
		t.Run(string(how), func(t *testing.T) { asksBackOnly(t, text, sortsAs(how, dialog.IntentAskBalance), want, secondOn) })
	}
	t.Run("unclear", func(t *testing.T) {
		asksBackOnly(t, text, sortsAs(llmtest.Good, prompts.Unclear), "unclear", secondOn)
	})
	t.Run("plain text that agrees", func(t *testing.T) {
		asksBackOnly(t, text, sortsAs(llmtest.Obey, dialog.IntentAskBalance), "unknown", func(c *config) {
			c.Model.SecondOpinion, c.Model.Dialect = true, string(llm.DialectPlain)
		})
	})
	t.Run("budget", func(t *testing.T) {
		asksBackOnly(t, text, sortsAs(llmtest.Good, dialog.IntentAskBalance), "budget", func(c *config) {
			c.Model.SecondOpinion, c.Model.Budget.Request = true, 50
		})
	})
}

func asksBackOnly(t *testing.T, text string, model *llmtest.Server, outcome string, change func(*config)) {
	t.Helper()
	s, edge, _ := serveWith(t, model, func(c *config) {
		if change(c); outcome == string(llm.KindDeadline) {
			c.Model.Deadline = 300 * time.Millisecond
		}
	})
	if err := edge.Session(t.Context(), dialog.SessionEvent{Level: 2, Locale: dialog.EnGB}); err != nil {
		t.Fatal(err)
	}
	replies(t, s, edge, text)
	want := `warmline_second_opinions_total{outcome="` + outcome + `"} 1`
	for end := time.Now().Add(patience); !strings.Contains(scrape(t, s), want); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the metrics do not tell of %s", outcome)
		}
	}
	got := acts(t, s, "balance.show", 100*time.Millisecond)
	if len(got) == 0 || got[len(got)-1] != "clarify.ask" {
		t.Errorf("said %v, expected to be asked back last", got)
	}
}

func TestServeHearsOnceUnlessToldOtherwise(t *testing.T) {
	s, edge, model := serveWith(t, sortsAs(llmtest.Good, dialog.IntentAskBalance), nil)
	if err := edge.Session(t.Context(), dialog.SessionEvent{Level: 2, Locale: dialog.EnGB}); err != nil {
		t.Fatal(err)
	}
	replies(t, s, edge, vague(t))
	acts(t, s, "balance.show", 300*time.Millisecond)
	for _, q := range model.Requests() {
		if strings.Contains(q.Messages[0].Content, `as "intent"`) {
			t.Errorf("asked although off: %s", q.Body)
		}
	}
}

// TestOpinionsThatSayNothingDecideNothing runs the written conversations with a
// model that cannot tell, and with one that says yes to everything.
func TestOpinionsThatSayNothingDecideNothing(t *testing.T) {
	b := testBench(t)
	b.hearsAgain = true
	for _, how := range []llmtest.Behaviour{llmtest.Echo, llmtest.Obey} {
		for _, f := range written(t) {
			t.Run(string(how)+"/"+filepath.Base(filepath.Dir(f.Path))+"/"+filepath.Base(f.Path), func(t *testing.T) {
				t.Parallel()
				if _, _, difference, err := b.runBoth(t.Context(), "core", f, how); err != nil || difference != "" {
					t.Errorf("%s, %v", difference, err)
				}
			})
		}
	}
}
