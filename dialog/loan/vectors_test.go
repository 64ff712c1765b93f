package loan

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"warmline/dialog"
)

type vectors struct {
	USAPR []struct {
		ID       string      `json:"id"`
		Financed json.Number `json:"amount_financed"`
		PerYear  float64     `json:"unit_periods_per_year"`
		Streams  []struct {
			Amount   json.Number `json:"amount"`
			Count    int         `json:"count"`
			First    int         `json:"first_full_unit_periods"`
			Fraction float64     `json:"fraction"`
		} `json:"payment_streams"`
		Dates *struct {
			Advance dialog.Date `json:"advance"`
			First   dialog.Date `json:"first_payment"`
		} `json:"dates"`
		Expected  float64 `json:"expected_apr_percent"`
		Tolerance float64 `json:"tolerance_points"`
	} `json:"us_apr"`
	Effective []struct {
		Ref       string      `json:"ref"`
		Principal json.Number `json:"principal"`
		Payments  []struct {
			Days   int         `json:"days"`
			Years  float64     `json:"years"`
			Amount json.Number `json:"amount"`
		} `json:"payments"`
		Expected  float64 `json:"expected_percent"`
		Tolerance float64 `json:"tolerance_points"`
	} `json:"effective"`
	Equal []struct {
		Total       string   `json:"total"`
		Count       int      `json:"count"`
		Digits      int      `json:"minor_digits"`
		Instalments []string `json:"instalments"`
	} `json:"equal_instalments_no_interest"`
	Annuity []struct {
		Principal string `json:"principal"`
		Rate      string `json:"rate_per_period"`
		Count     int    `json:"count"`
		Payment   string `json:"payment"`
		Last      string `json:"last_payment"`
		Interest  string `json:"total_interest"`
	} `json:"annuity_rounded"`
	Fee []struct {
		Principal string      `json:"principal"`
		Count     int         `json:"count"`
		Rate      string      `json:"monthly_fee_rate"`
		Payment   string      `json:"payment"`
		Nominal   json.Number `json:"nominal_annual_percent"`
		Effective json.Number `json:"effective_annual_percent"`
	} `json:"flat_fee_plan"`
	EqualPrincipal []struct {
		Principal string   `json:"principal"`
		Rate      string   `json:"rate_per_period"`
		Count     int      `json:"count"`
		Payments  []string `json:"payments"`
		Interest  string   `json:"total_interest"`
	} `json:"equal_principal"`
	Accrual []struct {
		Base     string `json:"base"`
		Rate     string `json:"daily_rate"`
		Days     int    `json:"days"`
		Interest string `json:"interest"`
	} `json:"accrual"`
	Monthly []struct {
		First dialog.Date   `json:"first"`
		Count int           `json:"count"`
		Dates []dialog.Date `json:"dates"`
	} `json:"monthly_dates"`
}

func load(t testing.TB) vectors {
	t.Helper()
	b, err := os.ReadFile("testdata/loan-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{
		"us_apr": len(v.USAPR), "effective": len(v.Effective), "equal": len(v.Equal), "annuity": len(v.Annuity),
		"fee": len(v.Fee), "principal": len(v.EqualPrincipal), "accrual": len(v.Accrual), "dates": len(v.Monthly),
	} {
		if n == 0 {
			t.Fatalf("no vectors of %s", name)
		}
	}
	return v
}

func money(t testing.TB, s string, c dialog.Currency) dialog.Money {
	t.Helper()
	m, err := dialog.ParseMoney(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func cny(t testing.TB, s string) dialog.Money { t.Helper(); return money(t, s, "CNY") }

func rate(t testing.TB, s string) dialog.Rate {
	t.Helper()
	r, err := dialog.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.6f, want %.6f within %g", what, got, want, tolerance)
	}
}

func TestVectorsActuarial(t *testing.T) {
	units := map[string]UnitPeriod{ // those whose dates are given
		"(c)(1)(i)": {Months: 1}, "(c)(1)(ii)": {Months: 1}, "(c)(1)(iii)": {HalfMonths: 1}, "(c)(1)(iv)": {Months: 3},
		"(c)(1)(v)": {Days: 7}, "(c)(2)(i)": {Months: 1}, "(c)(2)(ii)": {Days: 28}, "(c)(3)(i)": {Months: 1},
		"(c)(3)(ii)": {Days: 14}, "(c)(4)(i)": {Months: 1}, "(c)(4)(ii)": {Months: 2}, "(c)(5)(i)": {Days: 255},
	}
	for _, v := range load(t).USAPR {
		var streams []Stream
		for _, s := range v.Streams {
			streams = append(streams, Stream{Amount: money(t, s.Amount.String(), "USD"), Count: s.Count, First: s.First, Fraction: s.Fraction})
		}
		got, err := APRActuarial(money(t, v.Financed.String(), "USD"), v.PerYear, streams)
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
		}
		near(t, v.ID, got, v.Expected, v.Tolerance)
		if v.Dates == nil {
			continue
		}
		full, fraction := units[v.ID].Between(v.Dates.Advance, v.Dates.First)
		if full != streams[0].First {
			t.Errorf("%s: %d full unit-periods, want %d", v.ID, full, streams[0].First)
		}
		near(t, v.ID+" fraction", fraction, streams[0].Fraction, 1e-9)
		near(t, v.ID+" unit-periods a year", units[v.ID].PerYear(), v.PerYear, 1e-9)
	}
}

func TestVectorsEffective(t *testing.T) {
	for _, v := range load(t).Effective {
		var payments []Payment
		for _, p := range v.Payments {
			payments = append(payments, Payment{Years: p.Years + Years(p.Days), Amount: money(t, p.Amount.String(), "EUR")})
		}
		got, err := EffectiveRate(money(t, v.Principal.String(), "EUR"), payments)
		if err != nil {
			t.Errorf("%s: %v", v.Ref, err)
		}
		near(t, v.Ref, got, v.Expected, v.Tolerance)
	}
}

func TestVectorsEqual(t *testing.T) {
	for _, v := range load(t).Equal {
		c := dialog.Currency("CNY")
		if v.Digits == 0 {
			c = "VND"
		}
		got, err := Equal(money(t, v.Total, c), v.Count)
		if err != nil {
			t.Fatal(err)
		}
		equalSums(t, v.Total, got, v.Instalments)
	}
}

func equalSums(t *testing.T, what string, got []dialog.Money, want []string) {
	t.Helper()
	var s []string
	for _, m := range got {
		s = append(s, m.Decimal())
	}
	if strings.Join(s, " ") != strings.Join(want, " ") {
		t.Errorf("%s: %v, want %v", what, s, want)
	}
}

func charges(parts []Part) (sum dialog.Money) {
	for _, p := range parts {
		sum = sum.Add(p.Charge)
	}
	return sum
}

func amounts(parts []Part) (out []dialog.Money) {
	for _, p := range parts {
		out = append(out, p.Amount())
	}
	return out
}

func TestVectorsLevel(t *testing.T) {
	for _, v := range load(t).Annuity {
		parts, err := Level(cny(t, v.Principal), Same(PeriodRate(rate(t, v.Rate)), v.Count))
		if err != nil {
			t.Fatal(err)
		}
		want := make([]string, v.Count)
		for i := range want {
			want[i] = v.Payment
		}
		want[v.Count-1] = v.Last
		equalSums(t, v.Principal, amounts(parts), want)
		if got := charges(parts).Decimal(); got != v.Interest {
			t.Errorf("%s: interest %s, want %s", v.Principal, got, v.Interest)
		}
	}
}

func TestVectorsEqualPrincipal(t *testing.T) {
	for _, v := range load(t).EqualPrincipal {
		parts, err := EqualPrincipal(cny(t, v.Principal), Same(PeriodRate(rate(t, v.Rate)), v.Count))
		if err != nil {
			t.Fatal(err)
		}
		equalSums(t, v.Principal, amounts(parts), v.Payments)
		if got := charges(parts).Decimal(); got != v.Interest {
			t.Errorf("interest %s, want %s", got, v.Interest)
		}
	}
}

// The trap: 0.6 % a month is not 7.2 % a year.
func TestVectorsFlatFee(t *testing.T) {
	for _, v := range load(t).Fee {
		principal := cny(t, v.Principal)
		parts, err := FlatFee(principal, PeriodRate(rate(t, v.Rate)), v.Count)
		if err != nil {
			t.Fatal(err)
		}
		var payments []Payment
		for i, p := range parts {
			if p.Amount().Decimal() != v.Payment {
				t.Errorf("payment %d is %s, want %s", i+1, p.Amount().Decimal(), v.Payment)
			}
			payments = append(payments, Payment{Years: float64(i+1) / 12, Amount: p.Amount()})
		}
		nominal, err := APRActuarial(principal, 12, []Stream{{Amount: parts[0].Amount(), Count: v.Count, First: 1}})
		if err != nil {
			t.Fatal(err)
		}
		effective, err := EffectiveRate(principal, payments)
		if err != nil {
			t.Fatal(err)
		}
		wantNominal, _ := v.Nominal.Float64()
		wantEffective, _ := v.Effective.Float64()
		near(t, "nominal at "+v.Rate, float64(Hundredths(nominal))/100, wantNominal, 1e-9)
		near(t, "effective at "+v.Rate, float64(Hundredths(effective))/100, wantEffective, 1e-9)
	}
}

func TestVectorsAccrual(t *testing.T) {
	for _, v := range load(t).Accrual {
		if got := Interest(cny(t, v.Base), rate(t, v.Rate), v.Days).Decimal(); got != v.Interest {
			t.Errorf("%s x %s x %d = %s, want %s", v.Base, v.Rate, v.Days, got, v.Interest)
		}
	}
}

func TestVectorsDates(t *testing.T) {
	for _, v := range load(t).Monthly {
		got := Dates(v.First, Month, v.Count)
		for i, d := range v.Dates {
			if got[i] != d {
				t.Errorf("from %s: date %d is %s, want %s", v.First, i+1, got[i], d)
			}
		}
	}
}

// Figures that are widely published, or in the rules themselves.
func TestPublishedFigures(t *testing.T) {
	// 1,000,000 at 4.9 % over 30 years. The monthly rate has nine decimals here.
	month := Same(PeriodRate(4_083_333), 360)
	level, err := Level(cny(t, "1000000"), month)
	if err != nil {
		t.Fatal(err)
	}
	if got := level[0].Amount().Decimal(); got != "5307.27" {
		t.Errorf("level payment %s, want 5307.27", got)
	}
	falling, err := EqualPrincipal(cny(t, "1000000"), month)
	if err != nil {
		t.Fatal(err)
	}
	if got := falling[0].Amount().Decimal(); got != "6861.11" {
		t.Errorf("first falling payment %s, want 6861.11", got)
	}
	cap24, err := Level(cny(t, "10000"), Same(20_000_000, 12))
	if err != nil {
		t.Fatal(err)
	}
	if got := cap24[0].Amount().Decimal(); got != "945.60" {
		t.Errorf("payment at 2 %% a month %s, want 945.60", got)
	}
	// A fee that is kept back: 1,000 less 30, twelve payments of 92.
	var payments []Payment
	for i := range 12 {
		payments = append(payments, Payment{Years: float64(i+1) / 12, Amount: cny(t, "92")})
	}
	effective, err := EffectiveRate(cny(t, "970"), payments)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "fee kept back, effective", effective, 27.56, 0.005)
	apr, err := APRActuarial(cny(t, "970"), 12, []Stream{{Amount: cny(t, "92"), Count: 12, First: 1}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "fee kept back, actuarial", apr, 24.59, 0.005)
}
