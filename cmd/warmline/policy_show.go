package main

import (
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"io"
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
	Rules []rules.RuleFile
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
	for _, stage := range rules.Stages() {
		s := stageView{Name: stage}
		for _, r := range p.File.Rules {
			if r.Stage == stage {
				s.Rules = append(s.Rules, r)
				count[r.Confidence]++
				v.Tests += len(r.Tests)
			}
		}
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
