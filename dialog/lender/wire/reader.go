package wire

import (
	"fmt"
	"time"

	"warmline/dialog"
)

// FieldError names the field of an answer that does not follow the document.
// It never holds the field's content.
type FieldError struct{ Field string }

// Error names the field.
func (e FieldError) Error() string {
	return fmt.Sprintf("field %s does not follow the document", e.Field)
}

// reader turns strings of the wire into values and keeps the first failure, so
// that a mapping reads as a list of fields.
type reader struct{ err error }

func (r *reader) fail(field string) {
	if r.err == nil {
		r.err = FieldError{Field: field}
	}
}

func (r *reader) money(field, s, currency string) dialog.Money {
	m, err := dialog.ParseMoney(s, dialog.Currency(currency))
	if err != nil || currency == "" || m.Minor < 0 {
		r.fail(field)
	}
	return m
}

// optMoney is money that may be left out; then it has no currency either.
func (r *reader) optMoney(field, s, currency string) dialog.Money {
	if s == "" {
		return dialog.Money{}
	}
	return r.money(field, s, currency)
}

func (r *reader) date(field, s string) dialog.Date {
	if s == "" {
		return dialog.Date{}
	}
	d, err := dialog.ParseDate(s)
	if err != nil {
		r.fail(field)
	}
	return d
}

func (r *reader) rate(field, s string) dialog.Rate {
	if s == "" {
		return 0
	}
	v, err := dialog.ParseRate(s)
	if err != nil || v < 0 {
		r.fail(field)
	}
	return v
}

func (r *reader) duration(field, s string) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		r.fail(field)
	}
	return d
}

// required checks that a name or id is there.
func (r *reader) required(field, s string) string {
	if s == "" {
		r.fail(field)
	}
	return s
}
