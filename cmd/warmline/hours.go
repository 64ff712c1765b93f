package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"warmline/dialog"
)

// hours are the desk's working hours.
type hours struct {
	zone       *time.Location
	from, to   time.Duration // since midnight
	days       [7]bool
	always     bool
	onCall     bool
	now        func() time.Time
	typicalETA time.Duration
}

// parseHours reads "09:00-21:00" and "mon-fri", or "always".
func parseHours(c deskConfig) (hours, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return hours{}, err
	}
	h := hours{zone: zone, onCall: c.OnCall, now: time.Now, typicalETA: 6 * time.Minute}
	if c.Hours == "always" {
		h.always = true
		return h, nil
	}
	var a, b, x, y int
	if _, err := fmt.Sscanf(c.Hours, "%d:%d-%d:%d", &a, &b, &x, &y); err != nil {
		return h, fmt.Errorf("%q: expected 09:00-21:00 or always", c.Hours)
	}
	h.from = time.Duration(a)*time.Hour + time.Duration(b)*time.Minute
	h.to = time.Duration(x)*time.Hour + time.Duration(y)*time.Minute
	if h.from >= h.to || h.to > 24*time.Hour {
		return h, fmt.Errorf("%q: expected the end after the start", c.Hours)
	}
	return h, h.parseDays(c.Days)
}

func (h *hours) parseDays(text string) error {
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	index := func(name string) int {
		for i, n := range names {
			if n == name {
				return i
			}
		}
		return -1
	}
	for _, part := range strings.Split(strings.ToLower(text), ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(part), "-")
		i, j := index(from), index(to)
		if !ranged {
			j = i
		}
		if i < 0 || j < 0 {
			return fmt.Errorf("days %q: expected mon-fri or mon,wed,fri", text)
		}
		for ; ; i = (i + 1) % 7 {
			h.days[i] = true
			if i == j {
				break
			}
		}
	}
	return nil
}

// Desk implements manager.DeskSource.
func (h hours) Desk(context.Context, string) (dialog.DeskFacts, error) {
	now := h.now()
	f := dialog.DeskFacts{Open: h.open(now), OnCall: h.onCall}
	if f.Open {
		f.ETA = h.typicalETA
		return f, nil
	}
	f.NextOpen = h.nextOpen(now)
	f.Slots = []time.Time{f.NextOpen.Add(time.Hour), f.NextOpen.Add(5 * time.Hour)}
	return f, nil
}

func (h hours) open(t time.Time) bool {
	if h.always {
		return true
	}
	t = t.In(h.zone)
	since := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	return h.days[t.Weekday()] && since >= h.from && since < h.to
}

func (h hours) nextOpen(t time.Time) time.Time {
	day := dialog.DateOf(t.In(h.zone))
	for range 8 {
		at := day.In(h.zone).Add(h.from)
		if h.days[day.Weekday()] && at.After(t) {
			return at
		}
		day = day.AddDays(1)
	}
	return t.Add(24 * time.Hour)
}
