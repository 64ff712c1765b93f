package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog/redisstore"
)

// openStore opens the configured Redis, or one that this process runs for
// itself, and says plainly which.
func openStore(ctx context.Context, c config, log *slog.Logger) (*redisstore.Store, func() error, error) {
	return openStoreBy(ctx, c, log, redisstore.OpenEmbedded)
}

// openStoreBeside is openStore for a command that may run while the service
// does: the service's own redis-server is used where it has one.
func openStoreBeside(ctx context.Context, c config, log *slog.Logger) (*redisstore.Store, func() error, error) {
	return openStoreBy(ctx, c, log, redisstore.JoinEmbedded)
}

// embedder opens the Redis of a data folder.
type embedder func(ctx context.Context, dir string) (*redisstore.Embedded, error)

func openStoreBy(ctx context.Context, c config, log *slog.Logger, embed embedder) (*redisstore.Store, func() error, error) {
	client, stop, err := openRedis(ctx, c, log, embed)
	if err != nil {
		return nil, nil, err
	}
	key, err := c.journalKey()
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	open, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	store, err := redisstore.Open(open, client, redisstore.Options{Node: c.Node, JournalKey: key, Attempt: attemptLease})
	if err != nil && c.Redis.URL != "" {
		err = fmt.Errorf("redis.url: %w", err)
	}
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	log.Info("store", "durability", store.Durability())
	return store, stop, nil
}

func openRedis(ctx context.Context, c config, log *slog.Logger, embed embedder) (redis.UniversalClient, func() error, error) {
	if c.Redis.URL == "" {
		embedded, err := embed(ctx, c.Data)
		if err != nil {
			return nil, nil, fmt.Errorf("start a store: %w", err)
		}
		log.Info("store", "kind", embedded.Says)
		return embedded.Client, embedded.Close, nil
	}
	o, err := redis.ParseURL(c.Redis.URL)
	if err != nil {
		return nil, nil, wrongUse("redis.url: expected redis://[user:password@]host:port/db")
	}
	client, err := redisstore.Connect(redisstore.Config{
		Addrs: append([]string{o.Addr}, c.Redis.Addrs...), Cluster: c.Redis.Cluster, Master: c.Redis.Master,
		Username: o.Username, Password: o.Password, DB: o.DB, TLS: o.TLSConfig,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("connect to redis: %w", err)
	}
	return client, client.Close, nil
}

// redisLog brings what the Redis client has to say of its connections into the
// log: it holds addresses and no data.
type redisLog struct{ log *slog.Logger }

// Printf implements the client's logger.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, "redis", "says", fmt.Sprintf(format, args...))
}

// attemptLease is for how long an item that a node has taken is its own: longer
// than the longest call, and as short as that allows, for it is how long a
// confirm may wait when its node dies in the middle of the call.
const attemptLease = 25 * time.Second
