package telegram

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"warmline/dialog"
)

func TestCompose(t *testing.T) {
	card := &dialog.RenderedCard{Title: "Ways <open> & more", Columns: []string{"Date", "Amount"}, Rows: []dialog.RenderedRow{
		{Label: "1st", Cells: []string{"21 Nov", "£10.00"}}, {Label: "Total", Cells: []string{"£40.00"}, Strong: true},
	}, Notes: []string{"No other charge."}}
	for _, x := range []struct {
		name string
		m    dialog.Message
		want string
	}{
		{"plain", dialog.Message{Level: 0, Body: dialog.Rendered{Text: "a < b & c"}}, "a &lt; b &amp; c"},
		{"a person", dialog.Message{Speaker: dialog.SpeakerHuman, Name: "Zhou", Body: dialog.Rendered{Text: "Hello"}}, "<b>Zhou</b>\nHello"},
		{"private", dialog.Message{Level: 2, Body: dialog.Rendered{Text: "£10.00"}}, "neutral\n\n<tg-spoiler>£10.00</tg-spoiler>"},
		{"a card", dialog.Message{Level: 2, Locale: dialog.EnGB, Body: dialog.Rendered{Text: "Here:", Card: card}},
			"neutral\n\n<tg-spoiler>Here:\n\n<b>Ways &lt;open&gt; &amp; more</b>\n1st: 21 Nov · Amount £10.00\n<b>Total: £40.00</b>\n\nNo other charge.</tg-spoiler>"},
		{"Chinese", dialog.Message{Locale: dialog.ZhHans, Body: dialog.Rendered{Card: &dialog.RenderedCard{Rows: []dialog.RenderedRow{{Label: "合计", Cells: []string{"10元"}}}}}},
			"合计：10元"},
		{"nothing", dialog.Message{}, ""},
	} {
		parts := compose(x.m, "neutral", nil)
		got := ""
		if len(parts) > 0 {
			got = parts[0].html
		}
		if got != x.want {
			t.Errorf("%s: got %q, expected %q", x.name, got, x.want)
		}
	}
}

func TestLongTextsAreCutWhereSentencesEnd(t *testing.T) {
	for _, x := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"One two. Three four. Five", 12, []string{"One two.", "Three four.", "Five"}},
		{"一二三四。五六七八。九", 5, []string{"一二三四。", "五六七八。", "九"}},
		{"no sentence ends here", 11, []string{"no sentence", "ends here"}},
		{strings.Repeat("x", 7), 3, []string{"xxx", "xxx", "x"}},
		{"😀😀😀", 4, []string{"😀😀", "😀"}},
		{"Pay £1.50 today. Then rest", 18, []string{"Pay £1.50 today.", "Then rest"}},
	} {
		got := split(x.text, x.limit)
		if strings.Join(got, "|") != strings.Join(x.want, "|") {
			t.Errorf("split %q: got %q, expected %q", x.text, got, x.want)
		}
	}
}

// stripped is a text without spaces, to compare what arrives with what was said.
func stripped(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestNothingOfATextIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := clean(rapid.StringOfN(rapid.RuneFrom([]rune("ab。. <&\n😀é甲"), unicode.Latin, unicode.Han), 0, 9000, -1).Draw(t, "text"))
		m := dialog.Message{Level: dialog.Level(rapid.IntRange(0, 2).Draw(t, "level")), Body: dialog.Rendered{Text: text}}
		var all strings.Builder
		for _, p := range compose(m, "neutral", nil) {
			if n := units(p.plain); n > 4096 {
				t.Fatalf("a part has %d units", n)
			}
			all.WriteString(strings.TrimPrefix(p.plain, "neutral\n\n"))
		}
		if stripped(all.String()) != stripped(text) {
			t.Fatalf("said %q, arrived %q", text, all.String())
		}
	})
}

func FuzzCompose(f *testing.F) {
	f.Add("a <b> & c", "label", 2)
	f.Add(strings.Repeat("长句子。", 2000), "", 0)
	f.Fuzz(func(t *testing.T, text, label string, level int) {
		m := dialog.Message{ID: "c1-2-3", Seq: 7, Level: dialog.Level(level % 3), Body: dialog.Rendered{Text: clean(text),
			Options: []dialog.RenderedOption{{ID: "human", Label: clean(label)}}}}
		for _, p := range compose(m, "neutral", keyboard(m, "")) {
			if units(p.plain) > 4096 {
				t.Errorf("too long: %d", units(p.plain))
			}
			for _, row := range p.buttons {
				for _, b := range row {
					if len(b.data) > 64 {
						t.Errorf("data of %d bytes", len(b.data))
					}
				}
			}
		}
	})
}
