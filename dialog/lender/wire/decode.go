package wire

import "warmline/dialog"

// Dialog maps the case to facts. The desk's part stays empty. The error is a
// FieldError.
func (c Case) Dialog() (dialog.Facts, error) {
	r := &reader{}
	f := dialog.Facts{Borrower: c.Borrower.dialog(r), Programme: c.Programme.dialog(r)}
	for _, a := range c.Accounts {
		f.Accounts = append(f.Accounts, a.dialog(r))
	}
	for _, a := range c.Arrangements {
		f.Arrangements = append(f.Arrangements, a.dialog(r))
	}
	for _, p := range c.Payments {
		f.Payments = append(f.Payments, p.dialog(r))
	}
	for _, k := range c.Contacts {
		f.Contacts = append(f.Contacts, k.dialog(r))
	}
	for _, e := range c.Facts {
		f.Table = append(f.Table, dialog.Fact{
			Key: r.required("facts.key", e.Key), Date: r.date("facts.date", e.Date), Value: e.Value})
	}
	return f, r.err
}

func (b Borrower) dialog(r *reader) dialog.Borrower {
	locale := dialog.Locale(b.Locale)
	if !locale.Valid() {
		r.fail("borrower.locale")
	}
	return dialog.Borrower{
		ID: r.required("borrower.id", b.ID), Name: b.Name, Locale: locale,
		Zone: r.required("borrower.zone", b.Zone), Zones: b.Zones, Packs: b.Packs,
		Lender: b.Lender, Phone: b.Phone, Consents: b.Consents,
	}
}

// Dialog maps the account. The error is a FieldError.
func (a Account) Dialog() (dialog.Account, error) {
	r := &reader{}
	return a.dialog(r), r.err
}

func (a Account) dialog(r *reader) dialog.Account {
	return dialog.Account{
		Ref: r.required("account.ref", a.Ref), Product: a.Product,
		Currency: dialog.Currency(r.required("account.currency", a.Currency)),
		Version:  r.required("account.version", a.Version),
		Overdue:  a.Overdue.dialog(r, a.Currency),

		NotYetDue:         r.money("account.not_yet_due", a.NotYetDue, a.Currency),
		NextDue:           r.date("account.next_due", a.NextDue),
		NextDueAmount:     r.optMoney("account.next_due_amount", a.NextDueAmount, a.Currency),
		ContractRateDaily: r.rate("account.contract_rate_daily", a.ContractRateDaily),
		AutoDebit:         a.AutoDebit, DebitFailure: a.DebitFailure,
	}
}

func (o Overdue) dialog(r *reader, currency string) dialog.Overdue {
	d := dialog.Overdue{
		Principal:     r.money("overdue.principal", o.Principal, currency),
		Interest:      r.money("overdue.interest", o.Interest, currency),
		LateRateDaily: r.rate("overdue.late_rate_daily", o.LateRateDaily),
		Due:           r.date("overdue.due", o.Due),
		FrozenFrom:    r.date("overdue.frozen_from", o.FrozenFrom),
	}
	for _, f := range o.Fees {
		d.Fees = append(d.Fees, dialog.Fee{
			Kind: r.required("fee.kind", f.Kind), Amount: r.money("fee.amount", f.Amount, currency),
			Basis: f.Basis, Date: r.date("fee.date", f.Date)})
	}
	// Money that is past its date without a date cannot be explained to anybody.
	if d.Due.IsZero() && d.Principal.Minor+d.Interest.Minor > 0 {
		r.fail("overdue.due")
	}
	return d
}

func (p Programme) dialog(r *reader) dialog.Programme {
	return dialog.Programme{
		ID: p.ID, Version: p.Version, Plans: p.Plans,
		MinInstalment:    r.money("programme.min_instalment", p.MinInstalment, p.Currency),
		PlanInterest:     p.PlanInterest,
		FirstPaymentDays: p.FirstPaymentDays,
		Deferral: dialog.DeferralTerms{
			MaxDays: p.Deferral.MaxDays, PauseLateInterest: p.Deferral.PauseLateInterest,
			OrdinaryDaily: r.rate("programme.deferral.ordinary_daily", p.Deferral.OrdinaryDaily),
			CooldownDays:  p.Deferral.CooldownDays,
		},
		Promise:      dialog.PromiseTerms{FreezeDays: p.Promise.FreezeDays, Moves: p.Promise.Moves},
		PartialMin:   r.optMoney("programme.partial_min", p.PartialMin, p.Currency),
		QuoteTTL:     r.duration("programme.quote_ttl", p.QuoteTTL),
		CancelWindow: r.duration("programme.cancel_window", p.CancelWindow),
		WaiverReview: p.WaiverReview,
	}
}

// Dialog maps the arrangement. The error is a FieldError.
func (a Arrangement) Dialog() (dialog.Arrangement, error) {
	r := &reader{}
	return a.dialog(r), r.err
}

func (a Arrangement) dialog(r *reader) dialog.Arrangement {
	return dialog.Arrangement{
		ID: r.required("arrangement.id", a.ID), Account: r.required("arrangement.account", a.Account),
		Kind: dialog.ArrangementKind(a.Kind), Status: arrangementStatus(r, a.Status), Reason: a.Reason,
		Schedule: schedule(r, a.Schedule, a.Currency),
		Total:    r.money("arrangement.total", a.Total, a.Currency),
		Days:     a.Days, Created: a.Created,
		Paid:      r.optMoney("arrangement.paid", a.Paid, a.Currency),
		ClientRef: a.ClientRef, Moves: a.Moves,
	}
}

// arrangementStatus refuses a status that nobody has thought about: taking it
// for any other would tell a borrower something that may not be so.
func arrangementStatus(r *reader, s string) dialog.ArrangementStatus {
	v := dialog.ArrangementStatus(s)
	switch v {
	case dialog.ArrangementPending, dialog.ArrangementActive, dialog.ArrangementRejected,
		dialog.ArrangementCancelled, dialog.ArrangementCompleted, dialog.ArrangementBroken:
	default:
		r.fail("arrangement.status")
	}
	return v
}

func schedule(r *reader, in []Instalment, currency string) []dialog.Instalment {
	var out []dialog.Instalment
	for _, i := range in {
		out = append(out, dialog.Instalment{
			Due: r.date("schedule.due", r.required("schedule.due", i.Due)), Amount: r.money("schedule.amount", i.Amount, currency)})
	}
	return out
}

// Dialog maps the payment. The error is a FieldError.
func (p Payment) Dialog() (dialog.Payment, error) {
	r := &reader{}
	return p.dialog(r), r.err
}

func (p Payment) dialog(r *reader) dialog.Payment {
	switch p.Status {
	case "pending", "settled", "reversed":
	default:
		r.fail("payment.status")
	}
	return dialog.Payment{
		Ref: r.required("payment.ref", p.Ref), Account: r.required("payment.account", p.Account),
		Amount: r.money("payment.amount", p.Amount, p.Currency), At: p.At,
		Status: p.Status, ReceiptID: p.ReceiptID,
	}
}

func (c Contact) dialog(r *reader) dialog.ContactCount {
	return dialog.ContactCount{
		Channel: dialog.ChannelKind(r.required("contact.channel", c.Channel)), At: c.At,
		Class: dialog.CommClass(r.required("contact.class", c.Class)), Answered: c.Answered,
		Account: c.Account, Address: c.Point,
	}
}

// Event maps a webhook to what the conversation is told, without the borrower.
// The error is a FieldError.
func (w Webhook) Event() (dialog.LenderEvent, error) {
	r := &reader{}
	r.required("data.borrower", w.Data.Borrower)
	ev := dialog.LenderEvent{Kind: w.Type}
	d := w.Data
	switch {
	case w.Type == "payment.received" && d.Payment != nil:
		p := d.Payment.dialog(r)
		ev.Payment, ev.Status, ev.ID = &p, p.Status, p.Ref
	case w.Type == "arrangement.updated" && d.Arrangement != nil:
		a := d.Arrangement.dialog(r)
		ev.Arrangement, ev.Status, ev.Reason = &a, string(a.Status), a.Reason
		ev.Ref, ev.ID = a.ClientRef, a.ID
	case w.Type == "account.updated" && d.Account != nil:
		ev.ID = d.Account.dialog(r).Ref
	case w.Type == "case.updated" && d.Case != nil:
		ev.Ref, ev.ID, ev.Status = d.Case.ClientRef, r.required("case.ticket", d.Case.Ticket), d.Case.Status
		ev.CaseKind, ev.Due = dialog.CaseKind(d.Case.Kind), d.Case.Due
		ev.Outcome, ev.Evidence = d.Case.Outcome, d.Case.Evidence
	default:
		r.fail("type")
	}
	return ev, r.err
}
