package desk

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// viewFor is how long somebody is taken to look at a chat after they last said
// so.
const viewFor = 25 * time.Second

// viewer is somebody else who has a chat open.
type viewer struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Replying bool   `json:"replying"`
}

// viewers knows who has which chat open, on any node.
type viewers struct {
	mu    sync.Mutex
	chats map[string]map[string]seenBy
}

type seenBy struct {
	viewer
	until time.Time
}

func newViewers() *viewers { return &viewers{chats: map[string]map[string]seenBy{}} }

// set takes in that somebody looks, or has left; true when that is news.
func (v *viewers) set(n note, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	who := v.chats[n.Chat]
	old, known := who[n.Agent]
	known = known && now.Before(old.until)
	if !n.On {
		delete(who, n.Agent)
		if len(who) == 0 {
			delete(v.chats, n.Chat)
		}
		return known
	}
	if who == nil {
		who = map[string]seenBy{}
		v.chats[n.Chat] = who
	}
	fresh := viewer{ID: n.Agent, Name: n.Name, Replying: n.Replying}
	who[n.Agent] = seenBy{fresh, now.Add(viewFor)}
	return !known || old.viewer != fresh
}

// of lists who else has a chat open.
func (v *viewers) of(chat, me string, now time.Time) []viewer {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := []viewer{}
	for id, x := range v.chats[chat] {
		if id != me && now.Before(x.until) {
			list = append(list, x.viewer)
		}
	}
	slices.SortFunc(list, func(a, b viewer) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// typing knows which borrowers are writing.
type typing struct {
	mu    sync.Mutex
	until map[string]time.Time
	told  map[string]time.Time // hints that were passed on, by who writes where
}

// typeFor is how long a typing hint lasts unless it is said again.
const typeFor = 10 * time.Second

func newTyping() *typing { return &typing{until: map[string]time.Time{}, told: map[string]time.Time{}} }

// typeEvery is how often a hint that says nothing new goes to the other nodes.
const typeEvery = 3 * time.Second

// pass reports whether a hint is worth telling: the first, a change, or one that
// keeps the last from ending. Who writes is one person of one chat.
func (t *typing) pass(who string, on bool, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, at := range t.told {
		if now.Sub(at) > typeFor {
			delete(t.told, id)
		}
	}
	at, was := t.told[who]
	if !on {
		delete(t.told, who)
		return was
	}
	if was && now.Sub(at) < typeEvery {
		return false
	}
	t.told[who] = now
	return true
}

func (t *typing) set(chat string, on bool, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.until, chat)
	if on {
		t.until[chat] = now.Add(typeFor)
	}
}

func (t *typing) is(chat string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	until, on := t.until[chat]
	if on && !now.Before(until) {
		delete(t.until, chat)
	}
	return on && now.Before(until)
}
