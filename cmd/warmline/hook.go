package main

import (
	"io"
	"net/http"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender"
	"warmline/dialog/manager"
)

// maxHook bounds a webhook's body.
const maxHook = 256 << 10

// readHook verifies a webhook and makes it an envelope. The answer to a call
// gets the id that the relay's own answer has, so that whichever comes second is
// a repeat.
func readHook(l *theLender, now func() time.Time, w http.ResponseWriter, r *http.Request) (dialog.Envelope, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if err != nil {
		return dialog.Envelope{}, dialog.E(dialog.CodeTooLarge, "the body is too large", err)
	}
	// The signature's age is a matter of real time, whatever day a demonstration has.
	hook, err := lender.VerifyWebhook(l.secrets, r.Header, body, time.Now())
	if err != nil {
		return dialog.Envelope{}, err
	}
	event := hook.Event
	id := "webhook:" + hook.ID
	if event.Ref != "" && dialog.CallKind(event.Kind) == dialog.CallArrangementCreate {
		id = manager.AnswerID(event.Ref, event.Status)
	}
	return dialog.Envelope{
		ID: id, Conversation: dialog.ConversationID(hook.Borrower), Borrower: hook.Borrower, At: now(),
		Event: dialog.Event{Kind: dialog.EventLender, Lender: &event},
	}, nil
}
