package wire

import (
	"fmt"
	"strings"
	"time"

	"warmline/dialog"
)

// NewCase maps facts to the wire; the desk's part has no place there.
func NewCase(f dialog.Facts) Case {
	c := Case{Borrower: NewBorrower(f.Borrower), Programme: NewProgramme(f.Programme),
		Accounts: []Account{}, Arrangements: []Arrangement{}, Payments: []Payment{},
		Contacts: []Contact{}, Facts: NewFacts(f.Table)}
	for _, a := range f.Accounts {
		c.Accounts = append(c.Accounts, NewAccount(a))
	}
	for _, a := range f.Arrangements {
		c.Arrangements = append(c.Arrangements, NewArrangement(a))
	}
	for _, p := range f.Payments {
		c.Payments = append(c.Payments, NewPayment(p))
	}
	for _, k := range f.Contacts {
		c.Contacts = append(c.Contacts, NewContact(k))
	}
	return c
}

// NewBorrower maps a borrower to the wire.
func NewBorrower(b dialog.Borrower) Borrower {
	return Borrower{ID: b.ID, Name: b.Name, Locale: string(b.Locale), Zone: b.Zone, Zones: b.Zones,
		Packs: b.Packs, Lender: b.Lender, Phone: b.Phone, Consents: b.Consents}
}

// NewFacts maps a fact table to the wire; it is never nil.
func NewFacts(table []dialog.Fact) []Fact {
	out := []Fact{}
	for _, e := range table {
		out = append(out, Fact{Key: e.Key, Date: e.Date.String(), Value: e.Value})
	}
	return out
}

// NewAccount maps an account to the wire.
func NewAccount(a dialog.Account) Account {
	return Account{
		Ref: a.Ref, Product: a.Product, Currency: string(a.Currency), Version: a.Version,
		Overdue: newOverdue(a.Overdue, a.Currency), NotYetDue: decimal(a.NotYetDue, a.Currency),
		NextDue: a.NextDue.String(), NextDueAmount: optDecimal(a.NextDueAmount),
		ContractRateDaily: optRate(a.ContractRateDaily),
		AutoDebit:         a.AutoDebit, DebitFailure: a.DebitFailure,
	}
}

func newOverdue(o dialog.Overdue, c dialog.Currency) Overdue {
	out := Overdue{Principal: decimal(o.Principal, c), Interest: decimal(o.Interest, c),
		LateRateDaily: Rate(o.LateRateDaily), Due: o.Due.String(), FrozenFrom: o.FrozenFrom.String()}
	for _, f := range o.Fees {
		out.Fees = append(out.Fees, Fee{Kind: f.Kind, Amount: decimal(f.Amount, c), Basis: f.Basis, Date: f.Date.String()})
	}
	return out
}

// NewProgramme maps a programme to the wire; its currency is the least
// instalment's.
func NewProgramme(p dialog.Programme) Programme {
	out := Programme{
		ID: p.ID, Version: p.Version, Currency: string(p.MinInstalment.Currency), Plans: p.Plans,
		MinInstalment: p.MinInstalment.Decimal(), PlanInterest: p.PlanInterest,
		FirstPaymentDays: p.FirstPaymentDays,
		Deferral: Deferral{MaxDays: p.Deferral.MaxDays, PauseLateInterest: p.Deferral.PauseLateInterest,
			OrdinaryDaily: optRate(p.Deferral.OrdinaryDaily), CooldownDays: p.Deferral.CooldownDays},
		Promise:    Promise{FreezeDays: p.Promise.FreezeDays, Moves: p.Promise.Moves},
		PartialMin: optDecimal(p.PartialMin), QuoteTTL: Duration(p.QuoteTTL),
		CancelWindow: Duration(p.CancelWindow), WaiverReview: p.WaiverReview,
	}
	if out.Plans == nil {
		out.Plans = []int{}
	}
	return out
}

// NewArrangement maps an arrangement to the wire.
func NewArrangement(a dialog.Arrangement) Arrangement {
	return Arrangement{ID: a.ID, Account: a.Account, Currency: string(a.Total.Currency), Kind: string(a.Kind),
		Status: string(a.Status), Reason: a.Reason, Schedule: NewSchedule(a.Schedule), Total: a.Total.Decimal(),
		Days: a.Days, Created: a.Created, Paid: optDecimal(a.Paid), ClientRef: a.ClientRef, Moves: a.Moves}
}

// NewSchedule maps instalments to the wire; it is never nil.
func NewSchedule(in []dialog.Instalment) []Instalment {
	out := []Instalment{}
	for _, i := range in {
		out = append(out, Instalment{Due: i.Due.String(), Amount: i.Amount.Decimal()})
	}
	return out
}

// NewPayment maps a payment to the wire.
func NewPayment(p dialog.Payment) Payment {
	return Payment{Ref: p.Ref, Account: p.Account, Currency: string(p.Amount.Currency),
		Amount: p.Amount.Decimal(), At: p.At, Status: p.Status, ReceiptID: p.ReceiptID}
}

// NewContact maps a contact of the lender's to the wire.
func NewContact(c dialog.ContactCount) Contact {
	return Contact{Channel: string(c.Channel), At: c.At, Class: string(c.Class), Answered: c.Answered, Account: c.Account, Point: c.Address}
}

// Rate writes billionths a day as a decimal fraction: 500 000 is "0.0005".
func Rate(r dialog.Rate) string {
	s := strings.TrimRight(fmt.Sprintf("%d.%09d", r/1_000_000_000, r%1_000_000_000), "0")
	return strings.TrimSuffix(s, ".")
}

// Duration writes a length of time in whole hours, minutes or seconds,
// whichever is the largest that loses nothing.
func Duration(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

// decimal writes a sum that is always there, even if its value was never set.
func decimal(m dialog.Money, c dialog.Currency) string {
	return dialog.NewMoney(m.Minor, c).Decimal()
}

func optDecimal(m dialog.Money) string {
	if m == (dialog.Money{}) {
		return ""
	}
	return m.Decimal()
}

func optRate(r dialog.Rate) string {
	if r == 0 {
		return ""
	}
	return Rate(r)
}
