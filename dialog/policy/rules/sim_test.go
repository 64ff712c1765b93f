package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
	"warmline/dialog/turn"
)

// bounds are a place's hours and caps, written down a second time and apart
// from the packs: the simulation checks every message against them.
type bounds struct {
	packs      []string
	zones      []string
	open, end  time.Duration // after midnight
	inclusive  bool          // the end itself is still open
	noSunday   bool
	day, week  int
	debtWeek   int // about one debt
	noTelegram bool
}

func places() map[string]bounds {
	h := time.Hour
	return map[string]bounds{
		"cn":     {packs: []string{"cn"}, zones: []string{"Asia/Shanghai", "Asia/Urumqi"}, open: 8 * h, end: 22 * h, day: 1, week: 3, noTelegram: true},
		"hk":     {packs: []string{"hk"}, zones: []string{"Asia/Hong_Kong", "Europe/London"}, open: 9 * h, end: 21 * h, day: 1, week: 3},
		"tw":     {packs: []string{"tw"}, zones: []string{"Asia/Taipei", "Asia/Tokyo"}, open: 7 * h, end: 22 * h, inclusive: true, day: 1, week: 3},
		"us":     {packs: []string{"us"}, zones: []string{"America/New_York", "America/Los_Angeles"}, open: 8 * h, end: 21 * h, inclusive: true, day: 1, week: 3},
		"us-nyc": {packs: []string{"us-nyc"}, zones: []string{"America/New_York", "America/Phoenix"}, open: 8 * h, end: 21 * h, inclusive: true, day: 1, week: 3},
		"us-ma":  {packs: []string{"us-ma", "us-nyc"}, zones: []string{"America/New_York", "America/Chicago"}, open: 8 * h, end: 21 * h, inclusive: true, day: 1, week: 3, debtWeek: 2},
		"us-wa":  {packs: []string{"us-wa"}, zones: []string{"America/Los_Angeles", "America/Boise"}, open: 8 * h, end: 21 * h, inclusive: true, day: 1, week: 3},
		"us-ca":  {packs: []string{"us-ca"}, zones: []string{"America/Los_Angeles", "America/Phoenix"}, open: 8 * h, end: 21 * h, inclusive: true, day: 1, week: 3},
		"gb":     {packs: []string{"gb"}, zones: []string{"Europe/London", "Europe/Paris"}, open: 8 * h, end: 20 * h, noSunday: true, day: 1, week: 3},
		"ph":     {packs: []string{"ph"}, zones: []string{"Asia/Manila", "Asia/Dubai"}, open: 6 * h, end: 22 * h, inclusive: true, day: 1, week: 2},
		"sg":     {packs: []string{"sg"}, zones: []string{"Asia/Singapore", "Asia/Tokyo"}, open: 9 * h, end: 20 * h, day: 1, week: 2},
	}
}

// life is one borrower's month.
type life struct {
	b        bounds
	rules    policy.Rules
	rnd      *rand.Rand
	c        dialog.Conversation
	f        dialog.Facts
	zones    []*time.Location
	timers   []dialog.TimerOp
	sent     []contact // what the bot and its agents began with
	n        int
	failures []string
	answers  int
	human    int       // of sent, an agent's
	wrote    time.Time // when the borrower last did
	waiting  bool      // nobody has answered them
}

// contact is one of ours or the lender's, and the debt, "" for all.
type contact struct {
	at   time.Time
	debt string
}

// The month crosses the end of summer time in Europe and America.
var begin = time.Date(2026, 10, 16, 0, 0, 0, 0, time.UTC)

func newLife(b bounds, r policy.Rules, seed uint64) *life {
	l := &life{b: b, rules: r, rnd: rand.New(rand.NewPCG(seed, 7))}
	names := b.zones[:1+int(seed%2)]
	for _, name := range names {
		l.zones = append(l.zones, r.Zone(name, nil))
	}
	cny := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	l.f = dialog.Facts{
		Borrower: dialog.Borrower{ID: "b", Locale: dialog.EnGB, Zone: names[0], Zones: names, Packs: b.packs, Lender: "Lender"},
		Accounts: []dialog.Account{{Ref: "a1", Currency: "CNY", Version: "v1", Overdue: dialog.Overdue{Principal: cny(80000),
			Interest: cny(2400), LateRateDaily: 500_000, Due: dialog.NewDate(2026, 10, 10)}}},
		Programme: dialog.Programme{Plans: []int{3, 4}, MinInstalment: cny(10000), FirstPaymentDays: 7,
			Promise: dialog.PromiseTerms{FreezeDays: 14, Moves: 2}, QuoteTTL: 24 * time.Hour},
		Desk: dialog.DeskFacts{Open: true, OnCall: true},
	}
	l.c = dialog.Conversation{ID: "c", Borrower: "b", Owner: dialog.OwnerBot, Locale: dialog.EnGB, Zone: names[0], Packs: b.packs, Channel: dialog.ChannelWeb,
		Bindings: []dialog.Binding{{Session: "s", Channel: dialog.ChannelWeb, Level: dialog.LevelBorrower, Expires: begin.AddDate(0, 2, 0)}}}
	if seed%3 == 0 { // a second debt, and one of them is talked about
		second := l.f.Accounts[0]
		second.Ref = "a2"
		l.f.Accounts = append(l.f.Accounts, second)
		l.c.Talk.Account = "a1"
	}
	if seed%5 == 0 {
		l.c.Links = []dialog.Link{{Channel: dialog.ChannelTelegram, Address: "t1", Since: begin, Until: begin.AddDate(0, 2, 0)}}
	}
	return l
}

// month lives thirty days: reminders at every hour, replies, stops, disputes,
// agents who come and go, and the lender's own texts.
func (l *life) month() {
	for hour := range 30 * 24 {
		at := begin.Add(time.Duration(hour)*time.Hour + time.Duration(l.rnd.IntN(3600))*time.Second)
		if l.rnd.IntN(4) == 0 {
			at = begin.Add(time.Duration(hour) * time.Hour) // on the hour, where windows begin and end
		}
		l.fireTimers(at)
		switch p := l.rnd.IntN(1000); {
		case p < 40:
			l.step(at, dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "reminder", Key: "overdue", Due: at}})
		case p < 46:
			l.f.Contacts = append(l.f.Contacts, dialog.ContactCount{Channel: dialog.ChannelSMS, At: at, Class: dialog.ClassCollection, Account: []string{"", "a1", "a2"}[l.rnd.IntN(3)]})
		case p < 58:
			l.write(at)
		case p < 72:
			l.desk(at)
		case p < 74 && len(l.f.Accounts) == 2:
			l.c.Talk.Account = []string{"", "a1", "a2"}[l.rnd.IntN(3)]
		}
	}
}

func (l *life) fireTimers(now time.Time) {
	for i := 0; i < len(l.timers); i++ {
		if op := l.timers[i]; !op.Due.After(now) {
			l.timers = slices.Delete(l.timers, i, i+1)
			i--
			l.step(op.Due, dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: op.Kind, Key: op.Key, Due: op.Due}})
		}
	}
}

func (l *life) write(at time.Time) {
	said := []dialog.Intent{"later", "ask_balance", "ask_options", "smalltalk", "dispute_amount", "cease_contact", "request_human",
		"already_paid", "hardship_income", "hardship_health", "promise_to_pay", "bereavement", "complain", "ask_balance", "later", "contact_preference"}
	i := said[l.rnd.IntN(len(said))]
	u := &dialog.Understanding{Version: "t", Language: dialog.LangEn, Confident: true, Driving: i, Intents: []dialog.Scored{{Intent: i, Score: 1}}}
	l.answers++
	l.wrote, l.waiting = at, true
	l.step(at, dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: fmt.Sprint("l", l.n), Text: "…"}}, Heard: u}})
}

func (l *life) desk(at time.Time) {
	kind := "claim"
	if l.c.Owner == dialog.OwnerAgent {
		kind = []string{"say", "say", "say", "say", "offer", "release", "unhold"}[l.rnd.IntN(7)]
	}
	a := &dialog.AgentEvent{Kind: kind, Agent: "zhou", Name: "Zhou", Epoch: l.c.Epoch, Text: "Hello", Option: "plan:4"}
	if l.rnd.IntN(2) == 0 {
		a.Text = "Please pay ¥827.71 today"
	}
	if kind == "unhold" && len(l.c.Holds) > 0 {
		a.Hold = &dialog.Hold{Kind: l.c.Holds[0].Kind}
	}
	l.step(at, dialog.Event{Kind: dialog.EventAgent, Agent: a})
}

func (l *life) step(at time.Time, event dialog.Event) {
	l.n++
	e := dialog.Envelope{ID: fmt.Sprint("e", l.n), Conversation: "c", At: at, Channel: dialog.ChannelWeb, Session: "s", Event: event}
	if len(l.c.Links) > 0 && l.rnd.IntN(2) == 0 && event.Kind == dialog.EventText {
		e.Channel, e.Session = dialog.ChannelTelegram, "t1"
	}
	before := l.c
	ch := turn.Step(l.rules, l.c, e, l.f)
	l.c = ch.Next
	if a := event.Agent; a != nil && ch.Reject == nil && (a.Kind == "say" || a.Kind == "offer") {
		l.checkHuman(&before, a, at)
	}
	for i := range ch.Messages {
		l.check(&before, &ch, &ch.Messages[i], at)
		if m := &ch.Messages[i]; m.Speaker == dialog.SpeakerHuman || m.Speaker == dialog.SpeakerBot && event.Text != nil && l.c.Owner == dialog.OwnerBot {
			l.waiting = false
		}
	}
	for _, op := range ch.Timers {
		l.timers = slices.DeleteFunc(l.timers, func(t dialog.TimerOp) bool { return t.Kind == op.Kind && t.Key == op.Key })
		if !op.Cancel {
			l.timers = append(l.timers, op)
		}
	}
}

// check holds a message against the bounds, without asking the policy.
func (l *life) check(before *dialog.Conversation, ch *dialog.Change, m *dialog.Message, at time.Time) {
	if m.Act == nil || m.Speaker != dialog.SpeakerBot {
		return
	}
	fail := l.failing(at, string(m.Act.Kind))
	if h, held := ch.Next.Held(at, dialog.HoldDispute, dialog.HoldPaymentTrace, dialog.HoldHardship, dialog.HoldVulnerability, dialog.HoldCrisis); held {
		for _, o := range m.Act.Options {
			if kind, _, _ := strings.Cut(o.ID, ":"); o.URL == "" && slices.Contains([]string{"pay_now", "promise", "partial", "retry_debit"}, kind) {
				fail("the button %s under the hold %s", o.ID, h.Kind)
			}
		}
	}
	if !m.Proactive || m.Class != dialog.ClassCollection {
		return
	}
	l.windows(at, fail)
	l.caps(at, fail)
	if h, held := before.Held(at); held {
		fail("under the hold %s", h.Kind)
	}
	if why := before.Resting(at); why != "" {
		fail("while collection rests: %s", why)
	}
	if before.Owner == dialog.OwnerAgent || before.Owner == dialog.OwnerQueue {
		fail("while %s owns the chat", before.Owner)
	}
	if slices.Contains(before.Prefs.Stopped, m.Channel) || l.b.noTelegram && m.Channel == dialog.ChannelTelegram {
		fail("on the channel %s", m.Channel)
	}
	l.sent = append(l.sent, contact{at, l.debt()})
}

func (l *life) failing(at time.Time, what string) func(string, ...any) {
	return func(format string, args ...any) {
		l.failures = append(l.failures, fmt.Sprintf("%s: %s: ", at.Format(time.RFC3339), what)+fmt.Sprintf(format, args...))
	}
}

// debt is what a message is about.
func (l *life) debt() string {
	if len(l.f.Accounts) == 1 {
		return "a1"
	}
	return l.c.Talk.Account
}

// checkHuman holds what an agent begins against the same bounds. What answers
// the borrower is free of them; under a hold nobody asks for money unasked.
func (l *life) checkHuman(before *dialog.Conversation, a *dialog.AgentEvent, at time.Time) {
	if !l.wrote.IsZero() && (l.waiting || at.Sub(l.wrote) <= time.Hour) {
		return
	}
	fail := l.failing(at, "agent "+a.Kind)
	asks := a.Kind == "offer" || strings.Contains(a.Text, "pay")
	h, held := before.Held(at)
	switch {
	case held && asks && h.Kind != dialog.HoldCrisis:
		fail("under the hold %s", h.Kind)
	case held, !asks && len(before.Cases) > 0:
		return // about what is being looked into, not about money
	}
	if why := before.Resting(at); why != "" {
		fail("while collection rests: %s", why)
	}
	l.windows(at, fail)
	l.caps(at, fail)
	l.sent = append(l.sent, contact{at, l.debt()})
	l.human++
}

func (l *life) windows(at time.Time, fail func(string, ...any)) {
	for _, z := range l.zones {
		local := at.In(z)
		clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
		late := clock > l.b.end || clock == l.b.end && !l.b.inclusive
		if clock < l.b.open || late || l.b.noSunday && local.Weekday() == time.Sunday {
			fail("at %s in %s", local.Format("Mon 15:04:05"), z)
		}
	}
}

func (l *life) caps(at time.Time, fail func(string, ...any)) {
	all := slices.Clone(l.sent)
	for _, c := range l.f.Contacts {
		all = append(all, contact{c.At, c.Account})
	}
	day, week, debt := 0, 0, 0
	for _, c := range all {
		if !c.at.After(at) && at.Sub(c.at) < 7*24*time.Hour {
			week++
			if c.debt == "" || l.debt() == "" || c.debt == l.debt() {
				debt++
			}
		}
		if !c.at.After(at) && dialog.DateOf(c.at.In(l.zones[0])) == dialog.DateOf(at.In(l.zones[0])) {
			day++
		}
	}
	if day >= l.b.day || week >= l.b.week || l.b.debtWeek > 0 && debt >= l.b.debtWeek {
		fail("the %dth of the day, the %dth of the week, the %dth about the debt", day+1, week+1, debt+1)
	}
}

// TestAMonthUnderEachPack lives thirty days with a thousand borrowers a pack,
// with reminders, replies and human agents: no contact of theirs outside hours or
// caps, none during a hold, and no ask under one.
func TestAMonthUnderEachPack(t *testing.T) {
	engine, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := policy.Compile(engine.Config())
	if err != nil {
		t.Fatal(err)
	}
	borrowers := 1000
	if testing.Short() {
		borrowers = 50
	}
	for _, id := range engine.IDs() {
		if _, lived := places()[id]; !lived && id != policy.BasePack {
			t.Errorf("nobody lives under %s", id)
		}
	}
	for name, b := range places() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, answers, human, wrong := 0, 0, 0, 0
			for seed := range borrowers {
				l := newLife(b, compiled, uint64(seed))
				l.month()
				sent, answers, human = sent+len(l.sent), answers+l.answers, human+l.human
				for _, f := range l.failures {
					if wrong++; wrong <= 5 {
						t.Errorf("borrower %d: %s", seed, f)
					}
				}
			}
			if sent < borrowers || answers < borrowers || human < borrowers/10 {
				t.Errorf("%d messages, %d of them by agents, and %d answers in a month of %d people show nothing", sent, human, answers, borrowers)
			}
		})
	}
}
