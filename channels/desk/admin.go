package desk

import (
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// accountRow is an account as an administrator sees it.
type accountRow struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Display    string            `json:"display"`
	Role       Role              `json:"role"`
	Skills     []string          `json:"skills"`
	Teams      []string          `json:"teams"`
	Languages  []dialog.Language `json:"languages"`
	Cap        int               `json:"cap"`
	Disabled   bool              `json:"disabled"`
	MustChange bool              `json:"must_change"`
	Seen       *time.Time        `json:"last_seen,omitempty"`
}

func rowOf(a Account, p presence) accountRow {
	v := accountRow{a.ID, a.Name, a.Display, a.Role, list(a.Skills), list(a.Teams), list(a.Languages), a.Cap, a.Disabled, a.MustChange, nil}
	if !p.Seen.IsZero() {
		v.Seen = &p.Seen
	}
	return v
}

func (s *Server) listAccounts(w http.ResponseWriter, r *http.Request, _ *caller) error {
	people, err := loadAll[Account](r.Context(), s.opts.Shelf, kindAccount)
	if err != nil {
		return err
	}
	seen, err := loadAll[presence](r.Context(), s.opts.Shelf, kindPresence)
	if err != nil {
		return err
	}
	rows := []accountRow{}
	for _, id := range sortedKeys(people) {
		rows = append(rows, rowOf(people[id], seen[id]))
	}
	return ok(w, rows)
}

// accountBody is an account as it is made or changed.
type accountBody struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Display   string            `json:"display"`
	Role      Role              `json:"role"`
	Skills    []string          `json:"skills"`
	Teams     []string          `json:"teams"`
	Languages []dialog.Language `json:"languages"`
	Cap       int               `json:"cap"`
	Disabled  bool              `json:"disabled"`
	Password  string            `json:"password"`
}

func (b accountBody) into(a *Account) {
	a.Name, a.Display, a.Role, a.Cap, a.Disabled = b.Name, b.Display, b.Role, b.Cap, b.Disabled
	a.Skills, a.Teams, a.Languages = b.Skills, b.Teams, b.Languages
}

func (s *Server) addAccount(w http.ResponseWriter, r *http.Request, who *caller, in accountBody) error {
	if err := checkPassword(in.Password); err != nil {
		return err
	}
	hash, err := s.hashPassword(in.Password)
	if err != nil {
		return err
	}
	a, err := change(r.Context(), s.opts.Shelf, kindAccount, in.ID, func(a *Account, found bool) error {
		if found {
			return no(dialog.CodeConflict, "account_taken").at("id")
		}
		*a = Account{ID: in.ID, Hash: hash, MustChange: true, Settings: Preferences{Language: "zh", Theme: "auto", Sound: true}}
		in.into(a)
		return a.check()
	})
	if err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "account", Who: who.ID, Role: who.Role, Detail: "added " + a.ID + " as " + string(a.Role), From: who.addr})
	s.stir()
	return ok(w, rowOf(a, presence{}))
}

func (s *Server) setAccount(w http.ResponseWriter, r *http.Request, who *caller, in accountBody) error {
	id := r.PathValue("id")
	if id == who.ID && (in.Disabled || in.Role != who.Role) {
		return no(dialog.CodeForbidden, "own_rights")
	}
	a, err := change(r.Context(), s.opts.Shelf, kindAccount, id, func(a *Account, found bool) error {
		if !found {
			return no(dialog.CodeNotFound, "no_account")
		}
		if in.Disabled && !a.Disabled || in.Role != a.Role {
			a.Since = s.opts.Wall()
		}
		in.into(a)
		return a.check()
	})
	if err != nil {
		return err
	}
	if a.Disabled {
		if err := s.endSessions(r.Context(), id, ""); err != nil {
			return err
		}
	}
	s.audit(r.Context(), entry{Kind: "account", Who: who.ID, Role: who.Role, Detail: "changed " + id + " to " + string(a.Role), From: who.addr})
	s.tell(r.Context(), note{K: "me", Agent: id})
	return ok(w, rowOf(a, presence{}))
}

func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Password string }) error {
	id := r.PathValue("id")
	if _, err := must[Account](r.Context(), s.opts.Shelf, kindAccount, id); err != nil {
		return err
	}
	if err := s.AddAccount(r.Context(), id, "", "", in.Password); err != nil {
		return err
	}
	if err := s.endSessions(r.Context(), id, ""); err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "account", Who: who.ID, Role: who.Role, Detail: "new password for " + id, From: who.addr})
	return noContent(w)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request, who *caller) error {
	id := r.PathValue("id")
	if err := s.endSessions(r.Context(), id, ""); err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "account", Who: who.ID, Role: who.Role, Detail: "signed out " + id, From: who.addr})
	return noContent(w)
}

// filter is a saved list.
type filter struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Query  string `json:"query"`
	Shared bool   `json:"shared"`
	Owner  string `json:"owner"`
}

func (s *Server) listFilters(w http.ResponseWriter, r *http.Request, who *caller) error {
	all, err := loadAll[filter](r.Context(), s.opts.Shelf, kindFilter)
	if err != nil {
		return err
	}
	mine := []filter{}
	for _, id := range sortedKeys(all) {
		if f := all[id]; f.Shared || f.Owner == who.ID {
			mine = append(mine, f)
		}
	}
	slices.SortFunc(mine, func(a, b filter) int { return strings.Compare(a.Name, b.Name) })
	return ok(w, mine)
}

func (s *Server) addFilter(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Name, Query string
		Shared      bool
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	if strings.TrimSpace(in.Name) == "" || len(in.Name) > 80 || len(in.Query) > 500 {
		return no(dialog.CodeInvalid, "name_size").at("name")
	}
	id := make([]byte, 8)
	if _, err := io.ReadFull(s.opts.Random, id); err != nil {
		return err
	}
	f := filter{ID: hex.EncodeToString(id), Name: in.Name, Query: in.Query, Shared: in.Shared, Owner: who.ID}
	if err := put(r.Context(), s.opts.Shelf, kindFilter, f.ID, f); err != nil {
		return err
	}
	return ok(w, f)
}

func (s *Server) dropFilter(w http.ResponseWriter, r *http.Request, who *caller) error {
	_, done, err := take(r.Context(), s.opts.Shelf, kindFilter, r.PathValue("id"), func(f filter) bool { return f.Owner == who.ID || who.may("approve") })
	if err == nil && !done {
		err = no(dialog.CodeNotFound, "no_filter")
	}
	if err != nil {
		return err
	}
	return noContent(w)
}
