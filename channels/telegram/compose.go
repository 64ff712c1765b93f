package telegram

import (
	"html"
	"strings"
	"unicode/utf16"

	"warmline/dialog"
)

// textLimit is how many UTF-16 units a part's text may have: the platform's 4096
// less room for the neutral first line.
const textLimit = 3900

// part is one message of the platform's.
type part struct {
	html    string
	plain   string // the same without formatting, for when the formatting is refused
	buttons [][]button
}

// line is a paragraph before formatting.
type line struct {
	text string
	bold bool
}

// compose makes the parts of a message. What is above level 1 begins with a
// neutral line and is covered, so that the notification on a locked screen says
// nothing; its reader taps to uncover it.
func compose(m dialog.Message, private string, buttons [][]button) []part {
	covered := m.Level > dialog.LevelLinked
	var parts []part
	for _, lines := range pack(linesOf(m)) {
		parts = append(parts, write(lines, covered, private))
	}
	if len(parts) > 0 {
		parts[len(parts)-1].buttons = buttons
	}
	return parts
}

func write(lines []line, covered bool, private string) part {
	var rich, plain strings.Builder
	for i, l := range lines {
		if i > 0 {
			rich.WriteByte('\n')
			plain.WriteByte('\n')
		}
		plain.WriteString(l.text)
		if l.bold && strings.TrimSpace(l.text) != "" {
			rich.WriteString("<b>" + html.EscapeString(l.text) + "</b>")
			continue
		}
		rich.WriteString(html.EscapeString(l.text))
	}
	if !covered {
		return part{html: rich.String(), plain: plain.String()}
	}
	first := html.EscapeString(private)
	return part{
		html:  first + "\n\n<tg-spoiler>" + rich.String() + "</tg-spoiler>",
		plain: private + "\n\n" + plain.String(),
	}
}

// linesOf lays a message out for a narrow screen: tables become lines.
func linesOf(m dialog.Message) []line {
	var lines []line
	if m.Speaker == dialog.SpeakerHuman && m.Name != "" {
		lines = append(lines, line{m.Name, true})
	}
	if text := strings.TrimSpace(m.Body.Text); text != "" {
		for _, l := range strings.Split(text, "\n") {
			lines = append(lines, line{l, false})
		}
	}
	if m.Body.Card == nil {
		return lines
	}
	if len(lines) > 0 {
		lines = append(lines, line{"", false})
	}
	return append(lines, cardLines(m.Body.Card, colon(m.Locale))...)
}

// colon is the mark between a label and its value.
func colon(l dialog.Locale) string {
	if l.Language() == dialog.LangEn {
		return ": "
	}
	return "："
}

func cardLines(c *dialog.RenderedCard, mark string) []line {
	var lines []line
	if c.Title != "" {
		lines = append(lines, line{c.Title, true})
	}
	for _, r := range c.Rows {
		lines = append(lines, line{rowText(c.Columns, r, mark), r.Strong})
	}
	if len(c.Notes) > 0 {
		lines = append(lines, line{"", false})
	}
	for _, n := range c.Notes {
		lines = append(lines, line{n, false})
	}
	return lines
}

// rowText is a row of a table as one line: its label and its cells, each with
// the name of its column where there are several.
func rowText(columns []string, r dialog.RenderedRow, mark string) string {
	var cells []string
	for i, cell := range r.Cells {
		if cell == "" {
			continue
		}
		if len(r.Cells) > 1 && i > 0 && i < len(columns) && columns[i] != "" {
			cell = columns[i] + " " + cell
		}
		cells = append(cells, cell)
	}
	text := strings.Join(cells, " · ")
	switch {
	case r.Label == "":
		return text
	case text == "":
		return r.Label
	}
	return r.Label + mark + text
}

// pack distributes lines over parts; one that is too long is split where a
// sentence ends.
func pack(lines []line) [][]line {
	var parts [][]line
	var open []line
	size := 0
	flush := func() {
		if strings.TrimSpace(joined(open)) != "" {
			parts = append(parts, open)
		}
		open, size = nil, 0
	}
	for _, l := range lines {
		for _, piece := range split(l.text, textLimit) {
			n := units(piece) + 1
			if size+n > textLimit {
				flush()
			}
			open, size = append(open, line{piece, l.bold}), size+n
		}
	}
	flush()
	return parts
}

func joined(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text)
	}
	return b.String()
}

// units counts a text as the platform does.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// split cuts a text into pieces of at most limit units: at the end of a
// sentence, else at a space, else wherever a character ends.
func split(s string, limit int) []string {
	var pieces []string
	for units(s) > limit {
		at := cut(s, limit)
		pieces = append(pieces, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return append(pieces, s)
}

// cut returns the byte at which to cut a text that is longer than limit units.
func cut(s string, limit int) int {
	n, sentence, space, hard := 0, 0, 0, 0
	for i, r := range s {
		n += utf16.RuneLen(r)
		if n > limit {
			break
		}
		end := i + len(string(r))
		hard = end
		switch {
		case strings.ContainsRune("。！？…；", r):
			sentence = end
		case strings.ContainsRune(".!?;", r) && (end == len(s) || s[end] == ' '):
			sentence = end
		case r == ' ':
			space = end
		}
	}
	switch {
	case sentence > hard/2:
		return sentence
	case space > hard/2:
		return space
	}
	return hard
}
