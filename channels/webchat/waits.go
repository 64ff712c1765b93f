package webchat

import (
	"context"
	"sync"
	"time"
)

// waits makes the contexts under which envelopes wait for their turn. What comes
// within the same moments shares one: a timer for each envelope is dearer than
// what it watches over.
type waits struct {
	all context.Context // ends with the hub

	mu     sync.Mutex
	recent context.Context
	end    context.CancelFunc // of the recent one, which ends by itself
	made   time.Time
}

// sharing is for how long a context is given to those that come.
const sharing = time.Second

// until returns a context that lasts as long as a wait may, or a moment longer.
func (w *waits) until(wait time.Duration) context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); w.recent == nil || now.Sub(w.made) >= sharing {
		w.made = now
		w.recent, w.end = context.WithTimeout(w.all, wait+sharing)
	}
	return w.recent
}
