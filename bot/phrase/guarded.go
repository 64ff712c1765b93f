package phrase

import (
	"context"
	"fmt"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/prompts"
)

// Question is what a model is asked. System is the same for every act of a
// locale; User holds labels, placeholder names and the reviewed text, never a
// fact.
type Question struct {
	System, User string
	Act          string // form key, for metrics
	Conversation string // a hash, for the budget
}

// Draft is a model's answer.
type Draft struct {
	Text  string
	Model string
}

// Model writes drafts. Its errors are failures of a kind (see Kinded) or any
// other.
type Model interface {
	Draft(ctx context.Context, q Question) (Draft, error)
}

// Kinded is an error that says in one word why there is no draft.
type Kinded interface{ FailureKind() string }

// Candidate is a draft as it is reviewed: before any value is filled in.
type Candidate struct {
	Act      dialog.ActKind
	Form     string
	Locale   dialog.Locale
	Required []string // placeholders that must be there once
	Optional []string // placeholders that may be there
	Text     string
}

// Verdict is what a reviewer says of a draft. Rule and Says are of the rule that
// the draft breaks, for metrics and for a second try.
type Verdict struct {
	Allowed bool
	Rule    string // "threat", "digit_leak"
	Says    string // the rule in words
}

// Reviewer looks at what a model wrote.
type Reviewer interface{ Review(c Candidate) Verdict }

// Rejection is a draft that did not pass, kept for people to look at. It has
// placeholders, no facts.
type Rejection struct {
	At                        time.Time
	Act, Form                 string
	Locale                    dialog.Locale
	Rule, Text, Model, Prompt string
}

// Report is what became of a pending act.
type Report struct {
	Act     dialog.ActKind
	Outcome string // "model", "repaired", "cache", or why the template stands
	Calls   int    // of the model
	Took    time.Duration
	Since   time.Duration // since the message that is answered
}

// Watcher is told of rejections and of what became of each act. It must not
// block.
type Watcher interface {
	Rejected(Rejection)
	Phrased(Report)
}

// LastWords finds what a person wrote last in a conversation.
type LastWords interface {
	LastWords(ctx context.Context, conversation string) (text string, names []string, err error)
}

// GuardedOptions are what a Guarded needs. Cache and Last may be nil.
type GuardedOptions struct {
	Template     *Template
	Instructions *prompts.Instructions
	Model        Model
	ModelName    string // of the model asked first: part of the cache's key
	Reviewer     Reviewer
	Watcher      Watcher
	Cache        Cache
	Last         LastWords // nil: the person's words are never shown to the model
	ApprovedOnly bool      // only wordings that a person has approved; the model is not asked
	// Context says for whom a message is written.
	Context func(m dialog.Message) Context
	Now     func() time.Time
	// Patience is how long after the borrower's message a wording is of any
	// use; 2.8 s. Repair is what must be left of it for a second try; 0.9 s.
	Patience, Repair time.Duration
}

// Guarded has a model choose the words of acts whose contract allows it. Every
// draft is reviewed before its values are filled in and checked after; one that
// does not pass is tried once more where time allows, and then the reviewed
// template stands. It implements the manager's Phraser.
type Guarded struct {
	o    GuardedOptions
	rest rests
}

// NewGuarded returns a phraser.
func NewGuarded(o GuardedOptions) *Guarded {
	if o.Patience == 0 {
		o.Patience = 2800 * time.Millisecond
	}
	if o.Repair == 0 {
		o.Repair = 900 * time.Millisecond
	}
	return &Guarded{o: o, rest: rests{until: map[string]time.Time{}}}
}

// Why the template stands. Rules of the review and kinds of the model's
// failures are reasons of their own.
const (
	FailedNotAllowed  = "not_allowed"   // the act's contract, or a value that cannot be written here
	FailedNotApproved = "approved_only" // nothing approved is there yet
	FailedFinal       = "final_check"   // a number or a date in the filled text is not the act's
	FailedModel       = "unavailable"   // the model failed without saying why
	FailedResting     = "resting"       // the model's drafts for this were refused a moment ago
)

// Phrase asks for the words of a pending message. The text of the event is
// final: its values are filled in. Failing is part of the answer.
func (g *Guarded) Phrase(ctx context.Context, m dialog.Message) dialog.PhrasedEvent {
	started := g.o.Now()
	j, ok := g.job(m)
	if !ok {
		return dialog.PhrasedEvent{Message: m.ID, Failed: FailedNotAllowed}
	}
	ctx, cancel := context.WithTimeout(ctx, g.o.Patience-started.Sub(m.At))
	defer cancel()
	text, outcome, err := g.words(ctx, j)
	report := Report{Act: j.act.Kind, Outcome: outcome, Calls: j.calls, Took: g.o.Now().Sub(started), Since: g.o.Now().Sub(m.At)}
	out := dialog.PhrasedEvent{Message: m.ID, Text: text, Model: j.by, Prompt: g.o.Instructions.Version}
	if err != nil {
		report.Outcome = reason(err)
		out = dialog.PhrasedEvent{Message: m.ID, Failed: report.Outcome}
	}
	g.o.Watcher.Phrased(report)
	return out
}

// words returns the final text and how it was come by.
func (g *Guarded) words(ctx context.Context, j *job) (text, outcome string, err error) {
	if g.o.Last != nil && !g.o.ApprovedOnly {
		j.said = g.lastWords(ctx, j.message)
	}
	key := g.key(j)
	kept := g.kept(ctx, j, key)
	if w, ok := choose(kept, j.act.Variant, g.most(j)); ok {
		if text, err = g.finish(j, w.Text); err == nil {
			j.by = w.Model
			return text, "cache", nil
		}
	}
	if g.o.ApprovedOnly {
		return "", "", failure(FailedNotApproved)
	}
	if g.rest.on(key, g.o.Now()) {
		return "", "", failure(FailedResting)
	}
	draft, err := g.draft(ctx, j)
	if err != nil {
		if j.refused == 2 {
			g.rest.begin(key, g.o.Now())
		}
		return "", "", err
	}
	if text, err = g.finish(j, draft.Text); err != nil {
		return "", "", err
	}
	j.by = draft.Model
	g.keep(ctx, j, key, kept, draft)
	if j.repaired {
		return text, "repaired", nil
	}
	return text, "model", nil
}

// draft asks the model, and once more with the rule named where time allows.
func (g *Guarded) draft(ctx context.Context, j *job) (Draft, error) {
	draft, verdict, err := g.try(ctx, j, "")
	if err != nil || verdict.Allowed {
		return draft, err
	}
	if end, ok := ctx.Deadline(); !ok || time.Until(end) < g.o.Repair {
		return Draft{}, failure(verdict.Rule)
	}
	second, again, err := g.try(ctx, j, verdict.Says)
	switch {
	case err != nil: // what the first try broke is the better reason
		return Draft{}, failure(verdict.Rule)
	case !again.Allowed:
		return Draft{}, failure(again.Rule)
	}
	j.repaired = true
	return second, nil
}

func (g *Guarded) try(ctx context.Context, j *job, rule string) (Draft, Verdict, error) {
	user, err := g.o.Instructions.Question(g.question(j, rule))
	if err != nil {
		return Draft{}, Verdict{}, err
	}
	j.calls++
	draft, err := g.o.Model.Draft(ctx, Question{
		System: g.o.Instructions.System(j.context.Locale), User: user,
		Act: string(j.act.Kind), Conversation: conversationOf(j.message.ID),
	})
	if err != nil {
		return Draft{}, Verdict{}, fmt.Errorf("draft %s: %w", j.act.Kind, err)
	}
	verdict := g.review(j, draft.Text)
	if !verdict.Allowed {
		j.refused++
		g.o.Watcher.Rejected(Rejection{
			At: g.o.Now(), Act: string(j.act.Kind), Form: j.act.Form, Locale: j.context.Locale,
			Rule: verdict.Rule, Text: draft.Text, Model: draft.Model, Prompt: g.o.Instructions.Version,
		})
	}
	return draft, verdict, nil
}

// question is the act in labels. The person's words, when shown, come redacted.
func (g *Guarded) question(j *job, rule string) prompts.Ask {
	act := string(j.act.Kind)
	if j.act.Form != "" {
		act += "/" + j.act.Form
	}
	return prompts.Ask{
		Act: act, Labels: j.labels, Required: braced(j.spec.Required), Allowed: braced(j.spec.Optional),
		Said: j.said, Rule: rule, Reviewed: j.reviewed.Body,
	}
}

func braced(names []string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString("{" + name + "} ")
	}
	return b.String()
}

// review looks at a draft: the slots here, whatever the reviewer does, and then
// everything else.
func (g *Guarded) review(j *job, text string) Verdict {
	c := Candidate{Act: j.act.Kind, Form: j.act.Form, Locale: j.context.Locale,
		Required: j.spec.Required, Optional: j.spec.Optional, Text: text}
	if v := slots(c); !v.Allowed {
		return v
	}
	if leaks(text, g.o.Instructions.Rules(c.Locale), j.reviewed.Body) {
		return Verdict{Rule: "prompt_leak", Says: "the instructions stay where they are"}
	}
	return g.o.Reviewer.Review(c)
}
