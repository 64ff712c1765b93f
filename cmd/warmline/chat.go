package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/manager"
	"warmline/dialog/redisstore"
)

// chatCmd talks to the same dialog manager in the terminal, with the sandbox
// lender and a store that ends with it.
type chatCmd struct {
	Borrower string `default:"lin-yue" help:"A demo borrower."`
	Locale   string `enum:",zh-Hans,zh-Hant-TW,zh-Hant-HK,en-US,en-GB" default:"" help:"Speaking locale; the borrower's own by default."`
	Level    int    `default:"2" help:"Identity level of the session, 0 to 2."`
	Verbose  bool   `short:"v" help:"Show acts and rules beside the words."`
}

// terminal is a conversation at a keyboard.
type terminal struct {
	cmd   *chatCmd
	core  *core
	store *redisstore.Store
	out   io.Writer
	n     int

	mu      sync.Mutex
	seen    uint64
	options []dialog.RenderedOption
}

const terminalSession = "terminal"

// Validate implements the flags' check.
func (c *chatCmd) Validate() error {
	if c.Level < 0 || c.Level > 2 {
		return fmt.Errorf("--level: expected 0, 1 or 2, got %d", c.Level)
	}
	list, err := demoBorrowers()
	if err != nil {
		return err
	}
	var ids []string
	for _, b := range list {
		ids = append(ids, b.ID)
	}
	if !slices.Contains(ids, c.Borrower) {
		return fmt.Errorf("--borrower: expected one of %s; got %q", strings.Join(ids, ", "), c.Borrower)
	}
	return nil
}

// Run implements the command.
func (c *chatCmd) Run(env *environment) error {
	b, err := newBench()
	if err != nil {
		return err
	}
	box, err := sandbox.New(sandbox.Options{})
	if err != nil {
		return err
	}
	lenderCore, err := startSandbox(env.ctx, box, "", slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		return err
	}
	defer lenderCore.stop()
	store, closeStore, err := scriptedStore(env.ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	desk, err := parseHours(defaults().Desk)
	if err != nil {
		return err
	}
	t := &terminal{cmd: c, store: store, out: env.stdio.Out}
	t.core = newCore(corePorts{
		Store: store, States: store, Outbox: store, Listener: b.listener, Facts: lenderCore, Desk: desk,
		Calls: runners{lender: lenderCore.client}, Now: time.Now, Words: b.words, Reviewer: b.reviewer, Rules: b.rules,
		Committed: func(dialog.Conversation, []dialog.Message) { t.show(env.ctx) },
	})
	t.core.start(env.ctx, true)
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(env.ctx), 3*time.Second)
		defer cancel()
		_ = t.core.close(stop)
	}()
	return t.talk(env.ctx, env.stdio.In)
}

// talk reads lines until the input ends. A number is the button with that
// number; /quit ends.
func (t *terminal) talk(ctx context.Context, in io.Reader) error {
	now := time.Now()
	begin := dialog.SessionEvent{Session: terminalSession, Level: dialog.Level(t.cmd.Level), Channel: dialog.ChannelWeb,
		Expires: now.Add(15 * time.Minute), Locale: dialog.Locale(t.cmd.Locale)}
	for _, event := range []dialog.Event{
		{Kind: dialog.EventSession, Session: &begin},
		{Kind: dialog.EventOpened, Session: &dialog.SessionEvent{Session: terminalSession}},
	} {
		if err := t.send(ctx, event); err != nil {
			return err
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "/quit" {
			return nil
		}
		if line == "" {
			continue
		}
		if err := t.say(ctx, line); err != nil {
			fmt.Fprintln(t.out, "!", err)
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// say sends a line: a button's number, or text.
func (t *terminal) say(ctx context.Context, line string) error {
	t.mu.Lock()
	options := t.options
	t.mu.Unlock()
	if n, err := strconv.Atoi(strings.TrimPrefix(line, "#")); err == nil && strings.HasPrefix(line, "#") && n >= 1 && n <= len(options) {
		o := options[n-1]
		return t.send(ctx, dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: o.ID, Card: o.Card}})
	}
	text := &dialog.TextEvent{Lines: []dialog.TextLine{{ID: fmt.Sprintf("t%d", t.n), Text: line}}}
	return t.send(ctx, dialog.Event{Kind: dialog.EventText, Text: text})
}

func (t *terminal) send(ctx context.Context, event dialog.Event) error {
	t.n++
	t.mu.Lock()
	seen := t.seen
	t.mu.Unlock()
	_, err := t.core.Engine.Deliver(ctx, dialog.Envelope{
		ID: fmt.Sprintf("terminal-%d", t.n), Conversation: dialog.ConversationID(t.cmd.Borrower), Borrower: t.cmd.Borrower,
		Channel: dialog.ChannelWeb, Session: terminalSession, Seen: seen, Event: event,
	})
	return err
}

// show prints what is new.
func (t *terminal) show(ctx context.Context) {
	t.mu.Lock()
	defer t.mu.Unlock()
	messages, err := t.store.After(ctx, dialog.ConversationID(t.cmd.Borrower), t.seen, 100)
	if err != nil {
		fmt.Fprintln(t.out, "!", err)
		return
	}
	for _, m := range messages {
		t.seen = m.Seq
		if m.Speaker != dialog.SpeakerBorrower {
			t.print(m)
		}
	}
}

func (t *terminal) print(m dialog.Message) {
	name := string(m.Speaker)
	if m.Name != "" {
		name += " " + m.Name
	}
	fmt.Fprintf(t.out, "%s: %s\n", name, m.Body.Text)
	if t.cmd.Verbose && m.Act != nil {
		fmt.Fprintf(t.out, "      [%s/%s] %s\n", m.Act.Kind, m.Act.Form, m.Body.TextID)
	}
	if c := m.Body.Card; c != nil {
		fmt.Fprintf(t.out, "    ┌ %s\n", c.Title)
		for _, row := range c.Rows {
			fmt.Fprintf(t.out, "    │ %s  %s\n", row.Label, strings.Join(row.Cells, "  "))
		}
		for _, note := range c.Notes {
			fmt.Fprintf(t.out, "    │ %s\n", note)
		}
	}
	if len(m.Body.Options) > 0 {
		t.options = m.Body.Options
		for i, o := range m.Body.Options {
			fmt.Fprintf(t.out, "    #%d %s\n", i+1, o.Label)
		}
	}
}

// runners sends each call to who carries it out.
type runners struct {
	lender manager.CallRunner
	pager  manager.CallRunner
	notice manager.CallRunner
}

// Do implements manager.CallRunner. A page without a pager is answered
// "failed": nothing may be said to be on its way.
func (r runners) Do(ctx context.Context, borrower string, call dialog.Call) (dialog.LenderEvent, error) {
	runner := r.lender
	switch call.Kind {
	case dialog.CallPageHuman:
		runner = r.pager
	case dialog.CallNotifyPush:
		runner = r.notice
	}
	if runner == nil {
		return dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "failed", Reason: "not_configured"}, nil
	}
	return runner.Do(ctx, borrower, call)
}
