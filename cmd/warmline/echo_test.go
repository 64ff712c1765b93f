package main

import (
	"context"
	"net/http"

	"github.com/gorilla/websocket"
)

// echo is a bare gorilla server: it does one thing for each message and sends
// the message back. open is called for each connection.
func echo(open func() func(context.Context) error) http.Handler {
	upgrader := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 4096}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		do := open()
		for {
			kind, message, err := conn.ReadMessage()
			if err != nil || do(r.Context()) != nil {
				return
			}
			if conn.WriteMessage(kind, message) != nil {
				return
			}
		}
	})
}
