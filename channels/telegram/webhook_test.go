package telegram

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

func TestWebhookLetsNobodyElseIn(t *testing.T) {
	g := newRig(t)
	patient := httptest.NewServer(Webhook(WebhookOptions{Secret: "right", Accept: g.receiver.Accept, Limit: 2000, Wait: time.Minute}))
	defer patient.Close()
	hurried := httptest.NewServer(Webhook(WebhookOptions{Secret: "right", Accept: g.receiver.Accept, Wait: 100 * time.Millisecond}))
	defer hurried.Close()
	g.api.Person(1, "en")
	good := `{"update_id":7,"message":{"message_id":1,"date":1,"from":{"id":1,"first_name":"A"},"chat":{"id":1,"type":"private"},"text":"hi"}}`
	post := func(server *httptest.Server, secret, body string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		if secret != "" {
			req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, x := range []struct {
		name, secret, body string
		want               int
	}{
		{"no secret", "", good, 401}, {"a wrong one", "wrong", good, 401}, {"a longer one", "right!", good, 401},
		{"too large", "right", strings.Repeat("x", 3000), 413}, {"not JSON", "right", "nonsense", 200},
		{"an update", "right", good, 200}, {"again", "right", good, 200},
	} {
		if got := post(patient, x.secret, x.body); got != x.want {
			t.Errorf("%s: got %d, expected %d", x.name, got, x.want)
		}
	}
	if got := g.engine.happened(); len(got) != 1 {
		t.Errorf("committed %q", got)
	}
	for range 100 {
		g.engine.fail = append(g.engine.fail, dialog.E(dialog.CodeUnavailable, "later", nil))
	}
	if got := post(hurried, "right", strings.Replace(good, `"update_id":7`, `"update_id":8`, 1)); got != 503 {
		t.Errorf("not committed: got %d, expected 503", got)
	}
	if got := httptest.NewRecorder(); true {
		Webhook(WebhookOptions{Accept: g.receiver.Accept}).ServeHTTP(got, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(good)))
		if got.Code != 401 {
			t.Errorf("without a secret of our own: got %d, expected 401", got.Code)
		}
	}
}

func TestWebhookEndToEnd(t *testing.T) {
	g := newRig(t)
	server := httptest.NewServer(Webhook(WebhookOptions{Secret: "s3cret", Accept: g.receiver.Accept, Wait: time.Minute}))
	defer server.Close()
	if err := g.client.SetWebhook(t.Context(), server.URL, "s3cret"); err != nil {
		t.Fatal(err)
	}
	g.engine.fail = []error{dialog.E(dialog.CodeUnavailable, "later", nil)}
	ann := g.api.Person(1, "en")
	ann.Say("one")
	ann.Say("two")
	g.expect("one", "two")
}

func TestCheck(t *testing.T) {
	g := newRig(t)
	find := func(list []Finding, name string) Finding {
		for _, f := range list {
			if f.Name == name {
				return f
			}
		}
		return Finding{Says: "not looked at"}
	}
	list := g.client.Check(t.Context(), "")
	for _, name := range []string{"token", "privacy", "webhook", "updates"} {
		if f := find(list, name); !f.Fine {
			t.Errorf("%s: %s", name, f.Says)
		}
	}
	if f := find(g.client.Check(t.Context(), "https://example.org/hook"), "webhook"); f.Fine {
		t.Errorf("a webhook that is not set: %+v", f)
	}
	stranger, err := NewAPI(APIOptions{Token: "1:nobody", BaseURL: g.api.URL()})
	if err != nil {
		t.Fatal(err)
	}
	if f := find(stranger.Check(t.Context(), ""), "token"); f.Fine || strings.Contains(f.Says, "nobody") {
		t.Errorf("an unknown token: %+v", f)
	}
	if err := g.client.Register(t.Context(), words{}); err != nil {
		t.Error(err)
	}
}
