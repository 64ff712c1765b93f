package understand

import (
	"math"

	"warmline/dialog"
)

// How much each sign of danger adds to the log odds that the trained model
// gives. Their worth was measured on lines that strangers to the lists wrote:
// the model has learnt most of what the lists know, and look-alikes are full of
// explicit phrases.
const (
	explicitSign = 2.0  // an explicit phrase that no idiom covers
	indirectSign = 0.5  // an indirect one
	furtherSign  = 0.5  // a second indirect one
	idiomSign    = -1.0 // a figure of speech that the lists know

	watchShare = 1.0 // of the log odds of the linear voice, beside those of the others

	worryAt = -0.7 // amber from here on
	alarmAt = 1.0  // red from here on: sure enough to stop everything else
)

// safety weighs what the model says of danger with what the lists say. Recall
// comes before precision: what is only likely asks how the person is.
func (u *Understander) safety(h *heard) {
	red, amber, idiom := u.signs(h)
	odds := u.danger(h, red, amber, idiom)
	switch {
	case odds >= alarmAt:
		h.out.Safety = dialog.SafetyRed
	case odds >= worryAt:
		h.out.Safety = dialog.SafetyAmber
	case idiom, red:
		h.out.Safety = dialog.SafetyGreen
	}
}

// danger returns the log odds that a text with these signs speaks of danger.
func (u *Understander) danger(h *heard, red bool, amber int, idiom bool) float64 {
	p := u.probability(h, dialog.IntentSelfHarm)
	odds := math.Log((p+5e-4)/(1-p+5e-4)) + watchShare*float64(h.watch)
	if red {
		odds += explicitSign
	}
	if amber > 0 {
		odds += indirectSign
	}
	if amber > 1 {
		odds += furtherSign
	}
	if idiom {
		odds += idiomSign
	}
	return odds
}

// signs returns whether an explicit phrase of danger stands in the text outside
// of any idiom, how many indirect ones do, and whether there is an idiom.
func (u *Understander) signs(h *heard) (red bool, amber int, idiom bool) {
	last := -1
	for _, hit := range h.hits {
		switch hit.Class {
		case u.known.red, u.known.redToo:
			red = red || !u.inIdiom(h, hit.Start, hit.End)
		case u.known.amber:
			if hit.Start >= last && !u.inIdiom(h, hit.Start, hit.End) {
				amber++
				last = hit.End
			}
		case u.known.idiom:
			idiom = true
		}
	}
	return red, amber, idiom
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
