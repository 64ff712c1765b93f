package lexicon

import (
	"fmt"
	"strconv"
	"strings"

	"warmline/bot/understand/fold"
)

// builder compiles lists into a Lexicon.
type builder struct {
	l    *Lexicon
	fold *fold.Folder
}

// Parse compiles lists. A list starts with its name in brackets; then each line
// holds phrases separated by " | ". In a phrase
//
//	@name   stands for any phrase of another list,
//	..      allows a little in between: eight Chinese characters or 24 letters,
//	..12    allows up to twelve characters or 36 letters,
//	word*   matches every word that begins so,
//	^ and $ tie the phrase to the beginning and end of the text.
//
// Lines beginning with # are comments. Lists may be written in any script.
func Parse(f *fold.Folder, sources ...string) (*Lexicon, error) {
	b := &builder{l: &Lexicon{byName: map[string]Class{}, trie: newTrie()}, fold: f}
	for _, src := range sources { // names first: patterns may refer forward
		for line := range strings.Lines(src) {
			if name, ok := header(line); ok {
				b.class(name, false)
			}
		}
	}
	for n, src := range sources {
		if err := b.source(src); err != nil {
			return nil, fmt.Errorf("parse list %d: %w", n+1, err)
		}
	}
	return b.l, nil
}

func header(line string) (name string, ok bool) {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
		return line[1 : len(line)-1], true
	}
	return "", false
}

func (b *builder) class(name string, hidden bool) Class {
	if c, ok := b.l.byName[name]; ok {
		return c
	}
	c := Class(len(b.l.names))
	b.l.names = append(b.l.names, name)
	b.l.keys = append(b.l.keys, hash(name))
	b.l.rules = append(b.l.rules, nil)
	b.l.hidden = append(b.l.hidden, hidden)
	b.l.byName[name] = c
	return c
}

func hash(s string) uint32 {
	h := uint32(0x811C9DC5)
	for _, c := range []byte(s) {
		h = (h ^ uint32(c)) * 0x01000193
	}
	return h
}

func (b *builder) source(src string) error {
	current, started := Class(0), false
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if name, ok := header(line); ok {
			current, started = b.l.byName[name], true
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !started {
			return fmt.Errorf("phrase %q comes before any list", line)
		}
		for phrase := range strings.SplitSeq(line, "|") {
			if err := b.phrase(current, strings.TrimSpace(phrase)); err != nil {
				return fmt.Errorf("list %s: %w", b.l.names[current], err)
			}
		}
	}
	return nil
}

// defaultGap is what ".." allows, a Chinese character counting three.
const defaultGap = 24

// phrase adds a plain phrase to the trie and anything else as a rule.
func (b *builder) phrase(c Class, text string) error {
	if text == "" {
		return nil
	}
	r := rule{class: c}
	if len(text) > 1 {
		text, r.start = strings.CutPrefix(text, "^")
		text, r.end = strings.CutSuffix(text, "$")
	}
	if !r.start && !r.end && !strings.Contains(text, "..") && !strings.HasPrefix(text, "@") {
		b.literal(c, text)
		return nil
	}
	gap := 0
	for _, field := range fields(text) {
		if rest, ok := strings.CutPrefix(field, ".."); ok {
			gap = defaultGap
			if rest != "" {
				n, err := strconv.Atoi(rest)
				if err != nil {
					return fmt.Errorf("gap of %q: %w", text, err)
				}
				gap = 3 * n
			}
			continue
		}
		p, err := b.part(field)
		if err != nil {
			return fmt.Errorf("pattern %q: %w", text, err)
		}
		p.gap = gap
		r.parts = append(r.parts, p)
		gap = 3
	}
	if len(r.parts) == 0 {
		return fmt.Errorf("pattern %q is empty", text)
	}
	first := r.parts[0].class
	b.l.rules[first] = append(b.l.rules[first], r)
	return nil
}

// fields splits a pattern into literals (which may hold spaces), @names and gaps.
func fields(text string) []string {
	var out []string
	literal := ""
	flush := func() {
		if literal != "" {
			out = append(out, literal)
			literal = ""
		}
	}
	for _, w := range strings.Fields(text) {
		_, err := strconv.Atoi(w)
		switch {
		case err == nil && literal == "" && len(out) > 0 && out[len(out)-1] == "..":
			out[len(out)-1] += w
		case w[0] == '@' || strings.HasPrefix(w, ".."):
			flush()
			out = append(out, w)
		case literal == "":
			literal = w
		default:
			literal += " " + w
		}
	}
	flush()
	return out
}

func (b *builder) part(field string) (part, error) {
	if name, ok := strings.CutPrefix(field, "@"); ok {
		c, ok := b.l.byName[name]
		if !ok {
			return part{}, fmt.Errorf("there is no list %s", name)
		}
		return part{class: c}, nil
	}
	c, known := b.l.byName["\""+field]
	if !known {
		c = b.class("\""+field, true)
		b.literal(c, field)
	}
	return part{class: c}, nil
}

func (b *builder) literal(c Class, text string) {
	text, open := strings.CutSuffix(text, "*")
	t := b.fold.Fold(text, 1<<10)
	if len(t.R) > 0 {
		b.l.trie.insert(t.R, ending{c, open})
	}
}
