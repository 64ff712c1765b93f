package loan

import "warmline/dialog"

// Values of dialog.Programme.PlanInterest. Anything else counts as frozen.
const (
	InterestFrozen    = "frozen"             // the total does not grow any more
	InterestContract  = "contract"           // contract rate on the principal, level payments
	InterestPrincipal = "contract_principal" // contract rate on the principal, equal principal
)

// PlanSpec is a plan as it was asked for.
type PlanSpec struct {
	Count int
	First dialog.Date // of the first payment; the programme's when zero
	Unit  Unit        // a month when ""
}

// Plan returns the terms of n monthly instalments of what is owed on a day,
// the first of them programme.FirstPaymentDays later. It fails with ErrCount,
// ErrTooSmall or ErrNothingOwed.
func Plan(a dialog.Account, p dialog.Programme, on dialog.Date, n int) (dialog.Terms, error) {
	return PlanWith(a, p, on, PlanSpec{Count: n})
}

// PlanWith is Plan with another first date (ErrDate before the day itself) or
// another distance between the payments. At a contract rate only the principal
// bears interest, for the days between payments; what else is owed is spread
// evenly and bears none.
func PlanWith(a dialog.Account, p dialog.Programme, on dialog.Date, s PlanSpec) (dialog.Terms, error) {
	now := Owed(a, on)
	if s.First.IsZero() {
		s.First = on.AddDays(p.FirstPaymentDays)
	}
	switch {
	case s.Count < 1 || s.Count > MaxInstalments:
		return dialog.Terms{}, ErrCount
	case now.Total.Minor <= 0:
		return dialog.Terms{}, ErrNothingOwed
	case s.First.Before(on):
		return dialog.Terms{}, ErrDate
	}
	dates := Dates(s.First, s.Unit, s.Count)
	amounts, err := planAmounts(a, p, now, on, dates)
	if err != nil {
		return dialog.Terms{}, err
	}
	t := dialog.Terms{Kind: dialog.OfferPlan, Account: a.Ref, LatePaused: true, DebitPaused: a.AutoDebit == "on"}
	for i, d := range dates {
		t.Schedule = append(t.Schedule, dialog.Instalment{Due: d, Amount: amounts[i]})
	}
	return costed(a, t, now, on)
}

func planAmounts(a dialog.Account, p dialog.Programme, now Breakdown, on dialog.Date, dates []dialog.Date) ([]dialog.Money, error) {
	amortise := Level
	switch p.PlanInterest {
	case InterestContract:
	case InterestPrincipal:
		amortise = EqualPrincipal
	default:
		return Equal(now.Total, len(dates))
	}
	if a.ContractRateDaily <= 0 || now.Principal.Minor <= 0 {
		return Equal(now.Total, len(dates))
	}
	parts, err := amortise(now.Principal, dayRates(a.ContractRateDaily, on, dates))
	if err != nil {
		return nil, err
	}
	amounts := split(now.Total.Sub(now.Principal), len(dates))
	for i, part := range parts {
		amounts[i] = amounts[i].Add(part.Amount())
	}
	return amounts, nil
}

// dayRates turns a daily rate into one rate per period, by its actual days.
func dayRates(daily dialog.Rate, on dialog.Date, dates []dialog.Date) []PeriodRate {
	rates := make([]PeriodRate, len(dates))
	for i, d := range dates {
		rates[i] = PeriodRate(int64(daily) * int64(d.Days(on)))
		on = d
	}
	return rates
}

// Defer returns the terms of a deferral by so many days under a programme.
func Defer(a dialog.Account, p dialog.Programme, on dialog.Date, days int) (dialog.Terms, error) {
	later, err := Deferral(a, p.Deferral, on, days)
	if err != nil {
		return dialog.Terms{}, err
	}
	t := dialog.Terms{
		Kind: dialog.OfferDeferral, Account: a.Ref, Days: days,
		LatePaused: p.Deferral.PauseLateInterest, DebitPaused: a.AutoDebit == "on",
		Schedule: []dialog.Instalment{{Due: later.Due, Amount: later.Total}},
	}
	return costed(a, t, Owed(a, on), on)
}

// Partial returns the terms of paying a part on a day. Now is what is owed on
// it; Now - Total is left, on the same terms as before. It fails with ErrAmount
// unless 0 < amount <= Now.
func Partial(a dialog.Account, on dialog.Date, amount dialog.Money) (dialog.Terms, error) {
	now := Owed(a, on)
	switch {
	case now.Total.Minor <= 0:
		return dialog.Terms{}, ErrNothingOwed
	case !payable(amount, now.Total):
		return dialog.Terms{}, ErrAmount
	}
	return dialog.Terms{
		Kind: dialog.OfferPartial, Account: a.Ref, Total: amount, Now: now.Total,
		ExtraCost: in(amount.Currency, 0),
		Schedule:  []dialog.Instalment{{Due: on, Amount: amount}},
	}, nil
}

// Promise returns the terms of a promise to pay on a date: the whole sum when
// amount is zero. Late interest stands still while the promise lives, at most
// programme.Promise.FreezeDays; past that it counts for every day. ExtraCost is
// what the wait adds to the whole sum owed. It fails with ErrDate before the
// day itself, and with ErrAmount beyond what is then owed.
func Promise(a dialog.Account, p dialog.Programme, on, date dialog.Date, amount dialog.Money) (dialog.Terms, error) {
	now := Owed(a, on)
	switch {
	case now.Total.Minor <= 0:
		return dialog.Terms{}, ErrNothingOwed
	case date.Before(on) || date.Days(on) > MaxDays:
		return dialog.Terms{}, ErrDate
	}
	frozen := date.Days(on) <= p.Promise.FreezeDays
	then := now.Total
	if !frozen {
		then = Owed(a, date).Total
	}
	whole := amount.Zero()
	if whole {
		amount = then
	}
	if !payable(amount, then) {
		return dialog.Terms{}, ErrAmount
	}
	t := dialog.Terms{
		Kind: dialog.OfferPromise, Account: a.Ref, LatePaused: frozen,
		Schedule: []dialog.Instalment{{Due: date, Amount: amount}},
	}
	if whole || amount == then {
		return costed(a, t, now, on)
	}
	t.Total, t.Now, t.ExtraCost = amount, now.Total, then.Sub(now.Total)
	t.AlsoDue = alsoDue(a, on, date)
	return t, nil
}

func payable(amount, owed dialog.Money) bool {
	return amount.Currency == owed.Currency && amount.Minor > 0 && amount.Minor <= owed.Minor
}

// costed fills in what follows from a schedule that pays the whole sum.
func costed(a dialog.Account, t dialog.Terms, now Breakdown, on dialog.Date) (dialog.Terms, error) {
	t.Total = in(now.Total.Currency, 0)
	for _, s := range t.Schedule {
		t.Total = t.Total.Add(s.Amount)
	}
	t.Now = now.Total
	t.ExtraCost = t.Total.Sub(t.Now)
	t.AlsoDue = alsoDue(a, on, t.Schedule[len(t.Schedule)-1].Due)
	if t.ExtraCost.Minor <= 0 {
		return t, nil
	}
	percent, err := YearlyCost(t, on)
	if err != nil {
		return dialog.Terms{}, err
	}
	t.APR = Hundredths(percent)
	return t, nil
}

// alsoDue is what else falls due from a day to the last date of a schedule, as
// far as the lender has said.
func alsoDue(a dialog.Account, on, last dialog.Date) []dialog.Instalment {
	if a.NextDue.IsZero() || a.NextDue.Before(on) || last.Before(a.NextDue) || a.NextDueAmount.Minor <= 0 {
		return nil
	}
	return []dialog.Instalment{{Due: a.NextDue, Amount: a.NextDueAmount}}
}

// YearlyCost is the effective yearly rate, in percent, of a schedule against
// paying terms.Now on the day.
func YearlyCost(t dialog.Terms, on dialog.Date) (float64, error) {
	payments := make([]Payment, len(t.Schedule))
	for i, s := range t.Schedule {
		payments[i] = Payment{Years: Years(s.Due.Days(on)), Amount: s.Amount}
	}
	return EffectiveRate(t.Now, payments)
}

// YearlyCostActuarial is the same cost by 12 CFR Part 1026 Appendix J, for packs
// that ask for that method.
func YearlyCostActuarial(t dialog.Terms, on dialog.Date, u UnitPeriod) (float64, error) {
	streams := make([]Stream, len(t.Schedule))
	for i, s := range t.Schedule {
		full, fraction := u.Between(on, s.Due)
		streams[i] = Stream{Amount: s.Amount, Count: 1, First: full, Fraction: fraction}
	}
	return APRActuarial(t.Now, u.PerYear(), streams)
}
