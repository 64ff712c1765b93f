package understand

import (
	"slices"

	"warmline/dialog"
)

// Thresholds, measured by cross-validation over the examples and on texts by
// other hands.
const (
	presentAt   = 0.22 // a second intent is kept from this probability on
	confidentAt = 0.38 // below this the reply asks back
)

// safety reads the danger lists. An explicit phrase that no idiom covers is red
// whatever the model says; an indirect one needs the model to agree a little;
// and the model alone, if it is sure.
func (u *Understander) safety(h *heard) {
	red, amber, idiom := false, false, false
	for _, hit := range h.hits {
		switch hit.Class {
		case u.known.red:
			red = red || !u.inIdiom(h, hit.Start, hit.End)
		case u.known.amber:
			amber = amber || !u.inIdiom(h, hit.Start, hit.End)
		case u.known.idiom:
			idiom = true
		}
	}
	p := u.probability(h, dialog.IntentSelfHarm)
	switch {
	case red && p >= 0.02, p >= 0.75:
		h.out.Safety = dialog.SafetyRed
	case red, amber && p >= 0.12, p >= 0.38:
		h.out.Safety = dialog.SafetyAmber
	case idiom:
		h.out.Safety = dialog.SafetyGreen
	}
}

// inIdiom reports whether an idiom covers runes [start, end).
func (u *Understander) inIdiom(h *heard, start, end int) bool {
	for _, g := range h.hits {
		if g.Class == u.known.idiom && g.Start <= start && end <= g.End {
			return true
		}
	}
	return false
}

func (u *Understander) probability(h *heard, i dialog.Intent) float64 {
	if c, ok := slices.BinarySearch(u.model.Classes, string(i)); ok {
		return float64(h.p[c])
	}
	return 0
}

// decide orders the intents: danger first, then what the model finds likeliest,
// with the rules of rank and of the open question.
func (u *Understander) decide(h *heard) {
	list := u.scored(h)
	h.out.Candidates = slices.Clone(list[:min(3, len(list))])
	h.out.Minor = h.has(u.known.minor)
	h.out.Driving = list[0].Intent
	h.out.Confident = list[0].Score >= confidentAt
	for i, s := range list {
		if i == 0 || s.Score >= presentAt {
			h.out.Intents = append(h.out.Intents, s)
		}
	}
	h.out.Deceased = h.has(u.known.deceased) && h.out.Has(dialog.IntentBereavement)
}

// scored returns all intents, the likeliest first.
func (u *Understander) scored(h *heard) []dialog.Scored {
	list := make([]dialog.Scored, 0, len(h.p))
	crisis := h.out.Safety == dialog.SafetyRed || h.out.Safety == dialog.SafetyAmber
	for c, p := range h.p {
		s := dialog.Scored{Intent: dialog.Intent(u.model.Classes[c]), Score: float64(p)}
		if s.Intent == dialog.IntentSelfHarm && crisis {
			s.Score = max(s.Score, 0.99)
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b dialog.Scored) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return list
}
