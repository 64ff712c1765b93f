package manager_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/manager"
)

// watch is an observer that remembers.
type watch struct {
	mu      sync.Mutex
	turns   []manager.TurnReport
	items   []manager.ItemReport
	trouble []string
}

func (w *watch) Turn(r manager.TurnReport) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.turns = append(w.turns, r)
}

func (w *watch) Item(r manager.ItemReport) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.items = append(w.items, r)
}

func (w *watch) Trouble(kind string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = append(w.trouble, kind+": "+err.Error())
}

func (w *watch) told() []manager.TurnReport {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.turns
}

func (w *watch) saw(kind string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.trouble {
		if strings.HasPrefix(t, kind+": ") {
			return true
		}
	}
	return false
}

// slow is a store that takes a millisecond for everything, so that lanes have
// something to wait for.
type slow struct{ dialogtest.Store }

func (s slow) Load(ctx context.Context, id string) (dialog.Conversation, []dialog.Message, error) {
	time.Sleep(time.Millisecond)
	return s.Store.Load(ctx, id)
}

func (s slow) Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) ([]string, error) {
	time.Sleep(time.Millisecond)
	return s.Store.Commit(ctx, now, before, ch, rec)
}

// parts are what a test's engine is made of.
type parts struct {
	ports manager.Ports
	opts  manager.Options
	store *dialogtest.Memory
	watch *watch
}

func newParts() *parts {
	p := &parts{store: dialogtest.NewMemory("n1"), watch: &watch{}}
	p.ports = manager.Ports{
		States: slow{p.store}, Decider: dialogtest.Toy{}, Listener: dialogtest.Parrot{}, Speaker: dialogtest.Parrot{}, Observer: p.watch,
	}
	return p
}

func (p *parts) engine(t *testing.T) *manager.Engine {
	e := manager.New(p.ports, p.opts)
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// said returns the texts of a conversation.
func (p *parts) said(t *testing.T, id string) []string {
	t.Helper()
	list, err := p.store.After(context.Background(), id, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range list {
		texts = append(texts, m.Body.Text)
	}
	return texts
}

func deliver(t *testing.T, e *manager.Engine, env dialog.Envelope) manager.Receipt {
	t.Helper()
	r, err := e.Deliver(context.Background(), env)
	if err != nil {
		t.Errorf("deliver %s: %v", env.ID, err)
	}
	return r
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, expected %v", what, got, want)
	}
}

func TestEveryEventTwiceUnderFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.opts.Waiting = 1000
		e := p.engine(t)
		var all sync.WaitGroup
		for i := range 400 {
			all.Go(func() { deliver(t, e, dialogtest.Text("c", fmt.Sprint("e", i/2), fmt.Sprint("pay ", i/2))) })
		}
		all.Wait()
		c, _, _ := p.store.Load(context.Background(), "c")
		expect(t, "texts", c.Talk.Facts["texts"], 200)
		items, _ := p.store.Due(context.Background(), dialogtest.Noon().Add(1e6*time.Hour), 1000)
		expect(t, "effects", len(items), 200)
		synctest.Wait()
		for _, r := range p.watch.told() {
			if r.Tries > 2 { // one more where a repeat was in the turn
				t.Errorf("a turn took %d tries although the lane is the only writer", r.Tries)
			}
		}
	})
}

func TestOneLoadThenNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		counting := &dialogtest.Failing{Store: p.store}
		p.ports.States = counting
		e := p.engine(t)
		for i := range 10 {
			deliver(t, e, dialogtest.Numbered("c", "d", uint64(i+1), "hello"))
		}
		expect(t, "calls of the store", counting.Calls(), 11)
		expect(t, "receipt of a repeat", deliver(t, e, dialogtest.Numbered("c", "d", 3, "hello")).Duplicate, true)
	})
}

func TestABurstIsAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.opts.Linger = manager.DefaultLinger
		e := p.engine(t)
		began := time.Now()
		var all sync.WaitGroup
		for i, line := range []string{"one", "two", "three"} {
			time.Sleep(100 * time.Millisecond)
			all.Go(func() {
				r := deliver(t, e, dialogtest.Numbered("c", "d", uint64(i+1), line))
				expect(t, "revision of "+line, r.Revision, 1)
			})
		}
		all.Wait()
		expect(t, "answered after", time.Since(began).Round(10*time.Millisecond), 600*time.Millisecond)
		journal := p.store.Journal()
		expect(t, "turns", len(journal), 1)
		var lines []string
		for _, l := range journal[0].Envelope.Event.Text.Lines {
			lines = append(lines, fmt.Sprint(l.N, l.Text))
		}
		expect(t, "lines", lines, []string{"1one", "2two", "3three"})
		for n := range uint64(3) {
			expect(t, "repeat", deliver(t, e, dialogtest.Numbered("c", "d", n+1, "again")).Duplicate, true)
		}
	})
}

func TestTypingHoldsABurstOpenButNotForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, stops := range []time.Duration{time.Second, time.Hour} {
			p := newParts()
			p.opts.Linger = manager.DefaultLinger
			e := p.engine(t)
			began := time.Now()
			done := make(chan struct{})
			go func() {
				deliver(t, e, dialogtest.Text("c", "e1", "one"))
				close(done)
			}()
			time.Sleep(100 * time.Millisecond)
			e.Typing("c", true)
			go func() {
				time.Sleep(stops)
				e.Typing("c", false)
			}()
			<-done
			took := time.Since(began).Round(10 * time.Millisecond)
			expect(t, fmt.Sprint("answered when typing stops after ", stops), took, min(stops+100*time.Millisecond, 2500*time.Millisecond))
			time.Sleep(2 * time.Hour)
		}
	})
}

func TestWhatEndsABurst(t *testing.T) {
	tap := dialog.Envelope{ID: "tap", Conversation: "c", Event: dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "confirm"}}}
	other := dialogtest.Text("c", "e2", "two")
	other.Session = "s2"
	photo := dialogtest.Text("c", "e2", "two")
	photo.Event.Text.Media = "image"
	for name, env := range map[string]dialog.Envelope{"a tap": tap, "another session": other, "a picture": photo} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newParts()
				p.opts.Linger = manager.DefaultLinger
				e := p.engine(t)
				began := time.Now()
				var all sync.WaitGroup
				all.Go(func() {
					expect(t, "revision", deliver(t, e, dialogtest.Text("c", "e1", "one")).Revision, 1)
					expect(t, "waited", time.Since(began).Round(10*time.Millisecond), 100*time.Millisecond)
				})
				time.Sleep(100 * time.Millisecond)
				all.Go(func() { expect(t, "revision", deliver(t, e, env).Revision, 2) })
				all.Wait()
			})
		})
	}
}

func TestABurstWithARepeatInItLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		e := p.engine(t)
		deliver(t, e, dialogtest.Numbered("c", "d", 1, "one"))
		p.opts.Linger = manager.DefaultLinger
		e = p.engine(t) // another node, with nothing in mind
		var all sync.WaitGroup
		for n, want := range []bool{true, false, false} {
			all.Go(func() {
				expect(t, "duplicate", deliver(t, e, dialogtest.Numbered("c", "d", uint64(n+1), fmt.Sprint("line ", n+1))).Duplicate, want)
			})
		}
		all.Wait()
		expect(t, "said", p.said(t, "c"), []string{"one", "echo one", "line 2", "echo line 2", "line 3", "echo line 3"})
	})
}

func TestAPanicCostsItsTurnOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		e := p.engine(t)
		deliver(t, e, dialogtest.Text("c", "e1", "one"))
		_, err := e.Deliver(context.Background(), dialogtest.Text("c", "e2", "boom 13800138000"))
		expect(t, "code", dialog.CodeOf(err), dialog.CodeInternal)
		synctest.Wait()
		if strings.Contains(fmt.Sprint(err, p.watch.trouble), "13800138000") {
			t.Error("the panic's text was passed on")
		}
		expect(t, "counted", p.watch.saw(manager.TroublePanic), true)
		deliver(t, e, dialogtest.Text("c", "e3", "two"))
		expect(t, "said", p.said(t, "c"), []string{"one", "echo one", "two", "echo two"})
	})
}

func TestARefusalIsTheCallersError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		e := p.engine(t)
		for range 2 {
			_, err := e.Deliver(context.Background(), dialogtest.Text("c", "e1", "no"))
			expect(t, "code", dialog.CodeOf(err), dialog.CodeForbidden)
		}
		expect(t, "said", len(p.said(t, "c")), 0)
	})
}

func TestACallerWhoLeavesTakesTheEnvelopeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.opts.Linger = manager.DefaultLinger
		e := p.engine(t)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_, err := e.Deliver(ctx, dialogtest.Text("c", "e1", "one"))
		expect(t, "code", dialog.CodeOf(err), dialog.CodeUnavailable)
		time.Sleep(time.Second)
		expect(t, "said", len(p.said(t, "c")), 0)
		expect(t, "waiting", e.Waiting(), 0)
	})
}

func TestTooManyWaitingAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.opts.Waiting, p.opts.Backlog, p.opts.Linger = 2, 3, time.Minute
		p.opts.LingerMax = time.Minute
		e := p.engine(t)
		for _, id := range []string{"c", "c", "d"} {
			go deliver(t, e, dialogtest.Text(id, fmt.Sprint("e", e.Waiting()), "x"))
			synctest.Wait()
		}
		for id, want := range map[string]dialog.Code{"c": dialog.CodeUnavailable, "new": dialog.CodeUnavailable} {
			_, err := e.Deliver(context.Background(), dialogtest.Text(id, "e9", "x"))
			expect(t, "code in "+id, dialog.CodeOf(err), want)
		}
		p.opts.Backlog = 1000
		e = p.engine(t)
		for range 2 {
			go deliver(t, e, dialogtest.Text("c", fmt.Sprint("e", 100+e.Waiting()), "x"))
			synctest.Wait()
		}
		_, err := e.Deliver(context.Background(), dialogtest.Text("c", "e9", "x"))
		expect(t, "code of the third", dialog.CodeOf(err), dialog.CodeRateLimited)
		time.Sleep(time.Hour)
	})
}

func TestCloseLetsThoseThatWaitHaveTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.opts.Linger = time.Minute
		p.opts.LingerMax = time.Minute
		e := p.engine(t)
		began := time.Now()
		go deliver(t, e, dialogtest.Text("c", "e1", "one"))
		synctest.Wait()
		if err := e.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
		if time.Since(began) > time.Second {
			t.Error("closing waited for the burst")
		}
		expect(t, "said", p.said(t, "c"), []string{"one", "echo one"})
		_, err := e.Deliver(context.Background(), dialogtest.Text("c", "e2", "two"))
		expect(t, "code", dialog.CodeOf(err), dialog.CodeUnavailable)
	})
}

func TestLanesLeaveNoGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.ports.States = p.store
		e := p.engine(t)
		before := runtime.NumGoroutine()
		for i := range 200 {
			deliver(t, e, dialogtest.Text(fmt.Sprint("c", i), "e", "x"))
			synctest.Wait() // the lane's goroutine is free for the next one
		}
		if n := runtime.NumGoroutine(); n > before+20 {
			t.Errorf("%d goroutines for one turn after another, %d before", n, before)
		}
		time.Sleep(2 * time.Second) // those that wait for more work give up
		synctest.Wait()
		if n := runtime.NumGoroutine(); n > before {
			t.Errorf("%d goroutines, %d before", n, before)
		}
	})
}

func TestAnIncompleteEnvelopeIsInvalid(t *testing.T) {
	e := newParts().engine(t)
	for _, env := range []dialog.Envelope{{}, {ID: "e"}, {ID: "e", Conversation: "c"}} {
		_, err := e.Deliver(context.Background(), env)
		expect(t, "code", dialog.CodeOf(err), dialog.CodeInvalid)
	}
}

func TestAnOutageIsToldAndNothingIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		down := true
		p.ports.States = &dialogtest.Failing{Store: p.store, Plan: func(int, string) dialogtest.Fault {
			if down {
				return dialogtest.FailAfter
			}
			return dialogtest.Fine
		}}
		e := p.engine(t)
		_, err := e.Deliver(context.Background(), dialogtest.Text("c", "e1", "one"))
		expect(t, "code", dialog.CodeOf(err), dialog.CodeUnavailable)
		down = false
		deliver(t, e, dialogtest.Text("c", "e1", "one"))
		expect(t, "said", p.said(t, "c"), []string{"one", "echo one"})
	})
}

// TestWhatCameAfterALostLineIsNotHeardBeforeIt: the line comes again, and those
// that its sender wrote after it must wait for it.
func TestWhatCameAfterALostLineIsNotHeardBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.opts.Burst = 1
		p.ports.States = &dialogtest.Failing{Store: p.store, Plan: func(call int, name string) dialogtest.Fault {
			if name == "Commit" && call <= 2 {
				time.Sleep(time.Second) // the others are waiting by then
				return dialogtest.FailBefore
			}
			return dialogtest.Fine
		}}
		e := p.engine(t)
		var told []string
		var mu sync.Mutex
		submit := func(env dialog.Envelope) {
			e.Submit(context.Background(), env, func(_ manager.Receipt, err error) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, env.ID+" "+string(dialog.CodeOf(err)))
			})
		}
		other := dialogtest.Text("c", "other", "from elsewhere")
		other.Session = "s2"
		for _, env := range []dialog.Envelope{dialogtest.Text("c", "e1", "one"), dialogtest.Text("c", "e2", "two"), other, dialogtest.Text("c", "e3", "three")} {
			submit(env)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, "told", told, []string{"e1 unavailable", "e2 unavailable", "e3 unavailable", "other "})
		expect(t, "said", p.said(t, "c"), []string{"from elsewhere", "echo from elsewhere"})
		expect(t, "waiting", e.Waiting(), 0)
	})
}
