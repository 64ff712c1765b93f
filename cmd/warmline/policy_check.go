package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sort"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
)

// policyCheckCmd loads packs and says what is wrong with them.
type policyCheckCmd struct {
	Dir        string `arg:"" optional:"" help:"Folder of packs; those that ship when left out."`
	Keys       string `help:"Keyring file: who may sign."`
	Production bool   `help:"Count a pack that two persons have not signed as wrong."`
	JSON       bool   `name:"json" help:"One JSON object a line, the summary last."`
}

// policyFinding is a line of the report. Level error makes the exit status 1.
type policyFinding struct {
	Level string `json:"level"` // error or note
	Pack  string `json:"pack,omitempty"`
	Rule  string `json:"rule,omitempty"`
	What  string `json:"what"`
}

type policySummary struct {
	Kind   string   `json:"kind"`
	Packs  []string `json:"packs"`
	Rules  int      `json:"rules"`
	Tests  int      `json:"tests"`
	Errors int      `json:"errors"`
	Notes  int      `json:"notes"`
	Hash   string   `json:"hash,omitempty"`
}

// Run implements the command.
func (c *policyCheckCmd) Run(env *environment) error {
	files, err := packFiles(c.Dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return usageError{err}
		}
		return err
	}
	sum := policySummary{Kind: "policy", Packs: []string{}}
	engine, err := rules.Load(files, rules.Options{})
	var list []policyFinding
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			list = append(list, policyFinding{Level: "error", What: line})
		}
	} else {
		sum.Packs, sum.Hash = engine.IDs(), engine.Hash()
		sum.Rules, sum.Tests = engine.Size()
		if list, err = c.findings(engine, files); err != nil {
			return err
		}
	}
	return c.report(env, list, sum)
}

func (c *policyCheckCmd) findings(engine *rules.Engine, files fs.FS) ([]policyFinding, error) {
	var list []policyFinding
	for _, s := range engine.Shadowed() {
		list = append(list, policyFinding{Level: "note", Pack: s.Pack, Rule: s.Rule, What: "shadowed by " + s.By + ": wherever its tests make it speak, that one says at least as much"})
	}
	for _, i := range engine.Idle() {
		list = append(list, policyFinding{Level: "note", Pack: i.Pack, Rule: i.Rule, What: "for reference only, nothing asks about: " + strings.Join(i.Params, ", ")})
	}
	for _, l := range engine.Expired(dialog.DateOf(time.Now())) {
		list = append(list, policyFinding{Level: "error", Pack: l.Pack, What: "the line " + l.Name + " was last checked more than 180 days ago and is not shown"})
	}
	ring, err := keyring(c.Keys)
	if err != nil {
		return nil, err
	}
	level := "note"
	if c.Production {
		level = "error"
	}
	unsigned := unreviewed(engine, files, ring)
	ids := make([]string, 0, len(unsigned))
	for id := range unsigned {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		list = append(list, policyFinding{Level: level, Pack: id, What: "reviewed: false (" + unsigned[id].Error() + ")"})
	}
	return list, nil
}

func (c *policyCheckCmd) report(env *environment, list []policyFinding, sum policySummary) error {
	out := plainJSON(env.stdio.Out)
	for _, f := range list {
		if f.Level == "error" {
			sum.Errors++
		} else {
			sum.Notes++
		}
		if c.JSON {
			if err := out.Encode(f); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(env.stdio.Out, "%-5s %s\n", f.Level, strings.Join(strings.Fields(f.Pack+" "+f.Rule+" "+f.What), " "))
	}
	if c.JSON {
		if err := out.Encode(sum); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.stdio.Out, "%d packs, %d rules, %d tests: %d errors, %d notes\n", len(sum.Packs), sum.Rules, sum.Tests, sum.Errors, sum.Notes)
	}
	if sum.Errors > 0 {
		return errFound
	}
	return nil
}

// policyExplainCmd explains a decision.
type policyExplainCmd struct {
	Pack  []string `required:"" help:"Packs of the person; those above them and the base are looked at too."`
	Facts string   `required:"" help:"Facts as YAML or JSON: at, zones, contacts, facts; what is not named is not known."`
	Packs string   `help:"Folder of packs; those that ship when left out."`
	JSON  bool     `name:"json" help:"One JSON object a line, the outcome last."`
}

type policyOutcome struct {
	Kind     string    `json:"kind"`
	Outcome  string    `json:"outcome"`
	Rule     string    `json:"rule"`
	Detail   string    `json:"detail,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Disclose []string  `json:"disclose,omitempty"`
}

// Run implements the command.
func (c *policyExplainCmd) Run(env *environment) error {
	files, err := packFiles(c.Packs)
	if err != nil {
		return err
	}
	engine, err := rules.Load(files, rules.Options{})
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(c.Facts)
	if err != nil {
		return usageError{err}
	}
	facts, err := rules.ParseFacts(raw)
	if err != nil {
		return usageError{err}
	}
	looked, verdict, err := engine.Explain(c.Pack, facts)
	if err != nil {
		return usageError{err}
	}
	return c.print(env, looked, verdict)
}

func (c *policyExplainCmd) print(env *environment, looked []rules.Explained, v policy.Verdict) error {
	o := policyOutcome{Kind: "outcome", Outcome: string(v.Outcome), Rule: v.Rule, Detail: v.Detail, Until: v.Until, Disclose: v.Disclose}
	out := plainJSON(env.stdio.Out)
	for _, x := range looked {
		if c.JSON {
			if err := out.Encode(x); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(env.stdio.Out, "%-8s %-14s %-9s %-18s %s\n", x.Stage, x.Rule, x.Outcome, x.Value, x.When)
	}
	if c.JSON {
		return out.Encode(o)
	}
	fmt.Fprintf(env.stdio.Out, "\n%s by %s (%s)", orDash(o.Outcome), orDash(o.Rule), orDash(o.Detail))
	if !o.Until.IsZero() {
		fmt.Fprintf(env.stdio.Out, " until %s", o.Until.Format(time.RFC3339))
	}
	if len(o.Disclose) > 0 {
		fmt.Fprintf(env.stdio.Out, ", showing %s", strings.Join(o.Disclose, ", "))
	}
	fmt.Fprintln(env.stdio.Out)
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// plainJSON writes one JSON object a line, with a rule's signs as they are.
func plainJSON(out io.Writer) *json.Encoder {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e
}
