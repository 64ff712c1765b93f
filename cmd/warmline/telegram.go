package main

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"warmline/channels/telegram"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

// telegramPorts is what the Telegram channel is wired from.
type telegramPorts struct {
	config  telegramConfig
	base    string // how the platform reaches us, for the webhook
	node    string
	secret  []byte // the same on every node
	pace    telegram.PaceOptions
	files   telegram.Files
	seen    telegram.Observer
	log     *slog.Logger
	patient time.Duration // a long poll; 0: the channel's own
}

// telegramEdge is the Telegram channel, wired.
type telegramEdge struct {
	ports    telegramPorts
	api      *telegram.API
	sender   *telegram.Sender
	receiver *telegram.Receiver
	poller   *telegram.Poller
	invites  *telegram.Invites
	words    telegram.Words
	name     atomic.Pointer[string] // of the bot, once the platform has told it

	stop  context.CancelFunc
	going sync.WaitGroup
}

// newTelegramEdge wires the sending half; listen adds the other one.
func newTelegramEdge(p telegramPorts, store *redisstore.Store, words *prompts.Set) (*telegramEdge, error) {
	t := &telegramEdge{ports: p, words: telegramWords{words}}
	var err error
	t.api, err = telegram.NewAPI(telegram.APIOptions{Token: p.config.Token, BaseURL: p.config.API, Pace: p.pace})
	if err != nil {
		return nil, err
	}
	if t.invites, err = telegram.NewInvites(p.secret, rand.Reader); err != nil {
		return nil, err
	}
	t.sender = telegram.NewSender(telegram.SenderOptions{
		API: t.api, Ledger: deliveries{store}, Shown: store, Words: t.words, WalletURL: p.config.Wallet, Observer: p.seen, Log: p.log,
	})
	return t, nil
}

// senders adds the channel to those that do not pull.
func (t *telegramEdge) senders(others map[dialog.ChannelKind]manager.Sender) map[dialog.ChannelKind]manager.Sender {
	all := maps.Clone(others)
	if all == nil {
		all = map[dialog.ChannelKind]manager.Sender{}
	}
	all[dialog.ChannelTelegram] = t.sender
	return all
}

// listen wires the receiving half to the app.
func (t *telegramEdge) listen(a *app, store *redisstore.Store, now func() time.Time) {
	t.receiver = telegram.NewReceiver(telegram.ReceiverOptions{
		API: t.api, Submit: a.submit, Store: chatStore{store}, Index: store, Once: store, Ledger: deliveries{store},
		Invites: t.invites, Sender: t.sender, Words: t.words, Files: t.ports.files, FileLimit: 8 << 20, Now: now,
		Observer: t.ports.seen, Log: t.ports.log,
	})
	t.poller = telegram.NewPoller(telegram.PollerOptions{
		API: t.api, Accept: t.receiver.Accept, Lease: store, Node: t.ports.node, Wait: t.ports.patient,
		Observer: t.ports.seen, Log: t.ports.log,
	})
	if t.ports.config.Webhook {
		a.mux.Handle("POST "+webhookPath, telegram.Webhook(telegram.WebhookOptions{Secret: t.webhookSecret(), Accept: t.receiver.Accept}))
	}
}

// webhookSecret is what the platform sends along, derived so that all nodes
// have the same.
func (t *telegramEdge) webhookSecret() string {
	key, err := hkdf.Key(sha256.New, t.ports.secret, nil, "warmline telegram webhook 1", 32)
	if err != nil {
		return "" // nobody gets in without a secret
	}
	return hex.EncodeToString(key)
}

// start introduces the bot to the platform and takes updates.
func (t *telegramEdge) start(ctx context.Context) {
	ctx, t.stop = context.WithCancel(context.WithoutCancel(ctx))
	t.going.Go(func() {
		t.introduce(ctx)
		if !t.ports.config.Webhook {
			t.poller.Run(ctx)
		}
	})
}

// introduce learns the bot's name and registers its commands, trying again
// while the platform is out of reach.
func (t *telegramEdge) introduce(ctx context.Context) {
	for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		err := t.introduceOnce(ctx)
		if err == nil {
			return
		}
		t.ports.log.Error("telegram", "doing", "introduce the bot", "error", err)
		if dialog.CodeOf(err) == dialog.CodeUnauthenticated {
			pause = time.Minute
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

func (t *telegramEdge) introduceOnce(ctx context.Context) error {
	name, err := t.api.Name(ctx)
	if err != nil {
		return err
	}
	t.name.Store(&name)
	if t.ports.config.Webhook {
		if err := t.api.SetWebhook(ctx, t.ports.base+webhookPath, t.webhookSecret()); err != nil {
			return err
		}
	}
	if err := t.api.Register(ctx, t.words); err != nil {
		t.ports.log.Warn("telegram", "doing", "register commands", "error", err)
	}
	t.ports.log.Info("telegram is ready", "bot", name, "webhook", t.ports.config.Webhook)
	return nil
}

// close stops taking updates; what is under way comes to its end with the
// engine.
func (t *telegramEdge) close(ctx context.Context) error {
	t.stop()
	done := make(chan struct{})
	go func() {
		t.going.Wait()
		t.receiver.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop telegram: %w", ctx.Err())
	}
}

// connect puts a one-time link into a tap on "connect Telegram". What a client
// has put there is never believed.
func (t *telegramEdge) connect(e *dialog.Envelope, now time.Time) {
	ch := e.Event.Choice
	if ch == nil || ch.Option != "connect_telegram" {
		return
	}
	tap := *ch
	tap.Fields = nil
	e.Event.Choice = &tap
	if t == nil || t.name.Load() == nil || e.Channel != dialog.ChannelWeb {
		return
	}
	token, err := t.invites.Make(e.Conversation, e.Session, now)
	if err != nil {
		t.ports.log.Warn("telegram", "doing", "make an invite", "error", err)
		return
	}
	link := url.URL{Scheme: "https", Host: "t.me", Path: "/" + *t.name.Load(), RawQuery: "start=" + token}
	tap.Fields = map[string]string{"link": link.String()}
	e.Event.Choice = &tap
}

// telegramWords gives the channel its labels.
type telegramWords struct{ set *prompts.Set }

// Word implements telegram.Words.
func (w telegramWords) Word(l dialog.Locale, name string) string {
	catalog := w.set.Catalog(l)
	if catalog == nil {
		catalog = w.set.Catalog(dialog.EnGB)
	}
	word, _ := catalog.Label("telegram." + name)
	return word
}

// deliveries is the store as the channel's ledger.
type deliveries struct{ *redisstore.Store }

// NoteDelivery implements telegram.Ledger.
func (d deliveries) NoteDelivery(ctx context.Context, x telegram.Delivery) error {
	return d.Store.NoteDelivery(ctx, redisstore.Delivery(x))
}

// telegramMetrics counts for the channel.
type telegramMetrics struct{ m *metrics }

// Count implements telegram.Observer.
func (t telegramMetrics) Count(what string) { t.m.frames.WithLabelValues("telegram", what).Inc() }

// Trouble implements telegram.Observer.
func (t telegramMetrics) Trouble(kind string, _ error) { t.m.trouble.WithLabelValues(kind).Inc() }

// telegramPorts gathers what the channel is wired from in the service.
func (s *service) telegramPorts(shared []byte, files telegram.Files) *telegramPorts {
	return &telegramPorts{
		config: s.cfg.Telegram, base: s.base, node: s.cfg.Node, secret: shared, files: files,
		seen: telegramMetrics{s.metrics}, log: s.log,
	}
}
