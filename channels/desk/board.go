package desk

import (
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"warmline/dialog"
)

// boardView is what a supervisor sees at a glance.
type boardView struct {
	Now        time.Time       `json:"now"`
	Live       liveView        `json:"live"`
	Agents     []workerView    `json:"agents"`
	SLA        slaBoard        `json:"sla"`
	Handoffs   []tallyView     `json:"handoffs"`
	Outcomes   []codeTally     `json:"outcomes"`
	Ratings    []starTally     `json:"ratings"`
	Complaints []complaintView `json:"complaints"`
	Missed     int             `json:"missed"`
	Blocked    int             `json:"blocked"`
	Requests   int             `json:"requests"`
}

type liveView struct {
	Waiting int         `json:"waiting"`
	Oldest  int         `json:"oldest_waiting_s"`
	ByQueue []queueView `json:"by_queue"`
	Agents  int         `json:"with_agents"`
	P0      int         `json:"p0"`
}

type queueView struct {
	Queue   string `json:"queue"`
	Label   string `json:"label"`
	Waiting int    `json:"waiting"`
	Oldest  int    `json:"oldest_s"`
	ETA     int    `json:"eta_s,omitempty"`
}

type workerView struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Role    Role      `json:"role"`
	Status  string    `json:"status"`
	Since   time.Time `json:"since"`
	Load    int       `json:"load"`
	Cap     int       `json:"cap"`
	Handled int       `json:"handled_today"`
	Average int       `json:"avg_handle_s,omitempty"`
}

type slaCount struct {
	Met     int `json:"met"`
	Missed  int `json:"missed"`
	Warning int `json:"warning"`
}

type slaBoard struct {
	First slaCount `json:"first"`
	Next  slaCount `json:"next"`
	Today slaToday `json:"today"`
}

type slaToday struct {
	FirstMet *float64 `json:"first_met_pct,omitempty"`
}

type tallyView struct {
	Reason string `json:"reason"`
	Label  string `json:"label"`
	N      int    `json:"n"`
}

type codeTally struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	N     int    `json:"n"`
}

type starTally struct {
	Stars int `json:"stars"`
	N     int `json:"n"`
}

type complaintView struct {
	Chat   string    `json:"chat"`
	Name   string    `json:"name"`
	Kind   string    `json:"kind"`
	Opened time.Time `json:"opened"`
	Due    time.Time `json:"due"`
	State  string    `json:"state"`
	Ticket string    `json:"ticket"`
}

func (s *Server) board(w http.ResponseWriter, r *http.Request, who *caller) error {
	ctx, x := r.Context(), s.live.now.Load()
	zone := s.location(x.st.zone())
	midnight := dialog.DateOf(x.at.In(zone)).In(zone)
	today, err := s.handoffs(ctx, 5000, func(p spell) bool { return p.Ended.After(midnight) })
	if err != nil {
		return err
	}
	v := boardView{Now: x.at.UTC(), Live: s.liveView(x, who.locale()), Agents: workers(x, today), Complaints: []complaintView{}}
	s.tally(&v, x, today, who.locale())
	if err := s.fromSpells(ctx, &v, midnight); err != nil {
		return err
	}
	for _, q := range x.requests {
		if q.State == requestOpen {
			v.Requests++
		}
	}
	v.Blocked, err = s.blockedSince(ctx, midnight)
	if err != nil {
		return err
	}
	return ok(w, v)
}

func (s *Server) liveView(x *snapshot, l dialog.Locale) liveView {
	v := liveView{ByQueue: []queueView{}}
	for _, q := range queues() {
		row := queueView{Queue: q, Label: s.word(l, "desk_queue."+q, q)}
		for _, id := range x.order {
			if c := x.rows[id].c; c.Queue == q {
				row.Waiting++
				row.Oldest = max(row.Oldest, int(x.at.Sub(c.QueuedAt).Seconds()))
			}
		}
		if row.Waiting > 0 {
			row.ETA = int(x.estimate(q, "", row.Waiting).Seconds())
		}
		v.Waiting, v.Oldest = v.Waiting+row.Waiting, max(v.Oldest, row.Oldest)
		v.ByQueue = append(v.ByQueue, row)
	}
	for _, row := range x.rows {
		if row.c.Owner == dialog.OwnerAgent {
			v.Agents++
		}
		if row.c.Priority == 0 {
			v.P0++
		}
	}
	return v
}

func workers(x *snapshot, today []handoff) []workerView {
	views := []workerView{}
	for _, id := range sortedKeys(x.people) {
		a := x.people[id]
		if !a.may("claim") || a.Disabled {
			continue
		}
		p := x.seen[id]
		v := workerView{ID: id, Name: a.Name, Role: a.Role, Status: p.state(x.wall, x.st), Since: p.Since, Load: x.load(id), Cap: orInt(a.Cap, x.st.Cap)}
		var sum time.Duration
		for _, h := range today {
			if h.Agent == id && !h.Claimed.IsZero() {
				v.Handled++
				sum += h.handled()
			}
		}
		if v.Handled > 0 {
			v.Average = int(sum.Seconds()) / v.Handled
		}
		views = append(views, v)
	}
	return views
}

// answered counts how soon a handoff was answered, and whether it went wrong.
func (v *boardView) answered(p spell, t Target) {
	switch {
	case !p.First.IsZero() && p.wait() <= time.Duration(t.First)*time.Second:
		v.SLA.First.Met++
	case !p.First.IsZero() || p.over():
		v.SLA.First.Missed++
	}
	v.SLA.Next.Met += p.Nexts - p.NextBad
	v.SLA.Next.Missed += p.NextBad
	if p.over() && p.missed(t) != "" {
		v.Missed++
	}
}

// tally counts today's handoffs, ended and live.
func (s *Server) tally(v *boardView, x *snapshot, today []handoff, l dialog.Locale) {
	reasons, outcomes := map[string]int{}, map[string]int{}
	for _, h := range today {
		reasons[h.Reason]++
		if h.Outcome != "" {
			outcomes[h.Outcome]++
		}
		v.answered(h.spell, x.st.target(h.Priority))
	}
	for _, row := range x.rows {
		reasons[row.p.Reason]++
		v.answered(row.p, x.st.target(row.c.Priority))
		switch kind, _, state := row.p.due(x.st.target(row.c.Priority), x.at); {
		case state == "warning" && kind == "first":
			v.SLA.First.Warning++
		case state == "warning":
			v.SLA.Next.Warning++
		}
	}
	if n := v.SLA.First.Met + v.SLA.First.Missed; n > 0 {
		pct := math.Round(1000*float64(v.SLA.First.Met)/float64(n)) / 10
		v.SLA.Today.FirstMet = &pct
	}
	v.Handoffs, v.Outcomes = []tallyView{}, []codeTally{}
	for _, k := range sortedKeys(reasons) {
		v.Handoffs = append(v.Handoffs, tallyView{k, s.word(l, "desk_reason."+k, k), reasons[k]})
	}
	for _, k := range sortedKeys(outcomes) {
		v.Outcomes = append(v.Outcomes, codeTally{k, s.word(l, "desk_outcome."+k, k), outcomes[k]})
	}
}

// fromSpells adds what is known of everybody whose chat has been in human hands:
// open complaints and disputes with their clocks, and today's stars.
func (s *Server) fromSpells(ctx context.Context, v *boardView, midnight time.Time) error {
	spells, err := loadAll[spell](ctx, s.opts.Shelf, kindSpell)
	if err != nil {
		return err
	}
	stars := map[int]int{}
	views := []complaintView{}
	for _, id := range sortedKeys(spells) {
		if p := spells[id]; p.Ended.After(midnight) {
			stars[p.Rating]++
		}
		c, err := s.opts.Chats.State(ctx, id)
		if err != nil {
			return err
		}
		for _, k := range c.Cases {
			due, state := s.clock(&c, k)
			views = append(views, complaintView{id, maskName(spells[id].Name), string(k.Kind), k.Opened, due, state, k.Ticket})
		}
	}
	slices.SortFunc(views, func(a, b complaintView) int { return a.Due.Compare(b.Due) })
	v.Complaints, v.Ratings = views, []starTally{}
	for n := 1; n <= 5; n++ {
		v.Ratings = append(v.Ratings, starTally{n, stars[n]})
	}
	return nil
}
