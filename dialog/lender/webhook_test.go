package lender_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/lender/wire"
)

func jsonBody(s string) io.Reader { return strings.NewReader(s) }

const otherSecret = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="

const paymentHook = `{"type":"payment.received","timestamp":"2026-11-21T02:00:00Z","data":{"borrower":"lin-yue",` +
	`"payment":{"ref":"PAY-1","account":"LY-1","currency":"CNY","amount":"827.71","at":"2026-11-21T02:00:00Z","status":"settled","receipt_id":"R-8841"}}}`

func key(t testing.TB, s string) wire.Secret {
	t.Helper()
	k, err := wire.ParseSecret(s)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestVerifyWebhook(t *testing.T) {
	h := wire.Sign([]wire.Secret{key(t, secret)}, "msg-1", start, []byte(paymentHook))
	got, err := lender.VerifyWebhook([]string{secret}, h, []byte(paymentHook), start.Add(4*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "msg-1" || got.Borrower != "lin-yue" || got.Event.Kind != "payment.received" ||
		got.Event.Payment.Amount != dialog.NewMoney(82771, "CNY") || got.Event.Payment.ReceiptID != "R-8841" {
		t.Errorf("webhook = %+v %+v", got, got.Event.Payment)
	}
}

// The example of the Standard Webhooks document.
func TestKnownSignature(t *testing.T) {
	k := key(t, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	h := wire.Sign([]wire.Secret{k}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if got, want := h.Get(wire.HeaderSignature), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestForgedAndReplayedWebhooks(t *testing.T) {
	good := func() http.Header {
		return wire.Sign([]wire.Secret{key(t, secret)}, "msg-1", start, []byte(paymentHook))
	}
	with := func(name, value string) http.Header {
		h := good()
		h.Set(name, value)
		return h
	}
	tests := []struct {
		name   string
		header http.Header
		body   string
		now    time.Time
	}{
		{"body changed", good(), strings.Replace(paymentHook, "827.71", "1.00", 1), start},
		{"id changed", with(wire.HeaderID, "msg-2"), paymentHook, start},
		{"id moved into the stamp", with(wire.HeaderID, "msg-1.5"), paymentHook, start},
		{"time changed", with(wire.HeaderTimestamp, "1795226401"), paymentHook, time.Unix(1795226401, 0)},
		{"other secret", wire.Sign([]wire.Secret{key(t, otherSecret)}, "msg-1", start, []byte(paymentHook)), paymentHook, start},
		{"no headers", http.Header{}, paymentHook, start},
		{"no signature", with(wire.HeaderSignature, ""), paymentHook, start},
		{"empty signature", with(wire.HeaderSignature, "v1,"), paymentHook, start},
		{"other scheme", with(wire.HeaderSignature, strings.Replace(good().Get(wire.HeaderSignature), "v1,", "v1a,", 1)), paymentHook, start},
		{"signature hidden behind many", with(wire.HeaderSignature, strings.Repeat("v1,AAAA ", 100)+good().Get(wire.HeaderSignature)), paymentHook, start},
		{"not a time", with(wire.HeaderTimestamp, "now"), paymentHook, start},
		{"replayed after the window", good(), paymentHook, start.Add(5*time.Minute + time.Second)},
		{"from the future", good(), paymentHook, start.Add(-5*time.Minute - time.Second)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := lender.VerifyWebhook([]string{secret}, tt.header, []byte(tt.body), tt.now); dialog.CodeOf(err) != dialog.CodeUnauthenticated {
				t.Errorf("error = %v, want unauthenticated", err)
			}
		})
	}
}

func TestSecretsAreChangedWithoutLoss(t *testing.T) {
	body := []byte(paymentHook)
	both := wire.Sign([]wire.Secret{key(t, secret), key(t, otherSecret)}, "msg-1", start, body)
	for _, known := range [][]string{{secret}, {otherSecret}, {otherSecret, secret}} {
		if _, err := lender.VerifyWebhook(known, both, body, start); err != nil {
			t.Errorf("signed with both, known %d: %v", len(known), err)
		}
	}
	old := wire.Sign([]wire.Secret{key(t, secret)}, "msg-1", start, body)
	if _, err := lender.VerifyWebhook([]string{otherSecret, secret}, old, body, start); err != nil {
		t.Errorf("signed with the old one: %v", err)
	}
	if _, err := lender.VerifyWebhook(nil, old, body, start); dialog.CodeOf(err) != dialog.CodeUnauthenticated {
		t.Errorf("without secrets: %v", err)
	}
	if _, err := lender.VerifyWebhook([]string{"whsec_c2hvcnQ="}, old, body, start); dialog.CodeOf(err) != dialog.CodeInternal {
		t.Errorf("with a short secret: %v", err)
	}
}

func TestSignedNonsenseIsInvalid(t *testing.T) {
	for _, body := range []string{``, `[]`, `{}`, `{"type":"payment.received","data":{"borrower":"b"}}`,
		`{"type":"other","data":{"borrower":"b"}}`, strings.Replace(paymentHook, `"827.71"`, `"827.715"`, 1),
		strings.Replace(paymentHook, `"settled"`, `"maybe"`, 1), strings.Replace(paymentHook, `"lin-yue"`, `""`, 1)} {
		h := wire.Sign([]wire.Secret{key(t, secret)}, "msg-1", start, []byte(body))
		_, err := lender.VerifyWebhook([]string{secret}, h, []byte(body), start)
		if dialog.CodeOf(err) != dialog.CodeInvalid || strings.Contains(err.Error(), "827") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// receiver is the product's end of the webhooks.
type receiver struct {
	t    *testing.T
	mu   sync.Mutex
	fail int
	got  []lender.Webhook
}

func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	if rc.fail > 0 {
		rc.fail--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	body, _ := io.ReadAll(r.Body)
	hook, err := lender.VerifyWebhook([]string{otherSecret, secret}, r.Header, body, start)
	if err != nil {
		rc.t.Errorf("webhook: %v", err)
	}
	var v any
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&v); err != nil {
		rc.t.Errorf("webhook: %v", err)
	}
	if err := document(rc.t).Components.Schemas["Webhook"].Value.VisitJSON(v); err != nil {
		rc.t.Errorf("the webhook breaks the document: %v", err)
	}
	rc.got = append(rc.got, hook)
	w.WriteHeader(http.StatusNoContent)
}

func (rc *receiver) kinds() string {
	var kinds []string
	for _, h := range rc.got {
		kinds = append(kinds, h.Event.Kind+":"+h.Event.Status)
	}
	return strings.Join(kinds, " ")
}

func TestSandboxTellsTheNews(t *testing.T) {
	rc := &receiver{t: t}
	srv := httptest.NewServer(rc)
	defer srv.Close()
	box, err := sandbox.New(sandbox.Options{Now: func() time.Time { return start }, WebhookURL: srv.URL, Secrets: []string{secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	post := func(path, body string) {
		t.Helper()
		rec := httptest.NewRecorder()
		box.ServeHTTP(rec, httptest.NewRequest("POST", path, strings.NewReader(body)))
		if rec.Code >= 300 {
			t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
	deliver := func(want int, kinds string) {
		t.Helper()
		n, err := box.Deliver(context.Background())
		if err != nil || n != want {
			t.Fatalf("%d delivered, %v; want %d", n, err, want)
		}
		if got := rc.kinds(); got != kinds {
			t.Errorf("told %q, want %q", got, kinds)
		}
		rc.got = nil
	}
	post("/sandbox/payments", `{"borrower":"lin-yue","amount":"827.71"}`)
	deliver(2, "account.updated: payment.received:settled")

	core := httptest.NewServer(box)
	defer core.Close()
	c, err := lender.New(lender.Options{BaseURL: core.URL})
	if err != nil {
		t.Fatal(err)
	}
	ev, err := c.Do(context.Background(), "james-okafor", dialog.Call{Ref: "c-1-c1", Kind: dialog.CallCaseOpen, Case: dialog.CaseDispute})
	if err != nil {
		t.Fatal(err)
	}
	post("/sandbox/cases/"+ev.ID+"/outcome", `{"outcome":"upheld","evidence":"receipt","remove_fee":"late_fee"}`)
	if _, err := box.Deliver(context.Background()); err != nil {
		t.Fatal(err)
	}
	last := rc.got[len(rc.got)-1]
	if last.Event.Kind != "case.updated" || last.Event.Ref != "c-1-c1" || last.Event.Outcome != "upheld" || last.Borrower != "james-okafor" {
		t.Errorf("case news = %+v", last)
	}
	f, err := c.Facts(context.Background(), "james-okafor", start)
	if err != nil || len(f.Accounts[0].Overdue.Fees) != 0 {
		t.Errorf("the fee is still there: %v", err)
	}
}

func TestDeliveryIsRepeatedWithTheSameID(t *testing.T) {
	rc := &receiver{t: t, fail: 1}
	srv := httptest.NewServer(rc)
	defer srv.Close()
	now := start
	box, err := sandbox.New(sandbox.Options{Now: func() time.Time { return now }, WebhookURL: srv.URL, Secrets: []string{secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	rec := httptest.NewRecorder()
	box.ServeHTTP(rec, httptest.NewRequest("POST", "/sandbox/payments", strings.NewReader(`{"borrower":"angela-reyes","amount":"10","status":"pending"}`)))
	for i, want := range []int{1, 0, 1, 0} { // one of two fails; too early; the other; nothing left
		if i == 2 {
			now = now.Add(2 * time.Second)
		}
		if n, err := box.Deliver(context.Background()); err != nil || n != want {
			t.Fatalf("round %d: %d delivered, %v; want %d", i, n, err, want)
		}
	}
	if len(rc.got) != 2 || rc.got[0].ID == rc.got[1].ID {
		t.Errorf("got %d webhooks", len(rc.got))
	}
}

func FuzzVerifyWebhook(f *testing.F) {
	h := wire.Sign([]wire.Secret{key(f, secret)}, "msg-1", start, []byte(paymentHook))
	f.Add("msg-1", h.Get(wire.HeaderTimestamp), h.Get(wire.HeaderSignature), []byte(paymentHook))
	f.Add("msg-1", "99999999999999999999", "v1,AAAA", []byte(`{}`))
	f.Add("", "", "", []byte(nil))
	f.Fuzz(func(t *testing.T, id, stamp, sig string, body []byte) {
		got := http.Header{}
		got.Set(wire.HeaderID, id)
		got.Set(wire.HeaderTimestamp, stamp)
		got.Set(wire.HeaderSignature, sig)
		_, err := lender.VerifyWebhook([]string{secret}, got, body, start)
		genuine := id == "msg-1" && stamp == h.Get(wire.HeaderTimestamp) && string(body) == paymentHook
		if err == nil && !genuine {
			t.Errorf("accepted a forgery: %q %q %q %q", id, stamp, sig, body)
		}
	})
}
