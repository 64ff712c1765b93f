package journey

import (
	"context"
	"errors"
	"fmt"

	"warmline/dialog"
)

// Direct is an edge without a channel: envelopes go straight to the engine.
type Direct struct {
	world   *World
	deliver func(context.Context, dialog.Envelope) error
	channel dialog.ChannelKind
	session string
	n       uint64
	last    *dialog.Envelope
}

// NewDirect returns an edge that writes as a session of a channel.
func NewDirect(w *World, deliver func(context.Context, dialog.Envelope) error, channel dialog.ChannelKind, session string) *Direct {
	return &Direct{world: w, deliver: deliver, channel: channel, session: session}
}

// send delivers an event from the borrower, who has seen everything so far.
func (d *Direct) send(ctx context.Context, event dialog.Event) error {
	d.n++
	e := dialog.Envelope{
		ID: fmt.Sprintf("direct/%s/%d", d.session, d.n), Conversation: dialog.ConversationID(d.world.Borrower()), Borrower: d.world.Borrower(),
		At: d.world.Clock.Now(), Channel: d.channel, Session: d.session, Seen: 1 << 40, Event: event,
	}
	d.last = &e
	return d.deliver(ctx, e)
}

// Text implements Edge.
func (d *Direct) Text(ctx context.Context, lines []string) error {
	text := &dialog.TextEvent{}
	for i, line := range lines {
		text.Lines = append(text.Lines, dialog.TextLine{ID: fmt.Sprintf("%s-%d-%d", d.session, d.n+1, i), Text: line})
	}
	return d.send(ctx, dialog.Event{Kind: dialog.EventText, Text: text})
}

// Tap implements Edge.
func (d *Direct) Tap(ctx context.Context, tap dialog.ChoiceEvent) error {
	return d.send(ctx, dialog.Event{Kind: dialog.EventChoice, Choice: &tap})
}

// Session implements Edge.
func (d *Direct) Session(ctx context.Context, s dialog.SessionEvent) error {
	last := d.last
	s.Session = d.session
	err := d.send(ctx, dialog.Event{Kind: dialog.EventSession, Session: &s})
	d.last = last
	return err
}

// Repeat implements Repeater.
func (d *Direct) Repeat(ctx context.Context) error {
	if d.last == nil {
		return errors.New("nothing was sent yet")
	}
	return d.deliver(ctx, *d.last)
}
