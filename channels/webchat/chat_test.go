package webchat

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"warmline/channels"
	"warmline/dialog"
)

func TestMessageIsAcknowledgedAfterItsCommit(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	r.engine.mu.Lock()
	r.engine.gate = make(chan struct{})
	r.engine.mu.Unlock()
	c.say("hi")
	c.quiet("ack")
	r.engine.gate <- struct{}{}
	seen := map[string]bool{}
	for !seen["ack"] || !seen["msg"] {
		f := <-c.frames
		kind, _ := f["t"].(string)
		seen[kind] = true
		if kind == "ack" && (f["n"] != 1.0 || f["id"] != "m1" || f["seq"] != 2.0) {
			t.Errorf("ack %v", f)
		}
	}
}

func TestMessageShowsSpeakerTimeAndClient(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	c.say("hi")
	list := c.messages(2)
	day, clock := fakeWords{}.Moment(r.clock.now(), dialog.EnGB, "Asia/Hong_Kong")
	if m := list[0]; m["speaker"] != "borrower" || m["client"] != "m1" || m["text"] != "hi" || m["day"] != day || m["time"] != clock {
		t.Errorf("the borrower's line is %v (expected %s %s)", m, day, clock)
	}
	if m := list[1]; m["speaker"] != "bot" || m["text"] != "re: hi" {
		t.Errorf("the answer is %v", m)
	}
	c.send(`{"t":"tap","n":2,"id":"m2","option":"plan:4","card":"q1","seen":2}`)
	list = c.messages(2)
	if list[0]["client"] != "m2" || list[1]["text"] != "took plan:4 q1" {
		t.Errorf("the tap gave %v", list)
	}
}

func TestFramesAreSubmittedInOrderWithoutWaiting(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	r.engine.mu.Lock()
	r.engine.gate = make(chan struct{})
	r.engine.order = nil
	r.engine.mu.Unlock()
	for range 20 {
		c.say("x")
	}
	eventually(t, "all are submitted before one is committed", func() bool {
		r.engine.mu.Lock()
		defer r.engine.mu.Unlock()
		return len(r.engine.order) == 20
	})
	r.engine.mu.Lock()
	order := slices.Clone(r.engine.order)
	r.engine.mu.Unlock()
	for i, id := range order {
		if want := fmt.Sprintf("web:m%d", i+1); id != want {
			t.Fatalf("envelope %d is %s, expected %s", i, id, want)
		}
	}
	close(r.engine.gate)
	for i := range 20 {
		if f := c.want("ack"); f["n"] != float64(i+1) {
			t.Fatalf("ack %d is %v", i+1, f)
		}
	}
}

func TestRepeatIsAcknowledgedAgainAndSaidOnce(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	c := r.connect(n, session, 0, "device-1")
	c.say("hi")
	c.want("ack")
	c.ws.Close()
	c = r.connect(n, session, 2, "device-1")
	c.sayAs(1, "hi")
	if f := c.want("ack"); f["n"] != 1.0 || f["id"] != "m1" {
		t.Errorf("ack of the repeat: %v", f)
	}
	c.quiet("msg")
}

func TestResumeSendsWhatWasMissedInOrder(t *testing.T) {
	r := newRig(t, 1, func(h *HubOptions, _ *Options) { h.Page = 7 })
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	id := conversationOf("b1")
	r.engine.change(nil, id, func(c *fakeChat) {
		for i := range 50 {
			c.say(dialog.SpeakerBot, fmt.Sprint(i+1), dialog.LevelUnknown, r.clock.now(), "")
		}
	})
	c := r.connect(n, session, 20, "device-1")
	if got := c.texts(21, 30); got[0] != "21" || got[29] != "50" {
		t.Errorf("resumed with %v", got)
	}
	c = r.connect(n, session, 9999, "device-1") // a client that knows more than there is
	c.texts(1, 50)
	c.send(`{"t":"hello","after":48,"device":"device-1"}`)
	c.want("ready")
	c.texts(49, 2)
}

func TestRemovedMessagesLeaveNoGap(t *testing.T) {
	r := newRig(t, 1, func(h *HubOptions, _ *Options) { h.Page = 10 })
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	id := conversationOf("b1")
	r.engine.change(nil, id, func(c *fakeChat) {
		for i := range 40 {
			c.say(dialog.SpeakerBot, fmt.Sprint(i+1), dialog.LevelUnknown, r.clock.now(), "")
		}
	})
	r.engine.from[id] = 24
	c := r.connect(n, session, 0, "device-1")
	list := c.messages(40)
	for i, m := range list {
		hidden, _ := m["hidden"].(bool)
		if m["seq"] != float64(i+1) || hidden != (i < 24) {
			t.Fatalf("message %d is %v", i+1, m)
		}
	}
}

func TestTwoTabsSeeTheSameChat(t *testing.T) {
	r := newRig(t, 2)
	a := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-a")
	b := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-b")
	far := r.connect(r.nodes[1], r.session(r.nodes[1], "b1", 2), 0, "device-c")
	a.say("from a")
	b.texts(1, 2)
	far.texts(1, 2)
	far.say("from far")
	want := []string{"from far", "re: from far"}
	for name, c := range map[string]*client{"far": far, "b": b} {
		if got := c.texts(3, 2); !slices.Equal(got, want) {
			t.Errorf("%s sees %v", name, got)
		}
	}
	if got := a.texts(1, 4); !slices.Equal(got[2:], want) {
		t.Errorf("a sees %v", got)
	}
}

func TestOwnCommitsNeedNoRead(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	for i := range 20 {
		c.say("x")
		c.texts(2*i+1, 2)
	}
	r.engine.mu.Lock()
	defer r.engine.mu.Unlock()
	if r.engine.reads != 0 {
		t.Errorf("the store was read %d times for this node's own commits", r.engine.reads)
	}
}

func TestLostHintsAreMadeUpFor(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	hubs := r.engine.hubs
	r.engine.hubs = nil // no hint comes through
	r.engine.change(nil, conversationOf("b1"), func(c *fakeChat) {
		c.say(dialog.SpeakerHuman, "unheard", dialog.LevelUnknown, r.clock.now(), "")
	})
	c.quiet("msg")
	hubs[0].Hint(channels.Hint{}) // the connection is back
	if got := c.texts(1, 1); got[0] != "unheard" {
		t.Errorf("got %v", got)
	}
}

func TestPendingMessagesAreNotSent(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	id := conversationOf("b1")
	state, _ := r.engine.State(t.Context(), id)
	state.Revision++
	state.Pending = &dialog.PendingAct{Message: "p"}
	n.hub.Committed(id, []dialog.Message{{ID: "p", Pending: true, Speaker: dialog.SpeakerBot}}, state)
	if f := c.want("typing"); f["who"] != "bot" || f["on"] != true {
		t.Errorf("typing %v", f)
	}
	c.quiet("msg")
	state.Revision, state.Seq, state.Pending = state.Revision+1, 1, nil
	n.hub.Committed(id, []dialog.Message{{ID: "p", Seq: 1, Speaker: dialog.SpeakerBot, Body: dialog.Rendered{Text: "said"}}}, state)
	if f := c.want("typing"); f["on"] != false {
		t.Errorf("typing %v", f)
	}
	c.texts(1, 1)
}

func TestStateFollowsOwnerAndPlace(t *testing.T) {
	r := newRig(t, 1, func(h *HubOptions, _ *Options) {
		h.Places, h.PlaceEvery = fakePlaces{}, 20*time.Millisecond
	})
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	id := conversationOf("b1")
	r.engine.change(n.hub, id, func(c *fakeChat) { c.state.Owner = dialog.OwnerQueue })
	eventually(t, "the place is told", func() bool {
		f := c.want("state")
		return f["owner"] == "queue" && f["position"] == 2.0 && f["eta"] == "about 6m0s"
	})
	r.engine.change(nil, id, func(c *fakeChat) {
		c.state.Owner, c.state.Agent, c.state.AgentName = dialog.OwnerAgent, "agent-7", "Zhou"
	})
	f := c.want("state")
	if f["owner"] != "agent" || f["agent"] != "Zhou" || f["position"] != nil {
		t.Errorf("state %v", f)
	}
	n.hub.HumanTyping(id, true)
	if f := c.want("typing"); f["who"] != "human" || f["on"] != true {
		t.Errorf("typing %v", f)
	}
	n.hub.HumanTyping(id, false)
	if f := c.want("typing"); f["on"] != false {
		t.Errorf("typing %v", f)
	}
}

type fakePlaces struct{}

func (fakePlaces) Place(context.Context, string) (int, time.Duration, error) {
	return 2, 6 * time.Minute, nil
}

func TestBadFramesEndTheConnection(t *testing.T) {
	cases := map[string]struct {
		frames []string
		kind   int
		code   int
	}{
		"not JSON":         {[]string{"hello"}, websocket.TextMessage, CloseBadFrame},
		"wrong type":       {[]string{`{"t":"hello","device":7}`}, websocket.TextMessage, CloseBadFrame},
		"array":            {[]string{`[]`}, websocket.TextMessage, CloseBadFrame},
		"binary":           {[]string{`{"t":"ping"}`}, websocket.BinaryMessage, CloseBadFrame},
		"text first":       {[]string{`{"t":"text","n":1,"id":"a","text":"x"}`}, websocket.TextMessage, CloseBadFrame},
		"no device":        {[]string{`{"t":"hello"}`}, websocket.TextMessage, CloseBadFrame},
		"another device":   {[]string{`{"t":"hello","device":"a"}`, `{"t":"hello","device":"b"}`}, websocket.TextMessage, CloseBadFrame},
		"hostile device":   {[]string{`{"t":"hello","device":"a b\u0000"}`}, websocket.TextMessage, CloseBadFrame},
		"deeply nested":    {[]string{strings.Repeat(`[`, 20000)}, websocket.TextMessage, CloseBadFrame},
		"over 256 KiB":     {[]string{`{"t":"ping","x":"` + strings.Repeat("x", frameLimit) + `"}`}, websocket.TextMessage, CloseTooBig},
		"ten mebibytes":    {[]string{`{"t":"ping","x":"` + strings.Repeat("x", 10<<20) + `"}`}, websocket.TextMessage, CloseTooBig},
		"too many a while": {slices.Repeat([]string{`{"t":"ping"}`}, 140), websocket.TextMessage, CloseRate},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1)
			c := r.dial(r.nodes[0], r.session(r.nodes[0], "b1", 2), nil)
			go c.listen()
			for _, f := range test.frames {
				if err := c.ws.WriteMessage(test.kind, []byte(f)); err != nil {
					break // closed already
				}
			}
			e := c.wantClose(test.code)
			if test.code == CloseRate && e.Text != `{"retry_ms":5000}` {
				t.Errorf("reason %q", e.Text)
			}
		})
	}
}

func TestRefusedMessages(t *testing.T) {
	big := strings.Repeat("长", textLimit/3+1)
	cases := map[string]struct{ frame, code string }{
		"no number":     {`{"t":"text","id":"a","text":"x"}`, "invalid"},
		"no id":         {`{"t":"text","n":1,"text":"x"}`, "invalid"},
		"odd id":        {`{"t":"text","n":1,"id":"a/b","text":"x"}`, "invalid"},
		"empty":         {`{"t":"text","n":1,"id":"a","text":" \n "}`, "invalid"},
		"only controls": {`{"t":"text","n":1,"id":"a","text":"\u0000\u0007\u202e"}`, "invalid"},
		"broken UTF-8":  {"{\"t\":\"text\",\"n\":1,\"id\":\"a\",\"text\":\"x\xff\"}", "invalid"},
		"too large":     {`{"t":"text","n":1,"id":"a","text":"` + big + `"}`, "too_large"},
		"no option":     {`{"t":"tap","n":1,"id":"a"}`, "invalid"},
		"long option":   {`{"t":"tap","n":1,"id":"a","option":"` + strings.Repeat("o", 300) + `"}`, "invalid"},
		"long field":    {`{"t":"tap","n":1,"id":"a","option":"budget","fields":{"income":"` + strings.Repeat("9", 500) + `"}}`, "too_large"},
	}
	r := newRig(t, 1)
	c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
	for name, test := range cases {
		c.send(test.frame)
		if f := c.want("nack"); f["code"] != test.code || f["text"] == "" {
			t.Errorf("%s: %v, expected %s", name, f, test.code)
		}
	}
	c.say("a\u0000b\u202ec\r\nd")
	if got := c.texts(1, 1); got[0] != "abc\nd" {
		t.Errorf("cleaned to %q", got[0])
	}
}

func TestCoreRefusalsAndFailures(t *testing.T) {
	cases := map[string]struct {
		err  error
		nack string
		code int
	}{
		"refused":     {dialog.E(dialog.CodeConflict, "the card is old", nil), "conflict", 0},
		"unavailable": {dialog.E(dialog.CodeUnavailable, "the store is down", nil), "", CloseRestart},
		"overrun":     {dialog.E(dialog.CodeRateLimited, "too many", nil), "", CloseRate},
		"no session":  {dialog.E(dialog.CodeUnauthenticated, "who", nil), "", CloseSession},
		"our mistake": {fmt.Errorf("oops"), "", CloseRestart},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1)
			c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
			r.engine.mu.Lock()
			r.engine.fail = func(dialog.Envelope) error { return test.err }
			r.engine.mu.Unlock()
			c.say("hi")
			if test.nack != "" {
				if f := c.want("nack"); f["code"] != test.nack {
					t.Errorf("nack %v", f)
				}
				return
			}
			c.want("bye")
			c.wantClose(test.code)
		})
	}
}

func TestOwnMistakeIsGivenUpAfterThreeTries(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	r.engine.mu.Lock()
	r.engine.fail = func(e dialog.Envelope) error {
		if e.Event.Kind == dialog.EventText {
			return fmt.Errorf("oops")
		}
		return nil
	}
	r.engine.mu.Unlock()
	for range maxFailures - 1 {
		c := r.connect(n, session, 0, "device-1")
		c.sayAs(1, "hi")
		c.wantClose(CloseRestart)
	}
	c := r.connect(n, session, 0, "device-1")
	c.sayAs(1, "hi")
	if f := c.want("nack"); f["code"] != "internal" {
		t.Errorf("nack %v", f)
	}
}

func TestOrigins(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	cases := map[string]bool{
		"": true, n.http.URL: true, "https://wallet.example": true,
		"https://evil.example": false, "null": false, "https://wallet.example.evil": false, "http://wallet.example": false,
	}
	for origin, ok := range cases {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		c := r.dial(n, session, header)
		go c.listen()
		if ok {
			c.send(`{"t":"hello","device":"d"}`)
			c.want("ready")
			continue
		}
		c.wantClose(CloseForbidden)
		req, err := http.NewRequest(http.MethodPost, n.http.URL+"/v1/session", strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		if a := r.do(req); a.status != http.StatusForbidden || a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: status %d", origin, a.status)
		}
	}
}

func TestPingAndUnknownFrames(t *testing.T) {
	r := newRig(t, 1)
	c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
	c.send(`{"t":"from the future","x":1}`)
	c.send(`{"t":"seen","seq":4}`)
	c.send(`{"t":"ping"}`)
	c.want("pong")
	eventually(t, "both are counted", func() bool {
		return r.tally.get("in other") == 1 && r.tally.get("out pong") == 1
	})
}

func TestOpeningIsToldOnceAMinute(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.dial(n, r.session(n, "b1", 2), nil)
	go c.listen()
	c.send(`{"t":"hello","device":"d","open":true}`)
	if got := c.texts(1, 1); got[0] != "hello" {
		t.Errorf("greeted with %v", got)
	}
	c.send(`{"t":"open"}`)
	c.quiet("msg")
}

func TestTypingHintsReachTheEngine(t *testing.T) {
	hints := make(chan bool, 4)
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.Typist = typist(hints) })
	c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
	c.send(`{"t":"typing","on":true}`)
	c.send(`{"t":"typing","on":false}`)
	if on, off := <-hints, <-hints; !on || off {
		t.Errorf("hints %v, %v", on, off)
	}
}

type witness chan [3]uint64

func (w witness) Witnessed(_ string, level dialog.Level, got, seen uint64) {
	w <- [3]uint64{uint64(level), got, seen}
}

// A client is believed about what it has got and shown as far as it was sent
// anything, at the level of its session.
func TestWhatAClientHasGotAndShownIsPassedOn(t *testing.T) {
	told := make(witness, 8)
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.Witness = told })
	c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
	c.say("hi")
	c.messages(2)
	for _, x := range []struct {
		frame string
		want  [3]uint64
	}{
		{`{"t":"seen","seq":0,"got":1}`, [3]uint64{2, 1, 0}},
		{`{"t":"seen","seq":1,"got":2}`, [3]uint64{2, 2, 1}},
		{`{"t":"seen","seq":900,"got":3}`, [3]uint64{2, 0, 0}}, // no further than there is
	} {
		c.send(x.frame)
		got := <-told
		if x.want[1] == 0 {
			x.want[1], x.want[2] = got[1], got[1]
			if got[1] >= 900 || got[1] < 2 {
				t.Errorf("%s: %v", x.frame, got)
			}
		}
		if got != x.want {
			t.Errorf("%s: %v, want %v", x.frame, got, x.want)
		}
	}
}

type typist chan bool

func (t typist) Typing(_ string, on bool) { t <- on }
