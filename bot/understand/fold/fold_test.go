package fold

import "testing"

func TestFold(t *testing.T) {
	f := New()
	for _, c := range []struct{ in, want string }{
		{"ＡＢＣ１２３，ok", "abc123,ok"},
		{"還唔到錢呀", "还不了钱呀"},
		{"聽日出糧", "明天发工资"},
		{"轉 人 工", "转人工"},
		{"s t o p", "stop"},
		{"自*殺", "自杀"},
		{"好好好好好", "好好"},
		{"!!!!!", "!"},
		{"1000000", "1000000"},
		{"caf\u00e9 \u200bcafe\u0301", "cafe cafe"},
		{"a b c", "abc"},
		{"I am ok", "i am ok"},
		{"點解咁多", "为什么这么多"},
		{"bad\xffutf", "badutf"},
	} {
		got := f.Fold(c.in, 4096)
		if got.String() != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got.String(), c.want)
		}
	}
}

func TestSpansPointIntoTheReceivedText(t *testing.T) {
	f := New()
	text := f.Fold("好，聽日還２００", 4096)
	runes := []rune(text.String())
	for i := range runes {
		if runes[i] == '明' {
			s, e := text.Span(i, i+2)
			if text.Raw[s:e] != "聽日" {
				t.Errorf("span of 明天 is %q", text.Raw[s:e])
			}
		}
	}
	s, e := text.Span(len(runes)-3, len(runes))
	if text.Raw[s:e] != "２００" {
		t.Errorf("span of the number is %q", text.Raw[s:e])
	}
}
