package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// write sends what there is to be sent until the socket ends.
func (c *socket) write() {
	defer func() {
		if v := recover(); v != nil {
			c.s.opts.Log.Error("desk", "doing", "write to a console", "panic", fmt.Sprintf("%T", v))
		}
		c.stop()
		c.ws.Close()
	}()
	recheck := time.NewTicker(recheckEvery)
	defer recheck.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-recheck.C:
			c.recheck()
		case <-c.wake:
		}
		if !c.flush() {
			return
		}
	}
}

// recheck ends a socket whose session has ended meanwhile.
func (c *socket) recheck() {
	ctx, cancel := context.WithTimeout(c.ctx, lookTime)
	defer cancel()
	who, err := c.s.callerOf(ctx, c.person().session, c.person().addr)
	switch dialog.CodeOf(err) {
	case "":
		c.who.Store(who)
	case dialog.CodeUnauthenticated:
		c.end(closeSignedOut, "the session has ended")
	}
}

// work is what a writer takes to send in one go.
type work struct {
	frames     []any
	all, me    bool
	rows, gone []string
	chats      map[string]watch
	bye        int
	byeText    string
}

func (c *socket) collect() work {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := work{frames: c.queue, bye: c.bye, byeText: c.byeText, chats: map[string]watch{}}
	c.queue = nil
	if !c.ready {
		return w
	}
	w.all, w.me = c.all, c.meToo
	c.all, c.meToo = false, false
	w.rows, w.gone = sortedKeys(c.rows), sortedKeys(c.gone)
	clear(c.rows)
	clear(c.gone)
	for id, x := range c.watched {
		if x.dirty {
			x.dirty = false
			w.chats[id] = *x
		}
	}
	return w
}

// flush sends everything that is waiting; false when the socket has ended.
func (c *socket) flush() bool {
	w := c.collect()
	ctx, cancel := context.WithTimeout(c.ctx, lookTime)
	defer cancel()
	var wrong error
	if w.all {
		wrong = c.sendAll(ctx)
	} else if len(w.rows)+len(w.gone) > 0 {
		wrong = c.sendRows(ctx, w.rows, w.gone)
	}
	if w.me && wrong == nil {
		wrong = c.sendMe(ctx)
	}
	for _, id := range sortedKeys(w.chats) {
		if wrong == nil {
			wrong = c.sendChat(ctx, id, w.chats[id])
		}
	}
	for _, f := range w.frames {
		if wrong == nil {
			wrong = c.put(f)
		}
	}
	if wrong != nil {
		c.s.opts.Log.Debug("desk", "doing", "write to a console", "error", wrong)
		w.bye, w.byeText = closeRestart, "something is out of reach: come back"
	}
	if w.bye == 0 {
		return true
	}
	if c.put(byeFrame{T: "bye", Code: w.bye, Text: w.byeText}) == nil {
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(w.bye, w.byeText), time.Now().Add(writeTime))
	}
	return false
}

func (c *socket) put(frame any) error {
	data, err := json.Marshal(frame)
	if err != nil {
		return fmt.Errorf("write a frame: %w", err)
	}
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	return c.ws.WriteMessage(websocket.TextMessage, data)
}

// sendAll sends the whole state, as after connecting.
func (c *socket) sendAll(ctx context.Context) error {
	me, err := c.s.meOf(ctx, c.person())
	if err != nil {
		return err
	}
	f := readyFrame{T: "ready", Now: c.s.opts.Now().UTC(), Me: me, Rows: []rowView{}, Pages: []pageView{}}
	if c.person().may("chats") {
		e, err := c.s.eye(ctx, c.person())
		if err != nil {
			return err
		}
		x := c.s.live.now.Load()
		f.Rows, f.Counts, f.Pages = c.s.rows(x, e), c.s.counts(x, e), c.s.openPages(x, c.person().locale())
		for _, q := range x.requests {
			if q.mayDecide(c.person()) {
				f.Requests++
			}
		}
	}
	return c.put(f)
}

func (c *socket) sendRows(ctx context.Context, ids, gone []string) error {
	if !c.person().may("chats") {
		return nil
	}
	e, err := c.s.eye(ctx, c.person())
	if err != nil {
		return err
	}
	x := c.s.live.now.Load()
	f := rowsFrame{T: "rows", Rows: []rowView{}, Gone: list(gone), Counts: c.s.counts(x, e), Now: c.s.opts.Now().UTC()}
	for _, id := range ids {
		if row, here := x.rows[id]; here {
			f.Rows = append(f.Rows, c.s.row(x, row, e))
		}
	}
	return c.put(f)
}

func (c *socket) sendMe(ctx context.Context) error {
	c.recheck()
	me, err := c.s.meOf(ctx, c.person())
	if err != nil {
		return err
	}
	return c.put(meFrame{T: "me", Me: me})
}

// sendChat sends the lines that a console lacks, in order, then how the chat
// stands where that has changed.
func (c *socket) sendChat(ctx context.Context, id string, seen watch) error {
	state, err := c.s.opts.Chats.State(ctx, id)
	if err != nil {
		return err
	}
	after := seen.after
	for after < state.Seq {
		lines, err := c.s.lines(ctx, c.person(), state, after, linesAtOnce)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			break
		}
		for _, m := range lines {
			if err := c.put(lineFrame{T: "msg", Chat: id, M: m}); err != nil {
				return err
			}
			after = m.Seq
		}
	}
	v, err := c.s.chatOf(ctx, c.person(), state)
	if err != nil {
		return err
	}
	return c.sendState(id, after, seen, v)
}

func (c *socket) sendState(id string, after uint64, seen watch, v chatView) error {
	looks := fmt.Sprint(v.Row.Owner, v.Row.Agent, v.Row.Epoch, v.Row.Holds, v.Level, v.May, v.Requests, v.Page, v.Quote, v.Snooze, v.Row.Offer, v.Held, v.Row.SLA, v.Rating)
	c.mu.Lock()
	if w := c.watched[id]; w != nil {
		w.after, w.state = max(w.after, after), looks
	}
	c.mu.Unlock()
	if looks == seen.state {
		return nil
	}
	if err := c.put(chatFrame{T: "chat", Chat: id, State: v}); err != nil || seen.state == "" {
		return err
	}
	return c.put(chatOnlyFrame{T: "context", Chat: id})
}

// heard turns a note into what this console is to be sent.
func (c *socket) heard(n note) {
	x := c.s.live.now.Load()
	mine := n.Agent == c.person().ID
	switch n.K {
	case "me":
		c.markMe(mine)
	case "chat":
		c.changed(n.Chat)
	case "again":
		if c.watches(n.Chat) {
			c.send(chatOnlyFrame{T: "again", Chat: n.Chat, Seq: n.Seq})
		}
	case "offer_gone", "lost":
		if n.Agent == "" || mine {
			c.send(chatOnlyFrame{T: n.K, Chat: n.Chat})
		}
	case "mention":
		if mine {
			c.send(mentionFrame{T: "mention", Chat: n.Chat, Seq: n.Seq, By: n.Name})
			c.newRows([]string{n.Chat}, nil)
		}
	case "page", "page_done":
		c.sendPage(n)
	case "request":
		c.sendRequest(x, n)
	}
}

func (c *socket) markMe(mine bool) {
	if mine {
		c.mu.Lock()
		c.meToo = true
		c.mu.Unlock()
		c.stirred()
	}
}

// sendPage tells everybody who may answer it of a page, or of its end.
func (c *socket) sendPage(n note) {
	if !c.person().may("chats") {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, lookTime)
	defer cancel()
	p, version, err := load[page](ctx, c.s.opts.Shelf, kindPage, n.Chat)
	if err == nil && version > 0 && p.Ref == n.ID {
		c.send(pageFrame{T: n.K, Page: c.s.pageView(c.s.live.now.Load(), p, c.person().locale())})
	}
}

func (c *socket) sendRequest(_ *snapshot, n note) {
	if !c.person().may("chats") {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, lookTime)
	defer cancel()
	q, version, err := load[request](ctx, c.s.opts.Shelf, kindRequest, n.ID)
	if err == nil && version > 0 && (q.By == c.person().ID || c.person().may("approve") || q.mayDecide(c.person())) {
		c.send(requestFrame{T: "request", Request: c.s.requestView(q, c.person())})
	}
	c.changed(n.Chat)
}

// tellRows brings a new snapshot to the consoles.
func (s *Server) tellRows(was, is *snapshot) {
	rows, gone := is.changed(was)
	if len(rows)+len(gone) == 0 {
		return
	}
	s.sockets.each(func(c *socket) { c.newRows(rows, gone) })
	for _, id := range rows {
		o, was := is.offers[id], was.offers[id]
		if o.Agent != "" && (o.Agent != was.Agent || !o.Until.Equal(was.Until)) && is.wall.Before(o.Until) {
			s.sockets.each(func(c *socket) {
				if c.person().ID == o.Agent {
					c.send(offerFrame{T: "offer", Chat: id, Row: s.row(is, is.rows[id], eye{who: c.person()}), Until: o.Until})
				}
			})
		}
	}
}

// tellSLA warns of answers that are late or nearly so: the agent, and those who
// supervise.
func (s *Server) tellSLA(was, is *snapshot) {
	for id, row := range is.rows {
		kind, _, state := row.p.due(is.st.target(row.c.Priority), is.at)
		earlier := was.rows[id].p
		_, _, before := earlier.due(was.st.target(row.c.Priority), was.at)
		if state == "ok" || state == before {
			continue
		}
		s.sockets.each(func(c *socket) {
			if c.person().may("approve") || c.person().ID == row.c.Agent || row.c.Owner == dialog.OwnerQueue && c.person().may("claim") {
				c.send(slaFrame{T: "sla", Chat: id, Kind: kind, State: state})
			}
		})
	}
}
