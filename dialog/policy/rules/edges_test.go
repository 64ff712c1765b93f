package rules

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

// everyRule gives each rule that ships, with its pack.
func everyRule(e *Engine, each func(pack string, r *RuleFile)) {
	for _, p := range e.packs {
		for i := range p.File.Rules {
			each(p.ID(), &p.File.Rules[i])
		}
	}
}

// shows reports whether a test of a rule gives a fact a value and expects an
// outcome.
func shows(r *RuleFile, fact string, want int64, outcome func(string) bool) bool {
	return slices.ContainsFunc(r.Tests, func(t TestFile) bool {
		in, ok := t.Facts[fact]
		if !ok || !outcome(t.Outcome) {
			return false
		}
		if clock, text := in.(string); text {
			n, err := parseClock(clock)
			return err == nil && n == want
		}
		n, number := whole(in)
		return number && n == want
	})
}

// Each window is tested at the second on both sides of its opening and of its
// end, where nothing is known, and at a moment of a real day.
func TestWindowsAreTestedAtTheirEdges(t *testing.T) {
	allow := func(o string) bool { return o == "allow" }
	wait := func(o string) bool { return o == "defer" }
	everyRule(shipped(t), func(pack string, r *RuleFile) {
		if r.Outcome != "defer" || r.Params["open"] == "named" {
			return
		}
		open, end := r.Params["open"], r.Params["close"]
		from, err1 := parseClock(open.(string))
		to, err2 := parseClock(end.(string))
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: %v %v", r.ID, err1, err2)
		}
		inclusive, _ := r.Params["end_inclusive"].(bool)
		first := to // the first second that is closed
		if inclusive {
			first++
		}
		for name, ok := range map[string]bool{
			"the second before it opens": shows(r, "local", from-1, wait),
			"when it opens":              shows(r, "local", from, allow),
			"its last second":            shows(r, "local", first-1, allow),
			"the first after it":         shows(r, "local", first, wait),
			"an hour that is not known": slices.ContainsFunc(r.Tests, func(t TestFile) bool {
				_, known := t.Facts["local"]
				return !known && t.At == "" && t.Outcome == "deny"
			}),
			"until when on a real day": slices.ContainsFunc(r.Tests, func(t TestFile) bool { return t.Until != "" }),
		} {
			if !ok {
				t.Errorf("%s of %s is not tested: %s", r.ID, pack, name)
			}
		}
	})
}

// Windows of places whose clocks change are tested on such a day, and those of
// places with several zones in two of them.
func TestWindowsAreTestedWhereClocksChange(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		pack, rule string
		days       []string // on which clocks changed, or the first working day after
		zones      int
	}{
		{"us", "US-TIME-1", []string{"2026-03-07", "2026-03-08"}, 2},
		{"gb", "UK-TIME-1", []string{"2026-10-24", "2026-10-16"}, 1},
		{"cn", "CN-TIME-1", nil, 2},
	} {
		r, most := current(e, c.pack, c.rule), 0
		for _, test := range r.Tests {
			most = max(most, len(test.Zones))
		}
		if most < c.zones {
			t.Errorf("%s: tested in %d zones at once, want %d", c.rule, most, c.zones)
		}
		for _, day := range c.days {
			if !slices.ContainsFunc(r.Tests, func(t TestFile) bool { return strings.HasPrefix(t.At, day) }) {
				t.Errorf("%s is not tested on %s", c.rule, day)
			}
		}
	}
}

var compared = regexp.MustCompile(`\b([a-z_]+) (>=|<|>) ([a-z_]+)\b`)

// Each figure that a count or an age is held against is tested with the last
// value that is allowed and the first that is not.
func TestFiguresAreTestedAtTheirEdges(t *testing.T) {
	e := shipped(t)
	everyRule(e, func(pack string, r *RuleFile) {
		stopped := func(o string) bool { return o == r.Outcome }
		allow := func(o string) bool { return o == "allow" }
		for _, m := range compared.FindAllStringSubmatch(r.When, -1) {
			fact, op := m[1], m[2]
			limit, number := whole(r.Params[m[3]])
			i, known := e.schema.index[fact]
			if !number || !known || e.schema.vars[i].Kind != kindInt || fact == "level" {
				continue
			}
			last, first := limit-1, limit // of >=
			switch op {
			case "<":
				last, first = limit, limit-1
			case ">":
				last, first = limit, limit+1
			}
			if !byContacts(r) && (!shows(r, fact, last, allow) || !shows(r, fact, first, stopped)) {
				t.Errorf("%s of %s: %s %s %d is not tested with %d (allow) and %d (%s)", r.ID, pack, fact, op, limit, last, first, r.Outcome)
			}
		}
	})
}

// byContacts reports whether a rule's edges are shown by contacts, counted.
func byContacts(r *RuleFile) bool {
	fires, rests := false, false
	for _, t := range r.Tests {
		if len(t.Contacts) > 0 {
			fires = fires || t.Outcome == r.Outcome
			rests = rests || t.Outcome == "allow"
		}
	}
	return fires && rests
}

// Every rule whose source was seen is in the golden table, and the other way
// round; each with a date on which it was checked.
func TestTheGoldenTableIsWhole(t *testing.T) {
	golden := map[string]bool{}
	for _, c := range verifiedRules() {
		golden[c.rule] = true
	}
	everyRule(shipped(t), func(pack string, r *RuleFile) {
		if r.Confidence != Verified {
			return
		}
		if !golden[r.ID] {
			t.Errorf("%s of %s is verified and not in the golden table", r.ID, pack)
		}
		if r.Citation.CheckedOn.In(time.UTC).After(time.Now()) {
			t.Errorf("%s: checked in the future", r.ID)
		}
	})
}

// A rule speaks from its first day on, and not the day before.
func TestRulesBeginOnTheirDay(t *testing.T) {
	e := shipped(t)
	for rule, first := range map[string]string{
		"us-nyc US-NYC-1": "2026-09-01", "cn CN-COST-1": "2026-08-01", "cn CN-COST-2": "2025-10-01", "gb UK-DPC-1": "2026-07-15",
		"cn CN-AI-1": "2025-09-01", "cn CN-FREQ-1": "2026-01-30", "us US-TIME-1": "2021-11-30", "gb UK-BS-1": "2021-05-04",
		"gb UK-FORB-1": "2024-11-04", "cn CN-TIME-1": "2025-02-28", "us US-OPT-3": "2025-04-11",
	} {
		pack, id, _ := strings.Cut(rule, " ")
		day, err := dialog.ParseDate(first)
		if err != nil {
			t.Fatal(err)
		}
		on, before := 0, 0
		for _, stage := range Stages() {
			for _, r := range e.Pack(pack).rules[stage] {
				if r.ID == id {
					on += one(r.inForce(ordinal(day, 0)))
					before += one(r.inForce(ordinal(day.AddDays(-1), 0)))
				}
			}
		}
		if on != 1 || before != 0 {
			t.Errorf("%s: %d versions on %s, %d the day before", id, on, first, before)
		}
	}
}
