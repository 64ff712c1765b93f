package llm

import (
	"errors"
	"fmt"
	"time"
)

// Kind says why there is no answer.
type Kind string

const (
	KindDeadline    Kind = "deadline"     // the full text was not there in time, or the stream stood still
	KindBudget      Kind = "budget"       // the tokens of the request, the conversation or the day are used up
	KindOpen        Kind = "breaker_open" // the model has failed too often just now
	KindLimited     Kind = "rate_limited" // the endpoint wants us to wait
	KindBusy        Kind = "busy"         // too many requests of ours are under way
	KindAnswer      Kind = "bad_answer"   // an answer came, but not whole or not in the form asked for
	KindUnavailable Kind = "unavailable"  // no connection, a fault of the endpoint's
	KindRefused     Kind = "refused"      // the endpoint does not accept the request, the key or the model
)

// Error is a failure to get an answer. Its text holds nothing of the prompt, of
// the answer or of the endpoint's own words.
type Error struct {
	Kind       Kind
	Model      string        // "" when no model was asked
	Status     int           // HTTP status, 0 without one
	RetryAfter time.Duration // what the endpoint asked for
	Detail     string        // ours: "finish reason length"

	excused bool // the caller went away or left too little time: no fault of the model's
}

// Error implements error.
func (e *Error) Error() string {
	text := "model: " + string(e.Kind)
	if e.Model != "" {
		text = fmt.Sprintf("model %s: %s", e.Model, e.Kind)
	}
	if e.Status > 0 {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// KindOf returns the kind of an error of this package, "" for nil and
// KindUnavailable for any other.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e := new(Error); errors.As(err, &e) {
		return e.Kind
	}
	return KindUnavailable
}
