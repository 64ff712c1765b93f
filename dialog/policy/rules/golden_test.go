package rules

import (
	"fmt"
	"testing"

	"warmline/dialog"
)

// golden is a rule as it has to be there.
type golden struct {
	pack, rule, outcome string
	params              map[string]any
}

// verifiedRules are the rules whose sources were seen in stored public material,
// with their parameters.
func verifiedRules() []golden {
	return []golden{
		{"cn", "CN-TIME-1", "defer", map[string]any{"open": "08:00", "close": "22:00", "end_inclusive": false}},
		{"cn", "CN-FREQ-1", "deny", map[string]any{"max": 6}},
		{"cn", "CN-FREQ-2", "deny", map[string]any{"calls": 3, "visits": 1, "staff": 2}},
		{"cn", "CN-3P-1", "deny", nil},
		{"cn", "CN-3P-2", "deny", map[string]any{"calls": 3, "days": 3}},
		{"cn", "CN-3P-3", "deny", map[string]any{"sources": 6}},
		{"cn", "CN-CONT-1", "deny", map[string]any{"prohibitions": 8}},
		{"cn", "CN-CARD-3", "deny", map[string]any{"max_months": 60, "fields": 6}},
		{"cn", "CN-CARD-3B", "require", nil},
		{"cn", "CN-CARD-4", "deny", nil},
		{"cn", "CN-CARD-4B", "deny", map[string]any{"days": 730}},
		{"cn", "CN-COST-1", "deny", map[string]any{"seconds": 10}},
		{"cn", "CN-COST-1B", "require", nil},
		{"cn", "CN-COST-2", "deny", map[string]any{"cap": 24.0}},
		{"cn", "CN-CMPL-1", "escalate", map[string]any{"days": 15, "complex": 30, "exceptional": 60, "warn": 10}},
		{"cn", "CN-AI-1", "require", nil},
		{"cn", "CN-AI-2", "hold", nil},
		{"hk", "HK-CONT-1", "defer", map[string]any{"open": "09:00", "close": "21:00"}},
		{"hk", "HK-3P-1", "deny", nil},
		{"hk", "HK-INS-1", "deny", nil},
		{"tw", "TW-TIME-1", "defer", map[string]any{"open": "07:00", "close": "22:00", "end_inclusive": true}},
		{"tw", "TW-CONT-1", "deny", nil},
		{"tw", "TW-3P-1", "deny", nil},
		{"tw", "TW-PRE-1", "deny", nil},
		{"tw", "TW-PRE-2", "require", nil},
		{"us", "US-TIME-1", "defer", map[string]any{"open": "08:00", "close": "21:00", "end_inclusive": true}},
		{"us", "US-TIME-2", "defer", map[string]any{"open": "named"}},
		{"us", "US-TIME-2B", "deny", nil},
		{"us", "US-FREQ-1", "deny", map[string]any{"max": 7, "days": 7}},
		{"us", "US-FREQ-2", "deny", map[string]any{"days": 7}},
		{"us", "US-FREQ-3", "deny", map[string]any{"max": 7}},
		{"us", "US-FREQ-4", "deny", map[string]any{"day": 1, "week": 3}},
		{"us", "US-OPT-1", "require", nil},
		{"us", "US-OPT-2", "deny", nil},
		{"us", "US-OPT-3", "deny", map[string]any{"most_business_days": 10, "confirmations": 1, "confirmation_minutes": 5}},
		{"us", "US-3P-1", "require", nil},
		{"us", "US-LCM-1", "deny", nil},
		{"us-ma", "US-MA-1", "deny", map[string]any{"max": 2, "days": 7, "elsewhere": 2, "elsewhere_days": 30}},
		{"us-ma", "US-MA-2", "deny", map[string]any{"max": 2, "days": 30}},
		{"us-ma", "US-MA-3", "require", nil},
		{"us-nyc", "US-NYC-1", "deny", map[string]any{"max": 3, "days": 7}},
		{"us-nyc", "US-NYC-2", "deny", nil},
		{"us-nyc", "US-NYC-4", "deny", nil},
		{"us-nyc", "US-NYC-3", "deny", map[string]any{"days": 1096}},
		{"us-wa", "US-WA-1", "defer", map[string]any{"open": "07:30", "close": "21:00"}},
		{"us-wa", "US-WA-2", "deny", map[string]any{"max": 3, "at_work": 1}},
		{"us-ca", "AI-CA", "require", nil},
		{"gb", "UK-TIME-1", "defer", map[string]any{"open": "08:00", "close": "20:00", "closed_weekday": 0}},
		{"gb", "UK-ID-1", "require", nil},
		{"gb", "UK-3P-1", "deny", nil},
		{"gb", "UK-MISL-1", "deny", nil},
		{"gb", "UK-FORB-1", "require", nil},
		{"gb", "UK-PRES-1", "deny", nil},
		{"gb", "UK-BS-1", "deny", map[string]any{"days": 60, "crisis_days": 30, "review_from": 25, "review_to": 35}},
		{"gb", "UK-BS-2", "hold", map[string]any{"days": 60}},
		{"gb", "UK-DPC-1", "require", nil},
		{"ph", "PH-TIME-1", "defer", map[string]any{"open": "06:00", "close": "22:00", "exception_used": false}},
		{"ph", "PH-CONT-1", "deny", nil},
		{"base", "TG-PRIV-1", "require", nil},
		{"base", "TG-DATA-1", "deny", nil},
		{"base", "TG-SEC-1", "require", nil},
		{"base", "TG-SPAM-1", "deny", nil},
		{"base", "TG-REG-1", "deny", nil},
		{"base", "TG-RATE-1", "deny", map[string]any{"chat_per_second": 1, "all_per_second": 30}},
		{"base", "LLM-1", "require", nil},
	}
}

// A rule that is lost, or a figure that drifts, fails here.
func TestVerifiedRulesAreThereWithTheirParameters(t *testing.T) {
	e := shipped(t)
	for _, c := range verifiedRules() {
		r := current(e, c.pack, c.rule)
		if r == nil {
			t.Errorf("%s: not there", c.rule)
			continue
		}
		if r.Outcome != c.outcome || r.Citation == nil || r.Evidence == "" {
			t.Errorf("%s: outcome %s, cited %v", c.rule, r.Outcome, r.Citation != nil)
		}
		for name, want := range c.params {
			if fmt.Sprint(r.Params[name]) != fmt.Sprint(want) {
				t.Errorf("%s: %s is %v, want %v", c.rule, name, r.Params[name], want)
			}
		}
	}
}

// current returns a rule's version of the day the packs were checked on.
func current(e *Engine, pack, id string) *RuleFile {
	for _, stage := range Stages() {
		for _, r := range e.Pack(pack).rules[stage] {
			if r.ID == id && r.inForce(20261121) {
				return r.RuleFile
			}
		}
	}
	return nil
}

func TestPlacesComeFromThePacks(t *testing.T) {
	e := shipped(t)
	want := map[string]string{
		"cn": "12356|120 / 110", "hk": "18111|999", "tw": "1925|110 / 119", "us": "988|911", "us-nyc": "988|911",
		"gb": "116 123|999", "ph": "1553|911", "sg": "|995 / 999",
	}
	for _, p := range e.Places() {
		if w, ok := want[p.Pack]; ok && p.Line+"|"+p.Emergency != w {
			t.Errorf("%s: %s|%s, want %s", p.Pack, p.Line, p.Emergency, w)
		}
		if p.Line != "" && p.Checked != dialog.NewDate(2026, 11, 21) {
			t.Errorf("%s: checked on %s", p.Pack, p.Checked)
		}
		if (p.Pack == "cn") != p.NoTelegram || (p.Pack == "cn") != p.CostTable {
			t.Errorf("%s: %+v", p.Pack, p)
		}
		delete(want, p.Pack)
	}
	if len(want) > 0 {
		t.Errorf("without a place: %v", want)
	}
	if len(e.Expired(dialog.NewDate(2027, 5, 20))) != 0 || len(e.Expired(dialog.NewDate(2027, 5, 21))) == 0 {
		t.Error("a line is checked for 180 days")
	}
}

func TestModelsAreKeptOutWhereAPackDoesNotNameThem(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		hosts []string
		cn    bool
	}{{nil, true}, {[]string{"api.example.com"}, true}, {[]string{Scripted}, false}, {[]string{Scripted, "api.example.com"}, true}} {
		for _, p := range e.Places(c.hosts...) {
			if want := p.Pack == "cn" && c.cn; p.NoModel != want {
				t.Errorf("%v in %s: kept out %v", c.hosts, p.Pack, p.NoModel)
			}
		}
	}
}
