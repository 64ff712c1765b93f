package rules

import (
	"fmt"
	"slices"
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
	a.q.Conv = holding(f.Facts, a.q.At)
	for _, l := range e.looked(packs, ordinal(on, 0), f) {
		x, j := e.explainOne(l, a)
		out, judged = append(out, x), append(judged, j)
	}
	return out, policy.Strictest(judged), nil
}

// holding is a conversation with the holds that a situation names: rules that
// are also looked at when a message falls due are asked about each.
func holding(facts map[string]any, at time.Time) *dialog.Conversation {
	kinds, ok := texts(facts["holds"])
	if !ok {
		return nil
	}
	c := &dialog.Conversation{}
	for _, kind := range kinds {
		c.Holds = append(c.Holds, dialog.Hold{Kind: dialog.HoldKind(kind), Start: at})
	}
	return c
}

// look is a rule and the stage in which it is looked at.
type look struct {
	stage string
	*rule
}

// looked are the rules of some packs that are in force on a day. Where a stage is
// named, those that are also looked at in it are among them.
func (e *Engine) looked(packs []string, on int, f FactsFile) []look {
	own := e.applying(packs)
	var list []look
	take := func(stage string, rules []*rule) {
		for _, r := range rules {
			if r.inForce(on) && (f.Act == "" || r.about(f.Act)) && !(r.Default && superseded(r.Group, own)) {
				list = append(list, look{stage, r})
			}
		}
	}
	for _, stage := range Stages() {
		from := len(list)
		if f.Stage != "" && f.Stage != stage {
			continue
		}
		for _, p := range own {
			take(stage, p.rules[stage])
			if f.Stage != "" {
				take(stage, p.also[stage])
			}
		}
		slices.SortStableFunc(list[from:], func(a, b look) int { return a.rank - b.rank })
	}
	return list
}

func (e *Engine) explainOne(l look, a *asked) (Explained, policy.Judgement) {
	r := l.rule
	yes, unknown := r.firesFor(l.stage, a)
	j := r.judgeIn(l.stage, a)
	x := Explained{Pack: r.pack, Rule: r.ID, Stage: l.stage, When: r.When, Value: orElse(unknown, fmt.Sprint(yes)),
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
