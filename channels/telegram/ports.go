package telegram

import (
	"context"
	"log/slog"
	"time"

	"warmline/dialog"
)

// Store is read to find out whom a chat belongs to and what a button stands for.
type Store interface {
	// State returns a conversation; one that was never written has Revision 0.
	State(ctx context.Context, conversation string) (dialog.Conversation, error)
	// Since returns at most limit final messages after a sequence number.
	Since(ctx context.Context, conversation string, after uint64, limit int) ([]dialog.Message, error)
}

// Index finds the conversation that a chat was last linked to. It is a hint.
type Index interface {
	Chat(ctx context.Context, address string) (conversation string, err error)
	SetChat(ctx context.Context, address, conversation string) error
}

// Once lets a token be used one time: true for its first user, and for the same
// user again.
type Once interface {
	Burn(ctx context.Context, token, by string, keep time.Duration) (bool, error)
}

// Lease lets one node poll at a time.
type Lease interface {
	Hold(ctx context.Context, name, holder string, d time.Duration) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// Delivery is a part of a message that the platform has taken.
type Delivery struct {
	Address string
	Message string // ours
	Part    int    // from 0
	ID      int    // the platform's
	Seq     uint64 // the message's place in the conversation
	Private bool   // above level 1
	At      time.Time
}

// Ledger remembers what chats were sent.
type Ledger interface {
	NoteDelivery(ctx context.Context, d Delivery) error
	// Delivered returns how many parts of a message are known to have arrived.
	Delivered(ctx context.Context, message string) (int, error)
	// Latest returns the sequence number of what a chat was sent last, and when.
	Latest(ctx context.Context, address string) (uint64, time.Time, error)
}

// Shown remembers what has to be taken back when a chat's approval ends.
type Shown interface {
	Shown(ctx context.Context, address string) ([]int, error)
	Unshown(ctx context.Context, address string, ids []int) error
}

// Files keeps evidence that somebody was asked for, apart from the conversation.
type Files interface {
	// Put stores a file and returns its id. Kind is its media type, found out
	// from its content. CodeTooLarge, CodeInvalid: it is not taken, and would not
	// be the next time.
	Put(ctx context.Context, conversation, kind string, content []byte) (id string, err error)
}

// Words are what the bot shows beside messages: labels by name, "" for none.
type Words interface {
	Word(l dialog.Locale, name string) string
}

// Observer counts what happens, for metrics and logs. It must not block, and
// nothing that it is told identifies a person.
type Observer interface {
	Count(what string)
	Trouble(kind string, err error)
}

// Kinds of trouble.
const (
	TroublePoll   = "telegram.poll"   // updates could not be fetched
	TroubleUpdate = "telegram.update" // an update could not be read, or was given up
	TroubleStore  = "telegram.store"  // what was delivered could not be noted
	TroubleSend   = "telegram.send"   // something beside a message could not be sent
	TroublePanic  = "telegram.panic"  // an update made its handler panic
)

type silent struct{}

func (silent) Count(string)          {}
func (silent) Trouble(string, error) {}

// reporter is an Observer that also logs.
type reporter struct {
	Observer
	log *slog.Logger
}

func newReporter(o Observer, log *slog.Logger) reporter {
	if o == nil {
		o = silent{}
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return reporter{o, log}
}

// Trouble implements Observer.
func (r reporter) Trouble(kind string, err error) {
	r.Observer.Trouble(kind, err)
	r.log.Warn("telegram", "kind", kind, "err", err)
}
