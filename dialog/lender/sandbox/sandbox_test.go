package sandbox

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
	"warmline/dialog/loan"
)

var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("", 8*3600))

func newBox(t *testing.T, o Options) *Sandbox {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return start }
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// ask sends a control request and reads its answer into v, unless that is nil.
func ask(t *testing.T, s *Sandbox, method, path, body string, v any) int {
	t.Helper()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequest(method, path, strings.NewReader(body)))
	if v != nil {
		if err := json.Unmarshal(rec.Body.Bytes(), v); err != nil {
			t.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
		}
	}
	return rec.Code
}

func caseOf(t *testing.T, s *Sandbox, borrower string) dialog.Facts {
	t.Helper()
	var c wire.Case
	if code := ask(t, s, "GET", "/v1/borrowers/"+borrower+"/case", "", &c); code != 200 {
		t.Fatalf("case of %s: %d", borrower, code)
	}
	f, err := c.Dialog()
	if err != nil {
		t.Fatalf("case of %s: %v", borrower, err)
	}
	return f
}

func today(f dialog.Facts) dialog.Date { return person{Borrower: f.Borrower}.today(start) }

func TestDemoBorrowers(t *testing.T) {
	s := newBox(t, Options{})
	tests := []struct {
		id     string
		locale dialog.Locale
		late   []int
		check  func(f dialog.Facts) bool
	}{
		{"lin-yue", dialog.ZhHans, []int{9}, func(f dialog.Facts) bool {
			return loan.Owed(f.Accounts[0], today(f)).Total.Decimal() == "827.71" && f.Accounts[0].NextDue == dialog.NewDate(2026, 12, 12)
		}},
		{"chan-ka-wai", dialog.ZhHantHK, []int{45, 45}, func(f dialog.Facts) bool { return today(f).Before(f.Accounts[0].NextDue) }},
		{"lin-yi-chen", dialog.ZhHantTW, []int{34}, func(f dialog.Facts) bool {
			a := f.Arrangements[0]
			left := a.Total.Sub(a.Paid)
			sum := dialog.NewMoney(0, "TWD")
			for _, i := range a.Schedule {
				sum = sum.Add(i.Amount)
			}
			return a.Status == dialog.ArrangementActive && loan.Owed(f.Accounts[0], today(f)).Total == left && sum == a.Total
		}},
		{"maria-santos", dialog.EnUS, []int{6}, func(f dialog.Facts) bool {
			p := f.Payments[0]
			return p.Status == "pending" && p.Amount == loan.Owed(f.Accounts[0], today(f)).Total
		}},
		{"james-okafor", dialog.EnGB, []int{16}, func(f dialog.Facts) bool { return f.Accounts[0].Overdue.Fees[0].Basis != "" }},
		{"angela-reyes", dialog.EnGB, []int{0}, func(f dialog.Facts) bool {
			a := f.Accounts[0]
			return !a.IsOverdue(today(f)) && a.NextDue == today(f).AddDays(3) && a.NextDueAmount.Decimal() == "1500.00"
		}},
		{"zhou-min", dialog.ZhHans, []int{75}, func(f dialog.Facts) bool { return f.Arrangements[0].Status == dialog.ArrangementBroken }},
		{"ho-siu-ling", dialog.EnGB, []int{5}, func(f dialog.Facts) bool {
			return f.Accounts[0].AutoDebit == "failed" && f.Accounts[0].DebitFailure == "technical"
		}},
	}
	if n := len(demos()); n != len(tests) {
		t.Errorf("%d demo borrowers, %d described", n, len(tests))
	}
	for _, tt := range tests {
		f := caseOf(t, s, tt.id)
		if f.Borrower.Locale != tt.locale || len(f.Accounts) != len(tt.late) || len(f.Table) < 9 {
			t.Errorf("%s: %s with %d accounts", tt.id, f.Borrower.Locale, len(f.Accounts))
			continue
		}
		for i, a := range f.Accounts {
			if got := loan.Owed(a, today(f)).DaysLate; got != tt.late[i] {
				t.Errorf("%s: %d days late, want %d", tt.id, got, tt.late[i])
			}
		}
		if !tt.check(f) {
			t.Errorf("%s is not in their situation: %+v", tt.id, f)
		}
	}
}

// The demo stays as it was described, on whatever day it is begun.
func TestDemoIsRelativeToTheDay(t *testing.T) {
	now := time.Date(2027, 3, 31, 9, 0, 0, 0, time.UTC)
	s := newBox(t, Options{Now: func() time.Time { return now }})
	f := caseOf(t, s, "lin-yue")
	if got := loan.Owed(f.Accounts[0], person{Borrower: f.Borrower}.today(now)); got.Total.Decimal() != "827.71" {
		t.Errorf("owed %s", got.Total.Decimal())
	}
}

func TestClock(t *testing.T) {
	s := newBox(t, Options{})
	var c Clock
	if code := ask(t, s, "PUT", "/sandbox/clock", `{"date":"2026-11-24"}`, &c); code != 200 || c.At.Sub(start) != 72*time.Hour {
		t.Fatalf("clock %d %v", code, c)
	}
	for _, body := range []string{`{}`, `{"date":"soon"}`, `{"date":"2026-11-24","at":"2026-11-24T00:00:00Z"}`, `[`} {
		if code := ask(t, s, "PUT", "/sandbox/clock", body, nil); code != 400 {
			t.Errorf("clock %s: %d", body, code)
		}
	}
	// The next instalment of somebody who was not late falls due on that day.
	if f := caseOf(t, s, "angela-reyes"); f.Accounts[0].IsOverdue(dialog.NewDate(2026, 11, 24)) {
		t.Error("overdue on the due date itself")
	}
	ask(t, s, "PUT", "/sandbox/clock", `{"date":"2026-11-26"}`, nil)
	a := caseOf(t, s, "angela-reyes").Accounts[0]
	if a.Overdue.Principal.Decimal() != "1500.00" || a.Overdue.Due != dialog.NewDate(2026, 11, 24) || a.NotYetDue.Decimal() != "3000.00" ||
		a.NextDue != dialog.NewDate(2026, 12, 24) || !a.IsOverdue(dialog.NewDate(2026, 11, 26)) {
		t.Errorf("two days after the date: %+v", a)
	}
}

func TestPaymentFromPendingToReversed(t *testing.T) {
	s := newBox(t, Options{})
	var p wire.Payment
	pay := func(body string) int { return ask(t, s, "POST", "/sandbox/payments", body, &p) }
	if pay(`{"borrower":"lin-yue","amount":"827.71","status":"pending"}`); p.Status != "pending" || p.Ref == "" {
		t.Fatalf("payment = %+v", p)
	}
	if f := caseOf(t, s, "lin-yue"); f.Accounts[0].Overdue.FrozenFrom != day9 {
		t.Errorf("late interest goes on with a payment in flight: %+v", f.Accounts[0].Overdue)
	}
	ask(t, s, "PUT", "/sandbox/clock", `{"date":"2026-11-23"}`, nil)
	if pay(`{"ref":"` + p.Ref + `","status":"settled"}`); p.ReceiptID == "" || p.Amount != "827.71" {
		t.Errorf("settled = %+v", p)
	}
	f := caseOf(t, s, "lin-yue")
	if owed := loan.Owed(f.Accounts[0], day9.AddDays(2)).Total; !owed.Zero() || f.Accounts[0].NotYetDue.Decimal() != "1600.00" {
		t.Errorf("owed %s after the whole sum of the payment's day", owed.Decimal())
	}
	if pay(`{"ref":"` + p.Ref + `","status":"reversed"}`); p.Status != "reversed" {
		t.Errorf("reversed = %+v", p)
	}
	if f := caseOf(t, s, "lin-yue"); loan.Owed(f.Accounts[0], day9.AddDays(2)).Total.Decimal() != "828.53" {
		t.Errorf("after the reversal: %+v", f.Accounts[0].Overdue)
	}
	if code := ask(t, s, "POST", "/sandbox/payments", `{"ref":"`+p.Ref+`","status":"settled"}`, nil); code != 409 {
		t.Errorf("settling a reversed payment: %d", code)
	}
}

func TestDeferralIsCompletedByItsSum(t *testing.T) {
	s := newBox(t, Options{})
	a := caseOf(t, s, "lin-yue").Accounts[0]
	body := `{"account":"LY-1","currency":"CNY","kind":"deferral","schedule":[{"due":"2026-12-21","amount":"834.91"}],"total":"834.91","days":30,"late_paused":true,"debit_paused":true}`
	req := httptest.NewRequest("POST", "/v1/borrowers/lin-yue/arrangements", strings.NewReader(body))
	req.Header.Set("Idempotency-Key", "q1")
	req.Header.Set("If-Match", `"`+a.Version+`"`)
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if rec.Code != 201 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	ask(t, s, "PUT", "/sandbox/clock", `{"date":"2026-12-11"}`, nil)
	ask(t, s, "POST", "/sandbox/payments", `{"borrower":"lin-yue","amount":"834.91"}`, nil)
	f := caseOf(t, s, "lin-yue")
	got := f.Accounts[0]
	if f.Arrangements[0].Status != dialog.ArrangementCompleted || !loan.Owed(got, day9.AddDays(20)).Total.Zero() ||
		got.NotYetDue.Decimal() != "1600.00" || got.AutoDebit != "on" {
		t.Errorf("%s, owed %s, not yet due %s, debit %s", f.Arrangements[0].Status,
			loan.Owed(got, day9).Total.Decimal(), got.NotYetDue.Decimal(), got.AutoDebit)
	}
}

func TestPromiseFreezeRunsOut(t *testing.T) {
	s := newBox(t, Options{})
	a := caseOf(t, s, "lin-yue").Accounts[0]
	body := `{"account":"LY-1","currency":"CNY","kind":"promise","schedule":[{"due":"2026-11-28","amount":"827.71"}],"total":"827.71","late_paused":true}`
	req := httptest.NewRequest("POST", "/v1/borrowers/lin-yue/arrangements", strings.NewReader(body))
	req.Header.Set("Idempotency-Key", "q1")
	req.Header.Set("If-Match", `"`+a.Version+`"`)
	s.ServeHTTP(httptest.NewRecorder(), req)
	for _, tt := range []struct {
		date   string
		status dialog.ArrangementStatus
		owed   string
	}{{"2026-12-05", dialog.ArrangementActive, "827.71"}, {"2026-12-06", dialog.ArrangementBroken, "833.89"}} {
		ask(t, s, "PUT", "/sandbox/clock", `{"date":"`+tt.date+`"}`, nil)
		f := caseOf(t, s, "lin-yue")
		d, err := dialog.ParseDate(tt.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := loan.Owed(f.Accounts[0], d).Total.Decimal(); f.Arrangements[0].Status != tt.status || got != tt.owed {
			t.Errorf("%s: %s and %s, want %s and %s", tt.date, f.Arrangements[0].Status, got, tt.status, tt.owed)
		}
	}
}

func TestSeedIsExactAndReplaces(t *testing.T) {
	s := newBox(t, Options{Empty: true})
	c := Case{
		Borrower:  dialog.Borrower{ID: "b1", Name: "N", Locale: dialog.EnGB, Zone: "Asia/Manila", Packs: []string{"ph"}, Lender: "L"},
		Accounts:  []dialog.Account{nineDaysLate()},
		Programme: dialog.Programme{MinInstalment: cny(10000), Plans: []int{3}, QuoteTTL: time.Hour, CancelWindow: time.Hour},
		Arrangements: []dialog.Arrangement{{ID: "A1", Account: "a", Kind: dialog.ArrangementDeferral, Status: dialog.ArrangementCompleted,
			Total: cny(100), Created: start.AddDate(0, -3, 0)}},
		Payments: []dialog.Payment{{Ref: "P1", Account: "a", Amount: cny(100), At: start.AddDate(0, -2, 0), Status: "settled"}},
		Contacts: []dialog.ContactCount{{Channel: dialog.ChannelSMS, At: start, Class: dialog.ClassCollection}},
		Table:    []dialog.Fact{{Key: "visits", Value: "no"}},
	}
	for range 2 {
		if err := s.Seed(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	f := caseOf(t, s, "b1")
	if len(f.Accounts) != 1 || len(f.Arrangements) != 1 || len(f.Payments) != 1 || len(f.Contacts) != 1 || len(f.Table) != 1 {
		t.Fatalf("facts = %+v", f)
	}
	want := c.Accounts[0]
	want.Version = f.Accounts[0].Version
	if got, w := asJSON(t, f.Accounts[0]), asJSON(t, want); got != w || want.Version == "" {
		t.Errorf("account\n%s, want\n%s", got, w)
	}
	if code := ask(t, s, "GET", "/v1/borrowers/lin-yue", "", nil); code != 404 {
		t.Errorf("an empty sandbox knows lin-yue: %d", code)
	}
	if code := ask(t, s, "GET", "/v1/borrowers/b1/case?since=2026-11-01", "", &wire.Case{}); code != 200 {
		t.Errorf("case since: %d", code)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFileKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "core.db")
	link := func(s *Sandbox) string {
		req := httptest.NewRequest("POST", "/v1/borrowers/lin-yue/payment-links", strings.NewReader(`{"account":"LY-1","currency":"CNY","amount":"200.00"}`))
		req.Header.Set("Idempotency-Key", "k1")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		return rec.Body.String()
	}
	s := newBox(t, Options{DB: path})
	first := link(s)
	ask(t, s, "PUT", "/sandbox/clock", `{"date":"2026-11-22"}`, nil)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = newBox(t, Options{DB: path})
	if again := link(s); again != first || !strings.Contains(first, "LNK-") {
		t.Errorf("after opening again %s, before %s", again, first)
	}
	var c Clock
	if ask(t, s, "GET", "/sandbox/clock", "", &c); c.Date != dialog.NewDate(2026, 11, 22) {
		t.Errorf("the clock says %s", c.Date)
	}
	var p wire.Payment
	if code := ask(t, s, "POST", "/sandbox/payments", `{"link":"LNK-1001"}`, &p); code != 200 || p.Amount != "200.00" {
		t.Errorf("paying the link: %d %+v", code, p)
	}
	if code := ask(t, s, "POST", "/sandbox/reset", "", nil); code != 204 {
		t.Errorf("reset: %d", code)
	}
	n, err := s.Counts(context.Background())
	if err != nil || n["lin-yue"] != (Counts{}) || len(n) != 8 {
		t.Errorf("after the reset: %v %v", n, err)
	}
}

func TestTokenAndBadRequests(t *testing.T) {
	s := newBox(t, Options{Token: "right"})
	if code := ask(t, s, "GET", "/v1/borrowers/lin-yue/case", "", nil); code != 401 {
		t.Errorf("without a token: %d", code)
	}
	s = newBox(t, Options{})
	post := func(path, key, body string) int {
		req := httptest.NewRequest("POST", "/v1/borrowers/lin-yue/"+path, strings.NewReader(body))
		req.Header.Set("Idempotency-Key", key)
		req.Header.Set("If-Match", `"v-1001"`)
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		return rec.Code
	}
	for _, tt := range []struct {
		path, key, body string
		want            int
	}{
		{"cases", "", `{"kind":"dispute"}`, 400},
		{"cases", "k1", `{"kind":"love"}`, 400},
		{"cases", "k2", `{"kind":"dispute","extra":1}`, 400},
		{"cases", "k3", `{"kind":"dispute","account":"CKW-1"}`, 404}, // somebody else's
		{"cases", "k4", strings.Repeat("x", maxBody+1), 413},
		{"payment-links", "k5", `{"account":"LY-1","currency":"CNY","amount":"-1"}`, 400},
		{"payment-links", "k6", `{"account":"LY-1","currency":"USD","amount":"1"}`, 400},
		{"accounts/CKW-1/debit/pause", "k7", `{}`, 404},
		{"contact-updates", "k8", `{"kind":"shout"}`, 400},
		{"arrangements/ARR-TW-1/cancel", "k9", ``, 404},
		{"arrangements", "k10", `{"account":"LY-1","currency":"CNY","kind":"plan","schedule":[{"due":"2026-11-28","amount":"1.00"}],"total":"2.00"}`, 400},
		{"arrangements", "k11", `{"account":"LY-1","currency":"CNY","kind":"gift","schedule":[{"due":"2026-11-28","amount":"2.00"}],"total":"2.00"}`, 400},
		{"arrangements", "k12", `{"account":"LY-1","currency":"CNY","kind":"plan","schedule":[],"total":"2.00"}`, 400},
	} {
		if got := post(tt.path, tt.key, tt.body); got != tt.want {
			t.Errorf("POST %s %.80s: %d, want %d", tt.path, tt.body, got, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, o := range []Options{{WebhookURL: "http://localhost"}, {Secrets: []string{"plain"}}, {DB: "/nowhere/at/all.db"}} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) succeeded", o)
		}
	}
}

func TestCorrectedAccountChangesItsVersion(t *testing.T) {
	s := newBox(t, Options{})
	before := caseOf(t, s, "lin-yue").Accounts[0]
	w := wire.NewAccount(before)
	w.Overdue.Interest = "20.00"
	if code := ask(t, s, "PUT", "/sandbox/accounts/LY-1", asJSON(t, w), nil); code != 200 {
		t.Fatalf("correct: %d", code)
	}
	after := caseOf(t, s, "lin-yue").Accounts[0]
	if after.Version == before.Version || after.Overdue.Interest.Decimal() != "20.00" {
		t.Errorf("version %s then %s, interest %s", before.Version, after.Version, after.Overdue.Interest.Decimal())
	}
}
