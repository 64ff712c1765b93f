package loan

import "warmline/dialog"

// Errors of the builders. They carry no account fact, so they can be logged.
var (
	// ErrCount: fewer than one or more than MaxInstalments instalments.
	ErrCount = dialog.E(dialog.CodeInvalid, "the number of instalments is out of range", nil)
	// ErrTooSmall: the sum cannot be cut into so many positive instalments.
	ErrTooSmall = dialog.E(dialog.CodeInvalid, "the sum is too small for so many instalments", nil)
	// ErrNothingOwed: there is nothing to arrange.
	ErrNothingOwed = dialog.E(dialog.CodeInvalid, "nothing is owed", nil)
	// ErrDays: a deferral of less than one day or more than MaxDays.
	ErrDays = dialog.E(dialog.CodeInvalid, "the number of days is out of range", nil)
	// ErrAmount: an amount that is not positive, or more than is owed.
	ErrAmount = dialog.E(dialog.CodeInvalid, "the amount is out of range", nil)
	// ErrDate: a date that lies before the day it is asked on.
	ErrDate = dialog.E(dialog.CodeInvalid, "the date is out of range", nil)
)

// NoRateError says that a set of payments has no annualised rate, and why.
type NoRateError struct {
	Reason string // closed wording, never a fact of an account
}

// Error names the reason.
func (e *NoRateError) Error() string { return "no annualised rate exists: " + e.Reason }

func noRate(reason string) error { return &NoRateError{Reason: reason} }
