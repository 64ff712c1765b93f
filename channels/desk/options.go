package desk

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// Options are a desk's needs and settings. Submit, Chats, Shelf, Ledger, Wire,
// Facts, Terms, Words, Format and Random must be given.
type Options struct {
	Submit   channels.Submit
	Chats    Chats
	Shelf    Shelf
	Ledger   Ledger
	Wire     Wire
	Vault    Vault    // nil: nothing can be uploaded
	Redactor Redactor // nil: nothing can be taken out of a transcript
	// Retained names the rule by which a person's words are still to be kept, ""
	// when they may be erased at their request; nil: none is.
	Retained func(c *dialog.Conversation) string
	// Unreviewed lists the rule packs, and the texts, that two persons have not
	// signed; nil: nothing is said of it.
	Unreviewed func() []string
	// KeepsFile reports whether a rule keeps an attachment longer than FileDays;
	// nil: none does.
	KeepsFile func(ctx context.Context, chat string, at time.Time) bool
	Facts     Facts
	Terms     Terms
	Rulebook  Rulebook // nil: rules have no sentences, cases the desk's own clocks
	Words     Words
	Format    Format
	Conduct   Conduct // nil: drafts are not reviewed
	Guests    Guests  // nil: nothing can be uploaded
	Hub       Hub     // nil: typing is not shown to borrowers
	Caller    Caller  // nil: nobody is reached outside of the console
	Random    io.Reader
	Log       *slog.Logger     // nil: silence
	Now       func() time.Time // of conversations
	Wall      func() time.Time // of people and machines; time.Now

	FileDays  int      // for which attachments are kept, 365; a legal hold keeps them longer
	FileRoom  int64    // bytes of all attachments together, 1 GiB
	Demo      bool     // the demo accounts exist
	Secure    bool     // the pages are reached by https: cookies say so
	Origins   []string // pages whose widgets may send files, besides our own
	PagerKeys [][]byte // sign the acknowledgements that come from outside
	Defaults  Settings // until somebody saves others
}

func (o Options) withDefaults() (Options, error) {
	if o.Submit == nil || o.Chats == nil || o.Shelf == nil || o.Ledger == nil || o.Wire == nil || o.Facts == nil ||
		o.Terms == nil || o.Words == nil || o.Format == nil || o.Random == nil {
		return o, errors.New("the desk lacks one of its ports")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wall == nil {
		o.Wall = time.Now
	}
	if o.Now == nil {
		o.Now = o.Wall
	}
	if o.Conduct == nil {
		o.Conduct = noConduct{}
	}
	if o.FileRoom == 0 {
		o.FileRoom = 1 << 30
	}
	o.FileDays, o.Defaults = orInt(o.FileDays, 365), o.Defaults.filled()
	return o, nil
}

type noConduct struct{}

func (noConduct) Check(Draft) []Finding { return nil }

// bestLevel is the highest level of any live session of the borrower.
func bestLevel(c dialog.Conversation, at time.Time) (dialog.Level, time.Time) {
	best, until := dialog.LevelUnknown, time.Time{}
	for _, b := range c.Bindings {
		if l := b.LevelAt(at); l > best {
			best, until = l, b.Expires
		}
	}
	return best, until
}
