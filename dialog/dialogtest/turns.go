package dialogtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// TestTurns checks what must hold of engine, relay, timers and store together,
// whatever the store: repeats have no effect, nodes race safely, and a crash
// between any two steps loses nothing that was acknowledged and repeats nothing
// that binds.
func TestTurns(t *testing.T, open Open) {
	t.Run("every event twice, one node", func(t *testing.T) { everyEventTwice(t, open, 1) })
	t.Run("every event twice, two nodes", func(t *testing.T) { everyEventTwice(t, open, 2) })
	for _, fault := range []struct {
		name  string
		fault Fault
	}{{"crash before", CrashBefore}, {"crash after", CrashAfter}, {"fail before", FailBefore}, {"fail after", FailAfter}} {
		t.Run(fault.name+" any call of the store", func(t *testing.T) { faults(t, open, fault.fault) })
	}
}

// everyEventTwice delivers 200 events to one conversation, each twice and all at
// once, and wants exactly 200 effects.
func everyEventTwice(t *testing.T, open Open, nodes int) {
	const events = 200
	id := fmt.Sprintf("c%d", time.Now().UnixNano())
	clock, lender := NewClock(), &Lender{}
	var engines []*Node
	for i := range nodes {
		n := StartNode(NodeConfig{
			Store: open(fmt.Sprint(id, "n", i)), Lender: lender, Now: clock.Now,
			Options: manager.Options{Waiting: 2 * events, Tries: 60, TurnBudget: time.Minute},
		})
		defer n.Stop()
		engines = append(engines, n)
	}
	var all sync.WaitGroup
	for i := range 2 * events {
		all.Go(func() {
			env := Text(id, fmt.Sprint("e", i/2), fmt.Sprint("pay ", i/2))
			if _, err := engines[i%nodes].Engine.Deliver(context.Background(), env); err != nil {
				t.Errorf("deliver %s: %v", env.ID, err)
			}
		})
	}
	all.Wait()
	store := open("reader")
	quiet(t, store, id, clock, func() {})
	expectEffects(t, lender, id, events)
	list, err := store.After(context.Background(), id, 0, 10*events)
	if err != nil {
		t.Fatalf("read the messages: %v", err)
	}
	if n := count(list, dialog.SpeakerBorrower, "pay "); n != events {
		t.Errorf("%d lines of the borrower, expected %d", n, events)
	}
	if n := count(list, dialog.SpeakerSystem, "answer "); n != events {
		t.Errorf("%d answers, expected %d", n, events)
	}
}

// expectEffects wants one effect for each of n lines of a conversation.
func expectEffects(t *testing.T, lender *Lender, id string, n int) {
	t.Helper()
	all, _ := lender.Effects()
	per, effects := map[string]int{}, 0
	for _, c := range all {
		if strings.HasPrefix(c.Ref, id+"-") { // the store may hold other tests' items
			per[c.Fields["for"]]++
			effects++
		}
	}
	if effects != n || len(per) != n {
		t.Errorf("%d effects for %d lines, expected %d", effects, len(per), n)
	}
}

func count(list []dialog.Message, who dialog.Speaker, prefix string) int {
	n := 0
	for _, m := range list {
		if m.Speaker == who && strings.HasPrefix(m.Body.Text, prefix) {
			n++
		}
	}
	return n
}

// quiet waits until nothing of a conversation is left to be done. Between looks
// it calls again; when nothing has moved for a while it moves the clock, past
// leases and timers.
func quiet(t *testing.T, store Store, id string, clock *Clock, again func()) {
	t.Helper()
	revision, still := uint64(0), 0
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(3 * time.Millisecond) {
		if !busy(t, store, id, clock.Now().Add(24*time.Hour)) {
			return
		}
		again()
		c, _, err := store.Load(context.Background(), id)
		if err != nil {
			t.Fatalf("Load: %v", err)
		}
		if still++; c.Revision != revision {
			revision, still = c.Revision, 0
		}
		if still >= 10 {
			clock.Move(time.Minute)
			still = 0
		}
	}
	t.Fatal("something is still left to be done")
}

func busy(t *testing.T, store Store, id string, at time.Time) bool {
	t.Helper()
	items, err := store.Due(context.Background(), at, 1000)
	if err != nil {
		t.Fatalf("Due: %v", err)
	}
	for _, it := range items {
		if strings.HasPrefix(it, id+"-") {
			return true
		}
	}
	timers, err := store.DueTimers(context.Background(), at, 1000)
	if err != nil {
		t.Fatalf("DueTimers: %v", err)
	}
	for _, e := range timers {
		if e.Conversation == id {
			return true
		}
	}
	return false
}

// faults plays one scenario again and again, with the fault at the first call
// of the store, at the second, and so on until the scenario has no more calls.
func faults(t *testing.T, open Open, fault Fault) {
	for at := 1; ; at++ {
		if hit := faultAt(t, open, fault, at); !hit {
			if at < 10 {
				t.Errorf("the scenario made only %d calls", at-1)
			}
			return
		}
		if t.Failed() {
			t.Fatalf("failed with the fault at call %d", at)
		}
	}
}

// play is one run of the scenario.
type play struct {
	t      *testing.T
	open   Open
	id     string
	clock  *Clock
	lender *Lender
	node   *Node
	store  *Failing
	nodes  int
	plan   func(int, string) Fault
}

func (p *play) start() {
	p.nodes++
	p.store = &Failing{Store: p.open(fmt.Sprint(p.id, "n", p.nodes)), Plan: p.plan}
	rules := manager.DefaultRetryRules()
	rules["phrase"] = manager.RetryRule{First: time.Millisecond, Most: time.Millisecond, Tries: 5, Timeout: time.Second}
	p.node = StartNode(NodeConfig{
		Store: p.store, Lender: p.lender, Phraser: Words("words"), Now: p.clock.Now, Rules: rules,
		Options: manager.Options{TurnBudget: time.Minute},
	})
}

// live replaces a node that died.
func (p *play) live() {
	if p.store.Dead() {
		p.node.Stop()
		p.clock.Move(Lease)
		p.start()
	}
}

func faultAt(t *testing.T, open Open, fault Fault, at int) bool {
	calls, hit := 0, false
	var mu sync.Mutex
	p := &play{t: t, open: open, id: fmt.Sprintf("c%d", time.Now().UnixNano()), clock: NewClock(), lender: &Lender{}}
	p.plan = func(_ int, name string) Fault {
		mu.Lock()
		defer mu.Unlock()
		if name == "Due" || name == "DueTimers" {
			return Fine // looking is harmless and happens at any time
		}
		if calls++; calls == at {
			hit = true
			return fault
		}
		return Fine
	}
	p.start()
	defer func() { p.node.Stop() }()
	lines := []string{"pay one", "remind", "slow", "hello", "pay two"}
	for i, line := range lines {
		p.deliver(Numbered(p.id, "d1", uint64(i+1), line))
	}
	quiet(t, open("reader"), p.id, p.clock, p.live)
	p.verify(lines)
	mu.Lock()
	defer mu.Unlock()
	return hit
}

// deliver does what a client does: the same message again until it is
// acknowledged.
func (p *play) deliver(e dialog.Envelope) {
	p.t.Helper()
	for range 20 {
		p.live()
		if _, err := p.node.Engine.Deliver(context.Background(), e); err == nil {
			return
		}
	}
	p.t.Fatalf("message %d is never acknowledged", e.N)
}

func (p *play) verify(lines []string) {
	p.t.Helper()
	reader := p.open("reader")
	list, err := reader.After(context.Background(), p.id, 0, 100)
	if err != nil {
		p.t.Fatalf("read the messages: %v", err)
	}
	var said []string
	for _, m := range list {
		if m.Speaker == dialog.SpeakerBorrower {
			said = append(said, m.Body.Text)
		}
	}
	if strings.Join(said, ";") != strings.Join(lines, ";") {
		p.t.Errorf("the borrower's lines are %q, expected %q", said, lines)
	}
	expectEffects(p.t, p.lender, p.id, 2)
	for prefix, want := range map[string]int{"answer ": 2, "timer remind": 1} {
		if n := count(list, dialog.SpeakerSystem, prefix); n != want {
			p.t.Errorf("%d lines %q, expected %d", n, prefix, want)
		}
	}
	if n := count(list, dialog.SpeakerBot, "words") + count(list, dialog.SpeakerBot, "echo slow"); n != 1 {
		p.t.Errorf("the phrased answer was said %d times", n)
	}
	if _, pending, err := reader.Load(context.Background(), p.id); err != nil || len(pending) > 0 {
		p.t.Errorf("pending at the end: %v (%v)", pending, err)
	}
}

// Words is a phraser that always finds the same words.
type Words string

// Phrase implements manager.Phraser.
func (w Words) Phrase(context.Context, dialog.Message) dialog.PhrasedEvent {
	return dialog.PhrasedEvent{Text: string(w), Model: "toy", Prompt: "p1"}
}
