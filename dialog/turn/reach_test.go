package turn

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// packed is rules with a gate that packs would bring: the strictest common one.
func packed(t testing.TB) policy.Rules { return testRules(t, policy.Config{}) }

// What a human writes is an answer while the person waits for one, or wrote
// within the hour; everything else goes through the gate and is counted.
func TestWhatAHumanBegins(t *testing.T) {
	r := packed(t)
	day := 24 * time.Hour
	for _, c := range []struct {
		name    string
		at      time.Duration // after ten in the morning
		before  func(*dialog.Conversation)
		kind    string
		text    string
		refused string // the rule
		counted int
	}{
		{"an answer within the hour", time.Hour, func(c *dialog.Conversation) { c.LastIn, c.Replied = start, start }, "say", "好的", "", 0},
		{"a second past it", time.Hour + time.Second, func(c *dialog.Conversation) { c.LastIn, c.Replied = start, start }, "say", "好的", "", 1},
		{"to somebody who still waits", 2 * day, func(c *dialog.Conversation) { c.LastIn, c.Replied = start, start.Add(-time.Minute) }, "say", "好的", "", 0},
		{"at night to somebody who waits", 13 * time.Hour, func(c *dialog.Conversation) { c.LastIn = start }, "say", "好的", "", 0},
		{"at night to somebody who does not", 13 * time.Hour, nil, "say", "好的", "BASE-TIME", 0},
		{"once today already", 3 * time.Hour, func(c *dialog.Conversation) {
			c.Contacts = []dialog.Contact{{At: start, Channel: dialog.ChannelWeb, Class: dialog.ClassCollection}}
		}, "say", "好的", "BASE-FREQ-1", 1},
		{"terms at night", 13 * time.Hour, nil, "offer", "", "BASE-TIME", 0},
		{"a step-up that nobody asked for", 3 * time.Hour, nil, "step_up", "", "", 1},
		{"about what is being looked into, without a figure", 13 * time.Hour, func(c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: start}}
		}, "say", "请上传凭证", "", 0},
		{"a figure under a hold", 3 * time.Hour, func(c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: start}}
		}, "say", "请还827.71元", policy.KHold, 0},
		{"terms under a hold", 3 * time.Hour, func(c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: start}}
		}, "offer", "", policy.KHold, 0},
		{"looking after somebody at night", 13 * time.Hour, func(c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldCrisis, Start: start}}
		}, "say", "我在", "", 0},
		{"after three without an answer, neutral", 3 * time.Hour, func(c *dialog.Conversation) { c.Unanswered = 3 }, "say", "我在", "", 1},
		{"after three without an answer, a figure", 3 * time.Hour, func(c *dialog.Conversation) { c.Unanswered = 3 }, "say", "请还827.71元", "BASE-QUIET", 0},
		{"a note for the desk at night", 13 * time.Hour, nil, "note", "查过了", "", 0},
	} {
		conv := owned(t, r, 2)
		if c.before != nil {
			c.before(&conv)
		}
		e := agent(c.kind, conv.Epoch)
		e.Agent.Text, e.Agent.Option = c.text, "plan:4"
		ch := step(r, silentScripts(), conv, env("e1", start.Add(c.at), e), demo())
		if refused := ch.Reject != nil; refused != (c.refused != "") || refused && ch.Reject.Rule != c.refused {
			t.Errorf("%s: %v, want it refused by %q; %v", c.name, ch.Reject, c.refused, ch.Fired)
		}
		if len(ch.Next.Contacts) != c.counted {
			t.Errorf("%s: counted %v, want %d", c.name, ch.Next.Contacts, c.counted)
		}
		if n := len(ch.Next.Contacts); n > 0 && c.refused == "" {
			if last := ch.Next.Contacts[n-1]; last.By != dialog.SpeakerHuman || last.Account != "a1" || last.Channel != dialog.ChannelWeb {
				t.Errorf("%s: counted as %+v", c.name, last)
			}
		}
	}
}

// What the lender has sent is unknown while it cannot be asked, and a pack takes
// the strict branch; with an answer there is nothing to ask.
func TestAnAnswerNeedsNoLender(t *testing.T) {
	r := packed(t)
	conv := owned(t, r, 2)
	conv.LastIn = start
	e := agent("say", conv.Epoch)
	e.Agent.Text = "好的"
	if ch := step(r, silentScripts(), conv, env("e1", start, e), dialog.Facts{Unavailable: true}); ch.Reject != nil {
		t.Errorf("an answer while the lender is away: %v", ch.Reject)
	}
}

// The bot's answer, and a human's, end the waiting; a word in the queue does not.
func TestWhoStillWaits(t *testing.T) {
	r := packed(t)
	c := Step(r, chat(2), env("e1", start, text(dialog.IntentAskBalance)), demo()).Next
	if answering(&c, start.Add(2*time.Hour)) {
		t.Error("somebody whom the bot answered is waiting")
	}
	c = Step(r, chat(2), env("e1", start, text(dialog.IntentRequestHuman)), demo()).Next
	if c.Owner != dialog.OwnerQueue || !answering(&c, start.Add(48*time.Hour)) {
		t.Errorf("owner %s: somebody in the queue is not waiting", c.Owner)
	}
	e := agent("claim", c.Epoch)
	c = Step(r, c, env("e2", start.Add(time.Hour), e), demo()).Next
	e = agent("say", c.Epoch)
	e.Agent.Text = "您好"
	ch := Step(r, c, env("e3", start.Add(30*time.Hour), e), demo())
	if ch.Reject != nil || len(ch.Next.Contacts) != 0 || answering(&ch.Next, start.Add(31*time.Hour)) {
		t.Errorf("a late answer: %v, counted %v", ch.Reject, ch.Next.Contacts)
	}
}

// Whatever bot, reminders and agents do in whatever order, no more than one
// message that nobody asked for leaves in a day and three in seven days, each is
// in the counters, and no answer is.
func TestCountersAreShared(t *testing.T) {
	r := packed(t)
	rapid.Check(t, func(t *rapid.T) {
		c, at := chat(2), start
		c.Zone = "UTC"
		var begun []time.Time
		for n := range rapid.IntRange(1, 60).Draw(t, "events") {
			at = at.Add(time.Duration(rapid.IntRange(1, 20*60).Draw(t, "minutes")) * time.Minute)
			before := c
			event := drawReach(t, &c, at)
			ch := Step(r, c, env("e"+at.String(), at, event), demo())
			c = ch.Next
			if len(c.Contacts) == len(before.Contacts) || len(c.Contacts) == 0 {
				continue
			}
			last := c.Contacts[len(c.Contacts)-1]
			if !last.At.Equal(at) {
				continue // an old one fell out
			}
			human := event.Agent != nil
			if human == (last.By != dialog.SpeakerHuman) || human && answering(&before, at) {
				t.Fatalf("event %d: %+v counted for %s", n, last, event.Kind)
			}
			begun = append(begun, at)
			day, week := 0, 0
			for _, b := range begun {
				day += boolInt(dialog.DateOf(b.UTC()) == dialog.DateOf(at.UTC()))
				week += boolInt(at.Sub(b) < 7*24*time.Hour)
			}
			if hour := at.UTC().Hour(); day > 1 || week > 3 || hour < 9 || hour >= 20 {
				t.Fatalf("event %d at %s: %d today, %d this week", n, at, day, week)
			}
		}
		if !slices.IsSortedFunc(c.Contacts, func(a, b dialog.Contact) int { return a.At.Compare(b.At) }) {
			t.Fatal("the counters are out of order")
		}
	})
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func drawReach(t *rapid.T, c *dialog.Conversation, at time.Time) dialog.Event {
	switch rapid.IntRange(0, 6).Draw(t, "what") {
	case 0:
		return text(dialog.IntentAskBalance)
	case 1, 2:
		return dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "reminder", Key: "overdue", Due: at}}
	case 3:
		return agent("release", c.Epoch)
	case 4:
		return agent("claim", c.Epoch)
	}
	e := agent("say", c.Epoch)
	e.Agent.Text = rapid.SampledFrom([]string{"您好", "请还827.71元"}).Draw(t, "words")
	return e
}

// Words about health or life are marked as such, so that they can be erased
// before the rest; other words are not.
func TestWordsAboutHealthAreMarked(t *testing.T) {
	r := packed(t)
	for intent, want := range map[dialog.Intent]string{dialog.IntentHardshipHealth: dialog.KeepHealth, dialog.IntentBereavement: dialog.KeepHealth,
		dialog.IntentSelfHarm: dialog.KeepHealth, dialog.IntentAskBalance: ""} {
		ch := Step(r, chat(2), env("e1", start, text(intent)), demo())
		if in := ch.Messages[0]; in.Speaker != dialog.SpeakerBorrower || in.Keep != want {
			t.Errorf("%s: %s %q, want %q", intent, in.Speaker, in.Keep, want)
		}
	}
}

// When a transcript is erased its memory goes with it, and nothing is said; what
// protects the person stays.
func TestForgetting(t *testing.T) {
	r := packed(t)
	c := Step(r, chat(2), env("e1", start, tap("plan:4", "")), demo()).Next
	c.Holds = []dialog.Hold{{Kind: dialog.HoldCease, Start: start}}
	c.Contacts = []dialog.Contact{{At: start, Channel: dialog.ChannelWeb, Class: dialog.ClassCollection}}
	forget := dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "forget", Due: start}}
	ch := Step(r, c, env("e2", start.Add(time.Hour), forget), dialog.Facts{})
	n := ch.Next
	if ch.Reject != nil || n.Talk.Quote != nil || n.Talk.Last != nil || len(ch.Messages)+len(ch.Outbox) > 0 {
		t.Errorf("%v: remembered %+v, said %d", ch.Reject, n.Talk, len(ch.Messages))
	}
	if len(n.Holds) != 1 || len(n.Contacts) != 1 || len(n.Disclosed) != len(c.Disclosed) {
		t.Errorf("lost: holds %v, contacts %v, shown %v", n.Holds, n.Contacts, n.Disclosed)
	}
	if w := Needs(c, env("e2", start, forget)); w != (Wants{}) {
		t.Errorf("forgetting needs %+v", w)
	}
}
