package flow

import (
	"strconv"

	"warmline/dialog"
)

// askDeferral answers a wish for more time: for the days or until the date that
// was named, or else as long as can be had.
func askDeferral(d *draft) {
	switch {
	case d.forbidden():
		d.heldMenu()
	case d.entity(dialog.EntityPerPeriod) != "" && !d.asks(topicDefer) && d.wantedDays() == 0:
		proposeTerms(d) // so much a month is a plan, whatever else is in the words
	case d.agreedAlready():
	case d.moveWanted():
		promiseToPay(d)
	case d.askAmbiguousDate("deferral"):
	default:
		d.deferFor(d.wantedDays())
	}
}

// moveWanted reports whether somebody who has promised a day asks for another
// one that a promise can still be moved to: that costs nothing, a deferral
// might. Without a day it is a deferral they ask for.
func (d *draft) moveWanted() bool {
	if d.livePromise() == "" {
		return false
	}
	if d.movedBy() > 0 {
		return true
	}
	day, ok := d.payday()
	return ok && !day.Before(d.Today) && !d.limits().PromiseLatest.IsZero() && !d.limits().PromiseLatest.Before(day)
}

// shortMove is how many days more are still a matter of the promise, and not of
// a deferral.
const shortMove = 14

// movedBy is by how many days a text wants a promise moved: "two days later".
func (d *draft) movedBy() int {
	n, err := strconv.Atoi(d.entity(dialog.EntityDuration))
	if err != nil || n < 1 || n > shortMove || d.entity(dialog.EntityDate) != "" || d.Conv.Promise == nil {
		return 0
	}
	return n
}

// wantedDays is how many days of delay the text names, 0 for none.
func (d *draft) wantedDays() int {
	if n, err := strconv.Atoi(d.entity(dialog.EntityDuration)); err == nil {
		return max(n, 0)
	}
	return max(d.daysUntil(d.entity(dialog.EntityDate)), 0)
}

// daysUntil counts the days to a date, or to the first day of a month; 0 when
// it is none.
func (d *draft) daysUntil(v string) int {
	if len(v) == len("2027-01") {
		v += "-01"
	}
	day, err := dialog.ParseDate(v)
	if err != nil {
		return 0
	}
	return day.Days(d.Today)
}

// deferFor shows the card of a deferral by so many days, the most that can be
// had when days is 0. A longer wish is answered with the longest there is.
func (d *draft) deferFor(days int) {
	longest, ok := d.deferral()
	if !ok {
		d.noDeferral()
		return
	}
	if days <= 0 {
		days = longest.Terms.Days
	}
	o, ok := d.price("defer:" + strconv.Itoa(days))
	if ok && d.yesToCard(o.Option) {
		d.affirmCard(d.Talk.Quote)
		return
	}
	if ok {
		d.propose(o, "", "")
		return
	}
	d.Talk.Pressed++
	d.table("deferral", []dialog.Offer{longest})
	due := longest.Terms.Schedule[0]
	d.say("deferral.offer", "too_long", vals{
		"max_days":     dialog.DaysValue(longest.Terms.Days),
		"new_due_date": dialog.DateValue(due.Due),
		"extra_cost":   dialog.MoneyValue(longest.Terms.ExtraCost),
	}, menu([]dialog.Offer{longest}, "see_options", "human", "not_now")...)
}

// noDeferral says that no deferral can be had now, with the other ways: never a
// wall.
func (d *draft) noDeferral() {
	form := "none"
	if _, before := d.arrangement(dialog.ArrangementDeferral, dialog.ArrangementCompleted, dialog.ArrangementBroken, dialog.ArrangementActive); before && d.limits().CooldownDays > 0 {
		form = "cooldown"
	}
	plans := d.plans()
	if len(plans) > 0 {
		d.table("plan", plans)
	}
	d.say("deferral.offer", form, nil, menu(plans, d.others(len(plans))...)...)
}
