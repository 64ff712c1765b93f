package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// Subprotocol is what the console's socket speaks.
const Subprotocol = "warmline.desk.v1"

// Close codes of a socket.
const (
	closeRestart   = 1012 // come back, perhaps elsewhere
	closeSlow      = 4008 // did not take what was sent
	closeSignedOut = 4401
	closeForbidden = 4403
)

// Bounds of a socket.
const (
	frameLimit   = 64 << 10 // bytes from a client
	queueLimit   = 256      // frames that wait for it
	watchLimit   = 40       // chats that it has open
	linesAtOnce  = 200
	socketSilent = 45 * time.Second
	writeTime    = 10 * time.Second
	recheckEvery = 30 * time.Second // of the session behind it
)

// socket is a console that is open. Its reader and its writer are the only
// goroutines that it has; whatever it is told is queued and never waited for.
type socket struct {
	s    *Server
	ws   *websocket.Conn
	who  atomic.Pointer[caller] // replaced when the account changes
	wake chan struct{}
	ctx  context.Context
	stop context.CancelFunc

	mu      sync.Mutex
	queue   []any
	watched map[string]*watch
	rows    map[string]bool // rows to be sent again
	gone    map[string]bool
	ready   bool
	all     bool // the whole state is to be sent
	meToo   bool // what the person knows of themselves is
	bye     int
	byeText string
}

// watch is a chat that the console has open.
type watch struct {
	after uint64
	dirty bool
	state string // what the chat looked like when it was last sent
}

// sockets are those of this node.
type sockets struct {
	mu  sync.Mutex
	all map[*socket]struct{}
}

func newSockets() *sockets { return &sockets{all: map[*socket]struct{}{}} }

func (x *sockets) add(c *socket) { x.mu.Lock(); x.all[c] = struct{}{}; x.mu.Unlock() }

func (x *sockets) drop(c *socket) { x.mu.Lock(); delete(x.all, c); x.mu.Unlock() }

func (x *sockets) list() []*socket {
	x.mu.Lock()
	defer x.mu.Unlock()
	list := make([]*socket, 0, len(x.all))
	for c := range x.all {
		list = append(list, c)
	}
	return list
}

func (x *sockets) each(f func(*socket)) {
	for _, c := range x.list() {
		f(c)
	}
}

// changed wakes the consoles that have a chat open; "" is every chat.
func (x *sockets) changed(chat string) {
	x.each(func(c *socket) { c.changed(chat) })
}

// watching sends a frame to the consoles that have a chat open, but for one
// person's.
func (x *sockets) watching(chat, but string, frame any) {
	x.each(func(c *socket) {
		if c.person().ID != but && c.watches(chat) {
			c.send(frame)
		}
	})
}

func (x *sockets) closeSession(key string) {
	x.each(func(c *socket) {
		if c.person().session == key {
			c.end(closeSignedOut, "signed out")
		}
	})
}

func (x *sockets) closeAll(code int, text string) {
	x.each(func(c *socket) { c.end(code, text) })
}

// socket upgrades a request of somebody who is signed in.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	who, err := s.caller(r)
	if err == nil && !s.allowed(r) {
		err = no(dialog.CodeForbidden, "foreign_page")
	}
	if err == nil && who.MustChange {
		err = no(dialog.CodeForbidden, "password_first")
	}
	if err == nil && !slices.Contains(websocket.Subprotocols(r), Subprotocol) {
		err = no(dialog.CodeInvalid, "subprotocol")
	}
	if err != nil {
		headers(w)
		s.fail(w, r, dialog.EnGB, err)
		return
	}
	up := websocket.Upgrader{ReadBufferSize: 4096, WriteBufferSize: 4096, HandshakeTimeout: 10 * time.Second,
		CheckOrigin: func(*http.Request) bool { return true }} // checked above
	ws, err := up.Upgrade(w, r, http.Header{"Sec-Websocket-Protocol": {Subprotocol}})
	if err != nil {
		s.opts.Log.Debug("desk", "doing", "upgrade", "error", err)
		return
	}
	c := &socket{s: s, ws: ws, wake: make(chan struct{}, 1), watched: map[string]*watch{}, rows: map[string]bool{}, gone: map[string]bool{}}
	c.who.Store(who)
	c.ctx, c.stop = context.WithCancel(context.WithoutCancel(r.Context()))
	s.sockets.add(c)
	go c.write()
	go c.read()
}

// person is who sits at the console.
func (c *socket) person() *caller { return c.who.Load() }

func (c *socket) stirred() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// send queues a frame. A client that does not take what it is sent is cut.
func (c *socket) send(frame any) {
	c.mu.Lock()
	full := len(c.queue) >= queueLimit
	if !full && c.ready {
		c.queue = append(c.queue, frame)
	}
	c.mu.Unlock()
	if full {
		c.end(closeSlow, "too slow")
		return
	}
	c.stirred()
}

// end closes the socket after what is queued.
func (c *socket) end(code int, text string) {
	c.mu.Lock()
	if c.bye == 0 {
		c.bye, c.byeText = code, text
	}
	c.mu.Unlock()
	c.stirred()
}

func (c *socket) watches(chat string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.watched[chat] != nil
}

func (c *socket) changed(chat string) {
	c.mu.Lock()
	hit := false
	for id, w := range c.watched {
		if id == chat || chat == "" {
			w.dirty, hit = true, true
		}
	}
	c.mu.Unlock()
	if hit {
		c.stirred()
	}
}

// newRows marks rows that look different now.
func (c *socket) newRows(rows, gone []string) {
	c.mu.Lock()
	for _, id := range rows {
		c.rows[id] = true
		delete(c.gone, id)
	}
	for _, id := range gone {
		c.gone[id] = true
		delete(c.rows, id)
	}
	for _, id := range append(slices.Clone(rows), gone...) {
		if w := c.watched[id]; w != nil {
			w.dirty = true
		}
	}
	c.mu.Unlock()
	c.stirred()
}

func (c *socket) refreshRow(account, chat string) {
	if c.person().ID == account {
		c.newRows([]string{chat}, nil)
	}
}

// clientFrame is any frame of a console.
type clientFrame struct {
	T        string `json:"t"`
	Chat     string `json:"chat"`
	After    uint64 `json:"after"`
	On       bool   `json:"on"`
	Replying bool   `json:"replying"`
	N        uint64 `json:"n"`
	Text     string `json:"text"`
}

// read takes frames until the socket ends. A panic ends only this console.
func (c *socket) read() {
	defer func() {
		if v := recover(); v != nil {
			c.s.opts.Log.Error("desk", "doing", "read a console's frame", "panic", fmt.Sprintf("%T", v))
		}
		c.stop()
		c.s.sockets.drop(c)
		c.leaveAll()
		c.ws.Close()
	}()
	c.ws.SetReadLimit(frameLimit)
	for {
		if err := c.ws.SetReadDeadline(time.Now().Add(socketSilent)); err != nil {
			return
		}
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		var f clientFrame
		if json.Unmarshal(data, &f) != nil {
			c.end(websocket.CloseUnsupportedData, "not a frame")
			return
		}
		c.take(f)
	}
}

// leaveAll tells the others that this console looks at nothing any more.
func (c *socket) leaveAll() {
	c.mu.Lock()
	chats := sortedKeys(c.watched)
	c.watched = map[string]*watch{}
	c.mu.Unlock()
	for _, chat := range chats {
		c.s.tell(context.Background(), note{K: "view", Chat: chat, Agent: c.person().ID})
	}
}

// take does what a frame asks for.
func (c *socket) take(f clientFrame) {
	ctx, cancel := context.WithTimeout(c.ctx, lookTime)
	defer cancel()
	switch f.T {
	case "hello":
		c.mu.Lock()
		c.ready, c.all = true, true
		c.mu.Unlock()
		c.beat(ctx)
	case "ping":
		c.beat(ctx)
		c.send(pongFrame{T: "pong", Now: c.s.opts.Now().UTC()})
	case "watch":
		c.open(ctx, f)
	case "unwatch":
		c.mu.Lock()
		delete(c.watched, f.Chat)
		c.mu.Unlock()
		c.s.tell(ctx, note{K: "view", Chat: f.Chat, Agent: c.person().ID})
	case "typing":
		row, here := c.s.live.now.Load().rows[f.Chat]
		if here && row.c.Agent == c.person().ID && c.person().may("say") && c.s.typing.pass(f.Chat+" "+row.c.Agent, f.On, c.s.opts.Wall()) {
			c.s.tell(ctx, note{K: "human", Chat: f.Chat, Agent: c.person().ID, Name: c.person().Name, On: f.On})
		}
	case "viewing":
		if c.watches(f.Chat) {
			c.s.tell(ctx, note{K: "view", Chat: f.Chat, Agent: c.person().ID, Name: c.person().Name, On: true, Replying: f.Replying})
		}
	case "check":
		c.check(ctx, f)
	}
	c.stirred()
}

func (c *socket) beat(ctx context.Context) {
	if err := c.s.beat(ctx, c.person().ID); err != nil {
		c.s.opts.Log.Warn("desk", "doing", "keep a sign of life", "error", err)
	}
}

// open begins to send a chat's lines.
func (c *socket) open(ctx context.Context, f clientFrame) {
	if !c.person().may("chats") {
		c.nack("watch", no(dialog.CodeForbidden, "role"))
		return
	}
	if _, err := c.s.open(ctx, c.person(), f.Chat); err != nil {
		c.nack("watch", err)
		return
	}
	c.mu.Lock()
	fresh := c.watched[f.Chat] == nil
	full := len(c.watched) >= watchLimit && fresh
	if !full {
		c.watched[f.Chat] = &watch{after: f.After, dirty: true}
	}
	c.mu.Unlock()
	if full {
		c.nack("watch", no(dialog.CodeRateLimited, "watches"))
		return
	}
	if fresh {
		c.s.audit(ctx, entry{Kind: "look", Who: c.person().ID, Role: c.person().Role, Chat: f.Chat, From: c.person().addr})
	}
	c.tellViewers(f.Chat)
}

func (c *socket) nack(what string, err error) {
	v := c.s.refused(c.person().locale(), err)
	c.send(nackFrame{T: "nack", For: what, Code: dialog.CodeOf(err), Name: v.Name, Text: v.Text})
}

func (c *socket) check(ctx context.Context, f clientFrame) {
	chat, err := c.s.open(ctx, c.person(), f.Chat)
	if err != nil {
		c.nack("check", err)
		return
	}
	c.send(checkFrame{T: "check", N: f.N, Findings: c.s.findings(ctx, c.person(), chat, f.Text)})
}

// tellViewers sends who else has a chat open.
func (c *socket) tellViewers(chat string) {
	if c.watches(chat) {
		c.send(viewersFrame{T: "viewers", Chat: chat, Viewers: c.s.viewers.of(chat, c.person().ID, c.s.opts.Wall())})
	}
}
