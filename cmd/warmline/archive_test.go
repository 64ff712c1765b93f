package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/archive"
	"warmline/dialog/redisstore"
)

// What a service decided is in its archive, sealed, and runs again to the same
// decisions under the same packs; the store's journal empties.
func TestTheJournalIsArchivedAndRunAgain(t *testing.T) {
	x := serveDesk(t, "lin-yue", nil)
	at := time.Now()
	for i, event := range []dialog.Event{
		{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s", Level: 2, Channel: dialog.ChannelWeb, Expires: at.Add(time.Hour), Locale: dialog.ZhHans}},
		{Kind: dialog.EventOpened},
		{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l1", Text: "我欠多少"}}}},
		{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "plan:4"}},
		{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "l2", Text: "转人工"}}}},
	} {
		e := dialog.Envelope{ID: fmt.Sprint("e", i), Conversation: x.chat, Borrower: "lin-yue", At: at.Add(time.Duration(i) * time.Second), Channel: dialog.ChannelWeb, Session: "s", Event: event}
		if _, err := x.s.app.core.Engine.Deliver(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	store, turns := x.s.app.store, x.state().Revision
	x.until("the journal is empty", func() bool {
		n, _, err := store.JournalLag(t.Context(), time.Now())
		return err == nil && n == 0
	})
	dir := x.s.cfg.archiveDir()
	files, err := archive.Segments(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("segments %v (%v)", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil || bytes.Contains(raw, []byte("转人工")) || bytes.Contains(raw, []byte("lin-yue")) {
		t.Errorf("the archive is in the clear (%v)", err)
	}
	packs, key := ownPacks(t, "cn"), filepath.Join(x.s.cfg.Data, "archive.key")
	whole := func(args ...string) {
		t.Helper()
		code, out := warmline(t, "", append([]string{"policy", "replay", "--packs", packs, "--json"}, args...)...)
		var sum replaySummary
		if err := json.Unmarshal([]byte(out), &sum); err != nil || code != exitFine || sum.Replayed != sum.Turns || uint64(sum.Turns) < turns || sum.Differ != 0 {
			t.Errorf("%v: %d, want at least %d turns, all the same, in\n%.900s", args, code, turns, out)
		}
	}
	whole("--journal", dir, "--key", key)
	whole("--journal", files[0], "--key", key)
	if code, out := warmline(t, string(raw), "policy", "replay", "--journal", "-", "--key", key, "--packs", packs); code != exitFine {
		t.Errorf("from standard input: %d %s", code, out)
	}
	if code, out := warmline(t, "", "policy", "replay", "--journal", dir, "--packs", packs); code != exitFault || !strings.Contains(out, "key") {
		t.Errorf("without the key: %d %s", code, out)
	}
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("data: "+x.s.cfg.Data+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	whole("--journal", dir, "--config", config)
}

// lease is a lease of which a test decides whose it is.
type lease struct{ ours, released bool }

func (l *lease) Hold(context.Context, string, string, time.Duration) (bool, error) {
	return l.ours, nil
}
func (l *lease) Release(context.Context, string, string) error { l.released = true; return nil }

// Only the node that holds the lease archives; one that loses it ends its
// segment, and a stop does a last round and gives the lease back.
func TestOneNodeArchives(t *testing.T) {
	client, err := redisstore.OpenInProcess()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	store, err := redisstore.Open(t.Context(), client.Client, redisstore.Options{Node: "n"})
	if err != nil {
		t.Fatal(err)
	}
	dir, l, rounds := t.TempDir(), &lease{}, 0
	var wrong []error
	a := &archiving{leases: l, node: "n", alarm: time.Hour, late: func(time.Duration) {}, lag: func(context.Context) (time.Duration, error) { return 0, nil },
		seen: func(r archive.Round, err error) {
			rounds += r.Written
			wrong = append(wrong, err)
		},
		open: func() (*archive.Consumer, error) {
			w, err := archive.NewWriter(dir, make([]byte, archive.KeySize), archive.WriterOptions{Node: "n"})
			if err != nil {
				return nil, err
			}
			return archive.NewConsumer(journalStream{store}, w)
		}}
	turn := func(revision uint64) {
		c := dialog.Conversation{ID: "c", Revision: revision - 1}
		ch := dialog.Change{From: c.Revision, Next: dialog.Conversation{ID: "c", Revision: revision}, Dedupe: []string{fmt.Sprint("e", revision)}}
		if _, err := store.Commit(t.Context(), time.Now(), c, ch, dialog.Record{Envelope: dialog.Envelope{ID: "e", Conversation: "c"}, Revision: revision}); err != nil {
			t.Fatal(err)
		}
	}
	turn(1)
	a.turn(t.Context())
	if files, _ := archive.Segments(dir); rounds != 0 || len(files) != 0 {
		t.Errorf("without the lease: %d records, %v", rounds, files)
	}
	l.ours = true
	a.turn(t.Context())
	turn(2)
	l.ours = false
	a.turn(t.Context())
	files, _ := archive.Segments(dir)
	ending, err := archive.ReadFile(files[0], make([]byte, archive.KeySize), func([]byte) error { return nil })
	if rounds != 1 || ending != archive.Closed || err != nil {
		t.Errorf("%d records in a segment that is %s (%v)", rounds, ending, err)
	}
	l.ours = true
	turn(3)
	ctx, cancel := context.WithCancel(t.Context())
	a.turn(ctx)
	turn(4)
	cancel()
	a.run(ctx)
	if err := errors.Join(wrong...); rounds != 4 || !l.released || err != nil {
		t.Errorf("%d records, released %v, %v", rounds, l.released, err)
	}
}

func TestRecordKeys(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32))
	shared := defaults()
	shared.Redis.URL, shared.Secret, shared.Data = "redis://localhost", strings.Repeat("s", 32), t.TempDir()
	other := shared
	other.Data = t.TempDir()
	a, _ := shared.journalKey()
	b, _ := other.journalKey()
	c, _ := shared.archiveKey()
	if len(a) != 32 || !bytes.Equal(a, b) || bytes.Equal(a, c) {
		t.Error("nodes that share a store do not share its key, or use it twice")
	}
	alone := defaults()
	alone.Data = t.TempDir()
	if alone.hasArchiveKey() {
		t.Error("there is a key that nobody made")
	}
	made, err := alone.archiveKey()
	again, _ := alone.archiveKey()
	if err != nil || !bytes.Equal(made, again) || !alone.hasArchiveKey() {
		t.Errorf("a node alone keeps no key: %v", err)
	}
	alone.Archive.Key = key
	if set, err := alone.archiveKey(); err != nil || bytes.Equal(set, made) {
		t.Errorf("a configured key: %v", err)
	}
	for _, wrong := range []string{"short", "AAAA"} {
		if _, err := loadConfig("", func(name string) (string, bool) { return wrong, name == "WARMLINE_ARCHIVE_KEY" }); err == nil || !strings.Contains(err.Error(), "archive.key") {
			t.Errorf("key %q: %v", wrong, err)
		}
	}
}

// Records that wait for too long raise the alarm, also while the archive cannot
// be opened.
func TestTheAlarmOnLag(t *testing.T) {
	late := 0
	a := &archiving{leases: &lease{ours: true}, alarm: time.Minute, seen: func(archive.Round, error) {},
		open: func() (*archive.Consumer, error) { return nil, errors.New("no disk") },
		lag:  func(context.Context) (time.Duration, error) { return time.Hour, nil },
		late: func(d time.Duration) { late += int(d / time.Hour) }}
	for range 2 * lagEvery {
		a.turn(t.Context())
	}
	if late != 2 {
		t.Errorf("told %d times in %d rounds", late, 2*lagEvery)
	}
}

// A folder that cannot be written stops nobody and loses nothing: the records
// wait in the store.
func TestAnArchiveThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := defaults()
	cfg.Data, cfg.Archive.Dir, cfg.Archive.Alarm = t.TempDir(), file, time.Nanosecond
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s, err := newService(t.Context(), cfg, slog.New(slog.DiscardHandler), listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(s.app.close(context.Background()), s.close()) }()
	e := dialog.Envelope{ID: "e1", Conversation: dialog.ConversationID("lin-yue"), Borrower: "lin-yue", At: time.Now(), Channel: dialog.ChannelWeb, Session: "s", Event: dialog.Event{Kind: dialog.EventOpened}}
	if _, err := s.app.core.Engine.Deliver(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if n, _, err := s.app.store.JournalLag(t.Context(), time.Now()); err != nil || n == 0 {
		t.Errorf("%d records wait (%v)", n, err)
	}
}
