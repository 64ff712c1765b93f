package flow

import (
	"regexp"
	"strconv"
	"strings"

	"warmline/dialog"
)

// promiseToPay answers "I will pay on that day": a card that says it back.
func promiseToPay(d *draft) {
	if d.forbidden() {
		d.heldMenu()
		return
	}
	if d.agreedAlready() || d.noMovesLeft() || d.askAmbiguousDate("promise") {
		return
	}
	day, ok := d.payday()
	if !ok {
		day, ok = d.dayOfMonth()
	}
	if n := d.movedBy(); !ok && n > 0 {
		day, ok = d.Conv.Promise.Date.AddDays(n), true
	}
	if !ok {
		d.ask("promise", "date")
		d.say("promise.ask", "", nil, buttons("see_options", "human", "not_now")...)
		return
	}
	d.promiseDay(day)
}

// payday is the day that the text names.
func (d *draft) payday() (dialog.Date, bool) {
	for _, kind := range []dialog.EntityKind{dialog.EntityDate, dialog.EntityPayday} {
		e, _ := d.meant(kind)
		if day, err := dialog.ParseDate(e.Value); err == nil {
			return d.coming(day, e), true
		}
	}
	return dialog.Date{}, false
}

// dayOfMonth is the next such day where a text names but its number: "on the
// 5th of each month".
func (d *draft) dayOfMonth() (dialog.Date, bool) {
	t := d.Envelope.Event.Text
	if t == nil {
		return dialog.Date{}, false
	}
	m := numberedDay.FindStringSubmatch(joined(t))
	if m == nil {
		return dialog.Date{}, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 1 || n > 31 {
		return dialog.Date{}, false
	}
	for ahead := range 32 {
		if day := d.Today.AddDays(ahead); day.Day == n && ahead > 0 {
			return day, true
		}
	}
	return dialog.Date{}, false
}

var numberedDay = regexp.MustCompile(`([0-9]{1,2}) ?(?:号|號|日)`)

// coming is a day that is still to come: a bare weekday of the week that is
// over ("late wages, Wednesday") means the next one, for nobody pays in the past.
func (d *draft) coming(day dialog.Date, e dialog.Entity) dialog.Date {
	if gone := d.Today.Days(day); gone <= 0 || gone >= 7 || !d.bareWeekday(e) {
		return day
	}
	return day.AddDays(7)
}

// bareWeekday reports whether a date stands in the text as a weekday and nothing
// more: "Wednesday", not "last Wednesday" and not "Wednesday the 25th".
func (d *draft) bareWeekday(e dialog.Entity) bool {
	t := d.Envelope.Event.Text
	if t == nil {
		return false
	}
	text := joined(t)
	if e.Start < 0 || e.End > len(text) || e.Start >= e.End {
		return false
	}
	words := text[e.Start:e.End]
	return !strings.ContainsAny(words, "0123456789０１２３４５６７８９") && !says(words, topicPast) && says(words, topicWeekday)
}

// askAmbiguousDate asks back about a date that can be read in two ways and
// reports whether it did.
func (d *draft) askAmbiguousDate(topic string) bool {
	e, ok := d.meant(dialog.EntityDate)
	if !ok || len(e.Ambiguous) < 2 {
		return false
	}
	a, errA := dialog.ParseDate(e.Ambiguous[0])
	b, errB := dialog.ParseDate(e.Ambiguous[1])
	if errA != nil || errB != nil {
		return false
	}
	d.ask(topic, "date")
	v := vals{"date_a": dayValue(a), "date_b": dayValue(b)}
	if topic == "promise" {
		d.say("promise.ask", "which_date", v, append([]dialog.Option{promiseButton(a), promiseButton(b)}, buttons("human")...)...)
		return true
	}
	d.say("clarify.ask", "date", v, buttons("human", "not_now")...)
	return true
}

// noMovesLeft fetches a person once a promise was moved as often as it may be.
func (d *draft) noMovesLeft() bool {
	if d.livePromise() == "" || d.limits().PromiseMoves > 0 {
		return false
	}
	d.say("promise.ask", "moves_used", nil, buttons("pay_now", "human")...)
	d.handOver("general", 3, "promise_moves")
	return true
}

// knownPromise takes over a promise that was made elsewhere, on the telephone
// say: the lender has it in force, and this chat has not heard of it.
func (d *draft) knownPromise() {
	if d.Conv.Promise != nil {
		return
	}
	a, ok := d.arrangement(dialog.ArrangementPromise, dialog.ArrangementActive)
	if !ok || len(a.Schedule) == 0 {
		return
	}
	due := a.Schedule[0]
	d.Conv.Promise = &dialog.PromiseState{ID: a.ID, Amount: due.Amount, Date: due.Due, Made: d.day(a.Created), Moves: a.Moves}
}

// livePromise is the id of the promise that is in force, "" for none.
func (d *draft) livePromise() string {
	if p := d.Conv.Promise; p != nil {
		return p.ID
	}
	if a, ok := d.arrangement(dialog.ArrangementPromise, dialog.ArrangementActive); ok {
		return a.ID
	}
	return ""
}

// promiseOn goes on with a day that was tapped: "2026-12-02", or with none.
func (d *draft) promiseOn(v string) {
	day, err := dialog.ParseDate(v)
	if err != nil {
		promiseToPay(d)
		return
	}
	if d.forbidden() {
		d.heldMenu()
		return
	}
	if !d.agreedAlready() && !d.noMovesLeft() {
		d.promiseDay(day)
	}
}

// promiseDay shows the card of a promise for a day. A day that is gone or too
// far away is said so.
func (d *draft) promiseDay(day dialog.Date) {
	if day.Before(d.Today) {
		d.ask("promise", "date")
		d.say("promise.ask", "past", nil, buttons("see_options", "human", "not_now")...)
		return
	}
	option := "promise:" + day.String()
	part, ok := d.promisedPart()
	if ok {
		option += ":" + part.Decimal()
	}
	o, known := d.price(option)
	if !known || ok && !o.Terms.LatePaused { // what a part grows by after the freeze, no card says
		d.tooLate()
		return
	}
	d.propose(o, "", d.livePromise())
}

// promisedPart is the sum that a promise is for where it is not all that is owed:
// the one that the text names, what is left of a part that is paid now ("400 now
// and the rest on the 5th"), or that of the open card whose day is changed.
func (d *draft) promisedPart() (dialog.Money, bool) {
	total := d.Owed.Total.Minor
	if sum, ok := d.amount(); ok {
		return sum, sum.Minor < total
	}
	if d.Envelope.Event.Text == nil {
		return dialog.Money{}, false
	}
	if part, err := dialog.ParseMoney(d.fact("partial"), d.currency()); err == nil && part.Minor > 0 && part.Minor < total && d.asks(topicRest) {
		return d.Owed.Total.Sub(part), true
	}
	if q := d.Talk.Quote; q != nil && d.quoted(dialog.OfferPromise) && len(q.Offer.Terms.Schedule) > 0 && !d.asks(topicWhole) {
		sum := q.Offer.Terms.Schedule[0].Amount
		return sum, q.Offer.Terms.LatePaused && sum.Minor < total
	}
	return dialog.Money{}, false
}

// tooLate says until when a promise can be had.
func (d *draft) tooLate() {
	latest := d.limits().PromiseLatest
	if latest.IsZero() || !d.hasOffer(dialog.OfferPromise) {
		d.showWays("", false)
		return
	}
	d.ask("promise", "date")
	options := append([]dialog.Option{promiseButton(latest)}, buttons("see_options", "human", "not_now")...)
	d.say("promise.ask", "too_late", vals{"latest_date": dayValue(latest)}, options...)
}

// brokenPromise hears why a payment did not come, without blame. A new day in
// the same text is taken up at once.
func brokenPromise(d *draft) {
	if _, ok := d.payday(); ok || d.ambiguousDate() {
		promiseToPay(d)
		return
	}
	if d.forbidden() {
		d.heldMenu()
		return
	}
	d.ask("promise", "date")
	offers := d.ways(false)
	d.Talk.Table = offers
	d.say("promise.broken", "", nil, append(buttons("pay_now", "promise"), menu(offers, "human", "not_now")...)...)
	if d.quiet() {
		d.last().Options = buttons("human")
	}
}

func (d *draft) ambiguousDate() bool {
	e, ok := d.meant(dialog.EntityDate)
	return ok && len(e.Ambiguous) > 1
}
