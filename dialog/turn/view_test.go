package turn

import (
	"slices"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// linkedChat is a conversation with a linked Telegram chat, t1.
func linkedChat(level dialog.Level) dialog.Conversation {
	c := chat(level)
	c.Links = []dialog.Link{{Channel: dialog.ChannelTelegram, Address: "t1", Since: start}}
	return c
}

func onTelegram(e dialog.Envelope) dialog.Envelope {
	e.Channel, e.Session = dialog.ChannelTelegram, "t1"
	return e
}

func tapped(option string, fields map[string]string) dialog.Event {
	return dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Fields: fields}}
}

func channelNews(kind string) dialog.Event {
	return dialog.Event{Kind: dialog.EventChannel, Channel: &dialog.ChannelEvent{Kind: kind, Channel: dialog.ChannelTelegram, Address: "t1"}}
}

func redacted(ch dialog.Change) []string {
	var out []string
	for _, o := range ch.Outbox {
		if o.Send != nil && o.Send.Redact {
			out = append(out, o.Send.Address)
		}
	}
	return out
}

func TestAWalletApprovalShowsAmountsInTheChatForTenMinutes(t *testing.T) {
	r := testRules(t, policy.Config{})
	ch := Step(r, linkedChat(2), onTelegram(env("a1", start, text(dialog.IntentAskBalance))), demo())
	expectList(t, "asked in the chat", kinds(ch), "disclose.ai/telegram", "identity.ask/telegram")
	last := ch.Messages[len(ch.Messages)-1]
	if !slices.ContainsFunc(last.Act.Options, func(o dialog.Option) bool { return o.ID == "approve_telegram" }) {
		t.Errorf("no way to approve in the wallet: %v", last.Act.Options)
	}
	forged := Step(r, ch.Next, onTelegram(env("a2", start, tapped("approve_telegram", nil))), demo())
	if !forged.Next.Links[0].Until.IsZero() {
		t.Error("the chat approved itself")
	}
	ch = Step(r, ch.Next, env("a3", start, tapped("approve_telegram", nil)), demo())
	expectList(t, "approved", kinds(ch), "channel.link/approved", "balance.show")
	if got := ch.Next.Links[0].Until; !got.Equal(start.Add(10 * time.Minute)) {
		t.Errorf("approved until %v", got)
	}
	for _, o := range ch.Outbox {
		if o.Send != nil && !o.Expires.Equal(start.Add(10*time.Minute)) {
			t.Errorf("amounts may leave until %v", o.Expires)
		}
	}
	end := start.Add(10 * time.Minute)
	over := Step(r, ch.Next, env("a4", end, dialog.Event{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "view", Key: "t1", Due: end}}), demo())
	expectList(t, "taken back", redacted(over), "t1")
	again := Step(r, over.Next, env("a5", end, channelNews("help")), demo())
	expectList(t, "taken back once", redacted(again))
}

func TestAmountsAreTakenBackWhateverEndsTheView(t *testing.T) {
	r := testRules(t, policy.Config{})
	shown := linkedChat(2)
	shown.Links[0].Until = start.Add(5 * time.Minute)
	for name, e := range map[string]dialog.Envelope{
		"unlinked":   env("b1", start, channelNews("unlinked")),
		"blocked":    env("b2", start, channelNews("blocked")),
		"logout":     env("b3", start, dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Ended: true, All: true}}),
		"a stranger": onTelegram(env("b4", start, text(dialog.IntentWrongPerson))),
		"time":       env("b5", start.Add(time.Hour), channelNews("help")),
	} {
		ch := Step(r, shown, e, demo())
		expectList(t, name, redacted(ch), "t1")
	}
}

func TestAStopInTheChatIsAnOptOutOfTheChannel(t *testing.T) {
	r := testRules(t, policy.Config{})
	for _, e := range []dialog.Envelope{
		env("c1", start, channelNews("unlinked")), onTelegram(env("c2", start, channelNews("stopped"))),
		env("c3", start, dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Ended: true, All: true}}),
	} {
		ch := Step(r, linkedChat(2), e, demo())
		if !slices.Contains(ch.Next.Prefs.Stopped, dialog.ChannelTelegram) {
			t.Errorf("%s %v: not stopped: %v", e.ID, kinds(ch), ch.Next.Prefs.Stopped)
		}
	}
	unlinked := dialog.Conversation{ID: "u1", Owner: dialog.OwnerBot, Locale: dialog.EnGB, Revision: 1}
	ch := Step(r, unlinked, onTelegram(env("c4", start, channelNews("stopped"))), dialog.Facts{})
	expectList(t, "a chat that nobody is known for", kinds(ch), "cease.confirmed/channel")
}

func TestConnectingShowsTheLinkToTheBorrowerOnly(t *testing.T) {
	r := testRules(t, policy.Config{})
	tap := tapped("connect_telegram", map[string]string{"link": "https://t.example/x?start=abc"})
	ch := Step(r, chat(2), env("d1", start, tap), demo())
	last := ch.Messages[len(ch.Messages)-1]
	if last.Act.Kind != "channel.link" || last.Act.Options[0].URL != "https://t.example/x?start=abc" || last.Level != dialog.LevelBorrower {
		t.Errorf("link: %+v level %d", last.Act, last.Level)
	}
	low := Step(r, chat(1), env("d2", start, tap), demo())
	if last := low.Messages[len(low.Messages)-1]; last.Act.Kind != "identity.ask" {
		t.Errorf("below level 2: %s", last.Act.Kind)
	}
	known := env("d3", start, channelNews("linked"))
	known.Session = "gone"
	expectList(t, "after the logout", kinds(Step(r, chat(2), known, demo())), "channel.link/refused")
}

func TestCommandsAreAnsweredInTheChatThatAsks(t *testing.T) {
	r := testRules(t, policy.Config{})
	for kind, want := range map[string]string{
		"help": "channel.link/help", "privacy": "privacy.notice", "languages": "language.switched/ask",
		"refused": "channel.link/refused", "taken": "channel.link/taken",
	} {
		ch := Step(r, linkedChat(1), env("e-"+kind, start, channelNews(kind)), demo())
		expectList(t, kind, kinds(ch), want)
	}
	closed := Step(r, chat(1), env("e9", start, channelNews("moved")), demo())
	expect(t, "a chat that moved", closed.Next.Owner, dialog.OwnerClosed)
}
