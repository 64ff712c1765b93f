package dialogtest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// Clock runs in real time from Noon and can be moved on.
type Clock struct {
	began time.Time
	ahead atomic.Int64
}

// NewClock returns a clock that shows Noon.
func NewClock() *Clock { return &Clock{began: time.Now()} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	return Noon().Add(time.Since(c.began) + time.Duration(c.ahead.Load()))
}

// Move moves the clock on.
func (c *Clock) Move(d time.Duration) { c.ahead.Add(int64(d)) }

// Node is a process in small: engine, relay and timers over one store, with the
// toy core.
type Node struct {
	Engine *manager.Engine
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

// NodeConfig says what a node is made of.
type NodeConfig struct {
	Store   Store
	Lender  manager.CallRunner
	Phraser manager.Phraser
	Now     func() time.Time
	Options manager.Options
	Core    manager.Decider // nil: Toy
	Rules   map[string]manager.RetryRule
	Facts   manager.FactSource
	Watch   manager.Observer
}

// StartNode starts a node that looks for work every few milliseconds.
func StartNode(c NodeConfig) *Node {
	if c.Core == nil {
		c.Core = Toy{}
	}
	n := &Node{}
	var relay *manager.Relay
	c.Options.Now = c.Now
	c.Options.Outgoing = func(items []dialog.OutboxItem) { relay.Offer(items) }
	n.Engine = manager.New(manager.Ports{
		States: c.Store, Decider: c.Core, Listener: Parrot{}, Speaker: Parrot{}, Facts: c.Facts, Observer: c.Watch,
	}, c.Options)
	relay = manager.NewRelay(manager.RelayPorts{
		Outbox: c.Store, Backlog: c.Store, Transcript: c.Store, Deliver: n.Engine.Deliver,
		Calls: c.Lender, Phraser: c.Phraser, Observer: c.Watch,
	}, manager.RelayOptions{Scan: 10 * time.Millisecond, Now: c.Now, Rules: c.Rules})
	timers := manager.NewTimers(c.Store, n.Engine.Deliver, c.Watch, manager.TimerOptions{Scan: 10 * time.Millisecond, Now: c.Now})
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.ended.Go(func() { relay.Run(ctx) })
	n.ended.Go(func() { timers.Run(ctx) })
	return n
}

// Stop ends a node as a shutdown does: what is under way is finished.
func (n *Node) Stop() {
	n.stop()
	n.ended.Wait()
	_ = n.Engine.Close(context.Background())
}
