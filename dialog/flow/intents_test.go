package flow

import (
	"testing"
	"time"

	"warmline/dialog"
)

// TestEveryIntent says each of the fifty intents to the borrower of the demo
// account, and then to somebody who is not stepped up.
func TestEveryIntent(t *testing.T) {
	cases := []struct {
		intent string
		entity string
		known  []string // acts at level 2
		linked []string // at level 1
	}{
		{"smalltalk", "", []string{"smalltalk.reply/ok"}, []string{"smalltalk.reply/ok"}},
		{"who_are_you", "", []string{"bot.identity"}, []string{"bot.identity"}},
		{"ask_balance", "", []string{"balance.show"}, nil},
		{"ask_breakdown", "", []string{"balance.breakdown"}, nil},
		{"ask_consequence", "", []string{"consequence.explain"}, nil},
		{"ask_how_pay", "", []string{"pay.methods"}, nil},
		{"forgot", "", []string{"forgot.fix"}, nil},
		{"forgot", "reason=not_told", []string{"forgot.fix/not_told"}, nil},
		{"tech_failure", "", []string{"tech.fix"}, nil},
		{"later", "", []string{"later.ok/owed"}, []string{"later.ok"}},
		{"ask_advice", "", []string{"advice.card"}, []string{"advice.card"}},
		{"switch_language", "language=en", []string{"language.switched"}, []string{"language.switched"}},
		{"link_channel", "", []string{"channel.link"}, []string{"channel.link"}},
		{"injection", "", []string{"injection.decline"}, []string{"injection.decline"}},
		{"out_of_scope", "", []string{"out_of_scope.reply"}, []string{"out_of_scope.reply"}},
		{"give_identity", "", []string{"identity.done"}, nil},
		{"refuse_identity", "", []string{"identity.refuse_data/why"}, []string{"identity.refuse_data/why"}},
		{"pay_now", "", []string{"payment.link/making"}, nil},
		{"pay_partial", "amount=300", []string{"partial.offer"}, nil},
		{"pay_partial", "", []string{"partial.offer/ask_amount"}, nil},
		{"pay_partial", "amount=10", []string{"partial.offer/below_min"}, nil},
		{"pay_partial", "amount=900", []string{"partial.offer/whole"}, nil},
		{"promise_to_pay", "date=2026-11-28", []string{"promise.confirm"}, nil},
		{"ask_options", "", []string{"options.menu"}, nil},
		{"choose_option", "n_instalments=4", []string{"plan.confirm"}, nil},
		{"choose_option", "option_ref=2", []string{"options.menu"}, nil},
		{"propose_terms", "per_period=250/month", []string{"plan.offer/within"}, nil},
		{"propose_terms", "per_period=100/week", []string{"plan.offer/within"}, nil},
		{"propose_terms", "per_period=20/month", []string{"plan.offer/none_within"}, nil},
		{"propose_terms", "n_instalments=12", []string{"plan.offer/nearest"}, nil},
		{"propose_terms", "", []string{"plan.offer/ask_terms"}, nil},
		{"ask_deferral", "", []string{"deferral.confirm"}, nil},
		{"ask_waiver", "", []string{"limit.refuse_waiver"}, nil},
		{"hardship_income", "reason=shop_closed", []string{"hardship.acknowledge/shop_closed", "options.menu"}, []string{"hardship.acknowledge/shop_closed", "identity.ask"}},
		{"hardship_health", "", []string{"hardship.acknowledge/illness", "options.menu"}, []string{"hardship.acknowledge/illness", "identity.ask"}},
		{"already_paid", "", []string{"payment.trace/ask"}, nil},
		{"dispute_amount", "", []string{"dispute.opened"}, []string{"dispute.opened"}},
		{"refuse_pay", "", []string{"refusal.explore"}, []string{"refusal.explore"}},
		{"plan_status", "", []string{"plan.status/none"}, nil},
		{"change_plan", "", []string{"plan.offer/again"}, nil},
		{"cancel_or_undo", "", []string{"cancel.done/nothing"}, nil},
		{"explain_broken_promise", "", []string{"promise.broken"}, nil},
		{"affirm", "", []string{"smalltalk.reply/ok"}, []string{"smalltalk.reply/ok"}},
		{"deny", "", []string{"later.ok/owed"}, []string{"later.ok"}},
		{"contact_preference", "channel=telegram", []string{"preference.saved/channel"}, []string{"preference.saved/channel"}},
		{"over_indebted", "", []string{"hardship.acknowledge/over_indebted", "budget.ask"}, []string{"hardship.acknowledge/over_indebted", "identity.ask"}},
		{"cannot_pay", "", []string{"hardship.acknowledge/cannot_pay", "budget.ask"}, []string{"hardship.acknowledge/cannot_pay", "identity.ask"}},
		{"not_mine_fraud", "", []string{"fraud.opened", "handoff.queued"}, []string{"fraud.opened", "handoff.queued"}},
		{"request_human", "", []string{"handoff.queued"}, []string{"handoff.queued"}},
		{"complain", "", []string{"complaint.opened", "handoff.queued"}, []string{"complaint.opened", "handoff.queued"}},
		{"abuse", "", []string{"abuse.deescalate"}, []string{"abuse.deescalate"}},
		{"vulnerability", "reason=gambling", []string{"vulnerability.acknowledge/gambling", "handoff.queued"}, []string{"vulnerability.acknowledge/gambling", "handoff.queued"}},
		{"legal_status", "org=lawyer", []string{"legal.acknowledge/lawyer", "handoff.queued"}, []string{"legal.acknowledge/lawyer", "handoff.queued"}},
		{"privacy_request", "", []string{"privacy.opened"}, []string{"privacy.opened"}},
		{"privacy_request", "relation=wife", []string{"privacy.opened/family"}, []string{"privacy.opened/family"}},
		{"wrong_person", "", []string{"wrong_person.apologise"}, []string{"wrong_person.apologise"}},
		{"third_party", "", []string{"third_party.refuse"}, []string{"third_party.refuse"}},
		{"cease_contact", "", []string{"cease.confirmed"}, []string{"cease.confirmed"}},
		{"self_harm", "", []string{"crisis.support"}, []string{"crisis.support"}},
		{"bereavement", "", []string{"bereavement.condole/relative", "callback.offer"}, []string{"bereavement.condole/relative", "callback.offer"}},
	}
	seen := map[dialog.Intent]bool{}
	for _, c := range cases {
		t.Run(c.intent+" "+c.entity, func(t *testing.T) {
			var entities []string
			if c.entity != "" {
				entities = []string{c.entity}
			}
			demo(t).says(c.intent, entities...).expect(c.known...)
			want := c.linked
			if want == nil {
				want = []string{"identity.ask"}
			}
			low := demo(t)
			low.level = dialog.LevelLinked
			low.says(c.intent, entities...).expect(want...)
			for _, a := range low.got.Acts {
				if a.Level > dialog.LevelLinked {
					t.Errorf("%s takes level %d to read", a.Kind, a.Level)
				}
			}
		})
		seen[dialog.Intent(c.intent)] = true
	}
	for i := range dialog.Intents() {
		if !seen[i] {
			t.Errorf("%s is in no case", i)
		}
	}
}

func TestNothingOwed(t *testing.T) {
	for _, intent := range []string{"ask_balance", "ask_breakdown", "pay_now", "ask_options", "ask_deferral", "promise_to_pay", "ask_waiver", "forgot", "propose_terms"} {
		c := demo(t)
		c.facts.Accounts[0].Overdue = dialog.Overdue{}
		c.says(intent).expect("balance.show/nothing_due").calls().noButtons("pay_now", "see_options")
	}
}

func TestLenderOutOfReach(t *testing.T) {
	c := demo(t)
	c.facts = dialog.Facts{Unavailable: true}
	for _, intent := range []string{"ask_balance", "ask_options", "pay_now", "choose_option", "already_paid"} {
		c.says(intent).expect("service.unavailable").buttons("human").calls()
	}
	c.says("cease_contact").expect("cease.confirmed").says("request_human").expect("handoff.queued/no_eta")
}

func TestSeveralAccounts(t *testing.T) {
	c := demo(t)
	second := c.facts.Accounts[0]
	second.Ref, second.Product, second.Overdue.Principal = "a2", "另一笔", cny(10000)
	c.facts.Accounts = append(c.facts.Accounts, second)
	c.says("ask_balance").expect("account.choose").buttons("account:a1", "account:a2", "human")
	c.conv.Talk.Account = "a2" // package turn looks at the choice before the script does
	c.taps("account:a2").expect("balance.show")
	if c.principal() != "100.00" {
		t.Errorf("the card is of principal %s", c.principal())
	}
}

// principal is not among the values of balance.show, so the card is looked at.
func (c *chat) principal() string {
	for _, r := range c.got.Acts[0].Card.Rows {
		if r.Label == "row.principal" {
			return r.Cells[0].Money.Decimal()
		}
	}
	return ""
}

func TestFeesAreNamed(t *testing.T) {
	c := demo(t)
	c.facts.Accounts[0].Overdue.Fees = []dialog.Fee{{Kind: "late", Amount: cny(1500), Basis: "第7条"}}
	c.says("ask_breakdown").expect("balance.breakdown/fees").money("fees", "15.00")
	c = demo(t)
	c.facts.Accounts[0].Overdue.LateRateDaily = 0
	c.says("ask_breakdown").expect("balance.breakdown/no_late").money("amount_due", "824.00")
	c.says("later").expect("later.ok")
}

func TestDailyRateIsWrittenExactly(t *testing.T) {
	for rate, want := range map[dialog.Rate]dialog.Value{
		500_000:   {Kind: dialog.ValuePercent, Number: 5},
		350_000:   {Kind: dialog.ValuePercent, Number: 3, Text: "0.035"},
		12_345_67: {Kind: dialog.ValuePercent, Number: 12, Text: "0.1234567"},
	} {
		if got := dailyRate(rate); got.Number != want.Number || got.Text != want.Text {
			t.Errorf("%d is written as %+v, want %+v", rate, got, want)
		}
	}
}

func TestWhatRuns(t *testing.T) {
	c := demo(t)
	c.facts.Arrangements = []dialog.Arrangement{{ID: "r1", Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive, Created: c.now, Schedule: c.price6(), Paid: cny(20000)}}
	c.without = []dialog.OfferKind{dialog.OfferDeferral, dialog.OfferPromise, dialog.OfferPartial}
	c.says("plan_status").expect("plan.status/active").money("next_due_amount", "75.90").on("next_due_date", "2026-12-28")
	if n := c.got.Acts[0].Values["instalments_left"].Number; n != 5 {
		t.Errorf("%d instalments left, want 5", n)
	}
	c.says("ask_balance").expect("balance.show/arranged")
	for _, r := range c.got.Acts[0].Card.Rows {
		if r.Label == "row.total" {
			t.Error("the sum without the plan is still on the card")
		}
	}
	c.says("ask_deferral").expect("plan.status/active")
	c.says("promise_to_pay", "date=2026-12-01").expect("plan.status/active")
	c.says("change_plan", "n_instalments=4").expect("plan.confirm/replace").taps("confirm").expect("plan.submitted")
	if c.got.Calls[0].Arrangement != "r1" {
		t.Errorf("the call replaces %q", c.got.Calls[0].Arrangement)
	}
	c.says("plan_status").expect("plan.status/active")
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "r2"}).expect("plan.changed")
	c.says("pay_partial", "amount=100").expect("payment.effect/partial", "payment.link/making").calls(dialog.CallPaymentLinkCreate)
	c.event(dialog.Event{Kind: dialog.EventOpened}).expect()
	c.now = c.now.Add(48 * time.Hour)
	c.event(dialog.Event{Kind: dialog.EventOpened}).expect("greet/agreed")
	c.now = c.now.Add(48 * time.Hour)
	c.says("cancel_or_undo").expect("cancel.confirm/window_over").buttons("human")
}

func TestCancellingADeferral(t *testing.T) {
	c := demo(t)
	c.facts.Arrangements = []dialog.Arrangement{{ID: "r1", Account: "a1", Kind: dialog.ArrangementDeferral, Status: dialog.ArrangementActive, Created: c.now, Schedule: c.price6()[:1]}}
	c.taps("cancel").expect("cancel.confirm/deferral").taps("keep").expect("cancel.done/kept").calls()
	c.taps("cancel").taps("confirm").expect("plan.status/cancelling").calls(dialog.CallArrangementCancel)
	c.lender(dialog.LenderEvent{Kind: "arrangement.cancel", Status: "failed"}).expect("plan.cancelled/failed")
	c.taps("cancel").taps("confirm").lender(dialog.LenderEvent{Kind: "arrangement.cancel", Status: "cancelled"}).expect("deferral.cancelled")
}

func TestFears(t *testing.T) {
	hear := func(c *chat, intent, text string) *chat { return c.hears(text, heard(intent)) }
	hear(demo(t), "ask_consequence", "会上门吗").expect("reassure/visits")
	hear(demo(t), "ask_consequence", "会不会联系我单位").expect("reassure/contacts")
	hear(demo(t), "ask_consequence", "说了失业会降额度吗").expect("reassure/unknown")
	hear(demo(t), "ask_consequence", "上征信吗").expect("credit.explain").on("report_date", "2026-12-12")
	hear(demo(t), "ask_consequence", "不还会怎样").expect("consequence.explain").on("report_date", "2026-12-12")
	hear(demo(t), "who_are_you", "是不是诈骗").expect("verify_us")
	c := demo(t).at("2026-12-20", 10)
	hear(c, "ask_consequence", "不还会怎样").expect("consequence.explain/past")
	c = demo(t)
	c.facts.Table = nil
	hear(c, "ask_consequence", "不还会怎样").expect("consequence.explain/unknown")
	hear(c, "who_are_you", "is this a scam").expect("verify_us/unknown")
}

func TestPaymentLinkAndDebit(t *testing.T) {
	c := demo(t).taps("pay_now").expect("payment.link/making").calls(dialog.CallPaymentLinkCreate)
	if c.got.Calls[0].Amount.Decimal() != "827.71" {
		t.Errorf("link over %s", c.got.Calls[0].Amount.Decimal())
	}
	c.lender(dialog.LenderEvent{Kind: "payment_link.create", Status: "ok", URL: "https://pay.example/1"}).expect("payment.link")
	if o := c.got.Acts[0].Options[0]; o.URL == "" {
		t.Error("the link is missing")
	}
	demo(t).taps("pay_now").lender(dialog.LenderEvent{Kind: "payment_link.create", Status: "failed"}).expect("payment.link/failed")
	demo(t).says("pay_partial", "amount=827.71").expect("partial.offer/whole").says("affirm").expect("payment.link/making")
	demo(t).taps("plan:4").taps("confirm").lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "r"}).
		expect("plan.accepted/reminders").says("affirm").expect("preference.saved/reminders")
	c = demo(t).says("pay_partial", "amount=300").expect("partial.offer").money("remaining_amount", "527.71")
	c.says("affirm").expect("payment.effect/partial", "payment.link/making").calls(dialog.CallPaymentLinkCreate)
	if c.got.Calls[0].Amount.Decimal() != "300.00" {
		t.Errorf("link over %s", c.got.Calls[0].Amount.Decimal())
	}
	c = demo(t)
	c.facts.Accounts[0].AutoDebit = "failed"
	c.says("tech_failure").expect("tech.fix/debit_failed").buttons("retry_debit", "pause_debit")
	c.taps("retry_debit").expect("tech.fix/retry_asked").calls(dialog.CallDebitRetry)
	c.lender(dialog.LenderEvent{Kind: "debit.retry", Status: "failed"}).expect("tech.fix/retry_failed")
	c.taps("pause_debit").lender(dialog.LenderEvent{Kind: "debit.pause", Status: "ok"}).expect("tech.fix/pause_done")
	c.facts.Accounts[0].DebitFailure = "card_expired"
	c.says("tech_failure").expect("tech.fix/card_expired")
}

func TestPaymentNews(t *testing.T) {
	news := func(minor int64, status string) dialog.LenderEvent {
		return dialog.LenderEvent{Kind: "payment.received", Payment: &dialog.Payment{Ref: "P-1", Account: "a1", Amount: cny(minor), Status: status, ReceiptID: "R-1"}}
	}
	c := demo(t)
	c.conv.Timers = []dialog.TimerRef{{Kind: "reminder", Key: "overdue"}}
	c.facts.Accounts[0].Overdue.Principal = cny(50000)
	c.lender(news(30000, "settled")).expect("payment.received/partial").money("remaining_amount", "526.36")
	c.lender(news(30000, "settled")).expect()
	c.lender(news(30000, "reversed")).expect("payment.reversed").money("paid_amount", "300.00")
	demo(t).lender(news(30000, "failed")).expect("payment.failed")
	demo(t).lender(news(30000, "pending")).expect()

	c = demo(t)
	c.facts.Arrangements = []dialog.Arrangement{{ID: "r1", Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive, Created: c.now, Schedule: c.price6(), Paid: cny(13795)}}
	c.conv.Prefs.Reminders = true
	c.lender(news(13795, "settled")).expect("payment.received/plan").on("next_due_date", "2026-12-28")
	if len(c.conv.Timers) != 1 || c.conv.Timers[0].Due.Format("01-02") != "12-25" {
		t.Errorf("timers %v", c.conv.Timers)
	}
	c = demo(t)
	c.facts.Unavailable = true
	c.lender(news(13795, "settled")).expect("payment.received/plain")
	demo(t).says("wrong_person").lender(news(13795, "settled")).expect()
}

func TestRemindersLookAtTheFacts(t *testing.T) {
	demo(t).due("reminder", "overdue").expect("reminder.overdue").money("amount_due", "827.71").buttons("pay_now", "see_options", "human")
	demo(t).due("reminder.overdue", "").expect("reminder.overdue")
	quiet := map[string]func(*chat){
		"settled": func(c *chat) { c.facts.Accounts[0].Overdue = dialog.Overdue{} },
		"on its way": func(c *chat) {
			c.facts.Payments = []dialog.Payment{{Ref: "P", Account: "a1", At: c.now, Status: "pending"}}
		},
		"ceased":      func(c *chat) { c.says("cease_contact") },
		"disputed":    func(c *chat) { c.says("dispute_amount") },
		"in mourning": func(c *chat) { c.says("bereavement") },
		"promised": func(c *chat) {
			c.conv.Promise = &dialog.PromiseState{ID: "p", Amount: cny(1), Date: date("2026-11-28")}
		},
		"unavailable":  func(c *chat) { c.facts.Unavailable = true },
		"waiting":      func(c *chat) { c.says("request_human") },
		"with a human": func(c *chat) { c.conv.Owner = dialog.OwnerAgent },
		"arranged": func(c *chat) {
			c.facts.Arrangements = []dialog.Arrangement{{ID: "r", Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive, Schedule: c.price6()}}
		},
	}
	for name, set := range quiet {
		t.Run(name, func(t *testing.T) {
			c := demo(t)
			set(c)
			c.due("reminder", "overdue").expect()
		})
	}
	c := demo(t)
	c.conv.Channel, c.level = dialog.ChannelTelegram, dialog.LevelLinked
	c.due("reminder", "overdue").expect("reminder.overdue/neutral")
	c = demo(t)
	c.facts.Arrangements = []dialog.Arrangement{{ID: "r", Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive, Schedule: c.price6()}}
	c.conv.Prefs.Reminders = true
	c.at("2026-11-25", 10).due("reminder", "plan").expect("reminder.due/plan")
	if len(c.conv.Timers) != 1 || c.conv.Timers[0].Due.Format("01-02") != "11-28" {
		t.Errorf("timers %v", c.conv.Timers)
	}
	c.at("2026-11-28", 10).due("reminder", "plan").expect("reminder.due/today")
	demo(t).due("callback", "").expect("handoff.queued").owner(dialog.OwnerQueue)
	demo(t).due("review", "").expect()
}

func TestQuestionsOnTheSide(t *testing.T) {
	c := demo(t).taps("plan:4")
	for _, intent := range []string{"ask_breakdown", "who_are_you", "ask_how_pay", "smalltalk", "injection", "abuse", "ask_advice"} {
		c.says(intent).buttons("confirm", "change", "not_now")
	}
	c.says("affirm").expect("plan.submitted")
	c = demo(t).says("ask_options").says("ask_breakdown").buttons("plan:3", "defer:30")
	c.says("choose_option", "option_ref=2").expect("plan.confirm")
}

func TestNotUnderstood(t *testing.T) {
	vague := &dialog.Understanding{Language: dialog.LangZhHans, Candidates: []dialog.Scored{
		{Intent: "ask_balance", Score: 0.3}, {Intent: "pay_now", Score: 0.2}, {Intent: "ask_deferral", Score: 0.1}, {Intent: "complain", Score: 0.05},
	}}
	c := demo(t).hears("嗯那个", vague).expect("clarify.ask/choices").buttons("show_balance", "pay_now", "see_options", "human").noButtons("complaint")
	c.hears("嗯那个", vague).expect("clarify.ask/choices").hears("嗯那个", vague).expect("clarify.give_up").buttons("human")
	c.says("ask_balance").hears("嗯那个", vague).expect("clarify.ask/choices")
	demo(t).taps("plan:4").hears("嗯那个", vague).expect("clarify.ask/confirm_card").buttons("confirm")
	demo(t).hears("", nil).expect("media.unsupported/garbled")
	demo(t).hears("嗯那个", nil).expect("clarify.ask")
	demo(t).says("pay_partial", "amount=800|1000").expect("clarify.ask/amount").money("amount_b", "1000.00")
	demo(t).says("ask_deferral", "date=2026-12-02|2026-12-09").expect("clarify.ask/date")
}

func TestSayThatAgain(t *testing.T) {
	c := demo(t).says("ask_balance").hears("再说一遍", heard("smalltalk")).expect("repeat.last", "balance.show").money("amount_due", "827.71")
	c.taps("plan:4").taps("not_now").hears("再说一遍", heard("smalltalk")).expect("repeat.last", "cancel.done")
	c.taps("plan:4").hears("say that again", &dialog.Understanding{}).expect("repeat.last", "plan.confirm").buttons("confirm")
}

func TestWhatIsNoText(t *testing.T) {
	send := func(c *chat, kind string) *chat {
		return c.event(dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Media: kind, File: "f"}})
	}
	send(demo(t), "voice").expect("media.unsupported")
	send(demo(t), "image").expect("media.unsupported/not_asked")
	send(demo(t), "contact").expect("media.unsupported/contact")
	send(demo(t).says("dispute_amount"), "image").expect("media.unsupported/evidence")
}

func TestGreeting(t *testing.T) {
	open := dialog.Event{Kind: dialog.EventOpened}
	c := demo(t)
	c.conv.Seq, c.conv.LastIn, c.conv.Started, c.conv.Said = 0, time.Time{}, c.now, nil
	c.event(open).expect("greet").buttons("show_balance", "human")
	c.event(open).expect()
	c.now = c.now.Add(30 * time.Hour)
	c.event(open).expect("greet/returning")
	c = demo(t)
	c.conv.Seq, c.level = 0, dialog.LevelLinked
	c.event(open).expect("greet/neutral")
	c = demo(t)
	c.conv.Seq, c.facts.Accounts[0].Overdue = 0, dialog.Overdue{}
	c.event(open).expect("greet/nothing_due")
}

func TestWhileAHumanSpeaks(t *testing.T) {
	c := demo(t)
	c.conv.Owner = dialog.OwnerAgent
	for _, intent := range []string{"ask_balance", "request_human", "abuse", "pay_now", "ask_options", "complain"} {
		c.says(intent).expect().calls().owner(dialog.OwnerAgent)
	}
	c.says("cease_contact").expect().holds(dialog.HoldCease).calls(dialog.CallContactUpdate)
	c.says("not_mine_fraud").expect().holds(dialog.HoldFraud)
	c.says("self_harm").expect("crisis.support").holds(dialog.HoldCrisis)
	if !c.got.Page {
		t.Error("nobody is paged")
	}
}

func TestRefusal(t *testing.T) {
	c := demo(t).says("refuse_pay").expect("refusal.explore").buttons("human", "not_now")
	c.says("refuse_pay").expect("options.menu/alternatives").table("plan:3", "plan:4")
	c.says("refuse_pay").expect("options.menu/alternatives")
	c.says("refuse_pay").expect("later.ok/peace").noButtons("plan:3", "plan:4", "pay_now", "see_options")
	c.says("refuse_pay").expect("later.ok/peace")
}

func TestMinor(t *testing.T) {
	u := heard("ask_balance")
	u.Minor = true
	c := demo(t).hears("……", u).expect("minor.stop").holds(dialog.HoldMinor).owner(dialog.OwnerQueue)
	if !c.got.Doubt || !c.got.CancelProactive {
		t.Errorf("doubt %v, cancel %v", c.got.Doubt, c.got.CancelProactive)
	}
}

func TestSpecialNeeds(t *testing.T) {
	demo(t).hears("是他逼我借的", heard("vulnerability")).expect("vulnerability.acknowledge/coerced", "handoff.queued").
		holds(dialog.HoldVulnerability, dialog.HoldDispute).calls(dialog.CallCaseOpen)
	demo(t).hears("I'm in a breathing space", heard("legal_status")).expect("legal.acknowledge/moratorium", "handoff.queued").holds(dialog.HoldMoratorium)
	c := demo(t)
	c.lim.DebtAdvice = &dialog.Organisation{Name: "慈善", Contact: "10"}
	c.says("ask_advice").expect("advice.card/debt_advice")
	c.hears("I'm working with a debt charity", heard("ask_advice")).holds(dialog.HoldAdvice)
}

func TestCasesGetTheirNumbers(t *testing.T) {
	for intent, want := range map[string]string{"complain": "complaint.opened/ticket", "not_mine_fraud": "fraud.opened/ticket", "privacy_request": "privacy.opened/ticket"} {
		c := demo(t).says(intent).calls(dialog.CallCaseOpen)
		c.lender(dialog.LenderEvent{Kind: "case.open", Status: "ok", ID: "T-1"}).expect(want)
		c.lender(dialog.LenderEvent{Kind: "case.open", Ref: "nobody", Status: "ok", ID: "T-1"}).expect()
	}
	demo(t).says("complain").lender(dialog.LenderEvent{Kind: "case.updated", CaseKind: dialog.CaseComplaint, Outcome: "partial", ID: "T-1"}).expect("complaint.outcome")
	demo(t).says("dispute_amount").lender(dialog.LenderEvent{Kind: "case.updated", CaseKind: dialog.CaseDispute, Outcome: "rejected", ID: "T-1", Evidence: "第7条"}).
		expect("dispute.outcome/rejected").noButtons("pay_now")
}

func TestWhyThese(t *testing.T) {
	demo(t).says("ask_options").taps("why_this").expect("offer.explain/plan").buttons("plan:4", "human")
	demo(t).says("propose_terms", "per_period=250/month").taps("why_this").expect("offer.explain/stated").money("max_monthly", "250.00")
	demo(t).says("ask_deferral", "duration_days=99").taps("why_this").expect("offer.explain/deferral")
}

func TestOwnTerms(t *testing.T) {
	c := demo(t).taps("own_terms").expect("plan.offer/ask_terms").says("pay_partial", "amount=250").expect("plan.offer/within")
	c.taps("partial").expect("partial.offer/ask_amount").says("propose_terms", "amount=300").expect("partial.offer").money("pay_amount", "300.00")
	demo(t).says("promise_to_pay", "date=2026-12-01", "amount=300").expect("promise.confirm").money("promise_amount", "300.00")
}

func TestArrangementNews(t *testing.T) {
	ended := func(id string, kind dialog.ArrangementKind) dialog.LenderEvent {
		return dialog.LenderEvent{Kind: "arrangement.updated", Status: "cancelled", Arrangement: &dialog.Arrangement{ID: id, Account: "a1", Kind: kind, Status: dialog.ArrangementCancelled}}
	}
	c := demo(t).taps("promise:2026-11-28").taps("confirm")
	c.lender(dialog.LenderEvent{Kind: "arrangement.updated", Status: "active", Arrangement: &dialog.Arrangement{ID: "pr1", ClientRef: c.got.Calls[0].Ref, Status: dialog.ArrangementActive, Schedule: c.conv.Calls[0].Quote.Offer.Terms.Schedule}}).
		expect("promise.recorded")
	c.conv.Calls = nil
	c.lender(ended("another", dialog.ArrangementPlan)).expect()
	c.taps("plan:4").taps("confirm").lender(ended("pr1", dialog.ArrangementPromise)).expect()
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "active", ID: "r1"}).expect("plan.accepted/reminders")
	if c.conv.Promise != nil {
		t.Error("the promise outlives the plan that took its place")
	}
	c.conv.Calls = nil
	c.lender(ended("r1", dialog.ArrangementPlan)).expect("plan.cancelled").money("amount_due", "827.71")
}
