package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"warmline/dialog"
	"warmline/dialog/archive"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
	"warmline/dialog/redisstore"
	"warmline/dialog/retention"
)

// retentionConfig is whether what the packs no longer keep is erased.
type retentionConfig struct {
	Mode  string        `yaml:"mode"`  // WARMLINE_RETENTION_MODE; on, dry (say what would go, and erase nothing) or off; empty: on where two persons have signed the packs, else dry
	Every time.Duration `yaml:"every"` // WARMLINE_RETENTION_EVERY; how often; 24h when empty
}

func (c retentionConfig) validate(bad func(field, format string, args ...any)) {
	switch c.Mode {
	case "", "on", "dry", "off":
	default:
		bad("retention.mode", "expected on, dry or off")
	}
	if c.Every != 0 && c.Every < time.Minute {
		bad("retention.every", "expected a minute or more")
	}
}

// retentionMode is the configured mode; without one nothing is erased by rules
// that nobody has signed.
func (c *config) retentionMode(signed bool) string {
	switch {
	case c.Retention.Mode != "":
		return c.Retention.Mode
	case signed:
		return "on"
	}
	return "dry"
}

// Kinds of the desk's documents that retention reads and writes.
const (
	heldDocs      = "held"      // by conversation: nothing of it may be erased
	erasureDocs   = "erasure"   // by conversation: the person asked for it, and the packs do not let it go yet
	retentionDocs = "retention" // by mode: the last run that was finished
	retentionLog  = "retention" // what was erased
)

// marks is what the desk keeps of conversations.
type marks struct{ data redisstore.DeskData }

// Held implements retention.Marks.
func (m marks) Held(ctx context.Context, conversation string) (bool, error) {
	_, version, err := m.data.Get(ctx, heldDocs, conversation)
	return version > 0, err
}

// Requested implements retention.Marks.
func (m marks) Requested(ctx context.Context, conversation string) (bool, error) {
	_, version, err := m.data.Get(ctx, erasureDocs, conversation)
	return version > 0, err
}

// Fulfilled implements retention.Marks.
func (m marks) Fulfilled(ctx context.Context, conversation string) error {
	_, version, err := m.data.Get(ctx, erasureDocs, conversation)
	if err != nil || version == 0 {
		return err
	}
	return m.data.Put(ctx, erasureDocs, conversation, version, nil)
}

// archived is the archive as retention sees it.
type archived struct {
	dir string
	key []byte
	now time.Time
}

// Prune implements retention.Journal.
func (a archived) Prune(ctx context.Context, may func(time.Time) bool, drop func([]byte) bool) (int, error) {
	return archive.Prune(ctx, a.dir, a.key, a.now, may, drop)
}

// retentionOptions is what a run is wired from; what erases is left to the caller.
func retentionOptions(cfg *config, store *redisstore.Store, engine *rules.Engine, facts func(context.Context, string) (dialog.Facts, error), now time.Time) (retention.Options, error) {
	o := retention.Options{Index: store.Conversations, Lines: store, Marks: marks{store.DeskData()}, Judge: engine, Now: now,
		Settled: func(ctx context.Context, borrower string) *bool { return settled(ctx, facts, borrower) }}
	if !cfg.hasArchiveKey() {
		return o, nil
	}
	key, err := cfg.archiveKey()
	o.Journal = archived{cfg.archiveDir(), key, now}
	return o, err
}

// settled asks the lender whether anything is owed; nil when it cannot say.
func settled(ctx context.Context, facts func(context.Context, string) (dialog.Facts, error), borrower string) *bool {
	if borrower == "" {
		return nil
	}
	f, err := facts(ctx, borrower)
	if err != nil || f.Unavailable {
		return nil
	}
	owes := false
	for _, a := range f.Accounts {
		owes = owes || a.NotYetDue.Minor > 0 || a.Overdue.Principal.Minor+a.Overdue.Interest.Minor > 0
		for _, fee := range a.Overdue.Fees {
			owes = owes || fee.Amount.Minor > 0
		}
	}
	for _, a := range f.Arrangements {
		owes = owes || a.Status == dialog.ArrangementActive || a.Status == dialog.ArrangementPending
	}
	yes := !owes
	return &yes
}

// retained names the rule that keeps a chat although the person asks for it to be
// erased, "" when none does. No rule has its say about a hold: the desk knows.
func retained(engine *rules.Engine, c *dialog.Conversation, now time.Time) string {
	if engine == nil {
		return ""
	}
	last := c.LastIn
	if c.Replied.After(last) {
		last = c.Replied
	}
	return keeps(engine, c.Packs, last, now)
}

// keeps names the rule that keeps something of a chat of a day, whoever asks for
// it to be erased, "" when none does.
func keeps(engine *rules.Engine, packs []string, at, now time.Time) string {
	if len(packs) == 0 { // nobody knows whose rules apply: all do
		packs = engine.IDs()
	}
	free, on := false, dialog.DateOf(now.UTC())
	age := max(0, on.Days(dialog.DateOf(at.UTC())))
	erase, looked := engine.Retention(packs, rules.Kept{Record: "chat", AgeDays: age, LegalHold: &free, Requested: true}, on)
	if erase {
		return ""
	}
	v := policy.Strictest(looked)
	return v.Rule
}

// keepsFile reports whether a rule keeps an attachment. When that cannot be found
// out it stays.
func keepsFile(ctx context.Context, store *redisstore.Store, engine *rules.Engine, chat string, at, now time.Time) bool {
	c, _, err := store.Load(ctx, chat)
	return err != nil || engine != nil && keeps(engine, c.Packs, at, now) != ""
}

// Rhythm of retention.
const (
	retentionName  = "retention"
	retentionLease = 2 * time.Minute
	retentionLook  = time.Minute
	retentionEvery = 24 * time.Hour
)

var errNotOurs = errors.New("another node does it now")

// retaining erases what the packs no longer keep, once a day, on one node at a
// time. A run that was broken off is begun again by whoever comes next.
type retaining struct {
	cfg    *config
	mode   func() string // on, dry or off, now: packs may have been exchanged
	node   string
	store  *redisstore.Store
	leases leases
	engine func() *rules.Engine
	facts  func(context.Context, string) (dialog.Facts, error)
	submit func(context.Context, dialog.Envelope) error
	drop   func(ctx context.Context, file string) error
	now    func() time.Time
	seen   *retentionMetrics
}

// finished is the record of a run.
type finished struct {
	At  time.Time         `json:"at"`
	Sum retention.Summary `json:"sum"`
}

func (r *retaining) run(ctx context.Context) {
	for {
		if err := r.turn(ctx); err != nil && ctx.Err() == nil {
			r.seen.m.Trouble("retention", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retentionLook):
		}
	}
}

// turn does a run when one is due and this node may do it.
func (r *retaining) turn(ctx context.Context) error {
	ours, err := r.leases.Hold(ctx, retentionName, r.node, retentionLease)
	if err != nil || !ours {
		return err
	}
	defer func() { _ = r.leases.Release(context.WithoutCancel(ctx), retentionName, r.node) }()
	data, every := r.store.DeskData(), r.cfg.Retention.Every
	if every == 0 {
		every = retentionEvery
	}
	mode := r.mode()
	raw, version, err := data.Get(ctx, retentionDocs, mode)
	if err != nil {
		return err
	}
	var last finished
	if version > 0 {
		if err := json.Unmarshal(raw, &last); err != nil {
			return fmt.Errorf("the last run: %w", err)
		}
	}
	r.seen.last(last.At)
	now := r.now()
	if version > 0 && now.Sub(last.At) < every {
		return nil
	}
	sum, err := r.once(ctx, mode, now)
	r.seen.run(sum)
	if err != nil {
		return err
	}
	if raw, err = json.Marshal(finished{now, sum}); err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	r.seen.last(now)
	return data.Put(ctx, retentionDocs, mode, version, raw)
}

// once is one run over everything.
func (r *retaining) once(ctx context.Context, mode string, now time.Time) (retention.Summary, error) {
	o, err := retentionOptions(r.cfg, r.store, r.engine(), r.facts, now)
	if err != nil {
		return retention.Summary{}, err
	}
	o.Dry = mode != "on"
	o.Ours = func(ctx context.Context) error {
		ours, err := r.leases.Hold(ctx, retentionName, r.node, retentionLease)
		if err == nil && !ours {
			err = errNotOurs
		}
		return err
	}
	o.Trouble = func(_ string, err error) { r.seen.m.Trouble("retention", err) }
	o.Record = func(ctx context.Context, entry []byte) error {
		_, err := r.store.DeskData().Append(ctx, retentionLog, entry)
		return err
	}
	o.File = r.drop
	o.Forget = func(ctx context.Context, c *dialog.Conversation, at time.Time) error {
		return r.submit(ctx, dialog.Envelope{ID: "forget/" + c.ID + "/" + at.UTC().Format(time.DateOnly), Conversation: c.ID, Borrower: c.Borrower, At: at,
			Event: dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "forget", Due: at}}})
	}
	return retention.Run(ctx, o)
}

// startRetention runs retention until the service closes.
func (s *service) startRetention(ctx context.Context, store *redisstore.Store) {
	mode := func() string {
		unsigned := s.unsigned.Load()
		return s.cfg.retentionMode(unsigned != nil && len(*unsigned) == 0)
	}
	s.log.Info("retention", "mode", mode())
	if mode() == "off" {
		return
	}
	r := &retaining{cfg: &s.cfg, mode: mode, node: s.cfg.Node, store: store, leases: store, engine: s.engine.Load, facts: s.lender.Facts,
		drop: s.app.desk.DropFile, now: s.clock.Now, seen: newRetentionMetrics(s.metrics),
		submit: func(ctx context.Context, e dialog.Envelope) error {
			_, err := s.app.core.Engine.Deliver(ctx, e)
			return err
		}}
	s.background(ctx, r.run)
}
