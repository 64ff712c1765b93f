package flow

import "warmline/dialog"

// forgot takes it as what it is, common, and shows the short way.
func forgot(d *draft) {
	form := ""
	if dialog.Reason(d.entity(dialog.EntityReason)) == dialog.ReasonNotTold {
		form = "not_told"
	}
	d.say("forgot.fix", form, vals{"amount_due": dialog.MoneyValue(d.Owed.Total)}, d.payOrTalk()...)
}

// payOrTalk is to pay now or later, or to talk; under a hold only to talk.
func (d *draft) payOrTalk() []dialog.Option {
	if d.quiet() {
		return buttons("human")
	}
	return buttons("pay_now", "promise", "see_options", "human", "not_now")
}

// techFailure names what went wrong where the lender knows it, and offers to
// try the debit again.
func techFailure(d *draft) {
	form := ""
	switch {
	case d.Account.DebitFailure == "card_expired":
		form = "card_expired"
	case d.Account.AutoDebit == "failed" || d.Account.DebitFailure != "":
		form = "debit_failed"
	case d.Envelope.Event.Text != nil && d.asks(topicDebit) && d.Account.AutoDebit != "paused":
		form = "debit_said" // by the borrower; the lender does not say so
	}
	var options []dialog.Option
	switch {
	case d.quiet():
		options = buttons("human")
	case form == "debit_failed", form == "debit_said":
		options = buttons("retry_debit", "pay_now", "pause_debit", "human", "not_now")
	default:
		options = buttons("pay_now", "see_options", "human", "not_now")
	}
	d.say("tech.fix", form, vals{"amount_due": dialog.MoneyValue(d.Owed.Total)}, options...)
}

// retryDebit has the automatic payment tried again, because the borrower asks.
func retryDebit(d *draft) {
	if d.quiet() {
		d.say("pay.methods", "held", nil, buttons("human")...)
		return
	}
	d.call(dialog.Call{Kind: dialog.CallDebitRetry, Account: d.Account.Ref, Amount: d.Owed.Total})
	d.say("tech.fix", "retry_asked", nil, buttons("human")...)
}

// pauseDebit stops the automatic payment.
func pauseDebit(d *draft) {
	d.call(dialog.Call{Kind: dialog.CallDebitPause, Account: d.Account.Ref})
	d.say("tech.fix", "pause_asked", nil, buttons("see_options", "human")...)
}
