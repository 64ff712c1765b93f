package dialog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// layer is what a package may import: packages of this module, and whether it
// may read the wall clock or reach outside the process.
type layer struct {
	imports []string // module-relative; a trailing /... allows everything below
	pure    bool     // no os, net, net/http, no wall clock, no random source
	std     bool     // standard library only
}

// layers is the import table. A package that is not in it fails the test, and
// so does an entry whose package is gone.
var layers = map[string]layer{
	"dialog":                         {pure: true, std: true},
	"dialog/plainjson":               {imports: []string{"dialog"}, pure: true},
	"dialog/loan":                    {imports: []string{"dialog"}, pure: true},
	"dialog/policy":                  {imports: []string{"dialog", "dialog/loan", "dialog/policy/..."}, pure: true},
	"dialog/policy/review":           {imports: []string{"dialog", "dialog/policy/review/fold"}, pure: true},
	"dialog/policy/review/fold":      {pure: true},
	"dialog/policy/review/guardeval": {imports: []string{"dialog", "dialog/policy/review"}},
	"dialog/policy/rules":            {imports: []string{"dialog", "dialog/loan", "dialog/policy"}, pure: true},
	"dialog/policy/packs":            {imports: nil, pure: true},
	"dialog/flow":                    {imports: []string{"dialog", "dialog/loan"}, pure: true},
	"dialog/turn":                    {imports: []string{"dialog", "dialog/flow", "dialog/loan", "dialog/policy", "dialog/policy/..."}, pure: true},
	"dialog/manager":                 {imports: []string{"dialog", "dialog/turn", "dialog/policy"}},
	"dialog/redisstore":              {imports: []string{"dialog", "dialog/loan", "dialog/plainjson"}},
	"dialog/redisstore/redistest":    {imports: []string{"dialog/redisstore"}},
	"dialog/archive":                 {},
	"dialog/retention":               {imports: []string{"dialog", "dialog/policy", "dialog/policy/rules"}, pure: true},
	"dialog/lender":                  {imports: []string{"dialog", "dialog/loan", "dialog/lender/wire"}},
	"dialog/lender/wire":             {imports: []string{"dialog"}},
	"dialog/lender/sandbox":          {imports: []string{"dialog", "dialog/loan", "dialog/lender", "dialog/lender/wire"}},
	"dialog/dialogtest":              {imports: []string{"dialog/..."}},
	"dialog/dialogtest/journey":      {imports: []string{"dialog/..."}},
	"bot/understand":                 {imports: []string{"dialog", "bot/understand/..."}, pure: true},
	"bot/understand/classify":        {imports: []string{"dialog", "bot/understand/fold"}, pure: true},
	"bot/understand/fold":            {pure: true},
	"bot/understand/lexicon":         {imports: []string{"dialog", "bot/understand/fold"}, pure: true},
	"bot/understand/score":           {imports: []string{"dialog"}, pure: true},
	"bot/understand/slots":           {imports: []string{"dialog", "bot/understand/fold", "bot/understand/lexicon"}, pure: true},
	"bot/phrase":                     {imports: []string{"prompts", "dialog", "dialog/policy", "dialog/policy/review", "bot/phrase/format", "bot/phrase/redact"}},
	"bot/phrase/format":              {imports: []string{"dialog"}, pure: true},
	"bot/phrase/redact":              {pure: true},
	"bot/llm":                        {},
	"bot/llm/llmtest":                {},
	"prompts":                        {imports: []string{"dialog"}, pure: true},
	"channels":                       {imports: []string{"dialog"}},
	"channels/webchat":               {imports: []string{"channels", "dialog", "dialog/plainjson", "web-widget"}},
	"channels/telegram":              {imports: []string{"channels", "dialog", "web-widget"}},
	"channels/telegram/telegramtest": {imports: []string{"channels/telegram", "dialog"}},
	"channels/desk":                  {imports: []string{"channels", "dialog", "web-widget"}},
	"web-widget":                     {},
	"cmd/...":                        {imports: []string{"..."}},
}

const module = "warmline/"

// packages returns every folder of the module with Go files, and the parsed
// files that are not tests.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	root := ".."
	found := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == "testdata" || (strings.HasPrefix(name, ".") && len(name) > 2)) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, root+string(os.PathSeparator))))
		found[pkg] = append(found[pkg], file)
		return nil
	})
	if err != nil {
		t.Fatalf("read the module: %v", err)
	}
	return found
}

// rule returns the layer of a package, by its own name or by a /... entry.
func rule(pkg string) (layer, bool) {
	if l, ok := layers[pkg]; ok {
		return l, true
	}
	for name, l := range layers {
		if prefix, ok := strings.CutSuffix(name, "/..."); ok && strings.HasPrefix(pkg, prefix+"/") {
			return l, true
		}
	}
	return layer{}, false
}

func allowed(l layer, target string) bool {
	for _, name := range l.imports {
		if name == "..." || name == target {
			return true
		}
		if prefix, ok := strings.CutSuffix(name, "/..."); ok && (target == prefix || strings.HasPrefix(target, prefix+"/")) {
			return true
		}
	}
	return false
}

func TestImportTable(t *testing.T) {
	found := packages(t)
	for pkg, files := range found {
		l, ok := rule(pkg)
		if !ok {
			t.Errorf("package %s is not in the import table", pkg)
			continue
		}
		for _, path := range importsOf(files) {
			checkImport(t, pkg, l, path)
		}
	}
	for name := range layers {
		if !strings.HasSuffix(name, "/...") && found[name] == nil {
			t.Errorf("the import table names %s, which does not exist", name)
		}
	}
}

func checkImport(t *testing.T, pkg string, l layer, path string) {
	t.Helper()
	if target, ours := strings.CutPrefix(path, module); ours {
		if !allowed(l, target) {
			t.Errorf("%s imports %s, which the table does not allow", pkg, target)
		}
		if strings.HasPrefix(target, "cmd") && !strings.HasPrefix(pkg, "cmd") {
			t.Errorf("%s imports %s: nobody imports cmd", pkg, target)
		}
		return
	}
	if l.std && strings.Contains(strings.Split(path, "/")[0], ".") {
		t.Errorf("%s imports %s: standard library only", pkg, path)
	}
	impure := []string{"os", "os/exec", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "database/sql"}
	if l.pure && slices.Contains(impure, path) {
		t.Errorf("%s is pure and imports %s", pkg, path)
	}
}

func importsOf(files []*ast.File) []string {
	var paths []string
	for _, f := range files {
		for _, spec := range f.Imports {
			paths = append(paths, strings.Trim(spec.Path.Value, `"`))
		}
	}
	sort.Strings(paths)
	return slices.Compact(paths)
}

func TestPurePackagesReadNoClock(t *testing.T) {
	for pkg, files := range packages(t) {
		l, _ := rule(pkg)
		if !l.pure {
			continue
		}
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				base, ok := sel.X.(*ast.Ident)
				if ok && base.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker"}, sel.Sel.Name) {
					t.Errorf("%s is pure and calls time.%s", pkg, sel.Sel.Name)
				}
				return true
			})
		}
	}
}

func TestEveryPackageHasOneComment(t *testing.T) {
	for pkg, files := range packages(t) {
		comments := 0
		for _, f := range files {
			if f.Doc != nil && !strings.HasPrefix(f.Doc.Text(), "Code generated") {
				comments++
			}
		}
		if comments != 1 {
			t.Errorf("%s has %d package comments, expected one", pkg, comments)
		}
	}
}

func TestNoInitFunctions(t *testing.T) {
	for pkg, files := range packages(t) {
		for _, f := range files {
			for _, decl := range f.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s has an init function", pkg)
				}
			}
		}
	}
}
