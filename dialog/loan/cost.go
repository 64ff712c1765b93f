package loan

import (
	"math"

	"warmline/dialog"
)

// Payment is a payment at a time after the advance, in years.
type Payment struct {
	Years  float64
	Amount dialog.Money
}

// Years is a number of days as EffectiveRate counts them, by 365.
func Years(days int) float64 { return float64(days) / 365 }

// maxLogRate bounds the search for a rate: e^700 is as far as a float64 goes.
const maxLogRate = 700

// EffectiveRate returns the effective yearly rate, in percent, at which the
// payments are worth the principal: principal = sum of C x (1+X)^-t, the
// formula of Directive 2008/48/EC Annex I (now Directive (EU) 2023/2225 Annex
// III) and of FCA CONC App 1.2. The rate is negative when less is paid than was
// advanced. It fails with *NoRateError when no rate solves the equation.
func EffectiveRate(principal dialog.Money, payments []Payment) (float64, error) {
	if err := checkPayments(principal, payments); err != nil {
		return 0, err
	}
	// In y = ln(1+X) the function is smooth and decreasing over the whole line.
	f := func(y float64) (v, slope float64) {
		v = -float64(principal.Minor)
		for _, p := range payments {
			c := float64(p.Amount.Minor) * math.Exp(-y*p.Years)
			v += c
			slope -= c * p.Years
		}
		return v, slope
	}
	lo, hi := 0.0, 0.0
	if v, _ := f(0); v == 0 {
		return 0, nil
	} else if v > 0 {
		for hi = 1; ; hi *= 2 {
			if v, _ := f(hi); v < 0 {
				break
			} else if hi > maxLogRate {
				return 0, noRate("the cost is beyond any rate")
			}
		}
	} else {
		for lo = -1; ; lo *= 2 {
			if v, _ := f(lo); v > 0 {
				break
			} else if lo < -maxLogRate {
				return 0, noRate("the payments do not reach the sum")
			}
		}
	}
	x := 100 * math.Expm1(root(f, lo, hi))
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, noRate("the cost is beyond any rate")
	}
	return x, nil
}

// checkPayments refuses what cannot have a rate.
func checkPayments(principal dialog.Money, payments []Payment) error {
	if principal.Minor <= 0 {
		return noRate("nothing was advanced")
	}
	var later, atOnce int64
	for _, p := range payments {
		switch {
		case p.Amount.Minor < 0 || p.Years < 0 || math.IsNaN(p.Years) || math.IsInf(p.Years, 0):
			return noRate("a payment is negative or lies before the advance")
		case p.Years == 0:
			atOnce += p.Amount.Minor
		default:
			later += p.Amount.Minor
		}
	}
	switch {
	case later == 0:
		return noRate("nothing is paid later")
	case atOnce >= principal.Minor:
		return noRate("everything is paid at once")
	}
	return nil
}

// Hundredths rounds a percentage half up to hundredths of a percent, the form
// of dialog.Terms.APR and dialog.PercentValue.
func Hundredths(percent float64) int64 { return int64(math.Floor(percent*100 + 0.5)) }
