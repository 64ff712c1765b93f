package redisstore

import (
	"context"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// Keep stores the bytes of an attachment under its id, for every node. Whoever
// keeps them bounds their size, seals them and takes them away in time.
func (d DeskData) Keep(ctx context.Context, id string, data []byte) error {
	return fail("keep a file", d.s.db.Set(ctx, d.s.keys.file(id), data, 0).Err())
}

// Fetch returns the bytes of an attachment; CodeNotFound when there are none.
func (d DeskData) Fetch(ctx context.Context, id string) ([]byte, error) {
	data, err := d.s.db.Get(ctx, d.s.keys.file(id)).Bytes()
	if err == redis.Nil {
		return nil, dialog.E(dialog.CodeNotFound, "there is no such file", nil)
	}
	return data, fail("fetch a file", err)
}

// Drop takes an attachment away, whether it is there or not.
func (d DeskData) Drop(ctx context.Context, id string) error {
	return fail("drop a file", d.s.db.Unlink(ctx, d.s.keys.file(id)).Err())
}
