package telegramtest

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
)

var tag = regexp.MustCompile(`<(/?)([a-z-]+)([^>]*)>`)

// plain reads a text in the HTML of the API: what a person sees, and what of it
// is covered until they tap.
func plain(text string) (seen, covered string, err error) {
	var open []string
	var all, hidden strings.Builder
	at := 0
	write := func(raw string) error {
		if i := strings.IndexByte(raw, '<'); i >= 0 {
			return fmt.Errorf("can't parse entities: unsupported start tag at byte offset %d", at+i)
		}
		words := html.UnescapeString(raw)
		all.WriteString(words)
		if slices.Contains(open, "tg-spoiler") {
			hidden.WriteString(words)
		}
		return nil
	}
	for _, m := range tag.FindAllStringSubmatchIndex(text, -1) {
		if err := write(text[at:m[0]]); err != nil {
			return "", "", err
		}
		name := text[m[4]:m[5]]
		if !slices.Contains([]string{"b", "i", "u", "s", "code", "pre", "a", "tg-spoiler"}, name) {
			return "", "", fmt.Errorf("can't parse entities: unsupported start tag %q", name)
		}
		switch {
		case m[2] == m[3]:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			return "", "", fmt.Errorf("can't parse entities: unexpected end tag %q", name)
		default:
			open = open[:len(open)-1]
		}
		at = m[1]
	}
	if err := write(text[at:]); err != nil {
		return "", "", err
	}
	if len(open) > 0 {
		return "", "", fmt.Errorf("can't parse entities: can't find end tag corresponding to start tag %q", open[0])
	}
	return all.String(), hidden.String(), nil
}
