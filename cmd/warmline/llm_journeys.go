package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
	"warmline/bot/phrase"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/manager"
)

// modelTally counts what a model was asked in scripted conversations.
type modelTally struct {
	mu       sync.Mutex
	calls    int
	reports  []phrase.Report
	refused  []phrase.Rejection
	opinions []string
	server   *llmtest.Server // keeps what it was asked
}

// Called implements llm.Observer.
func (t *modelTally) Called(llm.Call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
}

// Phrased implements phrase.Watcher.
func (t *modelTally) Phrased(r phrase.Report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports = append(t.reports, r)
}

// Rejected implements phrase.Watcher.
func (t *modelTally) Rejected(r phrase.Rejection) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused = append(t.refused, r)
}

// Opinion implements phrase.OpinionWatcher.
func (t *modelTally) Opinion(outcome string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opinions = append(t.opinions, outcome)
}

// scriptedModel starts a scripted model on a socket and returns the bench that
// is phrased by it. Its deadlines are short: a conversation's clock is scripted,
// and nobody waits.
func (b bench) scriptedModel(how llmtest.Behaviour, cache phrase.Cache, tally *modelTally) (bench, func() error, error) {
	server := llmtest.New(how, llmtest.Options{Delay: time.Second})
	tally.server = server
	base, stop, err := server.Start()
	if err != nil {
		return b, nil, err
	}
	config := modelDefaults()
	config.Name, config.BaseURL, config.Dialect = "scripted", base, string(llm.DialectOpenAI)
	config.Deadline, config.Budget = 250*time.Millisecond, modelBudget{} // every conversation is one borrower's
	config.SecondOpinion = b.hearsAgain
	b, err = b.modelled(phraserParts{
		config: config, words: b.words, reviewer: b.reviewer, watcher: tally, observer: tally, now: time.Now, cache: cache, stall: 100 * time.Millisecond,
	}, tally)
	if err != nil {
		return b, nil, errors.Join(err, stop())
	}
	return b, stop, nil
}

// decisions records what a conversation's turns decided, in bytes that do not
// depend on who chose the words: acts with their values and buttons, calls,
// holds and owner.
type decisions struct {
	manager.States
	mu    sync.Mutex
	lines [][]byte
}

// Commit implements manager.States.
func (d *decisions) Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) ([]string, error) {
	used, err := d.States.Commit(ctx, now, before, ch, rec)
	if err == nil && len(used) == 0 && ch.Reject == nil {
		d.note(ch)
	}
	return used, err
}

// decision is what one turn decided.
type decision struct {
	Acts  []dialog.Act      `json:"acts,omitempty"`
	Calls []dialog.Call     `json:"calls,omitempty"`
	Holds []dialog.HoldKind `json:"holds,omitempty"`
	Owner dialog.OwnerKind  `json:"owner"`
	Fired []dialog.Fired    `json:"fired,omitempty"`
}

// recorded is a store whose commits are recorded where the bench asks for it.
func (b bench) recorded(states manager.States) manager.States {
	if b.record == nil {
		return states
	}
	b.record.States = states
	return b.record
}

func (d *decisions) note(ch dialog.Change) {
	out := decision{Owner: ch.Next.Owner, Fired: ch.Fired}
	for _, m := range ch.Messages {
		if m.Act != nil {
			out.Acts = append(out.Acts, anonymous(*m.Act))
		}
	}
	for _, it := range ch.Outbox {
		if it.Call != nil {
			out.Calls = append(out.Calls, anonymousCall(*it.Call))
		}
	}
	for _, h := range ch.Next.Holds {
		out.Holds = append(out.Holds, h.Kind)
	}
	if len(out.Acts)+len(out.Calls)+len(out.Fired) == 0 {
		return // words that came, a timer that had nothing to do
	}
	line, err := json.Marshal(out)
	if err != nil {
		line = []byte(err.Error())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// anonymous is an act without the names that are derived from the revision: one
// turn more for a model's words moves those. The labels for whoever phrases it
// are not part of the decision either.
func anonymous(a dialog.Act) dialog.Act {
	a.Situation = nil
	if a.Card != nil {
		card := *a.Card
		card.ID = ""
		a.Card = &card
	}
	options := make([]dialog.Option, len(a.Options))
	for i, o := range a.Options {
		o.Card, o.URL = "", ""
		options[i] = o
	}
	a.Options = options
	return a
}

// anonymousCall is a call without its own name and without fields that name
// something of the same conversation and revision, as a page's reference does.
func anonymousCall(c dialog.Call) dialog.Call {
	conversation, _, _ := strings.Cut(c.Ref, "-")
	c.Ref = ""
	fields := map[string]string{}
	for k, v := range c.Fields {
		if conversation == "" || !strings.HasPrefix(v, conversation+"-") {
			fields[k] = v
		}
	}
	c.Fields = fields
	return c
}

// differs returns the first decision in which two recordings differ, "" for none.
func (d *decisions) differs(other *decisions) string {
	for i := range max(len(d.lines), len(other.lines)) {
		var a, b []byte
		if i < len(d.lines) {
			a = d.lines[i]
		}
		if i < len(other.lines) {
			b = other.lines[i]
		}
		if !bytes.Equal(a, b) {
			return fmt.Sprintf("decision %d differs from that without a model:\n        with    %s\n        without %s", i+1, b, a)
		}
	}
	return ""
}

// runBoth runs a file without a model and with one. difference is the first
// decision that the model had a part in, "" when there is none.
func (b bench) runBoth(ctx context.Context, via string, f *journey.File, how llmtest.Behaviour) (plain, result journey.Result, difference string, err error) {
	off := b
	off.record = &decisions{}
	if plain, err = off.runFile(ctx, via, f); err != nil {
		return plain, result, "", err
	}
	on, stop, err := b.scriptedModel(how, nil, &modelTally{})
	if err != nil {
		return plain, result, "", err
	}
	defer stop()
	on.record = &decisions{}
	if result, err = on.runFile(ctx, via, f); err != nil {
		return plain, result, "", err
	}
	return plain, result, off.record.differs(on.record), nil
}

// runWithModel runs a file with a model and adds to what was wrong any decision
// that the model had a part in.
func (b bench) runWithModel(ctx context.Context, via string, f *journey.File, how llmtest.Behaviour) (journey.Result, error) {
	_, result, difference, err := b.runBoth(ctx, via, f, how)
	if difference != "" {
		result.Failures = append(result.Failures, difference)
	}
	return result, err
}

func (b bench) runFile(ctx context.Context, via string, f *journey.File) (journey.Result, error) {
	build, stop, err := b.builder(ctx, via)
	if err != nil {
		return journey.Result{}, err
	}
	defer stop()
	return journey.Runner{Build: build, Scanner: scanner{}}.Run(ctx, f)
}
