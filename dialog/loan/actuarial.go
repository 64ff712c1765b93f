package loan

import (
	"math"

	"warmline/dialog"
)

// Stream is a run of equal payments, one each unit-period.
type Stream struct {
	Amount   dialog.Money
	Count    int
	First    int     // full unit-periods from the advance to the first of them
	Fraction float64 // and the fraction of one, 0 <= Fraction < 1
}

// APRActuarial returns the annual percentage rate, in percent, by the unit-
// period method of 12 CFR Part 1026 Appendix J: the rate i a unit-period at
// which the amount financed = sum of P / ((1 + f x i) (1+i)^t), times the unit-
// periods of a year. It fails with *NoRateError when there is none.
func APRActuarial(financed dialog.Money, perYear float64, streams []Stream) (float64, error) {
	if err := checkStreams(financed, perYear, streams); err != nil {
		return 0, err
	}
	f := func(i float64) (float64, float64) { return unitPeriodBalance(financed, streams, i) }
	lo, hi := 0.0, 0.0
	if v, _ := f(0); v == 0 {
		return 0, nil
	} else if v > 0 {
		for hi = 1; ; hi *= 2 {
			if v, _ := f(hi); v < 0 {
				break
			} else if hi > 1e15 {
				return 0, noRate("the cost is beyond any rate")
			}
		}
	} else {
		for gap := 0.5; ; gap /= 2 {
			lo = gap - 1
			if v, _ := f(lo); v > 0 {
				break
			} else if gap < 1e-15 {
				return 0, noRate("the payments do not reach the sum")
			}
		}
	}
	return 100 * perYear * root(f, lo, hi), nil
}

// unitPeriodBalance is the equation's right side less its left, and its slope.
func unitPeriodBalance(financed dialog.Money, streams []Stream, i float64) (v, slope float64) {
	v = -float64(financed.Minor)
	for _, s := range streams {
		part := 1 + s.Fraction*i
		c := float64(s.Amount.Minor) / part * math.Pow(1+i, -float64(s.First))
		for k := range s.Count {
			v += c
			slope -= c * (s.Fraction/part + float64(s.First+k)/(1+i))
			c /= 1 + i
		}
	}
	return v, slope
}

func checkStreams(financed dialog.Money, perYear float64, streams []Stream) error {
	if financed.Minor <= 0 {
		return noRate("nothing was advanced")
	}
	if !(perYear > 0) || math.IsInf(perYear, 0) {
		return noRate("the unit-period is no part of a year")
	}
	paid := false
	for _, s := range streams {
		if s.Amount.Minor < 0 || s.Count < 0 || s.First < 0 || !(s.Fraction >= 0 && s.Fraction < 1) {
			return noRate("a payment is negative or lies before the advance")
		}
		paid = paid || s.Amount.Minor > 0 && s.Count > 0 && (s.Count > 1 || s.First > 0 || s.Fraction > 0)
	}
	if !paid {
		return noRate("nothing is paid later")
	}
	return nil
}

// UnitPeriod is the common interval of a transaction: so many months, half
// months, or days (weeks as 7 each). Exactly one field is set.
type UnitPeriod struct {
	Months     int
	HalfMonths int // 1: semimonthly
	Days       int
}

// PerYear is the number of unit-periods in a year (Appendix J (b)(5)).
func (u UnitPeriod) PerYear() float64 {
	switch {
	case u.Months > 0:
		return 12 / float64(u.Months)
	case u.HalfMonths > 0:
		return 24 / float64(u.HalfMonths)
	case u.Days > 0 && u.Days%7 == 0:
		return 52 / float64(u.Days/7)
	case u.Days > 0:
		return 365 / float64(u.Days)
	}
	return 0
}

// Between returns the full unit-periods from one date to a later one and the
// remaining fraction (Appendix J (b)(5)): months are measured back from the
// later date, and the days left over count as thirtieths of a month.
func (u UnitPeriod) Between(from, to dialog.Date) (full int, fraction float64) {
	if to.Before(from) {
		return 0, 0
	}
	if u.Days > 0 {
		d := to.Days(from)
		return d / u.Days, float64(d%u.Days) / float64(u.Days)
	}
	months := 0
	for !to.AddMonths(-months-1, to.Day).Before(from) {
		months++
	}
	// Counted in days of a 30-day month, so that 1 month and 22 days of a
	// two-month unit are 52/60.
	days := 30*months + to.AddMonths(-months, to.Day).Days(from)
	size := 30 * u.Months
	if u.HalfMonths > 0 {
		size = 15 * u.HalfMonths
	}
	if size == 0 {
		return 0, 0
	}
	return days / size, float64(days%size) / float64(size)
}
