package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// Due lists items that no node holds now: those whose lease ran out, whose time
// has come or which wait for another attempt. At most limit a partition. Items
// are returned with an error when only some partitions could be read.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	members, err := s.scan(ctx, s.keys.outbox, now, limit)
	var ids []string
	for _, z := range members {
		ids = append(ids, z.Member.(string))
	}
	return ids, fail("scan the outbox", err)
}

// scan reads the members up to now of one sorted set per partition, in one
// pipeline. What could be read is returned beside the first error.
func (s *Store) scan(ctx context.Context, key func(int) string, now time.Time, limit int) ([]redis.Z, error) {
	upTo := &redis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(now.UnixMilli(), 10), Count: int64(limit)}
	cmds := make([]*redis.ZSliceCmd, Partitions)
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range cmds {
			cmds[i] = p.ZRangeByScoreWithScores(ctx, key(i), upTo)
		}
		return nil
	})
	var found []redis.Z
	for _, c := range cmds {
		found = append(found, c.Val()...)
	}
	return found, err
}

// lagSample is how many items of a partition OutboxLag looks at: those that were
// to leave first.
const lagSample = 16

// OutboxLag says how many things wait to leave and how long ago the oldest of
// them was to, over all partitions: it was made then, or put off until then. What
// is put off beyond now is counted and has no age.
func (s *Store) OutboxLag(ctx context.Context, now time.Time) (items int64, oldest time.Duration, err error) {
	counts, firsts := make([]*redis.IntCmd, Partitions), make([]*redis.StringSliceCmd, Partitions)
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range Partitions {
			counts[i] = p.ZCard(ctx, s.keys.outbox(i))
			firsts[i] = p.ZRange(ctx, s.keys.outbox(i), 0, lagSample-1)
		}
		return nil
	})
	if err != nil {
		return 0, 0, fail("measure the outbox", err)
	}
	var times []*redis.SliceCmd
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range Partitions {
			items += counts[i].Val()
			for _, id := range firsts[i].Val() {
				times = append(times, p.HMGet(ctx, s.keys.item(id), "made", "notbefore"))
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, fail("measure the outbox", err)
	}
	for _, c := range times {
		var since int64
		for _, v := range c.Val() {
			text, _ := v.(string) // nil: it has left meanwhile
			ms, _ := strconv.ParseInt(text, 10, 64)
			since = max(since, ms)
		}
		if since > 0 {
			oldest = max(oldest, now.Sub(moment(since)))
		}
	}
	return items, oldest, nil
}

// Claim takes an item for one attempt. It returns the item, the borrower of its
// conversation and the number of this attempt, from 1.
//
// Errors: CodeNotFound when the item is done or unknown; CodeConflict when it
// is not its turn (another node has it, it is not due, one before it is not
// done); CodeForbidden, with the item, when it must not run any more: Text is
// epoch, hold, tombstone or expired. Such an item is ended with Done.
func (s *Store) Claim(ctx context.Context, now time.Time, id string) (dialog.OutboxItem, string, int, error) {
	conversation := conversationOf(id)
	names := []string{s.keys.conversation(conversation), s.keys.outbox(Partition(conversation)), s.keys.item(id), s.keys.order(conversation)}
	reply, err := s.run(ctx, s.claim, names, id, now.UnixMilli(), s.opts.Node, s.opts.Attempt.Milliseconds())
	if err != nil {
		return dialog.OutboxItem{}, "", 0, fail("claim "+id, err)
	}
	switch reply[0] {
	case "gone":
		return dialog.OutboxItem{}, "", 0, dialog.E(dialog.CodeNotFound, "done already", nil)
	case "wait":
		return dialog.OutboxItem{}, "", 0, dialog.E(dialog.CodeConflict, "not its turn", nil)
	}
	var item dialog.OutboxItem
	if err := decode(reply[1], &item); err != nil {
		return dialog.OutboxItem{}, "", 0, broken("claim "+id, err)
	}
	attempt, err := strconv.Atoi(reply[3])
	if err != nil {
		return dialog.OutboxItem{}, "", 0, broken("claim "+id, err)
	}
	if reply[0] == "drop" {
		return item, reply[2], attempt, dialog.E(dialog.CodeForbidden, reply[4], nil)
	}
	return item, reply[2], attempt, nil
}

// Retry puts an item back until at. clean says that the attempt certainly had
// no effect, so that the item may still be dropped.
func (s *Store) Retry(ctx context.Context, id string, at time.Time, clean bool) error {
	conversation := conversationOf(id)
	names := []string{s.keys.outbox(Partition(conversation)), s.keys.item(id)}
	_, err := s.run(ctx, s.retry, names, id, at.UnixMilli(), flag(clean))
	return fail("put back "+id, err)
}

// Done ends an item and returns the next one of its lane when that may run now,
// else "". A reason puts the item among the poison items.
func (s *Store) Done(ctx context.Context, now time.Time, id, reason string) (string, error) {
	conversation := conversationOf(id)
	p := Partition(conversation)
	names := []string{s.keys.outbox(p), s.keys.item(id), s.keys.order(conversation), s.keys.poison(p)}
	reply, err := s.run(ctx, s.done, names, id, now.UnixMilli(), reason)
	if err != nil {
		return "", fail("end "+id, err)
	}
	return reply[1], nil
}

// Poisoned is an item that was given up.
type Poisoned struct {
	Item   dialog.OutboxItem
	At     time.Time
	Reason string
}

// Poison lists the items that were given up.
func (s *Store) Poison(ctx context.Context) ([]Poisoned, error) {
	fields, err := s.hashes(ctx, s.keys.poison)
	if err != nil {
		return nil, fail("list poison items", err)
	}
	var list []Poisoned
	for id, text := range fields {
		head, item, ok := strings.Cut(text, "\n")
		at, reason, ok2 := strings.Cut(head, " ")
		ms, err := strconv.ParseInt(at, 10, 64)
		if !ok || !ok2 || err != nil {
			return nil, broken("poison item "+id, errors.New("unreadable entry"))
		}
		p := Poisoned{At: moment(ms), Reason: reason}
		if err := decode(item, &p.Item); err != nil {
			return nil, broken("poison item "+id, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// Forgive removes an item from the poison items once somebody has dealt with it.
func (s *Store) Forgive(ctx context.Context, id string) error {
	key := s.keys.poison(Partition(conversationOf(id)))
	return fail("forgive "+id, s.db.HDel(ctx, key, id).Err())
}

// hashes reads one hash per partition in one pipeline.
func (s *Store) hashes(ctx context.Context, key func(int) string) (map[string]string, error) {
	cmds := make([]*redis.MapStringStringCmd, Partitions)
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range cmds {
			cmds[i] = p.HGetAll(ctx, key(i))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read partitions: %w", err)
	}
	all := map[string]string{}
	for _, c := range cmds {
		for k, v := range c.Val() {
			all[k] = v
		}
	}
	return all, nil
}
