package webchat

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is a rate with a burst.
type Limit struct {
	PerSecond float64
	Burst     int
}

// Limits are those of one connection and of one person over all connections.
// An address is never counted: many people share one. They go by the wall
// clock, whatever time it is in the conversation. Zero means the default.
type Limits struct {
	Frames   Limit // any frame of a connection: 25 a second, 100 at once; a hello counts as ten
	Messages Limit // texts and taps of a connection: 4 a second, 40 at once
	Person   Limit // texts, taps and sessions of a person: 4 a second, 80 at once
}

func (l Limits) withDefaults() Limits {
	for _, x := range []struct{ limit, or *Limit }{
		{&l.Frames, &Limit{25, 100}}, {&l.Messages, &Limit{4, 40}}, {&l.Person, &Limit{4, 80}},
	} {
		if *x.limit == (Limit{}) {
			*x.limit = *x.or
		}
	}
	return l
}

func (l Limit) limiter() *rate.Limiter { return rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst) }

const (
	helloCost    = 10 // frames
	maxStrikes   = 5  // refusals before the connection is ended
	identityKeep = time.Minute
	maxFailures  = 3 // attempts at a message that our own mistakes spoil
)

// pace is what the reader remembers of a connection.
type pace struct {
	device   string
	frames   *rate.Limiter
	messages *rate.Limiter
	strikes  int
}

func newPace(l Limits) pace { return pace{frames: l.Frames.limiter(), messages: l.Messages.limiter()} }

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
	limit Limit

	mu    sync.Mutex
	of    map[string]*identity
	swept time.Time
}

type identity struct {
	limit  *rate.Limiter
	used   time.Time
	failed map[string]int // attempts by client id
}

func newIdentities(l Limit) *identities { return &identities{limit: l, of: map[string]*identity{}} }

func (i *identities) get(id string, now time.Time) *identity {
	if now.Sub(i.swept) > identityKeep {
		i.swept = now
		for key, one := range i.of {
			if now.Sub(one.used) > identityKeep && one.limit.TokensAt(now) >= float64(i.limit.Burst) {
				delete(i.of, key)
			}
		}
	}
	one := i.of[id]
	if one == nil {
		one = &identity{limit: i.limit.limiter()}
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
