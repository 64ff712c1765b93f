package loan

import (
	"errors"
	"testing"
	"time"

	"warmline/dialog"
)

var today = dialog.NewDate(2026, time.November, 21)

// demo is the account that every journey checks its arithmetic with.
func demo(t testing.TB) dialog.Account {
	return dialog.Account{
		Ref: "A-1", Currency: "CNY", Version: "v1", AutoDebit: "on",
		Overdue: dialog.Overdue{
			Principal: cny(t, "800.00"), Interest: cny(t, "24.00"),
			LateRateDaily: rate(t, "0.0005"), Due: dialog.NewDate(2026, time.November, 12),
		},
		NotYetDue:         cny(t, "1600.00"),
		NextDue:           dialog.NewDate(2026, time.December, 12),
		NextDueAmount:     cny(t, "824.00"),
		ContractRateDaily: rate(t, "0.0003"),
	}
}

func programme(t testing.TB) dialog.Programme {
	return dialog.Programme{
		Plans: []int{3, 4, 6}, MinInstalment: cny(t, "100.00"), FirstPaymentDays: 7,
		Deferral: dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: rate(t, "0.0003")},
		Promise:  dialog.PromiseTerms{FreezeDays: 14, Moves: 2},
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestOwed(t *testing.T) {
	fee := demo(t)
	fee.Overdue.Fees = []dialog.Fee{{Amount: cny(t, "5.00")}, {Amount: cny(t, "1.50")}}
	frozen := demo(t)
	frozen.Overdue.FrozenFrom = dialog.NewDate(2026, time.November, 21)
	early := demo(t)
	early.Overdue.FrozenFrom = dialog.NewDate(2026, time.November, 1)
	for _, c := range []struct {
		name               string
		account            dialog.Account
		on                 string
		late, total, daily string
		daysLate, lateDays int
	}{
		{"demo", demo(t), "2026-11-21", "3.71", "827.71", "0.41", 9, 9},
		{"the next day", demo(t), "2026-11-22", "4.12", "828.12", "0.41", 10, 10},
		{"a day in the past", demo(t), "2026-11-20", "3.30", "827.30", "0.41", 8, 8},
		{"on its date", demo(t), "2026-11-12", "0.00", "824.00", "0.41", 0, 0},
		{"before its date", demo(t), "2026-11-01", "0.00", "824.00", "0.00", 0, 0},
		{"fees bear nothing", fee, "2026-11-21", "3.71", "834.21", "0.41", 9, 9},
		{"frozen, on the day", frozen, "2026-11-21", "3.71", "827.71", "0.00", 9, 9},
		{"frozen, later", frozen, "2026-12-05", "3.71", "827.71", "0.00", 23, 9},
		{"frozen, earlier", frozen, "2026-11-20", "3.30", "827.30", "0.41", 8, 8},
		{"frozen before it was due", early, "2026-11-21", "0.00", "824.00", "0.00", 9, 0},
		{"past a freeze that was lifted", demo(t), "2026-12-06", "9.89", "833.89", "0.41", 24, 24},
		{"nothing there", dialog.Account{Currency: "TWD"}, "2026-11-21", "0", "0", "0", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			on, err := dialog.ParseDate(c.on)
			if err != nil {
				t.Fatal(err)
			}
			b := Owed(c.account, on)
			same(t, "late", b.Late.Decimal(), c.late)
			same(t, "total", b.Total.Decimal(), c.total)
			same(t, "daily", b.Daily.Decimal(), c.daily)
			if b.DaysLate != c.daysLate || b.LateDays != c.lateDays {
				t.Errorf("days %d, of which late interest %d; want %d, %d", b.DaysLate, b.LateDays, c.daysLate, c.lateDays)
			}
		})
	}
}

func TestDeferral(t *testing.T) {
	p := programme(t)
	got, err := Deferral(demo(t), p.Deferral, today, 30)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "new date", got.Due.String(), "2026-12-21")
	same(t, "ordinary", got.Ordinary.Decimal(), "7.20")
	same(t, "late", got.Late.Decimal(), "3.71")
	same(t, "total", got.Total.Decimal(), "834.91")
	same(t, "extra", got.Extra.Decimal(), "7.20")

	p.Deferral.PauseLateInterest = false
	got, err = Deferral(demo(t), p.Deferral, today, 30)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "late that goes on", got.Late.Decimal(), "16.07") // 824 x 0.0005 x 39 = 16.068
	same(t, "total", got.Total.Decimal(), "847.27")
	same(t, "extra", got.Extra.Decimal(), "19.56")
	for _, days := range []int{0, -1, MaxDays + 1} {
		if _, err := Deferral(demo(t), p.Deferral, today, days); !errors.Is(err, ErrDays) {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if _, err := Deferral(dialog.Account{}, p.Deferral, today, 30); !errors.Is(err, ErrNothingOwed) {
		t.Errorf("nothing owed: %v", err)
	}
}

func TestDeferTerms(t *testing.T) {
	terms, err := Defer(demo(t), programme(t), today, 30)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "now", terms.Now.Decimal(), "827.71")
	same(t, "total", terms.Total.Decimal(), "834.91")
	same(t, "extra", terms.ExtraCost.Decimal(), "7.20")
	if terms.Kind != dialog.OfferDeferral || terms.Days != 30 || !terms.LatePaused || !terms.DebitPaused {
		t.Errorf("terms %+v", terms)
	}
	if len(terms.AlsoDue) != 1 || terms.AlsoDue[0].Due.String() != "2026-12-12" {
		t.Errorf("also due %v", terms.AlsoDue)
	}
	// (834.91/827.71)^(365/30) - 1
	if terms.APR != 1111 {
		t.Errorf("APR %d, want 1111", terms.APR)
	}
}

func TestPlanTerms(t *testing.T) {
	terms, err := Plan(demo(t), programme(t), today, 4)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-11-28 206.93", "2026-12-28 206.93", "2027-01-28 206.93", "2027-02-28 206.92"}
	for i, s := range terms.Schedule {
		same(t, "instalment", s.Due.String()+" "+s.Amount.Decimal(), want[i])
	}
	same(t, "total", terms.Total.Decimal(), "827.71")
	if !terms.ExtraCost.Zero() || terms.APR != 0 {
		t.Errorf("a frozen plan costs %s, APR %d", terms.ExtraCost.Decimal(), terms.APR)
	}
	if len(terms.AlsoDue) != 1 {
		t.Errorf("also due %v", terms.AlsoDue)
	}
	weekly, err := PlanWith(demo(t), programme(t), today, PlanSpec{Count: 3, Unit: TwoWeeks, First: dialog.NewDate(2026, time.December, 4)})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "last", weekly.Schedule[2].Due.String(), "2027-01-01")
}

func TestPlanAtContractRate(t *testing.T) {
	for mode, first := range map[string]string{
		// 27.71 is spread and bears nothing. Seven days of 800 x 0.0003 are 1.68.
		InterestContract:  "",
		InterestPrincipal: "208.61", // 200 + 1.68 + 6.93
	} {
		p := programme(t)
		p.PlanInterest = mode
		terms, err := Plan(demo(t), p, today, 4)
		if err != nil {
			t.Fatal(err)
		}
		if first != "" {
			same(t, mode, terms.Schedule[0].Amount.Decimal(), first)
		} else if a, b := terms.Schedule[0].Amount.Minor, terms.Schedule[2].Amount.Minor; a != b {
			t.Errorf("level payments differ: %d, %d", a, b)
		}
		// About 12 % effective on the principal alone (0.0003 x 365, compounded).
		if terms.ExtraCost.Minor <= 0 || terms.APR < 1000 || terms.APR > 1200 {
			t.Errorf("%s: extra %s, APR %d", mode, terms.ExtraCost.Decimal(), terms.APR)
		}
		actuarial, err := YearlyCostActuarial(terms, today, UnitPeriod{Months: 1})
		if err != nil {
			t.Fatal(err)
		}
		if actuarial < 9 || actuarial > 11.5 {
			t.Errorf("%s: actuarial rate %.2f", mode, actuarial)
		}
	}
	none := demo(t)
	none.ContractRateDaily = 0
	p := programme(t)
	p.PlanInterest = InterestContract
	terms, err := Plan(none, p, today, 4)
	if err != nil || !terms.ExtraCost.Zero() {
		t.Errorf("without a contract rate: %v, %v", terms.ExtraCost, err)
	}
}

func TestPlanRefuses(t *testing.T) {
	small := demo(t)
	small.Overdue.Principal, small.Overdue.Interest = cny(t, "0.05"), cny(t, "0")
	for _, c := range []struct {
		name    string
		account dialog.Account
		spec    PlanSpec
		want    error
	}{
		{"none", demo(t), PlanSpec{Count: 0}, ErrCount},
		{"too many", demo(t), PlanSpec{Count: MaxInstalments + 1}, ErrCount},
		{"too small", small, PlanSpec{Count: 12}, ErrTooSmall},
		{"nothing owed", dialog.Account{}, PlanSpec{Count: 3}, ErrNothingOwed},
		{"yesterday", demo(t), PlanSpec{Count: 3, First: today.AddDays(-1)}, ErrDate},
	} {
		if _, err := PlanWith(c.account, programme(t), today, c.spec); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestPartial(t *testing.T) {
	terms, err := Partial(demo(t), today, cny(t, "200"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "left", terms.Now.Sub(terms.Total).Decimal(), "627.71")
	for _, bad := range []dialog.Money{cny(t, "0"), cny(t, "-1"), cny(t, "827.72"), money(t, "200", "USD")} {
		if _, err := Partial(demo(t), today, bad); !errors.Is(err, ErrAmount) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestPromise(t *testing.T) {
	for _, c := range []struct {
		date, amount string
		total, extra string
		paused       bool
		costs        bool
		err          error
	}{
		{"2026-11-28", "0", "827.71", "0.00", true, false, nil},
		{"2026-12-05", "0", "827.71", "0.00", true, false, nil}, // the last frozen day
		{"2026-12-06", "0", "833.89", "6.18", false, true, nil}, // past it every day counts
		{"2026-11-28", "300", "300.00", "0.00", true, false, nil},
		{"2026-12-06", "300", "300.00", "6.18", false, false, nil},
		{"2026-11-28", "900", "", "", false, false, ErrAmount},
		{"2026-11-20", "0", "", "", false, false, ErrDate},
	} {
		d, err := dialog.ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		terms, err := Promise(demo(t), programme(t), today, d, cny(t, c.amount))
		if c.err != nil {
			if !errors.Is(err, c.err) {
				t.Errorf("%s: %v, want %v", c.date, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.date+" total", terms.Total.Decimal(), c.total)
		same(t, c.date+" extra", terms.ExtraCost.Decimal(), c.extra)
		if terms.LatePaused != c.paused || (terms.APR > 0) != c.costs {
			t.Errorf("%s: paused %t, APR %d", c.date, terms.LatePaused, terms.APR)
		}
	}
}

func TestNoRate(t *testing.T) {
	thousand := cny(t, "1000")
	for name, err := range map[string]error{
		"no payments":       second(EffectiveRate(thousand, nil)),
		"empty payments":    second(EffectiveRate(thousand, []Payment{{Years: 1, Amount: cny(t, "0")}})),
		"all at once":       second(EffectiveRate(thousand, []Payment{{Amount: thousand}, {Years: 1, Amount: thousand}})),
		"paid before":       second(EffectiveRate(thousand, []Payment{{Years: -1, Amount: thousand}})),
		"nothing advanced":  second(EffectiveRate(cny(t, "0"), []Payment{{Years: 1, Amount: thousand}})),
		"beyond any rate":   second(EffectiveRate(cny(t, "0.01"), []Payment{{Years: Years(1), Amount: cny(t, "100000000")}})),
		"no streams":        second(APRActuarial(thousand, 12, nil)),
		"no unit-period":    second(APRActuarial(thousand, UnitPeriod{}.PerYear(), []Stream{{Amount: thousand, Count: 1, First: 1}})),
		"fraction too long": second(APRActuarial(thousand, 12, []Stream{{Amount: thousand, Count: 1, Fraction: 1}})),
		"unreachable":       second(APRActuarial(thousand, 12, []Stream{{Amount: cny(t, "1"), Count: 1, Fraction: 0.1}})),
	} {
		var none *NoRateError
		if !errors.As(err, &none) || none.Reason == "" {
			t.Errorf("%s: %v, want a NoRateError", name, err)
		}
	}
}

func second(_ float64, err error) error { return err }

func TestRatesAtTheEdges(t *testing.T) {
	thousand := cny(t, "1000")
	for _, c := range []struct {
		amount string
		years  float64
		want   float64
	}{
		{"1000", 1, 0}, {"900", 1, -10}, {"1", 1, -99.9}, {"2000", 0.1, 102300}, {"1000.01", 30, 0.0000333},
	} {
		got, err := EffectiveRate(thousand, []Payment{{Years: c.years, Amount: cny(t, c.amount)}})
		if err != nil {
			t.Errorf("%s: %v", c.amount, err)
		}
		near(t, c.amount, got, c.want, 1e-6*max(1, c.want))
	}
	if got, err := APRActuarial(thousand, 12, []Stream{{Amount: cny(t, "400"), Count: 2, First: 1}}); err != nil || got >= 0 {
		t.Errorf("less paid than advanced: %f, %v", got, err)
	}
}

func TestMonthlyDatesKeepTheAnchor(t *testing.T) {
	got := MonthlyDates(dialog.NewDate(2026, time.February, 28), 31, 3)
	same(t, "third", got[2].String(), "2026-04-30")
	same(t, "second", got[1].String(), "2026-03-31")
}
