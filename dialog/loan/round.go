package loan

import (
	"math"
	"math/bits"

	"warmline/dialog"
)

// billion is the denominator of dialog.Rate and PeriodRate.
const billion = 1_000_000_000

// Interest returns base x rate x days, simple, rounded half up once. Negative
// bases, rates and days bear none. A product beyond int64 is capped there.
func Interest(base dialog.Money, rate dialog.Rate, days int) dialog.Money {
	none := dialog.Money{Currency: base.Currency}
	if base.Minor <= 0 || rate <= 0 || days <= 0 {
		return none
	}
	over, factor := bits.Mul64(uint64(rate), uint64(days))
	if over != 0 {
		return dialog.Money{Minor: math.MaxInt64, Currency: base.Currency}
	}
	return dialog.Money{Minor: share(base.Minor, factor), Currency: base.Currency}
}

// share returns base x factor / billion, rounded half up, for base >= 0.
func share(base int64, factor uint64) int64 {
	hi, lo := bits.Mul64(uint64(base), factor)
	lo, carry := bits.Add64(lo, billion/2, 0)
	hi += carry
	if hi >= billion {
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, billion)
	return int64(min(q, math.MaxInt64))
}

// divide returns total / n rounded half up, for total >= 0 and n > 0.
func divide(total, n int64) int64 {
	q, r := total/n, total%n
	if r >= n-r {
		q++
	}
	return q
}
