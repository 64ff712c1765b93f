package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// webEdge is a borrower at the widget's end of the wire: it exchanges wallet
// tokens for a session and talks over a real web socket. Journeys and
// benchmarks use it; it speaks the protocol and knows nothing of the server.
type webEdge struct {
	base  string // http://host:port
	token func(level int) (string, error)
	// newest is the sequence number of what the borrower is asked to confirm:
	// nobody answers a card before it is on their screen. nil: not waited for.
	newest func(context.Context) uint64

	mu      sync.Mutex
	session string
	device  string
	conn    *websocket.Conn
	n       uint64
	seen    uint64
	waiting map[uint64]chan ack
	screen  []shown
	last    []byte
	lastN   uint64
	gone    error
}

// ack is the server's word on a frame.
type ack struct {
	Code string
	Text string
}

// clientFrame is what a client sends.
type clientFrame struct {
	T      string            `json:"t"`
	N      uint64            `json:"n,omitempty"`
	ID     string            `json:"id,omitempty"`
	Text   string            `json:"text,omitempty"`
	Option string            `json:"option,omitempty"`
	Card   string            `json:"card,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
	Seen   uint64            `json:"seen,omitempty"`
	After  uint64            `json:"after,omitempty"`
	Device string            `json:"device,omitempty"`
}

// serverFrame is the part of what a server sends that this client reads.
type serverFrame struct {
	T    string `json:"t"`
	N    uint64 `json:"n"`
	Seq  uint64 `json:"seq"`
	Code string `json:"code"`
	Text string `json:"text"`
	M    shown  `json:"m"`
}

// shown is a message as the borrower's screen has it.
type shown struct {
	Seq     uint64                  `json:"seq"`
	Speaker dialog.Speaker          `json:"speaker"`
	Text    string                  `json:"text"`
	Options []dialog.RenderedOption `json:"options"`
}

func newWebEdge(base string, token func(int) (string, error)) *webEdge {
	return &webEdge{base: base, token: token, device: "device-" + newID(), waiting: map[uint64]chan ack{}}
}

// errSessionOver is the server's answer to a session that has run out.
var errSessionOver = errors.New("the session is over")

// post calls an endpoint of the session and returns its session token.
func (w *webEdge) post(ctx context.Context, method, path, bearer string, body any) (string, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return "", err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		return "", fmt.Errorf("%s %s: %w: %s", method, path, errSessionOver, answer)
	}
	if resp.StatusCode >= 300 {
		return "", fmt.Errorf("%s %s: status %d: %s", method, path, resp.StatusCode, answer)
	}
	var out struct {
		Session string `json:"session"`
	}
	if len(answer) > 0 {
		err = json.Unmarshal(answer, &out)
	}
	return out.Session, err
}

// Session implements journey.Edge: a token of a level begins a session, raises
// it, or ends it.
func (w *webEdge) Session(ctx context.Context, s dialog.SessionEvent) error {
	w.mu.Lock()
	session := w.session
	w.mu.Unlock()
	if s.Ended {
		_, err := w.post(ctx, http.MethodDelete, "/v1/session", session, struct{}{})
		w.drop(errors.New("logged out"))
		return err
	}
	token, err := w.token(max(int(s.Level), 1))
	if err != nil {
		return err
	}
	body := map[string]string{"token": token}
	if session != "" && s.Level >= dialog.LevelBorrower {
		_, err = w.post(ctx, http.MethodPost, "/v1/session/step-up", session, body)
		if !errors.Is(err, errSessionOver) {
			return err
		}
		w.drop(err) // after a long pause the wallet opens the chat anew
		if token, err = w.token(int(s.Level)); err != nil {
			return err
		}
		body["token"] = token
	}
	if session, err = w.post(ctx, http.MethodPost, "/v1/session", "", body); err != nil {
		return err
	}
	return w.connect(ctx, session)
}

// connect opens the socket of a session.
func (w *webEdge) connect(ctx context.Context, session string) error {
	conn, err := w.dial(ctx, session)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.session, w.conn, w.gone = session, conn, nil
	w.mu.Unlock()
	go w.read(conn)
	return nil
}

// dial opens a socket and says hello.
func (w *webEdge) dial(ctx context.Context, session string) (*websocket.Conn, error) {
	dialer := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Subprotocols: []string{"warmline.v1", "s." + session}}
	conn, resp, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(w.base, "http")+"/v1/chat", nil)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	resp.Body.Close()
	w.mu.Lock()
	hello := clientFrame{T: "hello", After: w.seen, Device: w.device}
	w.mu.Unlock()
	return conn, conn.WriteJSON(hello)
}

// read takes acknowledgements and the newest sequence number.
func (w *webEdge) read(conn *websocket.Conn) {
	for {
		var f serverFrame
		if err := conn.ReadJSON(&f); err != nil {
			w.lost(conn, err)
			return
		}
		w.mu.Lock()
		switch f.T {
		case "msg":
			if f.M.Seq > w.seen {
				w.seen = f.M.Seq
				w.screen = append(w.screen, f.M)
			}
		case "ack", "nack":
			if done := w.waiting[f.N]; done != nil {
				delete(w.waiting, f.N)
				done <- ack{Code: f.Code, Text: f.Text}
			}
		}
		w.mu.Unlock()
	}
}

// lost drops a connection, unless another has taken its place meanwhile.
func (w *webEdge) lost(conn *websocket.Conn, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == conn {
		w.end(err)
	}
}

// drop ends everything that waits.
func (w *webEdge) drop(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end(err)
}

// end is drop for a caller that holds the lock.
func (w *webEdge) end(err error) {
	w.gone = err
	if w.conn != nil {
		w.conn.Close()
	}
	for n, done := range w.waiting {
		delete(w.waiting, n)
		done <- ack{Code: "closed", Text: err.Error()}
	}
}

// send writes frames in one go and waits for all their acknowledgements.
func (w *webEdge) send(ctx context.Context, frames ...clientFrame) error {
	var waits []chan ack
	w.mu.Lock()
	if w.conn == nil || w.gone != nil {
		w.mu.Unlock()
		return fmt.Errorf("no connection: %w", w.gone)
	}
	for i := range frames {
		f := &frames[i]
		w.n++
		f.N, f.ID, f.Seen = w.n, fmt.Sprintf("m%d", w.n), w.seen
		raw, err := json.Marshal(f)
		if err == nil {
			err = w.conn.WriteMessage(websocket.TextMessage, raw)
		}
		if err != nil {
			w.mu.Unlock()
			return err
		}
		done := make(chan ack, 1)
		w.waiting[f.N], w.last, w.lastN = done, raw, f.N
		waits = append(waits, done)
	}
	w.mu.Unlock()
	return wait(ctx, waits)
}

func wait(ctx context.Context, waits []chan ack) error {
	for _, done := range waits {
		select {
		case a := <-done:
			if a.Code != "" {
				return fmt.Errorf("refused: %s: %s", a.Code, a.Text)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// caughtUp waits until what is to be confirmed is on the screen, twenty seconds at most: a busy
// machine may be late.
func (w *webEdge) caughtUp(ctx context.Context) {
	if w.newest == nil {
		return
	}
	want := w.newest(ctx)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		w.mu.Lock()
		there := w.seen >= want || w.gone != nil
		w.mu.Unlock()
		if there || ctx.Err() != nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Text implements journey.Edge.
func (w *webEdge) Text(ctx context.Context, lines []string) error {
	w.caughtUp(ctx)
	var frames []clientFrame
	for _, line := range lines {
		frames = append(frames, clientFrame{T: "text", Text: line})
	}
	return w.send(ctx, frames...)
}

// Tap implements journey.Edge.
func (w *webEdge) Tap(ctx context.Context, tap dialog.ChoiceEvent) error {
	w.caughtUp(ctx)
	return w.send(ctx, clientFrame{T: "tap", Option: tap.Option, Card: tap.Card, Fields: tap.Fields})
}

// Repeat implements journey.Repeater: the same bytes once more.
func (w *webEdge) Repeat(ctx context.Context) error {
	w.mu.Lock()
	done := make(chan ack, 1)
	w.waiting[w.lastN] = done
	err := w.conn.WriteMessage(websocket.TextMessage, w.last)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	return wait(ctx, []chan ack{done})
}
