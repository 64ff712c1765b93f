package rules

import (
	"time"

	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
)

// tally is how often a person was asked for money, by anybody of ours: the bot,
// its reminders, human agents and the lender's own letters and calls. What is
// counted has no debt and no contact point, so every contact counts for each.
type tally struct {
	day, week, month                int // any channel
	dayMessages, weekMessages       int // written ones
	dayCalls, weekCalls, unanswered int // unanswered: calls of the day that nobody took
	visits                          int // of the day
	last, talked                    time.Time
}

// week is "the last seven days" in the wider of its two meanings: seven times
// 24 hours reach back further than seven calendar days do.
const week = 7 * 24 * time.Hour

func (a *asked) count() *tally {
	if a.counted {
		return &a.tally
	}
	a.counted, a.tally = true, tally{}
	at := a.q.At
	today := time.Time{}
	if a.zone != nil {
		today = dialog.DateOf(at.In(a.zone)).In(a.zone)
	}
	for i := range a.q.Contacts {
		c := &a.q.Contacts[i]
		if c.Class == dialog.ClassCollection && !c.At.After(at) {
			a.tally.add(c, at, !c.At.Before(today))
		}
	}
	return &a.tally
}

func (t *tally) add(c *dialog.ContactCount, at time.Time, today bool) {
	recent := at.Sub(c.At) < week
	if c.At.After(t.last) {
		t.last = c.At
	}
	t.day += one(today)
	t.week += one(recent)
	t.month += one(at.Sub(c.At) < 30*24*time.Hour)
	switch c.Channel {
	case dialog.ChannelCall:
		t.dayCalls += one(today)
		t.weekCalls += one(recent)
		t.unanswered += one(today && !c.Answered)
		if c.Answered && c.At.After(t.talked) {
			t.talked = c.At
		}
	case "visit":
		t.visits += one(today)
	default:
		t.dayMessages += one(today)
		t.weekMessages += one(recent)
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// never is the value of "how long ago" for what has not happened.
const never = 100_000

// counter is a variable that follows from the contacts; they are not known
// while the lender cannot be asked.
func counter(name, doc string, zoned bool, get func(*asked, *tally) int) Variable {
	return Variable{Name: name, Kind: kindInt, Zoned: zoned, Doc: doc, get: func(a *asked) ref.Val {
		if a.q.Facts != nil && a.q.Facts.Unavailable || zoned && a.zone == nil {
			return nil
		}
		return integer(get(a, a.count()))
	}}
}

// counterVars count collection contacts of every kind and sender.
func counterVars() []Variable {
	return []Variable{
		counter("day_contacts", "collection contacts of the same civil day, all channels", true, func(_ *asked, t *tally) int { return t.day }),
		counter("week_contacts", "of the last 7×24 hours", false, func(_ *asked, t *tally) int { return t.week }),
		counter("month_contacts", "of the last 30×24 hours", false, func(_ *asked, t *tally) int { return t.month }),
		counter("day_messages", "written ones of the same civil day", true, func(_ *asked, t *tally) int { return t.dayMessages }),
		counter("week_messages", "written ones of the last 7×24 hours", false, func(_ *asked, t *tally) int { return t.weekMessages }),
		counter("day_calls", "calls of the same civil day", true, func(_ *asked, t *tally) int { return t.dayCalls }),
		counter("week_calls", "calls of the last 7×24 hours", false, func(_ *asked, t *tally) int { return t.weekCalls }),
		counter("day_unanswered_calls", "calls of the same civil day that nobody took", true, func(_ *asked, t *tally) int { return t.unanswered }),
		counter("day_visits", "visits of the same civil day", true, func(_ *asked, t *tally) int { return t.visits }),
		counter("days_since_talk", "civil days since somebody spoke with them by phone; the day itself is 0", true, func(a *asked, t *tally) int {
			if t.talked.IsZero() {
				return never
			}
			return dialog.DateOf(a.q.At.In(a.zone)).Days(dialog.DateOf(t.talked.In(a.zone)))
		}),
		counter("hours_since_contact", "whole hours since the last collection contact", false, func(a *asked, t *tally) int {
			return since(a, t, time.Hour)
		}),
		counter("seconds_since_contact", "whole seconds since then", false, func(a *asked, t *tally) int {
			return since(a, t, time.Second)
		}),
	}
}

func since(a *asked, t *tally, unit time.Duration) int {
	if t.last.IsZero() {
		return never
	}
	return int(a.q.At.Sub(t.last) / unit)
}

func isCounter(name string) bool {
	for _, v := range counterVars() {
		if v.Name == name {
			return true
		}
	}
	return false
}
