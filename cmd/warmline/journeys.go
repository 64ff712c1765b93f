package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"warmline/bot/phrase"
	"warmline/bot/phrase/format"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/review"
	"warmline/dialog/policy/rules"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

// scanner finds numbers and dates in texts for the journeys' checks.
type scanner struct{}

// Amounts implements journey.Scanner.
func (scanner) Amounts(text string) []string { return format.Amounts(text) }

// Dates implements journey.Scanner.
func (scanner) Dates(text string, l dialog.Locale, year int) []dialog.Date {
	return format.Dates(text, l, year)
}

// bench is what every scripted conversation shares: words, rules, hearing.
type bench struct {
	words    *prompts.Set
	reviewer *review.Reviewer
	packs    *rules.Engine
	policy   policy.Config // what rules are compiled from
	rules    policy.Rules
	listener manager.Listener
	phrasing *phrase.GuardedOptions // nil: reviewed texts only
	second   *phrase.OpinionOptions // nil: an unclear text is asked back about and no more
	record   *decisions             // nil: nothing is recorded
	// hearsAgain has a scripted model asked what unclear texts mean, too.
	hearsAgain bool
}

// session is the borrower's session in a scripted conversation.
const scriptedSession = "web-1"

// scriptedStore opens a store of its own for one conversation.
func scriptedStore(ctx context.Context) (*redisstore.Store, func() error, error) {
	redis, err := redisstore.OpenInProcess()
	if err != nil {
		return nil, nil, err
	}
	store, err := redisstore.Open(ctx, redis.Client, redisstore.Options{Node: "journey"})
	if err != nil {
		return nil, nil, errors.Join(err, redis.Close())
	}
	return store, redis.Close, nil
}

// buildCore wires the bare core around a scripted world: the real engine and
// relay over a store in this process, no channel.
func (b bench) buildCore(ctx context.Context, w *journey.World) (*journey.System, error) {
	store, closeStore, err := scriptedStore(ctx)
	if err != nil {
		return nil, err
	}
	c := newCore(b.corePorts(w, store))
	c.start(ctx, false)
	system := b.system(w, store, c)
	system.Edges[dialog.ChannelWeb] = journey.NewDirect(w, system.Deliver, dialog.ChannelWeb, scriptedSession)
	system.Close = func() error {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(c.close(stop), closeStore())
	}
	return system, nil
}

// system is what both ways of running share: events that no channel carries go
// straight to the engine, and Telegram does where it is not the way under test.
func (b bench) system(w *journey.World, store *redisstore.Store, c *core) *journey.System {
	deliver := func(ctx context.Context, e dialog.Envelope) error {
		_, err := c.Engine.Deliver(ctx, e)
		return err
	}
	return &journey.System{
		Deliver: deliver, Timers: store,
		Load: func(ctx context.Context, id string) (dialog.Conversation, error) {
			conv, _, err := store.Load(ctx, id)
			return conv, err
		},
		Edges: map[dialog.ChannelKind]journey.Edge{
			dialog.ChannelTelegram: journey.NewDirect(w, deliver, dialog.ChannelTelegram, "777"),
		},
	}
}

// corePorts are a dialog manager's ports around a scripted world.
func (b bench) corePorts(w *journey.World, store *redisstore.Store) corePorts {
	return corePorts{
		Store: store, States: b.recorded(journey.Recorder{States: store, Watch: w.Watch}), Outbox: journey.Ends{Outbox: store, Watch: w.Watch},
		Listener: b.listener, Facts: w, Desk: w, Calls: w, Observer: w.Watch, Now: w.Clock.Now, Words: b.words, Reviewer: b.reviewer, Rules: b.rules,
		Phraser: b.phraserAt(w.Clock.Now), Second: b.secondAt(w.Clock.Now),
		Senders:  map[dialog.ChannelKind]manager.Sender{dialog.ChannelTelegram: nowhere{}},
		Outgoing: func(items []dialog.OutboxItem) { w.Watch.Outgoing(items, w.Clock.Now()) },
		Fresh: func(e dialog.Envelope) dialog.Conversation {
			c := freshConversation(e)
			known := w.Known()
			c.Borrower, c.Locale, c.Zone, c.Packs = known.ID, known.Locale, known.Zone, known.Packs
			return c
		},
	}
}

// builder returns how a system is built around a scripted world.
func (b bench) builder(_ context.Context, via string) (journey.Build, func(), error) {
	switch via {
	case "core":
		return b.known(b.buildCore), func() {}, nil
	case "web":
		return b.known(b.buildWeb), func() {}, nil
	case "telegram":
		return b.known(b.buildTelegram), func() {}, nil
	}
	return nil, nil, wrongUse("--via %s is not there yet", via)
}

// known refuses a conversation whose packs do not exist.
func (b bench) known(build journey.Build) journey.Build {
	return func(ctx context.Context, w *journey.World) (*journey.System, error) {
		if err := b.packs.Known(w.Known().Packs); err != nil {
			return nil, err
		}
		return build(ctx, w)
	}
}

// newBench loads what scripted conversations share.
func newBench() (bench, error) {
	words, err := prompts.Load(prompts.Files)
	if err != nil {
		return bench{}, fmt.Errorf("load texts: %w", err)
	}
	engine, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		return bench{}, err
	}
	cfg := rulesConfig(engine, words.Hash, rules.Scripted)
	compiled, err := policy.Compile(cfg)
	if err != nil {
		return bench{}, err
	}
	listener, err := newListener()
	if err != nil {
		return bench{}, err
	}
	reviewer, err := review.New()
	if err != nil {
		return bench{}, fmt.Errorf("text review: %w", err)
	}
	return bench{words: words, reviewer: reviewer, packs: engine, policy: cfg, rules: compiled, listener: listener}, nil
}
