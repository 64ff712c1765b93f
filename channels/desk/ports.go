package desk

import (
	"context"
	"net/http"
	"time"

	"warmline/dialog"
)

// Chats reads conversations.
type Chats interface {
	// State returns a conversation; one that was never written has Revision 0.
	State(ctx context.Context, conversation string) (dialog.Conversation, error)
	// Since returns at most limit final messages after a sequence number, in order.
	Since(ctx context.Context, conversation string, after uint64, limit int) ([]dialog.Message, error)
	// Desk lists the conversations that wait for a human or have one, the most
	// urgent first, with the fields that a queue shows.
	Desk(ctx context.Context) ([]dialog.Conversation, error)
}

// Shelf keeps small documents. A version of 0 means that there is none.
type Shelf interface {
	Get(ctx context.Context, kind, id string) ([]byte, uint64, error)
	// Put writes a document that still has the version that was read; empty data
	// removes it. CodeConflict: it has another one.
	Put(ctx context.Context, kind, id string, version uint64, data []byte) error
	All(ctx context.Context, kind string) (map[string][]byte, error)
}

// Ledger keeps logs that are only appended to.
type Ledger interface {
	Append(ctx context.Context, log string, entry []byte) (id string, err error)
	// Log returns entries before an id ("" is the end), the newest first.
	Log(ctx context.Context, log, before string, limit int) (ids []string, entries [][]byte, err error)
}

// Wire carries notes between the desks of all nodes. Notes may be lost; an empty
// one says that this has happened.
type Wire interface {
	Publish(ctx context.Context, note []byte) error
	Notes(ctx context.Context) <-chan []byte
}

// Vault keeps the bytes of attachments where every node can read them.
type Vault interface {
	Keep(ctx context.Context, id string, data []byte) error
	Fetch(ctx context.Context, id string) ([]byte, error) // CodeNotFound
	Drop(ctx context.Context, id string) error            // also when it is not there
}

// Redactor replaces the words of a stored message for good.
type Redactor interface {
	Redact(ctx context.Context, conversation string, seq uint64, text string) error
}

// Facts asks the lender about a borrower.
type Facts interface {
	Facts(ctx context.Context, borrower string) (dialog.Facts, error)
}

// Eligible is what the policy allows an account now.
type Eligible struct {
	Offers []dialog.Offer
	Limits dialog.Limits
	Owed   map[string]Owed // by account reference
}

// Owed is what an account owes today, in its parts.
type Owed struct {
	Principal, Interest, Fees, Late, Total dialog.Money
	Days                                   int
}

// Terms is the policy layer as the desk asks it.
type Terms interface {
	Eligible(c dialog.Conversation, f dialog.Facts, at time.Time) Eligible
	// Price returns the exact terms of an option of the policy's own set ("plan:6",
	// "defer:10", "promise:2026-12-02", "partial:300.00"); false when it is not in it.
	Price(c dialog.Conversation, f dialog.Facts, at time.Time, option string) (dialog.Offer, bool)
	// Authority returns what a role may grant by itself.
	Authority(role string) Authority
}

// Authority is what a role may grant: days of a hold and of a deferral, the
// most instalments, token payments and waivers of late interest.
type Authority struct {
	HoldDays, DeferDays, PlanCount int
	Token, Waiver                  bool
}

// Rulebook tells the rules of the places that people live in.
type Rulebook interface {
	// Statement returns a rule in a sentence, "" when it is not known.
	Statement(rule string, l dialog.Locale) string
	// Clock returns from when on somebody should be warned of a case and when it
	// has to be answered; false when no rule says.
	Clock(packs []string, kind dialog.CaseKind, opened time.Time, zone string) (warn, due time.Time, ok bool)
}

// Words are catalog words. Keys are "group.name".
type Words interface {
	// Label returns a word, "" when the catalog has none.
	Label(l dialog.Locale, key string) string
	// Labels returns a group's words by name.
	Labels(l dialog.Locale, group string) map[string]string
}

// Format writes values and moments for people.
type Format interface {
	Value(v dialog.Value, l dialog.Locale, zone string, now time.Time) string
	// Moment returns the day ("11月21日") and the clock time ("10:03").
	Moment(t time.Time, l dialog.Locale, zone string) (day, clock string)
	// Schedule returns one line about terms: "4 × ¥206.93, until 28 February".
	Schedule(t dialog.Terms, l dialog.Locale, zone string, now time.Time) string
}

// Finding is something in a draft that may not, or should rather not, be said.
type Finding struct {
	Rule     string `json:"rule"`
	Family   string `json:"family"`
	Severity string `json:"severity"` // hard: refused; soft: think again
	From     int    `json:"from"`     // UTF-16 offsets into the draft
	To       int    `json:"to"`
	Quote    string `json:"quote"`
	Text     string `json:"text"` // the rule, for the agent
}

// Draft is what an agent is about to say. Facts are the figures that may stand
// in it; Lang is the language of the rules' texts.
type Draft struct {
	Text   string
	Locale dialog.Locale
	Lang   dialog.Locale
	Facts  []dialog.Value
}

// Conduct reviews an agent's words.
type Conduct interface{ Check(d Draft) []Finding }

// Guests knows the borrowers' sessions, for uploads.
type Guests interface {
	// Guest returns the conversation and the session of a widget's request.
	Guest(r *http.Request) (conversation, session string, err error)
}

// Hub is the borrowers' side of the web chat.
type Hub interface {
	// HumanTyping shows the borrower that a person is writing.
	HumanTyping(conversation string, on bool)
	// Watched reports whether the borrower has the chat open on this node.
	Watched(conversation string) bool
}

// Caller reaches a person on call outside of the console, and tells them of a
// page by its reference. That the call was taken does not mean that they come.
type Caller interface {
	Call(ctx context.Context, person, ref string, try int) error
}
