package flow

import (
	"slices"

	"warmline/dialog"
)

// askWaiver answers a wish for less than is owed: not here, but this is what
// can be had, and a person may look at a request.
func askWaiver(d *draft) {
	if d.forbidden() || d.quiet() {
		d.waiverOnHold()
		return
	}
	n := d.Talk.Pressed
	d.Talk.Pressed++
	offers := d.ways(false)
	if len(offers) > 0 {
		d.table("options", offers)
	}
	first := "terms"
	if d.limits().WaiverReview {
		first = ""
	}
	if n == 0 && d.limits().WaiverReview {
		d.ask("waiver", "yes_no")
	}
	d.say("limit.refuse_waiver", form(n, first, "short", "shortest"), nil, menu(offers, d.waiverButtons(n)...)...)
}

// waiverOnHold records a wish for less while nothing is offered: a person
// decides on it either way.
func (d *draft) waiverOnHold() {
	if !d.limits().WaiverReview || d.held(dialog.HoldFraud, dialog.HoldDeceased, dialog.HoldMinor, dialog.HoldWrongPerson) {
		d.heldMenu()
		return
	}
	sendWaiver(d)
	a := d.last()
	a.Options = buttons("show_balance", "human")
	if a.Form == "" {
		a.Form = "held"
	}
}

// yesToWaiver reports whether a hardship is told as the reason for a reduction
// that was just offered for review: "yes please, I have been in hospital".
func (d *draft) yesToWaiver(driving dialog.Intent) bool {
	if driving != dialog.IntentHardshipIncome && driving != dialog.IntentHardshipHealth {
		return false
	}
	return d.answers("waiver", "yes_no") && d.asks(topicYes)
}

// waiverButtons offers the request for a reduction, and once the conversation
// turns in circles a person.
func (d *draft) waiverButtons(pressed int) []string {
	var ids []string
	if d.limits().WaiverReview && pressed < 2 {
		ids = append(ids, "waiver")
	}
	return append(ids, "human", "not_now")
}

// sendWaiver sends the request for a reduction to a person's desk.
func sendWaiver(d *draft) {
	c, open := d.openCase(dialog.CaseWaiver)
	if open && c.Ticket != "" {
		d.say("waiver.opened", "ticket", vals{"ticket_id": dialog.TextValue(c.Ticket)}, buttons("see_options", "human")...)
		return
	}
	fields := map[string]string{}
	if len(d.Talk.Reasons) > 0 {
		fields["reason"] = string(d.Talk.Reasons[len(d.Talk.Reasons)-1])
	}
	d.fileCase(dialog.CaseWaiver, fields)
	d.say("waiver.opened", "", nil, buttons("see_options", "human")...)
}

// injection declines to be anything but what it is. The offers on the table
// are the ones that everybody gets.
func injection(d *draft) {
	n := d.count("injections")
	d.say("injection.decline", form(n, "", "short"), nil, buttons("show_balance", "see_options", "human")...)
	if d.quiet() {
		d.last().Options = buttons("show_balance", "human")
	}
}

// abuse is met calmly, with the ways on; it never changes what is offered.
func abuse(d *draft) {
	n := d.Talk.Abused
	d.Talk.Abused++
	d.say("abuse.deescalate", form(n, "", "again", "last"), nil, buttons("show_balance", "human", "complaint", "not_now")...)
}

// refusePay asks once what stands in the way, shows the ways on at most twice,
// and then leaves the person in peace.
func refusePay(d *draft) {
	if d.quiet() && d.Level >= dialog.LevelBorrower { // nothing is asked for that could be refused
		d.say("pay.methods", "held", nil, buttons("human")...)
		return
	}
	n := d.Talk.Refusals
	d.Talk.Refusals++
	d.dropQuote()
	switch n {
	case 0:
		d.ask("refusal", "reason")
		d.say("refusal.explore", "", nil, buttons("dispute", "see_options", "human", "not_now")...)
	case 1, 2:
		d.alternatives()
	default:
		d.inPeace()
	}
}

// inPeace leaves somebody alone who has said no often enough.
func (d *draft) inPeace() {
	d.ask("", "")
	d.say("later.ok", "peace", nil, buttons("show_balance", "human")...)
}

func (d *draft) alternatives() {
	d.Talk.Alternatives++
	var offers []dialog.Offer
	if d.Level >= dialog.LevelBorrower && !d.quiet() {
		offers = d.ways(false)
		offers = offers[:min(len(offers), 2)]
	}
	if len(offers) == 0 {
		d.inPeace()
		return
	}
	d.table("refusal", offers)
	d.say("options.menu", "alternatives", nil, menu(offers, "human", "not_now")...)
}

// withoutPerson is what was heard where the person is what is not wanted: "I don't
// want to talk to anyone".
func withoutPerson(u *dialog.Understanding) *dialog.Understanding {
	alone := *u
	alone.Intents = slices.DeleteFunc(slices.Clone(u.Intents), func(s dialog.Scored) bool { return s.Intent == dialog.IntentRequestHuman })
	if u.Driving == dialog.IntentRequestHuman {
		alone.Driving = dialog.IntentLater
		alone.Intents = append([]dialog.Scored{{Intent: dialog.IntentLater, Score: 1}}, alone.Intents...)
	}
	return &alone
}

// NotAskedFor returns what was heard without the wish for a person where a sum
// is demanded and somebody in charge is only said to have agreed to it: "300,
// your manager already said yes". Any word that fetches somebody keeps the wish.
func NotAskedFor(t *dialog.TextEvent) *dialog.Understanding {
	u := t.Heard
	if u.Has(dialog.IntentRequestHuman) && touches(t, topicNoPerson) && anyOf(t, []string{"don't", "dont", "do not", "no ", "not ", "rather not", "不", "别", "別", "唔"}) {
		return withoutPerson(u)
	}
	if _, sum := u.Entity(dialog.EntityAmount); !sum || !u.Has(dialog.IntentRequestHuman) {
		return u
	}
	if !touches(t, topicManager) || !touches(t, topicAgreed) || touches(t, topicFetch) {
		return u
	}
	claim := *u
	claim.Intents = slices.DeleteFunc(slices.Clone(u.Intents), func(s dialog.Scored) bool { return s.Intent == dialog.IntentRequestHuman })
	if u.Driving == dialog.IntentRequestHuman {
		claim.Driving = dialog.IntentAskWaiver
		claim.Intents = append([]dialog.Scored{{Intent: dialog.IntentAskWaiver, Score: u.Intents[0].Score}}, claim.Intents...)
	}
	return &claim
}
