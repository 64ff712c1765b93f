package lexicon

import (
	"testing"

	"warmline/bot/understand/fold"
)

const lists = `
# made up for the test
[no]
别 | 不要 | don't
[write]
联系 | 发消息 | messag* | text me
[stop]
@no .. @write
^td$ | ^stop$
[say]
hello .. world
`

func TestFind(t *testing.T) {
	f := fold.New()
	l, err := Parse(f, lists)
	if err != nil {
		t.Fatal(err)
	}
	stop, _ := l.Class("stop")
	say, _ := l.Class("say")
	for _, c := range []struct {
		text string
		want Class
		hit  bool
	}{
		{"别再联系我", stop, true},
		{"不要再給我發消息了", stop, true},
		{"don't ever be messaging me", stop, true},
		{"别。联系", stop, false},
		{"stop", stop, true},
		{" STOP!! ", stop, true},
		{"stop it", stop, false},
		{"stopping", stop, false},
		{"hello big world", say, true},
		{"world hello", say, false},
		{"hello worldly", say, false},
	} {
		text := f.Fold(c.text, 4096)
		found := false
		for _, h := range l.Find(&text, nil) {
			found = found || h.Class == c.want
		}
		if found != c.hit {
			t.Errorf("%q: hit %v, want %v", c.text, found, c.hit)
		}
	}
}

func TestParseRefusesAnUnknownList(t *testing.T) {
	if _, err := Parse(fold.New(), "[a]\n@nobody .. x\n"); err == nil {
		t.Error("a pattern over a list that does not exist was accepted")
	}
}
