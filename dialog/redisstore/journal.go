package redisstore

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// Entry is a journal record with its id in the partition's stream.
type Entry struct {
	ID     string
	Record dialog.Record
}

// Journal returns at most limit records of a partition after an id ("" is the
// beginning), in the order of their commits.
func (s *Store) Journal(ctx context.Context, partition int, after string, limit int) ([]Entry, error) {
	start := "-"
	if after != "" {
		start = "(" + after
	}
	list, err := s.db.XRangeN(ctx, s.keys.journal(partition), start, "+", int64(limit)).Result()
	if err != nil {
		return nil, fail("read the journal", err)
	}
	entries := make([]Entry, 0, len(list))
	for _, x := range list {
		e := Entry{ID: x.ID}
		text, _ := x.Values["r"].(string)
		plain, err := s.seal.open([]byte(text))
		if err != nil {
			return nil, broken("journal record "+x.ID, err)
		}
		if err := decode(string(plain), &e.Record); err != nil {
			return nil, broken("journal record "+x.ID, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// JournalText is a journal record as JSON, with its id in the partition's stream.
// One that cannot be read has an error instead: nothing after it is given.
type JournalText struct {
	ID   string
	Text []byte
	Err  error
}

// JournalHeads returns at most limit of the oldest records of each partition that
// has any, as JSON, in the order of their commits.
func (s *Store) JournalHeads(ctx context.Context, limit int) (map[int][]JournalText, error) {
	cmds := make([]*redis.XMessageSliceCmd, Partitions)
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range Partitions {
			cmds[i] = p.XRangeN(ctx, s.keys.journal(i), "-", "+", int64(limit))
		}
		return nil
	})
	if err != nil {
		return nil, fail("read the journal", err)
	}
	heads := map[int][]JournalText{}
	for p, cmd := range cmds {
		for _, x := range cmd.Val() {
			t := s.journalText(x)
			heads[p] = append(heads[p], t)
			if t.Err != nil {
				break
			}
		}
	}
	return heads, nil
}

func (s *Store) journalText(x redis.XMessage) JournalText {
	text, _ := x.Values["r"].(string)
	plain, err := s.seal.open([]byte(text))
	if err == nil && (len(plain) == 0 || plain[0] != stored) {
		err = errVersion
	}
	if err != nil {
		return JournalText{ID: x.ID, Err: broken("journal record "+x.ID, err)}
	}
	return JournalText{ID: x.ID, Text: plain[1:]}
}

// TrimJournal removes the records of a partition up to and including an id:
// those that the archive holds. It never trims by length.
func (s *Store) TrimJournal(ctx context.Context, partition int, upTo string) error {
	next, err := following(upTo)
	if err != nil {
		return broken("trim the journal", err)
	}
	return fail("trim the journal", s.db.XTrimMinID(ctx, s.keys.journal(partition), next).Err())
}

// following returns the smallest stream id after one.
func following(id string) (string, error) {
	ms, n, _ := strings.Cut(id, "-")
	v, err := strconv.ParseUint(n, 10, 64)
	if err != nil {
		return "", err
	}
	return ms + "-" + strconv.FormatUint(v+1, 10), nil
}

// JournalLag says how many records wait for the archive and how old the oldest
// is, over all partitions.
func (s *Store) JournalLag(ctx context.Context, now time.Time) (records int64, oldest time.Duration, err error) {
	lens := make([]*redis.IntCmd, Partitions)
	heads := make([]*redis.XMessageSliceCmd, Partitions)
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range Partitions {
			lens[i] = p.XLen(ctx, s.keys.journal(i))
			heads[i] = p.XRangeN(ctx, s.keys.journal(i), "-", "+", 1)
		}
		return nil
	})
	if err != nil {
		return 0, 0, fail("measure the journal", err)
	}
	for i := range Partitions {
		records += lens[i].Val()
		for _, x := range heads[i].Val() {
			at, _, _ := strings.Cut(x.ID, "-")
			if ms, err := strconv.ParseInt(at, 10, 64); err == nil {
				oldest = max(oldest, now.Sub(moment(ms)))
			}
		}
	}
	return records, oldest, nil
}
