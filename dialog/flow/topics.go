package flow

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// topic is a finer question inside an intent: what exactly somebody is afraid
// of, or wants to know.
type topic string

const (
	topicContacts  topic = "contacts"         // will you tell my family, my employer?
	topicVisits    topic = "visits"           // will somebody come to my door?
	topicLimit     topic = "limit"            // does saying this lower my limit?
	topicDebits    topic = "debits"           // is money taken the moment it comes in?
	topicWallet    topic = "wallet"           // can I still use the wallet?
	topicCourt     topic = "court"            // will you sue, will I go to prison?
	topicWaiting   topic = "interest_waiting" // does interest run while I wait for you?
	topicCredit    topic = "credit"           // is it reported to the bureau?
	topicGenuine   topic = "genuine"          // is this a scam?
	topicOthersPay topic = "others_pay"
	topicNewLoan   topic = "new_loan"
	topicThanks    topic = "thanks"
	topicRepeat    topic = "repeat"
	topicBot       topic = "bot"

	// The kinds of ways out, as a word in an answer to the list of them.
	topicDefer topic = "defer"
	topicSplit topic = "split"
	topicPart  topic = "part"
	topicDay   topic = "day"

	topicPaid    topic = "paid" // said beside a wish to be left alone
	topicNotPaid topic = "not_paid"
	topicMore    topic = "more"    // the sum has grown
	topicInstead topic = "instead" // what was just said is taken back
	topicThis    topic = "this"    // what is before one's eyes
	topicYes     topic = "yes"     // a yes that comes with more words
	topicSettle  topic = "settle"  // one sum instead of all that is owed
	topicRetry   topic = "retry"   // once more, after something did not work
	topicNews    topic = "news"    // is there word on what was opened?
	topicDebit   topic = "debit"   // the automatic payment
	topicSpend   topic = "spend"   // what a month costs
	topicGot     topic = "got"     // heard, nothing more
	topicCancel  topic = "cancel"

	topicOtherAccount topic = "other_account"
	topicNoNeed       topic = "no_need"
	topicConfused     topic = "confused"
	topicWhyThese     topic = "why_these"
	topicCost         topic = "cost"
	topicWant         topic = "want"
	topicPayday       topic = "payday"
	topicManager      topic = "manager"
	topicWage         topic = "wage"
	topicAgreed       topic = "agreed"
	topicFetch        topic = "fetch"
	topicNow          topic = "now"
	topicWeekday      topic = "weekday"
	topicPast         topic = "past" // of days: one that is over
	topicNever        topic = "never"
	topicResume       topic = "resume" // messages may come again
	topicTheirs       topic = "theirs" // the account is that of the one who died

	topicCoerced    topic = "coerced"
	topicAbuse      topic = "abuse"
	topicGambling   topic = "gambling"
	topicMental     topic = "mental_health"
	topicElderly    topic = "elderly"
	topicMoratorium topic = "moratorium"
	topicBankruptcy topic = "bankruptcy"
	topicLawyer     topic = "lawyer"
	topicAdviser    topic = "adviser"
)

// wordsFor returns what people write when they mean a topic, in lower case;
// both Chinese scripts and English.
func wordsFor(t topic) []string {
	for _, table := range [...]map[topic][]string{fearWords, otherWords, turnWords, answerWords, careWords} {
		if words, ok := table[t]; ok {
			return words
		}
	}
	return nil
}

// fearWords are those of what people are afraid of.
var fearWords = map[topic][]string{
	topicContacts: {"家人", "家里", "家裡", "屋企", "单位", "公司", "單位", "同事", "老板", "老闆", "通讯录", "通訊錄", "联系人", "聯絡人", "family", "employer", "my work", "my boss", "contacts", "relatives", "husband", "wife", "parents", "我妈", "我媽", "我爸", "爸妈", "爸媽", "父母", "老婆", "老公", "my mum", "my mom", "my dad", "太太", "先生", "丈夫", "妻子", "儿子", "兒子", "女儿", "女兒", "阿妈", "阿媽", "老豆", "朋友", "my son", "my daughter", "my partner", "my girlfriend", "my boyfriend", "my kids", "my friends", "my landlord"},
	topicVisits:   {"上门", "上門", "登门", "登門", "来我家", "來我家", "找上门", "找上門", "to my door", "at my door", "my house", "my home", "come round", "come over", "come to my", "turn up at", "show up at", "you show up", "you turn up", "someone show up", "knock on", "visit", "send someone", "send anyone", "send people"},
	topicLimit:    {"额度", "額度", "降额", "降額", "my limit", "credit limit", "spending limit"},
	topicDebits:   {"自动扣", "自動扣", "被扣", "扣走", "扣我", "扣钱", "扣錢", "直接扣", "随便扣", "亂扣", "乱扣", "take my money", "自动划", "一进账就", "一到账就", "一入數就", "一入帳就", "auto-debit", "take it automatically", "take the money", "just take it", "just take my", "take my money", "taken automatically", "grab it", "grab the money", "deducted"},
	topicWallet:   {"钱包还能", "錢包還能", "冻结", "凍結", "封号", "wallet still", "still use", "block my wallet", "lock my wallet", "close my wallet", "freeze", "frozen"},
	topicWaiting:  {"等你们", "等你們", "等的时候", "等待期间", "while i wait", "while i'm waiting", "while im waiting", "while you decide", "while you look", "while you check", "while waiting"},
	topicCredit:   {"征信", "徵信", "聯徵", "环联", "環聯", "信贷纪录", "信貸紀錄", "信用记录", "信用紀錄", "credit score", "credit record", "credit file", "credit report", "bureau", "transunion", "上tu", "唔上tu", "show up anywhere", "show up on", "on my record", "on my file", "go on record", "on record anywhere"},
}

// otherWords are those of what people ask about or bring up.
var otherWords = map[topic][]string{
	topicCourt:     {"起诉", "起訴", "告我", "被告", "坐牢", "坐监", "坐監", "法院", "法庭", "律师函", "律師函", "抓我", "拉我", "被抓", "打官司", "sue ", "sue me", "sued", "court", "jail", "prison", "arrest", "legal action"},
	topicGenuine:   {"诈骗", "詐騙", "骗子", "騙子", "真的假的", "假的", "骗人", "騙人", "呃人", "可信", "靠谱", "正规", "正規", "scam", "phish", "legit", "genuine", "fraudster", "for real"},
	topicOthersPay: {"代付", "帮我还", "幫我還", "别人还", "別人還", "friend pay", "someone else", "on my behalf", "pay for me"},
	topicNewLoan:   {"再借", "借点", "借點", "借款", "贷款", "貸款", "new loan", "another loan", "borrow more", "lend me"},
	topicThanks:    {"谢", "謝", "唔該", "thank", "thx", "cheers"},
	topicDefer:     {"延", "缓", "緩", "推迟", "推遲", "往后", "往後", "推后", "推後", "往后拖", "再拖", "拖一", "拖到", "拖几", "拖幾", "挪一", "挪到", "挪后", "挪後", "later date", "defer", "postpone", "extension", "push it", "push this", "move it to later", "move this to later", "move it later", "move it back", "move this back", "shift it", "put it back", "set it back", "waiting one", "the waiting", "if i wait", "does waiting", "wait longer", "pushing it", "pushing this", "put it off", "put this off", "putting it off", "delay", "more time"},
	topicSplit:     {"分期", "分几", "分幾", "分开还", "分開還", "instalment", "installment", "split", "plan", "smaller payment", "smaller amount", "smaller bit", "pieces", "chunks", "break it", "break this", "break up", "spread"},
	topicPart:      {"先还一部分", "先還一部分", "先付一部分", "一部分", "a part", "part of it"},
	topicDay:       {"定个日子", "定個日子", "换个日子", "換個日子", "改天还", "pick a date", "pick a day", "choose a day", "choose a date", "choose another day", "pick another day", "set a date"},
	topicMore:      {"多出", "多了", "怎么多", "怎麼多", "怎么还多", "怎麼還多", "咋多", "咋还多", "为什么多", "為什麼多", "为啥多", "為何多", "点解多", "點解多", "點解會多", "多咗", "变多", "變多", "比较多", "比較多", "多几块", "多幾塊", "多收", "涨了", "漲了", "more than", "gone up", "went up", "higher"},
	topicResume:    {"可以再发", "可以继续发", "可以接着发", "继续发吧", "还是发吧", "还是发给我", "恢复提醒", "恢复通知", "恢复发", "恢复联系", "又可以发", "可以再發", "可以繼續發", "繼續發吧", "還是發吧", "還是發給我", "恢復提醒", "恢復通知", "恢復發", "恢復聯絡", "可以再傳", "繼續傳吧", "可以再send", "message me again", "text me again", "texting me again", "messaging me again", "contacting me again", "contact me again", "write to me again", "resume messag", "resume text", "resume remind", "start messaging again", "start texting again", "turn the messages back on", "turn messages back on", "turn reminders back on", "unstop"},
	topicInstead:   {"不对", "不對", "说错", "說錯", "講錯", "算了", "改成", "改为", "改為", "改到", "换成", "換成", "换到", "換到", "还是", "還是", "不行", "不得", "唔得", "赶不上", "趕不上", "来不及", "來不及", "推到", "延到", "no wait", "wait", "actually", "make it", "make that", "i mean", "i meant", "scratch that", "instead", "rather", "move it to", "push it to", "can't do", "cant do", "won't work", "wont work", "no good"},
	topicWeekday:   {"周", "週", "星期", "礼拜", "禮拜", "mon", "tue", "wed", "thu", "fri", "sat", "sun"},
	topicPast:      {"上", "昨", "前", "last", "yesterday", "ago"},
	topicNever:     {"别", "別", "不", "勿", "唔", "咪", "don't", "dont", "do not", "never", "not ", "stop ", "if you", "why"},
	topicTheirs:    {"他的钱包", "她的钱包", "他钱包", "她钱包", "他錢包", "她錢包", "佢銀包", "佢錢包", "佢個銀包", "佢個錢包", "佢嘅錢包", "他的錢包", "她的錢包", "他的账", "她的账", "他的帳", "她的帳", "他的賬", "她的賬", "他名下", "她名下", "他的欠款", "她的欠款", "was his", "was hers", "his account", "her account", "his wallet", "her wallet", "his loan", "her loan", "in his name", "in her name", "his balance", "her balance", "his bill", "her bill", "his debt", "her debt", "'s wallet", "'s account", "'s loan", "'s bill", "'s debt", "'s balance", "'s phone", "dads wallet", "dads account", "dads loan", "mums wallet", "mums account", "mums loan", "moms wallet", "moms account", "moms loan", "fathers wallet", "fathers account", "mothers wallet", "mothers account", "husbands wallet", "husbands account", "wifes wallet", "wifes account", "late father", "late mother", "late husband", "late wife", "late dad", "late mum", "late mom"},
	topicPaid:      {"还过", "还了", "还完", "還過", "還了", "還完", "付了", "付过", "付過", "转了", "转过", "轉了", "過數", "过数", "交了", "打过去", "打過去", "汇过去", "匯過去", "汇了", "匯了", "入咗數", "i paid", "already paid", "have paid", "i've paid", "ive paid", "been paid", "paid it", "paid this", "paid that", "paid you", "paid yesterday", "paid last", "paid on", "paid already", "made the payment", "made a payment", "sent it", "sent the money", "sent the payment", "went out of my", "left my account", "left my bank", "come out of my account", "came out of my account", "money's gone", "moneys gone", "transferred"},
	topicNotPaid:   {"没还", "沒還", "还不了", "還不了", "没付", "沒付", "not paid", "haven't paid", "havent paid", "can't pay", "cant pay", "get paid", "i'm paid", "im paid", "getting paid", "be paid"},
	topicRepeat:    {"再说一遍", "再说一次", "再說一次", "再講一次", "重复一遍", "重複一次", "say that again", "repeat that", "come again", "say it again"},
	topicBot:       {"机器人", "機器人", "真人", "是人吗", "是人嗎", "a bot", "robot", "a machine", "real person", "human", "are you ai"},
}

// careWords are those of circumstances that call for a specialist.
var careWords = map[topic][]string{
	topicCoerced:    {"逼我借", "逼我签", "逼我簽", "强迫我借", "強迫我借", "用我的名字借", "用我名字借", "made me borrow", "forced me to borrow", "made me take", "forced me to sign", "in my name"},
	topicAbuse:      {"家暴", "打我", "控制我的钱", "控制我的錢", "不敢让他知道", "不敢讓他知道", "abusive", "hits me", "hit me", "controls my money", "domestic violence", "not safe to talk"},
	topicGambling:   {"赌", "賭", "gambl", "casino", "betting"},
	topicMental:     {"抑郁", "抑鬱", "憂鬱", "焦虑症", "焦慮症", "双相", "雙相", "躁郁", "躁鬱", "精神科", "depress", "anxiety", "bipolar", "mental health", "psychosis"},
	topicElderly:    {"老年", "岁了", "歲了", "看不懂", "痴呆", "癡呆", "失智", "dementia", "pensioner", "years old", "elderly"},
	topicMoratorium: {"暂停期", "暫停期", "breathing space", "moratorium"},
	topicBankruptcy: {"破产", "破產", "清算", "更生", "bankrupt", "insolven", "chapter 7", "chapter 13"},
	topicLawyer:     {"律师", "律師", "lawyer", "attorney", "solicitor"},
	topicAdviser:    {"债务顾问", "債務顧問", "债务咨询", "債務諮詢", "社工", "debt advis", "debt charity", "debt counsel", "stepchange", "citizens advice"},
}

// firstOf returns the first of the topics that the text touches, "" for none.
func (d *draft) firstOf(topics ...topic) string {
	for _, t := range topics {
		if d.asks(t) {
			return string(t)
		}
	}
	return ""
}

// asks reports whether the text touches a topic.
func (d *draft) asks(t topic) bool { return touches(d.Envelope.Event.Text, t) }

// SaysPaid reports whether the words of a text say that something was paid.
func SaysPaid(e *dialog.TextEvent) bool {
	if touches(e, topicNotPaid) {
		return false
	}
	return touches(e, topicPaid) || likelyPaid(e)
}

// SaysDone reports whether the words of a text say that a payment was made, as a
// thing that is over.
func SaysDone(e *dialog.TextEvent) bool {
	return touches(e, topicPaid) && !touches(e, topicNotPaid)
}

// AsksSum reports whether the words of a text ask what is owed.
func AsksSum(e *dialog.TextEvent) bool { return touches(e, topicSum) }

// likelyPaid reports whether a payment is among what a text most likely means.
func likelyPaid(e *dialog.TextEvent) bool {
	const likely = 0.05
	return e != nil && e.Heard != nil && slices.ContainsFunc(e.Heard.Candidates, func(c dialog.Scored) bool {
		return c.Intent == dialog.IntentAlreadyPaid && c.Score >= likely
	})
}

// touchesWord reports whether a text has some words, not as the end of a longer
// one.
func touchesWord(e *dialog.TextEvent, words string) bool {
	return begins(strings.ToLower(joined(e)), words)
}

func touches(e *dialog.TextEvent, t topic) bool {
	if e == nil {
		return false
	}
	return says(joined(e), t)
}

// joined is a text as it was heard: its lines under one another.
func joined(e *dialog.TextEvent) string {
	if len(e.Lines) == 1 {
		return e.Lines[0].Text
	}
	lines := make([]string, len(e.Lines))
	for i, l := range e.Lines {
		lines[i] = l.Text
	}
	return strings.Join(lines, "\n")
}

func says(text string, t topic) bool {
	text = strings.ToLower(text)
	for _, w := range wordsFor(t) {
		if begins(text, w) {
			return true
		}
	}
	return false
}

// begins reports whether a text has some words, not as the end of a longer one:
// "this bill" is not "his bill". Chinese has no such borders.
func begins(text, words string) bool {
	letter := func(b byte) bool { return 'a' <= b && b <= 'z' }
	for from := 0; ; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			return false
		}
		at := from + i
		if at == 0 || !letter(words[0]) || !letter(text[at-1]) {
			return true
		}
		from = at + 1
	}
}

// hasWords reports whether a text event has any text at all.
func hasWords(e *dialog.TextEvent) bool {
	for _, l := range e.Lines {
		if strings.TrimSpace(l.Text) != "" {
			return true
		}
	}
	return false
}
