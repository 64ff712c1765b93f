package journey

import (
	"sync"
	"time"
)

// Clock is the scripted time. It moves only when the script says so.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the scripted moment.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock; it never goes back.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}
