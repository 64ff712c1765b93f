package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
)

// scriptedKey signs the wallet's tokens in scripted conversations.
const scriptedKey = "the wallet of a scripted conversation signs with this"

// buildWeb starts a server around a scripted world and reaches it over a real
// web socket.
func (b bench) buildWeb(ctx context.Context, w *journey.World) (*journey.System, error) {
	store, closeStore, err := scriptedStore(ctx)
	if err != nil {
		return nil, err
	}
	key, err := webchat.SharedSecret("", []byte(scriptedKey))
	if err != nil {
		return nil, errors.Join(err, closeStore())
	}
	ports := b.corePorts(w, store)
	ports.Linger = 60 * time.Millisecond
	a, err := newApp(ctx, appPorts{
		core: ports, store: store, secrets: [][]byte{[]byte(scriptedKey)}, keys: webchat.Keys{key}, issuer: "wallet",
		log: slog.New(slog.DiscardHandler),
	}, false)
	if err != nil {
		return nil, errors.Join(err, closeStore())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, closeStore())
	}
	server := &http.Server{Handler: a.mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	wallet := &demo{clock: w.Clock, key: []byte(scriptedKey), issuer: "wallet", newID: newID}
	edge := newWebEdge("http://"+listener.Addr().String(), func(level int) (string, error) {
		return wallet.Sign(w.Borrower(), level, "")
	})
	system := b.system(w, store, a.core)
	edge.newest = func(ctx context.Context) uint64 {
		c, err := system.Load(ctx, dialog.ConversationID(w.Borrower()))
		if err != nil || c.Talk.Quote == nil {
			return 0
		}
		return c.Talk.Quote.Seq
	}
	system.Edges[dialog.ChannelWeb] = edge
	system.Close = func() error {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		edge.drop(errors.New("the conversation is over"))
		return errors.Join(a.close(stop), server.Close(), closeStore())
	}
	return system, nil
}
