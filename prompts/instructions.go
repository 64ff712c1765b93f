package prompts

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"warmline/dialog"
)

// ModelFiles holds what a model that phrases is told: one file of instructions
// for each speaking locale, and the form of a question.
//
//go:embed model
var ModelFiles embed.FS

// Instructions are what a model that phrases is told. Version names their exact
// content; it is part of the record of every text that a model wrote.
type Instructions struct {
	Version string // "p" and eight hex digits
	system  map[dialog.Locale]string
	ask     *template.Template
}

// Ask fills in a question to a model: labels and names only, never a fact.
// Every field is one line.
type Ask struct {
	Act      string
	Labels   string // "reason=job_loss, affect=anxious"
	Required string // "{amount_due} {due_date}"
	Allowed  string
	Said     string // the person's last message, redacted; "" where it is not shown
	Rule     string // that an earlier answer broke, when this is a second try
	Reviewed string
}

// LoadInstructions reads the instructions from fsys, which has the form of
// ModelFiles. It fails when a speaking locale has none.
func LoadInstructions(fsys fs.FS) (*Instructions, error) {
	sum := sha256.New()
	read := func(name string) (string, error) {
		raw, err := fs.ReadFile(fsys, "model/"+name)
		if err != nil {
			return "", fmt.Errorf("load model instructions: %w", err)
		}
		sum.Write(raw)
		return strings.TrimSpace(string(raw)), nil
	}
	in := &Instructions{system: map[dialog.Locale]string{}}
	for _, locale := range dialog.Locales() {
		text, err := read(string(locale) + ".md")
		if err != nil {
			return nil, err
		}
		in.system[locale] = text
	}
	text, err := read("ask.tmpl")
	if err != nil {
		return nil, err
	}
	if in.ask, err = template.New("ask").Option("missingkey=error").Parse(text); err != nil {
		return nil, fmt.Errorf("load model instructions: %w", err)
	}
	in.Version = "p" + hex.EncodeToString(sum.Sum(nil))[:8]
	return in, nil
}

// System returns a locale's instructions: the same for every act, so that an
// endpoint can keep what it has read of them.
func (in *Instructions) System(locale dialog.Locale) string { return in.system[locale] }

// Rules returns the part of a locale's instructions before its examples: words
// that have no business in an answer.
func (in *Instructions) Rules(locale dialog.Locale) string {
	text := in.system[locale]
	for _, mark := range []string{"\n\n例一", "\n\nExample 1"} {
		if i := strings.Index(text, mark); i >= 0 {
			return text[:i]
		}
	}
	return text
}

// Question writes a question. The reviewed text stands last, after an empty
// line; no other field can bring in a line of its own.
func (in *Instructions) Question(a Ask) (string, error) {
	for _, field := range []*string{&a.Act, &a.Labels, &a.Required, &a.Allowed, &a.Said, &a.Rule, &a.Reviewed} {
		*field = strings.Join(strings.Fields(*field), " ")
	}
	var b bytes.Buffer
	if err := in.ask.Execute(&b, a); err != nil {
		return "", fmt.Errorf("write the question: %w", err)
	}
	return b.String(), nil
}
