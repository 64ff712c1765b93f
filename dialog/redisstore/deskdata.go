package redisstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

//go:embed deskput.lua
var deskPutSource string

//go:embed redact.lua
var redactSource string

// DeskData keeps what belongs to the people at the desk and not to a
// conversation: accounts, sessions, drafts, offers of chats, who looked at what.
// It is safe for use by many goroutines and processes.
type DeskData struct {
	s   *Store
	put *redis.Script
}

// DeskData returns the desk's part of the store.
func (s *Store) DeskData() DeskData {
	return DeskData{s: s, put: redis.NewScript(deskPutSource)}
}

// Get returns a document and its version, 0 when there is none.
func (d DeskData) Get(ctx context.Context, kind, id string) ([]byte, uint64, error) {
	text, err := d.s.db.HGet(ctx, d.s.keys.deskDocs(kind), id).Result()
	if err == redis.Nil {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fail("desk "+kind, err)
	}
	return splitDoc(kind, text)
}

// splitDoc parts "version data".
func splitDoc(kind, text string) ([]byte, uint64, error) {
	head, data, ok := strings.Cut(text, " ")
	version, err := strconv.ParseUint(head, 10, 64)
	if !ok || err != nil {
		return nil, 0, broken("desk "+kind, fmt.Errorf("a document without a version"))
	}
	return []byte(data), version, nil
}

// Put writes a document if it still has the version that was read (0: there is
// none); empty data removes it. CodeConflict: somebody else was faster.
func (d DeskData) Put(ctx context.Context, kind, id string, version uint64, data []byte) error {
	done, err := d.put.Run(ctx, d.s.db, []string{d.s.keys.deskDocs(kind)}, id, version, data).Int64()
	if err != nil {
		return fail("desk "+kind, err)
	}
	if done == 0 {
		return dialog.E(dialog.CodeConflict, "somebody else has changed this meanwhile", nil)
	}
	return nil
}

// All returns every document of a kind by its id.
func (d DeskData) All(ctx context.Context, kind string) (map[string][]byte, error) {
	fields, err := d.s.db.HGetAll(ctx, d.s.keys.deskDocs(kind)).Result()
	if err != nil {
		return nil, fail("desk "+kind, err)
	}
	all := make(map[string][]byte, len(fields))
	for id, text := range fields {
		if all[id], _, err = splitDoc(kind, text); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Append adds an entry to a log and returns its id; ids rise. Nothing in a log
// is ever changed.
func (d DeskData) Append(ctx context.Context, log string, entry []byte) (string, error) {
	id, err := d.s.db.XAdd(ctx, &redis.XAddArgs{Stream: d.s.keys.deskLog(log), Values: []any{"e", entry}}).Result()
	return id, fail("desk log "+log, err)
}

// Log returns at most limit entries of a log before an id ("" is the end), the
// newest first, with their ids.
func (d DeskData) Log(ctx context.Context, log, before string, limit int) (ids []string, entries [][]byte, err error) {
	end := "+"
	if before != "" {
		end = "(" + before
	}
	found, err := d.s.db.XRevRangeN(ctx, d.s.keys.deskLog(log), end, "-", int64(limit)).Result()
	if err != nil {
		return nil, nil, fail("desk log "+log, err)
	}
	for _, m := range found {
		text, _ := m.Values["e"].(string)
		ids, entries = append(ids, m.ID), append(entries, []byte(text))
	}
	return ids, entries, nil
}

// Publish tells every node something that need not be kept: somebody is typing,
// a row has changed.
func (d DeskData) Publish(ctx context.Context, note []byte) error {
	return fail("desk notes", d.s.db.Publish(ctx, d.s.keys.deskNotes(), note).Err())
}

// Notes delivers what any node published until ctx ends, then closes the
// channel. Notes may be lost when a connection breaks; an empty one says that
// this has happened.
func (d DeskData) Notes(ctx context.Context) <-chan []byte {
	sub := d.s.db.Subscribe(ctx, d.s.keys.deskNotes())
	out := make(chan []byte)
	go func() {
		defer close(out)
		defer sub.Close()
		in := sub.ChannelWithSubscriptions(redis.WithChannelSize(1024))
		for {
			var note []byte
			select {
			case <-ctx.Done():
				return
			case m, ok := <-in:
				if !ok {
					return
				}
				if text, is := m.(*redis.Message); is {
					note = []byte(text.Payload)
				}
			}
			select {
			case <-ctx.Done():
				return
			case out <- note:
			}
		}
	}()
	return out
}

// Redact replaces the words of a stored message for good: what must not be kept
// is gone, the line itself stays. CodeNotFound when there is no such message,
// CodeConflict when it was changed at the same time.
func (d DeskData) Redact(ctx context.Context, conversation string, seq uint64, text string) error {
	return d.s.rewrite(ctx, conversation, seq, func(m *dialog.Message) { m.Body.Text = text })
}

// rewrite changes a stored message in its place.
func (s *Store) rewrite(ctx context.Context, conversation string, seq uint64, change func(*dialog.Message)) error {
	if seq == 0 {
		return dialog.E(dialog.CodeNotFound, "there is no such message", nil)
	}
	name, at := s.keys.chunk(conversation, (seq-1)/chunkSize), int64((seq-1)%chunkSize)
	old, err := s.db.LIndex(ctx, name, at).Result()
	if err == redis.Nil {
		return dialog.E(dialog.CodeNotFound, "there is no such message", nil)
	}
	if err != nil {
		return fail("rewrite a message", err)
	}
	m, err := decodeMessage(old)
	if err != nil || m.Seq != seq {
		return broken("rewrite a message", fmt.Errorf("not message %d (%v)", seq, err))
	}
	change(&m)
	fresh, err := json.Marshal(m)
	if err != nil {
		return broken("rewrite a message", err)
	}
	done, err := redis.NewScript(redactSource).Run(ctx, s.db, []string{name}, at, old, string(stored)+string(fresh)).Int64()
	if err != nil {
		return fail("rewrite a message", err)
	}
	if done == 0 {
		return dialog.E(dialog.CodeConflict, "somebody else has changed this meanwhile", nil)
	}
	return nil
}
