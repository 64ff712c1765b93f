package understand

import "warmline/dialog"

// affect returns the mood with the most words, the graver one on a tie.
func (u *Understander) affect(h *heard) dialog.Affect {
	count := map[dialog.Affect]int{}
	for _, hit := range h.hits {
		if mood, ok := u.known.moods[hit.Class]; ok {
			count[mood]++
		}
	}
	best, most := dialog.AffectCalm, 0
	for _, mood := range []dialog.Affect{dialog.AffectHopeless, dialog.AffectAngry, dialog.AffectAnxious, dialog.AffectAshamed} {
		if count[mood] > most {
			best, most = mood, count[mood]
		}
	}
	return best
}
