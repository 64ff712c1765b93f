package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"warmline/channels/telegram/telegramtest"
	"warmline/dialog"
)

// TestACrowdWhileThePlatformSaysTooMuch has many people write at once to a
// platform that answers every few messages with "too many requests". Everybody
// gets every answer, once and in order, and the pace that the platform asks for
// is kept.
func TestACrowdWhileThePlatformSaysTooMuch(t *testing.T) {
	r := newRig(t)
	api, err := telegramtest.Start(telegramtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Close() })
	r.env = append(r.env, "WARMLINE_TELEGRAM_TOKEN="+api.Token(), "WARMLINE_TELEGRAM_API="+api.URL())
	crowd := 60
	if os.Getenv("WARMLINE_SOAK") != "" {
		crowd = 200
	}
	var faults []telegramtest.Fault
	for i := range crowd {
		faults = append(faults, telegramtest.Fault{}, telegramtest.Fault{})
		if i%2 == 0 {
			faults = append(faults, telegramtest.Fault{Status: 429, Description: "Too Many Requests: retry after 1", RetryAfter: 1})
		}
	}
	api.Fail("sendMessage", faults...)
	var people []*telegramtest.Person
	for i := range crowd {
		people = append(people, api.Person(int64(i+1), []string{"en", "zh-hans", "zh-hant"}[i%3]))
	}
	r.start()
	for _, p := range people {
		p.Say("hello")
		p.Say("/privacy")
	}
	store := r.look(t)
	told := func(p *telegramtest.Person) (want []string) {
		list, err := store.After(t.Context(), dialog.UnlinkedID(dialog.ChannelTelegram, fmt.Sprint(p.ID)), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Speaker != dialog.SpeakerBorrower {
				want = append(want, strings.Join(strings.Fields(m.Body.Text), ""))
			}
		}
		return want
	}
	shown := func(p *telegramtest.Person) (got string) {
		for _, m := range p.Screen() {
			got += strings.Join(strings.Fields(m.Text), "")
		}
		return got
	}
	for end := time.Now().Add(3 * patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		left := 0
		for _, p := range people {
			if want := strings.Join(told(p), ""); want == "" || len(shown(p)) < len(want) || api.Waiting() > 0 {
				left++
			}
		}
		if left == 0 {
			break
		}
	}
	for _, p := range people {
		if want, got := told(p), shown(p); len(want) < 2 || got != strings.Join(want, "") {
			t.Errorf("person %d was shown %q, told %q", p.ID, got, want)
		}
	}
	r.paceKept(t, api)
	if wrong := api.Problems(); len(wrong) > 0 {
		t.Errorf("requests that the API does not know: %v", wrong)
	}
}

// paceKept holds the whole bot to thirty messages a second. It looks at the
// whole time: what was spaced out may arrive bunched on a busy machine.
func (r *rig) paceKept(t *testing.T, api *telegramtest.Server) {
	t.Helper()
	calls := api.Calls("sendMessage")
	took := calls[len(calls)-1].At.Sub(calls[0].At)
	if most := 30*took.Seconds() + 60; float64(len(calls)) > most {
		t.Errorf("%d messages in %v, the platform takes 30 a second", len(calls), took)
	}
}
