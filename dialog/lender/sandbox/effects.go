package sandbox

import (
	"net/http"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
	"warmline/dialog/loan"
)

// linkTTL is how long a payment link works.
const linkTTL = 24 * time.Hour

func createLink(t *txn, r *http.Request, body []byte) (reply, error) {
	var req wire.PaymentLinkRequest
	if !strict(body, &req) {
		return bad("body"), nil
	}
	p, err := t.person(r.PathValue("borrower"))
	if err != nil {
		return reply{}, err
	}
	a, err := t.account(p.Borrower.ID, req.Account)
	if err != nil {
		return reply{}, err
	}
	amount, err := dialog.ParseMoney(req.Amount, a.Currency)
	if err != nil || amount.Minor <= 0 || req.Currency != string(a.Currency) {
		return bad("amount"), nil
	}
	id, err := t.next("LNK")
	if err != nil {
		return reply{}, err
	}
	if err := t.put(kindLink, id, p.Borrower.ID, link{ID: id, Account: a.Ref, Amount: amount}); err != nil {
		return reply{}, err
	}
	return made(wire.PaymentLink{ID: id, URL: t.s.opts.LinkBase + id, Expires: t.now.Add(linkTTL)}), nil
}

// link is a payment link: what it takes, and for which account.
type link struct {
	ID      string       `json:"id"`
	Account string       `json:"account"`
	Amount  dialog.Money `json:"amount"`
}

// debitOf reads what both debit calls need.
func debitOf(t *txn, r *http.Request, body []byte) (person, dialog.Account, *reply, error) {
	var req wire.DebitRequest
	if !strict(body, &req) {
		p := bad("body")
		return person{}, dialog.Account{}, &p, nil
	}
	p, err := t.person(r.PathValue("borrower"))
	if err != nil {
		return person{}, dialog.Account{}, nil, err
	}
	a, err := t.account(p.Borrower.ID, r.PathValue("account"))
	if err == nil && a.AutoDebit == "" {
		p := refuse("no_debit")
		return person{}, dialog.Account{}, &p, nil
	}
	return p, a, nil, err
}

func pauseDebit(t *txn, r *http.Request, body []byte) (reply, error) {
	p, a, stop, err := debitOf(t, r, body)
	if stop != nil || err != nil {
		return orZero(stop), err
	}
	a.AutoDebit = "paused"
	return t.debitDone(p, a)
}

// retryDebit tries a debit again. A technical fault is over by now, money comes
// in; an expired card stays expired.
func retryDebit(t *txn, r *http.Request, body []byte) (reply, error) {
	p, a, stop, err := debitOf(t, r, body)
	if stop != nil || err != nil {
		return orZero(stop), err
	}
	if a.DebitFailure == "card_expired" {
		return refuse("card_expired"), nil
	}
	a.AutoDebit, a.DebitFailure = "on", ""
	done, err := t.debitDone(p, a)
	if err != nil {
		return reply{}, err
	}
	if sum := loan.Owed(a, p.today(t.now)).Total; sum.Minor > 0 {
		_, err = t.receive(p, dialog.Payment{Account: a.Ref, Amount: sum, Status: "pending"})
	}
	return done, err
}

func (t *txn) debitDone(p person, a dialog.Account) (reply, error) {
	if err := t.saveAccount(p.Borrower.ID, &a); err != nil {
		return reply{}, err
	}
	id, err := t.next("DBT")
	if err != nil {
		return reply{}, err
	}
	w := wire.Debit{ID: id, AutoDebit: a.AutoDebit}
	return ok(w), t.put(kindDebit, id, p.Borrower.ID, w)
}

// tickets is how each kind of case is numbered and in how many working days it
// is answered.
var tickets = map[dialog.CaseKind]struct {
	prefix string
	days   int
}{
	dialog.CaseDispute: {"DSP", 5}, dialog.CaseComplaint: {"CMP", 15}, dialog.CaseFraud: {"FRD", 10},
	dialog.CaseHardship: {"HRD", 5}, dialog.CasePrivacy: {"PRV", 15}, dialog.CaseBereavement: {"BRV", 10},
	dialog.CaseWaiver: {"WVR", 5}, dialog.CaseTrace: {"TRC", 2},
}

// ticket is a case as stored: the wire's form, and what was said at its opening.
type ticket struct {
	Ticket  wire.Ticket        `json:"ticket"`
	Request wire.TicketRequest `json:"request"`
}

func openCase(t *txn, r *http.Request, body []byte) (reply, error) {
	var req wire.TicketRequest
	if !strict(body, &req) {
		return bad("body"), nil
	}
	p, err := t.person(r.PathValue("borrower"))
	if err != nil {
		return reply{}, err
	}
	kind, known := tickets[dialog.CaseKind(req.Kind)]
	if !known {
		return bad("kind"), nil
	}
	if req.Account != "" {
		if _, err := t.account(p.Borrower.ID, req.Account); err != nil {
			return reply{}, err
		}
	}
	id, err := t.next(kind.prefix)
	if err != nil {
		return reply{}, err
	}
	k := ticket{Request: req, Ticket: wire.Ticket{Ticket: id, Kind: req.Kind, Status: "open",
		ClientRef: r.Header.Get("Idempotency-Key"), Due: afterWorkingDays(t.now, kind.days)}}
	return made(k.Ticket), t.put(kindTicket, id, p.Borrower.ID, k)
}

// resolveCase closes a ticket as a person at the desk decided. The answer is all
// that is told: no webhook repeats it.
func resolveCase(t *txn, r *http.Request, body []byte) (reply, error) {
	var req wire.Resolution
	if !strict(body, &req) {
		return bad("body"), nil
	}
	if req.Outcome != "upheld" && req.Outcome != "rejected" && req.Outcome != "partial" {
		return bad("outcome"), nil
	}
	p, err := t.person(r.PathValue("borrower"))
	if err != nil {
		return reply{}, err
	}
	var k ticket
	owner, err := t.get(kindTicket, r.PathValue("ticket"), &k)
	switch {
	case err != nil:
		return reply{}, err
	case owner != p.Borrower.ID:
		return reply{}, errNotFound
	case k.Ticket.Status == "closed" && k.Ticket.Outcome != req.Outcome:
		return refuse("case_closed"), nil
	}
	k.Ticket.Status, k.Ticket.Outcome, k.Ticket.Evidence = "closed", req.Outcome, req.Evidence
	return ok(k.Ticket), t.put(kindTicket, k.Ticket.Ticket, owner, k)
}

// afterWorkingDays counts Monday to Friday; the sandbox knows no holidays.
func afterWorkingDays(from time.Time, n int) time.Time {
	for n > 0 {
		from = from.AddDate(0, 0, 1)
		if d := from.Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return from
}

func updateContact(t *txn, r *http.Request, body []byte) (reply, error) {
	var req wire.ContactUpdate
	if !strict(body, &req) {
		return bad("body"), nil
	}
	switch req.Kind {
	case "cease", "preference", "invalid_channel", "resume":
	default:
		return bad("kind"), nil
	}
	p, err := t.person(r.PathValue("borrower"))
	if err != nil {
		return reply{}, err
	}
	id, err := t.next("CON")
	if err != nil {
		return reply{}, err
	}
	return ok(wire.ContactState{ID: id}), t.put(kindUpdate, id, p.Borrower.ID, req)
}
