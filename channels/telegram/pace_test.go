package telegram

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"warmline/dialog"
)

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(PaceOptions{})
		began := time.Now()
		for range 3 {
			if err := p.wait(context.Background(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("three messages to one chat took %v, expected 2s", took)
		}
		began = time.Now()
		for i := range 60 {
			if err := p.wait(context.Background(), string(rune('A'+i))); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < 1900*time.Millisecond || took > 2100*time.Millisecond {
			t.Errorf("sixty chats took %v, expected about 2s", took)
		}
	})
}

func TestAChatThatHasToWaitHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(PaceOptions{})
		p.hold("slow", time.Minute)
		began := time.Now()
		err := p.wait(context.Background(), "slow")
		told, ok := err.(interface{ RetryAfter() time.Duration })
		if dialog.CodeOf(err) != dialog.CodeRateLimited || !ok || told.RetryAfter() != time.Minute {
			t.Errorf("a long wait: %v", err)
		}
		if err := p.wait(context.Background(), "quick"); err != nil || time.Since(began) != 0 {
			t.Errorf("another chat waited %v: %v", time.Since(began), err)
		}
	})
}
