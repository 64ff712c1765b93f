package sandbox

import (
	"context"
	"fmt"
	"net/http"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

func getBorrowers(t *txn, _ *http.Request, _ []byte) (reply, error) {
	people, err := t.people()
	out := []wire.Borrower{}
	for _, p := range people {
		out = append(out, wire.NewBorrower(p.Borrower))
	}
	return ok(out), err
}

func (t *txn) people() ([]person, error) {
	rows, err := t.tx.QueryContext(t.ctx, `SELECT id FROM records WHERE kind = ? ORDER BY n`, kindBorrower)
	if err != nil {
		return nil, fmt.Errorf("list borrowers: %w", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list borrowers: %w", err)
		}
		ids = append(ids, id)
	}
	var out []person
	for _, id := range ids {
		var p person
		if _, err := t.get(kindBorrower, id, &p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Counts is how many things were made for a borrower at their own request;
// demo history does not count.
type Counts struct {
	Arrangements   int `json:"arrangements"` // those not rejected
	Rejected       int `json:"rejected"`
	PaymentLinks   int `json:"payment_links"`
	Debits         int `json:"debits"`
	Cases          int `json:"cases"`
	ContactUpdates int `json:"contact_updates"`
}

// Counts returns the counts of every borrower, by id.
func (s *Sandbox) Counts(ctx context.Context) (map[string]Counts, error) {
	var out map[string]Counts
	err := s.update(ctx, func(t *txn) error {
		var err error
		out, err = t.counts()
		return err
	})
	return out, err
}

func getCounts(t *txn, _ *http.Request, _ []byte) (reply, error) {
	c, err := t.counts()
	return ok(c), err
}

func (t *txn) counts() (map[string]Counts, error) {
	people, err := t.people()
	if err != nil {
		return nil, err
	}
	out := map[string]Counts{}
	for _, p := range people {
		id := p.Borrower.ID
		deals, err := list[deal](t, kindArrangement, id)
		if err != nil {
			return nil, err
		}
		var c Counts
		for _, d := range deals {
			switch {
			case d.Arrangement.ClientRef == "":
			case d.Arrangement.Status == dialog.ArrangementRejected:
				c.Rejected++
			default:
				c.Arrangements++
			}
		}
		for kind, n := range map[string]*int{kindLink: &c.PaymentLinks, kindDebit: &c.Debits,
			kindTicket: &c.Cases, kindUpdate: &c.ContactUpdates} {
			row := t.tx.QueryRowContext(t.ctx, `SELECT count(*) FROM records WHERE kind = ? AND borrower = ?`, kind, id)
			if err := row.Scan(n); err != nil {
				return nil, fmt.Errorf("count %s: %w", kind, err)
			}
		}
		out[id] = c
	}
	return out, nil
}
