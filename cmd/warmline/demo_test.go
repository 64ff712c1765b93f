package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// page is the demo as its page calls it.
type page struct {
	t *testing.T
	s *service
}

func (p page) call(method, path, body string, into any) int {
	p.t.Helper()
	w := httptest.NewRecorder()
	p.s.app.mux.ServeHTTP(w, httptest.NewRequest(method, path, bytes.NewReader([]byte(body))))
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			p.t.Fatalf("%s %s: status %d: %s", method, path, w.Code, w.Body)
		}
	}
	return w.Code
}

func (p page) balance(borrower string) string {
	p.t.Helper()
	var state demoState
	if status := p.call(http.MethodGet, "/demo/state?borrower="+borrower, "", &state); status != http.StatusOK || state.Wallet == nil {
		p.t.Fatalf("%s: status %d, %+v", borrower, status, state)
	}
	return state.Wallet.Balance
}

func demoPage(t *testing.T) page {
	t.Helper()
	cfg := defaults()
	cfg.Data = t.TempDir()
	listener := httptest.NewUnstartedServer(http.NotFoundHandler())
	t.Cleanup(listener.Close)
	s, err := newService(t.Context(), cfg, slog.New(slog.DiscardHandler), listener.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.app.close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		_ = s.close()
	})
	if _, err := s.handler(); err != nil {
		t.Fatal(err)
	}
	return page{t, s}
}

// TestEveryDemoWalletHasMoneyInIt: each shows its balance as its place writes
// sums, less what was paid from it, and never below nothing.
func TestEveryDemoWalletHasMoneyInIt(t *testing.T) {
	p := demoPage(t)
	var list []demoBorrower
	if p.call(http.MethodGet, "/demo/borrowers", "", &list); len(list) != 8 {
		t.Fatalf("%d borrowers", len(list))
	}
	for _, b := range list {
		if got := p.balance(b.ID); !strings.ContainsAny(got, "123456789") {
			t.Errorf("%s has %q", b.ID, got)
		}
	}
	for _, step := range []struct{ pay, want string }{{"", "¥36.20"}, {"6.20", "¥30.00"}, {"100", "¥0.00"}} {
		if step.pay != "" {
			body := `{"borrower":"lin-yue","amount":"` + step.pay + `"}`
			if status := p.call(http.MethodPost, "/demo/payment", body, nil); status != http.StatusNoContent {
				t.Fatalf("pay %s: status %d", step.pay, status)
			}
		}
		if got := p.balance("lin-yue"); got != step.want {
			t.Errorf("after paying %q: %s, expected %s", step.pay, got, step.want)
		}
	}
	if status := p.call(http.MethodPost, "/demo/reset", "{}", nil); status != http.StatusNoContent || p.balance("lin-yue") != "¥36.20" {
		t.Errorf("reset: status %d, then %s", status, p.balance("lin-yue"))
	}
	if status := p.call(http.MethodPost, "/demo/payment", `{"borrower":"lin-yue","amount":"a lot"}`, nil); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
		t.Errorf("a payment of no sum: status %d", status)
	}
}
