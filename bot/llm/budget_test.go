package llm_test

import (
	"strings"
	"testing"
	"time"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
)

func TestBudgets(t *testing.T) {
	for name, budget := range map[string]llm.Budget{
		"request": {Request: 100}, "conversation": {Conversation: 500}, "day": {Day: 500},
	} {
		t.Run(name, func(t *testing.T) {
			s, base := start(t, llmtest.Echo)
			now, seen := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), &calls{}
			c := client(t, llm.Options{Models: []llm.Model{scripted(base)}, Budget: budget, Observer: seen, Now: func() time.Time { return now }})
			var err error
			for range 20 {
				if _, err = c.Complete(t.Context(), question(t)); err != nil {
					break
				}
			}
			if llm.KindOf(err) != llm.KindBudget || !strings.Contains(err.Error(), name) {
				t.Fatalf("expected the budget of the %s to end, got %v", name, err)
			}
			asked := s.Count()
			other := question(t)
			other.Purpose.Conversation = "c2"
			_, err = c.Complete(t.Context(), other)
			if (err == nil) != (name == "conversation") {
				t.Errorf("another conversation: %v", err)
			}
			now = now.Add(24 * time.Hour)
			_, err = c.Complete(t.Context(), question(t))
			if (err == nil) != (name != "request") {
				t.Errorf("the next day: %v", err)
			}
			if list := seen.all(); asked > 0 && list[0].Kind != "" || list[asked].Kind != llm.KindBudget {
				t.Errorf("observer was told %+v", list)
			}
		})
	}
}

func TestFailuresThatCostNothingAreNotCharged(t *testing.T) {
	s, base := start(t, llmtest.ServerError)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}, Budget: llm.Budget{Day: 400}})
	for range 3 {
		if _, err := c.Complete(t.Context(), question(t)); llm.KindOf(err) == llm.KindBudget {
			t.Fatal("a call that was turned away was charged")
		}
	}
	if s.Count() == 0 {
		t.Error("nothing was asked")
	}
}

func TestCounterIsOfflineAndLinear(t *testing.T) {
	c, err := llm.NewCounter()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"": 0, "hello world": 2, "<|endoftext|>": 7} {
		if got := c.Count(text); got != want {
			t.Errorf("%q has %d tokens, expected %d", text, got, want)
		}
	}
	started := time.Now()
	if n := c.Count(strings.Repeat("😀", 100_000)); n < 100_000 {
		t.Errorf("%d tokens for 100,000 emoji, expected at least as many", n)
	}
	if took := time.Since(started); took > 15*time.Second {
		t.Errorf("a long unbroken text took %v", took)
	}
	for range 2 {
		if got := c.CountStable("the same text"); got != c.Count("the same text") {
			t.Errorf("the remembered count is %d", got)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	c, err := llm.NewCounter()
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("到今天是{amount_due}，想现在付、换个日子，还是先聊聊情况？", 5)
	b.ResetTimer()
	for b.Loop() {
		c.Count(text)
	}
}
