package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"warmline/bot/llm/llmtest"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
)

// waited is how long people waited for a reply, from their message to the
// commit of its final words, and how many of the replies a model worded.
type waited struct {
	took   []time.Duration
	worded int
}

func (w waited) quantile(q float64) time.Duration {
	slices.Sort(w.took)
	return w.took[int(q*float64(len(w.took)-1))]
}

// waitFor has people thank the bot at once, while the model takes a given time
// for each answer.
func waitFor(t testing.TB, b bench, delay time.Duration, people int) waited {
	t.Helper()
	server := llmtest.New(llmtest.Slow, llmtest.Options{Delay: delay})
	base, stop, err := server.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	config, tally := modelDefaults(), &modelTally{}
	config.Name, config.BaseURL, config.Concurrent = "scripted", base, people
	b, err = b.modelled(phraserParts{config: config, words: b.words, reviewer: b.reviewer, watcher: tally, observer: tally, now: time.Now}, tally)
	if err != nil {
		t.Fatal(err)
	}
	return thanked(t, b, b.phraserAt(time.Now), people)
}

// thanked has people thank a bot whose words a phraser may choose.
func thanked(t testing.TB, b bench, words manager.Phraser, people int) waited {
	t.Helper()
	facts, err := demoFacts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store, closeStore, err := scriptedStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore()
	r := &replyClock{began: map[string]time.Time{}, done: make(chan struct{}, people)}
	c := newCore(corePorts{
		Store: store, States: store, Outbox: store, Listener: b.listener, Facts: constantFacts{facts}, Calls: runners{}, Now: time.Now,
		Words: b.words, Reviewer: b.reviewer, Rules: b.rules, Phraser: words, Committed: r.committed,
	})
	c.start(t.Context(), true)
	defer func() { _ = c.close(context.WithoutCancel(t.Context())) }()
	var all sync.WaitGroup
	for n := range people {
		all.Go(func() { r.thank(t, c, fmt.Sprintf("person-%d", n)) })
	}
	all.Wait()
	for range people {
		select {
		case <-r.done:
		case <-time.After(patience):
			t.Fatal("somebody got no answer")
		}
	}
	return r.waited
}

// replyClock notes when texts came and when their replies were final.
type replyClock struct {
	mu    sync.Mutex
	began map[string]time.Time
	done  chan struct{}
	waited
}

func (r *replyClock) thank(t testing.TB, c *core, person string) {
	id := dialog.ConversationID(person)
	begin := dialog.SessionEvent{Session: "s", Level: dialog.LevelBorrower, Channel: dialog.ChannelWeb, Expires: time.Now().Add(time.Hour), Locale: dialog.EnGB}
	text := &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "t1", Text: "thank you very much"}}}
	for n, event := range []dialog.Event{{Kind: dialog.EventSession, Session: &begin}, {Kind: dialog.EventText, Text: text}} {
		if event.Text != nil {
			r.mu.Lock()
			r.began[id] = time.Now()
			r.mu.Unlock()
		}
		e := dialog.Envelope{ID: fmt.Sprintf("%s-%d", person, n), Conversation: id, Borrower: person, Channel: dialog.ChannelWeb, Session: "s", Event: event}
		if _, err := c.Engine.Deliver(t.Context(), e); err != nil {
			t.Error(err)
			r.done <- struct{}{}
			return
		}
	}
}

// committed is told of every turn; the reply is there when the thanks are
// answered in their final words.
func (r *replyClock) committed(conv dialog.Conversation, messages []dialog.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	began, waiting := r.began[conv.ID]
	for _, m := range messages {
		if waiting && m.Act != nil && m.Act.Kind == "smalltalk.reply" && !m.Pending {
			delete(r.began, conv.ID)
			r.took = append(r.took, time.Since(began))
			if m.Body.Model != "" {
				r.worded++
			}
			r.done <- struct{}{}
			return
		}
	}
}

// TestNobodyWaitsForASlowModel holds the deadline: whatever the model takes, a
// reply is final soon after three seconds.
func TestNobodyWaitsForASlowModel(t *testing.T) {
	w := waitFor(t, testBench(t), 20*time.Second, 4)
	if w.worded > 0 {
		t.Errorf("%d replies are worded by a model that has not answered", w.worded)
	}
	if most := w.quantile(1); most < time.Second || most > 10*time.Second {
		t.Errorf("somebody waited %s, expected about the model's deadline", most)
	}
}

// liar is a phraser that checks nothing.
type liar string

func (l liar) Phrase(_ context.Context, m dialog.Message) dialog.PhrasedEvent {
	return dialog.PhrasedEvent{Message: m.ID, Text: string(l), Model: "liar", Prompt: "p0"}
}

// TestAPhrasersWordsAreLookedAtBeforeTheyAreSaid has a phraser without a review
// of its own say what it likes: good words go out, bad ones become the template.
func TestAPhrasersWordsAreLookedAtBeforeTheyAreSaid(t *testing.T) {
	b := testBench(t)
	b.policy.Model = true
	var err error
	if b.rules, err = policy.Compile(b.policy); err != nil {
		t.Fatal(err)
	}
	for words, pass := range map[string]int{
		"You're welcome. I'm here if you need anything.":   1,
		"You're welcome. Pay today or we visit your home.": 0,
		"You're welcome. You still owe 4,711 though.":      0,
		"Bitte sehr, {amount_due}.":                        0,
	} {
		if w := thanked(t, b, liar(words), 1); w.worded != pass {
			t.Errorf("%q: said %d times, expected %d", words, w.worded, pass)
		}
	}
}

// BenchmarkModelWait shows how long people wait for a reply with models of three
// speeds. A model that is slower than the deadline costs the deadline, and the
// reviewed text goes out.
func BenchmarkModelWait(bm *testing.B) {
	b := testBench(bm)
	for _, delay := range []time.Duration{0, 500 * time.Millisecond, time.Second, 3 * time.Second} {
		bm.Run("model="+delay.String(), func(bm *testing.B) {
			for bm.Loop() {
				w := waitFor(bm, b, max(delay, time.Nanosecond), 40)
				bm.ReportMetric(float64(w.quantile(.5).Milliseconds()), "p50-ms")
				bm.ReportMetric(float64(w.quantile(.95).Milliseconds()), "p95-ms")
				bm.ReportMetric(float64(w.worded)/float64(len(w.took)), "worded")
			}
		})
	}
}
