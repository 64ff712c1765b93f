package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

// maxPause bounds what an endpoint may make us wait.
const maxPause = 5 * time.Minute

// meta is what the library does not tell of a response.
type meta struct {
	status     int
	retryAfter time.Duration
}

type metaKey struct{}

// transport notes a response's status and Retry-After, bounds its size and adds
// a dialect's further fields to the request.
type transport struct {
	next  http.RoundTripper
	extra map[string]any
}

func newHTTP(extra map[string]any) *http.Client {
	return &http.Client{
		// No Timeout: it would also end healthy streams. The context has one.
		Transport: transport{extra: extra, next: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
			TLSHandshakeTimeout: 2 * time.Second,
			MaxIdleConnsPerHost: 64,
			IdleConnTimeout:     90 * time.Second,
			ForceAttemptHTTP2:   true,
		}},
		// A redirect would carry the prompt, and perhaps the key, elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(t.extra) > 0 {
		changed, err := withFields(r, t.extra)
		if err != nil {
			return nil, err
		}
		r = changed
	}
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if m, ok := r.Context().Value(metaKey{}).(*meta); ok {
		m.status = resp.StatusCode
		m.retryAfter = retryAfter(resp.Header.Get("Retry-After"))
	}
	resp.Body = limited{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// withFields returns the request with fields added to its JSON body.
func withFields(r *http.Request, extra map[string]any) (*http.Request, error) {
	raw, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	body := map[string]any{}
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	for name, value := range extra {
		body[name] = value
	}
	if raw, err = json.Marshal(body); err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	out := r.Clone(r.Context())
	out.Body = io.NopCloser(bytes.NewReader(raw))
	out.ContentLength = int64(len(raw))
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	return out, nil
}

// retryAfter reads the header in either of its forms: seconds, or a date.
func retryAfter(header string) time.Duration {
	if header == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(header, 64); err == nil && seconds >= 0 {
		return min(time.Duration(seconds*float64(time.Second)), maxPause)
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(time.Until(at), 0), maxPause)
	}
	return 0
}

func withMeta(ctx context.Context) (context.Context, *meta) {
	m := &meta{}
	return context.WithValue(ctx, metaKey{}, m), m
}
