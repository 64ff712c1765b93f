package webchat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"warmline/dialog"
)

const (
	setFresh   = 10 * time.Minute // a key set is used without asking again
	setPause   = 20 * time.Second // between two requests, however unknown a key id is
	setTimeout = 4 * time.Second
	setBytes   = 1 << 20
)

// RemoteKeys reads a JSON web key set from a URL, keeps it, and asks again when
// it is ten minutes old or a token names a key that is not in it (at most every
// twenty seconds, so that forged ids cause no flood). When the URL cannot be
// read the last set stays in use. Symmetric keys in the set are left out. It is
// safe for use by many goroutines.
type RemoteKeys struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu    sync.Mutex
	keys  Keys
	read  time.Time // last success
	tried time.Time
	err   error
}

// NewRemoteKeys returns keys that are read when they are first needed. A nil
// client means one with a short timeout and no redirects.
func NewRemoteKeys(url string, client *http.Client, now func() time.Time) *RemoteKeys {
	if client == nil {
		client = &http.Client{Timeout: setTimeout, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}
	}
	return &RemoteKeys{url: url, client: client, now: now}
}

// Keys implements KeySource. CodeUnavailable when the set was never read.
func (r *RemoteKeys) Keys(ctx context.Context, id string) ([]Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, _ := r.keys.Keys(ctx, id)
	if r.due(len(found) > 0) {
		r.tried = r.now()
		if len(found) > 0 {
			go r.refresh(context.WithoutCancel(ctx))
		} else {
			r.take(r.fetch(ctx))
			found, _ = r.keys.Keys(ctx, id)
		}
	}
	if r.read.IsZero() {
		return nil, dialog.E(dialog.CodeUnavailable, "the wallet's keys cannot be read now", r.err)
	}
	return found, nil
}

// due reports whether to ask the URL: the set is old, or what was looked for is
// not in it, and the last request is a while ago.
func (r *RemoteKeys) due(found bool) bool {
	if found && r.now().Sub(r.read) < setFresh {
		return false
	}
	return r.tried.IsZero() || r.now().Sub(r.tried) >= setPause
}

// refresh asks while the old set stays in use.
func (r *RemoteKeys) refresh(ctx context.Context) {
	keys, err := r.fetch(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.take(keys, err)
}

func (r *RemoteKeys) take(keys Keys, err error) {
	if r.err = err; err == nil {
		r.keys, r.read = keys, r.now()
	}
}

// fetch returns what the URL says.
func (r *RemoteKeys) fetch(ctx context.Context) (Keys, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), setTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("key set: status %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, setBytes))
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	keys, err := ParseKeys(data, false)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	return keys, nil
}
