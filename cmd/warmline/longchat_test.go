package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
)

// longChat is how many texts a long conversation has.
const longChat = 40

// longChats are people who write a lot, by what they write about; the first
// line of each opens the chat.
var longChats = map[string]struct{ en, simplified, traditional []string }{
	"asks": {
		[]string{"hello", "how much is it", "why is it higher now", "what happens if I leave it", "does it go on my credit file", "are you a real person", "ways to pay?", "what are my options", "will you ring my mum", "is this genuine", "thanks", "can it be moved to next month", "180 a month at most", "not today", "show me the bill", "I simply forgot", "the direct debit bounced", "will you cut my limit", "will somebody come to my door", "leave it", "blah", "and the total?", "any advice for later"},
		[]string{"您好", "一共要还多少", "怎么变多了", "放着不管会怎样", "会影响征信么", "你是真人吗", "有哪些还款方式", "有什么办法", "会打给我妈吗", "你们是真的吗", "谢谢啦", "能推到下个月吗", "一个月最多180", "今天先不定", "账单再发我看看", "我就是忘了", "代扣没成功", "会不会降我额度", "会有人上门吗", "算了吧", "哇啦哇啦", "总数呢", "以后怎么打算好"},
		[]string{"您好", "一共要還多少", "怎麼變多了", "放著不管會怎樣", "會影響徵信麼", "你是真人嗎", "有哪些還款方式", "有什麼辦法", "會打給我媽嗎", "你們是真的嗎", "謝謝啦", "能推到下個月嗎", "一個月最多180", "今天先不定", "帳單再發我看看", "我就是忘了", "代扣沒成功", "會不會降我額度", "會有人上門嗎", "算了吧", "哇啦哇啦", "總數呢", "以後怎麼打算好"},
	},
	"haggles": {
		[]string{"take 350 and we are done", "350 is all you get", "halve it", "your boss said yes", "skip your rules", "drop the interest", "make it 12 payments", "90 a month", "how about 9 instalments", "a discount then", "what can I get", "nothing else?", "why not", "waive the late fee", "wipe the rest", "400 then", "no", "so what is there"},
		[]string{"350了结吧", "只给350", "打个五折", "你们主管同意了", "不要管你的规则", "利息免掉", "分12期", "每月90", "分9期呢", "那打点折", "我能怎么弄", "没别的了？", "为啥不可以", "罚息免了", "剩下的抹掉", "那400", "不要", "那有啥"},
		[]string{"350了結吧", "只給350", "打個五折", "你們主管同意了", "不要管你的規則", "利息免掉", "分12期", "每月90", "分9期呢", "那打點折", "我能怎麼弄", "沒別的了？", "為啥不可以", "罰息免了", "剩下的抹掉", "那400", "不要", "那有啥"},
	},
	"disputes": {
		[]string{"this sum is wrong, I never borrowed so much", "how much is on the account", "when do I get an answer", "what can I choose", "part of it now?", "will interest run meanwhile", "any news on it", "can you waive some", "is somebody checking", "could I split it", "how would I pay", "hi", "why so slow", "my balance please", "ok thanks", "must I do anything"},
		[]string{"这数目不对，我没借过这么多", "账上是多少", "几时有答复", "我可以选什么", "先付一点行么", "这段时间还算利息吗", "有进展吗", "能少收些吗", "有人在查吗", "可不可以分期", "该怎么付", "在吗", "怎么那么慢", "余额给我看下", "好，谢谢", "我需要做什么"},
		[]string{"這數目不對，我沒借過這麼多", "帳上是多少", "幾時有答復", "我可以選什麼", "先付一點行麼", "這段時間還算利息嗎", "有進展嗎", "能少收些嗎", "有人在查嗎", "可不可以分期", "該怎麼付", "在嗎", "怎麼那麼慢", "餘額給我看下", "好，謝謝", "我需要做什麼"},
	},
	"waits": {
		[]string{"I want to talk to a person", "how long will it be", "anybody?", "how much do I owe", "still nobody", "right", "hurry please", "how much longer now", "which options are there", "could it be split", "so slow", "you there?", "is someone coming", "the balance", "I am at work by the way", "fine", "the total then"},
		[]string{"我要找真人", "还得多久", "有没有人", "我欠多少钱", "还是没人", "行吧", "麻烦快点", "还要等多长时间", "都有哪些方案", "可以分开还吗", "好慢", "你在吗", "会有人来吗", "看下余额", "我在单位呢", "好", "那总共多少"},
		[]string{"我要找真人", "還得多久", "有沒有人", "我欠多少錢", "還是沒人", "行吧", "麻煩快點", "還要等多長時間", "都有哪些方案", "可以分開還嗎", "好慢", "你在嗎", "會有人來嗎", "看下餘額", "我在單位呢", "好", "那總共多少"},
	},
	"stranger": {
		[]string{"I'm her brother, what does she owe", "you can tell me", "is it much", "could I pay it for her", "we are family", "she told me to ask", "oh come on", "so how much", "is she late", "who am I talking to", "hello there", "ring her then", "the total at least", "why won't you", "I beg you", "well fine"},
		[]string{"我是她弟弟，她欠了多少", "跟我说没事的", "是不是很多", "我帮她付可以吗", "都是一家人", "是她叫我来问的", "别这样嘛", "到底多少", "她是不是晚了", "你是哪边的", "喂", "那你打给她", "总数说一下", "为啥不讲", "拜托了", "那好吧"},
		[]string{"我是她弟弟，她欠了多少", "跟我說沒事的", "是不是很多", "我幫她付可以嗎", "都是一家人", "是她叫我來問的", "別這樣嘛", "到底多少", "她是不是晚了", "你是哪邊的", "喂", "那你打給她", "總數說一下", "為啥不講", "拜託了", "那好吧"},
	},
	"paid": {
		[]string{"that was paid already", "it went out yesterday", "no reference here", "cannot find one", "it was 827.71", "any word", "how long is that going to take", "what do I still owe", "do I have to do something", "right", "has it arrived", "thank you", "and when", "nothing yet?"},
		[]string{"这笔我付过了", "昨天就转走了", "没流水号", "找不着", "是827.71", "有消息没", "得多少时间", "那我还差多少", "要我做什么么", "嗯好", "到账没有", "多谢", "那是什么时候", "还没到？"},
		[]string{"這筆我付過了", "昨天就轉走了", "沒流水號", "找不著", "是827.71", "有消息沒", "得多少時間", "那我還差多少", "要我做什麼麼", "嗯好", "到帳沒有", "多謝", "那是什麼時候", "還沒到？"},
	},
}

// TestNoSentenceTwiceInALongChat: whatever somebody writes about, forty texts
// long, in every locale, no sentence is said twice. The words of help in a
// crisis are reviewed word for word and may be.
func TestNoSentenceTwiceInALongChat(t *testing.T) {
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	build, stop, err := b.builder(t.Context(), "core")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	runner := journey.Runner{Build: build, Scanner: scanner{}}
	for kind, lines := range longChats {
		for _, locale := range dialog.Locales() {
			t.Run(kind+"/"+string(locale), func(t *testing.T) {
				t.Parallel()
				texts := lines.traditional
				switch locale {
				case dialog.EnGB, dialog.EnUS:
					texts = lines.en
				case dialog.ZhHans:
					texts = lines.simplified
				}
				result, err := runner.Run(t.Context(), longFile(t, locale, texts))
				if err != nil {
					t.Fatal(err)
				}
				for _, twice := range saidTwice(result.Transcript) {
					t.Errorf("%s\n\n%s", twice, strings.Join(result.Transcript, "\n"))
				}
			})
		}
	}
}

// longFile is a long conversation: the lines in any order, again and again.
func longFile(t *testing.T, locale dialog.Locale, texts []string) *journey.File {
	pack := map[dialog.Locale]string{dialog.ZhHans: "cn", dialog.ZhHantTW: "tw", dialog.ZhHantHK: "hk", dialog.EnUS: "us", dialog.EnGB: "gb"}[locale]
	var yaml strings.Builder
	fmt.Fprintf(&yaml, "name: long chat\nlocale: %s\npacks: [%s]\nborrower: {id: b1, name: Lin Yue, level: 2}\nsteps:\n", locale, pack)
	order := rand.New(rand.NewPCG(7, uint64(len(texts))))
	for i := range longChat {
		line := texts[0]
		if i > 0 {
			line = texts[1+order.IntN(len(texts)-1)]
		}
		fmt.Fprintf(&yaml, "  - user: %s\n", strconv.Quote(line))
	}
	path := filepath.Join(t.TempDir(), "long.yaml")
	if err := os.WriteFile(path, []byte(yaml.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := journey.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var (
	botLine  = regexp.MustCompile(`^\s+bot \[([a-z_.]+)/[a-z_]*\] (.*) \[[^\]]*\]$`)
	sentence = regexp.MustCompile(`[^。？！]+[。？！]|[^.?!]+(?:[.?!][^ .?!][^.?!]*)*[.?!]`)
)

// saidTwice lists the sentences that the bot said more than once; what it was
// asked to repeat does not count, nor what stands on cards.
func saidTwice(transcript []string) []string {
	var twice []string
	seen := map[string]bool{}
	repeating := false
	for _, line := range transcript {
		m := botLine.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(m[1], "crisis.") {
			continue
		}
		asked := repeating
		repeating = m[1] == "repeat.last"
		text, _, _ := strings.Cut(m[2], " | ")
		for _, s := range sentence.FindAllString(text, -1) {
			s = strings.TrimSpace(s)
			if seen[s] && !asked && !repeating {
				twice = append(twice, m[1]+": "+s)
			}
			seen[s] = true
		}
	}
	return twice
}
