package lender_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/loan"
)

func TestFacts(t *testing.T) {
	w := newWorld(t, lender.Options{})
	f := w.facts(t, "lin-yue")
	if f.Borrower.Name != "林悦" || f.Borrower.Locale != dialog.ZhHans || len(f.Accounts) != 1 {
		t.Fatalf("facts = %+v", f.Borrower)
	}
	a := f.Accounts[0]
	today := dialog.NewDate(2026, 11, 21)
	owed := loan.Owed(a, today)
	if owed.Total != dialog.NewMoney(82771, "CNY") || owed.DaysLate != 9 {
		t.Errorf("owed %s, %d days late; want 827.71 and 9", owed.Total.Decimal(), owed.DaysLate)
	}
	if a.NextDue != dialog.NewDate(2026, 12, 12) || a.NotYetDue != dialog.NewMoney(160000, "CNY") {
		t.Errorf("not yet due %s, next %s", a.NotYetDue.Decimal(), a.NextDue)
	}
	p := f.Programme
	if p.QuoteTTL != 24*time.Hour || p.Deferral.OrdinaryDaily != 300_000 || p.MinInstalment.Minor != 10000 {
		t.Errorf("programme = %+v", p)
	}
	if fact, ok := f.Fact("credit.report"); !ok || !today.Before(fact.Date) {
		t.Errorf("credit.report = %+v", fact)
	}
	if f.Desk.Open || !f.Desk.NextOpen.IsZero() {
		t.Errorf("the lender filled in the desk: %+v", f.Desk)
	}
}

func TestErrorsByStatus(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		code   dialog.Code
		calls  int32 // attempts
	}{
		{"not found", 404, `{"code":"not_found"}`, dialog.CodeNotFound, 1},
		{"bad request", 400, `{"code":"invalid"}`, dialog.CodeInvalid, 1},
		{"token", 401, `{"code":"unauthenticated"}`, dialog.CodeUnauthenticated, 1},
		{"rights", 403, `{"code":"forbidden"}`, dialog.CodeForbidden, 1},
		{"busy", 429, `{"code":"rate_limited"}`, dialog.CodeRateLimited, 3},
		{"fault", 503, `{"code":"unavailable"}`, dialog.CodeUnavailable, 3},
		{"redirect", 302, ``, dialog.CodeInternal, 1},
		{"no JSON", 200, `<html>827.71</html>`, dialog.CodeInternal, 1},
		{"not the document", 200, `{"borrower":{"id":"secret-name"}}`, dialog.CodeInternal, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var n atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n.Add(1)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.status)
				w.Write([]byte(tt.body))
			}))
			defer srv.Close()
			c, err := lender.New(lender.Options{BaseURL: srv.URL, Pause: time.Millisecond, FactsTimeout: 5 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Facts(context.Background(), "secret-name", start)
			if dialog.CodeOf(err) != tt.code || n.Load() != tt.calls {
				t.Errorf("code %s after %d attempts (%v), want %s after %d", dialog.CodeOf(err), n.Load(), err, tt.code, tt.calls)
			}
			if text := err.Error(); strings.Contains(text, "secret-name") || strings.Contains(text, "827.71") {
				t.Errorf("the error tells too much: %s", text)
			}
		})
	}
}

func TestUnreachableTellsNothing(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	c, err := lender.New(lender.Options{BaseURL: srv.URL, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Facts(context.Background(), "lin-yue", start)
	if dialog.CodeOf(err) != dialog.CodeUnavailable || strings.Contains(err.Error(), "lin-yue") {
		t.Errorf("error = %v", err)
	}
}

func TestDeadlineOfEachAttempt(t *testing.T) {
	w := newWorld(t, lender.Options{FactsTimeout: 30 * time.Millisecond, Tries: 2})
	w.box.SetFaults(sandbox.Faults{SlowMS: 60_000})
	began := time.Now()
	_, err := w.Facts(context.Background(), "lin-yue", start)
	if dialog.CodeOf(err) != dialog.CodeUnavailable {
		t.Errorf("error = %v, want unavailable", err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("two attempts of 30 ms took %s", took)
	}
}

func TestRetryRidesOverShortFaults(t *testing.T) {
	w := newWorld(t, lender.Options{})
	w.box.SetFaults(sandbox.Faults{FailNext: 2})
	w.facts(t, "lin-yue")
	if left := w.box.Faults().FailNext; left != 0 {
		t.Errorf("%d faults left", left)
	}
}

// fails asks for facts and expects none.
func (w *world) fails(t *testing.T, times int) {
	t.Helper()
	for range times {
		if _, err := w.Facts(context.Background(), "lin-yue", start); dialog.CodeOf(err) != dialog.CodeUnavailable {
			t.Fatalf("error = %v", err)
		}
	}
}

func TestOpenBreakerLetsNothingThrough(t *testing.T) {
	w := newWorld(t, lender.Options{Tries: 1, TripAfter: 3, OpenFor: time.Hour})
	w.box.SetFaults(sandbox.Faults{FailNext: 5})
	w.fails(t, 4)
	if left := w.box.Faults().FailNext; left != 2 {
		t.Errorf("the open breaker let requests through: %d faults left, want 2", left)
	}
}

func TestBreakerClosesAgain(t *testing.T) {
	var states []string
	w := newWorld(t, lender.Options{Tries: 1, TripAfter: 3, OpenFor: 40 * time.Millisecond,
		OnBreaker: func(s string) { states = append(states, s) }})
	w.box.SetFaults(sandbox.Faults{FailNext: 3})
	w.fails(t, 3)
	time.Sleep(60 * time.Millisecond)
	w.facts(t, "lin-yue")
	if got := strings.Join(states, " "); got != "open half-open closed" {
		t.Errorf("breaker went %s", got)
	}
}

func TestGivingUpDoesNotTripTheBreaker(t *testing.T) {
	w := newWorld(t, lender.Options{Tries: 1, TripAfter: 2})
	w.box.SetFaults(sandbox.Faults{SlowMS: 60_000})
	for range 4 {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(5*time.Millisecond, cancel)
		_, err := w.Facts(ctx, "lin-yue", start)
		if !errors.Is(err, context.Canceled) || dialog.CodeOf(err) != dialog.CodeUnavailable {
			t.Fatalf("error = %v", err)
		}
	}
	w.box.SetFaults(sandbox.Faults{})
	w.facts(t, "lin-yue")
}

func TestNewRefusesABadURL(t *testing.T) {
	for _, u := range []string{"", "core.example", "ftp://core.example", "http://"} {
		if _, err := lender.New(lender.Options{BaseURL: u}); dialog.CodeOf(err) != dialog.CodeInvalid {
			t.Errorf("New(%q) = %v", u, err)
		}
	}
}
