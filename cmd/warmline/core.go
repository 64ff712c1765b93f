package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/policy/review"
	"warmline/dialog/policy/rules"
	"warmline/dialog/turn"
	"warmline/prompts"
)

// coreStore is what the core needs of the store.
type coreStore interface {
	manager.States
	manager.Transcript
	manager.TimerSource
	manager.Backlog
}

// corePorts is what differs between the service, a terminal and a scripted
// conversation.
type corePorts struct {
	Store    coreStore
	States   manager.States // Store, or a recorder around it
	Outbox   manager.Outbox
	Listener manager.Listener
	Facts    manager.FactSource
	Desk     manager.DeskSource
	Calls    manager.CallRunner
	Senders  map[dialog.ChannelKind]manager.Sender
	Phraser  manager.Phraser
	Second   manager.SecondListener
	Observer manager.Observer
	Outgoing func([]dialog.OutboxItem)
	// Committed is told of what a turn of this process wrote; it must not block.
	Committed func(dialog.Conversation, []dialog.Message)
	Now       func() time.Time
	Linger    time.Duration
	Scan      time.Duration // between the relay's looks at what others left behind; a second
	Words     *prompts.Set
	Reviewer  *review.Reviewer // of every text that goes out
	Rules     policy.Rules
	Live      *rules.Live                               // rules that may be exchanged; Rules for ever when nil
	Fresh     func(dialog.Envelope) dialog.Conversation // freshConversation when nil
}

// core is the dialog manager, wired: the engine, and the two loops beside it.
type core struct {
	Engine *manager.Engine
	relay  *manager.Relay
	timers *manager.Timers

	stop  context.CancelFunc
	going sync.WaitGroup
}

// newCore wires a dialog manager; nothing runs before start.
func newCore(p corePorts) *core {
	if p.Fresh == nil {
		p.Fresh = freshConversation
	}
	if p.Live == nil {
		p.Live = rules.NewLive(p.Rules)
	}
	c := &core{}
	c.relay = manager.NewRelay(manager.RelayPorts{
		Outbox: p.Outbox, Backlog: p.Store, Transcript: p.Store, Calls: p.Calls, Senders: p.Senders, Phraser: p.Phraser,
		Second: p.Second, Observer: p.Observer,
		Deliver: func(ctx context.Context, e dialog.Envelope) (manager.Receipt, error) { return c.Engine.Deliver(ctx, e) },
	}, manager.RelayOptions{Scan: p.Scan, Now: p.Now})
	c.Engine = manager.New(manager.Ports{
		States: p.States, Decider: decider{p.Live}, Listener: p.Listener, Speaker: newSpeaker(p.Words, p.Reviewer, p.Now),
		Facts: p.Facts, Desk: p.Desk, Observer: p.Observer,
	}, manager.Options{
		Linger: p.Linger, Now: p.Now, Fresh: p.Fresh, Committed: p.Committed,
		Outgoing: func(items []dialog.OutboxItem) {
			if p.Outgoing != nil {
				p.Outgoing(items)
			}
			c.relay.Offer(items)
		},
	})
	c.timers = manager.NewTimers(p.Store, c.Engine.Deliver, p.Observer, manager.TimerOptions{Now: p.Now})
	return c
}

// start runs the relay, and the timers where the clock is a real one.
func (c *core) start(ctx context.Context, withTimers bool) {
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	c.going.Go(func() { c.relay.Run(ctx) })
	if withTimers {
		c.going.Go(func() { c.timers.Run(ctx) })
	}
}

// close drains: what is under way outside comes to its end and brings its
// answer home, then the envelopes that wait have their turn.
func (c *core) close(ctx context.Context) error {
	c.stop()
	done := make(chan struct{})
	go func() { c.going.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("stop the relay: %w", ctx.Err())
	}
	return errors.Join(err, c.Engine.Close(ctx))
}

// freshConversation is how a conversation begins.
func freshConversation(e dialog.Envelope) dialog.Conversation {
	c := dialog.Conversation{Borrower: e.Borrower, Owner: dialog.OwnerBot, Started: e.At}
	if s := e.Event.Session; s != nil && s.Locale.Valid() {
		c.Locale = s.Locale
	}
	return c
}

// decider is the deterministic core behind the engine's port.
type decider struct{ live *rules.Live }

// Needs implements manager.Decider.
func (d decider) Needs(c dialog.Conversation, e dialog.Envelope) manager.Needs {
	w := turn.Needs(c, e)
	return manager.Needs{Facts: w.Facts, Desk: w.Desk}
}

// Step implements manager.Decider.
func (d decider) Step(c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change {
	return turn.Step(d.live.Rules(), c, e, f)
}

// RulesHash implements manager.Decider.
func (d decider) RulesHash() string { return d.live.Rules().Hash }
