package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writtenLines(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEvalUnderstandCommand(t *testing.T) {
	path := writtenLines(t, "lines.jsonl", `{"locale":"zh-Hans","text":"转人工","intent":"request_human"}
{"locale":"zh-Hans","text":"下周三还你两百五","intent":"promise_to_pay","entities":{"date":"2026-11-25","amount":"250"}}
`)
	if code, out := command(t, nil, "eval", "understand", "--json", "--min-accuracy", "1", "--min-entity", "1", path); code != exitFine || !strings.Contains(out, `"kind":"understand","n":2`) {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out := command(t, nil, "eval", "understand", "--min-accuracy", "1.1", path); code != exitFound {
		t.Errorf("a shortfall: %d\n%s", code, out)
	}
}

// TestEvalUnderstandTrains learns two categories and says, before the summary,
// what it learned from and what that takes.
func TestEvalUnderstandTrains(t *testing.T) {
	var train strings.Builder
	train.WriteString("text,category\n")
	for _, thing := range []string{"card", "parcel", "order", "letter", "ticket", "phone"} {
		train.WriteString("where is my " + thing + ",where\nplease cancel the " + thing + ",cancel\n")
	}
	test := writtenLines(t, "test.csv", "category,text\nwhere,where is my new book\ncancel,please cancel that book\n")
	code, out := command(t, nil, "eval", "understand", "--json", "--min-accuracy", "1", "--train", writtenLines(t, "train.csv", train.String()), test)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var learned training
	if err := json.Unmarshal([]byte(lines[0]), &learned); err != nil {
		t.Fatal(err)
	}
	if code != exitFine || learned.Kind != "training" || learned.Examples != 12 || learned.Categories != 2 || learned.Resident <= 0 {
		t.Errorf("%d: %+v\n%s", code, learned, out)
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, `"kind":"understand"`) {
		t.Errorf("the summary is not last: %s", last)
	}
}
