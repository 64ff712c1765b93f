package rules

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// guard is one of the members that a condition joins by "and", where it is so
// plain that it can be looked at without the evaluator: when it is known to be
// false, so is the whole, whatever the other members are. The condition itself
// stays what is evaluated when no guard stands in its way.
type guard struct {
	fact int      // of the schema
	not  bool     // true when the member holds where the fact does not match
	any  []string // texts that match; nil: the fact is a yes or no
}

// guardsOf finds the guards of a condition. Facts that differ between zones are
// no guards: what they say of one zone is not true of the rest.
func guardsOf(s *schema, checked *cel.Ast) []guard {
	var out []guard
	for _, member := range conjuncts(checked.NativeRep().Expr(), nil) {
		if g, ok := guardOf(s, member); ok && !s.vars[g.fact].Zoned {
			out = append(out, g)
		}
	}
	return out
}

func conjuncts(e ast.Expr, list []ast.Expr) []ast.Expr {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != operators.LogicalAnd {
		return append(list, e)
	}
	for _, arg := range e.AsCall().Args() {
		list = conjuncts(arg, list)
	}
	return list
}

// guardOf reads fact, !fact, fact == "text", fact != "text" and
// fact in ["text", …].
func guardOf(s *schema, e ast.Expr) (guard, bool) {
	if i, ok := factNamed(s, e); ok {
		return guard{fact: i}, s.vars[i].Kind == kindBool
	}
	if e.Kind() != ast.CallKind {
		return guard{}, false
	}
	call := e.AsCall()
	args := call.Args()
	i, ok := factNamed(s, args[0])
	if !ok {
		return guard{}, false
	}
	switch call.FunctionName() {
	case operators.LogicalNot:
		return guard{fact: i, not: true}, s.vars[i].Kind == kindBool
	case operators.Equals, operators.NotEquals:
		text, ok := literal(args[1])
		return guard{fact: i, not: call.FunctionName() == operators.NotEquals, any: []string{text}}, ok
	case operators.In:
		if args[1].Kind() != ast.ListKind {
			return guard{}, false
		}
		g := guard{fact: i}
		for _, e := range args[1].AsList().Elements() {
			text, ok := literal(e)
			if !ok {
				return guard{}, false
			}
			g.any = append(g.any, text)
		}
		return g, len(g.any) > 0
	}
	return guard{}, false
}

func factNamed(s *schema, e ast.Expr) (int, bool) {
	if e.Kind() != ast.IdentKind {
		return 0, false
	}
	i, ok := s.index[e.AsIdent()]
	return i, ok
}

func literal(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	text, ok := e.AsLiteral().(types.String)
	return string(text), ok
}

// barred reports whether a guard is known to be false.
func (r *rule) barred(a *asked) bool {
	for i := range r.guards {
		g := &r.guards[i]
		switch v := a.value(g.fact).(type) {
		case types.Bool:
			if bool(v) == g.not {
				return true
			}
		case types.String:
			if g.any != nil && slices.Contains(g.any, string(v)) == g.not {
				return true
			}
		}
	}
	return false
}
