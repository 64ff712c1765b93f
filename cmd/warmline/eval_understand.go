package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"warmline/bot/understand"
	"warmline/bot/understand/classify"
	"warmline/bot/understand/score"
	"warmline/dialog"
)

// evalUnderstandCmd measures understanding: of decided lines with the committed
// weights, or of a public set with the same method trained on its own examples.
type evalUnderstandCmd struct {
	Files       []string `arg:"" name:"file" help:"JSONL with decided lines; with --train two files, text,category with a header: to train on and to test on."`
	Train       bool     `help:"Train on the first file and test on the second, with the same method."`
	JSON        bool     `name:"json" help:"One JSON object a line, the summary last."`
	MinAccuracy float64  `help:"Exit status 1 below this accuracy."`
	MinTop3     float64  `name:"min-top3" help:"Exit status 1 below this share of right intents among the three candidates."`
	MinRecall   float64  `help:"Exit status 1 where a guarded intent's recall is below this."`
	MinEntity   float64  `help:"Exit status 1 below this share of exact entities."`
	MaxFalse    float64  `name:"max-false-crisis" default:"1" help:"Exit status 1 above this share of false alarms."`
	Wrong       bool     `help:"Print only the lines that were heard otherwise."`
}

// Run implements the command.
func (c *evalUnderstandCmd) Run(env *environment) error {
	if c.Train {
		return c.train(env)
	}
	u, err := understand.New()
	if err != nil {
		return err
	}
	var lines []score.Line
	for _, path := range c.Files {
		more, err := readLines(path)
		if err != nil {
			return usageError{err}
		}
		lines = append(lines, more...)
	}
	results, err := score.Run(u.Hear, lines, nanos)
	if err != nil {
		return usageError{err}
	}
	return c.report(env, results)
}

func nanos() int64 { return time.Now().UnixNano() }

func readLines(path string) ([]score.Line, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read lines: %w", err)
	}
	defer f.Close()
	lines, err := score.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return lines, nil
}

// train learns the categories of one file and tests on another.
func (c *evalUnderstandCmd) train(env *environment) error {
	if len(c.Files) != 2 {
		return wrongUse("--train takes two files: to train on and to test on")
	}
	learn, err := readCategories(c.Files[0])
	if err != nil {
		return usageError{err}
	}
	test, err := readCategories(c.Files[1])
	if err != nil {
		return usageError{err}
	}
	began := time.Now()
	model, err := understand.Train(learn, classify.Defaults())
	if err != nil {
		return err
	}
	took := time.Since(began)
	u, err := understand.With(model)
	if err != nil {
		return err
	}
	var results []score.Result
	for _, e := range test {
		start := nanos()
		classes := u.Classify(e.Text)
		r := score.Result{Line: score.Line{Text: e.Text, Intent: e.Driver}, Nanos: nanos() - start}
		r.Heard = dialog.Understanding{Candidates: classes[:min(3, len(classes))]}
		if len(classes) > 0 {
			r.Heard.Driving = classes[0].Intent
		}
		results = append(results, r)
	}
	t := training{"training", len(learn), len(model.Classes), took.Milliseconds(), resident()}
	if c.JSON {
		if err := json.NewEncoder(env.stdio.Out).Encode(t); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.stdio.Out, "trained on %d examples of %d categories in %s\n", t.Examples, t.Categories, took.Round(time.Millisecond))
	}
	return c.report(env, results)
}

// training is the machine output's note of what was learned from. Resident is
// the memory of the process in bytes with the model in it, 0 where unknown.
type training struct {
	Kind       string `json:"kind"`
	Examples   int    `json:"examples"`
	Categories int    `json:"categories"`
	Millis     int64  `json:"train_ms"`
	Resident   int64  `json:"resident_bytes"`
}

// resident returns what the process keeps in memory once garbage is handed
// back, in bytes; 0 where the system does not say.
func resident() int64 {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// readCategories reads text,category with a header, in either order of columns.
func readCategories(path string) ([]understand.Example, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read examples: %w", err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: read header: %w", path, err)
	}
	text, category := slices.Index(header, "text"), slices.Index(header, "category")
	if text < 0 || category < 0 {
		return nil, fmt.Errorf("%s: expected a header with text and category", path)
	}
	var out []understand.Example
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, understand.Example{Text: row[text], Driver: row[category]})
	}
}

// report prints the lines and the summary, and says whether a bound was missed.
func (c *evalUnderstandCmd) report(env *environment, results []score.Result) error {
	out := json.NewEncoder(env.stdio.Out)
	for i := range results {
		r := &results[i]
		if c.Wrong && r.Right() && r.EntitiesExact() || !c.Wrong && !c.JSON {
			continue
		}
		line := map[string]any{"text": r.Line.Text, "intent": r.Line.Intent, "heard": r.Heard.Driving, "right": r.Right(),
			"entities": r.Heard.Entities, "confident": r.Heard.Confident, "safety": r.Heard.Safety, "candidates": r.Heard.Candidates}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	s := score.Summarise(results)
	if c.JSON {
		if err := out.Encode(s); err != nil {
			return err
		}
	} else {
		printUnderstanding(env.stdio.Out, s)
	}
	return c.bounds(env, s)
}

func printUnderstanding(out io.Writer, s score.Summary) {
	fmt.Fprintf(out, "n %d  accuracy %.3f  top3 %.3f  macro F1 %.3f  entities exact %.3f  false crisis %.4f  %d ns an item (median)\n",
		s.N, s.Accuracy, s.Top3, s.MacroF1, s.EntityExact, s.FalseCrisis, s.NsPerItem)
	for _, locale := range slices.Sorted(maps.Keys(s.ByLocale)) {
		p := s.ByLocale[locale]
		fmt.Fprintf(out, "%-8s n %d  accuracy %.3f  top3 %.3f  entities exact %.3f  false crisis %.4f\n",
			locale, p.N, p.Accuracy, p.Top3, p.EntityExact, p.FalseCrisis)
	}
	for _, intent := range slices.Sorted(maps.Keys(s.Recall)) {
		fmt.Fprintf(out, "recall %-15s %.3f\n", intent, s.Recall[intent])
	}
}

// bounds compares the figures with the flags.
func (c *evalUnderstandCmd) bounds(env *environment, s score.Summary) error {
	missed := false
	check := func(bad bool, format string, args ...any) {
		if bad {
			missed = true
			fmt.Fprintf(env.stdio.Err, format+"\n", args...)
		}
	}
	check(s.Accuracy < c.MinAccuracy, "accuracy %.3f is below %.3f", s.Accuracy, c.MinAccuracy)
	check(s.Top3 < c.MinTop3, "top3 %.3f is below %.3f", s.Top3, c.MinTop3)
	check(s.EntityExact < c.MinEntity, "exact entities %.3f are below %.3f", s.EntityExact, c.MinEntity)
	check(s.FalseCrisis > c.MaxFalse, "false alarms %.4f are above %.4f", s.FalseCrisis, c.MaxFalse)
	for _, intent := range slices.Sorted(maps.Keys(s.Recall)) {
		check(s.Recall[intent] < c.MinRecall, "recall of %s %.3f is below %.3f", intent, s.Recall[intent], c.MinRecall)
	}
	if missed {
		return errFound
	}
	return nil
}
