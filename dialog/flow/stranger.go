package flow

import (
	"strings"

	"warmline/dialog"
)

// wrongPerson believes it at once: nothing is ever sent here again.
func wrongPerson(d *draft) {
	again := d.held(dialog.HoldWrongPerson)
	d.dropQuote()
	d.forget()
	d.Doubt, d.Tombstone, d.CancelProactive = true, true, true
	if again {
		d.say("wrong_person.apologise", "again", nil)
		return
	}
	d.hold(dialog.HoldWrongPerson, "wrong_person", 0)
	d.call(dialog.Call{Kind: dialog.CallContactUpdate, Fields: map[string]string{
		"status": "invalid", "channel": string(d.Envelope.Channel), "reason": "wrong_person",
	}})
	d.say("wrong_person.apologise", "", nil)
}

// forget drops what a stranger must not find: questions kept, offers shown, the
// last answer.
func (d *draft) forget() {
	d.Talk.After, d.Talk.Last, d.Talk.Table = nil, nil, nil
	d.ask("", "")
}

// thirdParty tells somebody else nothing: not what is owed and not whether
// there is anything.
func thirdParty(d *draft) {
	d.dropQuote()
	d.forget()
	d.Doubt = true
	if !d.held(dialog.HoldThirdParty) {
		d.hold(dialog.HoldThirdParty, "third_party", 30)
	}
	d.refuseStranger()
}

// refuseStranger says the same in ever fewer words.
func (d *draft) refuseStranger() {
	n := d.count("third_party")
	d.say("third_party.refuse", form(n, "", "again", "short"), nil, buttons("step_up")...)
}

// stillStranger reports whether somebody who said that they are not the
// borrower goes on asking, without a step-up in between.
func (d *draft) stillStranger() bool {
	if d.Level >= dialog.LevelBorrower || !d.heldBefore(dialog.HoldThirdParty) && !d.heldBefore(dialog.HoldWrongPerson) {
		return false
	}
	if d.heard == nil {
		return true
	}
	if !d.heard.Confident {
		return true
	}
	s := d.heard.Driving
	if s == dialog.IntentBereavement && !d.heard.Deceased && !anyOf(d.Envelope.Event.Text, deathWords) {
		return true // "we are family" is no news of a death
	}
	return stopScript(s).do == nil && humanScript(s).do == nil &&
		s != dialog.IntentGiveIdentity && s != dialog.IntentRefuseIdentity && s != dialog.IntentSwitchLanguage
}

func (d *draft) heldBefore(kind dialog.HoldKind) bool {
	_, on := d.Conv.Held(d.Now, kind)
	return on
}

func strangerAgain(d *draft) {
	d.followLanguage()
	if d.heldBefore(dialog.HoldWrongPerson) {
		d.say("wrong_person.apologise", "again", nil)
		return
	}
	d.refuseStranger()
}

// bereavement condoles. If the borrower has died, nothing is said of the
// account and a case is opened; if it is somebody close to the borrower,
// collection rests for a month.
func bereavement(d *draft) {
	d.dropQuote()
	d.CancelProactive = true
	form := "relative"
	deceased := d.heard != nil && (d.heard.Deceased || d.entity(dialog.EntityRelation) != "" && (d.asks(topicTheirs) || d.theirs()))
	if deceased {
		form = "borrower"
	}
	if d.held(dialog.HoldDeceased, dialog.HoldBereavement) {
		form = "again"
	}
	if deceased {
		d.forget()
		d.Doubt = true
		d.hold(dialog.HoldDeceased, "deceased", 0)
		d.fileCase(dialog.CaseBereavement, d.lines())
	} else {
		d.Talk.Table = nil
		d.hold(dialog.HoldBereavement, "relative", 30)
	}
	d.say("bereavement.condole", form, nil)
	if slots := d.Facts.Desk.Slots; len(slots) > 0 {
		d.say("callback.offer", "", nil, append(slotButtons(slots), buttons("human", "not_now")...)...)
	} else {
		d.say("callback.offer", "", nil, buttons("human", "not_now")...)
	}
}

// theirs reports whether a text speaks of somebody else's account or debt with
// a few words between the two: "他这个钱包", "我爸还欠着".
func (d *draft) theirs() bool {
	text := strings.ToLower(joined(d.Envelope.Event.Text))
	for _, who := range []string{"他", "她", "佢", "爸", "妈", "媽", "父亲", "父親", "母亲", "母親", "老公", "老婆", "先生", "太太"} {
		for from := 0; ; {
			i := strings.Index(text[from:], who)
			if i < 0 {
				break
			}
			from += i + len(who)
			if near := []rune(text[from:]); mentionsAccount(string(near[:min(len(near), 5)])) {
				return true
			}
		}
	}
	return false
}

func mentionsAccount(words string) bool {
	for _, w := range []string{"钱包", "錢包", "银包", "銀包", "账户", "账号", "帳戶", "帳號", "賬戶", "賬號", "户口", "戶口", "欠", "借的", "貸", "贷", "账单", "帳單", "賬單"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}
