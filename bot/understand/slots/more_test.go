package slots

import (
	"testing"

	"warmline/dialog"
)

func TestDaysOfTheYear(t *testing.T) {
	promise := with(dialog.IntentPromiseToPay)
	run(t, []check{
		{"除夕之前", "date=2027-02-05", promise},
		{"双十二", "date=2026-12-12", promise},
		{"christmas eve", "date=2026-12-24", promise},
		{"boxing day", "date=2026-12-26", promise},
		{"new years eve", "date=2026-12-31", promise},
		{"thanksgiving", "date=2026-11-26", promise},
		{"国庆还的", "date=2026-10-01", with(dialog.IntentAlreadyPaid)},
		{"the last friday of the month", "date=2026-11-27", promise},
		{"first monday of december", "date=2026-12-07", promise},
		{"last working day of the month", "date=2026-11-30", promise},
		{"下月15", "date=2026-12-15", promise},
		{"上个月25号还的", "date=2026-10-25", with(dialog.IntentAlreadyPaid)},
		{"last month on the 28th", "date=2026-10-28", with(dialog.IntentAlreadyPaid)},
		{"11月5号还的", "date=2026-11-05", promise},
		{"4/12/2026", "date=2026-12-04|2026-04-12", promise},
		{"25/12/2026", "date=2026-12-25", promise},
		{"三日後還", "date=2026-11-24", promise},
	})
}

func TestShortWaysOfCounting(t *testing.T) {
	propose := with(dialog.IntentProposeTerms)
	run(t, []check{
		{"廿三蚊", "amount=23", Context{}},
		{"卅五蚊", "amount=35", Context{}},
		{"27块7毛1", "amount=27.71", Context{}},
		{"hundred and fifty today", "amount=150", Context{}},
		{"a tenner", "amount=10", Context{}},
		{"about 300", "amount=300", Context{Asked: "amount"}},
		{"月还600", "per_period=600/month", propose},
		{"日还三十", "per_period=30/day", propose},
		{"俩月还清", "n_instalments=2", propose},
		{"分一年半", "n_instalments=18", propose},
		{"over 2 years", "n_instalments=24", propose},
		{"break it into 5", "n_instalments=5", propose},
		{"pay in 3", "n_instalments=3", Context{}},
		{"ten month plan", "n_instalments=10", with(dialog.IntentChangePlan)},
		{"make it six instead of four", "n_instalments=6", with(dialog.IntentChangePlan)},
		{"二號方案", "option_ref=2", with(dialog.IntentChooseOption)},
		{"后面那个", "option_ref=2", Context{Options: []string{"plan:3", "plan:4"}, Intents: []dialog.Intent{dialog.IntentChooseOption}}},
		{"need about 2 weeks", "duration_days=14", with(dialog.IntentAskDeferral)},
	})
}

func TestTypedInHaste(t *testing.T) {
	promise := with(dialog.IntentPromiseToPay)
	table := Context{Options: []string{"plan:3", "plan:4"}, Asked: "choose", Intents: []dialog.Intent{dialog.IntentChooseOption}}
	run(t, []check{
		{"pay200 now", "amount=200", Context{}},
		{"rs500 only", "amount=500", Context{}},
		{"wensday for sure", "date=2026-11-25", promise},
		{"27-nov", "date=2026-11-27", promise},
		{"27.11.2026", "date=2026-11-27", promise},
		{"Dec. 3", "date=2026-12-03", promise},
		{"monday 30 november", "date=2026-11-30", promise},
		{"it bounced on monday so ill redo it tomorrow", "date=2026-11-22", promise},
		{"the twenty eighth", "date=2026-11-28", promise},
		{"first of the month", "date=2026-12-01", promise},
		{"last day of december", "date=2026-12-31", promise},
		{"这个月最后一天", "date=2026-11-30", promise},
		{"元月五号", "date=2027-01-05", promise},
		{"two weeks today", "date=2026-12-05", promise},
		{"grant me two months time", "duration_days=60", with(dialog.IntentAskDeferral)},
		{"a 14-day extension", "duration_days=14", with(dialog.IntentAskDeferral)},
		{"分个四五期", "n_instalments=4|5", with(dialog.IntentProposeTerms)},
		{"三期变六期", "n_instalments=6", with(dialog.IntentChangePlan)},
		{"split 6 ways", "n_instalments=6", Context{}},
		{"first pls", "option_ref=1", table},
		{"倒数第一个", "option_ref=2", table},
		{"选乙", "option_ref=2", table},
		{"cant do 276 but 140 i can", "amount=140", with(dialog.IntentPayPartial)},
		{"今天不行 后天行", "date=2026-11-23", promise},
	})
}

func TestWhatWentBefore(t *testing.T) {
	paid, promise := with(dialog.IntentAlreadyPaid), with(dialog.IntentPromiseToPay)
	run(t, []check{
		{"25号给你转过去", "date=2026-11-25", paid},
		{"25号给你转过了", "date=2026-10-25", paid},
		{"去年12月还完的", "date=2025-12", paid},
		{"she had a stroke in october", "", with(dialog.IntentThirdParty)},
		{"12月1号发工资 2号还你", "payday=2026-12-01", promise},
		{"每两星期还三百", "per_period=300/fortnight", Context{}},
		{"双周还180", "per_period=180/fortnight", Context{}},
		{"125 on the 1st of every month", "per_period=125/month", Context{}},
		{"drop it from 6 payments to 3", "n_instalments=3", with(dialog.IntentChangePlan)},
		{"5 more working days", "duration_days=5", with(dialog.IntentAskDeferral)},
		{"option one", "option_ref=1", with(dialog.IntentChooseOption)},
		{"二号", "option_ref=2", Context{Options: []string{"plan:3", "defer:30"}, Asked: "choose"}},
		{"二号", "date=2026-12-02", Context{Options: []string{"plan:3", "defer:30"}, Asked: "date"}},
		{"由第一个字开始", "", Context{}},
		{"under article 15", "", Context{}},
		{"two hundred hundred hundred hundred hundred hundred hundred hundred hundred", "amount=200000000", Context{}}, // stops growing
	})
}

func TestMixedSentences(t *testing.T) {
	propose, promise := with(dialog.IntentProposeTerms), with(dialog.IntentPromiseToPay)
	run(t, []check{
		{"我想split成4个payments", "n_instalments=4", propose},
		{"每月200 from 一月", "per_period=200/month date=2027-01", propose},
		{"一个月还两百 到一月", "per_period=200/month date=2027-01", propose},
		{"推到一月5号", "date=2027-01-05", with(dialog.IntentAskDeferral)},
		{"half first 剩下next month", "date=2026-12", with(dialog.IntentPayPartial)},
		{"下個月尾", "date=2026-12-31", promise},
		{"明年年初", "date=2027-01", promise},
		{"next month 5th", "date=2026-12-05", promise},
		{"hanggang 30", "date=2026-11-30", with(dialog.IntentAskDeferral)},
		{"拖到28", "date=2026-11-28", with(dialog.IntentAskDeferral)},
		{"no pay over christmas, next pay is 29 jan", "date=2027-01-29", promise},
		{"12月5号要扣276", "date=2026-12-05", with(dialog.IntentDisputeAmount)},
		{"3 lots of 275.90", "n_instalments=3 amount=275.90", propose},
		{"6 x 137.95", "n_instalments=6 amount=137.95", propose},
		{"between 100 and 150", "amount=100|150", Context{Asked: "amount"}},
		{"0", "", Context{Asked: "amount"}},
	})
}

func TestWhatIsNoSum(t *testing.T) {
	run(t, []check{
		{"i'm 34 and i cant pay", "", Context{}},
		{"im 40 short", "amount=40", Context{}},
		{"我今年四十五了", "", Context{}},
		{"my bank only lets me send 500 a day", "", Context{}},
		{"我银行一天只能转五千", "", Context{}},
	})
}

func TestSumsAsTheyAreSaid(t *testing.T) {
	run(t, []check{
		{"给你们六百一次了结", "amount=600", Context{}},
		{"half a grand", "amount=500", Context{}},
		{"三张毛爷爷", "amount=300", Context{}},
		{"兩張金牛", "amount=2000", Context{}},
		{"twenty-five now", "amount=25", Context{Asked: "amount"}},
		{"两周还一次 每次两百", "per_period=200/fortnight", with(dialog.IntentProposeTerms)},
		{"mid january", "date=2027-01-15", with(dialog.IntentPromiseToPay)},
		{"till december end", "date=2026-12-31", with(dialog.IntentPromiseToPay)},
		{"先还五百，剩下月底", "amount=500 date=2026-11-30", with(dialog.IntentPayPartial)},
		{"gimme the 6 month thing", "n_instalments=6", with(dialog.IntentChooseOption)},
	})
}
