package loan

import (
	"math/big"

	"warmline/dialog"
)

// PeriodRate is an interest rate per instalment period in billionths: 1 % a
// month is 10 000 000.
type PeriodRate int64

// Part is one instalment: what it pays back and what it costs.
type Part struct {
	Principal dialog.Money
	Charge    dialog.Money // interest, or the fee of a fee plan
}

// Amount is the instalment as it is paid.
func (p Part) Amount() dialog.Money { return p.Principal.Add(p.Charge) }

// Equal cuts a total into n equal instalments, each rounded half up; the last
// absorbs the remainder. Where rounding up would leave the last one nothing (a
// few minor units among many), the others are rounded down.
func Equal(total dialog.Money, n int) ([]dialog.Money, error) {
	if n < 1 || n > MaxInstalments {
		return nil, ErrCount
	}
	if total.Minor < int64(n) {
		return nil, ErrTooSmall
	}
	return split(total, n), nil
}

// split is Equal for n >= 1 that allows empty instalments.
func split(total dialog.Money, n int) []dialog.Money {
	each := divide(total.Minor, int64(n))
	if total.Minor-each*int64(n-1) <= 0 {
		each = total.Minor / int64(n)
	}
	out := make([]dialog.Money, n)
	for i := range out {
		out[i] = in(total.Currency, each)
	}
	out[n-1].Minor = total.Minor - each*int64(n-1)
	return out
}

// Level pays a principal back in equal instalments that contain interest on
// what is still outstanding (等额本息). rates has one rate per period, since
// months differ in length. The payment is worked out exactly:
//
//	payment = principal x g1…gn / (g2…gn + g3…gn + … + 1),  g = 1 + rate
//
// and rounded half up; each period's interest is rounded half up; the last
// instalment pays the rest.
func Level(principal dialog.Money, rates []PeriodRate) ([]Part, error) {
	if err := checkRates(principal, rates); err != nil {
		return nil, err
	}
	payment := levelPayment(principal.Minor, rates)
	parts, ok := amortise(principal, rates, payment)
	if !ok { // rounding up left the last instalment nothing
		parts, ok = amortise(principal, rates, payment-1)
	}
	if !ok {
		return nil, ErrTooSmall
	}
	return parts, nil
}

// levelPayment evaluates the formula of Level in whole numbers.
func levelPayment(principal int64, rates []PeriodRate) int64 {
	unit := big.NewInt(billion)
	num, den, scale := big.NewInt(principal), new(big.Int), big.NewInt(1)
	for _, r := range rates {
		g := big.NewInt(billion + int64(r))
		scale.Mul(scale, unit)
		num.Mul(num, g)
		den.Mul(den, g).Add(den, scale)
	}
	// Half up: (2 num + den) / (2 den).
	num.Lsh(num, 1).Add(num, den)
	return num.Quo(num, den.Lsh(den, 1)).Int64()
}

// amortise walks a principal down by a payment. It reports false when a
// payment does not cover its interest, or the last instalment is not positive.
func amortise(principal dialog.Money, rates []PeriodRate, payment int64) ([]Part, bool) {
	cur, balance := principal.Currency, principal.Minor
	parts := make([]Part, len(rates))
	for i, r := range rates {
		interest := share(balance, uint64(r))
		back := payment - interest
		if i == len(rates)-1 {
			back = balance
		}
		if back < 0 || back > balance || back+interest <= 0 {
			return nil, false
		}
		parts[i] = Part{Principal: in(cur, back), Charge: in(cur, interest)}
		balance -= back
	}
	return parts, true
}

// EqualPrincipal pays the same principal back each time, with interest on what
// is still outstanding, so that instalments fall (等额本金).
func EqualPrincipal(principal dialog.Money, rates []PeriodRate) ([]Part, error) {
	if err := checkRates(principal, rates); err != nil {
		return nil, err
	}
	balance := principal.Minor
	parts := make([]Part, len(rates))
	for i, back := range split(principal, len(rates)) {
		parts[i] = Part{Principal: back, Charge: in(back.Currency, share(balance, uint64(rates[i])))}
		balance -= back.Minor
	}
	return parts, nil
}

// FlatFee pays the same principal back each time, with a fee on the whole
// principal each time. Its yearly cost is nearly twice what the fee rate times
// the periods of a year suggests: use APRActuarial or EffectiveRate.
func FlatFee(principal dialog.Money, fee PeriodRate, n int) ([]Part, error) {
	rates := Same(fee, n)
	if err := checkRates(principal, rates); err != nil {
		return nil, err
	}
	charge := in(principal.Currency, share(principal.Minor, uint64(fee)))
	parts := make([]Part, n)
	for i, back := range split(principal, n) {
		parts[i] = Part{Principal: back, Charge: charge}
	}
	return parts, nil
}

// Same returns n equal period rates.
func Same(rate PeriodRate, n int) []PeriodRate {
	rates := make([]PeriodRate, max(n, 0))
	for i := range rates {
		rates[i] = rate
	}
	return rates
}

func checkRates(principal dialog.Money, rates []PeriodRate) error {
	if len(rates) < 1 || len(rates) > MaxInstalments {
		return ErrCount
	}
	if principal.Minor < int64(len(rates)) {
		return ErrTooSmall
	}
	for _, r := range rates {
		if r < 0 {
			return ErrAmount
		}
	}
	return nil
}
