package flow

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// Next answers what a person did: opened the chat, wrote, tapped a button, or
// was stepped up while a question waited. Other events propose nothing.
func Next(in Input) Proposal {
	d := begin(in)
	d.answer()
	d.finish()
	return d.Proposal
}

// answer picks the script for the event, with regard to who owns the chat.
func (d *draft) answer() {
	e := d.Envelope.Event
	switch {
	case e.Kind == dialog.EventOpened:
		opened(d)
	case e.Kind == dialog.EventSession:
		d.steppedUp()
	case e.Text == nil && e.Choice == nil:
	case d.Conv.Owner == dialog.OwnerAgent:
		d.underAgent()
	case d.Conv.Owner == dialog.OwnerQueue:
		d.inQueue()
	default:
		d.own()
	}
}

// own answers while the bot owns the chat.
func (d *draft) own() {
	switch {
	case d.held(dialog.HoldCrisis):
		inCrisis(d)
	case d.Envelope.Event.Choice != nil:
		d.chosen()
	default:
		d.wrote()
	}
}

// wrote answers a text.
func (d *draft) wrote() {
	t := d.Envelope.Event.Text
	switch {
	case d.alarmed():
		selfHarm(d)
	case d.heard != nil && d.heard.Minor:
		minor(d)
	case d.stillStranger():
		strangerAgain(d)
	case d.mayWriteAgain():
		d.followLanguage()
		resumeContact(d)
	case d.Talk.Last != nil && d.asks(topicRepeat) && d.short():
		repeat(d)
	case d.accountNamed() != "":
		d.followLanguage()
		d.accountNamedNow(d.accountNamed())
	case d.triesAgain():
		d.followLanguage()
		d.again()
	case t.Media != "" && (d.heard == nil || d.heard.Driving == ""):
		media(d, t)
	case d.mereSound():
		unclear(d)
	case d.tracing():
		d.followLanguage()
		d.run(dialog.IntentAlreadyPaid)
	case d.heard != nil && d.confused():
		d.followLanguage()
		d.inOtherWords()
	case d.heard != nil && d.whyThese():
		d.followLanguage()
		d.needing(why)
	case d.answersBudget():
		d.followLanguage()
		d.takeBudget()
	case d.heard != nil && !d.heard.Confident && d.heard.Has(dialog.IntentRequestHuman):
		d.followLanguage()
		d.perhapsHuman()
	case d.heard == nil || !d.heard.Confident || d.heard.Driving == "":
		d.followLanguage()
		d.vague()
	default:
		d.followLanguage()
		d.understood()
	}
}

// understood answers a text whose meaning is clear.
func (d *draft) understood() {
	i := d.driving()
	d.Talk.Clarified = 0
	d.remember(slotUnanswered, "")
	d.welcomeBack()
	before := d.Talk.Quote
	if d.aside(i) {
		return
	}
	i = d.reread(i)
	if !digression(i) && replyScript(i).do == nil && i != dialog.IntentChooseOption {
		d.Talk.Asked = "" // an answer to the open question asks its own next one
	}
	d.acknowledgeBeside(i)
	if d.yesToWaiver(i) {
		d.acknowledge(d.hardshipReason())
		d.needing(sendWaiver)
		return
	}
	d.run(i)
	d.also(i)
	if digression(i) && before != nil && d.Talk.Quote != nil && before.ID == d.Talk.Quote.ID && d.Conv.Talk.Asked != "choose" {
		d.offerAgain()
	} else if digression(i) {
		d.tableAgain()
	}
}

// perhapsHuman answers a text that may ask for a person, and probably asks
// something else: both, for a person is never held back.
func (d *draft) perhapsHuman() {
	for _, c := range d.heard.Candidates {
		if c.Score >= 0.5 && answerScript(c.Intent).do != nil {
			d.run(c.Intent)
			break
		}
	}
	requestHuman(d)
}

// driving is the intent that drives the answer.
func (d *draft) driving() dialog.Intent {
	if d.heard.Driving == dialog.IntentCeaseContact && OnlyThen(d.heard) {
		return dialog.IntentContactPref
	}
	if d.heard.Driving == dialog.IntentContactPref && d.leavesOut() {
		return dialog.IntentPrivacyRequest
	}
	if d.heard.Driving == dialog.IntentGiveIdentity && d.Level >= dialog.LevelBorrower &&
		d.Talk.Asked == "yes_no" && (d.Talk.Topic == "note" || d.Talk.Topic == "reminders") {
		return dialog.IntentAffirm // nothing is left to prove, and neither yes binds
	}
	if i := d.wish(); i != "" {
		return i
	}
	if d.callsForPerson() {
		return dialog.IntentRequestHuman
	}
	return d.heard.Driving
}

// digression reports whether an intent is a question on the side: what was
// open before stays open.
func digression(i dialog.Intent) bool {
	return answerScript(i).do != nil || i == dialog.IntentPlanStatus || i == dialog.IntentAbuse || i == dialog.IntentContactPref
}

// offerAgain puts the open card's buttons below an answer given on the side.
func (d *draft) offerAgain() {
	if q := d.liveQuote(); q != nil && d.last() != nil && !d.said("identity.ask") {
		d.besideButtons(confirmButtons(q))
		d.Talk.Asked = "confirm"
	}
}

// tableAgain puts the ways out that were on the table below such an answer.
func (d *draft) tableAgain() {
	if d.Talk.Asked == "choose" && len(d.Talk.Table) > 0 && !d.quiet() && d.last() != nil && !d.said("identity.ask") && !ownChoices(d.last().Kind) {
		d.besideButtons(offerButtons(d.Talk.Table))
	}
}

// ownChoices reports whether an answer has choices of its own that the ways on
// the table must not hide.
func ownChoices(kind dialog.ActKind) bool {
	return kind == "tech.fix" || kind == "forgot.fix" || kind == "pay.methods" || kind == "smalltalk.reply"
}

// maxButtons is how many buttons stand below an answer given on the side: more
// than can be read at a glance would hide the question that is open.
const maxButtons = 5

// spare is the position of a button that can best be missed: one whose kind has
// another before it, the last otherwise.
func spare(options []dialog.Option) int {
	kind := func(o dialog.Option) string { k, _, _ := strings.Cut(o.ID, ":"); return k }
	for i := 1; i < len(options); i++ {
		if kind(options[i]) == kind(options[i-1]) {
			return i
		}
	}
	return len(options) - 1
}

// besideButtons puts the buttons of an open question below an answer given on
// the side, first, and of the answer's own only those that no open question
// has: to say that a sum is wrong, and a person.
func (d *draft) besideButtons(open []dialog.Option) {
	a := d.last()
	keep := buttons("human")
	for _, o := range a.Options {
		if o.ID == "dispute" || o.ID == "cancel_wait" {
			keep = append([]dialog.Option{o}, keep...)
		}
	}
	open = slices.DeleteFunc(slices.Clone(open), func(o dialog.Option) bool { return o.ID == "human" })
	for n := maxButtons - len(keep); len(open) > n; { // each kind of way keeps one
		open = slices.Delete(open, spare(open), spare(open)+1)
	}
	a.Options = append(open, keep...)
}

// also answers a second wish in the same text, where the first one leaves room
// for it and dropping it would leave the person unheard.
func (d *draft) also(driving dialog.Intent) {
	for _, i := range seconds(driving) {
		if d.heard.Has(i) && i != driving {
			d.run(i)
			return
		}
	}
	switch {
	case driving == dialog.IntentCeaseContact && SaysPaid(d.Envelope.Event.Text):
		d.run(dialog.IntentAlreadyPaid)
	case driving == dialog.IntentCeaseContact && AsksSum(d.Envelope.Event.Text):
		d.run(dialog.IntentAskBalance)
	case driving == dialog.IntentInjection && !d.quiet() && d.beyondLimits():
		d.run(dialog.IntentAskWaiver)
	}
}

// seconds lists the wishes that are answered beside a driving one, the most
// pressing first.
func seconds(driving dialog.Intent) []dialog.Intent {
	switch driving {
	case dialog.IntentCeaseContact:
		return []dialog.Intent{dialog.IntentRequestHuman, dialog.IntentComplain, dialog.IntentNotMineFraud,
			dialog.IntentAlreadyPaid, dialog.IntentDisputeAmount, dialog.IntentPrivacyRequest, dialog.IntentAskBalance}
	case dialog.IntentDisputeAmount, dialog.IntentAlreadyPaid, dialog.IntentTechFailure:
		return []dialog.Intent{dialog.IntentContactPref}
	case dialog.IntentComplain, dialog.IntentPrivacyRequest:
		return []dialog.Intent{dialog.IntentDisputeAmount, dialog.IntentAlreadyPaid}
	case dialog.IntentAskConsequence:
		return []dialog.Intent{dialog.IntentAskBalance}
	case dialog.IntentInjection:
		return []dialog.Intent{dialog.IntentAskWaiver, dialog.IntentProposeTerms, dialog.IntentAskDeferral,
			dialog.IntentAskBalance, dialog.IntentAskBreakdown, dialog.IntentAskOptions}
	case dialog.IntentSwitchLanguage, dialog.IntentSmalltalk, dialog.IntentForgot:
		return []dialog.Intent{dialog.IntentAskBalance, dialog.IntentAskBreakdown, dialog.IntentAskOptions}
	}
	return nil
}

// steppedUp goes on after a step-up with what was asked before it.
func (d *draft) steppedUp() {
	if d.Level < dialog.LevelBorrower || d.Conv.Owner == dialog.OwnerAgent {
		return
	}
	after := d.Talk.After
	if after == nil {
		return
	}
	d.Talk.After = nil
	d.welcomeBack()
	d.resume(*after)
}

// welcomeBack ends the caution after somebody else had the chat: the borrower
// has stepped up again.
func (d *draft) welcomeBack() {
	if _, on := d.Conv.Held(d.Now, dialog.HoldThirdParty); on && d.Level >= dialog.LevelBorrower && d.heard != nil &&
		d.heard.Driving != dialog.IntentThirdParty {
		d.Release = append(d.Release, dialog.HoldThirdParty)
	}
}

// finish bounds the memory and keeps the last answer for "say that again".
func (d *draft) finish() {
	t := &d.Talk
	t.Table = t.Table[:min(len(t.Table), 6)]
	t.Dead = t.Dead[max(0, len(t.Dead)-8):]
	t.Reasons = t.Reasons[max(0, len(t.Reasons)-6):]
	t.Acknowledged = t.Acknowledged[max(0, len(t.Acknowledged)-12):]
	d.Acts = slices.Clip(d.Acts)
	if a := d.last(); a != nil && a.Kind != "repeat.last" && a.Class != dialog.ClassCrisis {
		kept := *a
		t.Last = &kept
	}
}
