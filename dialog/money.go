package dialog

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code.
type Currency string

// Digits returns the number of minor digits that the product uses for the
// currency. They are the product's, not ISO's: nobody pays a fraction of a New
// Taiwan dollar or of a dong.
func (c Currency) Digits() int {
	switch c {
	case "TWD", "VND", "IDR", "JPY", "KRW":
		return 0
	}
	return 2
}

func (c Currency) scale() int64 {
	if c.Digits() == 0 {
		return 1
	}
	return 100
}

// Money is an exact sum in minor units of its currency.
type Money struct {
	Minor    int64
	Currency Currency
}

// NewMoney returns minor units of a currency as Money.
func NewMoney(minor int64, c Currency) Money { return Money{Minor: minor, Currency: c} }

// ParseMoney reads a plain decimal ("827.71", "-3", ".5") as Money. It refuses
// more digits than the currency has.
func ParseMoney(s string, c Currency) (Money, error) {
	r, ok := new(big.Rat).SetString(strings.TrimSpace(s))
	if !ok || strings.ContainsAny(s, "/eE") {
		return Money{}, fmt.Errorf("amount %q: expected a decimal number", s)
	}
	r.Mul(r, new(big.Rat).SetInt64(c.scale()))
	if !r.IsInt() || !r.Num().IsInt64() {
		return Money{}, fmt.Errorf("amount %q: expected at most %d decimals of %s", s, c.Digits(), c)
	}
	return Money{Minor: r.Num().Int64(), Currency: c}, nil
}

// Decimal writes the sum as a plain decimal: "827.71", "1500".
func (m Money) Decimal() string {
	return string(m.AppendDecimal(make([]byte, 0, 24)))
}

// AppendDecimal appends the decimal form to b.
func (m Money) AppendDecimal(b []byte) []byte {
	if m.Currency.Digits() == 0 {
		return strconv.AppendInt(b, m.Minor, 10)
	}
	n := m.Minor
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	return append(strconv.AppendInt(b, n/100, 10), '.', byte('0'+n/10%10), byte('0'+n%10))
}

// Add returns m+n; both must be of one currency (a zero value fits any).
func (m Money) Add(n Money) Money {
	if m.Currency == "" {
		m.Currency = n.Currency
	}
	m.Minor += n.Minor
	return m
}

// Sub returns m-n under the same condition as Add.
func (m Money) Sub(n Money) Money { return m.Add(Money{Minor: -n.Minor, Currency: n.Currency}) }

// Zero reports whether the sum is nought.
func (m Money) Zero() bool { return m.Minor == 0 }

type moneyJSON struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"827.71","currency":"CNY"}.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(moneyJSON{Amount: m.Decimal(), Currency: m.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Money) UnmarshalJSON(b []byte) error {
	var j moneyJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("money: %w", err)
	}
	v, err := ParseMoney(j.Amount, j.Currency)
	if err != nil {
		return err
	}
	*m = v
	return nil
}
