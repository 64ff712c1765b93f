package journey

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/loan"
)

func orInt(p *int, otherwise int) int {
	if p == nil {
		return otherwise
	}
	return *p
}

func orBool(p *bool, otherwise bool) bool {
	if p == nil {
		return otherwise
	}
	return *p
}

func programmeOf(p Programme, cur dialog.Currency) (dialog.Programme, error) {
	out := dialog.Programme{
		ID: "standard", Version: "1", Plans: p.Plans, PlanInterest: orString(p.PlanInterest, "frozen"),
		FirstPaymentDays: orInt(p.FirstPaymentDays, 7),
		Promise:          dialog.PromiseTerms{FreezeDays: orInt(p.Promise.FreezeDays, 14), Moves: orInt(p.Promise.Moves, 2)},
		Deferral: dialog.DeferralTerms{
			MaxDays: orInt(p.Deferral.MaxDays, 30), CooldownDays: orInt(p.Deferral.CooldownDays, 180),
			PauseLateInterest: orBool(p.Deferral.PauseLateInterest, true),
		},
		WaiverReview: orBool(p.WaiverReview, true),
	}
	if p.Plans == nil {
		out.Plans = []int{3, 4, 6}
	}
	var err error
	if out.MinInstalment, err = dialog.ParseMoney(orString(string(p.MinInstalment), "100.00"), cur); err != nil {
		return out, fmt.Errorf("min_instalment: %w", err)
	}
	if out.PartialMin, err = dialog.ParseMoney(orString(string(p.PartialMin), "0"), cur); err != nil {
		return out, fmt.Errorf("partial_min: %w", err)
	}
	if out.Deferral.OrdinaryDaily, err = dialog.ParseRate(orString(string(p.Deferral.OrdinaryDaily), "0.0003")); err != nil {
		return out, fmt.Errorf("deferral.ordinary_daily: %w", err)
	}
	if out.QuoteTTL, err = length(orString(p.QuoteTTL, "24h")); err != nil {
		return out, fmt.Errorf("quote_ttl: %w", err)
	}
	if out.CancelWindow, err = length(orString(p.CancelWindow, "72h")); err != nil {
		return out, fmt.Errorf("cancel_window: %w", err)
	}
	return out, nil
}

// length reads a duration; days may be written 3d.
func length(s string) (time.Duration, error) {
	var days int
	if n, err := fmt.Sscanf(s, "%dd", &days); n == 1 && err == nil && s == fmt.Sprintf("%dd", days) {
		return time.Duration(days) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q: expected a duration such as 72h or 3d", s)
	}
	return d, nil
}

// scripted is a sandbox case under construction.
type scripted struct{ sandbox.Case }

// history adds what happened before.
func (c *scripted) history(h History, zone *time.Location) error {
	for kind, list := range map[dialog.ArrangementKind][]Past{
		dialog.ArrangementDeferral: h.Deferrals, dialog.ArrangementPromise: h.Promises, dialog.ArrangementPlan: h.Plans,
	} {
		for i, p := range list {
			a, err := c.arrangement(kind, i, p, zone)
			if err != nil {
				return fmt.Errorf("%s %d: %w", kind, i+1, err)
			}
			c.Arrangements = append(c.Arrangements, a)
			c.freeze(a, zone)
		}
	}
	slices.SortFunc(c.Arrangements, func(a, b dialog.Arrangement) int { return a.Created.Compare(b.Created) })
	for i, p := range h.Payments {
		pay, err := c.payment(i, p, zone)
		if err != nil {
			return fmt.Errorf("payment %d: %w", i+1, err)
		}
		c.Payments = append(c.Payments, pay)
	}
	for i, p := range h.Contacts {
		at, err := moment(p, zone)
		if err != nil {
			return fmt.Errorf("contact %d: %w", i+1, err)
		}
		c.Contacts = append(c.Contacts, dialog.ContactCount{
			At: at, Channel: dialog.ChannelKind(orString(p.Channel, "web")), Class: dialog.CommClass(orString(p.Class, "COLLECTION")),
		})
	}
	return nil
}

func (c *scripted) arrangement(kind dialog.ArrangementKind, i int, p Past, zone *time.Location) (dialog.Arrangement, error) {
	account := c.Accounts[0]
	if kind == dialog.ArrangementPromise && p.Due == "" { // the date of a promise is the day that was promised
		p.Due, p.Date = p.Date, ""
	}
	made, err := c.made(p, zone)
	if err != nil {
		return dialog.Arrangement{}, err
	}
	status := dialog.ArrangementCompleted
	if kind == dialog.ArrangementPlan || kind == dialog.ArrangementPromise {
		status = dialog.ArrangementActive
	}
	a := dialog.Arrangement{
		ID: orString(p.ID, fmt.Sprintf("old-%s-%d", kind, i+1)), Account: orString(p.Account, account.Ref), Kind: kind,
		Status: dialog.ArrangementStatus(orString(p.Status, string(status))), Created: made, Days: p.Days, Moves: p.Moves,
	}
	due, err := optionalDate(p.Due)
	if err != nil {
		return a, err
	}
	if due.IsZero() {
		due = dialog.DateOf(made).AddDays(max(p.Days, 7))
	}
	total := orString(string(p.Total), string(p.Amount))
	if total == "" && kind == dialog.ArrangementPromise {
		total = loan.Owed(account, dialog.DateOf(made)).Total.Decimal()
	}
	if a.Total, err = dialog.ParseMoney(orString(total, "0"), account.Currency); err != nil {
		return a, err
	}
	count := max(p.Count, 1)
	for n := range count {
		a.Schedule = append(a.Schedule, dialog.Instalment{Due: due.AddMonths(n, due.Day), Amount: part(a.Total, n, count)})
	}
	return a, nil
}

// made is when an arrangement came about: as the file says, else a week before
// its day, else when the account fell due.
func (c *scripted) made(p Past, zone *time.Location) (time.Time, error) {
	text := orString(p.At, orString(p.Made, p.Date))
	if text != "" {
		return moment(Past{At: text}, zone)
	}
	if due, err := optionalDate(p.Due); err == nil && !due.IsZero() {
		return due.AddDays(-7).In(zone).Add(12 * time.Hour), nil
	}
	return c.Accounts[0].Overdue.Due.In(zone).Add(12 * time.Hour), nil
}

// freeze lets late interest stand still from the day of a promise that is live.
func (c *scripted) freeze(a dialog.Arrangement, zone *time.Location) {
	if a.Kind != dialog.ArrangementPromise || a.Status != dialog.ArrangementActive {
		return
	}
	for i := range c.Accounts {
		if o := &c.Accounts[i].Overdue; c.Accounts[i].Ref == a.Account && o.FrozenFrom.IsZero() {
			o.FrozenFrom = dialog.DateOf(a.Created.In(zone))
		}
	}
}

// part is the n-th of count parts of a sum; the last absorbs the remainder.
func part(total dialog.Money, n, count int) dialog.Money {
	each := total.Minor / int64(count)
	if n == count-1 {
		each = total.Minor - each*int64(count-1)
	}
	return dialog.NewMoney(each, total.Currency)
}

func (c *scripted) payment(i int, p Past, zone *time.Location) (dialog.Payment, error) {
	at, err := moment(p, zone)
	if err != nil {
		return dialog.Payment{}, err
	}
	amount, err := dialog.ParseMoney(string(p.Amount), c.Accounts[0].Currency)
	if err != nil {
		return dialog.Payment{}, err
	}
	return dialog.Payment{
		Ref: orString(p.Ref, fmt.Sprintf("P-%d", i+1)), Account: orString(p.Account, c.Accounts[0].Ref), Amount: amount, At: at,
		Status: orString(p.Status, "settled"), ReceiptID: orString(p.Receipt, fmt.Sprintf("R-%d", 8801+i)),
	}, nil
}

// moment reads an entry's time: `at` (RFC 3339 or local), or `date` at noon.
func moment(p Past, zone *time.Location) (time.Time, error) {
	text := orString(p.At, p.Date)
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			return t, nil
		}
	}
	d, err := optionalDate(text)
	if err != nil || d.IsZero() {
		return time.Time{}, fmt.Errorf("time %q: expected RFC 3339 or a date", text)
	}
	return d.In(zone).Add(12 * time.Hour), nil
}

// tableOf is the approved fact table: the sandbox's, with the file's entries
// over it.
func tableOf(f *File, b dialog.Borrower, today dialog.Date) []dialog.Fact {
	table := sandbox.DefaultTable(b, today)
	for _, key := range slices.Sorted(maps.Keys(f.Facts)) {
		value := f.Facts[key]
		fact := dialog.Fact{Key: key, Value: value}
		if d, err := dialog.ParseDate(value); err == nil {
			fact = dialog.Fact{Key: key, Date: d}
		}
		table = slices.DeleteFunc(table, func(e dialog.Fact) bool { return e.Key == key })
		if value != "none" {
			table = append(table, fact)
		}
	}
	return table
}
