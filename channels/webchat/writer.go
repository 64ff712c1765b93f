package webchat

import (
	"context"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// work is what the writer took to write.
type work struct {
	frames   []frame
	messages []dialog.Message
	level    dialog.Level
	locale   dialog.Locale
	zone     string
	behind   bool // there are messages to be read after sent
	sent     uint64
	upTo     uint64
	farewell *farewell
	lapsed   bool          // the level may have fallen by itself
	wait     time.Duration // until something is to be done unasked
}

// write is the writer goroutine: whatever wakes it, it writes what there is.
// When it ends before the goodbye was said, the socket is cut and the reader
// ends with it.
func (c *conn) write() {
	whole := false
	defer func() {
		if !whole {
			c.cut()
		}
	}()
	h := c.server.hub
	defer h.recovered()
	timer := time.NewTimer(h.opts.Ping)
	defer timer.Stop()
	// Pings and deadlines are the network's: they go by the wall clock, whatever
	// time it is in the conversation.
	ping := time.Now().Add(h.opts.Ping)
	for {
		wait, over, err := c.step()
		if err != nil || over {
			whole = err == nil
			return
		}
		if now := time.Now(); !now.Before(ping) {
			ping = now.Add(h.opts.Ping)
			h.announce(c.room.id)
			if c.ws.WriteControl(websocket.PingMessage, nil, now.Add(h.opts.WriteTimeout)) != nil {
				return
			}
		}
		timer.Reset(max(min(wait, time.Until(ping)), 0))
		select {
		case <-c.wake:
		case <-timer.C:
		case <-c.gone:
			whole = true
			return
		}
	}
}

// pages are read in a row before the writer looks at its timer again.
const pages = 8

// step writes what there is. It returns how long it can wait until it looks
// again, and over when the goodbye was said.
func (c *conn) step() (wait time.Duration, over bool, err error) {
	for range pages {
		w := c.take(c.server.hub.opts.Now())
		if err := c.flush(&w); err != nil {
			return 0, false, err
		}
		if w.farewell != nil {
			return 0, true, c.sayGoodbye(*w.farewell)
		}
		if !c.catchUp(&w) {
			return w.wait, false, nil
		}
	}
	return 0, false, nil
}

// take removes what is ready to be written.
func (c *conn) take(now time.Time) work {
	r := c.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.farewell == nil && !now.Before(c.expires) {
		c.end(goodbye(CloseSession))
	}
	w := work{frames: c.queue, level: c.told.level, locale: r.known.locale, zone: r.known.zone}
	c.queue = nil
	if c.farewell != nil {
		if c.flight == 0 {
			w.farewell = c.farewell
		}
		w.wait = time.Hour
		return w
	}
	if c.greeted {
		c.takeMessages(&w, now)
	}
	w.wait = c.expires.Sub(now)
	if !c.lapse.IsZero() {
		w.wait = min(w.wait, c.lapse.Sub(now))
	}
	if !c.retry.IsZero() {
		w.wait = min(w.wait, time.Until(c.retry))
	}
	return w
}

func (c *conn) takeMessages(w *work, now time.Time) {
	w.messages, c.tail = c.tail, nil
	if len(w.messages) > 0 && w.messages[0].Seq != c.sent+1 {
		w.messages = nil
	}
	for _, m := range w.messages {
		c.sent = m.Seq
		if m.Level > w.level && c.hidden == 0 {
			c.hidden = m.Seq
		}
	}
	w.sent, w.upTo = c.sent, c.room.known.seq
	if c.sent >= w.upTo {
		c.retry = time.Time{}
	}
	w.behind = c.sent < w.upTo && !time.Now().Before(c.retry)
	w.lapsed = !c.lapse.IsZero() && !now.Before(c.lapse)
}

// flush writes frames, then messages, in one go where the connection can.
func (c *conn) flush(w *work) (err error) {
	if cork, ok := c.ws.NetConn().(*corkConn); ok && len(w.frames)+len(w.messages) > 1 {
		cork.cork()
		defer func() {
			if loose := cork.uncork(); err == nil && loose != nil {
				err = fmt.Errorf("write: %w", loose)
			}
		}()
	}
	for _, f := range w.frames {
		if err := c.send(f.kind, f.data); err != nil {
			return err
		}
	}
	if len(w.messages) == 0 {
		return nil
	}
	h, words := c.server.hub, c.server.hub.opts.Words
	room := c.server.room() // for one after the other
	defer c.server.rooms.Put(room)
	for _, m := range w.messages {
		*room = h.encode((*room)[:0], &messageFrame{T: "msg", M: view(m, w.level, words, w.locale, w.zone)})
		if err := c.send("msg", *room); err != nil {
			return err
		}
	}
	return nil
}

// room lends a slice for frames.
func (s *Server) room() *[]byte {
	if room, ok := s.rooms.Get().(*[]byte); ok && cap(*room) <= 64<<10 {
		return room
	}
	return new([]byte)
}

func (c *conn) send(kind string, data []byte) error {
	// The deadline is the network's, not the conversation's: wall clock.
	if err := c.ws.SetWriteDeadline(time.Now().Add(c.server.hub.opts.WriteTimeout)); err != nil {
		return fmt.Errorf("write %s: %w", kind, err)
	}
	if err := c.ws.WriteMessage(websocket.TextMessage, data); err != nil {
		return fmt.Errorf("write %s: %w", kind, err)
	}
	c.server.hub.opts.Observer.Frame(true, kind)
	return nil
}

// catchUp reads what the client misses, or the state when its level may have
// fallen. It returns true when there is something new to take.
func (c *conn) catchUp(w *work) bool {
	switch {
	case w.lapsed:
		c.checkLevel()
	case w.behind:
		c.readMore(w)
	default:
		return false
	}
	return true
}

// readMore reads a page of messages into the tail.
func (c *conn) readMore(w *work) {
	h := c.server.hub
	ctx, cancel := context.WithTimeout(h.ctx, h.opts.ReadTimeout)
	defer cancel()
	list, err := h.opts.Store.Since(ctx, c.room.id, w.sent, h.opts.Page)
	if err != nil {
		h.opts.Observer.Trouble(TroubleStore, fmt.Errorf("read messages: %w", err))
	}
	// Nothing at the end of the log: the store we read from lags behind.
	lags := len(list) == 0 && w.upTo <= w.sent+uint64(h.opts.Page)
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	switch {
	case err != nil || lags:
		c.retry = time.Now().Add(time.Second)
	case c.sent == w.sent: // no hello or step-up came in between
		c.tail, c.retry = fill(list, w.sent, w.upTo, h.opts.Page), time.Time{}
	}
}

// fill puts hidden placeholders where retention has removed messages, so that a
// client never sees a gap. An empty page in the middle of the log is all gone.
func fill(list []dialog.Message, after, upTo uint64, page int) []dialog.Message {
	end := min(upTo, after+uint64(page))
	if len(list) > 0 {
		end = list[len(list)-1].Seq
	}
	if uint64(len(list)) == end-after {
		return list
	}
	full := make([]dialog.Message, 0, end-after)
	for seq := after + 1; seq <= end; seq++ {
		if len(list) > 0 && list[0].Seq == seq {
			full, list = append(full, list[0]), list[1:]
			continue
		}
		full = append(full, dialog.Message{Seq: seq, Speaker: dialog.SpeakerSystem, Level: removed})
	}
	return full
}

// removed is above every level: what retention removed is never shown.
const removed = dialog.LevelThisAct + 1

// checkLevel looks whether a level that was to fall by now was kept up by
// activity elsewhere. Without an answer it falls.
func (c *conn) checkLevel() {
	h := c.server.hub
	ctx, cancel := context.WithTimeout(h.ctx, h.opts.ReadTimeout)
	defer cancel()
	state, err := h.opts.Store.State(ctx, c.room.id)
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	if err != nil {
		h.opts.Observer.Trouble(TroubleStore, fmt.Errorf("read conversation: %w", err))
		c.room.tellAll()
		return
	}
	c.room.learn(state)
}

// sayGoodbye writes the bye frame and the close frame; the reader waits a
// moment for the client's answer.
func (c *conn) sayGoodbye(f farewell) error {
	h := c.server.hub
	c.code.Store(int32(f.code))
	c.room.mu.Lock()
	locale := c.room.known.locale
	c.room.mu.Unlock()
	bye := byeFrame{T: "bye", Code: f.why, Text: c.server.label(locale, f.label)}
	if err := c.send("bye", h.encode(nil, &bye)); err != nil {
		return err
	}
	deadline := time.Now().Add(h.opts.WriteTimeout)
	if err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(f.code, f.reason), deadline); err != nil {
		return fmt.Errorf("write close: %w", err)
	}
	return c.ws.SetReadDeadline(time.Now().Add(h.opts.CloseWait))
}
