package turn

import (
	"slices"
	"time"

	"warmline/dialog"
)

// activity is how long a step-up lasts without a sign of the person.
const activity = 15 * time.Minute

// patience is how long a question waits for a step-up: an answer to something
// asked long ago would only startle.
const patience = time.Hour

// Bounds of the conversation's lists.
const (
	maxBindings  = 16
	maxHolds     = 24
	maxCalls     = 16
	maxCases     = 16
	maxTimers    = 32
	maxContacts  = 64
	maxDisclosed = 32
	maxThanked   = 16
	maxLinks     = 8
	maxDead      = 8
	maxTombs     = 64
)

// levelNow is the identity of a session at the time of the event. An approval
// in the wallet lifts a linked Telegram chat for its while.
func (x *run) levelNow(session string) dialog.Level {
	level := dialog.LevelUnknown
	for _, b := range x.next.Bindings {
		if b.Session == session {
			if b.Doubted {
				return dialog.LevelUnknown
			}
			level = b.LevelAt(x.e.At)
		}
	}
	if x.e.Channel == dialog.ChannelTelegram {
		level = max(level, x.linkLevel(session))
	}
	return level
}

// linkLevel is what a linked Telegram chat may read.
func (x *run) linkLevel(address string) dialog.Level {
	for _, l := range x.next.Links {
		if l.Channel != dialog.ChannelTelegram || address != "" && l.Address != address {
			continue
		}
		if x.e.At.Before(l.Until) {
			return dialog.LevelBorrower
		}
		return dialog.LevelLinked
	}
	return dialog.LevelUnknown
}

// present extends a step-up by the person's activity.
func (x *run) present() {
	for i, b := range x.next.Bindings {
		if b.Session != x.e.Session || b.Expires.IsZero() || b.LevelAt(x.e.At) < dialog.LevelBorrower {
			continue
		}
		if until := x.e.At.Add(activity); until.After(b.Expires) {
			x.next.Bindings = slices.Clone(x.next.Bindings)
			x.next.Bindings[i].Expires = until
		}
	}
}

// doubt lowers the writing session to nothing for account facts until a fresh
// step-up (I12): its user is somebody else, or the borrower has died. What was
// on the table is taken away, for it was the borrower's.
func (x *run) doubt() {
	x.m.Level = dialog.LevelUnknown
	x.next.Bindings = slices.Clone(x.next.Bindings)
	found := false
	for i := range x.next.Bindings {
		if x.next.Bindings[i].Session == x.e.Session {
			x.next.Bindings[i].Doubted, found = true, true
		}
	}
	if !found {
		x.next.Bindings = add(x.next.Bindings, maxBindings,
			dialog.Binding{Session: x.e.Session, Channel: x.e.Channel, Doubted: true})
	}
	x.next.Links = slices.Clone(x.next.Links)
	for i := range x.next.Links {
		if x.next.Links[i].Channel == x.e.Channel {
			x.next.Links[i].Until = time.Time{}
		}
	}
}

// bestLevel is the highest level of any live session or approved chat: whether the borrower is
// known to be there at all.
func (x *run) bestLevel() dialog.Level {
	best := dialog.LevelUnknown
	for _, b := range x.next.Bindings {
		best = max(best, b.LevelAt(x.e.At))
	}
	for _, l := range x.next.Links {
		if x.e.At.Before(l.Until) {
			best = max(best, dialog.LevelBorrower)
		}
	}
	return best
}
