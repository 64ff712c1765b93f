package review

import (
	"strings"
	"unicode/utf8"

	"warmline/dialog/policy/review/fold"
)

// topDomains end a web address often enough to be looked for without "http".
var topDomains = map[string]bool{
	"com": true, "cn": true, "net": true, "org": true, "io": true, "me": true, "co": true, "hk": true, "tw": true,
	"uk": true, "us": true, "app": true, "example": true, "info": true, "xyz": true, "top": true, "ai": true, "dev": true,
	"link": true, "ly": true, "gov": true, "edu": true, "sg": true, "ph": true, "shop": true, "site": true, "online": true, "cc": true, "vip": true, "club": true, "test": true, "invalid": true, "eu": true, "tv": true, "biz": true, "page": true, "help": true, "pay": true, "gd": true, "gl": true,
}

// schemes start an address.
var schemes = []string{"http:", "https:", "http//", "https//", "://", "www.", "mailto:", "tel:", "sms:", "tg:", "weixin:", "intent:", "hxxp", "//t.", "javascript:", "data:"}

// checkContact reports addresses, handles and e-mail. Spoken forms ("t dot
// me", 加微信) are in the lexicon.
func (c *checker) checkContact(text string) {
	lower := strings.ToLower(wide(text))
	for _, s := range schemes {
		if i := strings.Index(lower, s); i >= 0 {
			c.reportFolded(URLOrContact, ruleContact, text, lower, i, i+len(s))
			return
		}
	}
	for i := 0; i < len(lower); i++ {
		switch {
		case lower[i] == '@' || strings.HasPrefix(lower[i:], "＠"):
			c.reportFolded(URLOrContact, ruleContact, text, lower, i, i+1)
			return
		case lower[i] == '.' && i > 0 && i+1 < len(lower) && (isLetter(lower, i-1) || isDigit(lower, i-1)) && isLetter(lower, i+1):
			end := i + 1
			for end < len(lower) && isLetter(lower, end) {
				end++
			}
			if topDomains[lower[i+1:end]] && !abbreviation(lower, i) {
				c.reportFolded(URLOrContact, ruleContact, text, lower, i, end)
				return
			}
		case lower[i] == '/' && isLetter(lower, i-1) && isLetter(lower, i+1) && dotBefore(lower, i):
			c.reportFolded(URLOrContact, ruleContact, text, lower, i, i+1)
			return
		}
	}
}

// abbreviation is "p.m" or "u.s": single letters.
func abbreviation(s string, dot int) bool {
	return dot < 2 || !isLetter(s, dot-2) && !isDigit(s, dot-2) && dot-1 >= 0 && !isLetter(s, dot+2)
}

func dotBefore(s string, i int) bool {
	for j := i - 1; j >= 0 && s[j] > ' '; j-- {
		if s[j] == '.' {
			return true
		}
	}
	return false
}

// wide makes full-width forms ASCII; the length in bytes changes where there are any.
func wide(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E && r != '，' && r != '：' && r != '；' && r != '！' && r != '？' && r != '（' && r != '）' {
			return r - 0xFEE0
		}
		return r
	}, text)
}

// markers are what formatting is made of; none belongs in a sentence.
var markers = []string{"**", "__", "~~", "`", "](", "![", "&nbsp", "&lt", "&gt", "&amp", "&quot", "&#", "\\n", "\\(", "\\[", "\\u", "$$", "[b]", "[/", "[url", "{\"", "{'", "\":", "/*", "*/", "<!", "<%", "{%", "==", "->", "=>", "|", "^^", "\t", "《b》", "::", "##", "---", "***", "___", "• ", "·  ", "●", "■", "◆", "▶", "①", "＜", "\u202e", "\u202d", "\\text", "\\b"}

// checkMarkup reports HTML, Markdown, code and lists.
func (c *checker) checkMarkup(text string) {
	for _, m := range markers {
		if i := strings.Index(text, m); i >= 0 {
			c.report(Markup, ruleMarkup, span{i, i + len(m)})
			return
		}
	}
	for i := 0; i < len(text); i++ {
		ch := text[i]
		if ch == '<' || ch == '>' || ch < ' ' && ch != '\n' && ch != '\r' || ch == '*' && !betweenLetters(text, i) || ch == '#' || ch == '~' && i == 0 {
			c.report(Markup, ruleMarkup, span{i, i + 1})
			return
		}
		if ch == '[' && i+1 < len(text) && text[i+1] != '{' || ch == '\\' {
			c.report(Markup, ruleMarkup, span{i, i + 1})
			return
		}
		if ch == '_' && emphasis(text, i) {
			c.report(Markup, ruleMarkup, span{i, i + 1})
			return
		}
	}
	c.checkLines(text)
}

// labels name a speaker or a part of a transcript; a message has none.
var labels = []string{"assistant:", "user:", "system:", "bot:", "ai:", "agent:", "output:", "response:", "reply:", "message:", "draft:", "助手:", "助理:", "客服:", "输出:", "輸出:", "回复:", "回覆:", "用户:", "系统:", "系統:", "答:"}

// checkLabel reports a text that begins with a label.
func (c *checker) checkLabel(text string) {
	start := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(text, "：", ":")))
	for _, l := range labels {
		if strings.HasPrefix(start, l) {
			c.report(PromptLeak, rulePrompt, span{0, len(text)})
			return
		}
	}
}

// betweenLetters leaves letters held apart by stars to the lexicon.
func betweenLetters(text string, i int) bool {
	if i == 0 || i+1 >= len(text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+1:])
	return fold.Han(before) && fold.Han(after)
}

// emphasis is an underscore at the edge of a word.
func emphasis(text string, i int) bool {
	return (i == 0 || text[i-1] == ' ' || text[i-1] == '\n') && i+1 < len(text) && text[i+1] != ' '
}

// checkLines reports lines that begin like those of a list, a heading or a
// quotation, and texts of many lines.
func (c *checker) checkLines(text string) {
	lines, at := 0, 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if trimmed != "" {
			lines++
		}
		for _, p := range []string{"- ", "* ", "+ ", "> ", "# ", "— ", "– ", "・", "·", "•"} {
			if strings.HasPrefix(trimmed, p) {
				c.report(Markup, ruleMarkup, span{at, at + len(line)})
				return
			}
		}
		at += len(line)
	}
	if lines > 3 {
		c.report(Markup, ruleMarkup, span{0, len(text)})
	}
}
