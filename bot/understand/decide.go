package understand

import (
	"slices"
	"strings"
	"unicode"

	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// Thresholds and factors, measured by cross-validation over the examples.
const (
	presentAt   = 0.2  // a second intent is kept from this probability on
	confidentAt = 0.3  // below this the reply asks back
	leadAt      = 0.15 // and with a smaller lead than this over the next one

	ruleOdds     = 3.0  // a pattern of the lists multiplies its intent's odds
	firmRuleOdds = 12.0 // likewise for what must not be missed
	deniedOdds   = 1e-4 // a refusal that its own words take back
)

// firm are the intents whose patterns weigh most: what must not be missed.
func firm(i dialog.Intent) bool {
	switch i {
	case dialog.IntentRequestHuman, dialog.IntentCeaseContact, dialog.IntentWrongPerson:
		return true
	}
	return false
}

// grave are the intents that drive where they come near the likeliest one.
func grave(i dialog.Intent) bool {
	return firm(i) || i == dialog.IntentThirdParty || i == dialog.IntentBereavement
}

// scale multiplies the odds of an intent.
func (u *Understander) scale(h *heard, i dialog.Intent, factor float32) {
	c, ok := slices.BinarySearch(u.model.Classes, string(i))
	if !ok {
		return
	}
	p := h.p[c]
	q := p * factor / (p*factor + 1 - p)
	rest := (1 - q) / max(1-p, 1e-6)
	for j := range h.p {
		h.p[j] *= rest
	}
	h.p[c] = q
}

func (u *Understander) probability(h *heard, i dialog.Intent) float64 {
	if c, ok := slices.BinarySearch(u.model.Classes, string(i)); ok {
		return float64(h.p[c])
	}
	return 0
}

// applyRules lets the patterns of the lists speak, each once. "Not after eight"
// is no stop, though it has the words of one.
func (u *Understander) applyRules(h *heard) {
	limited := h.has(u.known.preference)
	for _, hit := range h.hits {
		i, ok := u.known.intents[hit.Class]
		if !ok || slices.Contains(h.ruled, i) || limited && i == dialog.IntentCeaseContact {
			continue
		}
		h.ruled = append(h.ruled, i)
		factor := float32(ruleOdds)
		if firm(i) || strings.HasPrefix(u.words.Name(hit.Class), "+") { // what the model has not weighed speaks louder
			factor = firmRuleOdds
		}
		u.scale(h, i, factor)
	}
	if h.has(u.known.negatedRefusal) {
		u.scale(h, dialog.IntentRefusePay, deniedOdds)
	}
}

// decide orders the intents: danger first, then the likeliest. The examples
// carry the rule of rank (X before H before P before A) in their labels; a
// higher rank that is nearly as likely wins all the same.
func (u *Understander) decide(h *heard) {
	list := u.scored(h)
	h.out.Candidates = slices.Clone(list[:min(3, len(list))])
	h.out.Minor = h.has(u.known.minor) || h.has(u.known.minorToo)
	h.out.Driving = list[0].Intent
	h.out.Confident = list[0].Score >= confidentAt || list[0].Score >= leadAt && list[0].Score >= 2*list[1].Score
	h.out.Confident = h.out.Confident && (h.familiar() || slices.Contains(h.ruled, list[0].Intent))
	h.out.Intents = nil
	for i, s := range list {
		if i == 0 || s.Score >= presentAt || s.Intent == dialog.IntentInjection && s.Score >= wrapped {
			h.out.Intents = append(h.out.Intents, s)
		}
	}
	h.out.Deceased = (h.has(u.known.deceased) || h.has(u.known.deceasedToo)) && h.out.Has(dialog.IntentBereavement)
}

// How much of a text has to be known before anything is sure of it: made-up
// words share letters with real ones, made-up rows of characters less.
const (
	knownLetters = 0.62
	knownHan     = 0.4
)

// familiar reports whether enough of a text is known to say what it means.
func (h *heard) familiar() bool {
	if slices.ContainsFunc(h.text.R, fold.Han) {
		return h.known >= knownHan
	}
	return h.known >= knownLetters || !slices.ContainsFunc(h.text.R, unicode.IsLetter)
}

// scored returns all intents, the one that drives first, then the likeliest.
func (u *Understander) scored(h *heard) []dialog.Scored {
	list := make([]dialog.Scored, 0, len(h.p))
	for c, p := range h.p {
		s := dialog.Scored{Intent: dialog.Intent(u.model.Classes[c]), Score: float64(p)}
		if s.Intent == dialog.IntentSelfHarm {
			s.Score = 0 // never a guess: the safety layer has decided
			if h.endangered() {
				s.Score = 1
			}
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
	u.raise(h, list)
	unwrap(list)
	u.humble(h, list)
	return list
}

// unwrap puts what is asked for in front of the orders it is wrapped in, as
// sure as those are.
func unwrap(list []dialog.Scored) {
	if list[0].Intent == dialog.IntentInjection && list[1].Intent == dialog.IntentAskWaiver && list[1].Score >= wrapped {
		list[0].Intent, list[1].Intent = list[1].Intent, list[0].Intent
	}
}

// wrapped is how likely a request within orders has to be, and from where on
// orders count as present around a request.
const wrapped = 0.1

// humble keeps a wild guess from being a grave one: where even the likeliest
// intent is hardly likelier than any other, none that stops or hands over
// drives unless a pattern speaks for it.
func (u *Understander) humble(h *heard, list []dialog.Scored) {
	if list[0].Score >= wildGuess || slices.Contains(h.ruled, list[0].Intent) {
		return
	}
	for i, s := range list {
		if u.ranks[s.Intent] <= dialog.RankP {
			copy(list[1:i+1], list[:i])
			list[0] = s
			return
		}
	}
}

// wildGuess is the probability below which nothing was understood.
const wildGuess = 0.2

// raise puts an intent that must not be missed in front of a likelier one of
// lower rank: when it comes near it, or when a pattern speaks for it.
func (u *Understander) raise(h *heard, list []dialog.Scored) {
	for i := 1; i < len(list) && list[i].Score >= forceAt; i++ {
		s := list[i]
		if u.ranks[s.Intent] <= u.ranks[list[0].Intent] || !grave(s.Intent) {
			continue
		}
		if s.Score >= rankShare*list[0].Score || firm(s.Intent) && slices.Contains(h.ruled, s.Intent) {
			copy(list[1:i+1], list[:i])
			list[0] = s
		}
	}
}

// rankShare is how near such an intent has to come to the likeliest one.
const rankShare = 0.65

// forceAt is how likely an intent that a pattern speaks for has to be.
const forceAt = 0.08

func (h *heard) endangered() bool {
	return h.out.Safety == dialog.SafetyRed || h.out.Safety == dialog.SafetyAmber
}
