package llm_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
)

const reviewed = "On {due_date}, {amount_due} is due."

func schema(t testing.TB) *llm.Schema {
	t.Helper()
	s, err := llm.NewSchema("reply", "text", `{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}`)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func question(t testing.TB) llm.Request {
	return llm.Request{System: "Say it kindly.\nKeep every name in braces.", User: "act: balance.show\n\n" + reviewed, Schema: schema(t),
		MaxTokens: 80, Purpose: llm.Purpose{Act: "balance.show", Conversation: "c1"}}
}

// calls collects what an observer is told.
type calls struct {
	mu   sync.Mutex
	list []llm.Call
}

func (c *calls) Called(call llm.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, call)
}

func (c *calls) all() []llm.Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]llm.Call(nil), c.list...)
}

// start serves a scripted model and returns its base URL.
func start(t testing.TB, how llmtest.Behaviour) (*llmtest.Server, string) {
	t.Helper()
	s := llmtest.New(how, llmtest.Options{})
	base, stop, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	return s, base
}

func client(t testing.TB, o llm.Options) *llm.Client {
	t.Helper()
	c, err := llm.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func scripted(base string) llm.Model {
	return llm.Model{Name: "scripted", BaseURL: base, Key: "k", Dialect: llm.DialectOpenAI, PriceIn: 2, PriceOut: 8}
}

func TestCompleteAnswersInBothForms(t *testing.T) {
	_, base := start(t, llmtest.Echo)
	for name, change := range map[string]func(*llm.Model){
		"stream":     func(*llm.Model) {},
		"one piece":  func(m *llm.Model) { m.NoStream = true },
		"plain text": func(m *llm.Model) { m.Dialect = llm.DialectPlain },
		"object":     func(m *llm.Model) { m.Dialect = llm.DialectDeepSeek },
	} {
		t.Run(name, func(t *testing.T) {
			m, seen := scripted(base), &calls{}
			change(&m)
			c := client(t, llm.Options{Models: []llm.Model{m}, Observer: seen})
			got, err := c.Complete(t.Context(), question(t))
			if err != nil || got.Text != reviewed || got.Model != "scripted" {
				t.Fatalf("got %+v, %v", got, err)
			}
			if got.Tokens.Prompt == 0 || got.Tokens.Answer == 0 || got.Cost <= 0 {
				t.Errorf("tokens %+v, cost %v: expected both counts and a price", got.Tokens, got.Cost)
			}
			if list := seen.all(); len(list) != 1 || list[0].Act != "balance.show" || list[0].Kind != "" || list[0].Tokens != got.Tokens {
				t.Errorf("observer was told %+v", list)
			}
		})
	}
}

func TestEveryBehaviourHasItsKind(t *testing.T) {
	s, base := start(t, llmtest.Good)
	want := map[llmtest.Behaviour]llm.Kind{
		llmtest.Slow: llm.KindDeadline, llmtest.Stall: llm.KindDeadline, llmtest.RateLimit: llm.KindLimited,
		llmtest.ServerError: llm.KindUnavailable, llmtest.BrokenJSON: llm.KindAnswer, llmtest.Cut: llm.KindAnswer,
		llmtest.Empty: llm.KindAnswer,
	}
	for _, how := range llmtest.Behaviours() {
		for _, whole := range []bool{false, true} {
			s.Behave(how)
			m := scripted(base)
			m.NoStream = whole
			o := llm.Options{Models: []llm.Model{m}, Deadline: 10 * time.Second, Stall: 10 * time.Second}
			if how == llmtest.Slow || how == llmtest.Stall { // the others answer, if the machine is slow, late
				o.Deadline, o.Stall = 250*time.Millisecond, 150*time.Millisecond
			}
			c := client(t, o)
			got, err := c.Complete(t.Context(), question(t))
			if how == llmtest.Hostile {
				continue // its first is a number, an answer like any other here
			}
			if llm.KindOf(err) != want[how] {
				t.Errorf("%s (whole %v): kind %q, expected %q: %v", how, whole, llm.KindOf(err), want[how], err)
			}
			if (got.Text == "") != (want[how] != "") {
				t.Errorf("%s (whole %v): text %q", how, whole, got.Text)
			}
			if err != nil && (strings.Contains(err.Error(), "endpoint says") || strings.Contains(err.Error(), "{")) {
				t.Errorf("%s: the error repeats what the endpoint said: %v", how, err)
			}
		}
	}
}

func TestFallbackGoesDownTheList(t *testing.T) {
	for _, how := range []llmtest.Behaviour{llmtest.RateLimit, llmtest.ServerError, llmtest.BrokenJSON, llmtest.Cut, llmtest.Empty, llmtest.Stall} {
		first, base1 := start(t, how)
		_, base2 := start(t, llmtest.Echo)
		second := scripted(base2)
		second.Name = "second"
		c := client(t, llm.Options{Models: []llm.Model{scripted(base1), second}, Deadline: 10 * time.Second, Stall: time.Second})
		got, err := c.Complete(t.Context(), question(t))
		if err != nil || got.Model != "second" || first.Count() != 1 {
			t.Errorf("%s: model %q, %d requests to the first, %v", how, got.Model, first.Count(), err)
		}
	}
}

func TestRateLimitedModelIsLeftAlone(t *testing.T) {
	s, base := start(t, llmtest.RateLimit)
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}, Deadline: time.Second, Now: func() time.Time { return now }})
	for range 3 {
		if _, err := c.Complete(t.Context(), question(t)); llm.KindOf(err) != llm.KindLimited {
			t.Fatalf("expected rate_limited, got %v", err)
		}
	}
	if n := s.Count(); n != 1 {
		t.Errorf("%d requests within the time that the endpoint asked for, expected 1", n)
	}
	now = now.Add(1100 * time.Millisecond)
	s.Behave(llmtest.Echo)
	if _, err := c.Complete(t.Context(), question(t)); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestShortRetryAfterIsWaitedFor(t *testing.T) {
	s, base := start(t, llmtest.RateLimit)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}})
	go func() {
		for s.Count() == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		s.Behave(llmtest.Echo)
	}()
	if got, err := c.Complete(t.Context(), question(t)); err != nil || got.Text != reviewed {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestBreakerOpensAndSpares(t *testing.T) {
	s, base := start(t, llmtest.BrokenJSON)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}})
	var last error
	for range 8 {
		_, last = c.Complete(t.Context(), question(t))
	}
	if llm.KindOf(last) != llm.KindOpen || s.Count() != 5 {
		t.Errorf("kind %q after %d requests, expected breaker_open after 5", llm.KindOf(last), s.Count())
	}
}

func TestCallersWhoLeaveDoNotOpenTheBreaker(t *testing.T) {
	s, base := start(t, llmtest.Stall)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}})
	for range 6 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		if _, err := c.Complete(ctx, question(t)); err == nil {
			t.Fatal("expected a failure")
		}
	}
	for range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := c.Complete(ctx, question(t)); llm.KindOf(err) != llm.KindDeadline {
			t.Fatalf("with little time: %v", err)
		}
		cancel()
	}
	s.Behave(llmtest.Echo)
	if _, err := c.Complete(t.Context(), question(t)); err != nil {
		t.Errorf("expected the model to be asked, got %v", err)
	}
}

func TestNoTimeLeftIsNotAsked(t *testing.T) {
	s, base := start(t, llmtest.Echo)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	_, err := client(t, llm.Options{Models: []llm.Model{scripted(base)}}).Complete(ctx, question(t))
	if llm.KindOf(err) != llm.KindDeadline || s.Count() != 0 {
		t.Errorf("%v after %d requests", err, s.Count())
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	s, base := start(t, llmtest.Stall)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}, Concurrent: 1, Deadline: time.Minute, Stall: time.Minute})
	first := make(chan error, 1)
	asking, leave := context.WithCancel(t.Context())
	go func() {
		_, err := c.Complete(asking, question(t))
		first <- err
	}()
	for s.Count() == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Complete(ctx, question(t)); llm.KindOf(err) != llm.KindBusy || s.Count() != 1 {
		t.Errorf("the second one: %v, %d requests; expected busy and one", err, s.Count())
	}
	leave()
	if err := <-first; err == nil {
		t.Error("the first one got an answer from a model that never ends")
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere, base := start(t, llmtest.Echo)
	s := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.RedirectHandler(base+"/chat/completions", http.StatusTemporaryRedirect)}
	addr := serve(t, s)
	c := client(t, llm.Options{Models: []llm.Model{scripted(addr + "/v1")}})
	if _, err := c.Complete(t.Context(), question(t)); llm.KindOf(err) != llm.KindRefused || elsewhere.Count() != 0 {
		t.Errorf("kind %q, %d requests elsewhere", llm.KindOf(err), elsewhere.Count())
	}
}

func TestThoughtsAndFencesAreCut(t *testing.T) {
	for written, want := range map[string]string{
		"<think>They are worried.</think>\n{\"text\":\"Fine.\"}": "Fine.",
		"```json\n{\"text\":\"Fine.\"}\n```":                     "Fine.",
		"<think>and on and on":                                   "",
		"{\"text\":\"Fine.\",\"extra\":1}":                       "",
		"{\"text\":3}":                                           "",
	} {
		s := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			writeChoice(w, written)
		})}
		m := scripted(serve(t, s) + "/v1")
		m.NoStream = true
		got, err := client(t, llm.Options{Models: []llm.Model{m}}).Complete(t.Context(), question(t))
		if got.Text != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", written, got.Text, err)
		}
	}
}

func TestNewRefusesNonsense(t *testing.T) {
	for name, o := range map[string]llm.Options{
		"no model": {},
		"no name":  {Models: []llm.Model{{BaseURL: "http://localhost/v1"}}},
		"no host":  {Models: []llm.Model{{Name: "m", BaseURL: "nowhere"}}},
	} {
		if _, err := llm.New(o); err == nil {
			t.Errorf("%s: expected an error", name)
		}
	}
}
