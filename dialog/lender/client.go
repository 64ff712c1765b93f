package lender

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sony/gobreaker/v2"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// Options configure a Client. Only BaseURL is needed.
type Options struct {
	BaseURL string       // "https://core.example", without the /v1
	Token   string       // bearer token; "" sends none
	HTTP    *http.Client // its transport is used; redirects are never followed

	FactsTimeout time.Duration // of one attempt to read; 400 ms
	CallTimeout  time.Duration // of one attempt of an effect; 5 s
	Tries        uint          // attempts of one read or effect; 3
	Pause        time.Duration // before the second attempt, then doubling, with jitter; 50 ms

	TripAfter uint32        // failures in a row that open the breaker; 5
	OpenFor   time.Duration // how long it then stays open; 5 s
	// OnBreaker is told when the breaker opens ("open"), tries ("half-open")
	// and closes ("closed"). It may be nil.
	OnBreaker func(state string)
}

// Client calls the lender's core. It is safe for concurrent use.
type Client struct {
	opts    Options
	base    string
	http    *http.Client
	breaker *gobreaker.CircuitBreaker[answer]
}

// New returns a client. It fails with CodeInvalid on a base URL that is none.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, dialog.E(dialog.CodeInvalid, "lender base URL: expected http(s)://host", nil)
	}
	o.defaults()
	c := &Client{opts: o, base: strings.TrimSuffix(u.String(), "/"), http: &http.Client{
		// A redirect would carry the token and the borrower to somewhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	c.http.Transport = transport(o.HTTP)
	c.breaker = gobreaker.NewCircuitBreaker[answer](gobreaker.Settings{
		Name:        "lender",
		Timeout:     o.OpenFor,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= o.TripAfter },
		// Somebody who stops waiting says nothing about the lender's health.
		IsExcluded: func(err error) bool { return errors.Is(err, context.Canceled) },
		IsSuccessful: func(err error) bool {
			code := dialog.CodeOf(err)
			return err == nil || code == dialog.CodeUnauthenticated || code == dialog.CodeForbidden
		},
		OnStateChange: func(_ string, _, to gobreaker.State) {
			if o.OnBreaker != nil {
				o.OnBreaker(to.String())
			}
		},
	})
	return c, nil
}

// transport keeps enough idle connections for many conversations at one host.
func transport(h *http.Client) http.RoundTripper {
	if h != nil {
		return h.Transport
	}
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 64
	return t
}

func (o *Options) defaults() {
	if o.FactsTimeout <= 0 {
		o.FactsTimeout = 400 * time.Millisecond
	}
	if o.CallTimeout <= 0 {
		o.CallTimeout = 5 * time.Second
	}
	if o.Tries == 0 {
		o.Tries = 3
	}
	if o.Pause <= 0 {
		o.Pause = 50 * time.Millisecond
	}
	if o.TripAfter == 0 {
		o.TripAfter = 5
	}
	if o.OpenFor <= 0 {
		o.OpenFor = 5 * time.Second
	}
}

// historyDays is how far back finished arrangements, payments and contacts are
// asked for: more than the longest cool-down or counter of any pack.
const historyDays = 730

// Facts gathers the case of a borrower in one consistent reading; the desk's
// part stays empty. Errors: not_found for a stranger, unavailable when the
// lender cannot be reached in time, internal when its answer breaks the
// document. No error holds a fact of the account.
func (c *Client) Facts(ctx context.Context, borrowerID string, now time.Time) (dialog.Facts, error) {
	since := dialog.DateOf(now.UTC()).AddDays(-historyDays)
	req := request{
		method: http.MethodGet, timeout: c.opts.FactsTimeout,
		path: borrowerPath(borrowerID, "case") + "?since=" + since.String(),
	}
	var cs wire.Case
	if err := c.read(ctx, req, &cs); err != nil {
		return dialog.Facts{}, fmt.Errorf("gather facts: %w", err)
	}
	f, err := cs.Dialog()
	if err != nil {
		return dialog.Facts{}, fmt.Errorf("gather facts: %w", broken(err))
	}
	if f.Borrower.ID != borrowerID {
		return dialog.Facts{}, fmt.Errorf("gather facts: %w", broken(wire.FieldError{Field: "borrower.id"}))
	}
	return f, nil
}

// FindArrangement returns what became of the request with a reference (a quote
// id). Errors: as of Facts; not_found when the lender made nothing of it.
func (c *Client) FindArrangement(ctx context.Context, borrowerID, ref string) (dialog.Arrangement, error) {
	req := request{
		method: http.MethodGet, timeout: c.opts.CallTimeout,
		path: borrowerPath(borrowerID, "arrangements") + "?client_ref=" + url.QueryEscape(ref),
	}
	var found []wire.Arrangement
	if err := c.read(ctx, req, &found); err != nil {
		return dialog.Arrangement{}, fmt.Errorf("find arrangement: %w", err)
	}
	if len(found) == 0 {
		return dialog.Arrangement{}, dialog.E(dialog.CodeNotFound, "no such arrangement", nil)
	}
	a, err := found[0].Dialog()
	if err != nil {
		return dialog.Arrangement{}, fmt.Errorf("find arrangement: %w", broken(err))
	}
	return a, nil
}

func borrowerPath(borrower string, rest ...string) string {
	p := "/v1/borrowers/" + url.PathEscape(borrower)
	for _, r := range rest {
		p += "/" + url.PathEscape(r)
	}
	return p
}

// broken is an answer that does not follow the document.
func broken(cause error) error {
	return dialog.E(dialog.CodeInternal, "the lender's answer does not follow the document", cause)
}
