package sandbox

import (
	"context"
	"fmt"

	"warmline/dialog"
)

// Case is an exact situation of one borrower, for tests: the sandbox keeps it
// as it is. Days that pass change late interest, and end the freeze of promises
// that were made since; no instalment falls due by itself.
type Case struct {
	Borrower     dialog.Borrower
	Accounts     []dialog.Account // a version is given to those without
	Programme    dialog.Programme
	Arrangements []dialog.Arrangement
	Payments     []dialog.Payment
	Contacts     []dialog.ContactCount
	Table        []dialog.Fact // DefaultTable when nil
}

// Seed puts a case in place of everything known of its borrower, the answers
// to earlier keys included.
func (s *Sandbox) Seed(ctx context.Context, c Case) error {
	return s.update(ctx, func(t *txn) error {
		if err := t.seed(c, false); err != nil {
			return fmt.Errorf("seed borrower: %w", err)
		}
		return nil
	})
}

func (t *txn) seed(c Case, ages bool) error {
	id := c.Borrower.ID
	for _, q := range []string{`DELETE FROM records WHERE borrower = ?`, `DELETE FROM answers WHERE borrower = ?`} {
		if _, err := t.tx.ExecContext(t.ctx, q, id); err != nil {
			return fmt.Errorf("clear: %w", err)
		}
	}
	p := person{Borrower: c.Borrower, Programme: c.Programme, Table: c.Table, Ages: ages}
	if p.Table == nil {
		p.Table = DefaultTable(c.Borrower, p.today(t.now))
	}
	if err := t.put(kindBorrower, id, id, p); err != nil {
		return err
	}
	for _, a := range c.Accounts {
		if err := t.seedAccount(id, a); err != nil {
			return err
		}
	}
	for _, a := range c.Arrangements {
		live := a.Status == dialog.ArrangementActive
		if err := t.put(kindArrangement, a.ID, id, deal{Arrangement: a, LatePaused: live}); err != nil {
			return err
		}
	}
	for _, pay := range c.Payments {
		if err := t.put(kindPayment, pay.Ref, id, entry{Payment: pay}); err != nil {
			return err
		}
	}
	for i, k := range c.Contacts {
		if err := t.put(kindContact, fmt.Sprintf("%s-%d", id, i), id, k); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) seedAccount(borrower string, a dialog.Account) error {
	// Sums that were left out get the account's currency.
	for _, m := range []*dialog.Money{&a.Overdue.Principal, &a.Overdue.Interest, &a.NotYetDue} {
		m.Currency = a.Currency
	}
	if a.Version == "" {
		var err error
		if a.Version, err = t.next("v"); err != nil {
			return err
		}
	}
	return t.put(kindAccount, a.Ref, borrower, a)
}

// DefaultTable is an approved fact table: what may be said of consequences,
// debits and payments when nothing else was seeded.
func DefaultTable(b dialog.Borrower, today dialog.Date) []dialog.Fact {
	return []dialog.Fact{
		{Key: "credit.report", Date: today.AddDays(60)}, // adverse reporting may start on this day
		{Key: "visits", Value: "no"},
		{Key: "contacts", Value: "no"}, // relatives and colleagues are never asked
		{Key: "limit", Value: "no"},    // hardship is not used to cut a limit
		{Key: "debit.timing", Value: "20:00"},
		{Key: "wallet.use", Value: "yes"}, // the wallet stays usable
		{Key: "payee", Value: b.Lender},
		{Key: "domain", Value: "wallet.example"},
		{Key: "interest.quote_frozen", Value: "yes"},
		{Key: "report_fake", Value: "safety@wallet.example"},
	}
}
