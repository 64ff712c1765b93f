package policy

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/loan"
	"warmline/prompts"
)

var noon = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai

func compiled(t testing.TB, cfg Config) Rules {
	t.Helper()
	if cfg.Places == nil {
		cfg.Places = somePlaces()
	}
	r, err := Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// somePlaces are places such as packs carry.
func somePlaces() []Place {
	checked := dialog.NewDate(2026, 11, 21)
	return []Place{
		{Pack: "cn", Zone: "Asia/Shanghai", Line: "12356", Emergency: "120 / 110", Checked: checked,
			NoTelegram: true, CostTable: true, ReadSecs: 10, Again: true},
		{Pack: "us", Zone: "America/New_York", Line: "988", Emergency: "911", Checked: checked},
		{Pack: "sg", Zone: "Asia/Singapore", Emergency: "995 / 999", Checked: checked},
	}
}

func cny(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }

func demoFacts() dialog.Facts {
	return dialog.Facts{
		Borrower: dialog.Borrower{ID: "b1", Packs: []string{"cn"}},
		Accounts: []dialog.Account{{Ref: "a1", Currency: "CNY", Version: "v1", Overdue: dialog.Overdue{
			Principal: cny(80000), Interest: cny(2400), LateRateDaily: 500_000, Due: dialog.NewDate(2026, 11, 12)}}},
		Programme: dialog.Programme{Plans: []int{6, 3, 4, 12}, MinInstalment: cny(10000), FirstPaymentDays: 7,
			Deferral: dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: 300_000, CooldownDays: 180},
			Promise:  dialog.PromiseTerms{FreezeDays: 14, Moves: 2}, QuoteTTL: time.Hour},
	}
}

func standing(f dialog.Facts, c dialog.Conversation) Standing {
	zone, _ := time.LoadLocation("Asia/Shanghai")
	return StandingOf(&c, &f, f.Accounts[0], noon, zone)
}

func optionIDs(offers []dialog.Offer) []string {
	ids := []string{}
	for _, o := range offers {
		ids = append(ids, o.Option)
	}
	return ids
}

// The kernel's levels and classes are its own, so that no catalog can lower
// them; this keeps the two lists from drifting apart.
func TestActTableAgreesWithTheCatalogs(t *testing.T) {
	raw, err := os.ReadFile("../../prompts/acts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	contract, err := prompts.ParseContract(raw)
	if err != nil {
		t.Fatal(err)
	}
	table := actTable()
	for kind, spec := range contract.Acts {
		rule, ok := table[kind]
		if !ok {
			t.Errorf("%s is in the catalogs and not in the kernel", kind)
			continue
		}
		if rule.Class != spec.Class || rule.Level != spec.Level || rule.Phrase != spec.Phrase || rule.Fixed != spec.Fixed {
			t.Errorf("%s: kernel %+v, catalogs %s level %d phrase %v fixed %v", kind, rule, spec.Class, spec.Level, spec.Phrase, spec.Fixed)
		}
	}
	for kind := range table {
		if _, ok := contract.Acts[kind]; !ok {
			t.Errorf("%s is in the kernel and not in the catalogs", kind)
		}
	}
}

func TestEligibleSetInThePolicysOrder(t *testing.T) {
	r := compiled(t, Config{})
	s := standing(demoFacts(), dialog.Conversation{})
	offers, lim := r.Offers(&s)
	want := []string{"plan:3", "plan:4", "plan:6", "defer:30", "promise", "partial"}
	if got := optionIDs(offers); !slices.Equal(got, want) {
		t.Fatalf("offers %v, want %v (12 instalments fall below the least)", got, want)
	}
	if !slices.Equal(lim.PlanCounts, []int{3, 4, 6}) || lim.MaxDeferDays != 30 || lim.PromiseLatest.String() != "2026-12-05" {
		t.Errorf("limits %+v", lim)
	}
	if d := offers[3].Terms; d.Schedule[0].Amount != cny(83491) || d.Schedule[0].Due.String() != "2026-12-21" {
		t.Errorf("deferral %+v", d)
	}
	if !lim.CostTable || lim.ReadSeconds != 10 || lim.CrisisLine != "12356" || lim.Emergency != "120 / 110" {
		t.Errorf("what the place adds: %+v", lim)
	}
}

func TestWhatNarrowsTheEligibleSet(t *testing.T) {
	created := noon.AddDate(0, 0, -100)
	deferral := func(status dialog.ArrangementStatus, at time.Time) dialog.Arrangement {
		return dialog.Arrangement{ID: "r", Account: "a1", Kind: dialog.ArrangementDeferral, Status: status, Created: at}
	}
	for _, c := range []struct {
		name   string
		change func(*dialog.Facts, *dialog.Conversation)
		want   []string
		price  map[string]bool
	}{
		{"a completed deferral within the cooldown", func(f *dialog.Facts, _ *dialog.Conversation) {
			f.Arrangements = []dialog.Arrangement{deferral(dialog.ArrangementCompleted, created)}
		}, []string{"plan:3", "plan:4", "plan:6", "promise", "partial"}, map[string]bool{"defer:10": false, "plan:4": true}},
		{"one before the cooldown", func(f *dialog.Facts, _ *dialog.Conversation) {
			f.Arrangements = []dialog.Arrangement{deferral(dialog.ArrangementCompleted, noon.AddDate(0, 0, -180))}
		}, []string{"plan:3", "plan:4", "plan:6", "defer:30", "promise", "partial"}, map[string]bool{"defer:10": true, "defer:31": false}},
		{"one that was rejected", func(f *dialog.Facts, _ *dialog.Conversation) {
			f.Arrangements = []dialog.Arrangement{deferral(dialog.ArrangementRejected, created)}
		}, []string{"plan:3", "plan:4", "plan:6", "defer:30", "promise", "partial"}, nil},
		{"an active arrangement: only a change of plan is priced", func(f *dialog.Facts, _ *dialog.Conversation) {
			f.Arrangements = []dialog.Arrangement{{Account: "a1", Kind: dialog.ArrangementPlan, Status: dialog.ArrangementActive, Created: noon}}
		}, []string{}, map[string]bool{"plan:6": true, "defer:10": false, "promise:2026-11-30": false}},
		{"terms that are at the lender", func(_ *dialog.Facts, c *dialog.Conversation) {
			c.Calls = []dialog.OpenCall{{Ref: "q", Kind: dialog.CallArrangementCreate}}
		}, []string{}, map[string]bool{"plan:4": false}},
		{"a dispute", func(_ *dialog.Facts, c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: noon}}
		}, []string{}, map[string]bool{"plan:4": false, "partial:300.00": false}},
		{"a complaint takes no way out away", func(_ *dialog.Facts, c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldComplaint, Start: noon}}
		}, []string{"plan:3", "plan:4", "plan:6", "defer:30", "promise", "partial"}, nil},
		{"a hold that has ended", func(_ *dialog.Facts, c *dialog.Conversation) {
			c.Holds = []dialog.Hold{{Kind: dialog.HoldDispute, Start: noon.AddDate(0, 0, -9), End: noon}}
		}, []string{"plan:3", "plan:4", "plan:6", "defer:30", "promise", "partial"}, nil},
		{"nothing owed", func(f *dialog.Facts, _ *dialog.Conversation) { f.Accounts[0].Overdue = dialog.Overdue{} }, []string{}, map[string]bool{"plan:4": false}},
		{"a promise without moves left", func(_ *dialog.Facts, c *dialog.Conversation) {
			c.Promise = &dialog.PromiseState{Moves: 2, Made: dialog.NewDate(2026, 11, 20)}
		}, []string{"plan:3", "plan:4", "plan:6", "defer:30", "partial"}, map[string]bool{"promise:2026-12-01": false}},
	} {
		r, f, conv := compiled(t, Config{}), demoFacts(), dialog.Conversation{}
		c.change(&f, &conv)
		s := standing(f, conv)
		offers, _ := r.Offers(&s)
		if got := optionIDs(offers); !slices.Equal(got, c.want) {
			t.Errorf("%s: offers %v, want %v", c.name, got, c.want)
		}
		for option, want := range c.price {
			if _, ok := r.Price(&s, option); ok != want {
				t.Errorf("%s: price of %s: %v, want %v", c.name, option, ok, want)
			}
		}
	}
}

func TestPriceRefusesWhatIsNoOption(t *testing.T) {
	r := compiled(t, Config{})
	s := standing(demoFacts(), dialog.Conversation{})
	for _, option := range []string{"", "plan", "plan:", "plan:5", "plan:-3", "plan:4:4", "defer:0", "defer:x", "promise:soon",
		"promise:2026-11-20", "promise:2027-03-01", "partial:0.10", "partial:900", "partial:1e9", "waiver"} {
		if o, ok := r.Price(&s, option); ok {
			t.Errorf("%q is priced: %+v", option, o)
		}
	}
	for _, option := range []string{"plan:3", "defer:1", "promise", "promise:2026-11-30", "promise:2026-11-30:300.00", "partial", "partial:300.00"} {
		if _, ok := r.Price(&s, option); !ok {
			t.Errorf("%q is not priced", option)
		}
	}
}

// I3: nothing that a person says, feels or does in the chat moves the eligible
// set; only account, programme, arrangements and holds do.
func TestEligibleSetDoesNotListen(t *testing.T) {
	r := compiled(t, Config{})
	rapid.Check(t, func(t *rapid.T) {
		f := demoFacts()
		f.Accounts[0].Overdue.Principal.Minor = rapid.Int64Range(0, 400_000).Draw(t, "principal")
		f.Programme.Plans = rapid.SliceOfN(rapid.IntRange(1, 24), 0, 6).Draw(t, "plans")
		quiet := dialog.Conversation{}
		loud := dialog.Conversation{
			Locale: rapid.SampledFrom(dialog.Locales()).Draw(t, "locale"), Unanswered: rapid.IntRange(0, 9).Draw(t, "unanswered"),
			Talk: dialog.Talk{MaxMonthly: cny(rapid.Int64Range(0, 90_000).Draw(t, "stated")), Pressed: rapid.IntRange(0, 9).Draw(t, "pressed"),
				Abused: rapid.IntRange(0, 9).Draw(t, "abused"), Refusals: rapid.IntRange(0, 9).Draw(t, "refusals"),
				Reasons: []dialog.Reason{dialog.ReasonJobLoss}},
			Said: map[string]int{"plan.offer": rapid.IntRange(0, 5).Draw(t, "said")},
		}
		a, b := standing(f, quiet), standing(f, loud)
		x, lx := r.Offers(&a)
		y, ly := r.Offers(&b)
		if len(x) != len(y) || lx.PlanBlocked != ly.PlanBlocked || !slices.Equal(lx.PlanCounts, ly.PlanCounts) {
			t.Fatalf("%v against %v", optionIDs(x), optionIDs(y))
		}
		for i := range x {
			if x[i].Option != y[i].Option || !SameTerms(x[i].Terms, y[i].Terms) {
				t.Fatalf("%+v against %+v", x[i], y[i])
			}
			if p, ok := r.Price(&a, x[i].Option); !ok || !SameTerms(p.Terms, x[i].Terms) {
				t.Fatalf("%s: the offer and its price differ", x[i].Option)
			}
			for _, s := range x[i].Terms.Schedule {
				if x[i].Terms.Kind == dialog.OfferPlan && s.Amount.Minor < f.Programme.MinInstalment.Minor {
					t.Fatalf("%s has an instalment below the least", x[i].Option)
				}
			}
		}
	})
}

// tough is a pack that forbids everything that costs anything.
type tough struct{ id string }

func (p tough) ID() string   { return p.id }
func (p tough) Hash() string { return "h" }
func (p tough) Judge(q *Question, list []Judgement) []Judgement {
	if q.Subject == "offer" && q.Terms.ExtraCost.Minor > 0 {
		return append(list, Judgement{Rule: "T-COST-1", Outcome: Deny})
	}
	return append(list, Judgement{Rule: "T-COST-1", Outcome: Allow})
}

func TestAPackIsHeardWhereItApplies(t *testing.T) {
	for _, c := range []struct {
		pack string
		want int
	}{{"cn", 5}, {"us", 6}, {"cn-sh", 6}} {
		r := compiled(t, Config{Packs: []Pack{tough{c.pack}}})
		s := standing(demoFacts(), dialog.Conversation{})
		offers, _ := r.Offers(&s)
		if len(offers) != c.want {
			t.Errorf("pack %s: %v", c.pack, optionIDs(offers))
		}
	}
	if !Applies("us", []string{"us-nyc"}) || Applies("us-nyc", []string{"us"}) || Applies("u", []string{"us"}) {
		t.Error("a country's pack applies in its cities, and not the other way round")
	}
}

func TestCompile(t *testing.T) {
	if _, err := Compile(Config{Zones: []string{"Nowhere/AtAll"}}); err == nil {
		t.Error("an unknown zone was taken")
	}
	if _, err := Compile(Config{Packs: []Pack{tough{"cn"}, tough{"cn"}}}); err == nil {
		t.Error("a pack was taken twice")
	}
	one, two := compiled(t, Config{Texts: "a"}), compiled(t, Config{Texts: "b"})
	if one.Hash == two.Hash || one.Hash != compiled(t, Config{Texts: "a"}).Hash {
		t.Error("the hash does not name what was compiled")
	}
	if errors.Is(loan.ErrCount, loan.ErrDays) {
		t.Error("errors of the builders are told apart")
	}
}

func TestCrisisLinesExpire(t *testing.T) {
	r := compiled(t, Config{})
	checked := dialog.NewDate(2026, 11, 21)
	for _, c := range []struct {
		packs           []string
		days            int
		line, emergency string
	}{
		{[]string{"cn"}, 0, "12356", "120 / 110"}, {[]string{"us-nyc", "us"}, 0, "988", "911"},
		{[]string{"cn"}, 180, "12356", "120 / 110"}, {[]string{"cn"}, 181, "", "120 / 110"}, {[]string{"sg"}, 0, "", "995 / 999"},
		{nil, 0, "", "112"},
	} {
		line, emergency := r.Lines(c.packs, checked.AddDays(c.days))
		if line != c.line || emergency != c.emergency {
			t.Errorf("%v after %d days: %q %q", c.packs, c.days, line, emergency)
		}
	}
}

func TestFiguresInFreeText(t *testing.T) {
	r := compiled(t, Config{})
	for text, want := range map[string]dialog.Level{
		"您好，我是小周": 0, "我10点到": 0, "还有2件事": 0, "you owe 827.71": 2, "一共827元": 2, "¥5": 2, "8.5 left": 2, "等 5 分钟, 12 人": 0,
	} {
		if got := r.TextLevel(text); got != want {
			t.Errorf("%q: level %d, want %d", text, got, want)
		}
	}
}

// What somebody asks for who has said that nothing is left is answered; figures
// that show it, and every other hold, keep offers back.
func TestAHoldBySayingKeepsNoWishBack(t *testing.T) {
	rules := compiled(t, Config{})
	for _, h := range []dialog.Hold{
		{Kind: dialog.HoldHardship, Reason: dialog.HeldBySaying}, {Kind: dialog.HoldHardship, Reason: "budget_negative"},
		{Kind: dialog.HoldHardship}, {Kind: dialog.HoldDispute, Reason: dialog.HeldBySaying},
	} {
		kind := h.Kind
		if h.Kind == dialog.HoldHardship && h.Reason == dialog.HeldBySaying {
			kind = ""
		}
		if got := rules.Forbids([]dialog.Hold{h}, noon); got != kind {
			t.Errorf("under %+v %q forbids", h, got)
		}
	}
}
