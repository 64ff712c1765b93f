package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// maxTries is how often a webhook is tried before it is given up.
const maxTries = 12

// post writes a webhook to be delivered, if there is anywhere to deliver it to.
func (t *txn) post(w wire.Webhook) error {
	if t.s.opts.WebhookURL == "" {
		return nil
	}
	w.Timestamp = t.now
	body, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("write webhook: %w", err)
	}
	id, err := t.next("msg")
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(t.ctx, `INSERT INTO deliveries (id, body, due) VALUES (?, ?, ?)`,
		fmt.Sprintf("%s-%d", id, t.s.opts.Now().UnixMilli()), string(body), t.s.opts.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("write webhook: %w", err)
	}
	t.posted = true
	return nil
}

func (t *txn) postAccount(borrower string, a dialog.Account) error {
	w := wire.NewAccount(a)
	return t.post(wire.Webhook{Type: "account.updated", Data: wire.WebhookData{Borrower: borrower, Account: &w}})
}

// delivery is a webhook that waits.
type delivery struct {
	n, tries int64
	id, body string
}

// Run delivers webhooks until the context ends. Without a webhook URL it only
// waits. The error is the context's, or the database's.
func (s *Sandbox) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if _, err := s.Deliver(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// Deliver tries every webhook that is due once and returns how many arrived.
// One that did not is due again after a pause that doubles, from a second to
// five minutes.
func (s *Sandbox) Deliver(ctx context.Context) (int, error) {
	due, err := s.dueDeliveries(ctx)
	if err != nil {
		return 0, err
	}
	arrived := 0
	for _, d := range due {
		sent := s.send(ctx, d)
		if ctx.Err() != nil {
			return arrived, ctx.Err()
		}
		if sent {
			arrived++
		}
		if err := s.tried(ctx, d, sent); err != nil {
			return arrived, err
		}
	}
	return arrived, nil
}

func (s *Sandbox) dueDeliveries(ctx context.Context) ([]delivery, error) {
	rows, err := s.db.QueryContext(context.WithoutCancel(ctx), `SELECT n, tries, id, body FROM deliveries
		WHERE state = 'waiting' AND due <= ? ORDER BY n LIMIT 100`, s.opts.Now().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	defer rows.Close()
	var due []delivery
	for rows.Next() {
		var d delivery
		if err := rows.Scan(&d.n, &d.tries, &d.id, &d.body); err != nil {
			return nil, fmt.Errorf("list webhooks: %w", err)
		}
		due = append(due, d)
	}
	return due, rows.Err()
}

// send posts one webhook, signed now, and reports whether it was taken.
func (s *Sandbox) send(ctx context.Context, d delivery) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.opts.WebhookURL, bytes.NewReader([]byte(d.body)))
	if err != nil {
		return false
	}
	req.Header = wire.Sign(s.secrets, d.id, s.opts.Now(), []byte(d.body))
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.opts.HTTP.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode >= 200 && resp.StatusCode < 300
}

func (s *Sandbox) tried(ctx context.Context, d delivery, arrived bool) error {
	state := "waiting"
	switch {
	case arrived:
		state = "done"
	case d.tries+1 >= maxTries:
		state = "dead"
	}
	pause := min(time.Second<<d.tries, 5*time.Minute)
	_, err := s.db.ExecContext(context.WithoutCancel(ctx), `UPDATE deliveries SET state = ?, tries = tries + 1, due = ? WHERE n = ?`,
		state, s.opts.Now().Add(pause).UnixMilli(), d.n)
	if err != nil {
		return fmt.Errorf("note webhook: %w", err)
	}
	return nil
}
