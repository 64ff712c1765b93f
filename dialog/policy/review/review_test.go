package review_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/policy/review"
)

var build = sync.OnceValues(review.New)

func reviewer(t testing.TB) *review.Reviewer {
	t.Helper()
	r, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// written is a line of testdata: locale, act (may be missing) and text.
type written struct {
	locale, act, text string
}

func lines(t testing.TB, path string) []written {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []written
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		w := written{locale: f[0], act: "hardship.acknowledge", text: strings.ReplaceAll(f[len(f)-1], `\n`, "\n")}
		if len(f) == 3 {
			w.act = f[1]
		}
		out = append(out, w)
	}
	return out
}

// draft asks for exactly the placeholders that the text has.
func (w written) draft() review.Draft {
	d := review.Draft{Locale: w.locale, Act: dialog.ActKind(w.act), Text: w.text}
	for _, part := range strings.Split(w.text, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		d.Required = append(d.Required, name)
	}
	return d
}

// The cases below were written after the lexicons and examples, and nothing was
// learned from them: the shares are an honest guess at what is missed.
func TestRefusesWhatHarms(t *testing.T) {
	r := reviewer(t)
	files, err := filepath.Glob("testdata/block/*.txt")
	if err != nil || len(files) < 18 {
		t.Fatalf("testdata: %d families, %v", len(files), err)
	}
	all, missed := 0, 0
	for _, file := range files {
		for _, w := range lines(t, file) {
			all++
			if r.Draft(w.draft()).Allowed {
				missed++
				t.Logf("%s passed: %s", filepath.Base(file), w.text)
			}
		}
	}
	if missed*100 > all*4 {
		t.Errorf("%d of %d harmful texts passed", missed, all)
	}
}

func TestAllowsWhatIsKind(t *testing.T) {
	r := reviewer(t)
	all, refused := 0, 0
	for _, w := range lines(t, "testdata/allow.txt") {
		all++
		if v := r.Draft(w.draft()); !v.Allowed {
			refused++
			t.Logf("refused as %s: %s", v.Why, w.text)
		}
	}
	if refused*100 > all*3 {
		t.Errorf("%d of %d good texts were refused", refused, all)
	}
}

func TestSlots(t *testing.T) {
	r := reviewer(t)
	files, err := filepath.Glob("testdata/slots/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no slot cases", err)
	}
	for _, file := range files {
		for _, w := range lines(t, file) {
			v := r.Draft(w.draft())
			if v.Allowed {
				t.Errorf("%s passed: %s", filepath.Base(file), w.text)
			}
			if filepath.Base(file) == "digit_leak.txt" && !slices.ContainsFunc(v.Findings, func(f review.Finding) bool { return f.Family == review.DigitLeak }) {
				t.Errorf("no number was seen: %s", w.text)
			}
		}
	}
}

func TestPlaceholders(t *testing.T) {
	r := reviewer(t)
	tests := []struct {
		text string
		why  review.Family
	}{
		{"You owe {amount_due}, due {due_date}.", ""},
		{"You owe {amount_due}.", review.MissingPlaceholder},
		{"You owe {amount_due}, due {due_date}, {apr}.", review.UnknownPlaceholder},
		{"You owe {Amount_Due}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {{amount_due}}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe { amount_due }, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amount due}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amountDue}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amount-due}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe ｛amount_due｝, due {due_date}.", review.AlteredPlaceholder},
		{"You owe amount_due, due {due_date}.", review.AlteredPlaceholder},
		{"You owe [amount_due], due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amount_due, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amount_due}}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amount_due} and again {amount_due}, due {due_date}.", review.AlteredPlaceholder},
		{"You owe {amount_due}, due {due_date}, {}.", review.AlteredPlaceholder},
	}
	for _, tt := range tests {
		v := r.Draft(review.Draft{Locale: "en", Act: "balance.show", Required: []string{"amount_due", "due_date"}, Text: tt.text})
		if v.Allowed != (tt.why == "") || !v.Allowed && !found(v, tt.why) {
			t.Errorf("%s: %v %s, expected %q", tt.text, v.Allowed, v.Why, tt.why)
		}
	}
}

func found(v review.Verdict, f review.Family) bool {
	for _, x := range v.Findings {
		if x.Family == f {
			return true
		}
	}
	return false
}

// Words with number characters or number words that count nothing.
func TestNumbersThatAreWords(t *testing.T) {
	r := reviewer(t)
	tests := []struct {
		locale, text string
		allowed      bool
	}{
		{"zh-Hans", "请稍等一下，我们一起看看。", true},
		{"zh-Hans", "十分抱歉，同事会第一时间回复您。", true},
		{"zh-Hans", "这一期可以再商量，任何一天都行。", true},
		{"zh-Hans", "一一为您说明。", true},
		{"zh-Hans", "还差三百。", false},
		{"zh-Hans", "分四期。", false},
		{"zh-Hans", "一个月内还清。", false},
		{"zh-Hans", "打九折。", false},
		{"zh-Hans", "还 ２０ 元。", false},
		{"zh-Hans", "还 ②⓪ 元。", false},
		{"zh-Hant", "請等一等，我們一起看。", true},
		{"zh-Hant", "還差廿蚊。", false},
		{"zh-Hant", "下星期三之前。", false},
		{"en", "Someone will be with you at once, one step at a time.", true},
		{"en", "Once you confirm, one of us takes over.", true},
		{"en", "It is about twenty.", false},
		{"en", "Pay half of it.", false},
		{"en", "It is due on Friday.", false},
		{"en", "It costs ٥ more.", false},
		{"en", "It costs 𝟓 more.", false},
		{"en", "In £ that is less.", false},
	}
	for _, tt := range tests {
		v := r.Draft(review.Draft{Locale: tt.locale, Text: tt.text})
		if found(v, review.DigitLeak) == tt.allowed {
			t.Errorf("%s: %v %s, expected %v", tt.text, v.Allowed, v.Why, tt.allowed)
		}
	}
}

// A negation takes the meaning away, a condition or a double one does not.
func TestNegation(t *testing.T) {
	r := reviewer(t)
	tests := []struct {
		locale, text string
		allowed      bool
	}{
		{"zh-Hans", "我们不会联系您的家人。", true},
		{"zh-Hans", "如果不还，我们会联系您的家人。", false},
		{"zh-Hans", "别以为我们不会联系您的家人。", false},
		{"zh-Hans", "没有人会上门。", true},
		{"zh-Hans", "不需要立即决定。", true},
		{"zh-Hant", "不會有人打給您的公司。", true},
		{"zh-Hant", "唔還嘅話，我哋會搵你公司。", false},
		{"en", "No one will visit you at home.", true},
		{"en", "We will never contact your family.", true},
		{"en", "If you do not pay we will contact your family.", false},
		{"en", "Don't think we won't call your boss.", false},
		{"en", "There's no hurry.", true},
		{"en", "Nobody is going to sue you.", false}, // the law is never ours to speak of
	}
	for _, tt := range tests {
		if v := r.Draft(review.Draft{Locale: tt.locale, Text: tt.text}); v.Allowed != tt.allowed {
			t.Errorf("%s: %v %s, expected %v", tt.text, v.Allowed, v.Why, tt.allowed)
		}
	}
}

// What is written so as to get past a list of words.
func TestEvasion(t *testing.T) {
	r := reviewer(t)
	tests := []struct {
		text string
		why  review.Family
	}{
		{"您就是老\u200b赖。", review.Shaming},
		{"您就是 老 赖。", review.Shaming},
		{"联.系.您.家.人。", review.ContactRelatives},
		{"聯·繫·您·家·人。", review.ContactRelatives},
		{"我們會聯繫您的傢人。", review.ContactRelatives},
		{"后果自付。", review.Threat},
		{"You are a l o s e r.", review.Shaming},
		{"You are a l0ser.", review.Shaming},
		{"You are a loѕer.", review.Shaming},
		{"YOU ARE A ＬＯＳＥＲ.", review.Shaming},
		{"You're a dead\u00adbeat.", review.Shaming},
		{"We will s.u.e. you in c-o-u-r-t.", review.FalseLegal},
	}
	for _, tt := range tests {
		for _, locale := range []string{"zh-Hans", "en"} {
			if v := r.Draft(review.Draft{Locale: locale, Text: tt.text}); !found(v, tt.why) {
				t.Errorf("%q: %s %v, expected %s", tt.text, v.Why, v.Findings, tt.why)
			}
		}
	}
}

// Spaces, invisible characters and marks between the characters of a harmful
// wording do not save it.
func TestEvasionProperty(t *testing.T) {
	r := reviewer(t)
	harmful := []string{"后果自负", "联系您的家人", "起诉您", "老赖", "通讯录"}
	between := []string{" ", "\u200b", "\u2060", "·", "*", "　", "_", "|"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, c := range rapid.SampledFrom(harmful).Draw(t, "wording") {
			b.WriteRune(c)
			if rapid.Bool().Draw(t, "put") {
				b.WriteString(rapid.SampledFrom(between).Draw(t, "what"))
			}
		}
		v := r.Draft(review.Draft{Locale: "zh-Hans", Text: "请注意，" + b.String() + "。"})
		if v.Allowed || severe(v.Why) == 0 {
			t.Fatalf("%q: %s", b.String(), v.Why)
		}
	})
}

func severe(f review.Family) int {
	switch f {
	case review.Threat, review.ContactRelatives, review.FalseLegal, review.Shaming:
		return 1
	}
	return 0
}

func TestFixedTextsAreExempt(t *testing.T) {
	r := reviewer(t)
	text := "我们不会上门，也不会联系您通讯录里的人。有紧急危险请拨打{emergency_number}。"
	d := review.Draft{Locale: "zh-Hans", Act: "reassure", Required: []string{"emergency_number"}, Text: text, Fixed: true, TextID: "reassure//zh-Hans#1"}
	if v := r.Draft(d); !v.Allowed {
		t.Errorf("a fixed text was refused: %s", v.Why)
	}
	d.TextID = ""
	if v := r.Draft(d); v.Allowed {
		t.Error("a text without an id is exempt")
	}
	d.TextID, d.Required = "x", []string{"crisis_line"}
	if v := r.Draft(d); v.Allowed {
		t.Error("a fixed text may lack its placeholder")
	}
}

// An act that reports what the lender has acknowledged may say that it is done;
// an offer may not.
func TestDoneOnlyOnceAcknowledged(t *testing.T) {
	r := reviewer(t)
	for locale, text := range map[string]string{"zh-Hans": "分期已生效。", "zh-Hant": "方案已核准。", "en": "Your plan has been approved."} {
		if v := r.Draft(review.Draft{Locale: locale, Act: "plan.accepted", Text: text}); !v.Allowed {
			t.Errorf("%s: refused as %s", text, v.Why)
		}
		if v := r.Draft(review.Draft{Locale: locale, Act: "plan.offer", Text: text}); v.Allowed || v.Why != review.OverPromise {
			t.Errorf("%s: an offer may say it (%s)", text, v.Why)
		}
	}
}

func TestLength(t *testing.T) {
	r := reviewer(t)
	long := strings.Repeat("我们可以慢慢商量，", 13) + "好吗？"
	if v := r.Draft(review.Draft{Locale: "zh-Hans", Text: long}); !found(v, review.TooLong) {
		t.Errorf("a long text: %s", v.Why)
	}
	if v := r.Draft(review.Draft{Locale: "en", Text: strings.Repeat("and then we look at it ", 11) + "."}); !found(v, review.TooLong) {
		t.Errorf("a long text: %s", v.Why)
	}
}

func TestEveryFindingHasARule(t *testing.T) {
	r := reviewer(t)
	for id, rule := range r.Rules() {
		for _, language := range []string{"zh-Hans", "zh-Hant", "en"} {
			if rule.Text[language] == "" {
				t.Errorf("%s has no text in %s", id, language)
			}
		}
		if rule.Citation == "" {
			t.Errorf("%s cites nothing", id)
		}
	}
	for _, file := range []string{"testdata/slots/digit_leak.txt", "testdata/block/threat.txt"} {
		for _, w := range lines(t, file) {
			for _, f := range r.Draft(w.draft()).Findings {
				if f.Text == "" || r.Rules()[f.Rule].Family != f.Family && f.Family != review.DigitLeak {
					t.Errorf("%s: rule %s, text %q", f.Family, f.Rule, f.Text)
				}
			}
		}
	}
}

func TestSameReviewerTwice(t *testing.T) {
	a, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	b := reviewer(t)
	for _, w := range lines(t, "testdata/allow.txt") {
		if x, y := a.Draft(w.draft()), b.Draft(w.draft()); x.Allowed != y.Allowed || x.Why != y.Why {
			t.Errorf("%s: %s and %s", w.text, x.Why, y.Why)
		}
	}
}

// TestNumbersInWordsAreCounted puts numbers before units of time, money, people
// and instalments, in both languages: every one of them is a number.
func TestNumbersInWordsAreCounted(t *testing.T) {
	r := reviewer(t)
	counted := func(locale, text string) {
		v := r.Draft(review.Draft{Locale: locale, Act: "clarify.ask", Text: text})
		if !slices.ContainsFunc(v.Findings, func(f review.Finding) bool { return f.Family == review.DigitLeak }) {
			t.Errorf("no number was seen: %s", text)
		}
	}
	for _, unit := range strings.Fields("天 日 周 个星期 个礼拜 个月 年 期 元 块 块钱 折 成 点钟 号 分钟 个小时 倍 位客户 个人 笔 个季度 个工作日 蚊") {
		for _, n := range strings.Fields("二 两 三 四 五 六 七 八 九 十 十五 二十 廿 一百 几十 上百 一千零五") {
			counted("zh-Hans", "大概"+n+unit+"左右。")
			counted("zh-Hans", "还要再加"+n+unit+"。")
		}
		if unit != "块" { // 一块 is also "together"
			counted("zh-Hans", "再过一"+unit+"就到期。")
		}
	}
	for _, unit := range strings.Fields("days weeks months years dollars pounds hours minutes payments percent people instalments times") {
		for _, n := range []string{"two", "three", "eight", "twelve", "thirty-one", "a hundred", "a dozen", "half a", "a couple of", "two hundred and six"} {
			counted("en", "That adds "+n+" "+unit+".")
		}
	}
}
