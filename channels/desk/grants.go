package desk

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
)

// holdOf is a hold with its reason and end.
func (s *Server) holdOf(c dialog.Conversation, in actionBody) (*dialog.Hold, error) {
	if in.Kind == "" || strings.TrimSpace(in.Reason) == "" {
		return nil, dialog.E(dialog.CodeInvalid, "a hold has a kind and a reason", nil)
	}
	if !slices.Contains(holdNames(), dialog.HoldKind(in.Kind)) {
		return nil, dialog.E(dialog.CodeInvalid, "kind: this hold is not known", nil)
	}
	h := &dialog.Hold{Kind: dialog.HoldKind(in.Kind), Reason: shorten(in.Reason, 200), Ref: in.Ref}
	if in.Until == "" {
		return h, nil
	}
	day, err := dialog.ParseDate(in.Until)
	if err != nil || !day.In(s.location(c.Zone)).After(s.opts.Now()) {
		return nil, dialog.E(dialog.CodeInvalid, "until: expected a date to come", err)
	}
	h.End = day.In(s.location(c.Zone))
	return h, nil
}

func (s *Server) location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// holdNames are the holds that a person may put on.
func holdNames() []dialog.HoldKind {
	return []dialog.HoldKind{dialog.HoldHardship, dialog.HoldDispute, dialog.HoldPaymentTrace, dialog.HoldComplaint,
		dialog.HoldVulnerability, dialog.HoldBereavement, dialog.HoldDeceased, dialog.HoldLegal, dialog.HoldMoratorium,
		dialog.HoldAdvice, dialog.HoldCapacity, dialog.HoldFraud, dialog.HoldMinor, dialog.HoldCease, dialog.HoldWrongPerson,
		dialog.HoldThirdParty, dialog.HoldCrisis}
}

// grantOf is a grant as typed; a sum is in the account's currency.
func (s *Server) grantOf(ctx context.Context, c dialog.Conversation, in actionBody) (*dialog.Grant, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return nil, dialog.E(dialog.CodeInvalid, "say why", nil)
	}
	g := &dialog.Grant{Kind: in.Kind, Days: in.Days, Count: in.Count, Reason: shorten(in.Reason, 200)}
	if in.Until != "" {
		day, err := dialog.ParseDate(in.Until)
		if err != nil {
			return nil, dialog.E(dialog.CodeInvalid, "until: expected a date", err)
		}
		g.Until = day
	}
	if in.Amount == "" {
		return g, nil
	}
	f, err := s.factsOf(ctx, c)
	if err != nil {
		return nil, err
	}
	a, found := account(c, f)
	if !found {
		return nil, dialog.E(dialog.CodeUnavailable, "the account cannot be looked up now", nil)
	}
	g.Amount, err = dialog.ParseMoney(in.Amount, a.Currency)
	if err != nil {
		return nil, dialog.E(dialog.CodeInvalid, "amount: expected a sum such as 50.00", err)
	}
	return g, nil
}

// putAside snoozes a chat that one has.
func (s *Server) putAside(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, in actionBody) error {
	until, err := time.Parse(time.RFC3339, in.Until)
	now := s.opts.Now()
	if err != nil || !until.After(now) || until.Sub(now) > 7*24*time.Hour {
		return dialog.E(dialog.CodeInvalid, "until: expected a time within the next seven days", err)
	}
	if c.Owner != dialog.OwnerAgent || c.Agent != who.ID {
		return dialog.E(dialog.CodeForbidden, "only who owns this chat may do that", nil)
	}
	p, _, err := load[spell](r.Context(), s.opts.Shelf, kindSpell, c.ID)
	if err != nil {
		return err
	}
	if err := put(r.Context(), s.opts.Shelf, kindSnooze, c.ID, snooze{Until: until.UTC(), By: who.ID, In: p.In}); err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "snooze", Who: who.ID, Role: who.Role, Chat: c.ID, Detail: in.Until})
	s.stir()
	return ok(w, receiptView{Revision: c.Revision, Seq: c.Seq, Epoch: c.Epoch})
}

// transfer gives a chat to a colleague or a queue, with a note for whoever
// comes next.
func (s *Server) transfer(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, in actionBody) error {
	e := dialog.AgentEvent{Kind: "transfer", Agent: who.ID, Name: s.shown(who.Account, who.workplace), Role: string(who.Role), Epoch: in.Epoch, To: in.To}
	kind, to, _ := strings.Cut(in.To, ":")
	x := s.live.now.Load()
	switch a := x.people[to]; {
	case kind == "agent" && a.may("claim") && !a.Disabled:
		if x.seen[to].state(x.wall, x.st) == statusOffline {
			return dialog.E(dialog.CodeConflict, "this colleague is not there", nil)
		}
		e.Fields = map[string]string{"name": s.shown(a, who.workplace)}
	case kind == "queue" && slices.Contains(queues(), to):
	default:
		return dialog.E(dialog.CodeInvalid, "to: expected agent:… or queue:…", nil)
	}
	if c.Owner == dialog.OwnerAgent && c.Agent == who.ID && strings.TrimSpace(in.Note) != "" {
		n := dialog.AgentEvent{Kind: "note", Agent: who.ID, Name: who.Name, Role: string(who.Role), Epoch: in.Epoch, Text: shorten(in.Note, 2000)}
		got, err := s.submit(r.Context(), c.ID, envelopeID(who.ID, in.ID+"-note"), n)
		if err != nil {
			return err
		}
		s.name(r.Context(), who, c.ID, in.Note, got.Seq)
	}
	return s.act(w, r, who, c, in.ID, e)
}
