package desk

import (
	"context"
	"net/http"
	"slices"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// Statuses of a person.
const (
	statusAvailable = "available"
	statusAway      = "away"
	statusWrapUp    = "wrap_up"
	statusOffline   = "offline"
)

// presence is whether somebody is there, as every node sees it.
type presence struct {
	Status string    `json:"status"`
	Since  time.Time `json:"since"` // of the status
	Seen   time.Time `json:"seen"`  // last sign of life
	Freed  time.Time `json:"freed"` // last end of a chat: who has waited longest is offered the next
}

// beatEvery is how exactly a sign of life is kept.
const beatEvery = 5 * time.Second

// there reports whether the person has given a sign of life.
func (p presence) there(now time.Time, st Settings) bool {
	return !p.Seen.IsZero() && now.Sub(p.Seen) < time.Duration(st.Lost)*time.Second
}

// state is the status that others see.
func (p presence) state(now time.Time, st Settings) string {
	if !p.there(now, st) || p.Status == "" {
		return statusOffline
	}
	return p.Status
}

// arrive makes somebody available who signs in.
func (s *Server) arrive(ctx context.Context, account string) error {
	now := s.opts.Wall()
	_, err := change(ctx, s.opts.Shelf, kindPresence, account, func(p *presence, _ bool) error {
		if p.Status == "" || p.Status == statusOffline {
			p.Status, p.Since = statusAvailable, now
		}
		p.Seen = now
		return nil
	})
	s.tell(ctx, note{K: "me", Agent: account})
	return err
}

// beat keeps a sign of life.
func (s *Server) beat(ctx context.Context, account string) error {
	now := s.opts.Wall()
	_, err := change(ctx, s.opts.Shelf, kindPresence, account, func(p *presence, _ bool) error {
		if now.Sub(p.Seen) < beatEvery {
			return errSame
		}
		if p.Status == "" {
			p.Status, p.Since = statusAvailable, now
		}
		p.Seen = now
		return nil
	})
	return err
}

func (s *Server) setStatus(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Status string }) error {
	if !slices.Contains([]string{statusAvailable, statusAway, statusWrapUp, statusOffline}, in.Status) {
		return no(dialog.CodeInvalid, "choice").at("status")
	}
	now := s.opts.Wall()
	_, err := change(r.Context(), s.opts.Shelf, kindPresence, who.ID, func(p *presence, _ bool) error {
		p.Status, p.Since, p.Seen = in.Status, now, now
		return nil
	})
	if err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "status", Who: who.ID, Role: who.Role, Detail: in.Status})
	s.tell(r.Context(), note{K: "me", Agent: who.ID})
	s.stir()
	return s.me(w, r, who)
}

func (s *Server) setPreferences(w http.ResponseWriter, r *http.Request, who *caller) error {
	in := who.Settings
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	known := slices.Contains([]string{"zh", "en"}, in.Language) && slices.Contains([]string{"auto", "light", "dark"}, in.Theme) &&
		slices.Contains([]string{"", "compact", "cosy"}, in.Density)
	if !known {
		return no(dialog.CodeInvalid, "choice").at("settings")
	}
	a, err := change(r.Context(), s.opts.Shelf, kindAccount, who.ID, func(a *Account, _ bool) error {
		a.Settings = in
		return nil
	})
	if err != nil {
		return err
	}
	who.Account = a
	s.tell(r.Context(), note{K: "me", Agent: who.ID})
	return s.me(w, r, who)
}

// meView is what a person knows of themselves.
type meView struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Display    string            `json:"display"`
	Role       Role              `json:"role"`
	Skills     []string          `json:"skills"`
	Teams      []string          `json:"teams"`
	Languages  []dialog.Language `json:"languages"`
	Cap        int               `json:"cap"`
	Status     string            `json:"status"`
	Load       int               `json:"load"`
	MustChange bool              `json:"must_change"`
	Demo       bool              `json:"demo"`
	Unreviewed []string          `json:"unreviewed"` // rule packs that two persons have not signed
	CSRF       string            `json:"csrf"`
	Settings   Preferences       `json:"settings"`
	Idle       int               `json:"idle_minutes"`
	Zone       string            `json:"zone"` // that clock times are shown in
	Rights     []string          `json:"rights"`
	Now        time.Time         `json:"now"`
}

func (s *Server) me(w http.ResponseWriter, r *http.Request, who *caller) error {
	v, err := s.meOf(r.Context(), who)
	if err != nil {
		return err
	}
	return ok(w, v)
}

func (s *Server) meOf(ctx context.Context, who *caller) (meView, error) {
	st, err := s.settings(ctx)
	if err != nil {
		return meView{}, err
	}
	p, _, err := load[presence](ctx, s.opts.Shelf, kindPresence, who.ID)
	if err != nil {
		return meView{}, err
	}
	return meView{
		ID: who.ID, Name: who.Name, Display: who.Display, Role: who.Role, Skills: list(who.Skills), Teams: list(who.Teams),
		Languages: list(who.Languages), Cap: orInt(who.Cap, st.Cap), Status: p.state(s.opts.Wall(), st), Load: s.live.load(who.ID),
		MustChange: who.MustChange, Demo: s.opts.Demo, Unreviewed: s.unreviewed(), CSRF: who.csrf, Settings: who.Settings,
		Idle: int(sessionIdle / time.Minute), Zone: st.zone(), Rights: rights(who.Role), Now: s.opts.Now().UTC(),
	}, nil
}

// unreviewed is what the console marks as reviewed: false.
func (s *Server) unreviewed() []string {
	if s.opts.Unreviewed == nil {
		return []string{}
	}
	return list(s.opts.Unreviewed())
}

// list is never null in JSON.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
