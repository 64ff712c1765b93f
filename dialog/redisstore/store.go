package redisstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
	"warmline/dialog/plainjson"
)

//go:embed commit.lua
var commitSource string

//go:embed claim.lua
var claimSource string

//go:embed retry.lua
var retrySource string

//go:embed done.lua
var doneSource string

//go:embed undue.lua
var undueSource string

// Options are what a store needs to know beside its client.
type Options struct {
	Prefix string // of every key; "" means "wl"
	Node   string // who holds leases; must differ between running processes
	// Lease is for how long the items of a commit are the committing node's
	// alone; 0 means 15 s.
	Lease time.Duration
	// Attempt is for how long a claimed item is the claiming node's alone, and
	// must exceed the longest call; 0 means one minute.
	Attempt time.Duration
	// Remember is for how long envelope ids that have no device number are
	// kept; 0 means seven days.
	Remember time.Duration
	// JournalKey seals the journal: 32 bytes, kept apart from the data. nil
	// leaves it in the clear, for tests and demonstrations.
	JournalKey []byte
}

// Store keeps conversations in one Redis: a server, a cluster or a sentinel
// group. It is safe for use by many goroutines.
type Store struct {
	db         redis.UniversalClient
	keys       keys
	opts       Options
	durability string
	seal       sealer
	plans      plainjson.Plans
	batch      *batcher  // nil in a cluster
	writers    sync.Pool // of *writer

	commit, claim, retry, done, undue *redis.Script
}

// sealer is the journal's encryption; see seal.go.
type sealer interface {
	seal(plain []byte) ([]byte, error)
	open(sealed []byte) ([]byte, error)
}

// Open checks the server behind a client (see Durability) and loads the
// scripts. Errors: CodeUnavailable when it cannot be reached, CodeInvalid when
// it is set up so that it would lose data.
func Open(ctx context.Context, db redis.UniversalClient, opts Options) (*Store, error) {
	s, err := newStore(db, opts)
	if err != nil {
		return nil, err
	}
	if s.durability, err = checkServer(ctx, db); err != nil {
		return nil, err
	}
	for _, script := range []*redis.Script{s.commit, s.claim, s.retry, s.done, s.undue} {
		if err := script.Load(ctx, db).Err(); err != nil {
			return nil, dialog.E(dialog.CodeUnavailable, "the store cannot be reached", fmt.Errorf("load scripts: %w", err))
		}
	}
	return s, nil
}

func newStore(db redis.UniversalClient, opts Options) (*Store, error) {
	if opts.Prefix == "" {
		opts.Prefix = "wl"
	}
	if opts.Node == "" {
		return nil, dialog.E(dialog.CodeInvalid, "the store needs a node name", nil)
	}
	opts.Lease = orElse(opts.Lease, 15*time.Second)
	opts.Attempt = orElse(opts.Attempt, time.Minute)
	opts.Remember = orElse(opts.Remember, 7*24*time.Hour)
	seal, err := newSealer(opts.JournalKey)
	if err != nil {
		return nil, err
	}
	var batch *batcher
	if _, one := db.(*redis.Client); one {
		batch = &batcher{db: db, max: maxFlying}
	}
	return &Store{
		batch: batch, db: db, keys: keys{opts.Prefix}, opts: opts, seal: seal,
		commit: redis.NewScript(commitSource), claim: redis.NewScript(claimSource),
		retry: redis.NewScript(retrySource), done: redis.NewScript(doneSource),
		undue: redis.NewScript(undueSource),
	}, nil
}

// Durability says, for the log and the operations page, what a commit survives
// on this server.
func (s *Store) Durability() string { return s.durability }

// Load returns a conversation and its pending messages. One that was never
// written has Revision 0 and only its ID.
func (s *Store) Load(ctx context.Context, conversation string) (dialog.Conversation, []dialog.Message, error) {
	fields, err := s.db.HGetAll(ctx, s.keys.conversation(conversation)).Result()
	if err != nil {
		return dialog.Conversation{}, nil, fail("load "+conversation, err)
	}
	c := dialog.Conversation{ID: conversation}
	if fields["state"] == "" {
		return c, nil, nil
	}
	if err := decode(fields["state"], &c); err != nil {
		return dialog.Conversation{}, nil, broken("load "+conversation, err)
	}
	var pending []dialog.Message
	for name, text := range fields {
		if !strings.HasPrefix(name, "m:") {
			continue
		}
		var m dialog.Message
		if err := decode(text, &m); err != nil {
			return dialog.Conversation{}, nil, broken("load "+conversation+" pending", err)
		}
		pending = append(pending, m)
	}
	return c, pending, nil
}

// run calls a script by its hash, and with its text where a server does not
// have it (after a restart or a failover).
func (s *Store) run(ctx context.Context, script *redis.Script, names []string, args ...any) ([]string, error) {
	if s.batch != nil {
		return s.batch.do(ctx, script, names, args).StringSlice()
	}
	return script.Run(ctx, s.db, names, args...).StringSlice()
}

// fail classifies an error of the server or of the way to it.
func fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	if strings.HasPrefix(err.Error(), "WRONGTYPE") {
		return broken(doing, errors.New("a key of another type is in the way"))
	}
	return dialog.E(dialog.CodeUnavailable, "the store cannot be reached", fmt.Errorf("%s: %w", doing, err))
}

// broken is an error that trying again will not mend.
func broken(doing string, err error) error {
	return dialog.E(dialog.CodeInternal, "the store holds something unexpected", fmt.Errorf("%s: %w", doing, err))
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
