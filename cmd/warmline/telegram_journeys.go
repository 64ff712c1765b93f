package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"warmline/channels/telegram"
	"warmline/channels/telegram/telegramtest"
	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/redisstore"
)

// scriptedChat is the borrower's Telegram account in a scripted conversation.
const scriptedChat = 777

// nowhere takes every message where Telegram is not the way under test.
type nowhere struct{}

// Send implements manager.Sender.
func (nowhere) Send(context.Context, string, dialog.Message) error { return nil }

// buildTelegram runs the service around a scripted world with a Bot API of our
// own; what the borrower writes comes as updates of a chat that is linked.
func (b bench) buildTelegram(ctx context.Context, w *journey.World) (*journey.System, error) {
	store, closeStore, err := scriptedStore(ctx)
	if err != nil {
		return nil, err
	}
	api, err := telegramtest.Start(telegramtest.Options{Now: w.Clock.Now})
	if err != nil {
		return nil, errors.Join(err, closeStore())
	}
	a, err := b.telegramApp(ctx, w, store, api)
	if err != nil {
		return nil, errors.Join(err, api.Close(), closeStore())
	}
	edge := &telegramChat{
		world: w, store: store, api: api, app: a, person: api.Person(scriptedChat, "en"),
		direct: journey.NewDirect(w, direct(a), dialog.ChannelTelegram, scriptedAddress),
	}
	system := b.system(w, store, a.core)
	system.Edges[dialog.ChannelTelegram] = edge
	if w.Mixed() {
		system.Edges[dialog.ChannelWeb] = journey.NewDirect(w, direct(a), dialog.ChannelWeb, scriptedSession)
	} else {
		system.Edges[dialog.ChannelWeb] = edge
		system.Standing = edge.standing
	}
	system.Close = func() error {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err := errors.Join(a.close(stop), api.Close(), closeStore())
		if wrong := api.Problems(); len(wrong) > 0 {
			err = errors.Join(err, fmt.Errorf("requests to Telegram: %v", wrong))
		}
		return err
	}
	return system, nil
}

var scriptedAddress = fmt.Sprint(scriptedChat)

func direct(a *app) func(context.Context, dialog.Envelope) error {
	return func(ctx context.Context, e dialog.Envelope) error {
		_, err := a.core.Engine.Deliver(ctx, e)
		return err
	}
}

// telegramApp is the service with the channel. Unless the script itself says
// when a chat is linked and written to, it is linked from the beginning, wherever
// the borrower lives: what is under test is the talk.
func (b bench) telegramApp(ctx context.Context, w *journey.World, store *redisstore.Store, api *telegramtest.Server) (*app, error) {
	key, err := webchat.SharedSecret("", []byte(scriptedKey))
	if err != nil {
		return nil, err
	}
	ports := b.corePorts(w, store)
	ports.Linger = 60 * time.Millisecond
	known := ports.Fresh
	ports.Fresh = func(e dialog.Envelope) dialog.Conversation {
		if e.Conversation != dialog.ConversationID(w.Borrower()) {
			return freshConversation(e)
		}
		c := known(e)
		if w.Mixed() {
			return c
		}
		c.Channel = dialog.ChannelTelegram
		c.Links = []dialog.Link{{Channel: dialog.ChannelTelegram, Address: scriptedAddress, Since: e.At}}
		return c
	}
	if err := store.SetChat(ctx, scriptedAddress, dialog.ConversationID(w.Borrower())); err != nil {
		return nil, err
	}
	return newApp(ctx, appPorts{
		core: ports, store: store, secrets: [][]byte{[]byte(scriptedKey)}, keys: webchat.Keys{key}, issuer: "wallet",
		log: slog.New(slog.DiscardHandler),
		telegram: &telegramPorts{
			config: telegramConfig{Token: api.Token(), API: api.URL()}, node: "journey", secret: []byte(scriptedKey),
			pace: telegram.PaceOptions{Chat: time.Microsecond, PerSec: 100_000}, patient: time.Second, log: slog.New(slog.DiscardHandler),
		},
	}, false)
}

// standingOfChat is the level of the linked chat, and whether its user is in
// doubt.
func standingOfChat(c dialog.Conversation, now time.Time) (dialog.Level, bool) {
	for _, b := range c.Bindings {
		if b.Session == scriptedAddress && b.Doubted {
			return dialog.LevelUnknown, true
		}
	}
	for _, l := range c.Links {
		if l.Address == scriptedAddress && now.Before(l.Until) {
			return dialog.LevelBorrower, false
		}
		if l.Address == scriptedAddress {
			return dialog.LevelLinked, false
		}
	}
	return c.Level(scriptedAddress, now), false
}

// telegramChat is a borrower at a telephone.
type telegramChat struct {
	world  *journey.World
	store  *redisstore.Store
	api    *telegramtest.Server
	app    *app
	person *telegramtest.Person
	direct *journey.Direct
	n      int
}

// sent waits until the bot has taken everything that was sent to it.
func (t *telegramChat) sent(ctx context.Context) error {
	if err := t.api.Until(ctx, func() bool { return t.api.Waiting() == 0 }); err != nil {
		return fmt.Errorf("the update was not taken: %w", err)
	}
	return nil
}

// Text implements journey.Edge.
func (t *telegramChat) Text(ctx context.Context, lines []string) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	for _, line := range lines {
		t.person.Say(line)
	}
	return t.sent(ctx)
}

// standing implements journey.System.Standing.
func (t *telegramChat) standing(c dialog.Conversation, now time.Time) (dialog.Level, bool) {
	level, doubted := standingOfChat(c, now)
	if level == dialog.LevelLinked && t.world.Level() == dialog.LevelUnknown {
		level = dialog.LevelUnknown // a linked chat is as low as it gets
	}
	return level, doubted
}

// begin makes sure that there is a conversation for the chat to be linked to.
func (t *telegramChat) begin(ctx context.Context) error {
	c, _, err := t.store.Load(ctx, t.conversation())
	if err != nil || c.Revision > 0 || t.world.Mixed() {
		return err
	}
	return t.Session(ctx, dialog.SessionEvent{Level: dialog.LevelLinked})
}

// Tap implements journey.Edge: the newest key that stands for the option, even
// where a newer client would not show it any more. An option that only the
// wallet's screen has goes straight to the engine.
func (t *telegramChat) Tap(ctx context.Context, tap dialog.ChoiceEvent) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	list, err := t.store.After(ctx, t.conversation(), 0, 10_000)
	if err != nil {
		return err
	}
	for i := len(list) - 1; i >= 0 && len(tap.Fields) == 0; i-- {
		for n, o := range list[i].Body.Options {
			if o.ID == tap.Option && (tap.Card == "" || o.Card == tap.Card) && o.URL == "" && list[i].Speaker != dialog.SpeakerBorrower {
				t.person.Tap(1, telegram.TapData(list[i], n))
				return t.sent(ctx)
			}
		}
	}
	return t.direct.Tap(ctx, tap)
}

func (t *telegramChat) conversation() string { return dialog.ConversationID(t.world.Borrower()) }

// Session implements journey.Edge: a step-up is an approval in the wallet, a
// logout its end.
func (t *telegramChat) Session(ctx context.Context, s dialog.SessionEvent) error {
	t.n++
	news := &dialog.ChannelEvent{Kind: "approval_ended", Channel: dialog.ChannelTelegram, Address: scriptedAddress}
	if !s.Ended && s.Level >= dialog.LevelBorrower {
		news.Kind, news.Until = "approved", t.world.Clock.Now().Add(10*time.Minute)
	}
	return direct(t.app)(ctx, dialog.Envelope{
		ID: fmt.Sprintf("script/approval/%d", t.n), Conversation: t.conversation(), Borrower: t.world.Borrower(), At: t.world.Clock.Now(),
		Event: dialog.Event{Kind: dialog.EventChannel, Channel: news},
	})
}

// Repeat implements journey.Repeater: every update that was taken comes again.
func (t *telegramChat) Repeat(ctx context.Context) error {
	t.api.Again()
	return t.sent(ctx)
}
