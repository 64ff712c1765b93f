package sandbox

import (
	"fmt"
	"net/http"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// facts reads the whole case of a borrower, finished things only from since on.
func (t *txn) facts(borrower string, since dialog.Date) (dialog.Facts, error) {
	p, err := t.person(borrower)
	if err != nil {
		return dialog.Facts{}, err
	}
	f := dialog.Facts{Borrower: p.Borrower, Programme: p.Programme, Table: p.Table}
	if f.Accounts, err = list[dialog.Account](t, kindAccount, borrower); err != nil {
		return dialog.Facts{}, err
	}
	deals, err := list[deal](t, kindArrangement, borrower)
	if err != nil {
		return dialog.Facts{}, err
	}
	for _, d := range deals {
		if d.live() || !p.dateOf(d.Arrangement.Created).Before(since) {
			f.Arrangements = append(f.Arrangements, d.Arrangement)
		}
	}
	entries, err := list[entry](t, kindPayment, borrower)
	if err != nil {
		return dialog.Facts{}, err
	}
	for _, e := range entries {
		if !p.dateOf(e.Payment.At).Before(since) {
			f.Payments = append(f.Payments, e.Payment)
		}
	}
	contacts, err := list[dialog.ContactCount](t, kindContact, borrower)
	if err != nil {
		return dialog.Facts{}, err
	}
	for _, c := range contacts {
		if !p.dateOf(c.At).Before(since) {
			f.Contacts = append(f.Contacts, c)
		}
	}
	return f, nil
}

// factsOf reads the case that a request asks for.
func factsOf(t *txn, r *http.Request) (dialog.Facts, *reply, error) {
	since := dialog.NewDate(1, time.January, 1)
	if s := r.URL.Query().Get("since"); s != "" {
		d, err := dialog.ParseDate(s)
		if err != nil {
			p := bad("since")
			return dialog.Facts{}, &p, nil
		}
		since = d
	}
	f, err := t.facts(r.PathValue("borrower"), since)
	return f, nil, err
}

func getCase(t *txn, r *http.Request, _ []byte) (reply, error) {
	f, stop, err := factsOf(t, r)
	if stop != nil || err != nil {
		return orZero(stop), err
	}
	return ok(wire.NewCase(f)), nil
}

func getHistory(t *txn, r *http.Request, _ []byte) (reply, error) {
	f, stop, err := factsOf(t, r)
	if stop != nil || err != nil {
		return orZero(stop), err
	}
	c := wire.NewCase(f)
	h := wire.History{Payments: c.Payments, Contacts: c.Contacts, Fees: []wire.Fee{},
		Plans: []wire.Arrangement{}, Deferrals: []wire.Arrangement{}, Promises: []wire.Arrangement{}}
	for _, a := range c.Arrangements {
		switch dialog.ArrangementKind(a.Kind) {
		case dialog.ArrangementPlan:
			h.Plans = append(h.Plans, a)
		case dialog.ArrangementDeferral:
			h.Deferrals = append(h.Deferrals, a)
		default:
			h.Promises = append(h.Promises, a)
		}
	}
	for _, a := range c.Accounts {
		h.Fees = append(h.Fees, a.Overdue.Fees...)
	}
	return ok(h), nil
}

func orZero(p *reply) reply {
	if p == nil {
		return reply{}
	}
	return *p
}

func getBorrower(t *txn, r *http.Request, _ []byte) (reply, error) {
	p, err := t.person(r.PathValue("borrower"))
	return ok(wire.NewBorrower(p.Borrower)), err
}

func getProgramme(t *txn, r *http.Request, _ []byte) (reply, error) {
	p, err := t.person(r.PathValue("borrower"))
	return ok(wire.NewProgramme(p.Programme)), err
}

func getFacts(t *txn, r *http.Request, _ []byte) (reply, error) {
	p, err := t.person(r.PathValue("borrower"))
	return ok(wire.NewFacts(p.Table)), err
}

func getAccount(t *txn, r *http.Request, _ []byte) (reply, error) {
	borrower := r.PathValue("borrower")
	if _, err := t.person(borrower); err != nil {
		return reply{}, err
	}
	a, err := t.account(borrower, r.PathValue("account"))
	if err != nil {
		return reply{}, err
	}
	p := ok(wire.NewAccount(a))
	p.etag = a.Version
	return p, nil
}

func findArrangements(t *txn, r *http.Request, _ []byte) (reply, error) {
	ref := r.URL.Query().Get("client_ref")
	if ref == "" {
		return bad("client_ref"), nil
	}
	deals, err := list[deal](t, kindArrangement, r.PathValue("borrower"))
	if err != nil {
		return reply{}, fmt.Errorf("find arrangement: %w", err)
	}
	found := []wire.Arrangement{}
	for _, d := range deals {
		if d.Arrangement.ClientRef == ref {
			found = append(found, wire.NewArrangement(d.Arrangement))
		}
	}
	return ok(found), nil
}
