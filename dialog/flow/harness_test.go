package flow

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func cny(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }

func date(s string) dialog.Date {
	d, err := dialog.ParseDate(s)
	if err != nil {
		panic(err) // a test's own literal
	}
	return d
}

// chat drives the scripts by themselves: it keeps the memory, the holds and the
// open calls as package turn would, and applies no policy.
type chat struct {
	t     tester
	conv  dialog.Conversation
	facts dialog.Facts
	lim   dialog.Limits
	level dialog.Level
	now   time.Time
	turns int
	// kinds of offers that the policy has taken away
	without []dialog.OfferKind
	got     Proposal
}

// tester is what a plain test and a drawn one have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func demo(t tester) *chat {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, shanghai)
	return &chat{
		t: t, level: dialog.LevelBorrower, now: now,
		conv: dialog.Conversation{
			ID: "c1", Borrower: "b1", Owner: dialog.OwnerBot, Locale: dialog.ZhHans, Zone: "Asia/Shanghai",
			Packs: []string{"cn"}, Channel: dialog.ChannelWeb, Seq: 3, LastIn: now.Add(-time.Minute),
			Said: map[string]int{"disclose.ai": 1},
		},
		facts: dialog.Facts{
			Borrower: dialog.Borrower{ID: "b1", Name: "林悦", Locale: dialog.ZhHans, Zone: "Asia/Shanghai", Packs: []string{"cn"}, Lender: "暖线钱包"},
			Accounts: []dialog.Account{{
				Ref: "a1", Product: "钱包月付", Currency: "CNY", Version: "v1",
				Overdue:   dialog.Overdue{Principal: cny(80000), Interest: cny(2400), LateRateDaily: 500_000, Due: date("2026-11-12")},
				NotYetDue: cny(160000), NextDue: date("2026-12-12"), NextDueAmount: cny(82400), AutoDebit: "on",
			}},
			Programme: dialog.Programme{
				ID: "p1", Plans: []int{3, 4, 6}, MinInstalment: cny(10000), PlanInterest: "frozen", FirstPaymentDays: 7,
				Deferral: dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: 300_000, CooldownDays: 180},
				Promise:  dialog.PromiseTerms{FreezeDays: 14, Moves: 2},
				QuoteTTL: 24 * time.Hour, CancelWindow: 72 * time.Hour, WaiverReview: true,
			},
			Table: []dialog.Fact{
				{Key: "credit.report", Date: date("2026-12-12")}, {Key: "visits", Value: "no"}, {Key: "contacts", Value: "no"},
				{Key: "payee", Value: "暖线小贷"}, {Key: "domain", Value: "pay.example"},
			},
			Desk: dialog.DeskFacts{Open: true, ETA: 6 * time.Minute, OnCall: true},
		},
		lim: dialog.Limits{
			PlanCounts: []int{3, 4, 6}, MinInstalment: cny(10000), MaxDeferDays: 30, PromiseLatest: date("2026-12-05"),
			PromiseMoves: 2, PartialMin: cny(5000), WaiverReview: true, CrisisLine: "12356", Emergency: "120",
		},
	}
}

func (c *chat) account() dialog.Account {
	if len(c.facts.Accounts) == 1 {
		return c.facts.Accounts[0]
	}
	a, _ := c.facts.Account(c.conv.Talk.Account)
	return a
}

func (c *chat) price(option string) (dialog.Offer, bool) {
	a, p, on := c.account(), c.facts.Programme, dialog.DateOf(c.now.In(shanghai))
	kind, arg, _ := strings.Cut(option, ":")
	n, _ := strconv.Atoi(arg)
	var t dialog.Terms
	var err error
	switch kind {
	case "plan":
		if !slices.Contains(p.Plans, n) {
			return dialog.Offer{}, false
		}
		t, err = loan.Plan(a, p, on, n)
	case "defer":
		if n > p.Deferral.MaxDays {
			return dialog.Offer{}, false
		}
		t, err = loan.Defer(a, p, on, n)
	case "promise":
		until, part, _ := strings.Cut(arg, ":")
		day, bad := dialog.ParseDate(until)
		if bad != nil || c.lim.PromiseLatest.Before(day) {
			return dialog.Offer{}, false
		}
		sum, _ := dialog.ParseMoney(part, "CNY")
		t, err = loan.Promise(a, p, on, day, sum)
	case "partial":
		m, bad := dialog.ParseMoney(arg, "CNY")
		if bad != nil || m.Minor < c.lim.PartialMin.Minor {
			return dialog.Offer{}, false
		}
		t, err = loan.Partial(a, on, m)
	}
	if err != nil || t.Kind == "" || slices.Contains(c.without, t.Kind) {
		return dialog.Offer{}, false
	}
	return dialog.Offer{Option: option, Terms: t}, true
}

func (c *chat) offers() []dialog.Offer {
	var all []dialog.Offer
	for _, n := range c.facts.Programme.Plans {
		if o, ok := c.price(fmt.Sprintf("plan:%d", n)); ok {
			all = append(all, o)
		}
	}
	if o, ok := c.price(fmt.Sprintf("defer:%d", c.facts.Programme.Deferral.MaxDays)); ok {
		all = append(all, o)
	}
	all = append(all, dialog.Offer{Option: "promise", Terms: dialog.Terms{Kind: dialog.OfferPromise}},
		dialog.Offer{Option: "partial", Terms: dialog.Terms{Kind: dialog.OfferPartial}})
	return slices.DeleteFunc(all, func(o dialog.Offer) bool { return slices.Contains(c.without, o.Terms.Kind) })
}

func (c *chat) input(e dialog.Event) Input {
	in := Input{
		Conv: c.conv, Level: c.level, Facts: c.facts, Now: c.now, Zone: shanghai,
		Today: dialog.DateOf(c.now.In(shanghai)), Ref: fmt.Sprintf("c1-%d", c.turns), Forbidden: c.lim.AskForbidden,
		Envelope: dialog.Envelope{ID: fmt.Sprintf("e%d", c.turns), Conversation: "c1", At: c.now, Channel: dialog.ChannelWeb, Session: "s1", Seen: c.conv.Seq, Event: e},
		Price:    c.price,
	}
	if c.level < dialog.LevelBorrower && e.Kind != dialog.EventLender && e.Kind != dialog.EventTimer {
		in.Facts.Accounts, in.Facts.Payments, in.Facts.Arrangements, in.Price, in.Forbidden = nil, nil, nil, nil, ""
		in.Offers = func() ([]dialog.Offer, dialog.Limits) {
			return nil, dialog.Limits{CrisisLine: c.lim.CrisisLine, Emergency: c.lim.Emergency}
		}
		return in
	}
	in.Account = c.account()
	in.Offers = func() ([]dialog.Offer, dialog.Limits) { return nil, c.lim }
	if in.Account.Ref != "" {
		in.Owed = loan.Owed(in.Account, in.Today)
		in.Offers = func() ([]dialog.Offer, dialog.Limits) { return c.offers(), c.lim }
	}
	return in
}

// apply keeps what a proposal changes.
func (c *chat) apply(p Proposal) *chat {
	c.got = p
	c.turns++
	c.now = c.now.Add(30 * time.Second)
	c.conv.Seq += uint64(len(p.Acts)) + 1
	c.conv.Said = maps.Clone(c.conv.Said)
	for _, a := range p.Acts {
		if c.conv.Said == nil {
			c.conv.Said = map[string]int{}
		}
		c.conv.Said[string(a.Kind)]++
	}
	q := c.conv.Talk.Quote
	c.conv.Talk = p.Talk
	if p.Talk.Quote != nil && (q == nil || q.ID != p.Talk.Quote.ID) {
		c.conv.Talk.Quote.Seq = c.conv.Seq
	}
	c.conv.Holds = append(slices.Clone(c.conv.Holds), p.Holds...)
	c.conv.Holds = slices.DeleteFunc(c.conv.Holds, func(h dialog.Hold) bool { return slices.Contains(p.Release, h.Kind) })
	for _, call := range p.Calls {
		open := dialog.OpenCall{Ref: call.Ref, Kind: call.Kind, Case: call.Case, At: c.now}
		if q != nil && q.ID == call.Ref {
			open.Quote = q
		}
		c.conv.Calls = append(slices.Clone(c.conv.Calls), open)
	}
	c.conv.Cases = append(slices.Clone(c.conv.Cases), p.Cases...)
	c.applyOwner(p)
	return c
}

func (c *chat) applyOwner(p Proposal) {
	if p.Handoff != nil {
		c.conv.Owner, c.conv.Priority = dialog.OwnerQueue, p.Handoff.Priority
	}
	if p.Unqueue {
		c.conv.Owner = dialog.OwnerBot
	}
	if p.Doubt {
		c.level = dialog.LevelUnknown
	}
	if p.Prefs != nil {
		c.conv.Prefs = *p.Prefs
	}
	if p.Locale != "" {
		c.conv.Locale = p.Locale
	}
	if p.Promise != nil {
		c.conv.Promise = p.Promise
	}
	if p.EndPromise {
		c.conv.Promise = nil
	}
	if p.Thanked != "" {
		c.conv.Thanked = append(slices.Clone(c.conv.Thanked), p.Thanked)
	}
	for _, t := range p.Timers {
		c.conv.Timers = slices.DeleteFunc(slices.Clone(c.conv.Timers), func(r dialog.TimerRef) bool { return r.Kind == t.Kind && r.Key == t.Key })
		if !t.Cancel {
			c.conv.Timers = append(c.conv.Timers, dialog.TimerRef{Kind: t.Kind, Key: t.Key, Due: t.Due})
		}
	}
}

// heard is a text with a clear meaning: its intents, driving first, and then
// "kind=value" entities.
func heard(intents string, entities ...string) *dialog.Understanding {
	u := &dialog.Understanding{Version: "t", Language: dialog.LangZhHans, Confident: true}
	for _, i := range strings.Fields(intents) {
		u.Intents = append(u.Intents, dialog.Scored{Intent: dialog.Intent(i), Score: 0.9})
	}
	u.Driving = u.Intents[0].Intent
	for _, e := range entities {
		kind, value, _ := strings.Cut(e, "=")
		values := strings.Split(value, "|")
		entity := dialog.Entity{Kind: dialog.EntityKind(kind), Value: values[0]}
		if len(values) > 1 {
			entity.Ambiguous = values
		}
		u.Entities = append(u.Entities, entity)
	}
	return u
}

func (c *chat) event(e dialog.Event) *chat { return c.apply(Next(c.input(e))) }

// says hears a text that means the intents and carries the entities.
func (c *chat) says(intents string, entities ...string) *chat {
	return c.hears("……", heard(intents, entities...))
}

func (c *chat) hears(text string, u *dialog.Understanding) *chat {
	return c.event(dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{
		Lines: []dialog.TextLine{{ID: fmt.Sprintf("m%d", c.turns), Text: text}}, Heard: u,
	}})
}

// taps presses a button; a confirm button is the open card's.
func (c *chat) taps(option string) *chat {
	card := ""
	if option == "confirm" && c.conv.Talk.Quote != nil {
		card = c.conv.Talk.Quote.ID
	}
	return c.tapsCard(option, card)
}

func (c *chat) tapsCard(option, card string) *chat {
	return c.event(dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}})
}

// lender brings an answer or news; an answer without a Ref is for the last open
// call of its kind.
func (c *chat) lender(e dialog.LenderEvent) *chat {
	if e.Ref == "" {
		for _, open := range c.conv.Calls {
			if string(open.Kind) == e.Kind {
				e.Ref = open.Ref
			}
		}
	}
	c.apply(Answer(c.input(dialog.Event{Kind: dialog.EventLender, Lender: &e})))
	if e.Status != "pending" {
		c.conv.Calls = slices.DeleteFunc(c.conv.Calls, func(o dialog.OpenCall) bool { return o.Ref == e.Ref })
	}
	return c
}

func (c *chat) due(kind, key string) *chat {
	c.conv.Timers = slices.DeleteFunc(slices.Clone(c.conv.Timers), func(r dialog.TimerRef) bool { return r.Kind == kind && r.Key == key })
	return c.apply(Due(c.input(dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: kind, Key: key, Due: c.now}})))
}

func (c *chat) at(day string, hour int) *chat {
	d := date(day)
	c.now = time.Date(d.Year, d.Month, d.Day, hour, 0, 0, 0, shanghai)
	return c
}

// kinds lists the acts said last as "kind/form".
func kinds(p Proposal) []string {
	var list []string
	for _, a := range p.Acts {
		list = append(list, strings.TrimSuffix(string(a.Kind)+"/"+a.Form, "/"))
	}
	return list
}

// expect checks the acts of the last turn, exactly and in order.
func (c *chat) expect(acts ...string) *chat {
	c.t.Helper()
	if got := kinds(c.got); !slices.Equal(got, acts) {
		c.t.Fatalf("turn %d: said %v, want %v", c.turns, got, acts)
	}
	return c
}

func (c *chat) buttons(ids ...string) *chat {
	c.t.Helper()
	have := c.ids()
	for _, id := range ids {
		if !slices.Contains(have, id) {
			c.t.Fatalf("turn %d: buttons %v, want %s among them", c.turns, have, id)
		}
	}
	return c
}

func (c *chat) noButtons(ids ...string) *chat {
	c.t.Helper()
	for _, id := range c.ids() {
		if slices.Contains(ids, id) {
			c.t.Fatalf("turn %d: button %s is shown", c.turns, id)
		}
	}
	return c
}

func (c *chat) ids() []string {
	var have []string
	for _, a := range c.got.Acts {
		for _, o := range a.Options {
			have = append(have, o.ID)
		}
	}
	return have
}

func (c *chat) calls(kinds ...dialog.CallKind) *chat {
	c.t.Helper()
	var got []dialog.CallKind
	for _, call := range c.got.Calls {
		got = append(got, call.Kind)
	}
	if !slices.Equal(got, kinds) {
		c.t.Fatalf("turn %d: calls %v, want %v", c.turns, got, kinds)
	}
	return c
}

func (c *chat) holds(kinds ...dialog.HoldKind) *chat {
	c.t.Helper()
	var got []dialog.HoldKind
	for _, h := range c.got.Holds {
		got = append(got, h.Kind)
	}
	if !slices.Equal(got, kinds) {
		c.t.Fatalf("turn %d: holds %v, want %v", c.turns, got, kinds)
	}
	return c
}

func (c *chat) owner(o dialog.OwnerKind) *chat {
	c.t.Helper()
	if c.conv.Owner != o {
		c.t.Fatalf("turn %d: owner %s, want %s", c.turns, c.conv.Owner, o)
	}
	return c
}

// money checks a sum of the last turn's acts by placeholder.
func (c *chat) money(name, want string) *chat {
	c.t.Helper()
	for _, a := range c.got.Acts {
		if v, ok := a.Values[name]; ok {
			if v.Money.Decimal() != want {
				c.t.Fatalf("turn %d: %s is %s, want %s", c.turns, name, v.Money.Decimal(), want)
			}
			return c
		}
	}
	c.t.Fatalf("turn %d: no {%s} in %v", c.turns, name, kinds(c.got))
	return c
}

func (c *chat) on(name, want string) *chat {
	c.t.Helper()
	for _, a := range c.got.Acts {
		if v, ok := a.Values[name]; ok {
			if v.Date.String() != want {
				c.t.Fatalf("turn %d: %s is %s, want %s", c.turns, name, v.Date, want)
			}
			return c
		}
	}
	c.t.Fatalf("turn %d: no {%s} in %v", c.turns, name, kinds(c.got))
	return c
}

func (c *chat) table(options ...string) *chat {
	c.t.Helper()
	var got []string
	for _, o := range c.conv.Talk.Table {
		got = append(got, o.Option)
	}
	if !slices.Equal(got, options) {
		c.t.Fatalf("turn %d: on the table %v, want %v", c.turns, got, options)
	}
	return c
}
