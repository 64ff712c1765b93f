package rules

import (
	"testing"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"pgregory.net/rapid"

	"warmline/dialog/policy"
)

// anyFact draws a value of a kind, or nothing: not known.
func anyFact(t *rapid.T, kind, name string) ref.Val {
	if rapid.IntRange(0, 3).Draw(t, name+" known") == 0 {
		return nil
	}
	words := rapid.SampledFrom([]string{"", "web", "telegram", "call", "sms", "COLLECTION", "SERVICE", "debtor", "third_person", "third_party", "first_party",
		"plan", "dispute", "told", "illness", "cease", "complaint", "chat", "neutral", "contract", "attorney"})
	switch kind {
	case kindBool:
		return types.Bool(rapid.Bool().Draw(t, name))
	case kindText:
		return text(words.Draw(t, name))
	case kindList:
		return list(rapid.SliceOfN(words, 0, 3).Draw(t, name))
	case kindNumber:
		return types.Double(rapid.Float64Range(0, 60).Draw(t, name))
	}
	return types.Int(rapid.IntRange(0, 90_000).Draw(t, name))
}

// A guard never says anything else than the condition itself: looked at with and
// without it, every rule that ships comes out the same, known facts or not.
func TestGuardsSayWhatTheConditionSays(t *testing.T) {
	e, guarded := shipped(t), 0
	rapid.Check(t, func(t *rapid.T) {
		given := map[string]ref.Val{}
		for _, v := range e.schema.vars {
			if f := anyFact(t, v.Kind, v.Name); f != nil {
				given[v.Name] = f
			}
		}
		for _, p := range e.packs {
			for _, stage := range Stages() {
				for _, r := range p.rules[stage] {
					a := e.ask(&policy.Question{})
					a.only, a.given = true, given
					yes, unknown := r.fires(a)
					if want, why := r.evaluated(a); yes != want || unknown != why {
						t.Fatalf("%s: %v %q with its guards, %v %q without: %v", r.ID, yes, unknown, want, why, given)
					}
					if r.barred(a) {
						guarded++
					}
				}
			}
		}
	})
	if guarded == 0 {
		t.Error("no guard was ever met")
	}
}
