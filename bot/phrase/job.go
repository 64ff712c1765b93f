package phrase

import (
	"errors"
	"slices"
	"strings"

	"warmline/bot/phrase/format"
	"warmline/dialog"
	"warmline/prompts"
)

// job is the phrasing of one message.
type job struct {
	message  dialog.Message
	act      dialog.Act
	context  Context
	spec     prompts.FormSpec
	reviewed prompts.Text
	labels   string
	reason   string // those of the labels that the act itself has, whoever reads it
	said     string
	calls    int
	refused  int
	by       string // the model whose words are used
	repaired bool
}

// job collects what a message's phrasing needs, or says that it may not be.
func (g *Guarded) job(m dialog.Message) (*job, bool) {
	if m.Act == nil || !fillable(*m.Act) {
		return nil, false
	}
	j, ok := g.open(*m.Act, g.o.Context(m))
	if ok {
		j.message = m
	}
	return j, ok
}

// open begins the phrasing of an act whose contract allows it.
func (g *Guarded) open(act dialog.Act, c Context) (*job, bool) {
	spec, known := g.o.Template.set.Contract.Acts[act.Kind]
	form, hasForm := spec.Forms[act.Form]
	catalog := g.o.Template.set.Catalog(c.Locale)
	if !known || !hasForm || !spec.Phrase || spec.Fixed || catalog == nil {
		return nil, false
	}
	text, err := catalog.Text(act.Kind, act.Form, act.Variant)
	if err != nil {
		return nil, false
	}
	j := &job{act: act, context: c, reviewed: text, labels: labels(act.Situation), reason: labels(map[string]string{"reason": act.Situation["reason"]}), spec: prompts.FormSpec{Required: form.Required}}
	for _, name := range form.Optional {
		if _, there := act.Values[name]; there {
			j.spec.Optional = append(j.spec.Optional, name)
		}
	}
	return j, true
}

// fillable reports whether every value can be written without the borrower's
// zone, which a message does not carry, and no yes can bind to the text.
func fillable(a dialog.Act) bool {
	for _, v := range a.Values {
		if v.Kind == dialog.ValueTime {
			return false
		}
	}
	return !slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.ID == "confirm" })
}

// finish fills the values in and checks that nothing stands in the text that is
// not theirs.
func (g *Guarded) finish(j *job, draft string) (string, error) {
	if v := g.review(j, draft); !v.Allowed {
		return "", failure(v.Rule)
	}
	text, err := g.o.Template.Fill(draft, j.act, j.context)
	if err != nil {
		return "", err
	}
	var facts []string
	for name := range j.act.Values {
		words, err := g.o.Template.Fill("{"+name+"}", j.act, j.context)
		if err != nil {
			return "", err
		}
		facts = append(facts, words)
	}
	if !within(text, facts, j.context) {
		return "", failure(FailedFinal)
	}
	return text, nil
}

// within reports whether every number and every date of a text is one of the
// facts'.
func within(text string, facts []string, c Context) bool {
	if len(format.Unknown(text, facts...)) > 0 {
		return false
	}
	year := c.Now.Year()
	known := format.Dates(strings.Join(facts, "\n"), c.Locale, year)
	for _, d := range format.Dates(text, c.Locale, year) {
		if !slices.Contains(known, d) {
			return false
		}
	}
	return true
}

// failure is why the template stands, in one word.
type failure string

// Error implements error.
func (f failure) Error() string { return string(f) }

// FailureKind implements Kinded.
func (f failure) FailureKind() string { return string(f) }

func reason(err error) string {
	var kinded Kinded
	if errors.As(err, &kinded) {
		return kinded.FailureKind()
	}
	return FailedModel
}

// conversationOf returns the conversation of a message id: conversation-revision-n.
func conversationOf(id string) string {
	for range 2 {
		if i := strings.LastIndexByte(id, '-'); i >= 0 {
			id = id[:i]
		}
	}
	return id
}
