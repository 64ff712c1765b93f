package redisstore_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/redisstore"
)

func TestDeskDocumentsHaveOneWinner(t *testing.T) {
	db := server(t).Client
	d := openStore(t, db, redisstore.Options{}).DeskData()
	if data, version, err := d.Get(ctx, "offer", "c1"); err != nil || version != 0 || data != nil {
		t.Fatalf("nothing there: %q, %d, %v", data, version, err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for n := range 16 {
		all.Go(func() {
			if err := d.Put(ctx, "offer", "c1", 0, fmt.Appendf(nil, `{"n":%d}`, n)); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			} else if dialog.CodeOf(err) != dialog.CodeConflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Fatalf("%d writers won", won)
	}
	data, version, err := d.Get(ctx, "offer", "c1")
	if err != nil || version != 1 || len(data) == 0 {
		t.Fatalf("after one write: %q, %d, %v", data, version, err)
	}
	if err := d.Put(ctx, "offer", "c1", 1, []byte("two words")); err != nil {
		t.Fatal(err)
	}
	if list, err := d.All(ctx, "offer"); err != nil || string(list["c1"]) != "two words" {
		t.Errorf("all: %q (%v)", list, err)
	}
	if err := d.Put(ctx, "offer", "c1", 2, nil); err != nil {
		t.Fatal(err)
	}
	if _, version, _ := d.Get(ctx, "offer", "c1"); version != 0 {
		t.Errorf("removed, and still version %d", version)
	}
}

func TestDeskLogsKeepTheirOrder(t *testing.T) {
	db := server(t).Client
	d := openStore(t, db, redisstore.Options{}).DeskData()
	for n := range 5 {
		if _, err := d.Append(ctx, "audit", fmt.Appendf(nil, "%d", n)); err != nil {
			t.Fatal(err)
		}
	}
	ids, entries, err := d.Log(ctx, "audit", "", 3)
	if err != nil || len(ids) != 3 || string(entries[0]) != "4" || string(entries[2]) != "2" {
		t.Fatalf("the newest: %q (%v)", entries, err)
	}
	_, rest, err := d.Log(ctx, "audit", ids[2], 10)
	if err != nil || len(rest) != 2 || string(rest[1]) != "0" {
		t.Errorf("the rest: %q (%v)", rest, err)
	}
}

func TestDeskNotesReachEveryNode(t *testing.T) {
	db := server(t).Client
	a := openStore(t, db, redisstore.Options{}).DeskData()
	b := openStore(t, db, redisstore.Options{Node: "n2"}).DeskData()
	run, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	notes := b.Notes(run)
	if note := <-notes; note != nil {
		t.Errorf("the subscription says %q", note)
	}
	if err := a.Publish(ctx, []byte(`{"k":"x"}`)); err != nil {
		t.Fatal(err)
	}
	if note := <-notes; string(note) != `{"k":"x"}` {
		t.Errorf("note %q", note)
	}
	stop()
	for range notes {
		t.Error("a note after the end")
	}
}

func TestRedactReplacesWordsAndKeepsTheLine(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	c := dialog.Conversation{ID: "c1"}
	for range 3 {
		c = commit(t, s, c, nil)
	}
	before, err := s.After(ctx, "c1", 0, 10)
	if err != nil || len(before) != 3 {
		t.Fatalf("lines: %v (%v)", before, err)
	}
	if err := s.DeskData().Redact(ctx, "c1", 2, "••••"); err != nil {
		t.Fatal(err)
	}
	after, err := s.After(ctx, "c1", 0, 10)
	if err != nil || len(after) != 3 || after[1].Body.Text != "••••" || after[1].ID != before[1].ID || after[0].Body.Text != before[0].Body.Text {
		t.Errorf("after: %+v (%v)", after, err)
	}
	for _, seq := range []uint64{0, 4} {
		if err := s.DeskData().Redact(ctx, "c1", seq, "x"); dialog.CodeOf(err) != dialog.CodeNotFound {
			t.Errorf("line %d: %v", seq, err)
		}
	}
}

func TestFilesAreKeptAndDropped(t *testing.T) {
	db := server(t).Client
	here := openStore(t, db, redisstore.Options{Node: "n1"}).DeskData()
	there := openStore(t, db, redisstore.Options{Node: "n2"}).DeskData()
	if err := here.Keep(ctx, "f1", []byte("sealed")); err != nil {
		t.Fatal(err)
	}
	if data, err := there.Fetch(ctx, "f1"); err != nil || string(data) != "sealed" {
		t.Errorf("on the other node: %q, %v", data, err)
	}
	for range 2 {
		if err := there.Drop(ctx, "f1"); err != nil {
			t.Error(err)
		}
	}
	if _, err := here.Fetch(ctx, "f1"); dialog.CodeOf(err) != dialog.CodeNotFound {
		t.Errorf("after it was dropped: %v", err)
	}
}

func TestNodesKnowOfEachOthersOpenChats(t *testing.T) {
	db := server(t).Client
	here, there := openStore(t, db, redisstore.Options{Node: "n1"}), openStore(t, db, redisstore.Options{Node: "n2"})
	open := func(s *redisstore.Store) bool {
		t.Helper()
		is, err := s.OpenElsewhere(ctx, "c1")
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	if err := there.SetOpen(ctx, "c1", true, time.Minute); err != nil {
		t.Fatal(err)
	}
	if !open(here) || open(there) {
		t.Errorf("open on the other node: seen here %v, there %v", open(here), open(there))
	}
	if err := there.SetOpen(ctx, "c1", false, time.Minute); err != nil {
		t.Fatal(err)
	}
	if open(here) {
		t.Error("still open after it was closed")
	}
	if err := there.SetOpen(ctx, "c1", true, 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); open(here); time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatal("a node that is gone keeps a chat open")
		}
	}
}
