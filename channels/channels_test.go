package channels_test

import (
	"context"
	"testing"

	"warmline/channels"
	"warmline/dialog"
)

func TestDeliverWaitsForTheCommit(t *testing.T) {
	release := make(chan struct{})
	submit := channels.Submit(func(_ context.Context, e dialog.Envelope, done func(channels.Receipt, error)) {
		if e.ID == "at once" {
			done(channels.Receipt{}, dialog.E(dialog.CodeInvalid, "no", nil))
			return
		}
		go func() {
			<-release
			done(channels.Receipt{Seq: 7}, nil)
		}()
	})
	if _, err := submit.Deliver(t.Context(), dialog.Envelope{ID: "at once"}); dialog.CodeOf(err) != dialog.CodeInvalid {
		t.Errorf("refused at once: %v", err)
	}
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := submit.Deliver(short, dialog.Envelope{ID: "later"}); dialog.CodeOf(err) != dialog.CodeUnavailable {
		t.Errorf("given up: %v", err)
	}
	close(release)
	if r, err := submit.Deliver(t.Context(), dialog.Envelope{ID: "later"}); err != nil || r.Seq != 7 {
		t.Errorf("committed: %+v, %v", r, err)
	}
}
