package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// ReceiverOptions are a receiver's needs. All but Files, Observer and Log must
// be given; zero settings mean the defaults named here.
type ReceiverOptions struct {
	API      *API
	Submit   channels.Submit
	Store    Store
	Index    Index
	Once     Once
	Ledger   Ledger
	Invites  *Invites
	Sender   *Sender
	Words    Words
	Files    Files // nil: no evidence is taken
	Now      func() time.Time
	Observer Observer
	Log      *slog.Logger

	FileLimit int64         // bytes of a picture or document; 10 MiB
	Again     time.Duration // first pause before an envelope is delivered again; 200 ms, doubling to 10 s
	Attempts  int           // of an envelope that makes the engine fail; 5
}

// Receiver brings updates to their conversations, those of one chat in order.
type Receiver struct {
	o      ReceiverOptions
	report reporter
	asides sync.WaitGroup

	mu      sync.Mutex
	lanes   map[int64]*lane
	stopped bool // nothing is sent beside the messages any more
}

// NewReceiver returns a receiver.
func NewReceiver(o ReceiverOptions) *Receiver {
	if o.FileLimit == 0 {
		o.FileLimit = 10 << 20
	}
	if o.Again == 0 {
		o.Again = 200 * time.Millisecond
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	return &Receiver{o: o, report: newReporter(o.Observer, o.Log), lanes: map[int64]*lane{}}
}

// Accept takes an update as it came from the platform and returns at once. done
// is called once: with nil when the update is committed, or can never be, and
// may be confirmed to the platform; with an error when ctx ended before that.
func (r *Receiver) Accept(ctx context.Context, raw []byte, done func(error)) {
	u, err := parseUpdate(raw)
	if err != nil {
		r.report.Trouble(TroubleUpdate, err)
	}
	r.report.Count("update:" + u.kind)
	if u.kind == "" {
		done(nil)
		return
	}
	r.enqueue(&job{ctx: ctx, u: u, done: done})
}

// persist handles an update until it is through; the chat's later ones wait, so
// that their order stays.
func (r *Receiver) persist(j *job) error {
	return r.insist(j.ctx, j.tries, func() error { return r.handle(j.ctx, j.u) })
}

// handle takes an update whose turn it is.
func (r *Receiver) handle(ctx context.Context, u update) error {
	switch u.kind {
	case saidText:
		e, err := r.line(ctx, u)
		if err != nil {
			return err
		}
		return r.attempt(ctx, e)
	case saidGroup:
		r.aside(ctx, "leave", func(ctx context.Context) error { return r.o.API.leave(ctx, u.chat) })
		return nil
	case saidBlock:
		return r.blocked(ctx, u)
	case saidCommand:
		return r.command(ctx, u)
	case saidTap:
		return r.tap(ctx, u)
	}
	return r.media(ctx, u)
}

// place is whom a chat belongs to.
type place struct {
	conversation string
	borrower     bool
	state        dialog.Conversation
}

// place finds the conversation of a chat: the borrower's that it is linked to,
// or the one of its own.
func (r *Receiver) place(ctx context.Context, address string) (place, error) {
	found, err := r.o.Index.Chat(ctx, address)
	if err != nil {
		return place{}, fmt.Errorf("whose chat: %w", err)
	}
	if found != "" {
		state, err := r.o.Store.State(ctx, found)
		if err != nil {
			return place{}, fmt.Errorf("whose chat: %w", err)
		}
		if linked(state, address) {
			return place{conversation: found, borrower: true, state: state}, nil
		}
	}
	own := dialog.UnlinkedID(dialog.ChannelTelegram, address)
	state, err := r.o.Store.State(ctx, own)
	if err != nil {
		return place{}, fmt.Errorf("whose chat: %w", err)
	}
	return place{conversation: own, state: state}, nil
}

// linked reports whether a conversation knows a chat as its own: the truth.
func linked(c dialog.Conversation, address string) bool {
	for _, l := range c.Links {
		if l.Channel == dialog.ChannelTelegram && l.Address == address {
			return true
		}
	}
	return false
}

// id names the envelope of an update.
func (r *Receiver) id(u update) string { return fmt.Sprintf("tg:%s:%d", r.o.API.ID(), u.id) }

// envelope wraps an event of a chat.
func (r *Receiver) envelope(ctx context.Context, u update, p place, event dialog.Event) dialog.Envelope {
	return dialog.Envelope{
		ID: r.id(u), Conversation: p.conversation, At: r.o.Now(), Channel: dialog.ChannelTelegram, Session: u.address,
		Seen: r.seen(ctx, u, p), Event: event,
	}
}

// crossing is how long after a newer card's arrival a yes in words may still
// have been meant for the one before it.
const crossing = 10 * time.Second

// seen is the last message that the chat had when the person wrote, by the
// platform's clock; 0 when nobody can tell. Where a card has just taken another
// one's place only its button counts.
func (r *Receiver) seen(ctx context.Context, u update, p place) uint64 {
	seq, at, err := r.o.Ledger.Latest(ctx, u.address)
	if err != nil {
		r.report.Trouble(TroubleStore, fmt.Errorf("what was seen: %w", err))
		return 0
	}
	wrote := time.Unix(int64(u.sent), 0)
	if p.state.Talk.Quote != nil && len(p.state.Talk.Dead) > 0 {
		at = at.Add(crossing)
	}
	if !wrote.After(at) {
		return 0
	}
	return seq
}

// deliver brings an envelope to its conversation, again and again while the
// engine cannot take it. What the core has refused is over.
func (r *Receiver) deliver(ctx context.Context, e dialog.Envelope) error {
	return r.insist(ctx, 0, func() error { return r.attempt(ctx, e) })
}

// insist does something until it succeeds or cannot; its error is the last one
// before ctx ended.
func (r *Receiver) insist(ctx context.Context, tries int, do func() error) error {
	for ; ; tries++ {
		err := do()
		pause, again := r.again(err, tries)
		if !again {
			return nil
		}
		if !sleep(ctx, pause) {
			return err
		}
	}
}

// attempt brings an envelope to its conversation and waits for the answer.
func (r *Receiver) attempt(ctx context.Context, e dialog.Envelope) error {
	result := make(chan error, 1)
	r.o.Submit(ctx, e, func(_ channels.Receipt, err error) { result <- err })
	if err := <-result; err != nil {
		return fmt.Errorf("deliver an update: %w", err)
	}
	return nil
}

// again says whether an envelope is delivered once more, and when.
func (r *Receiver) again(err error, tries int) (time.Duration, bool) {
	pause := min(r.o.Again<<min(tries, 6), 10*time.Second)
	switch dialog.CodeOf(err) {
	case dialog.CodeUnavailable, dialog.CodeRateLimited:
		return pause, true
	case dialog.CodeInternal:
		if tries+1 < r.o.Attempts {
			return pause, true
		}
		r.report.Trouble(TroubleUpdate, fmt.Errorf("an update was given up: %w", err))
	}
	return 0, false
}

// sleep waits; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// aside does something that nobody waits for and that may fail.
func (r *Receiver) aside(ctx context.Context, what string, do func(context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return
	}
	r.asides.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err := do(ctx); err != nil {
			r.report.Count("aside:" + what + ":" + string(dialog.CodeOf(err)))
		}
	})
}

// Wait ends the sending of what nobody waits for and returns when none of it is
// under way. It is for the end: what comes in later is handled all the same.
func (r *Receiver) Wait() {
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	r.asides.Wait()
}
