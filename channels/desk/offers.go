package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"warmline/dialog"
)

// offer is a waiting chat that one person is asked to take, until a moment.
// Whoever is faster may still take it: the claim decides.
type offer struct {
	Agent string    `json:"agent,omitempty"` // "": it is nobody's turn
	Until time.Time `json:"until,omitzero"`
	Epoch uint64    `json:"epoch"`
	Tried []string  `json:"tried,omitempty"` // let it run out, or declined
}

// offerChats gives each chat that waits to the next person whose turn it is:
// who had it before, else who has the least to do, else who has been free
// longest. When nobody is left, everybody is asked again.
func (s *Server) offerChats(ctx context.Context, x *snapshot) error {
	if x.st.Mode != "push" {
		return nil
	}
	promised := map[string]int{}
	for _, o := range x.offers {
		if x.wall.Before(o.Until) {
			promised[o.Agent]++
		}
	}
	for _, id := range x.order {
		row := x.rows[id]
		if o := x.offers[id]; o.Epoch == row.c.Epoch && o.Agent != "" && x.wall.Before(o.Until) {
			continue
		}
		if err := s.offerNext(ctx, x, row, promised); err != nil {
			return fmt.Errorf("offer a chat: %w", err)
		}
	}
	return nil
}

func (s *Server) offerNext(ctx context.Context, x *snapshot, row chatRow, promised map[string]int) error {
	id := row.c.ID
	given := ""
	o, err := change(ctx, s.opts.Shelf, kindOffer, id, func(o *offer, _ bool) error {
		given = ""
		if o.Epoch != row.c.Epoch {
			*o = offer{Epoch: row.c.Epoch}
		}
		if o.Agent != "" {
			if x.wall.Before(o.Until) {
				return errSame // another node was faster
			}
			o.Tried = append(o.Tried, o.Agent)
		}
		next, round := x.next(row, o.Tried, promised)
		if next == "" && o.Agent == "" && !round {
			return errSame
		}
		if round {
			o.Tried = nil
		}
		given = next
		o.Agent, o.Until = next, time.Time{}
		if next != "" {
			o.Until = x.wall.Add(time.Duration(x.st.Offer) * time.Second)
		}
		return nil
	})
	if err != nil || given == "" {
		return err
	}
	promised[given]++
	s.tell(ctx, note{K: "offer", Chat: id, Agent: o.Agent})
	s.stir()
	return nil
}

// next is whose turn a chat is; round says that everybody who could has been
// asked, so that it begins again.
func (x *snapshot) next(row chatRow, tried []string, promised map[string]int) (agent string, round bool) {
	able := x.able(row.c.Queue, row.c.Locale)
	var free []string
	for _, id := range able {
		room := orInt(x.people[id].Cap, x.st.Cap) - x.load(id) - promised[id]
		if room > 0 && !slices.Contains(tried, id) {
			free = append(free, id)
		}
	}
	if len(free) == 0 {
		return "", len(tried) > 0 && len(able) > 0
	}
	slices.SortFunc(free, func(a, b string) int {
		if mine := row.p.Agent; a == mine || b == mine {
			if a == mine {
				return -1
			}
			return 1
		}
		if n := x.load(a) + promised[a] - x.load(b) - promised[b]; n != 0 {
			return n
		}
		return x.seen[a].Freed.Compare(x.seen[b].Freed)
	})
	return free[0], false
}

// decline passes an offered chat on.
func (s *Server) decline(w http.ResponseWriter, r *http.Request, who *caller) error {
	id := r.PathValue("id")
	now := s.opts.Wall()
	_, err := change(r.Context(), s.opts.Shelf, kindOffer, id, func(o *offer, found bool) error {
		if !found || o.Agent != who.ID || !now.Before(o.Until) {
			return no(dialog.CodeConflict, "offer_gone")
		}
		o.Until = now
		return nil
	})
	if err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "decline", Who: who.ID, Role: who.Role, Chat: id})
	s.tell(r.Context(), note{K: "offer_gone", Chat: id, Agent: who.ID})
	s.stir()
	return ok(w, receiptView{})
}
