package prompts

import (
	"strings"
	"testing"

	"warmline/dialog"
)

// What may be said: one pair of each moment with the don't below.
var golden = []line{
	{"promise.broken/", 0, "约好的那笔还没收到。要现在还、换个日子，还是分几次还？", dialog.ZhHans, dialog.LevelBorrower},
	{"forgot.fix/", 0, "忘记是常有的事。现在是{amount_due}，可以现在还。", dialog.ZhHans, dialog.LevelBorrower},
	{"hardship.acknowledge/job_loss", 0, "突然沒了工作，這段日子確實不容易。", dialog.ZhHantHK, dialog.LevelUnknown},
	{"deferral.offer/", 0, "可以緩繳到{new_due_date}，一共多出{extra_cost}，遲延利息先停。", dialog.ZhHantTW, dialog.LevelBorrower},
	{"reassure/visits", 0, "我們不會上門，也不會聯絡您的家人。", dialog.ZhHantHK, dialog.LevelUnknown},
	{"error.apologise/", 0, "抱歉，這一步沒有完成。請點「專人」。", dialog.ZhHantTW, dialog.LevelUnknown},
	{"plan.offer/", 0, "Would you like {plan_lines}, in installments, or a person?", dialog.EnUS, dialog.LevelBorrower},
	{"plan.offer/", 0, "Would you like {plan_lines}, in instalments, or a person?", dialog.EnGB, dialog.LevelBorrower},
	{"crisis.support/", 0, "您现在安全吗？请拨打{emergency_number}。", dialog.ZhHans, dialog.LevelUnknown},
	{"smalltalk.reply/", 0, "Mustard is no banned word, and courtesy is none either.", dialog.EnUS, dialog.LevelUnknown},
}

func TestLintLetsGoodTextsPass(t *testing.T) {
	b := readBook(t)
	for _, l := range golden {
		for _, defect := range b.lint(l, []string{"專人"}) {
			t.Errorf("%s %s: %s: %s", l.locale, l.id, defect, l.body)
		}
	}
}

// What must never be said, and the words of the finding.
func TestLintFindsWhatIsWrong(t *testing.T) {
	b := readBook(t)
	const owner = dialog.LevelBorrower
	tests := []struct {
		want string
		line
	}{
		{"a digit", line{"plan.offer/", 0, "可以分4期。", dialog.ZhHans, owner}},
		{"a digit", line{"plan.offer/", 0, "可以分４期。", dialog.ZhHans, owner}},
		{"a currency", line{"plan.offer/", 0, "It's ¥{amount_due}.", dialog.EnGB, owner}},
		{"a currency", line{"plan.offer/", 0, "共{amount_due}元。", dialog.ZhHans, owner}},
		{"an exclamation", line{"greet/", 0, "您好！", dialog.ZhHans, owner}},
		{"a picture", line{"greet/", 0, "您好🙂", dialog.ZhHans, owner}},
		{"more than one question", line{"greet/", 0, "现在还？还是分期？", dialog.ZhHans, owner}},
		{"a half-width mark", line{"greet/", 0, "您好,请说。", dialog.ZhHans, owner}},
		{"a half-width mark", line{"greet/", 0, "請按「職員」.", dialog.ZhHantHK, owner}},
		{"a space", line{"plan.offer/", 0, "现在是 {amount_due}。", dialog.ZhHans, owner}},
		{"a Chinese character or mark", line{"greet/", 0, "Hello，there.", dialog.EnUS, owner}},
		{"a straight quotation mark", line{"greet/", 0, `Tap "Pay now".`, dialog.EnUS, owner}},
		{"dots in a row", line{"greet/", 0, "Hello...", dialog.EnUS, owner}},
		{"a quotation mark of another locale", line{"greet/", 0, "請點“專人”。", dialog.ZhHantTW, owner}},
		{"a quotation mark of another locale", line{"greet/", 0, "请点「人工」。", dialog.ZhHans, owner}},
		{"without its other half", line{"greet/", 0, "請點「專人。", dialog.ZhHantTW, owner}},
		{"a name that no button has", line{"greet/", 0, "請點「立刻還」。", dialog.ZhHantTW, owner}},
		{"the other script", line{"greet/", 0, "請先确認身分。", dialog.ZhHantTW, owner}},
		{"the other script", line{"greet/", 0, "请先確认。", dialog.ZhHans, owner}},
		{"another region: 短信", line{"cease.confirmed/", 0, "短信已經停了。", dialog.ZhHantTW, owner}},
		{"another region: 職員", line{"greet/", 0, "請找職員。", dialog.ZhHantTW, owner}},
		{"another region: 專人", line{"greet/", 0, "請找專人。", dialog.ZhHantHK, owner}},
		{"another region: 帳", line{"balance.show/", 0, "帳單在下面。", dialog.ZhHantHK, owner}},
		{"another region: 嘅", line{"balance.show/", 0, "這是您嘅賬單。", dialog.ZhHantHK, owner}},
		{"another region: instalment", line{"plan.offer/", 0, "Pay in instalments.", dialog.EnUS, owner}},
		{"another region: installment", line{"plan.offer/", 0, "Pay in installments.", dialog.EnGB, owner}},
		{"banned word: 后果自负", line{"reminder.overdue/", 0, "请还款，否则后果自负。", dialog.ZhHans, owner}},
		{"banned word: 上門", line{"pay.methods/", 0, "我們會上門。", dialog.ZhHantHK, owner}},
		{"banned word: immediately", line{"reminder.overdue/", 0, "Pay Immediately.", dialog.EnGB, owner}},
		{"banned word: last chance", line{"later.ok/", 0, "It's your last chance.", dialog.EnGB, owner}},
		{"banned word: don't worry", line{"forgot.fix/", 0, "Don’t worry.", dialog.EnUS, owner}},
		{"banned word: 感同身受", line{"hardship.acknowledge/illness", 0, "我感同身受。", dialog.ZhHans, owner}},
		{"debt before identity", line{"third_party.refuse/", 0, "他的账单我不能说。", dialog.ZhHans, dialog.LevelUnknown}},
		{"debt before identity", line{"greet/neutral", 0, "It's about your overdue account.", dialog.EnGB, dialog.LevelLinked}},
		{"debt in a neutral note", line{"reminder.due/neutral", 0, "您有一筆帳單。", dialog.ZhHantTW, owner}},
		{"a word of money", line{"crisis.support/", 0, "錢的事先放下。", dialog.ZhHantHK, dialog.LevelUnknown}},
		{"one sentence", line{"hardship.acknowledge/illness", 0, "先顾身体。可以延期。", dialog.ZhHans, owner}},
		{"characters, at most", line{"greet/", 0, strings.Repeat("您", maxHan+1), dialog.ZhHans, owner}},
		{"words, at most", line{"greet/", 0, strings.Repeat("so ", maxWords) + "on", dialog.EnUS, owner}},
		{"sentences, at most", line{"greet/", 0, "One. Two. Three. Four.", dialog.EnUS, owner}},
		{"too long for a button", line{"label:option.defer", 0, strings.Repeat("延", maxButtonHan+1), dialog.ZhHans, owner}},
	}
	for _, tt := range tests {
		found := strings.Join(b.lint(tt.line, nil), "\n")
		if !strings.Contains(found, tt.want) {
			t.Errorf("%s %q: expected %q, found %q", tt.locale, tt.body, tt.want, found)
		}
	}
}

func TestSentencesAreCutAtTheirEnds(t *testing.T) {
	for text, want := range map[string]int{
		"收到，谢谢。这期已结清。":            2,
		"再说一遍：":                   1,
		"It's 3.5 of {x}. Right?": 2,
		"":                        0,
	} {
		if got := sentences(text); len(got) != want {
			t.Errorf("%q: %d sentences %q, expected %d", text, len(got), got, want)
		}
	}
}
