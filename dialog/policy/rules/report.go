package rules

import (
	"slices"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Size returns how many rules are loaded, and how many tests of theirs.
func (e *Engine) Size() (rules, tests int) {
	for _, p := range e.packs {
		for i := range p.File.Rules {
			rules++
			tests += len(p.File.Rules[i].Tests)
		}
	}
	return rules, tests
}

// Idle is a rule with parameters that nothing asks about.
type Idle struct {
	Pack, Rule string
	Params     []string
}

// Idle returns the rules that carry figures for people to read: changing those
// changes no decision.
func (e *Engine) Idle() []Idle {
	var out []Idle
	for _, p := range e.packs {
		for _, stage := range Stages() {
			for _, r := range p.rules[stage] {
				params := slices.DeleteFunc(slices.Clone(r.idle), func(name string) bool {
					_, tied := clockParams()[name] // held equal to the clock that the rule has
					return tied && p.File.Clocks[r.ID] != nil
				})
				if len(params) > 0 {
					out = append(out, Idle{Pack: p.ID(), Rule: r.ID, Params: params})
				}
			}
		}
	}
	return out
}

// Shadow is a rule that never decides by itself.
type Shadow struct {
	Pack, Rule string
	By         string // the rule that says at least as much wherever the other speaks
}

// Shadowed returns the rules that, in every test in which they speak, are
// outdone or matched by one and the same other rule that applies whenever they
// do. That may be intended: two sources can ask for the same.
func (e *Engine) Shadowed() []Shadow {
	var out []Shadow
	for _, p := range e.packs {
		for _, stage := range Stages() {
			for _, r := range p.rules[stage] {
				if by := e.shadowOf(p, r); by != "" {
					out = append(out, Shadow{Pack: p.ID(), Rule: r.ID, By: by})
				}
			}
		}
	}
	return out
}

func (e *Engine) shadowOf(p *Pack, r *rule) string {
	if r.outcome == policy.Require || r.Stage == StageHold || r.Stage == StageEscalate {
		return "" // each asks for something of its own
	}
	for _, above := range e.packs {
		if !policy.Applies(above.ID(), []string{p.ID()}) {
			continue
		}
		for _, other := range above.rules[r.Stage] {
			if other.ID != r.ID && !other.Default && len(other.Acts) == 0 && e.outdoes(other, r) {
				return other.ID
			}
		}
	}
	return ""
}

func (e *Engine) outdoes(other, r *rule) bool {
	if policy.Stricter(r.outcome, other.outcome) {
		return false
	}
	spoke := false
	for i := range r.Tests {
		a, err := e.situation(&r.Tests[i])
		if err != nil || r.Tests[i].Outcome == string(policy.Allow) {
			continue
		}
		if yes, unknown := r.fires(a); !yes || unknown != "" {
			continue
		}
		spoke = true
		if yes, unknown := other.fires(a); !yes || unknown != "" {
			return false
		}
	}
	return spoke
}

// ExpiredLine is a line of a place that nobody has checked for too long.
type ExpiredLine struct{ Pack, Name string }

// Expired returns the lines that are not shown on a day because their last
// check is too old.
func (e *Engine) Expired(on dialog.Date) []ExpiredLine {
	var out []ExpiredLine
	for _, p := range e.packs {
		if p.File.Place == nil {
			continue
		}
		for _, l := range p.File.Place.Lines {
			if on.Days(l.Checked) > policy.LineDays {
				out = append(out, ExpiredLine{Pack: p.ID(), Name: l.Name})
			}
		}
	}
	return out
}
