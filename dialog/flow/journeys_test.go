package flow

import (
	"testing"

	"warmline/dialog"
)

func TestHowMuchAndWhy(t *testing.T) {
	c := demo(t).says("ask_balance ask_breakdown").expect("balance.show", "balance.breakdown").
		money("amount_due", "827.71").money("daily_interest", "0.41").
		buttons("pay_now", "see_options", "dispute", "human")
	card := c.got.Acts[0].Card
	if card == nil || card.Kind != "balance" {
		t.Fatalf("the balance comes without its card")
	}
	formula := c.got.Acts[1].Values["late_formula"]
	if len(formula.Parts) != 3 || formula.Parts[0].Money.Minor != 82400 || formula.Parts[1].Number != 5 || formula.Parts[2].Number != 9 {
		t.Errorf("late_formula is %+v, want 824.00 × 0.05%% × 9", formula)
	}
	c.says("ask_breakdown").expect("balance.breakdown")
	if c.got.Acts[0].Card == nil {
		t.Error("a breakdown comes without its card")
	}
	c.at("2026-11-22", 10).says("ask_balance").money("amount_due", "828.12").money("late_interest", "4.12")
}

// TestLateInterestOnWhatWasPaidIsNoFee: after a part payment the late interest
// so far stands with the late interest, and its arithmetic shows both parts.
func TestLateInterestOnWhatWasPaidIsNoFee(t *testing.T) {
	c := demo(t)
	c.facts.Accounts[0].Overdue.Fees = []dialog.Fee{{Kind: dialog.FeeLateInterest, Amount: cny(160)}}
	c.says("ask_balance ask_breakdown").money("amount_due", "829.31").money("fees", "0.00").money("late_interest", "5.31")
	for _, row := range c.got.Acts[0].Card.Rows {
		if row.Label == "row.fees" {
			t.Errorf("a row of fees: %+v", row)
		}
	}
	formula := c.got.Acts[1].Values["late_formula"]
	if formula.Text != "{3} + {0} × {1} × {2}" || formula.Parts[3].Money.Minor != 160 {
		t.Errorf("late_formula is %+v, want 1.60 + 824.00 × 0.05%% × 9", formula)
	}
}

func TestNothingBelowLevelTwo(t *testing.T) {
	c := demo(t)
	c.level = dialog.LevelLinked
	c.says("ask_balance").expect("identity.ask").buttons("step_up", "human")
	c.level = dialog.LevelBorrower
	c.event(dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s1", Level: 2}}).
		expect("balance.show").money("amount_due", "827.71")
	if c.conv.Talk.After != nil {
		t.Error("the question is still kept after its answer")
	}
}

func TestJobLossToDeferral(t *testing.T) {
	c := demo(t).says("hardship_income", "reason=job_loss").
		expect("hardship.acknowledge/job_loss", "options.menu").
		table("defer:30", "plan:3", "plan:4", "plan:6").buttons("defer:30", "plan:4", "human", "not_now").owner(dialog.OwnerBot)
	c.says("ask_deferral").expect("deferral.confirm").money("amount_on_date", "834.91").
		money("ordinary_interest", "7.20").on("new_due_date", "2026-12-21").buttons("confirm", "change", "not_now", "human").calls()
	c.taps("confirm").expect("deferral.submitted").calls(dialog.CallArrangementCreate)
	call := c.got.Calls[0]
	if call.Version != "v1" || call.Terms.Total.Decimal() != "834.91" || call.Ref == "" {
		t.Errorf("the call is %+v", call)
	}
	c.tapsCard("confirm", call.Ref).expect("quote.expired/done").calls()
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "pending"}).expect()
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "r1"}).
		expect("deferral.accepted").buttons("reminders_yes", "reminders_no")
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Ref: call.Ref, Status: "active", ID: "r1"}).expect()
}

func TestDeferralInCooldownIsNoWall(t *testing.T) {
	c := demo(t)
	c.without = []dialog.OfferKind{dialog.OfferDeferral}
	c.lim.DeferBlocked, c.lim.CooldownDays = "K-OFFER", 180
	c.facts.Arrangements = []dialog.Arrangement{{ID: "r0", Account: "a1", Kind: dialog.ArrangementDeferral, Status: dialog.ArrangementCompleted, Created: c.now.AddDate(0, -2, 0)}}
	c.says("ask_deferral").expect("deferral.offer/cooldown").table("plan:3", "plan:4", "plan:6").buttons("plan:4", "human")
}

func TestDeferralAsAsked(t *testing.T) {
	demo(t).says("ask_deferral", "duration_days=10").expect("deferral.confirm").on("new_due_date", "2026-12-01").money("ordinary_interest", "2.40")
	demo(t).says("ask_deferral", "date=2026-12-05").expect("deferral.confirm").on("new_due_date", "2026-12-05")
	demo(t).says("ask_deferral", "duration_days=60").expect("deferral.offer/too_long").table("defer:30")
	demo(t).says("ask_deferral hardship_income", "date=2027-01").expect("hardship.acknowledge/income_drop", "deferral.offer/too_long")
	demo(t).says("hardship_income ask_deferral", "reason=job_loss", "duration_days=30").
		expect("hardship.acknowledge/job_loss", "deferral.confirm")
}

func TestPlanWithChangesOfMind(t *testing.T) {
	c := demo(t).says("propose_terms", "per_period=250/month").expect("plan.offer/within").
		money("max_monthly", "250.00").money("plan_total", "827.71").table("plan:4", "plan:6")
	c.says("choose_option", "option_ref=4").expect("plan.confirm").on("first_payment_date", "2026-11-28").calls()
	first := c.conv.Talk.Quote.ID
	c.says("cancel_or_undo", "n_instalments=6").expect("plan.confirm/switched").calls()
	second := c.conv.Talk.Quote.ID
	c.tapsCard("confirm", first).expect("quote.expired/replaced", "plan.confirm").calls()
	c.says("affirm").expect("plan.submitted").calls(dialog.CallArrangementCreate)
	if c.got.Calls[0].Ref != second || len(c.got.Calls[0].Terms.Schedule) != 6 {
		t.Errorf("the call is %+v, want the six instalments of %s", c.got.Calls[0], second)
	}
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "r2"}).expect("plan.accepted/reminders").money("first_payment_amount", "137.95")
	c.facts.Arrangements = []dialog.Arrangement{{ID: "r2", Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive, Created: c.now, Schedule: c.price6()}}
	c.says("cancel_or_undo").expect("cancel.confirm/plan").money("amount_due", "827.71").buttons("confirm", "keep").calls()
	c.says("affirm").expect("plan.status/cancelling").calls(dialog.CallArrangementCancel)
	c.facts.Arrangements = nil
	c.lender(dialog.LenderEvent{Kind: "arrangement.cancel", Status: "cancelled"}).expect("plan.cancelled").money("amount_due", "827.71")
}

func (c *chat) price6() []dialog.Instalment {
	o, _ := c.price("plan:6")
	return o.Terms.Schedule
}

func TestLanguageFlipsKeepEverything(t *testing.T) {
	c := demo(t).says("propose_terms", "per_period=250/month").says("choose_option", "n_instalments=4").expect("plan.confirm")
	id := c.conv.Talk.Quote.ID
	c.says("switch_language", "language=en").expect("language.switched", "plan.confirm").buttons("confirm")
	if c.conv.Locale != dialog.EnGB || c.conv.Talk.Quote.ID != id {
		t.Fatalf("locale %s, quote %s", c.conv.Locale, c.conv.Talk.Quote.ID)
	}
	u := heard("ask_breakdown")
	c.hears("那个利息是怎么算出来的", u).expect("balance.breakdown").buttons("confirm", "change", "not_now")
	if c.conv.Locale != dialog.ZhHans {
		t.Errorf("locale %s after a Chinese sentence", c.conv.Locale)
	}
	u = heard("affirm")
	u.Language = dialog.LangEn
	c.hears("ok", u).expect("plan.submitted")
	if c.conv.Locale != dialog.ZhHans {
		t.Errorf("one word switched the language to %s", c.conv.Locale)
	}
}

func TestNothingLeft(t *testing.T) {
	c := demo(t).says("cannot_pay").expect("hardship.acknowledge/cannot_pay", "budget.ask").buttons("human", "not_now")
	c.says("cannot_pay", "income=3200", "expense=3350").expect("budget.negative", "handoff.queued/hardship").
		holds(dialog.HoldHardship).calls(dialog.CallCaseOpen).owner(dialog.OwnerQueue)
	if c.got.Handoff.Priority != 2 || c.got.Handoff.Queue != "hardship" {
		t.Errorf("handed over as %+v", c.got.Handoff)
	}
	c.says("cancel_or_undo").expect("handoff.cancelled").owner(dialog.OwnerBot)
	for _, intent := range []string{"ask_options", "propose_terms", "ask_deferral", "choose_option"} {
		c.says(intent, "n_instalments=6").expect("options.menu/held").noButtons("plan:6", "plan:4", "plan:3", "defer:30")
	}
	c.taps("plan:6").expect("options.menu/held")
	c.says("ask_waiver").expect("waiver.opened/held").noButtons("see_options", "plan:6").calls(dialog.CallCaseOpen)
}

func TestBudgetLeavesSomething(t *testing.T) {
	demo(t).says("cannot_pay").says("hardship_income", "income=3200", "expense=3000", "reason=job_loss").
		expect("hardship.acknowledge/job_loss", "plan.offer/budget").money("max_monthly", "200.00").table("plan:6").owner(dialog.OwnerBot)
	demo(t).says("cannot_pay").says("hardship_income", "income=3200", "expense=3000").expect("plan.offer/budget")
	demo(t).says("cannot_pay", "income=3200", "expense=3199").expect("hardship.acknowledge/cannot_pay", "plan.offer/none_within")
	demo(t).says("cannot_pay", "income=3200").expect("hardship.acknowledge/cannot_pay", "budget.ask/essential")
	c := demo(t).taps("budget").expect("budget.ask")
	c.event(dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "budget", Fields: map[string]string{"income": "3000", "essential": "2000", "debts": "1000"}}}).
		expect("budget.negative/no_surplus", "handoff.queued/hardship")
}

func TestDisputeOfAmount(t *testing.T) {
	c := demo(t).says("dispute_amount", "amount=200.00", "date=2026-11-11").expect("dispute.opened/payment").
		holds(dialog.HoldDispute).calls(dialog.CallCaseOpen).noButtons("pay_now", "see_options").owner(dialog.OwnerBot)
	c.lender(dialog.LenderEvent{Kind: "case.open", Status: "ok", ID: "DSP-1042"}).expect("dispute.opened/ticket").on("answer_by", "2026-11-27")
	c.says("ask_balance").expect("balance.show/held").noButtons("pay_now", "see_options")
	c.says("pay_now").expect("pay.methods/held").calls()
	c.says("dispute_amount").expect("dispute.opened/already").calls()
	c.facts.Accounts[0].Overdue.Interest = cny(1200)
	c.lender(dialog.LenderEvent{Kind: "case.updated", CaseKind: dialog.CaseDispute, Outcome: "upheld", ID: "DSP-1042"}).
		expect("dispute.outcome/upheld").money("amount_due", "815.65").noButtons("pay_now")
	if len(c.conv.Holds) != 0 {
		t.Errorf("holds %v after the outcome", c.conv.Holds)
	}
}

func TestPaidAndStop(t *testing.T) {
	c := demo(t)
	c.facts.Payments = []dialog.Payment{{Ref: "P-1", Account: "a1", Amount: cny(82730), At: c.now.AddDate(0, 0, -1).Add(8 * 3600e9), Status: "pending"}}
	c.says("cease_contact already_paid", "date=2026-11-20", "channel=sms").expect("cease.confirmed", "payment.trace/pending").
		holds(dialog.HoldCease, dialog.HoldPaymentTrace).calls(dialog.CallContactUpdate).money("paid_amount", "827.30").
		buttons("note_one", "note_none").noButtons("pay_now")
	if c.got.Stop == nil || !c.got.Stop.All || !c.got.CancelProactive {
		t.Errorf("stop %+v, cancel %v", c.got.Stop, c.got.CancelProactive)
	}
	c.lender(dialog.LenderEvent{Kind: "contact.update", Status: "ok"}).expect("contact.acknowledged")
	settled := dialog.LenderEvent{Kind: "payment.received", Payment: &dialog.Payment{Ref: "P-1", Account: "a1", Amount: cny(82730), At: c.now, Status: "settled", ReceiptID: "R-1"}}
	silent := *c
	silent.facts.Accounts = []dialog.Account{{Ref: "a1", Currency: "CNY"}}
	silent.taps("note_none").expect("payment.trace/no_note")
	silent.lender(settled).expect()
	c.facts.Accounts[0].Overdue = dialog.Overdue{}
	c.taps("note_one").expect("payment.trace/note_saved").lender(settled).expect("payment.received/settled")
	c.lender(settled).expect()
}

func TestPaidButNotFound(t *testing.T) {
	c := demo(t).says("already_paid").expect("payment.trace/ask").holds(dialog.HoldPaymentTrace)
	c.says("already_paid", "amount=827.00").expect("payment.trace/ask_again").holds()
	c.says("already_paid", "payment_ref=8842").expect("payment.trace/human", "handoff.queued").calls(dialog.CallCaseOpen).owner(dialog.OwnerQueue)
	c = demo(t).says("already_paid")
	c.says("already_paid", "payment_ref=8841").expect("payment.trace/opened").calls(dialog.CallCaseOpen).owner(dialog.OwnerBot)
	c = demo(t).says("already_paid")
	c.event(dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Media: "image", File: "f1"}}).
		expect("media.unsupported/evidence", "payment.trace/opened").calls(dialog.CallCaseOpen)
}

func TestPaidTooLittle(t *testing.T) {
	c := demo(t)
	c.facts.Payments = []dialog.Payment{{Ref: "P-1", Account: "a1", Amount: cny(50000), At: c.now.AddDate(0, 0, -1), Status: "pending"}}
	c.says("already_paid").expect("payment.trace/pending_short").money("remaining_amount", "327.30")
	c = demo(t)
	c.facts.Payments = []dialog.Payment{{Ref: "P-1", Account: "a1", Amount: cny(50000), At: c.now.AddDate(0, 0, -1), Status: "settled", ReceiptID: "R-9"}}
	c.says("already_paid", "amount=500.00").expect("payment.trace/settled").holds()
}

func TestWrongPerson(t *testing.T) {
	c := demo(t).says("wrong_person cease_contact").expect("wrong_person.apologise").holds(dialog.HoldWrongPerson).calls(dialog.CallContactUpdate)
	if !c.got.Doubt || !c.got.Tombstone || !c.got.CancelProactive {
		t.Errorf("doubt %v, tombstone %v, cancel %v", c.got.Doubt, c.got.Tombstone, c.got.CancelProactive)
	}
	c.lender(dialog.LenderEvent{Kind: "contact.update", Status: "ok"}).expect()
	c.says("wrong_person").expect("wrong_person.apologise/again").calls()
	c.says("ask_balance").expect("wrong_person.apologise/again").says("request_human").expect("handoff.queued")
}

func TestThirdPartyHearsNothing(t *testing.T) {
	c := demo(t).says("third_party ask_balance", "relation=husband").expect("third_party.refuse").holds(dialog.HoldThirdParty)
	if !c.got.Doubt {
		t.Error("the writer is still taken for the borrower")
	}
	want := []string{"third_party.refuse/again", "third_party.refuse/short", "third_party.refuse/short", "third_party.refuse/short"}
	for i, intents := range []string{"ask_balance", "third_party", "pay_now", "ask_options"} {
		c.says(intents).expect(want[i]).calls()
	}
	c.says("request_human").expect("handoff.queued")
	c.level = dialog.LevelBorrower
	c.conv.Owner = dialog.OwnerBot
	c.says("ask_balance").expect("balance.show")
	if len(c.conv.Holds) != 0 {
		t.Errorf("holds %v after the borrower has stepped up", c.conv.Holds)
	}
}

func TestAPersonAtOnce(t *testing.T) {
	c := demo(t).says("request_human abuse").expect("handoff.queued").buttons("callback", "complaint", "cancel_wait").owner(dialog.OwnerQueue)
	if c.got.Acts[0].Values["agent_eta"].Number != 360 {
		t.Errorf("eta %+v", c.got.Acts[0].Values["agent_eta"])
	}
	c.says("ask_options").expect("handoff.queued/waiting")
	c.says("later").expect()
	c.says("ask_options").expect("handoff.queued/waiting")
	c.says("ask_balance").expect("balance.show").noButtons("see_options", "pay_now")
	c.taps("cancel_wait").expect("handoff.cancelled").owner(dialog.OwnerBot)

	c = demo(t)
	c.facts.Desk = dialog.DeskFacts{NextOpen: c.now.Add(20 * 3600e9), Slots: nil}
	c.says("request_human").expect("handoff.closed_hours")
	c = demo(t)
	c.facts.Desk = dialog.DeskFacts{NextOpen: c.now.Add(20 * 3600e9), Slots: append(c.facts.Desk.Slots, c.now.Add(21*3600e9))}
	c.says("request_human").expect("handoff.closed_hours/slots").taps(c.ids()[0]).expect("callback.offer/booked")
	if len(c.got.Timers) != 1 || c.got.Timers[0].Kind != "callback" {
		t.Errorf("timers %v", c.got.Timers)
	}
}

func TestAbuseWithoutARequest(t *testing.T) {
	demo(t).says("abuse").expect("abuse.deescalate").says("abuse").expect("abuse.deescalate/again").
		says("abuse").expect("abuse.deescalate/last").buttons("human").owner(dialog.OwnerBot)
}

func TestCease(t *testing.T) {
	c := demo(t).says("cease_contact").expect("cease.confirmed").holds(dialog.HoldCease).calls(dialog.CallContactUpdate).noButtons("pay_now")
	c.says("cease_contact").expect("cease.confirmed/done").holds().calls()
	c.says("ask_balance").expect("balance.show")
	c.taps("resume_contact").expect("cease.confirmed/resumed")
	if len(c.conv.Holds) != 0 {
		t.Errorf("holds %v", c.conv.Holds)
	}
}

func TestPreferences(t *testing.T) {
	c := demo(t).says("contact_preference", "channel=telegram", "time_window=20:00-").expect("preference.saved/channel_hours").calls(dialog.CallContactUpdate)
	if p := c.conv.Prefs; p.Only != dialog.ChannelTelegram || p.NotAfter != 1200 {
		t.Errorf("prefs %+v", p)
	}
	if at := c.got.Acts[0].Values["pref_time"].At; at.Hour() != 20 {
		t.Errorf("read back as %v", at)
	}
	demo(t).says("contact_preference", "channel=call").expect("preference.saved/no_calls")
	demo(t).says("contact_preference", "time_window=-09:00").expect("preference.saved/hours_before")
	demo(t).says("contact_preference").expect("preference.saved/general")
}

func TestCrisis(t *testing.T) {
	u := heard("self_harm cannot_pay")
	u.Safety = dialog.SafetyRed
	c := demo(t).says("ask_deferral").expect("deferral.confirm")
	c.hears("……", u).expect("crisis.support").holds(dialog.HoldCrisis).owner(dialog.OwnerQueue).noButtons("pay_now", "confirm")
	if !c.got.Page || c.got.Handoff.Priority != 0 || !c.got.CancelProactive || c.conv.Talk.Quote != nil {
		t.Errorf("page %v, handoff %+v", c.got.Page, c.got.Handoff)
	}
	c.says("ask_balance").expect("crisis.support/again")
	c.taps("confirm").expect("crisis.support/again").calls()
	c.says("cancel_or_undo").expect("crisis.support/again").owner(dialog.OwnerQueue)
	c.conv.Page = &dialog.PageState{By: "zhou"}
	c.says("ask_balance").expect("crisis.support/acknowledged")
	c.lender(dialog.LenderEvent{Kind: "payment.received", Payment: &dialog.Payment{Ref: "P", Account: "a1", Amount: cny(100), Status: "settled"}}).expect()
	c.due("reminder", "overdue").expect()

	c = demo(t)
	c.facts.Desk.OnCall = false
	c.hears("……", u).expect("crisis.support/no_one")
	c = demo(t)
	c.lim.CrisisLine = ""
	c.level = dialog.LevelUnknown
	c.hears("……", u).expect("crisis.support/emergency_only")

	u = heard("later")
	u.Safety = dialog.SafetyAmber
	c = demo(t).hears("……", u).expect("crisis.check_in").buttons("safe_yes", "safe_no").owner(dialog.OwnerQueue)
	c.taps("safe_no").expect("crisis.support").holds(dialog.HoldCrisis)
	u.Safety = dialog.SafetyGreen
	demo(t).hears("……", u).expect("later.ok/owed")
}

func TestBereavement(t *testing.T) {
	u := heard("bereavement ask_balance")
	u.Deceased = true
	c := demo(t).hears("……", u).expect("bereavement.condole/borrower", "callback.offer").holds(dialog.HoldDeceased).calls(dialog.CallCaseOpen).noButtons("pay_now")
	if !c.got.Doubt {
		t.Error("I12: the level stays")
	}
	c = demo(t).says("bereavement").expect("bereavement.condole/relative", "callback.offer").holds(dialog.HoldBereavement).calls()
	if end := c.got.Holds[0].End; end.Sub(c.now).Hours() < 29*24 {
		t.Errorf("the hold ends at %v", end)
	}
}

func TestBeyondTheLimits(t *testing.T) {
	c := demo(t).says("ask_waiver injection", "amount=300").expect("limit.refuse_waiver").calls().
		buttons("plan:4", "plan:6", "defer:30", "waiver", "human").table("plan:3", "plan:4", "plan:6", "defer:30")
	c.says("affirm").expect("waiver.opened").calls(dialog.CallCaseOpen)
	c = demo(t).says("ask_waiver")
	c.says("ask_waiver").expect("limit.refuse_waiver/short").says("ask_waiver").expect("limit.refuse_waiver/shortest")
	c.taps("waiver").expect("waiver.opened").calls(dialog.CallCaseOpen)
	c.lender(dialog.LenderEvent{Kind: "case.open", Status: "ok", ID: "W-1"}).expect("waiver.opened/ticket")
	demo(t).says("injection").expect("injection.decline").says("injection").expect("injection.decline/short").calls()
	c = demo(t).says("propose_terms", "n_instalments=12").expect("plan.offer/nearest").table("plan:4", "plan:6")
	c.says("propose_terms", "n_instalments=24").expect("plan.offer/nearest")
	c.says("propose_terms", "n_instalments=24").expect("plan.offer/again").buttons("human")
}

func TestPromiseFromBrokenToKept(t *testing.T) {
	c := demo(t).says("promise_to_pay", "date=2026-11-28").expect("promise.confirm").money("promise_amount", "827.71").on("promise_date", "2026-11-28")
	c.says("affirm").expect("plan.submitted/promise").calls(dialog.CallArrangementCreate)
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "pr1"}).expect("promise.recorded")
	if len(c.conv.Timers) != 2 || c.conv.Timers[1].Kind != "follow_up" || c.conv.Timers[1].Due.Format("2006-01-02 15:04") != "2026-11-30 10:00" {
		t.Fatalf("timers %v", c.conv.Timers)
	}
	c.facts.Accounts[0].Overdue.FrozenFrom = date("2026-11-21")
	c.at("2026-11-27", 10).due("reminder", "promise").expect("reminder.due/promise")
	c.at("2026-11-30", 10).due("follow_up", "pr1").expect("promise.follow_up").money("promise_amount", "827.71").buttons("pay_now", "promise", "plan:4", "human")
	c.says("explain_broken_promise", "date=2026-12-02|2026-12-09").expect("promise.ask/which_date").buttons("promise:2026-12-02", "promise:2026-12-09")
	c.says("explain_broken_promise", "date=2026-12-02").expect("promise.confirm/moved").on("promise_date", "2026-12-02")
	c.says("affirm").expect("plan.submitted/promise").calls(dialog.CallArrangementCreate)
	if c.got.Calls[0].Arrangement != "pr1" {
		t.Errorf("the move replaces %q", c.got.Calls[0].Arrangement)
	}
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "pr2"}).expect("promise.recorded/moved")
	c.at("2026-12-02", 12)
	c.facts.Accounts[0].Overdue = dialog.Overdue{}
	c.lender(dialog.LenderEvent{Kind: "payment.received", Payment: &dialog.Payment{Ref: "P-9", Account: "a1", Amount: cny(82771), At: c.now, Status: "settled", ReceiptID: "R-8841"}}).
		expect("payment.received/settled_next").buttons("reminders_yes", "reminders_no").on("next_due_date", "2026-12-12")
	if c.conv.Promise != nil || len(c.conv.Timers) != 0 {
		t.Errorf("promise %v, timers %v after the payment", c.conv.Promise, c.conv.Timers)
	}
	c.due("follow_up", "pr2").expect()
	c.says("affirm").expect("smalltalk.reply/ok").taps("reminders_yes").expect("preference.saved/reminders")
	if len(c.conv.Timers) != 1 || c.conv.Timers[0].Due.Format("01-02") != "12-09" {
		t.Errorf("timers %v", c.conv.Timers)
	}
}

func TestPromisePastTheFreeze(t *testing.T) {
	c := demo(t)
	c.conv.Promise = &dialog.PromiseState{ID: "pr1", Amount: cny(82771), Date: date("2026-12-04"), Made: date("2026-11-21")}
	c.at("2026-12-06", 10).due("follow_up", "pr1").expect("promise.follow_up/recomputed").money("amount_due", "833.89")
	c.lim.PromiseMoves = 0
	c.says("promise_to_pay", "date=2026-12-08").expect("promise.ask/moves_used", "handoff.queued")
}

func TestPromiseDates(t *testing.T) {
	demo(t).says("promise_to_pay").expect("promise.ask")
	demo(t).says("promise_to_pay", "date=2026-11-20").expect("promise.ask/past")
	demo(t).says("promise_to_pay", "date=2027-02-01").expect("promise.ask/too_late").buttons("promise:2026-12-05")
	demo(t).taps("promise").expect("promise.ask")
}
