package desk

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// States of a request.
const (
	requestOpen      = "open"
	requestApproved  = "approved"
	requestRefused   = "refused"
	requestWithdrawn = "withdrawn"
	requestFailed    = "failed" // it was approved, and the core refused it
)

// request is something that takes a second person: beyond the maker's own
// authority, or a hold that nobody ends alone.
type request struct {
	ID      string        `json:"id"`
	Chat    string        `json:"chat"`
	Kind    string        `json:"kind"` // grant, unhold
	Grant   *dialog.Grant `json:"grant,omitempty"`
	Hold    *dialog.Hold  `json:"hold,omitempty"`
	Reason  string        `json:"reason"`
	By      string        `json:"by"`
	ByName  string        `json:"by_name"`
	Shown   string        `json:"shown"`
	Role    Role          `json:"role"`
	Epoch   uint64        `json:"epoch"`
	At      time.Time     `json:"at"`
	State   string        `json:"state"`
	Decider string        `json:"decided_by,omitempty"`
	Decided time.Time     `json:"decided_at,omitzero"`
	Note    string        `json:"note,omitempty"`
}

type requestView struct {
	ID      string            `json:"id"`
	Chat    string            `json:"chat"`
	Kind    string            `json:"kind"`
	What    string            `json:"what"`
	Fields  map[string]string `json:"fields"`
	Reason  string            `json:"reason"`
	By      string            `json:"by"`
	ByName  string            `json:"by_name"`
	At      time.Time         `json:"at"`
	State   string            `json:"state"`
	Decider string            `json:"decided_by,omitempty"`
	Decided *time.Time        `json:"decided_at,omitempty"`
	Note    string            `json:"note,omitempty"`
	Mine    bool              `json:"mine"`
	May     bool              `json:"may_decide"`
}

// mayDecide: never the maker; a grant takes a supervisor, a hold anybody who
// may end holds.
func (q request) mayDecide(who *caller) bool {
	if q.State != requestOpen || q.By == who.ID {
		return false
	}
	if q.Kind == "unhold" {
		return who.may("hold")
	}
	return who.may("approve")
}

func (s *Server) requestView(q request, who *caller) requestView {
	v := requestView{ID: q.ID, Chat: q.Chat, Kind: q.Kind, Fields: map[string]string{}, Reason: q.Reason, By: q.By, ByName: q.ByName,
		At: q.At, State: q.State, Decider: q.Decider, Note: q.Note, Mine: q.By == who.ID, May: q.mayDecide(who)}
	if !q.Decided.IsZero() {
		v.Decided = &q.Decided
	}
	l := who.locale()
	if h := q.Hold; h != nil {
		v.Fields["hold"] = string(h.Kind)
		v.What = s.word(l, "desk_request.unhold", "unhold") + " " + s.word(l, "desk_hold."+string(h.Kind), string(h.Kind))
	}
	if g := q.Grant; g != nil {
		v.Fields = fields("kind", g.Kind)
		v.What = s.word(l, "desk_grant."+g.Kind, g.Kind)
		add := func(name string, value dialog.Value) {
			text := s.opts.Format.Value(value, l, who.workplace.zone(), s.opts.Now())
			v.Fields[name] = text
			v.What += " · " + text
		}
		if g.Days > 0 {
			add("days", dialog.DaysValue(g.Days))
		}
		if g.Count > 0 {
			add("count", dialog.InstalmentCountValue(g.Count))
		}
		if !g.Until.IsZero() {
			add("until", dialog.DateValue(g.Until))
		}
		if g.Amount.Minor != 0 {
			add("amount", dialog.MoneyValue(g.Amount))
		}
	}
	return v
}

// requestsOf draws the requests of a chat, or of all with "", the newest first.
func (s *Server) requestsOf(all map[string]request, who *caller, chat string) []requestView {
	list := []requestView{}
	for _, id := range sortedKeys(all) {
		if q := all[id]; q.Chat == chat || chat == "" {
			list = append(list, s.requestView(q, who))
		}
	}
	slices.SortFunc(list, func(a, b requestView) int { return b.At.Compare(a.At) })
	return list
}

// ask files a request for something beyond one's own authority.
func (s *Server) ask(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, in actionBody) error {
	if c.Owner != dialog.OwnerAgent || c.Agent != who.ID {
		return no(dialog.CodeForbidden, "not_owner")
	}
	g, err := s.grantOf(r.Context(), c, in)
	if err != nil {
		return err
	}
	if level, _ := bestLevel(c, s.opts.Now()); locked(who, level) {
		return no(dialog.CodeForbidden, "not_verified")
	}
	return s.file(w, r, who, c, in, request{Kind: "grant", Grant: g})
}

// file keeps a request and tells those who can decide it. The same id files the
// same request once.
func (s *Server) file(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, in actionBody, q request) error {
	q.ID, q.Chat, q.Reason, q.By, q.ByName = "r"+tag(who.ID)+"-"+in.ID, c.ID, shorten(in.Reason, 300), who.ID, who.Name
	q.Shown, q.Role, q.Epoch = s.shown(who.Account, who.workplace), who.Role, c.Epoch
	q.At, q.State = s.opts.Now().UTC(), requestOpen
	fresh := true
	q, err := change(r.Context(), s.opts.Shelf, kindRequest, q.ID, func(v *request, found bool) error {
		if fresh = !found; found {
			return errSame
		}
		*v = q
		return nil
	})
	if err != nil {
		return err
	}
	if fresh {
		s.audit(r.Context(), entry{Kind: "request", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, Detail: q.Kind + " " + q.ID})
		s.tell(r.Context(), note{K: "request", ID: q.ID, Chat: c.ID})
	}
	v := s.requestView(q, who)
	channels.WriteJSON(w, http.StatusAccepted, receiptView{Revision: c.Revision, Seq: c.Seq, Epoch: c.Epoch, Duplicate: !fresh, Request: &v})
	return nil
}

// unhold ends a hold, or asks for a second person where it takes two.
func (s *Server) unhold(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, in actionBody) error {
	kind := dialog.HoldKind(in.Kind)
	if _, held := c.Held(s.opts.Now(), kind); !held || in.Kind == "" {
		return no(dialog.CodeNotFound, "no_hold")
	}
	if strings.TrimSpace(in.Reason) == "" {
		return no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	two := kind == dialog.HoldCrisis || kind == dialog.HoldCease && who.Role != RoleSupervisor
	if two {
		return s.file(w, r, who, c, in, request{Kind: "unhold", Hold: &dialog.Hold{Kind: kind, Reason: shorten(in.Reason, 200)}})
	}
	return s.act(w, r, who, c, in.ID, dialog.AgentEvent{Kind: "unhold", Agent: who.ID, Name: s.shown(who.Account, who.workplace),
		Role: string(who.Role), Epoch: in.Epoch, Hold: &dialog.Hold{Kind: kind, Reason: shorten(in.Reason, 200)}})
}

func (s *Server) listRequests(w http.ResponseWriter, r *http.Request, who *caller) error {
	all, err := loadAll[request](r.Context(), s.opts.Shelf, kindRequest)
	if err != nil {
		return err
	}
	want := r.URL.Query().Get("state")
	maps.DeleteFunc(all, func(_ string, q request) bool { return want != "" && q.State != want })
	return ok(w, s.requestsOf(all, who, ""))
}

// decision is a note on a decision.
type decision struct {
	Note string `json:"note"`
}

func (s *Server) approve(w http.ResponseWriter, r *http.Request, who *caller) error {
	return s.decide(w, r, who, requestApproved)
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, who *caller) error {
	return s.decide(w, r, who, requestRefused)
}

// decide settles a request: whoever is first, once. What was approved is done in
// the maker's chat by the maker's name, with the second person on record.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, who *caller, state string) error {
	var in decision
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	if state == requestRefused && strings.TrimSpace(in.Note) == "" {
		return no(dialog.CodeInvalid, "reason_missing").at("note")
	}
	ctx, id := r.Context(), r.PathValue("id")
	q, err := s.settle(ctx, id, func(q *request) error {
		if !q.mayDecide(who) {
			return no(dialog.CodeForbidden, "second_decides")
		}
		q.State, q.Decider, q.Decided, q.Note = state, who.ID, s.opts.Now().UTC(), shorten(in.Note, 300)
		return nil
	})
	if err != nil {
		return err
	}
	kind := "refuse"
	if state == requestApproved {
		kind = "approve"
		if err := s.carryOut(ctx, who, q); err != nil {
			failed, storing := s.settleAs(ctx, id, requestFailed)
			if storing != nil {
				return storing
			}
			s.tell(ctx, note{K: "request", ID: id, Chat: failed.Chat})
			return err
		}
	}
	s.audit(ctx, entry{Kind: kind, Who: who.ID, Role: who.Role, Chat: q.Chat, Detail: q.Kind + " " + q.ID})
	s.tell(ctx, note{K: "request", ID: id, Chat: q.Chat})
	s.tell(ctx, note{K: "chat", Chat: q.Chat})
	return ok(w, s.requestView(q, who))
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request, who *caller) error {
	ctx, id := r.Context(), r.PathValue("id")
	q, err := s.settle(ctx, id, func(q *request) error {
		if q.By != who.ID {
			return no(dialog.CodeForbidden, "not_asker")
		}
		q.State, q.Decider, q.Decided = requestWithdrawn, who.ID, s.opts.Now().UTC()
		return nil
	})
	if err != nil {
		return err
	}
	s.tell(ctx, note{K: "request", ID: id, Chat: q.Chat})
	return ok(w, s.requestView(q, who))
}

// settle changes an open request.
func (s *Server) settle(ctx context.Context, id string, f func(*request) error) (request, error) {
	return change(ctx, s.opts.Shelf, kindRequest, id, func(q *request, found bool) error {
		if !found {
			return no(dialog.CodeNotFound, "no_request")
		}
		if q.State != requestOpen {
			return no(dialog.CodeConflict, "decided")
		}
		return f(q)
	})
}

func (s *Server) settleAs(ctx context.Context, id, state string) (request, error) {
	return change(ctx, s.opts.Shelf, kindRequest, id, func(q *request, _ bool) error { q.State = state; return nil })
}

// carryOut does what was approved. The envelope's id is the request's, so that
// it happens once.
func (s *Server) carryOut(ctx context.Context, who *caller, q request) error {
	c, err := s.opts.Chats.State(ctx, q.Chat)
	if err != nil {
		return fmt.Errorf("read a conversation: %w", err)
	}
	e := dialog.AgentEvent{Kind: q.Kind, Agent: q.By, Name: q.Shown, Role: string(q.Role), Epoch: c.Epoch, Second: who.ID, Hold: q.Hold, Grant: q.Grant}
	if q.Kind == "grant" {
		e.Role = string(who.Role) // the second person's authority
	}
	_, err = s.submit(ctx, q.Chat, "desk-request:"+q.ID, e)
	return err
}
