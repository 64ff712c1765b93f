package webchat

import (
	"context"
	"time"

	"warmline/dialog"
)

// Store is read for sessions, for resuming and after hints of other nodes.
type Store interface {
	// State returns a conversation; one that was never written has Revision 0.
	State(ctx context.Context, conversation string) (dialog.Conversation, error)
	// Since returns at most limit final messages after a sequence number, in
	// order. Messages that retention has removed are left out.
	Since(ctx context.Context, conversation string, after uint64, limit int) ([]dialog.Message, error)
}

// Words are what the widget shows beside messages: catalog labels, and moments
// in the borrower's zone.
type Words interface {
	// Labels returns the widget's own words for a locale by their names.
	Labels(l dialog.Locale) map[string]string
	// Moment returns the day ("11月21日") and the clock time ("10:03").
	Moment(t time.Time, l dialog.Locale, zone string) (day, clock string)
	// Wait returns a length of time ("约6分钟").
	Wait(d time.Duration, l dialog.Locale) string
}

// Typist is told that a borrower is writing, so that a burst is heard as one.
type Typist interface {
	Typing(conversation string, on bool)
}

// Witness is told how far a borrower's widget says it has come, never further
// than what it was sent: up to got it has the messages, up to seen they were
// before the person. level is what the connection may read. It must not block.
type Witness interface {
	Witnessed(conversation string, level dialog.Level, got, seen uint64)
}

// Places tells where a conversation stands in the queue for a human: its place
// from 1 (0 when not known) and about how long it will take (0 when not known).
type Places interface {
	Place(ctx context.Context, conversation string) (place int, about time.Duration, err error)
}

// Notice tells the wallet that a person who is not in the chat has a message.
// It holds no words and nothing about the account: the wallet, or the adapter in
// front of it, shows a neutral line.
type Notice struct {
	Conversation string
	Borrower     string // the lender's id
	Locale       dialog.Locale
	Seq          uint64 // the message's
}

// Notifier sends a notice to the wallet's backend. It is called on a goroutine
// of its own; it may block until ctx ends. Failures are reported and not
// repeated: the next message gives the next chance.
type Notifier interface {
	Notify(ctx context.Context, n Notice) error
}

// Elsewhere is what nodes know of each other's open chats, so that no notice is
// sent to somebody who is reading. Without one this node is taken to be the only
// one.
type Elsewhere interface {
	// Here says whether this node has the chat open. It is said again with every
	// ping, and may be forgotten after two of them.
	Here(ctx context.Context, conversation string, open bool) error
	// Present reports whether another node has it open.
	Present(ctx context.Context, conversation string) (bool, error)
}

// Leases are what only one of all nodes may hold, for a while. A notice is sent
// by whoever holds its conversation's.
type Leases interface {
	Hold(ctx context.Context, name, holder string, d time.Duration) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// Observer counts what happens, for metrics. It is called from many goroutines
// and must not block. Nothing that it is told identifies a person.
type Observer interface {
	// Connection is told of a new connection (+1, 0) and of an end (-1, the
	// close code, 1006 when the socket just broke).
	Connection(change, code int)
	// Frame is told of each frame by its type ("text", "msg", …).
	Frame(sent bool, kind string)
	// Trouble is told of failures by kind, and of refusals ("nack:too_large").
	Trouble(kind string, err error)
}

// Kinds of trouble.
const (
	TroublePanic  = "panic"  // a connection's goroutine panicked; only that one ended
	TroubleStore  = "store"  // a conversation or its messages could not be read
	TroubleEngine = "engine" // an envelope could not be committed
	TroubleNotice = "notice" // the wallet could not be told
	TroubleKeys   = "keys"   // the wallet's keys could not be read
)

type silent struct{}

func (silent) Connection(int, int)   {}
func (silent) Frame(bool, string)    {}
func (silent) Trouble(string, error) {}
