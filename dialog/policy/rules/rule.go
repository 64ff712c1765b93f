package rules

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// rule is a rule, compiled. It never changes once its engine is loaded.
type rule struct {
	*RuleFile
	pack     string
	packAt   int // where its pack is in the engine's list
	rank     int // of its topic
	from, to int // ordinals of the days on which it is in force, to excluded
	program  cel.Program
	guards   []guard
	uses     []string // variables, sorted
	idle     []string // parameters that nothing asks about, sorted
	zoned    bool     // some of them differ between zones
	asksHold bool     // it asks which hold is being put on
	open     int      // seconds after midnight at which its window opens, or noWindow, named
	outcome  policy.Outcome
	detail   string
}

// compileRule checks and compiles a rule's condition: it has to be a boolean
// over the documented variables and the rule's own parameters, and bounded in
// cost.
func compileRule(s *schema, pack string, f *RuleFile) (*rule, error) {
	r := &rule{RuleFile: f, pack: pack, rank: slices.Index(Topics(), f.topic()), from: ordinal(f.from(), 0), to: ordinal(f.to(), 99999999), open: noWindow,
		outcome: policy.Outcome(f.Outcome), detail: orElse(f.Detail, orElse(f.Group, f.Stage))}
	env, err := withParams(s.env, f.Params)
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(f.When)
	if issues.Err() != nil {
		return nil, fmt.Errorf("when: %w", issues.Err())
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("when: expected yes or no, got %s", ast.OutputType())
	}
	estimate, err := env.EstimateCost(ast, sizes{})
	if err != nil || estimate.Max > maxCost {
		return nil, fmt.Errorf("when: it may cost %d, at most %d is allowed (%v)", estimate.Max, maxCost, err)
	}
	asked := map[string]bool{}
	for _, info := range ast.NativeRep().ReferenceMap() {
		asked[info.Name] = true
		if i, ok := s.index[info.Name]; ok {
			r.uses = append(r.uses, info.Name)
			r.zoned = r.zoned || s.vars[i].Zoned
		}
	}
	sort.Strings(r.uses)
	r.idle = idle(f, asked)
	_, r.asksHold = slices.BinarySearch(r.uses, "hold")
	r.guards = guardsOf(s, ast)
	if r.program, err = env.Program(ast, cel.EvalOptions(cel.OptOptimize)); err != nil {
		return nil, fmt.Errorf("when: %w", err)
	}
	if f.Outcome == string(policy.Defer) {
		if r.open, err = opening(f.Params); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// withParams gives an expression its rule's parameters as constants.
func withParams(env *cel.Env, params map[string]any) (*cel.Env, error) {
	if len(params) == 0 {
		return env, nil
	}
	options := make([]cel.EnvOption, 0, len(params))
	for name, v := range params {
		typ, val, err := constant(v)
		if err != nil {
			return nil, fmt.Errorf("params: %s: %w", name, err)
		}
		options = append(options, cel.Constant(name, typ, val))
	}
	extended, err := env.Extend(options...)
	if err != nil {
		return nil, fmt.Errorf("params: %w", err)
	}
	return extended, nil
}

// idle are the parameters that neither the condition asks about nor the engine
// uses: they are there to be read, and changing them changes nothing.
func idle(f *RuleFile, asked map[string]bool) []string {
	var names []string
	for name := range f.Params {
		used := f.Outcome == string(policy.Defer) && name == "open" || f.Stage == StageHold && name == "days"
		if !asked[name] && !used {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Openings that are no time of day.
const (
	noWindow = -1
	named    = -2 // when the person said
)

// opening is when a deferring rule's window opens: its parameter "open".
func opening(params map[string]any) (int, error) {
	clock, ok := params["open"].(string)
	switch {
	case !ok:
		return 0, fmt.Errorf(`params: a rule that defers names when its window opens: open: "08:00", or open: named`)
	case clock == "named":
		return named, nil
	}
	n, err := parseClock(clock)
	return int(n), err
}

// sizes bounds the inputs of an expression for the estimate of its cost.
type sizes struct{}

// EstimateSize implements cost.Estimator: no list has more than 64
// members, no text more than 64 characters.
func (sizes) EstimateSize(cost.AstNode) *cost.SizeEstimate {
	return &cost.SizeEstimate{Min: 0, Max: 64}
}

// EstimateCallCost implements cost.Estimator: the usual costs.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// inForce reports whether the rule is the version of a day.
func (r *rule) inForce(on int) bool { return r.from <= on && on < r.to }

// fires looks at the rule: whether its condition holds in any plausible zone,
// and, when it does because a fact is not known, which.
func (r *rule) fires(a *asked) (bool, string) {
	if r.barred(a) {
		return false, ""
	}
	return r.evaluated(a)
}

// evaluated is what the condition itself says.
func (r *rule) evaluated(a *asked) (bool, string) {
	if !r.zoned || len(a.q.Zones) == 0 {
		return r.holds(a)
	}
	for _, z := range a.q.Zones {
		a.in(z)
		if yes, unknown := r.holds(a); yes {
			return true, unknown
		}
	}
	return false, ""
}

func (r *rule) holds(a *asked) (bool, string) {
	out, _, err := r.program.Eval(a)
	if err != nil {
		return true, r.unknown(a)
	}
	return truth(out), ""
}

func truth(v ref.Val) bool {
	b, ok := v.(types.Bool)
	return !ok || bool(b)
}

// unknown names the first fact that the rule turns on and nobody knows.
func (r *rule) unknown(a *asked) string {
	for _, name := range r.uses {
		if _, ok := a.ResolveName(name); !ok {
			return "unknown:" + name
		}
	}
	return "unknown"
}

// about reports whether the rule is looked at for an act.
func (r *rule) about(act dialog.ActKind) bool {
	if len(r.Acts) == 0 {
		return true
	}
	for _, name := range r.Acts {
		if family, ok := strings.CutSuffix(name, "*"); ok && strings.HasPrefix(string(act), family) || name == string(act) {
			return true
		}
	}
	return false
}

// judge is the rule's word. A fact that is not known makes it its strictest.
func (r *rule) judge(a *asked) policy.Judgement {
	yes, unknown := r.fires(a)
	switch {
	case !yes:
		return policy.Judgement{Rule: r.ID, Outcome: policy.Allow}
	case unknown != "":
		return r.strictest(unknown)
	}
	j := policy.Judgement{Rule: r.ID, Outcome: r.outcome, Detail: r.detail, Drop: r.Drop}
	if r.outcome == policy.Require {
		j.Disclose = r.Disclosure
	}
	j.Noted = r.Stage == StageHold || r.Stage == StageEscalate
	if n, ok := whole(r.Params["days"]); ok && r.Stage == StageHold {
		j.Days = int(n)
	}
	return j
}

// strictest is the word of a rule that could not be decided: deny, where
// something would happen; where the rule asks for more, that.
func (r *rule) strictest(unknown string) policy.Judgement {
	j := policy.Judgement{Rule: r.ID, Outcome: policy.Deny, Detail: unknown}
	switch r.Stage {
	case StageDisclose:
		j.Outcome, j.Disclose = policy.Require, r.Disclosure
	case StageHold, StageEscalate:
		j.Outcome, j.Noted = r.outcome, true
	}
	return j
}
