package webchat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"warmline/channels"
	"warmline/dialog"
)

const (
	hardLimit      = 64 << 20 // bytes of a frame after which the socket is cut
	slots          = 32       // envelopes of a connection under way; the next one waits unread
	envelopePrefix = "web:"   // of the ids of web envelopes, before the client's own id
)

// read is the reader goroutine: it takes frames in until the socket ends.
func (c *conn) read() {
	defer c.finish()
	defer c.server.hub.recovered()
	c.ws.SetReadLimit(hardLimit)
	c.ws.SetPongHandler(func(string) error { c.alive(); return nil })
	c.alive()
	for {
		kind, r, err := c.ws.NextReader()
		if err != nil {
			return
		}
		if c.leaving.Load() {
			if _, err := io.Copy(io.Discard, r); err != nil {
				return
			}
			continue
		}
		if !c.takeFrame(kind, r) {
			return
		}
		c.alive()
	}
}

// takeFrame reads and handles one frame. It returns false when the socket is
// broken.
func (c *conn) takeFrame(kind int, r io.Reader) bool {
	buf := c.server.buffer()
	defer c.server.recycle(buf)
	if _, err := buf.ReadFrom(io.LimitReader(r, frameLimit+1)); err != nil {
		return false
	}
	switch {
	case buf.Len() > frameLimit:
		c.server.hub.opts.Observer.Trouble("close:too_large", nil)
		c.close(goodbye(CloseTooBig))
		_, err := io.Copy(io.Discard, r)
		return err == nil
	case kind != websocket.TextMessage:
		c.close(goodbye(CloseBadFrame))
		return true
	}
	f, err := parse(buf.Bytes())
	if err != nil {
		c.close(goodbye(CloseBadFrame))
		return true
	}
	c.handle(f)
	return true
}

// alive gives the client time until its next sign, unless it is being ended.
func (c *conn) alive() {
	if !c.leaving.Load() {
		_ = c.ws.SetReadDeadline(time.Now().Add(c.server.hub.opts.Silence))
	}
}

// finish ends the connection when its reader has ended.
func (c *conn) finish() {
	h := c.server.hub
	close(c.gone)
	_ = c.ws.Close()
	h.leave(c)
	code := int(c.code.Load())
	if code == 0 {
		code = websocket.CloseAbnormalClosure
	}
	h.opts.Observer.Connection(-1, code)
	h.opts.Log.Debug("web chat closed", "conversation", c.room.id, "code", code, "after", h.opts.Now().Sub(c.began))
}

// handle does what a frame asks for.
func (c *conn) handle(f incoming) {
	c.server.hub.opts.Observer.Frame(false, kindOf(f.T))
	now := c.server.hub.opts.Now()
	if !c.pace.frame(f.T) {
		c.close(tooMuch(c.server.opts.RetryAfter))
		return
	}
	if c.pace.device == "" && f.T != "hello" && f.T != "ping" {
		c.close(goodbye(CloseBadFrame))
		return
	}
	switch f.T {
	case "hello":
		c.hello(f)
	case "text", "tap":
		c.say(f, now)
	case "typing":
		if t := c.server.opts.Typist; t != nil {
			t.Typing(c.room.id, f.On)
		}
	case "seen":
		c.witness(f)
	case "open":
		c.opened(f.Locale, now)
	case "close":
		c.closed()
	case "ping":
		c.answerPing()
	}
}

// witness passes on how far the client has come.
func (c *conn) witness(f incoming) {
	w := c.server.opts.Witness
	if w == nil {
		return
	}
	c.room.mu.Lock()
	level, sent := c.told.level, c.sent
	c.room.mu.Unlock()
	got := min(max(f.Got, f.Seq), sent)
	w.Witnessed(c.room.id, level, got, min(f.Seq, got))
}

// kindOf is a frame's type for counting: a closed set.
func kindOf(t string) string {
	switch t {
	case "hello", "text", "tap", "typing", "seen", "open", "close", "ping":
		return t
	}
	return "other"
}

func (c *conn) answerPing() {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.enqueue("pong", bareFrame{T: "pong"})
	c.wakeUp()
}

// hello resumes the chat after a sequence number. A client may say it again.
func (c *conn) hello(f incoming) {
	if !clientID.MatchString(f.Device) || c.pace.device != "" && c.pace.device != f.Device || f.After > maxNumber {
		c.close(goodbye(CloseBadFrame))
		return
	}
	first := c.pace.device == ""
	c.pace.device = f.Device
	h := c.server.hub
	ctx, cancel := context.WithTimeout(h.ctx, h.opts.ReadTimeout)
	defer cancel()
	state, err := h.opts.Store.State(ctx, c.room.id)
	if err != nil {
		h.opts.Observer.Trouble(TroubleStore, fmt.Errorf("read conversation: %w", err))
		c.close(goodbye(CloseRestart))
		return
	}
	c.greet(state, f.After, f.Open)
	h.announce(c.room.id)
	now := h.opts.Now()
	if first && f.Open && now.Sub(state.LastIn) > c.server.opts.GreetAfter {
		c.opened(f.Locale, now)
	}
}

// opened tells the core that the person is looking. Within a minute it is told
// once, however many tabs and nodes there are.
func (c *conn) opened(l dialog.Locale, now time.Time) {
	if !l.Valid() {
		l = ""
	}
	c.room.mu.Lock()
	c.open = true
	level := c.told.level
	c.room.mu.Unlock()
	c.server.hub.announce(c.room.id)
	id := "opened:" + c.session + ":" + strconv.FormatInt(now.Unix()/60, 10)
	c.submit(dialog.Envelope{
		ID: id, Conversation: c.room.id, At: now, Channel: dialog.ChannelWeb, Session: c.session,
		Event: dialog.Event{Kind: dialog.EventOpened, Session: &dialog.SessionEvent{
			Session: c.session, Level: level, Locale: l, Channel: dialog.ChannelWeb,
		}},
	}, func(_ channels.Receipt, err error) {
		if err != nil {
			c.server.hub.opts.Observer.Trouble(TroubleEngine, fmt.Errorf("opened: %w", err))
		}
	})
}

// closed notes that the person no longer has the chat before them, although the
// page keeps its connection: from here on the wallet is told of a reply.
func (c *conn) closed() {
	c.room.mu.Lock()
	c.open = false
	c.room.mu.Unlock()
	c.server.hub.announce(c.room.id)
}

// say brings a text or a tap to the engine; the answer to the client follows the
// commit.
func (c *conn) say(f incoming, now time.Time) {
	if code := f.check(); code != "" {
		c.refuse(f, code)
		return
	}
	if !c.pace.message() || !c.server.identities.allow(c.room.id) {
		c.refuse(f, dialog.CodeRateLimited)
		if c.pace.strike() {
			c.close(tooMuch(c.server.opts.RetryAfter))
		}
		return
	}
	e := dialog.Envelope{
		ID: envelopePrefix + f.ID, Conversation: c.room.id, At: now, Channel: dialog.ChannelWeb,
		Session: c.session, Device: c.pace.device, N: f.N, Seen: f.Seen,
	}
	if f.T == "text" {
		line := dialog.TextLine{ID: f.ID, N: f.N, Text: f.Text}
		e.Event = dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{line}}}
	} else {
		tap := &dialog.ChoiceEvent{Option: f.Option, Card: f.Card, Fields: f.Fields}
		e.Event = dialog.Event{Kind: dialog.EventChoice, Choice: tap}
	}
	n, id := f.N, f.ID
	c.submit(e, func(r channels.Receipt, err error) { c.outcome(n, id, r, err) })
}

// submit enqueues an envelope. It waits for a slot, so that a client cannot
// have more under way than it can be told of; it never waits for a commit
// otherwise. What was taken in is carried out even if the client leaves.
func (c *conn) submit(e dialog.Envelope, done func(channels.Receipt, error)) {
	h := c.server.hub
	select {
	case c.slots <- struct{}{}:
	case <-h.ctx.Done():
		return
	}
	c.flying(+1, e.Event.Kind)
	c.server.opts.Submit(h.waits.until(c.server.opts.TurnWait), e, func(r channels.Receipt, err error) {
		done(r, err)
		c.flying(-1, e.Event.Kind)
		<-c.slots
	})
}

// flying counts the envelopes under way, for the goodbye, which waits for the
// last of them, and for the bot's typing hint: what was only looked at may need
// no answer.
func (c *conn) flying(change int, kind dialog.EventKind) {
	r := c.room
	r.mu.Lock()
	defer r.mu.Unlock()
	c.flight += change
	if kind != dialog.EventOpened {
		r.turn(change)
	}
	if c.farewell != nil {
		c.wakeUp()
	}
}

// outcome answers a client after the commit. When nothing was committed and it
// may be tried again, the connection is ended instead: the client comes back
// and sends everything that was not acknowledged again, in order.
func (c *conn) outcome(n uint64, id string, r channels.Receipt, err error) {
	code := dialog.CodeOf(err)
	switch code {
	case "":
		c.answer("ack", answerFrame{N: n, ID: id, Seq: r.Seq})
		return
	case dialog.CodeUnavailable:
		c.close(goodbye(CloseRestart))
	case dialog.CodeRateLimited:
		c.close(tooMuch(c.server.opts.RetryAfter))
	case dialog.CodeUnauthenticated:
		c.close(goodbye(CloseSession))
	case dialog.CodeInternal:
		if c.server.identities.failed(c.room.id, id) {
			c.refuse(incoming{N: n, ID: id}, code)
		} else {
			c.close(goodbye(CloseRestart))
		}
	default:
		c.refuse(incoming{N: n, ID: id}, code)
		return
	}
	c.server.hub.opts.Observer.Trouble(TroubleEngine, errors.New(string(code)))
}

// refuse tells the client that a message is not taken, for good.
func (c *conn) refuse(f incoming, code dialog.Code) {
	c.server.hub.opts.Observer.Trouble("nack:"+string(code), nil)
	c.room.mu.Lock()
	locale := c.room.known.locale
	c.room.mu.Unlock()
	id := f.ID
	if len(id) > 64 {
		id = ""
	}
	c.answer("nack", answerFrame{N: f.N, ID: id, Code: code, Text: c.server.label(locale, nackLabel(code))})
}

// buffer lends a buffer for one frame.
func (s *Server) buffer() *bytes.Buffer {
	buf, _ := s.buffers.Get().(*bytes.Buffer)
	if buf == nil {
		buf = new(bytes.Buffer)
	}
	buf.Reset()
	return buf
}

func (s *Server) recycle(buf *bytes.Buffer) {
	if buf.Cap() <= 16<<10 {
		s.buffers.Put(buf)
	}
}
