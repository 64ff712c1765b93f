package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/channels/telegram"
	"warmline/channels/telegram/telegramtest"
	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/redisstore"
)

// telegramRig is the whole service in this process, with a widget's end of the
// wire and a Bot API of our own.
type telegramRig struct {
	t      *testing.T
	world  *journey.World
	store  *redisstore.Store
	api    *telegramtest.Server
	app    *app
	base   string
	wallet *demo
	made   string // the newest link
}

func newTelegramRig(t *testing.T, packs ...string) *telegramRig {
	t.Helper()
	ctx := context.Background()
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	world, err := journey.NewWorld(ctx, &journey.File{Now: "2026-11-21T10:00:00+08:00", Locale: "en", Packs: packs})
	if err != nil {
		t.Fatal(err)
	}
	r := &telegramRig{t: t, world: world}
	var closeStore func() error
	if r.store, closeStore, err = scriptedStore(ctx); err != nil {
		t.Fatal(err)
	}
	if r.api, err = telegramtest.Start(telegramtest.Options{Now: world.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	r.start(b)
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(r.app.close(stop), r.api.Close(), closeStore(), world.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
		if wrong := r.api.Problems(); len(wrong) > 0 {
			t.Errorf("requests that the API does not know: %v", wrong)
		}
	})
	return r
}

// start wires the service and serves it.
func (r *telegramRig) start(b bench) {
	r.t.Helper()
	key, err := webchat.SharedSecret("", []byte(scriptedKey))
	if err != nil {
		r.t.Fatal(err)
	}
	ports := b.corePorts(r.world, r.store)
	ports.Fresh = func(e dialog.Envelope) dialog.Conversation {
		c := freshConversation(e)
		if e.Borrower == r.world.Borrower() {
			known := r.world.Known()
			c.Locale, c.Zone, c.Packs = known.Locale, known.Zone, known.Packs
		}
		return c
	}
	quiet := slog.New(slog.DiscardHandler)
	r.app, err = newApp(r.t.Context(), appPorts{
		core: ports, store: r.store, secrets: [][]byte{[]byte(scriptedKey)}, keys: webchat.Keys{key}, issuer: "wallet", log: quiet,
		telegram: &telegramPorts{
			config: telegramConfig{Token: r.api.Token(), API: r.api.URL(), Wallet: "https://wallet.example/chat"}, node: "n1",
			secret: []byte(scriptedKey), pace: telegram.PaceOptions{Chat: time.Microsecond, PerSec: 100_000}, patient: time.Second, log: quiet,
		},
	}, true)
	if err != nil {
		r.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	server := &http.Server{Handler: r.app.mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	r.t.Cleanup(func() { _ = server.Close() })
	r.base = "http://" + listener.Addr().String()
	r.wallet = &demo{clock: r.world.Clock, key: []byte(scriptedKey), issuer: "wallet", newID: newID}
}

// browser opens the widget as the borrower, stepped up.
func (r *telegramRig) browser() *webEdge {
	r.t.Helper()
	edge := newWebEdge(r.base, func(level int) (string, error) { return r.wallet.Sign(r.world.Borrower(), level, "") })
	if err := edge.Session(r.t.Context(), dialog.SessionEvent{Level: dialog.LevelBorrower}); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { edge.drop(errors.New("over")) })
	return edge
}

// until waits for something that must come.
func (r *telegramRig) until(what string, is func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	if err := r.api.Until(ctx, is); err != nil {
		r.t.Fatalf("%s did not happen", what)
	}
}

// tap taps on the web and waits for the answer.
func (r *telegramRig) tap(web *webEdge, option string) {
	r.t.Helper()
	if err := web.Tap(r.t.Context(), dialog.ChoiceEvent{Option: option}); err != nil {
		r.t.Fatalf("tap %s: %v", option, err)
	}
}

// token asks the widget for a link and returns what comes after start=.
func (r *telegramRig) token(web *webEdge) string {
	r.t.Helper()
	r.until("learning the bot's name", func() bool { return r.app.telegram.name.Load() != nil })
	r.tap(web, "connect_telegram")
	var link string
	r.until("the link", func() bool {
		o, ok := web.option("connect_telegram")
		link = o.URL
		return ok && link != "" && link != r.made
	})
	r.made = link
	start, token, ok := strings.Cut(link, "?start=")
	if !ok || start != "https://t.me/"+r.api.Username() || len(token) > 64 {
		r.t.Fatalf("link %q", link)
	}
	return token
}

// shows waits until a chat's newest message contains some words.
func (r *telegramRig) shows(p *telegramtest.Person, words string) telegramtest.Message {
	r.t.Helper()
	var last telegramtest.Message
	r.until("the chat showing "+words, func() bool {
		screen := p.Screen()
		if len(screen) == 0 {
			return false
		}
		last = screen[len(screen)-1]
		return strings.Contains(last.Text, words)
	})
	return last
}

// state is the borrower's conversation.
func (r *telegramRig) state() dialog.Conversation {
	r.t.Helper()
	c, _, err := r.store.Load(r.t.Context(), dialog.ConversationID(r.world.Borrower()))
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// agent lets a human act in the borrower's conversation.
func (r *telegramRig) agent(kind, text string) {
	r.t.Helper()
	_, err := r.app.core.Engine.Deliver(r.t.Context(), dialog.Envelope{
		ID: "agent-" + newID(), Conversation: dialog.ConversationID(r.world.Borrower()), At: r.world.Clock.Now(),
		Event: dialog.Event{Kind: dialog.EventAgent, Agent: &dialog.AgentEvent{Kind: kind, Agent: "zhou", Name: "Zhou", Role: "supervisor", Epoch: r.state().Epoch, Text: text}},
	})
	if err != nil {
		r.t.Fatalf("agent %s: %v", kind, err)
	}
}

func (r *telegramRig) later(d time.Duration) { r.world.Clock.Set(r.world.Clock.Now().Add(d)) }

func hasLink(c dialog.Conversation, address string) bool {
	return slices.ContainsFunc(c.Links, func(l dialog.Link) bool { return l.Address == address })
}

func copies(screen []telegramtest.Message, words string) int {
	n := 0
	for _, m := range screen {
		n += strings.Count(m.Text, words)
	}
	return n
}

func TestTelegramFromLinkToUnlink(t *testing.T) {
	r := newTelegramRig(t, "hk")
	web, ann, bob := r.browser(), r.api.Person(7, "en"), r.api.Person(8, "en")
	ann.Say("/start")
	first := r.shows(ann, "?")
	if strings.ContainsAny(first.Text, "0123456789$") {
		t.Errorf("a stranger is told %q", first.Text)
	}
	token := r.token(web)
	ann.Say("/start " + token)
	r.until("linking", func() bool { return hasLink(r.state(), "7") })
	r.shows(ann, "onnected")
	bob.Say("/start " + token)
	r.shows(bob, "wallet")
	if hasLink(r.state(), "8") {
		t.Error("a token worked twice")
	}
	other := r.token(web)
	bob.Say("/start " + other)
	r.until("the second chat taking over", func() bool { return hasLink(r.state(), "8") && !hasLink(r.state(), "7") })
	r.shows(ann, "another Telegram")
	bob.Say("/unlink")
	r.until("unlinking", func() bool { return len(r.state().Links) == 0 })
	r.shows(bob, "connected")
	if c := r.state(); !slices.Contains(c.Prefs.Stopped, dialog.ChannelTelegram) {
		t.Errorf("no opt-out: %v", c.Prefs.Stopped)
	}
	r.later(11 * time.Minute)
	ann.Say("/start " + r.oldToken())
	r.shows(ann, "wallet")
	if len(r.state().Links) > 0 {
		t.Error("an expired token worked")
	}
}

// oldToken is a token that was made eleven minutes ago.
func (r *telegramRig) oldToken() string {
	r.t.Helper()
	token, err := r.app.telegram.invites.Make(dialog.ConversationID(r.world.Borrower()), r.state().Bindings[0].Session, r.world.Clock.Now().Add(-11*time.Minute))
	if err != nil {
		r.t.Fatal(err)
	}
	return token
}

// link ties Ann's chat to the borrower.
func (r *telegramRig) link(web *webEdge) *telegramtest.Person {
	r.t.Helper()
	ann := r.api.Person(7, "en")
	ann.Say("/start " + r.token(web))
	r.until("linking", func() bool { return hasLink(r.state(), "7") })
	r.shows(ann, "onnected")
	return ann
}

func TestAmountsAreShownWhileTheWalletApproves(t *testing.T) {
	r := newTelegramRig(t, "hk")
	web := r.browser()
	ann := r.link(web)
	r.later(30 * time.Second)
	ann.Say("how much do i owe")
	asked := r.shows(ann, "wallet")
	for _, m := range ann.Screen() {
		if strings.Contains(m.Text, "827") || strings.Contains(strings.ToLower(m.Text), "overdue") {
			t.Errorf("before the approval: %q", m.Text)
		}
	}
	for _, row := range asked.Keys {
		for _, k := range row {
			if k.Text == "Show in Telegram" {
				t.Error("the chat can approve itself")
			}
		}
	}
	r.until("the button in the wallet", func() bool { _, ok := web.option("approve_telegram"); return ok })
	r.tap(web, "approve_telegram")
	shown := r.shows(ann, "827.71")
	if !strings.Contains(shown.Covered, "827.71") || strings.Contains(strings.SplitN(shown.Text, "\n", 2)[0], "827") || !shown.Protected {
		t.Errorf("shown openly: %+v", shown)
	}
	r.later(10*time.Minute + time.Second)
	r.until("taking it back", func() bool { return copies(ann.Screen(), "827.71") == 0 })
	ann.Say("how much do i owe")
	r.until("asking for the wallet again", func() bool { return copies(ann.Screen(), "827.71") == 0 && len(ann.Screen()) > 3 })
}

func TestOneConversationOverTwoChannels(t *testing.T) {
	r := newTelegramRig(t, "hk")
	web := r.browser()
	ann := r.link(web)
	r.later(30 * time.Second)
	ann.Say("/human")
	r.until("queueing", func() bool { return r.state().Owner == dialog.OwnerQueue })
	r.agent("claim", "")
	r.agent("say", "Hello, this is Zhou; one moment please.")
	r.shows(ann, "this is Zhou")
	r.later(30 * time.Second)
	if err := web.Text(t.Context(), []string{"I am in the app now"}); err != nil {
		t.Fatal(err)
	}
	r.agent("say", "Good, then I answer you there.")
	r.until("the answer in the widget", func() bool {
		web.mu.Lock()
		defer web.mu.Unlock()
		return slices.ContainsFunc(web.screen, func(m shown) bool { return strings.Contains(m.Text, "answer you there") }) &&
			slices.ContainsFunc(web.screen, func(m shown) bool { return strings.Contains(m.Text, "this is Zhou") })
	})
	r.later(30 * time.Second)
	ann.Say("and now here again")
	r.until("the text", func() bool { return r.state().Channel == dialog.ChannelTelegram })
	r.agent("say", "Then here.")
	r.shows(ann, "Then here.")
	for words, want := range map[string]int{"this is Zhou": 1, "answer you there": 0, "Then here.": 1} {
		if n := copies(ann.Screen(), words); n != want {
			t.Errorf("%q: %d times in the chat, expected %d", words, n, want)
		}
	}
}

func TestWaysOutOfTelegram(t *testing.T) {
	for name, leave := range map[string]func(*telegramRig, *telegramtest.Person){
		"blocking": func(_ *telegramRig, ann *telegramtest.Person) { ann.Block() },
		"a block that nobody told us of": func(r *telegramRig, ann *telegramtest.Person) {
			ann.BlockQuietly()
			ann.Say("/privacy")
		},
		"logging out everywhere": func(r *telegramRig, _ *telegramtest.Person) {
			token, err := r.wallet.Sign(r.world.Borrower(), 1, "logout")
			if err != nil {
				r.t.Fatal(err)
			}
			w := newWebEdge(r.base, nil)
			if _, err := w.post(r.t.Context(), http.MethodPost, "/v1/wallet/logout", "", map[string]string{"token": token}); err != nil {
				r.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTelegramRig(t, "hk")
			ann := r.link(r.browser())
			leave(r, ann)
			r.until("the end of the link", func() bool { return len(r.state().Links) == 0 })
			if c := r.state(); !slices.Contains(c.Prefs.Stopped, dialog.ChannelTelegram) {
				t.Errorf("no opt-out: %v", c.Prefs.Stopped)
			}
		})
	}
}

func TestTheMainlandHasNoTelegram(t *testing.T) {
	r := newTelegramRig(t, "cn")
	web := r.browser()
	r.tap(web, "connect_telegram")
	r.until("the refusal", func() bool {
		web.mu.Lock()
		defer web.mu.Unlock()
		return slices.ContainsFunc(web.screen, func(m shown) bool { return strings.Contains(m.Text, "account") })
	})
	if o, ok := web.option("connect_telegram"); ok && (o.URL != "" || o.Label != "") {
		t.Errorf("it is offered: %+v", o)
	}
	ann := r.api.Person(7, "en")
	token, err := r.app.telegram.invites.Make(dialog.ConversationID(r.world.Borrower()), r.state().Bindings[0].Session, r.world.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	ann.Say("/start " + token)
	r.shows(ann, "account")
	if len(r.state().Links) > 0 {
		t.Error("linked all the same")
	}
}

func TestJourneysOverTelegram(t *testing.T) {
	// Where a chat differs by design from the wallet's own screen.
	differs := map[string]string{
		"en/reminder.yaml": "a reminder in a chat names no amount",
	}
	files, err := journeyFiles([]string{"../../dialog/dialogtest/journey/testdata"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	runners := map[string]journey.Runner{}
	for _, via := range []string{"core", "telegram"} {
		build, stop, err := b.builder(t.Context(), via)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		runners[via] = journey.Runner{Build: build, Scanner: scanner{}}
	}
	for _, path := range files {
		name := path[strings.LastIndex(path, "testdata/")+len("testdata/"):]
		if differs[name] == "" {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				sameOverTelegram(t, runners, path)
			})
		}
	}
}

// sameOverTelegram runs a conversation through a chat. What goes wrong without
// any channel too is not the channel's: TestJourneys tells of it.
func sameOverTelegram(t *testing.T, runners map[string]journey.Runner, path string) {
	f, err := journey.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := runners["telegram"].Run(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if got.Passed() {
		return
	}
	plain, err := runners["core"].Run(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range got.Failures {
		if !slices.Contains(plain.Failures, line) {
			t.Errorf("%s: %s\n%s", got.Name, line, strings.Join(got.Transcript, "\n"))
		}
	}
}

func TestTelegramConfiguration(t *testing.T) {
	for name, x := range map[string]struct {
		c     telegramConfig
		base  string
		wrong string
	}{
		"off":           {telegramConfig{}, "", ""},
		"polling":       {telegramConfig{Token: "1:a"}, "", ""},
		"a webhook":     {telegramConfig{Token: "1:a", Webhook: true}, "https://x.example", ""},
		"no https":      {telegramConfig{Token: "1:a", Webhook: true}, "http://x.example", "telegram.webhook"},
		"no token":      {telegramConfig{Webhook: true}, "https://x.example", "telegram.token"},
		"a bad token":   {telegramConfig{Token: "abc"}, "", "telegram.token"},
		"a bad address": {telegramConfig{Token: "1:a", Wallet: "wallet"}, "", "telegram.wallet_url"},
	} {
		err := errors.Join(x.c.check(x.base)...)
		if (err == nil) != (x.wrong == "") || err != nil && !strings.Contains(err.Error(), x.wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
