package manager

import (
	"context"
	"sync"
	"time"

	"warmline/dialog"
)

// Deliver is the engine's entrance, as the relay and the timers use it.
type Deliver func(context.Context, dialog.Envelope) (Receipt, error)

// RelayPorts are the relay's needs. Calls must be there where the core makes
// calls, Senders for every channel that it sends to; without Phraser a pending
// act is answered "off" at once.
type RelayPorts struct {
	Outbox     Outbox
	Backlog    Backlog
	Transcript Transcript
	Deliver    Deliver
	Calls      CallRunner
	Senders    map[dialog.ChannelKind]Sender
	Phraser    Phraser
	Second     SecondListener
	Observer   Observer
}

// RelayOptions tune a relay. Zero values mean the defaults named here.
type RelayOptions struct {
	Workers int           // items carried at once; 64
	Scan    time.Duration // between looks at the backlog; 1 s
	Batch   int           // items taken from a partition in one look; 50
	Rules   map[string]RetryRule
	Now     func() time.Time
}

// RetryRule says how an item of a kind is tried again. Keys of the table are
// CallKinds, "send", "phrase", "hear", and "" for everything else.
type RetryRule struct {
	First   time.Duration // pause after the first attempt; doubles each time
	Most    time.Duration // longest pause
	Tries   int           // attempts before it is given up
	Timeout time.Duration // of one attempt; must be shorter than the store's claim
}

// DefaultRetryRules tries an effect at the lender for about a day, a page every
// few seconds for an hour, a message for an hour, and a phrasing once: its
// template stands ready.
func DefaultRetryRules() map[string]RetryRule {
	return map[string]RetryRule{
		"":                           {First: time.Second, Most: 5 * time.Minute, Tries: 300, Timeout: 20 * time.Second},
		string(dialog.CallPageHuman): {First: time.Second, Most: 15 * time.Second, Tries: 240, Timeout: 10 * time.Second},
		"send":                       {First: time.Second, Most: time.Minute, Tries: 60, Timeout: 15 * time.Second},
		"phrase":                     {First: time.Second, Most: time.Second, Tries: 1, Timeout: 10 * time.Second},
		"hear":                       {First: time.Second, Most: time.Second, Tries: 1, Timeout: 10 * time.Second},
	}
}

// Relay carries out what commits want done elsewhere. It holds nothing that
// another node could not find again in the store.
type Relay struct {
	ports RelayPorts
	opts  RelayOptions
	wake  chan struct{}
	slots chan struct{}
	going sync.WaitGroup

	mu    sync.Mutex
	queue []string
	busy  map[string]bool
}

// NewRelay returns a relay; it does nothing before Run.
func NewRelay(ports RelayPorts, opts RelayOptions) *Relay {
	if ports.Observer == nil {
		ports.Observer = silent{}
	}
	if opts.Workers == 0 {
		opts.Workers = 64
	}
	if opts.Scan == 0 {
		opts.Scan = time.Second
	}
	if opts.Batch == 0 {
		opts.Batch = 50
	}
	if opts.Rules == nil {
		opts.Rules = DefaultRetryRules()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Relay{
		ports: ports, opts: opts, wake: make(chan struct{}, 1),
		slots: make(chan struct{}, opts.Workers), busy: map[string]bool{},
	}
}

// maxOffered bounds what waits in this process; the rest is found by scanning
// once its lease runs out.
const maxOffered = 10_000

// Offer hands over the items of a commit of this node, so that they need not
// wait for a scan. It does not block.
func (r *Relay) Offer(items []dialog.OutboxItem) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.opts.Now()
	for _, it := range items {
		if len(r.queue) < maxOffered && !it.NotBefore.After(now) {
			r.queue = append(r.queue, it.ID)
		}
	}
	r.wakeUp()
}

func (r *Relay) wakeUp() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run carries items until ctx ends and then returns once those under way are
// through. Attempts under way are not cut off: their outcome would be unknown.
func (r *Relay) Run(ctx context.Context) {
	defer r.going.Wait()
	scan := time.NewTicker(r.opts.Scan)
	defer scan.Stop()
	r.scan(ctx)
	for {
		if !r.start(ctx) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-scan.C:
			r.scan(ctx)
		}
	}
}

// scan queues what nobody holds.
func (r *Relay) scan(ctx context.Context) {
	ids, err := r.ports.Backlog.Due(ctx, r.opts.Now(), r.opts.Batch)
	if err != nil && ctx.Err() == nil {
		r.ports.Observer.Trouble(TroubleRelay, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if len(r.queue) < maxOffered && !r.busy[id] {
			r.queue = append(r.queue, id)
		}
	}
}

// start gives what is queued to workers; it reports false when ctx ended.
func (r *Relay) start(ctx context.Context) bool {
	for {
		id, ok := r.pop()
		if !ok {
			return true
		}
		select {
		case r.slots <- struct{}{}:
		case <-ctx.Done():
			r.release(id)
			return false
		}
		r.going.Add(1)
		go func() {
			defer r.going.Done()
			defer func() { <-r.slots }()
			r.carry(ctx, id)
		}()
	}
}

// pop takes the next id that this process is not busy with.
func (r *Relay) pop() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) > 0 {
		id := r.queue[0]
		r.queue = r.queue[1:]
		if !r.busy[id] {
			r.busy[id] = true
			return id, true
		}
	}
	r.queue = nil
	return "", false
}

func (r *Relay) release(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
}

// carry runs an item, and then those of its lane that became free by it.
func (r *Relay) carry(ctx context.Context, id string) {
	for id != "" && ctx.Err() == nil {
		next := r.guarded(context.WithoutCancel(ctx), id)
		r.release(id)
		if id = next; id == "" {
			return
		}
		r.mu.Lock()
		taken := r.busy[id]
		r.busy[id] = true
		r.mu.Unlock()
		if taken {
			return
		}
	}
	r.release(id)
}

// guarded runs one attempt; a panic costs the attempt only, and its outcome is
// unknown, so the item is left to be tried again when its claim runs out.
func (r *Relay) guarded(ctx context.Context, id string) (next string) {
	defer func() {
		if p := recover(); p != nil {
			r.ports.Observer.Trouble(TroublePanic, panicked(p))
			next = ""
		}
	}()
	return r.attempt(ctx, id)
}
