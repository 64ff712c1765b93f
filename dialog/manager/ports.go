package manager

import (
	"context"
	"time"

	"warmline/dialog"
)

// States keeps conversations.
type States interface {
	// Load returns a conversation and its pending messages; one that was never
	// written has Revision 0.
	Load(ctx context.Context, conversation string) (dialog.Conversation, []dialog.Message, error)
	// Commit writes a turn whole, provided that the conversation still has
	// revision ch.From and that no mark was used before. The marks are the
	// device numbers of rec.Envelope (see Marks) or else ch.Dedupe; those that
	// were used are returned, and then nothing was written. With ch.Reject the
	// same is checked and nothing is written. CodeConflict: the revision has
	// moved on.
	Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) (used []string, err error)
}

// Needs says what a turn has to be told before it can be decided.
type Needs struct {
	Facts bool // the lender's facts of the borrower
	Desk  bool // the state of the human desk
}

// Decider is the deterministic core.
type Decider interface {
	Needs(c dialog.Conversation, e dialog.Envelope) Needs
	Step(c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change
	// RulesHash names the rules that Step decides by, for the journal.
	RulesHash() string
}

// Listener turns words into meaning.
type Listener interface {
	Hear(text string, in dialog.HearContext) dialog.Understanding
}

// Speaker turns acts into words.
type Speaker interface {
	// Render fills in the reviewed text of an act.
	Render(a dialog.Act, l dialog.Locale, zone string) (dialog.Rendered, error)
	// Label is a button's words.
	Label(o dialog.Option, l dialog.Locale, zone string) (string, error)
	// Review looks at a final text before it is committed. An error names the
	// rule, never the text.
	Review(a dialog.Act, l dialog.Locale, r dialog.Rendered) error
}

// FactSource asks the lender. Its failure, or taking longer than the budget,
// becomes Facts.Unavailable.
type FactSource interface {
	Facts(ctx context.Context, borrower string) (dialog.Facts, error)
}

// DeskSource tells the state of the human desk.
type DeskSource interface {
	Desk(ctx context.Context, conversation string) (dialog.DeskFacts, error)
}

// Outbox keeps what is to leave.
type Outbox interface {
	// Claim takes an item for one attempt and returns it with its borrower and
	// the number of the attempt. CodeNotFound: done already. CodeConflict: not
	// its turn. CodeForbidden, with the item: it must not run any more, Text
	// says why.
	Claim(ctx context.Context, now time.Time, id string) (dialog.OutboxItem, string, int, error)
	// Retry puts an item back until at; clean says that the attempt certainly
	// had no effect.
	Retry(ctx context.Context, id string, at time.Time, clean bool) error
	// Done ends an item, as poison when there is a reason, and returns the next
	// one of its lane that may run now.
	Done(ctx context.Context, now time.Time, id, reason string) (next string, err error)
}

// Backlog finds what a node that stopped left behind, and what it is time for.
// Both return what they could find beside an error.
type Backlog interface {
	Due(ctx context.Context, now time.Time, limit int) ([]string, error)
}

// Transcript finds messages.
type Transcript interface {
	Message(ctx context.Context, conversation, id string) (dialog.Message, error)
}

// TimerSource finds timers that fell due.
type TimerSource interface {
	DueTimers(ctx context.Context, now time.Time, limit int) ([]dialog.Envelope, error)
	// DropTimer removes a timer that still has this due time.
	DropTimer(ctx context.Context, conversation string, t dialog.TimerEvent) error
}

// CallRunner has an effect brought about at the lender, the pager or the
// notifier under the call's Ref as idempotency key. An answer without an error
// is definite. An error means that the outcome is not known, or with
// CodeRateLimited that nothing happened; the same call is made again.
type CallRunner interface {
	Do(ctx context.Context, borrower string, call dialog.Call) (dialog.LenderEvent, error)
}

// Sender carries a message to a channel that does not pull. Errors:
// CodeForbidden when the person has blocked us, CodeInvalid or CodeNotFound
// when it can never be delivered, CodeRateLimited when it was not taken and may
// be later; anything else leaves it open and the message is sent again.
type Sender interface {
	Send(ctx context.Context, address string, m dialog.Message) error
}

// Redacter is a Sender that can take back what an address was shown above level
// 1. Errors as for Sender.
type Redacter interface {
	Redact(ctx context.Context, address string) error
}

// Phraser asks a model for the words of a pending act. Failing is part of its
// answer.
type Phraser interface {
	Phrase(ctx context.Context, m dialog.Message) dialog.PhrasedEvent
}

// SecondListener gives a second opinion on a text that was not clear. After an
// error, or without a driving intent, it is as if it had not been asked.
type SecondListener interface {
	HearAgain(ctx context.Context, m dialog.Message) (dialog.Understanding, error)
}

// Observer is told what happened, for metrics and logs. It is called from many
// goroutines and must not block. What it is told holds no account fact and no
// text of a person.
type Observer interface {
	Turn(TurnReport)
	Item(ItemReport)
	Trouble(kind string, err error)
}

// Kinds of trouble.
const (
	TroublePanic   = "panic"   // a turn, or something that it called, panicked
	TroubleReview  = "review"  // a text did not pass its review
	TroublePoison  = "poison"  // an item was given up
	TroubleRelay   = "relay"   // the relay could not reach the store
	TroubleTimers  = "timers"  // timers could not be read, or one could not be delivered
	TroubleFacts   = "facts"   // the lender did not tell the facts in time
	TroubleDecider = "decider" // the core's change does not fit the conversation
)

// TurnReport is what is told of a turn.
type TurnReport struct {
	Kind      dialog.EventKind
	Channel   dialog.ChannelKind
	Lines     int  // envelopes that the turn answered
	Tries     int  // 1 unless another node was faster
	Warm      bool // no load was needed
	Duplicate bool
	Code      dialog.Code // "" when committed
	Took      time.Duration
	Commit    time.Duration
	Acts      []dialog.ActKind
	Fired     []dialog.Fired
}

// ItemReport is what is told of an attempt to have something leave.
type ItemReport struct {
	Kind    string // the call's kind, send:CHANNEL, phrase, hear
	Outcome string // done, retry, poison, or why it was dropped
	Attempt int
	Took    time.Duration
}

// silent is the observer of those who do not want one.
type silent struct{}

func (silent) Turn(TurnReport)       {}
func (silent) Item(ItemReport)       {}
func (silent) Trouble(string, error) {}
