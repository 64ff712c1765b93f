package main

import (
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
)

//go:embed policy_show.html
var packPage string

// policyShowCmd writes packs as pages for people.
type policyShowCmd struct {
	Pack  string `help:"One pack, to standard output."`
	Packs string `help:"Folder of packs; those that ship when left out."`
	Keys  string `help:"Keyring file: who may sign."`
	Out   string `help:"Folder for one page per pack."`
}

// packView is what a page shows.
type packView struct {
	File     rules.PackFile
	Hash     string
	Reviewed bool
	Tests    int
	Coverage []coverage
	Stages   []stageView
	Vars     []rules.Variable

	Programmes []rules.ProgrammeFile // of the base: who signs it signs them
}

type coverage struct {
	Name string
	N    int
}

type stageView struct {
	Name  string
	Rules []ruleView
}

// ruleView is a rule with what the page says of it beside its own words.
type ruleView struct {
	rules.RuleFile
	Anchor string  // of its place on the page: the id, and for an earlier version the day on which it ended
	Past   bool    // there is a later version
	Asked  []param // what decisions turn on
	Idle   []param // what is there to be read
}

type param struct {
	Name  string
	Value any
}

// ruleViews are the rules of a stage; idle names the parameters that nothing
// asks about, by rule.
func ruleViews(list []rules.RuleFile, stage string, idle map[string][]string) []ruleView {
	var out []ruleView
	for _, r := range list {
		if r.Stage != stage {
			continue
		}
		v := ruleView{RuleFile: r, Anchor: r.ID}
		if c := r.Citation; c != nil && !c.EffectiveTo.IsZero() {
			v.Past = slices.ContainsFunc(list, func(o rules.RuleFile) bool {
				return o.ID == r.ID && o.Citation != nil && !o.Citation.EffectiveFrom.Before(c.EffectiveTo)
			})
		}
		if v.Past {
			v.Anchor += "-until-" + r.Citation.EffectiveTo.String()
		}
		for _, name := range slices.Sorted(maps.Keys(r.Params)) {
			p := param{name, r.Params[name]}
			if slices.Contains(idle[r.ID], name) {
				v.Idle = append(v.Idle, p)
			} else {
				v.Asked = append(v.Asked, p)
			}
		}
		out = append(out, v)
	}
	return out
}

// Run implements the command.
func (c *policyShowCmd) Run(env *environment) error {
	if (c.Pack == "") == (c.Out == "") {
		return wrongUse("expected --pack or --out")
	}
	files, err := packFiles(c.Packs)
	if err != nil {
		return err
	}
	engine, err := rules.Load(files, rules.Options{})
	if err != nil {
		return err
	}
	ring, err := keyring(c.Keys)
	if err != nil {
		return err
	}
	page, err := template.New("pack").Parse(packPage)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	unsigned := engine.Unreviewed(files, ring)
	if c.Pack != "" {
		if err := engine.Known([]string{c.Pack}); err != nil {
			return usageError{err}
		}
		return page.Execute(env.stdio.Out, viewOf(engine, c.Pack, unsigned[c.Pack] == nil))
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	for _, id := range engine.IDs() {
		if err := writePage(filepath.Join(c.Out, id+".html"), page, viewOf(engine, id, unsigned[id] == nil)); err != nil {
			return err
		}
		fmt.Fprintln(env.stdio.Out, filepath.Join(c.Out, id+".html"))
	}
	return nil
}

func writePage(path string, page *template.Template, view packView) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	if err := page.Execute(io.Writer(f), view); err != nil {
		_ = f.Close() // the first error is the one to tell
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Close()
}

func viewOf(engine *rules.Engine, id string, reviewed bool) packView {
	p := engine.Pack(id)
	v := packView{File: p.File, Hash: p.Hash(), Reviewed: reviewed, Vars: rules.Variables()}
	if id == policy.BasePack {
		v.Programmes = engine.Programmes()
	}
	count := map[string]int{}
	idle := map[string][]string{}
	for _, i := range engine.Idle() {
		if i.Pack == id {
			idle[i.Rule] = i.Params
		}
	}
	for _, r := range p.File.Rules {
		count[r.Confidence]++
		v.Tests += len(r.Tests)
	}
	for _, stage := range rules.Stages() {
		s := stageView{Name: stage, Rules: ruleViews(p.File.Rules, stage, idle)}
		if len(s.Rules) > 0 {
			v.Stages = append(v.Stages, s)
		}
	}
	for _, name := range []string{rules.Verified, rules.High, rules.Medium, rules.Low, rules.Product} {
		v.Coverage = append(v.Coverage, coverage{name, count[name]})
	}
	v.Coverage = slices.DeleteFunc(v.Coverage, func(c coverage) bool { return c.N == 0 })
	return v
}
