package prompts

import (
	"strings"
	"testing"

	"warmline/dialog"
)

// openings are the words of which one is in every text that hears a fact: who
// has lost their work is not answered with "a hard time".
var openings = []struct {
	act  dialog.ActKind
	form string
	zh   string
	en   string
}{
	{"hardship.acknowledge", "job_loss", "工作", "job"},
	{"hardship.acknowledge", "illness", "病 身体 身體 医 醫", "ill health treatment"},
	{"hardship.acknowledge", "shop_closed", "店 生意 舖", "shop"},
	{"hardship.acknowledge", "income_drop", "收入 进账 進帳 進賬 到手 薪 人工 出糧", "coming in|pay packet|paycheck|income"},
	{"hardship.acknowledge", "family", "家", "home"},
	{"forgot.fix", "", "忘", "forg date"},
	{"forgot.fix", "low", "忘", "forg date"},
	{"forgot.fix", "not_told", "提醒 提示", "notice hear told"},
}

func TestAnOpeningNamesTheFact(t *testing.T) {
	set, err := Load(Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range openings {
		for _, locale := range dialog.Locales() {
			words := o.zh
			if locale == dialog.EnGB || locale == dialog.EnUS {
				words = o.en
			}
			sep := " "
			if strings.Contains(words, "|") {
				sep = "|"
			}
			for _, text := range set.Catalog(locale).Variants(o.act, o.form) {
				if !hasAny(strings.ToLower(text.Body), strings.Split(words, sep)) {
					t.Errorf("%s %s/%s names nothing of it: %s", locale, o.act, o.form, text.Body)
				}
			}
		}
	}
}

func hasAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
