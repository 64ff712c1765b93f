package policy

import (
	"strings"
	"unicode"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// Role is what a human role may grant beyond the bot's own set: larger than the
// bot's limits, and limits all the same.
type Role struct {
	Name      string `json:"name"` // "" is any agent
	HoldDays  int    `json:"hold_days"`
	DeferDays int    `json:"defer_days"`
	PlanCount int    `json:"plan_count"`
	Token     bool   `json:"token"`  // token payments
	Waiver    bool   `json:"waiver"` // of late interest, up to all of it
}

// Roles returns the roles that ship.
func Roles() []Role {
	agent := Role{HoldDays: 60, DeferDays: 60, PlanCount: 12, Token: true}
	named := agent
	named.Name = "agent"
	return []Role{agent, named, {Name: "supervisor", HoldDays: 180, DeferDays: 90, PlanCount: 24, Token: true, Waiver: true}}
}

// PermitGrant says whether a role may decide a grant. A role that is not known
// has the plain agent's authority.
func (r Rules) PermitGrant(roleName string, g dialog.Grant, m *Moment) Verdict {
	var v Verdict
	role := r.role(roleName, &m.Standing)
	if within := r.within(role, g, m); !within {
		v.look(KOffer, Deny, "beyond_authority")
		return v
	}
	v.look(KOffer, Allow, "within_authority")
	return v
}

// role is what a role may grant on an account: ours, and no more than the
// account's programme leaves to it.
func (r Rules) role(name string, s *Standing) Role {
	role, ok := r.k.roles[name]
	if !ok {
		role = r.k.roles[""]
	}
	if r.k.cfg.Programmes == nil {
		return role
	}
	if most, said := r.k.cfg.Programmes.Authority(s, name); said {
		role.HoldDays, role.DeferDays = min(role.HoldDays, most.HoldDays), min(role.DeferDays, most.DeferDays)
		role.PlanCount = min(role.PlanCount, most.PlanCount)
		role.Token, role.Waiver = role.Token && most.Token, role.Waiver && most.Waiver
	}
	return role
}

func (r Rules) within(role Role, g dialog.Grant, m *Moment) bool {
	days := g.Days
	if !g.Until.IsZero() {
		days = g.Until.Days(m.Standing.Today)
	}
	switch g.Kind {
	case "hold":
		return days >= 1 && days <= role.HoldDays
	case "deferral":
		return days >= 1 && days <= role.DeferDays
	case "plan":
		return g.Count >= 2 && g.Count <= role.PlanCount
	case "token_payment":
		return role.Token && g.Amount.Minor > 0 && g.Amount.Minor <= m.Owed.Total.Minor
	case "waiver":
		return role.Waiver && g.Amount.Minor > 0 && g.Amount.Minor <= m.Owed.Late.Minor
	}
	return false
}

// GrantOffer returns the terms of a granted deferral or plan, worked out like
// any other; false when they cannot be worked out.
func (r Rules) GrantOffer(g dialog.Grant, m *Moment) (dialog.Offer, bool) {
	s := &m.Standing
	wide := s.Programme
	switch g.Kind {
	case "deferral":
		days := g.Days
		if !g.Until.IsZero() {
			days = g.Until.Days(s.Today)
		}
		t, err := loan.Defer(s.Account, wide, s.Today, days)
		return dialog.Offer{Option: "defer:" + itoa(days), Terms: t, Rules: []string{KOffer}}, err == nil
	case "plan":
		t, err := loan.Plan(s.Account, wide, s.Today, g.Count)
		return dialog.Offer{Option: "plan:" + itoa(g.Count), Terms: t, Rules: []string{KOffer}}, err == nil
	}
	return dialog.Offer{}, false
}

// Figures is the plain detector of account facts in free text: three digits in
// a row, a decimal, or a currency sign.
type Figures struct{}

// Facts reports whether the text carries such a figure.
func (Figures) Facts(text string) bool {
	run := 0
	for _, c := range text {
		switch {
		case unicode.IsDigit(c):
			if run++; run >= 3 {
				return true
			}
		case strings.ContainsRune("¥￥$€£₱", c):
			return true
		case run > 0 && (c == '.' || c == ',') && run < 3:
			run++
		default:
			run = 0
		}
	}
	return false
}

// TextLevel returns the level that a human's free text needs to be read (I2
// binds agents too).
func (r Rules) TextLevel(text string) dialog.Level {
	if r.k.cfg.Detect.Facts(text) {
		return dialog.LevelBorrower
	}
	return dialog.LevelUnknown
}
