package telegram

import (
	"strings"
	"testing"
	"time"

	"warmline/channels/telegram/telegramtest"
	"warmline/dialog"
)

func message(id, text string, level dialog.Level) dialog.Message {
	return dialog.Message{ID: id, Seq: 3, Level: level, Locale: dialog.EnGB, Body: dialog.Rendered{Text: text,
		Options: []dialog.RenderedOption{{ID: "human", Label: "A person"}}}}
}

func TestSend(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	if err := g.sender.Send(t.Context(), "777", message("c-1-1", "£10 <b>", 2)); err != nil {
		t.Fatal(err)
	}
	screen := ann.Screen()
	if len(screen) != 1 {
		t.Fatalf("screen: %+v", screen)
	}
	m := screen[0]
	if m.Text != "word private\n\n£10 <b>" || m.Covered != "£10 <b>" || !m.Protected || m.Preview || len(m.Keys) != 1 {
		t.Errorf("shown: %+v", m)
	}
	if err := g.sender.Send(t.Context(), "777", message("c-1-1", "£10 <b>", 2)); err != nil || len(ann.Screen()) != 1 {
		t.Errorf("sent again although it is known to have arrived: %v", err)
	}
}

func TestALongMessageGoesOnWhereItBrokeOff(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	text := strings.Repeat("A sentence of some length, and then one more word. ", 200)
	g.api.Fail("sendMessage", telegramtest.Fault{}, telegramtest.Fault{Status: 500, Description: "Internal Server Error"})
	err := g.sender.Send(t.Context(), "777", message("c-1-1", text, 0))
	if dialog.CodeOf(err) != dialog.CodeUnavailable {
		t.Fatalf("a broken server: %v", err)
	}
	if err := g.sender.Send(t.Context(), "777", message("c-1-1", text, 0)); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	screen := ann.Screen()
	for i, m := range screen {
		all.WriteString(m.Text)
		if last := i == len(screen)-1; (len(m.Keys) > 0) != last {
			t.Errorf("part %d of %d has %d rows of keys", i, len(screen), len(m.Keys))
		}
	}
	if stripped(all.String()) != stripped(text) || len(screen) != 3 {
		t.Errorf("%d parts, %d units of %d", len(screen), units(all.String()), units(text))
	}
}

func TestErrorsOfThePlatform(t *testing.T) {
	for name, x := range map[string]struct {
		fault telegramtest.Fault
		want  dialog.Code
		after time.Duration
	}{
		"too much":      {telegramtest.Fault{Status: 429, Description: "Too Many Requests: retry after 7", RetryAfter: 7}, dialog.CodeRateLimited, 7 * time.Second},
		"broken":        {telegramtest.Fault{Status: 500, Description: "Internal Server Error"}, dialog.CodeUnavailable, 0},
		"a proxy":       {telegramtest.Fault{Status: 502}, dialog.CodeUnavailable, 0},
		"cut off":       {telegramtest.Fault{Cut: true}, dialog.CodeUnavailable, 0},
		"no answer":     {telegramtest.Fault{Delay: time.Hour}, dialog.CodeUnavailable, 0},
		"blocked":       {telegramtest.Fault{Status: 403, Description: "Forbidden: bot was blocked by the user"}, dialog.CodeForbidden, 0},
		"gone":          {telegramtest.Fault{Status: 400, Description: "Bad Request: chat not found"}, dialog.CodeNotFound, 0},
		"refused":       {telegramtest.Fault{Status: 400, Description: "Bad Request: something else"}, dialog.CodeInvalid, 0},
		"unknown token": {telegramtest.Fault{Status: 401, Description: "Unauthorized"}, dialog.CodeUnavailable, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			g.api.Person(777, "en")
			if x.fault.Delay > 0 {
				g.waits(100 * time.Millisecond)
			}
			g.api.Fail("sendMessage", x.fault)
			err := g.sender.Send(t.Context(), "777", message("c-1-1", "secret words", 0))
			if dialog.CodeOf(err) != x.want {
				t.Errorf("code: got %v, expected %s", err, x.want)
			}
			told, _ := err.(interface{ RetryAfter() time.Duration })
			if x.after > 0 && (told == nil || told.RetryAfter() != x.after) {
				t.Errorf("retry after: %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "test-token")) {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

func TestFormattingThatIsRefusedIsLeftOut(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	g.api.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: can't parse entities: something"})
	if err := g.sender.Send(t.Context(), "777", message("c-1-1", "a < b", 0)); err != nil {
		t.Fatal(err)
	}
	if screen := ann.Screen(); len(screen) != 1 || screen[0].Text != "a < b" {
		t.Errorf("shown: %+v", screen)
	}
}

func TestRealBlocksAndDeletedAccounts(t *testing.T) {
	g := newRig(t)
	g.api.Person(1, "en").BlockQuietly()
	g.api.Person(2, "en").Vanish()
	for address, want := range map[string]dialog.Code{"1": dialog.CodeForbidden, "2": dialog.CodeForbidden, "3": dialog.CodeNotFound, "x": dialog.CodeInvalid} {
		if err := g.sender.Send(t.Context(), address, message("c-1-"+address, "hello", 0)); dialog.CodeOf(err) != want {
			t.Errorf("chat %s: got %v, expected %s", address, err, want)
		}
	}
}

func TestWhatWasShownIsTakenBack(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	for _, m := range []dialog.Message{message("c-1-1", "hello", 1), message("c-1-2", "£10", 2), message("c-1-3", "£20", 2)} {
		if err := g.sender.Send(t.Context(), "777", m); err != nil {
			t.Fatal(err)
		}
	}
	g.api.Fail("deleteMessages", telegramtest.Fault{Status: 500, Description: "Internal Server Error"})
	if err := g.sender.Redact(t.Context(), "777"); dialog.CodeOf(err) != dialog.CodeUnavailable {
		t.Errorf("a broken server: %v", err)
	}
	if err := g.sender.Redact(t.Context(), "777"); err != nil {
		t.Fatal(err)
	}
	if screen := ann.Screen(); len(screen) != 1 || screen[0].Text != "hello" {
		t.Errorf("left on the screen: %+v", screen)
	}
	calls := len(g.api.Calls("deleteMessages"))
	if err := g.sender.Redact(t.Context(), "777"); err != nil || len(g.api.Calls("deleteMessages")) != calls {
		t.Errorf("taken back twice: %v", err)
	}
}

func TestWhatCannotBeDeletedIsBlanked(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	if err := g.sender.Send(t.Context(), "777", message("c-1-2", "£10", 2)); err != nil {
		t.Fatal(err)
	}
	g.api.Fail("deleteMessages", telegramtest.Fault{Status: 400, Description: "Bad Request: message can't be deleted for everyone"})
	if err := g.sender.Redact(t.Context(), "777"); err != nil {
		t.Fatal(err)
	}
	if screen := ann.Screen(); len(screen) != 1 || strings.Contains(screen[0].Text, "£") || len(screen[0].Keys) > 0 {
		t.Errorf("left on the screen: %+v", screen)
	}
}

func TestAnAnswerThatNobodyExpectsIsAnAnswer(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	g.api.Fail("sendMessage", telegramtest.Fault{Odd: true})
	if err := g.sender.Send(t.Context(), "777", message("c-1-1", "hello", 2)); err != nil {
		t.Fatal(err)
	}
	if len(ann.Screen()) != 1 || g.memory.sent[0].ID != ann.Screen()[0].ID {
		t.Errorf("noted %+v of %+v", g.memory.sent, ann.Screen())
	}
}

// TestTheOnlyWayToADuplicate: the platform has taken a message and its answer is
// lost. Nobody can know, so it is sent again.
func TestTheOnlyWayToADuplicate(t *testing.T) {
	g := newRig(t)
	ann := g.api.Person(777, "en")
	g.api.Fail("sendMessage", telegramtest.Fault{Lost: true})
	m := message("c-1-1", "hello", 0)
	if err := g.sender.Send(t.Context(), "777", m); dialog.CodeOf(err) != dialog.CodeUnavailable {
		t.Fatalf("a lost answer: %v", err)
	}
	for range 3 {
		if err := g.sender.Send(t.Context(), "777", m); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(ann.Screen()); n != 2 {
		t.Errorf("%d copies, expected 2", n)
	}
}
