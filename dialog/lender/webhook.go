package lender

import (
	"encoding/json"
	"net/http"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// Webhook is a verified delivery. ID is the same when it is delivered again, so
// that it can be the envelope's.
type Webhook struct {
	ID       string
	Borrower string
	Event    dialog.LenderEvent
}

// VerifyWebhook checks that a delivery was signed with one of the secrets
// ("whsec_" and base64; several while they are being changed) at most five
// minutes from now, and reads it. Errors: unauthenticated when it was not,
// invalid when its body does not follow the document, internal when a secret
// cannot be read.
func VerifyWebhook(secrets []string, h http.Header, body []byte, now time.Time) (Webhook, error) {
	keys, err := wire.ParseSecrets(secrets)
	if err != nil {
		return Webhook{}, dialog.E(dialog.CodeInternal, "webhooks cannot be checked", err)
	}
	id, err := wire.Verify(keys, h, body, now)
	if err != nil {
		return Webhook{}, dialog.E(dialog.CodeUnauthenticated, "not a webhook of the lender", err)
	}
	var w wire.Webhook
	if json.Unmarshal(body, &w) != nil {
		return Webhook{}, dialog.E(dialog.CodeInvalid, "the webhook cannot be read", nil)
	}
	ev, err := w.Event()
	if err != nil {
		return Webhook{}, dialog.E(dialog.CodeInvalid, "the webhook does not follow the document", err)
	}
	return Webhook{ID: id, Borrower: w.Data.Borrower, Event: ev}, nil
}
