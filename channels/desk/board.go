package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
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
	if err := s.fromSpells(ctx, &v, x, midnight); err != nil {
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

// tally counts today's handoffs, ended and live.
func (s *Server) tally(v *boardView, x *snapshot, today []handoff, l dialog.Locale) {
	reasons, outcomes := map[string]int{}, map[string]int{}
	met, done := 0, 0
	take := func(p spell, ended bool) {
		reasons[p.Reason]++
		t := x.st.target(p.Priority)
		if !p.First.IsZero() {
			done++
			if p.wait() <= time.Duration(t.First)*time.Second {
				met++
				v.SLA.First.Met++
			} else {
				v.SLA.First.Missed++
			}
		} else if ended {
			v.SLA.First.Missed++
		}
		v.SLA.Next.Met, v.SLA.Next.Missed = v.SLA.Next.Met+p.Nexts-p.NextBad, v.SLA.Next.Missed+p.NextBad
		if p.Outcome != "" {
			outcomes[p.Outcome]++
		}
		if ended && p.missed(t) != "" {
			v.Missed++
		}
	}
	for _, h := range today {
		take(h.spell, true)
	}
	for _, row := range x.rows {
		take(row.p, false)
		if kind, _, state := row.p.due(x.st.target(row.c.Priority), x.at); state == "warning" {
			if kind == "first" {
				v.SLA.First.Warning++
			} else {
				v.SLA.Next.Warning++
			}
		}
	}
	if done > 0 {
		pct := math.Round(1000*float64(met)/float64(done)) / 10
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
func (s *Server) fromSpells(ctx context.Context, v *boardView, x *snapshot, midnight time.Time) error {
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
			views = append(views, complaintView{id, maskName(spells[id].Name), string(k.Kind), k.Opened, caseDue(k), clockState(k, x.at), k.Ticket})
		}
	}
	slices.SortFunc(views, func(a, b complaintView) int { return a.Due.Compare(b.Due) })
	v.Complaints, v.Ratings = views, []starTally{}
	for n := 1; n <= 5; n++ {
		v.Ratings = append(v.Ratings, starTally{n, stars[n]})
	}
	return nil
}

// seriesView is ready to be drawn: one time axis and a row for each line.
type seriesView struct {
	T         []int64    `json:"t"`
	Handoffs  []int      `json:"handoffs"`
	Claimed   []int      `json:"claimed"`
	Abandoned []int      `json:"abandoned"`
	First     []*float64 `json:"first_response_s"`
	Handle    []*float64 `json:"handle_s"`
	Waiting   []int      `json:"waiting"`
}

// series counts handoffs by hour or by day, by when they were asked for.
func (s *Server) series(w http.ResponseWriter, r *http.Request, _ *caller) error {
	x := s.live.now.Load()
	step, n := 24*time.Hour, max(1, number(r, "days", 7, 90))
	if h := number(r, "hours", 0, 72); h > 0 {
		step, n = time.Hour, h
	}
	zone := s.location(x.st.zone())
	end := dialog.DateOf(x.at.In(zone)).AddDays(1).In(zone)
	if step == time.Hour {
		end = x.at.Truncate(time.Hour).Add(time.Hour)
	}
	start := end.Add(-time.Duration(n) * step)
	found, err := s.handoffs(r.Context(), 20000, func(p spell) bool { return p.Queued.After(start) })
	if err != nil {
		return err
	}
	spells := make([]spell, 0, len(found)+len(x.rows))
	for _, h := range found {
		spells = append(spells, h.spell)
	}
	for _, id := range sortedKeys(x.rows) {
		spells = append(spells, x.rows[id].p)
	}
	return ok(w, bucket(spells, start, step, n))
}

func bucket(spells []spell, start time.Time, step time.Duration, n int) seriesView {
	v := seriesView{T: make([]int64, n), Handoffs: make([]int, n), Claimed: make([]int, n), Abandoned: make([]int, n),
		First: make([]*float64, n), Handle: make([]*float64, n), Waiting: make([]int, n)}
	firsts, handles := make([][]float64, n), make([][]float64, n)
	for i := range n {
		v.T[i] = start.Add(time.Duration(i) * step).Unix()
	}
	for _, p := range spells {
		i := int(p.Queued.Sub(start) / step)
		if p.Queued.Before(start) || i >= n {
			continue
		}
		v.Handoffs[i]++
		switch {
		case !p.Claimed.IsZero():
			v.Claimed[i]++
		case p.over():
			v.Abandoned[i]++
		default:
			v.Waiting[i]++
		}
		if !p.First.IsZero() {
			firsts[i] = append(firsts[i], p.wait().Seconds())
		}
		if p.handled() > 0 {
			handles[i] = append(handles[i], p.handled().Seconds())
		}
	}
	for i := range n {
		v.First[i], v.Handle[i] = mean(firsts[i]), mean(handles[i])
	}
	return v
}

func mean(list []float64) *float64 {
	if len(list) == 0 {
		return nil
	}
	sum := 0.0
	for _, x := range list {
		sum += x
	}
	m := math.Round(sum / float64(len(list)))
	return &m
}

// missedView is a handoff that went wrong, for review.
type missedView struct {
	ID          string      `json:"id"`
	Chat        string      `json:"chat"`
	Name        string      `json:"name"`
	Queue       string      `json:"queue"`
	Reason      string      `json:"reason"`
	ReasonLabel string      `json:"reason_label"`
	Queued      time.Time   `json:"queued_at"`
	Ended       time.Time   `json:"ended_at"`
	Why         string      `json:"why"`
	Waited      int         `json:"waited_s"`
	Reviewed    *reviewMark `json:"reviewed,omitempty"`
}

type reviewMark struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

func (s *Server) missed(w http.ResponseWriter, r *http.Request, who *caller) error {
	x := s.live.now.Load()
	found, err := s.handoffs(r.Context(), 300, func(p spell) bool { return p.missed(x.st.target(p.Priority)) != "" })
	if err != nil {
		return err
	}
	marks, err := loadAll[reviewMark](r.Context(), s.opts.Shelf, kindReviewed)
	if err != nil {
		return err
	}
	views := []missedView{}
	for _, h := range found {
		v := missedView{ID: h.ID, Chat: h.Chat, Name: maskName(h.Name), Queue: h.Queue, Reason: h.Reason,
			ReasonLabel: s.word(who.locale(), "desk_reason."+h.Reason, h.Reason), Queued: h.Queued, Ended: h.Ended,
			Why: h.missed(x.st.target(h.Priority)), Waited: int(waited(h.spell).Seconds())}
		if m, is := marks[h.ID]; is {
			v.Reviewed = &m
		}
		views = append(views, v)
	}
	return ok(w, views)
}

// waited is how long somebody waited for a human, answered or not.
func waited(p spell) time.Duration {
	if p.First.IsZero() {
		return p.Ended.Sub(p.Queued)
	}
	return p.wait()
}

func (s *Server) reviewMissed(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in decision
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if strings.TrimSpace(in.Note) == "" {
		return dialog.E(dialog.CodeInvalid, "say what was found", nil)
	}
	mark := reviewMark{By: who.ID, At: s.opts.Now().UTC(), Note: shorten(in.Note, 500)}
	if err := put(r.Context(), s.opts.Shelf, kindReviewed, r.PathValue("id"), mark); err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "review", Who: who.ID, Role: who.Role, Detail: r.PathValue("id")})
	return noContent(w)
}

func (s *Server) blocked(w http.ResponseWriter, r *http.Request, _ *caller) error {
	list, err := s.blockedDrafts(r.Context(), 200)
	if err != nil {
		return err
	}
	return ok(w, list)
}

func (s *Server) blockedDrafts(ctx context.Context, limit int) ([]stopped, error) {
	ids, raw, err := s.opts.Ledger.Log(ctx, logBlocked, "", limit)
	if err != nil {
		return nil, err
	}
	list := []stopped{}
	for i, data := range raw {
		var b stopped
		if err := json.Unmarshal(data, &b); err != nil {
			return nil, fmt.Errorf("read a blocked draft: %w", err)
		}
		b.ID = ids[i]
		list = append(list, b)
	}
	return list, nil
}

func (s *Server) blockedSince(ctx context.Context, since time.Time) (int, error) {
	list, err := s.blockedDrafts(ctx, logPage)
	n := 0
	for _, b := range list {
		if b.At.After(since) {
			n++
		}
	}
	return n, err
}
