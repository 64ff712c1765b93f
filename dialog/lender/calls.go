package lender

import (
	"context"
	"fmt"
	"net/http"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// Statuses of an answer that are not an arrangement's own.
const (
	statusOK       = "ok"
	statusRejected = "rejected"
	statusChanged  = "changed"
)

// Do performs a call with its Ref as the idempotency key. The answer's Status
// is the arrangement's (active, pending, rejected, cancelled), ok for the other
// kinds, rejected with a Reason for a definite no, and changed when the account
// is no longer as the terms were computed from. An error means that the outcome
// is unknown and the same call is to be tried again (unavailable, rate_limited,
// unauthenticated, forbidden, internal), or that the call cannot be sent at all
// (invalid). No error holds a fact of the account.
//
// Fields by kind: contact.update needs "status" (cease, preference, invalid,
// resume) and may have "channel"; case.resolve needs "ticket" and "outcome" and
// may have "evidence"; everything else in Fields is passed on as details.
func (c *Client) Do(ctx context.Context, borrowerID string, call dialog.Call) (dialog.LenderEvent, error) {
	req, read, err := prepare(borrowerID, call)
	if err != nil {
		return dialog.LenderEvent{}, fmt.Errorf("%s: %w", call.Kind, err)
	}
	req.method, req.key, req.timeout = http.MethodPost, call.Ref, c.opts.CallTimeout
	a, err := c.send(ctx, req)
	if err != nil {
		return dialog.LenderEvent{}, fmt.Errorf("%s: %w", call.Kind, err)
	}
	ev := dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, CaseKind: call.Case}
	switch {
	case a.status == http.StatusPreconditionFailed:
		ev.Status = statusChanged
	case a.status >= 400:
		ev.Status, ev.Reason = statusRejected, reason(a)
	default:
		if err := read(a, &ev); err != nil {
			return dialog.LenderEvent{}, fmt.Errorf("%s: %w", call.Kind, err)
		}
	}
	return ev, nil
}

// reason is the lender's label of a no, or the class of the no without one.
func reason(a answer) string {
	p := problem(a)
	if p.Reason != "" {
		return p.Reason
	}
	return string(dialog.CodeOf(refused(a)))
}

// reader fills the event from the answer of a call that was performed.
type reader func(a answer, ev *dialog.LenderEvent) error

func prepare(borrower string, call dialog.Call) (request, reader, error) {
	if call.Ref == "" || borrower == "" {
		return request{}, nil, invalid("a call needs a borrower and a reference")
	}
	switch call.Kind {
	case dialog.CallArrangementCreate:
		return createArrangement(borrower, call)
	case dialog.CallArrangementCancel:
		if call.Arrangement == "" {
			return request{}, nil, invalid("no arrangement is named")
		}
		return request{path: borrowerPath(borrower, "arrangements", call.Arrangement, "cancel")}, readArrangement, nil
	case dialog.CallPaymentLinkCreate:
		return createLink(borrower, call)
	case dialog.CallDebitPause:
		return debit(borrower, call, "pause")
	case dialog.CallDebitRetry:
		return debit(borrower, call, "retry")
	case dialog.CallCaseOpen:
		return openCase(borrower, call)
	case dialog.CallCaseResolve:
		return resolveCase(borrower, call)
	case dialog.CallContactUpdate:
		return updateContact(borrower, call)
	}
	return request{}, nil, invalid("the lender has no such call")
}

func invalid(text string) error { return dialog.E(dialog.CodeInvalid, text, nil) }

func createArrangement(borrower string, call dialog.Call) (request, reader, error) {
	body, err := arrangementRequest(call)
	if err != nil {
		return request{}, nil, err
	}
	if call.Version == "" {
		return request{}, nil, invalid("an arrangement needs the account's version")
	}
	return request{path: borrowerPath(borrower, "arrangements"), match: call.Version, body: body}, readArrangement, nil
}

// arrangementRequest takes the exact terms; a promise may also come as a sum
// and a date alone.
func arrangementRequest(call dialog.Call) (wire.ArrangementRequest, error) {
	t := dialog.Terms{Kind: dialog.OfferPromise, Account: call.Account, Total: call.Amount}
	if call.Terms != nil {
		t = *call.Terms
	}
	if len(t.Schedule) == 0 && t.Kind == dialog.OfferPromise && !call.Date.IsZero() {
		t.Schedule = []dialog.Instalment{{Due: call.Date, Amount: call.Amount}}
	}
	if t.Total.Zero() {
		for _, i := range t.Schedule {
			t.Total = t.Total.Add(i.Amount)
		}
	}
	kind := dialog.ArrangementKind(t.Kind)
	switch kind {
	case dialog.ArrangementPlan, dialog.ArrangementDeferral, dialog.ArrangementPromise:
	default:
		return wire.ArrangementRequest{}, invalid("not a kind of arrangement")
	}
	account := first(call.Account, t.Account)
	if account == "" || len(t.Schedule) == 0 || t.Total.Minor <= 0 {
		return wire.ArrangementRequest{}, invalid("an arrangement needs an account, a schedule and a total")
	}
	return wire.ArrangementRequest{
		Account: account, Currency: string(t.Total.Currency), Kind: string(kind),
		Schedule: wire.NewSchedule(t.Schedule), Total: t.Total.Decimal(), Days: t.Days,
		LatePaused: t.LatePaused, DebitPaused: t.DebitPaused, Replaces: call.Arrangement,
	}, nil
}

func readArrangement(a answer, ev *dialog.LenderEvent) error {
	var w wire.Arrangement
	if err := decode(a, &w); err != nil {
		return err
	}
	arr, err := w.Dialog()
	if err != nil {
		return broken(err)
	}
	ev.Arrangement, ev.ID, ev.Status, ev.Reason = &arr, arr.ID, string(arr.Status), arr.Reason
	return nil
}

func createLink(borrower string, call dialog.Call) (request, reader, error) {
	amount := call.Amount
	account := call.Account
	if call.Terms != nil {
		account = first(account, call.Terms.Account)
		if amount.Zero() {
			amount = call.Terms.Total
		}
	}
	if account == "" || amount.Minor <= 0 {
		return request{}, nil, invalid("a payment link needs an account and a sum")
	}
	body := wire.PaymentLinkRequest{Account: account, Currency: string(amount.Currency),
		Amount: amount.Decimal(), Details: call.Fields}
	return request{path: borrowerPath(borrower, "payment-links"), body: body}, readLink, nil
}

func readLink(a answer, ev *dialog.LenderEvent) error {
	var w wire.PaymentLink
	if err := decode(a, &w); err != nil {
		return err
	}
	if w.ID == "" || w.URL == "" {
		return broken(wire.FieldError{Field: "payment_link"})
	}
	ev.Status, ev.ID, ev.URL, ev.Due = statusOK, w.ID, w.URL, w.Expires
	return nil
}

func debit(borrower string, call dialog.Call, verb string) (request, reader, error) {
	if call.Account == "" {
		return request{}, nil, invalid("no account is named")
	}
	return request{
		path: borrowerPath(borrower, "accounts", call.Account, "debit", verb),
		body: wire.DebitRequest{Until: call.Date.String(), Details: call.Fields},
	}, readDebit, nil
}

func readDebit(a answer, ev *dialog.LenderEvent) error {
	var w wire.Debit
	if err := decode(a, &w); err != nil {
		return err
	}
	if w.ID == "" {
		return broken(wire.FieldError{Field: "debit.id"})
	}
	ev.Status, ev.ID = statusOK, w.ID
	return nil
}

func openCase(borrower string, call dialog.Call) (request, reader, error) {
	if call.Case == "" {
		return request{}, nil, invalid("no kind of case is named")
	}
	body := wire.TicketRequest{Kind: string(call.Case), Account: call.Account,
		Date: call.Date.String(), Details: call.Fields}
	if call.Amount.Minor > 0 {
		body.Currency, body.Amount = string(call.Amount.Currency), call.Amount.Decimal()
	}
	return request{path: borrowerPath(borrower, "cases"), body: body}, readTicket, nil
}

func resolveCase(borrower string, call dialog.Call) (request, reader, error) {
	body := wire.Resolution{Outcome: call.Fields["outcome"], Evidence: call.Fields["evidence"], Details: map[string]string{}}
	ticket := call.Fields["ticket"]
	if ticket == "" || body.Outcome == "" {
		return request{}, nil, invalid("a resolution needs a ticket and an outcome")
	}
	for k, v := range call.Fields {
		if k != "ticket" && k != "outcome" && k != "evidence" && v != "" {
			body.Details[k] = v
		}
	}
	return request{path: borrowerPath(borrower, "cases", ticket, "resolution"), body: body}, readTicket, nil
}

func readTicket(a answer, ev *dialog.LenderEvent) error {
	var w wire.Ticket
	if err := decode(a, &w); err != nil {
		return err
	}
	if w.Ticket == "" {
		return broken(wire.FieldError{Field: "case.ticket"})
	}
	ev.Status, ev.ID, ev.Due = statusOK, w.Ticket, w.Due
	return nil
}

func updateContact(borrower string, call dialog.Call) (request, reader, error) {
	body := wire.ContactUpdate{Kind: call.Fields["status"], Details: map[string]string{}}
	switch body.Kind {
	case "cease", "preference", "resume":
	case "invalid":
		body.Kind = "invalid_channel"
	default:
		return request{}, nil, invalid("no kind of contact update is named")
	}
	for k, v := range call.Fields {
		switch {
		case k == "status" || v == "":
		case k == "channel" && contactChannel(v):
			body.Channel = v
		default:
			body.Details[k] = v
		}
	}
	return request{path: borrowerPath(borrower, "contact-updates"), body: body}, readContact, nil
}

// contactChannel reports whether the document knows a channel. Another one goes
// into the details, so that a stop is never refused for its spelling.
func contactChannel(s string) bool {
	switch s {
	case "all", "web", "telegram", "sms", "call":
		return true
	}
	return false
}

func readContact(a answer, ev *dialog.LenderEvent) error {
	var w wire.ContactState
	if err := decode(a, &w); err != nil {
		return err
	}
	ev.Status, ev.ID = statusOK, w.ID
	return nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
