package policy

import (
	"slices"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// moment is a plain moment: a borrower at level 2 who has just written.
func moment(r Rules, change func(*Moment)) *Moment {
	f := demoFacts()
	c := dialog.Conversation{ID: "c1", Owner: dialog.OwnerBot, Channel: dialog.ChannelWeb, Packs: []string{"hk"}}
	e := dialog.Envelope{ID: "e", At: noon, Channel: dialog.ChannelWeb, Event: dialog.Event{Kind: dialog.EventText,
		Text: &dialog.TextEvent{Heard: &dialog.Understanding{Driving: dialog.IntentAffirm, Confident: true}}}}
	zone := r.Zone("Asia/Shanghai", nil)
	m := &Moment{Conv: &c, Envelope: &e, Event: &e.Event, Facts: &f, Account: f.Accounts[0], Level: 2, Reader: true, Now: noon,
		Zones: []*time.Location{zone}}
	m.Standing = StandingOf(&c, &f, f.Accounts[0], noon, zone)
	m.Owed = loan.Owed(f.Accounts[0], m.Standing.Today)
	if change != nil {
		change(m)
	}
	m.Standing.Holds = m.Conv.Holds
	m.Offers, _ = r.Offers(&m.Standing)
	return m
}

func due(minor int64) map[string]dialog.Value {
	return map[string]dialog.Value{"amount_due": dialog.MoneyValue(cny(minor)), "due_date": dialog.DateValue(dialog.NewDate(2026, 11, 12))}
}

func held(kind dialog.HoldKind) func(*Moment) {
	return func(m *Moment) { m.Conv.Holds = []dialog.Hold{{Kind: kind, Start: noon}} }
}

func owner(o dialog.OwnerKind) func(*Moment) { return func(m *Moment) { m.Conv.Owner = o } }

func lenderSays(kind, status string) func(*Moment) {
	return func(m *Moment) {
		m.Reader = false
		m.Event = &dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: kind, Status: status}}
	}
}

func TestPermit(t *testing.T) {
	balance := dialog.Act{Kind: "balance.show", Values: due(82771)}
	for _, c := range []struct {
		name    string
		act     dialog.Act
		change  func(*Moment)
		outcome Outcome
		rule    string
	}{
		{"a balance to the borrower", balance, nil, Allow, KCrisis},
		{"a balance to a linked session", balance, func(m *Moment) { m.Level = 1 }, Require, KLevel},
		{"a greeting to anybody", dialog.Act{Kind: "greet"}, func(m *Moment) { m.Level = 0 }, Allow, KCrisis},
		{"a greeting that says how things stand", dialog.Act{Kind: "greet", Form: "nothing_due"}, func(m *Moment) { m.Level = 1 }, Require, KLevel},
		{"an open act with a sum in it", dialog.Act{Kind: "greet", Values: due(1)}, func(m *Moment) { m.Level = 1 }, Require, KLevel},
		{"a balance that is not the ledger's", dialog.Act{Kind: "balance.show", Values: due(82770)}, nil, Deny, KFacts},
		{"a sum in another currency", dialog.Act{Kind: "forgot.fix", Values: map[string]dialog.Value{"amount_due": dialog.MoneyValue(dialog.NewMoney(82771, "USD"))}}, nil, Deny, KFacts},
		{"figures without the lender", balance, func(m *Moment) { m.Facts.Unavailable = true }, Deny, KFacts},
		{"an act that does not exist", dialog.Act{Kind: "balance.guess"}, nil, Deny, KFacts},
		{"money in a crisis", balance, held(dialog.HoldCrisis), Deny, KCrisis},
		{"thanks in a crisis", dialog.Act{Kind: "smalltalk.reply"}, held(dialog.HoldCrisis), Deny, KCrisis},
		{"help in a crisis", dialog.Act{Kind: "crisis.support", Form: "again"}, held(dialog.HoldCrisis), Allow, KCrisis},
		{"a human's coming in a crisis", dialog.Act{Kind: "handoff.joined"}, held(dialog.HoldCrisis), Allow, KCrisis},
		{"the bot under a human", balance, owner(dialog.OwnerAgent), Deny, KOwner},
		{"a fact in the queue", balance, owner(dialog.OwnerQueue), Allow, KCrisis},
		{"an offer in the queue", dialog.Act{Kind: "plan.offer", Form: "none"}, owner(dialog.OwnerQueue), Deny, KOwner},
		{"a balance under a dispute", dialog.Act{Kind: "balance.show", Form: "held", Values: due(82771)}, held(dialog.HoldDispute), Allow, KCrisis},
		{"a reminder under a dispute", dialog.Act{Kind: "reminder.overdue", Form: "neutral"}, held(dialog.HoldDispute), Deny, KHold},
		{"accepted, before the lender said so", dialog.Act{Kind: "plan.accepted"}, nil, Deny, KAck},
		{"accepted, when the lender says so", dialog.Act{Kind: "plan.accepted"}, lenderSays("arrangement.create", "active"), Allow, KCrisis},
		{"accepted, when the lender says no", dialog.Act{Kind: "plan.accepted"}, lenderSays("arrangement.create", "rejected"), Deny, KAck},
		{"cancelled, before the lender said so", dialog.Act{Kind: "plan.cancelled"}, nil, Deny, KAck},
		{"asked to cancel", dialog.Act{Kind: "plan.cancelled", Form: "asked"}, nil, Allow, KCrisis},
		{"submitted, with nothing sent", dialog.Act{Kind: "plan.submitted"}, nil, Deny, KAck},
		{"submitted, with a call", dialog.Act{Kind: "plan.submitted"}, func(m *Moment) { m.Calls = []dialog.Call{{Kind: dialog.CallArrangementCreate}} }, Allow, KCrisis},
		{"somebody comes, and nobody answered", dialog.Act{Kind: "crisis.support", Form: "acknowledged"}, nil, Deny, KAck},
		{"somebody comes", dialog.Act{Kind: "crisis.support", Form: "acknowledged"}, func(m *Moment) { m.Paged = true }, Allow, KCrisis},
		{"a ticket that nobody gave", dialog.Act{Kind: "dispute.opened", Form: "ticket"}, nil, Deny, KAck},
	} {
		r := compiled(t, Config{})
		act := c.act
		v := r.Permit(&act, moment(r, c.change))
		if v.Outcome != c.outcome || v.Rule != c.rule {
			t.Errorf("%s: %s by %s (%s), want %s by %s; looked %v", c.name, v.Outcome, v.Rule, v.Detail, c.outcome, c.rule, v.Looked)
		}
	}
}

func TestPermitLooksAtEveryRule(t *testing.T) {
	r := compiled(t, Config{})
	v := r.Permit(&dialog.Act{Kind: "balance.show", Values: due(1)}, moment(r, func(m *Moment) {
		m.Level, m.Conv.Owner = 0, dialog.OwnerAgent
		held(dialog.HoldCrisis)(m)
	}))
	for _, rule := range []string{KCrisis, KOwner, KLevel, KHold, KOffer, KFacts, KAck} {
		if !slices.ContainsFunc(v.Looked, func(f dialog.Fired) bool { return f.Rule == rule }) {
			t.Errorf("%s was not looked at", rule)
		}
	}
	if v.Outcome != Deny {
		t.Errorf("outcome %s", v.Outcome)
	}
}

func TestButtonsThatAreLeftOut(t *testing.T) {
	ids := func(list ...string) []dialog.Option {
		var out []dialog.Option
		for _, id := range list {
			out = append(out, dialog.Option{ID: id})
		}
		return out
	}
	for _, c := range []struct {
		name   string
		act    dialog.Act
		change func(*Moment)
		drop   []string
	}{
		{"not eligible", dialog.Act{Kind: "options.menu", Options: ids("plan:4", "plan:9", "defer:30", "defer:60", "human")}, nil, []string{"plan:9", "defer:60"}},
		{"a hold asks for nothing", dialog.Act{Kind: "balance.show", Form: "held", Options: ids("pay_now", "breakdown", "human")}, held(dialog.HoldBereavement), []string{"pay_now"}},
		{"in the queue", dialog.Act{Kind: "balance.show", Options: ids("see_options", "plan:4", "breakdown")}, owner(dialog.OwnerQueue), []string{"see_options", "plan:4"}},
		{"to a stranger", dialog.Act{Kind: "greet", Options: ids("pay_now", "see_options", "human", "step_up")}, func(m *Moment) { m.Level = 0 }, []string{"pay_now", "see_options"}},
	} {
		r := compiled(t, Config{})
		v := r.Permit(&c.act, moment(r, c.change))
		slices.Sort(v.Drop)
		slices.Sort(c.drop)
		if !v.Allowed() || !slices.Equal(slices.Compact(v.Drop), c.drop) {
			t.Errorf("%s: %s, left out %v, want %v", c.name, v.Outcome, v.Drop, c.drop)
		}
	}
}

// card puts a live quote for an option on the table.
func card(r Rules, option string, m *Moment) *dialog.Quote {
	o, _ := r.Price(&m.Standing, option)
	q := &dialog.Quote{ID: "q1", Seq: 7, Offer: o, Version: "v1", Expires: noon.Add(time.Hour)}
	m.Conv.Talk.Quote = q
	return q
}

func TestNothingBindsWithoutAYesToTheCard(t *testing.T) {
	yes := func(seen uint64, ch dialog.ChannelKind) func(*Moment) {
		return func(m *Moment) { m.Envelope.Seen, m.Envelope.Channel = seen, ch }
	}
	tapped := func(option, card string) func(*Moment) {
		return func(m *Moment) {
			m.Event = &dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}}
		}
	}
	heard := func(also ...dialog.Intent) func(*Moment) {
		return func(m *Moment) {
			for _, i := range also {
				m.Event.Text.Heard.Intents = append(m.Event.Text.Heard.Intents, dialog.Scored{Intent: i})
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*Moment)
		call   func(*dialog.Call)
		detail string // of K-CONFIRM; "" is allowed
	}{
		{"the button", tapped("confirm", "q1"), nil, ""},
		{"another card's button", tapped("confirm", "q0"), nil, "not_confirmed"},
		{"a button without a card", tapped("confirm", ""), nil, "not_confirmed"},
		{"another button", tapped("plan:4", ""), nil, "not_confirmed"},
		{"yes, and the card was seen", yes(7, dialog.ChannelWeb), nil, ""},
		{"yes, to what came before the card", yes(6, dialog.ChannelWeb), nil, "not_confirmed"},
		{"yes on the web, not known what was seen", yes(0, dialog.ChannelWeb), nil, ""},
		{"yes on Telegram, not known what was seen", yes(0, dialog.ChannelTelegram), nil, "not_confirmed"},
		{"yes and no", heard(dialog.IntentDeny), nil, "not_confirmed"},
		{"a model's opinion", func(m *Moment) { m.Event.Kind = dialog.EventHeard }, nil, "a_model"},
		{"a model's words", func(m *Moment) { m.Event = &dialog.Event{Kind: dialog.EventPhrased} }, nil, "a_model"},
		{"a timer", func(m *Moment) { m.Event = &dialog.Event{Kind: dialog.EventTimer} }, nil, "not_confirmed"},
		{"an expired card", func(m *Moment) { m.Conv.Talk.Quote.Expires = noon }, nil, "expired"},
		{"a changed account", func(m *Moment) { m.Account.Version = "v2" }, nil, "changed"},
		{"a card that was used", func(m *Moment) { m.Conv.Calls = []dialog.OpenCall{{Ref: "q1"}} }, nil, "already_used"},
		{"a dead card", func(m *Moment) { m.Conv.Talk.Dead = []string{"q1"} }, nil, "already_used"},
		{"no card", func(m *Moment) { m.Conv.Talk.Quote = nil }, nil, "no_live_card"},
		{"other terms", nil, func(c *dialog.Call) { c.Terms.Total.Minor-- }, "other_terms"},
		{"another arrangement replaced", nil, func(c *dialog.Call) { c.Arrangement = "r9" }, "other_terms"},
		{"a cancellation", nil, func(c *dialog.Call) { c.Kind = dialog.CallArrangementCancel }, "another_card"},
	} {
		r := compiled(t, Config{})
		m := moment(r, nil)
		q := card(r, "plan:4", m)
		if c.change != nil {
			c.change(m)
		}
		terms := q.Offer.Terms
		call := dialog.Call{Ref: "q1", Kind: dialog.CallArrangementCreate, Terms: &terms}
		if c.call != nil {
			c.call(&call)
		}
		v := r.PermitCall(&call, m)
		want := Allow
		if c.detail != "" {
			want = Deny
		}
		if v.Outcome != want || c.detail != "" && (v.Rule != KConfirm || v.Detail != c.detail) {
			t.Errorf("%s: %s by %s (%s), want %s (%s)", c.name, v.Outcome, v.Rule, v.Detail, want, c.detail)
		}
	}
}

func TestCallsAndLevels(t *testing.T) {
	for _, c := range []struct {
		call  dialog.Call
		level dialog.Level
		hold  dialog.HoldKind
		want  Outcome
	}{
		{dialog.Call{Kind: dialog.CallPaymentLinkCreate}, 2, "", Allow},
		{dialog.Call{Kind: dialog.CallPaymentLinkCreate}, 1, "", Require},
		{dialog.Call{Kind: dialog.CallDebitRetry}, 1, "", Require},
		{dialog.Call{Kind: dialog.CallCaseOpen, Case: dialog.CaseComplaint}, 0, "", Allow},
		{dialog.Call{Kind: dialog.CallCaseOpen, Case: dialog.CaseTrace}, 1, "", Require},
		{dialog.Call{Kind: dialog.CallContactUpdate}, 0, "", Allow},
		{dialog.Call{Kind: dialog.CallPageHuman}, 0, dialog.HoldCrisis, Allow},
		{dialog.Call{Kind: dialog.CallContactUpdate}, 2, dialog.HoldCrisis, Allow},
		{dialog.Call{Kind: dialog.CallPaymentLinkCreate}, 2, dialog.HoldCrisis, Deny},
	} {
		r := compiled(t, Config{})
		v := r.PermitCall(&c.call, moment(r, func(m *Moment) {
			m.Level = c.level
			if c.hold != "" {
				held(c.hold)(m)
			}
		}))
		if v.Outcome != c.want {
			t.Errorf("%s %s at level %d: %s by %s", c.call.Kind, c.call.Case, c.level, v.Outcome, v.Rule)
		}
	}
}

func TestACardShowsEligibleTermsOnly(t *testing.T) {
	r := compiled(t, Config{})
	m := moment(r, nil)
	good := *card(r, "defer:30", m)
	bad := good
	bad.Offer.Terms.Total.Minor -= 100
	beyond := good
	beyond.Offer.Option = "defer:60"
	for name, c := range map[string]struct {
		q    dialog.Quote
		want Outcome
	}{"eligible": {good, Allow}, "a discount of one's own": {bad, Deny}, "too long": {beyond, Deny}, "a cancellation": {dialog.Quote{Cancels: "r1"}, Allow}} {
		if v := r.PermitQuote(&c.q, m); v.Outcome != c.want {
			t.Errorf("%s: %s (%s)", name, v.Outcome, v.Detail)
		}
	}
	m.Granted = true
	if v := r.PermitQuote(&beyond, m); v.Outcome != Allow {
		t.Errorf("a human's grant: %s", v.Outcome)
	}
}

func TestHoldsAndWhoEndsThem(t *testing.T) {
	r := compiled(t, Config{})
	for _, c := range []struct {
		kind   dialog.HoldKind
		change func(*Moment)
		ends   bool
	}{
		{dialog.HoldCease, nil, true},
		{dialog.HoldCease, func(m *Moment) { m.Level = 0 }, false},
		{dialog.HoldThirdParty, nil, true},
		{dialog.HoldThirdParty, func(m *Moment) { m.Level = 1 }, false},
		{dialog.HoldDispute, nil, false},
		{dialog.HoldDispute, lenderSays("case.updated", "ok"), true},
		{dialog.HoldPaymentTrace, lenderSays("payment.received", ""), true},
		{dialog.HoldPaymentTrace, nil, false},
		{dialog.HoldCrisis, nil, false},
		{dialog.HoldCrisis, lenderSays("case.updated", "ok"), false},
		{dialog.HoldHardship, nil, false},
		{dialog.HoldWrongPerson, nil, false},
		{dialog.HoldCease, func(m *Moment) { m.Event.Kind = dialog.EventHeard }, false},
	} {
		if v := r.PermitRelease(c.kind, moment(r, c.change)); v.Allowed() != c.ends {
			t.Errorf("%s: %s (%s)", c.kind, v.Outcome, v.Detail)
		}
	}
	stranger := moment(r, func(m *Moment) { m.Level = 0 })
	for kind, want := range map[dialog.HoldKind]bool{dialog.HoldCrisis: true, dialog.HoldWrongPerson: true, dialog.HoldDispute: true,
		dialog.HoldPaymentTrace: false, dialog.HoldHardship: false, "whim": false} {
		if v := r.PermitHold(dialog.Hold{Kind: kind}, stranger); v.Allowed() != want {
			t.Errorf("%s put on by a stranger: %s", kind, v.Outcome)
		}
	}
}

func TestGrantsStayWithinAuthority(t *testing.T) {
	r := compiled(t, Config{})
	for _, c := range []struct {
		role  string
		grant dialog.Grant
		want  bool
	}{
		{"", dialog.Grant{Kind: "hold", Days: 60}, true}, {"", dialog.Grant{Kind: "hold", Days: 61}, false},
		{"supervisor", dialog.Grant{Kind: "hold", Days: 61}, true}, {"intern", dialog.Grant{Kind: "hold", Days: 61}, false},
		{"", dialog.Grant{Kind: "hold", Until: dialog.NewDate(2027, 1, 20)}, true}, {"", dialog.Grant{Kind: "hold"}, false},
		{"", dialog.Grant{Kind: "plan", Count: 12}, true}, {"", dialog.Grant{Kind: "plan", Count: 13}, false},
		{"", dialog.Grant{Kind: "token_payment", Amount: cny(5000)}, true}, {"", dialog.Grant{Kind: "token_payment", Amount: cny(99999999)}, false},
		{"", dialog.Grant{Kind: "waiver", Amount: cny(100)}, false}, {"supervisor", dialog.Grant{Kind: "waiver", Amount: cny(371)}, true},
		{"supervisor", dialog.Grant{Kind: "waiver", Amount: cny(372)}, false}, {"supervisor", dialog.Grant{Kind: "car"}, false},
	} {
		if v := r.PermitGrant(c.role, c.grant, moment(r, nil)); v.Allowed() != c.want {
			t.Errorf("%q %+v: %s", c.role, c.grant, v.Outcome)
		}
	}
	o, ok := r.GrantOffer(dialog.Grant{Kind: "deferral", Days: 60}, moment(r, nil))
	if !ok || o.Terms.Days != 60 || o.Terms.Schedule[0].Due.String() != "2027-01-20" {
		t.Errorf("a granted deferral: %+v", o)
	}
}
