package dialog

import "time"

// Envelope carries one event to one conversation. Its ID makes repeats
// harmless: the same ID is committed once.
type Envelope struct {
	ID           string      `json:"id"`
	Conversation string      `json:"conversation"`
	Borrower     string      `json:"borrower,omitempty"` // lender's id, from edges that know it: whose conversation begins
	At           time.Time   `json:"at"`
	Channel      ChannelKind `json:"channel,omitempty"`
	Session      string      `json:"session,omitempty"` // the binding that the sender speaks through
	Device       string      `json:"device,omitempty"`  // web: the high-water counter's scope
	N            uint64      `json:"n,omitempty"`       // web: the device's message number, from 1
	Seen         uint64      `json:"seen,omitempty"`    // last sequence that the sender had seen
	Event        Event       `json:"event"`
}

// EventKind says which part of an Event is set.
type EventKind string

const (
	EventOpened  EventKind = "opened"  // the person opened the chat: Session
	EventText    EventKind = "text"    // Text
	EventChoice  EventKind = "choice"  // Choice
	EventSession EventKind = "session" // a binding began, was stepped up, ended: Session
	EventLender  EventKind = "lender"  // an answer to a call, or news: Lender
	EventTimer   EventKind = "timer"   // Timer
	EventAgent   EventKind = "agent"   // Agent
	EventPhrased EventKind = "phrased" // Phrased
	EventChannel EventKind = "channel" // linked, unlinked, blocked: Channel
	EventPage    EventKind = "page"    // the pager's word: Page
	EventHeard   EventKind = "heard"   // the second opinion on an unclear text: Text
)

// Event is one thing that happened. Exactly the part that Kind names is set.
type Event struct {
	Kind    EventKind     `json:"kind"`
	Text    *TextEvent    `json:"text,omitempty"`
	Choice  *ChoiceEvent  `json:"choice,omitempty"`
	Session *SessionEvent `json:"session,omitempty"`
	Lender  *LenderEvent  `json:"lender,omitempty"`
	Timer   *TimerEvent   `json:"timer,omitempty"`
	Agent   *AgentEvent   `json:"agent,omitempty"`
	Phrased *PhrasedEvent `json:"phrased,omitempty"`
	Channel *ChannelEvent `json:"channel,omitempty"`
	Page    *PageEvent    `json:"page,omitempty"`
}

// TextLine is one message of a burst.
type TextLine struct {
	ID   string `json:"id"` // the sender's message id
	N    uint64 `json:"n,omitempty"`
	Text string `json:"text"`
}

// TextEvent is what a borrower wrote. A burst of messages is one event with
// several lines, heard as one text and answered once.
type TextEvent struct {
	Lines []TextLine     `json:"lines"`
	Heard *Understanding `json:"heard,omitempty"`
	Media string         `json:"media,omitempty"` // "image", "document", "voice", "sticker", "contact" … when it was no text
	File  string         `json:"file,omitempty"`  // attachment id, when one was stored
}

// ChoiceEvent is a tapped button.
type ChoiceEvent struct {
	Option string            `json:"option"`
	Card   string            `json:"card,omitempty"`
	Fields map[string]string `json:"fields,omitempty"` // a form's answers (the budget), as typed
}

// SessionEvent changes a binding.
type SessionEvent struct {
	Session string      `json:"session"`
	Level   Level       `json:"level"`
	Expires time.Time   `json:"expires,omitzero"`
	Ended   bool        `json:"ended,omitempty"`
	All     bool        `json:"all,omitempty"` // logout of all devices
	Locale  Locale      `json:"locale,omitempty"`
	Channel ChannelKind `json:"channel,omitempty"`
}

// LenderEvent is the lender's answer to a call (Ref set), or its own news.
type LenderEvent struct {
	Kind        string       `json:"kind"`             // a CallKind for an answer; payment.received, arrangement.updated, account.updated, case.updated
	Ref         string       `json:"ref,omitempty"`    // the call's idempotency key
	Status      string       `json:"status,omitempty"` // ok, active, pending, rejected, cancelled, changed (412), failed
	Reason      string       `json:"reason,omitempty"`
	ID          string       `json:"id,omitempty"` // the lender's id of what was made: arrangement, ticket, link
	URL         string       `json:"url,omitempty"`
	Arrangement *Arrangement `json:"arrangement,omitempty"`
	Payment     *Payment     `json:"payment,omitempty"`
	CaseKind    CaseKind     `json:"case_kind,omitempty"`
	Outcome     string       `json:"outcome,omitempty"` // of a case: upheld, rejected, partial
	Evidence    string       `json:"evidence,omitempty"`
	Due         time.Time    `json:"due,omitzero"` // the clock of a case
}

// TimerEvent says that a timer fell due.
type TimerEvent struct {
	Kind string    `json:"kind"`
	Key  string    `json:"key,omitempty"`
	Due  time.Time `json:"due"`
}

// AgentEvent is what a human at the desk does.
type AgentEvent struct {
	Kind   string            `json:"kind"` // claim, say, note, release, transfer, close, hold, unhold, grant, offer, step_up, lost, typing …
	Agent  string            `json:"agent"`
	Name   string            `json:"name,omitempty"` // shown to the borrower
	Role   string            `json:"role,omitempty"`
	Epoch  uint64            `json:"epoch,omitempty"` // what the agent's screen believed
	Text   string            `json:"text,omitempty"`
	Hold   *Hold             `json:"hold,omitempty"`
	Grant  *Grant            `json:"grant,omitempty"`
	Option string            `json:"option,omitempty"` // an offer from the policy's set
	To     string            `json:"to,omitempty"`     // transfer
	Fields map[string]string `json:"fields,omitempty"`
	Second string            `json:"second,omitempty"` // the second person where two are needed
}

// Grant is what an agent decides within their authority.
type Grant struct {
	Kind   string `json:"kind"` // hold, deferral, plan, waiver, token_payment
	Days   int    `json:"days,omitempty"`
	Until  Date   `json:"until,omitzero"`
	Amount Money  `json:"amount,omitzero"`
	Count  int    `json:"count,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// PhrasedEvent brings a model's wording of a pending act, or its failure.
type PhrasedEvent struct {
	Message string `json:"message"` // id of the pending message
	Text    string `json:"text,omitempty"`
	Model   string `json:"model,omitempty"`
	Prompt  string `json:"prompt,omitempty"`
	Failed  string `json:"failed,omitempty"` // why not: a review rule, timeout, budget …
}

// ChannelEvent is news of a channel.
type ChannelEvent struct {
	// Kind: linked, unlinked, blocked, stopped, approved, approval_ended, delivered,
	// failed; refused and taken for a link that did not come about, moved for a
	// chat that now belongs to a borrower; help, privacy, languages for what a
	// command asks.
	Kind    string      `json:"kind"`
	Locale  Locale      `json:"locale,omitempty"` // of the chat, where the conversation has none
	Channel ChannelKind `json:"channel"`
	Address string      `json:"address,omitempty"` // opaque
	Message string      `json:"message,omitempty"`
	Until   time.Time   `json:"until,omitzero"`
}

// PageEvent is the pager's word.
type PageEvent struct {
	Kind string `json:"kind"` // acknowledged, unanswered, failed
	Ref  string `json:"ref"`
	By   string `json:"by,omitempty"`
}
