package webchat

import (
	"context"
	"fmt"
	"sync"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// room is a conversation with open connections on this node. Its lock guards
// what its connections are to be sent, too; it is held for moments only, never
// during I/O. Locks are taken in the order hub, room, hub's gate.
type room struct {
	hub *Hub
	id  string

	mu         sync.Mutex
	conns      []*conn
	known      known
	turns      int  // envelopes of this node that are under way
	slow       bool // and have been for a while: the bot is seen to be at work
	slowAt     *time.Timer
	typing     bool // the bot's typing hint as last told
	human      bool // the human's
	humanStop  *time.Timer
	placeLook  *time.Timer
	refreshing bool
	again      bool // something changed while refreshing
}

// known is what the connections need of the conversation's state.
type known struct {
	revision uint64
	seq      uint64
	owner    dialog.OwnerKind
	agent    string // the human's name as the borrower sees it
	locale   dialog.Locale
	zone     string
	bindings []dialog.Binding
	pending  bool // a message is still being phrased
	place    int
	about    time.Duration
}

// level is a session's level at t, and whether the session exists at all.
func (k *known) level(session string, t time.Time) (dialog.Level, time.Time, bool) {
	for _, b := range k.bindings {
		if b.Session != session {
			continue
		}
		level := b.LevelAt(t)
		if level <= dialog.LevelLinked || b.Expires.IsZero() {
			return level, time.Time{}, true
		}
		return level, b.Expires, true
	}
	return dialog.LevelUnknown, time.Time{}, false
}

// knows reports whether a hint tells nothing new.
func (r *room) knows(h channels.Hint) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return h.Revision > 0 && h.Revision <= r.known.revision && !(h.Desk && r.known.owner == dialog.OwnerQueue)
}

// committed takes in a commit of this node.
func (r *room) committed(messages []dialog.Message, state dialog.Conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learn(state)
	for _, c := range r.conns {
		c.keep(messages)
	}
	r.wakeAll()
}

// refresh reads the conversation's state again, on a goroutine of its own. What
// changes while it reads is read again.
func (r *room) refresh() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refreshing {
		r.again = true
		return
	}
	r.refreshing = true
	r.hub.track(r.reread)
}

func (r *room) reread(ctx context.Context) {
	state, err := r.hub.opts.Store.State(ctx, r.id)
	place, about := r.lookForPlace(ctx, state, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refreshing = false
	if err != nil {
		r.hub.opts.Observer.Trouble(TroubleStore, fmt.Errorf("read conversation: %w", err))
		r.again = false
		if len(r.conns) > 0 {
			time.AfterFunc(time.Second, r.refresh)
		}
		return
	}
	r.learn(state)
	if r.known.owner == dialog.OwnerQueue {
		r.known.place, r.known.about = place, about
		r.tellAll()
	}
	r.wakeAll()
	if r.again && len(r.conns) > 0 {
		r.again, r.refreshing = false, true
		r.hub.track(r.reread)
	}
}

func (r *room) lookForPlace(ctx context.Context, state dialog.Conversation, err error) (int, time.Duration) {
	if err != nil || r.hub.opts.Places == nil || state.Owner != dialog.OwnerQueue {
		return 0, 0
	}
	place, about, err := r.hub.opts.Places.Place(ctx, r.id)
	if err != nil {
		r.hub.opts.Observer.Trouble(TroubleStore, fmt.Errorf("read place in queue: %w", err))
		return 0, 0
	}
	return place, about
}

// learn takes in a state unless a newer one is known, and tells the connections
// what changed for them. The lock is held.
func (r *room) learn(state dialog.Conversation) {
	k := &r.known
	if state.Revision >= k.revision {
		place, about := k.place, k.about
		if state.Owner != dialog.OwnerQueue {
			place, about = 0, 0
		}
		*k = known{
			revision: state.Revision, seq: state.Seq, owner: state.Owner, locale: state.Locale,
			zone: state.Zone, bindings: state.Bindings, pending: state.Pending != nil, place: place, about: about,
		}
		if state.Owner == dialog.OwnerAgent {
			k.agent = state.AgentName
		} else {
			r.human = false
		}
	}
	r.tellAll()
	r.watchQueue()
}

// tellAll queues what changed of level, owner, place and typing.
func (r *room) tellAll() {
	now := r.hub.opts.Now()
	typing := r.known.owner != dialog.OwnerAgent && (r.slow || r.known.pending)
	changed := typing != r.typing
	r.typing = typing
	for _, c := range r.conns {
		c.stand(now)
		if changed && c.greeted {
			c.enqueue("typing", typingFrame{T: "typing", Who: "bot", On: typing})
		}
	}
}

// watchQueue looks at the place in the queue again and again while somebody
// waits here.
func (r *room) watchQueue() {
	waits := r.known.owner == dialog.OwnerQueue && r.hub.opts.Places != nil && len(r.conns) > 0
	switch {
	case waits && r.placeLook == nil:
		r.placeLook = time.AfterFunc(0, r.lookAgain)
	case !waits && r.placeLook != nil:
		r.placeLook.Stop()
		r.placeLook = nil
	}
}

func (r *room) lookAgain() {
	r.refresh()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.placeLook != nil {
		r.placeLook.Reset(r.hub.opts.PlaceEvery)
	}
}

func (r *room) stopTimers() {
	for _, t := range []*time.Timer{r.placeLook, r.humanStop} {
		if t != nil {
			t.Stop()
		}
	}
	r.placeLook, r.humanStop = nil, nil
}

// turn counts envelopes of this node that are under way. Most are answered at
// once; when one takes longer, the bot is seen to be at work. The lock is held.
func (r *room) turn(change int) {
	r.turns += change
	switch {
	case r.turns > 0 && r.slowAt == nil:
		r.slowAt = time.AfterFunc(r.hub.opts.TypingAfter, r.takesLong)
	case r.turns == 1 && change > 0:
		r.slowAt.Reset(r.hub.opts.TypingAfter)
	case r.turns == 0:
		r.slowAt.Stop()
		if r.slow {
			r.slow = false
			r.tellAll()
			r.wakeAll()
		}
	}
}

// takesLong tells the connections that an answer is being made.
func (r *room) takesLong() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turns == 0 {
		return
	}
	r.slow = true
	r.tellAll()
	r.wakeAll()
}

func (r *room) humanTyping(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.humanStop != nil {
		r.humanStop.Stop()
		r.humanStop = nil
	}
	on = on && r.known.owner == dialog.OwnerAgent
	if on && len(r.conns) > 0 {
		r.humanStop = time.AfterFunc(r.hub.opts.HumanTyping, func() { r.humanTyping(false) })
	}
	if on == r.human {
		return
	}
	r.human = on
	for _, c := range r.conns {
		if c.greeted {
			c.enqueue("typing", typingFrame{T: "typing", Who: "human", On: on})
		}
	}
	r.wakeAll()
}

func (r *room) wakeAll() {
	for _, c := range r.conns {
		c.wakeUp()
	}
}

// stopAll ends every connection politely.
func (r *room) stopAll(f farewell) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.end(f)
	}
}

// endSession ends the connections of a session, or all when it is "".
func (r *room) endSession(session string, f farewell) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		if session == "" || c.session == session {
			c.end(f)
		}
	}
}

// extend gives the connections of a session a later end.
func (r *room) extend(s session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		if c.session == s.ID && s.expires().After(c.expires) {
			c.expires = s.expires()
			c.wakeUp()
		}
	}
}

func (r *room) cutAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.cut()
	}
}

// watched reports whether somebody here has the chat open.
func (r *room) watched() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		if c.greeted && c.open && c.farewell == nil {
			return true
		}
	}
	return false
}
