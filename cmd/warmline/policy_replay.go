package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
	"warmline/dialog/turn"
	"warmline/prompts"
)

// policyReplayCmd runs recorded turns again.
type policyReplayCmd struct {
	Journal string `required:"" help:"Journal records, one JSON object a line; - for standard input."`
	Packs   string `required:"" help:"Folder of changed packs."`
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
}

type replaySummary struct {
	Kind     string  `json:"kind"`
	Turns    int     `json:"turns"`
	Replayed int     `json:"replayed"`
	Skipped  int     `json:"skipped"` // of conversations whose beginning is not in the journal
	Differ   int     `json:"differ"`
	PerSec   float64 `json:"turns_per_second"`
	Rules    string  `json:"rules"`
}

// Run implements the command.
func (c *policyReplayCmd) Run(env *environment) error {
	r, err := newReplay(c.Packs)
	if err != nil {
		return err
	}
	in := env.stdio.In
	if c.Journal != "-" {
		f, err := os.Open(c.Journal)
		if err != nil {
			return usageError{err}
		}
		defer f.Close()
		in = f
	}
	began := time.Now()
	if err := r.read(in, func(d replayDiff) error { return c.print(env, d) }); err != nil {
		return err
	}
	r.sum.PerSec = float64(r.sum.Replayed) / time.Since(began).Seconds()
	if c.JSON {
		if err := json.NewEncoder(env.stdio.Out).Encode(r.sum); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.stdio.Out, "%d turns, %d replayed, %d skipped, %d decisions differ (%.0f turns/s)\n",
			r.sum.Turns, r.sum.Replayed, r.sum.Skipped, r.sum.Differ, r.sum.PerSec)
	}
	if r.sum.Differ > 0 {
		return errFound
	}
	return nil
}

func (c *policyReplayCmd) print(env *environment, d replayDiff) error {
	if c.JSON {
		return json.NewEncoder(env.stdio.Out).Encode(d)
	}
	follows := ""
	if d.Follows {
		follows = " (follows)"
	}
	_, err := fmt.Fprintf(env.stdio.Out, "%s #%d %s %s%s\n  was %v, dropped %v, stopped by %v\n  now %v, dropped %v, stopped by %v\n",
		d.Conversation, d.Revision, d.At.Format(time.RFC3339), d.Event, follows,
		d.Was.Acts, d.Was.Cancelled, d.Was.Stopped, d.Now.Acts, d.Now.Cancelled, d.Now.Stopped)
	return err
}

// replay runs records again, each conversation from its beginning.
type replay struct {
	rules  policy.Rules
	shares []*share
	sum    replaySummary
}

// share is the conversations that one processor decides: nothing of them
// depends on another conversation.
type share struct {
	convs map[string]*replayed
	sum   replaySummary // of this share
}

// replayed is a conversation under the changed packs.
type replayed struct {
	state  dialog.Conversation
	lost   bool // its beginning, or a record between, is not in the journal
	differ bool
}

func newReplay(dir string) (*replay, error) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, err
	}
	engine, err := rules.Load(files, rules.Options{})
	if err != nil {
		return nil, err
	}
	words, err := prompts.Load(prompts.Files)
	if words == nil {
		return nil, fmt.Errorf("load texts: %w", err)
	}
	compiled, err := policy.Compile(rulesConfig(engine, words.Hash))
	if err != nil {
		return nil, err
	}
	r := &replay{rules: compiled, sum: replaySummary{Kind: "replay", Rules: compiled.Hash}}
	for range runtime.GOMAXPROCS(0) {
		r.shares = append(r.shares, &share{convs: map[string]*replayed{}})
	}
	return r, nil
}

// batch is how many lines are decoded at a time, spread over the processors.
const batch = 256

// sparing is how much garbage may grow, in percent, before it is collected: a
// replay is short and makes much of it.
const sparing = 400

// read replays a journal in its order. Lines are decoded ahead; the turns of a
// conversation are decided one after another, conversations beside each other.
func (r *replay) read(in io.Reader, found func(replayDiff) error) error {
	type decoded struct {
		records []dialog.Record
		err     error
	}
	defer debug.SetGCPercent(debug.SetGCPercent(sparing))
	ahead := make(chan chan decoded, runtime.GOMAXPROCS(0))
	failed := make(chan error, 1)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(ahead)
		failed <- eachBatch(in, func(lines [][]byte) bool {
			out := make(chan decoded, 1)
			go func() {
				records, err := decodeRecords(lines)
				out <- decoded{records, err}
			}()
			select {
			case ahead <- out:
				return true
			case <-stop:
				return false
			}
		})
	}()
	for out := range ahead {
		d := <-out
		if d.err != nil {
			return d.err
		}
		for _, diff := range r.decide(d.records) {
			if diff == nil {
				continue
			}
			if err := found(*diff); err != nil {
				return err
			}
		}
	}
	return <-failed
}

// decide runs a batch again and returns what differs, nil where nothing does, in
// the order of the records.
func (r *replay) decide(records []dialog.Record) []*replayDiff {
	found := make([]*replayDiff, len(records))
	mine := make([]int, len(records))
	for i := range records {
		h := fnv.New32a()
		_, _ = io.WriteString(h, records[i].Envelope.Conversation)
		mine[i] = int(h.Sum32() % uint32(len(r.shares)))
	}
	var going sync.WaitGroup
	for n, s := range r.shares {
		going.Go(func() {
			for i := range records {
				if mine[i] != n {
					continue
				}
				if diff, differs := s.turn(r.rules, &records[i]); differs {
					found[i] = &diff
				}
			}
		})
	}
	going.Wait()
	r.sum.Turns, r.sum.Replayed, r.sum.Skipped, r.sum.Differ = 0, 0, 0, 0
	for _, s := range r.shares {
		r.sum.Turns += s.sum.Turns
		r.sum.Replayed += s.sum.Replayed
		r.sum.Skipped += s.sum.Skipped
		r.sum.Differ += s.sum.Differ
	}
	return found
}

func eachBatch(in io.Reader, take func([][]byte) bool) error {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 1<<20), 16<<20)
	var lines [][]byte
	for scan.Scan() {
		if len(scan.Bytes()) > 0 {
			lines = append(lines, slices.Clone(scan.Bytes()))
		}
		if len(lines) == batch {
			if !take(lines) {
				return nil
			}
			lines = nil
		}
	}
	if len(lines) > 0 {
		take(lines)
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	return nil
}

func decodeRecords(lines [][]byte) ([]dialog.Record, error) {
	records := make([]dialog.Record, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal(line, &records[i]); err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
	}
	return records, nil
}

// turn runs one record again. A conversation can only be run from its beginning.
func (r *share) turn(rules policy.Rules, rec *dialog.Record) (replayDiff, bool) {
	r.sum.Turns++
	id := rec.Envelope.Conversation
	c := r.convs[id]
	if c == nil {
		c = &replayed{state: freshConversation(rec.Envelope)}
		c.state.ID = id
		r.convs[id] = c
	}
	if c.lost = c.lost || rec.Revision != c.state.Revision+1; c.lost {
		r.sum.Skipped++
		return replayDiff{}, false
	}
	r.sum.Replayed++
	ch := turn.Step(rules, c.state, rec.Envelope, rec.Facts)
	c.state = ch.Next
	was := replayDecision{Acts: rec.Acts, Cancelled: rec.Cancelled, Stopped: stopped(rec.Fired)}
	now := replayDecision{Acts: actsOf(ch), Cancelled: ch.Cancelled, Stopped: stopped(ch.Fired)}
	if same(was, now) {
		return replayDiff{}, false
	}
	d := replayDiff{Conversation: id, Revision: rec.Revision, At: rec.Envelope.At, Event: rec.Envelope.Event.Kind,
		Follows: c.differ, Was: was, Now: now}
	c.differ = true
	r.sum.Differ++
	return d, true
}

func same(a, b replayDecision) bool {
	return sameSet(a.Acts, b.Acts) && sameSet(a.Cancelled, b.Cancelled) && slices.Equal(a.Stopped, b.Stopped)
}

func sameSet[T ~string](a, b []T) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// actsOf are the acts of a change, as the journal counts them.
func actsOf(ch dialog.Change) []dialog.ActKind {
	var acts []dialog.ActKind
	for _, m := range slices.Concat(ch.Finals, ch.Messages) {
		if m.Speaker != dialog.SpeakerBorrower && m.Act != nil {
			acts = append(acts, m.Act.Kind)
		}
	}
	return acts
}

// stopped are the rules that stood against something, sorted.
func stopped(fired []dialog.Fired) []string {
	var ids []string
	for _, f := range fired {
		switch policy.Outcome(f.Outcome) {
		case policy.Allow, "", policy.Require:
		default:
			ids = append(ids, f.Rule)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
