package policy

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// Permit says whether an act may be said now, and with which of its buttons.
// Every rule is looked at; the strictest outcome wins.
func (r Rules) Permit(a *dialog.Act, m *Moment) Verdict {
	var v Verdict
	rule, known := r.k.acts[a.Kind]
	if !known {
		v.look(KFacts, Deny, "unknown_act")
		return v
	}
	r.crisisRule(&v, a, m)
	r.ownerRule(&v, a, m)
	r.levelRule(&v, a, m)
	r.holdRule(&v, a, m)
	r.offerRule(&v, a, m)
	r.factsRule(&v, a, m)
	r.ackRule(&v, a, m)
	r.affordRule(&v, a, m)
	if len(r.k.cfg.Packs) > 0 {
		r.judge(&v, m.packs(), Question{Subject: "say", Act: a.Kind, Form: a.Form, Class: rule.Class,
			Said: a, Terms: m.termsOf(a), Shows: r.LevelOf(a) >= dialog.LevelBorrower, Channel: reached(m.Conv.Channel), Initiated: !m.Reader,
			Level: m.Level, At: m.Now, Zones: m.Zones, Standing: &m.Standing, Conv: m.Conv, Facts: m.Facts})
	}
	return v
}

// crisisRule: while a crisis hold lasts, the bot says crisis texts and who
// comes and goes; nothing else, whatever is asked.
func (r Rules) crisisRule(v *Verdict, a *dialog.Act, m *Moment) {
	if _, held := m.Conv.Held(m.Now, dialog.HoldCrisis); !held {
		v.look(KCrisis, Allow, "")
		return
	}
	if crisisAct(a.Kind) || a.Kind == "handoff.joined" || a.Kind == "handoff.left" {
		v.look(KCrisis, Allow, "crisis")
		return
	}
	v.look(KCrisis, Deny, "crisis")
}

func crisisAct(k dialog.ActKind) bool { return strings.HasPrefix(string(k), "crisis.") }

// ownerRule: a human who owns the chat is not talked over; only crisis texts,
// comings and goings, and what the lender or an agent's own action brings
// appear, as system lines. While a person waits for a human nothing is offered.
func (r Rules) ownerRule(v *Verdict, a *dialog.Act, m *Moment) {
	switch m.Conv.Owner {
	case dialog.OwnerAgent:
		if !SystemLine(a.Kind, m.Event) {
			v.look(KOwner, Deny, "a_human_owns_it")
			return
		}
	case dialog.OwnerQueue:
		if m.Reader && offering(a.Kind) {
			v.look(KOwner, Deny, "waiting_for_a_human")
			return
		}
		for i := range a.Options {
			if offerOption(a.Options[i].ID) {
				v.without(KOwner, a.Options[i].ID, "waiting_for_a_human")
			}
		}
	}
	v.look(KOwner, Allow, string(m.Conv.Owner))
}

// SystemLine reports whether an act may appear, as a system line, while a human
// owns the chat.
func SystemLine(k dialog.ActKind, e *dialog.Event) bool {
	if crisisAct(k) || k == "handoff.joined" || k == "handoff.left" {
		return true
	}
	switch e.Kind {
	case dialog.EventLender, dialog.EventAgent, dialog.EventChannel:
		return true
	case dialog.EventChoice:
		return strings.HasSuffix(string(k), ".submitted") || k == "quote.expired" || k == "cancel.done"
	}
	return false
}

// offering are the acts that lead somebody through ways out.
func offering(k dialog.ActKind) bool {
	switch k {
	case "options.menu", "plan.offer", "deferral.offer", "partial.offer", "promise.ask", "offer.explain",
		"budget.ask", "plan.confirm", "deferral.confirm", "promise.confirm", "promise.follow_up":
		return true
	}
	return false
}

func offerOption(id string) bool {
	kind, _, _ := strings.Cut(id, ":")
	switch kind {
	case "plan", "defer", "promise", "partial", "see_options", "own_terms":
		return true
	}
	return false
}

func askOption(id string) bool {
	kind, _, _ := strings.Cut(id, ":")
	switch kind {
	case "pay_now", "partial", "promise", "retry_debit":
		return true
	}
	return false
}

// levelRule: below the level that an act calls for, a step-up comes first; and
// no button speaks of a debt to somebody who is not known to have one.
func (r Rules) levelRule(v *Verdict, a *dialog.Act, m *Moment) {
	if !m.Reader {
		v.look(KLevel, Allow, "stored_with_its_level")
		return
	}
	if m.Level < r.LevelOf(a) {
		v.look(KLevel, Require, "step_up")
		return
	}
	if m.Level < dialog.LevelBorrower {
		for i := range a.Options {
			if o := &a.Options[i]; factOption(o) || offerOption(o.ID) || askOption(o.ID) || debtOption(o.ID) {
				v.without(KLevel, o.ID, "step_up")
			}
		}
	}
	v.look(KLevel, Allow, "")
}

// factOption reports whether a button's words carry a value that may be an
// account's; a time to be called back is not.
func factOption(o *dialog.Option) bool {
	return len(o.Values) > 0 && !strings.HasPrefix(o.ID, "callback:")
}

func debtOption(id string) bool {
	kind, _, _ := strings.Cut(id, ":")
	switch kind {
	case "confirm", "change", "cancel", "breakdown", "schedule", "account", "pause_debit", "budget", "show_balance":
		return true
	}
	return false
}

// holdRule: under any hold nothing is said that asks for money of itself (I6),
// and most holds take away every button that does.
func (r Rules) holdRule(v *Verdict, a *dialog.Act, m *Moment) {
	if h, held := m.Conv.Held(m.Now); held && r.k.acts[a.Kind].Class == dialog.ClassCollection {
		v.look(KHold, Deny, string(h.Kind))
		return
	}
	kind, held := r.heldBy(m.Conv.Holds, m.Now, func(h holdRule) bool { return h.asks })
	if !held {
		v.look(KHold, Allow, "")
		return
	}
	for i := range a.Options {
		if o := &a.Options[i]; o.URL == "" && askOption(o.ID) {
			v.without(KHold, o.ID, string(kind))
		}
	}
	v.look(KHold, Allow, string(kind))
}

// offerRule: a button that offers terms stands for a member of the eligible set.
func (r Rules) offerRule(v *Verdict, a *dialog.Act, m *Moment) {
	for i := range a.Options {
		id := a.Options[i].ID
		kind, _, _ := strings.Cut(id, ":")
		switch kind {
		case "plan", "defer", "promise", "partial":
			if !r.eligible(id, m) {
				v.without(KOffer, id, "not_eligible")
			}
		}
	}
	v.look(KOffer, Allow, "")
}

func (r Rules) eligible(option string, m *Moment) bool {
	for i := range m.Offers {
		if m.Offers[i].Option == option {
			return true
		}
	}
	_, ok := r.Price(&m.Standing, option)
	return ok || m.Granted
}

// factsRule: figures of the account are those of the ledger, in its currency,
// and there are none when the ledger could not be read.
func (r Rules) factsRule(v *Verdict, a *dialog.Act, m *Moment) {
	if len(a.Values) == 0 {
		v.look(KFacts, Allow, "")
		return
	}
	if m.Facts.Unavailable && m.Reader && r.LevelOf(a) >= dialog.LevelBorrower && !quoted(a, m) {
		v.look(KFacts, Deny, "facts_unavailable")
		return
	}
	if detail := r.wrongFigure(a, m); detail != "" {
		v.look(KFacts, Deny, detail)
		return
	}
	v.look(KFacts, Allow, "")
}

// quoted reports whether an act shows the terms of the live card: they were
// facts when it was made and are honoured until it expires.
func quoted(a *dialog.Act, m *Moment) bool {
	q := m.Conv.Talk.Quote
	return q != nil && a.Card != nil && a.Card.ID == q.ID
}

func (r Rules) wrongFigure(a *dialog.Act, m *Moment) string {
	ledger := a.Kind == "balance.show" || a.Kind == "balance.breakdown"
	for name, value := range a.Values {
		if value.Kind != dialog.ValueMoney {
			continue
		}
		if c := m.Account.Currency; c != "" && value.Money.Currency != c && !r.k.public[name] {
			return "currency"
		}
		if !ledger {
			continue
		}
		if want, ok := m.figure(name); ok && (m.Account.Ref == "" || value.Money.Minor != want) {
			return "not_the_ledger"
		}
	}
	return ""
}

// figure returns what the ledger says of a placeholder today.
func (m *Moment) figure(name string) (int64, bool) {
	switch name {
	case "amount_due":
		return m.Owed.Total.Minor, true
	case "principal":
		return m.Owed.Principal.Minor, true
	case "interest":
		return m.Owed.Interest.Minor, true
	case "fees":
		return m.Owed.Fees.Minor, true
	case "late_interest":
		return m.Owed.Late.Minor, true
	case "daily_interest":
		return m.Owed.Daily.Minor, true
	}
	return 0, false
}

// ackRule: what an act says to have happened, its own system must have said (I11).
func (r Rules) ackRule(v *Verdict, a *dialog.Act, m *Moment) {
	need := ackOf(a)
	if need == "" {
		v.look(KAck, Allow, "")
		return
	}
	if r.acknowledged(need, a, m) {
		v.look(KAck, Allow, need)
		return
	}
	v.look(KAck, Deny, need)
}

// ackOf names whose word an act's form rests on, "" when on nobody's.
func ackOf(a *dialog.Act) string {
	switch a.Kind {
	case "plan.submitted", "deferral.submitted":
		return "call"
	case "plan.status":
		if a.Form == "cancelling" {
			return "call"
		}
	case "plan.accepted", "deferral.accepted", "plan.changed", "promise.recorded":
		return "arrangement"
	case "deferral.cancelled":
		return "cancel"
	case "plan.cancelled":
		if a.Form == "" {
			return "cancel"
		}
	case "contact.acknowledged", "payment.received", "payment.reversed", "payment.failed",
		"dispute.outcome", "complaint.outcome":
		return "lender"
	case "crisis.support":
		if a.Form == "acknowledged" {
			return "page"
		}
	case "tech.fix":
		if a.Form == "retry_done" || a.Form == "pause_done" {
			return "lender"
		}
	}
	if a.Form == "ticket" {
		return "lender"
	}
	return ""
}

func (r Rules) acknowledged(need string, a *dialog.Act, m *Moment) bool {
	ev := m.Event.Lender
	switch need {
	case "page":
		return m.Paged || m.Conv.Page != nil && m.Conv.Page.By != ""
	case "call":
		return slices.ContainsFunc(m.Calls, func(c dialog.Call) bool {
			return c.Kind == dialog.CallArrangementCreate || c.Kind == dialog.CallArrangementCancel
		}) || len(m.Conv.Calls) > 0
	case "lender":
		return ev != nil || m.Event.Kind == dialog.EventTimer || ticketKnown(a, m)
	case "arrangement":
		if ev != nil {
			return ev.Status == "active" || ev.Status == "ok" || ev.Arrangement != nil && ev.Arrangement.Status == dialog.ArrangementActive
		}
		return slices.ContainsFunc(m.Facts.Arrangements, func(x dialog.Arrangement) bool { return x.Status == dialog.ArrangementActive })
	case "cancel":
		if ev != nil {
			return ev.Status == "cancelled" || ev.Status == "ok" || ev.Arrangement != nil && ev.Arrangement.Status == dialog.ArrangementCancelled
		}
		return slices.ContainsFunc(m.Facts.Arrangements, func(x dialog.Arrangement) bool { return x.Status == dialog.ArrangementCancelled })
	}
	return false
}

// ticketKnown: a ticket number may be said again once the lender has given it.
func ticketKnown(a *dialog.Act, m *Moment) bool {
	id, ok := a.Values["ticket_id"]
	return ok && slices.ContainsFunc(m.Conv.Cases, func(c dialog.OpenCase) bool { return c.Ticket != "" && c.Ticket == id.Text })
}
