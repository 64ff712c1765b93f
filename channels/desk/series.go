package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"warmline/dialog"
)

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

func (s *Server) reviewMissed(w http.ResponseWriter, r *http.Request, who *caller, in decision) error {
	if strings.TrimSpace(in.Note) == "" {
		return no(dialog.CodeInvalid, "note_missing").at("note")
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
