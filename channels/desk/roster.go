package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"warmline/channels"
	"warmline/dialog"
)

// Bounds of what somebody may set.
const (
	mostTeams    = 50
	mostHolidays = 200
	mostSlots    = 24
	longestSLA   = 7 * 24 * 3600 // seconds
)

// check reports the first field that is wrong, by its name.
func (s Settings) check() error {
	number := func(field string, n, least, most int) error {
		if n >= least && n <= most {
			return nil
		}
		return no(dialog.CodeInvalid, "number", "least", strconv.Itoa(least), "most", strconv.Itoa(most)).at(field)
	}
	choice := func(field, value string, of ...string) error {
		if slices.Contains(of, value) {
			return nil
		}
		return no(dialog.CodeInvalid, "choice").at(field)
	}
	for _, err := range []error{
		choice("mode", s.Mode, "push", "pull"), choice("display", s.Display, "given", "staff", "team"),
		number("offer_seconds", s.Offer, 10, 600), number("lost_seconds", s.Lost, 30, 1800), number("cap", s.Cap, 1, 50),
		number("teams", len(s.Teams), 1, mostTeams), s.checkTeams(), checkTargets(s.SLA), checkSlots(s.Slots),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

var teamID = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

func (s Settings) checkTeams() error {
	seen, owner := map[string]bool{}, map[string]string{}
	for _, t := range s.Teams {
		at := func(r *refusal) error { return r.at("teams." + t.ID + "." + r.field) }
		if !teamID.MatchString(t.ID) || seen[t.ID] {
			return at(no(dialog.CodeInvalid, "team_id", "value", shorten(t.ID, 32)).at("id"))
		}
		seen[t.ID] = true
		for _, q := range t.Queues {
			other, taken := owner[q]
			switch {
			case !slices.Contains(queues(), q):
				return at(no(dialog.CodeInvalid, "queue", "value", shorten(q, 32)).at("queues"))
			case taken:
				return at(no(dialog.CodeInvalid, "queue_taken", "value", q, "team", other).at("queues"))
			}
			owner[q] = t.Label
		}
		if err := t.check(); err != nil {
			return at(err)
		}
	}
	return nil
}

// check reports what is wrong with a team by itself; nil when nothing is.
func (t Team) check() *refusal {
	switch {
	case strings.TrimSpace(t.Label) == "" || len(t.Label) > 60:
		return no(dialog.CodeInvalid, "name_size").at("label")
	case len(t.Holidays) > mostHolidays:
		return no(dialog.CodeInvalid, "too_many").at("holidays")
	}
	_, err := t.week()
	var wrong *refusal
	if err != nil && !errors.As(err, &wrong) {
		return no(dialog.CodeInvalid, "unreadable").because(err)
	}
	return wrong
}

func checkTargets(list []Target) error {
	seen := map[int]bool{}
	for _, t := range list {
		field := "sla." + strconv.Itoa(t.Priority) + "."
		switch {
		case t.Priority < 0 || t.Priority > 3 || seen[t.Priority]:
			return no(dialog.CodeInvalid, "choice").at(field + "priority")
		case t.First < 10 || t.First > longestSLA:
			return no(dialog.CodeInvalid, "seconds", "least", "10").at(field + "first_s")
		case t.Next < 10 || t.Next > longestSLA:
			return no(dialog.CodeInvalid, "seconds", "least", "10").at(field + "next_s")
		case t.Warn < 1 || t.Warn >= t.First || t.Warn >= t.Next:
			return no(dialog.CodeInvalid, "warning").at(field + "warn_s")
		}
		seen[t.Priority] = true
	}
	return nil
}

func checkSlots(list []string) error {
	if len(list) > mostSlots {
		return no(dialog.CodeInvalid, "too_many").at("slots")
	}
	for _, text := range list {
		if _, err := clockTime(text); err != nil {
			return no(dialog.CodeInvalid, "clock", "value", shorten(text, 20)).at("slots").because(err)
		}
	}
	return nil
}

// tidy brings what somebody typed into the order in which it is kept.
func (s Settings) tidy() Settings {
	s.Teams = slices.Clone(s.Teams)
	for i := range s.Teams {
		t := &s.Teams[i]
		t.Label, t.Queues = strings.TrimSpace(t.Label), list(t.Queues)
		t.Holidays = list(slices.Compact(slices.Sorted(slices.Values(t.Holidays))))
	}
	s.Slots = list(slices.Compact(slices.Sorted(slices.Values(s.Slots))))
	s.SLA = slices.SortedFunc(slices.Values(s.SLA), func(a, b Target) int { return a.Priority - b.Priority })
	s.OnCall = list(s.OnCall)
	return s
}

// settingsView is the settings with what can be chosen in them.
type settingsView struct {
	Settings
	Queues []idView `json:"known_queues"`
	People []idView `json:"known_people"` // who can be on call
}

func (s *Server) getSettings(w http.ResponseWriter, r *http.Request, who *caller) error {
	st, err := s.settings(r.Context())
	if err != nil {
		return err
	}
	v := settingsView{Settings: st.tidy(), Queues: s.queueList(who.locale()), People: []idView{}}
	people := s.live.now.Load().people
	for _, id := range sortedKeys(people) {
		if a := people[id]; a.may("claim") && !a.Disabled {
			v.People = append(v.People, idView{id, a.Name})
		}
	}
	return ok(w, v)
}

// reset changes the settings from what they are now: people who change different
// parts at once do not undo each other. What changed is recorded, every node
// goes by it from its next look on.
func (s *Server) reset(w http.ResponseWriter, r *http.Request, who *caller, edit func(*Settings) error) error {
	var before Settings
	after, err := change(r.Context(), s.opts.Shelf, kindSettings, "desk", func(st *Settings, found bool) error {
		if !found {
			*st = s.opts.Defaults
		}
		before = st.filled()
		*st = before
		if err := edit(st); err != nil {
			return err
		}
		*st = st.filled().tidy()
		return st.check()
	})
	if err != nil {
		return err
	}
	if what := differences(before, after); what != "" {
		s.audit(r.Context(), entry{Kind: "setting", Who: who.ID, Role: who.Role, Detail: what, From: who.addr})
		s.tell(r.Context(), note{K: "settings"})
	}
	return ok(w, after)
}

// putSettings takes how the desk works. What is left out of teams, targets and
// slots stays as it is.
func (s *Server) putSettings(w http.ResponseWriter, r *http.Request, who *caller, in Settings) error {
	return s.reset(w, r, who, func(st *Settings) error {
		was := *st
		if *st = in; in.Teams == nil {
			st.Teams = was.Teams
		}
		if in.SLA == nil {
			st.SLA = was.SLA
		}
		if in.Slots == nil {
			st.Slots = was.Slots
		}
		return s.canBeCalled(r.Context(), in.OnCall)
	})
}

func (s *Server) canBeCalled(ctx context.Context, ids []string) error {
	people, err := loadAll[Account](ctx, s.opts.Shelf, kindAccount)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if a, known := people[id]; !known || a.Disabled || !a.may("claim") {
			return no(dialog.CodeInvalid, "on_call", "value", shorten(id, 40)).at("on_call")
		}
	}
	return nil
}

// putTeam makes a team, or changes one: its hours, holidays and queues.
func (s *Server) putTeam(w http.ResponseWriter, r *http.Request, who *caller, in Team) error {
	in.ID = r.PathValue("id")
	return s.reset(w, r, who, func(st *Settings) error {
		st.Teams = slices.Clone(st.Teams)
		i := slices.IndexFunc(st.Teams, func(t Team) bool { return t.ID == in.ID })
		if i < 0 {
			st.Teams = append(st.Teams, in)
			return nil
		}
		st.Teams[i] = in
		return nil
	})
}

// dropTeam ends a team; its queues go to the team without queues of its own.
func (s *Server) dropTeam(w http.ResponseWriter, r *http.Request, who *caller) error {
	id := r.PathValue("id")
	return s.reset(w, r, who, func(st *Settings) error {
		rest := slices.DeleteFunc(slices.Clone(st.Teams), func(t Team) bool { return t.ID == id })
		switch {
		case len(rest) == len(st.Teams):
			return no(dialog.CodeNotFound, "gone")
		case len(rest) == 0:
			return no(dialog.CodeConflict, "last_team")
		}
		st.Teams = rest
		return nil
	})
}

// putTargets sets how soon people of some priorities are to be answered.
func (s *Server) putTargets(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		SLA []Target `json:"sla"`
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	return s.reset(w, r, who, func(st *Settings) error {
		if len(in.SLA) == 0 {
			return no(dialog.CodeInvalid, "choice").at("sla")
		}
		rest := slices.DeleteFunc(slices.Clone(st.SLA), func(old Target) bool {
			return slices.ContainsFunc(in.SLA, func(t Target) bool { return t.Priority == old.Priority })
		})
		st.SLA = append(rest, in.SLA...)
		return nil
	})
}

// putSlots sets the clock times at which somebody can be called back.
func (s *Server) putSlots(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Slots []string `json:"slots"`
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	return s.reset(w, r, who, func(st *Settings) error {
		st.Slots = list(in.Slots)
		return nil
	})
}

// differences tells two settings apart field by field: "teams.care.hours:
// 09:00-21:00 → always".
func differences(before, after Settings) string {
	was, is := flat(before.tidy()), flat(after.tidy())
	both := maps.Clone(was)
	maps.Copy(both, is)
	var parts []string
	for _, field := range sortedKeys(both) {
		if was[field] != is[field] {
			parts = append(parts, fmt.Sprintf("%s: %s → %s", field, orText(was[field], "–"), orText(is[field], "–")))
		}
	}
	return shorten(strings.Join(parts, "; "), 600)
}

// flat names every field of the settings by its path.
func flat(st Settings) map[string]string {
	fields := map[string]string{}
	add := func(at string, v any) {
		raw, err := json.Marshal(v)
		var parts map[string]any
		if err != nil || json.Unmarshal(raw, &parts) != nil {
			return
		}
		for name, value := range parts {
			if name != "teams" && name != "sla" {
				fields[at+name] = plainly(value)
			}
		}
	}
	add("", st)
	for _, t := range st.Teams {
		add("teams."+t.ID+".", t)
	}
	for _, t := range st.SLA {
		add(fmt.Sprintf("sla.%d.", t.Priority), t)
	}
	return fields
}

// plainly writes a value of the settings for a person.
func plainly(v any) string {
	several, is := v.([]any)
	if !is {
		return fmt.Sprint(v)
	}
	words := make([]string, len(several))
	for i, x := range several {
		words[i] = fmt.Sprint(x)
	}
	return strings.Join(words, " ")
}
