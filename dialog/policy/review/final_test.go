package review_test

import (
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy/review"
)

func TestFinalNumbersComeFromTheAct(t *testing.T) {
	r := reviewer(t)
	values := map[string]dialog.Value{
		"amount_due": dialog.MoneyValue(dialog.NewMoney(82771, "CNY")),
		"total":      dialog.MoneyValue(dialog.NewMoney(123450, "USD")),
		"due_date":   dialog.DateValue(dialog.NewDate(2026, time.November, 21)),
		"eta":        dialog.DurationValue(6 * time.Minute),
		"rate":       dialog.PercentValue(1825),
		"ticket_id":  dialog.TextValue("C-20391"),
		"days":       dialog.DaysValue(9),
	}
	tests := []struct {
		text string
		ok   bool
	}{
		{"到今天共827.71元，11月21日到期。", true},
		{"It's $1,234.50, due 21 Nov 2026.", true},
		{"It's $1,234.5, about 6 minutes, 18.25%.", true},
		{"编号 C-20391，晚了9天。", true},
		{"到今天共828.71元。", false},
		{"12月21日到期。", false},
		{"It's due on 2026-11-22.", false},
		{"编号 C-20392。", false},
		{"晚了９９天。", false},
	}
	for _, tt := range tests {
		v := r.Final(review.Filled{Locale: "zh-Hans", Act: "balance.show", Text: tt.text, Values: values, Reviewed: true})
		if v.Allowed != tt.ok || !tt.ok && v.Rule != "REV-FACT-1" {
			t.Errorf("%s: %v %s, expected %v", tt.text, v.Allowed, v.Rule, tt.ok)
		}
	}
}

func TestFinalMasksValues(t *testing.T) {
	r := reviewer(t)
	f := review.Filled{
		Locale: "zh-Hans", Act: "balance.show", Text: "您在法院路银行的这期是827.71元，11月21日到期。",
		Words: []string{"法院路银行", "827.71元", "11月21日"},
	}
	if v := r.Final(f); !v.Allowed {
		t.Errorf("a lender's name was read as words: %s %s", v.Why, v.Rule)
	}
	f.Text += "不还就起诉您。"
	if v := r.Final(f); v.Allowed || v.Why != review.FalseLegal {
		t.Errorf("a threat passed with its values filled in: %s", v.Why)
	}
	f.Text, f.Reviewed = "您在{lender_name}的这期是827.71元。", true
	if v := r.Final(f); v.Allowed {
		t.Error("a placeholder was left")
	}
}

func TestAgent(t *testing.T) {
	r := reviewer(t)
	facts := []dialog.Value{dialog.MoneyValue(dialog.NewMoney(82771, "CNY")), dialog.DateValue(dialog.NewDate(2026, time.December, 21))}
	tests := []struct {
		text  string
		level dialog.Level
		rule  string // "" for none
		hard  bool
	}{
		{"您好，我是值班的同事，帮您看一下。", dialog.LevelBorrower, "", false},
		{"这期是827.71，可以延到12月21日。", dialog.LevelBorrower, "", false},
		{"这期是827.17。", dialog.LevelBorrower, "REV-FACT-1", true},
		{"您这期一共$827.5。", dialog.LevelBorrower, "REV-FACT-1", true},
		{"可以分6期。", dialog.LevelBorrower, "REV-FACT-1", false},
		{"可以延到12月25日。", dialog.LevelBorrower, "REV-FACT-1", false},
		{"好的，大约5分钟，下午3:30前我再回来。", dialog.LevelBorrower, "", false},
		{"大概800左右。", dialog.LevelBorrower, "REV-FACT-1", false},
		{"这期是827.71。", dialog.LevelUnknown, "REV-FACT-2", true},
		{"再不还就联系您单位。", dialog.LevelBorrower, "REV-RELATIVE-1", true},
		{"您赶紧还了吧。", dialog.LevelBorrower, "REV-PRESSURE-1", false},
		{"您的废物习惯该改改。", dialog.LevelBorrower, "REV-HARASS-1", true},
	}
	for _, tt := range tests {
		got := r.Agent(review.AgentDraft{Language: "zh-Hans", Text: tt.text, Level: tt.level, Facts: facts})
		if tt.rule == "" {
			if len(got) > 0 {
				t.Errorf("%s: %+v, expected nothing", tt.text, got)
			}
			continue
		}
		if !hasRule(got, tt.rule, tt.hard) {
			t.Errorf("%s: %+v, expected %s hard %v", tt.text, got, tt.rule, tt.hard)
		}
	}
}

func hasRule(findings []review.Finding, rule string, hard bool) bool {
	for _, f := range findings {
		if f.Rule == rule && f.Hard == hard && f.Text != "" {
			return true
		}
	}
	return false
}

// With a record behind it, an agent may speak of what is otherwise refused.
func TestAgentWithARecord(t *testing.T) {
	r := reviewer(t)
	d := review.AgentDraft{Language: "en", Reader: "zh-Hant", Text: "This may be reported to the credit bureau.", Level: dialog.LevelBorrower}
	if got := r.Agent(d); !hasRule(got, "REV-CREDIT-1", true) {
		t.Errorf("without a record: %+v", got)
	}
	d.Records = []review.Family{review.FalseCredit}
	if got := r.Agent(d); hasRule(got, "REV-CREDIT-1", true) {
		t.Errorf("with a record: %+v", got)
	}
}
