package flow

import "warmline/dialog"

// dispute opens a ticket in the same turn; until it is decided nothing is asked.
func dispute(d *draft) {
	d.CancelProactive = true
	d.dropQuote()
	d.Talk.Table = nil
	d.ask("dispute", "")
	if !d.heldBefore(dialog.HoldDispute) {
		d.hold(dialog.HoldDispute, "amount", 0)
	}
	if c, open := d.openCase(dialog.CaseDispute); open {
		d.disputeOpen(c)
		return
	}
	form, v := d.disputeForm()
	d.fileCase(dialog.CaseDispute, d.disputeFields())
	d.say("dispute.opened", form, v, buttons("upload", "breakdown", "human")...)
}

func (d *draft) disputeOpen(c dialog.OpenCase) {
	if c.Ticket != "" && !c.Due.IsZero() {
		d.say("dispute.opened", "ticket", vals{
			"ticket_id": dialog.TextValue(c.Ticket), "answer_by": dialog.DateValue(d.day(c.Due)),
		}, buttons("upload", "human")...)
		return
	}
	d.say("dispute.opened", "already", nil, buttons("upload", "human")...)
}

// disputeForm names the payment that the text speaks of and that cannot be
// found here.
func (d *draft) disputeForm() (string, vals) {
	sum, ok := d.amount()
	day, dated := d.paidDay()
	if !ok || !dated || d.Level < dialog.LevelBorrower || d.Facts.Unavailable {
		return "", nil
	}
	if _, found := d.findPayment(); found {
		return "", nil
	}
	return "payment", vals{"paid_amount": dialog.MoneyValue(sum), "paid_date": dialog.DateValue(day)}
}

func (d *draft) disputeFields() map[string]string {
	fields := d.lines()
	if fields == nil {
		fields = map[string]string{}
	}
	for name, kind := range map[string]dialog.EntityKind{
		"amount": dialog.EntityAmount, "date": dialog.EntityDate, "reference": dialog.EntityPaymentRef,
	} {
		if v := d.entity(kind); v != "" {
			fields[name] = v
		}
	}
	return fields
}
