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

// Target is how soon people of a priority are to be answered, in seconds, and
// how long before that those who should answer are warned.
type Target struct {
	Priority int `json:"priority"`
	First    int `json:"first_s"`
	Next     int `json:"next_s"`
	Warn     int `json:"warn_s"`
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
		s.SLA = []Target{{0, 120, 60, 0}, {1, 300, 180, 0}, {2, 600, 300, 0}, {3, 900, 300, 0}}
	}
	s.SLA = slices.Clone(s.SLA)
	for i, t := range s.SLA {
		s.SLA[i].Warn = orInt(t.Warn, max(1, min(t.First, t.Next)/4))
	}
	if s.Slots == nil {
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

// target returns how soon a priority is to be answered.
func (s Settings) target(priority int) Target {
	best := Target{Priority: priority, First: 900, Next: 300, Warn: 75}
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
		return 0, no(dialog.CodeInvalid, "clock", "value", shorten(text, 20)).because(err)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func (t Team) week() (week, error) {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil || t.Zone == "" || t.Zone == "Local" {
		return week{}, no(dialog.CodeInvalid, "zone", "value", shorten(t.Zone, 40)).at("zone").because(err)
	}
	w := week{zone: zone, always: t.Hours == "always"}
	for _, text := range t.Holidays {
		day, err := dialog.ParseDate(text)
		if err != nil {
			return w, no(dialog.CodeInvalid, "holiday", "value", shorten(text, 20)).at("holidays").because(err)
		}
		w.holidays = append(w.holidays, day)
	}
	if err := w.parseDays(t.Days); err != nil || w.always {
		return w, err
	}
	return w, w.parseHours(t.Hours)
}

func (w *week) parseHours(text string) (err error) {
	from, to, _ := strings.Cut(text, "-")
	if w.from, err = clockTime(from); err == nil {
		w.to, err = clockTime(to)
	}
	switch {
	case err != nil:
		return no(dialog.CodeInvalid, "hours", "value", shorten(text, 20)).at("hours").because(err)
	case w.from >= w.to:
		return no(dialog.CodeInvalid, "hours_order", "value", shorten(text, 20)).at("hours")
	}
	return nil
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
			return no(dialog.CodeInvalid, "days", "value", shorten(text, 40)).at("days")
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
