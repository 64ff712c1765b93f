package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

func (s *Sandbox) controlRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /sandbox/clock", s.control(getClock))
	m.HandleFunc("PUT /sandbox/clock", s.control(putClock))
	m.HandleFunc("GET /sandbox/faults", s.getFaults)
	m.HandleFunc("PUT /sandbox/faults", s.putFaults)
	m.HandleFunc("POST /sandbox/payments", s.control(postPayment))
	m.HandleFunc("POST /sandbox/arrangements/settle", s.control(settleArrangements))
	m.HandleFunc("POST /sandbox/cases/{ticket}/outcome", s.control(caseOutcome))
	m.HandleFunc("PUT /sandbox/accounts/{account}", s.control(putAccount))
	m.HandleFunc("GET /sandbox/borrowers", s.control(getBorrowers))
	m.HandleFunc("GET /sandbox/counts", s.control(getCounts))
	m.HandleFunc("POST /sandbox/reset", s.control(reset))
}

// control serves an endpoint that no real core has: no token, no faults, no key.
func (s *Sandbox) control(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			no(http.StatusRequestEntityTooLarge, "too_large", "").write(w)
			return
		}
		s.answer(r, body, h).write(w)
	}
}

// Clock is the body of /sandbox/clock: a date, or an exact moment.
type Clock struct {
	Date dialog.Date `json:"date,omitzero"`
	At   time.Time   `json:"at,omitzero"`
}

func getClock(t *txn, _ *http.Request, _ []byte) (reply, error) {
	return ok(Clock{Date: dialog.DateOf(t.now), At: t.now}), nil
}

func putClock(t *txn, r *http.Request, body []byte) (reply, error) {
	var c Clock
	if !strict(body, &c) || c.Date.IsZero() == c.At.IsZero() {
		return bad("date"), nil
	}
	at := c.At
	if at.IsZero() {
		at = t.now.AddDate(0, 0, c.Date.Days(dialog.DateOf(t.now)))
	}
	if err := t.setClock(at); err != nil {
		return reply{}, err
	}
	return getClock(t, r, nil)
}

func (t *txn) setClock(at time.Time) error {
	t.now = at
	return t.setCounter("clock", int64(at.Sub(t.s.opts.Now())))
}

// SetNow sets the sandbox's clock to a moment; it goes on from there.
func (s *Sandbox) SetNow(ctx context.Context, at time.Time) error {
	return s.update(ctx, func(t *txn) error { return t.setClock(at) })
}

func (s *Sandbox) getFaults(w http.ResponseWriter, _ *http.Request) { ok(s.Faults()).write(w) }

func (s *Sandbox) putFaults(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var f Faults
	if err != nil || !strict(body, &f) {
		bad("body").write(w)
		return
	}
	s.SetFaults(f)
	ok(f).write(w)
}

// PaymentOrder is the body of POST /sandbox/payments. It pays a link, changes
// the status of a known payment (Ref), or is new money for an account (the
// borrower's first one when none is named).
type PaymentOrder struct {
	Borrower string    `json:"borrower,omitempty"`
	Account  string    `json:"account,omitempty"`
	Amount   string    `json:"amount,omitempty"`
	Status   string    `json:"status,omitempty"` // settled when empty
	Ref      string    `json:"ref,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Link     string    `json:"link,omitempty"`
}

func postPayment(t *txn, _ *http.Request, body []byte) (reply, error) {
	var o PaymentOrder
	if !strict(body, &o) {
		return bad("body"), nil
	}
	p, pay, reason, err := t.payment(o)
	switch {
	case err != nil:
		return reply{}, err
	case reason != "":
		return bad(reason), nil
	}
	pay, err = t.receive(p, pay)
	if errors.Is(err, errPayment) {
		return no(http.StatusConflict, "conflict", "status"), nil
	}
	if err != nil {
		return reply{}, err
	}
	return ok(wire.NewPayment(pay)), nil
}

// payment reads an order into a payment with a reference.
func (t *txn) payment(o PaymentOrder) (p person, pay dialog.Payment, reason string, err error) {
	pay = dialog.Payment{Ref: o.Ref, Account: o.Account, At: o.At, Status: o.Status}
	if pay.Status == "" {
		pay.Status = "settled"
	}
	var l link
	var known entry
	if o.Link != "" {
		if o.Borrower, err = t.get(kindLink, o.Link, &l); err != nil {
			return p, pay, "", err
		}
		pay.Account, pay.Amount = l.Account, l.Amount
	} else if o.Ref != "" {
		owner, err := t.get(kindPayment, o.Ref, &known)
		if err != nil && !errors.Is(err, errNotFound) {
			return p, pay, "", err
		}
		if err == nil {
			o.Borrower, pay.Account, pay.Amount = owner, known.Payment.Account, known.Payment.Amount
		}
	}
	if p, err = t.person(o.Borrower); err != nil {
		return p, pay, "", err
	}
	if pay.Account == "" {
		accounts, err := list[dialog.Account](t, kindAccount, p.Borrower.ID)
		if err != nil || len(accounts) == 0 {
			return p, pay, "account", err
		}
		pay.Account = accounts[0].Ref
	}
	a, err := t.account(p.Borrower.ID, pay.Account)
	if err != nil {
		return p, pay, "", err
	}
	if pay.Amount.Zero() {
		if pay.Amount, err = dialog.ParseMoney(o.Amount, a.Currency); err != nil || pay.Amount.Minor <= 0 {
			return p, pay, "amount", nil
		}
	}
	if pay.Ref == "" {
		pay.Ref, err = t.next("PAY")
	}
	return p, pay, "", err
}

// Settlement is the body of POST /sandbox/arrangements/settle: what becomes of
// the pending arrangements of a borrower, or of one.
type Settlement struct {
	Borrower string `json:"borrower"`
	ID       string `json:"id,omitempty"`
	Status   string `json:"status,omitempty"` // active when empty, or rejected
	Reason   string `json:"reason,omitempty"`
}

func settleArrangements(t *txn, _ *http.Request, body []byte) (reply, error) {
	var o Settlement
	if !strict(body, &o) || (o.Status != "" && o.Status != "active" && o.Status != "rejected") {
		return bad("status"), nil
	}
	p, err := t.person(o.Borrower)
	if err != nil {
		return reply{}, err
	}
	deals, err := list[deal](t, kindArrangement, p.Borrower.ID)
	if err != nil {
		return reply{}, err
	}
	settled := []wire.Arrangement{}
	for _, d := range deals {
		if d.Arrangement.Status != dialog.ArrangementPending || o.ID != "" && o.ID != d.Arrangement.ID {
			continue
		}
		if d, err = t.decide(p, d, o); err != nil {
			return reply{}, err
		}
		settled = append(settled, wire.NewArrangement(d.Arrangement))
	}
	return ok(settled), nil
}

func (t *txn) decide(p person, d deal, o Settlement) (deal, error) {
	a, err := t.account(p.Borrower.ID, d.Arrangement.Account)
	if err != nil {
		return d, err
	}
	if o.Status == "rejected" {
		d.Arrangement.Status, d.Arrangement.Reason = dialog.ArrangementRejected, o.Reason
		err = t.release(p, &a, d)
	} else {
		d.Arrangement.Status = dialog.ArrangementActive
		err = t.activate(p, &a, d)
	}
	if err != nil {
		return d, err
	}
	return d, t.saveDeal(p.Borrower.ID, d)
}

// Outcome is the body of POST /sandbox/cases/{ticket}/outcome.
type Outcome struct {
	Outcome  string `json:"outcome"` // upheld, rejected, partial
	Evidence string `json:"evidence,omitempty"`
	// RemoveFee is a kind of fee that the outcome takes off the account.
	RemoveFee string `json:"remove_fee,omitempty"`
}

func caseOutcome(t *txn, r *http.Request, body []byte) (reply, error) {
	var o Outcome
	if !strict(body, &o) || (o.Outcome != "upheld" && o.Outcome != "rejected" && o.Outcome != "partial") {
		return bad("outcome"), nil
	}
	var k ticket
	borrower, err := t.get(kindTicket, r.PathValue("ticket"), &k)
	if err != nil {
		return reply{}, err
	}
	k.Ticket.Status, k.Ticket.Outcome, k.Ticket.Evidence = "closed", o.Outcome, o.Evidence
	if err := t.put(kindTicket, k.Ticket.Ticket, borrower, k); err != nil {
		return reply{}, err
	}
	if o.RemoveFee != "" {
		if err := t.removeFee(borrower, o.RemoveFee); err != nil {
			return reply{}, err
		}
	}
	err = t.post(wire.Webhook{Type: "case.updated", Data: wire.WebhookData{Borrower: borrower, Case: &k.Ticket}})
	return ok(k.Ticket), err
}

func (t *txn) removeFee(borrower, kind string) error {
	accounts, err := list[dialog.Account](t, kindAccount, borrower)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		var kept []dialog.Fee
		for _, f := range a.Overdue.Fees {
			if f.Kind != kind {
				kept = append(kept, f)
			}
		}
		if len(kept) == len(a.Overdue.Fees) {
			continue
		}
		a.Overdue.Fees = kept
		if err := t.saveAccount(borrower, &a); err != nil {
			return err
		}
	}
	return nil
}

// putAccount corrects the ledger: the body is an account of the document, whose
// version is not looked at.
func putAccount(t *txn, r *http.Request, body []byte) (reply, error) {
	var w wire.Account
	ref := r.PathValue("account")
	w.Version = "new"
	if !strict(body, &w) || w.Ref != ref {
		return bad("body"), nil
	}
	a, err := w.Dialog()
	if err != nil {
		return bad("account"), nil
	}
	var old dialog.Account
	borrower, err := t.get(kindAccount, ref, &old)
	if err != nil {
		return reply{}, err
	}
	if err := t.saveAccount(borrower, &a); err != nil {
		return reply{}, err
	}
	return ok(wire.NewAccount(a)), nil
}

// reset forgets everything, the clock and the faults too, and begins again.
func reset(t *txn, _ *http.Request, _ []byte) (reply, error) {
	for _, table := range []string{"records", "answers", "deliveries", "counters"} {
		if _, err := t.tx.ExecContext(t.ctx, `DELETE FROM `+table); err != nil {
			return reply{}, fmt.Errorf("empty %s: %w", table, err)
		}
	}
	t.s.SetFaults(Faults{})
	t.now = t.s.opts.Now()
	if t.s.opts.Empty {
		return reply{status: http.StatusNoContent}, nil
	}
	return reply{status: http.StatusNoContent}, t.seedDemo()
}
