package flow

import (
	"strings"
	"time"

	"warmline/dialog"
)

// Kinds of timers that scripts set.
const (
	timerReminder = "reminder"  // Key: overdue, due, promise, plan, deferral
	timerFollowUp = "follow_up" // after a promise's day of grace
	timerCallback = "callback"  // a person calls back
)

// clockHour is when messages of ours are set for, local time.
const clockHour = 10

// Due answers a timer: with a message if the facts still call for one at this
// very moment, with nothing otherwise.
func Due(in Input) Proposal {
	d := begin(in)
	if t := in.Envelope.Event.Timer; t != nil {
		d.due(t)
	}
	d.silence()
	d.finish()
	return d.Proposal
}

func (d *draft) due(t *dialog.TimerEvent) {
	kind, key := t.Kind, t.Key
	if name, rest, ok := strings.Cut(kind, "."); ok {
		kind, key = name, rest
	}
	switch kind {
	case timerCallback:
		d.callBack()
	case timerFollowUp, "promise_grace":
		d.followUp()
	case timerReminder:
		d.reminder(key)
	}
}

// callBack brings the chat to a person at the time that was chosen.
func (d *draft) callBack() {
	d.remember("callback", "")
	if d.Conv.Owner == dialog.OwnerBot || d.Conv.Owner == dialog.OwnerClosed || d.Conv.Owner == "" {
		d.handOver("general", 2, "callback")
	}
}

// mayRemind reports whether there is something to remind of and nothing stands
// against it.
func (d *draft) mayRemind() bool {
	if d.Facts.Unavailable || !d.owes() || d.quiet() || d.held(dialog.HoldCease, dialog.HoldThirdParty, dialog.HoldCrisis) {
		return false
	}
	if d.Conv.Owner == dialog.OwnerAgent || d.Conv.Owner == dialog.OwnerQueue {
		return false
	}
	_, paying := d.pendingPayment()
	return !paying
}

// followUp asks about a promise whose day has passed. A payment that came
// before says it all.
func (d *draft) followUp() {
	p := d.Conv.Promise
	if p == nil || !d.mayRemind() || d.Today.Before(p.Date) {
		return
	}
	told := *p
	told.Told = d.Now
	d.Promise = &told
	form, v := d.followUpForm(p)
	d.ask("promise", "date")
	if d.hidden() {
		d.say("promise.follow_up", "neutral", nil, buttons("open_wallet", "human")...)
		return
	}
	offers := d.plans()
	d.Talk.Table = offers
	d.say("promise.follow_up", form, v, append(buttons("pay_now", "promise"), menu(offers, "human", "not_now")...)...)
}

// followUpForm says what has come and what has not.
func (d *draft) followUpForm(p *dialog.PromiseState) (string, vals) {
	v := vals{"promise_date": dayValue(p.Date), "promise_amount": dialog.MoneyValue(p.Amount)}
	switch {
	case d.Owed.Total.Minor < p.Amount.Minor:
		return "partial", vals{
			"paid_amount":      dialog.MoneyValue(p.Amount.Sub(d.Owed.Total)),
			"remaining_amount": dialog.MoneyValue(d.Owed.Total),
		}
	case d.Owed.Total.Minor > p.Amount.Minor:
		return "recomputed", vals{"promise_date": v["promise_date"], "amount_due": dialog.MoneyValue(d.Owed.Total)}
	case d.Account.AutoDebit == "failed":
		return "debit_failed", v
	}
	return "", v
}

// hidden reports whether a message would be read where account facts do not
// belong: on a linked channel without an approval that is still good.
func (d *draft) hidden() bool {
	return d.Conv.Channel == dialog.ChannelTelegram && d.Level < dialog.LevelBorrower
}

// reminder reminds of what is due or overdue.
func (d *draft) reminder(key string) {
	if !d.mayRemind() {
		return
	}
	switch key {
	case "promise":
		d.remindPromise()
	case "plan", "deferral":
		d.remindInstalment()
		d.setReminders()
	default:
		d.remindOverdue()
	}
}

func (d *draft) remindPromise() {
	p := d.Conv.Promise
	if p == nil {
		return
	}
	if p.Date.Before(d.Today) {
		d.followUp()
		return
	}
	sum := p.Amount
	if d.Owed.Total.Minor < sum.Minor { // a part has come already
		sum = d.Owed.Total
	}
	d.sayReminder("reminder.due", "promise", vals{"promise_amount": dialog.MoneyValue(sum), "promise_date": dayValue(p.Date)})
}

func (d *draft) remindInstalment() {
	next, ok := d.nextInstalment()
	if !ok {
		return
	}
	if next.Due == d.Today {
		d.sayReminder("reminder.due", "today", vals{"amount_due": dialog.MoneyValue(next.Amount)})
		return
	}
	if d.Today.Before(next.Due) {
		d.sayReminder("reminder.due", "plan", vals{"next_due_amount": dialog.MoneyValue(next.Amount), "next_due_date": dialog.DateValue(next.Due)})
	}
}

// remindOverdue reminds of a bill, unless it was settled, arranged or promised.
func (d *draft) remindOverdue() {
	if _, ok := d.active(); ok || d.Conv.Promise != nil {
		return
	}
	due := d.Account.Overdue.Due
	v := vals{"amount_due": dialog.MoneyValue(d.Owed.Total), "due_date": dialog.DateValue(due)}
	switch {
	case due == d.Today:
		d.sayReminder("reminder.due", "today", vals{"amount_due": v["amount_due"]})
	case d.Today.Before(due):
		d.sayReminder("reminder.due", "", v)
	default:
		v["late_interest"] = dialog.MoneyValue(d.Owed.Late)
		d.sayReminder("reminder.overdue", "", v)
	}
}

// sayReminder says a reminder, without facts where others may read it.
func (d *draft) sayReminder(kind dialog.ActKind, form string, v vals) {
	if d.hidden() {
		d.say(kind, "neutral", nil, buttons("open_wallet", "human")...)
		return
	}
	d.say(kind, form, v, buttons("pay_now", "see_options", "human", "not_now")...)
}

// promiseTimers sets a promise's note the day before and the question after a
// day of grace.
func (d *draft) promiseTimers(p dialog.PromiseState) {
	if note := d.at(p.Date.AddDays(-1), clockHour); note.After(d.Now) {
		d.timer(timerReminder, "promise", note)
	}
	d.timer(timerFollowUp, p.ID, d.at(p.Date.AddDays(2), clockHour))
}

// remindOf sets the reminders of a schedule's first payment, where they were
// chosen: three days before and on the day.
func (d *draft) remindOf(schedule []dialog.Instalment, key string) {
	for _, t := range d.Conv.Timers {
		if t.Kind == timerReminder && t.Key != key {
			d.Timers = append(d.Timers, dialog.TimerOp{Kind: t.Kind, Key: t.Key, Cancel: true})
		}
	}
	if !d.Conv.Prefs.Reminders && (d.Prefs == nil || !d.Prefs.Reminders) || len(schedule) == 0 {
		return
	}
	for _, days := range []int{-3, 0} {
		if at := d.at(schedule[0].Due.AddDays(days), clockHour); at.After(d.Now) {
			d.timer(timerReminder, key, at)
			return
		}
	}
}

// setReminders sets the next reminder of what is agreed, or of the next bill.
func (d *draft) setReminders() {
	if next, ok := d.nextInstalment(); ok {
		d.remindOf([]dialog.Instalment{next}, "plan")
		return
	}
	if !d.Account.NextDue.IsZero() {
		d.remindOf([]dialog.Instalment{{Due: d.Account.NextDue, Amount: d.Account.NextDueAmount}}, "due")
	}
}

func (d *draft) timer(kind, key string, at time.Time) {
	d.Timers = append(d.Timers, dialog.TimerOp{Kind: kind, Key: key, Due: at})
}

// cancelTimers takes back the timers of some kinds that are set.
func (d *draft) cancelTimers(kinds ...string) {
	for _, t := range d.Conv.Timers {
		for _, k := range kinds {
			if t.Kind == k {
				d.Timers = append(d.Timers, dialog.TimerOp{Kind: t.Kind, Key: t.Key, Cancel: true})
			}
		}
	}
}
