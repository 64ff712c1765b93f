package manager_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/manager"
)

func TestTimersFireOnceAndTryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.ports.States = p.store
		e := p.engine(t)
		fails := 3
		timers := manager.NewTimers(p.store, func(ctx context.Context, env dialog.Envelope) (manager.Receipt, error) {
			if fails--; fails >= 0 {
				return manager.Receipt{}, dialog.E(dialog.CodeUnavailable, "down", nil)
			}
			return e.Deliver(ctx, env)
		}, p.watch, manager.TimerOptions{})
		ctx, stop := context.WithCancel(context.Background())
		go timers.Run(ctx)
		env := dialogtest.Text("c", "e1", "remind")
		env.At = time.Now()
		deliver(t, e, env)
		time.Sleep(59 * time.Second)
		expect(t, "too early", len(p.said(t, "c")), 2)
		time.Sleep(10 * time.Second)
		expect(t, "said", p.said(t, "c"), []string{"remind", "echo remind", "timer remind e1"})
		time.Sleep(time.Hour)
		expect(t, "said once", len(p.said(t, "c")), 3)
		stop()
	})
}

func TestATimerThatWasHeardBeforeIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		p.ports.States = p.store
		e := p.engine(t)
		due := time.Now().UTC().Add(time.Minute)
		c := dialog.Conversation{ID: "c"}
		for _, r := range []bool{false, true} { // set, heard, then set again with the same due time
			ch := dialogtest.Next(c, fmt.Sprint("x", r))
			ch.Timers = []dialog.TimerOp{{Kind: "a", Due: due}}
			if _, err := p.store.Commit(context.Background(), time.Now(), c, ch, dialog.Record{}); err != nil {
				t.Fatal(err)
			}
			c = ch.Next
			if !r {
				list, _ := p.store.DueTimers(context.Background(), due, 1)
				deliver(t, e, list[0])
				c, _, _ = p.store.Load(context.Background(), "c")
			}
		}
		timers := manager.NewTimers(p.store, e.Deliver, p.watch, manager.TimerOptions{})
		ctx, stop := context.WithCancel(context.Background())
		go timers.Run(ctx)
		time.Sleep(2 * time.Minute)
		stop()
		left, _ := p.store.DueTimers(context.Background(), due.Add(time.Hour), 10)
		expect(t, "timers left", len(left), 0)
	})
}
