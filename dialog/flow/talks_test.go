package flow

import (
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

// A yes that leaves the choice to us is none.
func TestWhoeverLeavesItToUsHasAgreedToNothing(t *testing.T) {
	for _, text := range []string{"都可以，你定", "随便啦", "whatever you decide is fine", "ok, up to you", "求其啦，得"} {
		demo(t).taps("plan:6").hears(text, yesAt(0.97)).expect("clarify.ask/confirm_card", "plan.confirm")
	}
	demo(t).taps("plan:6").hears("fine, go ahead", yesAt(0.97)).expect("plan.submitted")
}

func TestNobodyIsWelcomedBackWhoWasNeverHere(t *testing.T) {
	c := demo(t)
	c.conv.Said = nil
	c.hears("evening", heard("smalltalk")).expect("greet")
}

func TestWhatIsOnItsWayToTheLender(t *testing.T) {
	c := demo(t).taps("plan:6").says("affirm").expect("plan.submitted")
	c.without = []dialog.OfferKind{dialog.OfferPlan, dialog.OfferDeferral, dialog.OfferPromise, dialog.OfferPartial}
	c.hears("on second thoughts, cancel", heard("cancel_or_undo")).expect("cancel.done/wait")
	c.says("propose_terms", "per_period=150/month").expect("plan.status/pending")
}

func TestQuestionsAboutThePlansOnTheTable(t *testing.T) {
	c := demo(t).taps("defer:30").hears("what about splitting it", heard("ask_options")).expect("plan.offer")
	c.hears("roughly how much each month", heard("ask_balance")).expect("plan.offer").buttons("plan:6")
	c.hears("the first of 6 is when", heard("plan_status")).expect("plan.confirm")
	demo(t).hears("最多分几期", heard("ask_balance")).expect("plan.offer")
	demo(t).taps("plan:6").hears("几时开始扣", heard("ask_consequence")).buttons("confirm")
}

func TestTheDebitIsTakenAgainWhenAsked(t *testing.T) {
	demo(t).hears("please take it again", heard("tech_failure")).expect("tech.fix/retry_asked")
	demo(t).hears("会不会再扣一次", heard("ask_consequence")).expect("consequence.explain")
	demo(t).hears("麻烦帮我停掉自动扣款好吗", heard("ask_consequence")).expect("tech.fix/pause_asked")
	demo(t).says("ask_options").hears("the direct debit bounced", heard("tech_failure")).buttons("retry_debit")
}

func TestFearsInMoreWords(t *testing.T) {
	for text, want := range map[string]string{
		"会不会通知我女儿": "reassure/contacts", "does this show up on anything": "credit.explain",
		"will you show up at my flat": "reassure/visits", "上唔上TU㗎": "credit.explain",
	} {
		demo(t).hears(text, heard("ask_consequence")).expect(want)
	}
}

func TestTheRestOfAPart(t *testing.T) {
	c := demo(t).says("pay_partial", "amount=300").expect("partial.offer")
	c.hears("so what remains", heard("ask_balance")).expect("partial.offer").money("remaining_amount", "527.71")
	c.hears("the rest on the 30th", heard("promise_to_pay", "date=2026-11-30")).expect("promise.confirm").money("promise_amount", "527.71")
	c.hears("no, the 28th", heard("promise_to_pay", "date=2026-11-28")).expect("promise.confirm").money("promise_amount", "527.71")
}

func TestALostShopIsNamed(t *testing.T) {
	for _, text := range []string{"我间铺上个月结业了", "we had to shut the shop in June", "間舖頭執咗笠"} {
		demo(t).hears(text, heard("hardship_income")).expect("hardship.acknowledge/shop_closed", "options.menu")
	}
	demo(t).hears("my wife is in hospital", heard("hardship_health", "reason=illness", "relation=wife")).
		expect("hardship.acknowledge/family", "options.menu")
}

func TestADoubtIsNoReportOfFraud(t *testing.T) {
	demo(t).hears("我没欠你们钱吧", heard("not_mine_fraud")).expect("balance.show")
	demo(t).hears("这不是我借的吧", heard("not_mine_fraud")).expect("fraud.opened", "handoff.queued")
}

func TestNoPromiseNoExcuse(t *testing.T) {
	unsure := func() *dialog.Understanding { u := heard("explain_broken_promise"); u.Intents[0].Score = 0.4; return u }
	demo(t).hears("sorry I only saw this now", unsure()).expect("smalltalk.reply/ok")
	demo(t).hears("看到了，可是手头紧", unsure()).expect("hardship.acknowledge/cannot_pay", "budget.ask")
	demo(t).hears("wages came late", unsure()).expect("promise.broken")
}

func TestAQuestionInTheQueueGetsAWord(t *testing.T) {
	c := demo(t).says("request_human").hears("I work nights", heard("later")).expect("handoff.queued/waiting")
	c.hears("I work nights", heard("later")).expect()
	c.hears("is that a problem?", heard("later")).expect("handoff.queued/waiting")
}

func TestNothingIsSaidOfAnAccountThatWasNotLookedUp(t *testing.T) {
	c := demo(t)
	c.facts = dialog.Facts{}
	c.says("ask_balance")
	if c.got.Acts[0].Kind == "balance.show" || strings.HasPrefix(string(c.got.Acts[0].Kind), "plan.") {
		t.Errorf("said %s of nothing", c.got.Acts[0].Kind)
	}
}

func TestAnotherWayThanTheCards(t *testing.T) {
	demo(t).taps("plan:6").hears("不如推遲到12月15日吧", heard("plan_status", "date=2026-12-15")).expect("deferral.confirm")
	demo(t).taps("defer:30").hears("hm split it instead", heard("smalltalk")).expect("plan.offer")
	demo(t).taps("plan:6").hears("when is it postponed to", heard("plan_status")).expect("plan.confirm")
}

func TestMoreThatIsAskedBesideACard(t *testing.T) {
	demo(t).taps("defer:30").hears("有没有利息的", heard("ask_waiver")).expect("deferral.confirm")
	demo(t).taps("defer:30").hears("能免掉利息吗", heard("ask_waiver")).expect("limit.refuse_waiver")
	demo(t).taps("plan:6").hears("so what will it cost me", heard("ask_options")).expect("plan.confirm")
	demo(t).hears("之后可以提早还清吗", heard("ask_deferral")).expect("pay.methods")
	demo(t).hears("we get paid on the 28th", heard("already_paid", "date=2026-11-28")).expect("promise.confirm")
	demo(t).hears("被我妈知道怎么办", heard("smalltalk")).expect("reassure/contacts")
}

func TestAfterTheFactAndBeforeIt(t *testing.T) {
	c := demo(t).hears("the direct debit bounced", heard("tech_failure"))
	c.hears("take it again on the 30th", heard("tech_failure", "date=2026-11-30"))
	for _, call := range c.got.Calls {
		t.Errorf("a try for another day is made at once: %s", call.Kind)
	}
	demo(t).hears("有没有手续费", heard("ask_waiver")).expect("balance.breakdown")
	demo(t).taps("plan:4").hears("每期多少", heard("ask_balance")).expect("plan.confirm")
	c = demo(t).taps("plan:4").says("affirm").expect("plan.submitted")
	c.hears("super", heard("smalltalk")).expect("smalltalk.reply/ok")
	c.hears("so when is the first", heard("ask_balance")).expect("plan.status/pending")
	c.hears("hello again", heard("smalltalk")).expect("smalltalk.reply")
}

func TestWhoWantsNobody(t *testing.T) {
	for text, want := range map[string]dialog.Intent{
		"I really don't want to talk to anyone": dialog.IntentLater, "我不想跟人讲": dialog.IntentLater,
		"I want to talk to anyone there": dialog.IntentRequestHuman, "转人工": dialog.IntentRequestHuman,
	} {
		said := &dialog.TextEvent{Lines: []dialog.TextLine{{Text: text}}, Heard: heard("request_human")}
		if got := NotAskedFor(said); got.Driving != want || got.Has(dialog.IntentRequestHuman) != (want == dialog.IntentRequestHuman) {
			t.Errorf("%q is heard as %q %v", text, got.Driving, got.Intents)
		}
	}
}

func TestALetterAndAMotherAreNoCase(t *testing.T) {
	for text, i := range map[string]dialog.Intent{
		"there was some letter of yours": dialog.IntentLegalStatus, "mum lives in a home and I pay for everything": dialog.IntentThirdParty,
	} {
		u := at(dialog.LangEn, 0.3, string(i))
		said := &dialog.TextEvent{Lines: []dialog.TextLine{{Text: text}}, Heard: u}
		if got := Sober(said, u); got.Has(i) {
			t.Errorf("%q is heard as %q", text, got.Driving)
		}
	}
}

func TestWhatIsSaidInOtherWordsStillCounts(t *testing.T) {
	unsure := func(i string, score float64) *dialog.Understanding {
		u := heard(i)
		u.Confident, u.Intents[0].Score = false, score
		return u
	}
	demo(t).taps("plan:6").hears("well, alright then", heard("smalltalk")).expect("plan.submitted")
	demo(t).taps("plan:6").hears("alright mate, nice weather", heard("smalltalk")).expect("smalltalk.reply/ok")
	c := demo(t).says("already_paid").expect("payment.trace/ask")
	c.hears("I haven't got a slip or a picture of it", unsure("out_of_scope", 0.2)).expect("payment.trace/ask_again")
	c = demo(t)
	c.facts.Payments = []dialog.Payment{{Ref: "p1", Account: "a1", Amount: cny(82771), Status: "settled", At: c.now.Add(-time.Hour), ReceiptID: "R-1"}}
	c.hears("did it arrive? has my transfer gone through", unsure("out_of_scope", 0.2)).expect("payment.trace/settled")
	c = demo(t).says("request_human")
	faint := heard("ask_consequence")
	faint.Intents[0].Score = 0.4
	c.hears("and what would the bill come to", faint).expect("balance.show")
}
