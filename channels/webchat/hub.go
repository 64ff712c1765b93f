package webchat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"warmline/channels"
	"warmline/dialog"
	"warmline/dialog/plainjson"
)

// HubOptions are a hub's needs and settings. Store and Words must be given;
// zero settings mean the defaults named here.
type HubOptions struct {
	Store     Store
	Words     Words
	Places    Places    // nil: the place in the queue is not told
	Notifier  Notifier  // nil: the wallet is not told of messages
	Elsewhere Elsewhere // nil: this node is the only one
	Leases    Leases    // nil: likewise
	Observer  Observer
	Log       *slog.Logger // nil: silence
	Now       func() time.Time
	Rand      func() float64 // spreads work; in [0,1)

	Ping         time.Duration // between pings, 54 s
	Silence      time.Duration // without a pong or a frame a connection is dead, 60 s
	WriteTimeout time.Duration // for one frame, 10 s
	ReadTimeout  time.Duration // for one read of the store, 5 s
	CloseWait    time.Duration // for the client's answer to a close, 2 s
	PlaceEvery   time.Duration // between looks at the queue, 15 s
	HumanTyping  time.Duration // a human's typing hint lasts, 8 s
	TypingAfter  time.Duration // an answer that takes longer is announced by a typing hint, 150 ms
	NoticeEvery  time.Duration // at most one notice in this time for a conversation, 10 min
	NoticeAfter  time.Duration // a person who is back by then is not told, 10 s
	Queue        int           // most frames other than messages that wait for a client, 128
	Tail         int           // most fresh messages kept for a client, 32
	Page         int           // messages read at once, 100
	Most         int           // most connections of a person on a node, 16
}

func (o HubOptions) withDefaults() (HubOptions, error) {
	if o.Store == nil || o.Words == nil {
		return o, errors.New("webchat needs a store and words")
	}
	if o.Observer == nil {
		o.Observer = silent{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = func() float64 { return 0.5 }
	}
	durations := []struct {
		d *time.Duration
		v time.Duration
	}{
		{&o.Ping, 54 * time.Second}, {&o.Silence, 60 * time.Second}, {&o.WriteTimeout, 10 * time.Second},
		{&o.ReadTimeout, 5 * time.Second}, {&o.CloseWait, 2 * time.Second}, {&o.PlaceEvery, 15 * time.Second},
		{&o.HumanTyping, 8 * time.Second}, {&o.TypingAfter, 150 * time.Millisecond}, {&o.NoticeEvery, 10 * time.Minute}, {&o.NoticeAfter, 10 * time.Second},
	}
	for _, x := range durations {
		if *x.d == 0 {
			*x.d = x.v
		}
	}
	counts := []struct {
		n *int
		v int
	}{{&o.Queue, 128}, {&o.Tail, 32}, {&o.Page, 100}, {&o.Most, 16}}
	for _, x := range counts {
		if *x.n == 0 {
			*x.n = x.v
		}
	}
	return o, nil
}

// Hub knows the open connections of this node and brings them the news. It is
// made before the engine, so that the engine's observer can call Committed.
// All methods are safe for use by many goroutines, and but for Drain none
// blocks or does I/O.
type Hub struct {
	opts    HubOptions
	ctx     context.Context
	cancel  context.CancelFunc
	notices *notices
	plans   plainjson.Plans
	waits   waits

	mu    sync.Mutex
	rooms map[string]*room

	gate     sync.Mutex // taken last of all locks
	draining bool
	running  sync.WaitGroup // connections and reads
}

// NewHub returns a hub without connections.
func NewHub(opts HubOptions) (*Hub, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	h := &Hub{opts: opts, rooms: map[string]*room{}}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.waits.all = h.ctx
	h.notices = newNotices(h)
	return h, nil
}

func (h *Hub) room(conversation string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[conversation]
}

// begin counts something that runs until it calls running.Done. It returns
// false while draining.
func (h *Hub) begin() bool {
	h.gate.Lock()
	defer h.gate.Unlock()
	if !h.draining {
		h.running.Add(1)
	}
	return !h.draining
}

// join adds a connection to its conversation's room, or says why not.
func (h *Hub) join(c *conn, conversation string) *farewell {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[conversation]
	if r == nil {
		r = &room{hub: h, id: conversation}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.conns) >= h.opts.Most {
		f := tooMuch(time.Minute)
		return &f
	}
	if !h.begin() {
		f := goodbye(CloseRestart)
		return &f
	}
	c.room, h.rooms[conversation] = r, r
	r.conns = append(r.conns, c)
	return nil
}

// leave removes a connection, and its room with the last one.
func (h *Hub) leave(c *conn) {
	h.mu.Lock()
	r := c.room
	r.mu.Lock()
	for i, other := range r.conns {
		if other == c {
			r.conns = append(r.conns[:i:i], r.conns[i+1:]...)
			break
		}
	}
	if len(r.conns) == 0 && h.rooms[r.id] == r {
		delete(h.rooms, r.id)
		r.stopTimers()
	}
	r.mu.Unlock()
	h.mu.Unlock()
	h.announce(r.id)
	h.running.Done()
}

// announce tells the other nodes whether a chat is open here, as it is by the
// time that this is done.
func (h *Hub) announce(conversation string) {
	if h.opts.Elsewhere == nil || h.opts.Notifier == nil {
		return
	}
	h.track(func(ctx context.Context) {
		if err := h.opts.Elsewhere.Here(ctx, conversation, h.Watched(conversation)); err != nil {
			h.opts.Observer.Trouble(TroubleNotice, fmt.Errorf("tell the other nodes: %w", err))
		}
	})
}

// Watched reports whether somebody has a conversation open on this node.
func (h *Hub) Watched(conversation string) bool {
	r := h.room(conversation)
	return r != nil && r.watched()
}

// Connections returns how many connections are open.
func (h *Hub) Connections() int {
	n := 0
	for _, r := range h.all() {
		r.mu.Lock()
		n += len(r.conns)
		r.mu.Unlock()
	}
	return n
}

func (h *Hub) all() []*room {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		list = append(list, r)
	}
	return list
}

// Committed tells of a commit on this node: the messages that became final in
// it (those without a sequence number are left out) and the conversation as it
// is now. It is called in the order of a conversation's commits.
func (h *Hub) Committed(conversation string, messages []dialog.Message, state dialog.Conversation) {
	if r := h.room(conversation); r != nil {
		r.committed(messages, state)
	}
	h.notices.committed(messages, state)
}

// Hint tells that a conversation changed on some node. What was not brought by
// Committed already is read from the store.
func (h *Hub) Hint(hint channels.Hint) {
	if hint.Conversation == "" {
		// A connection was lost and is back: everything is looked at again, but
		// not by all at once.
		for _, r := range h.all() {
			wait := time.Duration(h.opts.Rand() * float64(2*time.Second))
			time.AfterFunc(wait, r.refresh)
		}
		return
	}
	if r := h.room(hint.Conversation); r != nil && !r.knows(hint) {
		r.refresh()
	}
}

// HumanTyping tells that the human who owns a conversation is writing, or
// stopped. It lasts a few seconds unless it is said again.
func (h *Hub) HumanTyping(conversation string, on bool) {
	if r := h.room(conversation); r != nil {
		r.humanTyping(on)
	}
}

// Drain refuses new connections, lets what was received be committed and
// acknowledged, then closes every connection with code 1012. It returns when
// all are gone; when ctx ends first they are cut and its error is returned.
func (h *Hub) Drain(ctx context.Context) error {
	h.gate.Lock()
	h.draining = true
	h.gate.Unlock()
	for _, r := range h.all() {
		r.stopAll(goodbye(CloseRestart))
	}
	gone := make(chan struct{})
	go func() {
		h.running.Wait()
		close(gone)
	}()
	defer h.cancel()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		for _, r := range h.all() {
			r.cutAll()
		}
		return ctx.Err()
	}
}

// track runs a read of the store beside the connections, unless the hub is
// closing.
func (h *Hub) track(work func(ctx context.Context)) {
	if !h.begin() {
		return
	}
	go func() {
		defer h.running.Done()
		defer h.recovered()
		ctx, cancel := context.WithTimeout(h.ctx, h.opts.ReadTimeout)
		defer cancel()
		work(ctx)
	}()
}

// recovered keeps a panic to the goroutine that it happened in. Its value may
// hold a person's data and is not told.
func (h *Hub) recovered() {
	if recover() == nil {
		return
	}
	var where [4096]byte
	n := runtime.Stack(where[:], false)
	h.opts.Observer.Trouble(TroublePanic, fmt.Errorf("panic in the web chat\n%s", where[:n]))
}
