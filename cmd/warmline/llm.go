package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"warmline/bot/llm"
	"warmline/bot/phrase"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/policy/review"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

// answerSchema is the form of a model's answer where an endpoint can be held to
// one.
const answerSchema = `{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}`

// maxAnswerTokens is enough for the longest text that the review lets through.
const maxAnswerTokens = 220

// draftsman is the model client as the phraser sees it.
type draftsman struct {
	client *llm.Client
	schema *llm.Schema
	most   int // tokens of an answer
}

// Draft implements phrase.Model.
func (d draftsman) Draft(ctx context.Context, q phrase.Question) (phrase.Draft, error) {
	got, err := d.client.Complete(ctx, llm.Request{
		System: q.System, User: q.User, Schema: d.schema, MaxTokens: d.most,
		Purpose: llm.Purpose{Act: q.Act, Conversation: q.Conversation},
	})
	if err != nil {
		return phrase.Draft{}, modelFailure{err}
	}
	return phrase.Draft{Text: got.Text, Model: got.Model}, nil
}

// modelFailure gives a client's error its one word.
type modelFailure struct{ error }

// FailureKind implements phrase.Kinded.
func (f modelFailure) FailureKind() string { return string(llm.KindOf(f.error)) }

// Unwrap returns the client's error.
func (f modelFailure) Unwrap() error { return f.error }

// phraserParts is what a phraser is wired from. Store may be nil: nothing is
// then kept.
type phraserParts struct {
	config   modelConfig
	words    *prompts.Set
	reviewer *review.Reviewer // one of its own when nil
	store    *redisstore.Store
	cache    phrase.Cache // in place of the store's
	watcher  phrase.Watcher
	observer llm.Observer
	now      func() time.Time
	stall    time.Duration // of a stream; the client's own when 0
}

// newPhrasing wires a model client of its own, the instructions, the review and
// the cache.
func newPhrasing(p phraserParts) (*phrase.GuardedOptions, error) {
	client, err := newModelClient(p)
	if err != nil {
		return nil, err
	}
	return phrasingBy(client, p)
}

func phrasingBy(client *llm.Client, p phraserParts) (*phrase.GuardedOptions, error) {
	instructions, err := prompts.LoadInstructions(prompts.ModelFiles)
	if err != nil {
		return nil, err
	}
	reviewer := p.reviewer
	if reviewer == nil {
		if reviewer, err = review.New(); err != nil {
			return nil, fmt.Errorf("text review: %w", err)
		}
	}
	schema, err := llm.NewSchema("reply", "text", answerSchema)
	if err != nil {
		return nil, err
	}
	model := draftsman{client: client, schema: schema, most: maxAnswerTokens}
	o := &phrase.GuardedOptions{
		Template: phrase.NewTemplate(p.words), Instructions: instructions, Model: model, ModelName: p.config.Name,
		Reviewer: phrase.PolicyReview{Reviewer: reviewer}, Watcher: p.watcher, ApprovedOnly: p.config.ApprovedOnly, Cache: p.cache,
	}
	if p.store != nil {
		o.Cache = wordingCache{p.store, p.config.CacheTTL, p.now}
		if p.config.ShowLastMessage {
			o.Last = lastWords{p.store}
		}
	}
	return o, nil
}

// phraserAt is the bench's phraser on a clock, nil without a model.
func (b bench) phraserAt(now func() time.Time) manager.Phraser {
	if b.phrasing == nil {
		return nil
	}
	return guardedAt(*b.phrasing, now)
}

func guardedAt(o phrase.GuardedOptions, now func() time.Time) *phrase.Guarded {
	o.Now = now
	o.Context = func(m dialog.Message) phrase.Context { return phraseContext(m.Locale, now()) }
	return phrase.NewGuarded(o)
}

func newModelClient(p phraserParts) (*llm.Client, error) {
	c := p.config
	return llm.New(llm.Options{
		Models: c.models(), Deadline: c.Deadline, Stall: p.stall, Concurrent: c.Concurrent, Observer: p.observer,
		Budget: llm.Budget{Request: c.Budget.Request, Conversation: c.Budget.Conversation, Day: c.Budget.Day},
	})
}

// phraseContext is how a message of a locale is written. A message does not
// carry the person's zone; values that would need it are not phrased by a
// model, and the zone here only says which year it is.
func phraseContext(l dialog.Locale, now time.Time) phrase.Context {
	zone := map[dialog.Locale]string{dialog.EnUS: "America/New_York", dialog.EnGB: "Europe/London", dialog.ZhHantTW: "Asia/Taipei", dialog.ZhHantHK: "Asia/Hong_Kong"}[l]
	loc, err := time.LoadLocation(either(zone, "Asia/Shanghai"))
	if err != nil {
		loc = time.UTC
	}
	return phrase.Context{Locale: l, Zone: loc, Home: homeCurrency(l), Now: now}
}

// wordingCache keeps wordings in the store.
type wordingCache struct {
	store *redisstore.Store
	ttl   time.Duration
	now   func() time.Time
}

// Wordings implements phrase.Cache.
func (c wordingCache) Wordings(ctx context.Context, key string) ([]phrase.Wording, error) {
	list, err := c.store.Phrases(ctx, key)
	if err != nil {
		return nil, err
	}
	out := make([]phrase.Wording, len(list))
	for i, p := range list {
		out[i] = phrase.Wording{Text: p.Text, Model: p.Model, Approved: p.Approved}
	}
	return out, nil
}

// Keep implements phrase.Cache.
func (c wordingCache) Keep(ctx context.Context, key string, w phrase.Wording) error {
	return c.store.KeepPhrase(ctx, redisstore.Phrase{Key: key, Text: w.Text, Model: w.Model, Approved: w.Approved, At: c.now()}, c.ttl)
}

// lastWords finds what a person wrote last.
type lastWords struct{ store *redisstore.Store }

// LastWords implements phrase.LastWords.
func (l lastWords) LastWords(ctx context.Context, conversation string) (string, []string, error) {
	c, _, err := l.store.Load(ctx, conversation)
	if err != nil {
		return "", nil, err
	}
	const back = 8
	messages, err := l.store.After(ctx, conversation, max(c.Seq, back)-back, back)
	if err != nil {
		return "", nil, err
	}
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].Speaker == dialog.SpeakerBorrower {
			return messages[i].Body.Text, []string{c.AgentName}, nil
		}
	}
	return "", nil, errors.New("the person has written nothing lately")
}

// refusalKeeper writes refused drafts down beside the turns, which must not wait
// for it.
type refusalKeeper struct {
	store *redisstore.Store
	log   *slog.Logger
	queue chan phrase.Rejection
}

func newRefusalKeeper(ctx context.Context, store *redisstore.Store, log *slog.Logger) *refusalKeeper {
	k := &refusalKeeper{store: store, log: log, queue: make(chan phrase.Rejection, 64)}
	go k.run(ctx)
	return k
}

func (k *refusalKeeper) run(ctx context.Context) {
	for {
		select {
		case r := <-k.queue:
			if err := k.store.KeepRefusal(ctx, refusal(r)); err != nil && ctx.Err() == nil {
				k.log.Warn("a refused wording was not kept", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

func refusal(r phrase.Rejection) redisstore.Refusal {
	return redisstore.Refusal{
		At: r.At, Act: r.Act, Form: r.Form, Locale: r.Locale, Rule: r.Rule, Text: r.Text, Model: r.Model, Prompt: r.Prompt,
	}
}

// offer hands a rejection over; one too many is only counted.
func (k *refusalKeeper) offer(r phrase.Rejection) {
	select {
	case k.queue <- r:
	default:
	}
}

// withModel has a model choose words, where one is configured: the rules then
// let it, and the relay asks it.
func (s *service) withModel(ctx context.Context, b bench, store *redisstore.Store) (bench, error) {
	if !s.cfg.Model.on() {
		return b, nil
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stops = append(s.stops, func() error { stop(); return nil })
	var keeper *refusalKeeper
	if !s.cfg.Model.ShowLastMessage { // a draft might repeat what the person wrote
		keeper = newRefusalKeeper(run, store, s.log)
	}
	seen := newModelMetrics(s.metrics.registry, keeper)
	s.log.Info("model", "name", s.cfg.Model.Name, "fallback", len(s.cfg.Model.Fallback), "approved_only", s.cfg.Model.ApprovedOnly,
		"second_opinion", s.cfg.Model.SecondOpinion)
	return b.modelled(phraserParts{
		config: s.cfg.Model, words: b.words, reviewer: b.reviewer, store: store, watcher: seen, observer: seen, now: s.clock.Now,
	}, seen)
}

// modelled is the bench with a model: it chooses words and, where that is turned
// on, says what unclear texts may mean. Both draw on one budget.
func (b bench) modelled(p phraserParts, seen phrase.OpinionWatcher) (bench, error) {
	client, err := newModelClient(p)
	if err != nil {
		return b, err
	}
	phrasing, err := phrasingBy(client, p)
	if err != nil {
		return b, err
	}
	if p.config.SecondOpinion {
		opinions, err := newOpinions(p, client, seen)
		if err != nil {
			return b, err
		}
		if b, err = b.hearingAgain(opinions); err != nil {
			return b, err
		}
	}
	return b.phrasedBy(phrasing)
}

// phrasedBy is the bench with a model that may choose words.
func (b bench) phrasedBy(o *phrase.GuardedOptions) (bench, error) {
	b.policy.Model = true
	rules, err := policy.Compile(b.policy)
	if err != nil {
		return b, err
	}
	b.rules, b.phrasing = rules, o
	return b, nil
}
