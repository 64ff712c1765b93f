package understand

import "warmline/dialog"

// Danger thresholds on the model's probability, see TestCrisis for what they
// miss and what they stop for nothing.
const (
	alarmAlone = 0.7   // red by the model alone
	worryAlone = 0.25  // amber by the model alone
	worryWith  = 0.02  // amber with an indirect phrase
	explicit   = 0.01  // an explicit phrase is red from here on, amber below
	idle       = 0.003 // and an idiom that the lists do not know below this
	inIdiomAt  = 0.5   // amber by the model alone where the text has a known idiom
)

// safety reads the danger lists. An explicit phrase that no idiom covers
// counts unless the model is all but certain that it is none; an indirect one needs the model to agree a little; and the model
// alone has to be sure.
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
	p, alone := u.probability(h, dialog.IntentSelfHarm), worryAlone
	if idiom {
		alone = inIdiomAt
	}
	switch {
	case red && p >= explicit, p >= alarmAlone:
		h.out.Safety = dialog.SafetyRed
	case red && p >= idle, amber && p >= worryWith, p >= alone:
		h.out.Safety = dialog.SafetyAmber
	case idiom, red:
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
