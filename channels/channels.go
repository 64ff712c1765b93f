// Package channels holds what every edge to people shares: how an event is
// handed to the engine and what comes back. The channels themselves are the
// packages below; none imports another, nor the engine.
package channels

import (
	"context"

	"warmline/dialog"
)

// Receipt says what became of an envelope.
type Receipt struct {
	Revision  uint64 // of the conversation after the turn
	Seq       uint64 // its last message then
	Duplicate bool   // it was committed before; nothing was repeated
}

// Deliver brings an envelope to its conversation and returns once the turn is
// committed. Errors carry a dialog.Code: unavailable means that the same
// envelope may be delivered again, rate_limited that it was not taken, any other
// that the core has refused it.
type Deliver func(ctx context.Context, e dialog.Envelope) (Receipt, error)

// Submit enqueues an envelope in the order of the calls and returns at once;
// done is called exactly once, after the commit or with Deliver's errors, on
// any goroutine and perhaps before Submit returns. When ctx ends the envelope
// may be taken back.
type Submit func(ctx context.Context, e dialog.Envelope, done func(Receipt, error))

// Hint says that a conversation changed somewhere: a wake-up, never the news
// itself. Hints may be lost or merged.
type Hint struct {
	Conversation string // "" after a lost connection: anything may have changed
	Seq          uint64 // last message, 0 when not known
	Revision     uint64 // of the conversation, 0 when not known
	Desk         bool   // its place in the desk's queue changed
}

// Deliver submits an envelope and waits for what becomes of it. When ctx ends
// first the outcome is not known and the error is dialog.CodeUnavailable.
func (s Submit) Deliver(ctx context.Context, e dialog.Envelope) (Receipt, error) {
	type outcome struct {
		receipt Receipt
		err     error
	}
	done := make(chan outcome, 1)
	s(ctx, e, func(r Receipt, err error) { done <- outcome{r, err} })
	select {
	case out := <-done:
		return out.receipt, out.err
	case <-ctx.Done():
		return Receipt{}, dialog.E(dialog.CodeUnavailable, "it took too long", ctx.Err())
	}
}
