package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
)

// proactive is a moment at which nobody has written.
func proactive(r Rules, change func(*Moment)) *Moment {
	return moment(r, func(m *Moment) {
		m.Reader, m.Level = false, 0
		m.Event = &dialog.Event{Kind: dialog.EventTimer}
		if change != nil {
			change(m)
		}
	})
}

func at(hour, minute int) func(*Moment) {
	return func(m *Moment) { m.Now = time.Date(2026, 11, 21, hour-8, minute, 0, 0, time.UTC) }
}

func sent(ago time.Duration, n int) func(*Moment) {
	return func(m *Moment) {
		for i := range n {
			m.Conv.Contacts = append(m.Conv.Contacts, dialog.Contact{At: noon.Add(-ago - time.Duration(i)*26*time.Hour), Class: dialog.ClassCollection})
		}
	}
}

func prefs(p dialog.Preferences) func(*Moment) { return func(m *Moment) { m.Conv.Prefs = p } }

func TestContactGate(t *testing.T) {
	for _, c := range []struct {
		name    string
		class   dialog.CommClass
		change  func(*Moment)
		outcome Outcome
		rule    string
	}{
		{"at noon", dialog.ClassCollection, nil, Allow, KCrisis},
		{"at 08:59", dialog.ClassCollection, at(8, 59), Defer, "BASE-TIME"},
		{"at 09:00", dialog.ClassCollection, at(9, 0), Allow, KCrisis},
		{"at 19:59", dialog.ClassCollection, at(19, 59), Allow, KCrisis},
		{"at 20:00", dialog.ClassCollection, at(20, 0), Defer, "BASE-TIME"},
		{"an outcome at night", dialog.ClassService, at(23, 0), Allow, KCrisis},
		{"the second of a day", dialog.ClassCollection, sent(2*time.Hour, 1), Deny, "BASE-FREQ-1"},
		{"the day after", dialog.ClassCollection, sent(24*time.Hour, 1), Allow, KCrisis},
		{"the fourth in seven days", dialog.ClassCollection, sent(25*time.Hour, 3), Deny, "BASE-FREQ-2"},
		{"the lender's own contacts count", dialog.ClassCollection, func(m *Moment) {
			m.Facts.Contacts = []dialog.ContactCount{{Channel: dialog.ChannelSMS, At: noon.Add(-time.Hour), Class: dialog.ClassCollection}}
		}, Deny, "BASE-FREQ-1"},
		{"after three without an answer, a week on", dialog.ClassCollection, func(m *Moment) {
			m.Conv.Unanswered = 3
			sent(8*24*time.Hour, 1)(m)
		}, Modify, "BASE-QUIET"},
		{"after three without an answer, sooner", dialog.ClassCollection, func(m *Moment) {
			m.Conv.Unanswered = 3
			sent(5*24*time.Hour, 1)(m)
		}, Deny, "BASE-QUIET"},
		{"cease", dialog.ClassCollection, held(dialog.HoldCease), Deny, KHold},
		{"an outcome after cease", dialog.ClassService, held(dialog.HoldCease), Allow, KCrisis},
		{"an outcome to a wrong person", dialog.ClassService, held(dialog.HoldWrongPerson), Deny, KHold},
		{"a required notice to a wrong person", dialog.ClassStatutory, held(dialog.HoldWrongPerson), Deny, KHold},
		{"an outcome in a crisis", dialog.ClassService, held(dialog.HoldCrisis), Deny, KCrisis},
		{"hardship", dialog.ClassCollection, held(dialog.HoldHardship), Deny, KHold},
		{"a human owns it", dialog.ClassCollection, owner(dialog.OwnerAgent), Deny, KOwner},
		{"while they wait for a human", dialog.ClassCollection, owner(dialog.OwnerQueue), Deny, KOwner},
		{"a stopped channel", dialog.ClassCollection, prefs(dialog.Preferences{Stopped: []dialog.ChannelKind{dialog.ChannelWeb}}), Deny, KHold},
		{"an outcome on it", dialog.ClassService, prefs(dialog.Preferences{Stopped: []dialog.ChannelKind{dialog.ChannelWeb}}), Allow, KCrisis},
		{"only another channel", dialog.ClassCollection, prefs(dialog.Preferences{Only: dialog.ChannelTelegram}), Deny, KHold},
		{"after the hour they named", dialog.ClassCollection, prefs(dialog.Preferences{NotAfter: 11 * 60}), Defer, KHold},
		{"hours that leave nothing", dialog.ClassCollection, prefs(dialog.Preferences{NotAfter: 60, NotBefore: 23 * 60}), Deny, KHold},
		{"zones with no common hour", dialog.ClassCollection, func(m *Moment) {
			ny, _ := time.LoadLocation("America/New_York")
			m.Zones = append(m.Zones, ny)
		}, Deny, "BASE-TIME"},
		{"somebody who keeps a plan", dialog.ClassCollection, func(m *Moment) {
			m.Standing.Arrangements = []dialog.Arrangement{{Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive}}
		}, Deny, KHold},
	} {
		r := compiled(t, Config{})
		v := r.ContactGate(Contact{Act: "reminder.overdue", Class: c.class, Channel: dialog.ChannelWeb, Moment: proactive(r, c.change)})
		if v.Outcome != c.outcome || v.Rule != c.rule {
			t.Errorf("%s: %s by %s (%s), want %s by %s; %v", c.name, v.Outcome, v.Rule, v.Detail, c.outcome, c.rule, v.Looked)
		}
	}
}

// A deferred message leaves at a moment that the gate itself allows.
func TestDeferredMomentIsOpen(t *testing.T) {
	r := compiled(t, Config{})
	rapid.Check(t, func(t *rapid.T) {
		m := proactive(r, nil)
		m.Now = noon.Add(time.Duration(rapid.Int64Range(0, 7*24*3600).Draw(t, "seconds")) * time.Second)
		for _, z := range rapid.SliceOfN(rapid.SampledFrom([]string{"Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "Asia/Dubai"}), 0, 2).Draw(t, "zones") {
			m.Zones = append(m.Zones, r.Zone(z, nil))
		}
		m.Conv.Prefs.NotBefore = rapid.SampledFrom([]int{0, 600, 800}).Draw(t, "not before")
		c := Contact{Act: "reminder.overdue", Class: dialog.ClassCollection, Channel: dialog.ChannelWeb, Moment: m}
		v := r.ContactGate(c)
		if v.Outcome != Defer {
			return
		}
		if !v.Until.After(m.Now) {
			t.Fatalf("deferred to %v, which is past", v.Until)
		}
		for range 3 { // the windows of two rules may need a second look
			m.Now = v.Until
			if v = r.ContactGate(c); v.Outcome != Defer {
				return
			}
		}
		t.Fatalf("never opens: %v", v)
	})
}

func TestTombstonesAreForEver(t *testing.T) {
	r := compiled(t, Config{})
	m := proactive(r, func(m *Moment) { m.Conv.Tombstones = []string{"t1"} })
	for class, want := range map[dialog.CommClass]bool{dialog.ClassCollection: false, dialog.ClassService: false, dialog.ClassStatutory: false} {
		v := r.ContactGate(Contact{Act: "payment.received", Class: class, Channel: dialog.ChannelTelegram, Address: "t1", Moment: m})
		if v.Allowed() != want {
			t.Errorf("%s to a buried address: %s", class, v.Outcome)
		}
	}
}
