package flow

import "warmline/dialog"

// giveIdentity answers "it is me": the step-up in the wallet says so, never a
// number typed here.
func giveIdentity(d *draft) {
	if d.Level < dialog.LevelBorrower {
		d.askIdentity()
		return
	}
	if after := d.Talk.After; after != nil {
		d.Talk.After = nil
		d.resume(*after)
		return
	}
	if i := d.askedWith(dialog.IntentGiveIdentity); i != "" {
		d.run(i) // "done, so how much is it?"
		return
	}
	d.say("identity.done", "", nil, buttons("show_balance", "human")...)
}

// refuseIdentity explains why it is asked, and then accepts the refusal.
func refuseIdentity(d *draft) {
	if d.Level >= dialog.LevelBorrower {
		d.say("identity.refuse_data", "why", nil, buttons("show_balance", "human")...)
		return
	}
	n := d.count("identity")
	d.say("identity.refuse_data", form(n, "why", ""), nil, buttons("step_up", "human")...)
}

// stepUp answers the button that starts a step-up.
func stepUp(d *draft) {
	if d.Level >= dialog.LevelBorrower {
		giveIdentity(d)
		return
	}
	after := d.Talk.After
	d.askIdentity()
	d.Talk.After = after // what waits is the question before the button
}

// askedWith is what the text asks for beside a driving intent, "" for nothing:
// the first of its other intents that speaks of the account.
func (d *draft) askedWith(driving dialog.Intent) dialog.Intent {
	if d.heard == nil {
		return ""
	}
	for _, s := range d.heard.Intents {
		if s.Intent != driving && scriptFor(s.Intent).account {
			return s.Intent
		}
	}
	return ""
}
