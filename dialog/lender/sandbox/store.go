package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"warmline/dialog"
)

// The kinds of records.
const (
	kindBorrower    = "borrower"
	kindAccount     = "account"
	kindArrangement = "arrangement"
	kindPayment     = "payment"
	kindContact     = "contact"
	kindTicket      = "ticket"
	kindLink        = "link"
	kindDebit       = "debit"
	kindUpdate      = "contact_update"
)

var errNotFound = errors.New("no such record")

// txn is one transaction at one moment of the sandbox's clock.
type txn struct {
	s      *Sandbox
	ctx    context.Context
	tx     *sql.Tx
	now    time.Time
	posted bool // a webhook was written
}

// update runs fn in a transaction, which holds only if fn returns no error. A
// caller who stops waiting does not undo it: no core would, and an interrupted
// connection would take a database in memory with it.
func (s *Sandbox) update(ctx context.Context, fn func(*txn) error) error {
	ctx = context.WithoutCancel(ctx)
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t := &txn{s: s, ctx: ctx, tx: tx}
	offset, err := t.counter("clock")
	if err == nil {
		t.now = s.opts.Now().Add(time.Duration(offset))
		err = fn(t)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if t.posted {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	return nil
}

func (t *txn) counter(name string) (int64, error) {
	var v int64
	err := t.tx.QueryRowContext(t.ctx, `SELECT value FROM counters WHERE name = ?`, name).Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read counter %s: %w", name, err)
	}
	return v, nil
}

func (t *txn) setCounter(name string, v int64) error {
	_, err := t.tx.ExecContext(t.ctx,
		`INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, v)
	if err != nil {
		return fmt.Errorf("write counter %s: %w", name, err)
	}
	return nil
}

// next returns a new id: "DSP-1001", "DSP-1002" …
func (t *txn) next(prefix string) (string, error) {
	n, err := t.counter(prefix)
	if err != nil {
		return "", err
	}
	n = max(n, 1000) + 1
	return fmt.Sprintf("%s-%d", prefix, n), t.setCounter(prefix, n)
}

// put writes a record, new or changed.
func (t *txn) put(kind, id, borrower string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", kind, err)
	}
	_, err = t.tx.ExecContext(t.ctx, `INSERT INTO records (kind, id, borrower, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body`, kind, id, borrower, string(body))
	if err != nil {
		return fmt.Errorf("write %s: %w", kind, err)
	}
	return nil
}

// get reads a record into v and returns whose it is. The error is errNotFound
// when there is none.
func (t *txn) get(kind, id string, v any) (borrower string, err error) {
	var body string
	err = t.tx.QueryRowContext(t.ctx, `SELECT borrower, body FROM records WHERE kind = ? AND id = ?`, kind, id).
		Scan(&borrower, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", errNotFound
	case err != nil:
		return "", fmt.Errorf("read %s: %w", kind, err)
	}
	if err := json.Unmarshal([]byte(body), v); err != nil {
		return "", fmt.Errorf("read %s: %w", kind, err)
	}
	return borrower, nil
}

// list reads every record of a kind that a borrower has, oldest first.
func list[T any](t *txn, kind, borrower string) ([]T, error) {
	rows, err := t.tx.QueryContext(t.ctx,
		`SELECT body FROM records WHERE kind = ? AND borrower = ? ORDER BY n`, kind, borrower)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind, err)
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		var body string
		var v T
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind, err)
		}
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind, err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// person is a borrower with what the lender offers and lets be said.
type person struct {
	Borrower  dialog.Borrower  `json:"borrower"`
	Programme dialog.Programme `json:"programme"`
	Table     []dialog.Fact    `json:"table"`
	Ages      bool             `json:"ages"` // instalments fall due as days pass; not so for a seeded case
}

// today is the date where the borrower lives.
func (p person) today(now time.Time) dialog.Date { return p.dateOf(now) }

func (p person) dateOf(at time.Time) dialog.Date {
	zone, err := time.LoadLocation(p.Borrower.Zone)
	if err != nil {
		zone = time.UTC
	}
	return dialog.DateOf(at.In(zone))
}

// entry is a payment with what it was applied to, so that it can be undone.
type entry struct {
	Payment dialog.Payment `json:"payment"`
	Applied applied        `json:"applied"`
}

// person reads a borrower and lets the days that have passed take effect.
func (t *txn) person(id string) (person, error) {
	var p person
	if _, err := t.get(kindBorrower, id, &p); err != nil {
		return person{}, err
	}
	if err := t.age(p); err != nil {
		return person{}, fmt.Errorf("let days pass: %w", err)
	}
	return p, nil
}

// account reads an account of a borrower's; another's is not found.
func (t *txn) account(borrower, ref string) (dialog.Account, error) {
	var a dialog.Account
	owner, err := t.get(kindAccount, ref, &a)
	if err == nil && owner != borrower {
		err = errNotFound
	}
	return a, err
}

// saveAccount gives the account a new version, writes it and tells the news.
func (t *txn) saveAccount(borrower string, a *dialog.Account) error {
	version, err := t.next("v")
	if err != nil {
		return err
	}
	a.Version = version
	if err := t.put(kindAccount, a.Ref, borrower, a); err != nil {
		return err
	}
	return t.postAccount(borrower, *a)
}
