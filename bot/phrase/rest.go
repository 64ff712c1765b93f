package phrase

import (
	"sync"
	"time"
)

const (
	// restFor is how long a model is not asked for a text that it got wrong
	// twice in a row: it would cost two calls each time.
	restFor = 10 * time.Minute
	// maxResting bounds what is remembered; it all begins anew when full.
	maxResting = 2048
)

// rests remembers the keys that a model is not asked for.
type rests struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (r *rests) on(key string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return now.Before(r.until[key])
}

func (r *rests) begin(key string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.until) >= maxResting {
		clear(r.until)
	}
	r.until[key] = now.Add(restFor)
}
