package fold_test

import (
	"testing"

	"warmline/dialog/policy/review/fold"
)

func TestSimple(t *testing.T) {
	table := fold.New()
	for from, to := range map[rune]rune{'繳': '缴', '賬': '账', '您': '你', '嘅': '的', '唔': '不', '一': '一', 'a': 'a', '聯': '联'} {
		if got := table.Simple(from); got != to {
			t.Errorf("%c became %c, expected %c", from, got, to)
		}
	}
}

func TestScript(t *testing.T) {
	table := fold.New()
	for _, r := range "繳賬聯絡這個們還" {
		if !table.Traditional(r) && r != '個' || table.Simplified(r) {
			t.Errorf("%c is taken for simplified", r)
		}
	}
	for _, r := range "缴账联这们还" {
		if !table.Simplified(r) || table.Traditional(r) {
			t.Errorf("%c is taken for traditional", r)
		}
	}
	for _, r := range "的一是在台后里面只著乾" {
		if table.Simplified(r) || table.Traditional(r) {
			t.Errorf("%c belongs to both", r)
		}
	}
}

func TestSound(t *testing.T) {
	table := fold.New()
	if table.Sound('赖') == 0 || table.Sound('赖') != table.Sound('癞') || table.Sound('赖') == table.Sound('家') || table.Sound('x') != 0 {
		t.Error("赖 sounds like 癞, not like 家")
	}
}
