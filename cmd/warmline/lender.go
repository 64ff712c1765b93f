package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/lender/sandbox"
)

// theLender is the lender's core as the service sees it, and the stand-in when
// it runs inside.
type theLender struct {
	client  *lender.Client
	secrets []string
	box     *sandbox.Sandbox // nil with a real lender
	stop    func() error
	now     func() time.Time
}

// Facts implements manager.FactSource.
func (l *theLender) Facts(ctx context.Context, borrower string) (dialog.Facts, error) {
	return l.client.Facts(ctx, borrower, l.now())
}

// openLender connects to the configured lender, or starts the stand-in on a
// loopback port of its own: it is reached over the same wire.
func openLender(ctx context.Context, c config, log *slog.Logger, webhook string, now func() time.Time) (*theLender, error) {
	if c.Lender.URL != "" {
		client, err := lender.New(lender.Options{BaseURL: c.Lender.URL, Token: c.Lender.Token, OnBreaker: breakerLog(log)})
		if err != nil {
			return nil, fmt.Errorf("lender: %w", err)
		}
		return &theLender{client: client, secrets: c.Lender.WebhookSecrets, stop: func() error { return nil }, now: now}, nil
	}
	raw, err := secret(c.Data, "webhook.key", 24)
	if err != nil {
		return nil, err
	}
	key := "whsec_" + base64.StdEncoding.EncodeToString(raw)
	box, err := sandbox.New(sandbox.Options{
		DB: filepath.Join(c.Data, "sandbox.db"), WebhookURL: webhook, Secrets: []string{key}, Now: now,
	})
	if err != nil {
		return nil, err
	}
	return startSandbox(ctx, box, key, log, now)
}

func breakerLog(log *slog.Logger) func(string) {
	return func(state string) { log.Warn("lender breaker", "state", state) }
}

func startSandbox(ctx context.Context, box *sandbox.Sandbox, key string, log *slog.Logger, now func() time.Time) (*theLender, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: %w", err), box.Close())
	}
	server := &http.Server{Handler: box, ReadHeaderTimeout: 5 * time.Second}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() { _ = server.Serve(listener) }()
	go func() { _ = box.Run(run) }()
	client, err := lender.New(lender.Options{BaseURL: "http://" + listener.Addr().String(), OnBreaker: breakerLog(log)})
	stop := func() error {
		cancel()
		return errors.Join(server.Close(), box.Close())
	}
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	log.Info("lender", "kind", "sandbox with demo borrowers")
	return &theLender{client: client, secrets: []string{key}, box: box, stop: stop, now: now}, nil
}
