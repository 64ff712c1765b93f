package telegram

import (
	"context"
	"sync"
	"time"
)

// PaceOptions are the limits of sending that the platform asks for. Zero values
// mean the defaults named here.
type PaceOptions struct {
	Chat     time.Duration // between two messages to one chat; 1 s
	PerSec   int           // messages a second to all chats; 30
	Patience time.Duration // a longer wait is given back to the outbox; 5 s
}

// pace spaces messages out. A chat that has to wait does not hold up others.
type pace struct {
	opts PaceOptions

	mu    sync.Mutex
	chats map[string]time.Time // when a chat may be sent the next message
	next  time.Time            // when the whole bot may send the next one
}

func newPace(o PaceOptions) *pace {
	if o.Chat == 0 {
		o.Chat = time.Second
	}
	if o.PerSec == 0 {
		o.PerSec = 30
	}
	if o.Patience == 0 {
		o.Patience = 5 * time.Second
	}
	return &pace{opts: o, chats: map[string]time.Time{}}
}

// wait returns when a chat may be sent something. When that is too long to wait
// here, or ctx ends, the error names the time and nothing was used up.
func (p *pace) wait(ctx context.Context, chat string) error {
	d, ok := p.reserve(chat, time.Now())
	if !ok {
		return slowDown(d)
	}
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return slowDown(p.opts.Chat)
	}
}

// reserve takes the next free place of a chat, or says how long it would be.
func (p *pace) reserve(chat string, now time.Time) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := later(now, later(p.chats[chat], p.next))
	if d := at.Sub(now); d > p.opts.Patience {
		return d, false
	}
	p.chats[chat] = at.Add(p.opts.Chat)
	// A chat's own wait does not move the whole bot's next place.
	p.next = later(now, p.next).Add(time.Second / time.Duration(p.opts.PerSec))
	p.prune(now)
	return at.Sub(now), true
}

// hold keeps a chat waiting because the platform has said so.
func (p *pace) hold(chat string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chats[chat] = later(p.chats[chat], time.Now().Add(d))
}

// prune forgets chats that are free again.
func (p *pace) prune(now time.Time) {
	if len(p.chats) < 10_000 {
		return
	}
	for chat, at := range p.chats {
		if at.Before(now) {
			delete(p.chats, chat)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
