package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/channels/telegram/telegramtest"
	"warmline/dialog"
	"warmline/dialog/redisstore"
)

// TestKilledWhilePeopleWrite kills the program again and again while texts come
// in. In the end every text is in its conversation, once and in order.
func TestKilledWhilePeopleWrite(t *testing.T) {
	r := newRig(t)
	api, err := telegramtest.Start(telegramtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Close() })
	r.env = append(r.env, "WARMLINE_TELEGRAM_TOKEN="+api.Token(), "WARMLINE_TELEGRAM_API="+api.URL())
	people := []*telegramtest.Person{api.Person(1, "en"), api.Person(2, "zh-hans"), api.Person(3, "en")}
	const lines = 12
	for i := range lines {
		if i%4 == 0 {
			r.kill()
			r.start()
		}
		for _, p := range people {
			p.Say(fmt.Sprintf("line %d of %d", i, p.ID))
		}
		time.Sleep(time.Duration(i%4) * 23 * time.Millisecond)
	}
	end := time.Now().Add(patience)
	for api.Waiting() > 0 && time.Now().Before(end) {
		time.Sleep(20 * time.Millisecond)
	}
	store := r.look(t)
	for _, p := range people {
		list, err := store.After(t.Context(), dialog.UnlinkedID(dialog.ChannelTelegram, fmt.Sprint(p.ID)), 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range list {
			if m.Speaker == dialog.SpeakerBorrower {
				got = append(got, m.Body.Text)
			}
		}
		var want []string
		for i := range lines {
			want = append(want, fmt.Sprintf("line %d of %d", i, p.ID))
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("person %d: got %q, expected %q", p.ID, got, want)
		}
	}
	if wrong := api.Problems(); len(wrong) > 0 {
		t.Errorf("requests that the API does not know: %v", wrong)
	}
}

// look opens the store that the program uses.
func (r *rig) look(t *testing.T) *redisstore.Store {
	t.Helper()
	for _, v := range r.env {
		if url, ok := strings.CutPrefix(v, "WARMLINE_REDIS_URL="); ok {
			o, err := redis.ParseURL(url)
			if err != nil {
				t.Fatal(err)
			}
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			store, err := redisstore.Open(t.Context(), client, redisstore.Options{Node: "reader"})
			if err != nil {
				t.Fatal(err)
			}
			return store
		}
	}
	t.Fatal("no Redis")
	return nil
}
