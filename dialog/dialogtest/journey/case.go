package journey

import (
	"fmt"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/sandbox"
)

// demo is what a file leaves out: the product's demo account.
const (
	demoNow      = "2026-11-21T10:00:00+08:00"
	demoBorrower = "b1"
)

// caseOf builds the lender's side of a file.
func caseOf(f *File, now time.Time) (sandbox.Case, error) {
	b, err := borrowerOf(f)
	if err != nil {
		return sandbox.Case{}, err
	}
	c := scripted{sandbox.Case{Borrower: b}}
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return c.Case, fmt.Errorf("zone: %w", err)
	}
	today := dialog.DateOf(now.In(zone))
	accounts := f.Accounts
	if f.Account != nil {
		accounts = append(accounts, *f.Account)
	}
	if len(accounts) == 0 {
		accounts = []Account{{}}
	}
	for i, a := range accounts {
		account, err := accountOf(a, i, f.History.Fees)
		if err != nil {
			return c.Case, fmt.Errorf("account %d: %w", i+1, err)
		}
		c.Accounts = append(c.Accounts, account)
	}
	if c.Programme, err = programmeOf(f.Programme, c.Accounts[0].Currency); err != nil {
		return c.Case, fmt.Errorf("programme: %w", err)
	}
	if err := c.history(f.History, zone); err != nil {
		return c.Case, fmt.Errorf("history: %w", err)
	}
	c.Table = tableOf(f, b, today)
	return c.Case, nil
}

func orString(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func borrowerOf(f *File) (dialog.Borrower, error) {
	locale, err := f.SpeakingLocale()
	if err != nil {
		return dialog.Borrower{}, err
	}
	packs := f.Packs
	if len(packs) == 0 {
		packs = []string{"cn"}
	}
	b := dialog.Borrower{
		ID: orString(f.Borrower.ID, demoBorrower), Name: orString(f.Borrower.Name, "林悦"), Locale: locale,
		Packs: packs, Zone: orString(f.Zone, zoneOf(packs[0])), Lender: "暖信钱包", Consents: f.Consents,
	}
	switch locale.Language() {
	case dialog.LangEn:
		b.Lender = "Warmline Wallet"
	case dialog.LangZhHant:
		b.Lender = "暖信錢包"
	}
	return b, nil
}

func zoneOf(pack string) string {
	switch pack {
	case "hk":
		return "Asia/Hong_Kong"
	case "tw":
		return "Asia/Taipei"
	case "us", "us-nyc", "us-ma":
		return "America/New_York"
	case "gb":
		return "Europe/London"
	case "ph":
		return "Asia/Manila"
	}
	return "Asia/Shanghai"
}

// debitOf is the automatic payment of an account: on, as in the demo account,
// unless the file says otherwise; off is the contract's empty word.
func debitOf(s string) string {
	switch s {
	case "":
		return "on"
	case "off", "none", "false":
		return ""
	}
	return s
}

func accountOf(a Account, i int, fees []Fee) (dialog.Account, error) {
	cur := dialog.Currency(orString(a.Currency, "CNY"))
	out := dialog.Account{
		Ref: orString(a.Ref, fmt.Sprintf("A%d", i+1)), Product: orString(a.Product, "钱包分期"), Currency: cur,
		AutoDebit: debitOf(a.AutoDebit), DebitFailure: a.DebitFailure,
	}
	over := Overdue{Principal: "800.00", Interest: "24.00", LateRateDaily: "0.0005", Due: "2026-11-12"}
	if a.Overdue != nil {
		over = fillOverdue(*a.Overdue, over)
	}
	var err error
	money := func(d Decimal) dialog.Money {
		m, e := dialog.ParseMoney(orString(string(d), "0"), cur)
		if e != nil && err == nil {
			err = e
		}
		return m
	}
	out.Overdue = dialog.Overdue{Principal: money(over.Principal), Interest: money(over.Interest)}
	for _, fee := range append(over.Fees, fees...) {
		date, e := optionalDate(fee.Date)
		if e != nil {
			return out, fmt.Errorf("fees: %w", e)
		}
		out.Overdue.Fees = append(out.Overdue.Fees, dialog.Fee{Kind: orString(fee.Kind, "service"), Amount: money(fee.Amount), Basis: fee.Basis, Date: date})
	}
	out.NotYetDue = money(Decimal(orString(string(a.NotYetDue), "1600.00")))
	out.NextDueAmount = money(a.NextDueAmount)
	if err != nil {
		return out, err
	}
	if out.Overdue.LateRateDaily, err = dialog.ParseRate(string(over.LateRateDaily)); err != nil {
		return out, fmt.Errorf("late_rate_daily: %w", err)
	}
	if out.Overdue.Due, err = optionalDate(over.Due); err != nil {
		return out, fmt.Errorf("due: %w", err)
	}
	return out, nextDue(&out, a)
}

// nextDue fills in the next instalment: a month after the overdue one, half of
// what is not yet due, unless the file says otherwise.
func nextDue(out *dialog.Account, a Account) error {
	var err error
	if out.NextDue, err = optionalDate(a.NextDue); err != nil {
		return fmt.Errorf("next_due: %w", err)
	}
	if out.NextDue.IsZero() && !out.Overdue.Due.IsZero() && !out.NotYetDue.Zero() {
		out.NextDue = out.Overdue.Due.AddMonths(1, out.Overdue.Due.Day)
	}
	if out.NextDueAmount.Zero() && !out.NotYetDue.Zero() {
		out.NextDueAmount = dialog.NewMoney(out.NotYetDue.Minor/2, out.Currency)
	}
	return nil
}

func fillOverdue(got, demo Overdue) Overdue {
	for _, p := range []struct{ field, otherwise *Decimal }{
		{&got.Principal, &demo.Principal}, {&got.Interest, &demo.Interest}, {&got.LateRateDaily, &demo.LateRateDaily},
	} {
		if *p.field == "" {
			*p.field = *p.otherwise
		}
	}
	got.Due = orString(got.Due, demo.Due)
	return got
}

func optionalDate(s string) (dialog.Date, error) {
	if s == "" {
		return dialog.Date{}, nil
	}
	if len(s) > 10 {
		s = s[:10]
	}
	return dialog.ParseDate(s)
}
