package flow

import (
	"testing"
	"time"

	"warmline/dialog"
)

func TestCardsAge(t *testing.T) {
	c := demo(t).taps("plan:4").expect("plan.confirm")
	id := c.conv.Talk.Quote.ID
	c.now = c.now.Add(25 * time.Hour)
	c.taps("confirm").expect("quote.expired", "plan.confirm/changed_terms").calls()
	c.tapsCard("confirm", id).expect("quote.expired/replaced", "plan.confirm").calls()
	c.facts.Accounts[0].Version = "v2"
	c.taps("confirm").expect("plan.confirm/changed_terms").calls()
	if c.conv.Talk.Quote.Version != "v2" {
		t.Errorf("the new card is for version %s", c.conv.Talk.Quote.Version)
	}
	c.taps("confirm").expect("plan.submitted").calls(dialog.CallArrangementCreate)
	c.lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "changed"}).expect("plan.confirm/changed_terms")
	c.taps("confirm").lender(dialog.LenderEvent{Kind: "arrangement.create", Status: "rejected", Reason: "x"}).
		expect("plan.rejected").buttons("defer:30", "human").noButtons("plan:4")
	c.tapsCard("confirm", "c1-99-q1").expect("quote.expired").calls()
	demo(t).taps("plan:4").taps("not_now").expect("cancel.done").says("affirm").calls()
	demo(t).taps("plan:4").taps("change").expect("plan.offer/again").calls()
	demo(t).taps("defer:30").taps("change").expect("options.menu").calls()
	demo(t).taps("plan:4").says("deny").expect("cancel.done").calls()
}

func TestAYesAnswersWhatWasSeen(t *testing.T) {
	c := demo(t).taps("plan:4")
	in := c.input(dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "m", Text: "好"}}, Heard: heard("affirm")}})
	in.Envelope.Seen = in.Conv.Talk.Quote.Seq - 1
	if p := Next(in); len(p.Calls) != 0 || kinds(p)[1] != "plan.confirm" {
		t.Errorf("a yes from before the card: %v, calls %v", kinds(p), p.Calls)
	}
	in.Envelope.Seen, in.Envelope.Channel = 0, dialog.ChannelTelegram
	if p := Next(in); len(p.Calls) != 0 {
		t.Errorf("a yes on Telegram that saw nobody knows what: %v", kinds(p))
	}
	in.Envelope.Channel = dialog.ChannelWeb
	if p := Next(in); len(p.Calls) != 1 {
		t.Errorf("a yes on the web: %v", kinds(p))
	}
	c.level = dialog.LevelLinked
	c.taps("confirm").expect("identity.ask/confirm").calls().says("affirm").expect("identity.ask/confirm").calls()
	c = demo(t).taps("promise:2026-11-28")
	c.facts.Accounts[0].Version = "v2"
	c.says("affirm").expect("quote.expired", "promise.confirm").calls()
}

func TestConfirmCardNamesEverything(t *testing.T) {
	c := demo(t).taps("plan:4").expect("plan.confirm")
	card := c.got.Acts[0].Card
	labels := map[string]int{}
	for _, r := range card.Rows {
		labels[r.Label]++
	}
	for _, n := range card.Notes {
		labels[n.Label]++
	}
	for label, want := range map[string]int{"row.instalment": 4, "row.plan_total": 1, "row.extra_cost": 1, "row.also_due": 1, "row.auto_debit": 1,
		"note.standing_plan": 1, "note.not_binding_yet": 1, "note.cancel_window": 1, "note.last_absorbs": 1, "note.quote_expires": 1} {
		if labels[label] != want {
			t.Errorf("%s is there %d times, want %d", label, labels[label], want)
		}
	}
	c.lim.CostTable, c.lim.ReadSeconds = true, 10
	c.taps("plan:6")
	if card = c.got.Acts[0].Card; card.Kind != "cost_table" || card.ReadSeconds != 10 {
		t.Errorf("card %s, to be read for %d s", card.Kind, card.ReadSeconds)
	}
}

func TestDeferralThatCosts(t *testing.T) {
	c := demo(t)
	c.facts.Programme.Deferral.PauseLateInterest = false
	c.taps("defer:30").expect("deferral.confirm/late_runs").money("ordinary_interest", "7.20").money("late_during", "12.36")
	c = demo(t)
	c.facts.Programme.Deferral.OrdinaryDaily = 0
	c.taps("defer:30").expect("deferral.confirm/no_cost").money("amount_on_date", "827.71")
}
