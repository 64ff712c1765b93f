package webchat

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// deaf opens a chat and never reads, with little room in the network for what
// is sent to it.
func (r *rig) deaf(n *node, session string) *client {
	r.t.Helper()
	d := websocket.Dialer{
		Subprotocols: []string{Subprotocol, sessionProtocol + session},
		NetDial: func(network, addr string) (net.Conn, error) {
			c, err := net.Dial(network, addr)
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(4096)
			}
			return c, err
		},
	}
	ws, resp, err := d.Dial("ws"+strings.TrimPrefix(n.http.URL, "http")+"/v1/chat", nil)
	if err != nil {
		r.t.Fatalf("dial: %v", err)
	}
	defer resp.Body.Close()
	r.t.Cleanup(func() { ws.Close() })
	c := &client{t: r.t, ws: ws, frames: make(chan map[string]any, 4096), closed: make(chan *websocket.CloseError, 1)}
	c.send(`{"t":"hello","device":"deaf"}`)
	return c
}

func TestSlowClientHoldsUpNobodyAndResumes(t *testing.T) {
	const cut = 5 * time.Second
	r := newRig(t, 1, func(h *HubOptions, _ *Options) { h.WriteTimeout = cut })
	n := r.nodes[0]
	const lines = 200
	long := strings.Repeat("x", 100_000)
	commit := func(sub string) time.Duration {
		began := time.Now()
		for range lines {
			r.engine.change(n.hub, conversationOf(sub), func(c *fakeChat) {
				c.say(dialog.SpeakerBot, long, dialog.LevelUnknown, r.clock.now(), "")
			})
		}
		return time.Since(began)
	}
	alone := r.connect(n, r.session(n, "b0", 2), 0, "alone")
	took := commit("b0")
	alone.texts(1, lines)
	alone.ws.Close()
	session := r.session(n, "b1", 2)
	slow := r.deaf(n, session)
	quick := r.connect(n, r.session(n, "b1", 2), 0, "quick")
	if beside := commit("b1"); beside > 5*took+cut-time.Second {
		t.Errorf("%d commits took %v beside a slow client, %v without one", lines, beside, took)
	}
	quick.texts(1, lines)
	eventually(t, "the slow client is cut", func() bool { return n.hub.Connections() == 1 })
	slow.ws.Close()
	again := r.connect(n, session, 0, "deaf")
	if got := again.texts(1, lines); got[lines-1] != long {
		t.Error("the resumed text is not what was said")
	}
}

func TestClientThatLetsFramesWaitIsTooSlow(t *testing.T) {
	r := newRig(t, 1, func(h *HubOptions, _ *Options) { h.Queue = 8 })
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	room := n.hub.room(conversationOf("b1"))
	room.mu.Lock() // as if the writer were stuck
	for range 20 {
		room.conns[0].enqueue("pong", bareFrame{T: "pong"})
	}
	room.mu.Unlock()
	c.wantClose(CloseSlow)
}

func TestDrainCommitsWhatCameAndSaysRestart(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	c := r.connect(n, session, 0, "device-1")
	idle := r.connect(n, r.session(n, "b2", 1), 0, "device-2")
	r.engine.mu.Lock()
	r.engine.gate = make(chan struct{})
	r.engine.mu.Unlock()
	c.say("last words")
	eventually(t, "it is under way", func() bool { return r.tally.get("in text") == 1 })
	drained := make(chan error, 1)
	go func() { drained <- n.hub.Drain(context.Background()) }()
	idle.wantClose(CloseRestart)
	late := r.dial(n, session, nil)
	go late.listen()
	late.wantClose(CloseRestart)
	close(r.engine.gate)
	if f := c.want("ack"); f["n"] != 1.0 {
		t.Errorf("ack %v", f)
	}
	if f := c.want("bye"); f["code"] != "unavailable" {
		t.Errorf("bye %v", f)
	}
	c.wantClose(CloseRestart)
	if err := <-drained; err != nil {
		t.Errorf("drain: %v", err)
	}
	if n := r.tally.get("connections"); n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

func TestDrainCutsWhatDoesNotEnd(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	gate := make(chan struct{})
	r.engine.mu.Lock()
	r.engine.gate = gate
	r.engine.mu.Unlock()
	c.say("never committed")
	eventually(t, "it is under way", func() bool { return r.tally.get("in text") == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := n.hub.Drain(ctx); err == nil {
		t.Error("drained although a commit never ended")
	}
	c.wantClose(websocket.CloseAbnormalClosure)
	close(gate)
}

func TestVanishedClientIsNoticed(t *testing.T) {
	const silence = 3 * time.Second // a busy machine may keep somebody who lives from answering for a while
	r := newRig(t, 1, func(h *HubOptions, _ *Options) { h.Ping, h.Silence = silence/10, silence })
	n := r.nodes[0]
	live := r.connect(n, r.session(n, "b1", 2), 0, "device-1") // answers pings
	r.deaf(n, r.session(n, "b2", 2))                           // does not
	eventually(t, "the silent one is gone", func() bool { return n.hub.Connections() == 1 })
	time.Sleep(silence / 2) // by now the other one would be gone too
	live.send(`{"t":"ping"}`)
	live.want("pong")
}

func TestManyClientsManyTabs(t *testing.T) {
	const people, tabs, lines = 12, 3, 10
	r := newRig(t, 2)
	var wg sync.WaitGroup
	for p := range people {
		sub := fmt.Sprintf("b%d", p)
		var clients []*client
		for tab := range tabs {
			n := r.nodes[(p+tab)%len(r.nodes)]
			clients = append(clients, r.connect(n, r.session(n, sub, 2), 0, fmt.Sprintf("device-%d", tab)))
		}
		for _, c := range clients {
			wg.Add(2)
			go func() {
				defer wg.Done()
				for range lines {
					c.n++
					frame := fmt.Sprintf(`{"t":"text","n":%d,"id":"m%d","text":"x"}`, c.n, c.n)
					if c.ws.WriteMessage(websocket.TextMessage, []byte(frame)) != nil {
						t.Error("the socket broke")
						return
					}
				}
			}()
			go func() {
				defer wg.Done()
				next, acks := 1, 0
				for next <= 2*tabs*lines || acks < lines {
					f, ok := <-c.frames
					if !ok {
						t.Errorf("closed: %v", <-c.closed)
						return
					}
					switch f["t"] {
					case "ack":
						acks++
					case "msg":
						m, _ := f["m"].(map[string]any)
						if m["seq"] != float64(next) {
							t.Errorf("message %v, expected %d", m["seq"], next)
							return
						}
						next++
					}
				}
			}()
		}
	}
	wg.Wait()
}

func TestPanicEndsOneConnectionOnly(t *testing.T) {
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.Typist = panicky{} })
	n := r.nodes[0]
	a := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	b := r.connect(n, r.session(n, "b2", 2), 0, "device-2")
	a.send(`{"t":"typing","on":true}`)
	a.wantClose(websocket.CloseAbnormalClosure)
	b.send(`{"t":"ping"}`)
	b.want("pong")
	if r.tally.get("trouble "+TroublePanic) != 1 {
		t.Errorf("counted %v", r.tally.counts)
	}
}

type panicky struct{}

func (panicky) Typing(string, bool) { panic("no") }

func TestMissedMessagesAreReadAgainAfterAFailure(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	c := r.connect(n, r.session(n, "b1", 2), 0, "device-1")
	id := conversationOf("b1")
	down := func(on bool) {
		r.engine.mu.Lock()
		defer r.engine.mu.Unlock()
		r.engine.down = on
	}
	line := func(h *Hub, text string) {
		r.engine.change(h, id, func(c *fakeChat) {
			c.say(dialog.SpeakerBot, text, dialog.LevelUnknown, r.clock.now(), "")
		})
	}
	down(true)
	line(nil, "one") // the hint's read fails
	line(n.hub, "two")
	c.quiet("msg")
	down(false)
	if got := c.texts(1, 2); got[0] != "one" || got[1] != "two" {
		t.Errorf("got %v", got)
	}
	if r.tally.get("trouble "+TroubleStore) == 0 {
		t.Error("the failure was not told")
	}
}
