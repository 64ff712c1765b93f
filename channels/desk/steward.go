package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// Pace of a node's own look at the queue.
const (
	lookEvery = time.Second
	lookPause = 100 * time.Millisecond // between looks, however often they are asked for
	lookTime  = 10 * time.Second
)

// Run keeps the queue in view, offers chats, takes them back from people who
// are gone, wakes those put aside, and carries notes between nodes, until ctx
// ends. Every node runs it: what two of them do at once happens once.
func (s *Server) Run(ctx context.Context) {
	s.going.Go(func() { s.carryNotes(ctx) })
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		look, cancel := context.WithTimeout(ctx, lookTime)
		if err := s.tend(look); err != nil && ctx.Err() == nil {
			s.opts.Log.Error("desk", "doing", "tend the queue", "error", err)
		}
		cancel()
		select {
		case <-ctx.Done():
			s.sockets.closeAll(closeRestart, "the service is stopping")
			s.going.Wait()
			return
		case <-ticker.C:
		case <-s.wake:
		}
		pause(ctx, lookPause)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// tend looks at the queue once and does what is due.
func (s *Server) tend(ctx context.Context) error {
	was, is, err := s.refresh(ctx)
	if err != nil {
		return err
	}
	s.tellRows(was, is)
	s.tellSLA(was, is)
	return errors.Join(s.takeBack(ctx, is), s.offerChats(ctx, is), s.wakeUp(ctx, is), s.settlePages(ctx, is), s.sweep(ctx, is))
}

// takeBack returns chats to the queue whose agent has given no sign of life.
func (s *Server) takeBack(ctx context.Context, x *snapshot) error {
	var wrong error
	if x.wall.Sub(s.started) < time.Duration(x.st.Lost)*time.Second {
		return nil // the service was away itself: people need time to come back
	}
	for id, row := range x.rows {
		c := row.c
		if c.Owner != dialog.OwnerAgent || x.seen[c.Agent].there(x.wall, x.st) {
			continue
		}
		lost := dialog.AgentEvent{Kind: "lost", Agent: c.Agent, Epoch: c.Epoch}
		_, err := s.submit(ctx, id, fmt.Sprintf("desk-lost:%s:%d", id, c.Epoch), lost)
		switch dialog.CodeOf(err) {
		case "":
			s.audit(ctx, entry{Kind: "lost", Who: c.Agent, Chat: id})
			s.tell(ctx, note{K: "lost", Chat: id, Agent: c.Agent})
			s.stir()
		case dialog.CodeConflict, dialog.CodeForbidden: // the agent was faster, or another node
		default:
			wrong = errors.Join(wrong, fmt.Errorf("take a chat back: %w", err))
		}
	}
	return wrong
}

// snooze is a chat put aside by its agent.
type snooze struct {
	Until time.Time `json:"until"`
	By    string    `json:"by"`
	In    int       `json:"in"` // the borrower's lines then: another one ends it
}

// wakeUp ends what was put aside when its time has come, the borrower has
// written, or the chat has moved on.
func (s *Server) wakeUp(ctx context.Context, x *snapshot) error {
	for id, z := range x.snoozes {
		row, here := x.rows[id]
		if here && row.c.Agent == z.By && x.at.Before(z.Until) && row.p.In <= z.In {
			continue
		}
		if _, done, err := take(ctx, s.opts.Shelf, kindSnooze, id, func(snooze) bool { return true }); err != nil || !done {
			return err
		}
		s.stir()
	}
	return nil
}

// sweepEvery and keepFor bound what the desk remembers beside its logs.
const (
	sweepEvery = time.Hour
	keepFor    = 30 * 24 * time.Hour
)

// sweep forgets sessions that have ended, throttles that have cooled down,
// spells and requests that are long over.
func (s *Server) sweep(ctx context.Context, x *snapshot) error {
	last, _, err := load[time.Time](ctx, s.opts.Shelf, kindSettings, "swept")
	if err != nil || x.wall.Sub(last) < sweepEvery {
		return err
	}
	if err := put(ctx, s.opts.Shelf, kindSettings, "swept", x.wall); err != nil {
		return err
	}
	return errors.Join(
		s.sweepFiles(ctx, x.at),
		sweepKind(ctx, s.opts.Shelf, kindSession, func(v session) bool { return !v.alive(x.wall) }),
		sweepKind(ctx, s.opts.Shelf, kindThrottle, func(v strikes) bool { return x.wall.Sub(v.At) > forgetStrike }),
		sweepKind(ctx, s.opts.Shelf, kindDraft, func(v draft) bool { return x.wall.Sub(v.At) > keepFor }),
		sweepKind(ctx, s.opts.Shelf, kindMarks, func(v marks) bool { return x.wall.Sub(v.At) > keepFor }),
		sweepKind(ctx, s.opts.Shelf, kindSpell, func(v spell) bool { return !v.Ended.IsZero() && x.at.Sub(v.Ended) > keepFor }),
		sweepKind(ctx, s.opts.Shelf, kindRequest, func(v request) bool {
			return v.State != requestOpen && x.at.Sub(v.At) > keepFor
		}),
	)
}

func sweepKind[T any](ctx context.Context, s Shelf, kind string, old func(T) bool) error {
	all, err := loadAll[T](ctx, s, kind)
	if err != nil {
		return err
	}
	for id, v := range all {
		if old(v) {
			if _, _, err := take(ctx, s, kind, id, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// note is something that every node is told and that need not be kept.
type note struct {
	K        string       `json:"k"`
	Chat     string       `json:"chat,omitempty"`
	Agent    string       `json:"agent,omitempty"`
	Name     string       `json:"name,omitempty"`
	Session  string       `json:"session,omitempty"`
	ID       string       `json:"id,omitempty"`
	Seq      uint64       `json:"seq,omitempty"`
	Got      uint64       `json:"got,omitempty"`
	Taken    uint64       `json:"taken,omitempty"`
	Level    dialog.Level `json:"level,omitempty"`
	On       bool         `json:"on,omitempty"`
	Replying bool         `json:"replying,omitempty"`
}

// tell sends a note to every node, this one included. A note that is lost is
// made up for by the next look.
func (s *Server) tell(ctx context.Context, n note) {
	data, err := json.Marshal(n)
	if err == nil {
		err = s.opts.Wire.Publish(context.WithoutCancel(ctx), data)
	}
	if err != nil {
		s.opts.Log.Warn("desk", "doing", "tell the other nodes", "note", n.K, "error", err)
	}
}

// carryNotes does what the notes of all nodes ask for.
func (s *Server) carryNotes(ctx context.Context) {
	for data := range s.opts.Wire.Notes(ctx) {
		if len(data) == 0 {
			s.stir()
			continue
		}
		var n note
		if json.Unmarshal(data, &n) == nil {
			s.heard(n)
		}
	}
}

// heard brings a note to this node's sockets.
func (s *Server) heard(n note) {
	switch n.K {
	case "signout":
		s.sockets.closeSession(n.Session)
	case "human":
		if s.opts.Hub != nil {
			s.opts.Hub.HumanTyping(n.Chat, n.On)
		}
		s.sockets.watching(n.Chat, n.Agent, typingFrame{T: "typing", Chat: n.Chat, Who: "agent", ID: n.Agent, Name: n.Name, On: n.On})
	case "borrower":
		s.typing.set(n.Chat, n.On, s.opts.Wall())
		s.sockets.watching(n.Chat, "", typingFrame{T: "typing", Chat: n.Chat, Who: "borrower", On: n.On})
	case "view":
		if s.viewers.set(n, s.opts.Wall()) {
			s.sockets.each(func(c *socket) { c.tellViewers(n.Chat) })
		}
	case "marks":
		s.sockets.watching(n.Chat, "", marksFrame{T: "marks", Chat: n.Chat, Level: n.Level, Got: n.Got, Seen: n.Seq, Taken: n.Taken})
	case "settings":
		s.stir()
	default:
		if n.K == "again" {
			s.live.again.Store(n.Chat, true)
		}
		s.sockets.each(func(c *socket) { c.heard(n) })
		s.stir()
	}
}

// Hint tells that a conversation changed on some node.
func (s *Server) Hint(h channels.Hint) {
	_, here := s.live.now.Load().rows[h.Conversation]
	if h.Desk && h.Conversation != "" {
		s.lately.note(h.Conversation, s.opts.Wall())
	}
	if h.Desk || here || h.Conversation == "" {
		s.stir()
	}
	s.sockets.changed(h.Conversation)
}

// Committed tells of a commit on this node. It never blocks.
func (s *Server) Committed(c dialog.Conversation, messages []dialog.Message) {
	_, here := s.live.now.Load().rows[c.ID]
	if staffed(c.Owner) || here {
		s.lately.note(c.ID, s.opts.Wall())
		s.stir()
	}
	s.sockets.changed(c.ID)
	for i := range messages {
		if n := rated(&messages[i]); n > 0 {
			s.going.Go(func() { s.rate(c.ID, n) })
		}
	}
}

// BorrowerTyping tells the desk that a borrower is writing, where somebody
// could be looking.
func (s *Server) BorrowerTyping(conversation string, on bool) {
	if _, here := s.live.now.Load().rows[conversation]; !here || !s.typing.pass(conversation, on, s.opts.Wall()) {
		return
	}
	s.going.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		s.tell(ctx, note{K: "borrower", Chat: conversation, On: on})
	})
}

// rate keeps the stars that a borrower gave after a chat with a human.
func (s *Server) rate(chat string, stars int) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	if _, _, err := s.followed(ctx, chat); err != nil {
		s.opts.Log.Warn("desk", "doing", "keep a rating", "error", err)
		return
	}
	p, err := change(ctx, s.opts.Shelf, kindSpell, chat, func(p *spell, found bool) error {
		if !found || p.Claimed.IsZero() {
			return errSame
		}
		p.Rating = stars
		return nil
	})
	if err != nil || p.Rating != stars {
		return
	}
	s.audit(ctx, entry{Kind: "rating", Who: p.Agent, Chat: chat, Detail: fmt.Sprint(stars)})
}

// sortedKeys makes ranging over a map repeatable.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
