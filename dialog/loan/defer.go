package loan

import "warmline/dialog"

// Postponed is what a deferral comes to on its new date.
type Postponed struct {
	Due      dialog.Date
	Ordinary dialog.Money // ordinary interest on the principal for the days deferred
	Late     dialog.Money // late interest on the new date: today's when it is paused
	Total    dialog.Money // due on the new date
	Extra    dialog.Money // against paying today
}

// Deferral moves what is owed by so many days from a day on. Late interest
// stands still (d.PauseLateInterest) or goes on to the new date; ordinary
// interest is principal x d.OrdinaryDaily x days, simple; nothing is
// capitalised. It fails with ErrDays or ErrNothingOwed.
func Deferral(a dialog.Account, d dialog.DeferralTerms, on dialog.Date, days int) (Postponed, error) {
	now := Owed(a, on)
	switch {
	case days < 1 || days > MaxDays:
		return Postponed{}, ErrDays
	case now.Total.Minor <= 0:
		return Postponed{}, ErrNothingOwed
	}
	p := Postponed{Due: on.AddDays(days), Late: now.Late}
	if !d.PauseLateInterest {
		p.Late = Owed(a, p.Due).Late
	}
	p.Ordinary = Interest(now.Principal, d.OrdinaryDaily, days)
	p.Total = now.Total.Sub(now.Late).Add(p.Late).Add(p.Ordinary)
	p.Extra = p.Total.Sub(now.Total)
	return p, nil
}
