// Package flow holds the scripts: what Warmline would say and do next, given
// where the conversation stands. It knows no policy: the set of offers and the
// limits are given to it, and it may only filter, order and explain them. What
// it returns is a proposal, which package turn puts through the policy.
package flow

import (
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// Input is everything that a script may look at. All of it is read-only.
type Input struct {
	Conv     dialog.Conversation
	Envelope dialog.Envelope
	Level    dialog.Level // of the session that writes, now
	Facts    dialog.Facts
	Account  dialog.Account // the one talked about; zero when there is none or several and none chosen. For a choice "account:REF" it is that one
	Owed     loan.Breakdown // of Account today
	// Offers returns the policy's eligible set for Account, in the policy's order,
	// and the limits around it. It is dear: most answers turn on neither.
	Offers    func() ([]dialog.Offer, dialog.Limits)
	Forbidden dialog.HoldKind // a hold under which nothing is asked or offered
	// Price returns the exact terms of an option ("plan:6", "defer:10",
	// "promise:2026-12-02", "partial:300.00") if the policy allows it.
	Price func(option string) (dialog.Offer, bool)
	Now   time.Time      // the envelope's
	Zone  *time.Location // the borrower's
	Today dialog.Date    // in the borrower's zone
	Ref   string         // unique to this turn: conversation-revision; ids are Ref + "-q1", "-c1" …
}

// Handoff asks for a human.
type Handoff struct {
	Queue    string // team or skill: general, hardship, disputes, complaints, specialist, crisis, fraud, legal, supervisor
	Priority int    // 0 crisis, 1 vulnerable or complaint, 2 hardship, 3 ordinary
	Reason   string // closed label: requested, hardship, budget_negative, dispute, …
}

// Stop is an opt-out.
type Stop struct {
	All     bool               // everything proactive, on every channel
	Channel dialog.ChannelKind // or one channel
	Resume  bool               // the person wants to be written to again
}

// Proposal is what a script would do. The kernel may refuse any part of it.
type Proposal struct {
	Acts            []dialog.Act
	Talk            dialog.Talk // the memory after this turn
	Calls           []dialog.Call
	Holds           []dialog.Hold
	Release         []dialog.HoldKind // holds that this event ends (a stated wish of the borrower's to be written to again, an outcome)
	Handoff         *Handoff
	Unqueue         bool // the person no longer wants to wait
	Stop            *Stop
	Prefs           *dialog.Preferences  // as they are to be
	Locale          dialog.Locale        // switch to this one, "" for no change
	Doubt           bool                 // I12: the writer is somebody else, or the borrower has died
	Tombstone       bool                 // this contact point must never be used again
	Page            bool                 // page a human now
	Cases           []dialog.OpenCase    // tickets opened by Calls of this proposal
	Promise         *dialog.PromiseState // set or moved; kept until the lender says otherwise
	EndPromise      bool
	Timers          []dialog.TimerOp
	Thanked         string // payment ref
	CancelProactive bool   // drop every scheduled collection message
}
