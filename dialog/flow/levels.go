package flow

import "warmline/dialog"

// levelOf returns the identity level that it takes to read an act, as the
// contract with the catalogs states it. The forms named "low" speak of nobody's
// account, and a few forms of open kinds carry an account fact.
func levelOf(kind dialog.ActKind, form string) dialog.Level {
	switch {
	case form == "low" || form == "neutral":
		return dialog.LevelUnknown
	case kind == "greet", kind == "later.ok" && form == "owed":
		return dialog.LevelBorrower
	case aboutAccount(kind):
		return dialog.LevelBorrower
	}
	return dialog.LevelUnknown
}

// aboutAccount reports whether the contract marks a kind with level 2.
func aboutAccount(kind dialog.ActKind) bool {
	switch kind {
	case "account.choose", "balance.show", "balance.breakdown", "consequence.explain",
		"credit.explain", "pay.methods", "payment.link", "payment.effect", "payment.received",
		"payment.failed", "payment.reversed", "payment.trace", "forgot.fix", "tech.fix",
		"options.menu", "plan.offer", "plan.confirm", "plan.submitted", "plan.accepted",
		"plan.rejected", "plan.status", "plan.changed", "plan.cancelled", "deferral.offer",
		"deferral.confirm", "deferral.submitted", "deferral.accepted", "deferral.rejected",
		"deferral.cancelled", "partial.offer", "promise.ask", "promise.confirm",
		"promise.recorded", "promise.rejected", "promise.follow_up",
		"promise.broken", "reminder.due", "reminder.overdue", "quote.expired",
		"cancel.confirm", "offer.explain", "budget.ask", "budget.negative", "budget.surplus",
		"limit.refuse_waiver", "waiver.opened", "dispute.outcome":
		return true
	}
	return false
}

// classOf returns the communication class of an act.
func classOf(kind dialog.ActKind) dialog.CommClass {
	switch kind {
	case "crisis.support", "crisis.check_in", "crisis.follow_up":
		return dialog.ClassCrisis
	case "promise.follow_up", "reminder.due", "reminder.overdue":
		return dialog.ClassCollection
	}
	return dialog.ClassService
}
