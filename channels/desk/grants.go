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
		return nil, no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	if !slices.Contains(holdNames(), dialog.HoldKind(in.Kind)) {
		return nil, no(dialog.CodeInvalid, "choice").at("kind")
	}
	h := &dialog.Hold{Kind: dialog.HoldKind(in.Kind), Reason: shorten(in.Reason, 200), Ref: in.Ref}
	if in.Until == "" {
		return h, nil
	}
	day, err := dialog.ParseDate(in.Until)
	if err != nil || !day.In(s.location(c.Zone)).After(s.opts.Now()) {
		return nil, no(dialog.CodeInvalid, "date_future").at("until").because(err)
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
		return nil, no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	g := &dialog.Grant{Kind: in.Kind, Days: in.Days, Count: in.Count, Reason: shorten(in.Reason, 200)}
	if in.Until != "" {
		day, err := dialog.ParseDate(in.Until)
		if err != nil {
			return nil, no(dialog.CodeInvalid, "date").at("until").because(err)
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
		return nil, no(dialog.CodeUnavailable, "lender_away")
	}
	g.Amount, err = dialog.ParseMoney(in.Amount, a.Currency)
	if err != nil {
		return nil, no(dialog.CodeInvalid, "amount").at("amount").because(err)
	}
	return g, nil
}

// putAside snoozes a chat that one has.
func (s *Server) putAside(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, in actionBody) error {
	until, err := time.Parse(time.RFC3339, in.Until)
	now := s.opts.Now()
	if err != nil || !until.After(now) || until.Sub(now) > 7*24*time.Hour {
		return no(dialog.CodeInvalid, "snooze_until").at("until").because(err)
	}
	if c.Owner != dialog.OwnerAgent || c.Agent != who.ID {
		return no(dialog.CodeForbidden, "not_owner")
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
			return no(dialog.CodeConflict, "colleague_away").at("to")
		}
		e.Fields = map[string]string{"name": s.shown(a, who.workplace)}
	case kind == "queue" && slices.Contains(queues(), to):
	default:
		return no(dialog.CodeInvalid, "transfer_to").at("to")
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
