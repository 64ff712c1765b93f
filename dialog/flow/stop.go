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

// leavesOut reports whether a wish about messages is that somebody else gets
// none: "don't ring my mum". "Text me, not my husband's phone" has both.
func (d *draft) leavesOut() bool {
	if _, hours := d.heard.Entity(dialog.EntityTimeWindow); hours {
		return false
	}
	return d.entity(dialog.EntityRelation) != "" && d.asks(topicNever) && !d.asks(topicToMe)
}

// OnlyThen reports whether a wish not to be written to names the hours or the
// channel that it is about: "not after eight" is a preference, no end.
func OnlyThen(u *dialog.Understanding) bool {
	_, hours := u.Entity(dialog.EntityTimeWindow)
	_, channel := u.Entity(dialog.EntityChannel)
	return hours && u.Has(dialog.IntentContactPref) || channel && u.Driving == dialog.IntentContactPref
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
	if d.Envelope.Event.Text != nil {
		if from, to := d.hours(); from > 0 || to > 0 {
			preference(d) // "you can write again, in the daytime only"
		}
	}
}

// preference saves when and where a person wants to be written to and reads it
// back.
func preference(d *draft) {
	p := d.prefs()
	from, to := d.hours()
	form, v := "general", vals{}
	stopped, only := d.channelWishes()
	for _, c := range stopped {
		p.Stopped = add(p.Stopped, c)
	}
	if only != "" {
		form, v["channel_name"] = "channel", dialog.LabelValue("channel."+string(only))
		p.Only = only
	}
	if from > 0 || to > 0 {
		p.NotBefore, p.NotAfter = from, to
		form = d.hoursForm(form, from, to, v)
	}
	d.Prefs = &p
	d.call(dialog.Call{Kind: dialog.CallContactUpdate, Fields: map[string]string{
		"status": "preference", "channel": cmp.Or(string(only), d.entity(dialog.EntityChannel)), "window": d.entity(dialog.EntityTimeWindow),
	}})
	for _, c := range stopped { // each wish is read back
		if f := map[dialog.ChannelKind]string{dialog.ChannelCall: "no_calls", dialog.ChannelSMS: "no_sms"}[c]; f != "" {
			d.say("preference.saved", f, nil, buttons("human")...)
		}
	}
	if form != "general" || d.last() == nil {
		d.say("preference.saved", form, v, buttons("human")...)
	}
}

// dayFrom and dayTo bound "in the daytime", in minutes after midnight.
const (
	dayFrom = 9 * 60
	dayTo   = 18 * 60
)

// hours are the hours that a text wants messages to keep to, in minutes after
// midnight, 0 for no bound.
func (d *draft) hours() (from, to int) {
	from, to = window(d.entity(dialog.EntityTimeWindow))
	if from == 0 && to == 0 && d.asks(topicDaytime) {
		return dayFrom, dayTo
	}
	return from, to
}

// channelWishes are the channels that the text turns down, and the one that it
// wants. A call is turned down unless it is asked for, and so is a text message.
func (d *draft) channelWishes() (stopped []dialog.ChannelKind, only dialog.ChannelKind) {
	for _, e := range d.heard.Entities {
		if e.Kind != dialog.EntityChannel {
			continue
		}
		before, after := d.around(e, 6)
		no := touchesAny(before, "别", "別", "不", "勿", "唔", "咪", "停", "no ", "not ", "n't", "stop", "never") ||
			touchesAny(after, "别", "別", "不要", "唔好", "停", "免")
		yes := !no && (touchesAny(before, "用", "只", "走", "透过", "透過", "only", "use", "by ", "via", "through") ||
			touchesAny(after, "就好", "就行", "就得", "就可以", "联系", "聯絡", "聯繫", "only", "is fine", "is ok", "instead"))
		c := dialog.ChannelKind(e.Value)
		switch {
		case no, !yes && (c == dialog.ChannelCall || c == dialog.ChannelSMS):
			stopped = add(stopped, c)
		case c == dialog.ChannelCall, c == dialog.ChannelSMS:
			only = c
		default:
			only = webOr(e.Value)
		}
	}
	return stopped, only
}

// around are so many characters before and after what an entity was read from.
func (d *draft) around(e dialog.Entity, n int) (before, after string) {
	t := d.Envelope.Event.Text
	if t == nil {
		return "", ""
	}
	text := strings.ToLower(joined(t))
	if e.Start < 0 || e.End > len(text) || e.Start >= e.End {
		return "", ""
	}
	head, tail := text[:e.Start], text[e.End:]
	if i := strings.LastIndexAny(head, "，。；,;!！"); i >= 0 {
		head = head[i:]
	}
	if i := strings.LastIndex(strings.TrimRight(head, " "), " "); i > 0 && head[i-1] > 127 { // a blank is a stop between Chinese words
		head = head[i:]
	}
	if i := strings.IndexAny(tail, "，。；,;!！"); i >= 0 {
		tail = tail[:i]
	}
	if i := strings.Index(tail, " "); i >= 0 && i+1 < len(tail) && tail[i+1] > 127 {
		tail = tail[:i]
	}
	b, a := []rune(head), []rune(tail)
	return string(b[max(0, len(b)-n):]), string(a[:min(len(a), n)])
}

func touchesAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
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
