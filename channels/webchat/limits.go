package webchat

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of one connection and of one person over all connections. An address
// is never counted: many people share one. They go by the wall clock, whatever
// time it is in the conversation.
const (
	frameRate, frameBurst       = 25, 100 // any frame
	helloCost                   = 10      // a hello counts as so many frames
	messageRate, messageBurst   = 4, 40   // texts and taps of a connection
	identityRate, identityBurst = 4, 80   // texts, taps and sessions of a person
	maxStrikes                  = 5       // refusals before the connection is ended
	identityKeep                = time.Minute
	maxFailures                 = 3 // attempts at a message that our own mistakes spoil
)

// pace is what the reader remembers of a connection.
type pace struct {
	device   string
	frames   *rate.Limiter
	messages *rate.Limiter
	strikes  int
}

func newPace() pace {
	return pace{frames: rate.NewLimiter(frameRate, frameBurst), messages: rate.NewLimiter(messageRate, messageBurst)}
}

func (p *pace) frame(kind string) bool {
	cost := 1
	if kind == "hello" {
		cost = helloCost
	}
	return p.frames.AllowN(time.Now(), cost)
}

func (p *pace) message() bool { return p.messages.Allow() }

// strike counts a refusal and reports whether it was one too many.
func (p *pace) strike() bool {
	p.strikes++
	return p.strikes >= maxStrikes
}

// identities limits people, over connections and reconnects of this node.
type identities struct {
	mu    sync.Mutex
	of    map[string]*identity
	swept time.Time
}

type identity struct {
	limit  *rate.Limiter
	used   time.Time
	failed map[string]int // attempts by client id
}

func newIdentities() *identities { return &identities{of: map[string]*identity{}} }

func (i *identities) get(id string, now time.Time) *identity {
	if now.Sub(i.swept) > identityKeep {
		i.swept = now
		for key, one := range i.of {
			if now.Sub(one.used) > identityKeep { // its bucket is full again
				delete(i.of, key)
			}
		}
	}
	one := i.of[id]
	if one == nil {
		one = &identity{limit: rate.NewLimiter(identityRate, identityBurst)}
		i.of[id] = one
	}
	one.used = now
	return one
}

// allow counts an action of a person and reports whether it is within bounds.
func (i *identities) allow(id string) bool {
	now := time.Now()
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.get(id, now).limit.AllowN(now, 1)
}

// failed counts an attempt at a message that our own mistake spoiled, and
// reports whether there were enough of them.
func (i *identities) failed(id, message string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	one := i.of[id]
	if one == nil {
		return true
	}
	if one.failed == nil || len(one.failed) > 64 {
		one.failed = map[string]int{}
	}
	one.failed[message]++
	return one.failed[message] >= maxFailures
}
