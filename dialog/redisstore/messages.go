package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// After returns at most limit final messages with a sequence number above seq,
// in order.
func (s *Store) After(ctx context.Context, conversation string, seq uint64, limit int) ([]dialog.Message, error) {
	if limit <= 0 {
		return nil, nil
	}
	// A chunk that ends where the range begins gives nothing, so the number of
	// chunks is known before the first is read.
	first, last := seq/chunkSize, (seq+uint64(limit)-1)/chunkSize
	cmds := make([]*redis.StringSliceCmd, 0, last-first+1)
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for n := first; n <= last; n++ {
			from, to := int64(0), int64(chunkSize-1)
			if n == first {
				from = int64(seq % chunkSize)
			}
			if n == last {
				to = int64((seq + uint64(limit) - 1) % chunkSize)
			}
			cmds = append(cmds, p.LRange(ctx, s.keys.chunk(conversation, n), from, to))
		}
		return nil
	})
	if err != nil {
		return nil, fail("messages of "+conversation, err)
	}
	var list []dialog.Message
	for _, c := range cmds {
		for _, text := range c.Val() {
			m, err := decodeMessage(text)
			if err != nil {
				return nil, broken("messages of "+conversation, err)
			}
			list = append(list, m)
		}
	}
	return list, nil
}

func decodeMessage(text string) (dialog.Message, error) {
	var m dialog.Message
	err := decode(text, &m)
	return m, err
}

// Message finds a message by its id, pending or final. The newest are looked at
// first. CodeNotFound when there is none (a pending one that was dropped).
func (s *Store) Message(ctx context.Context, conversation, id string) (dialog.Message, error) {
	fields, err := s.db.HMGet(ctx, s.keys.conversation(conversation), "m:"+id, "seq").Result()
	if err != nil {
		return dialog.Message{}, fail("message "+id, err)
	}
	if text, ok := fields[0].(string); ok {
		m, err := decodeMessage(text)
		if err != nil {
			return m, broken("message "+id, err)
		}
		return m, nil
	}
	last, _ := fields[1].(string)
	seq, _ := strconv.ParseUint(last, 10, 64)
	for seq > 0 {
		chunk := (seq - 1) / chunkSize
		list, err := s.After(ctx, conversation, chunk*chunkSize, chunkSize)
		if err != nil {
			return dialog.Message{}, err
		}
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].ID == id {
				return list[i], nil
			}
		}
		seq = chunk * chunkSize
	}
	return dialog.Message{}, dialog.E(dialog.CodeNotFound, "no such message", fmt.Errorf("message %s", id))
}

// Conversations gives the ids of all conversations to each, some at a time, in no
// order; one may come twice.
func (s *Store) Conversations(ctx context.Context, each func(ids []string) error) error {
	match := s.keys.part(0, "c:")
	match = strings.Replace(globbed(match), "{0}", "{*}", 1) + "*"
	var one sync.Mutex // a cluster's nodes are asked beside each other
	scan := func(ctx context.Context, db redis.Cmdable) error {
		for cursor := uint64(0); ; {
			names, next, err := db.Scan(ctx, cursor, match, 500).Result()
			if err != nil {
				return fail("list conversations", err)
			}
			ids := make([]string, 0, len(names))
			for _, name := range names {
				if _, id, ok := strings.Cut(name, "}:c:"); ok {
					ids = append(ids, id)
				}
			}
			one.Lock()
			err = each(ids)
			one.Unlock()
			if err != nil || next == 0 {
				return err
			}
			cursor = next
		}
	}
	if cluster, ok := s.db.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return scan(ctx, node) })
	}
	return scan(ctx, s.db)
}

// globbed makes a pattern that matches a text alone.
func globbed(text string) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "?", "\\?", "[", "\\[").Replace(text)
}

// EraseLine takes the words and figures out of a stored message for good; the
// line stays. Erasing twice is harmless. CodeNotFound when there is no such
// message, CodeConflict when it was changed at the same time.
func (s *Store) EraseLine(ctx context.Context, conversation string, seq uint64, at time.Time) error {
	return s.rewrite(ctx, conversation, seq, func(m *dialog.Message) {
		if m.Erased.IsZero() {
			m.Erase(at)
		}
	})
}

// Forget deletes the chunks of a conversation whose messages are all at or
// before seq, for retention. The last chunk always stays, because the next
// message is appended to it.
func (s *Store) Forget(ctx context.Context, conversation string, seq uint64) error {
	last, err := s.db.HGet(ctx, s.keys.conversation(conversation), "seq").Uint64()
	if err != nil && err != redis.Nil {
		return fail("forget messages of "+conversation, err)
	}
	var names []string
	for n := uint64(0); (n+1)*chunkSize <= seq && (n+1)*chunkSize < last; n++ {
		names = append(names, s.keys.chunk(conversation, n))
	}
	if len(names) == 0 {
		return nil
	}
	return fail("forget messages of "+conversation, s.db.Del(ctx, names...).Err())
}
