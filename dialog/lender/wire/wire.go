// Package wire is the lender's document in Go: one struct for each schema of
// openapi.yaml, and the two-way mapping between those and the words of package
// dialog. Money is a decimal string here and exact minor units there; a value
// that cannot be read is reported by the name of its field, never by its
// content, so that the errors can be logged.
package wire

import "time"

// Borrower is schema Borrower.
type Borrower struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Locale   string          `json:"locale"`
	Zone     string          `json:"zone"`
	Zones    []string        `json:"zones,omitempty"`
	Packs    []string        `json:"packs"`
	Lender   string          `json:"lender"`
	Phone    string          `json:"phone,omitempty"`
	Consents map[string]bool `json:"consents,omitempty"`
}

// Fee is schema Fee; Amount is a decimal in the account's currency.
type Fee struct {
	Kind   string `json:"kind"`
	Amount string `json:"amount"`
	Basis  string `json:"basis,omitempty"`
	Date   string `json:"date,omitempty"`
}

// Overdue is schema Overdue; Due is empty when nothing is past its date.
type Overdue struct {
	Principal     string `json:"principal"`
	Interest      string `json:"interest"`
	Fees          []Fee  `json:"fees,omitempty"`
	LateRateDaily string `json:"late_rate_daily"`
	Due           string `json:"due,omitempty"`
	FrozenFrom    string `json:"frozen_from,omitempty"`
}

// Account is schema Account.
type Account struct {
	Ref               string  `json:"ref"`
	Product           string  `json:"product"`
	Currency          string  `json:"currency"`
	Version           string  `json:"version"`
	Overdue           Overdue `json:"overdue"`
	NotYetDue         string  `json:"not_yet_due"`
	NextDue           string  `json:"next_due,omitempty"`
	NextDueAmount     string  `json:"next_due_amount,omitempty"`
	ContractRateDaily string  `json:"contract_rate_daily,omitempty"`
	AutoDebit         string  `json:"auto_debit,omitempty"`
	DebitFailure      string  `json:"debit_failure,omitempty"`
}

// Deferral is the deferral part of schema Programme.
type Deferral struct {
	MaxDays           int    `json:"max_days"`
	PauseLateInterest bool   `json:"pause_late_interest,omitempty"`
	OrdinaryDaily     string `json:"ordinary_daily,omitempty"`
	CooldownDays      int    `json:"cooldown_days,omitempty"`
}

// Promise is the promise part of schema Programme.
type Promise struct {
	FreezeDays int `json:"freeze_days,omitempty"`
	Moves      int `json:"moves,omitempty"`
}

// Programme is schema Programme; durations are written "24h".
type Programme struct {
	ID               string   `json:"id"`
	Version          string   `json:"version"`
	Currency         string   `json:"currency"`
	Plans            []int    `json:"plans"`
	MinInstalment    string   `json:"min_instalment"`
	PlanInterest     string   `json:"plan_interest,omitempty"`
	FirstPaymentDays int      `json:"first_payment_days,omitempty"`
	Deferral         Deferral `json:"deferral"`
	Promise          Promise  `json:"promise"`
	PartialMin       string   `json:"partial_min,omitempty"`
	QuoteTTL         string   `json:"quote_ttl"`
	CancelWindow     string   `json:"cancel_window"`
	WaiverReview     bool     `json:"waiver_review,omitempty"`
}

// Instalment is schema Instalment.
type Instalment struct {
	Due    string `json:"due"`
	Amount string `json:"amount"`
}

// Arrangement is schema Arrangement.
type Arrangement struct {
	ID        string       `json:"id"`
	Account   string       `json:"account"`
	Currency  string       `json:"currency"`
	Kind      string       `json:"kind"`
	Status    string       `json:"status"`
	Reason    string       `json:"reason,omitempty"`
	Schedule  []Instalment `json:"schedule"`
	Total     string       `json:"total"`
	Days      int          `json:"days,omitempty"`
	Created   time.Time    `json:"created"`
	Paid      string       `json:"paid,omitempty"`
	ClientRef string       `json:"client_ref,omitempty"`
	Moves     int          `json:"moves,omitempty"`
}

// ArrangementRequest is schema ArrangementRequest.
type ArrangementRequest struct {
	Account     string       `json:"account"`
	Currency    string       `json:"currency"`
	Kind        string       `json:"kind"`
	Schedule    []Instalment `json:"schedule"`
	Total       string       `json:"total"`
	Days        int          `json:"days,omitempty"`
	LatePaused  bool         `json:"late_paused,omitempty"`
	DebitPaused bool         `json:"debit_paused,omitempty"`
	Replaces    string       `json:"replaces,omitempty"`
}

// Payment is schema Payment; At is the moment of the instruction.
type Payment struct {
	Ref       string    `json:"ref"`
	Account   string    `json:"account"`
	Currency  string    `json:"currency"`
	Amount    string    `json:"amount"`
	At        time.Time `json:"at"`
	Status    string    `json:"status"`
	ReceiptID string    `json:"receipt_id,omitempty"`
}

// Contact is schema Contact: one contact that the lender made.
type Contact struct {
	Channel  string    `json:"channel"`
	At       time.Time `json:"at"`
	Class    string    `json:"class"`
	Answered bool      `json:"answered,omitempty"`
	Account  string    `json:"account,omitempty"`
	Point    string    `json:"contact_point,omitempty"`
}

// Fact is schema Fact: an entry of the approved fact table.
type Fact struct {
	Key   string `json:"key"`
	Date  string `json:"date,omitempty"`
	Value string `json:"value,omitempty"`
}

// Case is schema Case: what one turn needs.
type Case struct {
	Borrower     Borrower      `json:"borrower"`
	Accounts     []Account     `json:"accounts"`
	Programme    Programme     `json:"programme"`
	Arrangements []Arrangement `json:"arrangements"`
	Payments     []Payment     `json:"payments"`
	Contacts     []Contact     `json:"contacts"`
	Facts        []Fact        `json:"facts"`
}

// History is schema History.
type History struct {
	Payments  []Payment     `json:"payments"`
	Plans     []Arrangement `json:"plans"`
	Deferrals []Arrangement `json:"deferrals"`
	Promises  []Arrangement `json:"promises"`
	Fees      []Fee         `json:"fees"`
	Contacts  []Contact     `json:"contacts"`
}

// PaymentLinkRequest is schema PaymentLinkRequest.
type PaymentLinkRequest struct {
	Account  string            `json:"account"`
	Currency string            `json:"currency"`
	Amount   string            `json:"amount"`
	Details  map[string]string `json:"details,omitempty"`
}

// PaymentLink is schema PaymentLink.
type PaymentLink struct {
	ID      string    `json:"id"`
	URL     string    `json:"url"`
	Expires time.Time `json:"expires,omitzero"`
}

// DebitRequest is schema DebitRequest.
type DebitRequest struct {
	Until   string            `json:"until,omitempty"`
	Details map[string]string `json:"details,omitempty"`
}

// Debit is schema Debit.
type Debit struct {
	ID        string `json:"id"`
	AutoDebit string `json:"auto_debit"`
}

// TicketRequest is schema TicketRequest.
type TicketRequest struct {
	Kind     string            `json:"kind"`
	Account  string            `json:"account,omitempty"`
	Currency string            `json:"currency,omitempty"`
	Amount   string            `json:"amount,omitempty"`
	Date     string            `json:"date,omitempty"`
	Details  map[string]string `json:"details,omitempty"`
}

// Ticket is schema Ticket.
type Ticket struct {
	Ticket    string    `json:"ticket"`
	Kind      string    `json:"kind"`
	Status    string    `json:"status"`
	ClientRef string    `json:"client_ref,omitempty"`
	Due       time.Time `json:"due"`
	Outcome   string    `json:"outcome,omitempty"`
	Evidence  string    `json:"evidence,omitempty"`
}

// Resolution is schema Resolution.
type Resolution struct {
	Outcome  string            `json:"outcome"`
	Evidence string            `json:"evidence,omitempty"`
	Details  map[string]string `json:"details,omitempty"`
}

// ContactUpdate is schema ContactUpdate.
type ContactUpdate struct {
	Kind    string            `json:"kind"`
	Channel string            `json:"channel,omitempty"`
	Details map[string]string `json:"details,omitempty"`
}

// ContactState is schema ContactState.
type ContactState struct {
	ID string `json:"id"`
}

// Problem is schema Problem: a code, and for a refusal its reason.
type Problem struct {
	Code   string `json:"code"`
	Reason string `json:"reason,omitempty"`
}

// Webhook is schema Webhook.
type Webhook struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      WebhookData `json:"data"`
}

// WebhookData is the data of schema Webhook: the borrower, and the one thing
// that the type names.
type WebhookData struct {
	Borrower    string       `json:"borrower"`
	Payment     *Payment     `json:"payment,omitempty"`
	Arrangement *Arrangement `json:"arrangement,omitempty"`
	Account     *Account     `json:"account,omitempty"`
	Case        *Ticket      `json:"case,omitempty"`
}
