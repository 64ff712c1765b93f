package lender

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 2 << 20

// maxRetryAfter bounds how long the lender may make a caller wait within one
// call; the outbox waits longer between calls.
const maxRetryAfter = 2 * time.Second

// request is one read or effect. An effect has a key, which makes repeating it
// safe; nothing without one is ever sent by another method than GET.
type request struct {
	method  string
	path    string // with its query
	key     string // Idempotency-Key
	match   string // account version for If-Match
	body    any    // JSON, nil for none
	timeout time.Duration
}

// answer is a definite one: a 2xx or a 4xx that will not change by asking again.
type answer struct {
	status int
	body   []byte
}

// read performs a GET and decodes its answer.
func (c *Client) read(ctx context.Context, req request, into any) error {
	a, err := c.send(ctx, req)
	if err != nil {
		return err
	}
	if a.status >= 400 {
		return refused(a)
	}
	return decode(a, into)
}

// send performs a request until its answer is definite, within the tries and
// the caller's deadline. An error means that the outcome is unknown, or that
// the request never left.
func (c *Client) send(ctx context.Context, req request) (answer, error) {
	var body []byte
	if req.body != nil {
		var err error
		if body, err = json.Marshal(req.body); err != nil {
			return answer{}, dialog.E(dialog.CodeInvalid, "the request cannot be written", err)
		}
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = c.opts.Pause, 20*c.opts.Pause
	var last error // the reason, which a wait for Retry-After would hide
	a, err := backoff.Retry(ctx, func() (answer, error) {
		a, wait, err := c.attempt(ctx, req, body)
		last = err
		switch {
		case err == nil:
			return a, nil
		case ctx.Err() != nil, !repeatable(err):
			return a, backoff.Permanent(err)
		case wait > 0:
			return a, &backoff.RetryAfterError{Duration: wait}
		}
		return a, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(c.opts.Tries))
	switch {
	case err == nil:
		return a, nil
	case last != nil:
		return answer{}, last
	}
	return answer{}, unreachable(err)
}

// attempt is one try through the breaker. wait is what the lender asked for.
func (c *Client) attempt(ctx context.Context, req request, body []byte) (a answer, wait time.Duration, err error) {
	a, err = c.breaker.Execute(func() (answer, error) {
		ctx, cancel := context.WithTimeout(ctx, req.timeout)
		defer cancel()
		var err error
		var got answer
		got, wait, err = c.roundTrip(ctx, req, body)
		return got, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = dialog.E(dialog.CodeUnavailable, "the lender is not asked for the moment", err)
	}
	return a, wait, err
}

func (c *Client) roundTrip(ctx context.Context, req request, body []byte) (answer, time.Duration, error) {
	r, err := c.newRequest(ctx, req, body)
	if err != nil {
		return answer{}, 0, err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return answer{}, 0, unreachable(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return answer{}, 0, unreachable(err)
	}
	if len(raw) > maxAnswer {
		return answer{}, 0, broken(nil)
	}
	a := answer{status: resp.StatusCode, body: raw}
	wait, err := indefinite(a, resp.Header)
	return a, wait, err
}

func (c *Client) newRequest(ctx context.Context, req request, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, req.method, c.base+req.path, bytes.NewReader(body))
	if err != nil {
		return nil, dialog.E(dialog.CodeInvalid, "the request cannot be written", nil)
	}
	r.Header.Set("Accept", "application/json, application/problem+json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.opts.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.opts.Token)
	}
	if req.key != "" {
		r.Header.Set("Idempotency-Key", req.key)
	}
	if req.match != "" {
		r.Header.Set("If-Match", strconv.Quote(req.match))
	}
	return r, nil
}

// indefinite returns the error of an answer that leaves the outcome open or
// that the deployment must mend first, and how long the lender asks to wait.
func indefinite(a answer, h http.Header) (time.Duration, error) {
	switch a.status {
	case http.StatusTooManyRequests:
		return retryAfter(h), dialog.E(dialog.CodeRateLimited, "the lender asks us to slow down", nil)
	case http.StatusUnauthorized:
		return 0, dialog.E(dialog.CodeUnauthenticated, "the lender does not accept our token", nil)
	case http.StatusForbidden:
		return 0, dialog.E(dialog.CodeForbidden, "the lender does not let us do this", nil)
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return 0, dialog.E(dialog.CodeUnavailable, "the lender did not take the request", nil)
	case http.StatusConflict:
		if problem(a).Code == "in_progress" {
			return retryAfter(h), dialog.E(dialog.CodeUnavailable, "the lender is still at it", nil)
		}
	}
	switch {
	case a.status >= 500:
		return retryAfter(h), dialog.E(dialog.CodeUnavailable, "the lender has a fault", nil)
	case a.status < 200 || a.status >= 300 && a.status < 400:
		return 0, broken(nil)
	}
	return 0, nil
}

func retryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || n <= 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, maxRetryAfter)
}

// repeatable reports whether trying again at once may help.
func repeatable(err error) bool {
	var e *dialog.Error
	if !errors.As(err, &e) || errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return false
	}
	return e.Code == dialog.CodeUnavailable || e.Code == dialog.CodeRateLimited
}

// unreachable drops the address that net/http puts into its errors: it names
// the borrower.
func unreachable(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return dialog.E(dialog.CodeUnavailable, "the lender cannot be reached", err)
}

// refused maps a definite no of a read to an error.
func refused(a answer) error {
	switch a.status {
	case http.StatusNotFound:
		return dialog.E(dialog.CodeNotFound, "the lender does not know this", nil)
	case http.StatusConflict:
		return dialog.E(dialog.CodeConflict, "the lender sees a conflict", nil)
	}
	return dialog.E(dialog.CodeInvalid, "the lender does not take the request", nil)
}

func problem(a answer) wire.Problem {
	var p wire.Problem
	if json.Unmarshal(a.body, &p) != nil {
		return wire.Problem{}
	}
	return p
}

// decode reads the JSON of an answer. Its error leaves out the decoder's words,
// which may quote the answer.
func decode(a answer, into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return broken(nil)
	}
	return nil
}
