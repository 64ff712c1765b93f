package policy

import (
	"slices"

	"warmline/dialog"
)

// PermitCall says whether an effect may be asked for. Binding ones need the
// yes of this event to the live card (I4); the verdict of K-CONFIRM says which
// condition failed.
func (r Rules) PermitCall(c *dialog.Call, m *Moment) Verdict {
	var v Verdict
	r.callCrisis(&v, c, m)
	if m.Reader && m.Level < callLevel(c) {
		v.look(KLevel, Require, "step_up")
	} else {
		v.look(KLevel, Allow, "")
	}
	if m.Event.Kind == dialog.EventPhrased || m.Event.Kind == dialog.EventHeard && c.Kind != dialog.CallPageHuman {
		v.look(KConfirm, Deny, "a_model")
	} else if detail := r.confirmed(c, m); detail != "" {
		v.look(KConfirm, Deny, detail)
	} else {
		v.look(KConfirm, Allow, "")
	}
	if len(r.k.cfg.Packs) > 0 {
		r.judge(&v, m.packs(), Question{Subject: "call", Call: c.Kind, Case: c.Case, Terms: c.Terms, Level: m.Level,
			At: m.Now, Zones: m.Zones, Standing: &m.Standing, Conv: m.Conv, Facts: m.Facts})
	}
	return v
}

// callCrisis: in a crisis only help and protection leave.
func (r Rules) callCrisis(v *Verdict, c *dialog.Call, m *Moment) {
	_, held := m.Conv.Held(m.Now, dialog.HoldCrisis)
	switch c.Kind {
	case dialog.CallPageHuman, dialog.CallContactUpdate, dialog.CallCaseOpen, dialog.CallDebitPause:
		held = false
	}
	if held {
		v.look(KCrisis, Deny, "crisis")
		return
	}
	v.look(KCrisis, Allow, "")
}

// callLevel is the identity that an effect needs. A stop, a page and a person's
// own case need none: they protect.
func callLevel(c *dialog.Call) dialog.Level {
	switch c.Kind {
	case dialog.CallArrangementCreate, dialog.CallArrangementCancel, dialog.CallPaymentLinkCreate,
		dialog.CallDebitPause, dialog.CallDebitRetry:
		return dialog.LevelBorrower
	case dialog.CallCaseOpen:
		if c.Case == dialog.CaseTrace || c.Case == dialog.CaseWaiver {
			return dialog.LevelBorrower
		}
	}
	return dialog.LevelUnknown
}

// confirmed returns "" when a call needs no yes or has it, else what is missing.
func (r Rules) confirmed(c *dialog.Call, m *Moment) string {
	if c.Kind != dialog.CallArrangementCreate && c.Kind != dialog.CallArrangementCancel {
		return ""
	}
	q := m.Conv.Talk.Quote
	switch {
	case q == nil:
		return "no_live_card"
	case slices.Contains(m.Conv.Talk.Dead, q.ID) || openCall(m.Conv, q.ID):
		return "already_used"
	case !m.Now.Before(q.Expires):
		return "expired"
	case m.Account.Version != "" && q.Version != "" && m.Account.Version != q.Version && m.Account.Ref == q.Offer.Terms.Account:
		return "changed"
	case !r.saidYes(q, m):
		return "not_confirmed"
	}
	if detail := matches(c, q); detail != "" || q.Cancels != "" {
		return detail
	}
	switch {
	case unaffordable(m, &q.Offer.Terms):
		return DetailOverBudget
	case Unread(q, m.Now) > 0:
		return DetailReading
	}
	return ""
}

// matches compares a call with the card that was confirmed.
func matches(c *dialog.Call, q *dialog.Quote) string {
	if c.Kind == dialog.CallArrangementCancel {
		if q.Cancels == "" || c.Arrangement != q.Cancels {
			return "another_card"
		}
		return ""
	}
	switch {
	case q.Cancels != "":
		return "another_card"
	case c.Terms == nil || !SameTerms(*c.Terms, q.Offer.Terms) || c.Arrangement != q.Replaces:
		return "other_terms"
	}
	return ""
}

func openCall(c *dialog.Conversation, ref string) bool {
	return slices.ContainsFunc(c.Calls, func(o dialog.OpenCall) bool { return o.Ref == ref })
}

// saidYes: the button on this very card, or a plain yes from somebody who has
// seen it. Where what was seen is not known, a yes on Telegram does not count:
// only the button does.
func (r Rules) saidYes(q *dialog.Quote, m *Moment) bool {
	switch m.Event.Kind {
	case dialog.EventChoice:
		ch := m.Event.Choice
		return ch != nil && ch.Option == "confirm" && ch.Card == q.ID
	case dialog.EventText:
		u := m.heard()
		if !wordsOfYes(u, q) {
			return false
		}
		if m.Envelope.Seen == 0 {
			return m.Envelope.Channel != dialog.ChannelTelegram
		}
		return q.Seq > 0 && m.Envelope.Seen >= q.Seq
	}
	return false
}

// wordsOfYes reports whether a text agrees to a card: a plain yes; to the card
// that asks whether to cancel, "cancel"; or "this one", which names no other
// option, sum or day.
func wordsOfYes(u *dialog.Understanding, q *dialog.Quote) bool {
	switch {
	case u == nil || u.Has(dialog.IntentDeny):
		return false
	case u.Has(dialog.IntentCancelOrUndo):
		return q.Cancels != "" && u.Driving == dialog.IntentCancelOrUndo && u.Confident
	case u.Has(dialog.IntentAffirm):
		return true
	}
	return q.Cancels == "" && u.Driving == dialog.IntentChooseOption && u.Confident && !slices.ContainsFunc(u.Entities, namesTerms)
}

func namesTerms(e dialog.Entity) bool {
	switch e.Kind {
	case dialog.EntityInstalments, dialog.EntityOption, dialog.EntityDuration, dialog.EntityDate, dialog.EntityAmount, dialog.EntityPerPeriod, dialog.EntityPayday:
		return true
	}
	return false
}

// PermitQuote says whether a confirm card may be put on the table: its terms
// must be a member of the eligible set, to the cent, or a human's grant.
func (r Rules) PermitQuote(q *dialog.Quote, m *Moment) Verdict {
	var v Verdict
	if q.Cancels != "" {
		v.look(KOffer, Allow, "cancel")
		return v
	}
	if unaffordable(m, &q.Offer.Terms) {
		v.look(KConfirm, Deny, DetailOverBudget)
		return v
	}
	if m.Granted {
		v.look(KOffer, Allow, "granted")
		return v
	}
	priced, ok := r.Price(&m.Standing, q.Offer.Option)
	switch {
	case !ok:
		v.look(KOffer, Deny, "not_eligible")
	case !SameTerms(priced.Terms, q.Offer.Terms):
		v.look(KOffer, Deny, "other_terms")
	default:
		v.look(KOffer, Allow, "")
	}
	return v
}
