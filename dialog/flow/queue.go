package flow

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// inQueue answers while a person is awaited: safety and wishes to stop always,
// questions about facts without offers, the wish not to wait; anything else is
// kept for the person, and said so now and then.
func (d *draft) inQueue() {
	switch {
	case d.held(dialog.HoldCrisis):
		inCrisis(d)
	case d.Envelope.Event.Choice != nil:
		d.choseInQueue(d.Envelope.Event.Choice.Option)
	default:
		d.wroteInQueue()
	}
	d.withoutOffers()
}

func (d *draft) choseInQueue(option string) {
	i := intentOf(option)
	switch {
	case option == "cancel_wait", option == "callback", option == "complaint", option == "upload",
		option == "resume_contact", option == "safe_yes", option == "safe_no", option == "step_up",
		len(option) > 9 && option[:9] == "callback:", len(option) > 8 && option[:8] == "account:":
		d.chosen()
	case answeredInQueue(i):
		d.chosen()
	default:
		d.waiting()
	}
}

func (d *draft) wroteInQueue() {
	t := d.Envelope.Event.Text
	if d.alarmed() || d.heard != nil && d.heard.Minor || d.stillStranger() ||
		t.Media != "" && (d.heard == nil || d.heard.Driving == "") {
		d.wrote()
		return
	}
	d.followLanguage()
	switch {
	case d.waitsNoMore():
		cancelWait(d)
	case d.saysSafe():
		safety(d, true)
	case d.heard != nil && !d.heard.Confident && d.sumAsked():
		d.run(dialog.IntentAskBalance)
	case d.heard == nil || !d.heard.Confident:
		d.waiting()
	case d.heard.Driving == dialog.IntentDeny && d.asks(topicNoNeed) && d.short():
		cancelWait(d)
	case answeredInQueue(d.meantInQueue()):
		i := d.meantInQueue()
		if i == dialog.IntentPlanStatus && !d.anythingAgreed() {
			i = dialog.IntentRequestHuman // how it stands is how long it still takes
		}
		d.run(i)
		d.also(i)
	case requests(d.heard.Driving) || d.heard.Driving == dialog.IntentChooseOption:
		d.remember("waiting", "") // a wish is never left without a word: the wait can be left for it
		d.waiting()
	default:
		d.waiting()
	}
}

// saysSafe reports whether a text answers "are you safe?" with a yes in words.
func (d *draft) saysSafe() bool {
	return d.Talk.Topic == "crisis" && d.asks(topicSafe) && !d.asks(topicUnsafe)
}

// meantInQueue is the intent of a text by somebody who waits.
func (d *draft) meantInQueue() dialog.Intent {
	i := d.driving()
	if i == dialog.IntentAlreadyPaid || i == dialog.IntentAskConsequence {
		return d.reread(i)
	}
	return i
}

// waitsNoMore reports whether somebody in the queue says that they need nobody
// after all, whatever they say besides.
func (d *draft) waitsNoMore() bool {
	if d.heard == nil || !d.asks(topicNoWait) {
		return false
	}
	r := dialog.RankOf(d.heard.Driving)
	return r != dialog.RankX && r != dialog.RankH && !d.heard.Has(dialog.IntentRequestHuman)
}

// anythingAgreed reports whether there is an arrangement, or one on its way,
// whose state somebody could ask about.
func (d *draft) anythingAgreed() bool {
	_, active := d.active()
	return active || d.running() || d.livePromise() != ""
}

// answeredInQueue reports whether an intent is answered while a person is
// awaited.
func answeredInQueue(i dialog.Intent) bool {
	if stopScript(i).do != nil {
		return true
	}
	switch i {
	case dialog.IntentAskBalance, dialog.IntentAskBreakdown, dialog.IntentPlanStatus, dialog.IntentAskHowPay,
		dialog.IntentAskConsequence, dialog.IntentWhoAreYou, dialog.IntentSwitchLanguage, dialog.IntentGiveIdentity,
		dialog.IntentCancelOrUndo, dialog.IntentRequestHuman, dialog.IntentContactPref,
		dialog.IntentNotMineFraud, dialog.IntentComplain, dialog.IntentVulnerability,
		dialog.IntentLegalStatus, dialog.IntentPrivacyRequest, dialog.IntentAlreadyPaid, dialog.IntentDisputeAmount:
		return true
	}
	return false
}

// waitingEvery is how many messages of somebody who waits are answered by one
// line that says so.
const waitingEvery = 4

// waiting says, once in a few messages, that the person who comes will see it.
func (d *draft) waiting() {
	if t := d.Envelope.Event.Text; t != nil && strings.ContainsAny(joined(t), "?？") {
		d.remember("waiting", "") // a question is never left without a word
	}
	if d.count("waiting")%waitingEvery == 0 {
		d.say("handoff.queued", "waiting", nil, buttons("cancel_wait", "callback")...)
	}
}

// withoutOffers takes everything but facts and the way out of the queue from
// what is said to somebody who waits.
func (d *draft) withoutOffers() {
	for i := range d.Acts {
		d.Acts[i].Options = slices.DeleteFunc(slices.Clone(d.Acts[i].Options), func(o dialog.Option) bool {
			switch o.ID {
			case "see_options", "pay_now", "own_terms", "promise", "partial", "human":
				return !d.Unqueue
			}
			return false
		})
	}
	if a := d.last(); a != nil && !d.Unqueue && a.Class != dialog.ClassCrisis && len(a.Options) == 0 {
		d.offerButtons(buttons("cancel_wait")...)
	}
}

// underAgent keeps what protects somebody while a person speaks with them; the
// bot itself is silent, but for the lines of support.
func (d *draft) underAgent() {
	c := d.Envelope.Event.Choice
	switch {
	case c != nil && c.Option == "confirm":
		tapConfirm(d, c.Card) // the card may be the person's own offer; what is said of it is the policy's
		return
	case c != nil && (c.Option == "safe_no" || c.Option == "resume_contact"):
		d.chosen()
	case d.alarmed():
		selfHarm(d)
	case d.heard != nil && d.heard.Minor:
		minor(d)
	case d.heard != nil && d.heard.Confident && protects(d.heard.Driving):
		d.run(d.heard.Driving)
	}
	d.Acts = slices.DeleteFunc(d.Acts, func(a dialog.Act) bool { return a.Class != dialog.ClassCrisis })
	d.Handoff, d.Locale = nil, ""
	d.Calls = slices.DeleteFunc(d.Calls, func(c dialog.Call) bool { return c.Kind == dialog.CallCaseOpen })
	d.Cases = nil
}

// protects reports whether an intent sets a hold that must not wait for the
// person in the chat to set it.
func protects(i dialog.Intent) bool {
	switch i {
	case dialog.IntentNotMineFraud, dialog.IntentVulnerability, dialog.IntentLegalStatus:
		return true
	}
	return stopScript(i).do != nil
}
