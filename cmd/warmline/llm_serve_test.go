package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"warmline/bot/llm/llmtest"
	"warmline/dialog"
)

// serveWithModel runs the whole service with a scripted model and returns a
// borrower at its web socket.
func serveWithModel(t *testing.T, how llmtest.Behaviour, change func(*config)) (*service, *webEdge, *llmtest.Server) {
	t.Helper()
	return serveWith(t, llmtest.New(how, llmtest.Options{}), change)
}

func serveWith(t *testing.T, model *llmtest.Server, change func(*config)) (*service, *webEdge, *llmtest.Server) {
	t.Helper()
	base, stop, err := model.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	cfg := defaults()
	cfg.Data = t.TempDir()
	cfg.Model.Deadline = 10 * time.Second // the machine may be slow; a test of slowness sets its own
	cfg.Model.Name, cfg.Model.BaseURL, cfg.Model.Dialect, cfg.Model.PriceIn = "scripted", base, "openai", 3
	if change != nil {
		change(&cfg)
	}
	s, edge, _ := serveOn(t, cfg, "maria-santos")
	return s, edge, model
}

// replies waits for what the bot said to a text.
func replies(t *testing.T, s *service, edge *webEdge, text string) []dialog.Message {
	t.Helper()
	id := dialog.ConversationID("maria-santos")
	before, _, err := s.app.store.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := edge.Text(t.Context(), []string{text}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		c, pending, err := s.app.store.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if len(pending) == 0 && c.Pending == nil && c.Seq > before.Seq+1 {
			list, err := s.app.store.After(t.Context(), id, before.Seq+1, 20)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no answer to %q", text)
	return nil
}

func scrape(t *testing.T, s *service) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.app.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func TestServeSaysAModelsWords(t *testing.T) {
	s, edge, model := serveWithModel(t, llmtest.Good, nil)
	if err := edge.Session(t.Context(), dialog.SessionEvent{Level: 2, Locale: dialog.EnGB}); err != nil {
		t.Fatal(err)
	}
	list := replies(t, s, edge, "thank you very much")
	last := list[len(list)-1]
	if last.Body.Model != "scripted" || last.Why == nil || last.Why.Prompt == "" || last.Why.Model != "scripted" {
		t.Fatalf("the answer is %q by %q, its record %+v", last.Body.Text, last.Body.Model, last.Why)
	}
	for _, q := range model.Requests() {
		if strings.Contains(string(q.Body), "thank you") || strings.Contains(string(q.Body), "maria") {
			t.Errorf("the model was shown the person: %s", q.Body)
		}
	}
	body := scrape(t, s)
	for _, want := range []string{
		`warmline_model_calls_total{act="smalltalk.reply",model="scripted",outcome="answered"} 1`,
		`warmline_model_tokens_total{act="smalltalk.reply",kind="prompt",model="scripted"}`,
		`warmline_model_cost_total{act="smalltalk.reply",model="scripted"}`,
		`warmline_phrased_total{act="smalltalk.reply",outcome="model"} 1`,
		`warmline_phrase_seconds_bucket{source="model"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

func TestServeFallsBackToTheTemplate(t *testing.T) {
	for how, rule := range map[llmtest.Behaviour]string{llmtest.Number: "digit_leak", llmtest.ServerError: "unavailable"} {
		t.Run(string(how), func(t *testing.T) {
			s, edge, _ := serveWithModel(t, how, nil)
			if err := edge.Session(t.Context(), dialog.SessionEvent{Level: 2, Locale: dialog.EnGB}); err != nil {
				t.Fatal(err)
			}
			list := replies(t, s, edge, "thank you very much")
			if last := list[len(list)-1]; last.Body.Model != "" || last.Body.TextID == "" || strings.Contains(last.Body.Text, "35") {
				t.Errorf("the answer is %q by %q", last.Body.Text, last.Body.Model)
			}
			if body := scrape(t, s); !strings.Contains(body, `warmline_phrased_total{act="smalltalk.reply",outcome="`+rule+`"} 1`) {
				t.Errorf("the metrics do not count %s", rule)
			}
			if how != llmtest.Number {
				return
			}
			refused, err := s.app.store.Refusals(t.Context(), 10)
			for end := time.Now().Add(patience); len(refused) == 0 && err == nil && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
				refused, err = s.app.store.Refusals(t.Context(), 10)
			}
			if err != nil || len(refused) == 0 || refused[0].Rule != rule || !strings.Contains(refused[0].Text, "35") {
				t.Errorf("kept %+v, %v", refused, err)
			}
		})
	}
}

func TestServeShowsLastWordsOnlyRedacted(t *testing.T) {
	s, edge, model := serveWithModel(t, llmtest.Good, func(c *config) { c.Model.ShowLastMessage = true })
	if err := edge.Session(t.Context(), dialog.SessionEvent{Level: 2, Locale: dialog.EnGB}); err != nil {
		t.Fatal(err)
	}
	replies(t, s, edge, "thanks, my name is Maria Santos")
	for _, q := range model.Requests() {
		if user := q.Messages[1].Content; !strings.Contains(user, "they wrote") || strings.Contains(user, "Maria") || strings.Contains(user, "Santos") {
			t.Errorf("the model was asked\n%s", user)
		}
	}
	if all, err := s.app.store.AllPhrases(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("kept %+v, %v", all, err)
	}
}
