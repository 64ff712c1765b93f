package desk

import (
	"context"
	"time"

	"warmline/dialog"
)

// Desk tells the engine how the human desk stands for a conversation: open
// hours, an honest estimate, and the times at which somebody could call back.
// For a chat that does not wait yet Position is the place that it would get.
func (s *Server) Desk(_ context.Context, conversation string) (dialog.DeskFacts, error) {
	x := s.live.now.Load()
	if x.at.IsZero() {
		return dialog.DeskFacts{}, no(dialog.CodeUnavailable, "desk_starting")
	}
	row := x.rows[conversation]
	queue := row.c.Queue
	if queue == "" {
		queue = "general"
	}
	w, err := x.st.team(queue).week()
	if err != nil {
		return dialog.DeskFacts{}, err
	}
	now := s.opts.Now()
	f := dialog.DeskFacts{Open: w.open(now), OnCall: s.onCall(x), Slots: w.slots(x.st.Slots, now, 3)}
	if !f.Open {
		f.NextOpen = w.next(now)
		return f, nil
	}
	if f.Position = x.place(conversation); f.Position == 0 {
		f.Position = x.last(queue) + 1
	}
	f.ETA = x.estimate(queue, row.c.Locale, f.Position)
	return f, nil
}

// last is how many wait for the people of a queue.
func (x *snapshot) last(queue string) int {
	team, n := x.st.team(queue).ID, 0
	for _, id := range x.order {
		if x.st.team(x.rows[id].c.Queue).ID == team {
			n++
		}
	}
	return n
}

// onCall reports whether a page would reach anybody: somebody at the console, or
// a person on call whom the operator's alerting can reach.
func (s *Server) onCall(x *snapshot) bool {
	if s.opts.Caller != nil && len(x.st.OnCall) > 0 {
		return true
	}
	for id, a := range x.people {
		if a.may("claim") && x.seen[id].there(s.opts.Wall(), x.st) {
			return true
		}
	}
	return false
}

// Place tells the widget where a conversation stands in the queue and about how
// long it will take; zeros when that is not known.
func (s *Server) Place(_ context.Context, conversation string) (int, time.Duration, error) {
	x := s.live.now.Load()
	row, waits := x.rows[conversation]
	place := x.place(conversation)
	if !waits || place == 0 {
		return 0, 0, nil
	}
	return place, x.estimate(row.c.Queue, row.c.Locale, place), nil
}
