package dialogtest

import (
	"context"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// Store is everything that a store does for the manager, the channels and the
// desk.
type Store interface {
	manager.States
	manager.Outbox
	manager.Backlog
	manager.Transcript
	manager.TimerSource
	After(ctx context.Context, conversation string, seq uint64, limit int) ([]dialog.Message, error)
	Desk(ctx context.Context) ([]dialog.Conversation, error)
	Conversations(ctx context.Context, each func(ids []string) error) error
	EraseLine(ctx context.Context, conversation string, seq uint64, at time.Time) error
}

// Lease is longer than any lease or claim of the stores under test.
const Lease = 10 * time.Minute
