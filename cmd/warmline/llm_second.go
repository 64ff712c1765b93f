package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"warmline/bot/llm"
	"warmline/bot/phrase"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

// maxOpinionTokens is enough for the longest name of an intent in its object.
const maxOpinionTokens = 40

// opinionSchema is the form of an answer: one of the listed intents.
func opinionSchema(s *prompts.Sorting) (*llm.Schema, error) {
	answers := []string{prompts.Unclear}
	for _, intent := range s.Intents {
		answers = append(answers, string(intent))
	}
	enum, err := json.Marshal(answers)
	if err != nil {
		return nil, fmt.Errorf("answer schema: %w", err)
	}
	return llm.NewSchema("opinion", "intent",
		`{"type":"object","properties":{"intent":{"type":"string","enum":`+string(enum)+`}},"required":["intent"],"additionalProperties":false}`)
}

// newOpinions wires a second listener to a model client.
func newOpinions(p phraserParts, client *llm.Client, watcher phrase.OpinionWatcher) (*phrase.OpinionOptions, error) {
	sorting, err := prompts.LoadSorting(prompts.ModelFiles)
	if err != nil {
		return nil, err
	}
	schema, err := opinionSchema(sorting)
	if err != nil {
		return nil, err
	}
	o := &phrase.OpinionOptions{Sorting: sorting, Watcher: watcher, Model: draftsman{client: client, schema: schema, most: maxOpinionTokens}}
	if p.store != nil {
		o.Names = knownNames(p.store)
	}
	return o, nil
}

// knownNames returns the names that a conversation knows: its agent's.
func knownNames(store *redisstore.Store) func(context.Context, string) []string {
	return func(ctx context.Context, conversation string) []string {
		c, _, err := store.Load(ctx, conversation)
		if err != nil || c.AgentName == "" {
			return nil
		}
		return []string{c.AgentName}
	}
}

// hearingAgain is the bench with a model that may be asked what an unclear text
// means.
func (b bench) hearingAgain(o *phrase.OpinionOptions) (bench, error) {
	b.policy.Second = true
	rules, err := policy.Compile(b.policy)
	if err != nil {
		return b, err
	}
	b.rules, b.second = rules, o
	return b, nil
}

// secondAt is the bench's second listener on a clock, nil without one.
func (b bench) secondAt(now func() time.Time) manager.SecondListener {
	if b.second == nil {
		return nil
	}
	o := *b.second
	o.Now = now
	return phrase.NewSecondOpinion(o)
}
