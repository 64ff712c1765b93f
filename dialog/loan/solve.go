package loan

import "math"

// root finds where a decreasing function crosses zero between lo, where it is
// positive, and hi, where it is negative: Newton's steps while they stay in the
// bracket, halves of it when they do not. f returns the value and the slope.
func root(f func(x float64) (v, slope float64), lo, hi float64) float64 {
	x := lo + (hi-lo)/2
	for range 300 {
		v, slope := f(x)
		switch {
		case v == 0:
			return x
		case v > 0:
			lo = x
		default:
			hi = x
		}
		next := x - v/slope
		if !(next > lo && next < hi) { // also when it is no number
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-x) <= 1e-14*(1+math.Abs(x)) {
			return next
		}
		x = next
	}
	return x
}
