package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"warmline/channels"
	"warmline/channels/desk"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
	"warmline/dialog/redisstore"
)

// deskPorts is what the agents' desk is wired from, beside what the app has.
type deskPorts struct {
	facts desk.Facts
	rules func() policy.Rules  // that decide now
	packs func() *rules.Engine // that they were compiled from

	unsigned func() []string // packs that two persons have not signed
	hours    hours           // until the desk knows its own
	caller   desk.Caller
	keys     [][]byte // of the pager's acknowledgements
	folder   string
	demo     bool
	secure   bool
	origins  []string
	started  desk.Settings
	log      *slog.Logger
}

// deskEdge is the agents' desk, wired. The engine and the web channel are made
// before the desk and ask it through this.
type deskEdge struct {
	ports  deskPorts
	server atomic.Pointer[desk.Server]
	stop   context.CancelFunc
	going  sync.WaitGroup
}

func newDeskEdge(p deskPorts) *deskEdge { return &deskEdge{ports: p} }

// deskEdge wires the agents' desk of the service.
func (s *service) deskEdge(b bench, h hours, secret []byte) *deskEdge {
	p := deskPorts{
		facts: s.lender, rules: s.live.Rules, packs: s.engine.Load, unsigned: s.notSigned, hours: h, keys: [][]byte{secret}, folder: s.cfg.Data, demo: s.cfg.demo(),
		secure: strings.HasPrefix(s.base, "https://"), origins: s.cfg.Origins, started: deskSettings(s.cfg.Desk), log: s.log,
	}
	if s.cfg.Desk.PagerURL != "" {
		p.caller = hookCaller{newHookPager(s.cfg.Desk.PagerURL)}
	}
	return newDeskEdge(p)
}

// open makes the desk of an app and starts it.
func (d *deskEdge) open(ctx context.Context, a *app) error {
	data := a.store.DeskData()
	vault, err := newEvidenceVault(data, d.ports.keys[0])
	if err != nil {
		return fmt.Errorf("desk: %w", err)
	}
	server, err := desk.New(ctx, desk.Options{
		Submit: a.submit, Chats: deskChats{a.store}, Shelf: data, Ledger: data, Wire: data, Redactor: data, Retained: func(c *dialog.Conversation) string { return retained(d.ports.packs(), c, a.now()) },
		Unreviewed: d.ports.unsigned,
		KeepsFile: func(ctx context.Context, chat string, at time.Time) bool {
			return keepsFile(ctx, a.store, d.ports.packs(), chat, at, a.now())
		},
		Facts: d.ports.facts, Terms: deskTerms{d.ports.rules}, Rulebook: deskRulebook{d.ports.packs}, Words: deskWords{a.words}, Format: deskFormat{a.words}, Conduct: deskConduct{a.reviewer},
		Guests: a.chat, Hub: a.hub, Caller: d.ports.caller, Random: rand.Reader, Log: d.ports.log, Now: a.now,
		Vault: vault, Demo: d.ports.demo, Secure: d.ports.secure, Origins: d.ports.origins,
		PagerKeys: d.ports.keys, Defaults: d.ports.started,
	})
	if err != nil {
		return fmt.Errorf("desk: %w", err)
	}
	if err := d.firstAdmin(ctx, server, data); err != nil {
		return err
	}
	server.Register(a.mux)
	d.server.Store(server)
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	d.going.Go(func() { server.Run(run) })
	return nil
}

// firstAdmin lets somebody in where nobody has an account yet: "admin", with a
// password that lies in the data folder and has to be changed.
func (d *deskEdge) firstAdmin(ctx context.Context, server *desk.Server, shelf desk.Shelf) error {
	people, err := shelf.All(ctx, "account")
	if err != nil || len(people) > 0 {
		return err
	}
	path := filepath.Join(d.ports.folder, "desk-admin-password")
	password := newID()
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep the first password: %w", err)
	}
	d.ports.log.Info("desk", "first sign-in", "admin", "password in", path)
	return server.AddAccount(ctx, "admin", "Administrator", desk.RoleAdmin, password)
}

// close ends the desk's loops; consoles are told to come back elsewhere.
func (d *deskEdge) close() {
	if d != nil && d.stop != nil {
		d.stop()
		d.going.Wait()
	}
}

// Desk implements manager.DeskSource: the live queue, or the opening hours
// until there is one.
func (d *deskEdge) Desk(ctx context.Context, conversation string) (dialog.DeskFacts, error) {
	if s := d.server.Load(); s != nil {
		if f, err := s.Desk(ctx, conversation); err == nil {
			return f, nil
		}
	}
	return d.ports.hours.Desk(ctx, conversation)
}

// Place implements webchat.Places.
func (d *deskEdge) Place(ctx context.Context, conversation string) (int, time.Duration, error) {
	if s := d.server.Load(); s != nil {
		return s.Place(ctx, conversation)
	}
	return 0, 0, nil
}

// DropFile takes an attachment away.
func (d *deskEdge) DropFile(ctx context.Context, id string) error {
	if s := d.server.Load(); s != nil {
		return s.DropFile(ctx, id)
	}
	return errors.New("the desk is not open yet")
}

func (d *deskEdge) committed(c dialog.Conversation, messages []dialog.Message) {
	if d == nil {
		return
	}
	if s := d.server.Load(); s != nil {
		s.Committed(c, messages)
	}
}

// Witnessed implements webchat.Witness.
func (d *deskEdge) Witnessed(conversation string, level dialog.Level, got, seen uint64) {
	if s := d.server.Load(); s != nil {
		s.Witnessed(conversation, level, got, seen)
	}
}

// told lets the desk know what a channel that does not pull has taken of a
// human's lines.
func (d *deskEdge) told(senders map[dialog.ChannelKind]manager.Sender) map[dialog.ChannelKind]manager.Sender {
	if d == nil {
		return senders
	}
	all := map[dialog.ChannelKind]manager.Sender{}
	for kind, sender := range senders {
		all[kind] = toldSender{sender, d}
	}
	return all
}

// toldSender is a sender whose deliveries the desk hears of.
type toldSender struct {
	manager.Sender
	desk *deskEdge
}

// Send implements manager.Sender. What needs more than a linked session goes out
// as a pointer to the wallet: that delivers nothing.
func (t toldSender) Send(ctx context.Context, address string, m dialog.Message) error {
	err := t.Sender.Send(ctx, address, m)
	if s := t.desk.server.Load(); err == nil && s != nil && m.Speaker == dialog.SpeakerHuman && m.Level <= dialog.LevelLinked {
		s.Delivered(pagedChat(pagedChat(m.ID)), m.Seq) // conversation-revision-number
	}
	return err
}

// Redact implements manager.Redacter where the sender does.
func (t toldSender) Redact(ctx context.Context, address string) error {
	if back, ok := t.Sender.(manager.Redacter); ok {
		return back.Redact(ctx, address)
	}
	return nil
}

func (d *deskEdge) hint(h channels.Hint) {
	if d == nil {
		return
	}
	if s := d.server.Load(); s != nil {
		s.Hint(h)
	}
}

// Do implements manager.CallRunner for pages: everybody at the console, and the
// next person on call.
func (d *deskEdge) Do(ctx context.Context, _ string, call dialog.Call) (dialog.LenderEvent, error) {
	answer := dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "ok"}
	s := d.server.Load()
	if s == nil {
		return answer, dialog.E(dialog.CodeUnavailable, "the desk is not open yet", nil)
	}
	page := call.Fields["page"]
	err := s.Page(ctx, pagedChat(page), page, strings.TrimPrefix(call.Ref, page+"-"))
	if dialog.CodeOf(err) == dialog.CodeNotFound {
		answer.Status, answer.Reason = "failed", "nobody_there"
		return answer, nil
	}
	return answer, err
}

// pagedChat is the conversation of a page's reference: conversation-revision-page.
func pagedChat(page string) string {
	page = strings.TrimSuffix(page, "-page")
	if i := strings.LastIndexByte(page, '-'); i >= 0 {
		return page[:i]
	}
	return page
}

// bothTypists tells the engine and the desk that a borrower is writing.
type bothTypists struct {
	engine *manager.Engine
	desk   *deskEdge
}

// Typing implements webchat.Typist.
func (b bothTypists) Typing(conversation string, on bool) {
	b.engine.Typing(conversation, on)
	if b.desk == nil {
		return
	}
	if s := b.desk.server.Load(); s != nil {
		s.BorrowerTyping(conversation, on)
	}
}

// deskChats is the store as the desk reads it.
type deskChats struct{ store *redisstore.Store }

// State implements desk.Chats.
func (s deskChats) State(ctx context.Context, id string) (dialog.Conversation, error) {
	c, _, err := s.store.Load(ctx, id)
	return c, err
}

// Since implements desk.Chats.
func (s deskChats) Since(ctx context.Context, id string, after uint64, limit int) ([]dialog.Message, error) {
	return s.store.After(ctx, id, after, limit)
}

// Desk implements desk.Chats.
func (s deskChats) Desk(ctx context.Context) ([]dialog.Conversation, error) { return s.store.Desk(ctx) }

// withoutNotes blanks the lines that only the desk may read: the borrower's
// side keeps the sequence and learns neither the words nor their author.
func withoutNotes(messages []dialog.Message) []dialog.Message {
	for i, m := range messages {
		if m.Level <= dialog.LevelThisAct {
			continue
		}
		clean := append([]dialog.Message(nil), messages...)
		for j := i; j < len(clean); j++ {
			if k := clean[j]; k.Level > dialog.LevelThisAct {
				clean[j] = dialog.Message{ID: k.ID, Seq: k.Seq, Speaker: dialog.SpeakerSystem, At: k.At}
			}
		}
		return clean
	}
	return messages
}

// deskSettings turns the configured hours into the desk's first settings.
func deskSettings(c deskConfig) desk.Settings {
	return desk.Settings{
		Mode: c.Mode,
		Teams: []desk.Team{{
			ID: "care", Label: "Care", Hours: c.Hours, Days: c.Days, Zone: c.Zone,
		}},
		OnCall: c.OnCallPeople,
	}
}

// hookCaller reaches a person on call through the operator's alerting. The
// reference carries its signature: who posts it back has been called.
type hookCaller struct{ pager hookPager }

// Call implements desk.Caller.
func (h hookCaller) Call(ctx context.Context, person, ref string, try int) error {
	return postJSON(ctx, h.pager.client, h.pager.url, map[string]string{
		"ref": ref, "kind": "crisis", "priority": "0", "person": person, "try": strconv.Itoa(try),
	})
}
