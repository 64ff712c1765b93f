package journey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// Edge is how the borrower reaches the system: straight into the engine, or
// through a channel. Every method returns once the turn is committed.
type Edge interface {
	Text(ctx context.Context, lines []string) error
	Tap(ctx context.Context, tap dialog.ChoiceEvent) error
	Session(ctx context.Context, s dialog.SessionEvent) error
}

// Repeater is an Edge that can deliver its last envelope again.
type Repeater interface {
	Repeat(ctx context.Context) error
}

// System is the system under test, wired around a World.
type System struct {
	Deliver func(context.Context, dialog.Envelope) error
	Load    func(ctx context.Context, conversation string) (dialog.Conversation, error)
	Timers  manager.TimerSource
	Edges   map[dialog.ChannelKind]Edge // web is needed
	Close   func() error
	// Standing tells the level of the borrower's session and whether its user is
	// in doubt; nil: of the newest session on the web.
	Standing func(c dialog.Conversation, now time.Time) (level dialog.Level, doubted bool)
}

// Build wires a system around a world.
type Build func(ctx context.Context, w *World) (*System, error)

// Result is what became of a file.
type Result struct {
	Path       string   `json:"path"`
	Name       string   `json:"name"`
	Failures   []string `json:"failures,omitempty"`
	Transcript []string `json:"transcript,omitempty"`
}

// Passed reports whether nothing was wrong.
func (r Result) Passed() bool { return len(r.Failures) == 0 }

// pause is how far apart steps are: reading times have passed.
const pause = 30 * time.Second

// Runner runs files.
type Runner struct {
	Build   Build
	Scanner Scanner
	Timeout time.Duration // of one file; 60 s
}

// Run runs one file and says what was wrong with it. The error is for what
// could not be run at all.
func (r Runner) Run(ctx context.Context, f *File) (Result, error) {
	if r.Timeout == 0 {
		r.Timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	result := Result{Path: f.Path, Name: f.Name}
	world, err := NewWorld(ctx, f)
	if err != nil {
		return result, fmt.Errorf("%s: %w", f.Path, err)
	}
	defer world.Close()
	system, err := r.Build(ctx, world)
	if err != nil {
		return result, fmt.Errorf("%s: build: %w", f.Path, err)
	}
	defer system.Close()
	world.deliver = system.Deliver
	s := &session{file: f, world: world, system: system, scan: r.Scanner, channel: dialog.ChannelWeb, level: world.Level()}
	for i := range f.Steps {
		wrong, err := s.step(ctx, &f.Steps[i])
		result.Transcript = append(result.Transcript, s.script...)
		s.script = nil
		if err != nil {
			result.Failures = append(result.Failures, fmt.Sprintf("step %d: %v", i+1, err))
			return result, nil
		}
		for _, line := range wrong {
			result.Failures = append(result.Failures, fmt.Sprintf("step %d: %s", i+1, line))
		}
	}
	wrong, err := s.end(ctx)
	if err != nil {
		return result, fmt.Errorf("%s: end: %w", f.Path, err)
	}
	result.Failures = append(result.Failures, wrong...)
	return result, nil
}

// session is a run under way.
type session struct {
	file    *File
	world   *World
	system  *System
	scan    Scanner
	channel dialog.ChannelKind
	level   dialog.Level // that the borrower's session is kept at
	cards   []string     // confirm cards shown, in order
	calls   []dialog.Call
	agents  int
	script  []string
}

func (s *session) conversation() string { return dialog.ConversationID(s.world.Borrower()) }

func (s *session) state(ctx context.Context) (dialog.Conversation, error) {
	return s.system.Load(ctx, s.conversation())
}

func (s *session) note(format string, args ...any) {
	s.script = append(s.script, fmt.Sprintf(format, args...))
}

// step performs one step and checks what came of it.
func (s *session) step(ctx context.Context, step *Step) ([]string, error) {
	if err := s.advance(ctx, s.world.Clock.Now().Add(pause)); err != nil {
		return nil, err
	}
	if step.User != nil || step.Tap != "" {
		if err := s.stepUp(ctx); err != nil {
			return nil, fmt.Errorf("step up: %w", err)
		}
	}
	early := s.collect()
	if err := s.act(ctx, step); err != nil {
		return nil, err
	}
	if err := s.world.Watch.rest(ctx); err != nil {
		return nil, err
	}
	seen := s.collect()
	if step.User == nil && step.Tap == "" { // what happened on the way belongs to a step that waits
		seen = merge(early, seen)
	}
	var err error
	if seen.State, err = s.state(ctx); err != nil {
		return nil, err
	}
	seen.Level, _ = s.standing(seen.State)
	seen.scan = s.scan
	s.remember(seen)
	if step.Expect == nil {
		return seen.trouble, nil
	}
	return append(seen.trouble, step.Expect.Check(seen)...), nil
}

func merge(a, b Seen) Seen {
	return Seen{
		Messages: append(a.Messages, b.Messages...), Offers: append(a.Offers, b.Offers...), Calls: append(a.Calls, b.Calls...),
		Fired: append(a.Fired, b.Fired...), Cancelled: append(a.Cancelled, b.Cancelled...), trouble: append(a.trouble, b.trouble...),
	}
}

// remember keeps what later steps refer to.
func (s *session) remember(seen Seen) {
	s.calls = append(s.calls, seen.Calls...)
	for _, m := range seen.Messages {
		for _, o := range m.Body.Options {
			if o.ID == "confirm" && !slices.Contains(s.cards, o.Card) {
				s.cards = append(s.cards, o.Card)
			}
		}
		act := ""
		if m.Act != nil {
			act = string(m.Act.Kind) + "/" + m.Act.Form
		}
		s.note("  %s [%s] %s %v", m.Speaker, act, strings.Join(wordsOf(m), " | "), optionsOf(Seen{Messages: []dialog.Message{m}}))
	}
	for _, c := range seen.Calls {
		s.note("  → %s", c.Kind)
	}
}

// collect takes what the watch has recorded.
func (s *session) collect() Seen {
	changes, calls, trouble := s.world.Watch.take()
	seen := Seen{Calls: calls, trouble: trouble}
	for _, ch := range changes {
		seen.Fired = append(seen.Fired, ch.Fired...)
		seen.Cancelled = append(seen.Cancelled, ch.Cancelled...)
		for _, m := range append(slices.Clone(ch.Messages), ch.Finals...) {
			if m.Speaker != dialog.SpeakerBorrower && m.Seq > 0 && (m.Body.Text != "" || m.Body.Card != nil) {
				seen.Messages = append(seen.Messages, m)
			}
		}
	}
	seen.Offers = offersIn(seen)
	return seen
}

// offersIn lists the kinds of ways out that a step puts before the borrower.
func offersIn(seen Seen) []dialog.OfferKind {
	var kinds []dialog.OfferKind
	add := func(k dialog.OfferKind) {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, id := range optionsOf(seen) {
		name, _, _ := strings.Cut(id, ":")
		switch name {
		case "plan":
			add(dialog.OfferPlan)
		case "defer":
			add(dialog.OfferDeferral)
		case "partial":
			add(dialog.OfferPartial)
		case "promise":
			add(dialog.OfferPromise)
		case "waiver":
			add(dialog.OfferWaiverReview)
		}
	}
	for _, act := range actsOf(seen) {
		switch act {
		case "plan.offer":
			if hasOption(optionsOf(seen), "plan") {
				add(dialog.OfferPlan)
			}
		case "plan.confirm":
			add(dialog.OfferPlan)
		case "deferral.confirm":
			add(dialog.OfferDeferral)
		case "promise.ask", "promise.confirm":
			add(dialog.OfferPromise)
		case "partial.offer":
			add(dialog.OfferPartial)
		case "waiver.opened":
			add(dialog.OfferWaiverReview)
		}
	}
	return kinds
}

// advance moves the clock to a moment and lets every timer before it fall due
// at its own time.
func (s *session) advance(ctx context.Context, to time.Time) error {
	for range 200 {
		due, err := s.system.Timers.DueTimers(ctx, to, 50)
		if err != nil {
			return err
		}
		if len(due) == 0 {
			break
		}
		slices.SortFunc(due, func(a, b dialog.Envelope) int { return a.Event.Timer.Due.Compare(b.Event.Timer.Due) })
		next := due[0]
		s.world.Clock.Set(next.Event.Timer.Due)
		next.At = s.world.Clock.Now()
		if err := s.system.Deliver(ctx, next); err != nil {
			return fmt.Errorf("timer %s: %w", next.Event.Timer.Kind, err)
		}
		if err := s.system.Timers.DropTimer(ctx, next.Conversation, *next.Event.Timer); err != nil {
			return err
		}
		if err := s.world.Watch.rest(ctx); err != nil {
			return err
		}
	}
	s.world.Clock.Set(to)
	return nil
}

// stepUp keeps the borrower's session at the level that the file gives it,
// unless it was doubted.
func (s *session) stepUp(ctx context.Context) error {
	if s.channel != dialog.ChannelWeb {
		return nil
	}
	c, err := s.state(ctx)
	if err != nil {
		return err
	}
	if level, doubted := s.standing(c); doubted || level >= s.level && (s.system.Standing != nil || webSession(c) != "") {
		return nil
	}
	return s.setLevel(ctx, s.level)
}

// standing is the level of the borrower's session, and whether its user is in
// doubt.
func (s *session) standing(c dialog.Conversation) (dialog.Level, bool) {
	now := s.world.Clock.Now()
	if s.system.Standing != nil {
		return s.system.Standing(c, now)
	}
	web := webSession(c)
	for _, b := range c.Bindings {
		if b.Session == web {
			level := b.LevelAt(now)
			if level == dialog.LevelLinked && s.level == dialog.LevelUnknown {
				level = dialog.LevelUnknown // a wallet's session is never lower than linked
			}
			return level, b.Doubted
		}
	}
	return dialog.LevelUnknown, false
}

// webSession is the borrower's newest session on the web.
func webSession(c dialog.Conversation) string {
	for _, b := range slices.Backward(c.Bindings) {
		if b.Channel == dialog.ChannelWeb {
			return b.Session
		}
	}
	return ""
}

func (s *session) setLevel(ctx context.Context, level dialog.Level) error {
	err := s.system.Edges[dialog.ChannelWeb].Session(ctx, dialog.SessionEvent{
		Level: level, Channel: dialog.ChannelWeb, Expires: s.world.Clock.Now().Add(15 * time.Minute),
	})
	if err != nil {
		return err
	}
	return s.world.Watch.rest(ctx)
}

// end checks what must be true after the last step.
func (s *session) end(ctx context.Context) ([]string, error) {
	c, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := s.world.standing(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []string
	fail := func(format string, args ...any) { wrong = append(wrong, "end: "+fmt.Sprintf(format, args...)) }
	level, _ := s.standing(c)
	s.file.End.check(c, facts, s.calls, level, fail)
	return wrong, nil
}
