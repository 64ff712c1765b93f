package llm_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"warmline/bot/llm"
)

// foreignURL is where an emulator listens that somebody else wrote. The browser
// stage of the tests starts one and names it; without it there is nothing here
// to be tested.
var foreignURL = flag.String("foreign-url", "", "base URL of a foreign emulator of the chat protocol, without /v1")

// listening passes requests on to the emulator and keeps their bodies.
type listening struct {
	mu     sync.Mutex
	bodies [][]byte
}

func (l *listening) front(t *testing.T) string {
	t.Helper()
	to, err := url.Parse(*foreignURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval, proxy.ErrorLog = -1, log.New(io.Discard, "", 0)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		l.mu.Lock()
		l.bodies = append(l.bodies, raw)
		l.mu.Unlock()
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		defer func() { // what breaks off there breaks off here
			if err := recover(); err != nil {
				panic(http.ErrAbortHandler)
			}
		}()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL + "/v1"
}

// foreignCases are the emulator's models by what they do, as its starter set
// them up.
var foreignCases = []struct {
	name  string
	model string
	whole bool // not streamed
	kind  llm.Kind
}{
	{name: "plain", model: "fine", whole: true},
	{name: "stream", model: "fine"},
	{name: "slow_first_token", model: "slow-first"},
	{name: "stall", model: "stalls", kind: llm.KindDeadline},
	{name: "disconnect", model: "cut", kind: llm.KindAnswer},
	{name: "fault", model: "faulty", kind: llm.KindUnavailable},
	{name: "fault_whole", model: "faulty", whole: true, kind: llm.KindUnavailable},
}

func TestForeignEmulator(t *testing.T) {
	if *foreignURL == "" {
		return
	}
	seen := &listening{}
	base := seen.front(t)
	for _, c := range foreignCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := foreign(t, base, c.model, c.whole).Complete(t.Context(), question(t))
			if llm.KindOf(err) != c.kind || (got.Text == reviewed) != (c.kind == "") {
				t.Errorf("got %+v, kind %q, expected %q: %v", got, llm.KindOf(err), c.kind, err)
			}
		})
	}
	t.Run("rate_limited", func(t *testing.T) { rateLimited(t, foreign(t, base, "busy", false), seen) })
	t.Run("bodies", func(t *testing.T) { seen.check(t, len(foreignCases)+2) })
}

func foreign(t *testing.T, base, name string, whole bool) *llm.Client {
	t.Helper()
	m := llm.Model{Name: name, BaseURL: base, Key: "k", Dialect: llm.DialectOpenAI, NoStream: whole}
	return client(t, llm.Options{Models: []llm.Model{m}, Deadline: 9 * time.Second, Stall: 4 * time.Second})
}

// rateLimited is turned away once, waits as long as it was told, and is answered.
func rateLimited(t *testing.T, c *llm.Client, seen *listening) {
	before, began := seen.count(), time.Now()
	got, err := c.Complete(t.Context(), question(t))
	if err != nil || got.Text != reviewed || seen.count() != before+2 || time.Since(began) < 900*time.Millisecond {
		t.Errorf("got %+v after %d requests and %s: %v", got, seen.count()-before, time.Since(began), err)
	}
}

func (l *listening) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.bodies)
}

// check holds every body that was sent against the published schema.
func (l *listening) check(t *testing.T, least int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bodies) < least {
		t.Errorf("%d requests, expected %d or more", len(l.bodies), least)
	}
	schema := published(t)
	for _, raw := range l.bodies {
		var body any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(body); err != nil {
			t.Errorf("not a request as published: %v", err)
		}
	}
}
