package journey

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

// Decimal is a number kept as it was written, so that 800.00 stays exact.
type Decimal string

// UnmarshalYAML keeps the scalar's own characters.
func (d *Decimal) UnmarshalYAML(raw []byte) error {
	s := strings.Trim(strings.TrimSpace(string(raw)), `"'`)
	if s == "null" || s == "~" {
		s = ""
	}
	*d = Decimal(s)
	return nil
}

// File is one written conversation.
type File struct {
	Path      string            `yaml:"-"`
	Name      string            `yaml:"name"`
	Locale    string            `yaml:"locale"`
	Packs     []string          `yaml:"packs"`
	Now       string            `yaml:"now"`
	Zone      string            `yaml:"zone"`
	Model     string            `yaml:"model"`
	Borrower  Borrower          `yaml:"borrower"`
	Account   *Account          `yaml:"account"`
	Accounts  []Account         `yaml:"accounts"`
	Programme Programme         `yaml:"programme"`
	History   History           `yaml:"history"`
	Consents  Consents          `yaml:"consents"`
	Steps     []Step            `yaml:"steps"`
	End       End               `yaml:"end"`
	Channel   string            `yaml:"channel"`
	Facts     map[string]string `yaml:"facts"` // the approved fact table
}

// Borrower is who writes.
type Borrower struct {
	ID    string `yaml:"id"`
	Name  string `yaml:"name"`
	Level *int   `yaml:"level"`
}

// Fee is a charge of an account.
type Fee struct {
	Kind   string  `yaml:"kind"`
	Amount Decimal `yaml:"amount"`
	Basis  string  `yaml:"basis"`
	Date   string  `yaml:"date"`
}

// Overdue is the late part of an account.
type Overdue struct {
	Principal     Decimal `yaml:"principal"`
	Interest      Decimal `yaml:"interest"`
	LateRateDaily Decimal `yaml:"late_rate_daily"`
	Due           string  `yaml:"due"`
	Fees          []Fee   `yaml:"fees"`
}

// Account is the lender's answer in the contract's own fields.
type Account struct {
	Ref           string   `yaml:"ref"`
	Product       string   `yaml:"product"`
	Currency      string   `yaml:"currency"`
	Overdue       *Overdue `yaml:"overdue"`
	NotYetDue     Decimal  `yaml:"not_yet_due"`
	NextDue       string   `yaml:"next_due"`
	NextDueAmount Decimal  `yaml:"next_due_amount"`
	AutoDebit     string   `yaml:"auto_debit"`
	DebitFailure  string   `yaml:"debit_failure"`
}

// Deferral is the programme's deferral part.
type Deferral struct {
	MaxDays           *int    `yaml:"max_days"`
	PauseLateInterest *bool   `yaml:"pause_late_interest"`
	OrdinaryDaily     Decimal `yaml:"ordinary_daily"`
	CooldownDays      *int    `yaml:"cooldown_days"`
}

// Promise is the programme's promise part.
type Promise struct {
	FreezeDays *int `yaml:"freeze_days"`
	Moves      *int `yaml:"moves"`
}

// Programme is what the lender offers.
type Programme struct {
	Plans            []int    `yaml:"plans"`
	MinInstalment    Decimal  `yaml:"min_instalment"`
	FirstPaymentDays *int     `yaml:"first_payment_days"`
	QuoteTTL         string   `yaml:"quote_ttl"`
	CancelWindow     string   `yaml:"cancel_window"`
	PlanInterest     string   `yaml:"plan_interest"`
	PartialMin       Decimal  `yaml:"partial_min"`
	WaiverReview     *bool    `yaml:"waiver_review"`
	Deferral         Deferral `yaml:"deferral"`
	Promise          Promise  `yaml:"promise"`
}

// Past is one entry of a history list. Which fields count depends on the list.
type Past struct {
	ID      string  `yaml:"id"`
	Account string  `yaml:"account"`
	Date    string  `yaml:"date"`
	At      string  `yaml:"at"`
	Made    string  `yaml:"made"`
	Due     string  `yaml:"due"`
	Amount  Decimal `yaml:"amount"`
	Total   Decimal `yaml:"total"`
	Count   int     `yaml:"count"`
	Days    int     `yaml:"days"`
	Status  string  `yaml:"status"`
	Kind    string  `yaml:"kind"`
	Ref     string  `yaml:"ref"`
	Receipt string  `yaml:"receipt"`
	Channel string  `yaml:"channel"`
	Class   string  `yaml:"class"`
	Moves   int     `yaml:"moves"`
}

// UnmarshalYAML also accepts the contract's own names for an entry's times and
// numbers; what it does not know of an entry is left alone.
func (p *Past) UnmarshalYAML(raw []byte) error {
	type plain Past
	if err := yaml.Unmarshal(raw, (*plain)(p)); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	var all map[string]any
	if err := yaml.Unmarshal(raw, &all); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	other := func(at *string, names ...string) {
		for _, name := range names {
			if v, ok := all[name]; ok && *at == "" {
				*at = fmt.Sprint(v)
			}
		}
	}
	other(&p.Made, "created", "agreed", "start", "from", "on", "when")
	other(&p.Due, "until", "end", "to", "new_due", "promised", "first")
	other(&p.Receipt, "receipt_id")
	if n, err := strconv.Atoi(fmt.Sprint(all["instalments"])); err == nil && p.Count == 0 {
		p.Count = n
	}
	return nil
}

// History is what happened before the conversation.
type History struct {
	Deferrals []Past `yaml:"deferrals"`
	Promises  []Past `yaml:"promises"`
	Plans     []Past `yaml:"plans"`
	Payments  []Past `yaml:"payments"`
	Fees      []Fee  `yaml:"fees"`
	Contacts  []Past `yaml:"contacts"`
}

// Consents are what the borrower has agreed to, by name.
type Consents map[string]bool

// UnmarshalYAML accepts {telegram: true}, or a list of what was agreed to.
func (c *Consents) UnmarshalYAML(raw []byte) error {
	*c = Consents{}
	var list []string
	if err := yaml.Unmarshal(raw, &list); err == nil {
		for _, name := range list {
			(*c)[name] = true
		}
		return nil
	}
	var named map[string]any
	if err := yaml.Unmarshal(raw, &named); err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	for name, v := range named {
		(*c)[name] = v != false && v != nil
	}
	return nil
}

// Lines is one text, or a burst of several.
type Lines []string

// UnmarshalYAML accepts a string or a list of strings.
func (l *Lines) UnmarshalYAML(raw []byte) error {
	var many []string
	if err := yaml.Unmarshal(raw, &many); err == nil {
		*l = many
		return nil
	}
	var one string
	if err := yaml.Unmarshal(raw, &one); err != nil {
		return fmt.Errorf("user: expected a text or a list of texts: %w", err)
	}
	*l = []string{one}
	return nil
}

// LenderStep is what the lender says or suffers.
type LenderStep struct {
	Answer      string `yaml:"answer"`
	Status      string `yaml:"status"`
	Reason      string `yaml:"reason"`
	Unavailable string `yaml:"unavailable"`
	Outcome     string `yaml:"outcome"`
	Evidence    string `yaml:"evidence"`
	Case        string `yaml:"case"`
}

// PaymentStep is a payment that the lender sees.
type PaymentStep struct {
	Amount  Decimal `yaml:"amount"`
	Status  string  `yaml:"status"`
	Account string  `yaml:"account"`
}

// AgentStep is what a human at the desk does. Keys may stand together.
type AgentStep struct {
	Take    string         `yaml:"take"`
	Say     string         `yaml:"say"`
	Grant   map[string]any `yaml:"grant"`
	Hold    map[string]any `yaml:"hold"`
	Unhold  string         `yaml:"unhold"`
	Release bool           `yaml:"release"`
	Close   bool           `yaml:"close"`
	Second  string         `yaml:"second"`
	Ack     bool           `yaml:"ack"` // acknowledges the page
}

// DeskStep sets the state of the desk.
type DeskStep struct {
	Open   *bool  `yaml:"open"`
	ETA    string `yaml:"eta"`
	OnCall string `yaml:"on_call"`
	Next   string `yaml:"next_open"`
}

// ChannelStep names a channel.
type ChannelStep struct {
	Channel string `yaml:"channel"`
}

// DueStep makes a scheduled send fall due now.
type DueStep struct {
	Reminder string `yaml:"reminder"`
	FollowUp string `yaml:"follow_up"`
	Kind     string `yaml:"kind"`
}

// Step is one thing that happens, and what must come of it.
type Step struct {
	User    Lines             `yaml:"user"`
	Tap     string            `yaml:"tap"`
	Fields  map[string]string `yaml:"fields"`
	Repeat  bool              `yaml:"repeat"`
	Wait    string            `yaml:"wait"`
	Lender  *LenderStep       `yaml:"lender"`
	Payment *PaymentStep      `yaml:"payment"`
	Agent   *AgentStep        `yaml:"agent"`
	Desk    *DeskStep         `yaml:"desk"`
	Link    *ChannelStep      `yaml:"link"`
	Unlink  *ChannelStep      `yaml:"unlink"`
	Channel string            `yaml:"channel"`
	Level   *int              `yaml:"level"`
	Logout  bool              `yaml:"logout"`
	Due     *DueStep          `yaml:"due"`
	Media   string            `yaml:"media"`
	Expect  *Expect           `yaml:"expect"`
}

// End is what must be true after the last step.
type End struct {
	Holds        *[]string         `yaml:"holds"`
	Owner        string            `yaml:"owner"`
	Level        *int              `yaml:"level"`
	Arrangements *[]EndArrangement `yaml:"arrangements"`
	Calls        map[string]int    `yaml:"calls"`
	Locale       string            `yaml:"language"`
}

// EndArrangement is an arrangement that is active or pending at the end.
type EndArrangement struct {
	Kind   string  `yaml:"kind"`
	Status string  `yaml:"status"`
	Count  int     `yaml:"count"`
	Total  Decimal `yaml:"total"`
	Days   int     `yaml:"days"`
}

// Read reads and checks one file. Its errors name the file and the field.
func Read(path string) (*File, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read journey: %w", err)
	}
	var f File
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.Path = path
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &f, nil
}

func (f *File) check() error {
	if f.Now == "" {
		f.Now = "2026-11-21T10:00:00+08:00"
	}
	if _, err := time.Parse(time.RFC3339, f.Now); err != nil {
		return fmt.Errorf("now: expected RFC 3339: %w", err)
	}
	if _, err := f.SpeakingLocale(); err != nil {
		return err
	}
	if len(f.Steps) == 0 {
		return fmt.Errorf("steps: expected at least one")
	}
	switch f.Model {
	case "", "off", "echo", "hostile":
	case "false": // YAML's own reading of a bare off
		f.Model = "off"
	default:
		return fmt.Errorf("model: %q, expected off, echo or hostile", f.Model)
	}
	return nil
}

// SpeakingLocale resolves the file's locale: zh-Hant is Taiwan's unless the
// pack is hk, en is British unless the pack is us.
func (f *File) SpeakingLocale() (dialog.Locale, error) {
	pack := ""
	if len(f.Packs) > 0 {
		pack = f.Packs[0]
	}
	switch f.Locale {
	case "", "zh", "zh-Hans", "zh-CN":
		return dialog.ZhHans, nil
	case "zh-Hant", "zh-TW", "zh-HK":
		if pack == "hk" || f.Locale == "zh-HK" {
			return dialog.ZhHantHK, nil
		}
		return dialog.ZhHantTW, nil
	case "en":
		if pack == "us" {
			return dialog.EnUS, nil
		}
		return dialog.EnGB, nil
	}
	if l := dialog.Locale(f.Locale); l.Valid() {
		return l, nil
	}
	return "", fmt.Errorf("locale: %q is not a speaking locale", f.Locale)
}
