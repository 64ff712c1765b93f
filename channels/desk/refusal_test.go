package desk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"warmline/dialog"
)

var (
	refusedHere = regexp.MustCompile(`(?:\bno\(dialog\.Code\w+, |wrong\("\w+", |Name: )"([a-z_]+)"`)
	refusedCore = regexp.MustCompile(`refused[A-Z]\w+\s+= "([a-z_]+)"`)
	holes       = regexp.MustCompile(`\{\w+\}`)
)

// names lists what is refused in the files that match.
func names(t *testing.T, glob string, by *regexp.Regexp) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", glob, err)
	}
	found := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range by.FindAllStringSubmatch(string(source), -1) {
			found[m[1]] = true
		}
	}
	return found
}

func wordsOf(t *testing.T, language string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../web-widget/src/desk/words/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	return words
}

// The console has words for everything that is refused, in both of its
// languages and with the same holes, and none for what is not.
func TestTheConsoleHasWordsForEveryRefusal(t *testing.T) {
	all := names(t, "*.go", refusedHere)
	for _, more := range []map[string]bool{names(t, "../http.go", refusedHere), names(t, "../../dialog/turn/*.go", refusedCore)} {
		for name := range more {
			all[name] = true
		}
	}
	for _, code := range []dialog.Code{dialog.CodeInvalid, dialog.CodeUnauthenticated, dialog.CodeForbidden, dialog.CodeNotFound, dialog.CodeConflict,
		dialog.CodeDuplicate, dialog.CodeTooLarge, dialog.CodeRateLimited, dialog.CodeUnavailable, dialog.CodeInternal} {
		all["code_"+string(code)] = true
	}
	zh, en := wordsOf(t, "zh"), wordsOf(t, "en")
	for name := range all {
		a, b := zh["no_"+name], en["no_"+name]
		if a == "" || b == "" {
			t.Errorf("%s: zh %q, en %q", name, a, b)
		}
		if x, y := len(holes.FindAllString(a, -1)), len(holes.FindAllString(b, -1)); x != y {
			t.Errorf("%s: %d holes in zh, %d in en", name, x, y)
		}
	}
	for key := range zh {
		if name, is := cutRefusal(key); is && !all[name] {
			t.Errorf("%s is never refused", name)
		}
	}
}

func cutRefusal(key string) (string, bool) {
	m := regexp.MustCompile(`^no_(.+)$`).FindStringSubmatch(key)
	if m == nil || key == "no_end" || key == "no_preview" {
		return "", false
	}
	return m[1], true
}
