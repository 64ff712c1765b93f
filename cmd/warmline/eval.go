package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"warmline/bot/llm/llmtest"
	"warmline/dialog/dialogtest/journey"
)

// evalCmd groups the measurements.
type evalCmd struct {
	Understand evalUnderstandCmd `cmd:"" help:"Measure intents, entities and safety against decided lines (JSONL), or a public set with --train."`
	Journeys   evalJourneysCmd   `cmd:"" help:"Run written conversations (YAML files or folders)."`
	Guard      evalGuardCmd      `cmd:"" help:"Measure the review of texts against decided lines (JSONL)."`
}

// evalJourneysCmd runs written conversations.
type evalJourneysCmd struct {
	Paths   []string `arg:"" name:"path" help:"Files or folders of *.yaml."`
	Via     string   `enum:"core,web,telegram" default:"core" help:"core, web (a started server, real sockets) or telegram (a Bot API double)."`
	Model   string   `enum:"off,echo,hostile,file" default:"file" help:"off, echo or hostile, over what the files say."`
	JSON    bool     `name:"json" help:"One JSON object a line, the summary last."`
	Verbose bool     `short:"v" help:"Print every transcript."`
	Jobs    int      `help:"Conversations at once." default:"0"`
}

// journeysSummary closes the output.
type journeysSummary struct {
	Kind   string   `json:"kind"`
	N      int      `json:"n"`
	Passed int      `json:"passed"`
	Failed []string `json:"failed"`
}

// Run implements the command.
func (c *evalJourneysCmd) Run(env *environment) error {
	files, err := journeyFiles(c.Paths)
	if err != nil {
		return usageError{err}
	}
	b, err := newBench()
	if err != nil {
		return err
	}
	build, stop, err := b.builder(env.ctx, c.Via)
	if err != nil {
		return err
	}
	defer stop()
	results := c.runAll(env, b, files, journey.Runner{Build: build, Scanner: scanner{}})
	return c.report(env, results)
}

// runAll runs the files a few at a time; a file that cannot be run has failed.
func (c *evalJourneysCmd) runAll(env *environment, b bench, files []string, runner journey.Runner) []journey.Result {
	results := make([]journey.Result, len(files))
	jobs := c.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	slots := make(chan struct{}, jobs)
	var all sync.WaitGroup
	for i, path := range files {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			results[i] = c.runOne(env, b, path, runner)
		})
	}
	all.Wait()
	return results
}

func (c *evalJourneysCmd) runOne(env *environment, b bench, path string, runner journey.Runner) journey.Result {
	f, err := journey.Read(path)
	if err != nil {
		return journey.Result{Path: path, Name: path, Failures: []string{err.Error()}}
	}
	if c.Model != "file" {
		f.Model = c.Model
	}
	var result journey.Result
	if f.Model == "off" || f.Model == "" {
		result, err = runner.Run(env.ctx, f)
	} else {
		result, err = b.runWithModel(env.ctx, c.Via, f, llmtest.Behaviour(f.Model))
	}
	if err != nil {
		result.Failures = append(result.Failures, err.Error())
	}
	return result
}

func (c *evalJourneysCmd) report(env *environment, results []journey.Result) error {
	summary := journeysSummary{Kind: "journeys", N: len(results), Failed: []string{}}
	for _, r := range results {
		if r.Passed() {
			summary.Passed++
		} else {
			summary.Failed = append(summary.Failed, r.Path)
		}
		if err := c.print(env, r); err != nil {
			return err
		}
	}
	if c.JSON {
		if err := json.NewEncoder(env.stdio.Out).Encode(summary); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.stdio.Out, "%d passed, %d failed\n", summary.Passed, len(summary.Failed))
	}
	if len(summary.Failed) > 0 {
		return errFound
	}
	return nil
}

func (c *evalJourneysCmd) print(env *environment, r journey.Result) error {
	if c.JSON {
		if !c.Verbose {
			r.Transcript = nil
		}
		return json.NewEncoder(env.stdio.Out).Encode(struct {
			journey.Result
			Passed bool `json:"passed"`
		}{r, r.Passed()})
	}
	verdict := "ok  "
	if !r.Passed() {
		verdict = "FAIL"
	}
	fmt.Fprintf(env.stdio.Out, "%s %s — %s\n", verdict, r.Path, r.Name)
	if c.Verbose {
		for _, line := range r.Transcript {
			fmt.Fprintln(env.stdio.Out, "     ", line)
		}
	}
	for _, line := range r.Failures {
		fmt.Fprintln(env.stdio.Out, "     ✗", line)
	}
	return nil
}

// journeyFiles lists the YAML files of paths, folders searched through.
func journeyFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.IsDir() && (p == path || strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml")) {
				files = append(files, p)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("find journeys: %w", err)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no journey files in %s", strings.Join(paths, ", "))
	}
	slices.Sort(files)
	return files, nil
}
