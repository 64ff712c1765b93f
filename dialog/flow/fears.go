package flow

import "warmline/dialog"

// consequence answers what happens if nothing is paid, and the fears behind the
// question: plainly, from the lender's fact table, or not at all.
func consequence(d *draft) {
	for _, t := range []topic{topicVisits, topicContacts, topicLimit, topicDebits, topicWallet, topicWaiting} {
		if d.asks(t) && !d.asks(topicCredit) {
			d.reassure(string(t))
			return
		}
	}
	if !d.ready() {
		return
	}
	if d.asks(topicCredit) {
		d.creditRecord()
		return
	}
	if d.owes() && d.owedLater() && !d.asks(topicCourt) {
		d.offerButtons(buttons("see_options")...)
		return // "and if I pay tomorrow?" asks for a sum
	}
	form, v := d.reportForm()
	switch {
	case d.quiet():
		form, v = "hold", nil
	case form == "" && d.asks(topicCourt):
		form = "court"
	}
	d.say("consequence.explain", form, v, d.wayOnButtons()...)
}

// reportForm says what the fact table knows of reporting to a credit bureau.
func (d *draft) reportForm() (string, vals) {
	f, ok := d.Facts.Fact("credit.report")
	switch {
	case !ok || f.Date.IsZero():
		return "unknown", nil
	case f.Date.Before(d.Today):
		return "past", nil
	}
	return "", vals{"report_date": dialog.DateValue(f.Date)}
}

func (d *draft) creditRecord() {
	form, v := d.reportForm()
	if _, ok := d.active(); ok && form == "" {
		form, v = "plan", nil
	}
	d.say("credit.explain", form, v, d.wayOnButtons()...)
}

// wayOnButtons lead on from an answer; under a hold only to a person.
func (d *draft) wayOnButtons() []dialog.Option {
	if d.quiet() {
		return buttons("human")
	}
	return buttons("see_options", "pay_now", "human")
}

// reassure says a fear's answer where the fact table has it; otherwise a person
// answers.
func (d *draft) reassure(form string) {
	key, value := behind(form)
	if f, ok := d.Facts.Fact(key); !ok || value != "" && f.Value != value {
		form = "unknown"
	}
	d.say("reassure", form, nil, buttons("human")...)
}

// behind is the entry of the fact table that a reassurance rests on, and the
// value that makes it true; "" for any.
func behind(form string) (key, value string) {
	switch form {
	case "contacts", "visits", "limit":
		return form, "no"
	case "debits":
		return "debit.timing", ""
	case "wallet":
		return "wallet.use", "yes"
	}
	return "interest.quote_frozen", "yes"
}

// whoAreYou says what is speaking here and for whom; to "is this a scam" it
// says what to check.
func whoAreYou(d *draft) {
	v := vals{}
	if d.Facts.Borrower.Lender != "" {
		v["lender_name"] = dialog.TextValue(d.Facts.Borrower.Lender)
	}
	if d.asks(topicGenuine) {
		d.verify(v)
		return
	}
	form := ""
	if d.asks(topicBot) {
		form = "human"
	}
	d.say("bot.identity", form, v, buttons("show_balance", "human")...)
}

func (d *draft) verify(v vals) {
	payee, okP := d.Facts.Fact("payee")
	domain, okD := d.Facts.Fact("domain")
	if !okP || !okD || len(v) == 0 {
		d.say("verify_us", "unknown", v, buttons("human")...)
		return
	}
	v["payee"], v["domain"] = dialog.TextValue(payee.Value), dialog.TextValue(domain.Value)
	d.say("verify_us", "", v, buttons("human")...)
}
