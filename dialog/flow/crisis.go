package flow

import "warmline/dialog"

// anyEmergency is the emergency number that every GSM phone connects (3GPP TS
// 22.101), for a deployment whose own data are missing.
const anyEmergency = "112"

// alarmed reports whether the text speaks of self-harm: the lexicons or the
// classifier, either is enough.
func (d *draft) alarmed() bool { return Danger(d.heard) != dialog.SafetyNone }

// surely is the probability from which the classifier alone, with no word of
// the lexicons, takes a text for plain talk of suicide. Below it somebody asks.
const surely = 0.5

// Danger weighs what the lexicons and the classifier say of self-harm in a
// text: red for a plain statement, amber for one that has to be asked about,
// nothing otherwise.
func Danger(u *dialog.Understanding) dialog.Safety {
	if u == nil {
		return dialog.SafetyNone
	}
	if u.Safety == dialog.SafetyRed || u.Safety == dialog.SafetyAmber {
		return u.Safety
	}
	for _, s := range u.Intents {
		if s.Intent == dialog.IntentSelfHarm && s.Score < surely {
			return dialog.SafetyAmber
		}
	}
	if u.Has(dialog.IntentSelfHarm) {
		return dialog.SafetyRed
	}
	return dialog.SafetyNone
}

// selfHarm puts everything else aside, gives the lines and calls a person.
func selfHarm(d *draft) {
	d.dropQuote()
	d.Talk.Table, d.Talk.After, d.Talk.Last = nil, nil, nil
	d.ask("crisis", "")
	d.CancelProactive, d.Page = true, true
	if Danger(d.heard) == dialog.SafetyAmber && !d.held(dialog.HoldCrisis) {
		checkIn(d)
		return
	}
	again := d.heldBefore(dialog.HoldCrisis)
	if !again {
		d.hold(dialog.HoldCrisis, "self_harm", 0)
	}
	d.Handoff = &Handoff{Queue: "crisis", Priority: 0, Reason: "crisis"}
	d.support(again)
}

// checkIn asks gently after an indirect statement, with the line and a person;
// nothing is asked for until a human has looked.
func checkIn(d *draft) {
	d.hold(dialog.HoldVulnerability, "check_in", 0)
	d.Handoff = &Handoff{Queue: "crisis", Priority: 1, Reason: "check_in"}
	form, v := d.numbers("", "emergency_only")
	d.say("crisis.check_in", form, v, buttons("safe_yes", "safe_no", "human")...)
}

// numbers returns the form and values for the numbers that are known here.
func (d *draft) numbers(full, emergencyOnly string) (string, vals) {
	number := d.limits().Emergency
	if number == "" {
		number = anyEmergency
	}
	v := vals{"emergency_number": dialog.TextValue(number)}
	if d.limits().CrisisLine == "" {
		return emergencyOnly, v
	}
	v["crisis_line"] = dialog.TextValue(d.limits().CrisisLine)
	return full, v
}

// support says the reviewed text that is true now: a person was called, nobody
// is on call, or somebody has answered.
func (d *draft) support(again bool) {
	if p := d.Conv.Page; again && p != nil && p.By != "" {
		d.say("crisis.support", "acknowledged", nil, buttons("safe_no")...)
		return
	}
	full, short := "", "emergency_only"
	switch {
	case !d.Facts.Desk.OnCall:
		full, short = "no_one", "emergency_only_no_one"
	case again:
		full = "again"
	}
	form, v := d.numbers(full, short)
	d.say("crisis.support", form, v)
}

// inCrisis answers while the crisis hold is on: with support and nothing else,
// until a human releases it.
func inCrisis(d *draft) {
	if d.alarmed() {
		selfHarm(d)
		return
	}
	if c := d.Envelope.Event.Choice; c != nil && c.Option == "safe_no" {
		d.Page = true
	}
	if d.Conv.Owner == dialog.OwnerBot || d.Conv.Owner == dialog.OwnerClosed || d.Conv.Owner == "" {
		d.Handoff = &Handoff{Queue: "crisis", Priority: 0, Reason: "crisis"}
	}
	d.support(true)
}

// safety answers the buttons of a check-in.
func safety(d *draft, safe bool) {
	if safe {
		d.ask("", "")
		d.say("crisis.check_in", "safe", nil, buttons("cancel_wait", "human")...)
		if d.Conv.Owner != dialog.OwnerQueue {
			d.last().Options = buttons("human")
		}
		return
	}
	selfHarm(d)
}
