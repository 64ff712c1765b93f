package sandbox

import (
	"warmline/dialog"
	"warmline/dialog/loan"
)

// applied is what a payment went to.
type applied struct {
	Fees        []dialog.Fee `json:"fees,omitempty"`
	Interest    dialog.Money `json:"interest,omitzero"`
	Principal   dialog.Money `json:"principal,omitzero"`
	NotYetDue   dialog.Money `json:"not_yet_due,omitzero"`
	Due         dialog.Date  `json:"due,omitzero"` // of the overdue part before
	Arrangement string       `json:"arrangement,omitempty"`
}

// pay applies a sum to costs, then interest, then principal, then what is not
// yet due. Late interest so far on the part that is paid is kept as a line of its own,
// so that what is owed afterwards is exactly what was owed less the sum. cost
// is what an arrangement adds to the sum owed (a deferral's ordinary interest).
func pay(a *dialog.Account, sum, cost dialog.Money, day dialog.Date) applied {
	o := &a.Overdue
	done, left := applied{Due: o.Due}, sum.Minor
	take := func(from *dialog.Money) dialog.Money {
		n := min(left, from.Minor)
		left -= n
		from.Minor -= n
		return dialog.NewMoney(n, a.Currency)
	}
	late := loan.Owed(*a, day).Late
	var fees []dialog.Fee
	for _, f := range o.Fees {
		if got := take(&f.Amount); !got.Zero() {
			done.Fees = append(done.Fees, dialog.Fee{Kind: f.Kind, Amount: got, Basis: f.Basis, Date: f.Date})
		}
		if !f.Amount.Zero() {
			fees = append(fees, f)
		}
	}
	done.Interest, done.Principal = take(&o.Interest), take(&o.Principal)
	rest := late.Sub(loan.Owed(*a, day).Late)
	take(&rest)
	take(&cost)
	if !rest.Zero() {
		fees = append(fees, dialog.Fee{Kind: dialog.FeeLateInterest, Amount: rest, Date: day})
	}
	o.Fees = fees
	if o.Principal.Zero() && o.Interest.Zero() && len(o.Fees) == 0 {
		*o = dialog.Overdue{Principal: o.Principal, Interest: o.Interest, LateRateDaily: o.LateRateDaily}
	}
	done.NotYetDue = dialog.NewMoney(left, a.Currency)
	prepay(a, left)
	return done
}

// prepay takes a sum off what is not yet due; a covered instalment moves the
// next date on by a month.
func prepay(a *dialog.Account, sum int64) {
	if sum <= 0 {
		return
	}
	each := a.NextDueAmount.Minor
	a.NotYetDue.Minor = max(0, a.NotYetDue.Minor-sum)
	a.NextDueAmount.Minor = max(0, each-sum)
	if a.NextDueAmount.Zero() && !a.NextDue.IsZero() {
		a.NextDue = a.NextDue.AddMonths(1, a.NextDue.Day)
		a.NextDueAmount = dialog.NewMoney(min(each, a.NotYetDue.Minor), a.Currency)
	}
	if a.NotYetDue.Zero() {
		a.NextDue, a.NextDueAmount = dialog.Date{}, dialog.Money{}
	}
}

// undo puts back what a payment that was reversed had paid.
func undo(a *dialog.Account, done applied) {
	o := &a.Overdue
	o.Interest, o.Principal = o.Interest.Add(done.Interest), o.Principal.Add(done.Principal)
	var fees []dialog.Fee
	for _, f := range o.Fees {
		// Late interest accrues on the restored sum again, from its date.
		if f.Kind != dialog.FeeLateInterest {
			fees = append(fees, f)
		}
	}
	o.Fees = append(fees, done.Fees...)
	if o.Due.IsZero() {
		o.Due = done.Due
	}
	o.FrozenFrom = dialog.Date{}
	a.NotYetDue = a.NotYetDue.Add(done.NotYetDue)
}
