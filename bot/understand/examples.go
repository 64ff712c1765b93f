package understand

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Example is a written example: a text, its driving intent, empty where the text
// means nothing, and the others that are present.
type Example struct {
	Text   string
	Driver string
	Also   []string
}

// Examples reads the example files of a folder, <locale>/<intent>.txt with lines
// "text<TAB>also,also", and files whose name begins with "_" or "extra-" with
// lines "text<TAB>intent<TAB>also,also"; the intent "-" stands for none, of a text
// that means nothing. Lines that begin with # are comments.
func Examples(files fs.FS) ([]Example, error) {
	names, err := fs.Glob(files, "*/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list examples: %w", err)
	}
	slices.Sort(names)
	var out []Example
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		intent := strings.TrimSuffix(path.Base(name), ".txt")
		if strings.HasPrefix(intent, "_") || strings.HasPrefix(intent, "extra-") {
			intent = ""
		}
		for line := range strings.Lines(string(text)) {
			if e, ok := example(strings.TrimRight(line, "\r\n"), intent); ok {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

func example(line, intent string) (Example, bool) {
	if line == "" || strings.HasPrefix(line, "#") {
		return Example{}, false
	}
	cells := strings.Split(line, "\t")
	if intent == "" {
		if len(cells) < 2 {
			return Example{}, false
		}
		intent = cells[1]
		cells = slices.Delete(cells, 1, 2)
	}
	e := Example{Text: cells[0], Driver: strings.TrimSpace(intent)}
	if e.Driver == "-" {
		e.Driver = ""
	}
	if len(cells) > 1 && cells[1] != "" {
		e.Also = strings.Split(cells[1], ",")
	}
	return e, e.Text != ""
}
