package flow

import (
	"strings"
	"unicode/utf8"

	"warmline/dialog"
)

// clarifications is how many times in a row somebody is asked what they mean.
const clarifications = 2

// vague answers a text that is not clear enough to act on.
func (d *draft) vague() {
	t := d.Envelope.Event.Text
	switch {
	case t == nil || !hasWords(t):
		d.say("media.unsupported", "garbled", nil, buttons("human")...)
	case d.asks(topicRepeat) && d.Talk.Last != nil:
		repeat(d)
	case d.heard != nil && d.heard.TooLong:
		d.say("media.unsupported", "too_long", nil, buttons("show_balance", "human")...)
	case d.askAmbiguousAmount():
	case d.caseNews():
	case d.entityAnswers():
	case d.wordsAnswer():
	case d.waitingForLender() && d.short() && d.Talk.Clarified == 0 && d.Level >= dialog.LevelBorrower:
		planStatus(d) // whatever it means, the answer that is awaited is on their mind
	default:
		unclear(d)
	}
}

// wordsAnswer acts on a text whose words say what it is about though no intent
// was clear, and reports whether it did.
func (d *draft) wordsAnswer() bool {
	script := d.scriptByWords()
	if script == nil {
		return false
	}
	d.Talk.Clarified = 0
	script(d)
	return true
}

// scriptByWords is the script that a text's words ask for, nil where they ask
// for none.
func (d *draft) scriptByWords() func(*draft) {
	run := func(i dialog.Intent) func(*draft) { return func(d *draft) { d.run(i) } }
	switch {
	case d.noReference(""):
		return traceOn
	case d.landedAsked():
		return run(dialog.IntentAlreadyPaid)
	case d.dealClaimed():
		return run(dialog.IntentAskWaiver)
	case d.saysWhenPaid():
		return run(dialog.IntentPromiseToPay)
	case d.tellsOfTrouble():
		return heardOut
	case d.sendsRequest(""):
		return func(d *draft) { d.needing(sendWaiver) }
	case d.asks(topicWays):
		return run(dialog.IntentAskOptions)
	case d.sumAsked():
		return run(dialog.IntentAskBalance)
	case d.asks(topicAbout):
		return (*draft).about
	case d.fearAsked(""), d.asks(topicCredit), d.asks(topicCourt):
		return run(dialog.IntentAskConsequence)
	case d.asks(topicDebit) && d.Level >= dialog.LevelBorrower:
		return run(dialog.IntentTechFailure)
	}
	return nil
}

// about answers what a message was about: with the bill, or to whom it may not
// be shown, with who writes here.
func (d *draft) about() {
	if d.Level < dialog.LevelBorrower {
		d.run(dialog.IntentWhoAreYou)
		return
	}
	d.run(dialog.IntentAskBalance)
}

// entityAnswers acts on a text whose words are unclear but whose content is not:
// a number of instalments or an option while options are on the table, a date
// while a date was asked for, a hardship that is named.
func (d *draft) entityAnswers() bool {
	if d.heard == nil {
		return false
	}
	onTable := len(d.Talk.Table) > 0 || d.Talk.Quote != nil
	counted := d.entity(dialog.EntityInstalments) != "" || d.entity(dialog.EntityOption) != ""
	switch _, dated := d.heard.Entity(dialog.EntityDate); {
	case onTable && counted:
		d.run(dialog.IntentChooseOption)
	case onTable && d.countNamed():
		d.run(dialog.IntentProposeTerms)
	case d.Talk.Asked == "amount" && d.figureGiven():
		d.run(dialog.IntentProposeTerms)
	case dated && d.Talk.Asked == "date":
		d.run(dialog.IntentPromiseToPay)
	case hardshipNamed(dialog.Reason(d.entity(dialog.EntityReason))):
		d.run(dialog.IntentHardshipIncome)
	case len(d.Talk.Table) > 0 && d.short() && d.ready() && d.owes() && !d.forbidden() && d.wayNamed():
	default:
		return false
	}
	d.Talk.Clarified = 0
	return true
}

// figureGiven reports whether a text names a sum, or is a figure.
func (d *draft) figureGiven() bool {
	if _, ok := d.amount(); ok {
		return true
	}
	_, ok := d.bareFigure()
	return ok && d.short()
}

// fewWords is how many characters an answer has at most that is no story.
const fewWords = 24

// short reports whether a text is no longer than a few words: the answer to a
// question rather than a story.
func (d *draft) short() bool { return d.runes() <= fewWords }

// runes is how long the text is, in characters.
func (d *draft) runes() int {
	n := 0
	for _, l := range d.Envelope.Event.Text.Lines {
		n += utf8.RuneCountInString(l.Text)
	}
	return n
}

func hardshipNamed(r dialog.Reason) bool {
	switch r {
	case dialog.ReasonJobLoss, dialog.ReasonIncomeDrop, dialog.ReasonShopClosed, dialog.ReasonDisaster, dialog.ReasonIllness:
		return true
	}
	return false
}

// unclear asks back with what might be meant; the third time it gives the menu
// and a person.
func unclear(d *draft) {
	n := d.Talk.Clarified
	d.Talk.Clarified++
	if n >= clarifications {
		d.Talk.Clarified = 0
		d.say("clarify.give_up", "", nil, buttons("show_balance", "see_options", "human")...)
		return
	}
	if q := d.liveQuote(); q != nil && d.Talk.Asked == "confirm" {
		d.say("clarify.ask", "confirm_card", nil, confirmButtons(q)...)
		return
	}
	choices := d.guesses()
	if len(choices) < 2 { // one guess is no choice
		d.say("clarify.ask", "", nil, buttons("show_balance", "see_options", "human")...)
		return
	}
	d.say("clarify.ask", "choices", nil, append(choices, buttons("human")...)...)
}

// guesses are buttons for what the text might mean, three at most.
func (d *draft) guesses() []dialog.Option {
	if d.heard == nil {
		return nil
	}
	var ids []string
	seen := map[string]bool{"": true, "human": true}
	for _, c := range d.heard.Candidates {
		if id := buttonFor(c.Intent); !seen[id] && len(ids) < 3 && c.Score >= leastGuess {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return buttons(ids...)
}

// leastGuess is how likely a meaning is at least that is asked back about: a
// wild guess at what somebody meant is worse than none.
const leastGuess = 0.1

// buttonFor is the button that does what an intent asks, "" for none.
func buttonFor(i dialog.Intent) string {
	switch i {
	case dialog.IntentAskBalance:
		return "show_balance"
	case dialog.IntentAskBreakdown:
		return "breakdown"
	case dialog.IntentAskOptions, dialog.IntentProposeTerms, dialog.IntentAskDeferral,
		dialog.IntentHardshipIncome, dialog.IntentHardshipHealth, dialog.IntentChangePlan, dialog.IntentAskWaiver:
		return "see_options"
	case dialog.IntentPayNow, dialog.IntentAskHowPay:
		return "pay_now"
	case dialog.IntentPayPartial:
		return "partial"
	case dialog.IntentPromiseToPay, dialog.IntentExplainBroken:
		return "promise"
	case dialog.IntentDisputeAmount, dialog.IntentNotMineFraud:
		return "dispute"
	case dialog.IntentComplain:
		return "complaint"
	case dialog.IntentPlanStatus:
		return "schedule"
	case dialog.IntentAskAdvice:
		return "advice"
	case dialog.IntentLater, dialog.IntentDeny:
		return "not_now"
	}
	return ""
}

// askAmbiguousAmount asks back about a sum that can be read in two ways.
func (d *draft) askAmbiguousAmount() bool {
	e, ok := d.heard.Entity(dialog.EntityAmount)
	if !ok || len(e.Ambiguous) < 2 || d.currency() == "" {
		return false
	}
	a, errA := dialog.ParseMoney(strings.TrimSpace(e.Ambiguous[0]), d.currency())
	b, errB := dialog.ParseMoney(strings.TrimSpace(e.Ambiguous[1]), d.currency())
	if errA != nil || errB != nil {
		return false
	}
	d.ask(d.Talk.Topic, "amount")
	d.say("clarify.ask", "amount", vals{"amount_a": dialog.MoneyValue(a), "amount_b": dialog.MoneyValue(b)}, buttons("human", "not_now")...)
	return true
}

// confused reports whether a text says that what is before its writer was not
// understood: no no to a card, and no new question.
func (d *draft) confused() bool {
	if !d.short() || !d.asks(topicConfused) || d.Talk.Last == nil {
		return false
	}
	switch d.heard.Driving {
	case "", dialog.IntentDeny, dialog.IntentAskBreakdown, dialog.IntentSmalltalk, dialog.IntentOutOfScope,
		dialog.IntentAskOptions, dialog.IntentCancelOrUndo, dialog.IntentPlanStatus:
		return true
	}
	return !d.heard.Confident
}

// inOtherWords says once more what is open, as the catalogs say it otherwise,
// with a person one tap away.
func (d *draft) inOtherWords() {
	q := d.liveQuote()
	switch {
	case q != nil && d.Level >= dialog.LevelBorrower:
		d.showQuote(q, "")
	case strings.HasPrefix(string(d.Talk.Last.Kind), "balance.") && d.ready():
		breakdown(d)
	case len(d.Talk.Table) > 0 && d.ready() && d.owes() && !d.forbidden():
		d.showWays("", false)
	default:
		unclear(d)
	}
	d.offerButtons(buttons("human")...)
}
