package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// deal is an arrangement with what it does to its account while it lives.
type deal struct {
	Arrangement dialog.Arrangement `json:"arrangement"`
	LatePaused  bool               `json:"late_paused,omitempty"`
	DebitPaused bool               `json:"debit_paused,omitempty"`
}

func (d deal) live() bool {
	return d.Arrangement.Status == dialog.ArrangementActive || d.Arrangement.Status == dialog.ArrangementPending
}

func strict(body []byte, into any) bool {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	return dec.Decode(into) == nil
}

func createArrangement(t *txn, r *http.Request, body []byte) (reply, error) {
	var req wire.ArrangementRequest
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
	if r.Header.Get("If-Match") != strconv.Quote(a.Version) {
		return no(http.StatusPreconditionFailed, "changed", ""), nil
	}
	d, reason := newDeal(req, a)
	if reason != "" {
		return bad(reason), nil
	}
	d.Arrangement.Created, d.Arrangement.ClientRef = t.now, r.Header.Get("Idempotency-Key")
	why, err := t.makeRoom(p, &a, &d, req.Replaces)
	if err != nil {
		return reply{}, err
	}
	if d.Arrangement.ID, err = t.next("ARR"); err != nil {
		return reply{}, err
	}
	d.Arrangement.Status = dialog.ArrangementActive
	switch {
	case why != "":
		d.Arrangement.Status, d.Arrangement.Reason = dialog.ArrangementRejected, why
	case t.s.spend(func(f *Faults) *int { return &f.PendingNext }):
		d.Arrangement.Status = dialog.ArrangementPending
	default:
		if err := t.activate(p, &a, d); err != nil {
			return reply{}, err
		}
	}
	if err := t.saveDeal(p.Borrower.ID, d); err != nil {
		return reply{}, err
	}
	return made(wire.NewArrangement(d.Arrangement)), nil
}

// newDeal checks what any lender would check of the request itself. Whether the
// terms are ones that the programme allows is the policy's matter, and a human
// agent may go beyond them.
func newDeal(req wire.ArrangementRequest, a dialog.Account) (deal, string) {
	if req.Currency != string(a.Currency) {
		return deal{}, "currency"
	}
	w := wire.Arrangement{ID: "new", Account: a.Ref, Currency: req.Currency, Kind: req.Kind,
		Status: "pending", Schedule: req.Schedule, Total: req.Total, Days: req.Days}
	arr, err := w.Dialog()
	if err != nil || len(arr.Schedule) == 0 {
		return deal{}, "schedule"
	}
	switch arr.Kind {
	case dialog.ArrangementPlan, dialog.ArrangementDeferral, dialog.ArrangementPromise:
	default:
		return deal{}, "kind"
	}
	sum := dialog.NewMoney(0, a.Currency)
	for i, s := range arr.Schedule {
		if i > 0 && !arr.Schedule[i-1].Due.Before(s.Due) {
			return deal{}, "schedule"
		}
		sum = sum.Add(s.Amount)
	}
	if sum != arr.Total || sum.Minor <= 0 {
		return deal{}, "total"
	}
	return deal{Arrangement: arr, LatePaused: req.LatePaused, DebitPaused: req.DebitPaused}, ""
}

// makeRoom ends what the new arrangement takes the place of: the one it names,
// and any promise. Another live arrangement on the account is a reason to
// refuse; then nothing is ended.
func (t *txn) makeRoom(p person, a *dialog.Account, d *deal, replaces string) (reason string, err error) {
	deals, err := list[deal](t, kindArrangement, p.Borrower.ID)
	if err != nil {
		return "", err
	}
	var ended []deal
	for _, old := range deals {
		switch {
		case old.Arrangement.Account != a.Ref || !old.live() && old.Arrangement.ID != replaces:
			continue
		case old.Arrangement.ID != replaces && old.Arrangement.Kind != dialog.ArrangementPromise:
			return "arrangement_exists", nil
		}
		if old.Arrangement.Kind == dialog.ArrangementPromise && d.Arrangement.Kind == dialog.ArrangementPromise {
			d.Arrangement.Moves = old.Arrangement.Moves + 1
		}
		if old.live() {
			ended = append(ended, old)
		}
	}
	for _, old := range ended {
		old.Arrangement.Status = dialog.ArrangementCancelled
		if err := t.saveDeal(p.Borrower.ID, old); err != nil {
			return "", err
		}
	}
	return "", nil
}

// activate lets an arrangement take effect on its account. A freeze that a
// promise has begun goes on: moving the promise does not lengthen it.
func (t *txn) activate(p person, a *dialog.Account, d deal) error {
	if d.LatePaused && a.Overdue.FrozenFrom.IsZero() {
		a.Overdue.FrozenFrom = p.today(t.now)
	}
	if d.DebitPaused && a.AutoDebit == "on" {
		a.AutoDebit = "paused"
	}
	return t.saveAccount(p.Borrower.ID, a)
}

// release undoes what activate did, unless something else still needs it.
func (t *txn) release(p person, a *dialog.Account, d deal) error {
	deals, err := list[deal](t, kindArrangement, p.Borrower.ID)
	if err != nil {
		return err
	}
	entries, err := list[entry](t, kindPayment, p.Borrower.ID)
	if err != nil {
		return err
	}
	frozen := false
	for _, other := range deals {
		same := other.Arrangement.Account == a.Ref && other.Arrangement.ID != d.Arrangement.ID
		frozen = frozen || same && other.LatePaused && other.Arrangement.Status == dialog.ArrangementActive
	}
	for _, e := range entries {
		frozen = frozen || e.Payment.Account == a.Ref && e.Payment.Status == "pending"
	}
	if !frozen {
		a.Overdue.FrozenFrom = dialog.Date{}
	}
	if d.DebitPaused && a.AutoDebit == "paused" {
		a.AutoDebit = "on"
	}
	return t.saveAccount(p.Borrower.ID, a)
}

func (t *txn) saveDeal(borrower string, d deal) error {
	if err := t.put(kindArrangement, d.Arrangement.ID, borrower, d); err != nil {
		return err
	}
	w := wire.NewArrangement(d.Arrangement)
	return t.post(wire.Webhook{Type: "arrangement.updated", Data: wire.WebhookData{Borrower: borrower, Arrangement: &w}})
}

func cancelArrangement(t *txn, r *http.Request, _ []byte) (reply, error) {
	p, err := t.person(r.PathValue("borrower"))
	if err != nil {
		return reply{}, err
	}
	var d deal
	owner, err := t.get(kindArrangement, r.PathValue("arrangement"), &d)
	if err == nil && owner != p.Borrower.ID {
		err = errNotFound
	}
	if err != nil {
		return reply{}, err
	}
	arr := &d.Arrangement
	if !d.live() {
		return refuse("not_active"), nil
	}
	window := p.Programme.CancelWindow
	late := window > 0 && t.now.After(arr.Created.Add(window))
	if late && arr.Kind != dialog.ArrangementPromise && arr.Status == dialog.ArrangementActive {
		return refuse("window_passed"), nil
	}
	was := arr.Status
	arr.Status = dialog.ArrangementCancelled
	if err := t.saveDeal(owner, d); err != nil {
		return reply{}, err
	}
	if was == dialog.ArrangementActive {
		a, err := t.account(owner, arr.Account)
		if err != nil {
			return reply{}, err
		}
		if err := t.release(p, &a, d); err != nil {
			return reply{}, err
		}
	}
	return ok(wire.NewArrangement(*arr)), nil
}
