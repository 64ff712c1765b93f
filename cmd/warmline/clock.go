package main

import (
	"sync/atomic"
	"time"
)

// clock is the service's time: the machine's, which a demonstration may move on
// by whole days. Nothing else may.
type clock struct{ ahead atomic.Int64 }

// Now returns the service's time.
func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// advance moves the time on.
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }
