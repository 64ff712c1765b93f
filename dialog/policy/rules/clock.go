package rules

import (
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// applying are the packs that a person has: their own, those above, the base.
func (e *Engine) applying(packs []string) []*Pack {
	var own []*Pack
	for _, p := range e.packs {
		if policy.Applies(p.ID(), packs) {
			own = append(own, p)
		}
	}
	return own
}

// Clock is until when a case has to be answered.
type Clock struct {
	Rule  string
	Warn  dialog.Date // from when on somebody should be told
	Due   dialog.Date
	Final dialog.Date // the last day, where the rule allows an extension
}

// Clock returns the strictest clock of a case that was opened on a day, over
// all of a person's packs, or the base's where none of them sets one; false
// when nobody does.
func (e *Engine) Clock(packs []string, kind dialog.CaseKind, opened dialog.Date) (Clock, bool) {
	best, found := Clock{}, false
	q := policy.Question{At: opened.In(time.UTC), Case: kind, Packs: packs}
	on := ordinal(opened, 0)
	own := e.applying(packs)
	for _, p := range own {
		for _, r := range p.rules[StageEscalate] {
			days, ok := p.File.Clocks[r.ID]
			if !ok || !r.inForce(on) || r.Default && superseded(r.Group, own) {
				continue
			}
			if yes, unknown := r.fires(e.ask(&q)); !yes || unknown != "" {
				continue
			}
			c := clockOf(r.ID, days, opened)
			if !found || c.Due.Before(best.Due) {
				best, found = c, true
			}
		}
	}
	return best, found
}

// Deadline implements policy.Clocks.
func (e *Engine) Deadline(packs []string, kind dialog.CaseKind, opened dialog.Date) (policy.Deadline, bool) {
	c, ok := e.Clock(packs, kind, opened)
	return policy.Deadline{Rule: c.Rule, Warn: c.Warn, Due: c.Due}, ok
}

// clockOf adds a clock's days: civil ones, or business ones, which here leave
// out Saturdays and Sundays (public holidays make the true day later, never
// earlier).
func clockOf(rule string, days map[string]int, opened dialog.Date) Clock {
	after := func(name string) dialog.Date {
		if n, ok := days[name+"_business_days"]; ok {
			return businessDays(opened, n)
		}
		if n, ok := days[name+"_days"]; ok {
			return opened.AddDays(n)
		}
		return dialog.Date{}
	}
	c := Clock{Rule: rule, Warn: after("warn"), Due: after("due"), Final: after("final")}
	if c.Warn.IsZero() {
		c.Warn = c.Due.AddDays(-max(1, c.Due.Days(opened)/3))
	}
	return c
}

func businessDays(from dialog.Date, n int) dialog.Date {
	for n > 0 {
		from = from.AddDays(1)
		if wd := from.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return from
}
