package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
)

// Team is a group of people with queues and hours of their own.
type Team struct {
	ID       string   `json:"id"`
	Label    string   `json:"label"`
	Queues   []string `json:"queues"` // none means every queue that no other team has
	Hours    string   `json:"hours"`  // "09:00-21:00", or "always"
	Days     string   `json:"days"`   // "mon-sun"
	Zone     string   `json:"zone"`
	Holidays []string `json:"holidays"` // dates on which nobody works
}

// Target is how soon people of a priority are to be answered.
type Target struct {
	Priority int `json:"priority"`
	First    int `json:"first_s"`
	Next     int `json:"next_s"`
}

// Settings are how the desk works. They are saved as a whole.
type Settings struct {
	Mode    string   `json:"mode"`          // pull: people take chats; push: chats are offered
	Offer   int      `json:"offer_seconds"` // for which a chat is offered to one person
	Lost    int      `json:"lost_seconds"`  // without a sign of life a person has lost their chats
	Cap     int      `json:"cap"`
	Display string   `json:"display"` // what borrowers see: given (the display name), staff (account id), team
	Teams   []Team   `json:"teams"`
	SLA     []Target `json:"sla"`
	OnCall  []string `json:"on_call"`
	Slots   []string `json:"slots"` // clock times at which call-backs can be had
}

// queues are those that the scripts use, in the order in which they are shown.
func queues() []string {
	return []string{"crisis", "specialist", "complaints", "hardship", "disputes", "fraud", "legal", "general"}
}

func (s Settings) filled() Settings {
	if s.Mode == "" {
		s.Mode = "pull"
	}
	s.Offer, s.Lost, s.Cap = orInt(s.Offer, 45), orInt(s.Lost, 90), orInt(s.Cap, 5)
	if s.Display == "" {
		s.Display = "given"
	}
	if len(s.Teams) == 0 {
		s.Teams = []Team{{ID: "care", Label: "Care", Hours: "09:00-21:00", Days: "mon-sun", Zone: "Asia/Shanghai"}}
	}
	if len(s.SLA) == 0 {
		s.SLA = []Target{{0, 120, 60}, {1, 300, 180}, {2, 600, 300}, {3, 900, 300}}
	}
	if len(s.Slots) == 0 {
		s.Slots = []string{"10:00", "14:00", "18:00"}
	}
	return s
}

func orInt(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func (s Settings) check() error {
	wrong := func(format string, args ...any) error {
		return dialog.E(dialog.CodeInvalid, fmt.Sprintf(format, args...), nil)
	}
	switch {
	case s.Mode != "push" && s.Mode != "pull":
		return wrong("mode: expected push or pull")
	case s.Offer < 10 || s.Offer > 600:
		return wrong("offer_seconds: expected 10 to 600")
	case s.Lost < 30 || s.Lost > 1800:
		return wrong("lost_seconds: expected 30 to 1800")
	case s.Cap < 1 || s.Cap > 50:
		return wrong("cap: expected 1 to 50")
	case !slices.Contains([]string{"given", "staff", "team"}, s.Display):
		return wrong("display: expected given, staff or team")
	case len(s.Teams) == 0 || len(s.Teams) > 50:
		return wrong("teams: expected 1 to 50")
	}
	for _, t := range s.Teams {
		if _, err := t.week(); err != nil {
			return wrong("teams.%s: %v", t.ID, err)
		}
	}
	for _, x := range s.Slots {
		if _, err := clockTime(x); err != nil {
			return wrong("slots: %v", err)
		}
	}
	for _, t := range s.SLA {
		if t.First < 10 || t.Next < 10 {
			return wrong("sla: expected 10 seconds or more")
		}
	}
	return nil
}

// target returns how soon a priority is to be answered.
func (s Settings) target(priority int) Target {
	best := Target{Priority: priority, First: 900, Next: 300}
	for _, t := range s.SLA {
		if t.Priority == priority {
			best = t
		}
	}
	return best
}

// team returns the team that a queue belongs to.
func (s Settings) team(queue string) Team {
	for _, t := range s.Teams {
		if slices.Contains(t.Queues, queue) {
			return t
		}
	}
	for _, t := range s.Teams {
		if len(t.Queues) == 0 {
			return t
		}
	}
	return s.Teams[0]
}

// zone is the one that the console shows clock times in.
func (s Settings) zone() string { return s.Teams[0].Zone }

func (s *Server) settings(ctx context.Context) (Settings, error) {
	saved, version, err := load[Settings](ctx, s.opts.Shelf, kindSettings, "desk")
	if err != nil {
		return Settings{}, fmt.Errorf("read settings: %w", err)
	}
	if version == 0 {
		return s.opts.Defaults, nil
	}
	return saved.filled(), nil
}

// week is a team's working time.
type week struct {
	zone     *time.Location
	from, to time.Duration
	days     [7]bool
	always   bool
	holidays []dialog.Date
}

func clockTime(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		if text == "24:00" {
			return 24 * time.Hour, nil
		}
		return 0, fmt.Errorf("%q: expected hh:mm", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func (t Team) week() (week, error) {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		return week{}, fmt.Errorf("zone %q is not known", t.Zone)
	}
	w := week{zone: zone, always: t.Hours == "always"}
	for _, text := range t.Holidays {
		day, err := dialog.ParseDate(text)
		if err != nil {
			return w, fmt.Errorf("holiday %q: expected a date", text)
		}
		w.holidays = append(w.holidays, day)
	}
	if err := w.parseDays(t.Days); err != nil || w.always {
		return w, err
	}
	from, to, _ := strings.Cut(t.Hours, "-")
	if w.from, err = clockTime(from); err != nil {
		return w, err
	}
	if w.to, err = clockTime(to); err != nil {
		return w, err
	}
	if w.from >= w.to {
		return w, fmt.Errorf("hours %q: expected the end after the start", t.Hours)
	}
	return w, nil
}

func (w *week) parseDays(text string) error {
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	if text == "" {
		text = "mon-sun"
	}
	for part := range strings.SplitSeq(strings.ToLower(text), ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			to = from
		}
		i, j := slices.Index(names, from), slices.Index(names, to)
		if i < 0 || j < 0 {
			return fmt.Errorf("days %q: expected mon-fri or mon,wed,fri", text)
		}
		for ; ; i = (i + 1) % 7 {
			w.days[i] = true
			if i == j {
				break
			}
		}
	}
	return nil
}

// open reports whether somebody works at t.
func (w week) open(t time.Time) bool {
	t = t.In(w.zone)
	since := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	return w.worksOn(dialog.DateOf(t)) && (w.always || since >= w.from && since < w.to)
}

func (w week) worksOn(d dialog.Date) bool {
	return w.days[d.Weekday()] && !slices.Contains(w.holidays, d)
}

// next returns when somebody works again after t, the zero time when that is
// further than a month away.
func (w week) next(t time.Time) time.Time {
	day := dialog.DateOf(t.In(w.zone))
	for range 31 {
		if at := day.In(w.zone).Add(w.from); w.worksOn(day) && at.After(t) {
			return at
		}
		day = day.AddDays(1)
	}
	return time.Time{}
}

// slots returns at most n of the clock times within working hours after t.
func (w week) slots(times []string, t time.Time, n int) []time.Time {
	var found []time.Time
	day := dialog.DateOf(t.In(w.zone))
	for range 14 {
		for _, text := range times {
			since, err := clockTime(text)
			at := day.In(w.zone).Add(since)
			if err == nil && w.open(at) && at.Sub(t) > 30*time.Minute && len(found) < n {
				found = append(found, at)
			}
		}
		day = day.AddDays(1)
	}
	return found
}
