package flow

import (
	"testing"

	"warmline/dialog"
)

func TestALessSumIsReviewedUnderADispute(t *testing.T) {
	c := demo(t).says("dispute_amount").expect("dispute.opened")
	c.says("ask_waiver").expect("waiver.opened/held").calls(dialog.CallCaseOpen).noButtons("plan:6", "see_options", "pay_now")
	c.facts.Programme.WaiverReview, c.lim.WaiverReview = false, false
	c.says("ask_waiver").expect("options.menu/held")
}

func TestNothingOfOursGoesToTheFamily(t *testing.T) {
	for text, u := range map[string]*dialog.Understanding{
		"don't you dare ring my sister": heard("contact_preference", "relation=sister", "channel=call"),
		"唔好搵我老豆":                        heard("contact_preference", "relation=father"),
		"别跟我公婆联系":                       heard("contact_preference", "relation=parents"),
	} {
		demo(t).hears(text, u).expect("privacy.opened/family").calls(dialog.CallContactUpdate)
	}
	demo(t).hears("don't call me, my wife hears it", heard("contact_preference", "relation=wife", "channel=call")).
		expect("preference.saved/no_calls")
}

func TestAPaymentThatAPersonLooksForIsNotOpenedAgain(t *testing.T) {
	c := demo(t).says("already_paid").says("already_paid").says("already_paid").owner(dialog.OwnerQueue)
	c.says("already_paid").expect("payment.trace/opened").calls()
	if len(c.got.Calls) > 0 {
		t.Errorf("opened again: %v", c.got.Calls)
	}
}

func TestSafeInWords(t *testing.T) {
	amber := heard("self_harm")
	amber.Safety = dialog.SafetyAmber
	c := demo(t).hears("can't do this", amber).expect("crisis.check_in").owner(dialog.OwnerQueue)
	c.hears("oh no, I'm fine, just an expression", heard("smalltalk")).expect("crisis.check_in/safe").buttons("cancel_wait")
	c = demo(t).hears("can't do this", amber)
	c.hears("I'm not ok", heard("smalltalk")).expect("handoff.queued/waiting")
}
