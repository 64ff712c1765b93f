package turn

import (
	"warmline/dialog"
	"warmline/dialog/flow"
)

// Wants says what must be gathered before Step: the lender's facts, and how the
// human desk stands. Gathering may fail; Step answers that too.
type Wants struct {
	Facts bool
	Desk  bool
}

// Needs returns what an event calls for. Safety, stops, people asking for a
// person, and what a human does wait for nothing.
func Needs(c dialog.Conversation, env dialog.Envelope) Wants {
	w := needs(c, env)
	// Where the person lives, and so which lines and rules are theirs, is asked
	// once, at the beginning.
	w.Facts = w.Facts || len(c.Packs) == 0 && c.Borrower != ""
	return w
}

func needs(c dialog.Conversation, env dialog.Envelope) Wants {
	switch e := &env.Event; e.Kind {
	case dialog.EventOpened:
		return Wants{Facts: true}
	case dialog.EventText, dialog.EventHeard:
		if _, held := c.Held(env.At, dialog.HoldCrisis); held {
			return Wants{Desk: true}
		}
		w := textNeeds(e.Text)
		// An open card is shown again in the other language, with all its parts.
		w.Facts = w.Facts || c.Talk.Account != "" && flow.SaysOtherAccount(e.Text) && !alarmed(e.Text.Heard)
		w.Facts = w.Facts || c.Talk.Quote != nil && e.Text != nil && e.Text.Heard.Has(dialog.IntentSwitchLanguage) && !alarmed(e.Text.Heard)
		return w
	case dialog.EventChoice:
		return choiceNeeds(e.Choice)
	case dialog.EventSession:
		return Wants{Facts: waiting(c, e.Session), Desk: waiting(c, e.Session)}
	case dialog.EventLender:
		return Wants{Facts: true, Desk: true}
	case dialog.EventTimer:
		return timerNeeds(e.Timer)
	case dialog.EventAgent:
		w := agentNeeds(e.Agent)
		w.Facts = w.Facts || e.Agent != nil && reaches(e.Agent) && !answering(&c, env.At)
		return w
	case dialog.EventChannel:
		return Wants{Facts: e.Channel != nil && e.Channel.Kind == "approved" && c.Talk.After != nil}
	case dialog.EventPage:
		return Wants{Desk: true}
	}
	return Wants{}
}

func waiting(c dialog.Conversation, s *dialog.SessionEvent) bool {
	return s != nil && s.Level >= dialog.LevelBorrower && c.Talk.After != nil
}

// textNeeds: a text wants facts when anything in it is about the account, or when
// it is not clear what it is about.
func textNeeds(t *dialog.TextEvent) Wants {
	if t == nil || t.Heard == nil {
		return Wants{Facts: true, Desk: true}
	}
	u := t.Heard
	if flow.Sober(t, u) != u && !alarmed(u) { // what is left of it may be about the account
		return Wants{Facts: true, Desk: true}
	}
	if u.Driving == dialog.IntentCeaseContact && !alarmed(u) && (flow.SaysPaid(t) || flow.AsksSum(t)) {
		return Wants{Facts: true, Desk: true}
	}
	if alarmed(u) || u.Confident && !account(u.Driving) && !anyAccount(u) {
		return Wants{Desk: true}
	}
	return Wants{Facts: true, Desk: true}
}

func anyAccount(u *dialog.Understanding) bool {
	if len(u.Intents) == 0 && u.Driving == "" {
		return true
	}
	for _, s := range u.Intents {
		if account(s.Intent) {
			return true
		}
	}
	return false
}

// account reports whether answering an intent takes account facts. "" is an
// unclear text: what is asked back may depend on them.
func account(i dialog.Intent) bool {
	switch i {
	case dialog.IntentWrongPerson, dialog.IntentThirdParty, dialog.IntentCeaseContact, dialog.IntentSelfHarm,
		dialog.IntentBereavement, dialog.IntentRequestHuman, dialog.IntentComplain, dialog.IntentAbuse,
		dialog.IntentVulnerability, dialog.IntentLegalStatus, dialog.IntentPrivacyRequest,
		dialog.IntentSwitchLanguage:
		return false
	}
	return true
}

func choiceNeeds(ch *dialog.ChoiceEvent) Wants {
	if ch != nil {
		switch ch.Option {
		case "human", "callback", "complaint", "cancel_wait", "connect_telegram", "safe_yes", "safe_no":
			return Wants{Desk: true}
		}
	}
	return Wants{Facts: true, Desk: true}
}

func timerNeeds(t *dialog.TimerEvent) Wants {
	if t == nil {
		return Wants{}
	}
	switch t.Kind {
	case timerPhrase, timerTombstone, timerView, timerForget, timerCase:
		return Wants{}
	case timerPage:
		return Wants{Desk: true}
	}
	return Wants{Facts: true, Desk: true}
}

// agentNeeds: only terms need the lender, and what the person did not ask for:
// how often they were written to is known there. Everything else a human does
// needs nothing but the desk's own state.
func agentNeeds(a *dialog.AgentEvent) Wants {
	if a == nil {
		return Wants{}
	}
	switch a.Kind {
	case "grant", "offer", "pay_link":
		return Wants{Facts: true}
	case "transfer", "lost":
		return Wants{Desk: true}
	}
	return Wants{}
}
