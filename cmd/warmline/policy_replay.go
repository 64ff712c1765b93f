package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/archive"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
	"warmline/prompts"
)

// policyReplayCmd runs recorded turns again.
type policyReplayCmd struct {
	Journal string `required:"" help:"Journal: a segment of the archive, a folder of them, or records in the clear, one JSON object a line; - for standard input."`
	Key     string `help:"File with the archive's key (base64), for what is sealed; the configuration's when empty."`
	Packs   string `required:"" help:"Folder of changed packs."`
	Config  string `help:"Configuration of the service that wrote the journal: who collects, and whether a model chooses words."`
	JSON    bool   `name:"json" help:"One JSON object a line, the summary last."`
}

// replayDiff is a decision that came out otherwise.
type replayDiff struct {
	Conversation string           `json:"conversation"`
	Revision     uint64           `json:"revision"`
	At           time.Time        `json:"at"`
	Event        dialog.EventKind `json:"event"`
	Follows      bool             `json:"follows,omitempty"` // of an earlier difference in the same conversation
	Was          replayDecision   `json:"was"`
	Now          replayDecision   `json:"now"`
}

// replayDecision is what a turn came to: what was said, what was dropped, and
// the rules that stood against something. No text and no fact of an account.
type replayDecision struct {
	Acts      []dialog.ActKind `json:"acts"`
	Cancelled []string         `json:"cancelled,omitempty"`
	Stopped   []string         `json:"stopped,omitempty"`
	Offered   []string         `json:"offered,omitempty"` // buttons, where they or the terms that they stand for differ
}

type replaySummary struct {
	Kind     string  `json:"kind"`
	Turns    int     `json:"turns"`
	Replayed int     `json:"replayed"`
	Skipped  int     `json:"skipped"`  // of conversations whose beginning is not in the journal
	Repeated int     `json:"repeated"` // records that came again
	Differ   int     `json:"differ"`
	PerSec   float64 `json:"turns_per_second"`
	Cores    int     `json:"cores"` // that it ran on
	Rules    string  `json:"rules"`
}

// Run implements the command.
func (c *policyReplayCmd) Run(env *environment) error {
	var cfg *config
	if c.Config != "" {
		own, err := loadConfig(c.Config, env.getenv)
		if err != nil {
			return err
		}
		cfg = &own
	}
	r, err := newReplay(c.Packs, cfg)
	if err != nil {
		return err
	}
	in, err := c.open(env, cfg)
	if err != nil {
		return err
	}
	defer in.Close()
	began := time.Now()
	if err := r.read(in, func(d replayDiff) error { return c.print(env, d) }); err != nil {
		return err
	}
	r.sum.Cores = len(r.shares)
	r.sum.PerSec = float64(r.sum.Replayed) / time.Since(began).Seconds()
	if c.JSON {
		if err := plainJSON(env.stdio.Out).Encode(r.sum); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.stdio.Out, "%d turns, %d replayed, %d skipped, %d repeated, %d decisions differ (%.0f turns/s on %d cores)\n",
			r.sum.Turns, r.sum.Replayed, r.sum.Skipped, r.sum.Repeated, r.sum.Differ, r.sum.PerSec, r.sum.Cores)
	}
	if r.sum.Differ > 0 {
		return errFound
	}
	return nil
}

// open opens the journal, whatever its form.
func (c *policyReplayCmd) open(env *environment, cfg *config) (io.ReadCloser, error) {
	key, err := c.key(cfg)
	if err != nil {
		return nil, err
	}
	if c.Journal == "-" {
		return archive.Plain(env.stdio.In, key), nil
	}
	in, err := archive.Lines(c.Journal, key)
	if err != nil {
		return nil, usageError{err}
	}
	return in, nil
}

// key is the archive's: that of a file, else the service's, nil where it has
// none: the journal may be in the clear.
func (c *policyReplayCmd) key(cfg *config) ([]byte, error) {
	switch {
	case c.Key != "":
		raw, err := os.ReadFile(c.Key)
		if err != nil {
			return nil, wrongUse("the archive's key: %w", err)
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
		if err != nil {
			return nil, wrongUse("the archive's key: %s: expected base64", c.Key)
		}
		return key, nil
	case cfg == nil || !cfg.hasArchiveKey():
		return nil, nil
	}
	return cfg.archiveKey()
}

func (c *policyReplayCmd) print(env *environment, d replayDiff) error {
	if c.JSON {
		return plainJSON(env.stdio.Out).Encode(d)
	}
	follows := ""
	if d.Follows {
		follows = " (follows)"
	}
	_, err := fmt.Fprintf(env.stdio.Out, "%s #%d %s %s%s\n  was %s\n  now %s\n",
		d.Conversation, d.Revision, d.At.Format(time.RFC3339), d.Event, follows, d.Was, d.Now)
	return err
}

// String is a decision in a line.
func (d replayDecision) String() string {
	s := fmt.Sprintf("%v, dropped %v, stopped by %v", d.Acts, d.Cancelled, d.Stopped)
	if len(d.Offered) > 0 {
		s += fmt.Sprintf(", offered %v", d.Offered)
	}
	return s
}

// offers compares what was put before the person, and leaves in the decisions only
// what differs: terms that changed below the same button are named as such.
func offers(was, now []string) (before, after []string) {
	for _, x := range was {
		if !slices.Contains(now, x) {
			before = append(before, dialog.OptionOffered(x))
		}
	}
	for _, x := range now {
		if slices.Contains(was, x) {
			continue
		}
		id := dialog.OptionOffered(x)
		if slices.Contains(before, id) {
			id += " (other terms)"
		}
		after = append(after, id)
	}
	return before, after
}

// newReplay compiles changed packs as the service that wrote the journal would
// have, nil where it had no configuration.
func newReplay(dir string, cfg *config) (*replay, error) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, err
	}
	var o rules.Options
	if cfg != nil {
		o.Actor = cfg.Policy.Actor
	}
	engine, err := rules.Load(files, o)
	if err != nil {
		return nil, err
	}
	words, err := prompts.Load(prompts.Files)
	if err != nil {
		return nil, fmt.Errorf("load texts: %w", err)
	}
	own := rulesConfig(engine, words.Hash)
	if cfg != nil {
		s := service{cfg: *cfg}
		own = rulesConfig(engine, words.Hash, s.modelHosts()...)
		own.Model = cfg.Model.on()
		own.Second = own.Model && cfg.Model.SecondOpinion
	}
	compiled, err := policy.Compile(own)
	if err != nil {
		return nil, err
	}
	return newReplayOf(compiled), nil
}

func same(a, b replayDecision) bool {
	return sameSet(a.Acts, b.Acts) && sameSet(a.Cancelled, b.Cancelled) && slices.Equal(a.Stopped, b.Stopped) && len(a.Offered) == 0 && len(b.Offered) == 0
}

func sameSet[T ~string](a, b []T) bool {
	if slices.Equal(a, b) {
		return true
	}
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// stopped are the rules that stood against something, sorted.
func stopped(fired []dialog.Fired) []string {
	var ids []string
	for _, f := range fired {
		if stands(policy.Outcome(f.Outcome)) {
			ids = append(ids, f.Rule)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// stands reports whether a rule's word is more than a disclosure.
func stands(o policy.Outcome) bool { return o != policy.Allow && o != "" && o != policy.Require }
