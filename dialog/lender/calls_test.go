package lender_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/loan"
)

// plan returns a call for a plan of n on the first account.
func plan(t testing.TB, f dialog.Facts, ref string, n int) dialog.Call {
	t.Helper()
	a := f.Accounts[0]
	terms, err := loan.Plan(a, f.Programme, dialog.NewDate(2026, 11, 21), n)
	if err != nil {
		t.Fatal(err)
	}
	return dialog.Call{Ref: ref, Kind: dialog.CallArrangementCreate, Account: a.Ref, Version: a.Version, Terms: &terms}
}

func TestPlanIsMadeOnceAndCancelled(t *testing.T) {
	w := newWorld(t, lender.Options{})
	call := plan(t, w.facts(t, "lin-yue"), "c-1-q1", 4)
	first, again := w.do(t, "lin-yue", call), w.do(t, "lin-yue", call)
	if first.Status != "active" || first.ID == "" || first.ID != again.ID {
		t.Fatalf("first %s %s, again %s %s", first.Status, first.ID, again.Status, again.ID)
	}
	if got := first.Arrangement; got.Total.Decimal() != "827.71" || len(got.Schedule) != 4 || got.ClientRef != call.Ref {
		t.Errorf("arrangement = %+v", got)
	}
	if n := w.arrangements(t, "lin-yue"); n != 1 {
		t.Errorf("%d arrangements, want 1", n)
	}
	found, err := w.FindArrangement(context.Background(), "lin-yue", call.Ref)
	if err != nil || found.ID != first.ID {
		t.Errorf("found %s, %v", found.ID, err)
	}
	if f := w.facts(t, "lin-yue"); f.Accounts[0].Overdue.FrozenFrom.IsZero() || f.Accounts[0].Version == call.Version {
		t.Error("the plan left the account as it was")
	}
	cancel := dialog.Call{Ref: "c-1-c2", Kind: dialog.CallArrangementCancel, Arrangement: first.ID}
	if ev := w.do(t, "lin-yue", cancel); ev.Status != "cancelled" {
		t.Errorf("cancel is %s", ev.Status)
	}
	if f := w.facts(t, "lin-yue"); !f.Accounts[0].Overdue.FrozenFrom.IsZero() {
		t.Error("late interest is still frozen after the cancel")
	}
	cancel.Ref = "c-1-c3"
	if ev := w.do(t, "lin-yue", cancel); ev.Status != "rejected" || ev.Reason != "not_active" {
		t.Errorf("second cancel is %s %s", ev.Status, ev.Reason)
	}
}

func TestStaleVersionChangesNothing(t *testing.T) {
	w := newWorld(t, lender.Options{})
	f := w.facts(t, "ho-siu-ling")
	w.do(t, "ho-siu-ling", dialog.Call{Ref: "p", Kind: dialog.CallDebitPause, Account: f.Accounts[0].Ref})
	ev := w.do(t, "ho-siu-ling", plan(t, f, "q", 3))
	if ev.Status != "changed" || w.arrangements(t, "ho-siu-ling") != 0 {
		t.Errorf("status %s, %d arrangements; want changed and none", ev.Status, w.arrangements(t, "ho-siu-ling"))
	}
	if _, err := w.FindArrangement(context.Background(), "ho-siu-ling", "q"); dialog.CodeOf(err) != dialog.CodeNotFound {
		t.Errorf("find = %v", err)
	}
	if ev := w.do(t, "ho-siu-ling", plan(t, w.facts(t, "ho-siu-ling"), "q2", 3)); ev.Status != "active" {
		t.Errorf("with the new version: %s", ev.Status)
	}
}

func TestEveryOtherCall(t *testing.T) {
	w := newWorld(t, lender.Options{})
	f := w.facts(t, "ho-siu-ling")
	a := f.Accounts[0]
	cny := func(s string) dialog.Money { m, _ := dialog.ParseMoney(s, a.Currency); return m }
	for i, call := range []dialog.Call{
		{Kind: dialog.CallPaymentLinkCreate, Account: a.Ref, Amount: cny("300")},
		{Kind: dialog.CallDebitRetry, Account: a.Ref},
		{Kind: dialog.CallDebitPause, Account: a.Ref, Date: dialog.NewDate(2026, 12, 1)},
		{Kind: dialog.CallCaseOpen, Case: dialog.CaseDispute, Account: a.Ref, Amount: cny("200"), Date: dialog.NewDate(2026, 11, 11)},
		{Kind: dialog.CallCaseOpen, Case: dialog.CaseTrace, Fields: map[string]string{"payment_ref": "8841"}},
		{Kind: dialog.CallCaseOpen, Case: dialog.CaseWaiver},
		{Kind: dialog.CallCaseOpen, Case: dialog.CaseBereavement},
		{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "cease", "channel": "all"}},
		{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "preference", "channel": "", "window": "-20:00"}},
		{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "invalid", "channel": "telegram", "reason": "wrong_person"}},
		{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "cease", "channel": "fax"}},
	} {
		call.Ref = fmt.Sprintf("c-1-%d", i)
		ev, again := w.do(t, "ho-siu-ling", call), w.do(t, "ho-siu-ling", call)
		if ev.Status != "ok" || ev.ID == "" || ev.ID != again.ID || ev.CaseKind != call.Case {
			t.Errorf("%s: %+v then %+v", call.Kind, ev, again)
		}
		if call.Kind == dialog.CallPaymentLinkCreate && (ev.URL == "" || !ev.Due.After(start)) {
			t.Errorf("link = %+v", ev)
		}
		if call.Kind == dialog.CallCaseOpen && !ev.Due.After(start) {
			t.Errorf("case without a due date: %+v", ev)
		}
	}
	n, err := w.box.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := sandbox.Counts{PaymentLinks: 1, Debits: 2, Cases: 4, ContactUpdates: 4}
	if n["ho-siu-ling"] != want {
		t.Errorf("counts = %+v, want %+v", n["ho-siu-ling"], want)
	}
}

func TestCallsThatCannotBeSent(t *testing.T) {
	w := newWorld(t, lender.Options{})
	for _, call := range []dialog.Call{
		{Kind: dialog.CallDebitPause, Account: "LY-1"}, // no reference: repeating it would not be safe
		{Ref: "r", Kind: dialog.CallPageHuman},
		{Ref: "r", Kind: dialog.CallArrangementCreate, Account: "LY-1", Version: "v"},
		{Ref: "r", Kind: dialog.CallArrangementCancel},
		{Ref: "r", Kind: dialog.CallPaymentLinkCreate, Account: "LY-1"},
		{Ref: "r", Kind: dialog.CallCaseOpen},
		{Ref: "r", Kind: dialog.CallCaseResolve, Fields: map[string]string{"outcome": "upheld"}},
		{Ref: "r", Kind: dialog.CallContactUpdate},
	} {
		if _, err := w.Do(context.Background(), "lin-yue", call); dialog.CodeOf(err) != dialog.CodeInvalid {
			t.Errorf("%s: %v, want invalid", call.Kind, err)
		}
	}
}

func TestRejectionsAreAnswers(t *testing.T) {
	w := newWorld(t, lender.Options{})
	f := w.facts(t, "lin-yue")
	w.box.SetFaults(sandbox.Faults{RejectNext: 1, RejectReason: "limit_reached"})
	call := plan(t, f, "q1", 3)
	for range 2 { // the second time the same answer, though the fault is gone
		if ev := w.do(t, "lin-yue", call); ev.Status != "rejected" || ev.Reason != "limit_reached" {
			t.Errorf("%s %s", ev.Status, ev.Reason)
		}
	}
	if ev := w.do(t, "lin-yue", dialog.Call{Ref: "q2", Kind: dialog.CallArrangementCancel, Arrangement: "ARR-9"}); ev.Status != "rejected" || ev.Reason != "not_found" {
		t.Errorf("%s %s", ev.Status, ev.Reason)
	}
	wrong := plan(t, f, "q1", 6) // the key of another content
	if ev := w.do(t, "lin-yue", wrong); ev.Status != "rejected" || ev.Reason != "key_reused" {
		t.Errorf("%s %s", ev.Status, ev.Reason)
	}
	if ev := w.do(t, "lin-yi-chen", plan(t, w.facts(t, "lin-yi-chen"), "q", 3)); ev.Status != "rejected" || ev.Reason != "arrangement_exists" {
		t.Errorf("%s %s", ev.Status, ev.Reason)
	}
}

func TestAnswerLostIsStillOnce(t *testing.T) {
	w := newWorld(t, lender.Options{})
	w.box.SetFaults(sandbox.Faults{LoseNext: 2})
	if ev := w.do(t, "lin-yue", plan(t, w.facts(t, "lin-yue"), "q", 3)); ev.Status != "active" {
		t.Errorf("status %s", ev.Status)
	}
	if n := w.arrangements(t, "lin-yue"); n != 1 {
		t.Errorf("%d arrangements, want 1", n)
	}
}

// The same, with the connection really cut, and nobody trying again in time.
func TestConnectionCutIsAnUnknownOutcome(t *testing.T) {
	w := newWorld(t, lender.Options{})
	srv := httptest.NewServer(w.box)
	defer srv.Close()
	c, err := lender.New(lender.Options{BaseURL: srv.URL, Token: "t0ken", Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	call := plan(t, w.facts(t, "lin-yue"), "q", 3)
	w.box.SetFaults(sandbox.Faults{LoseNext: 2}) // the transport itself may repeat a request that has a key
	_, err = c.Do(context.Background(), "lin-yue", call)
	if dialog.CodeOf(err) != dialog.CodeUnavailable {
		t.Fatalf("error = %v, want unavailable", err)
	}
	w.box.SetFaults(sandbox.Faults{})
	if ev, err := c.Do(context.Background(), "lin-yue", call); err != nil || ev.Status != "active" {
		t.Errorf("%s, %v", ev.Status, err)
	}
	if n := w.arrangements(t, "lin-yue"); n != 1 {
		t.Errorf("%d arrangements, want 1", n)
	}
}

func TestOneKeyFromManyAtOnce(t *testing.T) {
	w := newWorld(t, lender.Options{CallTimeout: 20 * time.Second})
	call := plan(t, w.facts(t, "lin-yue"), "q", 4)
	ids := make([]string, 24)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			ev, err := w.Do(context.Background(), "lin-yue", call)
			if err != nil || ev.Status != "active" {
				t.Errorf("%s, %v", ev.Status, err)
			}
			ids[i] = ev.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("answers differ: %s and %s", id, ids[0])
		}
	}
	if n := w.arrangements(t, "lin-yue"); n != 1 {
		t.Errorf("%d arrangements, want 1", n)
	}
}

// Different quotes at the same version: one wins, the others see the change.
func TestOneVersionTakesOneArrangement(t *testing.T) {
	w := newWorld(t, lender.Options{CallTimeout: 20 * time.Second})
	f := w.facts(t, "zhou-min")
	var mu sync.Mutex
	got := map[string]int{}
	var wg sync.WaitGroup
	for i := range 12 {
		call := plan(t, f, fmt.Sprintf("q%d", i), 3)
		wg.Go(func() {
			ev, err := w.Do(context.Background(), "zhou-min", call)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			got[ev.Status]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if got["active"] != 1 || got["changed"] != 11 {
		t.Errorf("statuses %v", got)
	}
}

func TestPendingThenActive(t *testing.T) {
	w := newWorld(t, lender.Options{})
	w.box.SetFaults(sandbox.Faults{PendingNext: 1})
	f := w.facts(t, "lin-yue")
	terms, err := loan.Defer(f.Accounts[0], f.Programme, dialog.NewDate(2026, 11, 21), 30)
	if err != nil {
		t.Fatal(err)
	}
	ev := w.do(t, "lin-yue", dialog.Call{Ref: "q", Kind: dialog.CallArrangementCreate, Account: f.Accounts[0].Ref,
		Version: f.Accounts[0].Version, Terms: &terms})
	if ev.Status != "pending" || ev.Arrangement.Total.Decimal() != "834.91" || ev.Arrangement.Days != 30 {
		t.Fatalf("%+v", ev.Arrangement)
	}
	rec := httptest.NewRecorder()
	w.box.ServeHTTP(rec, httptest.NewRequest("POST", "/sandbox/arrangements/settle", jsonBody(`{"borrower":"lin-yue"}`)))
	if rec.Code != 200 {
		t.Fatalf("settle: %d %s", rec.Code, rec.Body)
	}
	f = w.facts(t, "lin-yue")
	if got := f.Arrangements[0].Status; got != dialog.ArrangementActive {
		t.Errorf("status %s", got)
	}
	if f.Accounts[0].AutoDebit != "paused" {
		t.Errorf("the debit is %s, want paused with the deferral", f.Accounts[0].AutoDebit)
	}
}

func TestPromiseMoves(t *testing.T) {
	w := newWorld(t, lender.Options{})
	promise := func(ref, replaces string, day int) dialog.LenderEvent {
		a := w.facts(t, "lin-yue").Accounts[0]
		terms := dialog.Terms{Kind: dialog.OfferPromise, Account: a.Ref, LatePaused: true,
			Schedule: []dialog.Instalment{{Due: dialog.NewDate(2026, 11, day), Amount: dialog.NewMoney(82771, "CNY")}}}
		return w.do(t, "lin-yue", dialog.Call{Ref: ref, Kind: dialog.CallArrangementCreate, Account: a.Ref,
			Version: a.Version, Terms: &terms, Arrangement: replaces})
	}
	first := promise("q1", "", 28)
	second := promise("q2", first.ID, 30)
	if second.Status != "active" || second.Arrangement.Moves != 1 {
		t.Errorf("moved promise: %+v", second.Arrangement)
	}
	for _, a := range w.facts(t, "lin-yue").Arrangements {
		if a.ID == first.ID && a.Status != dialog.ArrangementCancelled {
			t.Errorf("the first promise is %s", a.Status)
		}
	}
}

// Every operation of the document is spoken by the sandbox.
func TestSandboxServesTheWholeDocument(t *testing.T) {
	w := newWorld(t, lender.Options{})
	get := func(path string) {
		t.Helper()
		req := httptest.NewRequest("GET", path, nil)
		req.Header.Set("Authorization", "Bearer t0ken")
		rec := httptest.NewRecorder()
		w.checked.ServeHTTP(rec, req)
		if rec.Code != 200 {
			t.Errorf("GET %s = %d", path, rec.Code)
		}
	}
	const b = "/v1/borrowers/zhou-min"
	for _, path := range []string{b, b + "/case", b + "/history?since=2026-01-01", b + "/programme", b + "/facts",
		b + "/accounts/ZM-1", b + "/arrangements?client_ref=none"} {
		get(path)
	}
	for _, call := range []dialog.Call{
		plan(t, w.facts(t, "lin-yue"), "1", 4),
		{Ref: "2", Kind: dialog.CallArrangementCancel, Arrangement: "ARR-1001"},
		{Ref: "3", Kind: dialog.CallPaymentLinkCreate, Account: "LY-1", Amount: dialog.NewMoney(100, "CNY")},
		{Ref: "4", Kind: dialog.CallDebitPause, Account: "LY-1"},
		{Ref: "5", Kind: dialog.CallDebitRetry, Account: "LY-1"},
		{Ref: "6", Kind: dialog.CallCaseOpen, Case: dialog.CaseComplaint},
		{Ref: "7", Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "resume"}},
	} {
		if ev := w.do(t, "lin-yue", call); ev.Status == "rejected" {
			t.Errorf("%s: %s", call.Kind, ev.Reason)
		}
	}
	opened := w.do(t, "lin-yue", dialog.Call{Ref: "8", Kind: dialog.CallCaseOpen, Case: dialog.CaseDispute})
	resolve := func(ref, outcome string) dialog.LenderEvent {
		return w.do(t, "lin-yue", dialog.Call{Ref: ref, Kind: dialog.CallCaseResolve, Case: dialog.CaseDispute,
			Fields: map[string]string{"ticket": opened.ID, "outcome": outcome, "evidence": "receipt", "by": "zhou", "reason": "checked"}})
	}
	if ev := resolve("9", "upheld"); ev.Status != "ok" || ev.ID != opened.ID {
		t.Errorf("resolved: %+v", ev)
	}
	if ev := resolve("10", "upheld"); ev.Status != "ok" {
		t.Errorf("resolved again with the same outcome: %+v", ev)
	}
	if ev := resolve("11", "rejected"); ev.Status != "rejected" || ev.Reason != "case_closed" {
		t.Errorf("with another outcome: %+v", ev)
	}
	for _, item := range document(t).Paths.Map() {
		for _, op := range item.Operations() {
			if !w.checked.seen[op.OperationID] {
				t.Errorf("operation %s was not spoken", op.OperationID)
			}
		}
	}
}
