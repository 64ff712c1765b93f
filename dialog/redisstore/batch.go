package redisstore

import (
	"context"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// batcher sends scripts that many lanes call at the same moment down one
// connection together: fewer system calls here, fewer wake-ups of the server
// and, where every commit is fsynced, one fsync for all of them. Nobody waits
// for company: a script that finds a free way goes at once, one that does not
// goes with all others that came meanwhile.
//
// It is for one server. In a cluster a batch would be as slow as its slowest
// node, and a dead master would hold up the living ones.
type batcher struct {
	db  redis.UniversalClient
	max int // batches under way at once

	mu      sync.Mutex
	flying  int
	waiting []*call
}

// call is a script that waits for its batch. done is closed once cmd has its
// reply.
type call struct {
	cmd  *redis.Cmd
	done chan struct{}
}

// maxBatch bounds a batch, so that the first reply does not wait for hundreds.
const maxBatch = 64

// maxFlying is how many batches are under way at once.
const maxFlying = 2

// do runs a script by its hash and, where the server does not have it, with its
// text. When ctx ends first the script may still run.
func (b *batcher) do(ctx context.Context, script *redis.Script, names []string, args []any) *redis.Cmd {
	line := make([]any, 0, 3+len(names)+len(args))
	line = append(line, "evalsha", script.Hash(), len(names))
	for _, n := range names {
		line = append(line, n)
	}
	cmd := redis.NewCmd(ctx, append(line, args...)...)
	if err := b.send(ctx, cmd); err != nil {
		cmd = redis.NewCmd(ctx) // the other one belongs to its batch
		cmd.SetErr(err)
		return cmd
	}
	if err := cmd.Err(); err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
		return script.Eval(ctx, b.db, names, args...)
	}
	return cmd
}

// send returns once the command has its reply or its error in it, or with the
// context's error when that ends first.
func (b *batcher) send(ctx context.Context, cmd *redis.Cmd) error {
	c := &call{cmd: cmd, done: make(chan struct{})}
	b.mu.Lock()
	if b.flying < b.max {
		b.flying++
		b.mu.Unlock()
		_ = b.db.Process(ctx, cmd) // the error is in the command
		b.land()
		return nil
	}
	b.waiting = append(b.waiting, c)
	b.mu.Unlock()
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// land hands the freed way to those that wait.
func (b *batcher) land() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.flying--
		return
	}
	n := min(len(b.waiting), maxBatch)
	batch := b.waiting[:n:n]
	b.waiting = append([]*call(nil), b.waiting[n:]...)
	go b.fly(batch)
}

func (b *batcher) fly(batch []*call) {
	// Errors are in the commands; the client's own time limits bound the batch.
	_, _ = b.db.Pipelined(context.Background(), func(p redis.Pipeliner) error {
		for _, c := range batch {
			_ = p.Process(context.Background(), c.cmd)
		}
		return nil
	})
	for _, c := range batch {
		close(c.done)
	}
	b.land()
}
