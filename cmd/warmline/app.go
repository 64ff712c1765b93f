package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"time"

	"warmline/channels"
	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy/review"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

// app is the service, wired: everything that serve runs, and that a scripted
// conversation runs with parts of its own.
type app struct {
	core     *core
	store    *redisstore.Store
	hub      *webchat.Hub
	chat     *webchat.Server
	mux      *http.ServeMux
	words    *prompts.Set
	reviewer *review.Reviewer
	stop     context.CancelFunc

	telegram *telegramEdge // nil without Telegram
	desk     *deskEdge     // nil without an agents' desk
	now      func() time.Time
}

// appPorts is what an app is wired from beside the core's own ports.
type appPorts struct {
	core    corePorts
	store   *redisstore.Store
	secrets [][]byte
	keys    webchat.KeySource
	issuer  string
	origins []string
	notify  webchat.Notifier
	seen    webchat.Observer
	limits  webchat.Limits
	log     *slog.Logger

	telegram *telegramPorts // nil without Telegram
	desk     *deskEdge      // nil without an agents' desk
}

// newApp wires the service around its ports and starts its loops. withTimers is
// off where a script turns the clock.
func newApp(ctx context.Context, p appPorts, withTimers bool) (*app, error) {
	a := &app{store: p.store, mux: http.NewServeMux(), words: p.core.Words, reviewer: p.core.Reviewer, desk: p.desk, now: p.core.Now}
	var err error
	if p.telegram != nil {
		if a.telegram, err = newTelegramEdge(*p.telegram, p.store, p.core.Words); err != nil {
			return nil, err
		}
		p.core.Senders = a.telegram.senders(p.core.Senders)
	}
	hub := webchat.HubOptions{
		Store: chatStore{p.store}, Words: newWidgetWords(p.core.Words), Notifier: p.notify, Observer: p.seen, Log: p.log,
		Now: p.core.Now, Rand: mathrand.Float64,
	}
	p.core.Senders = a.desk.told(p.core.Senders)
	hub.Elsewhere, hub.Leases = openChats{p.store}, p.store
	if p.desk != nil {
		hub.Places, p.core.Desk = p.desk, p.desk
	}
	if a.hub, err = webchat.NewHub(hub); err != nil {
		return nil, err
	}
	p.core.Committed = func(c dialog.Conversation, messages []dialog.Message) {
		a.hub.Committed(c.ID, withoutNotes(messages), c)
		a.desk.committed(c, messages)
	}
	a.core = newCore(p.core)
	chat := webchat.Options{
		Submit: a.submit, Typist: bothTypists{a.core.Engine, a.desk}, Keys: p.keys, Issuer: p.issuer, Secrets: p.secrets,
		Random: rand.Reader, Origins: p.origins, Limits: p.limits,
	}
	if a.desk != nil {
		chat.Witness = a.desk
	}
	a.chat, err = webchat.New(a.hub, chat)
	if err != nil {
		return nil, err
	}
	a.chat.Register(a.mux)
	if a.desk != nil {
		if err := a.desk.open(ctx, a); err != nil {
			return nil, err
		}
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	go a.relayHints(run)
	a.core.start(ctx, withTimers)
	if a.telegram != nil {
		a.telegram.listen(a, p.store, p.core.Now)
		a.telegram.start(ctx)
	}
	return a, nil
}

// submit is the engine's entrance as the channels know it.
func (a *app) submit(ctx context.Context, e dialog.Envelope, done func(channels.Receipt, error)) {
	a.telegram.connect(&e, a.now())
	a.core.Engine.Submit(ctx, e, func(r manager.Receipt, err error) {
		done(channels.Receipt{Revision: r.Revision, Seq: r.Seq, Duplicate: r.Duplicate}, err)
	})
}

// ownHint is how long, at the least, the hint of a commit of this very node
// waits: the node tells its own connections, and the hint is for the case that
// it could not, because a commit's outcome was not known.
const ownHint = 300 * time.Millisecond

// relayHints wakes the connections of this node after commits of others.
func (a *app) relayHints(ctx context.Context) {
	own, older := map[string]channels.Hint{}, map[string]channels.Hint{}
	tick := time.NewTicker(ownHint)
	defer tick.Stop()
	hints := a.store.Watch(ctx)
	for {
		select {
		case h, ok := <-hints:
			if !ok {
				return
			}
			hint := channels.Hint{Conversation: h.Conversation, Seq: h.Seq, Revision: h.Revision, Desk: h.Desk}
			if h.Own {
				own[h.Conversation] = hint
			} else {
				a.hub.Hint(hint)
				a.desk.hint(hint)
			}
		case <-tick.C:
			for _, hint := range older {
				a.hub.Hint(hint)
				a.desk.hint(hint)
			}
			clear(older)
			own, older = older, own
		}
	}
}

// close drains: connections are told to come back elsewhere, envelopes that
// wait have their turn, what is under way outside comes to its end.
func (a *app) close(ctx context.Context) error {
	var err error
	if a.telegram != nil {
		err = a.telegram.close(ctx)
	}
	a.desk.close()
	err = errors.Join(err, a.hub.Drain(ctx))
	err = errors.Join(err, a.core.close(ctx))
	a.stop()
	return err
}

// openChats is what the nodes know of each other's open chats.
type openChats struct{ store *redisstore.Store }

// openFor outlasts two pings of a connection.
const openFor = 2 * time.Minute

// Here implements webchat.Elsewhere.
func (o openChats) Here(ctx context.Context, conversation string, open bool) error {
	return o.store.SetOpen(ctx, conversation, open, openFor)
}

// Present implements webchat.Elsewhere.
func (o openChats) Present(ctx context.Context, conversation string) (bool, error) {
	return o.store.OpenElsewhere(ctx, conversation)
}

// chatStore is the store as the web channel reads it.
type chatStore struct{ store *redisstore.Store }

// State implements webchat.Store.
func (s chatStore) State(ctx context.Context, id string) (dialog.Conversation, error) {
	c, _, err := s.store.Load(ctx, id)
	return c, err
}

// Since implements webchat.Store.
func (s chatStore) Since(ctx context.Context, id string, after uint64, limit int) ([]dialog.Message, error) {
	messages, err := s.store.After(ctx, id, after, limit)
	return withoutNotes(messages), err
}

// newID returns an unguessable name.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// hookRoute takes the lender's webhooks: verified, delivered, then answered.
func hookRoute(l *theLender, now func() time.Time, deliver func(context.Context, dialog.Envelope) (manager.Receipt, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		event, err := readHook(l, now, w, r)
		if err == nil {
			_, err = deliver(r.Context(), event)
		}
		if err != nil {
			writeError(w, fmt.Errorf("lender webhook: %w", err))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
