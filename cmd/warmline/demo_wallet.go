package main

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"warmline/bot/phrase/format"
	"warmline/dialog"
	"warmline/dialog/loan"
)

// purses is the money in the demo wallets, which no lender knows of: what each
// borrower began with, less what they have paid since.
type purses struct {
	mu   sync.Mutex
	paid map[string][]string // by borrower: sums in decimals
}

// spend takes a payment that the lender has taken out of a wallet.
func (p *purses) spend(borrower, amount string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paid == nil {
		p.paid = map[string][]string{}
	}
	p.paid[borrower] = append(p.paid[borrower], amount)
}

// reset gives everybody back what they began with.
func (p *purses) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paid = nil
}

// balance is what is in a wallet. What a wallet does not hold is paid from
// elsewhere, so it is never below nothing.
func (p *purses) balance(borrower string, c dialog.Currency) (dialog.Money, error) {
	list, err := demoBorrowers()
	if err != nil {
		return dialog.Money{}, err
	}
	i := slices.IndexFunc(list, func(b demoBorrower) bool { return b.ID == borrower })
	if i < 0 {
		return dialog.NewMoney(0, c), nil
	}
	left, err := dialog.ParseMoney(list[i].Balance, c)
	if err != nil {
		return dialog.Money{}, fmt.Errorf("demo wallet of %s: %w", borrower, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, amount := range p.paid[borrower] {
		if sum, err := dialog.ParseMoney(amount, c); err == nil {
			left.Minor = max(0, left.Minor-sum.Minor)
		}
	}
	return left, nil
}

// demoState is what the demo's wallet screen shows.
type demoState struct {
	Date   string      `json:"date"`
	Day    string      `json:"day"`
	Wallet *demoWallet `json:"wallet,omitempty"`
}

type demoWallet struct {
	Balance string    `json:"balance"`
	Rows    []demoRow `json:"rows"`
}

type demoRow struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

func (d *demo) state(w http.ResponseWriter, r *http.Request) {
	now := d.clock.Now()
	out := demoState{Date: dialog.DateOf(now).String()}
	if borrower := r.URL.Query().Get("borrower"); borrower != "" {
		f, err := d.lender.Facts(r.Context(), borrower)
		if err != nil {
			writeError(w, err)
			return
		}
		if err := d.wallet(&out, f, now); err != nil {
			writeError(w, err)
			return
		}
	}
	answer(w, http.StatusOK, out)
}

// wallet fills in what a logged-in wallet would show of its own accounts.
func (d *demo) wallet(out *demoState, f dialog.Facts, now time.Time) error {
	zone, err := time.LoadLocation(f.Borrower.Zone)
	if err != nil {
		return fmt.Errorf("demo wallet: %w", err)
	}
	catalog := d.words.Catalog(f.Borrower.Locale)
	if catalog == nil || len(f.Accounts) == 0 {
		return dialog.E(dialog.CodeNotFound, "this borrower has no wallet", nil)
	}
	today := dialog.DateOf(now.In(zone))
	words := format.New(f.Borrower.Locale, zone, f.Accounts[0].Currency).At(now)
	out.Date, out.Day = today.String(), words.Date(today, format.Full)
	balance, err := d.purses.balance(f.Borrower.ID, f.Accounts[0].Currency)
	if err != nil {
		return err
	}
	out.Wallet = &demoWallet{Balance: words.In(format.Table).Value(dialog.MoneyValue(balance))}
	row := func(label string, v dialog.Value) {
		name, _ := catalog.Label(label)
		out.Wallet.Rows = append(out.Wallet.Rows, demoRow{Label: name, Value: words.In(format.Table).Value(v)})
	}
	for _, a := range f.Accounts {
		if a.IsOverdue(today) {
			row("row.total", dialog.MoneyValue(loan.Owed(a, today).Total))
			row("row.due_date", dialog.DateValue(a.Overdue.Due))
		}
		if !a.NextDue.IsZero() {
			row("row.next_due", dialog.DateValue(a.NextDue))
		}
	}
	return nil
}
