package redisstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func batchOn(t *testing.T) (*batcher, redis.UniversalClient) {
	t.Helper()
	e, err := StartServer(context.Background(), t.TempDir())
	if err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return &batcher{db: e.Client, max: maxFlying}, e.Client
}

// TestBatchGivesEveryCallerItsOwnReply calls from many goroutines while the
// server forgets the script again and again.
func TestBatchGivesEveryCallerItsOwnReply(t *testing.T) {
	b, db := batchOn(t)
	script := redis.NewScript("redis.call('INCR', KEYS[1]); return ARGV[1]")
	var all sync.WaitGroup
	for g := range 50 {
		all.Go(func() {
			for i := range 40 {
				want := fmt.Sprint(g, "/", i)
				got, err := b.do(context.Background(), script, []string{"n"}, []any{want}).Text()
				if err != nil || got != want {
					t.Errorf("reply %q (%v), expected %q", got, err, want)
					return
				}
				if g == 0 {
					_ = db.ScriptFlush(context.Background()).Err()
				}
			}
		})
	}
	all.Wait()
	if n, _ := db.Get(context.Background(), "n").Int(); n != 2000 {
		t.Errorf("the scripts ran %d times, expected 2000", n)
	}
	if b.flying != 0 || len(b.waiting) != 0 {
		t.Errorf("left over: %d under way, %d waiting", b.flying, len(b.waiting))
	}
}

func TestBatchHonoursACallersContext(t *testing.T) {
	b, _ := batchOn(t)
	script := redis.NewScript("return 'x'")
	b.flying = b.max // all ways are taken
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := b.do(ctx, script, []string{"n"}, nil).Err(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, expected the context's", err)
	}
	for range b.max {
		b.land()
	}
	if got, err := b.do(context.Background(), script, []string{"n"}, nil).Text(); err != nil || got != "x" {
		t.Errorf("afterwards: %q (%v)", got, err)
	}
}
