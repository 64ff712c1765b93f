package desk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"warmline/channels/desk"
	"warmline/dialog"
)

// wire is a console's socket with everything that it was sent.
type wire struct {
	t    *testing.T
	ws   *websocket.Conn
	seen []map[string]any
}

func (c *console) connect() *wire {
	c.t.Helper()
	url := "ws" + strings.TrimPrefix(c.node.http.URL, "http") + desk.Prefix + "/ws"
	dialer := websocket.Dialer{Jar: c.http.Jar, Subprotocols: []string{desk.Subprotocol}, HandshakeTimeout: time.Minute}
	ws, resp, err := dialer.Dial(url, nil)
	if err != nil {
		c.t.Fatalf("connect: %v (%v)", err, resp)
	}
	resp.Body.Close()
	w := &wire{t: c.t, ws: ws}
	c.t.Cleanup(func() { ws.Close() })
	w.send(fields{"t": "hello"})
	w.await("ready", nil)
	return w
}

func (w *wire) send(f fields) {
	w.t.Helper()
	if err := w.ws.WriteJSON(f); err != nil {
		w.t.Fatal(err)
	}
}

// await reads frames until one of a kind passes.
func (w *wire) await(kind string, pass func(map[string]any) bool) map[string]any {
	w.t.Helper()
	_ = w.ws.SetReadDeadline(time.Now().Add(time.Minute))
	for {
		_, raw, err := w.ws.ReadMessage()
		if err != nil {
			w.t.Fatalf("waiting for %s: %v after %s", kind, err, kinds(w.seen))
		}
		var f map[string]any
		if err := json.Unmarshal(raw, &f); err != nil {
			w.t.Fatal(err)
		}
		w.seen = append(w.seen, f)
		if f["t"] == kind && (pass == nil || pass(f)) {
			return f
		}
	}
}

func kinds(frames []map[string]any) string {
	list := ""
	for _, f := range frames {
		list += fmt.Sprint(f["t"], " ")
	}
	return list
}

func TestASocketResumesBySequenceWithoutGaps(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou := r.signIn(r.nodes[1], "zhou") // the borrower's turns are made on the other node
	id := r.waits("b1", 2)
	w := zhou.connect()
	w.send(fields{"t": "watch", "chat": id, "after": 0})
	w.await("chat", nil)
	last := r.state(id).Seq
	for n := range 5 {
		r.says("b1", fmt.Sprintf("第%d句", n))
	}
	want := last
	for _, f := range w.seen {
		if f["t"] == "msg" {
			want = uint64(f["m"].(map[string]any)["seq"].(float64))
		}
	}
	end := r.state(id).Seq
	for want < end {
		f := w.await("msg", nil)
		if seq := uint64(f["m"].(map[string]any)["seq"].(float64)); seq != want+1 {
			t.Fatalf("line %d after %d", seq, want)
		}
		want++
	}
	w.ws.Close()
	r.says("b1", "还在吗")
	w = zhou.connect()
	w.send(fields{"t": "watch", "chat": id, "after": end})
	if f := w.await("msg", nil); uint64(f["m"].(map[string]any)["seq"].(float64)) != end+1 {
		t.Errorf("resumed with %v", f)
	}
}

func TestOthersAreSeenLookingAndWriting(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "wong")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	a, b := zhou.connect(), wong.connect()
	for _, w := range []*wire{a, b} {
		w.send(fields{"t": "watch", "chat": id, "after": 0})
		w.await("chat", nil)
	}
	b.send(fields{"t": "viewing", "chat": id, "replying": true})
	f := a.await("viewers", func(f map[string]any) bool { return len(f["viewers"].([]any)) == 1 })
	if v := f["viewers"].([]any)[0].(map[string]any); v["id"] != "wong" || v["replying"] != true {
		t.Errorf("viewer: %v", v)
	}
	b.ws.Close()
	a.await("viewers", func(f map[string]any) bool { return len(f["viewers"].([]any)) == 0 })
	r.until("the other node knows of it", func() bool { return wong.view("team") == 1 })
	r.nodes[1].desk.BorrowerTyping(id, true)
	a.await("typing", func(f map[string]any) bool { return f["who"] == "borrower" && f["on"] == true })
}

func TestASocketTellsOfRowsPagesAndRequests(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou, lin := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "lin")
	w := lin.connect()
	id := r.waits("b1", 2)
	row := func(owner string) {
		t.Helper()
		w.await("rows", func(f map[string]any) bool {
			rows := f["rows"].([]any)
			return len(rows) == 1 && rows[0].(map[string]any)["owner"] == owner
		})
	}
	row("queue")
	zhou.does(id, "claim", nil)
	row("agent")
	zhou.act(id, "request", fields{"kind": "hold", "days": 100, "reason": "ill"})
	if f := w.await("request", nil); f["request"].(map[string]any)["may_decide"] != true {
		t.Errorf("request: %v", f)
	}
	if err := r.nodes[0].desk.Page(t.Context(), id, id+"-9-page", "1"); err != nil {
		t.Fatal(err)
	}
	w.await("page", func(f map[string]any) bool { return f["page"].(map[string]any)["chat"] == id })
	zhou.does(id, "release", fields{"outcome": "answered"})
	w.await("rows", func(f map[string]any) bool { return len(f["gone"].([]any)) == 1 })
}

func TestASocketNeedsASessionAndEndsWithIt(t *testing.T) {
	r := newRig(t, 1, nil)
	url := "ws" + strings.TrimPrefix(r.nodes[0].http.URL, "http") + desk.Prefix + "/ws"
	dialer := websocket.Dialer{Subprotocols: []string{desk.Subprotocol}}
	if _, resp, err := dialer.Dial(url, nil); err == nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a session: %v", err)
	}
	zhou := r.signIn(r.nodes[0], "zhou")
	dialer.Jar = zhou.http.Jar
	if _, resp, err := dialer.Dial(url, http.Header{"Origin": {"https://elsewhere.example"}}); err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("from another page: %v", err)
	}
	w := zhou.connect()
	zhou.must(http.MethodPost, "/logout", nil, nil)
	if f := w.await("bye", nil); f["code"] != float64(4401) {
		t.Errorf("bye: %v", f)
	}
}

func TestConductIsCheckedWhileWriting(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	w := zhou.connect()
	w.send(fields{"t": "check", "n": 7, "chat": id, "text": "我们会上门"})
	f := w.await("check", nil)
	if found := f["findings"].([]any); f["n"] != float64(7) || len(found) != 1 {
		t.Errorf("check: %v", f)
	}
	w.send(fields{"t": "ping"})
	w.await("pong", nil)
	w.send(fields{"t": "watch", "chat": dialog.ConversationID("nobody"), "after": 0})
	if f := w.await("nack", nil); f["code"] != "not_found" {
		t.Errorf("a chat that is not there: %v", f)
	}
}
