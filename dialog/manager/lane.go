package manager

import (
	"context"
	"time"

	"warmline/dialog"
)

// job is an envelope that waits for its turn. done is told its outcome and does
// not block, so that a caller who left does not hold up the lane.
type job struct {
	env  dialog.Envelope
	ctx  context.Context
	at   time.Time // when it came, by the process's own clock: waiting is not part of a replay
	done func(Receipt, error)
}

type outcome struct {
	receipt Receipt
	err     error
}

// lane is one conversation's queue. Its fields belong to Engine.mu; its
// goroutine lives only while there is work.
type lane struct {
	queue  []*job
	typing bool
	wake   chan struct{} // room for one: the queue or the typing hint changed
}

func (l *lane) wakeUp() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (e *Engine) enqueue(j *job) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := j.env.Conversation
	l := e.lanes[id]
	switch {
	case e.closed:
		return dialog.E(dialog.CodeUnavailable, "the service is stopping", nil)
	case e.waiting >= e.opts.Backlog:
		return dialog.E(dialog.CodeUnavailable, "too much is going on", nil)
	case l != nil && len(l.queue) >= e.opts.Waiting:
		return dialog.E(dialog.CodeRateLimited, "too many messages at once", nil)
	case l == nil:
		l = &lane{wake: make(chan struct{}, 1)}
		e.lanes[id] = l
		e.running.Add(1)
		e.crew.run(func() { e.runLane(id, l) })
	}
	l.queue = append(l.queue, j)
	e.waiting++
	l.wakeUp()
	return nil
}

func (e *Engine) runLane(id string, l *lane) {
	defer e.running.Done()
	for {
		jobs, wait := e.take(id, l)
		switch {
		case jobs != nil:
			e.serve(jobs)
		case wait == 0:
			return
		default:
			e.linger(l, wait)
		}
	}
}

// linger waits for another line, for the typing to stop or for the time to be
// over.
func (e *Engine) linger(l *lane, wait time.Duration) {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.wake:
	case <-e.closing:
	}
}

// take removes the next turn's jobs from the queue. With no jobs it returns how
// long to wait for more lines; with neither, the lane is gone.
func (e *Engine) take(id string, l *lane) ([]*job, time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.prune(l)
	if len(l.queue) == 0 {
		delete(e.lanes, id)
		return nil, 0
	}
	n := burst(l.queue, e.opts.Burst)
	if n == len(l.queue) && n < e.opts.Burst && !e.closed && mergeable(l.queue[0].env) {
		if wait := e.patience(l); wait > 0 {
			return nil, wait
		}
	}
	jobs := append([]*job(nil), l.queue[:n]...)
	l.queue = append(l.queue[:0], l.queue[n:]...)
	e.waiting -= n
	return jobs, 0
}

// patience returns how much longer a burst is waited for: Linger after its last
// line, longer while the person types, never beyond LingerMax after its first.
func (e *Engine) patience(l *lane) time.Duration {
	if e.opts.Linger == 0 {
		return 0
	}
	first, last := l.queue[0].at, l.queue[len(l.queue)-1].at
	until, latest := last.Add(e.opts.Linger), first.Add(e.opts.LingerMax)
	if l.typing || until.After(latest) {
		until = latest
	}
	return time.Until(until)
}

// behind takes from a lane what came through the same hands after an envelope
// that could not be committed: it comes again, and what was said after it must
// not be heard before it.
func (e *Engine) behind(env dialog.Envelope) []*job {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lanes[env.Conversation]
	if l == nil || env.Session == "" {
		return nil
	}
	var taken []*job
	kept := l.queue[:0]
	for _, j := range l.queue {
		if j.env.Channel == env.Channel && j.env.Session == env.Session && j.env.Device == env.Device {
			taken = append(taken, j)
		} else {
			kept = append(kept, j)
		}
	}
	clear(l.queue[len(kept):])
	l.queue = kept
	e.waiting -= len(taken)
	return taken
}

// prune takes back the jobs whose callers have left before their turn.
func (e *Engine) prune(l *lane) {
	kept := l.queue[:0]
	for _, j := range l.queue {
		if err := j.ctx.Err(); err != nil {
			// Callers may come back into the engine: not under its lock.
			go j.done(Receipt{}, dialog.E(dialog.CodeUnavailable, "it took too long", err))
			e.waiting--
			continue
		}
		kept = append(kept, j)
	}
	clear(l.queue[len(kept):])
	l.queue = kept
}
