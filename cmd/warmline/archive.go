package main

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"warmline/dialog/archive"
	"warmline/dialog/redisstore"
)

// archiveConfig is where the journal is kept for good.
type archiveConfig struct {
	Dir     string        `yaml:"dir"`         // WARMLINE_ARCHIVE_DIR; folder of its segments, on a disk that is backed up; empty: journal in the data folder
	Key     string        `yaml:"key"`         // WARMLINE_ARCHIVE_KEY; 32 bytes in base64, kept apart from the segments; empty: made in the data folder
	Journal string        `yaml:"journal_key"` // WARMLINE_ARCHIVE_JOURNAL_KEY; likewise, of the records that wait in Redis: the same on every node
	Alarm   time.Duration `yaml:"alarm"`       // WARMLINE_ARCHIVE_ALARM; how long a record may wait for the archive
}

func (c archiveConfig) validate(bad func(field, format string, args ...any)) {
	for field, text := range map[string]string{"archive.key": c.Key, "archive.journal_key": c.Journal} {
		if raw, err := base64.StdEncoding.DecodeString(text); text != "" && (err != nil || len(raw) != archive.KeySize) {
			bad(field, "expected %d bytes in base64", archive.KeySize)
		}
	}
	if c.Alarm < 0 {
		bad("archive.alarm", "expected a duration such as 10m")
	}
}

// recordKey is a key for journal records: the configured one, else one that
// follows from the secret that all nodes share, else one that the data folder
// keeps, where there is but one node.
func (c *config) recordKey(configured, name string) ([]byte, error) {
	switch {
	case configured != "":
		key, err := base64.StdEncoding.DecodeString(configured)
		if err != nil || len(key) != archive.KeySize {
			return nil, wrongUse("archive: %s: expected %d bytes in base64", name, archive.KeySize)
		}
		return key, nil
	case c.Redis.URL != "" && c.Secret != "":
		key, err := hkdf.Key(sha256.New, []byte(c.Secret), nil, "warmline "+name, archive.KeySize)
		if err != nil {
			return nil, fmt.Errorf("derive %s: %w", name, err)
		}
		return key, nil
	}
	return secret(c.Data, name, archive.KeySize)
}

func (c *config) journalKey() ([]byte, error) {
	return c.recordKey(c.Archive.Journal, "journal.key")
}

func (c *config) archiveKey() ([]byte, error) { return c.recordKey(c.Archive.Key, "archive.key") }

// hasArchiveKey reports whether there is a key without one being made.
func (c *config) hasArchiveKey() bool {
	if c.Archive.Key != "" || c.Redis.URL != "" && c.Secret != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(c.Data, "archive.key"))
	return err == nil
}

func (c *config) archiveDir() string {
	if c.Archive.Dir != "" {
		return c.Archive.Dir
	}
	return filepath.Join(c.Data, "journal")
}

// journalStream is the store as the archive reads it.
type journalStream struct{ store *redisstore.Store }

// Heads implements archive.Stream.
func (j journalStream) Heads(ctx context.Context, limit int) (map[int][]archive.Entry, error) {
	texts, err := j.store.JournalHeads(ctx, limit)
	heads := make(map[int][]archive.Entry, len(texts))
	for p, list := range texts {
		for _, t := range list {
			heads[p] = append(heads[p], archive.Entry(t))
		}
	}
	return heads, err
}

// Trim implements archive.Stream.
func (j journalStream) Trim(ctx context.Context, partition int, upTo string) error {
	return j.store.TrimJournal(ctx, partition, upTo)
}

// leases is what lets one node at a time do something.
type leases interface {
	Hold(ctx context.Context, name, holder string, d time.Duration) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// Rhythm of the archive: how long a node stays the one that archives without
// renewing it, how often it looks when there is nothing to do, and after an error.
const (
	archiveLease  = 15 * time.Second
	archiveEvery  = 2 * time.Second
	lagEvery      = 15 // rounds
	archiveAlarm  = 10 * time.Minute
	archiveSettle = 10 * time.Second // for the last round and its end mark, when stopping
)

// archiving carries the journal from the store into the archive, on one node at
// a time.
type archiving struct {
	leases leases
	node   string
	open   func() (*archive.Consumer, error)
	seen   func(archive.Round, error)
	lag    func(context.Context) (time.Duration, error)
	alarm  time.Duration
	late   func(time.Duration)

	consumer *archive.Consumer
	turns    int
}

const archiveName = "archive"

// run works until ctx ends, then finishes what it has begun.
func (a *archiving) run(ctx context.Context) {
	for {
		wait := a.turn(ctx)
		select {
		case <-ctx.Done():
			a.stop(ctx)
			return
		case <-time.After(wait):
		}
	}
}

// turn does a round if this node is the one that archives, and says how long to
// wait for the next.
func (a *archiving) turn(ctx context.Context) time.Duration {
	ours, err := a.leases.Hold(ctx, archiveName, a.node, archiveLease)
	if err != nil || !ours {
		a.saw(ctx, archive.Round{}, err)
		a.drop()
		return archiveEvery
	}
	if a.turns++; a.turns%lagEvery == 0 {
		if late, err := a.lag(ctx); err == nil && late > a.alarm {
			a.late(late)
		}
	}
	if a.consumer == nil {
		if a.consumer, err = a.open(); err != nil {
			a.saw(ctx, archive.Round{}, err)
			return archiveEvery
		}
	}
	round, err := a.consumer.Round(ctx)
	a.saw(ctx, round, err)
	if err == nil && round.More {
		return 0
	}
	return archiveEvery
}

// saw tells what a round did; one that was broken off by the stop is finished by
// the last.
func (a *archiving) saw(ctx context.Context, r archive.Round, err error) {
	if err == nil || ctx.Err() == nil {
		a.seen(r, err)
	}
}

// drop leaves the segment of a node that archives no longer.
func (a *archiving) drop() {
	if a.consumer == nil {
		return
	}
	if err := a.consumer.Close(); err != nil {
		a.seen(archive.Round{}, err)
	}
	a.consumer = nil
}

// stop ends the segment and lets another node go on at once.
func (a *archiving) stop(ctx context.Context) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), archiveSettle)
	defer cancel()
	if a.consumer != nil {
		round, err := a.consumer.Round(last)
		a.seen(round, err)
	}
	a.drop()
	if err := a.leases.Release(last, archiveName, a.node); err != nil {
		a.seen(archive.Round{}, err)
	}
}

// startArchive carries the journal away until the service closes.
func (s *service) startArchive(ctx context.Context, store *redisstore.Store) error {
	key, err := s.cfg.archiveKey()
	if err != nil {
		return err
	}
	seen := newArchiveMetrics(s.metrics)
	alarm := s.cfg.Archive.Alarm
	if alarm == 0 {
		alarm = archiveAlarm
	}
	a := &archiving{leases: store, node: s.cfg.Node, seen: seen.round, alarm: alarm, late: seen.late,
		open: func() (*archive.Consumer, error) {
			w, err := archive.NewWriter(s.cfg.archiveDir(), key, archive.WriterOptions{Node: s.cfg.Node})
			if err != nil {
				return nil, err
			}
			return archive.NewConsumer(journalStream{store}, w)
		},
		lag: func(ctx context.Context) (time.Duration, error) {
			_, oldest, err := store.JournalLag(ctx, time.Now())
			return oldest, err
		}}
	s.background(ctx, a.run)
	return nil
}

// background runs something until the service closes, which waits for it.
func (s *service) background(ctx context.Context, run func(context.Context)) {
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	s.stops = append(s.stops, func() error {
		stop()
		<-done
		return nil
	})
	go func() {
		defer close(done)
		run(own)
	}()
}
