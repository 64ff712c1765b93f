package flow

import (
	"strings"

	"warmline/dialog"
)

// chosen answers a tapped button.
func (d *draft) chosen() {
	c := d.Envelope.Event.Choice
	d.Talk.Clarified = 0
	d.stepBack()
	name, arg, _ := strings.Cut(c.Option, ":")
	switch {
	case name == "confirm":
		tapConfirm(d, c.Card)
	case name == "account":
		d.accountChosen(arg)
	case name == "callback" && arg != "":
		d.bookCallback(arg)
	case name == "language":
		d.chooseLanguage(arg)
	case name == "rate":
		d.say("feedback.thanks", "", nil, buttons("human")...)
	case name == "plan", name == "defer", name == "promise", name == "partial":
		d.chooseWay(c.Option)
	case d.tapIntent(name):
	case d.tapChoice(name):
	default:
		unclear(d)
	}
}

// stepBack releases the caution after a stranger as soon as the borrower has
// stepped up again.
func (d *draft) stepBack() {
	if d.heldBefore(dialog.HoldThirdParty) && d.Level >= dialog.LevelBorrower {
		d.Release = append(d.Release, dialog.HoldThirdParty)
	}
}

// chooseWay takes a way out by its button.
func (d *draft) chooseWay(option string) {
	switch {
	case !d.ready():
	case !d.owes():
		d.nothingDue()
	case d.forbidden():
		d.heldMenu()
	default:
		d.Talk.Asked = ""
		d.take(option)
	}
}

func (d *draft) chooseLanguage(arg string) {
	if l := dialog.Locale(arg); l.Valid() {
		d.setLocale(l)
		return
	}
	switchLanguage(d)
}

// tapIntent answers the buttons that say what an intent says.
func (d *draft) tapIntent(name string) bool {
	i := intentOf(name)
	if i == "" {
		return false
	}
	before := d.Talk.Quote
	d.run(i)
	if q := d.Talk.Quote; before != nil && q != nil && q.ID == before.ID && digression(i) {
		d.offerAgain()
	}
	return true
}

// intentOf is the intent that a button stands for, "" for none.
func intentOf(button string) dialog.Intent {
	switch button {
	case "pay_now":
		return dialog.IntentPayNow
	case "see_options":
		return dialog.IntentAskOptions
	case "show_balance":
		return dialog.IntentAskBalance
	case "breakdown":
		return dialog.IntentAskBreakdown
	case "schedule":
		return dialog.IntentPlanStatus
	case "dispute":
		return dialog.IntentDisputeAmount
	case "human":
		return dialog.IntentRequestHuman
	case "complaint":
		return dialog.IntentComplain
	case "advice":
		return dialog.IntentAskAdvice
	case "connect_telegram":
		return dialog.IntentLinkChannel
	case "cancel":
		return dialog.IntentCancelOrUndo
	}
	return ""
}

// tapChoice answers the buttons that answer a question.
func (d *draft) tapChoice(name string) bool {
	switch name {
	case "change":
		d.needing(change)
	case "not_now":
		notNow(d)
	case "keep":
		d.dropQuote()
		d.ask("", "")
		d.say("cancel.done", "kept", nil, buttons("schedule", "human")...)
	case "own_terms":
		d.needing(ownTerms)
	case "why_this":
		d.needing(why)
	case "budget":
		d.budgetForm(d.Envelope.Event.Choice.Fields)
	case "waiver":
		d.needing(sendWaiver)
	case "retry_debit":
		d.needing(retryDebit)
	case "pause_debit":
		d.needing(pauseDebit)
	case "upload":
		d.needing(upload)
	default:
		return d.tapService(name)
	}
	return true
}

// tapService answers the buttons around contact, people and identity.
func (d *draft) tapService(name string) bool {
	switch name {
	case "callback":
		callback(d)
	case "cancel_wait":
		cancelWait(d)
	case "note_one":
		clearNote(d, true)
	case "note_none":
		clearNote(d, false)
	case "reminders_yes":
		reminders(d, true)
	case "reminders_no":
		reminders(d, false)
	case "resume_contact":
		resumeContact(d)
	case "safe_yes":
		safety(d, true)
	case "safe_no":
		safety(d, false)
	case "step_up", "open_wallet":
		stepUp(d)
	default:
		return false
	}
	return true
}

// needing runs what needs an account, once it is clear that it can.
func (d *draft) needing(do func(*draft)) {
	if d.ready() {
		do(d)
	}
}

// upload asks for the picture or file.
func upload(d *draft) {
	d.ask("trace", "reference")
	d.say("payment.trace", "ask", nil, buttons("human")...)
}

// ownTerms asks for the borrower's own terms.
func ownTerms(d *draft) {
	if d.forbidden() {
		d.heldMenu()
		return
	}
	d.askTerms()
}

// change leaves the open card and shows what else there is of its kind.
func change(d *draft) {
	q := d.Talk.Quote
	if q == nil || d.forbidden() || d.held(dialog.HoldCrisis) {
		askOptions(d)
		return
	}
	kind := q.Offer.Terms.Kind
	d.dropQuote()
	switch {
	case q.Cancels != "":
		d.say("cancel.done", "kept", nil, buttons("schedule", "human")...)
	case kind == dialog.OfferPlan && len(d.plans()) > 0:
		d.showPlans("again")
	case kind == dialog.OfferPromise:
		d.ask("promise", "date")
		d.say("promise.ask", "", nil, buttons("see_options", "human", "not_now")...)
	default:
		d.showWays("", false)
	}
}

// whyThese reports whether a short text asks why just these ways out are on the
// table.
func (d *draft) whyThese() bool {
	if len(d.Talk.Table) == 0 || !d.asks(topicWhyThese) {
		return false
	}
	if !d.short() && (d.heard.Language != dialog.LangEn || d.runes() > 2*fewWords || d.namesCount()) {
		return false // a longer text is about something else; English takes more letters
	}
	r := dialog.RankOf(d.heard.Driving)
	return !d.heard.Confident || r != dialog.RankX && r != dialog.RankH
}

// why explains where the offers come from: the programme's bounds and what the
// borrower has said, nothing else.
func why(d *draft) {
	l := d.limits()
	switch {
	case d.Talk.MaxMonthly.Minor > 0:
		d.say("offer.explain", "stated", vals{"max_monthly": dialog.MoneyValue(d.Talk.MaxMonthly)})
	case l.DeferBlocked != "" && l.CooldownDays > 0 && d.Talk.Topic == "deferral":
		d.say("offer.explain", "deferral_cooldown", vals{"cooldown_days": dialog.DaysValue(l.CooldownDays)})
	case l.MaxDeferDays > 0 && d.Talk.Topic == "deferral":
		d.say("offer.explain", "deferral", vals{"max_days": dialog.DaysValue(l.MaxDeferDays)})
	case len(l.PlanCounts) > 0 && len(l.Ruled) > 0:
		d.say("offer.explain", "plan_ruled", vals{"plan_counts": dialog.CountsValue(l.PlanCounts)})
	case len(l.PlanCounts) > 0 && l.MinInstalment.Minor > 0:
		d.say("offer.explain", "plan", vals{"plan_counts": dialog.CountsValue(l.PlanCounts), "min_instalment": dialog.MoneyValue(l.MinInstalment)})
	default:
		d.say("offer.explain", "general", nil)
	}
	if len(d.Talk.Table) > 0 && !d.forbidden() {
		d.offerButtons(offerButtons(d.Talk.Table)...)
	}
	d.offerButtons(buttons("human")...)
	d.offerAgain()
}
