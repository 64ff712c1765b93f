package understand

import (
	"cmp"
	"slices"

	"warmline/dialog"
)

// Classify returns what the trained weights alone say of a text, all classes,
// the likeliest first: for measuring the method on other sets of classes.
func (u *Understander) Classify(text string) []dialog.Scored {
	t := u.fold.Fold(text, limit)
	p := make([]float32, len(u.model.Classes))
	u.model.Score(&t, u.concepts(u.words.Find(&t, nil)), p)
	list := make([]dialog.Scored, len(p))
	for i, class := range u.model.Classes {
		list[i] = dialog.Scored{Intent: dialog.Intent(class), Score: float64(p[i])}
	}
	slices.SortStableFunc(list, func(a, b dialog.Scored) int { return cmp.Compare(b.Score, a.Score) })
	return list
}
