package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/redis/go-redis/v9"

	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/redisstore"
)

const (
	benchConnections = 64
	benchWarm        = 8  // turns of a connection before the clock runs, on either side
	benchTurns       = 40 // and while it runs, each round
)

// capture keeps every commit that the product sends to Redis, so that the floor
// can send the very same ones. The product uses its buffers again, so they are
// copied, at its cost.
type capture struct {
	mu   sync.Mutex
	sent map[string][][]any // by conversation key
}

// copied is a command's arguments, whoever owns their bytes.
func copied(args []any) []any {
	args = slices.Clone(args)
	for i, a := range args {
		if b, ok := a.([]byte); ok {
			args[i] = bytes.Clone(b)
		}
	}
	return args
}

func (c *capture) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *capture) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			c.keep(cmd)
		}
		return next(ctx, cmds)
	}
}

func (c *capture) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.keep(cmd)
		return next(ctx, cmd)
	}
}

func (c *capture) keep(cmd redis.Cmder) {
	args := cmd.Args()
	if name, _ := args[0].(string); !strings.EqualFold(name, "evalsha") || len(args) < 30 {
		return
	}
	key, _ := args[3].(string)
	args = copied(args)
	c.mu.Lock()
	c.sent[key] = append(c.sent[key], args)
	c.mu.Unlock()
}

// constantFacts is a lender that answers at once: the benchmark measures our
// own part.
type constantFacts struct{ facts dialog.Facts }

func (c constantFacts) Facts(_ context.Context, borrower string) (dialog.Facts, error) {
	f := c.facts
	f.Borrower.ID = borrower
	return f, nil
}

// BenchmarkDurableTurn measures button turns over the web socket against a real
// Redis (AOF, everysec), as a ratio to a bare gorilla echo that sends the very
// same commits in the same run. Aim: 0.6 of the floor. What this process spends
// on a turn, the load client's part included, is printed too: on a busy machine
// it is far steadier than the time that passes.
func BenchmarkDurableTurn(b *testing.B) {
	var product, floor spent
	for b.Loop() {
		p, f := benchRound(b)
		product, floor = product.plus(p), floor.plus(f)
	}
	n := float64(benchConnections * benchTurns * b.N)
	b.ReportMetric(n/product.passed.Seconds(), "turns/s")
	b.ReportMetric(n/floor.passed.Seconds(), "floor/s")
	b.ReportMetric(floor.passed.Seconds()/product.passed.Seconds(), "ratio")
	b.ReportMetric(product.cpu.Seconds()*1e6/n, "cpu-µs/turn")
	b.ReportMetric(floor.cpu.Seconds()*1e6/n, "cpu-µs/floor")
}

// spent is what a number of turns took: time that passed, and this process's
// time on the processors.
type spent struct{ passed, cpu time.Duration }

func (s spent) plus(o spent) spent { return spent{s.passed + o.passed, s.cpu + o.cpu} }

func benchRound(b *testing.B) (product, floor spent) {
	server, err := redisstore.StartServer(b.Context(), b.TempDir(), "--appendfsync", "everysec")
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	client := server.Client.(*redis.Client)
	kept := &capture{sent: map[string][][]any{}}
	client.AddHook(kept)
	product = benchProduct(b, client)
	if err := client.FlushAll(b.Context()).Err(); err != nil {
		b.Fatal(err)
	}
	return product, benchFloor(b, client, kept)
}

// benchProduct runs the product and returns what the turns took.
func benchProduct(b *testing.B, client *redis.Client) spent {
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	store, err := redisstore.Open(ctx, client, redisstore.Options{Node: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	bench, err := newBench()
	if err != nil {
		b.Fatal(err)
	}
	facts, err := demoFacts(ctx)
	if err != nil {
		b.Fatal(err)
	}
	key, err := webchat.SharedSecret("", []byte(scriptedKey))
	if err != nil {
		b.Fatal(err)
	}
	loose := webchat.Limit{PerSecond: 1e6, Burst: 1e6}
	a, err := newApp(ctx, appPorts{
		core: corePorts{Store: store, States: store, Outbox: store, Listener: bench.listener, Facts: constantFacts{facts},
			Calls: runners{}, Now: time.Now, Words: bench.words, Reviewer: bench.reviewer, Rules: bench.rules},
		store: store, secrets: [][]byte{[]byte(scriptedKey)}, keys: webchat.Keys{key}, issuer: "wallet",
		limits: webchat.Limits{Frames: loose, Messages: loose, Person: loose}, log: slog.New(slog.DiscardHandler),
	}, true)
	if err != nil {
		b.Fatal(err)
	}
	go paceHeap(ctx) // as serve does
	server := httptest.NewUnstartedServer(a.mux)
	server.Listener = webchat.Listen(server.Listener)
	server.Start()
	defer server.Close()
	defer func() { _ = a.close(context.Background()) }()
	conns := make([]*websocket.Conn, benchConnections)
	for i := range conns {
		conns[i] = benchConn(b, server.URL, i)
	}
	spread(b, func(i int) error { return tapAround(conns[i], 0, benchWarm) })
	return spread(b, func(i int) error { return tapAround(conns[i], benchWarm, benchTurns) })
}

// benchConn opens a session and its socket, and hands over the bare socket: the
// load client must not cost more than the floor's.
func benchConn(b *testing.B, base string, i int) *websocket.Conn {
	wallet := &demo{clock: &clock{}, key: []byte(scriptedKey), issuer: "wallet", newID: newID}
	edge := newWebEdge(base, func(level int) (string, error) { return wallet.Sign(fmt.Sprint("bench-", i), level, "") })
	token, err := edge.token(2)
	if err != nil {
		b.Fatal(err)
	}
	session, err := edge.post(b.Context(), "POST", "/v1/session", "", map[string]string{"token": token})
	if err != nil {
		b.Fatal(err)
	}
	conn, err := edge.dial(b.Context(), session)
	if err != nil {
		b.Fatal(err)
	}
	return conn
}

// tapAround taps so many buttons after the first ones, each once the one before
// is acknowledged.
func tapAround(conn *websocket.Conn, first, turns int) error {
	options := []string{"show_balance", "breakdown", "see_options", "not_now"}
	for n := first; n < first+turns; n++ {
		frame := fmt.Sprintf(`{"t":"tap","n":%d,"id":"m%d","option":"%s","seen":1}`, n+1, n+1, options[n%len(options)])
		if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			return err
		}
		for acked := false; !acked; {
			_, message, err := conn.ReadMessage()
			if err != nil {
				return err
			}
			if bytes.HasPrefix(message, []byte(`{"t":"nack"`)) {
				return fmt.Errorf("refused: %s", message)
			}
			acked = bytes.HasPrefix(message, []byte(`{"t":"ack"`))
		}
	}
	return nil
}

// spread runs work on every connection at once and returns what all took.
func spread(b *testing.B, work func(i int) error) spent {
	var all sync.WaitGroup
	var failed atomic.Pointer[error]
	began, used := time.Now(), processorTime()
	for i := range benchConnections {
		all.Go(func() {
			if err := work(i); err != nil {
				failed.Store(&err)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		b.Fatal(*err)
	}
	return spent{time.Since(began), processorTime() - used}
}

// demoFacts are the facts of the product's demo account.
func demoFacts(ctx context.Context) (dialog.Facts, error) {
	w, err := journey.NewWorld(ctx, &journey.File{Now: time.Now().Format(time.RFC3339), Packs: []string{"cn"}})
	if err != nil {
		return dialog.Facts{}, err
	}
	defer w.Close()
	return w.Facts(ctx, w.Borrower())
}

// benchFloor runs a bare echo server that, for each message, sends the next of
// the commits that the product had sent for a conversation.
func benchFloor(b *testing.B, client *redis.Client, kept *capture) spent {
	lists := make([][][]any, 0, len(kept.sent))
	for _, list := range kept.sent {
		lists = append(lists, list)
	}
	if len(lists) != benchConnections {
		b.Fatalf("kept the commits of %d conversations, expected %d", len(lists), benchConnections)
	}
	var next atomic.Int64
	server := httptest.NewServer(echo(func() func(context.Context) error {
		list := lists[next.Add(1)-1]
		for len(list) > benchWarm+benchTurns { // sessions and greetings, before the clock runs
			if err := client.Do(context.Background(), list[0]...).Err(); err != nil {
				b.Error(err)
			}
			list = list[1:]
		}
		return func(ctx context.Context) error {
			args := list[0]
			list = list[1:]
			return client.Do(ctx, args...).Err()
		}
	}))
	defer server.Close()
	conns := make([]*websocket.Conn, benchConnections)
	for i := range conns {
		conn, resp, err := websocket.DefaultDialer.DialContext(b.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		defer conn.Close()
		conns[i] = conn
	}
	spread(b, func(i int) error { return echoAround(conns[i], benchWarm) })
	return spread(b, func(i int) error { return echoAround(conns[i], benchTurns) })
}

func echoAround(conn *websocket.Conn, turns int) error {
	message := []byte(`{"t":"tap","n":1,"id":"m1","option":"show_balance","seen":1}`)
	for range turns {
		if err := conn.WriteMessage(websocket.TextMessage, message); err != nil {
			return err
		}
		if _, _, err := conn.ReadMessage(); err != nil {
			return err
		}
	}
	return nil
}
