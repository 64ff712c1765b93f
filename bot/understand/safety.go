package understand

import "warmline/dialog"

// Danger thresholds on the model's probability, see TestCrisis for what they
// miss and what they stop for nothing.
const (
	alarmAlone = 0.7  // red by the model alone
	worryAlone = 0.35 // amber by the model alone
	worryWith  = 0.06 // amber with an indirect phrase
	idle       = 0.01 // an explicit phrase below this is amber, not red
)

// safety reads the danger lists. An explicit phrase that no idiom covers always
// counts; an indirect one needs the model to agree a little; and the model
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
	p := u.probability(h, dialog.IntentSelfHarm)
	switch {
	case red && p >= idle, p >= alarmAlone:
		h.out.Safety = dialog.SafetyRed
	case red, amber && p >= worryWith, p >= worryAlone, u.likeliest(h) == dialog.IntentSelfHarm:
		h.out.Safety = dialog.SafetyAmber
	case idiom:
		h.out.Safety = dialog.SafetyGreen
	}
}

func (u *Understander) likeliest(h *heard) dialog.Intent {
	best := 0
	for c, p := range h.p {
		if p > h.p[best] {
			best = c
		}
	}
	return dialog.Intent(u.model.Classes[best])
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
