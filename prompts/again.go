package prompts

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"warmline/dialog"
)

// openersGroup is the group of labels with which a text is begun that is said
// once more: "Once more:".
const openersGroup = "again"

// learn takes over from the contract which acts may be said once more, and works
// out how in short: a part of each text that holds what its form must.
func (c *Catalog) learn(contract Contract) {
	c.again = map[string][]string{}
	for _, kind := range contract.Again {
		for form, spec := range contract.Acts[kind].Forms {
			key := textKey(kind, form)
			short := make([]string, len(c.texts[key]))
			for i, body := range c.texts[key] {
				short[i] = oneSentence(c.Locale, essence(body, spec.Required))
			}
			c.again[key] = short
		}
	}
	for _, name := range contract.Labels[openersGroup] {
		if words := c.labels[openersGroup+"."+name]; words != "" {
			c.openers = append(c.openers, words)
		}
	}
}

// onceMore is the n-th text of a form whose every variant has been said: as much
// of one as holds what the form must, after an opening of its own, so that
// nobody reads the same sentence twice. "" where a form is not said that way.
func (c *Catalog) onceMore(key string, n int) (body string, variant, opener int) {
	short, ok := c.again[key]
	bodies := c.texts[key]
	round := n / len(bodies)
	if !ok || round == 0 || len(c.openers) == 0 {
		return "", 0, 0
	}
	variant, opener = n%len(bodies), (round-1)%len(c.openers)
	return joinedWith(c.Locale, c.openers[opener], short[variant]), variant, opener
}

// essence is the beginning of a text, in whole sentences, that has all of the
// placeholders.
func essence(text string, required []string) string {
	for end := range sentenceEnds(text) {
		part := text[:end]
		found := 0
		for _, name := range required {
			if strings.Contains(part, "{"+name+"}") {
				found++
			}
		}
		if found == len(required) {
			return part
		}
	}
	return text
}

// sentenceEnds yields the place behind each full stop of a text: a Chinese one
// anywhere, a Latin one before a blank.
func sentenceEnds(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, r := range text {
			end := i + utf8.RuneLen(r)
			stop := strings.ContainsRune("。？！", r) ||
				strings.ContainsRune(".?!", r) && strings.HasPrefix(text[end:], " ")
			if stop && !yield(end) {
				return
			}
		}
	}
}

// oneSentence runs the statements of a text together, so that it is another
// sentence than any of them.
func oneSentence(l dialog.Locale, text string) string {
	if !english(l) {
		body, end := strings.CutSuffix(text, "。")
		body = strings.ReplaceAll(body, "。", "；")
		if end {
			body += "。"
		}
		return body
	}
	parts := strings.Split(text, ". ")
	for i := 1; i < len(parts); i++ {
		parts[i] = small(parts[i])
	}
	return strings.Join(parts, "; ")
}

func english(l dialog.Locale) bool { return l.Language() == dialog.LangEn }

// small is an English text with a small letter first, unless that letter stands
// by itself or the word is written in capitals.
func small(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[size:])
	if first == 'I' && !unicode.IsLower(second) || unicode.IsUpper(second) {
		return text
	}
	return string(unicode.ToLower(first)) + text[size:]
}

// joinedWith puts a text after an opening; English goes on in a small letter.
func joinedWith(l dialog.Locale, opener, text string) string {
	if !english(l) {
		return opener + text
	}
	return opener + " " + small(text)
}
