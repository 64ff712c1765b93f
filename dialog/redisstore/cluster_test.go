package redisstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/redisstore"
	"warmline/dialog/redisstore/redistest"
)

// cluster starts three masters and returns a client.
func cluster(t *testing.T) redis.UniversalClient {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := redistest.StartCluster(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("stop the cluster: %v", err)
		}
	})
	return c.Client
}

func TestClusterKeepsTheStoresPromises(t *testing.T) {
	db := cluster(t)
	open := opener(t, db, redisstore.Options{})
	dialogtest.TestStore(t, open)
	t.Run("turns", func(t *testing.T) { dialogtest.TestTurns(t, open) })
	t.Run("hints of every slot", func(t *testing.T) {
		s := openStore(t, db, redisstore.Options{})
		watching, stop := context.WithCancel(context.Background())
		defer stop()
		hints := s.Watch(watching)
		<-hints // subscribed
		wanted := map[string]bool{}
		for i := range 40 {
			c := dialog.Conversation{ID: fmt.Sprint("hinted", i)}
			commit(t, s, c, nil)
			wanted[c.ID] = true
		}
		for limit := time.After(time.Minute); len(wanted) > 0; {
			select {
			case h := <-hints:
				delete(wanted, h.Conversation)
			case <-limit:
				t.Fatalf("no hint came of %v", wanted)
			}
		}
	})
}
