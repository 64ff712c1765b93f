package wire_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

func drawMoney(t *rapid.T, c dialog.Currency, name string) dialog.Money {
	return dialog.NewMoney(rapid.Int64Range(0, 1e12).Draw(t, name), c)
}

func drawDate(t *rapid.T, name string) dialog.Date {
	return dialog.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 2000).Draw(t, name))
}

func drawFacts(t *rapid.T) dialog.Facts {
	c := rapid.SampledFrom([]dialog.Currency{"CNY", "TWD", "USD"}).Draw(t, "currency")
	at := time.Unix(rapid.Int64Range(1.7e9, 1.9e9).Draw(t, "at"), 0).UTC()
	rate := dialog.Rate(rapid.Int64Range(0, 9e9).Draw(t, "rate"))
	return dialog.Facts{
		Borrower: dialog.Borrower{ID: "b1", Name: "名", Locale: dialog.ZhHans, Zone: "Asia/Shanghai",
			Zones: []string{"Asia/Shanghai"}, Packs: []string{"cn"}, Lender: "L", Consents: map[string]bool{"web": true}},
		Accounts: []dialog.Account{{Ref: "a1", Product: "p", Currency: c, Version: "v1", NotYetDue: drawMoney(t, c, "later"),
			NextDue: drawDate(t, "next"), NextDueAmount: drawMoney(t, c, "next amount"), ContractRateDaily: rate, AutoDebit: "on",
			Overdue: dialog.Overdue{Principal: drawMoney(t, c, "principal"), Interest: drawMoney(t, c, "interest"),
				LateRateDaily: rate, Due: drawDate(t, "due"), FrozenFrom: drawDate(t, "frozen"),
				Fees: []dialog.Fee{{Kind: "late_fee", Amount: drawMoney(t, c, "fee"), Basis: "7", Date: drawDate(t, "fee date")}}}}},
		Programme: dialog.Programme{ID: "p", Version: "1", Plans: []int{3, 6}, MinInstalment: drawMoney(t, c, "least"),
			PlanInterest: "frozen", FirstPaymentDays: 7, PartialMin: drawMoney(t, c, "part"),
			Deferral:     dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: rate, CooldownDays: 180},
			Promise:      dialog.PromiseTerms{FreezeDays: 14, Moves: 2},
			QuoteTTL:     time.Duration(rapid.IntRange(0, 1e6).Draw(t, "ttl")) * time.Second,
			CancelWindow: 72 * time.Hour, WaiverReview: true},
		Arrangements: []dialog.Arrangement{{ID: "ARR-1", Account: "a1", Kind: dialog.ArrangementPlan,
			Status: dialog.ArrangementActive, Schedule: []dialog.Instalment{{Due: drawDate(t, "i"), Amount: drawMoney(t, c, "i amount")}},
			Total: drawMoney(t, c, "total"), Paid: drawMoney(t, c, "paid"), Created: at, ClientRef: "q1", Moves: 1, Days: 3}},
		Payments: []dialog.Payment{{Ref: "P1", Account: "a1", Amount: drawMoney(t, c, "payment"), At: at, Status: "settled", ReceiptID: "R-1"}},
		Contacts: []dialog.ContactCount{{Channel: dialog.ChannelSMS, At: at, Class: dialog.ClassCollection, Answered: true, Account: "a1", Address: "home"}},
		Table:    []dialog.Fact{{Key: "credit.report", Date: drawDate(t, "fact")}, {Key: "visits", Value: "no"}},
	}
}

// Facts that go over the wire come back the same.
func TestCaseRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		b, err := json.Marshal(wire.NewCase(f))
		if err != nil {
			t.Fatal(err)
		}
		var c wire.Case
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatal(err)
		}
		got, err := c.Dialog()
		if err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(f)
		y, _ := json.Marshal(got)
		if string(x) != string(y) {
			t.Fatalf("sent %s\ngot  %s", x, y)
		}
	})
}

func TestBrokenFieldsAreNamedNotQuoted(t *testing.T) {
	good := wire.NewCase(dialog.Facts{
		Borrower:  dialog.Borrower{ID: "b1", Locale: dialog.EnGB, Zone: "Asia/Manila"},
		Programme: dialog.Programme{MinInstalment: dialog.NewMoney(1, "PHP")},
		Accounts: []dialog.Account{{Ref: "a", Currency: "PHP", Version: "v",
			Overdue: dialog.Overdue{Principal: dialog.NewMoney(1, "PHP"), Due: dialog.NewDate(2026, 1, 1)}}}})
	if _, err := good.Dialog(); err != nil {
		t.Fatalf("the good case: %v", err)
	}
	tests := []struct {
		field  string
		damage func(c *wire.Case)
	}{
		{"borrower.id", func(c *wire.Case) { c.Borrower.ID = "" }},
		{"borrower.locale", func(c *wire.Case) { c.Borrower.Locale = "tlh" }},
		{"account.version", func(c *wire.Case) { c.Accounts[0].Version = "" }},
		{"account.currency", func(c *wire.Case) { c.Accounts[0].Currency = "" }},
		{"account.not_yet_due", func(c *wire.Case) { c.Accounts[0].NotYetDue = "12,00" }},
		{"overdue.principal", func(c *wire.Case) { c.Accounts[0].Overdue.Principal = "-5" }},
		{"overdue.interest", func(c *wire.Case) { c.Accounts[0].Overdue.Interest = "1.005" }},
		{"overdue.late_rate_daily", func(c *wire.Case) { c.Accounts[0].Overdue.LateRateDaily = "much" }},
		{"overdue.due", func(c *wire.Case) { c.Accounts[0].Overdue.Due = "" }},
		{"programme.quote_ttl", func(c *wire.Case) { c.Programme.QuoteTTL = "-1h" }},
		{"facts.key", func(c *wire.Case) { c.Facts = []wire.Fact{{}} }},
		{"payment.status", func(c *wire.Case) {
			c.Payments = []wire.Payment{{Ref: "p", Account: "a", Currency: "PHP", Amount: "1", Status: "lost"}}
		}},
		{"arrangement.status", func(c *wire.Case) {
			c.Arrangements = []wire.Arrangement{{ID: "x", Account: "a", Currency: "PHP", Total: "1", Status: "maybe"}}
		}},
	}
	for _, tt := range tests {
		c := good
		c.Accounts = append([]wire.Account{}, good.Accounts...)
		tt.damage(&c)
		_, err := c.Dialog()
		var fe wire.FieldError
		if !errors.As(err, &fe) || fe.Field != tt.field {
			t.Errorf("%s: %v", tt.field, err)
		}
	}
}

func TestRateAndDuration(t *testing.T) {
	for rate, want := range map[dialog.Rate]string{0: "0", 500_000: "0.0005", 1: "0.000000001", 1_000_000_000: "1", 1_200_000_000: "1.2"} {
		if got := wire.Rate(rate); got != want {
			t.Errorf("Rate(%d) = %s, want %s", rate, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0h", 24 * time.Hour: "24h", 90 * time.Minute: "90m", 61 * time.Second: "61s"} {
		if got := wire.Duration(d); got != want {
			t.Errorf("Duration(%s) = %s, want %s", d, got, want)
		}
	}
}
