package lender_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/lender/sandbox"
)

// start is the demo's day: lin-yue is nine days late.
var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("", 8*3600))

// secret signs webhooks in these tests.
const secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(lender.Document())
	if err != nil {
		t.Fatalf("load the document: %v", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatalf("the document is not valid: %v", err)
	}
	return doc
}

// checked lets through only what the document allows, both ways.
type checked struct {
	t      testing.TB
	router routers.Router
	next   http.Handler

	mu   sync.Mutex
	seen map[string]bool // operations that were used
}

func newChecked(t testing.TB, next http.Handler) *checked {
	router, err := legacy.NewRouter(document(t))
	if err != nil {
		t.Fatalf("route the document: %v", err)
	}
	return &checked{t: t, router: router, next: next, seen: map[string]bool{}}
}

func (c *checked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		c.t.Errorf("%s %s is not in the document: %v", r.Method, r.URL.Path, err)
		http.NotFound(w, r)
		return
	}
	c.mu.Lock()
	c.seen[route.Operation.OperationID] = true
	c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Errorf("read request: %v", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		c.t.Errorf("request: %v", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := httptest.NewRecorder()
	c.next.ServeHTTP(rec, r)
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: rec.Code, Header: rec.Header()}
	out.SetBodyBytes(rec.Body.Bytes())
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		c.t.Errorf("answer to %s: %v", route.Operation.OperationID, err)
	}
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes())
}

// world is a sandbox behind the document, and a client of it.
type world struct {
	*lender.Client
	box     *sandbox.Sandbox
	checked *checked
	url     string
}

func newWorld(t testing.TB, o lender.Options) *world {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Now: func() time.Time { return start }, Token: "t0ken"})
	if err != nil {
		t.Fatal(err)
	}
	check := newChecked(t, box)
	srv := httptest.NewServer(check)
	t.Cleanup(func() { srv.Close(); box.Close() })
	o.BaseURL, o.Token = srv.URL, "t0ken"
	if o.Pause == 0 {
		o.Pause = time.Millisecond
	}
	if o.FactsTimeout == 0 {
		o.FactsTimeout = 5 * time.Second // the machine may be slow; a test of slowness sets its own
	}
	c, err := lender.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &world{Client: c, box: box, checked: check, url: srv.URL}
}

func (w *world) facts(t testing.TB, borrower string) dialog.Facts {
	t.Helper()
	f, err := w.Facts(context.Background(), borrower, start)
	if err != nil {
		t.Fatalf("facts of %s: %v", borrower, err)
	}
	return f
}

func (w *world) do(t testing.TB, borrower string, call dialog.Call) dialog.LenderEvent {
	t.Helper()
	ev, err := w.Do(context.Background(), borrower, call)
	if err != nil {
		t.Fatalf("%s: %v", call.Kind, err)
	}
	if ev.Ref != call.Ref || ev.Kind != string(call.Kind) {
		t.Errorf("answer to %s %s is for %s %s", call.Kind, call.Ref, ev.Kind, ev.Ref)
	}
	return ev
}

func (w *world) arrangements(t testing.TB, borrower string) int {
	t.Helper()
	n, err := w.box.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n[borrower].Arrangements
}
