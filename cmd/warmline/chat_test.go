package main

import (
	"bytes"
	"strings"
	"testing"
)

// chatOf talks to the bot in the terminal and returns what was printed.
func chatOf(t *testing.T, args []string, lines ...string) (string, int) {
	t.Helper()
	var out, errs bytes.Buffer
	in := strings.NewReader(strings.Join(lines, "\n") + "\n")
	code := run(t.Context(), append([]string{"chat"}, args...), stdio{In: in, Out: &out, Err: &errs}, func(string) (string, bool) { return "", false })
	return out.String() + errs.String(), code
}

func TestChatInTheTerminal(t *testing.T) {
	for locale, said := range map[string][]string{
		"zh-Hans":    {"我欠多少", "827.71元"},
		"zh-Hant-HK": {"我欠幾多", "827.71"},
		"en-GB":      {"how much do i owe", "¥827.71"},
	} {
		got, code := chatOf(t, []string{"--locale", locale, "-v"}, said[0], "#2", "/quit", "never read")
		if code != exitFine {
			t.Errorf("%s: exit status %d", locale, code)
		}
		for _, part := range []string{said[1], "[balance.show/", "[options.menu/"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q is not in:\n%s", locale, part, got)
			}
		}
	}
}

func TestChatShowsNothingBelowLevelTwo(t *testing.T) {
	got, _ := chatOf(t, []string{"--level", "1"}, "我欠多少", "827.71对吗")
	if strings.Contains(strings.ReplaceAll(got, "827.71对吗", ""), "827") {
		t.Errorf("level 1 was shown:\n%s", got)
	}
}

func TestChatRefusesWrongFlags(t *testing.T) {
	for _, c := range [][]string{{"--borrower", "nobody", "lin-yue"}, {"--level", "7", "0, 1 or 2"}, {"--locale", "fr", "zh-Hans"}} {
		if got, code := chatOf(t, c[:2]); code != exitUsage || !strings.Contains(got, c[2]) {
			t.Errorf("%v: exit status %d, %s", c, code, got)
		}
	}
}
