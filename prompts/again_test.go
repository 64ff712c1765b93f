package prompts

import (
	"slices"
	"strings"
	"testing"

	"warmline/dialog"
)

func TestATextIsSaidOnceMoreInShort(t *testing.T) {
	for _, c := range []struct {
		locale   dialog.Locale
		text     string
		required []string
		want     string
	}{
		{dialog.EnGB, "The bill is {amount_due}. Would you like to pay?", []string{"amount_due"}, "Again: the bill is {amount_due}."},
		{dialog.EnGB, "I can't say. It was {a}, since {b}? Yes.", []string{"a", "b"}, "Again: I can't say; it was {a}, since {b}?"},
		{dialog.EnUS, "{a} is due today.", []string{"a"}, "Again: {a} is due today."},
		{dialog.EnGB, "Interest is 0.05% a day. No more.", nil, "Again: interest is 0.05% a day."},
		{dialog.ZhHans, "共{a}。想现在还吗？", []string{"a"}, "Again:共{a}。"},
		{dialog.ZhHans, "那期是{a}。到今天{b}。要还吗？", []string{"a", "b"}, "Again:那期是{a}；到今天{b}。"},
		{dialog.ZhHans, "没有记录", nil, "Again:没有记录"},
	} {
		if got := joinedWith(c.locale, "Again:", oneSentence(c.locale, essence(c.text, c.required))); got != c.want {
			t.Errorf("%q said again: %q, want %q", c.text, got, c.want)
		}
	}
}

// No text of an act that answers comes twice within twenty times.
func TestAnAnswerComesTwentyTimesInOtherWords(t *testing.T) {
	set, err := Load(Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range dialog.Locales() {
		catalog := set.Catalog(locale)
		for _, kind := range set.Contract.Again {
			spec := set.Contract.Acts[kind]
			for _, form := range spec.FormNames() {
				var said []string
				for n := range 6 * len(catalog.Variants(kind, form)) {
					text, err := catalog.Text(kind, form, n)
					if err != nil {
						t.Fatal(err)
					}
					if slices.Contains(said, text.Body) {
						t.Fatalf("%s %s/%s: %q comes twice", locale, kind, form, text.Body)
					}
					said = append(said, text.Body)
					for _, name := range spec.Forms[form].Required {
						if strings.Count(text.Body, "{"+name+"}") != 1 {
							t.Errorf("%s %s/%s: %q lacks {%s}", locale, kind, form, text.Body, name)
						}
					}
				}
			}
		}
	}
}
