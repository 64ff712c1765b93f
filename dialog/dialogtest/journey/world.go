package journey

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/manager"
)

// errOutOfReach is what a script's "unavailable" makes of every request.
var errOutOfReach = errors.New("the script keeps the lender out of reach")

const webhookSecret = "whsec_am91cm5leXMtYXJlLXNjcmlwdGVkLWhlcmU="

// World is everything outside the system under test: the time, the lender's
// core, the desk's opening hours. It answers the engine's ports.
type World struct {
	Clock *Clock
	Watch *Watch

	file    *File
	box     *sandbox.Sandbox
	client  *lender.Client
	known   dialog.Borrower
	deliver func(context.Context, dialog.Envelope) error

	mu      sync.Mutex
	desk    dialog.DeskFacts
	until   time.Time // the lender is unavailable before
	waiting []heldCall
	tickets []dialog.LenderEvent
}

// heldCall is a call that the script has not answered yet.
type heldCall struct {
	borrower string
	call     dialog.Call
}

// NewWorld builds the world of a file.
func NewWorld(ctx context.Context, f *File) (*World, error) {
	now, err := time.Parse(time.RFC3339, f.Now)
	if err != nil {
		return nil, fmt.Errorf("now: %w", err)
	}
	w := &World{Clock: &Clock{now: now}, Watch: newWatch(), file: f}
	w.desk = dialog.DeskFacts{Open: true, ETA: 6 * time.Minute, OnCall: true}
	w.box, err = sandbox.New(sandbox.Options{
		Now: w.Clock.Now, Empty: true, WebhookURL: "http://warmline.invalid/hook", Secrets: []string{webhookSecret},
		HTTP: &http.Client{Transport: roundTrip(w.hook)},
	})
	if err != nil {
		return nil, err
	}
	c, err := caseOf(f, now)
	if err != nil {
		return nil, errors.Join(err, w.box.Close())
	}
	w.known = c.Borrower
	if err := w.box.Seed(ctx, c); err != nil {
		return nil, errors.Join(err, w.box.Close())
	}
	w.box.SetFaults(sandbox.Faults{PendingNext: 1 << 30})
	w.client, err = lender.New(lender.Options{BaseURL: "http://lender.invalid", HTTP: &http.Client{Transport: roundTrip(w.serve)}})
	return w, err
}

// Close releases the lender's data.
func (w *World) Close() error { return w.box.Close() }

// Borrower is the id of the file's borrower.
func (w *World) Borrower() string { return orString(w.file.Borrower.ID, demoBorrower) }

// Level is the identity level that the borrower's session is kept at.
func (w *World) Level() dialog.Level {
	if w.file.Borrower.Level != nil {
		return dialog.Level(*w.file.Borrower.Level)
	}
	return dialog.LevelBorrower
}

// Mixed reports whether the script itself says when a chat is linked or written
// to.
func (w *World) Mixed() bool {
	return slices.ContainsFunc(w.file.Steps, func(s Step) bool { return s.Channel != "" || s.Link != nil || s.Unlink != nil })
}

// Known is what is known of the borrower before the first word.
func (w *World) Known() dialog.Borrower { return w.known }

// roundTrip is an HTTP transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// serve hands a request to the lender's core, unless it is out of reach.
func (w *World) serve(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	gone := w.Clock.Now().Before(w.until)
	w.mu.Unlock()
	if gone {
		return nil, errOutOfReach
	}
	rec := httptest.NewRecorder()
	w.box.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// hook takes the lender's webhooks and delivers what they say.
func (w *World) hook(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	got, err := lender.VerifyWebhook([]string{webhookSecret}, r.Header, body, w.Clock.Now())
	if err != nil {
		return nil, err
	}
	event := got.Event
	err = w.deliver(r.Context(), dialog.Envelope{
		ID: "webhook:" + got.ID, Conversation: dialog.ConversationID(got.Borrower), Borrower: got.Borrower, At: w.Clock.Now(),
		Event: dialog.Event{Kind: dialog.EventLender, Lender: &event},
	})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
}

// Facts implements manager.FactSource.
func (w *World) Facts(ctx context.Context, borrower string) (dialog.Facts, error) {
	return w.client.Facts(ctx, borrower, w.Clock.Now())
}

// standing is what the lender's core knows, also while the script keeps it out
// of the system's reach.
func (w *World) standing(ctx context.Context) (dialog.Facts, error) {
	w.mu.Lock()
	until := w.until
	w.until = time.Time{}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.until = until
		w.mu.Unlock()
	}()
	return w.Facts(ctx, w.Borrower())
}

// Desk implements manager.DeskSource.
func (w *World) Desk(context.Context, string) (dialog.DeskFacts, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.desk, nil
}

// Do implements manager.CallRunner: cases and contact updates succeed, an
// arrangement is taken and stays pending, and everything else waits for the
// script's answer.
func (w *World) Do(ctx context.Context, borrower string, call dialog.Call) (dialog.LenderEvent, error) {
	switch call.Kind {
	case dialog.CallPageHuman:
		return dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "ok"}, nil
	case dialog.CallNotifyPush:
		return dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "ok"}, nil
	case dialog.CallCaseOpen:
		answer, err := w.client.Do(ctx, borrower, call)
		w.mu.Lock()
		w.tickets = append(w.tickets, answer)
		w.mu.Unlock()
		return answer, err
	case dialog.CallContactUpdate, dialog.CallCaseResolve:
		return w.client.Do(ctx, borrower, call)
	case dialog.CallArrangementCreate:
		answer, err := w.client.Do(ctx, borrower, call)
		if err == nil && answer.Status == "pending" {
			w.hold(borrower, call)
		}
		return answer, err
	}
	w.hold(borrower, call)
	return dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "pending"}, nil
}

func (w *World) hold(borrower string, call dialog.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, heldCall{borrower, call})
}

// control calls one of the sandbox's own endpoints.
func (w *World) control(ctx context.Context, method, path string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r := httptest.NewRequestWithContext(ctx, method, path, bytes.NewReader(raw))
	rec := httptest.NewRecorder()
	w.box.ServeHTTP(rec, r)
	if rec.Code >= 300 {
		return fmt.Errorf("%s: the sandbox answered %d: %s", path, rec.Code, rec.Body.String())
	}
	_, err = w.box.Deliver(ctx)
	return err
}

// release takes the oldest held call of a kind.
func (w *World) release(kind string) (heldCall, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, h := range w.waiting {
		if string(h.call.Kind) == kind {
			w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
			return h, true
		}
	}
	return heldCall{}, false
}

// answer lets the lender answer the oldest call of a kind.
func (w *World) answer(ctx context.Context, step *LenderStep) error {
	if step.Answer == string(dialog.CallCaseOpen) || step.Outcome != "" {
		return w.outcome(ctx, step)
	}
	held, ok := w.release(step.Answer)
	if !ok {
		return fmt.Errorf("lender: no %s waits for an answer", step.Answer)
	}
	if held.call.Kind == dialog.CallArrangementCreate {
		if step.Status == "pending" {
			w.hold(held.borrower, held.call)
			return nil
		}
		return w.control(ctx, http.MethodPost, "/sandbox/arrangements/settle",
			sandbox.Settlement{Borrower: held.borrower, Status: step.Status, Reason: step.Reason})
	}
	return w.answerHeld(ctx, held, step)
}

// answerHeld has the effect brought about, or refused, and tells the system.
func (w *World) answerHeld(ctx context.Context, held heldCall, step *LenderStep) error {
	event := dialog.LenderEvent{Kind: string(held.call.Kind), Ref: held.call.Ref, Status: step.Status, Reason: step.Reason}
	if step.Status != "rejected" && step.Status != "failed" {
		done, err := w.client.Do(ctx, held.borrower, held.call)
		if err != nil {
			return err
		}
		event = done
	}
	return w.deliver(ctx, dialog.Envelope{
		ID: manager.AnswerID(held.call.Ref, event.Status), Conversation: dialog.ConversationID(held.borrower), Borrower: held.borrower, At: w.Clock.Now(),
		Event: dialog.Event{Kind: dialog.EventLender, Lender: &event},
	})
}

// outcome closes the newest ticket of a kind.
func (w *World) outcome(ctx context.Context, step *LenderStep) error {
	w.mu.Lock()
	ticket := ""
	for _, t := range w.tickets {
		if step.Case == "" || string(t.CaseKind) == step.Case {
			ticket = t.ID
		}
	}
	w.mu.Unlock()
	if ticket == "" {
		return errors.New("lender: no case is open")
	}
	if step.Outcome == "" {
		return nil
	}
	return w.control(ctx, http.MethodPost, "/sandbox/cases/"+ticket+"/outcome",
		sandbox.Outcome{Outcome: step.Outcome, Evidence: orString(step.Evidence, step.Reason)})
}

// pay lets the lender see a payment: what becomes of one that was under way or
// settled before, or new money.
func (w *World) pay(ctx context.Context, p *PaymentStep) error {
	ref, err := w.paid(ctx, p)
	if err != nil {
		return fmt.Errorf("payment: %w", err)
	}
	return w.control(ctx, http.MethodPost, "/sandbox/payments", sandbox.PaymentOrder{
		Borrower: w.Borrower(), Account: p.Account, Amount: string(p.Amount), Status: p.Status, Ref: ref, At: w.Clock.Now(),
	})
}

// paid is the reference of the last payment that a step tells the fate of: one
// of the same sum that is pending, or for a reversal one that has settled; ""
// when it is new money.
func (w *World) paid(ctx context.Context, p *PaymentStep) (string, error) {
	facts, err := w.standing(ctx)
	if err != nil {
		return "", err
	}
	ref := ""
	for _, known := range facts.Payments {
		open := known.Status == "pending" && p.Status != "pending" || known.Status == "settled" && p.Status == "reversed"
		if open && (p.Account == "" || p.Account == known.Account) && (p.Amount == "" || sameNumber(string(p.Amount), known.Amount.Decimal())) {
			ref = known.Ref
		}
	}
	return ref, nil
}

// setDesk changes the desk's state.
func (w *World) setDesk(d *DeskStep) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.Open != nil {
		w.desk.Open = *d.Open
	}
	if d.ETA != "" {
		eta, err := length(d.ETA)
		if err != nil {
			return fmt.Errorf("desk.eta: %w", err)
		}
		w.desk.ETA = eta
	}
	if d.OnCall != "" {
		w.desk.OnCall = d.OnCall != "none"
	}
	if w.desk.Open {
		w.desk.NextOpen, w.desk.Slots = time.Time{}, nil
		return nil
	}
	return w.closeDesk(d.Next)
}

// closeDesk names the next opening, nine o'clock the next day unless the script
// says when, and call-back slots after it.
func (w *World) closeDesk(next string) error {
	if w.desk.NextOpen.IsZero() {
		zone, err := time.LoadLocation(orString(w.file.Zone, zoneOf(orString(first(w.file.Packs), "cn"))))
		if err != nil {
			return fmt.Errorf("zone: %w", err)
		}
		w.desk.NextOpen = dialog.DateOf(w.Clock.Now().In(zone)).AddDays(1).In(zone).Add(9 * time.Hour)
	}
	if next != "" {
		at, err := time.Parse(time.RFC3339, next)
		if err != nil {
			return fmt.Errorf("desk.next_open: %w", err)
		}
		w.desk.NextOpen = at
	}
	w.desk.Slots = []time.Time{w.desk.NextOpen.Add(time.Hour), w.desk.NextOpen.Add(5 * time.Hour)}
	return nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
