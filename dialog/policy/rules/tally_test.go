package rules

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Counters are what counting by hand gives, for every scope and window: of the
// debt, the channel and the contact point in question and of those that are not
// known, whoever made the contact.
func TestCountersAreWhatCountingGives(t *testing.T) {
	e := shipped(t)
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 86400).Draw(t, "second")) * time.Second)
		pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
		q := policy.Question{At: now, Zones: []*time.Location{zone}, Facts: &dialog.Facts{}, Contacts: []dialog.ContactCount{},
			Channel: dialog.ChannelKind(pick("channel", "web", "telegram", "call")), Debt: pick("debt", "", "a1", "a2"), Point: pick("point", "", "p1", "p2")}
		for range rapid.IntRange(0, 20).Draw(t, "contacts") {
			q.Contacts = append(q.Contacts, dialog.ContactCount{
				At:       now.Add(-time.Duration(rapid.IntRange(-3600, 40*86400).Draw(t, "ago")) * time.Second),
				Channel:  dialog.ChannelKind(pick("by", "web", "telegram", "call", "visit")),
				Class:    dialog.CommClass(pick("class", "COLLECTION", "COLLECTION", "SERVICE")),
				Answered: rapid.Bool().Draw(t, "answered"), Account: pick("account", "", "a1", "a2"), Address: pick("address", "", "p1", "p2")})
		}
		for prefix, in := range map[string]func(c dialog.ContactCount) bool{
			"":         func(dialog.ContactCount) bool { return true },
			"debt_":    func(c dialog.ContactCount) bool { return q.Debt == "" || c.Account == "" || c.Account == q.Debt },
			"channel_": func(c dialog.ContactCount) bool { return c.Channel == q.Channel },
			"point_": func(c dialog.ContactCount) bool {
				return c.Channel == q.Channel && (q.Point == "" || c.Address == "" || c.Address == q.Point)
			},
		} {
			a := e.ask(&q)
			for name, want := range byHand(&q, zone, in) {
				if got, ok := a.ResolveName(prefix + name); !ok || got != integer(want) {
					t.Fatalf("%s%s is %v, by hand %d", prefix, name, got, want)
				}
			}
			e.forget(a)
		}
	})
}

// byHand counts the contacts of a scope, window by window.
func byHand(q *policy.Question, zone *time.Location, in func(dialog.ContactCount) bool) map[string]int {
	n := map[string]int{"day_contacts": 0, "week_contacts": 0, "month_contacts": 0, "day_messages": 0, "week_messages": 0,
		"day_calls": 0, "week_calls": 0, "day_unanswered_calls": 0, "day_visits": 0}
	for _, c := range q.Contacts {
		if c.Class != dialog.ClassCollection || c.At.After(q.At) || !in(c) {
			continue
		}
		ago, kind := q.At.Sub(c.At), "messages"
		today := dialog.DateOf(c.At.In(zone)) == dialog.DateOf(q.At.In(zone))
		switch c.Channel {
		case "call":
			kind = "calls"
		case "visit":
			kind = "visits"
		}
		if today {
			n["day_contacts"]++
			n["day_"+kind]++
			if kind == "calls" && !c.Answered {
				n["day_unanswered_calls"]++
			}
		}
		if ago < 7*24*time.Hour {
			n["week_contacts"]++
			if kind != "visits" {
				n["week_"+kind]++
			}
		}
		if ago < 30*24*time.Hour {
			n["month_contacts"]++
		}
	}
	return n
}

// A contact of which nobody knows whom it was about never makes a rule milder:
// naming its debt or contact point can only take it out of a count.
func TestWhatIsNotKnownCounts(t *testing.T) {
	e := shipped(t)
	q := reminderQuestion()
	q.Debt, q.Point = "a1", "p1"
	for i := range q.Contacts {
		q.Contacts[i].Account, q.Contacts[i].Address = "a2", "p2"
	}
	named := e.ask(&q)
	v, _ := named.ResolveName("debt_month_contacts")
	if v != integer(0) {
		t.Errorf("contacts about another debt: %v", v)
	}
	e.forget(named)
	for i := range q.Contacts {
		q.Contacts[i].Account, q.Contacts[i].Address = "", ""
	}
	unknown := e.ask(&q)
	if v, _ := unknown.ResolveName("debt_month_contacts"); v != integer(len(q.Contacts)) {
		t.Errorf("contacts about nobody knows which debt: %v of %d", v, len(q.Contacts))
	}
	e.forget(unknown)
}
