package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"warmline/dialog/policy/review/guardeval"
)

// evalGuardCmd measures the review of texts.
type evalGuardCmd struct {
	Files     []string `arg:"" name:"file" type:"existingfile" help:"JSONL: id, locale, act, required, optional, text, expect, why."`
	JSON      bool     `name:"json" help:"One JSON object a line, the summary last."`
	Verbose   bool     `short:"v" help:"Print every line that was decided wrongly."`
	MinRecall float64  `help:"Least share of the texts to be blocked that are; exit 1 below."`
	MinAllow  float64  `help:"Least share of the texts to be allowed that are; exit 1 below."`
	MaxSlots  int      `default:"-1" help:"Most texts with a slot error that may pass; exit 1 above. Negative is no bound."`
}

// Run implements the command.
func (c *evalGuardCmd) Run(env *environment) error {
	short := false
	for _, path := range c.Files {
		sum, err := evalGuardFile(path)
		if err != nil {
			return err
		}
		if err := c.print(env, sum); err != nil {
			return err
		}
		short = short || sum.BlockRecall < c.MinRecall || sum.AllowRate < c.MinAllow || c.MaxSlots >= 0 && sum.SlotErrorsPassed > c.MaxSlots
	}
	if short {
		return errFound
	}
	return nil
}

func evalGuardFile(path string) (guardeval.Summary, error) {
	f, err := os.Open(path)
	if err != nil {
		return guardeval.Summary{}, wrongUse("%w", err)
	}
	defer f.Close()
	sum, err := guardeval.EvalGuard(f)
	if err != nil {
		return sum, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	return sum, nil
}

func (c *evalGuardCmd) print(env *environment, sum guardeval.Summary) error {
	out := json.NewEncoder(env.stdio.Out)
	if c.Verbose {
		for _, m := range sum.Wrong {
			if c.JSON {
				if err := out.Encode(m); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(env.stdio.Out, "%s [%s] expected %s (%s), got %q: %s\n", m.ID, m.Locale, m.Expect, m.Why, m.Got.Why, m.Text)
		}
	}
	if c.JSON {
		return out.Encode(sum)
	}
	fmt.Fprintf(env.stdio.Out, "%d texts: %.1f%% of the bad ones blocked, %.1f%% of the good ones allowed, %d slot errors passed, %d ns a text\n",
		sum.N, 100*sum.BlockRecall, 100*sum.AllowRate, sum.SlotErrorsPassed, sum.NsPerItem)
	families := make([]string, 0, len(sum.ByFamily))
	for why := range sum.ByFamily {
		families = append(families, why)
	}
	slices.Sort(families)
	for _, why := range families {
		fmt.Fprintf(env.stdio.Out, "  %-22s %.2f\n", why, sum.ByFamily[why])
	}
	return nil
}
