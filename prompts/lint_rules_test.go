package prompts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"warmline/dialog"
)

const (
	maxHan       = 90 // 汉字 of a text
	maxWords     = 55 // words of an English text
	maxSentences = 3
	maxButtonHan = 12
	maxButton    = 32 // characters of an English button
)

var (
	digits       = regexp.MustCompile(`[0-9０-９]`)
	currencies   = regexp.MustCompile(`[\p{Sc}￥]|元|\b(?i:CNY|RMB|HKD|TWD|USD|GBP)\b`)
	exclamations = regexp.MustCompile(`[!！‼]`)
	asciiMarks   = regexp.MustCompile(`[,.?;:!()"']`)
	wideMarks    = regexp.MustCompile(`[，。？；：！（）「」\p{Han}]`)
	manyDots     = regexp.MustCompile(`\.\.|。。`)
	commands     = regexp.MustCompile(` ?/[a-z]+ ?`)
	quoted       = regexp.MustCompile(`[“「]([^”」]*)[”」]`)
	sentenceEnd  = regexp.MustCompile(`[。？！]|[.?!](?:\s|$)`)
)

// endings may follow an English word of a list.
var endings = []string{"", "s", "es", "d", "ed", "ing"}

// hole stands where a placeholder was: a word that no rule knows.
const hole = "\uFFFC"

// lint returns what is wrong with one text, nothing when it may be said.
func (b book) lint(l line, names []string) []string {
	text := placeholder.ReplaceAllString(l.body, hole)
	own := b.Locales[l.locale]
	lang := l.locale.Language()
	var defects []string
	add := func(list ...string) { defects = append(defects, list...) }
	add(numbers(text)...)
	if lang == dialog.LangEn {
		add(englishMarks(text)...)
	} else {
		add(chineseMarks(text)...)
		add(b.otherScript(text, lang)...)
	}
	add(quotes(text, own, names)...)
	add(found("a word of another region", text, own.Region, lang)...)
	if !l.matches(b.BannedExempt) {
		add(found("a banned word", text, b.Banned[lang], lang)...)
	}
	if l.level < dialog.LevelBorrower && !l.matches(b.DebtExempt) {
		add(found("a word of debt before identity is sure", text, b.Debt[lang], lang)...)
	}
	if strings.HasSuffix(l.id, "/neutral") {
		add(found("a word of debt in a neutral note", text, b.Debt[lang], lang)...)
	}
	if l.matches(b.MoneyFree) {
		add(found("a word of money", text, b.Money[lang], lang)...)
	}
	add(b.tooLong(l, text)...)
	return defects
}

// numbers finds figures and currency outside placeholders, shouting and pictures.
func numbers(text string) []string {
	var defects []string
	if m := digits.FindString(text); m != "" {
		defects = append(defects, "a digit outside a placeholder: "+m)
	}
	if m := currencies.FindString(text); m != "" {
		defects = append(defects, "a currency outside a placeholder: "+m)
	}
	if exclamations.MatchString(text) {
		defects = append(defects, "an exclamation mark")
	}
	for _, r := range text {
		if string(r) != hole && unicode.Is(unicode.So, r) {
			defects = append(defects, "a picture: "+string(r))
		}
	}
	if strings.Count(text, "？")+strings.Count(text, "?") > 1 {
		defects = append(defects, "more than one question")
	}
	return defects
}

// chineseMarks: full width only, nothing between a character and a placeholder.
func chineseMarks(text string) []string {
	var defects []string
	if m := asciiMarks.FindString(text); m != "" {
		defects = append(defects, "a half-width mark: "+m)
	}
	// A Telegram command stands between spaces, or the messenger cannot link it.
	if strings.ContainsAny(commands.ReplaceAllString(text, ""), " \t\n　") {
		defects = append(defects, "a space")
	}
	return append(defects, doubled(text)...)
}

func englishMarks(text string) []string {
	var defects []string
	if m := wideMarks.FindString(text); m != "" {
		defects = append(defects, "a Chinese character or mark: "+m)
	}
	if strings.Contains(text, "  ") || strings.TrimSpace(text) != text {
		defects = append(defects, "a stray space")
	}
	if strings.Contains(text, `"`) {
		defects = append(defects, "a straight quotation mark")
	}
	return append(defects, doubled(text)...)
}

func doubled(text string) []string {
	if manyDots.MatchString(text) {
		return []string{"dots in a row: an ellipsis is one sign"}
	}
	return nil
}

// otherScript finds characters that only the other Chinese script has.
func (b book) otherScript(text string, lang dialog.Language) []string {
	other := b.Script["simplified"]
	if lang == dialog.LangZhHans {
		other = b.Script["traditional"]
	}
	if i := strings.IndexAny(text, other); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return []string{"a character of the other script: " + string(r)}
	}
	return nil
}

// quotes: the marks of the locale, in pairs, around names that really are on a
// button.
func quotes(text string, own house, names []string) []string {
	var defects []string
	for _, r := range text {
		if strings.ContainsRune("“”「」『』«»", r) && !strings.ContainsRune(own.Quotes, r) {
			defects = append(defects, "a quotation mark of another locale: "+string(r))
		}
	}
	marks := []rune(own.Quotes)
	if strings.Count(text, string(marks[0])) != strings.Count(text, string(marks[1])) {
		defects = append(defects, "a quotation mark without its other half")
	}
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		if m[1] != hole && !slices.Contains(names, m[1]) && !slices.Contains(own.Names, m[1]) {
			defects = append(defects, "a name that no button has: "+m[1])
		}
	}
	return defects
}

// found lists the words of a list that a text has.
func found(what, text string, words []string, lang dialog.Language) []string {
	var defects []string
	for _, w := range words {
		if has(text, w, lang) {
			defects = append(defects, what+": "+w)
		}
	}
	return defects
}

func has(text, word string, lang dialog.Language) bool {
	if lang != dialog.LangEn {
		return strings.Contains(text, word)
	}
	text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		rest := text[i+len(word):]
		tail := rest[:len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsLetter))]
		if !unicode.IsLetter(before) && slices.Contains(endings, tail) {
			return true
		}
		text = text[i+1:]
	}
}

// tooLong measures what a phone's screen and a tired reader take in at once.
func (b book) tooLong(l line, text string) []string {
	if l.label() {
		return longButton(l, text)
	}
	var defects []string
	if one := strings.HasPrefix(l.id, "hardship.acknowledge/"); one && len(sentences(text)) != 1 {
		defects = append(defects, "an acknowledgement is one sentence")
	}
	if l.matches(b.LongAllowed) {
		return defects
	}
	if n := hanCount(text); n > maxHan {
		defects = append(defects, fmt.Sprintf("%d characters, at most %d", n, maxHan))
	}
	if n := len(strings.Fields(text)); n > maxWords {
		defects = append(defects, fmt.Sprintf("%d words, at most %d", n, maxWords))
	}
	if n := len(sentences(text)); n > maxSentences {
		defects = append(defects, fmt.Sprintf("%d sentences, at most %d", n, maxSentences))
	}
	return defects
}

func longButton(l line, text string) []string {
	if !strings.HasPrefix(l.id, "label:option.") {
		return nil
	}
	if hanCount(text) > maxButtonHan || len([]rune(text)) > maxButton {
		return []string{"too long for a button"}
	}
	return nil
}

func hanCount(text string) int {
	n := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// sentences cuts a text at its full stops and question marks.
func sentences(text string) []string {
	var list []string
	for _, s := range sentenceEnd.Split(text, -1) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
