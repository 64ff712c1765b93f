package rules

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Kinds of variables.
const (
	kindInt    = "int"
	kindClock  = "clock" // seconds after midnight, written "21:59:59"
	kindNumber = "number"
	kindBool   = "bool"
	kindText   = "text"
	kindList   = "list" // of texts
)

// Variable is a fact that rules may ask about.
type Variable struct {
	Name  string
	Kind  string // int, clock, number, bool, text, list
	Zoned bool   // differs between the plausible zones: the rule is looked at in each
	Doc   string

	counts bool                 // follows from the contacts
	get    func(*asked) ref.Val // nil result: not known
}

// maxVariables bounds the table, so that a decision's cache is an array.
const maxVariables = 128

// schema is the typed environment that rules are compiled in.
type schema struct {
	vars  []Variable
	index map[string]int
	zoned [maxVariables / 64]uint64 // those that differ between zones
	env   *cel.Env
}

// Variables returns the documented environment of rules, in reading order.
func Variables() []Variable {
	var all []Variable
	for _, group := range [][]Variable{commonVars(), contactVars(), counterVars(), speechVars(), termVars(), caseVars()} {
		all = append(all, group...)
	}
	return all
}

// Limits of an expression: length in characters, depth, and the upper bound of
// its cost in CEL's own units.
const (
	maxLength = 400
	maxDepth  = 40
	maxCost   = 2000
)

func newSchema() (*schema, error) {
	s := &schema{vars: Variables(), index: map[string]int{}}
	options := []cel.EnvOption{cel.ClearMacros(), cel.ParserExpressionSizeLimit(maxLength), cel.ParserRecursionLimit(maxDepth)}
	for i, v := range s.vars {
		if _, twice := s.index[v.Name]; twice || i >= maxVariables {
			return nil, fmt.Errorf("environment: variable %q is there twice, or one too many", v.Name)
		}
		s.index[v.Name] = i
		if v.Zoned {
			s.zoned[i/64] |= 1 << (i % 64)
		}
		options = append(options, cel.VariableWithDoc(v.Name, celType(v.Kind), v.Doc))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	s.env = env
	return s, nil
}

func celType(kind string) *cel.Type {
	switch kind {
	case kindInt, kindClock:
		return cel.IntType
	case kindNumber:
		return cel.DoubleType
	case kindBool:
		return cel.BoolType
	case kindList:
		return cel.ListType(cel.StringType)
	}
	return cel.StringType
}

// value reads a fact of a test or a facts file as a value of a kind.
func value(kind string, in any) (ref.Val, error) {
	switch kind {
	case kindClock:
		if text, ok := in.(string); ok {
			n, err := parseClock(text)
			return types.Int(n), err
		}
	case kindInt:
		if n, ok := whole(in); ok {
			return types.Int(n), nil
		}
	case kindNumber:
		if n, ok := number(in); ok {
			return types.Double(n), nil
		}
	case kindBool:
		if b, ok := in.(bool); ok {
			return types.Bool(b), nil
		}
	case kindText:
		if t, ok := in.(string); ok {
			return types.String(t), nil
		}
	case kindList:
		if list, ok := texts(in); ok {
			return types.NewStringList(types.DefaultTypeAdapter, list), nil
		}
	}
	return nil, fmt.Errorf("%v is no %s", in, kind)
}

// constant is a parameter of a rule as a CEL value with its type: whole
// numbers, decimals, yes or no, texts, and times of day.
func constant(in any) (*cel.Type, ref.Val, error) {
	switch v := in.(type) {
	case bool:
		return cel.BoolType, types.Bool(v), nil
	case string:
		if n, err := parseClock(v); err == nil {
			return cel.IntType, types.Int(n), nil
		}
		return cel.StringType, types.String(v), nil
	case float64:
		return cel.DoubleType, types.Double(v), nil
	}
	if n, ok := whole(in); ok {
		return cel.IntType, types.Int(n), nil
	}
	return nil, nil, fmt.Errorf("parameter %v: expected a number, a text, a time of day, or yes or no", in)
}

func whole(in any) (int64, bool) {
	switch n := in.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case uint64:
		return int64(n), n <= math.MaxInt64
	case float64: // JSON has one kind of number
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	}
	return 0, false
}

func number(in any) (float64, bool) {
	if f, ok := in.(float64); ok {
		return f, true
	}
	n, ok := whole(in)
	return float64(n), ok
}

func texts(in any) ([]string, bool) {
	if list, ok := in.([]string); ok {
		return list, true
	}
	items, ok := in.([]any)
	list := make([]string, 0, len(items))
	for _, item := range items {
		t, text := item.(string)
		ok = ok && text
		list = append(list, t)
	}
	return list, ok
}

// parseClock reads "22:00" or "21:59:59" as seconds after midnight; 24:00 is
// the end of the day.
func parseClock(s string) (int64, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 2 && len(parts) != 3 {
		return 0, fmt.Errorf("time of day %q: expected HH:MM or HH:MM:SS", s)
	}
	total, unit := int64(0), int64(3600)
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil || len(p) != 2 || i > 0 && n > 59 || n > 24 && i == 0 {
			return 0, fmt.Errorf("time of day %q: expected HH:MM or HH:MM:SS", s)
		}
		total += int64(n) * unit
		unit /= 60
	}
	if total > 24*3600 {
		return 0, fmt.Errorf("time of day %q: past the end of the day", s)
	}
	return total, nil
}
