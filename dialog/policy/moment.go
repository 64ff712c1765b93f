package policy

import (
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// Moment is what a decision is made against: the conversation as it stands
// (with what this turn has already settled), the event, and the facts.
type Moment struct {
	Conv     *dialog.Conversation
	Envelope *dialog.Envelope
	Event    *dialog.Event // the envelope's, or the one that waited for a step-up
	Facts    *dialog.Facts
	Account  dialog.Account
	Owed     loan.Breakdown
	Standing Standing
	Offers   []dialog.Offer // the eligible set, nil where it was not worked out: each option is priced then
	Level    dialog.Level   // of the session that writes
	Reader   bool           // somebody is there reading: a borrower's event
	Now      time.Time
	Zones    []*time.Location // every plausible one
	Calls    []dialog.Call    // permitted in this turn
	Paged    bool             // the pager has acknowledged in this turn
	Card     *dialog.Quote    // of a confirm card that would be shown
	Granted  bool             // a human put these terms on the table, within their authority
}

// packs are the person's.
func (m *Moment) packs() []string {
	if len(m.Standing.Packs) == 0 {
		return m.Conv.Packs
	}
	return m.Standing.Packs
}

// byBorrower reports whether the person themselves did this, now.
func (m *Moment) byBorrower() bool {
	return m.Event.Kind == dialog.EventText || m.Event.Kind == dialog.EventChoice || m.Event.Kind == dialog.EventOpened
}

// lender reports whether this is the lender's word of one of the kinds.
func (m *Moment) lender(kinds ...string) bool {
	return m.Event.Kind == dialog.EventLender && m.Event.Lender != nil && slices.Contains(kinds, m.Event.Lender.Kind)
}

// heard is the understanding of the event, nil when it was no text.
func (m *Moment) heard() *dialog.Understanding {
	if m.Event.Text == nil {
		return nil
	}
	return m.Event.Text.Heard
}
