package understand

import (
	"slices"
	"strconv"
	"strings"

	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// answer weighs the intents by the open question: the same word is a yes after
// a card and a thank-you elsewhere. It reports whether it changed anything.
func (u *Understander) answer(h *heard) bool {
	before := h.p[0]
	short := words(&h.text) <= 6
	switch h.ctx.Asked {
	case "confirm", "yes_no":
		if short {
			u.scale(h, dialog.IntentAffirm, 6)
			u.scale(h, dialog.IntentDeny, 3)
		}
		if short && u.agrees(h) {
			u.scale(h, dialog.IntentAffirm, 12)
		}
	case "choose":
		if short {
			u.scale(h, dialog.IntentChooseOption, 3)
			u.scale(h, dialog.IntentAffirm, 2)
			u.scale(h, dialog.IntentDeny, 2)
		}
	case "amount":
		if u.states(h, dialog.EntityAmount) && words(&h.text) <= 10 {
			u.scale(h, dialog.IntentPayPartial, 10)
		}
		if u.states(h, dialog.EntityPerPeriod) {
			u.scale(h, dialog.IntentProposeTerms, 6)
		}
	case "date":
		if u.states(h, dialog.EntityDate) {
			u.scale(h, dialog.IntentPromiseToPay, 6)
		}
	case "reference":
		switch {
		case u.states(h, dialog.EntityPaymentRef) || u.states(h, dialog.EntityEvidence):
			u.scale(h, dialog.IntentAlreadyPaid, 40)
		case u.states(h, dialog.EntityAmount):
			u.scale(h, dialog.IntentAlreadyPaid, 8)
		}
	case "account":
		if short {
			u.scale(h, dialog.IntentChooseOption, 6)
		}
	}
	if len(h.ctx.Options) > 0 && (u.states(h, dialog.EntityOption) || short && u.states(h, dialog.EntityInstalments)) {
		u.scale(h, dialog.IntentChooseOption, 12)
	}
	return h.p[0] != before
}

// agrees reports whether a text begins with a plain yes, and names nothing that
// would be another plan.
func (u *Understander) agrees(h *heard) bool {
	first, rest, _ := strings.Cut(h.text.String(), " ")
	switch first {
	case "yes", "yeah", "yep", "yup", "aye", "sure":
	default:
		return false
	}
	for _, k := range []dialog.EntityKind{dialog.EntityAmount, dialog.EntityInstalments, dialog.EntityPerPeriod, dialog.EntityDate} {
		if u.states(h, k) {
			return false
		}
	}
	return !strings.Contains(rest, "but") && !strings.Contains(rest, "not") && !strings.Contains(rest, "no ")
}

func (u *Understander) states(h *heard, k dialog.EntityKind) bool {
	_, ok := h.out.Entity(k)
	return ok
}

// words counts Chinese characters by two and other words by one: how much a
// text says.
func words(t *fold.Text) int {
	han, n := 0, 0
	for i, r := range t.R {
		switch {
		case fold.Han(r):
			han++
		case r > ' ' && (i == 0 || t.R[i-1] <= ' ' || fold.Han(t.R[i-1])):
			n++
		}
	}
	return n + (han+1)/2
}

// shortcuts are single words that name the only option of their kind.
var shortcuts = []struct{ word, option string }{
	{"延", "defer:"}, {"缓", "defer:"}, {"推", "defer:"}, {"later date", "defer:"}, {"defer", "defer:"}, {"extension", "defer:"}, {"postpone", "defer:"},
	{"分期", "plan:"}, {"installment", "plan:"}, {"plan", "plan:"}, {"split", "plan:"},
}

// shortcut reads 延 or "the plan" as a choice where the table holds just one
// option of that kind.
func (u *Understander) shortcut(h *heard) {
	if len(h.ctx.Options) == 0 || words(&h.text) > 3 || u.states(h, dialog.EntityOption) || u.states(h, dialog.EntityInstalments) {
		return
	}
	text := h.text.String()
	for _, s := range shortcuts {
		if !strings.Contains(text, s.word) {
			continue
		}
		at := slices.IndexFunc(h.ctx.Options, func(o string) bool { return strings.HasPrefix(o, s.option) })
		if at < 0 || slices.ContainsFunc(h.ctx.Options[at+1:], func(o string) bool { return strings.HasPrefix(o, s.option) }) {
			continue
		}
		start, end := h.text.Span(0, len(h.text.R))
		h.out.Entities = append(h.out.Entities, dialog.Entity{Kind: dialog.EntityOption, Value: strconv.Itoa(at + 1), Start: start, End: end})
		return
	}
}
