package journey

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// act does what a step says. A step may say several things; they happen in the
// order below.
func (s *session) act(ctx context.Context, step *Step) error {
	if step.Channel != "" {
		s.channel = dialog.ChannelKind(step.Channel)
	}
	for _, do := range []func(context.Context, *Step) error{
		s.lenderStep, s.deskStep, s.linkStep, s.levelStep, s.waitStep, s.paymentStep, s.agentStep, s.dueStep, s.borrowerStep,
	} {
		if err := do(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) lenderStep(ctx context.Context, step *Step) error {
	if step.Lender == nil {
		return nil
	}
	s.note("lender: %+v", *step.Lender)
	if step.Lender.Unavailable != "" {
		d, err := length(step.Lender.Unavailable)
		if err != nil {
			return fmt.Errorf("lender.unavailable: %w", err)
		}
		s.world.mu.Lock()
		s.world.until = s.world.Clock.Now().Add(d)
		s.world.mu.Unlock()
		return nil
	}
	return s.world.answer(ctx, step.Lender)
}

func (s *session) deskStep(_ context.Context, step *Step) error {
	if step.Desk == nil {
		return nil
	}
	s.note("desk: changed")
	return s.world.setDesk(step.Desk)
}

func (s *session) linkStep(ctx context.Context, step *Step) error {
	for kind, ch := range map[string]*ChannelStep{"linked": step.Link, "unlinked": step.Unlink} {
		if ch == nil {
			continue
		}
		s.note("%s: %s", kind, ch.Channel)
		return s.deliver(ctx, kind, dialog.Event{Kind: dialog.EventChannel, Channel: &dialog.ChannelEvent{
			Kind: kind, Channel: dialog.ChannelKind(ch.Channel), Address: "777",
		}})
	}
	return nil
}

// deliver brings an event that no channel carries.
func (s *session) deliver(ctx context.Context, name string, event dialog.Event) error {
	s.agents++
	return s.system.Deliver(ctx, dialog.Envelope{
		ID: fmt.Sprintf("script/%s/%d", name, s.agents), Conversation: s.conversation(), Borrower: s.world.Borrower(), At: s.world.Clock.Now(), Event: event,
	})
}

func (s *session) levelStep(ctx context.Context, step *Step) error {
	if step.Logout {
		s.note("logout")
		s.level = dialog.LevelUnknown
		return s.system.Edges[dialog.ChannelWeb].Session(ctx, dialog.SessionEvent{
			Ended: true, Channel: dialog.ChannelWeb,
		})
	}
	if step.Level == nil {
		return nil
	}
	s.note("level: %d", *step.Level)
	s.level = dialog.Level(*step.Level)
	if err := s.setLevel(ctx, s.level); err != nil || s.channel != dialog.ChannelTelegram {
		return err
	}
	return s.approve(ctx)
}

// approve lets the linked chat that the texts come from show amounts, as its
// owner does in the wallet, or ends that, as the level says.
func (s *session) approve(ctx context.Context) error {
	news := dialog.ChannelEvent{Kind: "approval_ended", Channel: s.channel}
	if s.level >= dialog.LevelBorrower {
		news.Kind, news.Until = "approved", s.world.Clock.Now().Add(viewTime)
	}
	if err := s.deliver(ctx, news.Kind, dialog.Event{Kind: dialog.EventChannel, Channel: &news}); err != nil {
		return err
	}
	return s.world.Watch.rest(ctx)
}

// viewTime is how long such an approval lasts.
const viewTime = 10 * time.Minute

func (s *session) waitStep(ctx context.Context, step *Step) error {
	if step.Wait == "" {
		return nil
	}
	d, err := length(step.Wait)
	if err != nil {
		return fmt.Errorf("wait: %w", err)
	}
	s.note("wait: %s", step.Wait)
	return s.advance(ctx, s.world.Clock.Now().Add(d))
}

func (s *session) paymentStep(ctx context.Context, step *Step) error {
	if step.Payment == nil {
		return nil
	}
	s.note("payment: %s %s", step.Payment.Amount, step.Payment.Status)
	pay := *step.Payment
	if pay.Account == "" { // of several accounts, the one that is talked about
		c, err := s.state(ctx)
		if err != nil {
			return fmt.Errorf("payment: %w", err)
		}
		pay.Account = c.Talk.Account
	}
	return s.world.pay(ctx, &pay)
}

// dueStep makes a scheduled send fall due now.
func (s *session) dueStep(ctx context.Context, step *Step) error {
	if step.Due == nil {
		return nil
	}
	kind, key := "reminder", step.Due.Reminder
	if step.Due.Kind != "" {
		kind, key = step.Due.Kind, ""
	}
	if step.Due.FollowUp != "" || key == "follow_up" || key == "promise.follow_up" {
		kind, key = "follow_up", ""
	}
	s.note("due: %s %s", kind, key)
	return s.deliver(ctx, "due", dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{
		Kind: kind, Key: key, Due: s.world.Clock.Now(),
	}})
}

func (s *session) borrowerStep(ctx context.Context, step *Step) error {
	edge, ok := s.system.Edges[s.channel]
	if !ok && (step.User != nil || step.Tap != "" || step.Repeat) {
		return fmt.Errorf("no way to write through %s here", s.channel)
	}
	if step.Repeat {
		s.note("borrower: (the same again)")
		again, ok := edge.(Repeater)
		if !ok {
			return fmt.Errorf("%s cannot repeat an envelope", s.channel)
		}
		return again.Repeat(ctx)
	}
	if step.User != nil {
		s.note("borrower: %s", strings.Join(step.User, " / "))
		return edge.Text(ctx, step.User)
	}
	if step.Tap != "" {
		s.note("borrower: [%s]", step.Tap)
		tap, err := s.tap(step)
		if err != nil {
			return err
		}
		return edge.Tap(ctx, tap)
	}
	return nil
}

// tap resolves an option id: confirm is the last confirm card shown, confirm@1
// the first one's.
func (s *session) tap(step *Step) (dialog.ChoiceEvent, error) {
	id, nth, _ := strings.Cut(step.Tap, "@")
	choice := dialog.ChoiceEvent{Option: id, Fields: step.Fields}
	if id != "confirm" {
		return choice, nil
	}
	n := len(s.cards)
	if nth != "" {
		var err error
		if n, err = strconv.Atoi(nth); err != nil {
			return choice, fmt.Errorf("tap: %q: expected confirm@N", step.Tap)
		}
	}
	if n < 1 || n > len(s.cards) {
		return choice, fmt.Errorf("tap: no confirm card %d was shown", n)
	}
	choice.Card = s.cards[n-1]
	return choice, nil
}

// agentStep does what a human at the desk does. Keys that stand together happen
// in this order: take, hold, unhold, grant, say, release, close.
func (s *session) agentStep(ctx context.Context, step *Step) error {
	a := step.Agent
	if a == nil {
		return nil
	}
	events, err := s.agentEvents(a)
	if err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	for _, e := range events {
		c, err := s.state(ctx)
		if err != nil {
			return err
		}
		e.Epoch = c.Epoch
		if e.Agent == "" {
			e.Agent = orString(c.Agent, "zhou")
		}
		e.Name, e.Role, e.Second = displayName(e.Agent), "supervisor", a.Second
		s.note("agent %s: %s %s", e.Agent, e.Kind, e.Text)
		if err := s.deliver(ctx, "agent", dialog.Event{Kind: dialog.EventAgent, Agent: &e}); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) agentEvents(a *AgentStep) ([]dialog.AgentEvent, error) {
	var events []dialog.AgentEvent
	if a.Take != "" {
		events = append(events, dialog.AgentEvent{Kind: "claim", Agent: a.Take})
	}
	if a.Hold != nil {
		events = append(events, dialog.AgentEvent{Kind: "hold", Hold: s.holdOf(a.Hold)})
	}
	if a.Unhold != "" {
		events = append(events, dialog.AgentEvent{Kind: "unhold", Hold: &dialog.Hold{Kind: dialog.HoldKind(a.Unhold)}})
	}
	if a.Grant != nil {
		grant, err := s.grantOf(a.Grant)
		if err != nil {
			return nil, err
		}
		events = append(events, dialog.AgentEvent{Kind: "grant", Grant: grant})
	}
	if a.Say != "" {
		events = append(events, dialog.AgentEvent{Kind: "say", Text: a.Say})
	}
	if a.Release {
		events = append(events, dialog.AgentEvent{Kind: "release"})
	}
	if a.Close {
		events = append(events, dialog.AgentEvent{Kind: "close"})
	}
	return events, nil
}

// displayName is the name that the borrower sees.
func displayName(agent string) string {
	if agent == "zhou" {
		return "小周"
	}
	return agent
}

func (s *session) holdOf(fields map[string]any) *dialog.Hold {
	h := &dialog.Hold{Kind: dialog.HoldHardship, Start: s.world.Clock.Now()}
	if kind, ok := fields["kind"]; ok {
		h.Kind = dialog.HoldKind(fmt.Sprint(kind))
	}
	if days, err := strconv.Atoi(strings.TrimSuffix(fmt.Sprint(fields["days"]), "d")); err == nil {
		h.End = s.world.Clock.Now().Add(time.Duration(days) * 24 * time.Hour)
	}
	return h
}

// grantOf reads {kind: hold, days: 60}, {hold: 60d}, {deferral: 45} and the like.
func (s *session) grantOf(fields map[string]any) (*dialog.Grant, error) {
	g := &dialog.Grant{}
	kinds := []string{"hold", "deferral", "plan", "waiver", "token_payment"}
	for name, value := range fields {
		text := fmt.Sprint(value)
		var err error
		switch {
		case name == "kind":
			g.Kind = text
		case name == "reason":
			g.Reason = text
		case name == "count":
			g.Count, err = strconv.Atoi(text)
		case name == "days":
			g.Days, err = strconv.Atoi(strings.TrimSuffix(text, "d"))
		case name == "until" || name == "date":
			g.Until, err = dialog.ParseDate(text)
		case name == "amount":
			g.Amount, err = dialog.ParseMoney(text, s.currency())
		case name == "token", name == "pause", slices.Contains(kinds, name):
			g.Kind = orString(map[string]string{"token": "token_payment", "pause": "hold"}[name], name)
			err = s.shorthand(g, text)
		default:
			return nil, fmt.Errorf("grant: %q is not known", name)
		}
		if err != nil {
			return nil, fmt.Errorf("grant.%s: %w", name, err)
		}
	}
	return g, nil
}

// shorthand reads the value that stands for a grant's main term.
func (s *session) shorthand(g *dialog.Grant, text string) error {
	if d, err := dialog.ParseDate(text); err == nil {
		g.Until = d
		return nil
	}
	money := g.Kind == "token_payment" || g.Kind == "waiver"
	if n, err := strconv.Atoi(strings.TrimSuffix(text, "d")); err == nil && !money {
		if g.Kind == "plan" {
			g.Count = n
		} else {
			g.Days = n
		}
		return nil
	}
	amount, err := dialog.ParseMoney(text, s.currency())
	g.Amount = amount
	return err
}

// currency is that of the file's first account.
func (s *session) currency() dialog.Currency {
	f := s.world.file
	if f.Account != nil && f.Account.Currency != "" {
		return dialog.Currency(f.Account.Currency)
	}
	if len(f.Accounts) > 0 && f.Accounts[0].Currency != "" {
		return dialog.Currency(f.Accounts[0].Currency)
	}
	return "CNY"
}
