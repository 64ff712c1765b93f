package webchat

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// fakeEngine is an engine and a store in memory: one conversation's envelopes
// are committed one after another, then the nodes are told. It answers every
// text with "re: " and the text; a text that begins with "secret" at level 2.
type fakeEngine struct {
	now func() time.Time

	mu    sync.Mutex
	chats map[string]*fakeChat
	hubs  []*Hub
	gate  chan struct{}               // when set, each commit waits for a value
	fail  func(dialog.Envelope) error // refuses
	reads int                         // calls of Since
	down  bool                        // the store cannot be read
	from  map[string]uint64           // messages up to here were removed
	order []string                    // ids in the order of Submit
}

type fakeChat struct {
	state    dialog.Conversation
	messages []dialog.Message
	used     map[string]bool
	queue    []func()
}

func newFakeEngine(now func() time.Time) *fakeEngine {
	return &fakeEngine{now: now, chats: map[string]*fakeChat{}, from: map[string]uint64{}}
}

func (f *fakeEngine) chat(id string) *fakeChat {
	if f.chats[id] == nil {
		f.chats[id] = &fakeChat{used: map[string]bool{}, state: dialog.Conversation{
			ID: id, Owner: dialog.OwnerBot, Locale: dialog.EnGB, Zone: "Asia/Hong_Kong",
		}}
	}
	return f.chats[id]
}

func (f *fakeEngine) State(_ context.Context, id string) (dialog.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return dialog.Conversation{}, dialog.E(dialog.CodeUnavailable, "the store is down", nil)
	}
	return f.chat(id).state, nil
}

func (f *fakeEngine) Since(_ context.Context, id string, after uint64, limit int) ([]dialog.Message, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	if f.down {
		return nil, dialog.E(dialog.CodeUnavailable, "the store is down", nil)
	}
	var list []dialog.Message
	for _, m := range f.chat(id).messages {
		if m.Seq > after && m.Seq <= after+uint64(limit) && m.Seq > f.from[id] {
			list = append(list, m)
		}
	}
	return list, nil
}

// submitTo returns the engine's entry on a node.
func (f *fakeEngine) submitTo(h *Hub) channels.Submit {
	return func(_ context.Context, e dialog.Envelope, done func(channels.Receipt, error)) {
		f.mu.Lock()
		f.order = append(f.order, e.ID)
		f.mu.Unlock()
		f.enqueue(e.Conversation, func() { done(f.commit(h, e)) })
	}
}

// enqueue runs a conversation's work in order.
func (f *fakeEngine) enqueue(id string, work func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.chat(id)
	c.queue = append(c.queue, work)
	if len(c.queue) == 1 {
		go f.drain(c)
	}
}

func (f *fakeEngine) drain(c *fakeChat) {
	for {
		f.mu.Lock()
		work, gate := c.queue[0], f.gate
		f.mu.Unlock()
		if gate != nil {
			<-gate
		}
		work()
		f.mu.Lock()
		c.queue = c.queue[1:]
		rest := len(c.queue)
		f.mu.Unlock()
		if rest == 0 {
			return
		}
	}
}

func (f *fakeEngine) commit(h *Hub, e dialog.Envelope) (channels.Receipt, error) {
	f.mu.Lock()
	c := f.chat(e.Conversation)
	if f.fail != nil {
		if err := f.fail(e); err != nil {
			f.mu.Unlock()
			return channels.Receipt{}, err
		}
	}
	mark := e.ID
	if e.Device != "" {
		mark = e.Device + "/" + string(rune(e.N))
	}
	if c.used[mark] {
		f.mu.Unlock()
		return channels.Receipt{Revision: c.state.Revision, Seq: c.state.Seq, Duplicate: true}, nil
	}
	c.used[mark] = true
	before := len(c.messages)
	f.step(c, e)
	receipt := channels.Receipt{Revision: c.state.Revision, Seq: c.state.Seq}
	fresh, state := slices.Clone(c.messages[before:]), c.state
	f.mu.Unlock()
	f.tell(h, fresh, state)
	return receipt, nil
}

// tell brings a commit to the node that made it, and a hint to every node.
func (f *fakeEngine) tell(h *Hub, fresh []dialog.Message, state dialog.Conversation) {
	if h != nil {
		h.Committed(state.ID, fresh, state)
	}
	for _, hub := range f.hubs {
		hub.Hint(channels.Hint{Conversation: state.ID, Seq: state.Seq, Revision: state.Revision})
	}
}

func (f *fakeEngine) step(c *fakeChat, e dialog.Envelope) {
	c.state.Revision++
	if c.state.Borrower == "" {
		c.state.Borrower = e.Borrower
	}
	switch e.Event.Kind {
	case dialog.EventSession:
		bind(&c.state, *e.Event.Session)
	case dialog.EventOpened:
		if c.state.Seq == 0 {
			c.say(dialog.SpeakerBot, "hello", dialog.LevelUnknown, e.At, "")
		}
	case dialog.EventText:
		c.state.LastIn = e.At
		for _, l := range e.Event.Text.Lines {
			level := dialog.LevelLinked
			if strings.HasPrefix(l.Text, "secret") {
				level = dialog.LevelBorrower
			}
			c.say(dialog.SpeakerBorrower, l.Text, level, e.At, l.ID)
			c.say(dialog.SpeakerBot, "re: "+l.Text, level, e.At, "")
		}
	case dialog.EventChoice:
		c.say(dialog.SpeakerBorrower, "", dialog.LevelLinked, e.At, e.ID)
		c.say(dialog.SpeakerBot, "took "+e.Event.Choice.Option+" "+e.Event.Choice.Card, dialog.LevelLinked, e.At, "")
	}
}

func bind(c *dialog.Conversation, s dialog.SessionEvent) {
	c.Bindings = slices.Clone(c.Bindings)
	if s.All {
		c.Bindings = nil
		return
	}
	c.Bindings = slices.DeleteFunc(c.Bindings, func(b dialog.Binding) bool { return b.Session == s.Session })
	if !s.Ended {
		c.Bindings = append(c.Bindings, dialog.Binding{Session: s.Session, Channel: s.Channel, Level: s.Level, Expires: s.Expires})
	}
	if s.Locale != "" {
		c.Locale = s.Locale
	}
}

func (c *fakeChat) say(who dialog.Speaker, text string, level dialog.Level, at time.Time, client string) {
	c.state.Seq++
	c.messages = append(c.messages, dialog.Message{
		ID: c.state.ID + "-" + text, Seq: c.state.Seq, Speaker: who, At: at, Level: level, Client: client,
		Body: dialog.Rendered{Text: text},
	})
}

// change commits something that no client asked for, on a node (nil: none of
// those that the test runs).
func (f *fakeEngine) change(h *Hub, id string, do func(c *fakeChat)) {
	f.mu.Lock()
	c := f.chat(id)
	before := len(c.messages)
	c.state.Revision++
	do(c)
	fresh, state := slices.Clone(c.messages[before:]), c.state
	f.mu.Unlock()
	f.tell(h, fresh, state)
}

// fakeWords are labels that name themselves.
type fakeWords struct{}

func (fakeWords) Labels(l dialog.Locale) map[string]string {
	words := map[string]string{"title": "Chat " + string(l)}
	for _, name := range []string{"error", "too_long", "rate_limited", "session_ended", "reconnecting", "card_expired"} {
		words[name] = name
	}
	return words
}

func (fakeWords) Moment(t time.Time, _ dialog.Locale, zone string) (string, string) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format("2 Jan"), t.In(loc).Format("15:04")
}

func (fakeWords) Wait(d time.Duration, _ dialog.Locale) string { return "about " + d.String() }

// tally is an observer that counts.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[what] += n
}

func (t *tally) get(what string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[what]
}

func (t *tally) Connection(change, _ int) { t.add("connections", change) }
func (t *tally) Frame(sent bool, kind string) {
	t.add(map[bool]string{true: "out ", false: "in "}[sent]+kind, 1)
}
func (t *tally) Trouble(kind string, err error) { t.add("trouble "+kind, 1) }
