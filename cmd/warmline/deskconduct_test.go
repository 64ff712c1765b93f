package main

import (
	"slices"
	"testing"
	"unicode/utf16"

	"warmline/channels/desk"
	"warmline/dialog"
)

func TestWhatAPersonAtTheDeskMayNotWrite(t *testing.T) {
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	c := deskConduct{b.reviewer}
	due := []dialog.Value{dialog.MoneyValue(dialog.NewMoney(82771, "CNY"))}
	for _, x := range []struct {
		text, severity string // "" is fine
		locale         dialog.Locale
	}{
		{"再不还钱我们就上门找你家里人。", "hard", dialog.ZhHans},
		{"If you don't pay today we will tell your employer.", "hard", dialog.EnGB},
		{"您这期一共827.71元，不急。", "", dialog.ZhHans},
		{"您这期一共827.17元。", "hard", dialog.ZhHans},
		{"您说每月能拿出250元，我记下了。", "soft", dialog.ZhHans},
		{"我是真人，我在听您说。", "", dialog.ZhHans},
		{"Take your time. I'm a real person and I'm here.", "", dialog.EnGB},
	} {
		found := c.Check(desk.Draft{Text: x.text, Locale: x.locale, Lang: dialog.EnGB, Facts: due})
		worst := ""
		for _, f := range found {
			if worst != "hard" {
				worst = f.Severity
			}
			if n := len(utf16.Encode([]rune(x.text))); f.From < 0 || f.To > n || f.From > f.To || f.Text == "" {
				t.Errorf("%s: finding %+v", x.text, f)
			}
		}
		if worst != x.severity {
			t.Errorf("%s: %q, expected %q (%+v)", x.text, worst, x.severity, found)
		}
	}
	if !slices.ContainsFunc(c.Check(desk.Draft{Text: "再不还钱我们就上门找你家里人。", Locale: dialog.ZhHans, Lang: dialog.ZhHans}), func(f desk.Finding) bool {
		return f.Severity == "hard" && f.Text != ""
	}) {
		t.Error("the rule's text is missing in Chinese")
	}
}
