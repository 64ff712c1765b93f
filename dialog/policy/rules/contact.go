package rules

import (
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Contact implements policy.Gate: what each contact rule says that is in force
// and applies to the person, over all their packs. A default of the base stands
// only where none of their own packs has a rule of its group. A message that
// has to wait waits until every rule that defers it is content, in every
// plausible zone.
func (e *Engine) Contact(q policy.Question) []policy.Judgement {
	rules := e.contactRules(&q)
	a := e.ask(&q)
	defer e.forget(a)
	out := make([]policy.Judgement, 0, len(rules))
	var waiting []*rule
	for _, r := range rules {
		j := r.judgeIn(StageContact, a)
		if j.Outcome == policy.Defer {
			waiting = append(waiting, r)
		}
		out = append(out, j)
	}
	if len(waiting) == 0 {
		return out
	}
	until, found := until(a, rules)
	for i := range out {
		switch {
		case out[i].Outcome != policy.Defer:
		case found:
			out[i].Until = until
		default:
			out[i].Outcome, out[i].Detail = policy.Deny, "no_common_hour"
		}
	}
	return out
}

// contactRules are those that are in force and apply, in the order in which they
// are named.
func (e *Engine) contactRules(q *policy.Question) []*rule {
	on := ordinal(day(q), 0)
	var space [8]*Pack
	packs, n := space[:0], 0
	applies := make([]bool, len(e.packs))
	for i, p := range e.packs {
		if policy.Applies(p.ID(), q.Packs) {
			applies[i] = true
			packs = append(packs, p)
			n += len(p.rules[StageContact]) + len(p.also[StageContact]) + len(p.rules[StageDisclose])
		}
	}
	rules := make([]*rule, 0, n)
	for _, r := range e.contact {
		if applies[r.packAt] && r.inForce(on) && r.about(q.Act) && !(r.Default && superseded(r.Group, packs)) {
			rules = append(rules, r)
		}
	}
	return rules
}

// contactOrder are the rules of all packs that are looked at when a message falls
// due, in the order in which they are named.
func contactOrder(packs []*Pack) []*rule {
	var rules []*rule
	for i, p := range packs {
		for _, list := range [][]*rule{p.rules[StageContact], p.also[StageContact], p.rules[StageDisclose]} {
			for _, r := range list {
				r.packAt = i
				rules = append(rules, r)
			}
		}
	}
	slices.SortStableFunc(rules, func(a, b *rule) int { return a.rank - b.rank })
	return rules
}

func superseded(group string, packs []*Pack) bool {
	return slices.ContainsFunc(packs, func(p *Pack) bool { return p.groups[group] })
}

// lookAhead is for how many days a common hour is searched.
const lookAhead = 8

// until is the first moment at which no rule defers any more. A window can only
// open when some rule's window opens in some zone, so only those moments are
// tried.
func until(a *asked, rules []*rule) (time.Time, bool) {
	windows := slices.DeleteFunc(slices.Clone(rules), func(r *rule) bool { return r.open == noWindow })
	for _, t := range openings(a.q, windows) {
		later := a.at(t)
		if !slices.ContainsFunc(windows, func(r *rule) bool { yes, _ := r.fires(later); return yes }) {
			return t, true
		}
	}
	return time.Time{}, false
}

// openings lists when windows open in the coming days, soonest first.
func openings(q *policy.Question, windows []*rule) []time.Time {
	var moments []time.Time
	for i, z := range q.Zones {
		today := dialog.DateOf(q.At.In(z))
		for d := range lookAhead {
			on := today.AddDays(d)
			for _, r := range windows {
				open := r.open
				if open == named {
					if i > 0 || q.Conv == nil {
						continue
					}
					open = q.Conv.Prefs.NotBefore * 60
				}
				t := time.Date(on.Year, on.Month, on.Day, 0, 0, open, 0, z)
				if t.After(q.At) {
					moments = append(moments, t.UTC())
				}
			}
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	return slices.CompactFunc(moments, time.Time.Equal)
}
