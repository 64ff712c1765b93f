package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// surnames are the commonest Chinese family names: a name that is introduced,
// or has a title behind it, begins with one.
const surnames = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖蕭田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱侯江尹薛阎閻段雷龙龍史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常"

// introductions takes out names that a person gives: 我叫…, my name is ….
func introductions(line string) string {
	for _, lead := range []string{"我叫", "名叫", "叫做", "本人", "我是", "姓名", "名字是", "户名", "戶名"} {
		line = afterLead(line, lead, hanName)
	}
	for _, lead := range []string{"my name is ", "my name's ", "i am ", "i'm ", "this is ", "call me ", "mr ", "mr. ", "mrs ", "mrs. ", "ms ", "ms. ", "miss "} {
		line = afterLead(line, lead, latinName)
	}
	return titled(line)
}

// afterLead replaces what name finds behind each lead.
func afterLead(line, lead string, name func(string) int) string {
	at := 0
	for {
		lower := strings.ToLower(line)
		if len(lower) != len(line) {
			lower = line
		}
		i := strings.Index(lower[at:], lead)
		if i < 0 {
			return line
		}
		at += i + len(lead)
		rest := strings.TrimLeft(line[at:], " :：")
		skipped := len(line[at:]) - len(rest)
		if n := name(rest); n > 0 {
			line = line[:at+skipped] + Name + rest[n:]
		}
	}
}

// hanName returns the length of a Chinese name at the start of s: a family name
// and one or two characters up to something that ends it.
func hanName(s string) int {
	runes := []rune(s)
	if len(runes) < 2 || !strings.ContainsRune(surnames, runes[0]) {
		return 0
	}
	n := 1
	for n < len(runes) && n < 4 && unicode.Is(unicode.Han, runes[n]) {
		n++
	}
	if n == 4 || n == 1 {
		n = 3 // more text follows: take the longest that a name usually is
	}
	return len(string(runes[:min(n, len(runes))]))
}

// latinName returns the length of one or two capitalised words at the start of s.
func latinName(s string) int {
	end := 0
	for range 2 {
		rest := strings.TrimLeft(s[end:], " ")
		first, _ := utf8.DecodeRuneInString(rest)
		if !unicode.IsUpper(first) {
			break
		}
		n := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' })
		if n < 0 {
			n = len(rest)
		}
		if slices.Contains([]string{"I", "A", "The"}, rest[:n]) {
			break
		}
		end = len(s) - len(rest) + n
	}
	return end
}

// titled takes out the family name before a Chinese title: 张先生.
func titled(line string) string {
	for _, title := range []string{"先生", "女士", "小姐", "太太"} {
		var b strings.Builder
		for {
			i := strings.Index(line, title)
			if i < 0 {
				b.WriteString(line)
				break
			}
			before := line[:i]
			last, n := utf8.DecodeLastRuneInString(before)
			if strings.ContainsRune(surnames, last) {
				before = before[:len(before)-n] + Name
			}
			b.WriteString(before)
			b.WriteString(title)
			line = line[i+len(title):]
		}
		line = b.String()
	}
	return line
}
