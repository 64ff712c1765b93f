package flow

import (
	"strconv"
	"strings"

	"warmline/dialog"
)

// chooseOption answers the choice of a way out in words: a number of
// instalments, a position in the list, a length of time.
func chooseOption(d *draft) {
	if d.forbidden() {
		d.heldMenu()
		return
	}
	if e, ok := d.heard.Entity(dialog.EntityInstalments); ok && d.notThisOne() && d.declined(e) {
		d.leaveCard()
		return
	}
	if d.thisOne() {
		affirm(d)
		return
	}
	if d.asks(topicDay) && d.hasOffer(dialog.OfferPromise) {
		promiseToPay(d)
		return
	}
	if option, ok := d.pick(); ok {
		d.take(option)
		return
	}
	if d.wayNamed() {
		return
	}
	if n, ok := d.bareFigure(); ok && d.short() && d.smallest().Option != "" {
		d.bareTerms(n)
		return
	}
	d.whichOption()
}

// thisOne reports whether a choice points at the open card and at nothing else:
// "就这个" right below it is a yes.
func (d *draft) thisOne() bool {
	if d.liveQuote() == nil || d.Conv.Talk.Asked != "confirm" || !d.asks(topicThis) || d.asks(topicNever) || d.asks(topicInstead) {
		return false
	}
	for _, k := range []dialog.EntityKind{
		dialog.EntityInstalments, dialog.EntityOption, dialog.EntityDuration, dialog.EntityDate, dialog.EntityAmount, dialog.EntityPerPeriod,
	} {
		if d.entity(k) != "" {
			return false
		}
	}
	return d.short()
}

// wayNamed goes on with a kind of way out that the text names without saying
// which: "延" where a deferral is on the table.
func (d *draft) wayNamed() bool {
	switch {
	case d.asks(topicDefer) && d.hasOffer(dialog.OfferDeferral):
		askDeferral(d)
	case d.asks(topicSplit) && len(d.plans()) == 1:
		d.take(d.plans()[0].Option)
	case d.asks(topicSplit) && len(d.plans()) > 1:
		d.showPlans("")
	case d.asks(topicPart) && d.hasOffer(dialog.OfferPartial):
		payPartial(d)
	case d.asks(topicDay) && d.hasOffer(dialog.OfferPromise):
		promiseToPay(d)
	default:
		return false
	}
	return true
}

// pick finds out which option a text means.
func (d *draft) pick() (string, bool) {
	if n, ok := d.wantedCount(); ok {
		return "plan:" + strconv.Itoa(n), true
	}
	if ref, err := strconv.Atoi(d.entity(dialog.EntityOption)); err == nil && ref > 0 {
		return d.position(ref)
	}
	if option, ok := d.ofSize(); ok {
		return option, true
	}
	if n := d.entity(dialog.EntityDuration); n != "" {
		return "defer:" + n, true
	}
	if e, ok := d.heard.Entity(dialog.EntityDate); ok && len(e.Ambiguous) == 0 {
		if _, offered := d.deferral(); offered && d.Talk.Topic != "promise" {
			return "defer:" + strconv.Itoa(d.daysUntil(e.Value)), true
		}
		return "promise:" + e.Value, true
	}
	if figure, ok := d.bareFigure(); ok && d.namesCount() {
		return "plan:" + figure, true
	}
	if len(d.Talk.Table) == 1 {
		return d.Talk.Table[0].Option, true
	}
	return "", false
}

// ofSize is the only plan on the table whose instalments are about the sum that
// the text names: "the one that's like 138".
func (d *draft) ofSize() (string, bool) {
	sum, ok := d.amount()
	if !ok {
		return "", false
	}
	found := ""
	for _, o := range d.Talk.Table {
		if o.Terms.Kind != dialog.OfferPlan || len(o.Terms.Schedule) == 0 {
			continue
		}
		one := o.Terms.Schedule[0].Amount.Minor
		if diff := max(one-sum.Minor, sum.Minor-one); diff*50 > one {
			continue
		}
		if found != "" {
			return "", false
		}
		found = o.Option
	}
	return found, found != ""
}

// position returns the nth option on the table. A number beyond the list that
// is a number of instalments on it means those: "4" for the plan of four.
func (d *draft) position(n int) (string, bool) {
	if n <= len(d.Talk.Table) {
		return d.Talk.Table[n-1].Option, true
	}
	want := "plan:" + strconv.Itoa(n)
	for _, o := range d.Talk.Table {
		if o.Option == want {
			return want, true
		}
	}
	return "", false
}

// whichOption asks which one is meant.
func (d *draft) whichOption() {
	if len(d.Talk.Table) == 0 {
		d.showWays("", false)
		return
	}
	d.Talk.Asked = "choose"
	d.say("clarify.ask", "which_option", nil, menu(d.Talk.Table, "human", "not_now")...)
}

// take goes on with an option that was chosen, tapped or named.
func (d *draft) take(option string) {
	kind, arg, _ := strings.Cut(option, ":")
	n, _ := strconv.Atoi(arg)
	switch kind {
	case "plan":
		d.choosePlan(n)
	case "defer":
		d.deferFor(n)
	case "promise":
		d.promiseOn(arg)
	case "partial":
		d.partialOf(arg)
	default:
		d.showWays("", false)
	}
}
