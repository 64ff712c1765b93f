package slots

import (
	"strings"
	"testing"
	"time"

	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// sat is Saturday 2026-11-21 in Shanghai; sun and fri are days of that week.
var (
	shanghai = time.FixedZone("CST", 8*3600)
	sat      = time.Date(2026, 11, 21, 10, 0, 0, 0, shanghai)
	sun      = time.Date(2026, 11, 29, 10, 0, 0, 0, shanghai)
	fri      = time.Date(2026, 11, 27, 10, 0, 0, 0, shanghai)
)

type check struct {
	text string
	want string // "kind=value kind=value", "" for none of the kinds that are compared
	ctx  Context
}

func with(intents ...dialog.Intent) Context { return Context{Now: sat, Intents: intents} }

// read returns the entities as "kind=value", ambiguous ones as "kind=a|b".
func read(t *testing.T, text string, c Context) []string {
	t.Helper()
	f := fold.New()
	r, err := New(f)
	if err != nil {
		t.Fatal(err)
	}
	if c.Now.IsZero() {
		c.Now = sat
	}
	folded := f.Fold(text, 4096)
	var out []string
	for _, e := range r.Read(&folded, c) {
		if e.Start < 0 || e.End > len(text) || e.Start >= e.End {
			t.Errorf("%q: %s spans %d to %d", text, e.Kind, e.Start, e.End)
		}
		v := e.Value
		if len(e.Ambiguous) > 0 {
			v = strings.Join(e.Ambiguous, "|")
		}
		out = append(out, string(e.Kind)+"="+v)
	}
	return out
}

func run(t *testing.T, checks []check) {
	t.Helper()
	for _, c := range checks {
		got := read(t, c.text, c.ctx)
		if c.want == "" && len(got) > 0 {
			t.Errorf("%q: got %v, want nothing", c.text, got)
		}
		for _, w := range strings.Fields(c.want) {
			found := false
			kind, _, _ := strings.Cut(w, "=")
			for _, g := range got {
				if strings.HasPrefix(g, kind+"=") {
					found = g == w // the first of a kind counts
					break
				}
			}
			if !found {
				t.Errorf("%q: got %v, want %s", c.text, got, w)
			}
		}
	}
}

func TestAmounts(t *testing.T) {
	run(t, []check{
		{"先还两百五", "amount=250", Context{}},
		{"还827块7", "amount=827.70", Context{}},
		{"还827.7", "amount=827.70", Context{}},
		{"先给３００元", "amount=300", Context{}},
		{"手里就一千二", "amount=1200", Context{}},
		{"我能凑一万五", "amount=15000", Context{}},
		{"应该是三百零五块", "amount=305", Context{}},
		{"只有五十块钱", "amount=50", Context{}},
		{"一千出头吧", "", Context{}},
		{"两百多", "", Context{}},
		{"大概三百左右", "", Context{}},
		{"千八百行不", "amount=800|1000", Context{}},
		{"两三百块", "amount=200|300", Context{}},
		{"I can pay $120 now", "amount=120", Context{}},
		{"take 1,250.50", "amount=1250.50", Context{}},
		{"about 300", "", Context{}},
		{"$200ish", "", Context{}},
		{"two hundred and fifty dollars", "amount=250", Context{}},
		{"fifteen hundred", "amount=1500", Context{}},
		{"a hundred quid now", "amount=100", Context{}},
		{"I have 4k", "amount=4000", Context{}},
		{"3千5", "amount=3500", Context{}},
		{"千万别打电话", "", Context{}},
		{"我家有三个孩子", "", Context{}},
		{"Rs 1500 now", "amount=1500", Context{}},
		{"my number is 13800138000", "", Context{}},
	})
}

func TestPerPeriod(t *testing.T) {
	run(t, []check{
		{"每月300", "per_period=300/month", Context{}},
		{"每个月最多还250块", "per_period=250/month", Context{}},
		{"一个月五百行吗", "per_period=500/month", Context{}},
		{"一周一百", "per_period=100/week", Context{}},
		{"逢星期五过200", "per_period=200/week", Context{}},
		{"I can do 300 a month", "per_period=300/month", Context{}},
		{"100 weekly", "per_period=100/week", Context{}},
		{"$60/month tops", "per_period=60/month", Context{}},
		{"50 every friday", "per_period=50/week", Context{}},
		{"I can do 每月最多250 吧", "per_period=250/month", Context{}},
		{"150 now then 80 a week", "amount=150 per_period=80/week", Context{}},
		{"我月入3200", "income=3200", Context{}},
		{"take home 4k, rent 1500", "income=4000 expense=1500", Context{}},
		{"工资三千二 房租1500", "income=3200 expense=1500", Context{}},
		{"没收入", "income=0", Context{}},
	})
}

func TestCounts(t *testing.T) {
	run(t, []check{
		{"分4期", "n_instalments=4", Context{}},
		{"想分六个月还清", "n_instalments=6", with(dialog.IntentProposeTerms)},
		{"6期改成12期", "n_instalments=12", with(dialog.IntentChangePlan)},
		{"4 payments please", "n_instalments=4", Context{}},
		{"split it over six months", "n_instalments=6", with(dialog.IntentProposeTerms)},
		{"a couple of months to pay it off, in two payments", "n_instalments=2", with(dialog.IntentProposeTerms)},
		{"分半年", "n_instalments=6", with(dialog.IntentProposeTerms)},
		{"三笔还清可以吗", "n_instalments=3", with(dialog.IntentProposeTerms)},
		{"缓十天", "duration_days=10", with(dialog.IntentAskDeferral)},
		{"缓俩月", "duration_days=60", with(dialog.IntentAskDeferral)},
		{"能宽限一个月吗", "duration_days=30", with(dialog.IntentAskDeferral)},
		{"再给我两周", "duration_days=14", with(dialog.IntentAskDeferral)},
		{"两三周", "duration_days=14|21", with(dialog.IntentAskDeferral)},
		{"I need 2-3 weeks more", "duration_days=14|21", with(dialog.IntentAskDeferral)},
		{"another week please", "duration_days=7", with(dialog.IntentAskDeferral)},
		{"give me ten days", "duration_days=10", with(dialog.IntentAskDeferral)},
		{"失业三个月了", "", with(dialog.IntentHardshipIncome)},
		{"第三期", "", Context{}},
	})
}

func TestDates(t *testing.T) {
	run(t, []check{
		{"明天还", "date=2026-11-22", Context{}},
		{"聽日俾", "date=2026-11-22", Context{}},
		{"昨天转的", "date=2026-11-20", with(dialog.IntentAlreadyPaid)},
		{"周三", "date=2026-11-25", Context{}},
		{"下周三", "date=2026-11-25", Context{}},
		{"下周三", "date=2026-12-02|2026-12-09", Context{Now: sun}},
		{"next friday", "date=2026-12-04|2026-12-11", Context{Now: fri}},
		{"next friday", "date=2026-11-27", Context{}},
		{"上周五就还了", "date=2026-11-13", with(dialog.IntentAlreadyPaid)},
		{"月底", "date=2026-11-30", Context{}},
		{"下个月5号", "date=2026-12-05", Context{}},
		{"下月底", "date=2026-12-31", Context{}},
		{"下个月", "date=2026-12", Context{}},
		{"推到明年三月", "date=2027-03", Context{}},
		{"12月2日", "date=2026-12-02", Context{}},
		{"1月8号", "date=2027-01-08", Context{}},
		{"15号发工资就还", "date=2026-12-15 payday=2026-12-15", with(dialog.IntentPromiseToPay)},
		{"25号", "date=2026-11-25", Context{}},
		{"11号还过200", "date=2026-11-11 amount=200", with(dialog.IntentAlreadyPaid)},
		{"过完年再还", "date=2027-02", Context{}},
		{"三天后", "date=2026-11-24", Context{}},
		{"8/12", "date=2027-08-12|2026-12-08", Context{}},
		{"12/25", "date=2026-12-25", Context{}},
		{"2026-12-02", "date=2026-12-02", Context{}},
		{"tmr night", "date=2026-11-22", Context{}},
		{"by the 28th", "date=2026-11-28", with(dialog.IntentPromiseToPay)},
		{"on the 1st", "date=2026-12-01", with(dialog.IntentPromiseToPay)},
		{"on the 16th", "date=2026-11-16", with(dialog.IntentAlreadyPaid)},
		{"1 December", "date=2026-12-01", Context{}},
		{"dec 3rd", "date=2026-12-03", Context{}},
		{"end of the month", "date=2026-11-30", Context{}},
		{"until february", "date=2027-02", Context{}},
		{"push it to january", "date=2027-01", Context{}},
		{"after New Year", "date=2027-01", Context{}},
		{"in 2 weeks", "date=2026-12-05", with(dialog.IntentPromiseToPay)},
		{"7th of next month", "date=2026-12-07", Context{}},
		{"I may pay", "", Context{}},
		{"been sat here", "", Context{}},
	})
}

func TestOptions(t *testing.T) {
	table := Context{Now: sat, Options: []string{"plan:3", "plan:4", "plan:6"}, Sizes: []int64{27590, 20693, 13795}, Intents: []dialog.Intent{dialog.IntentChooseOption}}
	choose := with(dialog.IntentChooseOption)
	run(t, []check{
		{"第二个", "option_ref=2", choose},
		{"選第一個", "option_ref=1", choose},
		{"选C", "option_ref=3", choose},
		{"B方案", "option_ref=2", choose},
		{"option two", "option_ref=2", choose},
		{"the first one pls", "option_ref=1", choose},
		{"number 3", "option_ref=3", choose},
		{"plan b", "option_ref=2", choose},
		{"中间那个", "option_ref=2", table},
		{"便宜的那个", "option_ref=3", table},
		{"the cheaper one", "option_ref=3", table},
		{"最后一个", "option_ref=3", table},
		{"最后一个", "", choose},
		{"4", "n_instalments=4", table},
		{"2", "option_ref=2", table},
		{"6期那个", "n_instalments=6", choose},
	})
}

func TestWindowsAndReferences(t *testing.T) {
	pref := with(dialog.IntentContactPref)
	run(t, []check{
		{"晚上8点后别发", "time_window=20:00-", pref},
		{"not after 8", "time_window=20:00-", pref},
		{"過了晚上九點就別傳了", "time_window=21:00-", pref},
		{"一过十点不要发", "time_window=22:00-", pref},
		{"上午9点前不要打", "time_window=-09:00", pref},
		{"下午四点后再联系", "time_window=-16:00", pref},
		{"only after 6pm", "time_window=-18:00", pref},
		{"午休可以", "time_window=12:00-13:00", pref},
		{"between 9 and 5 no, lunch ok", "time_window=12:00-13:00", pref},
		{"流水号8841", "payment_ref=8841", Context{}},
		{"ref: TX-9920A", "payment_ref=TX-9920A", Context{}},
		{"卡尾号3391", "payment_ref=3391", Context{}},
	})
}

func TestOpenQuestions(t *testing.T) {
	run(t, []check{
		{"5", "amount=5", Context{Now: sat, Asked: "amount"}},
		{"300", "amount=300", Context{Now: sat, Asked: "amount"}},
		{"28", "date=2026-11-28", Context{Now: sat, Asked: "date"}},
	})
}
