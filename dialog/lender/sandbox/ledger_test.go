package sandbox

import (
	"testing"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/loan"
)

func cny(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }

func nineDaysLate() dialog.Account {
	return dialog.Account{Ref: "a", Currency: "CNY", NotYetDue: cny(160000),
		NextDue: dialog.NewDate(2026, 12, 12), NextDueAmount: cny(82400),
		Overdue: dialog.Overdue{Principal: cny(80000), Interest: cny(2400), LateRateDaily: 500_000,
			Due: dialog.NewDate(2026, 11, 12)}}
}

var day9 = dialog.NewDate(2026, 11, 21)

func TestPay(t *testing.T) {
	fee := []dialog.Fee{{Kind: "late_fee", Amount: cny(1000)}}
	tests := []struct {
		name                      string
		fees                      []dialog.Fee
		sum, cost                 int64
		interest, principal, owed int64
		notYet                    int64
	}{
		{"whole", nil, 82771, 0, 0, 0, 0, 160000},
		{"interest before principal", nil, 20000, 0, 0, 62400, 62771, 160000},
		{"less than the interest", nil, 1000, 0, 1400, 80000, 81771, 160000},
		{"costs first", fee, 1500, 0, 1900, 80000, 82271, 160000},
		{"without the late interest", nil, 82400, 0, 0, 0, 371, 160000},
		{"more than is owed", nil, 92771, 0, 0, 0, 0, 150000},
		{"with what a deferral costs", nil, 83491, 720, 0, 0, 0, 160000},
		{"with the next instalment", nil, 82771 + 82400, 0, 0, 0, 0, 77600},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := nineDaysLate()
			a.Overdue.Fees = tt.fees
			pay(&a, cny(tt.sum), cny(tt.cost), day9)
			owed := loan.Owed(a, day9).Total.Minor
			if fees := loan.Owed(a, day9).Fees; !fees.Zero() {
				t.Errorf("%d minor units of fees that nobody has charged", fees.Minor)
			}
			if a.Overdue.Interest.Minor != tt.interest || a.Overdue.Principal.Minor != tt.principal || owed != tt.owed || a.NotYetDue.Minor != tt.notYet {
				t.Errorf("interest %d principal %d owed %d not yet due %d, want %d %d %d %d", a.Overdue.Interest.Minor,
					a.Overdue.Principal.Minor, owed, a.NotYetDue.Minor, tt.interest, tt.principal, tt.owed, tt.notYet)
			}
		})
	}
}

func TestPrepayMovesTheNextDate(t *testing.T) {
	a := nineDaysLate()
	pay(&a, cny(82771+82400), cny(0), day9)
	if a.NextDue != dialog.NewDate(2027, 1, 12) || a.NextDueAmount.Minor != 77600 {
		t.Errorf("next %s %d", a.NextDue, a.NextDueAmount.Minor)
	}
	pay(&a, cny(77600), cny(0), day9)
	if !a.NextDue.IsZero() || !a.NotYetDue.Zero() {
		t.Errorf("after everything is paid: next %s, not yet due %d", a.NextDue, a.NotYetDue.Minor)
	}
}

// What is owed after a payment is what was owed before, less the sum.
func TestPayIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := nineDaysLate()
		a.Overdue.Principal.Minor = rapid.Int64Range(0, 1e9).Draw(t, "principal")
		a.Overdue.Interest.Minor = rapid.Int64Range(0, 1e7).Draw(t, "interest")
		a.Overdue.LateRateDaily = dialog.Rate(rapid.Int64Range(0, 2e6).Draw(t, "rate"))
		a.Overdue.Fees = []dialog.Fee{{Kind: "late_fee", Amount: cny(rapid.Int64Range(0, 1e5).Draw(t, "fee"))}}
		day := a.Overdue.Due.AddDays(rapid.IntRange(0, 200).Draw(t, "days"))
		before := loan.Owed(a, day).Total.Minor
		if before == 0 {
			return
		}
		sum := rapid.Int64Range(1, before).Draw(t, "sum")
		pay(&a, cny(sum), cny(0), day)
		if after := loan.Owed(a, day).Total.Minor; after != before-sum {
			t.Fatalf("owed %d, paid %d, then owed %d", before, sum, after)
		}
	})
}

func TestUndoPutsBackTheSumOwed(t *testing.T) {
	for _, sum := range []int64{500, 20000, 82771} {
		a := nineDaysLate()
		a.Overdue.Fees = []dialog.Fee{{Kind: "late_fee", Amount: cny(1000)}}
		before := loan.Owed(a, day9).Total
		done := pay(&a, cny(sum), cny(0), day9)
		undo(&a, done)
		if after := loan.Owed(a, day9).Total; after != before {
			t.Errorf("paid %d and undone: owed %d, want %d", sum, after.Minor, before.Minor)
		}
	}
}
