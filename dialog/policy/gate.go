package policy

import (
	"slices"
	"time"

	"warmline/dialog"
)

// Contact is a message that the lender would send first: the bot, a reminder, or
// a human agent whose words answer nothing.
type Contact struct {
	Act     dialog.ActKind
	Class   dialog.CommClass
	Channel dialog.ChannelKind
	Address string // opaque; "" on the web
	Asked   bool   // the person asked for this very note
	Human   bool   // an agent who owns the chat would write it
	Moment  *Moment
}

// ContactGate decides, at the moment of sending, whether a message may leave
// that is no answer. The kernel's part (crisis, owner, holds, opt-outs, what the
// person prefers) always applies; windows and caps are the Gate's.
func (r Rules) ContactGate(c Contact) Verdict {
	var v Verdict
	m := c.Moment
	r.gateKernel(&v, &c)
	r.gatePrefs(&v, &c)
	if c.Class == dialog.ClassCollection {
		q := Question{Subject: "contact", Act: c.Act, Class: c.Class, Channel: reached(c.Channel), Point: c.Address,
			Debt: m.Account.Ref, Initiated: true, At: m.Now, Zones: m.Zones, Standing: &m.Standing, Conv: m.Conv, Contacts: contacts(m),
			Packs: m.packs(), Facts: m.Facts, Shows: true}
		v.take(r.k.cfg.Gate.Contact(q))
		r.judge(&v, m.packs(), q)
	}
	return v
}

// reached is the channel of somebody who has not written yet: the wallet.
func reached(k dialog.ChannelKind) dialog.ChannelKind {
	if k == "" {
		return dialog.ChannelWeb
	}
	return k
}

func (r Rules) gateKernel(v *Verdict, c *Contact) {
	m := c.Moment
	conv := m.Conv
	if _, held := conv.Held(m.Now, dialog.HoldCrisis); held && c.Class != dialog.ClassCrisis {
		v.look(KCrisis, Deny, "crisis")
	} else {
		v.look(KCrisis, Allow, "")
	}
	if c.Class == dialog.ClassCollection && !c.Human && (conv.Owner == dialog.OwnerAgent || conv.Owner == dialog.OwnerQueue) {
		v.look(KOwner, Deny, string(conv.Owner))
	} else {
		v.look(KOwner, Allow, "")
	}
	v.look(KHold, r.gateHold(c), "")
}

// gateHold: any hold stops collection, and so does a rest; a few stop everything;
// and nobody who keeps an arrangement is chased.
func (r Rules) gateHold(c *Contact) Outcome {
	m := c.Moment
	_, silent := r.heldBy(m.Conv.Holds, m.Now, func(h holdRule) bool { return h.silent })
	_, held := m.Conv.Held(m.Now)
	_, running := m.Standing.running()
	switch {
	case c.Class == dialog.ClassCrisis:
		return Allow
	case silent, c.Address != "" && slices.Contains(m.Conv.Tombstones, c.Address):
		return Deny
	case c.Class == dialog.ClassCollection && (held || m.Conv.Resting(m.Now) != "" || running && c.Act == "reminder.overdue"):
		return Deny
	}
	return Allow
}

// gatePrefs: a channel that was opted out of is closed to everything that is
// not owed; hours that a person named bind collection and service alike on
// channels that ring.
func (r Rules) gatePrefs(v *Verdict, c *Contact) {
	p := c.Moment.Conv.Prefs
	owed := c.Asked || c.Class == dialog.ClassStatutory || c.Class == dialog.ClassCrisis
	switch {
	case owed:
		v.look(KHold, Allow, "asked_or_owed")
	case slices.Contains(p.Stopped, c.Channel) && c.Class == dialog.ClassCollection:
		v.look(KHold, Deny, "channel_stopped")
	case p.Only != "" && p.Only != c.Channel && c.Class == dialog.ClassCollection:
		v.look(KHold, Deny, "another_channel")
	case c.Class == dialog.ClassCollection && !within(p, c.Moment):
		if until, ok := nextWithin(c.Moment.Now, own(c.Moment), p.NotBefore, notAfter(p)); ok {
			v.deferTo(KHold, until, "preferred_hours")
		} else {
			v.look(KHold, Deny, "preferred_hours")
		}
	}
}

func notAfter(p dialog.Preferences) int {
	if p.NotAfter == 0 {
		return dayMinutes
	}
	return p.NotAfter
}

func within(p dialog.Preferences, m *Moment) bool {
	return len(m.Zones) == 0 || !OutsideHours(&p, m.Now, m.Zones[0])
}

// OutsideHours reports whether a moment is outside the hours that a person named;
// hours that they name are those of their own zone.
func OutsideHours(p *dialog.Preferences, at time.Time, zone *time.Location) bool {
	if p.NotBefore == 0 && p.NotAfter == 0 {
		return false
	}
	return !inWindow(at, []*time.Location{zone}, p.NotBefore, notAfter(*p))
}

// own is the person's own zone: hours that they name are theirs.
func own(m *Moment) []*time.Location { return m.Zones[:min(1, len(m.Zones))] }

// contacts joins the lender's counters with ours.
func contacts(m *Moment) []dialog.ContactCount {
	all := slices.Clone(m.Facts.Contacts)
	for _, c := range m.Conv.Contacts {
		all = append(all, dialog.ContactCount{Channel: c.Channel, At: c.At, Class: c.Class, Account: c.Account, Address: c.Address})
	}
	return all
}

// Values of BaseGate: the strictest common ones, our own choice where no law
// gives a number (compliance reference, table B, first row).
const (
	dayMinutes  = 24 * 60
	openMinute  = 9 * 60
	closeMinute = 20 * 60
	perDay      = 1
	perWeek     = 3
	quietAfter  = 3 // unanswered messages, then one neutral note a week
)

// BaseGate is the gate without packs: 09:00-20:00 in every plausible zone, one
// collection message a day, three in seven days, and after three without an
// answer one neutral note a week.
type BaseGate struct{}

// Contact applies BASE-TIME, BASE-FREQ-1, BASE-FREQ-2 and BASE-QUIET.
func (BaseGate) Contact(q Question) []Judgement {
	out := make([]Judgement, 0, 4)
	out = append(out, baseTime(q))
	day, week, last := tally(q)
	out = append(out, limit("BASE-FREQ-1", day >= perDay, "one_a_day"), limit("BASE-FREQ-2", week >= perWeek, "three_a_week"))
	quiet := Judgement{Rule: "BASE-QUIET", Outcome: Allow}
	if q.Conv.Unanswered >= quietAfter {
		quiet.Outcome, quiet.Detail = Modify, "neutral"
		if q.At.Sub(last) < 7*24*time.Hour {
			quiet.Outcome, quiet.Detail = Deny, "one_a_week"
		}
	}
	return append(out, quiet)
}

func baseTime(q Question) Judgement {
	if inWindow(q.At, q.Zones, openMinute, closeMinute) {
		return Judgement{Rule: "BASE-TIME", Outcome: Allow}
	}
	until, ok := nextWithin(q.At, q.Zones, openMinute, closeMinute)
	if !ok {
		return Judgement{Rule: "BASE-TIME", Outcome: Deny, Detail: "no_common_hour"}
	}
	return Judgement{Rule: "BASE-TIME", Outcome: Defer, Until: until, Detail: "window"}
}

func limit(rule string, reached bool, detail string) Judgement {
	if reached {
		return Judgement{Rule: rule, Outcome: Deny, Detail: detail}
	}
	return Judgement{Rule: rule, Outcome: Allow}
}

// tally counts collection messages of the same civil day (in any plausible
// zone) and of the last seven times 24 hours, over all channels.
func tally(q Question) (day, week int, last time.Time) {
	for _, c := range q.Contacts {
		if c.Class != dialog.ClassCollection || c.At.After(q.At) {
			continue
		}
		if q.At.Sub(c.At) < 7*24*time.Hour {
			week++
		}
		if c.At.After(last) {
			last = c.At
		}
		for _, z := range q.Zones {
			if dialog.DateOf(c.At.In(z)) == dialog.DateOf(q.At.In(z)) {
				day++
				break
			}
		}
	}
	return day, week, last
}

// inWindow reports whether the local time is in [from, to) minutes of the day
// in every zone.
func inWindow(at time.Time, zones []*time.Location, from, to int) bool {
	for _, z := range zones {
		l := at.In(z)
		if minute := l.Hour()*60 + l.Minute(); minute < from || minute >= to {
			return false
		}
	}
	return true
}

// nextWithin returns the next moment, on a quarter of an hour and within two
// days, at which the window is open in every zone.
func nextWithin(at time.Time, zones []*time.Location, from, to int) (time.Time, bool) {
	const step = 15 * time.Minute
	t := at.Truncate(step).Add(step)
	for range int(48 * time.Hour / step) {
		if inWindow(t, zones, from, to) {
			return t, true
		}
		t = t.Add(step)
	}
	return time.Time{}, false
}
