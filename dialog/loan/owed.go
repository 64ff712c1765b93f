package loan

import "warmline/dialog"

// Breakdown is what is owed on a day, and what it is made of.
type Breakdown struct {
	Principal dialog.Money
	Interest  dialog.Money
	Fees      dialog.Money
	Late      dialog.Money // late interest up to the day
	Carried   dialog.Money // the part of it that was there already when something was paid
	Total     dialog.Money
	DaysLate  int          // days past the due date, 0 when not late
	LateDays  int          // those of them that bear late interest: fewer once it is frozen
	Daily     dialog.Money // what one more day adds
}

// Base is the sum that late interest is worked out on: principal + interest.
func (b Breakdown) Base() dialog.Money { return b.Principal.Add(b.Interest) }

// Owed returns what an account owes on a day that may lie in the past or the
// future: late interest is (principal + interest) x daily late rate x days
// late, simple, rounded once, and stands still from Overdue.FrozenFrom on. Late
// interest on what has been paid meanwhile comes with the account
// (dialog.FeeLateInterest) and bears none itself.
func Owed(a dialog.Account, on dialog.Date) Breakdown {
	o, cur := a.Overdue, currencyOf(a)
	b := Breakdown{
		Principal: in(cur, o.Principal.Minor),
		Interest:  in(cur, o.Interest.Minor),
		Fees:      in(cur, 0),
		Carried:   in(cur, 0),
	}
	for _, f := range o.Fees {
		if f.Kind == dialog.FeeLateInterest {
			b.Carried.Minor += f.Amount.Minor
		} else {
			b.Fees.Minor += f.Amount.Minor
		}
	}
	b.LateDays = lateDays(o, on)
	late := Interest(b.Base(), o.LateRateDaily, b.LateDays)
	b.Late = late.Add(b.Carried)
	b.Total = b.Base().Add(b.Fees).Add(b.Late)
	b.Daily = Interest(b.Base(), o.LateRateDaily, lateDays(o, on.AddDays(1))).Sub(late)
	if !o.Due.IsZero() {
		b.DaysLate = max(0, on.Days(o.Due))
	}
	return b
}

// lateDays counts the days of late interest up to a day: none before the due
// date, none after the freeze.
func lateDays(o dialog.Overdue, on dialog.Date) int {
	if o.Due.IsZero() {
		return 0
	}
	if !o.FrozenFrom.IsZero() && o.FrozenFrom.Before(on) {
		on = o.FrozenFrom
	}
	return max(0, on.Days(o.Due))
}

func currencyOf(a dialog.Account) dialog.Currency {
	if a.Currency != "" {
		return a.Currency
	}
	return a.Overdue.Principal.Currency
}

func in(c dialog.Currency, minor int64) dialog.Money {
	return dialog.Money{Minor: minor, Currency: c}
}
