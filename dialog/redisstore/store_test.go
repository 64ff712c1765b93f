package redisstore_test

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog/dialogtest"
	"warmline/dialog/redisstore"
)

// opener opens stores of several nodes over one client.
func opener(t *testing.T, db redis.UniversalClient, opts redisstore.Options) dialogtest.Open {
	t.Helper()
	return func(node string) dialogtest.Store {
		opts := opts
		opts.Node = node
		s, err := redisstore.Open(context.Background(), db, opts)
		if err != nil {
			t.Fatalf("open the store: %v", err)
		}
		return s
	}
}

// server starts a redis-server for the test; it fails when there is none.
func server(t testing.TB, extra ...string) *redisstore.Embedded {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	e, err := redisstore.StartServer(ctx, t.TempDir(), extra...)
	if err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("stop redis-server: %v", err)
		}
	})
	return e
}

func inProcess(t testing.TB) *redisstore.Embedded {
	t.Helper()
	e, err := redisstore.OpenInProcess()
	if err != nil {
		t.Fatalf("start the store in process: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func TestServerKeepsTheStoresPromises(t *testing.T) {
	dialogtest.TestStore(t, opener(t, server(t).Client, redisstore.Options{JournalKey: make([]byte, 32)}))
}

func TestInProcessKeepsTheStoresPromises(t *testing.T) {
	dialogtest.TestStore(t, opener(t, inProcess(t).Client, redisstore.Options{}))
}

func TestTurnsOverServer(t *testing.T) {
	dialogtest.TestTurns(t, opener(t, server(t).Client, redisstore.Options{}))
}
