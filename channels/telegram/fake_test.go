package telegram

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"warmline/channels"
	"warmline/channels/telegram/telegramtest"
	"warmline/dialog"
)

// engine stands in for the dialog manager: it commits each envelope once, keeps
// the links that it is told of and answers nothing.
type engine struct {
	mu        sync.Mutex
	committed []dialog.Envelope
	states    map[string]dialog.Conversation
	messages  map[string][]dialog.Message
	slow      map[string]time.Duration // by address: how long a turn takes
	gates     map[string]chan struct{} // by address: no turn is over before it is closed
	fail      []error                  // one for each of the next submits
	submitted int
}

func newEngine() *engine {
	return &engine{states: map[string]dialog.Conversation{}, messages: map[string][]dialog.Message{}, slow: map[string]time.Duration{}, gates: map[string]chan struct{}{}}
}

// Submit implements channels.Submit.
func (e *engine) Submit(ctx context.Context, env dialog.Envelope, done func(channels.Receipt, error)) {
	e.mu.Lock()
	e.submitted++
	if len(e.fail) > 0 {
		err := e.fail[0]
		e.fail = e.fail[1:]
		e.mu.Unlock()
		go done(channels.Receipt{}, err)
		return
	}
	wait := e.slow[env.Session]
	gate := e.gates[env.Session]
	e.mu.Unlock()
	if wait == 0 && gate == nil {
		done(e.commit(env), nil)
		return
	}
	go func() {
		time.Sleep(wait)
		if gate != nil {
			<-gate
		}
		done(e.commit(env), nil)
	}()
}

// taken counts the envelopes that came.
func (e *engine) taken() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.submitted
}

func (e *engine) commit(env dialog.Envelope) channels.Receipt {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.committed {
		if c.ID == env.ID {
			return channels.Receipt{Duplicate: true}
		}
	}
	c := e.states[env.Conversation]
	c.ID, c.Revision = env.Conversation, c.Revision+1
	if ch := env.Event.Channel; ch != nil {
		switch ch.Kind {
		case "linked":
			c.Links = []dialog.Link{{Channel: dialog.ChannelTelegram, Address: ch.Address}}
		case "unlinked", "blocked":
			c.Links = nil
		}
	}
	e.states[env.Conversation] = c
	e.committed = append(e.committed, env)
	return channels.Receipt{Revision: c.Revision}
}

// State implements Store.
func (e *engine) State(_ context.Context, conversation string) (dialog.Conversation, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.states[conversation]
	c.ID = conversation
	return c, nil
}

// Since implements Store.
func (e *engine) Since(_ context.Context, conversation string, after uint64, limit int) ([]dialog.Message, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []dialog.Message
	for _, m := range e.messages[conversation] {
		if m.Seq > after && len(list) < limit {
			list = append(list, m)
		}
	}
	return list, nil
}

// happened lists what was committed, as "conversation kind detail".
func (e *engine) happened() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []string
	for _, env := range e.committed {
		list = append(list, told(env))
	}
	return list
}

func told(env dialog.Envelope) string {
	switch ev := env.Event; {
	case ev.Channel != nil:
		return ev.Channel.Kind
	case ev.Choice != nil:
		return "tap " + ev.Choice.Option
	case ev.Text != nil && ev.Text.Media != "":
		return ev.Text.Media + " " + ev.Text.File
	case ev.Text != nil:
		return ev.Text.Lines[0].Text
	}
	return string(env.Event.Kind)
}

// memory keeps what the channel remembers.
type memory struct {
	mu     sync.Mutex
	chats  map[string]string
	burnt  map[string]string
	holder string
	sent   []Delivery
	shown  map[string][]int
	noNote bool
}

func newMemory() *memory {
	return &memory{chats: map[string]string{}, burnt: map[string]string{}, shown: map[string][]int{}}
}

func (m *memory) Chat(_ context.Context, address string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.chats[address], nil
}

func (m *memory) SetChat(_ context.Context, address, conversation string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.chats[address] = conversation
	return nil
}

func (m *memory) Burn(_ context.Context, token, by string, _ time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.burnt[token] == "" {
		m.burnt[token] = by
	}
	return m.burnt[token] == by, nil
}

func (m *memory) Hold(_ context.Context, _, holder string, _ time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holder == "" {
		m.holder = holder
	}
	return m.holder == holder, nil
}

func (m *memory) Release(_ context.Context, _, holder string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holder == holder {
		m.holder = ""
	}
	return nil
}

func (m *memory) NoteDelivery(_ context.Context, d Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.noNote {
		return fmt.Errorf("the store is away")
	}
	m.sent = append(m.sent, d)
	if d.Private {
		m.shown[d.Address] = append(m.shown[d.Address], d.ID)
	}
	return nil
}

func (m *memory) Delivered(_ context.Context, message string) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, d := range m.sent {
		if d.Message == message {
			n++
		}
	}
	return n, nil
}

func (m *memory) Latest(_ context.Context, address string) (uint64, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range slices.Backward(m.sent) {
		if d.Address == address {
			return d.Seq, d.At, nil
		}
	}
	return 0, time.Time{}, nil
}

func (m *memory) Shown(_ context.Context, address string) ([]int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.shown[address]), nil
}

func (m *memory) Unshown(_ context.Context, address string, ids []int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shown[address] = slices.DeleteFunc(m.shown[address], func(id int) bool { return slices.Contains(ids, id) })
	return nil
}

// words are labels that name themselves.
type words struct{}

func (words) Word(_ dialog.Locale, name string) string {
	if name == "chosen" {
		return "chosen: {choice}"
	}
	return "word " + name
}

// files keeps evidence.
type files struct {
	mu   sync.Mutex
	kept map[string]string
}

func (f *files) Put(_ context.Context, _, kind string, content []byte) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := fmt.Sprintf("f%d", len(f.kept)+1)
	f.kept[id] = kind
	return id, nil
}

// rig is a channel with everything around it.
type rig struct {
	t        *testing.T
	api      *telegramtest.Server
	client   *API
	engine   *engine
	memory   *memory
	files    *files
	sender   *Sender
	receiver *Receiver
	invites  *Invites
	now      time.Time
}

var noon = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)

const borrower = "caabbccddeeff00112233"

func newRig(t *testing.T) *rig {
	t.Helper()
	g := &rig{t: t, engine: newEngine(), memory: newMemory(), files: &files{kept: map[string]string{}}, now: noon}
	var err error
	if g.api, err = telegramtest.Start(telegramtest.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.api.Close(); err != nil {
			t.Errorf("close the double: %v", err)
		}
		if wrong := g.api.Problems(); len(wrong) > 0 {
			t.Errorf("requests that the API does not know: %v", wrong)
		}
	})
	if g.invites, err = NewInvites([]byte("a secret for the tests of invites"), zeros{}); err != nil {
		t.Fatal(err)
	}
	g.waits(time.Minute)
	g.receiver = g.newReceiver(g.engine.Submit)
	return g
}

// waits has the channel wait so long for each answer of the platform.
func (g *rig) waits(timeout time.Duration) {
	g.t.Helper()
	var err error
	pace := PaceOptions{Chat: time.Microsecond, PerSec: 100_000}
	if g.client, err = NewAPI(APIOptions{Token: g.api.Token(), BaseURL: g.api.URL(), Pace: pace, Timeout: timeout}); err != nil {
		g.t.Fatal(err)
	}
	g.sender = NewSender(SenderOptions{API: g.client, Ledger: g.memory, Shown: g.memory, Words: words{}, WalletURL: "https://wallet.example/chat"})
}

func (g *rig) newReceiver(submit channels.Submit) *Receiver {
	return NewReceiver(ReceiverOptions{
		API: g.client, Submit: submit, Store: g.engine, Index: g.memory, Once: g.memory, Ledger: g.memory, Invites: g.invites,
		Sender: g.sender, Words: words{}, Files: g.files, Now: func() time.Time { return g.now }, Again: time.Millisecond,
	})
}

// zeros is a source without surprises.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// poll runs a poller until the test ends.
func (g *rig) poll(r *Receiver, node string) (stop func()) {
	p := NewPoller(PollerOptions{API: g.client, Accept: r.Accept, Lease: g.memory, Node: node,
		Wait: time.Second, Peek: 5 * time.Millisecond, Rest: 10 * time.Millisecond, Sorry: 5 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	var going sync.WaitGroup
	going.Go(func() { p.Run(ctx) })
	stop = func() { cancel(); going.Wait(); r.Wait() }
	g.t.Cleanup(stop)
	return stop
}

// until waits for something, at most a minute.
func (g *rig) until(what string, is func() bool) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), time.Minute)
	defer cancel()
	if err := g.api.Until(ctx, is); err != nil {
		g.t.Fatalf("%s did not happen; committed: %q", what, g.engine.happened())
	}
}

// settled waits until the bot has confirmed everything.
func (g *rig) settled() {
	g.t.Helper()
	g.until("confirming every update", func() bool { return g.api.Waiting() == 0 })
}

// wallet gives the borrower a wallet session and returns a token made in it.
func (g *rig) wallet(conversation, session string) string {
	g.t.Helper()
	g.engine.mu.Lock()
	c := g.engine.states[conversation]
	c.ID, c.Revision = conversation, max(c.Revision, 1)
	c.Bindings = append(c.Bindings, dialog.Binding{Session: session, Channel: dialog.ChannelWeb, Level: dialog.LevelBorrower})
	g.engine.states[conversation] = c
	g.engine.mu.Unlock()
	token, err := g.invites.Make(conversation, session, g.now)
	if err != nil {
		g.t.Fatal(err)
	}
	return token
}

// linked ties a chat to the borrower without ceremony.
func (g *rig) linked(address string) {
	g.engine.mu.Lock()
	g.engine.states[borrower] = dialog.Conversation{ID: borrower, Revision: 1, Borrower: "b1", Locale: dialog.EnGB,
		Links: []dialog.Link{{Channel: dialog.ChannelTelegram, Address: address}}}
	g.engine.mu.Unlock()
	g.memory.chats[address] = borrower
}
