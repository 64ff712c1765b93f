package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// served is the whole service with a borrower at the widget's end of the wire.
type served struct {
	t    *testing.T
	s    *service
	base string
	edge *webEdge
	chat string
}

func serveDesk(t *testing.T, borrower string, change func(*config)) *served {
	t.Helper()
	cfg := defaults()
	cfg.Data, cfg.Desk.Hours = t.TempDir(), "always"
	if change != nil {
		change(&cfg)
	}
	s, edge, base := serveOn(t, cfg, borrower)
	return &served{t: t, s: s, base: base, edge: edge, chat: dialog.ConversationID(borrower)}
}

func (x *served) state() dialog.Conversation {
	x.t.Helper()
	c, _, err := x.s.app.store.Load(x.t.Context(), x.chat)
	if err != nil {
		x.t.Fatal(err)
	}
	return c
}

func (x *served) until(what string, is func() bool) {
	x.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	x.t.Fatalf("never: %s", what)
}

func (x *served) do(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// atDesk is somebody signed in at the agents' console.
type atDesk struct {
	x    *served
	http *http.Client
	csrf string
	n    int
}

func (x *served) signIn(user string) *atDesk {
	x.t.Helper()
	jar, err := cookiejar.New(nil)
	x.do(err)
	a := &atDesk{x: x, http: &http.Client{Jar: jar}}
	var me struct{ CSRF string }
	x.do(json.Unmarshal(a.call(http.MethodPost, "/login", map[string]any{"user": user, "password": "warmline-demo"}), &me))
	a.csrf = me.CSRF
	return a
}

func (a *atDesk) call(method, path string, body map[string]any) []byte {
	a.x.t.Helper()
	raw, err := json.Marshal(body)
	a.x.do(err)
	req, err := http.NewRequest(method, a.x.base+"/desk/api"+path, bytes.NewReader(raw))
	a.x.do(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", a.csrf)
	resp, err := a.http.Do(req)
	a.x.do(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	a.x.do(err)
	if resp.StatusCode >= 300 {
		a.x.t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, answer)
	}
	return answer
}

// act does something to the borrower's chat as it stands.
func (a *atDesk) act(name string, body map[string]any) {
	a.x.t.Helper()
	a.n++
	all := map[string]any{"id": fmt.Sprintf("action-%s-%d", name, a.n), "epoch": a.x.state().Epoch}
	for k, v := range body {
		all[k] = v
	}
	a.call(http.MethodPost, "/chats/"+a.x.chat+"/"+name, all)
}

// widget reads everything that a fresh widget is sent, as it comes over the wire.
func (x *served) widget() string {
	x.t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"warmline.v1", "s." + x.edge.session}}
	ws, resp, err := dialer.Dial("ws"+strings.TrimPrefix(x.base, "http")+"/v1/chat", nil)
	x.do(err)
	resp.Body.Close()
	defer ws.Close()
	x.do(ws.WriteJSON(map[string]any{"t": "hello", "after": 0, "device": "reader-1"}))
	all, last := "", fmt.Sprintf(`"seq":%d,`, x.state().Seq)
	for !strings.Contains(all, `"t":"msg","m":{`+last) {
		_ = ws.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, data, err := ws.ReadMessage()
		if err != nil {
			x.t.Fatalf("%v: no line %s in %s", err, last, all)
		}
		all += string(data) + "\n"
	}
	return all
}

// No affordable plan: a person takes over, sets a pause, and hands back with a
// recap that says what was settled (J4).
func TestAPersonSettlesAPauseAndTheBotSaysSo(t *testing.T) {
	x := serveDesk(t, "lin-yue", nil)
	zhou := x.signIn("zhou")
	x.do(x.edge.Session(t.Context(), dialog.SessionEvent{Level: 2}))
	x.do(x.edge.Text(t.Context(), []string{"转人工"}))
	x.until("the chat waits", func() bool { return x.state().Owner == dialog.OwnerQueue })
	zhou.act("claim", nil)
	zhou.act("say", map[string]any{"text": "您好，我是专员小周，刚看完您的情况。"})
	zhou.act("note", map[string]any{"text": "内部备注：房租和学费 @wong"})
	zhou.act("grant", map[string]any{"kind": "hold", "days": 60, "reason": "no surplus"})
	zhou.act("release", map[string]any{"outcome": "hold_placed"})
	c := x.state()
	if _, held := c.Held(time.Now(), dialog.HoldHardship); !held || c.Owner != dialog.OwnerBot {
		t.Errorf("owner %s, holds %+v", c.Owner, c.Holds)
	}
	seen := x.widget()
	for _, want := range []string{"小周", "专员小周"} {
		if !strings.Contains(seen, want) {
			t.Errorf("the borrower does not see %q", want)
		}
	}
	for _, secret := range []string{"内部备注", "zhou", "周敏", "@wong", "no surplus"} {
		if strings.Contains(seen, secret) {
			t.Errorf("the borrower's wire carries %q:\n%s", secret, seen)
		}
	}
	context := string(zhou.call(http.MethodGet, "/chats/"+x.chat+"/context", nil))
	for _, want := range []string{"827.71元", "经济困难", `"label":"应还合计"`, "summary"} {
		if !strings.Contains(context, want) {
			t.Errorf("the context lacks %q: %s", want, context)
		}
	}
}

// Words of danger page at once; who takes the page is told to the borrower only
// then, and nothing about money is said (J10).
func TestACrisisPagesTheDeskAndIsAcknowledged(t *testing.T) {
	x := serveDesk(t, "lin-yue", nil)
	zhou := x.signIn("zhou")
	x.do(x.edge.Session(t.Context(), dialog.SessionEvent{Level: 2}))
	x.do(x.edge.Text(t.Context(), []string{"不想活了，还不清"}))
	var pages []struct{ Ref string }
	x.until("the page is at the desk", func() bool {
		x.do(json.Unmarshal(zhou.call(http.MethodGet, "/pages", nil), &pages))
		return len(pages) == 1
	})
	if p := x.state().Page; p == nil || p.By != "" {
		t.Fatalf("page before anybody came: %+v", p)
	}
	zhou.call(http.MethodPost, "/pages/"+pages[0].Ref+"/ack", map[string]any{})
	x.until("the conversation knows who comes", func() bool { p := x.state().Page; return p != nil && p.By == "zhou" })
	zhou.act("claim", nil)
	var replies []struct {
		ID, Text string
		Crisis   bool
	}
	x.do(json.Unmarshal(zhou.call(http.MethodGet, "/chats/"+x.chat+"/suggest", nil), &replies))
	if len(replies) == 0 {
		t.Fatal("no reviewed lines for a crisis")
	}
	for _, v := range replies {
		if !v.Crisis || strings.ContainsAny(v.Text, "{}") {
			t.Errorf("a reply in a crisis: %+v", v)
		}
	}
}

// A supervisor closes the team for today: whoever asks for a person next is told
// so, and when somebody can call back, on a service that was open a moment ago.
func TestClosingATeamCountsForTheNextWhoAsks(t *testing.T) {
	x := serveDesk(t, "lin-yue", nil)
	lin := x.signIn("lin")
	zone, err := time.LoadLocation("Asia/Shanghai")
	x.do(err)
	lin.call(http.MethodPut, "/settings/teams/care", map[string]any{
		"label": "Care", "hours": "09:00-18:00", "days": "mon-sun", "zone": "Asia/Shanghai",
		"holidays": []string{time.Now().In(zone).Format(time.DateOnly), time.Now().In(zone).AddDate(0, 0, 1).Format(time.DateOnly)},
	})
	x.do(x.edge.Session(t.Context(), dialog.SessionEvent{Level: 2}))
	x.until("the desk has closed", func() bool {
		f, err := x.s.app.desk.Desk(t.Context(), x.chat)
		return err == nil && !f.Open
	})
	x.do(x.edge.Text(t.Context(), []string{"转人工"}))
	x.until("the chat waits", func() bool { return x.state().Owner == dialog.OwnerQueue })
	messages, err := x.s.app.store.After(t.Context(), x.chat, 0, 100)
	x.do(err)
	last := messages[len(messages)-1]
	if last.Act == nil || last.Act.Kind != "handoff.closed_hours" || len(last.Body.Options) == 0 || !strings.HasPrefix(last.Body.Options[0].ID, "callback:") {
		t.Errorf("told %+v %q %+v", last.Act, last.Body.Text, last.Body.Options)
	}
}
