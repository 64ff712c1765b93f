package llmtest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"warmline/bot/llm/llmtest"
)

// ask posts a request without streaming and returns status and body.
func ask(t *testing.T, base, user string) (int, string) {
	t.Helper()
	body := `{"model":"m","messages":[{"role":"system","content":"Line one.\nLine two."},{"role":"user","content":"` + user + `"}]}`
	resp, err := http.Post(base+"/chat/completions", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body) // a cut answer is part of the test
	return resp.StatusCode, string(raw)
}

func start(t *testing.T, how llmtest.Behaviour) (*llmtest.Server, string) {
	t.Helper()
	s := llmtest.New(how, llmtest.Options{})
	base, stop, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	return s, base
}

func TestWordsOfEachBehaviour(t *testing.T) {
	s, base := start(t, llmtest.Good)
	for how, want := range map[llmtest.Behaviour]string{
		llmtest.Echo: `"{amount_due} is due."`, llmtest.Good: "All right. {amount_due} is due.",
		llmtest.Placeholder: "{the_amount_due}", llmtest.Number: "$35", llmtest.Threat: "sue you", llmtest.Promise: "waived",
		llmtest.Leak: "Line one. Line two.", llmtest.Obey: "no longer have to pay", llmtest.Language: "一切都准备好了", llmtest.Empty: `"content":""`,
	} {
		s.Behave(how)
		if status, body := ask(t, base, `act: x\n\n{amount_due} is due.`); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: status %d, %q is not in %s", how, status, want, body)
		}
	}
}

func TestHostileGoesThroughAllOfThemInOrder(t *testing.T) {
	first, second := run(t), run(t)
	if strings.Join(first, "|") != strings.Join(second, "|") {
		t.Errorf("two runs differ:\n%q\n%q", first, second)
	}
	if len(first) < 8 || !strings.Contains(first[0], "$35") || !strings.Contains(first[1], "sue you") {
		t.Errorf("got %q", first)
	}
}

func run(t *testing.T) []string {
	_, base := start(t, llmtest.Hostile)
	var all []string
	for range 11 { // those that answer at once
		_, body := ask(t, base, "Fine.")
		all = append(all, body)
	}
	return all
}

func TestServerKeepsWhatItWasAsked(t *testing.T) {
	s, base := start(t, llmtest.Echo)
	ask(t, base, "one")
	ask(t, base, "two")
	if got := s.Requests(); s.Count() != 2 || len(got) != 2 || got[1].Messages[1].Content != "two" || got[1].Model != "m" {
		t.Errorf("kept %+v", got)
	}
	for _, path := range []string{"/completions", "/elsewhere"} {
		resp, err := http.Post(base+path, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, resp.StatusCode)
		}
	}
	resp, err := http.Post(base+"/chat/completions", "application/json", strings.NewReader("{"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("nonsense: status %d", resp.StatusCode)
	}
}

func TestEveryBehaviourIsValid(t *testing.T) {
	for _, how := range llmtest.Behaviours() {
		if !how.Valid() {
			t.Errorf("%s is not valid", how)
		}
	}
	if llmtest.Behaviour("kind").Valid() {
		t.Error("an unknown behaviour is valid")
	}
}
