package webchat

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"warmline/dialog"
)

// wallet takes notices.
type wallet struct {
	told chan Notice
	fail error
}

func (w *wallet) Notify(_ context.Context, n Notice) error {
	w.told <- n
	return w.fail
}

func noticing(w *wallet) tune {
	return func(h *HubOptions, _ *Options) {
		h.Notifier, h.NoticeAfter, h.NoticeEvery = w, 30*time.Millisecond, 10*time.Minute
	}
}

// once waits for one notice, and then for a while that no other comes.
func (w *wallet) once(t *testing.T, when string) {
	t.Helper()
	select {
	case <-w.told:
	case <-time.After(patience):
		t.Fatalf("not told %s", when)
	}
	if n := w.count(150 * time.Millisecond); n > 0 {
		t.Errorf("told %d times more %s", n, when)
	}
}

func (w *wallet) count(wait time.Duration) int {
	n := 0
	timeout := time.After(wait)
	for {
		select {
		case <-w.told:
			n++
		case <-timeout:
			return n
		}
	}
}

func say(r *rig, text string) {
	r.engine.change(r.nodes[0].hub, conversationOf("b1"), func(c *fakeChat) {
		c.say(dialog.SpeakerHuman, text, dialog.LevelUnknown, r.clock.now(), "")
	})
}

func TestWalletIsToldWhenNobodyLooks(t *testing.T) {
	w := &wallet{told: make(chan Notice, 10)}
	r := newRig(t, 1, noticing(w))
	r.session(r.nodes[0], "b1", 2)
	say(r, "one")
	select {
	case n := <-w.told:
		if n != (Notice{Conversation: conversationOf("b1"), Borrower: "b1", Locale: dialog.EnGB, Seq: 1}) {
			t.Errorf("notice %+v", n)
		}
	case <-time.After(patience):
		t.Fatal("not told")
	}
	say(r, "two")
	if n := w.count(150 * time.Millisecond); n != 0 {
		t.Errorf("told %d times more within ten minutes", n)
	}
	r.clock.advance(11 * time.Minute)
	say(r, "three")
	w.once(t, "after ten minutes")
}

func TestWalletIsNotToldWhileSomebodyLooks(t *testing.T) {
	w := &wallet{told: make(chan Notice, 10)}
	r := newRig(t, 1, noticing(w))
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	c := r.dial(n, session, nil)
	go c.listen()
	c.send(`{"t":"hello","device":"d","open":true}`)
	c.want("ready")
	c.texts(1, 1)
	say(r, "seen")
	if n := w.count(150 * time.Millisecond); n != 0 {
		t.Errorf("told %d times while the chat is open", n)
	}
	c.send(`{"t":"hello","device":"d","open":false,"after":2}`)
	c.want("ready")
	say(r, "unseen")
	w.once(t, "while the chat is closed")
	c.send(`{"t":"open"}`)
	r.clock.advance(11 * time.Minute)
	c.send(`{"t":"ping"}`)
	c.want("pong")
	say(r, "seen again")
	if n := w.count(150 * time.Millisecond); n != 0 {
		t.Errorf("told %d times after the chat was opened again", n)
	}
	c.send(`{"t":"close"}`)
	c.send(`{"t":"ping"}`)
	c.want("pong")
	say(r, "unseen behind a closed panel")
	w.once(t, "after the panel was closed")
}

func TestReloadIsNoAbsence(t *testing.T) {
	for after := 200 * time.Millisecond; ; after *= 3 { // longer where the machine is slow
		w := &wallet{told: make(chan Notice, 10)}
		r := newRig(t, 1, noticing(w), func(h *HubOptions, _ *Options) { h.NoticeAfter = after })
		session := r.session(r.nodes[0], "b1", 2)
		began := time.Now()
		say(r, "during the reload")
		c := r.dial(r.nodes[0], session, nil)
		go c.listen()
		c.send(`{"t":"hello","device":"d","open":true}`)
		c.want("ready")
		if time.Since(began) > after/2 && after < patience {
			continue
		}
		if n := w.count(2 * after); n != 0 {
			t.Errorf("told %d times", n)
		}
		return
	}
}

func TestWhoMayBeCalled(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Hong_Kong")
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour int) time.Time { return time.Date(2026, 11, 21, hour, 0, 0, 0, zone) }
	hold := func(k dialog.HoldKind) func(*dialog.Conversation) {
		return func(c *dialog.Conversation) { c.Holds = []dialog.Hold{{Kind: k}} }
	}
	cases := map[string]struct {
		change func(*dialog.Conversation)
		hour   int
		want   bool
	}{
		"plain":             {func(*dialog.Conversation) {}, 12, true},
		"nobody known":      {func(c *dialog.Conversation) { c.Borrower = "" }, 12, false},
		"on Telegram":       {func(c *dialog.Conversation) { c.Channel = dialog.ChannelTelegram }, 12, false},
		"opted out":         {func(c *dialog.Conversation) { c.Prefs.Stopped = []dialog.ChannelKind{dialog.ChannelWeb} }, 12, false},
		"elsewhere only":    {func(c *dialog.Conversation) { c.Prefs.Only = dialog.ChannelTelegram }, 12, false},
		"stop asked for":    {hold(dialog.HoldCease), 12, false},
		"somebody else":     {hold(dialog.HoldWrongPerson), 12, false},
		"hardship":          {hold(dialog.HoldHardship), 12, true},
		"before hours":      {func(c *dialog.Conversation) { c.Prefs.NotBefore = 9 * 60 }, 8, false},
		"in hours":          {func(c *dialog.Conversation) { c.Prefs.NotBefore, c.Prefs.NotAfter = 9*60, 20*60 }, 19, true},
		"after hours":       {func(c *dialog.Conversation) { c.Prefs.NotAfter = 20 * 60 }, 20, false},
		"hours, place lost": {func(c *dialog.Conversation) { c.Prefs.NotAfter, c.Zone = 20*60, "Nowhere" }, 12, false},
	}
	for name, test := range cases {
		c := dialog.Conversation{ID: "c", Borrower: "b", Channel: dialog.ChannelWeb, Zone: "Asia/Hong_Kong"}
		test.change(&c)
		if got := mayNotify(c, at(test.hour)); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOnlyNewWordsOfOthersAreNews(t *testing.T) {
	cases := map[string]struct {
		m    dialog.Message
		want uint64
	}{
		"bot":          {dialog.Message{Seq: 3, Speaker: dialog.SpeakerBot}, 3},
		"human":        {dialog.Message{Seq: 3, Speaker: dialog.SpeakerHuman, Channel: dialog.ChannelWeb}, 3},
		"borrower":     {dialog.Message{Seq: 3, Speaker: dialog.SpeakerBorrower}, 0},
		"pending":      {dialog.Message{Pending: true, Speaker: dialog.SpeakerBot}, 0},
		"for Telegram": {dialog.Message{Seq: 3, Speaker: dialog.SpeakerBot, Channel: dialog.ChannelTelegram}, 0},
	}
	for name, test := range cases {
		if got := newest([]dialog.Message{test.m}); got != test.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestPresenceElsewhereAndFailures(t *testing.T) {
	w := &wallet{told: make(chan Notice, 10), fail: errors.New("down")}
	there := make(elsewhere, 1)
	there <- true
	r := newRig(t, 1, noticing(w), func(h *HubOptions, _ *Options) { h.Elsewhere = there })
	r.session(r.nodes[0], "b1", 2)
	say(r, "read on another node")
	if n := w.count(150 * time.Millisecond); n != 0 {
		t.Errorf("told %d times although the chat is open on another node", n)
	}
	for range 2 { // a notice that failed does not use up the ten minutes
		there <- false
		say(r, "unseen")
		w.once(t, "while nobody looks")
	}
	if r.tally.get("trouble "+TroubleNotice) != 2 {
		t.Errorf("counted %v", r.tally.counts)
	}
}

type elsewhere chan bool

func (elsewhere) Here(context.Context, string, bool) error { return nil }

func (e elsewhere) Present(context.Context, string) (bool, error) { return <-e, nil }

// others is what the nodes of a test know of each other.
type others struct {
	mu     sync.Mutex
	open   map[string]bool
	leases map[string]string
}

type nodeOf struct {
	*others
	name string
}

func (o nodeOf) Here(_ context.Context, conversation string, open bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open[o.name+" "+conversation] = open
	return nil
}

func (o nodeOf) Present(_ context.Context, conversation string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for key, open := range o.open {
		if open && key != o.name+" "+conversation && strings.HasSuffix(key, " "+conversation) {
			return true, nil
		}
	}
	return false, nil
}

func (o nodeOf) Hold(_ context.Context, name, holder string, _ time.Duration) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if who, held := o.leases[name]; held && who != holder {
		return false, nil
	}
	o.leases[name] = holder
	return true, nil
}

func (o nodeOf) Release(_ context.Context, name, holder string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.leases[name] == holder {
		delete(o.leases, name)
	}
	return nil
}

// Two nodes commit for the same person: the wallet is told once in a while, not
// once by each, and not at all while the chat is open on either.
func TestNoticesAreAgreedOnBetweenNodes(t *testing.T) {
	w := &wallet{told: make(chan Notice, 10)}
	all, n := &others{open: map[string]bool{}, leases: map[string]string{}}, 0
	r := newRig(t, 2, noticing(w), func(h *HubOptions, _ *Options) {
		n++
		h.Elsewhere, h.Leases = nodeOf{all, strconv.Itoa(n)}, nodeOf{all, strconv.Itoa(n)}
	})
	session := r.session(r.nodes[1], "b1", 2)
	sayAt := func(at int, text string) {
		r.engine.change(r.nodes[at].hub, conversationOf("b1"), func(c *fakeChat) {
			c.say(dialog.SpeakerHuman, text, dialog.LevelUnknown, r.clock.now(), "")
		})
	}
	c := r.dial(r.nodes[1], session, nil)
	go c.listen()
	c.send(`{"t":"hello","device":"d","open":true}`)
	c.want("ready")
	c.texts(1, 1)
	eventually(t, "the other node knows", func() bool { open, _ := nodeOf{all, "1"}.Present(t.Context(), conversationOf("b1")); return open })
	sayAt(0, "while it is open on the other node")
	if n := w.count(200 * time.Millisecond); n != 0 {
		t.Errorf("told %d times while the person reads", n)
	}
	c.ws.Close()
	eventually(t, "it is closed", func() bool { open, _ := nodeOf{all, "1"}.Present(t.Context(), conversationOf("b1")); return !open })
	sayAt(0, "by the first node")
	sayAt(1, "by the second")
	w.once(t, "by one of them")
}
