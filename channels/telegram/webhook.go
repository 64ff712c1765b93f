package telegram

import (
	"context"
	"crypto/subtle"
	"io"
	"net/http"
	"time"
)

// WebhookOptions are a webhook's needs; zero settings mean the defaults named
// here.
type WebhookOptions struct {
	Secret string // that the platform sends along; 1 to 256 characters of A-Z a-z 0-9 _ -
	Accept func(ctx context.Context, raw []byte, done func(error))
	Limit  int64         // bytes of an update; 1 MiB
	Wait   time.Duration // for the commit; 20 s
}

// Webhook takes updates that the platform posts. It answers 200 once the update
// is committed, so that one which is not comes again; 401 to a stranger.
func Webhook(o WebhookOptions) http.Handler {
	if o.Limit == 0 {
		o.Limit = 1 << 20
	}
	if o.Wait == 0 {
		o.Wait = 20 * time.Second
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
		if o.Secret == "" || subtle.ConstantTimeCompare([]byte(given), []byte(o.Secret)) != 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, o.Limit))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		w.WriteHeader(o.answer(r.Context(), raw))
	})
}

// answer waits for the commit of an update.
func (o WebhookOptions) answer(ctx context.Context, raw []byte) int {
	ctx, cancel := context.WithTimeout(ctx, o.Wait)
	defer cancel()
	done := make(chan error, 1)
	o.Accept(ctx, raw, func(err error) { done <- err })
	select {
	case err := <-done:
		if err == nil {
			return http.StatusOK
		}
	case <-ctx.Done():
	}
	return http.StatusServiceUnavailable
}
