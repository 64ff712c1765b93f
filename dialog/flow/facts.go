package flow

import (
	"time"

	"warmline/dialog"
)

// day is the civil date of a moment where the borrower lives.
func (d *draft) day(t time.Time) dialog.Date { return dialog.DateOf(t.In(d.zone())) }

func (d *draft) zone() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}

// at is a clock time of a date where the borrower lives.
func (d *draft) at(day dialog.Date, hour int) time.Time {
	return time.Date(day.Year, day.Month, day.Day, hour, 0, 0, 0, d.zone())
}

// arrangement returns the account's newest arrangement in one of the states.
func (d *draft) arrangement(kind dialog.ArrangementKind, states ...dialog.ArrangementStatus) (dialog.Arrangement, bool) {
	var found dialog.Arrangement
	ok := false
	for _, a := range d.Facts.Arrangements {
		if kind != "" && a.Kind != kind || d.Account.Ref != "" && a.Account != d.Account.Ref {
			continue
		}
		for _, s := range states {
			if a.Status == s && (!ok || a.Created.After(found.Created)) {
				found, ok = a, true
			}
		}
	}
	return found, ok
}

// active returns the newest arrangement of any kind that is in force.
func (d *draft) active() (dialog.Arrangement, bool) {
	return d.arrangement("", dialog.ArrangementActive)
}

// nextInstalment is the first payment of an active plan or deferral that the
// money paid so far does not cover.
func (d *draft) nextInstalment() (dialog.Instalment, bool) {
	for _, kind := range []dialog.ArrangementKind{dialog.ArrangementPlan, dialog.ArrangementDeferral} {
		if a, ok := d.arrangement(kind, dialog.ArrangementActive); ok {
			if left := unpaid(a); len(left) > 0 {
				return left[0], true
			}
		}
	}
	return dialog.Instalment{}, false
}

// unpaid returns the payments of an arrangement that are still to come; one
// that is paid in part counts with what is left of it.
func unpaid(a dialog.Arrangement) []dialog.Instalment {
	paid := a.Paid.Minor
	for i, s := range a.Schedule {
		if paid < s.Amount.Minor {
			left := append([]dialog.Instalment(nil), a.Schedule[i:]...)
			left[0].Amount.Minor -= paid
			return left
		}
		paid -= s.Amount.Minor
	}
	return nil
}

// pendingPayment returns the account's newest payment that is on its way.
func (d *draft) pendingPayment() (dialog.Payment, bool) {
	var found dialog.Payment
	for _, p := range d.Facts.Payments {
		if p.Status == "pending" && (p.Account == "" || p.Account == d.Account.Ref) && p.At.After(found.At) {
			found = p
		}
	}
	return found, !found.At.IsZero()
}

// openCall returns the call with a reference whose answer is awaited.
func (d *draft) openCall(ref string) (dialog.OpenCall, bool) {
	for _, c := range d.Conv.Calls {
		if c.Ref == ref {
			return c, true
		}
	}
	return dialog.OpenCall{}, false
}

// openCase returns the ticket of a kind whose outcome is awaited.
func (d *draft) openCase(kind dialog.CaseKind) (dialog.OpenCase, bool) {
	for _, c := range append(d.Conv.Cases[:len(d.Conv.Cases):len(d.Conv.Cases)], d.Cases...) {
		if c.Kind == kind {
			return c, true
		}
	}
	return dialog.OpenCase{}, false
}

// fileCase opens a case at the lender, once for each kind, and returns whether
// it is new.
func (d *draft) fileCase(kind dialog.CaseKind, fields map[string]string) bool {
	if _, open := d.openCase(kind); open {
		return false
	}
	c := d.call(dialog.Call{Kind: dialog.CallCaseOpen, Case: kind, Account: d.Account.Ref, Fields: fields})
	d.Cases = append(d.Cases, dialog.OpenCase{Kind: kind, Ref: c.Ref, Opened: d.Now})
	return true
}
