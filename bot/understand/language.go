package understand

import (
	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// language returns the last dominant language of a text: Chinese when Chinese
// characters carry at least as much of it as Latin words, and then the script
// that its distinctive characters are of. A text that does not say keeps the
// conversation's.
func (u *Understander) language(t *fold.Text, current dialog.Locale) dialog.Language {
	han, words := 0, 0
	for i, r := range t.R {
		switch {
		case fold.Han(r):
			han++
		case r >= 'a' && r <= 'z' && (i == 0 || t.R[i-1] < 'a' || t.R[i-1] > 'z'):
			words++
		}
	}
	switch {
	case han == 0 && words == 0:
		return current.Language()
	case han == 0 && words == 1 && len(t.R) < 6 && current != "": // "ok", "stop", "yes": everybody's words
		return current.Language()
	case han < words*2:
		return dialog.LangEn
	}
	simplified, traditional := u.fold.Scripts(t.Raw)
	switch {
	case traditional > simplified:
		return dialog.LangZhHant
	case simplified > traditional:
		return dialog.LangZhHans
	case current.Language() != dialog.LangEn:
		return current.Language()
	}
	return dialog.LangZhHans
}
