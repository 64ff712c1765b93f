package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"

	"warmline/channels/desk"
	"warmline/dialog"
)

// console is somebody signed in on a node.
type console struct {
	t    *testing.T
	r    *rig
	node *node
	http *http.Client
	csrf string
	user string
}

func (r *rig) signIn(n *node, user string) *console {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	c := &console{t: r.t, r: r, node: n, http: &http.Client{Jar: jar, Timeout: time.Minute}, user: user}
	var me struct{ CSRF string }
	c.must(http.MethodPost, "/login", map[string]string{"user": user, "password": "warmline-demo"}, &me)
	c.csrf = me.CSRF
	return c
}

// do sends a request and returns the status and the body.
func (c *console) do(method, path string, body any) (int, []byte) {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest(method, c.node.http.URL+desk.Prefix+path, bytes.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", c.csrf)
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, data
}

// must sends a request that has to succeed.
func (c *console) must(method, path string, body, into any) {
	c.t.Helper()
	status, data := c.do(method, path, body)
	if status >= 300 {
		c.t.Fatalf("%s: %s %s: %d %s", c.user, method, path, status, data)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, data)
		}
	}
}

func (c *console) get(path string, into any) { c.t.Helper(); c.must(http.MethodGet, path, nil, into) }

type fields map[string]any

// chatState is what a console knows of a chat.
type chatState struct {
	Row struct {
		Chat, Owner, Agent string
		Epoch, Seq         uint64
		Priority           int
		Holds              []string
		Position           int
	}
	Mine, Locked bool
	Level        int
	May          map[string]bool
	Two          []string `json:"two_people"`
	Requests     []struct{ ID, State string }
	Quote        *struct{ Option string } `json:"pending_offer"`
	Drafts       map[string]string
}

func (c *console) chat(id string) chatState {
	c.t.Helper()
	var v chatState
	c.get("/chats/"+id, &v)
	return v
}

// act does something to a chat as it stands and returns the status.
func (c *console) act(id, name string, f fields) (int, []byte) {
	c.t.Helper()
	body := fields{"epoch": c.chat(id).Row.Epoch, "id": c.r.id()}
	for k, v := range f {
		body[k] = v
	}
	return c.do(http.MethodPost, "/chats/"+id+"/"+name, body)
}

// does is act that has to succeed.
func (c *console) does(id, name string, f fields) {
	c.t.Helper()
	if status, data := c.act(id, name, f); status >= 300 {
		c.t.Fatalf("%s: %s: %d %s", c.user, name, status, data)
	}
}

// refused is act that has to fail with a status.
func (c *console) refused(want int, id, name string, f fields) string {
	c.t.Helper()
	status, data := c.act(id, name, f)
	if status != want {
		c.t.Fatalf("%s: %s: %d %s, expected %d", c.user, name, status, data, want)
	}
	return string(data)
}

func (r *rig) id() string { r.n++; return fmt.Sprintf("action-%06d", r.n) }

// line is a line of the transcript.
type line struct {
	Seq                                uint64
	Speaker, Text, Name, By, Event, ID string
	Note, Hidden, Why, Delivered, Read bool
	Level                              dialog.Level
	Mentions                           []string
	Masked                             []struct{ Kind string }
	Tombstone                          *struct{ Reason string }
	File                               *struct{ ID, Kind string }
}

func (c *console) lines(id string) []line {
	c.t.Helper()
	var v struct{ Messages []line }
	c.get("/chats/"+id+"/messages?after=0", &v)
	return v.Messages
}

// deliver brings a borrower's event to its conversation.
func (r *rig) deliver(n *node, borrower string, e dialog.Event) {
	r.t.Helper()
	r.n++
	_, err := n.engine.Deliver(context.Background(), dialog.Envelope{
		ID: fmt.Sprintf("e%d", r.n), Conversation: dialog.ConversationID(borrower), Borrower: borrower, At: r.clock.now(),
		Channel: dialog.ChannelWeb, Session: "s-" + borrower, Event: e,
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) says(borrower, text string) {
	r.t.Helper()
	r.deliver(r.nodes[0], borrower, dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{
		Lines: []dialog.TextLine{{ID: fmt.Sprintf("l%d", r.n), Text: text}}}})
}

func (r *rig) taps(borrower, option, card string) {
	r.t.Helper()
	r.deliver(r.nodes[0], borrower, dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}})
}

// level gives a borrower's session a level.
func (r *rig) level(borrower string, level dialog.Level) {
	r.t.Helper()
	r.deliver(r.nodes[0], borrower, dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{
		Session: "s-" + borrower, Level: level, Channel: dialog.ChannelWeb, Expires: r.clock.now().Add(time.Hour)}})
}

// waits asks for a person and returns the chat.
func (r *rig) waits(borrower string, level dialog.Level) string {
	r.t.Helper()
	r.level(borrower, level)
	r.taps(borrower, "human", "")
	id := dialog.ConversationID(borrower)
	if c := r.state(id); c.Owner != dialog.OwnerQueue {
		r.t.Fatalf("%s is with %s", borrower, c.Owner)
	}
	return id
}

func (r *rig) state(id string) dialog.Conversation {
	r.t.Helper()
	c, _, err := r.nodes[0].store.Load(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// until waits for something that another goroutine brings about.
func (r *rig) until(what string, is func() bool) {
	r.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	r.t.Fatalf("never: %s", what)
}
