package manager

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"warmline/dialog"
)

// TimerOptions tune the timers. Zero values mean the defaults named here.
type TimerOptions struct {
	Scan    time.Duration // between looks; 500 ms
	Batch   int           // timers taken from a partition in one look; 100
	Workers int           // timers delivered at once; 16
	Now     func() time.Time
}

// Timers delivers what falls due. Any number of nodes may run it: the same
// timer makes the same envelope, and the second is a repeat.
type Timers struct {
	source  TimerSource
	deliver Deliver
	obs     Observer
	opts    TimerOptions
	slots   chan struct{}
	going   sync.WaitGroup

	mu    sync.Mutex
	tried map[string]trial // by envelope id: those under way and those that failed
}

// trial is a timer that is being delivered, or is left alone until a time.
type trial struct {
	busy  bool
	fails int
	after time.Time
}

// NewTimers returns timers that do nothing before Run.
func NewTimers(source TimerSource, deliver Deliver, obs Observer, opts TimerOptions) *Timers {
	if obs == nil {
		obs = silent{}
	}
	if opts.Scan == 0 {
		opts.Scan = 500 * time.Millisecond
	}
	if opts.Batch == 0 {
		opts.Batch = 100
	}
	if opts.Workers == 0 {
		opts.Workers = 16
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Timers{
		source: source, deliver: deliver, obs: obs, opts: opts,
		slots: make(chan struct{}, opts.Workers), tried: map[string]trial{},
	}
}

// Run delivers due timers until ctx ends and returns once those under way are
// through.
func (t *Timers) Run(ctx context.Context) {
	defer t.going.Wait()
	tick := time.NewTicker(t.opts.Scan)
	defer tick.Stop()
	for {
		t.scan(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (t *Timers) scan(ctx context.Context) {
	now := t.opts.Now()
	due, err := t.source.DueTimers(ctx, now, t.opts.Batch)
	if err != nil && ctx.Err() == nil {
		t.obs.Trouble(TroubleTimers, err)
	}
	t.forget(now)
	for _, env := range due {
		if !t.begin(env.ID, now) {
			continue
		}
		select {
		case t.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		t.going.Add(1)
		go func() {
			defer t.going.Done()
			defer func() { <-t.slots }()
			t.end(env.ID, t.fire(context.WithoutCancel(ctx), env))
		}()
	}
}

// forget drops the memory of timers that failed here long ago: another node has
// delivered them since, or they are tried anew.
func (t *Timers) forget(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.DeleteFunc(t.tried, func(_ string, tr trial) bool { return !tr.busy && now.Sub(tr.after) > time.Hour })
}

// begin marks a timer as under way, unless it is or has to wait.
func (t *Timers) begin(id string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	tr := t.tried[id]
	if tr.busy || now.Before(tr.after) {
		return false
	}
	tr.busy = true
	t.tried[id] = tr
	return true
}

// end forgets a timer that is over and puts off one that failed, longer each
// time, up to ten minutes.
func (t *Timers) end(id string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		delete(t.tried, id)
		return
	}
	tr := t.tried[id]
	tr.busy, tr.fails = false, tr.fails+1
	tr.after = t.opts.Now().Add(min(time.Second<<min(tr.fails-1, 10), 10*time.Minute))
	t.tried[id] = tr
}

// fire delivers a timer. Its commit removes it; a repeat or a refusal does not,
// so that is done here.
func (t *Timers) fire(ctx context.Context, env dialog.Envelope) error {
	receipt, err := t.deliver(ctx, env)
	switch code := dialog.CodeOf(err); {
	case err == nil && !receipt.Duplicate:
		return nil
	case err != nil && (code == dialog.CodeUnavailable || code == dialog.CodeInternal || code == dialog.CodeRateLimited):
		t.obs.Trouble(TroubleTimers, err)
		return err
	}
	if env.Event.Timer == nil {
		return errors.New("the timer's envelope has no timer")
	}
	if err := t.source.DropTimer(ctx, env.Conversation, *env.Event.Timer); err != nil {
		t.obs.Trouble(TroubleTimers, err)
		return err
	}
	return nil
}
