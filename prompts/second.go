package prompts

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"warmline/dialog"
)

// Unclear is the answer of a model that cannot tell what a text is about.
const Unclear = "unclear"

// Sorting is what a model is told that is asked what an unclear text is about.
type Sorting struct {
	Version string // "s" and eight hex digits
	System  string
	Intents []dialog.Intent // the closed set of its answers beside Unclear, as listed
}

// LoadSorting reads the instructions from fsys, which has the form of
// ModelFiles. It fails when they name an intent that does not exist or that a
// model may never mean.
func LoadSorting(fsys fs.FS) (*Sorting, error) {
	raw, err := fs.ReadFile(fsys, "model/second.md")
	if err != nil {
		return nil, fmt.Errorf("load sorting instructions: %w", err)
	}
	text := strings.TrimSpace(string(raw))
	sum := sha256.Sum256(raw)
	s := &Sorting{Version: "s" + hex.EncodeToString(sum[:])[:8], System: text}
	known := dialog.Intents()
	list := text[strings.LastIndex(text, "\n\n")+2:]
	for line := range strings.Lines(list) {
		name, _, found := strings.Cut(line, ":")
		intent := dialog.Intent(strings.TrimSpace(name))
		if _, ok := known[intent]; !ok || !found || binds(intent) {
			return nil, fmt.Errorf("load sorting instructions: %q may not be an answer", name)
		}
		s.Intents = append(s.Intents, intent)
	}
	return s, nil
}

// binds reports whether an intent agrees to something: only the person's own
// clear words or a tap do.
func binds(i dialog.Intent) bool {
	return i == dialog.IntentAffirm || i == dialog.IntentDeny || i == dialog.IntentChooseOption
}
