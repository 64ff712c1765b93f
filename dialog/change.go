package dialog

import "time"

// Message is a line of the transcript. Seq is given when its text is final.
type Message struct {
	ID        string      `json:"id"`            // conversation-revision-n
	Seq       uint64      `json:"seq,omitempty"` // 0 while pending
	Speaker   Speaker     `json:"speaker"`
	Name      string      `json:"name,omitempty"` // a human's display name
	At        time.Time   `json:"at"`
	Channel   ChannelKind `json:"channel,omitempty"` // where it came from, or should go to
	Client    string      `json:"client,omitempty"`  // the sender's own id
	Locale    Locale      `json:"locale,omitempty"`
	Level     Level       `json:"level"` // needed to read it
	Class     CommClass   `json:"class,omitempty"`
	Act       *Act        `json:"act,omitempty"`
	Body      Rendered    `json:"body"`
	Chosen    *Option     `json:"chosen,omitempty"` // the button that a borrower's line stands for
	File      string      `json:"file,omitempty"`   // attachment id
	Pending   bool        `json:"pending,omitempty"`
	Proactive bool        `json:"proactive,omitempty"` // not an answer to the borrower
	Why       *Provenance `json:"why,omitempty"`
	Keep      string      `json:"keep,omitempty"`  // retention class: chat when empty, or health_words
	Erased    time.Time   `json:"erased,omitzero"` // when its words and figures were erased; the line stays
}

// KeepHealth is the retention class of words about somebody's health or life.
const KeepHealth = "health_words"

// Erase takes words, figures and files out of a line for good. That there was
// one, when, by whom, and by which rules stays.
func (m *Message) Erase(at time.Time) {
	m.Body, m.Chosen, m.File, m.Name = Rendered{}, nil, "", ""
	if m.Act != nil {
		m.Act = &Act{Kind: m.Act.Kind, Form: m.Act.Form, Class: m.Act.Class, Level: m.Act.Level, Rules: m.Act.Rules}
	}
	m.Erased = at
}

// Provenance is the record that every outgoing message has.
type Provenance struct {
	Rules     []string `json:"rules,omitempty"`
	RulesHash string   `json:"rules_hash"`
	Act       ActKind  `json:"act,omitempty"`
	TextID    string   `json:"text_id,omitempty"`
	Model     string   `json:"model,omitempty"`
	Prompt    string   `json:"prompt,omitempty"`
}

// Call is an effect wanted at the lender, the pager or the notifier. Ref is its
// idempotency key.
type Call struct {
	Ref         string            `json:"ref"`
	Kind        CallKind          `json:"kind"`
	Account     string            `json:"account,omitempty"`
	Version     string            `json:"version,omitempty"` // If-Match
	Terms       *Terms            `json:"terms,omitempty"`
	Arrangement string            `json:"arrangement,omitempty"` // id, for a cancel or a change
	Amount      Money             `json:"amount,omitzero"`
	Date        Date              `json:"date,omitzero"`
	Case        CaseKind          `json:"case,omitempty"`
	Fields      map[string]string `json:"fields,omitempty"`
}

// Send is a message to be carried to a channel that does not pull (Telegram).
type Send struct {
	Message string      `json:"message"`
	Channel ChannelKind `json:"channel"`
	Address string      `json:"address"`
	// Redact: no message, but the taking back of what the address was shown above
	// level 1; its view in the wallet has ended.
	Redact bool `json:"redact,omitempty"`
}

// OutboxItem is one thing that leaves. Exactly one of Call, Send, Phrase, Hear
// is set. The claim compares Epoch (where Guarded) and holds with the
// conversation's: the point of no return.
type OutboxItem struct {
	ID        string    `json:"id"` // conversation-revision-n
	Call      *Call     `json:"call,omitempty"`
	Send      *Send     `json:"send,omitempty"`
	Phrase    string    `json:"phrase,omitempty"` // id of the pending message to be phrased
	Hear      string    `json:"hear,omitempty"`   // id of the borrower's message to be heard again
	Epoch     uint64    `json:"epoch"`
	Guarded   bool      `json:"guarded,omitempty"`   // dropped when the epoch has moved on
	Proactive bool      `json:"proactive,omitempty"` // dropped when a hold came meanwhile
	NotBefore time.Time `json:"not_before,omitzero"`
	Expires   time.Time `json:"expires,omitzero"` // too old to be of use
}

// TimerOp sets or cancels a durable timer. Setting the same kind and key again
// moves it.
type TimerOp struct {
	Kind   string    `json:"kind"`
	Key    string    `json:"key,omitempty"`
	Due    time.Time `json:"due,omitzero"`
	Cancel bool      `json:"cancel,omitempty"`
}

// Fired is a rule that was looked at and what it said.
type Fired struct {
	Rule    string `json:"rule"`
	Outcome string `json:"outcome"` // allow, deny, defer, modify, require, hold, escalate
	Detail  string `json:"detail,omitempty"`
}

// Record is the journal's entry of a turn: enough to run it again.
type Record struct {
	Envelope  Envelope  `json:"envelope"`
	Facts     Facts     `json:"facts"`
	RulesHash string    `json:"rules_hash"`
	Revision  uint64    `json:"revision"` // resulting
	Fired     []Fired   `json:"fired,omitempty"`
	Acts      []ActKind `json:"acts,omitempty"`
	Cancelled []string  `json:"cancelled,omitempty"` // timer kinds that were dropped
	Offered   []string  `json:"offered"`             // see [Offered]; absent from older records
	Texts     []string  `json:"texts,omitempty"`     // exact, in order
}

// Change is everything that a turn does. The store commits it whole, provided
// that the conversation still has revision From, or not at all.
type Change struct {
	From      uint64       `json:"from"`
	RulesHash string       `json:"rules_hash,omitempty"` // of the rules that decided it
	Next      Conversation `json:"next"`                 // with Revision From+1
	Messages  []Message    `json:"messages,omitempty"`
	Finals    []Message    `json:"finals,omitempty"` // pending messages that became final or were dropped (empty text)
	Outbox    []OutboxItem `json:"outbox,omitempty"`
	Timers    []TimerOp    `json:"timers,omitempty"`
	Fired     []Fired      `json:"fired,omitempty"`
	Cancelled []string     `json:"cancelled,omitempty"`
	Dedupe    []string     `json:"dedupe,omitempty"` // envelope ids (and burst line ids) that this change uses up
	Reject    *Error       `json:"-"`                // the event was refused (a lost claim, a stale tap by an agent); nothing changed
}
