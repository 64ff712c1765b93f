package redisstore_test

import (
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/redisstore"
)

// What waits to leave is counted, and has an age from when it was to leave.
func TestOutboxLag(t *testing.T) {
	s := openStore(t, server(t).Client, redisstore.Options{})
	lag := func(want int64, age time.Duration) {
		t.Helper()
		n, oldest, err := s.OutboxLag(ctx, dialogtest.Noon().Add(time.Hour))
		if err != nil || n != want || oldest != age {
			t.Errorf("%d items, the oldest of %v (%v); expected %d and %v", n, oldest, err, want, age)
		}
	}
	lag(0, 0)
	commit(t, s, dialog.Conversation{ID: "a"}, func(ch *dialog.Change) {
		dialogtest.Want(ch, dialog.CallNotifyPush).NotBefore = dialogtest.Noon().Add(2 * time.Hour)
	})
	lag(1, 0)
	commit(t, s, dialog.Conversation{ID: "b"}, func(ch *dialog.Change) {
		dialogtest.Want(ch, dialog.CallNotifyPush).NotBefore = dialogtest.Noon().Add(50 * time.Minute)
	})
	lag(2, 10*time.Minute)
	var id string
	commit(t, s, dialog.Conversation{ID: "c"}, func(ch *dialog.Change) { id = dialogtest.Want(ch, dialog.CallArrangementCreate).ID })
	lag(3, time.Hour)
	if _, _, _, err := s.Claim(ctx, dialogtest.Noon(), id); err != nil {
		t.Fatal(err)
	}
	if err := s.Retry(ctx, id, dialogtest.Noon().Add(3*time.Hour), true); err != nil {
		t.Fatal(err)
	}
	lag(3, time.Hour) // another attempt is put off, not what it is for
	if _, err := s.Done(ctx, dialogtest.Noon(), id, ""); err != nil {
		t.Fatal(err)
	}
	lag(2, 10*time.Minute)
}
