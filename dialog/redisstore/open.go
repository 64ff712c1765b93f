package redisstore

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// SetOpen notes whether a node has a conversation's chat open. A note that is
// not renewed ends after keep, as when a node has died.
func (s *Store) SetOpen(ctx context.Context, conversation string, open bool, keep time.Duration) error {
	key := s.keys.open(conversation)
	if !open {
		return fail("note an open chat", s.db.ZRem(ctx, key, s.opts.Node).Err())
	}
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.ZAdd(ctx, key, redis.Z{Score: float64(time.Now().Add(keep).UnixMilli()), Member: s.opts.Node})
		p.PExpire(ctx, key, keep)
		return nil
	})
	return fail("note an open chat", err)
}

// OpenElsewhere reports whether another node has a conversation's chat open.
func (s *Store) OpenElsewhere(ctx context.Context, conversation string) (bool, error) {
	nodes, err := s.db.ZRangeByScore(ctx, s.keys.open(conversation), &redis.ZRangeBy{
		Min: strconv.FormatInt(time.Now().UnixMilli(), 10), Max: "+inf",
	}).Result()
	if err != nil {
		return false, fail("look for an open chat", err)
	}
	for _, node := range nodes {
		if node != s.opts.Node {
			return true, nil
		}
	}
	return false, nil
}
