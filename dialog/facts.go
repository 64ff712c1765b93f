package dialog

import (
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Rate is an interest rate per day in billionths: 0.0005 a day is 500 000.
type Rate int64

// ParseRate reads a decimal fraction per day ("0.0005").
func ParseRate(s string) (Rate, error) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, fmt.Errorf("rate %q: expected a decimal fraction per day", s)
	}
	r.Mul(r, big.NewRat(1_000_000_000, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, fmt.Errorf("rate %q: expected at most nine decimals", s)
	}
	return Rate(r.Num().Int64()), nil
}

// Percent writes the rate as percent per day, without the sign: "0.05".
func (r Rate) Percent() string {
	s := new(big.Rat).SetFrac64(int64(r), 10_000_000).FloatString(7)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Fee is a charge on an account, with the contract clause it rests on.
type Fee struct {
	Kind   string `json:"kind"`
	Amount Money  `json:"amount"`
	Basis  string `json:"basis,omitempty"`
	Date   Date   `json:"date,omitzero"`
}

// FeeLateInterest is the kind of a fee line that is no fee: late interest so far
// on what has been paid meanwhile. It counts as late interest everywhere.
const FeeLateInterest = "late_interest"

// Overdue is the part of an account that is past its date.
type Overdue struct {
	Principal     Money `json:"principal"`
	Interest      Money `json:"interest"`
	Fees          []Fee `json:"fees,omitempty"`
	LateRateDaily Rate  `json:"late_rate_daily"` // on principal + interest, per day late, simple
	Due           Date  `json:"due"`
	FrozenFrom    Date  `json:"frozen_from,omitzero"` // late interest stops here (a payment in flight, a live promise)
}

// Payment is money that the lender has seen.
type Payment struct {
	Ref       string    `json:"ref"`
	Account   string    `json:"account"`
	Amount    Money     `json:"amount"`
	At        time.Time `json:"at"`     // the instruction
	Status    string    `json:"status"` // pending, settled, reversed
	ReceiptID string    `json:"receipt_id,omitempty"`
}

// Account is a credit account as the lender states it.
type Account struct {
	Ref               string   `json:"ref"`
	Product           string   `json:"product"`
	Currency          Currency `json:"currency"`
	Version           string   `json:"version"` // the lender's ETag: changes when any term does
	Overdue           Overdue  `json:"overdue"`
	NotYetDue         Money    `json:"not_yet_due"`
	NextDue           Date     `json:"next_due,omitzero"`
	NextDueAmount     Money    `json:"next_due_amount,omitzero"`
	ContractRateDaily Rate     `json:"contract_rate_daily,omitempty"` // ordinary interest, for plans at the contract rate
	AutoDebit         string   `json:"auto_debit,omitempty"`          // "", on, paused, failed
	DebitFailure      string   `json:"debit_failure,omitempty"`       // lender's code: card_expired, insufficient, technical
}

// IsOverdue reports whether anything is past its date on day.
func (a Account) IsOverdue(day Date) bool {
	return a.Overdue.Principal.Minor+a.Overdue.Interest.Minor > 0 && a.Overdue.Due.Before(day)
}

// DeferralTerms is what a programme allows of deferral.
type DeferralTerms struct {
	MaxDays           int  `json:"max_days"`
	PauseLateInterest bool `json:"pause_late_interest"`
	OrdinaryDaily     Rate `json:"ordinary_daily"` // on principal, per day deferred
	CooldownDays      int  `json:"cooldown_days"`
}

// PromiseTerms is what a programme allows of promises.
type PromiseTerms struct {
	FreezeDays int `json:"freeze_days"` // late interest stands still for at most so long while a promise lives
	Moves      int `json:"moves"`
}

// Programme is what the lender offers to an account.
type Programme struct {
	ID               string        `json:"id"`
	Version          string        `json:"version"`
	Plans            []int         `json:"plans"` // allowed numbers of monthly instalments
	MinInstalment    Money         `json:"min_instalment"`
	PlanInterest     string        `json:"plan_interest"` // frozen (default), contract (level payments) or contract_principal (equal principal)
	FirstPaymentDays int           `json:"first_payment_days"`
	Deferral         DeferralTerms `json:"deferral"`
	Promise          PromiseTerms  `json:"promise"`
	PartialMin       Money         `json:"partial_min,omitzero"`
	QuoteTTL         time.Duration `json:"quote_ttl"`     // nanoseconds in JSON
	CancelWindow     time.Duration `json:"cancel_window"` // after activation
	WaiverReview     bool          `json:"waiver_review"`
}

// Instalment is one dated payment of a schedule.
type Instalment struct {
	Due    Date  `json:"due"`
	Amount Money `json:"amount"`
}

// Arrangement is an agreement as the lender holds it.
type Arrangement struct {
	ID        string            `json:"id"`
	Account   string            `json:"account"`
	Kind      ArrangementKind   `json:"kind"`
	Status    ArrangementStatus `json:"status"`
	Reason    string            `json:"reason,omitempty"` // of a rejection
	Schedule  []Instalment      `json:"schedule"`
	Total     Money             `json:"total"`
	Days      int               `json:"days,omitempty"` // of a deferral
	Created   time.Time         `json:"created"`
	Paid      Money             `json:"paid,omitzero"`
	ClientRef string            `json:"client_ref,omitempty"` // our quote id
	Moves     int               `json:"moves,omitempty"`      // of a promise
}

// ContactCount is one contact with a person, the lender's own or ours. One of
// which the debt or the contact point is not known counts for each.
type ContactCount struct {
	Channel  ChannelKind `json:"channel"`
	At       time.Time   `json:"at"`
	Class    CommClass   `json:"class"`
	Answered bool        `json:"answered,omitempty"`
	Account  string      `json:"account,omitempty"`
	Address  string      `json:"address,omitempty"` // the contact point, opaque
}

// Borrower is who the case is about.
type Borrower struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Locale   Locale          `json:"locale"`
	Zone     string          `json:"zone"`            // IANA
	Zones    []string        `json:"zones,omitempty"` // every plausible zone
	Packs    []string        `json:"packs"`
	Lender   string          `json:"lender"`          // the lender's display name in the borrower's language
	Phone    string          `json:"phone,omitempty"` // masked
	Consents map[string]bool `json:"consents,omitempty"`
}

// DeskFacts is what is known of the human desk now.
type DeskFacts struct {
	Open     bool          `json:"open"`
	ETA      time.Duration `json:"eta"`      // honest estimate; 0 when not known
	Position int           `json:"position"` // in the queue, 0 when not in it
	OnCall   bool          `json:"on_call"`  // somebody is on call for a crisis
	NextOpen time.Time     `json:"next_open,omitzero"`
	Slots    []time.Time   `json:"slots,omitempty"` // call-back slots that can be had
}

// Fact is an entry of the lender's approved fact table: what may be said of
// consequences, credit records, debits and payments.
type Fact struct {
	Key   string `json:"key"` // "credit.report", "visits", "contacts", "limit", "debit.timing", "wallet.use", "payee", "domain"
	Date  Date   `json:"date,omitzero"`
	Value string `json:"value,omitempty"` // yes, no, or a name/domain that may be shown
}

// Facts is what the outside world said for one turn. Unavailable is a value,
// not an error: Step answers it.
type Facts struct {
	Unavailable  bool           `json:"unavailable,omitempty"`
	Borrower     Borrower       `json:"borrower"`
	Accounts     []Account      `json:"accounts,omitempty"`
	Programme    Programme      `json:"programme"`
	Arrangements []Arrangement  `json:"arrangements,omitempty"`
	Payments     []Payment      `json:"payments,omitempty"`
	Contacts     []ContactCount `json:"contacts,omitempty"`
	Table        []Fact         `json:"table,omitempty"`
	Desk         DeskFacts      `json:"desk"`
}

// Account returns the account with a reference.
func (f Facts) Account(ref string) (Account, bool) {
	for _, a := range f.Accounts {
		if a.Ref == ref {
			return a, true
		}
	}
	return Account{}, false
}

// Fact returns an entry of the fact table.
func (f Facts) Fact(key string) (Fact, bool) {
	for _, e := range f.Table {
		if e.Key == key {
			return e, true
		}
	}
	return Fact{}, false
}
