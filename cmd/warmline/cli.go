package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"
)

// Exit statuses: fine, the check found something, wrong use, could not run.
const (
	exitFine  = 0
	exitFound = 1
	exitUsage = 2
	exitFault = 3
)

// errFound says that a check found something: exit status 1, no message.
var errFound = errors.New("the check found something")

// stdio is where a command reads and writes.
type stdio struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// cli is every command with its flags.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Run the service: chat, agents' desk, relay and timers."`
	Chat     chatCmd     `cmd:"" help:"Talk to the same dialog manager in the terminal."`
	Sandbox  sandboxCmd  `cmd:"" help:"Run the stand-in lender core alone."`
	Eval     evalCmd     `cmd:"" help:"Measure understanding, the review of texts, and whole conversations."`
	Telegram telegramCmd `cmd:"" help:"Look after the Telegram bot."`
	Prompts  promptsCmd  `cmd:"" help:"Show the reviewed texts, and what a model made of them."`
	Policy   policyCmd   `cmd:"" help:"Check, explain, show, sign and replay the rule packs."`
}

// environment is what every command is given.
type environment struct {
	ctx    context.Context
	stdio  stdio
	getenv func(string) (string, bool)
}

// run parses the arguments, runs a command and returns the exit status.
func run(ctx context.Context, args []string, io stdio, getenv func(string) (string, bool)) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("warmline"), kong.UsageOnError(), kong.Writers(io.Out, io.Err),
		kong.Vars{"behaviours": behaviourNames()},
		kong.Description("A gentle, exact conversation with people who are behind on a bill."),
		kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(io.Err, "warmline:", err)
		return exitFault
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(io.Err, "warmline:", err)
		return exitUsage
	}
	err = parsed.Run(&environment{ctx: ctx, stdio: io, getenv: getenv})
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFound):
		return exitFound
	case errors.As(err, new(usageError)):
		fmt.Fprintln(io.Err, "warmline:", err)
		return exitUsage
	}
	fmt.Fprintln(io.Err, "warmline:", err)
	return exitFault
}

// usageError is a mistake in how a command was called or configured.
type usageError struct{ error }

func wrongUse(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
