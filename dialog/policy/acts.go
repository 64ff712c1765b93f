package policy

import "warmline/dialog"

// ActRule is what the kernel knows of an act, whatever a script or a catalog says.
type ActRule struct {
	Class  dialog.CommClass
	Level  dialog.Level // needed to read any of its forms, save those of formLevels
	Phrase bool         // a model may choose its words
	Fixed  bool         // its reviewed text only
}

// actTable is the kernel's own list of acts. An act that is not in it is never
// said. A test compares it with the catalogs' contract.
func actTable() map[dialog.ActKind]ActRule {
	table := make(map[dialog.ActKind]ActRule, 128)
	add := func(r ActRule, kinds ...dialog.ActKind) {
		for _, k := range kinds {
			table[k] = r
		}
	}
	add(ActRule{Class: dialog.ClassCollection, Level: dialog.LevelBorrower, Fixed: true},
		"promise.follow_up", "reminder.due", "reminder.overdue")
	add(ActRule{Class: dialog.ClassCrisis, Fixed: true},
		"crisis.support", "crisis.check_in", "crisis.follow_up")
	add(ActRule{Class: dialog.ClassService},
		"advice.card", "injection.decline", "dispute.opened", "fraud.opened", "complaint.opened",
		"complaint.outcome", "privacy.opened", "vulnerability.acknowledge", "preference.saved",
		"handoff.queued", "handoff.closed_hours", "handoff.cancelled", "callback.offer",
		"language.switched", "channel.link", "media.unsupported", "clarify.ask", "clarify.give_up",
		"repeat.last", "service.unavailable", "error.apologise", "feedback.ask", "feedback.thanks")
	add(ActRule{Class: dialog.ClassService, Fixed: true},
		"disclose.ai", ActDisclose, "identity.ask", "identity.refuse_data", "identity.done", "third_party.refuse",
		"wrong_person.apologise", "reassure", "verify_us", "legal.acknowledge", "bereavement.condole",
		"minor.stop", "cease.confirmed", "contact.acknowledged", "handoff.joined", "handoff.left",
		"privacy.notice", "step_up.ask")
	add(ActRule{Class: dialog.ClassService, Phrase: true},
		"greet", "bot.identity", "smalltalk.reply", "cancel.done", "later.ok", "hardship.acknowledge",
		"refusal.explore", "abuse.deescalate", "out_of_scope.reply")
	add(ActRule{Class: dialog.ClassService, Level: dialog.LevelBorrower},
		"account.choose", "payment.failed", "payment.reversed", "payment.trace", "plan.submitted",
		"plan.accepted", "plan.rejected", "plan.changed", "plan.cancelled", "deferral.submitted",
		"deferral.accepted", "deferral.rejected", "deferral.cancelled",
		"promise.recorded", "promise.rejected", "quote.expired", "budget.negative", "budget.surplus",
		"waiver.opened", "dispute.outcome")
	add(ActRule{Class: dialog.ClassService, Level: dialog.LevelBorrower, Fixed: true},
		"consequence.explain", "credit.explain", "payment.effect", "plan.confirm", "deferral.confirm",
		"promise.confirm", "cancel.confirm")
	add(ActRule{Class: dialog.ClassService, Level: dialog.LevelBorrower, Phrase: true},
		"balance.show", "balance.breakdown", "pay.methods", "payment.link", "payment.received",
		"forgot.fix", "tech.fix", "options.menu", "plan.offer", "plan.status", "deferral.offer",
		"partial.offer", "promise.ask", "promise.broken", "offer.explain", "budget.ask",
		"limit.refuse_waiver")
	return table
}

// formLevels are the forms whose level differs from their act's: a greeting
// that says how things stand, a reminder that says nothing.
func formLevels() map[string]dialog.Level {
	return map[string]dialog.Level{
		"greet/nothing_due":        dialog.LevelBorrower,
		"greet/agreed":             dialog.LevelBorrower,
		"later.ok/owed":            dialog.LevelBorrower,
		"options.menu/low":         dialog.LevelUnknown,
		"forgot.fix/low":           dialog.LevelUnknown,
		"reminder.due/neutral":     dialog.LevelUnknown,
		"reminder.overdue/neutral": dialog.LevelUnknown,

		"promise.follow_up/neutral": dialog.LevelUnknown,

		// What a pack has shown tells of a debt, but for a way out of a channel,
		// the privacy notice and where free advice is.
		"disclose.pack/us_mini_miranda":               dialog.LevelBorrower,
		"disclose.pack/us_debt_collector":             dialog.LevelBorrower,
		"disclose.pack/us_validation":                 dialog.LevelBorrower,
		"disclose.pack/us_creditor_name":              dialog.LevelBorrower,
		"disclose.pack/tw_outsourcing_notice":         dialog.LevelBorrower,
		"disclose.pack/uk_conc_7_20":                  dialog.LevelBorrower,
		"disclose.pack/cn_dunning_fields":             dialog.LevelBorrower,
		"disclose.pack/cn_allocation_principal_first": dialog.LevelBorrower,
	}
}

// publicValues are the placeholders that say nothing about an account. Any
// other one makes its act readable at level 2 only, whatever the table says:
// what is not known to be harmless is a fact.
func publicValues() map[string]bool {
	public := map[string]bool{}
	for _, name := range []string{
		"lender_name", "payee", "domain", "agent_name", "agent_eta", "queue_place", "next_open",
		"callback_time", "crisis_line", "emergency_number", "ticket_id", "answer_by",
		"pref_time", "channel_name", "advice_org", "advice_contact",
		"amount_a", "amount_b", "date_a", "date_b",
	} {
		public[name] = true
	}
	return public
}

// publicCards are the cards without an account fact.
func publicCard(kind string) bool { return kind == "advice" || kind == "ticket" }

// FormKey names a form of an act: "balance.show/held", "balance.show" for the
// plain one. It is the key of Conversation.Said.
func FormKey(a *dialog.Act) string {
	if a.Form == "" {
		return string(a.Kind)
	}
	return string(a.Kind) + "/" + a.Form
}

// Act returns the rule of an act kind, and false for a kind that does not exist.
func (r Rules) Act(kind dialog.ActKind) (ActRule, bool) {
	rule, ok := r.k.acts[kind]
	return rule, ok
}

// LevelOf returns the level that a person needs to read an act: the highest of
// what its kind or form, its values and its card call for.
func (r Rules) LevelOf(a *dialog.Act) dialog.Level {
	if a.Form != "" {
		if level, ok := r.k.forms[FormKey(a)]; ok {
			return max(level, r.valueLevel(a))
		}
	}
	return max(a.Level, r.k.acts[a.Kind].Level, r.valueLevel(a))
}

func (r Rules) valueLevel(a *dialog.Act) dialog.Level {
	for name := range a.Values {
		if !r.k.public[name] {
			return dialog.LevelBorrower
		}
	}
	if a.Card != nil && !publicCard(a.Card.Kind) {
		return dialog.LevelBorrower
	}
	return dialog.LevelUnknown
}
