package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

// persistent is a borrower's device that sends a line again, on a new connection
// if need be, until it is acknowledged.
type persistent struct {
	*webEdge
	lines []string // those that were acknowledged, in order
}

func (p *persistent) say(ctx context.Context, line string) error {
	err := p.Text(ctx, []string{line})
	for ; err != nil && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if p.reconnect(ctx) == nil {
			err = p.Repeat(ctx)
		}
	}
	p.lines = append(p.lines, line)
	return ctx.Err()
}

// TestRedisStopsAndComesBack stops the Redis while people write and starts it
// again. The program stays, says meanwhile that it is not ready, and in the end
// every acknowledged line is there, once and in order.
func TestRedisStopsAndComesBack(t *testing.T) {
	r := newRig(t)
	r.start()
	away := 2 * time.Second
	if os.Getenv("WARMLINE_SOAK") != "" {
		away = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	var people []*persistent
	ended := make(chan error, 3)
	for i := range cap(ended) {
		id := fmt.Sprint("outage-", i)
		if err := r.box.Seed(ctx, killCase(id)); err != nil {
			t.Fatal(err)
		}
		p := &persistent{webEdge: r.borrower(ctx, id)}
		people = append(people, p)
		go func() {
			for n := range 40 {
				if err := p.say(ctx, fmt.Sprint("line ", n)); err != nil {
					ended <- fmt.Errorf("%s, line %d: %w", id, n, err)
					return
				}
				time.Sleep(away / 20)
			}
			ended <- nil
		}()
	}
	time.Sleep(away / 2)
	if err := r.redis.Close(); err != nil {
		t.Fatal(err)
	}
	r.ready(t, http.StatusServiceUnavailable)
	time.Sleep(away)
	r.startRedis()
	for range people {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	r.ready(t, http.StatusNoContent)
	store := r.look(t)
	for i, p := range people {
		list, err := store.After(ctx, dialog.ConversationID(fmt.Sprint("outage-", i)), 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range list {
			if m.Speaker == dialog.SpeakerBorrower {
				got = append(got, m.Body.Text)
			}
		}
		if strings.Join(got, "|") != strings.Join(p.lines, "|") || len(got) != 40 {
			t.Errorf("person %d: kept %q, acknowledged %q", i, got, p.lines)
		}
	}
}

// ready waits until the program says so of itself.
func (r *rig) ready(t *testing.T, want int) {
	t.Helper()
	status := 0
	for end := time.Now().Add(patience); status != want && time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		resp, err := http.Get("http://" + r.addr + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		status = resp.StatusCode
	}
	if status != want {
		t.Errorf("ready: status %d, expected %d", status, want)
	}
}
