package redisstore_test

import (
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog/redisstore"
)

// chatStores opens the store over a real server and over the stand-in.
func chatStores(t *testing.T) map[string]*redisstore.Store {
	t.Helper()
	stores := map[string]*redisstore.Store{}
	for name, db := range map[string]redis.UniversalClient{"server": server(t).Client, "in process": inProcess(t).Client} {
		s, err := redisstore.Open(t.Context(), db, redisstore.Options{Node: "n1"})
		if err != nil {
			t.Fatal(err)
		}
		stores[name] = s
	}
	return stores
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestALeaseHasOneHolder(t *testing.T) {
	for name, s := range chatStores(t) {
		yes := must[bool](t)
		for _, when := range []string{"taken", "renewed"} {
			if !yes(s.Hold(t.Context(), "poll", "a", time.Minute)) {
				t.Errorf("%s: it cannot be %s", name, when)
			}
		}
		if yes(s.Hold(t.Context(), "poll", "b", time.Minute)) {
			t.Errorf("%s: two hold it", name)
		}
		if err := s.Release(t.Context(), "poll", "b"); err != nil {
			t.Fatal(err)
		}
		if yes(s.Hold(t.Context(), "poll", "b", time.Minute)) {
			t.Errorf("%s: a stranger released it", name)
		}
		if err := s.Release(t.Context(), "poll", "a"); err != nil {
			t.Fatal(err)
		}
		if !yes(s.Hold(t.Context(), "poll", "b", 300*time.Millisecond)) {
			t.Errorf("%s: it was not released", name)
		}
	}
}

func TestATokenBurnsOnce(t *testing.T) {
	for name, s := range chatStores(t) {
		yes := must[bool](t)
		for _, when := range []string{"first used", "used by the same one again"} {
			if !yes(s.Burn(t.Context(), "t1", "update 1", time.Minute)) {
				t.Errorf("%s: it cannot be %s", name, when)
			}
		}
		if yes(s.Burn(t.Context(), "t1", "update 2", time.Minute)) {
			t.Errorf("%s: used twice", name)
		}
	}
}

func TestDeliveriesAreRemembered(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for name, s := range chatStores(t) {
		if c := must[string](t)(s.Chat(t.Context(), "777")); c != "" {
			t.Errorf("%s: a chat from nowhere: %q", name, c)
		}
		if err := s.SetChat(t.Context(), "777", "c1"); err != nil {
			t.Fatal(err)
		}
		if c := must[string](t)(s.Chat(t.Context(), "777")); c != "c1" {
			t.Errorf("%s: chat: got %q, expected c1", name, c)
		}
		for part, private := range []bool{false, true} {
			err := s.NoteDelivery(t.Context(), redisstore.Delivery{Address: "777", Message: "m1", Part: part, ID: 40 + part, Seq: 9, Private: private, At: at})
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := must[int](t)(s.Delivered(t.Context(), "m1")); n != 2 {
			t.Errorf("%s: parts: got %d, expected 2", name, n)
		}
		seq, when, err := s.Latest(t.Context(), "777")
		if err != nil || seq != 9 || !when.Equal(at) {
			t.Errorf("%s: latest: %d %v %v", name, seq, when, err)
		}
		if ids := must[[]int](t)(s.Shown(t.Context(), "777")); !slices.Equal(ids, []int{41}) {
			t.Errorf("%s: shown: %v", name, ids)
		}
		if err := s.Unshown(t.Context(), "777", []int{41}); err != nil {
			t.Fatal(err)
		}
		if ids := must[[]int](t)(s.Shown(t.Context(), "777")); len(ids) != 0 {
			t.Errorf("%s: still shown: %v", name, ids)
		}
	}
}
