package format

import (
	"testing"
	"time"

	"warmline/dialog"
)

func TestUnits(t *testing.T) {
	money := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	four := []dialog.Instalment{{Amount: money(20693)}, {Amount: money(20693)}, {Amount: money(20693)}, {Amount: money(20692)}}
	plans := dialog.PlanList([]dialog.Offer{{Terms: dialog.Terms{Schedule: four}}, {Terms: dialog.Terms{Schedule: four[:2]}}})
	for _, c := range []struct {
		locale dialog.Locale
		value  dialog.Value
		want   string
	}{
		{dialog.ZhHans, dialog.DaysValue(9), "9天"},
		{dialog.EnGB, dialog.DaysValue(1), "1 day"},
		{dialog.EnGB, dialog.InstalmentCountValue(4), "4 instalments"},
		{dialog.EnUS, dialog.InstalmentCountValue(4), "4 installments"},
		{dialog.ZhHantHK, dialog.InstalmentCountValue(4), "4期"},
		{dialog.ZhHans, dialog.CountsValue([]int{3, 4, 6}), "3、4或6"},
		{dialog.EnGB, dialog.CountsValue([]int{3, 4, 6}), "3, 4 or 6"},
		{dialog.EnGB, dialog.CountsValue([]int{3}), "3"},
		{dialog.ZhHans, dialog.InstalmentsValue(four), "206.93×3+206.92"},
		{dialog.EnGB, dialog.InstalmentsValue(four), "3 × ¥206.93 + ¥206.92"},
		{dialog.ZhHans, plans, "4期 206.93×3+206.92；2期 206.93×2"},
	} {
		if got := New(c.locale, time.UTC, "CNY").Value(c.value); got != c.want {
			t.Errorf("%s %s: %q, expected %q", c.locale, c.value.Kind, got, c.want)
		}
	}
}
