package rules

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// asked is the facts of one decision as CEL sees them: each is worked out when
// a rule first turns on it, and kept.
type asked struct {
	s     *schema
	q     *policy.Question
	actor string
	packs map[string]*Pack   // that are loaded
	given map[string]ref.Val // of a test or a facts file; goes before the question
	only  bool               // nothing but what is given, and what time and counters say
	zone  *time.Location

	counted bool
	tally   tally
	cache   [maxVariables]ref.Val
	done    [maxVariables / 64]uint64 // which of the cache are worked out
}

var _ cel.Activation = (*asked)(nil)

// ResolveName implements cel.Activation. A fact that is not known does not
// resolve.
func (a *asked) ResolveName(name string) (any, bool) {
	i, ok := a.s.index[name]
	if !ok {
		return nil, false
	}
	if v := a.value(i); v != nil {
		return v, true
	}
	return nil, false
}

// Parent implements cel.Activation.
func (a *asked) Parent() cel.Activation { return nil }

func (a *asked) value(i int) ref.Val {
	word, bit := i/64, uint64(1)<<(i%64)
	if a.done[word]&bit != 0 {
		return a.cache[i]
	}
	a.done[word] |= bit
	v := &a.s.vars[i]
	if given, ok := a.given[v.Name]; ok {
		a.cache[i] = given
	} else if !a.only || a.derived(v) {
		a.cache[i] = v.get(a)
	} else {
		a.cache[i] = nil
	}
	return a.cache[i]
}

// derived reports whether a fact follows from the moment, the zones and the
// contacts of a test.
func (a *asked) derived(v *Variable) bool {
	switch {
	case v.Name == "local" || v.Name == "weekday":
		return !a.q.At.IsZero()
	case v.Name == "date":
		return true
	case v.Name == "hold":
		return a.q.Hold != ""
	}
	return a.q.Contacts != nil && v.counts
}

// in moves the decision to another plausible zone: what depends on it is
// worked out anew.
func (a *asked) in(z *time.Location) {
	if z == a.zone {
		return
	}
	a.zone, a.counted = z, false
	for i, zoned := range a.s.zoned {
		a.done[i] &^= zoned
	}
}

// at is the same situation at another moment.
func (a *asked) at(t time.Time) *asked {
	q := *a.q
	q.At = t
	later := &asked{s: a.s, q: &q, actor: a.actor, packs: a.packs, given: a.given, only: a.only}
	if len(q.Zones) > 0 {
		later.zone = q.Zones[0]
	}
	return later
}

// day is the civil date that rules are looked up by: the person's.
func day(q *policy.Question) dialog.Date {
	switch {
	case len(q.Zones) > 0:
		return dialog.DateOf(q.At.In(q.Zones[0]))
	case q.Standing != nil && !q.Standing.Today.IsZero():
		return q.Standing.Today
	}
	return dialog.DateOf(q.At.UTC())
}

func integer(n int) ref.Val { return types.Int(n) }

func text[T ~string](s T) ref.Val { return types.String(s) }

func list[T ~string](items []T) ref.Val {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = string(item)
	}
	return types.NewStringList(types.DefaultTypeAdapter, out)
}
