package manager_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/manager"
)

// lender is a fact source that takes its time.
type lender struct {
	takes time.Duration
	deaf  bool
	err   error
}

func (l lender) Facts(ctx context.Context, borrower string) (dialog.Facts, error) {
	over := ctx.Done()
	if l.deaf {
		over = nil
	}
	select {
	case <-time.After(l.takes):
	case <-over:
		return dialog.Facts{}, ctx.Err()
	}
	return dialog.Facts{Borrower: dialog.Borrower{ID: borrower}}, l.err
}

func TestFactsHaveOneSecond(t *testing.T) {
	for name, test := range map[string]struct {
		lender      lender
		unavailable bool
		took        time.Duration
	}{
		"in time":    {lender{takes: 900 * time.Millisecond}, false, 900 * time.Millisecond},
		"late":       {lender{takes: 2 * time.Second}, true, time.Second},
		"late, deaf": {lender{takes: 2 * time.Second, deaf: true}, true, time.Second},
		"not at all": {lender{err: errors.New("down")}, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newParts()
				p.ports.Decider, p.ports.Facts = dialogtest.Toy{Ask: true}, test.lender
				p.opts.Fresh = func(dialog.Envelope) dialog.Conversation { return dialog.Conversation{Borrower: "b1"} }
				e := p.engine(t)
				began := time.Now()
				deliver(t, e, dialogtest.Text("c", "e1", "one"))
				expect(t, "took", time.Since(began).Round(10*time.Millisecond), test.took)
				rec := p.store.Journal()[0]
				expect(t, "unavailable", rec.Facts.Unavailable, test.unavailable)
				expect(t, "trouble", p.watch.saw(manager.TroubleFacts), test.unavailable)
				time.Sleep(time.Minute)
			})
		})
	}
}

// shaped is the toy core with its acts changed.
type shaped struct {
	dialogtest.Toy
	act func(*dialog.Act)
}

func (s shaped) Step(c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change {
	ch := s.Toy.Step(c, e, f)
	for i := range ch.Messages {
		if a := ch.Messages[i].Act; a != nil {
			s.act(a)
		}
	}
	return ch
}

func TestATextThatFailsItsReview(t *testing.T) {
	for name, test := range map[string]struct {
		act  func(*dialog.Act)
		code dialog.Code
		said []string
	}{
		"is replaced by an apology":    {func(*dialog.Act) {}, "", []string{"forbidden", "echo "}},
		"fails the turn when it binds": {func(a *dialog.Act) { a.Options = []dialog.Option{{ID: "confirm"}} }, dialog.CodeInternal, nil},
		"fails the turn with its card": {func(a *dialog.Act) { a.Card = &dialog.Card{Kind: "confirm"} }, dialog.CodeInternal, nil},
		"is said in a crisis":          {func(a *dialog.Act) { a.Class = dialog.ClassCrisis }, "", []string{"forbidden", "echo forbidden"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newParts()
				p.ports.Decider = shaped{act: test.act}
				e := p.engine(t)
				_, err := e.Deliver(context.Background(), dialogtest.Text("c", "e1", "forbidden"))
				expect(t, "code", dialog.CodeOf(err), test.code)
				expect(t, "said", p.said(t, "c"), test.said)
				expect(t, "told", p.watch.saw(manager.TroubleReview), true)
			})
		})
	}
}

func TestALostPendingActDoesNotStopTheConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParts()
		c := dialog.Conversation{ID: "c", Pending: &dialog.PendingAct{Message: "c-1-5"}}
		ch := dialogtest.Next(c)
		if _, err := p.store.Commit(context.Background(), time.Now(), c, ch, dialog.Record{}); err != nil {
			t.Fatal(err)
		}
		deliver(t, p.engine(t), dialogtest.Text("c", "e1", "hello"))
		expect(t, "said", p.said(t, "c"), []string{"line 1", "echo ", "hello", "echo hello"})
		expect(t, "told", p.watch.saw(manager.TroubleDecider), true)
	})
}

func TestAPendingActIsSaidOnce(t *testing.T) {
	phrased := func(text string) dialog.Envelope {
		return dialog.Envelope{ID: "phrased", Conversation: "c", Event: dialog.Event{
			Kind: dialog.EventPhrased, Phrased: &dialog.PhrasedEvent{Message: "c-1-1", Text: text, Model: "m", Prompt: "p"},
		}}
	}
	for name, test := range map[string]struct {
		then  dialog.Envelope
		text  string
		model string
	}{
		"in the model's words":                    {phrased("kind words"), "kind words", "m"},
		"as its template when the words are bad":  {phrased("forbidden words"), "echo slow", ""},
		"as its template when the model has none": {phrased(""), "echo slow", ""},
		"as its template when the person goes on": {dialogtest.Text("c", "e2", "hello"), "echo slow", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newParts()
				e := p.engine(t)
				deliver(t, e, dialogtest.Text("c", "e1", "slow"))
				expect(t, "said at first", p.said(t, "c"), []string{"slow"})
				deliver(t, e, test.then)
				m, err := p.store.Message(context.Background(), "c", "c-1-1")
				if err != nil {
					t.Fatal(err)
				}
				expect(t, "text", m.Body.Text, test.text)
				expect(t, "number", m.Seq, 2)
				if m.Why == nil || m.Why.Model != test.model || m.Why.RulesHash != "toy" || m.Why.TextID == "" || m.Why.Act == "" {
					t.Errorf("provenance %+v", m.Why)
				}
				journal := p.store.Journal()
				expect(t, "texts in the journal", journal[1].Texts[0], test.text)
			})
		})
	}
}
