package telegram

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/channels/telegram/telegramtest"
	"warmline/dialog"
)

func (g *rig) expect(want ...string) {
	g.t.Helper()
	g.settled()
	if got := g.engine.happened(); !slices.Equal(got, want) {
		g.t.Errorf("committed %q, expected %q", got, want)
	}
}

func TestLinking(t *testing.T) {
	g := newRig(t)
	g.poll(g.receiver, "n1")
	ann, bob := g.api.Person(1, "zh-hans"), g.api.Person(2, "en")
	token := g.wallet(borrower, "w1")
	ann.Say("/start")
	g.expect("opened")
	ann.Say("/start " + token)
	g.expect("opened", "linked", "moved")
	linked := g.engine.committed[1]
	if linked.Conversation != borrower || linked.Session != "w1" || linked.Event.Channel.Address != "1" {
		t.Errorf("linked: %+v", linked)
	}
	ann.Say("hello")
	g.settled()
	bob.Say("/start " + token)
	g.settled()
	if e := g.engine.committed[3]; e.Conversation != borrower || e.Session != "1" {
		t.Errorf("a text of the linked chat went to %s", e.Conversation)
	}
	if e := g.engine.committed[4]; told(e) != "refused" || e.Conversation == borrower {
		t.Errorf("a replayed token: %s in %s", told(e), e.Conversation)
	}
}

func TestLinksThatDoNotComeAbout(t *testing.T) {
	g := newRig(t)
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	token := g.wallet(borrower, "w1")
	ann.Say("/start nonsense")
	g.expect("refused")
	g.now = noon.Add(inviteTime)
	ann.Say("/start " + token)
	g.expect("refused", "refused")
	g.now = noon
	g.engine.mu.Lock()
	c := g.engine.states[borrower]
	c.Bindings = nil // logged out
	g.engine.states[borrower] = c
	g.engine.mu.Unlock()
	ann.Say("/start " + token)
	g.expect("refused", "refused", "refused")
	g.linked("1")
	ann.Say("/start " + g.wallet("c99990000aaaabbbbcccc", "w2"))
	g.expect("refused", "refused", "refused", "taken")
	if g.engine.committed[3].Conversation != borrower {
		t.Error("a second account is answered elsewhere")
	}
}

func TestCommands(t *testing.T) {
	g := newRig(t)
	g.linked("1")
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	for _, x := range []string{"/privacy", "/help", "/language", "/human", "/whatever now", "/start", "/stop", "/unlink"} {
		ann.Say(x)
	}
	g.expect("privacy", "help", "languages", "tap human", "help", "help", "stopped", "unlinked")
	ann.Say("and now?")
	g.settled()
	if c := g.engine.committed[8].Conversation; c != dialog.UnlinkedID(dialog.ChannelTelegram, "1") {
		t.Errorf("after /unlink a text went to %s", c)
	}
}

func TestGroupsAreLeft(t *testing.T) {
	g := newRig(t)
	g.poll(g.receiver, "n1")
	g.api.Person(1, "en").Group(-100, "how much do I owe?")
	g.settled()
	g.until("leaving", func() bool { return slices.Contains(g.api.Left(), -100) })
	g.expect()
	if n := len(g.api.Calls("sendMessage")); n > 0 {
		t.Errorf("%d messages to a group", n)
	}
}

func TestBlocking(t *testing.T) {
	g := newRig(t)
	g.linked("1")
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Block()
	ann.Unblock()
	g.expect("blocked")
	if g.engine.committed[0].Conversation != borrower {
		t.Error("the block went elsewhere")
	}
}

func TestTaps(t *testing.T) {
	g := newRig(t)
	g.linked("1")
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	m := message(borrower+"-3-1", "which?", 0)
	m.Seq = 1
	g.engine.messages[borrower] = []dialog.Message{m}
	if err := g.sender.Send(t.Context(), "1", m); err != nil {
		t.Fatal(err)
	}
	id, data, ok := ann.Key("A person")
	if !ok {
		t.Fatal("no key")
	}
	tap := ann.Tap(id, data)
	g.expect("tap human")
	g.until("the answer", func() bool { _, ok := g.api.Answer(tap); return ok })
	g.until("the mark of what was chosen", func() bool { return ann.Screen()[0].Keys[0][0].Text == "chosen: A person" })
	for _, old := range []string{"zz.0.abcdefgh", "nonsense", TapData(dialog.Message{ID: "cforeign-1-1", Seq: 1}, 0)} {
		tap := ann.Tap(id, old)
		g.until("the answer", func() bool { text, ok := g.api.Answer(tap); return ok && text == "word expired" })
	}
	quiet := ann.Tap(id, chosenData)
	g.until("the quiet answer", func() bool { text, ok := g.api.Answer(quiet); return ok && text == "" })
	g.expect("tap human")
}

func TestEvidence(t *testing.T) {
	png := []byte("\x89PNG\r\n\x1a\n0000000000000000")
	g := newRig(t)
	g.linked("1")
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Attach("photo", png)
	g.expect("image ")
	c := g.engine.states[borrower]
	c.Talk.Asked = "reference"
	g.engine.states[borrower] = c
	ann.Attach("photo", png)
	ann.Attach("document", []byte("MZ this is a program"))
	ann.Attach("document", []byte("%PDF-1.4 x"))
	ann.Send(map[string]any{"voice": map[string]any{"file_id": "v"}})
	ann.Send(map[string]any{"contact": map[string]any{"phone_number": "1", "user_id": 1}})
	g.expect("image ", "image f1", "file ", "document f2", "voice ", "own_contact ")
	g.receiver.o.FileLimit = 4
	ann.Attach("photo", png)
	g.expect("image ", "image f1", "file ", "document f2", "voice ", "own_contact ", "file ")
	if len(g.files.kept) != 2 || g.files.kept["f2"] != "application/pdf" {
		t.Errorf("kept: %v", g.files.kept)
	}
}

func TestOrderIsKeptInEachChatAndNobodyWaits(t *testing.T) {
	g := newRig(t)
	gate := make(chan struct{})
	g.engine.gates["1"] = gate
	g.poll(g.receiver, "n1")
	slow, quick := g.api.Person(1, "en"), g.api.Person(2, "en")
	var want []string
	for i := range 8 {
		line := fmt.Sprintf("/x slow %d", i)
		slow.Say(line)
		want = append(want, line)
		quick.Say(fmt.Sprintf("quick %d", i))
	}
	g.until("the quick chat's last line", func() bool {
		list := g.engine.happened()
		return slices.Contains(list, "quick 7") && len(list) < 16
	})
	close(gate)
	g.settled()
	quicks := 0
	for _, line := range g.engine.happened() {
		if rest, ok := strings.CutPrefix(line, "quick "); ok {
			if rest != fmt.Sprint(quicks) {
				t.Errorf("out of order: %q", g.engine.happened())
			}
			quicks++
		}
	}
	if quicks != 8 || len(g.engine.committed) != 16 {
		t.Errorf("committed %d of %d", len(g.engine.committed), 8+len(want))
	}
}

func TestRepeatedAndReorderedUpdates(t *testing.T) {
	g := newRig(t)
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Say("one")
	g.expect("one")
	g.api.Again()
	ann.Say("two")
	g.expect("one", "two")
	stop := g.poll(g.newReceiver(g.engine.Submit), "n2")
	stop()
	g.api.Again()
	g.api.Reverse(true)
	g.settled()
	g.expect("one", "two")
}

func TestAnEngineThatIsAwayIsWaitedFor(t *testing.T) {
	g := newRig(t)
	away := dialog.E(dialog.CodeUnavailable, "later", nil)
	full := dialog.E(dialog.CodeRateLimited, "too many", nil)
	g.engine.fail = []error{away, full, away, dialog.E(dialog.CodeInternal, "a bug", nil)}
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Say("hello")
	ann.Say("and more")
	ann.Say("/help")
	g.expect("hello", "and more", "help")
}

func TestACommandWaitsForTheTextsBeforeIt(t *testing.T) {
	g := newRig(t)
	g.engine.slow["1"] = 60 * time.Millisecond
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Say("hello")
	g.until("the line's way to the engine", func() bool { return g.engine.taken() == 1 })
	ann.Say("/help")
	g.expect("hello", "help")
}

func TestAPoisonousUpdateIsGivenUp(t *testing.T) {
	g := newRig(t)
	for range 5 {
		g.engine.fail = append(g.engine.fail, dialog.E(dialog.CodeInternal, "a bug", nil))
	}
	g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Say("poison")
	g.settled()
	ann.Say("well")
	g.expect("well")
}

func TestOnlyOneNodePolls(t *testing.T) {
	g := newRig(t)
	stop := g.poll(g.receiver, "n1")
	ann := g.api.Person(1, "en")
	ann.Say("one")
	g.expect("one")
	g.poll(g.newReceiver(g.engine.Submit), "n2")
	ann.Say("two")
	g.expect("one", "two")
	stop()
	ann.Say("three")
	g.expect("one", "two", "three")
}

func TestFaultsOfFetching(t *testing.T) {
	g := newRig(t)
	g.api.Fail("getUpdates", telegramtest.Fault{Status: 500, Description: "Internal Server Error"}, telegramtest.Fault{Status: 502},
		telegramtest.Fault{Cut: true}, telegramtest.Fault{Lost: true}, telegramtest.Fault{Status: 429, Description: "Too Many Requests", RetryAfter: 1},
		telegramtest.Fault{Status: 409, Description: "Conflict: terminated by other getUpdates request"})
	g.poll(g.receiver, "n1")
	g.api.Person(1, "en").Say("hello")
	g.expect("hello")
}

func TestAForgottenWebhookIsRemoved(t *testing.T) {
	g := newRig(t)
	if err := g.client.SetWebhook(t.Context(), "https://example.invalid/x", "s"); err != nil {
		t.Fatal(err)
	}
	g.poll(g.receiver, "n1")
	g.until("removing it", func() bool { return len(g.api.Calls("deleteWebhook")) > 0 })
	g.api.Person(1, "en").Say("hello")
	g.expect("hello")
}

func TestWhatWasSeen(t *testing.T) {
	g := newRig(t)
	u := update{id: 1, address: "1", sent: int(noon.Unix())}
	for _, x := range []struct {
		name string
		at   time.Time
		dead []string
		want uint64
	}{
		{"before", noon.Add(-2 * time.Second), nil, 9},
		{"in the same second", noon, nil, 0},
		{"after", noon.Add(time.Second), nil, 0},
		{"a card that has just taken another's place", noon.Add(-5 * time.Second), []string{"q1"}, 0},
		{"a card that took another's place a while ago", noon.Add(-20 * time.Second), []string{"q1"}, 9},
	} {
		g.memory.sent = []Delivery{{Address: "1", Seq: 9, At: x.at}}
		p := place{state: dialog.Conversation{Talk: dialog.Talk{Quote: &dialog.Quote{ID: "q2"}, Dead: x.dead}}}
		if got := g.receiver.seen(t.Context(), u, p); got != x.want {
			t.Errorf("%s: got %d, expected %d", x.name, got, x.want)
		}
	}
}
