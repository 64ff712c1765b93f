package flow

import (
	"slices"

	"warmline/dialog"
)

// soberUpTo and soberUpToZh are how many characters a text has at most in which
// a stop or a case needs one of its own words.
const (
	soberUpTo   = 48
	soberUpToZh = 24
)

// wordless and wordlessZh are the probabilities from which such an intent needs
// no word of its own: people misspell, and Chinese has many ways of saying it.
const (
	wordless   = 0.8
	wordlessZh = 0.6
)

// Sober takes a stop or a case out of what a short text was heard to mean where
// none of its words is there: "idk" says nothing of a wrong person, "whatever"
// stops nothing, and "who is this?" is a question. What is left is answered, or
// asked back about. Danger and a wish for a person stay whatever the words.
func Sober(t *dialog.TextEvent, u *dialog.Understanding) *dialog.Understanding {
	if t == nil || u == nil {
		return u
	}
	unlikely := func(s dialog.Scored) bool { return unfounded(t, u, s.Intent) }
	if !unfounded(t, u, u.Driving) && !slices.ContainsFunc(u.Intents, unlikely) {
		return u
	}
	calm := *u
	calm.Intents = slices.DeleteFunc(slices.Clone(u.Intents), unlikely)
	calm.Candidates = slices.DeleteFunc(slices.Clone(u.Candidates), unlikely)
	if unfounded(t, u, u.Driving) {
		calm.Driving, calm.Confident = "", false
		if len(calm.Intents) > 0 {
			calm.Driving = calm.Intents[0].Intent
		}
	}
	return &calm
}

// unfounded reports whether a stop or a case that a text was heard to mean has
// none of its words in it.
func unfounded(t *dialog.TextEvent, u *dialog.Understanding, i dialog.Intent) bool {
	most := soberUpTo
	if u.Language != dialog.LangEn {
		most = soberUpToZh
	}
	short := len([]rune(joined(t))) <= most
	doubtful := likelihood(u, i) < strangerSure
	switch {
	case i == dialog.IntentWrongPerson && doubtful && (!anyOf(t, strangerWords) || anyOf(t, []string{"not sure", "not certain"})),
		i == dialog.IntentThirdParty && doubtful && !anyOf(t, claimWords),
		i == dialog.IntentBereavement && (wentElsewhere(t, u) || nobodyDied(t, u, short)):
		return true
	}
	return short && lacksWords(t, u, i)
}

// lacksWords reports whether a short text has no word of an intent that it was
// not surely heard to mean, or one that turns the intent into something harmless.
func lacksWords(t *dialog.TextEvent, u *dialog.Understanding, i dialog.Intent) bool {
	p, sure := likelihood(u, i), wordless
	own, harmless := graveWords(i)
	if u.Language != dialog.LangEn {
		sure = wordlessZh
		own, harmless = graveWordsZh(i)
	}
	if i == dialog.IntentLegalStatus {
		sure = halfSure
	}
	return anyOf(t, harmless) && (u.Language == dialog.LangEn || p < wordlessZh) || own != nil && p < sure && !anyOf(t, own)
}

// wentElsewhere reports whether it is money that has gone where nobody is said
// to have: "昨天就转走了".
func wentElsewhere(t *dialog.TextEvent, u *dialog.Understanding) bool {
	if _, named := u.Entity(dialog.EntityRelation); named || u.Deceased {
		return false
	}
	return anyOf(t, []string{"转走", "轉走", "划走", "劃走", "扣走", "取走", "刷走", "汇走", "匯走", "過走"})
}

// halfSure is the probability below which a text speaks of a death, or of a
// promise that was broken, only if something else says so too.
const halfSure = 0.5

// nobodyDied reports whether what was taken for news of a death has no word of
// one: what was hardly taken for it, or a short question. "还没到？" waits for
// money.
func nobodyDied(t *dialog.TextEvent, u *dialog.Understanding, short bool) bool {
	if u.Deceased || anyOf(t, deathWords) {
		return false
	}
	asked := anyOf(t, []string{"?", "？"})
	p := likelihood(u, dialog.IntentBereavement)
	return p < halfSure || short && asked && p < deathSure
}

// deathSure is the probability from which even a short question needs no word
// of a death: there are more of them than any list has.
const deathSure = 0.8

// deathWords are those of which one is in every text about a death.
var deathWords = []string{"die", "dying", "dead", "death", "pass", "gone", "lost", "loss", "funeral", "bereave", "my late", "his late", "her late", "late husband", "late wife", "late father", "late mother", "late dad", "late mum", "late mom", "late son", "late daughter", "late brother", "late sister", "late partner", "estate", "widow", "decease", "buri", "bury", "cremat", "coffin", "rip ", "r.i.p", "no longer with us", "not with us", "no more", "heaven", "executor", "probate", "wake", "memorial", "ashes", "grief", "griev", "mourn", "kill", "left us", "took him", "took her", "isn't here", "isnt here", "死", "去世", "过世", "過世", "走了", "走咗", "走佐", "离世", "離世", "离开", "離開", "病逝", "逝", "不在了", "不在人", "没了", "沒了", "冇咗", "唔喺度", "葬", "白事", "丧", "喪", "殡", "殯", "头七", "頭七", "后事", "後事", "身后", "身後", "遗", "遺", "亡", "归西", "归天", "歸天", "仙游", "仙遊", "仙逝", "节哀", "節哀", "百年", "送走", "没挺过", "沒挺過", "没撑过", "沒撐過", "没熬过", "沒熬過", "救不回", "没救", "沒救", "安息", "讣", "訃", "注销", "註銷", "除戶", "生前", "寿终", "壽終", "墓", "刚走", "剛走", "啱走", "走哒", "走的", "做七", "做緊七", "頭七", "祭", "孝", "先母", "先父", "對年", "百日", "icu", "cemetery", "condolence", "namatay", "forty days", "machine off"}

// strangerSure is the probability below which a text of any length means that
// somebody else reads it only if it says so: nothing is ever sent there again.
const strangerSure = 0.4

// strangerWords are those of which one is in a text by somebody else.
var strangerWords = []string{"wrong", "number", "who is", "who's", "whos", "someone else", "somebody else", "don't know", "dont know", "do not know", "never heard", "no idea who", "not me", "not my", "isn't me", "isnt me", "i'm not", "im not", "i am not", "not him", "not her", "mistake", "nobody", "no one", "used to", "previous", "different person", "belong", "不是", "唔係", "错", "錯", "不认识", "不認識", "唔識", "没这", "沒這", "没有这", "沒有這", "冇呢", "查无", "查無", "换人", "換人", "换了", "換了", "換咗", "新办", "新辦", "机主", "機主", "别人", "別人", "是谁", "是誰", "係邊個", "谁是", "誰是", "po ako", "岔"}

// likelihood is the probability with which an intent was heard.
func likelihood(u *dialog.Understanding, i dialog.Intent) float64 {
	for _, s := range u.Intents {
		if s.Intent == i {
			return s.Score
		}
	}
	return 1 // it drives without saying how likely it is
}

func anyOf(t *dialog.TextEvent, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return touchesWord(t, w) })
}

// graveWords are the words of which one is in every short text that means an
// intent, nil where it needs none, and those that make it something else.
func graveWords(i dialog.Intent) (own, harmless []string) {
	switch i {
	case dialog.IntentWrongPerson:
		return []string{"number", "wrong", "person", "who", "heard", "know her", "know him", "know any", "know no", "know this", "know that", "know them", "not", "isnt", "aint", "no one", "nobody", "no ", "belong", "owner", "phone", "sim", "mistake", "guy", "woman", "name", "'t", "else", "different", "used to", "previous", "moved", "here", "mistaken", "stranger", "error", "line", "place", "church", "met ", "reassigned", "incorrect", "misdial", "neither", "this is a", "numbr"}, []string{"good with phones", "told you i dont", "told you i don't"}
	case dialog.IntentNotMineFraud:
		return nil, []string{"this is theft", "that's theft", "thats theft", "robbery", "rip off", "rip-off", "ripoff", "stealing from me"}
	case dialog.IntentForgot:
		return nil, []string{"don't even know", "dont even know"}
	case dialog.IntentThirdParty:
		return nil, []string{"ask my", "check with my", "talk to my", "speak to my", "asking my", "usually", "helps me", "handles", "set this up for me", "see this", "deals with"}
	case dialog.IntentCeaseContact:
		return []string{"stop", "contact", "messag", "msg", "text", "call", "ring", "write", "writing", "leave me", "leave us", "alone", "unsub", "opt", "no more", "enough", "quit", "end", "don't", "dont", "do not", "never", "cease", "spam", "harass", "remove", "delete", "block", "bother", "away", "off", "revoke", "cancel", "out", "bug", "contact", "email", "lose my", "lose this", "mute", "silence", "deactivate", "notification", "disable", "shut up", "stahp", "stpo"}, []string{"no more questions"}
	case dialog.IntentLegalStatus:
		return []string{"law", "legal", "court", "solicitor", "attorney", "bankrupt", "insolv", "iva", "dro", "breathing", "moratorium", "chapter", "sue", "suing", "judge", "judgment", "debt", "trust", "advis", "charity", "stepchange", "citizen", "scheme", "ccj", "claim", "summon", "bailiff", "sequest", "represent", "counsel", "bankrup", "liquidat", "letter before", "bail", "case number", "filing", "filed", "papers", "served", "hearing", "dmp"}, []string{"is this legal", "is that legal", "is it legal", "need a lawyer", "need an attorney", "need a solicitor", "already told you", "told you already", "already said", "said i can settle"}
	case dialog.IntentPrivacyRequest:
		return nil, []string{"calm down", "gave you the right", "told you already", "already told you"}
	case dialog.IntentVulnerability:
		return nil, []string{"im confused", "i'm confused", "confused whats", "confused what", "too long", "too much text", "read this", "read all this", "read all that", "text is too", "idk"}
	case dialog.IntentComplain:
		return nil, []string{"seriously?", "thats a lot", "that's a lot"}
	}
	return nil, nil
}

// graveWordsZh are those of Chinese, in both scripts and in Cantonese.
func graveWordsZh(i dialog.Intent) (own, harmless []string) {
	switch i {
	case dialog.IntentWrongPerson:
		return []string{"不是", "不系", "唔係", "唔是", "非本人", "错", "錯", "不认", "不認", "唔識", "唔认", "唔認", "不熟", "没这", "沒這", "没有这", "沒有這", "没你", "沒你", "冇呢", "冇這", "查无", "查無", "换人", "換人", "换了", "換了", "換咗", "号", "號", "新办", "新辦", "电话", "電話", "手机", "手機", "机主", "機主", "前主", "别人", "別人", "人家", "其他人", "他人", "第二個", "另一个人", "另一個人", "叫", "姓", "哪位", "边位", "邊位", "边个是", "邊個係", "是谁", "是誰", "系谁", "係邊個", "谁是", "誰是", "没听", "沒聽", "未聽", "素不", "认不到", "認不到", "不晓得", "不曉得", "无关", "無關", "我唔系", "发戳", "打差", "喊的谁"}, []string{"你是谁", "你是誰", "你们是谁", "你們是誰", "您是谁", "您是誰", "这是谁", "這是誰", "你係邊個", "你哋係邊個", "你哪位", "您哪位", "你边位", "你邊位", "怎么称呼", "怎麼稱呼"}
	case dialog.IntentNotMineFraud:
		return nil, []string{"抢钱", "搶錢", "打劫", "吃人"}
	case dialog.IntentThirdParty:
		return kinWords, []string{"我让我", "我讓我", "我叫我", "我儿子说", "我兒子說", "我女儿说", "我女兒說", "我老公说", "我老公說", "我老婆说", "我老婆說", "我妈说", "我媽說", "我爸说", "我爸說", "屋企人話", "问一下我", "問一下我", "问问我", "問問我", "问下我", "問下我", "问过我", "問過我", "问我老", "問我老", "商量", "讨论", "討論", "傾下", "倾下"}
	}
	return nil, nil
}

// kinWords are those of which one is in every Chinese text by somebody who is not
// the borrower.
var kinWords = []string{"他", "她", "佢", "ta", "爸", "妈", "媽", "父", "母", "爷", "爺", "奶", "公", "婆", "哥", "姐", "弟", "妹", "儿", "兒", "女", "子", "仔", "囡", "夫", "妻", "太太", "先生", "家", "亲", "親", "友", "同事", "同学", "同學", "舅", "叔", "姨", "姑", "伯", "嫂", "姪", "侄", "孙", "孫", "老豆", "老竇", "代", "替", "帮", "幫", "监护", "監護", "律师", "律師", "社工", "照顾", "照顧", "负责人", "負責人", "老板", "老闆", "邻", "鄰", "室友", "对象", "對象", "阿", "本人", "别人", "別人", "人家", "林"}

// claimWords are those by which somebody says that they act or ask for another
// person.
var claimWords = []string{"i'm her", "i'm his", "im her", "im his", "i am her", "i am his", "i'm the", "im the", "i am the", "this is her", "this is his", "for my", "for her", "for him", "behalf", "her account", "his account", "her bill", "his bill", "asked me", "she ", "he ", "my mum's", "my mom's", "my dad's", "my husband's", "my wife's", "my son's", "my daughter's", "does my", "has my", "is my", "did my", "my husband has", "my wife has", "caseworker", "carer", "i look after", "power of attorney", "help my", "helping my", "their", "them", "what does", "owes", "know if", "friend", "colleague", "account", "roommate", "flatmate", "neighbo", "partner", "是他", "是她", "是佢", "说一声", "說一聲", "喝醉", "我是", "我系", "我係", "替", "代", "帮", "幫", "让我", "讓我", "叫我", "托我", "託我", "本人", "欠", "问", "問", "他的", "她的", "佢嘅", "佢個", "他那", "她那", "还", "還"}
