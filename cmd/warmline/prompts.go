package main

import (
	"bufio"
	"fmt"

	"warmline/dialog"
	"warmline/prompts"
)

// promptsCmd shows the reviewed texts.
type promptsCmd struct {
	Show    promptsShowCmd    `cmd:"" help:"Print every reviewed text of a locale as a person would read it."`
	Warm    promptsWarmCmd    `cmd:"" help:"Have the model make wordings ahead of time."`
	Review  promptsReviewCmd  `cmd:"" help:"Show the wordings that a model made; approve them or throw them away."`
	Explain promptsExplainCmd `cmd:"" help:"Show what a model is asked for an act."`
}

// promptsShowCmd prints a locale for a native reader to mark up.
type promptsShowCmd struct {
	Locale string `required:"" enum:"zh-Hans,zh-Hant-TW,zh-Hant-HK,en-US,en-GB" help:"Speaking locale."`
}

// Run implements the command.
func (c *promptsShowCmd) Run(env *environment) error {
	set, err := prompts.Load(prompts.Files)
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	out := bufio.NewWriter(env.stdio.Out)
	catalog := set.Catalog(dialog.Locale(c.Locale))
	fmt.Fprintf(out, "# %s · %s\n", c.Locale, catalog.Hash)
	for _, chapter := range prompts.ReadingOrder(set.Contract) {
		fmt.Fprintf(out, "\n## %s\n", chapter.Title)
		for _, kind := range chapter.Acts {
			printAct(out, set.Contract.Acts[kind], catalog, kind)
		}
	}
	return out.Flush()
}

func printAct(out *bufio.Writer, spec prompts.ActSpec, catalog *prompts.Catalog, kind dialog.ActKind) {
	fmt.Fprintf(out, "\n### %s\n", kind)
	for _, form := range spec.FormNames() {
		for _, text := range catalog.Variants(kind, form) {
			fmt.Fprintf(out, "- [%s] %s\n", text.ID, text.Body)
		}
	}
}
