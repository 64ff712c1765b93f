package phrase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
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

// maxWordings is how many wordings are collected for one key.
const maxWordings = 4

// key names everything that a wording depends on. It begins with what a person
// can read: act, form, locale, labels.
func (g *Guarded) key(j *job) string {
	form := string(j.act.Kind)
	if j.act.Form != "" {
		form += "/" + j.act.Form
	}
	var reviewed []string
	for _, t := range g.o.Template.set.Catalog(j.context.Locale).Variants(j.act.Kind, j.act.Form) {
		reviewed = append(reviewed, t.Body)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{
		form, strings.Join(reviewed, "\x00"), string(j.context.Locale), j.labels,
		strings.Join(j.spec.Required, " "), strings.Join(j.spec.Optional, " "), g.o.ModelName, g.o.Instructions.Version,
	}, "\x01")))
	return strings.Join([]string{form, string(j.context.Locale), j.labels, hex.EncodeToString(sum[:6])}, "|")
}

// kept returns the wordings that may be used: none where the person's own words
// are shown to the model, whose answer is then for them alone.
func (g *Guarded) kept(ctx context.Context, j *job, key string) []Wording {
	if g.o.Cache == nil || j.said != "" {
		return nil
	}
	list, err := g.o.Cache.Wordings(ctx, key)
	if err != nil {
		return nil
	}
	if !g.o.ApprovedOnly {
		return list
	}
	var approved []Wording
	for _, w := range list {
		if w.Approved {
			approved = append(approved, w)
		}
	}
	return approved
}

// choose picks a wording by how often this was said in the chat: nobody reads
// the same one twice while there is another. It reports false when a new one
// should be asked for, which never is where none can be had.
func choose(list []Wording, said int, fixed bool) (Wording, bool) {
	if len(list) == 0 || !fixed && said >= len(list) && len(list) < maxWordings {
		return Wording{}, false
	}
	return list[said%len(list)], true
}

// keep adds a new wording, unless it was written with the person's own words
// in view.
func (g *Guarded) keep(ctx context.Context, j *job, key string, list []Wording, d Draft) {
	if g.o.Cache == nil || j.said != "" || len(list) >= maxWordings {
		return
	}
	for _, w := range list {
		if w.Text == d.Text {
			return
		}
	}
	_ = g.o.Cache.Keep(ctx, key, Wording{Text: d.Text, Model: d.Model}) // the next one will be kept
}
