package turn

import (
	"slices"
	"strings"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// permit returns the acts that may be said, with the buttons that may stand
// below them, and puts something in the place of what may not be said: nobody
// is left without an answer.
func (x *run) permit(acts []dialog.Act) []dialog.Act {
	var kept []dialog.Act
	var last policy.Verdict
	held := len(acts) > 0
	for i := range acts {
		a := acts[i]
		x.barLink(&a)
		v := x.judged(&a)
		if v.Rule == policy.KConfirm && v.Detail == policy.DetailOverBudget {
			x.owe(v.Disclose)
			a = x.tooBig()
			v = x.judged(&a)
		}
		if !v.Allowed() {
			x.dropped = x.dropped || v.Rule == policy.KLevel
			last = v
			continue
		}
		if len(v.Drop) > 0 {
			a.Options = keep(a.Options, func(o dialog.Option) bool { return !slices.Contains(v.Drop, o.ID) })
		}
		kept = append(kept, x.permitted(a, &v))
	}
	if x.m.Reader && held {
		kept = x.instead(kept, last)
	}
	return kept
}

func ruleIDs(looked []dialog.Fired) []string {
	ids := make([]string, 0, len(looked))
	for i := range looked {
		if !slices.Contains(ids, looked[i].Rule) {
			ids = append(ids, looked[i].Rule)
		}
	}
	return ids
}

// instead fills the place of acts that were left out.
func (x *run) instead(kept []dialog.Act, last policy.Verdict) []dialog.Act {
	if x.next.Owner == dialog.OwnerAgent {
		return kept
	}
	if x.dropped && !x.doubted && !speaksOf(kept, "identity.ask", "identity.refuse_data") {
		return x.admit(kept, x.identityAct())
	}
	if len(kept) > 0 {
		return kept
	}
	switch {
	case last.Rule == policy.KCrisis:
		return x.admit(kept, x.crisisAct("crisis.support", "again"))
	case last.Rule == policy.KOwner:
		if x.next.Said["handoff.queued/waiting"] > 0 {
			return nil
		}
		return x.admit(kept, dialog.Act{Kind: "handoff.queued", Form: "waiting", Options: options("cancel_wait")})
	case x.because == policy.DetailOverBudget:
		return x.admit(kept, x.tooBig())
	case x.refused && x.next.Talk.Quote != nil:
		return x.admit(kept, x.cardAgain())
	case x.f.Unavailable:
		return x.admit(kept, dialog.Act{Kind: "service.unavailable", Options: options("human")})
	case x.doubted:
		return x.admit(kept, dialog.Act{Kind: "third_party.refuse"})
	}
	return x.admit(kept, dialog.Act{Kind: "error.apologise", Options: options("human")})
}

// admit adds an act of our own, which the policy looks at like any other.
func (x *run) admit(kept []dialog.Act, a dialog.Act) []dialog.Act {
	v := x.judged(&a)
	if !v.Allowed() {
		return kept
	}
	return append(kept, x.permitted(a, &v))
}

// permitted is an act with the rules that let it be said; what they ask for
// beside it, and which of them keep the account back, is noted.
func (x *run) permitted(a dialog.Act, v *policy.Verdict) dialog.Act {
	a.Rules = ruleIDs(v.Looked)
	if a.Kind == "identity.ask" {
		x.fire(x.rules.NoteIdentity(&x.m).Looked)
	}
	x.owe(v.Disclose)
	return a
}

// identityAct asks for a step-up, once for everything that waits for it. Who
// only opened the chat is greeted and told nothing.
func (x *run) identityAct() dialog.Act {
	a := dialog.Act{Kind: "identity.ask", Options: options("step_up", "human")}
	ch := x.event.Choice
	switch {
	case x.event.Kind == dialog.EventOpened:
		return dialog.Act{Kind: "greet", Form: "neutral", Options: options("human")}
	case x.e.Channel == dialog.ChannelTelegram:
		a.Form, a.Options = "telegram", options("open_wallet", "human")
	case ch != nil && ch.Option == "confirm":
		a.Form = "confirm"
	case x.was.Talk.After != nil:
		a.Form = "again"
	}
	return a
}

// cardAgain points back to the live card: what was said did not confirm it.
func (x *run) cardAgain() dialog.Act {
	a := dialog.Act{Kind: "clarify.ask", Form: "confirm_card", Options: options("confirm", "change", "not_now", "human")}
	a.Options[0].Card = x.next.Talk.Quote.ID
	return a
}

// telegramForm is an act as it may appear in a Telegram chat that is not
// approved: reminders have a neutral form, everything else stays in the wallet.
func telegramForm(a *dialog.Act) (dialog.Act, bool) {
	if !strings.HasPrefix(string(a.Kind), "reminder.") && a.Kind != "promise.follow_up" {
		return dialog.Act{}, false
	}
	return neutral(*a), true
}

// neutral is a reminder that says nothing about money.
func neutral(a dialog.Act) dialog.Act {
	a.Form, a.Values, a.Card, a.Options, a.Level = "neutral", nil, nil, options("human"), dialog.LevelUnknown
	return a
}
