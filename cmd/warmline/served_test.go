package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"
)

// serveOn runs the whole service on a port of its own until the test ends, with
// a borrower at the widget's end of the wire.
func serveOn(t *testing.T, cfg config, borrower string) (*service, *webEdge, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(t.Context(), cfg, slog.New(slog.DiscardHandler), listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	handler, err := s.handler()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	base := "http://" + listener.Addr().String()
	edge := newWebEdge(base, func(level int) (string, error) { return s.demo.Sign(borrower, level, "") })
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		edge.drop(context.Canceled)
		if err := s.app.close(ctx); err != nil {
			t.Error(err)
		}
		_ = server.Close()
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s, edge, base
}
