package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"warmline/dialog"
)

// chatRow is a conversation in human hands, with its spell.
type chatRow struct {
	c dialog.Conversation // the fields that a queue shows
	p spell
}

// snapshot is everything that the queue is drawn from, as of one moment. It
// never changes.
type snapshot struct {
	at, wall time.Time
	st       Settings
	rows     map[string]chatRow
	order    []string // those that wait, in the order in which they are answered
	people   map[string]Account
	seen     map[string]presence
	offers   map[string]offer
	snoozes  map[string]snooze
	requests map[string]request
	pages    map[string]page
	recent   recent
	prints   map[string]string // what each row looks like, to notice changes
}

// recent is what the last handoffs tell of the next.
type recent struct {
	at     time.Time
	claim  time.Duration // from asking to a human's taking over; 0 not known
	handle time.Duration
}

// live holds the newest snapshot.
type live struct {
	mu    sync.Mutex // one refresh at a time
	now   atomic.Pointer[snapshot]
	again sync.Map // chats whose spell was changed beside its conversation
}

func newLive() *live {
	l := &live{}
	l.now.Store(&snapshot{})
	return l
}

// load is how many chats somebody has that they have not put aside.
func (l *live) load(agent string) int { return l.now.Load().load(agent) }

func (x *snapshot) load(agent string) int {
	n := 0
	for id, row := range x.rows {
		if _, aside := x.snoozes[id]; row.c.Owner == dialog.OwnerAgent && row.c.Agent == agent && !aside {
			n++
		}
	}
	return n
}

// stir asks for a new snapshot soon.
func (s *Server) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// refresh takes a new snapshot and returns it with the one before.
func (s *Server) refresh(ctx context.Context) (was, is *snapshot, err error) {
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	was = s.live.now.Load()
	is = &snapshot{at: s.opts.Now(), wall: s.opts.Wall(), rows: map[string]chatRow{}}
	if is.st, err = s.settings(ctx); err != nil {
		return was, was, err
	}
	list, err := s.opts.Chats.Desk(ctx)
	if err != nil {
		return was, was, fmt.Errorf("list the desk: %w", err)
	}
	if err := s.documents(ctx, is); err != nil {
		return was, was, err
	}
	for _, c := range list {
		row, known := was.rows[c.ID]
		if _, again := s.live.again.LoadAndDelete(c.ID); again || !known || row.p.Revision != c.Revision {
			if row.p, _, err = s.followed(ctx, c.ID); err != nil {
				return was, was, fmt.Errorf("follow a chat: %w", err)
			}
		}
		row.c = c
		is.rows[c.ID] = row
		if c.Owner == dialog.OwnerQueue {
			is.order = append(is.order, c.ID)
		}
	}
	if err := s.endGone(ctx, was, is); err != nil {
		return was, was, err
	}
	is.recent = s.lookBack(ctx, was.recent)
	is.prints = make(map[string]string, len(is.rows))
	for id := range is.rows {
		is.prints[id] = is.print(id)
	}
	s.live.now.Store(is)
	return was, is, nil
}

// documents reads what the desk itself keeps of the queue.
func (s *Server) documents(ctx context.Context, is *snapshot) (err error) {
	if is.people, err = loadAll[Account](ctx, s.opts.Shelf, kindAccount); err != nil {
		return err
	}
	if is.seen, err = loadAll[presence](ctx, s.opts.Shelf, kindPresence); err != nil {
		return err
	}
	if is.offers, err = loadAll[offer](ctx, s.opts.Shelf, kindOffer); err != nil {
		return err
	}
	if is.snoozes, err = loadAll[snooze](ctx, s.opts.Shelf, kindSnooze); err != nil {
		return err
	}
	if is.requests, err = loadAll[request](ctx, s.opts.Shelf, kindRequest); err != nil {
		return err
	}
	is.pages, err = loadAll[page](ctx, s.opts.Shelf, kindPage)
	return err
}

// followed brings a spell up to date and writes down a handoff that ended.
func (s *Server) followed(ctx context.Context, id string) (spell, bool, error) {
	p, ended, err := s.follow(ctx, id)
	if err != nil || !ended {
		return p, ended, err
	}
	return p, true, s.closeSpell(ctx, p)
}

// endGone ends the spells of chats that left the desk.
func (s *Server) endGone(ctx context.Context, was, is *snapshot) error {
	for id := range was.rows {
		if _, still := is.rows[id]; still {
			continue
		}
		if _, _, err := s.followed(ctx, id); err != nil {
			return fmt.Errorf("end a handoff: %w", err)
		}
		s.lately.note(id, is.wall)
	}
	return nil
}

// lookBackEvery is how often the recent handoffs are read again.
const lookBackEvery = 30 * time.Second

func (s *Server) lookBack(ctx context.Context, was recent) recent {
	now := s.opts.Wall()
	if now.Sub(was.at) < lookBackEvery {
		return was
	}
	found, err := s.handoffs(ctx, 40, func(spell) bool { return true })
	if err != nil {
		return was
	}
	r := recent{at: now}
	var claims, handles []time.Duration
	for _, h := range found {
		if !h.Claimed.IsZero() {
			claims, handles = append(claims, h.Claimed.Sub(h.Queued)), append(handles, h.handled())
		}
	}
	r.claim, r.handle = middle(claims), middle(handles)
	return r
}

// middle is the median, which one endless chat does not move.
func middle(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// print is what a row depends on.
func (x *snapshot) print(id string) string {
	row := x.rows[id]
	_, _, sla := row.p.due(x.st.target(row.c.Priority), x.at)
	return fmt.Sprint(row.c.Revision, row.p.Revision, row.p.Rating, row.p.Said, sla, x.offers[id], x.snoozes[id], x.pages[id], x.open(id), x.place(id))
}

// open counts the requests of a chat that wait for a decision.
func (x *snapshot) open(id string) int {
	n := 0
	for _, r := range x.requests {
		if r.Chat == id && r.State == requestOpen {
			n++
		}
	}
	return n
}

// changed lists the rows that look different from an earlier snapshot, and
// those that are gone.
func (x *snapshot) changed(was *snapshot) (rows, gone []string) {
	for id, print := range x.prints {
		if was.prints[id] != print {
			rows = append(rows, id)
		}
	}
	for id := range was.prints {
		if _, still := x.prints[id]; !still {
			gone = append(gone, id)
		}
	}
	slices.Sort(rows)
	slices.Sort(gone)
	return rows, gone
}

// place is a waiting chat's place among those that the same people answer, from
// 1; 0 when it does not wait.
func (x *snapshot) place(id string) int {
	row, here := x.rows[id]
	if !here || row.c.Owner != dialog.OwnerQueue {
		return 0
	}
	team, n := x.st.team(row.c.Queue).ID, 0
	for _, other := range x.order {
		if x.st.team(x.rows[other].c.Queue).ID == team {
			n++
		}
		if other == id {
			break
		}
	}
	return n
}

// able lists who could take a chat of a queue and language: there, available,
// with the skill and the words.
func (x *snapshot) able(queue string, l dialog.Locale) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(x.people)) {
		a := x.people[id]
		fits := a.may("claim") && !a.Disabled && x.seen[id].state(x.wall, x.st) == statusAvailable &&
			(len(a.Skills) == 0 || slices.Contains(a.Skills, queue)) &&
			(len(a.Languages) == 0 || l == "" || slices.Contains(a.Languages, l.Language()))
		if fits {
			ids = append(ids, id)
		}
	}
	return ids
}

// estimate says how long somebody at a place will wait, from who is there and
// how long the last handoffs took; 0 when that cannot be said honestly.
func (x *snapshot) estimate(queue string, l dialog.Locale, place int) time.Duration {
	able := x.able(queue, l)
	if len(able) == 0 {
		return 0
	}
	room, total := 0, 0
	for _, id := range able {
		limit := orInt(x.people[id].Cap, x.st.Cap)
		total += limit
		room += max(0, limit-x.load(id))
	}
	about := x.recent.claim
	if about == 0 {
		about = 2 * time.Minute // nobody has been waited for yet: what a person who is free needs to read
	}
	if over := place - room; over > 0 {
		handle := x.recent.handle
		if handle == 0 {
			handle = 12 * time.Minute
		}
		about += time.Duration(over) * handle / time.Duration(total)
	}
	return max(about.Round(time.Minute), time.Minute)
}
