package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"warmline/dialog/lender/sandbox"
)

// sandboxCmd runs the stand-in lender core alone.
type sandboxCmd struct {
	Addr    string        `default:"localhost:8090" help:"Where to listen."`
	DB      string        `name:"db" default:":memory:" help:"SQLite file, or :memory:."`
	Token   string        `help:"Bearer token that callers must send."`
	Webhook string        `help:"URL that webhooks are posted to."`
	Secret  []string      `help:"whsec_… that webhooks are signed with."`
	LLM     bool          `name:"llm" help:"Serve a scripted model too, at /v1/chat/completions."`
	Delay   time.Duration `help:"How long the scripted model takes where it is slow (4s)."`
	Behave  string        `default:"good" help:"How the scripted model behaves: ${behaviours}."`
}

// Run implements the command.
func (c *sandboxCmd) Run(env *environment) error {
	box, err := sandbox.New(sandbox.Options{DB: c.DB, Token: c.Token, WebhookURL: c.Webhook, Secrets: c.Secret})
	if err != nil {
		return err
	}
	defer box.Close()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Fprintf(env.stdio.Out, "sandbox lender core on http://%s\n", listener.Addr())
	handler, err := c.withModel(box, env.stdio.Out, listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	go func() { _ = box.Run(env.ctx) }()
	return serveUntil(env.ctx, &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}, listener, 5*time.Second)
}

// serveUntil serves until ctx ends and then lets requests under way finish.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener, drain time.Duration) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
