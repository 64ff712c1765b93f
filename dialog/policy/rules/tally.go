package rules

import (
	"time"

	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
)

// tally is how often a person was asked for money, by anybody of ours: the bot,
// its reminders, human agents and the lender's own letters and calls. A contact
// of which the debt or the contact point is not known counts for each.
type tally struct {
	all     scope // about any debt, on any channel
	debt    scope // about the debt in question
	channel scope // on the channel in question
	point   scope // at the contact point in question: a number, a chat, the wallet
}

// scope is the counts of one scope.
type scope struct {
	day, week, month                int // contacts of any kind
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
	q, at := a.q, a.q.At
	today := time.Time{}
	if a.zone != nil {
		today = dialog.DateOf(at.In(a.zone)).In(a.zone)
	}
	for i := range q.Contacts {
		c := &q.Contacts[i]
		if c.Class != dialog.ClassCollection || c.At.After(at) {
			continue
		}
		same := c.Channel == q.Channel || c.Channel == "" || q.Channel == ""
		a.tally.all.add(c, at, !c.At.Before(today))
		if c.Account == "" || q.Debt == "" || c.Account == q.Debt {
			a.tally.debt.add(c, at, !c.At.Before(today))
		}
		if same {
			a.tally.channel.add(c, at, !c.At.Before(today))
		}
		if same && (c.Address == "" || q.Point == "" || c.Address == q.Point) {
			a.tally.point.add(c, at, !c.At.Before(today))
		}
	}
	return &a.tally
}

func (s *scope) add(c *dialog.ContactCount, at time.Time, today bool) {
	recent := at.Sub(c.At) < week
	if c.At.After(s.last) {
		s.last = c.At
	}
	s.day += one(today)
	s.week += one(recent)
	s.month += one(at.Sub(c.At) < 30*24*time.Hour)
	switch c.Channel {
	case dialog.ChannelCall:
		s.dayCalls += one(today)
		s.weekCalls += one(recent)
		s.unanswered += one(today && !c.Answered)
		if c.Answered && c.At.After(s.talked) {
			s.talked = c.At
		}
	case "visit":
		s.visits += one(today)
	default:
		s.dayMessages += one(today)
		s.weekMessages += one(recent)
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
	return Variable{Name: name, Kind: kindInt, Zoned: zoned, Doc: doc, counts: true, get: func(a *asked) ref.Val {
		if a.q.Facts != nil && a.q.Facts.Unavailable || zoned && a.zone == nil {
			return nil
		}
		return integer(get(a, a.count()))
	}}
}

// counterVars count collection contacts of every kind and sender: over all, and
// for the debt, the channel and the contact point in question.
func counterVars() []Variable {
	all := append(scopeVars("", "", func(t *tally) *scope { return &t.all }),
		scopeVars("debt_", " about this debt", func(t *tally) *scope { return &t.debt })...)
	all = append(all, scopeVars("channel_", " on this channel", func(t *tally) *scope { return &t.channel })...)
	return append(all, scopeVars("point_", " at this contact point", func(t *tally) *scope { return &t.point })...)
}

// scopeVars are the windows of one scope.
func scopeVars(prefix, scoped string, of func(*tally) *scope) []Variable {
	count := func(name, doc string, zoned bool, get func(*scope) int) Variable {
		return counter(prefix+name, doc+scoped, zoned, func(_ *asked, t *tally) int { return get(of(t)) })
	}
	since := func(name, doc string, unit time.Duration) Variable {
		return counter(prefix+name, doc+scoped, false, func(a *asked, t *tally) int {
			if of(t).last.IsZero() {
				return never
			}
			return int(a.q.At.Sub(of(t).last) / unit)
		})
	}
	return []Variable{
		count("day_contacts", "collection contacts of the same civil day, all channels, by whomever", true, func(s *scope) int { return s.day }),
		count("week_contacts", "of the last 7×24 hours", false, func(s *scope) int { return s.week }),
		count("month_contacts", "of the last 30×24 hours", false, func(s *scope) int { return s.month }),
		count("day_messages", "written ones of the same civil day", true, func(s *scope) int { return s.dayMessages }),
		count("week_messages", "written ones of the last 7×24 hours", false, func(s *scope) int { return s.weekMessages }),
		count("day_calls", "calls of the same civil day", true, func(s *scope) int { return s.dayCalls }),
		count("week_calls", "calls of the last 7×24 hours", false, func(s *scope) int { return s.weekCalls }),
		count("day_unanswered_calls", "calls of the same civil day that nobody took", true, func(s *scope) int { return s.unanswered }),
		count("day_visits", "visits of the same civil day", true, func(s *scope) int { return s.visits }),
		counter(prefix+"days_since_talk", "civil days since somebody spoke with them by phone"+scoped+"; the day itself is 0", true, func(a *asked, t *tally) int {
			if of(t).talked.IsZero() {
				return never
			}
			return dialog.DateOf(a.q.At.In(a.zone)).Days(dialog.DateOf(of(t).talked.In(a.zone)))
		}),
		since("hours_since_contact", "whole hours since the last collection contact", time.Hour),
		since("seconds_since_contact", "whole seconds since then", time.Second),
	}
}
