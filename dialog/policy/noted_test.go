package policy

import (
	"slices"
	"testing"
	"time"

	"warmline/dialog"
)

// listening is a pack that keeps what it is asked.
type listening struct{ asked []Question }

func (*listening) ID() string   { return "base" }
func (*listening) Hash() string { return "h" }
func (p *listening) Judge(q *Question, list []Judgement) []Judgement {
	p.asked = append(p.asked, *q)
	return append(list, Judgement{Rule: "B-1", Outcome: Hold, Noted: true, Days: 7}, Judgement{Rule: "B-2", Outcome: Require, Detail: DetailStepUp})
}

func TestAWishIsPutToTheRules(t *testing.T) {
	for _, c := range []struct {
		name     string
		was, now dialog.Preferences
		asked    bool
		channel  dialog.ChannelKind
		hours    bool
	}{
		{"nothing new", dialog.Preferences{Reminders: true}, dialog.Preferences{}, false, "", false},
		{"no calls", dialog.Preferences{}, dialog.Preferences{Stopped: []dialog.ChannelKind{dialog.ChannelCall}}, true, dialog.ChannelCall, false},
		{"no calls, as before", dialog.Preferences{Stopped: []dialog.ChannelKind{dialog.ChannelCall}}, dialog.Preferences{Stopped: []dialog.ChannelKind{dialog.ChannelCall}}, false, "", false},
		{"only here", dialog.Preferences{}, dialog.Preferences{Only: dialog.ChannelWeb}, true, dialog.ChannelTelegram, false},
		{"only there", dialog.Preferences{}, dialog.Preferences{Only: dialog.ChannelTelegram}, true, dialog.ChannelWeb, false},
		{"hours", dialog.Preferences{}, dialog.Preferences{NotAfter: 1200}, true, dialog.ChannelWeb, true},
		{"hours taken back", dialog.Preferences{NotAfter: 1200}, dialog.Preferences{}, false, "", false},
	} {
		p := &listening{}
		r := compiled(t, Config{Packs: []Pack{p}})
		m := moment(r, func(m *Moment) { m.Conv.Prefs = c.now })
		p.asked = nil
		v := r.NoteWish(c.was, m)
		if c.asked != (len(p.asked) == 1) || c.asked && (p.asked[0].Channel != c.channel || p.asked[0].Hours != c.hours || p.asked[0].Hold != Wish || len(v.Looked) != 2) {
			t.Errorf("%s: asked %+v", c.name, p.asked)
		}
	}
}

func TestWhatIsToldLastsAsLongAsTheRulesSay(t *testing.T) {
	p := &listening{}
	r := compiled(t, Config{Packs: []Pack{p}})
	m := moment(r, nil)
	p.asked = nil
	if v := r.NoteTold(dialog.ReasonIllness, m); v.Days != 7 || p.asked[0].Told != dialog.ReasonIllness || p.asked[0].Hold != Told {
		t.Errorf("%d days, asked %+v", v.Days, p.asked)
	}
	m.Conv.Rest = &dialog.Rest{Until: m.Now.Add(time.Hour), Told: dialog.ReasonIllness}
	for class, want := range map[dialog.CommClass]bool{dialog.ClassCollection: false, dialog.ClassService: true} {
		v := r.ContactGate(Contact{Act: "reminder.overdue", Class: class, Channel: dialog.ChannelWeb, Moment: m})
		held := slices.ContainsFunc(v.Looked, func(f dialog.Fired) bool { return f.Rule == KHold && f.Outcome == string(Deny) })
		if held == want {
			t.Errorf("%s while collection rests: %+v", class, v.Looked)
		}
	}
}

func TestIdentityIsNamed(t *testing.T) {
	p := &listening{}
	r := compiled(t, Config{Packs: []Pack{p}})
	for level, want := range map[dialog.Level]int{0: 2, 1: 2, 2: 0} {
		v := r.NoteIdentity(moment(r, func(m *Moment) { m.Reader, m.Level = true, level }))
		if len(v.Looked) != want {
			t.Errorf("level %d: %+v", level, v.Looked)
		}
	}
}

// Somebody of whom no zone is known, or one that does not exist, may be in any of
// their place's.
func TestPlausibleZones(t *testing.T) {
	r := compiled(t, Config{Places: []Place{{Pack: "us", Zone: "America/New_York", Zones: []string{"America/Denver", "Pacific/Honolulu"}}}})
	for name, want := range map[string]int{"America/Boise": 1, "Europe/Kyiv": 1, "": 3, "America/Atlantis": 3} {
		if got := r.Plausible(name, []string{"us"}); len(got) != want || want == 1 && got[0].String() != name {
			t.Errorf("%q: %v", name, got)
		}
	}
	if _, err := Compile(Config{Places: []Place{{Pack: "us", Zone: "America/Atlantis"}}}); err == nil {
		t.Error("a place in a zone that does not exist was taken")
	}
}
