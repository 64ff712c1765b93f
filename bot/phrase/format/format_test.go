package format

import (
	"testing"
	"time"

	"warmline/dialog"
)

// sum is 12,345.60 or 12,346 of a currency.
func sum(c dialog.Currency) dialog.Money {
	if c.Digits() == 0 {
		return dialog.NewMoney(12346, c)
	}
	return dialog.NewMoney(1234560, c)
}

var currencies = []dialog.Currency{"CNY", "HKD", "TWD", "USD", "GBP", "PHP", "INR", "VND", "EUR"}

// Every locale with every currency, read abroad: home is none of them.
func TestMoneyAbroad(t *testing.T) {
	for locale, want := range map[dialog.Locale][]string{
		dialog.ZhHans:   {"12,345.60元", "HK$12,345.60", "NT$12,346", "US$12,345.60", "£12,345.60", "₱12,345.60", "₹12,345.60", "₫12,346", "€12,345.60"},
		dialog.ZhHantTW: {"CN¥12,345.60", "HK$12,345.60", "NT$12,346", "US$12,345.60", "£12,345.60", "₱12,345.60", "₹12,345.60", "₫12,346", "€12,345.60"},
		dialog.ZhHantHK: {"CN¥12,345.60", "HK$12,345.60", "NT$12,346", "US$12,345.60", "£12,345.60", "₱12,345.60", "₹12,345.60", "₫12,346", "€12,345.60"},
		dialog.EnUS:     {"¥12,345.60", "HK$12,345.60", "NT$12,346", "US$12,345.60", "£12,345.60", "₱12,345.60", "₹12,345.60", "₫12,346", "€12,345.60"},
		dialog.EnGB:     {"¥12,345.60", "HK$12,345.60", "NT$12,346", "US$12,345.60", "£12,345.60", "₱12,345.60", "₹12,345.60", "₫12,346", "€12,345.60"},
	} {
		f := New(locale, nil, "")
		for i, c := range currencies {
			if got := f.Money(sum(c)); got != want[i] {
				t.Errorf("%s %s: %q, want %q", locale, c, got, want[i])
			}
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		locale dialog.Locale
		home   dialog.Currency
		style  Style
		sum    dialog.Money
		want   string
	}{
		{dialog.ZhHans, "CNY", Text, dialog.NewMoney(82771, "CNY"), "827.71元"},
		{dialog.ZhHans, "CNY", Table, dialog.NewMoney(82771, "CNY"), "¥827.71"},
		{dialog.ZhHans, "CNY", Text, dialog.NewMoney(-371, "CNY"), "-3.71元"},
		{dialog.ZhHans, "CNY", Table, dialog.NewMoney(-371, "CNY"), "-¥3.71"},
		{dialog.ZhHans, "CNY", Text, dialog.NewMoney(0, "CNY"), "0.00元"},
		{dialog.ZhHantTW, "TWD", Text, dialog.NewMoney(1500, "TWD"), "NT$1,500"},
		{dialog.ZhHantTW, "TWD", Table, dialog.NewMoney(1500, "TWD"), "NT$1,500"},
		{dialog.ZhHantHK, "HKD", Text, dialog.NewMoney(123450, "HKD"), "HK$1,234.50"},
		{dialog.ZhHantHK, "CNY", Text, dialog.NewMoney(82771, "CNY"), "¥827.71"},
		{dialog.EnUS, "USD", Text, dialog.NewMoney(3500, "USD"), "$35.00"},
		{dialog.EnUS, "HKD", Text, dialog.NewMoney(3500, "USD"), "US$35.00"},
		{dialog.EnGB, "USD", Text, dialog.NewMoney(3500, "USD"), "US$35.00"},
		{dialog.EnGB, "HKD", Text, dialog.NewMoney(3500, "HKD"), "HK$35.00"},
		{dialog.EnGB, "INR", Text, dialog.NewMoney(1234567800, "INR"), "₹1,23,45,678.00"},
		{dialog.ZhHans, "INR", Text, dialog.NewMoney(1234567800, "INR"), "₹12,345,678.00"},
		{dialog.EnGB, "VND", Text, dialog.NewMoney(1500000, "VND"), "₫1,500,000"},
		{dialog.EnGB, "SGD", Text, dialog.NewMoney(500, "SGD"), "S$5.00"},
		{dialog.EnGB, "JPY", Text, dialog.NewMoney(82771, "CNY"), "CN¥827.71"},
		{dialog.EnGB, "", Text, dialog.NewMoney(500, ""), "5.00"},
		{dialog.EnGB, "", Text, dialog.NewMoney(9223372036854775807, "CNY"), "¥92,233,720,368,547,758.07"},
	} {
		if got := New(c.locale, nil, c.home).In(c.style).Money(c.sum); got != c.want {
			t.Errorf("%s at home in %q: %q, want %q", c.locale, c.home, got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	d := dialog.NewDate(2026, time.November, 12) // a Thursday
	for locale, want := range map[dialog.Locale][6]string{
		dialog.ZhHans:   {"11月12日", "2026年11月12日", "11月12日（周四）", "2026年11月12日（周四）", "11月", "2027年1月3日"},
		dialog.ZhHantTW: {"11月12日", "2026年11月12日", "11月12日（週四）", "2026年11月12日（週四）", "11月", "2027年1月3日"},
		dialog.ZhHantHK: {"11月12日", "2026年11月12日", "11月12日（星期四）", "2026年11月12日（星期四）", "11月", "2027年1月3日"},
		dialog.EnUS:     {"Nov 12", "Nov 12, 2026", "Thu, Nov 12", "Thu, Nov 12, 2026", "November", "Jan 3, 2027"},
		dialog.EnGB:     {"12 Nov", "12 Nov 2026", "Thu 12 Nov", "Thu 12 Nov 2026", "November", "3 Jan 2027"},
	} {
		f := New(locale, nil, "").On(d)
		for i, form := range []Form{Plain, Full, Weekday, FullWeekday, MonthOnly} {
			if got := f.Date(d, form); got != want[i] {
				t.Errorf("%s %q: %q, want %q", locale, form, got, want[i])
			}
		}
		if got := f.Date(dialog.NewDate(2027, time.January, 3), Plain); got != want[5] {
			t.Errorf("%s next year: %q, want %q", locale, got, want[5])
		}
	}
	next := dialog.NewDate(2027, time.January, 3)
	if got := New(dialog.ZhHans, nil, "").On(d).Date(next, MonthOnly); got != "2027年1月" {
		t.Errorf("a month of next year: %q", got)
	}
	if got := New(dialog.EnGB, nil, "").On(d).Date(next, MonthOnly); got != "January 2027" {
		t.Errorf("a month of next year: %q", got)
	}
	if got := New(dialog.EnGB, nil, "").Date(next, Plain); got != "3 Jan" {
		t.Errorf("without a reference: %q", got)
	}
	if got := New(dialog.EnGB, nil, "").At(time.Time{}).Date(next, Plain); got != "3 Jan" {
		t.Errorf("at no time: %q", got)
	}
	if got := New(dialog.EnGB, nil, "").Date(dialog.Date{}, Full); got != "" {
		t.Errorf("no date: %q", got)
	}
}

func TestTimes(t *testing.T) {
	zone := time.FixedZone("UTC+8", 8*3600)
	at := time.Date(2026, time.November, 20, 10, 2, 0, 0, time.UTC)
	for locale, want := range map[dialog.Locale][3]string{
		dialog.ZhHans:   {"18:02", "11月20日18:02", "11月20日（周五）18:02"},
		dialog.ZhHantTW: {"18:02", "11月20日18:02", "11月20日（週五）18:02"},
		dialog.ZhHantHK: {"18:02", "11月20日18:02", "11月20日（星期五）18:02"},
		dialog.EnUS:     {"6:02 pm", "Nov 20, 6:02 pm", "Fri, Nov 20, 6:02 pm"},
		dialog.EnGB:     {"18:02", "20 Nov 18:02", "Fri 20 Nov 18:02"},
	} {
		f := New(locale, zone, "").At(at)
		for i, form := range []Form{Plain, Moment, Weekday} {
			if got := f.Time(at, form); got != want[i] {
				t.Errorf("%s %q: %q, want %q", locale, form, got, want[i])
			}
		}
	}
	if got := New(dialog.EnUS, nil, "").Time(at, Plain); got != "10:02 am" {
		t.Errorf("in UTC: %q", got)
	}
	// Near midnight the date is the zone's, not UTC's.
	late := time.Date(2026, time.December, 31, 17, 0, 0, 0, time.UTC)
	if got := New(dialog.EnGB, zone, "").At(late).Time(late, DayOnly); got != "1 Jan" {
		t.Errorf("new year's morning: %q", got)
	}
	if got := New(dialog.EnGB, zone, "").Time(time.Time{}, Moment); got != "" {
		t.Errorf("no time: %q", got)
	}
}

func TestDurations(t *testing.T) {
	for _, c := range []struct {
		d              time.Duration
		hans, hant, en string
	}{
		{0, "不到1分钟", "不到1分鐘", "less than a minute"},
		{time.Minute, "约1分钟", "約1分鐘", "about 1 minute"},
		{6 * time.Minute, "约6分钟", "約6分鐘", "about 6 minutes"},
		{6*time.Minute + time.Second, "约7分钟", "約7分鐘", "about 7 minutes"},
		{11 * time.Minute, "约11分钟", "約11分鐘", "about 11 minutes"},
		{31 * time.Minute, "约35分钟", "約35分鐘", "about 35 minutes"},
		{56 * time.Minute, "约1小时", "約1小時", "about 1 hour"},
		{61 * time.Minute, "约75分钟", "約75分鐘", "about 75 minutes"},
		{119 * time.Minute, "约2小时", "約2小時", "about 2 hours"},
		{121 * time.Minute, "约3小时", "約3小時", "about 3 hours"},
		{24 * time.Hour, "约24小时", "約24小時", "about 24 hours"},
		{25 * time.Hour, "约2天", "約2天", "about 2 days"},
	} {
		for locale, want := range map[dialog.Locale]string{
			dialog.ZhHans: c.hans, dialog.ZhHantTW: c.hant, dialog.ZhHantHK: c.hant, dialog.EnUS: c.en, dialog.EnGB: c.en,
		} {
			if got := New(locale, nil, "").Duration(c.d, false); got != want {
				t.Errorf("%s %s: %q, want %q", locale, c.d, got, want)
			}
		}
	}
	en := New(dialog.EnGB, nil, "")
	for want, d := range map[string]time.Duration{
		"10 minutes": 10 * time.Minute, "1 hour": time.Hour, "30 days": 720 * time.Hour, "90 seconds": 90 * time.Second,
	} {
		if got := en.Duration(d, true); got != want {
			t.Errorf("exactly %s: %q, want %q", d, got, want)
		}
	}
}

func TestSmallThings(t *testing.T) {
	for want, got := range map[string]string{
		"1,234": Count(1234), "-1,234,567": Count(-1234567), "12": Count(12), "0": Count(0),
		"0.05%": Percent(5), "13.03%": Percent(1303), "10%": Percent(1000), "10.5%": Percent(1050), "0%": Percent(0),
		"-2.5%": Percent(-250), "instalment": Plural(1, "instalment", "instalments"), "instalments": Plural(0, "instalment", "instalments"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	en := New(dialog.EnGB, nil, "")
	for n, want := range map[int64]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 112: "112th", 122: "122nd"} {
		if got := en.Ordinal(n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := New(dialog.ZhHans, nil, "").Ordinal(2); got != "第2" {
		t.Errorf("%q", got)
	}
}

func TestValues(t *testing.T) {
	zone := time.FixedZone("UTC+8", 8*3600)
	d := dialog.NewDate(2026, time.November, 28)
	full := dialog.DateValue(d)
	full.Text = string(FullWeekday)
	formula := dialog.Value{Kind: dialog.ValueFormula, Text: "{0} × {1} × {2}{9}{x", Parts: []dialog.Value{
		dialog.MoneyValue(dialog.NewMoney(82400, "CNY")), dialog.PercentValue(5), dialog.CountValue(9),
	}}
	for _, c := range []struct {
		v    dialog.Value
		form Form
		want string
	}{
		{dialog.MoneyValue(dialog.NewMoney(82771, "CNY")), Plain, "827.71元"},
		{dialog.MoneyValue(dialog.NewMoney(82771, "CNY")), Bare, "827.71"},
		{dialog.DateValue(d), Plain, "11月28日"},
		{dialog.DateValue(d), Weekday, "11月28日（周六）"},
		{full, Plain, "2026年11月28日（周六）"},
		{full, MonthOnly, "11月"},
		{dialog.TimeValue(time.Date(2026, 11, 28, 2, 0, 0, 0, time.UTC)), Plain, "10:00"},
		{dialog.CountValue(1200), Plain, "1,200"},
		{dialog.CountValue(3), Ordinal, "第3"},
		{dialog.PercentValue(1111), Plain, "11.11%"},
		{dialog.Value{Kind: dialog.ValuePercent, Text: "0.035"}, Plain, "0.035%"},
		{dialog.DurationValue(6 * time.Minute), Plain, "约6分钟"},
		{dialog.DurationValue(6 * time.Minute), Exact, "6分钟"},
		{dialog.TextValue("R-8841 {0}"), Plain, "R-8841 {0}"},
		{dialog.LabelValue("row.principal"), Plain, "row.principal"},
		{formula, Plain, "824.00 × 0.05% × 9{9}{x"},
		{dialog.Value{Kind: dialog.ValueFormula, Text: "{0}{1}", Parts: []dialog.Value{dialog.TextValue("{1}"), dialog.CountValue(7)}}, Plain, "{1}7"},
	} {
		if got := New(dialog.ZhHans, zone, "CNY").ValueAs(c.v, c.form); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.v.Kind, c.form, got, c.want)
		}
	}
}

func BenchmarkMoney(b *testing.B) {
	f := New(dialog.ZhHans, nil, "CNY")
	for b.Loop() {
		f.Money(dialog.NewMoney(1234560, "CNY"))
	}
}
