package dialog

import (
	"errors"
	"fmt"
	"time"
)

// Code classifies an error for the edges: HTTP status, close code, exit status.
type Code string

const (
	CodeInvalid         Code = "invalid"
	CodeUnauthenticated Code = "unauthenticated"
	CodeForbidden       Code = "forbidden"
	CodeNotFound        Code = "not_found"
	CodeConflict        Code = "conflict"
	CodeDuplicate       Code = "duplicate"
	CodeTooLarge        Code = "too_large"
	CodeRateLimited     Code = "rate_limited"
	CodeUnavailable     Code = "unavailable"
	CodeInternal        Code = "internal"
)

// Error carries a code, a text that is safe to show, and a cause that is not.
// Name and Rule say the same to whoever has to show it in another language: what
// was refused, the rule that refused it, and from when on it would be let
// through. All may be empty.
type Error struct {
	Code  Code
	Text  string
	Cause error
	Name  string
	Rule  string
	Until time.Time
}

// E returns an Error; cause may be nil.
func E(code Code, text string, cause error) *Error {
	return &Error{Code: code, Text: text, Cause: cause}
}

// Error joins the safe text and the cause, for logs.
func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("%s: %s", e.Code, e.Text)
	}
	return fmt.Sprintf("%s: %s: %v", e.Code, e.Text, e.Cause)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of err, "" for nil and CodeInternal for a stranger.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return CodeInternal
}
