package sandbox

import (
	"errors"
	"fmt"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
	"warmline/dialog/loan"
)

var errPayment = errors.New("a payment goes from pending to settled or reversed, and from settled to reversed")

// receive books a payment or a new status of a known one, and tells the news.
// A pending payment stops late interest at the moment of its instruction; a
// settled one is applied; a reversed one is undone.
func (t *txn) receive(p person, pay dialog.Payment) (dialog.Payment, error) {
	e, err := t.paymentEntry(p, pay)
	if err != nil {
		return dialog.Payment{}, err
	}
	a, err := t.account(p.Borrower.ID, e.Payment.Account)
	if err != nil {
		return dialog.Payment{}, err
	}
	was := e.Payment.Status
	e.Payment.Status = pay.Status
	switch {
	case pay.Status == "pending" && was == "":
		err = t.freezeFor(p, &a, e)
	case pay.Status == "settled" && (was == "" || was == "pending"):
		err = t.settle(p, &a, &e)
	case pay.Status == "reversed" && was != "reversed":
		err = t.reverse(p, &a, &e, was)
	default:
		err = errPayment
	}
	if err != nil {
		return dialog.Payment{}, err
	}
	if err := t.put(kindPayment, e.Payment.Ref, p.Borrower.ID, e); err != nil {
		return dialog.Payment{}, err
	}
	w := wire.NewPayment(e.Payment)
	return e.Payment, t.post(wire.Webhook{Type: "payment.received", Data: wire.WebhookData{Borrower: p.Borrower.ID, Payment: &w}})
}

// paymentEntry finds the payment or begins one, with Status "".
func (t *txn) paymentEntry(p person, pay dialog.Payment) (entry, error) {
	var e entry
	if pay.Ref != "" {
		owner, err := t.get(kindPayment, pay.Ref, &e)
		switch {
		case err == nil && owner == p.Borrower.ID:
			return e, nil
		case err == nil:
			return entry{}, errNotFound
		case !errors.Is(err, errNotFound):
			return entry{}, err
		}
	}
	e.Payment = pay
	e.Payment.Status = ""
	if e.Payment.At.IsZero() {
		e.Payment.At = t.now
	}
	if e.Payment.Ref == "" {
		var err error
		if e.Payment.Ref, err = t.next("PAY"); err != nil {
			return entry{}, err
		}
	}
	return e, nil
}

func (t *txn) freezeFor(p person, a *dialog.Account, e entry) error {
	day := p.dateOf(e.Payment.At)
	if a.Overdue.FrozenFrom.IsZero() || day.Before(a.Overdue.FrozenFrom) {
		a.Overdue.FrozenFrom = day
	}
	return t.saveAccount(p.Borrower.ID, a)
}

func (t *txn) settle(p person, a *dialog.Account, e *entry) error {
	day := p.dateOf(e.Payment.At)
	d, found, err := t.activeDeal(p.Borrower.ID, a.Ref)
	if err != nil {
		return err
	}
	cost := dialog.NewMoney(0, a.Currency)
	if found {
		left := d.Arrangement.Total.Sub(d.Arrangement.Paid)
		cost.Minor = max(0, left.Sub(loan.Owed(*a, day).Total).Minor)
	}
	e.Applied = pay(a, e.Payment.Amount, cost, day)
	if e.Payment.ReceiptID, err = t.next("R"); err != nil {
		return err
	}
	if found {
		e.Applied.Arrangement = d.Arrangement.ID
		d.Arrangement.Paid = d.Arrangement.Paid.Add(e.Payment.Amount)
		if d.Arrangement.Paid.Minor >= d.Arrangement.Total.Minor {
			d.Arrangement.Status = dialog.ArrangementCompleted
		}
		if err := t.saveDeal(p.Borrower.ID, d); err != nil {
			return err
		}
	}
	if !found || !d.live() {
		// What froze late interest is over, unless another payment is in flight.
		if err := t.put(kindPayment, e.Payment.Ref, p.Borrower.ID, *e); err != nil {
			return err
		}
		return t.release(p, a, d)
	}
	return t.saveAccount(p.Borrower.ID, a)
}

func (t *txn) activeDeal(borrower, account string) (deal, bool, error) {
	deals, err := list[deal](t, kindArrangement, borrower)
	if err != nil {
		return deal{}, false, err
	}
	for _, d := range deals {
		if d.Arrangement.Account == account && d.Arrangement.Status == dialog.ArrangementActive {
			return d, true, nil
		}
	}
	return deal{}, false, nil
}

func (t *txn) reverse(p person, a *dialog.Account, e *entry, was string) error {
	if was == "settled" {
		undo(a, e.Applied)
		if err := t.unpay(p, e); err != nil {
			return err
		}
	}
	e.Applied = applied{}
	if err := t.put(kindPayment, e.Payment.Ref, p.Borrower.ID, *e); err != nil {
		return err
	}
	return t.release(p, a, deal{})
}

// unpay takes a reversed payment off the arrangement that it had gone to.
func (t *txn) unpay(p person, e *entry) error {
	if e.Applied.Arrangement == "" {
		return nil
	}
	var d deal
	if _, err := t.get(kindArrangement, e.Applied.Arrangement, &d); err != nil {
		return fmt.Errorf("undo payment: %w", err)
	}
	d.Arrangement.Paid = d.Arrangement.Paid.Sub(e.Payment.Amount)
	if d.Arrangement.Status == dialog.ArrangementCompleted {
		d.Arrangement.Status = dialog.ArrangementActive
	}
	return t.saveDeal(p.Borrower.ID, d)
}

// age lets passed days take effect: a promise's freeze runs out, and a demo
// borrower's instalment falls due.
func (t *txn) age(p person) error {
	accounts, err := list[dialog.Account](t, kindAccount, p.Borrower.ID)
	if err != nil {
		return err
	}
	today := p.today(t.now)
	for _, a := range accounts {
		if err := t.lapse(p, &a, today); err != nil {
			return err
		}
		o := &a.Overdue
		if !p.Ages || !o.Principal.Zero() || !o.Interest.Zero() || a.NextDue.IsZero() || !a.NextDue.Before(today) {
			continue
		}
		o.Principal, o.Due, o.FrozenFrom = a.NextDueAmount, a.NextDue, dialog.Date{}
		prepay(&a, a.NextDueAmount.Minor)
		if err := t.saveAccount(p.Borrower.ID, &a); err != nil {
			return err
		}
	}
	return nil
}

// lapse breaks a promise once late interest has stood still for as long as the
// programme allows.
func (t *txn) lapse(p person, a *dialog.Account, today dialog.Date) error {
	o := a.Overdue
	if o.FrozenFrom.IsZero() || today.Days(o.FrozenFrom) <= p.Programme.Promise.FreezeDays {
		return nil
	}
	d, found, err := t.activeDeal(p.Borrower.ID, a.Ref)
	made := d.Arrangement.ClientRef != "" || p.Ages // a seeded one stays as it was given
	if err != nil || !found || !made || d.Arrangement.Kind != dialog.ArrangementPromise {
		return err
	}
	d.Arrangement.Status = dialog.ArrangementBroken
	if err := t.saveDeal(p.Borrower.ID, d); err != nil {
		return err
	}
	return t.release(p, a, d)
}
