package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// closeSpell writes a handoff that ended into the log and forgets what belonged
// to it alone. Only who ended the spell calls it.
func (s *Server) closeSpell(ctx context.Context, p spell) error {
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write a handoff: %w", err)
	}
	_, err = s.opts.Ledger.Append(ctx, logHandoffs, data)
	return errors.Join(err,
		remove(ctx, s.opts.Shelf, kindOffer, p.Chat),
		remove(ctx, s.opts.Shelf, kindSnooze, p.Chat),
		s.freed(ctx, p.Agent))
}

// freed notes that somebody has finished a chat.
func (s *Server) freed(ctx context.Context, agent string) error {
	if agent == "" {
		return nil
	}
	_, err := change(ctx, s.opts.Shelf, kindPresence, agent, func(p *presence, found bool) error {
		if !found {
			return errSame
		}
		p.Freed = s.opts.Wall()
		return nil
	})
	return err
}

// handoff is a handoff of the log.
type handoff struct {
	spell
	ID string `json:"-"`
}

// logPage is how many entries of a log are read at once.
const logPage = 200

// handoffs returns at most limit handoffs that pass, the newest first.
func (s *Server) handoffs(ctx context.Context, limit int, pass func(spell) bool) ([]handoff, error) {
	var found []handoff
	for last := ""; ; {
		ids, entries, err := s.opts.Ledger.Log(ctx, logHandoffs, last, logPage)
		if err != nil {
			return nil, err
		}
		for i, data := range entries {
			h := handoff{ID: ids[i]}
			if err := json.Unmarshal(data, &h.spell); err != nil {
				return nil, fmt.Errorf("read a handoff: %w", err)
			}
			if pass(h.spell) {
				found = append(found, h)
			}
			if len(found) == limit {
				return found, nil
			}
		}
		if len(ids) < logPage {
			return found, nil
		}
		last = ids[len(ids)-1]
	}
}
