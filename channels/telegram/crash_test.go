package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// mortal is a process that dies at its n-th step: from then on nothing that it
// does has an effect, and everything that it asks fails.
type mortal struct {
	*engine
	*memory
	steps atomic.Int64
	dies  int64
	died  chan struct{}
}

var errDead = errors.New("the process is dead")

// step reports whether the process still lives after one more step.
func (m *mortal) step() bool {
	n := m.steps.Add(1)
	if n == m.dies {
		close(m.died)
	}
	return n < m.dies
}

func (m *mortal) State(ctx context.Context, c string) (dialog.Conversation, error) {
	if !m.step() {
		return dialog.Conversation{}, errDead
	}
	return m.engine.State(ctx, c)
}

func (m *mortal) Since(ctx context.Context, c string, after uint64, limit int) ([]dialog.Message, error) {
	if !m.step() {
		return nil, errDead
	}
	return m.engine.Since(ctx, c, after, limit)
}

func (m *mortal) Chat(ctx context.Context, address string) (string, error) {
	if !m.step() {
		return "", errDead
	}
	return m.memory.Chat(ctx, address)
}

func (m *mortal) SetChat(ctx context.Context, address, c string) error {
	if !m.step() {
		return errDead
	}
	return m.memory.SetChat(ctx, address, c)
}

func (m *mortal) Burn(ctx context.Context, token, by string, keep time.Duration) (bool, error) {
	if !m.step() {
		return false, errDead
	}
	return m.memory.Burn(ctx, token, by, keep)
}

// Submit dies before the commit or after it: then the answer never comes.
func (m *mortal) Submit(ctx context.Context, e dialog.Envelope, done func(channels.Receipt, error)) {
	if !m.step() {
		return
	}
	r := m.engine.commit(e)
	if m.step() {
		done(r, nil)
	}
}

// TestKilledBetweenAnyTwoSteps lets the process die at each of its steps in
// turn, and another one take over: no update may be lost, none acted on twice,
// and the order must stay.
func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	g := newRig(t)
	want := []string{"opened", "linked", "moved", "hello", "tap human", "help", "bye"}
	for dies := int64(1); ; dies++ {
		g.engine, g.memory = newEngine(), newMemory()
		ann := g.api.Person(dies, "en")
		m := message(borrower+"-3-1", "which?", 0)
		m.Seq = 1
		g.engine.messages[borrower] = []dialog.Message{m}
		token := g.wallet(borrower, "w1")
		for _, line := range []string{"/start", "/start " + token, "hello"} {
			ann.Say(line)
		}
		ann.Tap(1, TapData(m, 0))
		ann.Say("/help")
		ann.Say("bye")
		first := &mortal{engine: g.engine, memory: g.memory, dies: dies, died: make(chan struct{})}
		died := g.lifetime(first)
		g.poll(g.newReceiver(g.engine.Submit), fmt.Sprintf("after %d", dies))()
		stop := g.poll(g.newReceiver(g.engine.Submit), fmt.Sprintf("heir %d", dies))
		g.settled()
		stop()
		if got := g.engine.happened(); !slices.Equal(got, want) {
			t.Fatalf("killed at step %d: committed %q, expected %q", dies, got, want)
		}
		if !died {
			if dies < 20 {
				t.Errorf("only %d steps were looked at", dies)
			}
			return
		}
	}
}

// lifetime runs a process until it dies, or has nothing left to do.
func (g *rig) lifetime(m *mortal) (died bool) {
	r := NewReceiver(ReceiverOptions{
		API: g.client, Submit: m.Submit, Store: m, Index: m, Once: m, Ledger: m.memory, Invites: g.invites,
		Sender: g.sender, Words: words{}, Now: func() time.Time { return g.now }, Again: time.Hour,
	})
	p := NewPoller(PollerOptions{API: g.client, Accept: r.Accept, Lease: g.memory, Node: "mortal", Wait: time.Second, Peek: time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { p.Run(ctx); close(ended) }()
	for died = false; !died && g.api.Waiting() > 0; {
		select {
		case <-m.died:
			died = true
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	<-ended
	r.Wait() // what it was sending beside the messages still reaches the platform
	return died
}

func TestTheLogNeverNamesAnybody(t *testing.T) {
	g := newRig(t)
	g.linked("777")
	var said strings.Builder
	seen := &recorder{out: &said}
	r := g.newReceiver(g.engine.Submit)
	r.report = reporter{seen, r.report.log}
	stop := g.poll(r, "n1")
	ann := g.api.Person(777, "en")
	ann.Say("my secret words")
	ann.Say("/start a-secret-token")
	ann.Tap(1, "secret data")
	g.settled()
	stop()
	for _, no := range []string{"secret", "777", borrower} {
		if strings.Contains(said.String(), no) {
			t.Errorf("%q is told: %s", no, said.String())
		}
	}
	if said.Len() == 0 {
		t.Error("nothing was told at all")
	}
}

type recorder struct {
	mu  sync.Mutex
	out *strings.Builder
}

func (r *recorder) Count(what string) { r.Trouble(what, nil) }

func (r *recorder) Trouble(kind string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintln(r.out, kind, err)
}
