package review

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"warmline/dialog/policy/review/fold"
)

// checkDigits reports digits of any script outside placeholders. Characters
// that are numbers (三) are letters to Unicode and are looked at by counts.
func (c *checker) checkDigits(text string, spans []span) {
	for i := 0; i < len(text); {
		if len(spans) > 0 && i == spans[0].start {
			i = spans[0].end
			spans = spans[1:]
			continue
		}
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if digit(r) || money(r) {
			c.report(DigitLeak, ruleDigits, span{i, i + size})
			return
		}
		i += size
	}
}

func digit(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9'
	}
	return !fold.Han(r) && unicode.IsNumber(r)
}

func money(r rune) bool {
	return r == '$' || r == '%' || r == '%'+0xFEE0 || r == '‰' || r == '﹪' || r == '٪' || r > utf8.RuneSelf && unicode.Is(unicode.Sc, r)
}

const (
	smallNumbers = "二三四五六七八九十两仨俩廿卅半数几"
	bigNumbers   = "百千万亿兆拾佰仟壹贰叁肆伍陆柒捌玖"
	// unitRunes make a quantity of a number before them.
	unitRunes = "厘元块圆角分毛蚊天日号周月年时刻秒期笔成折趴倍度号点"
)

// countWords are words with number characters that count nothing.
var countWords = []string{
	"十分", "万一", "千万", "百忙", "四处", "再三", "三思", "两者", "两边", "两难", "两样", "两全", "第三方", "第三人",
	"千头万绪", "七上八下", "乱七八糟", "五花八门", "三言两语", "十全十美", "四面八方", "三番五次", "一五一十", "说三道四", "接二连三",
	"两种", "这两笔", "那两笔", "哪两笔", "分两块", "一两天", "一两句", "一两个", "两三天", "三两天", "一两步", "两三句", "第二日", "第二天再", "两次延期", "两次缓缴", "两次之间", "两个办法", "两个方案", "两个选择", "两个选项", "两个方式", "两条路", "两个方向", "两个按钮", "几天", "几种", "几个", "几次", "几期", "几笔", "几样", "几点", "几时", "几日", "几号", "几多", "几分", "几句", "几项", "几步", "几位", "几家", "几年", "几个月", "几周", "几张", "几条", "几乎", "几何", "数字", "数额", "数据", "数目", "半路", "多半", "半天", "一半会", "大半", "夜半", "半途", "百般", "万分", "千言万语", "三个办法", "三心二意", "千辛万苦", "万事", "万般", "百感", "千丝万缕", "不管三七", "八卦", "百姓", "老百姓", "五味", "六神", "九牛", "四季", "四周围", "四周的", "五官", "十足", "七七八八", "两地", "两口子", "两头", "两手", "两清", "三餐", "一日三餐", "两三句", "一二", "一时三刻", "一分一厘", "一丝一毫",
	"一点一点", "一笔一笔", "一期一期", "一步一步", "一样一样", "一项一项", "一件一件", "一天一天", "一个一个", "一毛钱也没", "一分钱也没", "一分钱都没", "一毛钱都没", "一毛钱", "一分钱", "一毛都没有", "一分都没有", "一下下", "六合彩", "八达通", "三番两次", "三天两头", "四通八达", "一干二净", "一清二楚", "一来二去", "两全其美", "两回事", "两码事", "四平八稳", "百思", "千方百计", "千差万别", "万不得已", "万幸", "一波三折", "一举两得", "二话不说", "三更半夜", "半夜三更", "半信半疑", "半点", "七零八落", "四舍五入", "两不误", "一时半会", "一时半刻", "一星半点", "一知半解", "百感交集", "千篇一律", "千叮万嘱", "万能", "万全", "二维码", "三方", "二手", "双十", "两面", "两用",
}

// checkCounts reports numbers that are written as Chinese characters.
func (c *checker) checkCounts(s *scan) {
	for i := 0; i < len(s.tokens); {
		if s.tokens[i].kind != kindHan {
			i++
			continue
		}
		if n := c.r.countWord(s.tokens[i:]); n > 0 {
			i += n
			continue
		}
		n := numberRun(s.tokens[i:])
		if n == 0 {
			i++
			continue
		}
		if isCount(s.tokens, i, n) {
			c.report(DigitLeak, ruleDigits, s.bytes(int32(i), int32(i+n)))
			return
		}
		i += n
	}
}

// phrase is a word of countWords as tokens.
type phrase struct {
	ids  []int32
	word string
}

// countPhrases groups countWords by their first character.
func countPhrases() map[int32][]phrase {
	out := map[int32][]phrase{}
	for _, w := range countWords {
		p := phrase{word: w}
		for _, r := range w {
			p.ids = append(p.ids, int32(r))
		}
		out[p.ids[0]] = append(out[p.ids[0]], p)
	}
	return out
}

// countWord returns the length of a word at the beginning of tokens that counts
// nothing, 0 for none.
func (r *Reviewer) countWord(tokens []token) int {
	for _, p := range r.phrases[tokens[0].id] {
		n := 0
		for n < len(p.ids) && n < len(tokens) && tokens[n].id == p.ids[n] {
			n++
		}
		if n == len(p.ids) && !partOfCount(p.word, tokens[n:]) {
			return n
		}
	}
	return 0
}

// partOfCount reports whether a word that counts nothing by itself does so with
// what follows: 十分钟, 万分之五, 千万元.
func partOfCount(word string, rest []token) bool {
	return (word == "十分" || word == "万分" || word == "千万") && strings.ContainsRune("钟之元块", runeAt(rest, 0))
}

func isSmall(r rune) bool { return strings.ContainsRune(smallNumbers, r) }
func isBig(r rune) bool   { return strings.ContainsRune(bigNumbers, r) }

func numberRun(tokens []token) int {
	n := 0
	for n < len(tokens) {
		if tokens[n].kind == kindOther && n > 0 {
			break
		}
		r := rune(tokens[n].id)
		if tokens[n].kind != kindHan || !isSmall(r) && !isBig(r) && r != '一' && r != '零' {
			break
		}
		n++
	}
	return n
}

// isCount reports whether the number characters at i count something: a run
// with a value, or one character before a unit.
func isCount(tokens []token, i, n int) bool {
	first := rune(tokens[i].id)
	after := runeAt(tokens, i+n)
	switch {
	case n >= 2:
		return runCounts(tokens[i : i+n])
	case first == '一':
		return oneCounts(tokens, i)
	case first == '几' || first == '数':
		return false
	case first == '半':
		return strings.ContainsRune("年月周价数折期日成倍元块角毛蚊小位", after) || runeAt(tokens, i-1) == '一' ||
			after == '个' && strings.ContainsRune("月星礼小钟季工", runeAt(tokens, i+n+1))
	case first == '零':
		return strings.ContainsRune("元利息费", after)
	case isBig(first):
		return strings.ContainsRune("元块多来余把分个蚊字天日周年期折成号点笔角毛次倍位名小", after) || strings.ContainsRune("上近成整", runeAt(tokens, i-1))
	}
	if first != '两' && first != '二' {
		return true
	}
	if after == '个' {
		return pairCounts(tokens, i)
	}
	return strings.ContainsRune(unitRunes, after) || strings.ContainsRune("位名旧嚿人岁", after) || strings.ContainsRune("星礼小多次", after) || strings.ContainsRune("第周期拜", runeAt(tokens, i-1))
}

// pairCounts reports whether 两个 counts something: people, spans, and whatever
// is not one of the choices that a reply lays out or has just named.
func pairCounts(tokens []token, i int) bool {
	if strings.ContainsRune("这那有以上下", runeAt(tokens, i-1)) {
		return strings.ContainsRune("月星礼小钟人季工", runeAt(tokens, i+2))
	}
	return !strings.ContainsRune("方办选按问日部地步意可都入都钮事词字名例原途安", runeAt(tokens, i+2))
}

// runCounts leaves out what only repeats 一 (一一说明) or is vague (几句).
func runCounts(run []token) bool {
	value := false
	for _, t := range run {
		r := rune(t.id)
		if r != '一' && r != '几' && r != '数' {
			value = true
		}
	}
	return value
}

// oneCounts reports whether a single 一 is a quantity: a sum, a share, a span.
func oneCounts(tokens []token, i int) bool {
	before, after, then := runeAt(tokens, i-1), runeAt(tokens, i+1), runeAt(tokens, i+2)
	if runeAt(tokens, i-2) == '每' && strings.ContainsRune("多少早晚迟过", before) { // 每多一天: a rate, not a count
		return false
	}
	more := before == '有' && runeAt(tokens, i-2) == '还'
	if spanFrom(tokens, i+1) && (more || strings.ContainsRune("过多约概近满剩再延足差付收加", before) || withinSpan(tokens, i+2)) {
		return true
	}
	if strings.ContainsRune("哪某每这那第另同边任有统唯单万", before) {
		return before == '第' && strings.ContainsRune("天日", after)
	}
	switch after {
	case '元', '蚊', '折', '成', '倍', '角', '毛':
		return true
	case '半':
		return true
	case '块':
		return then == '钱' || then == '多'
	case '周', '年', '天', '日':
		return strings.ContainsRune("内后之以左", then)
	case '个':
		if m := runeAt(tokens, i+3); then == '月' || then == '星' || then == '礼' || then == '小' {
			return strings.ContainsRune("内后之以左期拜时", m)
		}
	}
	return strings.ContainsRune("周期拜", before) && strings.ContainsRune("下上本", runeAt(tokens, i-2)) || before == '周' || before == '拜'
}

// withinSpan reports whether "within" or "after" ends the span at i; between
// them only what belongs to the unit may stand (一个工作日内).
func withinSpan(tokens []token, i int) bool {
	for k := range 5 {
		r := runeAt(tokens, i+k)
		if r == '内' || r == '后' || r == '左' {
			return true
		}
		if !strings.ContainsRune("个多来几半整工作日天月年星期礼拜季小时分钟点周的之以时间", r) {
			return false
		}
	}
	return false
}

// spanFrom reports whether a unit of time, people or instalments stands at i.
func spanFrom(tokens []token, i int) bool {
	after := runeAt(tokens, i)
	if after == '个' {
		return strings.ContainsRune("月星礼小钟季工人", runeAt(tokens, i+1))
	}
	return after == '小' && runeAt(tokens, i+1) == '时' || after == '分' && runeAt(tokens, i+1) == '钟' ||
		after == '点' && runeAt(tokens, i+1) == '钟' || strings.ContainsRune("天日周年期位笔号", after)
}

func runeAt(tokens []token, i int) rune {
	if i < 0 || i >= len(tokens) || tokens[i].kind != kindHan {
		return 0
	}
	return rune(tokens[i].id)
}
