package turn

import (
	"fmt"
	"hash/fnv"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/flow"
)

// all intents, in a fixed order, for generators.
func everyIntent() []dialog.Intent {
	return []dialog.Intent{
		"smalltalk", "who_are_you", "ask_balance", "ask_breakdown", "ask_consequence", "ask_how_pay", "forgot",
		"tech_failure", "later", "ask_advice", "switch_language", "link_channel", "injection", "out_of_scope",
		"give_identity", "refuse_identity", "pay_now", "pay_partial", "promise_to_pay", "ask_options",
		"choose_option", "propose_terms", "ask_deferral", "ask_waiver", "hardship_income", "hardship_health",
		"already_paid", "dispute_amount", "refuse_pay", "plan_status", "change_plan", "cancel_or_undo",
		"explain_broken_promise", "affirm", "deny", "contact_preference", "over_indebted", "cannot_pay",
		"not_mine_fraud", "request_human", "complain", "abuse", "vulnerability", "legal_status",
		"privacy_request", "wrong_person", "third_party", "cease_contact", "self_harm", "bereavement", "affirm", "affirm",
	}
}

// mischief is scripts that propose what they should not: facts to strangers,
// arrangements nobody agreed to, results nobody reported, reminders in a
// crisis, holds taken off. It is a function of the turn's reference alone.
func mischief() scripts {
	p := func(in flow.Input) flow.Proposal {
		h := fnv.New64a()
		fmt.Fprint(h, in.Ref)
		n := h.Sum64()
		bit := func(i int) bool { return n>>i&1 == 1 }
		out := flow.Proposal{Talk: in.Conv.Talk}
		money := map[string]dialog.Value{"amount_due": dialog.MoneyValue(in.Owed.Total), "due_date": dialog.DateValue(in.Account.Overdue.Due)}
		say := func(yes bool, a dialog.Act) {
			if yes {
				out.Acts = append(out.Acts, a)
			}
		}
		say(bit(0), act("balance.show", "", money, "pay_now", "plan:4", "plan:9", "defer:30", "human"))
		say(bit(1), act("plan.accepted", "", money))
		say(bit(2), act("greet", "", nil, "pay_now", "human"))
		say(bit(3), act("crisis.support", "acknowledged", nil))
		say(bit(4), act("reminder.overdue", "", money, "pay_now"))
		say(bit(5), act("no.such.act", "", nil))
		say(bit(6), act("plan.submitted", "", nil))
		if offers, _ := in.Offers(); bit(7) && len(offers) > 0 {
			o := offers[int(n>>40)%len(offers)]
			if bit(8) {
				o.Terms.Total.Minor /= 2
			}
			out.Talk.Quote = &dialog.Quote{ID: in.Ref + "-q1", Offer: o, Version: in.Account.Version, Expires: in.Now.Add(time.Hour)}
			out.Acts = append(out.Acts, act("plan.confirm", "", money, "confirm"))
			last := &out.Acts[len(out.Acts)-1]
			last.Options[0].Card, last.Card = out.Talk.Quote.ID, &dialog.Card{Kind: "confirm", ID: out.Talk.Quote.ID}
		}
		if q := in.Conv.Talk.Quote; q != nil && bit(9) {
			terms := q.Offer.Terms
			out.Calls = append(out.Calls, dialog.Call{Ref: q.ID, Kind: dialog.CallArrangementCreate, Terms: &terms, Version: q.Version})
			out.Calls = append(out.Calls, out.Calls...)
		}
		if bit(10) {
			out.Calls = append(out.Calls, dialog.Call{Kind: dialog.CallPaymentLinkCreate, Amount: in.Owed.Total})
		}
		if bit(11) {
			out.Release = []dialog.HoldKind{dialog.HoldCrisis, dialog.HoldWrongPerson, dialog.HoldDispute, dialog.HoldCease}
		}
		if bit(12) && bit(13) {
			out.Handoff = &flow.Handoff{Queue: "general", Priority: 3, Reason: "dispute"}
		}
		if bit(14) {
			out.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: in.Now}}
		}
		if bit(15) {
			out.Timers = []dialog.TimerOp{{Kind: "reminder", Key: "overdue", Due: in.Now.Add(26 * time.Hour)}}
		}
		return out
	}
	return always(p)
}

// facts draws what the lender might say.
func drawFacts(t *rapid.T) dialog.Facts {
	f := demo()
	a := &f.Accounts[0]
	a.Overdue.Principal.Minor = rapid.Int64Range(0, 500_000).Draw(t, "principal")
	a.Overdue.Interest.Minor = rapid.Int64Range(0, 9_000).Draw(t, "interest")
	a.Version = rapid.SampledFrom([]string{"v1", "v2"}).Draw(t, "version")
	f.Unavailable = rapid.IntRange(0, 9).Draw(t, "unavailable") == 0
	if f.Unavailable {
		f.Accounts = nil
	}
	if rapid.IntRange(0, 5).Draw(t, "second account") == 0 && !f.Unavailable {
		b := f.Accounts[0]
		b.Ref = "a2"
		f.Accounts = append(f.Accounts, b)
	}
	f.Desk.Open = rapid.Bool().Draw(t, "desk")
	f.Desk.OnCall = rapid.Bool().Draw(t, "on call")
	return f
}

// drawEvent draws what may happen next to a conversation as it is.
func drawEvent(t *rapid.T, c *dialog.Conversation) dialog.Event {
	switch rapid.IntRange(0, 17).Draw(t, "kind") {
	case 0:
		return dialog.Event{Kind: dialog.EventOpened}
	case 1, 2, 3, 4, 5:
		return drawText(t, dialog.EventText)
	case 6, 7, 8:
		return drawTap(t, c)
	case 9, 10:
		return dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s1", Channel: dialog.ChannelWeb,
			Level: dialog.Level(rapid.IntRange(0, 2).Draw(t, "level")), Ended: rapid.IntRange(0, 7).Draw(t, "ended") == 0}}
	case 11, 12:
		return drawLender(t, c)
	case 13:
		return drawTimer(t, c)
	case 14, 15:
		return drawAgent(t, c)
	case 16:
		if c.Page != nil && rapid.Bool().Draw(t, "paged") {
			kind := rapid.SampledFrom([]string{"acknowledged", "unanswered", "failed"}).Draw(t, "page")
			return dialog.Event{Kind: dialog.EventPage, Page: &dialog.PageEvent{Kind: kind, Ref: c.Page.Ref, By: "li"}}
		}
		if c.Pending != nil {
			return dialog.Event{Kind: dialog.EventPhrased, Phrased: &dialog.PhrasedEvent{Message: c.Pending.Message, Text: "…"}}
		}
		e := drawText(t, dialog.EventHeard)
		if c.Hearing != nil && rapid.IntRange(0, 4).Draw(t, "the open text") > 0 {
			e.Text.Lines[0].ID = c.Hearing.Message
		}
		return e
	}
	kind := rapid.SampledFrom([]string{"linked", "unlinked", "approved", "approval_ended", "blocked", "delivered"}).Draw(t, "channel")
	return dialog.Event{Kind: dialog.EventChannel, Channel: &dialog.ChannelEvent{Kind: kind, Channel: dialog.ChannelTelegram,
		Address: rapid.SampledFrom([]string{"t1", "t2"}).Draw(t, "address"), Until: start.Add(240 * time.Hour)}}
}

func drawText(t *rapid.T, kind dialog.EventKind) dialog.Event {
	e := text(rapid.SliceOfN(rapid.SampledFrom(everyIntent()), 1, 3).Draw(t, "intents")...)
	e.Kind = kind
	u := e.Text.Heard
	u.Confident = rapid.IntRange(0, 7).Draw(t, "confident") > 0
	u.Safety = rapid.SampledFrom([]dialog.Safety{"", "", "", "", "", "green", "amber", "red"}).Draw(t, "safety")
	u.Deceased = u.Has(dialog.IntentBereavement) && rapid.Bool().Draw(t, "deceased")
	u.Affect = rapid.SampledFrom([]dialog.Affect{"", "angry", "hopeless"}).Draw(t, "affect")
	if rapid.Bool().Draw(t, "entities") {
		u.Entities = []dialog.Entity{{Kind: dialog.EntityAmount, Value: "300"}, {Kind: dialog.EntityInstalments, Value: "4"},
			{Kind: dialog.EntityDate, Value: "2026-12-02"}, {Kind: dialog.EntityOption, Value: "1"}}
	}
	e.Text.Lines[0].ID = rapid.StringMatching("[a-z]{6}").Draw(t, "line")
	return e
}

func drawTap(t *rapid.T, c *dialog.Conversation) dialog.Event {
	option := rapid.SampledFrom([]string{"pay_now", "see_options", "human", "plan:4", "plan:6", "plan:9", "defer:30", "defer:99",
		"promise", "promise:2026-12-02", "partial", "not_now", "confirm", "confirm", "confirm", "change", "cancel", "breakdown",
		"account:a1", "callback", "own_terms", "rate:5", "keep", "dispute", "complaint", "resume_contact", "cancel_wait"}).Draw(t, "option")
	card := ""
	if option == "confirm" && c.Talk.Quote != nil {
		card = c.Talk.Quote.ID
		if len(c.Talk.Dead) > 0 && rapid.IntRange(0, 2).Draw(t, "dead card") == 0 {
			card = c.Talk.Dead[0]
		}
	}
	return tap(option, card)
}

func drawLender(t *rapid.T, c *dialog.Conversation) dialog.Event {
	ev := &dialog.LenderEvent{Status: rapid.SampledFrom([]string{"ok", "active", "pending", "rejected", "changed", "failed", "cancelled"}).Draw(t, "status"), ID: "x-1"}
	if n := len(c.Calls); n > 0 && rapid.IntRange(0, 4).Draw(t, "answer") > 0 {
		open := c.Calls[rapid.IntRange(0, n-1).Draw(t, "call")]
		ev.Kind, ev.Ref, ev.CaseKind = string(open.Kind), open.Ref, open.Case
		return dialog.Event{Kind: dialog.EventLender, Lender: ev}
	}
	ev.Kind = rapid.SampledFrom([]string{"payment.received", "arrangement.create", "case.updated", "arrangement.updated"}).Draw(t, "news")
	switch ev.Kind {
	case "payment.received":
		ev.Payment = &dialog.Payment{Ref: "p1", Account: "a1", Amount: dialog.NewMoney(1000, "CNY"), At: start, Status: "settled", ReceiptID: "R-1"}
	case "arrangement.updated":
		ev.Arrangement = &dialog.Arrangement{ID: "r1", Account: "a1", Kind: "plan", Status: "active"}
	case "case.updated":
		ev.CaseKind, ev.Outcome = dialog.CaseDispute, "rejected"
	}
	return dialog.Event{Kind: dialog.EventLender, Lender: ev}
}

func drawTimer(t *rapid.T, c *dialog.Conversation) dialog.Event {
	ref := dialog.TimerRef{Kind: "reminder", Key: "overdue", Due: start}
	if n := len(c.Timers); n > 0 {
		ref = c.Timers[rapid.IntRange(0, n-1).Draw(t, "timer")]
	}
	return dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: ref.Kind, Key: ref.Key, Due: ref.Due}}
}

func drawAgent(t *rapid.T, c *dialog.Conversation) dialog.Event {
	ev := &dialog.AgentEvent{Agent: rapid.SampledFrom([]string{"zhou", "li"}).Draw(t, "agent"), Name: "小周", Epoch: c.Epoch,
		Kind: rapid.SampledFrom([]string{"claim", "claim", "say", "note", "release", "transfer", "close", "hold", "unhold", "grant",
			"offer", "step_up", "lost", "typing", "dance"}).Draw(t, "does"),
		Text: rapid.SampledFrom([]string{"您好", "您还欠827.71元", "  "}).Draw(t, "words"), To: "hardship", Option: "plan:4"}
	if rapid.IntRange(0, 4).Draw(t, "stale") == 0 {
		ev.Epoch++
	}
	kind := rapid.SampledFrom([]dialog.HoldKind{"crisis", "dispute", "hardship", "cease", "wrong_person"}).Draw(t, "which hold")
	ev.Hold = &dialog.Hold{Kind: kind}
	if rapid.Bool().Draw(t, "second") {
		ev.Second = "supervisor"
	}
	ev.Grant = &dialog.Grant{Kind: rapid.SampledFrom([]string{"hold", "deferral", "plan", "waiver", "token_payment"}).Draw(t, "grant"),
		Days: rapid.IntRange(0, 200).Draw(t, "days"), Count: rapid.IntRange(0, 30).Draw(t, "count"), Amount: dialog.NewMoney(5000, "CNY")}
	return dialog.Event{Kind: dialog.EventAgent, Agent: ev}
}
