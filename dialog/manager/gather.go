package manager

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"warmline/dialog"
)

// heard adds to a text event what it means.
func (e *Engine) heard(c dialog.Conversation, env dialog.Envelope) dialog.Envelope {
	t := env.Event.Text
	if env.Event.Kind != dialog.EventText || t == nil || t.Heard != nil || len(t.Lines) == 0 {
		return env
	}
	lines := make([]string, len(t.Lines))
	for i, l := range t.Lines {
		lines[i] = l.Text
	}
	u := e.ports.Listener.Hear(strings.Join(lines, "\n"), e.opts.HearContext(c, env))
	text := *t
	text.Heard = &u
	env.Event.Text = &text
	return env
}

// hearContext is what the conversation's open question and table make of a
// text.
func hearContext(c dialog.Conversation, env dialog.Envelope) dialog.HearContext {
	in := dialog.HearContext{
		NowUnix: env.At.Unix(), Zone: c.Zone, Locale: c.Locale, Asked: c.Talk.Asked,
	}
	for _, o := range c.Talk.Table {
		size := int64(0)
		if len(o.Terms.Schedule) > 0 {
			size = o.Terms.Schedule[0].Amount.Minor
		}
		in.Options, in.Sizes = append(in.Options, o.Option), append(in.Sizes, size)
		if o.Terms.Total.Currency != "" {
			in.Currency = string(o.Terms.Total.Currency)
		}
	}
	if q := c.Talk.Quote; q != nil && in.Currency == "" {
		in.Currency = string(q.Offer.Terms.Total.Currency)
	}
	return in
}

// gathered keeps the facts of a turn over its attempts: the world is asked at
// most once.
type gathered struct {
	facts       dialog.Facts
	asked, desk bool
}

func (g *gathered) get(ctx context.Context, e *Engine, c dialog.Conversation, env dialog.Envelope) dialog.Facts {
	need := e.ports.Decider.Needs(c, env)
	borrower := cmp.Or(c.Borrower, env.Borrower)
	wantFacts := need.Facts && !g.asked && borrower != ""
	wantDesk := need.Desk && !g.desk && e.ports.Desk != nil
	if !wantFacts && !wantDesk {
		return g.facts
	}
	ctx, cancel := context.WithTimeout(ctx, e.opts.FactsBudget)
	defer cancel()
	var desk <-chan dialog.DeskFacts
	if wantDesk {
		g.desk = true
		desk = inTime(ctx, e, func() (dialog.DeskFacts, error) { return e.ports.Desk.Desk(ctx, c.ID) })
	}
	if wantFacts {
		g.asked = true
		known := g.facts.Desk
		g.facts = dialog.Facts{Unavailable: true}
		if e.ports.Facts != nil {
			facts := inTime(ctx, e, func() (dialog.Facts, error) { return e.ports.Facts.Facts(ctx, borrower) })
			select {
			case f, ok := <-facts:
				if ok {
					g.facts = f
				}
			case <-ctx.Done():
				e.ports.Observer.Trouble(TroubleFacts, ctx.Err())
			}
		}
		g.facts.Desk = known
	}
	if wantDesk {
		select {
		case g.facts.Desk = <-desk:
		case <-ctx.Done():
		}
	}
	return g.facts
}

// inTime asks in a goroutine, so that somebody who does not heed the context
// cannot hold up the lane. The channel closes empty on failure.
func inTime[T any](ctx context.Context, e *Engine, ask func() (T, error)) <-chan T {
	answer := make(chan T, 1)
	e.crew.run(func() {
		defer close(answer)
		defer func() {
			if r := recover(); r != nil {
				e.ports.Observer.Trouble(TroublePanic, panicked(r))
			}
		}()
		v, err := ask()
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				e.ports.Observer.Trouble(TroubleFacts, err)
			}
			return
		}
		answer <- v
	})
	return answer
}
