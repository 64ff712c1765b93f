package format

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"warmline/dialog"
)

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"没有数字":                                 "",
		"¥1,234.50":                            "1234.50",
		"827.71元":                              "827.71",
		"共12,345.60元，分4期":                      "12345.60 4",
		"HK$1,234.50 and NT$1,500":             "1234.50 1500",
		"₹1,23,45,678.00":                      "12345678.00",
		"3,4,6期":                               "3 4 6",
		"3,200":                                "3200",
		"2026-12-21 10:00":                     "2026 12 21 10 00",
		"2026.12.21":                           "2026 12 21",
		"1.2.3":                                "1 2 3",
		"８２７．７１元":                              "827.71",
		"１，２３４":                                "1234",
		"共４，下期５":                               "4 5",
		"٨٢٧٫٧١":                               "827.71",
		"८२७":                                  "827",
		"𝟖𝟐𝟕":                                  "827",
		"8\u200b2\u200d7":                      "827",
		"⑧②⑦":                                  "827",
		"① 延到12月21日":                           "12 21",
		"0.05%":                                "0.05",
		"about .5 of it":                       "0.5",
		"End.5 more":                           "5",
		"1.2万元":                                "12000",
		"3千":                                   "3000",
		"2亿":                                   "200000000",
		"3k a month":                           "3000",
		"3kg":                                  "3",
		"1.25 million":                         "1250000",
		"5 lakh":                               "500000",
		"R-8841":                               "8841",
		"1234,567":                             "1234 567",
		"12,34":                                "12 34",
		"4 instalments of 206.93, last 206.92": "4 206.93 206.92",
	} {
		if got := strings.Join(Numbers(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	allowed := []string{"827.71", "2026-11-12", "4"}
	for text, want := range map[string]string{
		"11月12日共827.71元，分4期":               "",
		"827.710元":                         "",
		"827.72元":                          "827.72",
		"8万元":                              "80000",
		"4 of 12, or 6 by 30 November '26": "6 30 26",
	} {
		if got := strings.Join(Unknown(text, allowed...), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]string{
		"¥1,234.50 by 12 Nov":                     "1234.50",
		"到12月21日共834.91元，30天":                     "834.91",
		"HK$35 or US$ 4.5, NT$1,500":              "35 4.5 1500",
		"4期：206.93×3+206.92":                      "206.93 206.92",
		"824.00 × 0.05% × 9":                      "824.00",
		"13.03% a year, 13.03 %":                  "",
		"250 yuan, CNY 300, RMB400, 20 dollars":   "250 300 400 20",
		"Rs. 500 and ₫1,500,000":                  "500 1500000",
		"35 € or £4":                              "35 4",
		"4 ¥827.71":                               "827.71",
		"827块7，还有827块4期":                          "827.7 827",
		"３５０元":                                    "350",
		"3千元":                                     "3000",
		"300港币":                                   "300",
		"12月12日10:00，R-8841，6分钟，拨打12356":          "",
		"contact us 24 hours":                     "",
		"-¥3.71":                                  "3.71",
		"about 6 minutes for the 2nd of 4 people": "",
	} {
		if got := strings.Join(Amounts(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFindDates(t *testing.T) {
	for _, c := range []struct {
		text   string
		locale dialog.Locale
		want   string
	}{
		{"11月12日那期，到2026年12月21日", dialog.ZhHans, "2026-11-12 2026-12-21"},
		{"12月2号还是12月9號", dialog.ZhHantTW, "2026-12-02 2026-12-09"},
		{"11月28。12月4期", dialog.ZhHans, "2026-11-28"},
		{"一一月 １２月２１日", dialog.ZhHans, "2026-12-21"},
		{"12 Nov, 3rd of December 2027 and Nov 12", dialog.EnGB, "2026-11-12 2027-12-03 2026-11-12"},
		{"Nov 12, 2027; November 3rd; sept. 5", dialog.EnUS, "2027-11-12 2026-11-03 2026-09-05"},
		{"2026-12-21 and 2026/01/02, 2026.3.4", dialog.EnGB, "2026-12-21 2026-01-02 2026-03-04"},
		{"8/12", dialog.EnGB, "2026-12-08"},
		{"8/12", dialog.EnUS, "2026-08-12"},
		{"8/12", dialog.ZhHans, "2026-08-12"},
		{"25/12/2026", dialog.EnGB, "2026-12-25"},
		{"30 Feb, 31/31, 13月1日", dialog.EnGB, ""},
		{"plan 4 may cost less; by 4 May", dialog.EnGB, "2026-05-04"},
		{"Nov 2026, 206.93×3, 10:00, DSP-1042-77", dialog.EnGB, ""},
		{"Mayhem 12 marches", dialog.EnGB, ""},
	} {
		var got []string
		for _, d := range Dates(c.text, c.locale, 2026) {
			got = append(got, d.String())
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s %q: %q, want %q", c.locale, c.text, s, c.want)
		}
	}
}

// What is written is found again: sums, dates and counts, in every locale.
func TestWrittenIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		locale := rapid.SampledFrom(dialog.Locales()).Draw(t, "locale")
		m := dialog.NewMoney(rapid.Int64Range(0, 1e13).Draw(t, "sum"), rapid.SampledFrom(currencies).Draw(t, "currency"))
		d := dialog.NewDate(2024, 1, 1).AddDays(rapid.IntRange(0, 3000).Draw(t, "day"))
		f := New(locale, time.UTC, rapid.SampledFrom(currencies).Draw(t, "home"))
		f = f.In(rapid.SampledFrom([]Style{Text, Table}).Draw(t, "style")).On(dialog.NewDate(2026, 11, 21))
		form := rapid.SampledFrom([]Form{Plain, Full, Weekday, FullWeekday}).Draw(t, "form")
		before := rapid.SampledFrom([]string{"", "共", "total ", "（"}).Draw(t, "before")

		sum := before + f.Money(m)
		if got := Amounts(sum); !slices.Equal(got, []string{m.Decimal()}) {
			t.Fatalf("%q: amounts %v, want %s", sum, got, m.Decimal())
		}
		if extra := Unknown(sum, m.Decimal()); extra != nil {
			t.Fatalf("%q: unknown %v", sum, extra)
		}
		day := before + f.Date(d, form)
		if got := Dates(day, locale, 2026); !slices.Equal(got, []dialog.Date{d}) {
			t.Fatalf("%q: dates %v, want %s", day, got, d)
		}
		if extra := Unknown(day, d.String()); extra != nil {
			t.Fatalf("%q: unknown %v", day, extra)
		}
		if got := Amounts(day); got != nil {
			t.Fatalf("%q: amounts %v", day, got)
		}
	})
}

// Every set of decimal digits of Unicode starts with its zero and is a multiple
// of ten long: what digit rests on.
func TestDigitsOfEveryScript(t *testing.T) {
	for _, r := range unicode.Nd.R16 {
		if (r.Hi-r.Lo+1)%10 != 0 || r.Stride != 1 {
			t.Errorf("digits %x–%x", r.Lo, r.Hi)
		}
	}
	for _, r := range unicode.Nd.R32 {
		if (r.Hi-r.Lo+1)%10 != 0 || r.Stride != 1 {
			t.Errorf("digits %x–%x", r.Lo, r.Hi)
		}
	}
}

// A long text of any shape is read in little time.
func TestLongTexts(t *testing.T) {
	for _, piece := range []string{"1,11", "1,111,", "1万", "1 ", "12/", "1.1.", "① ", "11月12日", "12 Nov ", "a1", "¥-1", "9", "万"} {
		text := strings.Repeat(piece, 20_000)
		start := time.Now()
		Numbers(text)
		Amounts(text)
		Unknown(text, text)
		Dates(text, dialog.EnGB, 2026)
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("%d times %q: %s", 20_000, piece, took)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"¥1,234.50", "827块7", "12 Nov", "2026年12月21日", "1.2.3万", "⑧②", "'1'1,1.٫1", "\xff1"} {
		f.Add(s)
	}
	decimal := regexp.MustCompile(`^\d+(\.\d+)?$`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range append(Numbers(s), Amounts(s)...) {
			if !decimal.MatchString(n) {
				t.Errorf("%q: %q is no decimal", s, n)
			}
		}
		if len(Unknown(s, s)) > 0 {
			t.Errorf("%q has numbers that it does not have", s)
		}
		for _, d := range Dates(s, dialog.EnGB, 2026) {
			if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 {
				t.Errorf("%q: date %v", s, d)
			}
		}
	})
}

func BenchmarkNumbers(b *testing.B) {
	text := "每月250以内可以选：4期 206.93×3+206.92;6期 137.95×5+137.96。总额不变，827.71。"
	for b.Loop() {
		Numbers(text)
	}
}
