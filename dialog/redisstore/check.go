package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// checkServer refuses a server that throws data away when memory is short and
// says what a commit survives. In a cluster every master is asked.
func checkServer(ctx context.Context, db redis.UniversalClient) (string, error) {
	cluster, ok := db.(*redis.ClusterClient)
	if !ok {
		return checkNode(ctx, db)
	}
	var mu sync.Mutex
	said := ""
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		text, err := checkNode(ctx, node)
		mu.Lock()
		defer mu.Unlock()
		said = text
		return err
	})
	return said, err
}

func checkNode(ctx context.Context, db redis.UniversalClient) (string, error) {
	if err := db.Ping(ctx).Err(); err != nil {
		return "", dialog.E(dialog.CodeUnavailable, "the store cannot be reached", fmt.Errorf("ping: %w", err))
	}
	policy, known, err := setting(ctx, db, "maxmemory-policy")
	if err != nil {
		return "", err
	}
	if !known {
		return "this server does not tell its settings; make sure that maxmemory-policy is noeviction and appendfsync is always", nil
	}
	if policy != "noeviction" {
		return "", dialog.E(dialog.CodeInvalid, "the store would throw conversations away when memory is short",
			fmt.Errorf("maxmemory-policy is %s, expected noeviction", policy))
	}
	aof, _, err := setting(ctx, db, "appendonly")
	if err != nil {
		return "", err
	}
	fsync, _, err := setting(ctx, db, "appendfsync")
	if err != nil {
		return "", err
	}
	return meaning(aof, fsync), nil
}

func meaning(aof, fsync string) string {
	switch {
	case aof != "yes":
		return "appendonly is off: a commit is lost when the server stops"
	case fsync == "always":
		return "appendfsync always: a commit survives a crash of the process and of the host; over a failover it needs replicas and WAIT"
	case fsync == "everysec":
		return "appendfsync everysec: a crash of the host may lose the last second"
	}
	return "appendfsync " + fsync + ": a crash of the host may lose what the system had not written yet"
}

// setting reads one configuration value. A server that refuses to tell (a
// managed one, or one in process) is not an error.
func setting(ctx context.Context, db redis.UniversalClient, name string) (string, bool, error) {
	values, err := db.ConfigGet(ctx, name).Result()
	var refused redis.Error
	switch {
	case err == nil:
		v, ok := values[name]
		return v, ok, nil
	case errors.As(err, &refused) && !strings.HasPrefix(err.Error(), "LOADING"):
		return "", false, nil
	}
	return "", false, dialog.E(dialog.CodeUnavailable, "the store cannot be reached", fmt.Errorf("read %s: %w", name, err))
}
