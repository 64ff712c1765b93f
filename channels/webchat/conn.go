package webchat

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// conn is one web socket. A reader goroutine takes frames in, a writer goroutine
// is the only one that writes; both end together.
type conn struct {
	server  *Server
	ws      *websocket.Conn
	room    *room
	session string
	began   time.Time
	wake    chan struct{} // room for one: there is something to write
	gone    chan struct{} // closed when the reader has ended
	slots   chan struct{} // envelopes under way
	leaving atomic.Bool   // frames are thrown away from now on
	code    atomic.Int32  // close code for the observer

	pace pace // the reader's

	// What is to be written; guarded by room.mu.
	expires  time.Time // of the session token
	queue    []frame
	tail     []dialog.Message // fresh messages, contiguous
	sent     uint64           // last sequence number handed to the writer
	hidden   uint64           // first message that was not shown in full, 0 for none
	told     standing
	lapse    time.Time // when the level falls by itself, zero for never
	greeted  bool      // hello was answered
	open     bool      // the widget is open
	flight   int       // envelopes under way
	farewell *farewell
	retry    time.Time // when to read the store again after a failure, by the wall clock
}

// frame is an encoded frame that waits for the writer.
type frame struct {
	kind string
	data []byte
}

// standing is what a client was last told beside messages.
type standing struct {
	owner  dialog.OwnerKind
	agent  string
	level  dialog.Level
	place  int
	about  time.Duration
	locale dialog.Locale
}

func (c *conn) wakeUp() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// enqueue adds a frame for the writer. A client that lets too many of them wait
// is ended as too slow. The lock is held.
func (c *conn) enqueue(kind string, f any) {
	if c.farewell != nil && kind != "ack" && kind != "nack" {
		return
	}
	if len(c.queue) >= c.room.hub.opts.Queue {
		c.queue, c.tail = nil, nil
		c.end(goodbye(CloseSlow))
		return
	}
	c.queue = append(c.queue, frame{kind: kind, data: c.room.hub.encode(make([]byte, 0, 128), f)})
}

// end has the writer say goodbye when the envelopes under way are committed.
// The first reason counts. The lock is held.
func (c *conn) end(f farewell) {
	if c.farewell != nil {
		return
	}
	c.farewell = &f
	c.leaving.Store(true)
	c.wakeUp()
}

// cut closes the socket at once.
func (c *conn) cut() { _ = c.ws.NetConn().Close() }

// keep adds fresh messages to the tail where they continue what is sent or
// already kept. What does not fit is read from the store later. The lock is
// held.
func (c *conn) keep(messages []dialog.Message) {
	if !c.greeted || c.farewell != nil {
		return
	}
	next := c.sent + 1
	if len(c.tail) > 0 {
		next = c.tail[len(c.tail)-1].Seq + 1
	}
	c.tail = slices.Grow(c.tail, len(messages))
	for _, m := range messages {
		if m.Seq == next && !m.Pending && len(c.tail) < c.room.hub.opts.Tail {
			c.tail = append(c.tail, m)
			next++
		}
	}
}

// stand compares what the client was told with what is known, and queues the
// difference. A session that is gone ends the connection. The lock is held.
func (c *conn) stand(now time.Time) {
	if !c.greeted {
		return
	}
	k := &c.room.known
	level, lapse, found := k.level(c.session, now)
	if !found {
		c.end(goodbye(CloseLogout))
		return
	}
	c.lapse = lapse
	is := standing{owner: k.owner, agent: k.agent, level: level, place: k.place, about: k.about, locale: k.locale}
	if is == c.told {
		return
	}
	was := c.told
	c.told = is
	if level < was.level {
		c.enqueue("redact", redactFrame{T: "redact", From: 1})
		c.hidden = 1
	}
	c.enqueue("state", c.state(is))
	if level > was.level && c.hidden > 0 {
		c.rewind(c.hidden - 1)
	}
}

func (c *conn) state(is standing) stateFrame {
	f := stateFrame{T: "state", Owner: is.owner, Agent: is.agent, Level: is.level, Position: is.place, Locale: is.locale}
	if is.about > 0 {
		f.ETA = c.room.hub.opts.Words.Wait(is.about, is.locale)
	}
	return f
}

// rewind has the messages after a sequence number sent (again).
func (c *conn) rewind(after uint64) {
	c.sent, c.tail, c.hidden, c.retry = after, nil, 0, time.Time{}
}

// greet answers a hello: the client has everything up to after. A client that
// has more than there is gets everything.
func (c *conn) greet(state dialog.Conversation, after uint64, open bool) {
	r := c.room
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learn(state)
	now := r.hub.opts.Now()
	level, lapse, found := r.known.level(c.session, now)
	if !found {
		c.end(goodbye(CloseLogout))
		return
	}
	if after > r.known.seq {
		after = 0
	}
	k := &r.known
	c.rewind(after)
	c.greeted, c.open, c.lapse = true, open, lapse
	c.told = standing{owner: k.owner, agent: k.agent, level: level, locale: k.locale}
	c.enqueue("ready", readyFrame{
		T: "ready", Level: level, Expires: c.expires, Seq: k.seq,
		Owner: k.owner, Agent: k.agent, Locale: k.locale, Now: now.UTC(),
	})
	if r.typing {
		c.enqueue("typing", typingFrame{T: "typing", Who: "bot", On: true})
	}
	if r.human {
		c.enqueue("typing", typingFrame{T: "typing", Who: "human", On: true})
	}
	c.stand(now) // the place in the queue
	c.wakeUp()
}

// answer queues an ack or nack and gives the envelope's slot back.
func (c *conn) answer(kind string, f answerFrame) {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	f.T = kind
	c.enqueue(kind, &f)
	c.wakeUp()
}

// close ends the connection from the reader or a callback.
func (c *conn) close(f farewell) {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.end(f)
}
