package manager

import (
	"context"
	"errors"
	"fmt"
	"time"

	"warmline/dialog"
)

// Reasons with which the core is told that a call has ended without the
// lender's answer (LenderEvent.Status "failed").
const (
	ReasonExpired    = "expired"    // it was too old before it was ever tried
	ReasonDropped    = "dropped"    // the conversation had moved on before it was ever tried
	ReasonUnanswered = "unanswered" // tried again and again; it may have taken effect, a person must look
)

// AnswerID is the id of the envelope that brings the answer to a call. A
// webhook that tells the same answer uses it too, so that whichever comes second
// is a repeat.
func AnswerID(ref, status string) string { return "answer/" + ref + "/" + status }

// kind names an item for reports and retry rules.
func kind(it dialog.OutboxItem) string {
	switch {
	case it.Call != nil:
		return string(it.Call.Kind)
	case it.Send != nil:
		return "send"
	case it.Phrase != "":
		return "phrase"
	}
	return "hear"
}

func (r *Relay) rule(it dialog.OutboxItem) RetryRule {
	if rule, ok := r.opts.Rules[kind(it)]; ok {
		return rule
	}
	return r.opts.Rules[""]
}

// attempt claims an item and carries it once. It returns the item that may run
// next in the same lane.
func (r *Relay) attempt(ctx context.Context, id string) string {
	began := r.opts.Now()
	item, borrower, n, err := r.ports.Outbox.Claim(ctx, began, id)
	var why *dialog.Error
	switch code := dialog.CodeOf(err); {
	case code == dialog.CodeForbidden && errors.As(err, &why):
		return r.drop(ctx, item, n, why.Text)
	case code == dialog.CodeNotFound || code == dialog.CodeConflict:
		return ""
	case err != nil:
		r.ports.Observer.Trouble(TroubleRelay, err)
		return ""
	}
	rule := r.rule(item)
	attemptCtx, cancel := context.WithTimeout(ctx, rule.Timeout)
	err = r.carryOut(attemptCtx, item, borrower)
	cancel()
	report := ItemReport{Kind: kind(item), Attempt: n, Took: r.opts.Now().Sub(began)}
	switch {
	case err == nil:
		report.Outcome = "done"
		r.ports.Observer.Item(report)
		return r.end(ctx, id, "")
	case n >= rule.Tries:
		report.Outcome = "poison"
		r.ports.Observer.Item(report)
		return r.giveUp(ctx, item, n, err)
	}
	report.Outcome = "retry"
	r.ports.Observer.Item(report)
	at := r.opts.Now().Add(pauseAfter(rule, n, err))
	if err := r.ports.Outbox.Retry(ctx, id, at, dialog.CodeOf(err) == dialog.CodeRateLimited); err != nil {
		r.ports.Observer.Trouble(TroubleRelay, err)
	}
	return ""
}

// pauseAfter doubles from First to Most; an error that names a time is heeded.
func pauseAfter(rule RetryRule, attempt int, err error) time.Duration {
	var told interface{ RetryAfter() time.Duration }
	if errors.As(err, &told) && told.RetryAfter() > 0 {
		return told.RetryAfter()
	}
	d := rule.First
	for i := 1; i < attempt && d < rule.Most; i++ {
		d *= 2
	}
	return min(d, rule.Most)
}

// carryOut does what the item wants and brings the answer home. An error means
// that the item is not over.
func (r *Relay) carryOut(ctx context.Context, it dialog.OutboxItem, borrower string) error {
	switch {
	case it.Call != nil:
		return r.call(ctx, it, borrower)
	case it.Send != nil:
		return r.send(ctx, it)
	case it.Phrase != "":
		return r.phrase(ctx, it)
	}
	return r.hear(ctx, it)
}

func (r *Relay) call(ctx context.Context, it dialog.OutboxItem, borrower string) error {
	if r.ports.Calls == nil {
		return errors.New("no runner for calls")
	}
	answer, err := r.ports.Calls.Do(ctx, borrower, *it.Call)
	if err != nil {
		return fmt.Errorf("%s: %w", it.Call.Kind, err)
	}
	answer.Ref = it.Call.Ref
	if answer.Kind == "" {
		answer.Kind = string(it.Call.Kind)
	}
	return r.answer(ctx, it, answer)
}

// answer brings a call's answer to the conversation. The answer to a page is
// the pager's word.
func (r *Relay) answer(ctx context.Context, it dialog.OutboxItem, answer dialog.LenderEvent) error {
	event := dialog.Event{Kind: dialog.EventLender, Lender: &answer}
	if it.Call.Kind == dialog.CallPageHuman {
		page := &dialog.PageEvent{Kind: "failed", Ref: answer.Ref}
		switch answer.Status {
		case "acknowledged":
			page.Kind, page.By = "acknowledged", answer.ID
		case "ok", "pending":
			return nil // sent; a person's acknowledgement comes as an event of its own
		}
		event = dialog.Event{Kind: dialog.EventPage, Page: page}
	}
	return r.deliver(ctx, it.ID, AnswerID(answer.Ref, answer.Status), event)
}

// deliver brings an event to the item's conversation. What the core refuses is
// over too: it was heard.
func (r *Relay) deliver(ctx context.Context, item, id string, event dialog.Event) error {
	_, err := r.ports.Deliver(ctx, dialog.Envelope{
		ID: id, Conversation: conversationOf(item), At: r.opts.Now(), Event: event,
	})
	switch dialog.CodeOf(err) {
	case dialog.CodeUnavailable, dialog.CodeInternal, dialog.CodeRateLimited:
		return fmt.Errorf("deliver %s: %w", event.Kind, err)
	}
	return nil
}

func (r *Relay) send(ctx context.Context, it dialog.OutboxItem) error {
	sender := r.ports.Senders[it.Send.Channel]
	if sender == nil {
		return fmt.Errorf("no sender for %s", it.Send.Channel)
	}
	err := r.hand(ctx, sender, it)
	news := &dialog.ChannelEvent{Kind: "failed", Channel: it.Send.Channel, Address: it.Send.Address, Message: it.Send.Message}
	switch dialog.CodeOf(err) {
	case "":
		return nil
	case dialog.CodeForbidden:
		news.Kind = "blocked"
	case dialog.CodeInvalid, dialog.CodeNotFound:
	default:
		return fmt.Errorf("send: %w", err)
	}
	return r.deliver(ctx, it.ID, "send/"+it.ID, dialog.Event{Kind: dialog.EventChannel, Channel: news})
}

// hand gives a message, or the wish to take some back, to a channel.
func (r *Relay) hand(ctx context.Context, sender Sender, it dialog.OutboxItem) error {
	if it.Send.Redact {
		if back, ok := sender.(Redacter); ok {
			return back.Redact(ctx, it.Send.Address)
		}
		return nil
	}
	m, err := r.ports.Transcript.Message(ctx, conversationOf(it.ID), it.Send.Message)
	if err != nil {
		return err
	}
	return sender.Send(ctx, it.Send.Address, m)
}

func (r *Relay) phrase(ctx context.Context, it dialog.OutboxItem) error {
	words := dialog.PhrasedEvent{Message: it.Phrase, Failed: "off"}
	if r.ports.Phraser != nil {
		m, err := r.ports.Transcript.Message(ctx, conversationOf(it.ID), it.Phrase)
		switch {
		case dialog.CodeOf(err) == dialog.CodeNotFound || (err == nil && !m.Pending):
			return nil // it was said or dropped meanwhile
		case err != nil:
			return err
		}
		words = r.ports.Phraser.Phrase(ctx, m)
		words.Message = it.Phrase
	}
	return r.deliver(ctx, it.ID, "phrased/"+it.Phrase, dialog.Event{Kind: dialog.EventPhrased, Phrased: &words})
}

func (r *Relay) hear(ctx context.Context, it dialog.OutboxItem) error {
	if r.ports.Second == nil {
		return nil
	}
	m, err := r.ports.Transcript.Message(ctx, conversationOf(it.ID), it.Hear)
	if err != nil {
		return err
	}
	u, err := r.ports.Second.HearAgain(ctx, m)
	if err != nil || u.Driving == "" {
		return nil // asking back stands
	}
	// The line bears the message's own id: the sender's was used up by the text.
	text := &dialog.TextEvent{Lines: []dialog.TextLine{{ID: it.Hear, Text: m.Body.Text}}, Heard: &u}
	return r.deliver(ctx, it.ID, "heard/"+it.Hear, dialog.Event{Kind: dialog.EventHeard, Text: text})
}

// drop ends an item that must not run any more. The core waits for the answer
// to a call, so it is told.
func (r *Relay) drop(ctx context.Context, it dialog.OutboxItem, n int, why string) string {
	r.ports.Observer.Item(ItemReport{Kind: kind(it), Outcome: why, Attempt: n})
	reason := ReasonDropped
	if why == "expired" {
		reason = ReasonExpired
	}
	if !r.fail(ctx, it, n, reason) {
		return ""
	}
	return r.end(ctx, it.ID, "")
}

// giveUp ends an item as poison.
func (r *Relay) giveUp(ctx context.Context, it dialog.OutboxItem, n int, cause error) string {
	r.ports.Observer.Trouble(TroublePoison, fmt.Errorf("%s: %w", kind(it), cause))
	if !r.fail(ctx, it, n-r.rule(it).Tries, ReasonUnanswered) {
		return ""
	}
	if it.Phrase != "" || it.Hear != "" {
		return r.end(ctx, it.ID, "") // the template or the first understanding stands
	}
	return r.end(ctx, it.ID, string(dialog.CodeOf(cause)))
}

// tellings is how often the core is told that a call has ended before the item
// is ended although the core fails on it: those behind it must not wait forever.
const tellings = 20

// fail tells the core that a call has ended without an answer. It reports
// whether the item is over; if not, it is found again when the claim runs out.
func (r *Relay) fail(ctx context.Context, it dialog.OutboxItem, times int, reason string) bool {
	if it.Call == nil {
		return true
	}
	err := r.answer(ctx, it, dialog.LenderEvent{
		Kind: string(it.Call.Kind), Ref: it.Call.Ref, Status: "failed", Reason: reason,
	})
	if err != nil {
		r.ports.Observer.Trouble(TroubleRelay, err)
	}
	return err == nil || times >= tellings
}

func (r *Relay) end(ctx context.Context, id, reason string) string {
	next, err := r.ports.Outbox.Done(ctx, r.opts.Now(), id, reason)
	if err != nil {
		r.ports.Observer.Trouble(TroubleRelay, err)
	}
	return next
}
