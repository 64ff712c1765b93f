package webchat

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/websocket"

	"warmline/dialog"
)

var (
	testSecret = []byte("0123456789abcdef0123456789abcdef")
	sealSecret = []byte("fedcba9876543210fedcba9876543210")
)

// clock is a wall clock that tests can move on.
type clock struct {
	mu  sync.Mutex
	add time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.add)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add += d
}

// node is a server on a real socket.
type node struct {
	*Server
	http *httptest.Server
}

// rig is a fake engine with one or more nodes in front of it.
type rig struct {
	t      *testing.T
	clock  *clock
	engine *fakeEngine
	tally  *tally
	nodes  []*node
	jti    int
}

type tune func(*HubOptions, *Options)

func newRig(t *testing.T, nodes int, tunes ...tune) *rig {
	t.Helper()
	r := &rig{t: t, clock: &clock{}, tally: &tally{}}
	r.engine = newFakeEngine(r.clock.now)
	for range nodes {
		r.nodes = append(r.nodes, r.addNode(tunes))
	}
	return r
}

func (r *rig) addNode(tunes []tune) *node {
	r.t.Helper()
	key, err := SharedSecret("k1", testSecret)
	if err != nil {
		r.t.Fatal(err)
	}
	hubOpts := HubOptions{Store: r.engine, Words: fakeWords{}, Observer: r.tally, Now: r.clock.now}
	opts := Options{
		Keys: Keys{key}, Issuer: "wallet", Secrets: [][]byte{sealSecret}, Random: rand.Reader,
		Origins: []string{"https://wallet.example"},
	}
	for _, tune := range tunes {
		tune(&hubOpts, &opts)
	}
	hub, err := NewHub(hubOpts)
	if err != nil {
		r.t.Fatal(err)
	}
	opts.Submit = r.engine.submitTo(hub)
	server, err := New(hub, opts)
	if err != nil {
		r.t.Fatal(err)
	}
	mux := http.NewServeMux()
	server.Register(mux)
	n := &node{Server: server, http: httptest.NewUnstartedServer(mux)}
	n.http.Listener = Listen(n.http.Listener)
	n.http.Start()
	r.engine.hubs = append(r.engine.hubs, hub)
	r.t.Cleanup(n.http.Close)
	return n
}

// claims are those of a good token; tests spoil them.
func (r *rig) claims(sub string, level int) jwt.MapClaims {
	r.jti++
	return jwt.MapClaims{
		"sub": sub, "level": level, "iss": "wallet", "aud": "warmline",
		"exp": r.clock.now().Add(2 * time.Minute).Unix(), "jti": "j" + strconv.Itoa(r.jti),
	}
}

func sign(t *testing.T, claims jwt.MapClaims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(testSecret)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (r *rig) token(sub string, level int) string { return sign(r.t, r.claims(sub, level)) }

// reply is an answer over HTTP.
type reply struct {
	status  int
	header  http.Header
	Session string
	Expires time.Time `json:"expires_at"`
	Level   int
	Locale  string
	Error   struct{ Code, Text string }
}

func (r *rig) call(n *node, method, path, session, body string) reply {
	r.t.Helper()
	req, err := http.NewRequest(method, n.http.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if session != "" {
		req.Header.Set("Authorization", "Bearer "+session)
	}
	return r.do(req)
}

func (r *rig) do(req *http.Request) reply {
	r.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	out := reply{status: resp.StatusCode, header: resp.Header}
	if len(bytes.TrimSpace(data)) > 0 {
		if err := json.Unmarshal(data, &out); err != nil {
			r.t.Fatalf("%s %s: %s", req.Method, req.URL.Path, data)
		}
	}
	return out
}

func (r *rig) post(n *node, path, session, token string) reply {
	r.t.Helper()
	return r.call(n, http.MethodPost, path, session, `{"token":"`+token+`"}`)
}

// session begins a session and fails the test when it does not.
func (r *rig) session(n *node, sub string, level int) string {
	r.t.Helper()
	a := r.post(n, "/v1/session", "", r.token(sub, level))
	if a.status != http.StatusOK || a.Session == "" {
		r.t.Fatalf("begin a session: %+v", a)
	}
	return a.Session
}

// client is a widget.
type client struct {
	t      *testing.T
	ws     *websocket.Conn
	frames chan map[string]any
	closed chan *websocket.CloseError
	n      int
}

// dial opens a socket without a hello.
func (r *rig) dial(n *node, session string, header http.Header) *client {
	r.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{Subprotocol, sessionProtocol + session}}
	ws, resp, err := d.Dial("ws"+strings.TrimPrefix(n.http.URL, "http")+"/v1/chat", header)
	if err != nil {
		r.t.Fatalf("dial: %v", err)
	}
	defer resp.Body.Close()
	if ws.Subprotocol() != Subprotocol {
		r.t.Fatalf("subprotocol %q", ws.Subprotocol())
	}
	c := &client{t: r.t, ws: ws, frames: make(chan map[string]any, 4096), closed: make(chan *websocket.CloseError, 1)}
	r.t.Cleanup(func() { ws.Close() })
	return c
}

func (c *client) listen() {
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			closeErr, ok := err.(*websocket.CloseError)
			if !ok {
				closeErr = &websocket.CloseError{Code: websocket.CloseAbnormalClosure}
			}
			c.closed <- closeErr
			close(c.frames)
			return
		}
		var f map[string]any
		if json.Unmarshal(data, &f) != nil {
			f = map[string]any{"t": "not json"}
		}
		c.frames <- f
	}
}

// connect opens a socket and says hello.
func (r *rig) connect(n *node, session string, after int, device string) *client {
	r.t.Helper()
	c := r.dial(n, session, nil)
	go c.listen()
	c.send(`{"t":"hello","after":` + strconv.Itoa(after) + `,"device":"` + device + `"}`)
	c.want("ready")
	return c
}

func (c *client) send(frame string) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		c.t.Fatalf("send: %v", err)
	}
}

// say sends a text under the next number.
func (c *client) say(text string) {
	c.t.Helper()
	c.n++
	c.sayAs(c.n, text)
}

func (c *client) sayAs(n int, text string) {
	c.t.Helper()
	body, err := json.Marshal(text)
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(`{"t":"text","n":` + strconv.Itoa(n) + `,"id":"m` + strconv.Itoa(n) + `","text":` + string(body) + `}`)
}

// patience is how long a test waits for what must come, on a machine that has
// much else to do.
const patience = time.Minute

// want returns the next frame of a type, passing over others.
func (c *client) want(kind string) map[string]any {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case f, ok := <-c.frames:
			if !ok {
				c.t.Fatalf("closed while waiting for %q: %v", kind, <-c.closed)
			}
			if f["t"] == kind {
				return f
			}
		case <-deadline:
			c.t.Fatalf("no %q frame", kind)
		}
	}
}

// messages returns the next n messages.
func (c *client) messages(n int) []map[string]any {
	c.t.Helper()
	var list []map[string]any
	for range n {
		m, _ := c.want("msg")["m"].(map[string]any)
		list = append(list, m)
	}
	return list
}

// texts returns the next n messages' texts, checking that their sequence
// numbers go on from first.
func (c *client) texts(first, n int) []string {
	c.t.Helper()
	var list []string
	for i, m := range c.messages(n) {
		if seq, _ := m["seq"].(float64); int(seq) != first+i {
			c.t.Fatalf("message %d has sequence number %v, expected %d", i, m["seq"], first+i)
		}
		text, _ := m["text"].(string)
		list = append(list, text)
	}
	return list
}

// quiet checks that no frame of a type comes for a moment.
func (c *client) quiet(kind string) {
	c.t.Helper()
	timeout := time.After(60 * time.Millisecond)
	for {
		select {
		case f := <-c.frames:
			if f["t"] == kind {
				c.t.Fatalf("unexpected %v", f)
			}
		case <-timeout:
			return
		}
	}
}

// wantClose waits for the end and checks its code.
func (c *client) wantClose(code int) *websocket.CloseError {
	c.t.Helper()
	select {
	case e := <-c.closed:
		if e.Code != code {
			c.t.Fatalf("closed with %d %q, expected %d", e.Code, e.Text, code)
		}
		return e
	case <-time.After(patience):
		c.t.Fatalf("not closed, expected %d", code)
	}
	return nil
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func conversationOf(sub string) string { return dialog.ConversationID(sub) }

// wantEither returns the type of the next frame of one of two types.
func (c *client) wantEither(a, b string) string {
	c.t.Helper()
	for {
		select {
		case f := <-c.frames:
			if f["t"] == a || f["t"] == b {
				kind, _ := f["t"].(string)
				return kind
			}
		case <-time.After(patience):
			c.t.Fatalf("neither %s nor %s", a, b)
		}
	}
}
