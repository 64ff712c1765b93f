package rules

import (
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// reminderQuestion is what the gate is asked about a reminder to somebody in
// New York City on a Saturday at noon, with four earlier contacts.
func reminderQuestion() policy.Question {
	zone, _ := time.LoadLocation("America/New_York")
	now := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC)
	c := &dialog.Conversation{Packs: []string{"us-nyc"}, Links: []dialog.Link{{Channel: dialog.ChannelTelegram}}}
	q := policy.Question{Subject: "contact", Packs: c.Packs, Act: "reminder.overdue", Class: dialog.ClassCollection,
		Channel: dialog.ChannelWeb, Initiated: true, At: now, Zones: []*time.Location{zone}, Conv: c, Facts: &dialog.Facts{},
		Standing: &policy.Standing{Packs: c.Packs, Today: dialog.DateOf(now.In(zone)), Zone: zone,
			Account: dialog.Account{Ref: "a1", Overdue: dialog.Overdue{Due: dialog.NewDate(2026, 11, 1)}}}}
	for _, days := range []int{9, 12, 16, 25} {
		q.Contacts = append(q.Contacts, dialog.ContactCount{At: now.AddDate(0, 0, -days), Channel: dialog.ChannelSMS, Class: dialog.ClassCollection})
	}
	return q
}

// BenchmarkContact is a whole decision under three packs: base, country, city.
func BenchmarkContact(b *testing.B) {
	e, q := shipped(b), reminderQuestion()
	b.ReportAllocs()
	for b.Loop() {
		e.Contact(q)
	}
	b.ReportMetric(float64(len(e.Contact(q))), "rules")
}

// BenchmarkSay is what every act pays.
func BenchmarkSay(b *testing.B) {
	e, q := shipped(b), reminderQuestion()
	q.Subject, q.Act, q.Initiated, q.Class, q.Level = "say", "balance.show", false, dialog.ClassService, 2
	q.Said = &dialog.Act{Kind: "balance.show", Options: []dialog.Option{{ID: "pay_now"}, {ID: "human"}}}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range e.packs {
			if policy.Applies(p.ID(), q.Packs) {
				p.Judge(&q, nil)
			}
		}
	}
}

// BenchmarkContactGate is the whole of it, as a turn asks: the kernel's part, the
// counters joined, and every rule of three packs.
func BenchmarkContactGate(b *testing.B) {
	e, q := shipped(b), reminderQuestion()
	r, err := policy.Compile(e.Config())
	if err != nil {
		b.Fatal(err)
	}
	q.Facts.Contacts = q.Contacts
	m := &policy.Moment{Conv: q.Conv, Facts: q.Facts, Now: q.At, Zones: q.Zones, Standing: *q.Standing, Account: q.Standing.Account,
		Event: &dialog.Event{Kind: dialog.EventTimer}, Envelope: &dialog.Envelope{}}
	c := policy.Contact{Act: q.Act, Class: q.Class, Channel: q.Channel, Moment: m}
	b.ReportAllocs()
	for b.Loop() {
		r.ContactGate(c)
	}
}

// BenchmarkPermit is what saying a sum under three packs costs.
func BenchmarkPermit(b *testing.B) {
	e, q := shipped(b), reminderQuestion()
	r, err := policy.Compile(e.Config())
	if err != nil {
		b.Fatal(err)
	}
	m := &policy.Moment{Conv: q.Conv, Facts: q.Facts, Now: q.At, Zones: q.Zones, Standing: *q.Standing, Account: q.Standing.Account,
		Event: &dialog.Event{Kind: dialog.EventText}, Envelope: &dialog.Envelope{}, Level: dialog.LevelBorrower, Reader: true}
	a := &dialog.Act{Kind: "balance.show", Options: []dialog.Option{{ID: "pay_now"}, {ID: "human"}}}
	b.ReportAllocs()
	for b.Loop() {
		r.Permit(a, m)
	}
}
