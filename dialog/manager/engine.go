package manager

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"warmline/dialog"
)

// Ports are the engine's needs. States, Decider, Listener and Speaker must be
// there; without Facts every question for facts is answered with "unavailable".
type Ports struct {
	States   States
	Decider  Decider
	Listener Listener
	Speaker  Speaker
	Facts    FactSource
	Desk     DeskSource
	Observer Observer
}

// Options tune an engine. Zero values mean the defaults named here.
type Options struct {
	Linger      time.Duration // how long a text waits for the next line of a burst; 0 = not at all
	LingerMax   time.Duration // the longest wait for a burst, while the person types; 2.5 s
	FactsBudget time.Duration // 1 s
	TurnBudget  time.Duration // 10 s, retries included
	Tries       int           // turns attempted against other nodes' commits; 24
	Burst       int           // most lines of one turn; 20
	Waiting     int           // most envelopes that wait in one lane; 64
	Backlog     int           // most envelopes that wait in all lanes; 20 000
	Cache       int           // conversations whose last state is kept; 4096
	// Fresh says how a conversation begins that the store does not know.
	Fresh func(dialog.Envelope) dialog.Conversation
	// HearContext overrides what a text is heard against.
	HearContext func(dialog.Conversation, dialog.Envelope) dialog.HearContext
	// Outgoing is given the items of every commit; it must not block.
	Outgoing func([]dialog.OutboxItem)
	// Committed is given the state and the final messages of every commit of
	// this process, in the order of each conversation's turns; it must not block.
	Committed func(dialog.Conversation, []dialog.Message)
	Now       func() time.Time
	Rand      func() float64 // jitter in [0,1)
}

// DefaultLinger is how long a text waits for the next line of a burst where the
// configuration does not say otherwise.
const DefaultLinger = 300 * time.Millisecond

// Receipt says what became of an envelope.
type Receipt struct {
	Revision  uint64 // of the conversation after the turn
	Seq       uint64 // last message then
	Duplicate bool   // it was committed before; nothing was repeated
}

// Engine runs the turns of conversations. It is safe for use by many
// goroutines.
type Engine struct {
	ports Ports
	opts  Options
	cache *cache
	crew  *crew

	mu      sync.Mutex
	lanes   map[string]*lane
	waiting int
	closed  bool
	closing chan struct{}
	running sync.WaitGroup
}

// New returns an engine over its ports.
func New(ports Ports, opts Options) *Engine {
	if ports.Observer == nil {
		ports.Observer = silent{}
	}
	opts = opts.withDefaults()
	closing := make(chan struct{})
	return &Engine{
		ports: ports, opts: opts, cache: newCache(opts.Cache), crew: newCrew(closing),
		lanes: map[string]*lane{}, closing: closing,
	}
}

func (o Options) withDefaults() Options {
	fill := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	count := func(n *int, v int) {
		if *n == 0 {
			*n = v
		}
	}
	fill(&o.LingerMax, 2500*time.Millisecond)
	fill(&o.FactsBudget, time.Second)
	fill(&o.TurnBudget, 10*time.Second)
	count(&o.Tries, 24)
	count(&o.Burst, 20)
	count(&o.Waiting, 64)
	count(&o.Backlog, 20_000)
	count(&o.Cache, 4096)
	if o.Fresh == nil {
		o.Fresh = fresh
	}
	if o.HearContext == nil {
		o.HearContext = hearContext
	}
	if o.Outgoing == nil {
		o.Outgoing = func([]dialog.OutboxItem) {}
	}
	if o.Committed == nil {
		o.Committed = func(dialog.Conversation, []dialog.Message) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	return o
}

func fresh(e dialog.Envelope) dialog.Conversation {
	return dialog.Conversation{Owner: dialog.OwnerBot, Locale: dialog.ZhHans, Zone: "Asia/Shanghai"}
}

// Deliver brings an envelope to its conversation and returns once the turn is
// committed. A repeat returns as done. When ctx ends while the envelope waits,
// it is taken back; when its turn runs already, the turn goes on and the
// outcome is learnt by delivering the same envelope again.
//
// Errors: what the core refused the event with; CodeInvalid for an envelope
// without id or conversation; CodeRateLimited when its conversation has too
// many waiting; CodeUnavailable when the engine is closing or overloaded, the
// store cannot be reached or other nodes were faster every time; CodeInternal
// for our own mistakes. After CodeUnavailable the same envelope may be
// delivered again.
func (e *Engine) Deliver(ctx context.Context, env dialog.Envelope) (Receipt, error) {
	done := make(chan outcome, 1)
	e.Submit(ctx, env, func(r Receipt, err error) { done <- outcome{r, err} })
	select {
	case out := <-done:
		return out.receipt, out.err
	case <-ctx.Done():
		// A turn that was over at the same moment counts.
		select {
		case out := <-done:
			return out.receipt, out.err
		default:
			return Receipt{}, dialog.E(dialog.CodeUnavailable, "it took too long", ctx.Err())
		}
	}
}

// Submit puts an envelope in its lane, in the order of the calls, and returns.
// done is called once with what Deliver would return, after the commit, on any
// goroutine and perhaps before Submit returns; it must not block.
func (e *Engine) Submit(ctx context.Context, env dialog.Envelope, done func(Receipt, error)) {
	if env.ID == "" || env.Conversation == "" || env.Event.Kind == "" {
		done(Receipt{}, dialog.E(dialog.CodeInvalid, "the event is incomplete", nil))
		return
	}
	// Waiting for a burst is a matter of real time, whatever clock the turns run by.
	j := &job{env: e.normal(env), ctx: ctx, at: time.Now(), done: done}
	if err := e.enqueue(j); err != nil {
		done(Receipt{}, err)
	}
}

// normal gives an envelope a time in whole milliseconds of UTC: the precision
// at which timers are kept, so that what is derived from it compares equal.
func (e *Engine) normal(env dialog.Envelope) dialog.Envelope {
	if env.At.IsZero() {
		env.At = e.opts.Now()
	}
	env.At = env.At.UTC().Truncate(time.Millisecond)
	return env
}

// Typing says that the person at a conversation is writing (or stopped). A
// burst that is being waited for waits longer then.
func (e *Engine) Typing(conversation string, on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lanes[conversation]
	if l == nil {
		return
	}
	l.typing = on
	l.wakeUp()
}

// Close refuses new envelopes, lets those that wait have their turn and returns
// when all lanes are empty, or with ctx's error.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	if !e.closed {
		e.closed = true
		close(e.closing)
	}
	e.mu.Unlock()
	drained := make(chan struct{})
	go func() {
		e.running.Wait()
		close(drained)
	}()
	select {
	case <-drained:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Waiting returns how many envelopes wait for their turn.
func (e *Engine) Waiting() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.waiting
}
