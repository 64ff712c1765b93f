package turn

import (
	"slices"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

func TestAIsNamedFirstAndAgainAfterADay(t *testing.T) {
	r := testRules(t, policy.Config{})
	s := saying(act("smalltalk.reply", "", nil))
	ch := step(r, s, chat(2), env("e1", start, text(dialog.IntentSmalltalk)), demo())
	expectList(t, "first", kinds(ch), "disclose.ai", "smalltalk.reply")
	ch = step(r, s, ch.Next, env("e2", start.Add(23*time.Hour), text(dialog.IntentSmalltalk)), demo())
	expectList(t, "the next day", kinds(ch), "smalltalk.reply")
	expect(t, "variant", ch.Messages[1].Act.Variant, 1)
	ch = step(r, s, ch.Next, env("e3", start.Add(47*time.Hour), text(dialog.IntentSmalltalk)), demo())
	expectList(t, "after a day of silence", kinds(ch), "disclose.ai", "smalltalk.reply")
	if len(ch.Next.Disclosed) != 2 {
		t.Errorf("ledger %v", ch.Next.Disclosed)
	}
	stranger := step(r, saying(act("third_party.refuse", "", nil)), chat(2), env("e4", start, text(dialog.IntentThirdParty)), demo())
	expectList(t, "to a stranger, without the lender's name", kinds(stranger), "disclose.ai/telegram", "third_party.refuse")
}

func TestABurstIsOneAnswerAndSeveralLines(t *testing.T) {
	r := testRules(t, policy.Config{})
	e := text(dialog.IntentSmalltalk)
	e.Text.Lines = []dialog.TextLine{{ID: "m1", Text: "a"}, {ID: "m2", Text: "b"}}
	ch := step(r, saying(act("smalltalk.reply", "", nil)), chat(2), env("m1", start, e), demo())
	if !slices.Equal(ch.Dedupe, []string{"m1", "m2"}) || len(ch.Messages) != 4 || ch.Messages[1].Client != "m2" {
		t.Errorf("dedupe %v, messages %d", ch.Dedupe, len(ch.Messages))
	}
	expect(t, "id", ch.Messages[0].ID, "c1-1-1")
}

func TestWhatIsPutInThePlaceOfWhatMayNotBeSaid(t *testing.T) {
	balance := act("balance.show", "", map[string]dialog.Value{"amount_due": dialog.MoneyValue(dialog.NewMoney(82771, "CNY"))})
	balance.Values["due_date"] = dialog.DateValue(dialog.NewDate(2026, 11, 12))
	said := []dialog.Disclosure{{Text: "disclose.ai", At: start}}
	for _, c := range []struct {
		name  string
		level dialog.Level
		conv  func(*dialog.Conversation)
		e     dialog.Event
		facts func(*dialog.Facts)
		act   dialog.Act
		says  []string
	}{
		{"facts to a linked session", 1, nil, text(dialog.IntentAskBalance), nil, balance, []string{"identity.ask"}},
		{"the same on opening", 1, func(c *dialog.Conversation) { c.Seq = 0; c.Disclosed = nil }, dialog.Event{Kind: dialog.EventOpened}, nil, balance, []string{"disclose.ai", "greet/neutral"}},
		{"facts in a crisis", 2, func(c *dialog.Conversation) { c.Holds = []dialog.Hold{{Kind: dialog.HoldCrisis}} }, text(dialog.IntentAskBalance), nil, balance, []string{"crisis.support/again"}},
		{"an offer in the queue", 2, func(c *dialog.Conversation) { c.Owner = dialog.OwnerQueue }, text(dialog.IntentAskOptions), nil, act("plan.offer", "none", nil), []string{"handoff.queued/waiting"}},
		{"the same again", 2, func(c *dialog.Conversation) {
			c.Owner, c.Said = dialog.OwnerQueue, map[string]int{"handoff.queued/waiting": 1}
		}, text(dialog.IntentAskOptions), nil, act("plan.offer", "none", nil), nil},
		{"figures without the lender", 2, nil, text(dialog.IntentAskBalance), func(f *dialog.Facts) { f.Unavailable, f.Accounts = true, nil }, balance, []string{"service.unavailable"}},
		{"something unknown", 2, nil, text(dialog.IntentAskBalance), nil, act("make.it.up", "", nil), []string{"error.apologise"}},
	} {
		r := testRules(t, policy.Config{})
		conv, f := chat(c.level), demo()
		conv.Seq, conv.Disclosed, conv.LastIn = 4, said, start
		if c.conv != nil {
			c.conv(&conv)
		}
		if c.facts != nil {
			c.facts(&f)
		}
		ch := step(r, saying(c.act), conv, env("e1", start.Add(time.Minute), c.e), f)
		expectList(t, c.name, kinds(ch), c.says...)
	}
}

func TestAScriptCannotForgetAHumanOrACrisis(t *testing.T) {
	r := testRules(t, policy.Config{})
	f := demo()
	ch := step(r, silentScripts(), chat(2), env("e1", start, text(dialog.IntentAskBalance, dialog.IntentRequestHuman)), f)
	expect(t, "owner", ch.Next.Owner, dialog.OwnerQueue)
	expectList(t, "says", kinds(ch), "disclose.ai", "handoff.queued")
	f.Desk = dialog.DeskFacts{NextOpen: start.Add(20 * time.Hour)}
	ch = step(r, silentScripts(), chat(2), env("e1", start, tap("human", "")), f)
	expectList(t, "at night", kinds(ch), "disclose.ai", "handoff.closed_hours")
	ch = step(r, silentScripts(), chat(0), env("e1", start, text(dialog.IntentSelfHarm)), f)
	expectList(t, "a crisis", kinds(ch), "crisis.support")
	expect(t, "its line", ch.Messages[1].Act.Values["crisis_line"].Text, "18111")
	expect(t, "pages", len(calls(ch)), 1)
	expect(t, "priority", ch.Next.Priority, 0)
	amber := text(dialog.IntentCannotPay)
	amber.Text.Heard.Safety = dialog.SafetyAmber
	ch = step(r, saying(act("options.menu", "", nil, "plan:4")), chat(2), env("e1", start, amber), f)
	expectList(t, "an indirect word", kinds(ch), "crisis.check_in")
	if _, on := ch.Next.Held(start, dialog.HoldCrisis); on {
		t.Error("an indirect word locked the chat")
	}
}

func TestPagesAreTriedAgainAndToldTruthfully(t *testing.T) {
	r := testRules(t, policy.Config{})
	f := demo()
	c := step(r, silentScripts(), chat(2), env("e1", start, text(dialog.IntentSelfHarm)), f).Next
	again := func(at time.Time, f dialog.Facts) dialog.Change {
		due := c.Timers[0]
		ch := step(r, silentScripts(), c, env("t", at, dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: due.Kind, Key: due.Key, Due: due.Due}}), f)
		c = ch.Next
		return ch
	}
	ch := again(start.Add(2*time.Minute), f)
	if len(calls(ch)) != 1 || c.Page.Tries != 2 || len(kinds(ch)) != 0 || !c.Timers[0].Due.Equal(start.Add(4*time.Minute)) {
		t.Errorf("second try: calls %v, page %+v, says %v, timers %v", calls(ch), c.Page, kinds(ch), c.Timers)
	}
	f.Desk.OnCall = false
	expectList(t, "nobody on call", kinds(again(start.Add(4*time.Minute), f)), "crisis.support/no_one")
	expectList(t, "said once", kinds(again(start.Add(6*time.Minute), f)))
	ack := dialog.Event{Kind: dialog.EventPage, Page: &dialog.PageEvent{Kind: "acknowledged", Ref: c.Page.Ref + "-4", By: "li"}}
	ch = step(r, silentScripts(), c, env("a", start.Add(7*time.Minute), ack), f)
	expectList(t, "acknowledged", kinds(ch), "crisis.support/acknowledged")
	if len(ch.Next.Timers) != 0 || ch.Next.Page.By != "li" {
		t.Errorf("the clock runs on: %v", ch.Next.Timers)
	}
	twice := step(r, silentScripts(), ch.Next, env("b", start.Add(8*time.Minute), ack), f)
	expectList(t, "acknowledged again", kinds(twice))
}

func TestPendingWords(t *testing.T) {
	r := testRules(t, policy.Config{Model: true})
	s := saying(act("smalltalk.reply", "", nil))
	begin := func() (dialog.Conversation, string) {
		ch := step(r, s, chat(2), env("e1", start, text(dialog.IntentSmalltalk)), demo())
		return ch.Next, ch.Next.Pending.Message
	}
	phrased := func(message, words, failed string) dialog.Event {
		return dialog.Event{Kind: dialog.EventPhrased, Phrased: &dialog.PhrasedEvent{Message: message, Text: words, Model: "m", Failed: failed}}
	}
	c, id := begin()
	for _, x := range []struct {
		name   string
		e      dialog.Event
		finals int
		text   string
	}{
		{"a model's words", phrased(id, "hi", ""), 1, "hi"},
		{"a failure", phrased(id, "", "timeout"), 1, ""},
		{"words for another act", phrased("c1-0-9", "hi", ""), 0, ""},
		{"the deadline", dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "phrase", Key: id, Due: c.Pending.Due}}, 1, ""},
		{"a new message", text(dialog.IntentAskHowPay), 1, ""},
	} {
		ch := step(r, s, c, env("e2", start.Add(time.Second), x.e), demo())
		if len(ch.Finals) != x.finals {
			t.Errorf("%s: finals %+v", x.name, ch.Finals)
			continue
		}
		if x.finals == 1 && (ch.Finals[0].Seq != c.Seq+1 || ch.Finals[0].Body.Text != x.text) {
			t.Errorf("%s: %+v", x.name, ch.Finals[0])
		}
		if late := step(r, s, ch.Next, env("e3", start.Add(2*time.Second), phrased(id, "late", "")), demo()); x.finals == 1 && len(late.Finals) != 0 {
			t.Errorf("%s: late words were taken", x.name)
		}
	}
	red := step(r, s, c, env("e2", start.Add(time.Second), text(dialog.IntentSelfHarm)), demo())
	if len(red.Finals) != 1 || red.Finals[0].Seq != 0 {
		t.Errorf("what was pending came out in a crisis: %+v", red.Finals)
	}
}

func TestRemindersAtTheGate(t *testing.T) {
	r := testRules(t, policy.Config{})
	due := func(at time.Time) dialog.Event {
		return dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "reminder", Key: "overdue", Due: at}}
	}
	c := chat(2)
	ch := step(r, flowScripts(), c, env("e1", start, due(start)), demo())
	expectList(t, "at ten", kinds(ch), "reminder.overdue")
	if !ch.Messages[0].Proactive || ch.Next.Unanswered != 1 || len(ch.Next.Contacts) != 1 {
		t.Errorf("counters: %d %v", ch.Next.Unanswered, ch.Next.Contacts)
	}
	twice := step(r, flowScripts(), ch.Next, env("e2", start.Add(time.Hour), due(start)), demo())
	expectList(t, "again that day", kinds(twice))
	expectList(t, "dropped", twice.Cancelled, "reminder")
	night := step(r, flowScripts(), c, env("e3", start.Add(12*time.Hour), due(start)), demo())
	expectList(t, "at night", kinds(night))
	if len(night.Next.Timers) != 1 || !night.Next.Timers[0].Due.Equal(start.Add(23*time.Hour)) {
		t.Errorf("put off to %v", night.Next.Timers)
	}
	moved := night.Next
	stale := step(r, flowScripts(), moved, env("e4", start.Add(22*time.Hour), due(start)), demo())
	if len(stale.Next.Timers) != 1 || len(stale.Messages) != 0 {
		t.Error("a timer that was moved fired at its old time")
	}
	answered := step(r, flowScripts(), ch.Next, env("e5", start.Add(time.Hour), text(dialog.IntentSmalltalk)), demo())
	expect(t, "unanswered after an answer", answered.Next.Unanswered, 0)
}

func TestAStopTakesBackWhatIsScheduled(t *testing.T) {
	r := testRules(t, policy.Config{})
	c := chat(2)
	c.Timers = []dialog.TimerRef{{Kind: "reminder", Key: "due", Due: start.Add(time.Second)}, {Kind: "callback", Due: start.Add(time.Hour)}}
	ch := step(r, silentScripts(), c, env("e1", start, text(dialog.IntentCeaseContact)), demo())
	expectList(t, "cancelled", ch.Cancelled, "reminder")
	if len(ch.Next.Timers) != 1 || !ch.Timers[0].Cancel {
		t.Errorf("timers %v, operations %v", ch.Next.Timers, ch.Timers)
	}
	race := step(r, flowScripts(), ch.Next, env("e2", start.Add(time.Second), dialog.Event{Kind: dialog.EventTimer,
		Timer: &dialog.TimerEvent{Kind: "reminder", Key: "due", Due: start.Add(time.Second)}}), demo())
	expectList(t, "the one that was under way", kinds(race))
}

func TestTheLendersWordInAnyOrder(t *testing.T) {
	r := testRules(t, policy.Config{})
	submitted := func() (dialog.Conversation, string) {
		c := Step(r, chat(2), env("e1", start, tap("plan:4", "")), demo()).Next
		id := c.Talk.Quote.ID
		return Step(r, c, env("e2", start.Add(time.Minute), tap("confirm", id)), demo()).Next, id
	}
	answer := func(ref, status string) dialog.Event {
		return dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: "arrangement.create", Ref: ref, Status: status, ID: "r1"}}
	}
	hook := func(ref string) dialog.Event {
		return dialog.Event{Kind: dialog.EventLender, Lender: &dialog.LenderEvent{Kind: "arrangement.updated",
			Arrangement: &dialog.Arrangement{ID: "r1", Account: "a1", Kind: "plan", Status: "active", ClientRef: ref}}}
	}
	c, id := submitted()
	for _, x := range []struct {
		name   string
		events []dialog.Event
		says   [][]string
		open   int
	}{
		{"pending, then active", []dialog.Event{answer(id, "pending"), hook(id)}, [][]string{nil, {"plan.accepted/reminders"}}, 0},
		{"the webhook first", []dialog.Event{hook(id), answer(id, "active")}, [][]string{{"plan.accepted/reminders"}, nil}, 0},
		{"twice the same", []dialog.Event{answer(id, "active"), answer(id, "active"), hook(id)}, [][]string{{"plan.accepted/reminders"}, nil, nil}, 0},
		{"rejected", []dialog.Event{answer(id, "rejected")}, [][]string{{"plan.rejected"}}, 0},
		{"an answer to nobody", []dialog.Event{answer("q-unknown", "active")}, [][]string{nil}, 1},
	} {
		conv := c
		for i, e := range x.events {
			ch := Step(r, conv, env("l"+string(rune('0'+i)), start.Add(time.Duration(i+2)*time.Minute), e), demo())
			got := kinds(ch)
			if x.name == "rejected" {
				got = got[:1]
			}
			expectList(t, x.name, got, x.says[i]...)
			conv = ch.Next
		}
		expect(t, x.name+": open calls", len(conv.Calls), x.open)
	}
}

func TestTelegram(t *testing.T) {
	r := testRules(t, policy.Config{})
	link := func(kind, address string) dialog.Event {
		return dialog.Event{Kind: dialog.EventChannel, Channel: &dialog.ChannelEvent{Kind: kind, Channel: dialog.ChannelTelegram,
			Address: address, Until: start.Add(time.Hour)}}
	}
	sends := func(ch dialog.Change) []string {
		var out []string
		for _, o := range ch.Outbox {
			if o.Send != nil {
				out = append(out, o.Send.Address)
			}
		}
		return out
	}
	ch := Step(r, chat(2), env("e1", start, link("linked", "t1")), demo())
	expectList(t, "linked", kinds(ch), "disclose.ai/telegram", "channel.link/linked")
	expectList(t, "told in", sends(ch), "t1", "t1")
	linked := ch.Next

	ask := env("e2", start, text(dialog.IntentAskBalance))
	ask.Channel, ask.Session = dialog.ChannelTelegram, "t1"
	ch = Step(r, linked, ask, demo())
	expectList(t, "a balance on Telegram", kinds(ch), "identity.ask/telegram")
	expect(t, "sends", len(sends(ch)), 1)
	ch = Step(r, ch.Next, env("e3", start, link("approved", "t1")), demo())
	expectList(t, "approved in the wallet", kinds(ch), "balance.show")
	expectList(t, "sent to", sends(ch), "t1")

	ch = Step(r, linked, env("e4", start, link("linked", "t2")), demo())
	expectList(t, "another chat", kinds(ch), "disclose.ai/telegram", "channel.link/linked", "channel.link/relinked")
	expectList(t, "both are told", sends(ch), "t2", "t2", "t1")
	if len(ch.Next.Links) != 1 || ch.Next.Links[0].Address != "t2" {
		t.Errorf("links %v", ch.Next.Links)
	}
	late := Step(r, linked, env("e5", start, dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "reminder", Key: "overdue", Due: start}}), demo())
	expectList(t, "a reminder on Telegram", kinds(late), "reminder.overdue/neutral")
	blocked := Step(r, linked, env("e6", start, link("blocked", "t1")), demo())
	if len(blocked.Next.Links) != 0 || !slices.Contains(blocked.Next.Prefs.Stopped, dialog.ChannelTelegram) {
		t.Errorf("blocked: %+v", blocked.Next.Prefs)
	}
	cn := chat(2)
	cn.Packs = []string{"cn"}
	expectList(t, "where a pack keeps it out", kinds(Step(r, cn, env("e7", start, link("linked", "t1")), demo())), "channel.link/denied")
	cn.Packs, cn.Tombstones = []string{"hk"}, []string{"t1"}
	expectList(t, "a buried chat", kinds(Step(r, cn, env("e8", start, link("linked", "t1")), demo())), "channel.link/refused")
}

func TestTheWrongPersonIsLeftAlone(t *testing.T) {
	r := testRules(t, policy.Config{})
	c := Step(r, chat(2), env("e0", start, dialog.Event{Kind: dialog.EventChannel, Channel: &dialog.ChannelEvent{Kind: "linked", Channel: dialog.ChannelTelegram, Address: "t1"}}), demo()).Next
	e := env("e1", start, text(dialog.IntentWrongPerson))
	e.Channel, e.Session = dialog.ChannelTelegram, "t1"
	ch := Step(r, c, e, demo())
	if len(ch.Next.Timers) != 1 || ch.Next.Timers[0].Kind != timerTombstone {
		t.Fatalf("timers %v", ch.Next.Timers)
	}
	ch = Step(r, ch.Next, env("e2", start.Add(2*time.Minute), dialog.Event{Kind: dialog.EventTimer,
		Timer: &dialog.TimerEvent{Kind: timerTombstone, Key: "t1", Due: start.Add(2 * time.Minute)}}), demo())
	if !slices.Contains(ch.Next.Tombstones, "t1") || len(ch.Next.Links) != 0 {
		t.Errorf("tombstones %v, links %v", ch.Next.Tombstones, ch.Next.Links)
	}
}

func TestDoubtAndReturn(t *testing.T) {
	r := testRules(t, policy.Config{})
	c := Step(r, chat(2), env("e1", start, tap("plan:4", "")), demo()).Next
	card := c.Talk.Quote.ID
	c = step(r, silentScripts(), c, env("e2", start, text(dialog.IntentThirdParty)), demo()).Next
	expect(t, "level", c.Level("s1", start), 0)
	if c.Talk.Quote != nil || len(c.Talk.Table) > 0 {
		t.Error("the borrower's card lies before a stranger")
	}
	ch := Step(r, c, env("e3", start, tap("confirm", card)), demo())
	expect(t, "calls by a stranger", len(calls(ch)), 0)
	session := func(level dialog.Level, ended bool) dialog.Event {
		return dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s1", Level: level, Channel: dialog.ChannelWeb, Ended: ended}}
	}
	c = Step(r, c, env("e4", start, session(0, true)), demo()).Next
	c = Step(r, c, env("e5", start, session(1, false)), demo()).Next
	expect(t, "level after logging in again", c.Level("s1", start), 0)
	c = Step(r, c, env("e6", start, session(2, false)), demo()).Next
	expect(t, "level after a fresh step-up", c.Level("s1", start), 2)
}

func TestASecondOpinionNeverAgrees(t *testing.T) {
	r := testRules(t, policy.Config{Second: true})
	c := Step(r, chat(2), env("e1", start, tap("plan:4", "")), demo()).Next
	e := text(dialog.IntentAffirm)
	e.Kind = dialog.EventHeard
	c.Talk.Clarified, c.Hearing = 1, &dialog.Hearing{Message: "l"}
	seen := false
	s := always(func(in flow.Input) flow.Proposal {
		seen = in.Envelope.Event.Text.Heard.Has(dialog.IntentAffirm)
		terms := in.Conv.Talk.Quote.Offer.Terms
		return flow.Proposal{Talk: in.Conv.Talk, Calls: []dialog.Call{{Kind: dialog.CallArrangementCreate, Terms: &terms}}}
	})
	e.Text.Heard.Intents = append(e.Text.Heard.Intents, dialog.Scored{Intent: dialog.IntentAskBalance})
	e.Text.Heard.Driving = dialog.IntentAskBalance
	ch := step(r, s, c, env("e2", start, e), demo())
	if seen || len(calls(ch)) != 0 {
		t.Errorf("script saw a yes: %v, calls %v", seen, calls(ch))
	}
	unclear := text()
	unclear.Text.Heard.Confident = false
	ch = Step(r, chat(2), env("e3", start, unclear), demo())
	if !slices.ContainsFunc(ch.Outbox, func(o dialog.OutboxItem) bool { return o.Hear == ch.Messages[0].ID }) {
		t.Errorf("no second opinion was asked: %+v", ch.Outbox)
	}
}

func TestNeeds(t *testing.T) {
	red := text(dialog.IntentAskBalance, dialog.IntentSelfHarm)
	crisis := chat(2)
	crisis.Holds = []dialog.Hold{{Kind: dialog.HoldCrisis}}
	waiting := chat(1)
	waiting.Talk.After = &dialog.Event{}
	written := chat(2)
	written.LastIn = start.Add(-time.Minute)
	stepUp := dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s1", Level: 2}}
	for _, c := range []struct {
		name string
		c    dialog.Conversation
		e    dialog.Event
		want Wants
	}{
		{"a question about money", chat(2), text(dialog.IntentAskBalance), Wants{Facts: true, Desk: true}},
		{"a crisis", chat(2), red, Wants{Desk: true}},
		{"anything in a crisis", crisis, text(dialog.IntentAskBalance), Wants{Desk: true}},
		{"a human", chat(2), text(dialog.IntentRequestHuman), Wants{Desk: true}},
		{"a stop and a payment", chat(2), text(dialog.IntentCeaseContact, dialog.IntentAlreadyPaid), Wants{Facts: true, Desk: true}},
		{"a button", chat(2), tap("plan:4", ""), Wants{Facts: true, Desk: true}},
		{"the button for a human", chat(2), tap("human", ""), Wants{Desk: true}},
		{"a step-up", chat(1), stepUp, Wants{}},
		{"a step-up that something waits for", waiting, stepUp, Wants{Facts: true, Desk: true}},
		{"an answer of a human", written, agent("say", 0), Wants{}},
		{"words of a human that nobody waits for", chat(2), agent("say", 0), Wants{Facts: true}},
		{"a note", chat(2), agent("note", 0), Wants{}},
		{"terms of a human", chat(2), agent("offer", 0), Wants{Facts: true}},
		{"the deadline of words", chat(2), dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: timerPhrase}}, Wants{}},
		{"a page", chat(2), dialog.Event{Kind: dialog.EventPage, Page: &dialog.PageEvent{}}, Wants{Desk: true}},
	} {
		if got := Needs(c.c, dialog.Envelope{At: start, Event: c.e}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// An event without its part, or of an unknown kind, changes nothing and breaks
// nothing.
func TestEmptyEvents(t *testing.T) {
	r := testRules(t, policy.Config{})
	for _, kind := range []dialog.EventKind{"", "opened", "text", "choice", "session", "lender", "timer", "agent", "phrased", "channel", "page", "heard", "dance"} {
		ch := Step(r, chat(2), env("e1", start, dialog.Event{Kind: kind}), dialog.Facts{})
		if ch.Next.Revision != 1 {
			t.Errorf("%q: revision %d", kind, ch.Next.Revision)
		}
	}
}
