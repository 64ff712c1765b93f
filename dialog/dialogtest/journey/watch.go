package journey

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// Watch records what the system under test commits and knows when it has come
// to rest: nothing on its way out, nothing waiting for its turn.
type Watch struct {
	mu      sync.Mutex
	changes []dialog.Change
	calls   []dialog.Call
	going   map[string]bool // outbox items that are under way
	trouble []string
	moved   chan struct{}
}

func newWatch() *Watch { return &Watch{going: map[string]bool{}, moved: make(chan struct{}, 1)} }

// Committed is told of every change that was written.
func (w *Watch) Committed(ch dialog.Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes = append(w.changes, ch)
	for _, it := range ch.Outbox {
		if it.Call != nil {
			w.calls = append(w.calls, *it.Call)
		}
	}
}

// Outgoing is told of every item of a commit; those for later do not count.
func (w *Watch) Outgoing(items []dialog.OutboxItem, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, it := range items {
		if !it.NotBefore.After(now) {
			w.going[it.ID] = true
		}
	}
}

// Ended is told of every item that is through, in whatever way.
func (w *Watch) Ended(id string) {
	w.mu.Lock()
	delete(w.going, id)
	w.mu.Unlock()
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// Trouble implements the part of manager.Observer that a journey reports.
func (w *Watch) Trouble(kind string, err error) {
	if errors.Is(err, errOutOfReach) {
		return // as the script wants it
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = append(w.trouble, fmt.Sprintf("%s: %v", kind, err))
}

// Turn implements manager.Observer.
func (w *Watch) Turn(manager.TurnReport) {}

// Item implements manager.Observer.
func (w *Watch) Item(manager.ItemReport) {}

// Busy returns how many items are on their way out.
func (w *Watch) Busy() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.going)
}

// rest waits until no item is under way.
func (w *Watch) rest(ctx context.Context) error {
	for {
		w.mu.Lock()
		n := len(w.going)
		w.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-w.moved:
		case <-ctx.Done():
			return fmt.Errorf("%d items of the outbox did not get through: %w", n, ctx.Err())
		}
	}
}

// take returns what was recorded since the last take.
func (w *Watch) take() (changes []dialog.Change, calls []dialog.Call, trouble []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changes, calls, trouble = w.changes, w.calls, w.trouble
	w.changes, w.calls, w.trouble = nil, nil, nil
	return changes, calls, trouble
}

// Recorder is a store that tells a Watch of every commit.
type Recorder struct {
	manager.States
	Watch *Watch
}

// Commit implements manager.States.
func (r Recorder) Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) ([]string, error) {
	used, err := r.States.Commit(ctx, now, before, ch, rec)
	if err == nil && len(used) == 0 && ch.Reject == nil {
		r.Watch.Committed(ch)
	}
	return used, err
}

// Ends is an outbox that tells a Watch of every item that is through.
type Ends struct {
	manager.Outbox
	Watch *Watch
}

// Claim implements manager.Outbox; an item that must not run any more is through.
func (e Ends) Claim(ctx context.Context, now time.Time, id string) (dialog.OutboxItem, string, int, error) {
	item, borrower, attempt, err := e.Outbox.Claim(ctx, now, id)
	if dialog.CodeOf(err) == dialog.CodeNotFound {
		e.Watch.Ended(id)
	}
	return item, borrower, attempt, err
}

// Done implements manager.Outbox.
func (e Ends) Done(ctx context.Context, now time.Time, id, reason string) (string, error) {
	next, err := e.Outbox.Done(ctx, now, id, reason)
	if err == nil {
		e.Watch.Ended(id)
	}
	return next, err
}
