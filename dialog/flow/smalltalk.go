package flow

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"warmline/dialog"
)

// greetAfter is the silence after which opening the chat is greeted again.
const greetAfter = 24 * time.Hour

// opened greets somebody who opens the chat and has not been here for a while.
func opened(d *draft) {
	if d.Conv.Owner == dialog.OwnerAgent || d.Conv.Owner == dialog.OwnerQueue || d.held(dialog.HoldCrisis) {
		return
	}
	if d.Conv.Seq > 0 && d.Now.Sub(d.lastHere()) < greetAfter {
		return
	}
	d.greet()
}

// lastHere is when somebody last wrote or was greeted here, as far as is known.
func (d *draft) lastHere() time.Time {
	last := d.Conv.Started
	if d.Conv.LastIn.After(last) {
		last = d.Conv.LastIn
	}
	for _, shown := range d.Conv.Disclosed {
		if shown.At.After(last) {
			last = shown.At
		}
	}
	return last
}

// greet offers the bill or a talk; below level 2 it says nothing of a bill.
func (d *draft) greet() {
	switch {
	case d.Level < dialog.LevelBorrower || d.held(dialog.HoldWrongPerson, dialog.HoldDeceased, dialog.HoldMinor):
		d.say("greet", "neutral", nil, buttons("step_up", "human")...)
	case d.Facts.Unavailable:
		d.say("greet", "neutral", nil, buttons("human")...)
	default:
		d.greetBorrower()
	}
}

func (d *draft) greetBorrower() {
	if _, ok := d.active(); ok {
		d.say("greet", "agreed", nil, buttons("schedule", "human")...)
		return
	}
	switch {
	case d.Account.Ref != "" && !d.owes():
		d.say("greet", "nothing_due", nil, buttons("schedule", "human")...)
	case len(d.Conv.Said) > 0:
		d.say("greet", "returning", nil, buttons("show_balance", "see_options", "human")...)
	default:
		d.say("greet", "", nil, buttons("show_balance", "see_options", "human")...)
	}
}

// smalltalk answers a greeting or thanks, and a wish to hear it again.
func smalltalk(d *draft) {
	switch {
	case d.asks(topicRepeat) && d.Talk.Last != nil:
		repeat(d)
	case d.asks(topicThanks), d.saysWord("ta", "ty", "tysm"):
		d.say("smalltalk.reply", "thanks", nil, buttons("human")...)
	case len(d.Conv.Said) == 0:
		d.greet()
	case d.saysWord("bye", "goodbye", "night", "nite", "cya", "later", "再见", "再見", "拜拜", "晚安"):
		d.say("smalltalk.reply", "ok", nil, buttons("show_balance", "human")...)
	case d.asks(topicGot) && d.short(), d.Envelope.Event.Text != nil && !d.asks(topicGreets):
		d.say("smalltalk.reply", "ok", nil, buttons("show_balance", "human")...)
	default:
		d.say("smalltalk.reply", "", nil, buttons("show_balance", "human")...)
	}
}

// saysWord reports whether a text has one of some words, as a word of its own.
func (d *draft) saysWord(words ...string) bool {
	t := d.Envelope.Event.Text
	if t == nil {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(joined(t)), func(r rune) bool { return !unicode.IsLetter(r) }), func(w string) bool {
		return slices.Contains(words, w)
	})
}

// repeat says the last answer again, without buttons of a card that has died.
func repeat(d *draft) {
	last := *d.Talk.Last
	var options []dialog.Option
	for _, o := range last.Options {
		if o.Card == "" || d.liveQuote() != nil && d.liveQuote().ID == o.Card {
			options = append(options, o)
		}
	}
	last.Options = options
	d.say("repeat.last", "", nil)
	d.Acts = append(d.Acts, last)
	if len(options) == 0 {
		d.offerButtons(buttons("human")...)
	}
}

// later lets somebody go who is busy.
func later(d *draft) {
	if d.Level >= dialog.LevelBorrower && !d.Facts.Unavailable && d.owes() && !d.quiet() && d.Owed.Daily.Minor > 0 {
		d.say("later.ok", "owed", vals{"daily_interest": dialog.MoneyValue(d.Owed.Daily)}, buttons("show_balance", "human")...)
		return
	}
	d.say("later.ok", "", nil, buttons("human")...)
}

// adviserDays is how long collection rests while somebody works with a debt
// adviser (CONC 7.3.11R: a reasonable time, 30 days).
const adviserDays = 30

// advice gives general help: a free adviser where one is known. Who works with
// one is left alone meanwhile.
func advice(d *draft) {
	if d.asks(topicAdviser) && !d.held(dialog.HoldAdvice) {
		d.hold(dialog.HoldAdvice, "adviser", adviserDays)
		d.CancelProactive = true
	}
	if o := d.limits().DebtAdvice; o != nil && o.Name != "" && o.Contact != "" {
		d.sayCard("advice.card", "debt_advice", vals{
			"advice_org": dialog.TextValue(o.Name), "advice_contact": dialog.TextValue(o.Contact),
		}, &dialog.Card{Kind: "advice", Title: "card.advice"}, buttons("human")...)
		return
	}
	d.say("advice.card", "", nil, buttons("human")...)
}

// outOfScope says what this chat is for. Nothing new is lent here.
func outOfScope(d *draft) {
	form := ""
	if d.asks(topicNewLoan) {
		form = "new_loan"
	}
	d.say("out_of_scope.reply", form, nil, buttons("show_balance", "human")...)
}

// media answers what is no text: evidence where it was asked for, and kindly no
// otherwise.
func media(d *draft, t *dialog.TextEvent) {
	evidence := t.Media == "image" || t.Media == "document"
	switch {
	case t.Media == "contact":
		d.say("media.unsupported", "contact", nil, buttons("human")...)
	case t.Media == "own_contact":
		d.say("media.unsupported", "own_contact", nil, buttons("human")...)
	case evidence && d.Talk.Asked == "reference":
		d.say("media.unsupported", "evidence", nil)
		d.openTrace(evidenceFields(t), "opened")
	case evidence && d.held(dialog.HoldDispute, dialog.HoldPaymentTrace, dialog.HoldFraud, dialog.HoldComplaint):
		d.say("media.unsupported", "evidence", nil, buttons("human")...)
	case evidence:
		d.say("media.unsupported", "not_asked", nil, buttons("human")...)
	default:
		d.say("media.unsupported", "", nil, buttons("human")...)
	}
}

func evidenceFields(t *dialog.TextEvent) map[string]string {
	if t.File == "" {
		return nil
	}
	return map[string]string{"evidence": t.File}
}
