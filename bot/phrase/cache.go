package phrase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"warmline/dialog"
	"warmline/prompts"
)

// Wording is a draft that passed its review: with placeholders, without facts.
type Wording struct {
	Text     string
	Model    string
	Approved bool // by a person
}

// Cache keeps wordings under a key, in the order in which they were added. It
// is a convenience: when it fails, the model is asked.
type Cache interface {
	Wordings(ctx context.Context, key string) ([]Wording, error)
	Keep(ctx context.Context, key string, w Wording) error
}

// maxWordings is how many wordings are collected for one key, and no more than
// there are reviewed texts: each is made from another one.
const maxWordings = 4

// key names everything that a wording depends on. It begins with what a person
// can read: act, form, locale, labels.
func (g *Guarded) key(j *job) string { return g.keyOf(j, j.labels) }

func (g *Guarded) keyOf(j *job, labels string) string {
	form := string(j.act.Kind)
	if j.act.Form != "" {
		form += "/" + j.act.Form
	}
	var reviewed []string
	for _, t := range g.o.Template.set.Catalog(j.context.Locale).Variants(j.act.Kind, j.act.Form) {
		reviewed = append(reviewed, t.Body)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{
		form, strings.Join(reviewed, "\x00"), string(j.context.Locale), labels,
		strings.Join(j.spec.Required, " "), g.o.ModelName, g.o.Instructions.Version,
	}, "\x01")))
	return strings.Join([]string{form, string(j.context.Locale), labels, hex.EncodeToString(sum[:6])}, "|")
}

// kept returns the wordings that may be used: those for just this situation, or
// else those that somebody had made or approved for the act without regard to
// what was asked and how the person feels; none where the person's own words
// are shown to the model, whose answer is then for them alone.
func (g *Guarded) kept(ctx context.Context, j *job, key string) []Wording {
	if g.o.Cache == nil || j.said != "" {
		return nil
	}
	list := g.usable(ctx, j, key)
	if plain := g.keyOf(j, j.reason); len(list) == 0 && plain != key {
		return g.usable(ctx, j, plain)
	}
	return list
}

// usable returns the wordings under one key.
func (g *Guarded) usable(ctx context.Context, j *job, key string) []Wording {
	list, err := g.o.Cache.Wordings(ctx, key)
	if err != nil {
		return nil
	}
	var usable []Wording
	for _, w := range list {
		if (w.Approved || !g.o.ApprovedOnly) && j.fills(w.Text) {
			usable = append(usable, w)
		}
	}
	return usable
}

// fills reports whether the act has a value for every placeholder of a wording.
func (j *job) fills(text string) bool {
	for _, name := range prompts.Placeholders(text) {
		if !slices.Contains(j.spec.Required, name) && !slices.Contains(j.spec.Optional, name) {
			return false
		}
	}
	return true
}

// most is how many wordings of a job are wanted.
func (g *Guarded) most(j *job) int {
	if g.o.ApprovedOnly {
		return 0
	}
	return min(maxWordings, len(g.o.Template.set.Catalog(j.context.Locale).Variants(j.act.Kind, j.act.Form)))
}

// choose picks a wording by how often this was said in the chat: nobody reads
// the same one twice while there is another. It reports false when a new one
// should be asked for, of which there are to be most.
func choose(list []Wording, said, most int) (Wording, bool) {
	if len(list) == 0 || said >= len(list) && len(list) < most {
		return Wording{}, false
	}
	return list[said%len(list)], true
}

// keep adds a new wording, unless it was written with the person's own words
// in view.
func (g *Guarded) keep(ctx context.Context, j *job, key string, list []Wording, d Draft) {
	if g.o.Cache == nil || j.said != "" || len(list) >= g.most(j) {
		return
	}
	for _, w := range list {
		if w.Text == d.Text {
			return
		}
	}
	_ = g.o.Cache.Keep(ctx, key, Wording{Text: d.Text, Model: d.Model}) // the next one will be kept
}

// Warm has a wording made for an act ahead of time, without its values, unless
// there are as many as are ever kept. The act's Variant says which reviewed text
// it is made from. It reports whether a new one was kept.
func (g *Guarded) Warm(ctx context.Context, act dialog.Act, c Context) (bool, error) {
	j, ok := g.open(act, c)
	if !ok {
		return false, fmt.Errorf("warm %s/%s in %s: %s", act.Kind, act.Form, c.Locale, FailedNotAllowed)
	}
	j.spec.Optional = g.o.Template.set.Contract.Acts[act.Kind].Forms[act.Form].Optional
	key := g.key(j)
	list := g.kept(ctx, j, key)
	if len(list) > act.Variant || len(list) >= g.most(j) {
		return false, nil
	}
	draft, err := g.draft(ctx, j)
	if err != nil {
		return false, fmt.Errorf("warm %s: %s", key, reason(err))
	}
	g.keep(ctx, j, key, list, draft)
	return true, nil
}

// Explanation is what would be asked for an act, and how its wordings are kept.
type Explanation struct {
	Key      string
	Version  string
	System   string
	User     string
	Required []string
	Optional []string
}

// Explain shows what a model is asked for an act. It fails for one that a model
// may not phrase.
func (g *Guarded) Explain(act dialog.Act, c Context) (Explanation, error) {
	j, ok := g.open(act, c)
	if !ok {
		return Explanation{}, fmt.Errorf("%s/%s in %s: a model may not phrase it", act.Kind, act.Form, c.Locale)
	}
	j.spec.Optional = g.o.Template.set.Contract.Acts[act.Kind].Forms[act.Form].Optional
	user, err := g.o.Instructions.Question(g.question(j, ""))
	if err != nil {
		return Explanation{}, err
	}
	return Explanation{Key: g.key(j), Version: g.o.Instructions.Version, System: g.o.Instructions.System(c.Locale), User: user,
		Required: j.spec.Required, Optional: j.spec.Optional}, nil
}
