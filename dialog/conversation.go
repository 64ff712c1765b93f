package dialog

import "time"

// Hold stops proactive collection. A zero End means "until a human ends it".
type Hold struct {
	Kind   HoldKind  `json:"kind"`
	Reason string    `json:"reason,omitempty"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end,omitzero"`
	By     string    `json:"by,omitempty"`  // "bot", or an agent's id
	Ref    string    `json:"ref,omitempty"` // the case it belongs to
}

// HeldBySaying is the reason of a hardship hold that rests on "I cannot pay" and
// on no figures: nothing is asked for or put forward under it, and what the
// borrower asks for of their own accord is answered.
const HeldBySaying = "cannot_pay"

// Active reports whether the hold binds at t.
func (h Hold) Active(t time.Time) bool { return h.End.IsZero() || t.Before(h.End) }

// Binding is a session's standing: which level it has and until when.
type Binding struct {
	Session string      `json:"session"`
	Channel ChannelKind `json:"channel"`
	Level   Level       `json:"level"`
	Expires time.Time   `json:"expires,omitzero"`
	// Doubted: its user said that they are somebody else, or that the borrower
	// has died; the level counts as 0 for account facts until a fresh step-up.
	Doubted bool `json:"doubted,omitempty"`
}

// LevelAt returns the level that the binding gives at t.
func (b Binding) LevelAt(t time.Time) Level {
	switch {
	case b.Doubted:
		return LevelUnknown
	case !b.Expires.IsZero() && !t.Before(b.Expires):
		return min(b.Level, LevelLinked)
	}
	return b.Level
}

// Terms are the exact terms of an offer: everything a confirm card shows and
// the lender is asked to create.
type Terms struct {
	Kind        OfferKind    `json:"kind"`
	Account     string       `json:"account"`
	Schedule    []Instalment `json:"schedule,omitempty"`
	Total       Money        `json:"total,omitzero"`
	Now         Money        `json:"now,omitzero"`        // what would be due today without it
	ExtraCost   Money        `json:"extra_cost,omitzero"` // against paying today
	Days        int          `json:"days,omitempty"`      // of a deferral
	LatePaused  bool         `json:"late_paused,omitempty"`
	APR         int64        `json:"apr,omitempty"`      // hundredths of a percent, effective yearly
	AlsoDue     []Instalment `json:"also_due,omitempty"` // what else falls due meanwhile
	DebitPaused bool         `json:"debit_paused,omitempty"`
}

// Offer is a way out that the policy allows now.
type Offer struct {
	Option string   `json:"option"` // plan:4, defer:30, partial, promise
	Terms  Terms    `json:"terms"`
	Rules  []string `json:"rules,omitempty"`
}

// Quote is an offer on a confirm card: a promise of ours to honour these terms
// until it expires, bound to the account's version.
type Quote struct {
	ID       string    `json:"id"`
	Seq      uint64    `json:"seq"` // of the card's message
	Offer    Offer     `json:"offer"`
	Version  string    `json:"version"` // the account's ETag
	Expires  time.Time `json:"expires"`
	Replaces string    `json:"replaces,omitempty"` // arrangement id that it changes
	Cancels  string    `json:"cancels,omitempty"`  // arrangement id that it cancels, when it is a cancel.confirm
	// Shown is when the card was first sent, and ReadSeconds for how long it has
	// to be read from then on before a yes counts.
	Shown       time.Time `json:"shown,omitzero"`
	ReadSeconds int       `json:"read_seconds,omitempty"`
}

// Budget is the optional four-field budget, in minor units a month. Nil fields
// were not stated.
type Budget struct {
	Income    *int64 `json:"income,omitempty"`
	Essential *int64 `json:"essential,omitempty"`
	Debts     *int64 `json:"debts,omitempty"`
	Other     *int64 `json:"other,omitempty"`
}

// PromiseState follows a promise of ours to its end.
type PromiseState struct {
	ID     string    `json:"id"` // arrangement id at the lender
	Amount Money     `json:"amount"`
	Date   Date      `json:"date"`
	Made   Date      `json:"made"`
	Moves  int       `json:"moves"`
	Told   time.Time `json:"told,omitzero"` // when the follow-up was sent
}

// OpenCall is a call whose answer is awaited. Calls of one conversation run
// singly, in order.
type OpenCall struct {
	Ref   string    `json:"ref"`
	Kind  CallKind  `json:"kind"`
	Case  CaseKind  `json:"case,omitempty"`
	Quote *Quote    `json:"quote,omitempty"`
	At    time.Time `json:"at"`
}

// OpenCase is a ticket whose outcome is awaited.
type OpenCase struct {
	Kind   CaseKind  `json:"kind"`
	Ref    string    `json:"ref"`              // our call's
	Ticket string    `json:"ticket,omitempty"` // the lender's number, once it has answered
	Opened time.Time `json:"opened"`
	Due    time.Time `json:"due,omitzero"`
}

// Preferences is when and where a person wants to be written to.
type Preferences struct {
	Stopped     []ChannelKind `json:"stopped,omitempty"` // opted out of these
	Only        ChannelKind   `json:"only,omitempty"`
	NotAfter    int           `json:"not_after,omitempty"`     // minutes after midnight, 0 = none
	NotBefore   int           `json:"not_before,omitempty"`    // likewise
	Reminders   bool          `json:"reminders,omitempty"`     // chose D-3 and D0 notices
	NoteOnClear string        `json:"note_on_clear,omitempty"` // one, none
}

// Contact is one message that nobody had asked for, the bot's, a reminder's or a
// human agent's, for the counters that they share.
type Contact struct {
	At      time.Time   `json:"at"`
	Channel ChannelKind `json:"channel"`
	Address string      `json:"address,omitempty"` // the contact point, opaque; "" on the web, or when it is not known
	Account string      `json:"account,omitempty"` // the debt it was about; "" when it was about all, or is not known
	Class   CommClass   `json:"class"`
	By      Speaker     `json:"by,omitempty"` // bot (when empty) or human
}

// Talk is the flow's memory of the conversation: bounded, and cut at hand-back.
type Talk struct {
	Topic        string            `json:"topic,omitempty"` // the script that is running
	Asked        string            `json:"asked,omitempty"` // the open question; the values of HearContext.Asked
	AskedSeq     uint64            `json:"asked_seq,omitempty"`
	Account      string            `json:"account,omitempty"` // chosen, when there are several
	Table        []Offer           `json:"table,omitempty"`   // offers on the table, as shown, at most six
	Quote        *Quote            `json:"quote,omitempty"`   // the open confirm card
	Dead         []string          `json:"dead,omitempty"`    // quote ids that were replaced, at most eight
	MaxMonthly   Money             `json:"max_monthly,omitzero"`
	Budget       *Budget           `json:"budget,omitempty"`
	BudgetAsked  string            `json:"budget_asked,omitempty"`
	Reasons      []Reason          `json:"reasons,omitempty"`
	Acknowledged []string          `json:"acknowledged,omitempty"` // topics
	After        *Event            `json:"after,omitempty"`        // what to answer after a step-up or an account choice
	Last         *Act              `json:"last,omitempty"`         // the last answer, for "say that again"
	Clarified    int               `json:"clarified,omitempty"`
	Refusals     int               `json:"refusals,omitempty"`
	Alternatives int               `json:"alternatives,omitempty"`
	Pressed      int               `json:"pressed,omitempty"` // demands beyond limits
	Abused       int               `json:"abused,omitempty"`
	TraceTries   int               `json:"trace_tries,omitempty"`
	Facts        map[string]string `json:"facts,omitempty"` // small slots of a script: partial amount, promise date
}

// Conversation is the whole state of one borrower's chat, fixed in size.
// Messages, timers and the outbox are stored beside it.
type Conversation struct {
	ID       string `json:"id"`
	Borrower string `json:"borrower,omitempty"` // lender's id; "" for an unlinked chat
	Revision uint64 `json:"revision"`
	Seq      uint64 `json:"seq"` // last message's
	Epoch    uint64 `json:"epoch"`

	Owner     OwnerKind `json:"owner"`
	Agent     string    `json:"agent,omitempty"`
	AgentName string    `json:"agent_name,omitempty"`
	Queue     string    `json:"queue,omitempty"`      // skill/team
	Priority  int       `json:"priority,omitempty"`   // 0 crisis … 3
	QueuedFor string    `json:"queued_for,omitempty"` // reason label
	QueuedAt  time.Time `json:"queued_at,omitzero"`

	Locale   Locale      `json:"locale"`
	Zone     string      `json:"zone"`
	Packs    []string    `json:"packs,omitempty"`
	Channel  ChannelKind `json:"channel,omitempty"` // where the person last wrote
	Bindings []Binding   `json:"bindings,omitempty"`
	Started  time.Time   `json:"started,omitzero"`
	LastIn   time.Time   `json:"last_in,omitzero"` // the borrower's last message
	Replied  time.Time   `json:"replied,omitzero"` // when it was answered: by the bot, or by a human where one was asked for

	Holds      []Hold           `json:"holds,omitempty"`
	Prefs      Preferences      `json:"prefs"`
	Contacts   []Contact        `json:"contacts,omitempty"`   // proactive sends, kept for 30 days, at most 64
	Rest       *Rest            `json:"rest,omitempty"`       // nothing is asked for a while, because of what was told
	Unanswered int              `json:"unanswered,omitempty"` // proactive messages since the person last wrote
	Disclosed  []Disclosure     `json:"disclosed,omitempty"`
	Promise    *PromiseState    `json:"promise,omitempty"`
	Calls      []OpenCall       `json:"calls,omitempty"`
	Cases      []OpenCase       `json:"cases,omitempty"`
	Thanked    []string         `json:"thanked,omitempty"` // payment refs, at most sixteen
	Pending    *PendingAct      `json:"pending,omitempty"`
	Hearing    *Hearing         `json:"hearing,omitempty"` // nil: no second opinion matters any more
	Page       *PageState       `json:"page,omitempty"`
	Said       map[string]int   `json:"said,omitempty"`       // act/form → times said, for variants
	Timers     []TimerRef       `json:"timers,omitempty"`     // those set and not yet fired
	Tombstones []string         `json:"tombstones,omitempty"` // contact points never to be used again
	Links      []Link           `json:"links,omitempty"`
	Talk       Talk             `json:"talk"`
	Recap      map[string]Value `json:"recap,omitempty"` // what a human settled, for the hand-back
}

// Rest is a time in which nothing is asked of our own accord, because of what a
// person has told. It is no hold: every way out stays open to them.
type Rest struct {
	Until time.Time `json:"until"`
	Told  Reason    `json:"told"`
}

// Resting returns the reason for which collection rests at t, "" when it does not.
func (c Conversation) Resting(t time.Time) Reason {
	if c.Rest == nil || !t.Before(c.Rest.Until) {
		return ""
	}
	return c.Rest.Told
}

// Link is a linked channel of the borrower.
type Link struct {
	Channel ChannelKind `json:"channel"`
	Address string      `json:"address"` // opaque to the core
	Since   time.Time   `json:"since"`
	Until   time.Time   `json:"until,omitzero"` // of an approval to show amounts there
}

// Disclosure is an entry of the ledger of what was shown.
type Disclosure struct {
	Text    string    `json:"text"`              // text id: disclose.ai, us.opt_out
	Version string    `json:"version,omitempty"` // hash of the reviewed texts that it was taken from
	Locale  Locale    `json:"locale"`
	At      time.Time `json:"at"`
}

// PendingAct is the one act that a model may still phrase.
type PendingAct struct {
	Message string    `json:"message"`
	Seq     uint64    `json:"seq"`
	Epoch   uint64    `json:"epoch"`
	Due     time.Time `json:"due"`
}

// PageState is a page to a human that is under way.
type PageState struct {
	Ref   string    `json:"ref"`
	At    time.Time `json:"at"`
	Tries int       `json:"tries"`
	By    string    `json:"by,omitempty"` // who acknowledged
}

// TimerRef names a timer that is set.
type TimerRef struct {
	Kind string    `json:"kind"`
	Key  string    `json:"key,omitempty"`
	Due  time.Time `json:"due"`
}

// Level returns the identity level of a session at t.
func (c Conversation) Level(session string, t time.Time) Level {
	for _, b := range c.Bindings {
		if b.Session == session {
			return b.LevelAt(t)
		}
	}
	return LevelUnknown
}

// Held returns the first active hold of one of the kinds, or of any when none
// is named.
func (c Conversation) Held(t time.Time, kinds ...HoldKind) (Hold, bool) {
	for _, h := range c.Holds {
		if !h.Active(t) {
			continue
		}
		if len(kinds) == 0 {
			return h, true
		}
		for _, k := range kinds {
			if h.Kind == k {
				return h, true
			}
		}
	}
	return Hold{}, false
}

// Hearing is an unclear text on which a second opinion was asked, and where it
// was written: an opinion counts while nothing has been said since, and is
// answered with no more than that session may read.
type Hearing struct {
	Message string      `json:"message"`
	Session string      `json:"session,omitempty"`
	Channel ChannelKind `json:"channel,omitempty"`
}
