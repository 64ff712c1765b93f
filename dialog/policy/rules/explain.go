package rules

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// FactsFile is a situation to be explained. Facts that are not named are not
// known.
type FactsFile struct {
	Stage    string         `yaml:"stage"` // all when empty
	Act      dialog.ActKind `yaml:"act"`
	Date     dialog.Date    `yaml:"date"` // of the version in force; else that of at, else the latest
	At       string         `yaml:"at"`
	Zones    []string       `yaml:"zones"`
	Contacts []ContactFile  `yaml:"contacts"`
	Debt     string         `yaml:"debt"`
	Point    string         `yaml:"point"`
	Facts    map[string]any `yaml:"facts"`
}

// ParseFacts reads a facts file; JSON is YAML too.
func ParseFacts(raw []byte) (FactsFile, error) {
	var f FactsFile
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return f, fmt.Errorf("read facts: %w", err)
	}
	return f, nil
}

// Explained is one rule that was looked at.
type Explained struct {
	Pack    string            `json:"pack"`
	Rule    string            `json:"rule"`
	Stage   string            `json:"stage"`
	When    string            `json:"when"`
	Value   string            `json:"value"` // true, false, or unknown:FACT
	Outcome string            `json:"outcome"`
	Until   time.Time         `json:"until,omitzero"`
	Source  string            `json:"source"`
	Facts   map[string]string `json:"facts"` // those that the rule turns on
}

// Explain looks at every rule of some packs, and of those above them, in a
// situation: each with its value, and what comes out of all.
func (e *Engine) Explain(packs []string, f FactsFile) ([]Explained, policy.Verdict, error) {
	var v policy.Verdict
	if err := e.Known(packs); err != nil {
		return nil, v, err
	}
	a, err := e.situation(&TestFile{At: f.At, Zones: f.Zones, Contacts: f.Contacts, Debt: f.Debt, Point: f.Point, Facts: f.Facts})
	if err != nil {
		return nil, v, err
	}
	on := f.Date
	switch {
	case !on.IsZero():
	case f.At == "":
		on = dialog.NewDate(9999, 12, 31)
	default:
		on = day(a.q)
	}
	a.q.Packs, a.q.Act = packs, f.Act
	var out []Explained
	var judged []policy.Judgement
	for _, r := range e.looked(packs, ordinal(on, 0), f) {
		x, j := e.explainOne(r, a)
		out, judged = append(out, x), append(judged, j)
	}
	return out, policy.Strictest(judged), nil
}

// looked are the rules of some packs that are in force on a day.
func (e *Engine) looked(packs []string, on int, f FactsFile) []*rule {
	own := e.applying(packs)
	var list []*rule
	for _, stage := range Stages() {
		for _, p := range own {
			for _, r := range p.rules[stage] {
				if (f.Stage == "" || f.Stage == stage) && r.inForce(on) && (f.Act == "" || r.about(f.Act)) &&
					!(r.Default && superseded(r.Group, own)) {
					list = append(list, r)
				}
			}
		}
	}
	return list
}

func (e *Engine) explainOne(r *rule, a *asked) (Explained, policy.Judgement) {
	yes, unknown := r.fires(a)
	j := r.judge(a)
	x := Explained{Pack: r.pack, Rule: r.ID, Stage: r.Stage, When: r.When, Value: orElse(unknown, fmt.Sprint(yes)),
		Outcome: string(j.Outcome), Source: r.source(), Facts: map[string]string{}}
	if j.Outcome == policy.Defer {
		if until, ok := until(a, []*rule{r}); ok {
			j.Until, x.Until = until, until
		}
	}
	for _, name := range r.uses {
		x.Facts[name] = "unknown"
		if v, ok := a.ResolveName(name); ok {
			x.Facts[name] = fmt.Sprint(v)
		}
	}
	return x, j
}

// source is a rule's citation in a line.
func (r *rule) source() string {
	if r.Citation == nil {
		return r.Reason
	}
	return r.Citation.Instrument + ", " + r.Citation.Article
}
