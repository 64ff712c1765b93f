package rules

import (
	"fmt"
	"time"

	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// runTests runs a rule's own tests and returns those that come out otherwise.
func (e *Engine) runTests(r *rule) []error {
	var wrong []error
	for i := range r.Tests {
		t := &r.Tests[i]
		if err := e.runTest(r, t); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: test %q: %w", r.ID, orElse(t.Name, fmt.Sprint(i+1)), err))
		}
	}
	return wrong
}

func (e *Engine) runTest(r *rule, t *TestFile) error {
	a, err := e.situation(t)
	if err != nil {
		return err
	}
	j := r.judge(a)
	if string(j.Outcome) != t.Outcome {
		return fmt.Errorf("%s (%s), expected %s", j.Outcome, j.Detail, t.Outcome)
	}
	if t.Until == "" {
		return nil
	}
	want, err := time.Parse(time.RFC3339, t.Until)
	if err != nil {
		return fmt.Errorf("until: %w", err)
	}
	got, found := until(a, []*rule{r})
	if !found || !got.Equal(want) {
		return fmt.Errorf("deferred until %s, expected %s", got.UTC().Format(time.RFC3339), t.Until)
	}
	return nil
}

// situation builds the facts of a test or a facts file. What it does not name
// is not known.
func (e *Engine) situation(t *TestFile) (*asked, error) {
	q := &policy.Question{Debt: t.Debt, Point: t.Point}
	if channel, ok := t.Facts["channel"].(string); ok {
		q.Channel = dialog.ChannelKind(channel)
	}
	if t.At != "" {
		at, err := time.Parse(time.RFC3339, t.At)
		if err != nil {
			return nil, fmt.Errorf("at: %w", err)
		}
		q.At = at
	}
	for _, name := range t.Zones {
		z, err := time.LoadLocation(name)
		if err != nil {
			return nil, fmt.Errorf("zone %q: %w", name, err)
		}
		q.Zones = append(q.Zones, z)
	}
	if t.Contacts != nil {
		q.Contacts = make([]dialog.ContactCount, 0, len(t.Contacts))
	}
	for _, c := range t.Contacts {
		at, err := time.Parse(time.RFC3339, c.At)
		if err != nil {
			return nil, fmt.Errorf("contacts: %w", err)
		}
		q.Contacts = append(q.Contacts, dialog.ContactCount{At: at, Channel: c.Channel, Answered: c.Answered, Class: dialog.ClassCollection,
			Account: c.Debt, Address: c.Point})
	}
	a := e.ask(q)
	a.only, a.given = true, map[string]ref.Val{}
	for name, in := range t.Facts {
		i, ok := e.schema.index[name]
		if !ok {
			return nil, fmt.Errorf("fact %q is not in the environment", name)
		}
		v, err := value(e.schema.vars[i].Kind, in)
		if err != nil {
			return nil, fmt.Errorf("fact %s: %w", name, err)
		}
		a.given[name] = v
	}
	return a, nil
}
