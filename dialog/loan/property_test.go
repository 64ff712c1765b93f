package loan

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"warmline/dialog"
)

func drawMoney(t *rapid.T, label string, lo, hi int64) dialog.Money {
	c := rapid.SampledFrom([]dialog.Currency{"CNY", "TWD", "USD", "VND", "INR"}).Draw(t, "currency")
	return dialog.Money{Minor: rapid.Int64Range(lo, hi).Draw(t, label), Currency: c}
}

func drawDate(t *rapid.T) dialog.Date {
	return dialog.NewDate(2024, 1, 1).AddDays(rapid.IntRange(0, 4000).Draw(t, "day"))
}

func drawAccount(t *rapid.T) dialog.Account {
	p := drawMoney(t, "principal", 1, 1e12)
	a := dialog.Account{Currency: p.Currency, ContractRateDaily: dialog.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "contract"))}
	a.Overdue = dialog.Overdue{
		Principal:     p,
		Interest:      in(p.Currency, rapid.Int64Range(0, p.Minor).Draw(t, "interest")),
		Fees:          []dialog.Fee{{Amount: in(p.Currency, rapid.Int64Range(0, 5000).Draw(t, "fee"))}},
		LateRateDaily: dialog.Rate(rapid.Int64Range(0, 2_000_000).Draw(t, "late")),
		Due:           drawDate(t),
	}
	if rapid.Bool().Draw(t, "frozen") {
		a.Overdue.FrozenFrom = a.Overdue.Due.AddDays(rapid.IntRange(-5, 60).Draw(t, "frozen days"))
	}
	return a
}

func TestInstalmentsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := drawMoney(t, "total", 0, 1e13)
		n := rapid.IntRange(1, 60).Draw(t, "n")
		parts, err := Equal(total, n)
		if err != nil {
			if total.Minor >= int64(n) {
				t.Fatalf("%v of %d minor units in %d", err, total.Minor, n)
			}
			return
		}
		var sum int64
		for i, p := range parts {
			sum += p.Minor
			if p.Minor <= 0 {
				t.Fatalf("instalment %d is %d", i, p.Minor)
			}
			if i > 0 && i < n-1 && p != parts[0] {
				t.Fatalf("instalments differ: %v", parts)
			}
		}
		if sum != total.Minor {
			t.Fatalf("sum %d, want %d", sum, total.Minor)
		}
	})
}

func TestAmortisationsPayThePrincipalBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		principal := drawMoney(t, "principal", 1000, 1e12)
		n := rapid.IntRange(1, 120).Draw(t, "n")
		rates := Same(PeriodRate(rapid.Int64Range(0, 30_000_000).Draw(t, "rate")), n)
		level, err := Level(principal, rates)
		if err != nil {
			return // too small for so many
		}
		falling, err := EqualPrincipal(principal, rates)
		if err != nil {
			t.Fatal(err)
		}
		for name, parts := range map[string][]Part{"level": level, "falling": falling} {
			var sum int64
			for _, p := range parts {
				sum += p.Principal.Minor
				if p.Principal.Minor < 0 || p.Charge.Minor < 0 || p.Amount().Minor <= 0 {
					t.Fatalf("%s: instalment %+v", name, p)
				}
			}
			if sum != principal.Minor {
				t.Fatalf("%s pays back %d of %d", name, sum, principal.Minor)
			}
		}
		for i := range n - 1 {
			if level[i].Amount() != level[0].Amount() {
				t.Fatalf("level payments differ at %d", i)
			}
		}
		if charges(level).Minor < charges(falling).Minor-int64(n) {
			t.Fatalf("level payments cost less (%v) than falling ones (%v)", charges(level), charges(falling))
		}
	})
}

func TestOwedGrowsWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, day := drawAccount(t), drawDate(t)
		today, tomorrow := Owed(a, day), Owed(a, day.AddDays(1))
		if tomorrow.Total.Minor < today.Total.Minor {
			t.Fatalf("owed shrinks: %v, %v", today, tomorrow)
		}
		if today.Total.Add(today.Daily) != tomorrow.Total {
			t.Fatalf("daily %v does not lead from %v to %v", today.Daily, today.Total, tomorrow.Total)
		}
		if sum := today.Principal.Add(today.Interest).Add(today.Fees).Add(today.Late); sum != today.Total {
			t.Fatalf("parts add up to %v, total %v", sum, today.Total)
		}
		if !a.Overdue.FrozenFrom.IsZero() && a.Overdue.FrozenFrom.Before(day) && today.Daily.Minor != 0 {
			t.Fatalf("late interest goes on after the freeze")
		}
	})
}

func TestInterestIsRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := drawMoney(t, "base", 0, 1e8)
		r := dialog.Rate(rapid.Int64Range(0, 5_000_000).Draw(t, "rate"))
		days := rapid.IntRange(0, 1000).Draw(t, "days")
		got := Interest(base, r, days).Minor
		exact := base.Minor * int64(r) / 1000 * int64(days) // in millionths, cut off below
		if diff := got*1_000_000 - exact; diff < -500_000-int64(days) || diff > 500_000+int64(days) {
			t.Fatalf("%d at %d for %d days: %d", base.Minor, r, days, got)
		}
	})
	huge := Interest(dialog.Money{Minor: math.MaxInt64}, math.MaxInt64, math.MaxInt32)
	if huge.Minor != math.MaxInt64 {
		t.Errorf("an impossible interest is %d", huge.Minor)
	}
}

func TestDatesIncrease(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := drawDate(t)
		unit := rapid.SampledFrom([]Unit{"", Month, Week, TwoWeeks}).Draw(t, "unit")
		dates := Dates(first, unit, rapid.IntRange(1, 120).Draw(t, "n"))
		if dates[0] != first {
			t.Fatalf("starts on %s, not %s", dates[0], first)
		}
		for i, d := range dates {
			if i > 0 && !dates[i-1].Before(d) {
				t.Fatalf("%s is not after %s", d, dates[i-1])
			}
			last := d.AddDays(1).Month != d.Month
			if unit != Week && unit != TwoWeeks && d.Day != first.Day && !(last && d.Day < first.Day) {
				t.Fatalf("%s leaves the anchor day %d", d, first.Day)
			}
		}
	})
}

func TestPlansAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAccount(t)
		on := a.Overdue.Due.AddDays(rapid.IntRange(0, 200).Draw(t, "late"))
		p := dialog.Programme{
			PlanInterest:     rapid.SampledFrom([]string{"", InterestFrozen, InterestContract, InterestPrincipal}).Draw(t, "mode"),
			FirstPaymentDays: rapid.IntRange(1, 45).Draw(t, "first"),
		}
		terms, err := Plan(a, p, on, rapid.IntRange(1, 36).Draw(t, "n"))
		if err != nil {
			return // a sum too small to be cut
		}
		var sum dialog.Money
		for i, s := range terms.Schedule {
			sum = sum.Add(s.Amount)
			if s.Amount.Minor <= 0 || i > 0 && !terms.Schedule[i-1].Due.Before(s.Due) {
				t.Fatalf("schedule %v", terms.Schedule)
			}
		}
		if sum != terms.Total || terms.Now.Add(terms.ExtraCost) != terms.Total || terms.ExtraCost.Minor < 0 {
			t.Fatalf("sum %v, total %v, now %v, extra %v", sum, terms.Total, terms.Now, terms.ExtraCost)
		}
		if (terms.ExtraCost.Minor == 0) && terms.APR != 0 || terms.APR < 0 {
			t.Fatalf("extra %v, APR %d", terms.ExtraCost, terms.APR)
		}
	})
}

// A rate that was found gives the sum back, and a dearer loan has a higher one.
func TestRatesSolveTheEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		principal := drawMoney(t, "principal", 10_000, 1e9)
		n := rapid.IntRange(1, 24).Draw(t, "n")
		each := principal.Minor/int64(n) + rapid.Int64Range(1, principal.Minor/int64(n)).Draw(t, "cost")
		var payments, dearer []Payment
		for i := range n {
			payments = append(payments, Payment{Years: float64(i+1) / 12, Amount: in(principal.Currency, each)})
			dearer = append(dearer, Payment{Years: float64(i+1) / 12, Amount: in(principal.Currency, each+100)})
		}
		x, err := EffectiveRate(principal, payments)
		if err != nil {
			t.Fatal(err)
		}
		var worth float64
		for _, p := range payments {
			worth += float64(p.Amount.Minor) * math.Pow(1+x/100, -p.Years)
		}
		if math.Abs(worth-float64(principal.Minor)) > 0.001*float64(n) {
			t.Fatalf("at %f %% the payments are worth %f, not %d", x, worth, principal.Minor)
		}
		y, err := EffectiveRate(principal, dearer)
		if err != nil || y <= x {
			t.Fatalf("dearer: %f after %f, %v", y, x, err)
		}
		i, err := APRActuarial(principal, 12, []Stream{{Amount: in(principal.Currency, each), Count: n, First: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if e := 100 * (math.Pow(1+i/1200, 12) - 1); math.Abs(e-x) > 1e-6*(1+x) {
			t.Fatalf("actuarial %f compounds to %f, effective is %f", i, e, x)
		}
	})
}

func BenchmarkOwed(b *testing.B) {
	a := demo(b)
	for b.Loop() {
		Owed(a, today)
	}
}

func BenchmarkPlan(b *testing.B) {
	a, p := demo(b), programme(b)
	for b.Loop() {
		if _, err := Plan(a, p, today, 6); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlanAtContractRate(b *testing.B) {
	a, p := demo(b), programme(b)
	p.PlanInterest = InterestContract
	for b.Loop() {
		if _, err := Plan(a, p, today, 6); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDefer(b *testing.B) {
	a, p := demo(b), programme(b)
	for b.Loop() {
		if _, err := Defer(a, p, today, 30); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAPRActuarial(b *testing.B) {
	financed, streams := money(b, "5000", "USD"), []Stream{{Amount: money(b, "230", "USD"), Count: 24, First: 1}}
	for b.Loop() {
		if _, err := APRActuarial(financed, 12, streams); err != nil {
			b.Fatal(err)
		}
	}
}
