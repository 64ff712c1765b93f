package flow

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

type formSpec struct {
	Required []string `yaml:"required"`
	Optional []string `yaml:"optional"`
}

type actSpec struct {
	Class dialog.CommClass    `yaml:"class"`
	Level dialog.Level        `yaml:"level"`
	Forms map[string]formSpec `yaml:"forms"`
}

type contract struct {
	Acts   map[dialog.ActKind]actSpec `yaml:"acts"`
	Labels map[string][]string        `yaml:"labels"`
}

// loadContract reads what the scripts and the catalogs have agreed upon.
func loadContract(t testing.TB) contract {
	t.Helper()
	raw, err := os.ReadFile("../../prompts/acts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c contract
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLevelsAndClassesAreTheContracts(t *testing.T) {
	for kind, spec := range loadContract(t).Acts {
		want := spec.Class
		if want == "" {
			want = dialog.ClassService
		}
		if got := classOf(kind); got != want {
			t.Errorf("%s: class %s, want %s", kind, got, want)
		}
		for form := range spec.Forms {
			level := levelOf(kind, form)
			if level < spec.Level && form != "low" && form != "neutral" {
				t.Errorf("%s/%s: level %d, want %d", kind, form, level, spec.Level)
			}
		}
	}
}

// TestEveryLineIsInTheContract reads the scripts themselves: each literal act
// and form must exist, also where no test comes by.
func TestEveryLineIsInTheContract(t *testing.T) {
	acts := loadContract(t).Acts
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	seen := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			kind, form, ok := sayCall(n)
			if ok {
				seen++
				if spec, known := acts[dialog.ActKind(kind)]; !known {
					t.Errorf("%s: no act %s", f, kind)
				} else if _, known := spec.Forms[form]; form != "?" && !known {
					t.Errorf("%s: %s has no form %q", f, kind, form)
				}
			}
			return true
		})
	}
	if seen < 100 {
		t.Errorf("only %d lines were looked at", seen)
	}
}

// sayCall reads d.say("kind", "form", …); a form that is no literal is "?".
func sayCall(n ast.Node) (kind, form string, ok bool) {
	call, is := n.(*ast.CallExpr)
	if !is || len(call.Args) < 2 {
		return "", "", false
	}
	fun, is := call.Fun.(*ast.SelectorExpr)
	if !is || fun.Sel.Name != "say" && fun.Sel.Name != "sayCard" && fun.Sel.Name != "sayReminder" {
		return "", "", false
	}
	if kind, ok = literal(call.Args[0]); !ok {
		return "", "", false
	}
	if form, ok = literal(call.Args[1]); !ok {
		form = "?"
	}
	return kind, form, true
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// wrong lists what an act lacks of the contract.
func (c contract) wrong(a dialog.Act) []string {
	var list []string
	spec, ok := c.Acts[a.Kind]
	if !ok {
		return []string{"unknown act " + string(a.Kind)}
	}
	form, ok := spec.Forms[a.Form]
	if !ok {
		return []string{string(a.Kind) + ": unknown form " + a.Form}
	}
	for _, name := range form.Required {
		if v, ok := a.Values[name]; !ok || empty(v) {
			list = append(list, string(a.Kind)+"/"+a.Form+": no {"+name+"}")
		}
	}
	for name := range a.Values {
		if !slices.Contains(form.Required, name) && !slices.Contains(form.Optional, name) {
			list = append(list, string(a.Kind)+"/"+a.Form+": {"+name+"} is not foreseen")
		}
	}
	for _, o := range a.Options {
		if id, _, _ := strings.Cut(o.ID, ":"); !slices.Contains(c.Labels["option"], id) && id != "language" {
			list = append(list, "no label for button "+o.ID)
		}
	}
	return append(list, c.wrongCard(a.Card)...)
}

func (c contract) wrongCard(card *dialog.Card) []string {
	if card == nil {
		return nil
	}
	var list []string
	label := func(key string) {
		if part, name, ok := strings.Cut(key, "."); !ok || !slices.Contains(c.Labels[part], name) {
			list = append(list, "no label "+key)
		}
	}
	label(card.Title)
	for _, column := range card.Columns {
		label(column)
	}
	for _, r := range card.Rows {
		label(r.Label)
		for _, v := range r.Cells {
			if v.Kind == dialog.ValueLabel {
				label(v.Text)
			}
		}
	}
	for _, n := range card.Notes {
		label(n.Label)
	}
	return list
}

// empty reports whether a value would leave a hole in a sentence.
func empty(v dialog.Value) bool {
	switch v.Kind {
	case dialog.ValueText, dialog.ValueLabel:
		return v.Text == ""
	case dialog.ValueDate:
		return v.Date.IsZero()
	case dialog.ValueTime:
		return v.At.IsZero()
	case dialog.ValueMoney:
		return v.Money.Currency == ""
	case dialog.ValueInstalments, dialog.ValuePlanList, dialog.ValueFormula, dialog.ValueCounts:
		return len(v.Parts) == 0
	}
	return v.Kind == ""
}
