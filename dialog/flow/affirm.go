package flow

import "warmline/dialog"

// affirm answers a yes. It binds only to the question that its sender had
// before them; otherwise that question is shown again.
func affirm(d *draft) {
	q := d.Talk.Quote
	switch {
	case q != nil && d.Talk.Asked == "confirm":
		d.affirmCard(q)
	case d.Talk.Asked == "yes_no" && d.Talk.Topic == "note":
		clearNote(d, true)
	case d.Talk.Asked == "yes_no" && d.Talk.Topic == "reminders" && d.asks(topicCancel):
		d.run(dialog.IntentCancelOrUndo) // "yeah no, cancel it" is no yes to reminders
	case d.Talk.Asked == "yes_no" && d.Talk.Topic == "reminders":
		reminders(d, true)
	case d.Talk.Asked == "account" && d.Talk.Account == "" && d.Level >= dialog.LevelBorrower && len(d.overdue()) > 1:
		after := d.Talk.After
		d.chooseAccount()
		d.Talk.After = after // what waits is the question before
	case d.Talk.Asked == "choose" && len(d.Talk.Table) > 0:
		d.affirmTable()
	case d.Talk.Asked == "yes_no" && d.Talk.Topic == "partial":
		d.run(dialog.IntentPayNow)
	case d.Talk.Asked == "yes_no" && d.Talk.Topic == "waiver":
		d.ask("", "")
		d.needing(sendWaiver)
	case q != nil && d.Level >= dialog.LevelBorrower && d.liveQuote() != nil:
		d.showQuote(q, "")
	default:
		d.say("smalltalk.reply", "ok", nil, buttons("show_balance", "human")...)
	}
}

// affirmCard binds a yes in words to the open card, provided that its writer
// had seen it and that nothing in the text takes it back or asks first: on
// Telegram, where nobody can tell, only the button does once a
// card was replaced.
func (d *draft) affirmCard(q *dialog.Quote) {
	if d.Level < dialog.LevelBorrower {
		d.askIdentity()
		return
	}
	seen := d.Envelope.Seen
	telegram := d.Envelope.Channel == dialog.ChannelTelegram
	switch {
	case d.namesAnother(q), d.asks(topicHesitate) && d.countNamed():
		changePlan(d)
	case !d.sureYes(), d.asks(topicHesitate), seen > 0 && seen < q.Seq, seen == 0 && telegram:
		d.say("clarify.ask", "confirm_card", nil)
		d.showQuote(q, "")
	default:
		d.bind()
	}
}

// sureYes reports whether a text is a yes beyond doubt: by its words, or because
// hardly anything else could be meant. "Wow" and "so" right below a card bind
// nobody.
func (d *draft) sureYes() bool {
	if d.Envelope.Event.Text == nil || d.heard == nil || d.heard.Driving != dialog.IntentAffirm {
		return true // a button, or words that say which card
	}
	const sure = 0.8
	for _, s := range d.heard.Intents {
		if s.Intent == dialog.IntentAffirm {
			return s.Score >= sure || d.asks(topicAssent)
		}
	}
	return true
}

// affirmTable takes the only way on the table; of several it asks which.
func (d *draft) affirmTable() {
	if !d.ready() || d.forbidden() {
		if d.last() == nil {
			d.heldMenu()
		}
		return
	}
	if len(d.Talk.Table) > 1 {
		d.whichOption()
		return
	}
	d.take(d.Talk.Table[0].Option)
}
