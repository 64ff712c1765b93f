package rules

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

const twoProgrammes = `id: early
version: "2"
title: {en: Early}
effective_from: 2026-01-01
effective_to: 2027-01-01
eligible: dpd <= 30 && owed >= 100.0
offers:
  - {offer: plan, max_count: 4, min_instalment: "250.00"}
  - {offer: deferral, when: deferrals_year == 0, max_days: 10}
  - {offer: promise, max_days: 7, moves: 1}
`

func withProgramme(text string) fstest.MapFS {
	files := minimal("collecting && week_contacts >= max", "collecting && week_contacts >= max")
	files["programmes/early.yaml"] = &fstest.MapFile{Data: []byte(text)}
	return files
}

func lendersProgramme() dialog.Programme {
	cny := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	return dialog.Programme{Plans: []int{3, 4, 6}, MinInstalment: cny(10000), FirstPaymentDays: 7,
		Deferral: dialog.DeferralTerms{MaxDays: 30, OrdinaryDaily: 300_000}, Promise: dialog.PromiseTerms{FreezeDays: 14, Moves: 2}}
}

func someStanding(due dialog.Date) policy.Standing {
	now := time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)
	cny := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	return policy.Standing{Account: dialog.Account{Ref: "a1", Currency: "CNY", Overdue: dialog.Overdue{Principal: cny(80000), Interest: cny(2400), LateRateDaily: 500_000, Due: due}},
		Programme: lendersProgramme(), Packs: []string{"base"}, Now: now, Today: dialog.DateOf(now), Zone: time.UTC}
}

func TestAProgrammeNarrows(t *testing.T) {
	e, err := Load(withProgramme(twoProgrammes), Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := policy.Compile(e.Config())
	if err != nil {
		t.Fatal(err)
	}
	recent := someStanding(dialog.NewDate(2026, 11, 12))
	again := recent
	again.Arrangements = []dialog.Arrangement{{Account: "a1", Kind: dialog.ArrangementDeferral, Status: dialog.ArrangementCompleted, Created: recent.Now.AddDate(0, -7, 0)}}
	old := someStanding(dialog.NewDate(2026, 9, 1))
	late := recent
	late.Today = dialog.NewDate(2027, 1, 1)
	for _, c := range []struct {
		name string
		s    policy.Standing
		want []string
	}{
		{"early", recent, []string{"plan:3", "defer:10", "promise", "partial"}},
		{"a second deferral in a year", again, []string{"plan:3", "promise", "partial"}},
		{"too old for any programme", old, []string{"promise", "partial"}},
		{"after its end", late, []string{"promise", "partial"}},
	} {
		var got []string
		offers, _ := r.Offers(&c.s)
		for _, o := range offers {
			got = append(got, o.Option)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: offers %v, want %v", c.name, got, c.want)
		}
		if p := e.Shape(&c.s); wider(p, c.s.Programme) {
			t.Errorf("%s: %+v is wider than the lender's", c.name, p)
		}
	}
}

func wider(p, than dialog.Programme) bool {
	return len(p.Plans) > len(than.Plans) || p.MinInstalment.Minor < than.MinInstalment.Minor ||
		p.Deferral.MaxDays > than.Deferral.MaxDays || p.Deferral.CooldownDays < than.Deferral.CooldownDays ||
		p.Promise.FreezeDays > than.Promise.FreezeDays || p.Promise.Moves > than.Promise.Moves
}

func TestTheStandardProgrammeTakesNothingAway(t *testing.T) {
	s := someStanding(dialog.NewDate(2026, 11, 12))
	p := shipped(t).Shape(&s)
	if !slices.Equal(p.Plans, []int{3, 4, 6}) || p.Deferral.MaxDays != 30 || p.Promise.Moves != 2 {
		t.Errorf("%+v", p)
	}
}

func TestBrokenProgrammesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"no version":     {`version: "2"`, `version: ""`, "version"},
		"a typo":         {"dpd <= 30", "dpb <= 30", "undeclared"},
		"a feeling":      {"dpd <= 30", "affect == 'angry'", "undeclared"},
		"an interest":    {`min_instalment: "250.00"`, `interest: none`, "interest"},
		"an unknown key": {"effective_to: 2027-01-01", "effective_to: 2027-01-01\ncolour: red", "colour"},
	} {
		_, err := Load(withProgramme(strings.Replace(twoProgrammes, c.old, c.new, 1)), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A programme that plans with one treatment of interest offers none where the
// lender treats it otherwise.
func TestAPlanKeepsItsInterest(t *testing.T) {
	for treatment, c := range map[string]struct {
		lender string
		want   []int
	}{"frozen": {"", []int{3, 4}}, "contract": {"", nil}, "contract_principal": {"contract_principal", []int{3, 4}}} {
		e, err := Load(withProgramme(strings.Replace(twoProgrammes, `min_instalment: "250.00"`, "interest: "+treatment, 1)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := someStanding(dialog.NewDate(2026, 11, 12))
		s.Programme.PlanInterest = c.lender
		if p := e.Shape(&s); !slices.Equal(p.Plans, c.want) {
			t.Errorf("%s where the lender says %q: %v, want %v", treatment, c.lender, p.Plans, c.want)
		}
	}
}

// A programme narrows what people may grant, role by role, and widens nothing.
func TestAuthorityIsNarrowedByTheProgramme(t *testing.T) {
	text := twoProgrammes + "authority:\n  - {role: agent, hold_days: 7, defer_days: 500, plan_count: 6}\n"
	e, err := Load(withProgramme(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := policy.Compile(e.Config())
	if err != nil {
		t.Fatal(err)
	}
	m := &policy.Moment{Standing: someStanding(dialog.NewDate(2026, 11, 12)), Conv: &dialog.Conversation{}, Facts: &dialog.Facts{}}
	for _, c := range []struct {
		role  string
		grant dialog.Grant
		want  bool
	}{
		{"agent", dialog.Grant{Kind: "hold", Days: 7}, true},
		{"agent", dialog.Grant{Kind: "hold", Days: 8}, false},
		{"agent", dialog.Grant{Kind: "deferral", Days: 60}, true},
		{"agent", dialog.Grant{Kind: "deferral", Days: 61}, false},
		{"agent", dialog.Grant{Kind: "plan", Count: 6}, true},
		{"agent", dialog.Grant{Kind: "plan", Count: 7}, false},
		{"supervisor", dialog.Grant{Kind: "hold", Days: 180}, true},
		{"supervisor", dialog.Grant{Kind: "hold", Days: 181}, false},
	} {
		if v := r.PermitGrant(c.role, c.grant, m); v.Allowed() != c.want {
			t.Errorf("%s, %+v: %s", c.role, c.grant, v.Outcome)
		}
	}
}
