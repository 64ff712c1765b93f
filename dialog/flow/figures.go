package flow

import "warmline/dialog"

// figure is a run of digits in a text, by bytes.
type figure struct {
	text       string
	start, end int
}

// figuresIn are the figures of a text, in order, decimals whole.
func figuresIn(text string) []figure {
	var out []figure
	isDigit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for i := 0; i < len(text); i++ {
		if !isDigit(i) {
			continue
		}
		j := i
		for isDigit(j) || j < len(text) && text[j] == '.' && isDigit(j+1) {
			j++
		}
		out = append(out, figure{text[i:j], i, j})
		i = j
	}
	return out
}

// bareFigure is the only figure in the text, where the text has just one and
// names no date.
func (d *draft) bareFigure() (string, bool) {
	t := d.Envelope.Event.Text
	if t == nil || d.entity(dialog.EntityDate) != "" {
		return "", false
	}
	found := figuresIn(joined(t))
	if len(found) != 1 {
		return "", false
	}
	return found[0].text, true
}
