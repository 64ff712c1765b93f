package slots

import (
	"testing"
	"time"

	"warmline/dialog"
)

func TestColloquialSums(t *testing.T) {
	run(t, []check{
		{"我得千八蚊", "amount=1800", Context{}},
		{"百五蚊得唔得", "amount=150", Context{}},
		{"兩嚿水", "amount=200", Context{}},
		{"三皮嘢我邊度有", "amount=30000", Context{}},
		{"多收45块半", "amount=45.50", Context{}},
		{"万一还不上", "", Context{}},
		{"two fifty now", "amount=250", Context{}},
		{"one thousand two hundred and thirty four", "amount=1234", Context{}},
		{"two and a half grand", "amount=2500", Context{}},
		{"a couple hundred", "amount=200", Context{}},
		{"about 200 per month", "per_period=200/month", Context{}},
		{"每月差不多三百", "per_period=300/month", Context{}},
		{"每个礼拜五还八十", "per_period=80/week", Context{}},
		{"每周一次还八十", "per_period=80/week", Context{}},
		{"call 0917 555 0123", "", Context{}},
		{"+44 7700 900123", "", Context{}},
	})
}

func TestBudgets(t *testing.T) {
	run(t, []check{
		{"i take home 3200 and rent food etc is 3350", "income=3200 expense=3350", Context{}},
		{"I make 3,200 a month and spend about 3,350 on rent", "income=3200 expense=3350", Context{}},
		{"earn 1800, bills come to 1650", "income=1800 expense=1650", Context{}},
		{"一个月挣六千 开销四千五", "income=6000 expense=4500", Context{}},
		{"after rent i can pay 200", "amount=200", Context{}},
	})
}

func TestCountedDays(t *testing.T) {
	tell, promise := with(dialog.IntentExplainBroken), with(dialog.IntentPromiseToPay)
	monday := tell
	monday.Now = time.Date(2026, 11, 30, 11, 0, 0, 0, shanghai)
	run(t, []check{
		{"这周五还", "date=2026-11-27", promise},
		{"工资晚发 周三", "date=2026-12-02", monday},
		{"说好周五还的 没到账", "date=2026-11-27", monday},
		{"下下周三", "date=2026-12-02", promise},
		{"the friday after next", "date=2026-12-04", promise},
		{"monday week", "date=2026-11-30", promise},
		{"a week on monday", "date=2026-11-30", promise},
		{"a week from today", "date=2026-11-28", promise},
		{"三天之内", "date=2026-11-24", promise},
		{"过五天到账", "date=2026-11-26", promise},
		{"过两天还", "", promise},
		{"大前天", "date=2026-11-18", Context{}},
		{"拜五還", "date=2026-11-27", promise},
		{"月尾出糧", "date=2026-11-30", promise},
		{"12.6还", "date=2026-12-06", Context{Now: sat, MonthFirst: true}},
		{"12/6还", "date=2026-12-06", Context{Now: sat, MonthFirst: true}},
		{"12/6", "date=2026-12-06|2027-06-12", promise},
		{"8/12还", "date=2027-08-12|2026-12-08", Context{Now: sat, MonthFirst: true}},
		{"i paid sat", "date=2026-11-14", with(dialog.IntentAlreadyPaid)},
		{"上周四还的 到今天还催", "date=2026-11-12", with(dialog.IntentAlreadyPaid)},
		{"on the 3rd", "date=2026-12-03", with(dialog.IntentChooseOption)},
		{"the 22nd", "date=2026-11-22", promise},
		{"30号发工资 当天给", "date=2026-11-30", promise},
		{"change it from the 5th to the 10th", "date=2026-12-10", with(dialog.IntentChangePlan)},
	})
}

func TestWaitsAndParts(t *testing.T) {
	wait := with(dialog.IntentAskDeferral)
	run(t, []check{
		{"寬限十日", "duration_days=10", wait},
		{"need ten more days", "duration_days=10", wait},
		{"48 hours", "duration_days=2", wait},
		{"延长两个半月", "duration_days=75", wait},
		{"两次付清吧", "n_instalments=2", with(dialog.IntentPayNow)},
		{"three months break", "duration_days=90", with(dialog.IntentProposeTerms)},
		{"split it in 4", "n_instalments=4", Context{}},
		{"拆成4", "n_instalments=4", Context{}},
		{"spread it over a year", "n_instalments=12", with(dialog.IntentProposeTerms)},
		{"from 4 to 6 instalments", "n_instalments=6", with(dialog.IntentChangePlan)},
		{"不要12期 要6期", "n_instalments=6", Context{}},
		{"第一个不行 要第二个", "option_ref=2", with(dialog.IntentChooseOption)},
	})
}
