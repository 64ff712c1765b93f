package dialogtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// Toy is a core that is small enough to reason about. It counts texts in
// Talk.Facts["texts"]; every line answers with "echo"; a line "pay" also wants
// an arrangement, "remind" a timer a minute later, "slow" a phrased act; "no"
// is refused and "boom" panics. Answers, timers and phrasings are said as
// system lines.
type Toy struct {
	// Ask makes every text need facts.
	Ask bool
}

// Needs implements manager.Decider.
func (t Toy) Needs(dialog.Conversation, dialog.Envelope) manager.Needs {
	return manager.Needs{Facts: t.Ask, Desk: t.Ask}
}

// RulesHash implements manager.Decider.
func (Toy) RulesHash() string { return "toy" }

// Step implements manager.Decider. It changes nothing that it is given.
func (t Toy) Step(c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change {
	s := &step{ch: dialog.Change{From: c.Revision, Next: c, Dedupe: []string{e.ID}}, e: e}
	s.ch.Next.Revision++
	s.ch.Next.LastIn = e.At
	s.finish(c)
	switch e.Event.Kind {
	case dialog.EventText:
		for _, l := range e.Event.Text.Lines {
			s.line(l, f)
		}
	case dialog.EventLender:
		s.say(dialog.SpeakerSystem, "answer "+e.Event.Lender.Ref+" "+e.Event.Lender.Status+" "+e.Event.Lender.Reason)
	case dialog.EventTimer:
		s.say(dialog.SpeakerSystem, "timer "+e.Event.Timer.Kind+" "+e.Event.Timer.Key)
	case dialog.EventPhrased:
	default:
		s.say(dialog.SpeakerSystem, string(e.Event.Kind))
	}
	return s.ch
}

// step is a change in the making.
type step struct {
	ch dialog.Change
	e  dialog.Envelope
}

// finish makes the pending act final: in the model's words when they came,
// as its template otherwise.
func (s *step) finish(c dialog.Conversation) {
	if c.Pending == nil {
		return
	}
	s.ch.Next.Pending = nil
	s.ch.Next.Seq++
	m := dialog.Message{ID: c.Pending.Message, Seq: s.ch.Next.Seq, At: s.e.At}
	if p := s.e.Event.Phrased; p != nil && p.Message == m.ID {
		m.Body = dialog.Rendered{Text: p.Text, Model: p.Model, Prompt: p.Prompt}
	}
	s.ch.Finals = append(s.ch.Finals, m)
}

func (s *step) say(who dialog.Speaker, text string) {
	s.ch.Next.Seq++
	s.ch.Messages = append(s.ch.Messages, dialog.Message{
		ID: ItemID(s.ch, len(s.ch.Messages)), Seq: s.ch.Next.Seq, Speaker: who, At: s.e.At,
		Body: dialog.Rendered{Text: text},
	})
}

func (s *step) line(l dialog.TextLine, f dialog.Facts) {
	s.say(dialog.SpeakerBorrower, l.Text)
	facts := map[string]string{}
	for k, v := range s.ch.Next.Talk.Facts {
		facts[k] = v
	}
	n, _ := strconv.Atoi(facts["texts"])
	facts["texts"] = strconv.Itoa(n + 1)
	s.ch.Next.Talk.Facts = facts
	switch word, _, _ := strings.Cut(l.Text, " "); word {
	case "pay":
		it := Want(&s.ch, dialog.CallArrangementCreate)
		it.Call.Fields = map[string]string{"for": l.ID}
	case "remind":
		s.ch.Timers = append(s.ch.Timers, dialog.TimerOp{Kind: "remind", Key: l.ID, Due: s.e.At.Add(60e9)})
	case "slow":
		s.pend()
		return
	case "no":
		s.ch.Reject = dialog.E(dialog.CodeForbidden, "no", nil)
		return
	case "boom":
		panic(l.Text)
	}
	s.act(dialog.TextValue(l.Text), f.Unavailable)
}

// act answers with an act that is rendered by the speaker.
func (s *step) act(v dialog.Value, unavailable bool) {
	s.ch.Next.Seq++
	form := ""
	if unavailable {
		form = "unavailable"
	}
	s.ch.Messages = append(s.ch.Messages, dialog.Message{
		ID: ItemID(s.ch, len(s.ch.Messages)), Seq: s.ch.Next.Seq, Speaker: dialog.SpeakerBot, At: s.e.At,
		Act: &dialog.Act{Kind: "smalltalk.reply", Form: form, Values: map[string]dialog.Value{"text": v}},
	})
}

func (s *step) pend() {
	id := ItemID(s.ch, len(s.ch.Messages))
	s.ch.Messages = append(s.ch.Messages, dialog.Message{
		ID: id, Speaker: dialog.SpeakerBot, At: s.e.At, Pending: true,
		Act: &dialog.Act{Kind: "smalltalk.reply", Values: map[string]dialog.Value{"text": dialog.TextValue("slow")}},
	})
	s.ch.Next.Pending = &dialog.PendingAct{Message: id, Epoch: s.ch.Next.Epoch, Due: s.e.At.Add(3e9)}
	s.ch.Outbox = append(s.ch.Outbox, dialog.OutboxItem{ID: ItemID(s.ch, 100+len(s.ch.Outbox)), Phrase: id})
}

// Parrot is a listener that hears smalltalk and a speaker that says "echo" and
// the act's text.
type Parrot struct{}

// Hear implements manager.Listener.
func (Parrot) Hear(text string, in dialog.HearContext) dialog.Understanding {
	return dialog.Understanding{Version: "parrot", Language: in.Locale.Language(), Driving: dialog.IntentSmalltalk, Confident: true}
}

// Render implements manager.Speaker.
func (Parrot) Render(a dialog.Act, l dialog.Locale, zone string) (dialog.Rendered, error) {
	text := "echo " + a.Values["text"].Text
	if a.Form != "" {
		text += " " + a.Form
	}
	return dialog.Rendered{Text: text, TextID: string(a.Kind) + "@1"}, nil
}

// Label implements manager.Speaker.
func (Parrot) Label(o dialog.Option, _ dialog.Locale, _ string) (string, error) { return o.ID, nil }

// Review implements manager.Speaker: a text with "forbidden" in it does not
// pass.
func (Parrot) Review(a dialog.Act, l dialog.Locale, r dialog.Rendered) error {
	if strings.Contains(r.Text, "forbidden") {
		return fmt.Errorf("rule over_promise")
	}
	return nil
}

// Lender is a stand-in whose effects are counted by idempotency key.
type Lender struct {
	mu    sync.Mutex
	done  map[string]dialog.Call
	asked int
	// Before and After, where set, may fail a call before or after its effect.
	Before, After func(call dialog.Call) error
}

// Do implements manager.CallRunner: one effect per Ref, however often asked.
func (l *Lender) Do(ctx context.Context, borrower string, call dialog.Call) (dialog.LenderEvent, error) {
	if l.Before != nil {
		if err := l.Before(call); err != nil {
			return dialog.LenderEvent{}, err
		}
	}
	l.mu.Lock()
	if l.done == nil {
		l.done = map[string]dialog.Call{}
	}
	l.done[call.Ref] = call
	l.asked++
	l.mu.Unlock()
	if l.After != nil {
		if err := l.After(call); err != nil {
			return dialog.LenderEvent{}, err
		}
	}
	return dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "active", ID: "at-lender"}, nil
}

// Effects returns the effects, and how often the lender was asked.
func (l *Lender) Effects() (effects []dialog.Call, asked int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.done {
		effects = append(effects, c)
	}
	return effects, l.asked
}
