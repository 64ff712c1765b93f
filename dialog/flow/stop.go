package flow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// ceaseContact stops everything proactive at once, here, and tells the lender's
// other channels to stop. Nothing is asked and nobody is talked round.
func ceaseContact(d *draft) {
	d.CancelProactive = true
	if c := dialog.ChannelKind(d.entity(dialog.EntityChannel)); c == dialog.ChannelTelegram {
		d.Stop = &Stop{Channel: c}
		d.stopCall(string(c))
		d.say("cease.confirmed", "channel", nil, buttons("resume_contact")...)
		return
	}
	d.Stop = &Stop{All: true}
	if d.held(dialog.HoldCease) {
		d.say("cease.confirmed", "done", nil, buttons("resume_contact")...)
		return
	}
	d.hold(dialog.HoldCease, "asked", 0)
	d.stopCall("all")
	d.say("cease.confirmed", "", nil, buttons("resume_contact")...)
}

// OnlyThen reports whether a wish not to be written to names the hours that it
// is about: "not after eight" is a preference, no end.
func OnlyThen(u *dialog.Understanding) bool {
	_, hours := u.Entity(dialog.EntityTimeWindow)
	return hours && u.Has(dialog.IntentContactPref)
}

func (d *draft) stopCall(scope string) {
	d.call(dialog.Call{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "cease", "channel": scope}})
}

// mayWriteAgain reports whether somebody who had all messages stopped says in
// so many words that they may come again. Whatever else could be meant leaves
// the stop, with its button, as it is.
func (d *draft) mayWriteAgain() bool {
	return d.heldBefore(dialog.HoldCease) && d.asks(topicResume) && !d.asks(topicNever) &&
		d.Level >= dialog.LevelLinked && !d.heard.Has(dialog.IntentCeaseContact)
}

// resumeContact undoes a stop: by its button, or by words that say just that.
func resumeContact(d *draft) {
	d.Stop = &Stop{Resume: true}
	if d.held(dialog.HoldCease) {
		d.Release = append(d.Release, dialog.HoldCease)
	}
	d.call(dialog.Call{Kind: dialog.CallContactUpdate, Fields: map[string]string{"status": "resume", "channel": "all"}})
	d.say("cease.confirmed", "resumed", nil, buttons("show_balance", "human")...)
}

// preference saves when and where a person wants to be written to and reads it
// back.
func preference(d *draft) {
	p := d.prefs()
	from, to := window(d.entity(dialog.EntityTimeWindow))
	form, v := "general", vals{}
	only := ""
	calls := false
	for _, channel := range d.channels() {
		switch channel {
		case string(dialog.ChannelCall):
			calls = true
			p.Stopped = add(p.Stopped, dialog.ChannelCall)
		case string(dialog.ChannelSMS):
			p.Stopped = add(p.Stopped, dialog.ChannelSMS)
		default:
			only = channel
			form, v["channel_name"] = "channel", dialog.LabelValue("channel."+string(webOr(channel)))
			p.Only = webOr(channel)
		}
	}
	if from > 0 || to > 0 {
		p.NotBefore, p.NotAfter = from, to
		form = d.hoursForm(form, from, to, v)
	}
	d.Prefs = &p
	d.call(dialog.Call{Kind: dialog.CallContactUpdate, Fields: map[string]string{
		"status": "preference", "channel": cmp.Or(only, d.entity(dialog.EntityChannel)), "window": d.entity(dialog.EntityTimeWindow),
	}})
	if calls { // each wish is read back
		d.say("preference.saved", "no_calls", nil, buttons("human")...)
		if form == "general" {
			return
		}
	}
	d.say("preference.saved", form, v, buttons("human")...)
}

// channels are all the channels that the text names, in its order.
func (d *draft) channels() []string {
	var named []string
	for _, e := range d.heard.Entities {
		if e.Kind == dialog.EntityChannel && !slices.Contains(named, e.Value) {
			named = append(named, e.Value)
		}
	}
	return named
}

// hoursForm adds the clock time to what is read back.
func (d *draft) hoursForm(form string, from, to int, v vals) string {
	minutes, hours := to, "hours_after"
	if to == 0 {
		minutes, hours = from, "hours_before"
	}
	v["pref_time"] = dialog.TimeValue(d.at(d.Today, 0).Add(time.Duration(minutes) * time.Minute))
	if form == "channel" {
		if to == 0 { // the form for both says "not after"
			delete(v, "channel_name")
			return hours
		}
		return "channel_hours"
	}
	return hours
}

// webOr maps the channel names of a text to ours; the app is the web widget.
func webOr(channel string) dialog.ChannelKind {
	if channel == string(dialog.ChannelTelegram) {
		return dialog.ChannelTelegram
	}
	return dialog.ChannelWeb
}

// prefs returns a copy of the preferences as they will be.
func (d *draft) prefs() dialog.Preferences {
	p := d.Conv.Prefs
	if d.Prefs != nil {
		p = *d.Prefs
	}
	p.Stopped = slices.Clone(p.Stopped)
	return p
}

func add(list []dialog.ChannelKind, c dialog.ChannelKind) []dialog.ChannelKind {
	if slices.Contains(list, c) {
		return list
	}
	return append(list, c)
}

// window reads "20:00-" (not after 20:00), "-09:00" (not before) and
// "09:00-18:00" (only then) as minutes after midnight, 0 for no bound.
func window(v string) (notBefore, notAfter int) {
	a, b, ok := strings.Cut(v, "-")
	if !ok {
		return 0, 0
	}
	from, to := clock(a), clock(b)
	switch {
	case b == "":
		return 0, from
	case a == "":
		return to, 0
	}
	return from, to
}

func clock(v string) int {
	h, m, _ := strings.Cut(v, ":")
	hours, err := strconv.Atoi(h)
	if err != nil || hours < 0 || hours > 24 {
		return 0
	}
	minutes, _ := strconv.Atoi(m)
	return hours*60 + max(0, min(minutes, 59))
}

// reminders keeps the choice to be reminded of payments that come.
func reminders(d *draft, wanted bool) {
	p := d.prefs()
	p.Reminders = wanted
	d.Prefs = &p
	d.ask("", "")
	if !wanted {
		d.cancelTimers(timerReminder)
		d.say("preference.saved", "no_reminders", nil, buttons("schedule")...)
		return
	}
	d.setReminders()
	d.say("preference.saved", "reminders", nil, buttons("schedule")...)
}
