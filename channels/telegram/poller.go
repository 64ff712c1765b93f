package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-telegram/bot"

	"warmline/dialog"
)

// PollerOptions are a poller's needs. All but Observer and Log must be given;
// zero settings mean the defaults named here.
type PollerOptions struct {
	API      *API
	Accept   func(ctx context.Context, raw []byte, done func(error))
	Lease    Lease
	Node     string
	Observer Observer
	Log      *slog.Logger

	Wait  time.Duration // of one long poll; 25 s (the platform allows 50 s)
	Peek  time.Duration // between looks while updates are under way; 150 ms
	Hold  time.Duration // of the lease; 45 s, longer than a poll
	Rest  time.Duration // of a node that does not poll, between tries; 5 s
	Sorry time.Duration // first pause after an error; 500 ms, doubling to 30 s
}

// Poller fetches updates by long polling, on one node at a time. The offset,
// which confirms updates to the platform, is kept by the platform alone: it
// moves only past updates that are through, so that whatever a crash interrupts
// comes again.
type Poller struct {
	o      PollerOptions
	report reporter

	mu      sync.Mutex
	next    int64          // the first update that was not accepted yet
	waiting map[int64]bool // accepted and not through
	moved   chan struct{}
}

// NewPoller returns a poller; it does nothing before Run.
func NewPoller(o PollerOptions) *Poller {
	for _, x := range []struct {
		d *time.Duration
		v time.Duration
	}{
		{&o.Wait, 25 * time.Second}, {&o.Peek, 150 * time.Millisecond}, {&o.Hold, 45 * time.Second},
		{&o.Rest, 5 * time.Second}, {&o.Sorry, 500 * time.Millisecond},
	} {
		if *x.d == 0 {
			*x.d = x.v
		}
	}
	return &Poller{o: o, report: newReporter(o.Observer, o.Log), waiting: map[int64]bool{}, moved: make(chan struct{}, 1)}
}

// Run polls until ctx ends, while this node has the lease.
func (p *Poller) Run(ctx context.Context) {
	name, failed := "telegram:"+p.o.API.ID(), 0
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := p.o.Lease.Release(end, name, p.o.Node); err != nil {
			p.report.Trouble(TroublePoll, err)
		}
	}()
	for ctx.Err() == nil {
		mine, err := p.o.Lease.Hold(ctx, name, p.o.Node, p.o.Hold)
		switch {
		case err == nil && !mine:
			sleep(ctx, p.o.Rest)
			continue
		case err == nil:
			err = p.look(ctx)
		}
		if err == nil {
			failed = 0
			continue
		}
		if ctx.Err() == nil {
			sleep(ctx, p.excuse(ctx, err, failed))
			failed++
		}
	}
}

// excuse reports why updates could not be fetched and returns how long to wait.
func (p *Poller) excuse(ctx context.Context, err error, failed int) time.Duration {
	p.report.Trouble(TroublePoll, err)
	pause := min(p.o.Sorry<<min(failed, 6), 30*time.Second)
	var conflict conflictError
	var slow *limited
	switch {
	case errors.As(err, &slow):
		return slow.after
	case errors.As(err, &conflict) && conflict.webhook:
		if _, err := p.o.API.bot.DeleteWebhook(ctx, &bot.DeleteWebhookParams{}); err != nil {
			p.report.Trouble(TroublePoll, classify("deleteWebhook", err))
		}
	}
	return pause
}

// look fetches once. Nothing is confirmed that is not through; while something
// is under way it only looks whether more has come.
func (p *Poller) look(ctx context.Context) error {
	offset, busy := p.offset()
	wait := p.o.Wait
	if busy {
		wait = 0
		p.pause(ctx)
		offset, _ = p.offset()
	}
	list, err := p.o.API.updates(ctx, offset, wait)
	if err != nil {
		return err
	}
	for _, raw := range list {
		p.take(ctx, raw)
	}
	return nil
}

// pause waits until something is through, or for a moment.
func (p *Poller) pause(ctx context.Context) {
	t := time.NewTimer(p.o.Peek)
	defer t.Stop()
	select {
	case <-p.moved:
	case <-t.C:
	case <-ctx.Done():
	}
}

// offset is the first update that is not through, and whether any is under way.
func (p *Poller) offset() (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := p.next
	for id := range p.waiting {
		first = min(first, id)
	}
	return first, len(p.waiting) > 0
}

// take accepts an update that is new.
func (p *Poller) take(ctx context.Context, raw []byte) {
	var head struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil || head.ID == 0 {
		p.report.Trouble(TroubleUpdate, errors.New("an update has no id"))
		return
	}
	p.mu.Lock()
	if p.waiting[head.ID] || head.ID < p.next && p.next-head.ID < recent {
		p.mu.Unlock()
		return
	}
	p.waiting[head.ID] = true
	// Ids start anywhere after a week of silence, lower than before too.
	if p.next = max(p.next, head.ID+1); p.next-head.ID > recent {
		p.next = head.ID + 1
	}
	p.mu.Unlock()
	p.o.Accept(ctx, raw, func(err error) { p.through(head.ID, err) })
}

// recent is how far back an id counts as one of those that came before.
const recent = 100_000

// through notes that an update is done with. One that failed because we stop
// stays unconfirmed.
func (p *Poller) through(id int64, err error) {
	if err != nil {
		p.report.Trouble(TroublePoll, fmt.Errorf("an update stays for later: %s", dialog.CodeOf(err)))
		return
	}
	p.mu.Lock()
	delete(p.waiting, id)
	p.mu.Unlock()
	select {
	case p.moved <- struct{}{}:
	default:
	}
}

// Confirm tells the platform what is through, so that it does not come again
// after an orderly stop.
func (p *Poller) Confirm(ctx context.Context) error {
	offset, _ := p.offset()
	if offset == 0 {
		return nil
	}
	_, err := p.o.API.updates(ctx, offset, 0)
	return err
}
