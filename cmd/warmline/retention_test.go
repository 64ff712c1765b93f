package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/retention"
)

// A borrower's chat of two years ago goes when it is due, on a service over a
// real store: its words, its file and what is remembered of it; a record says so.
// The service itself only says what would go, because nobody has signed its packs.
func TestRetentionInTheService(t *testing.T) {
	x := serveDesk(t, "lin-yue", nil)
	at, chat := time.Now().AddDate(-3, 0, -1), dialog.ConversationID("somebody")
	deliver := func(e dialog.Envelope) {
		t.Helper()
		e.Conversation, e.Channel, e.Session = chat, dialog.ChannelWeb, "s"
		if _, err := x.s.app.core.Engine.Deliver(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	var picture bytes.Buffer
	x.do(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	proof, err := x.s.app.desk.server.Load().KeepFile(t.Context(), chat, "proof.png", picture.Bytes())
	x.do(err)
	kept := func() bool { _, err := x.s.app.store.DeskData().Fetch(t.Context(), proof); return err == nil }
	if !kept() {
		t.Fatal("the attachment is not there")
	}
	deliver(dialog.Envelope{ID: "e1", At: at, Event: dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l1", Text: "你好"}}}}})
	deliver(dialog.Envelope{ID: "e2", At: at.Add(time.Second), Event: dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Media: "image", File: proof}}})
	store := x.s.app.store
	seen := newRetentionMetrics(newMetrics(slog.New(slog.DiscardHandler)))
	r := &retaining{drop: x.s.app.desk.DropFile, cfg: &x.s.cfg, mode: func() string { return "on" }, node: "n2", store: store, leases: &lease{ours: true}, engine: x.s.engine.Load, now: time.Now, seen: seen,
		facts: func(context.Context, string) (dialog.Facts, error) { return dialog.Facts{}, nil },
		submit: func(ctx context.Context, e dialog.Envelope) error {
			_, err := x.s.app.core.Engine.Deliver(ctx, e)
			return err
		}}
	words := func() (left int) {
		list, err := store.After(t.Context(), chat, 0, 50)
		x.do(err)
		for _, m := range list {
			if m.Body.Text != "" || m.File != "" {
				left++
			}
		}
		return left
	}
	before := words()
	c, _, err := store.Load(t.Context(), chat)
	x.do(err)
	if before < 3 || c.Borrower != "" {
		t.Fatalf("%d lines with words, of %q", before, c.Borrower)
	}
	r.facts = func(context.Context, string) (dialog.Facts, error) { return dialog.Facts{}, nil }
	if sum, err := r.once(t.Context(), "dry", time.Now()); err != nil || sum.Erased["chat"] != 0 || sum.Failed != 0 {
		t.Errorf("a chat of nobody known: %+v (%v)", sum, err)
	}
	x.do(requestErasure(t, x, chat))
	if sum, err := r.once(t.Context(), "dry", time.Now()); err != nil || sum.Erased["chat"] < before || words() != before {
		t.Fatalf("dry: %+v (%v), %d lines left", sum, err, words())
	}
	x.do(r.turn(t.Context()))
	c, _, err = store.Load(t.Context(), chat)
	x.do(err)
	if kept() || words() != 0 || c.Talk.Last != nil || c.Revision < 3 {
		t.Errorf("%d lines left, file %v, remembered %+v", words(), kept(), c.Talk)
	}
	_, entries, err := store.DeskData().Log(t.Context(), retentionLog, "", 10)
	x.do(err)
	var e retention.Entry
	if len(entries) != 1 || json.Unmarshal(entries[0], &e) != nil || e.Conversation != chat || !e.Requested || !slices.Contains(e.Rules, "BASE-RET-3") {
		t.Errorf("record: %s", entries)
	}
	if asked, err := (marks{store.DeskData()}).Requested(t.Context(), chat); asked || err != nil {
		t.Errorf("the request still stands (%v)", err)
	}
	if err := r.turn(t.Context()); err != nil {
		t.Errorf("a run that is not due: %v", err)
	}
	x.until("the service's own dry run", func() bool {
		_, version, err := store.DeskData().Get(t.Context(), retentionDocs, "dry")
		return err == nil && version > 0
	})
}

func requestErasure(t *testing.T, x *served, chat string) error {
	t.Helper()
	return x.s.app.store.DeskData().Put(t.Context(), erasureDocs, chat, 0, []byte(`{"reason":"asked for"}`))
}

func TestWhoErases(t *testing.T) {
	for _, c := range []struct {
		mode   string
		signed bool
		want   string
	}{{"", false, "dry"}, {"", true, "on"}, {"off", true, "off"}, {"on", false, "on"}, {"dry", true, "dry"}} {
		cfg := config{Retention: retentionConfig{Mode: c.mode}}
		if got := cfg.retentionMode(c.signed); got != c.want {
			t.Errorf("%q, signed %v: %s, want %s", c.mode, c.signed, got, c.want)
		}
	}
	for name, value := range map[string]string{"WARMLINE_RETENTION_MODE": "sometimes", "WARMLINE_RETENTION_EVERY": "1s"} {
		if _, err := loadConfig("", func(n string) (string, bool) { return value, n == name }); err == nil || !strings.Contains(err.Error(), "retention.") {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}

func TestSettled(t *testing.T) {
	cny := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	for name, c := range map[string]struct {
		facts dialog.Facts
		want  string
	}{
		"nothing is owed":        {dialog.Facts{Accounts: []dialog.Account{{}}}, "true"},
		"something falls due":    {dialog.Facts{Accounts: []dialog.Account{{NotYetDue: cny(1)}}}, "false"},
		"something is overdue":   {dialog.Facts{Accounts: []dialog.Account{{Overdue: dialog.Overdue{Interest: cny(1)}}}}, "false"},
		"a fee is left":          {dialog.Facts{Accounts: []dialog.Account{{Overdue: dialog.Overdue{Fees: []dialog.Fee{{Amount: cny(1)}}}}}}, "false"},
		"a plan runs":            {dialog.Facts{Arrangements: []dialog.Arrangement{{Status: dialog.ArrangementActive}}}, "false"},
		"the lender cannot tell": {dialog.Facts{Unavailable: true}, "unknown"},
	} {
		got := "unknown"
		if yes := settled(t.Context(), func(context.Context, string) (dialog.Facts, error) { return c.facts, nil }, "b"); yes != nil && *yes {
			got = "true"
		} else if yes != nil {
			got = "false"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// An attachment stays as long as a rule keeps it, although the desk's own time for
// it is over; of whom nobody knows it stays as long as the strictest says.
func TestARuleKeepsAnAttachment(t *testing.T) {
	x := serveDesk(t, "lin-yue", nil)
	now := time.Now()
	engine := x.s.engine.Load()
	if _, err := x.s.app.core.Engine.Deliver(t.Context(), dialog.Envelope{ID: "e1", Conversation: x.chat, Borrower: "lin-yue", At: now, Channel: dialog.ChannelWeb, Session: "s", Event: dialog.Event{Kind: dialog.EventOpened}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		chat string
		days int
		want bool
	}{{x.chat, 366, false}, {"nobody", 366, true}, {"nobody", 1097, false}} {
		if got := keepsFile(t.Context(), x.s.app.store, engine, c.chat, now.AddDate(0, 0, -c.days), now); got != c.want {
			t.Errorf("%s after %d days: %v", c.chat, c.days, got)
		}
	}
}

// What a rule keeps although it is asked for is named.
func TestRetainedNamesTheRule(t *testing.T) {
	engine, _, err := policyConfig{}.loadPacks()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for pack, want := range map[string]string{"cn": "", "gb": "", "us": "US-REC-1", "": "US-REC-1"} {
		c := &dialog.Conversation{Packs: strings.Fields(pack), LastIn: now.AddDate(0, 0, -10)}
		if got := retained(engine, c, now); got != want {
			t.Errorf("%q: %q, want %q", pack, got, want)
		}
	}
}

func TestPolicyRetainSaysWhatWouldGo(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, []byte("data: "+dir+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := warmline(t, "", "policy", "retain", "--config", file, "--at", "2031-01-01", "--json")
	var sum retention.Summary
	if err := json.Unmarshal([]byte(out), &sum); err != nil || code != exitFine || !sum.Dry || sum.Failed != 0 {
		t.Errorf("%d %s (%v)", code, out, err)
	}
	if code, out := warmline(t, "", "policy", "retain", "--config", file, "--at", "tomorrow"); code != exitUsage {
		t.Errorf("%d %s", code, out)
	}
}
