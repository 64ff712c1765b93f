package redisstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// keepSent is for how long it is remembered what a chat was sent: longer than
// any message is tried again, and than a platform lets it be taken back.
const keepSent = 72 * time.Hour

// holdSource gives or renews a lease.
//
// KEYS 1 lease  ARGV 1 holder  2 for how long, ms
// Returns 1 when it is the holder's now.
const holdSource = `
local who = redis.call('GET', KEYS[1])
if who and who ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

// releaseSource ends a lease that is the holder's.
//
// KEYS 1 lease  ARGV 1 holder
const releaseSource = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`

// Hold takes or renews a lease for a while; false when another holder has it.
func (s *Store) Hold(ctx context.Context, name, holder string, d time.Duration) (bool, error) {
	n, err := redis.NewScript(holdSource).Run(ctx, s.db, []string{s.keys.lease(name)}, holder, d.Milliseconds()).Int()
	if err != nil {
		return false, fail("hold "+name, err)
	}
	return n == 1, nil
}

// Release gives a lease back, if it is the holder's.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	err := redis.NewScript(releaseSource).Run(ctx, s.db, []string{s.keys.lease(name)}, holder).Err()
	return fail("release "+name, err)
}

// Burn uses a one-time token up. True for the first user of it, and for the same
// user again: one that died half-way may come back.
func (s *Store) Burn(ctx context.Context, token, by string, keep time.Duration) (bool, error) {
	key := s.keys.burnt(token)
	first, err := s.db.SetNX(ctx, key, by, keep).Result()
	if err != nil || first {
		return first, fail("use a token", err)
	}
	who, err := s.db.Get(ctx, key).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, fail("use a token", err)
	}
	return who == by, nil
}

// Chat returns the conversation that a chat was last linked to, "" for none.
func (s *Store) Chat(ctx context.Context, address string) (string, error) {
	conversation, err := s.db.Get(ctx, s.keys.chat(address)).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return conversation, fail("find a chat", err)
}

// SetChat notes which conversation a chat is linked to; "" forgets it.
func (s *Store) SetChat(ctx context.Context, address, conversation string) error {
	if conversation == "" {
		return fail("forget a chat", s.db.Del(ctx, s.keys.chat(address)).Err())
	}
	return fail("note a chat", s.db.Set(ctx, s.keys.chat(address), conversation, 0).Err())
}

// Delivery is a part of a message that a chat's platform has taken.
type Delivery struct {
	Address string
	Message string // ours
	Part    int    // from 0
	ID      int    // the platform's
	Seq     uint64 // the message's place in the conversation
	Private bool   // above level 1
	At      time.Time
}

// NoteDelivery remembers a delivery for three days, for whoever has to try the
// rest again or to take it back.
func (s *Store) NoteDelivery(ctx context.Context, d Delivery) error {
	sent, shown, latest := s.keys.sent(d.Message), s.keys.shown(d.Address), s.keys.latest(d.Address)
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, sent, strconv.Itoa(d.Part), d.ID)
		p.Expire(ctx, sent, keepSent)
		p.HSet(ctx, latest, "seq", d.Seq, "at", d.At.UnixMilli())
		p.Expire(ctx, latest, keepSent)
		if d.Private {
			p.ZAdd(ctx, shown, redis.Z{Score: float64(d.At.UnixMilli()), Member: d.ID})
			p.Expire(ctx, shown, keepSent)
		}
		return nil
	})
	return fail("note a delivery", err)
}

// Delivered returns how many parts of a message are known to have arrived.
func (s *Store) Delivered(ctx context.Context, message string) (int, error) {
	n, err := s.db.HLen(ctx, s.keys.sent(message)).Result()
	return int(n), fail("look for deliveries", err)
}

// Latest returns the sequence number of what a chat was sent last, and when; 0
// when nothing is known.
func (s *Store) Latest(ctx context.Context, address string) (uint64, time.Time, error) {
	fields, err := s.db.HGetAll(ctx, s.keys.latest(address)).Result()
	if err != nil {
		return 0, time.Time{}, fail("look for the latest delivery", err)
	}
	seq, _ := strconv.ParseUint(fields["seq"], 10, 64)
	at, _ := strconv.ParseInt(fields["at"], 10, 64)
	return seq, moment(at), nil
}

// Shown returns the platform's ids of what a chat was shown above level 1 and
// that was not taken back yet, oldest first.
func (s *Store) Shown(ctx context.Context, address string) ([]int, error) {
	members, err := s.db.ZRange(ctx, s.keys.shown(address), 0, -1).Result()
	if err != nil {
		return nil, fail("look for what was shown", err)
	}
	ids := make([]int, 0, len(members))
	for _, m := range members {
		if id, err := strconv.Atoi(m); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Unshown forgets what was taken back.
func (s *Store) Unshown(ctx context.Context, address string, ids []int) error {
	members := make([]any, len(ids))
	for i, id := range ids {
		members[i] = id
	}
	if len(members) == 0 {
		return nil
	}
	return fail("forget what was shown", s.db.ZRem(ctx, s.keys.shown(address), members...).Err())
}
