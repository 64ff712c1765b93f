package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"warmline/bot/llm"
	"warmline/bot/phrase"
	"warmline/dialog"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

// actFilter picks acts and locales.
type actFilter struct {
	Act    string `help:"One act; all that a model may phrase when empty."`
	Locale string `enum:",zh-Hans,zh-Hant-TW,zh-Hant-HK,en-US,en-GB" default:"" help:"One speaking locale; all when empty."`
}

// acts returns every form that a model may phrase, with the situation that the
// conversation gives it.
func (f actFilter) acts(c prompts.Contract) []dialog.Act {
	var out []dialog.Act
	for _, kind := range c.Kinds() {
		spec := c.Acts[kind]
		if !spec.Phrase || f.Act != "" && f.Act != string(kind) {
			continue
		}
		for _, form := range spec.FormNames() {
			a := dialog.Act{Kind: kind, Form: form}
			if kind == "hardship.acknowledge" {
				a.Situation = map[string]string{"reason": form}
			}
			out = append(out, a)
		}
	}
	return out
}

func (f actFilter) locales() []dialog.Locale {
	if f.Locale != "" {
		return []dialog.Locale{dialog.Locale(f.Locale)}
	}
	return dialog.Locales()
}

// promptsWarmCmd makes wordings ahead of time.
type promptsWarmCmd struct {
	actFilter
	Config string `help:"Configuration file (YAML)." env:"WARMLINE_CONFIG"`
	N      int    `default:"3" help:"Wordings of each act, 1 to 4."`
}

// quiet is told of refusals, counts them and keeps them for review.
type quiet struct {
	refused int
	keep    func(redisstore.Refusal) error
	failed  error
}

// Rejected implements phrase.Watcher.
func (q *quiet) Rejected(r phrase.Rejection) {
	q.refused++
	q.failed = errors.Join(q.failed, q.keep(refusal(r)))
}

// Phrased implements phrase.Watcher.
func (q *quiet) Phrased(phrase.Report) {}

// Called implements llm.Observer.
func (q *quiet) Called(llm.Call) {}

// Run implements the command.
func (c *promptsWarmCmd) Run(env *environment) error {
	cfg, store, words, stop, err := openWordings(env, c.Config)
	if err != nil {
		return err
	}
	defer stop()
	if !cfg.Model.on() {
		return wrongUse("model.name: expected a model to make wordings with")
	}
	cfg.Model.ApprovedOnly, cfg.Model.Budget, cfg.Model.Deadline = false, modelBudget{}, 10*time.Second // nobody waits here
	seen := &quiet{keep: func(r redisstore.Refusal) error { return store.KeepRefusal(env.ctx, r) }}
	phrasing, err := newPhrasing(phraserParts{config: cfg.Model, words: words, store: store, watcher: seen, observer: seen, now: time.Now})
	if err != nil {
		return err
	}
	guarded := guardedAt(*phrasing, time.Now)
	made, failed := 0, 0
	for _, locale := range c.locales() {
		for _, act := range c.acts(words.Contract) {
			for act.Variant = range c.N {
				ok, err := warm(env.ctx, guarded, act, locale)
				switch {
				case err != nil:
					failed++
					fmt.Fprintln(env.stdio.Err, err)
				case ok:
					made++
				}
			}
		}
	}
	fmt.Fprintf(env.stdio.Out, "%d wordings made, %d drafts refused, %d not made\n", made, seen.refused, failed)
	if seen.failed != nil {
		return seen.failed
	}
	if failed > 0 {
		return errFound
	}
	return nil
}

func warm(ctx context.Context, g *phrase.Guarded, act dialog.Act, locale dialog.Locale) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return g.Warm(ctx, act, phraseContext(locale, time.Now()))
}

// openWordings opens the configured store for its wordings.
func openWordings(env *environment, path string) (config, *redisstore.Store, *prompts.Set, func(), error) {
	cfg, err := loadConfig(path, env.getenv)
	if err != nil {
		return cfg, nil, nil, nil, err
	}
	words, err := prompts.Load(prompts.Files)
	if err != nil {
		return cfg, nil, nil, nil, fmt.Errorf("load texts: %w", err)
	}
	store, stop, err := openStoreBeside(env.ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return cfg, nil, nil, nil, err
	}
	return cfg, store, words, func() { _ = stop() }, nil
}

// promptsReviewCmd shows the wordings that a model made, for a person to
// approve or to throw away.
type promptsReviewCmd struct {
	actFilter
	Config  string   `help:"Configuration file (YAML)." env:"WARMLINE_CONFIG"`
	Pending bool     `help:"Only those that nobody has approved yet."`
	Refused bool     `help:"The drafts that the review refused instead, newest first."`
	Approve []string `help:"Approve these, by their mark; 'all' is all that are shown."`
	Drop    []string `help:"Throw these away, by their mark."`
}

// Run implements the command.
func (c *promptsReviewCmd) Run(env *environment) error {
	cfg, store, _, stop, err := openWordings(env, c.Config)
	if err != nil {
		return err
	}
	defer stop()
	if c.Refused {
		return c.showRefused(env, store)
	}
	list, err := store.AllPhrases(env.ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(env.stdio.Out)
	found := 0
	for _, p := range list {
		if !c.shows(p) {
			continue
		}
		change, err := c.decide(env.ctx, store, cfg.Model.CacheTTL, &p)
		if err != nil {
			return err
		}
		if change {
			found++
		}
		state := "pending "
		if p.Approved {
			state = "approved"
		}
		fmt.Fprintf(out, "%s %s %s\n    %s\n", mark(p), state, p.Key, p.Text)
	}
	if wanted := len(c.Approve) + len(c.Drop); wanted > 0 && found == 0 {
		return errors.Join(out.Flush(), wrongUse("none of the marks was found"))
	}
	return out.Flush()
}

func (c *promptsReviewCmd) shows(p redisstore.Phrase) bool {
	parts := strings.SplitN(p.Key, "|", 3)
	if len(parts) < 3 || c.Pending && p.Approved {
		return false
	}
	kind, _, _ := strings.Cut(parts[0], "/")
	return (c.Act == "" || c.Act == kind) && (c.Locale == "" || c.Locale == parts[1])
}

// decide approves or drops a wording where its mark was given, and reports
// whether it did.
func (c *promptsReviewCmd) decide(ctx context.Context, store *redisstore.Store, ttl time.Duration, p *redisstore.Phrase) (bool, error) {
	for _, m := range c.Drop {
		if m == mark(*p) {
			return true, store.DropPhrase(ctx, *p)
		}
	}
	for _, m := range c.Approve {
		if m == mark(*p) || m == "all" {
			p.Approved = true
			return true, store.KeepPhrase(ctx, *p, ttl)
		}
	}
	return false, nil
}

// mark names a wording in eight characters.
func mark(p redisstore.Phrase) string {
	sum := sha256.Sum256([]byte(p.Key + "\x00" + p.Text))
	return hex.EncodeToString(sum[:4])
}

func (c *promptsReviewCmd) showRefused(env *environment, store *redisstore.Store) error {
	list, err := store.Refusals(env.ctx, 200)
	if err != nil {
		return err
	}
	for _, r := range list {
		if (c.Act == "" || c.Act == r.Act) && (c.Locale == "" || c.Locale == string(r.Locale)) {
			fmt.Fprintf(env.stdio.Out, "%s %s %s/%s %s %s\n    %s\n", r.At.Format(time.DateTime), r.Rule, r.Act, r.Form, r.Locale, r.Model, r.Text)
		}
	}
	return nil
}

// promptsExplainCmd shows what a model is asked for an act.
type promptsExplainCmd struct {
	Act    string `required:"" help:"The act."`
	Locale string `required:"" enum:"zh-Hans,zh-Hant-TW,zh-Hant-HK,en-US,en-GB" help:"Speaking locale."`
	Form   string `help:"Form of the act; the plain one when empty."`
}

// Run implements the command.
func (c *promptsExplainCmd) Run(env *environment) error {
	words, err := prompts.Load(prompts.Files)
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	config := modelDefaults()
	config.Name = cmp.Or(valueOf(env, "WARMLINE_MODEL"), "none")
	seen := &quiet{}
	phrasing, err := newPhrasing(phraserParts{config: config, words: words, watcher: seen, observer: seen, now: time.Now})
	if err != nil {
		return err
	}
	act := dialog.Act{Kind: dialog.ActKind(c.Act), Form: c.Form, Situation: map[string]string{"affect": "anxious", "asked": string(dialog.IntentAskOptions), "tone": "warm"}}
	got, err := guardedAt(*phrasing, time.Now).Explain(act, phraseContext(dialog.Locale(c.Locale), time.Now()))
	if err != nil {
		if spec, known := words.Contract.Acts[act.Kind]; known && spec.Phrase {
			err = fmt.Errorf("%w; its forms: %q", err, spec.FormNames())
		}
		return usageError{err}
	}
	counter, err := llm.NewCounter()
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdio.Out, "instructions %s, %d tokens\nkept under %s\nmust have %v, may have %v\n\n--- system\n%s\n\n--- user\n%s\n",
		got.Version, counter.Count(got.System)+counter.Count(got.User), got.Key, got.Required, got.Optional, got.System, got.User)
	return nil
}

func valueOf(env *environment, name string) string {
	v, _ := env.getenv(name)
	return v
}
