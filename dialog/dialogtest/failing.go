package dialogtest

import (
	"context"
	"sync"
	"time"

	"warmline/dialog"
)

// Failing is a store that misbehaves on command. It counts the calls that are
// made of it; Plan says what becomes of each.
type Failing struct {
	Store
	// Plan is asked before each call, numbered from 1.
	Plan func(call int, name string) Fault

	mu    sync.Mutex
	calls int
	dead  bool
}

// Fault is what becomes of a call.
type Fault int

const (
	Fine        Fault = iota // it is made
	FailBefore               // it fails and was not made
	FailAfter                // it fails although it was made
	CrashBefore              // the process dies before it: this and every later call fails
	CrashAfter               // the process dies after it, before anybody hears the answer
)

// Calls returns how many calls were made, failed ones included.
func (f *Failing) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Dead reports whether a crash was acted out.
func (f *Failing) Dead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead
}

var errOutage = dialog.E(dialog.CodeUnavailable, "the store cannot be reached", nil)

// act makes a call, or does not, as planned.
func (f *Failing) act(name string, call func() error) error {
	f.mu.Lock()
	f.calls++
	fault := Fine
	if f.Plan != nil {
		fault = f.Plan(f.calls, name)
	}
	if f.dead {
		f.mu.Unlock()
		return errOutage
	}
	f.dead = fault == CrashBefore || fault == CrashAfter
	f.mu.Unlock()
	if fault == FailBefore || fault == CrashBefore {
		return errOutage
	}
	err := call()
	if fault == FailAfter || fault == CrashAfter {
		return errOutage
	}
	return err
}

// Load implements Store.
func (f *Failing) Load(ctx context.Context, id string) (c dialog.Conversation, pending []dialog.Message, err error) {
	err = f.act("Load", func() (err error) { c, pending, err = f.Store.Load(ctx, id); return err })
	return c, pending, err
}

// Commit implements Store.
func (f *Failing) Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) (used []string, err error) {
	err = f.act("Commit", func() (err error) { used, err = f.Store.Commit(ctx, now, before, ch, rec); return err })
	if err != nil {
		used = nil
	}
	return used, err
}

// Claim implements Store.
func (f *Failing) Claim(ctx context.Context, now time.Time, id string) (it dialog.OutboxItem, borrower string, n int, err error) {
	err = f.act("Claim", func() (err error) { it, borrower, n, err = f.Store.Claim(ctx, now, id); return err })
	return it, borrower, n, err
}

// Retry implements Store.
func (f *Failing) Retry(ctx context.Context, id string, at time.Time, clean bool) error {
	return f.act("Retry", func() error { return f.Store.Retry(ctx, id, at, clean) })
}

// Done implements Store.
func (f *Failing) Done(ctx context.Context, now time.Time, id, reason string) (next string, err error) {
	err = f.act("Done", func() (err error) { next, err = f.Store.Done(ctx, now, id, reason); return err })
	if err != nil {
		next = ""
	}
	return next, err
}

// Due implements Store.
func (f *Failing) Due(ctx context.Context, now time.Time, limit int) (ids []string, err error) {
	err = f.act("Due", func() (err error) { ids, err = f.Store.Due(ctx, now, limit); return err })
	if err != nil {
		ids = nil
	}
	return ids, err
}

// Message implements Store.
func (f *Failing) Message(ctx context.Context, conversation, id string) (m dialog.Message, err error) {
	err = f.act("Message", func() (err error) { m, err = f.Store.Message(ctx, conversation, id); return err })
	return m, err
}

// DueTimers implements Store.
func (f *Failing) DueTimers(ctx context.Context, now time.Time, limit int) (list []dialog.Envelope, err error) {
	err = f.act("DueTimers", func() (err error) { list, err = f.Store.DueTimers(ctx, now, limit); return err })
	if err != nil {
		list = nil
	}
	return list, err
}

// DropTimer implements Store.
func (f *Failing) DropTimer(ctx context.Context, id string, t dialog.TimerEvent) error {
	return f.act("DropTimer", func() error { return f.Store.DropTimer(ctx, id, t) })
}
