package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// entry is something that somebody did or saw. It holds no text of a borrower
// and no fact of an account.
type entry struct {
	ID       string    `json:"id,omitempty"`
	At       time.Time `json:"at"`
	Who      string    `json:"who"`
	WhoName  string    `json:"who_name,omitempty"`
	Role     Role      `json:"role,omitempty"`
	Kind     string    `json:"kind"`
	Chat     string    `json:"chat,omitempty"`
	Borrower string    `json:"borrower,omitempty"`
	Detail   string    `json:"detail,omitempty"`
	From     string    `json:"ip,omitempty"`
}

// audit writes down what was done. What has been done already cannot be undone
// by failing here: the failure is reported.
func (s *Server) audit(ctx context.Context, e entry) {
	if err := s.mustAudit(ctx, e); err != nil {
		s.opts.Log.Error("desk", "doing", "write the audit", "kind", e.Kind, "error", err)
	}
}

func (s *Server) mustAudit(ctx context.Context, e entry) error {
	e.At = s.opts.Wall().UTC()
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer cancel()
	_, err = s.opts.Ledger.Append(ctx, logAudit, data)
	return err
}

type auditView struct {
	Entries []entry `json:"entries"`
	Next    string  `json:"next,omitempty"`
}

// auditPages bounds how far one request looks back.
const auditPages = 50

func (s *Server) auditLog(w http.ResponseWriter, r *http.Request, who *caller) error {
	q := r.URL.Query()
	limit := max(1, number(r, "limit", 100, 500))
	people := s.live.now.Load().people
	view := auditView{Entries: []entry{}}
	before := q.Get("before")
	for range auditPages {
		ids, raw, err := s.opts.Ledger.Log(r.Context(), logAudit, before, logPage)
		if err != nil {
			return err
		}
		for i, data := range raw {
			var e entry
			if err := json.Unmarshal(data, &e); err != nil {
				return fmt.Errorf("read the audit: %w", err)
			}
			e.ID, e.WhoName = ids[i], people[e.Who].Name
			if !chosen(e, q.Get) {
				continue
			}
			view.Entries = append(view.Entries, e)
			if len(view.Entries) == limit {
				view.Next = e.ID
				return ok(w, view)
			}
		}
		if len(ids) < logPage {
			return ok(w, view)
		}
		before = ids[len(ids)-1]
	}
	view.Next = before
	return ok(w, view)
}

func chosen(e entry, get func(string) string) bool {
	is := func(name, value string) bool { want := get(name); return want == "" || want == value }
	return is("chat", e.Chat) && is("who", e.Who) && is("kind", e.Kind)
}
