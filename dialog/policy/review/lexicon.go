package review

import (
	"fmt"
	"strconv"
	"strings"

	"warmline/dialog/policy/review/fold"
)

// lexicon is the compiled word lists and patterns.
type lexicon struct {
	vocab    map[string]int32
	sets     map[string]int32 // name of a set to its symbol
	members  map[string][]string
	symbols  int32
	literals []literal
	texts    []string // of the literals, for messages
	patterns []pattern
	answers  map[Family][]string // acts that answer what the person brought up
	byLast   [][]int32           // patterns by their last symbol
	machine  machine
	sounds   []soundEntry
	byVoice  machine
	table    *fold.Table
}

// literal is one wording of a symbol.
type literal struct {
	symbol int32
	length int32
	exact  []exactWord
}

// exactWord asks for one inflected form where the stem would say too little.
type exactWord struct {
	at   int32
	form string
}

// element is one place of a pattern: a symbol, and how many tokens may lie
// between it and the element before.
type element struct {
	symbol int32
	gap    int32
	wide   bool // commas may lie between
}

// pattern is a sequence of elements within a sentence.
type pattern struct {
	family   Family
	rule     string
	elements []element
	unless   []int32 // symbols in the same sentence that take the meaning away
	negates  bool    // "we will not …" takes the meaning away
	hard     bool    // no good wording around it saves it
	except   []string
	text     string
}

type soundEntry struct {
	pattern int32
	runes   []rune
}

// soundLength is how many characters a wording has at least to be recognised by
// its sound: shorter ones sound like too much else.
const soundLength = 4

// defaultGap is how many tokens may lie between two elements of a pattern that
// says nothing else.
const defaultGap = 4

// section is the state of the parser between lines.
type section struct {
	family  Family
	rule    string
	negates bool
	hard    bool
	except  []string
}

func newLexicon(table *fold.Table) *lexicon {
	return &lexicon{vocab: map[string]int32{}, sets: map[string]int32{}, members: map[string][]string{}, answers: map[Family][]string{}, table: table}
}

// parse reads one data file. Lines:
//
//	family NAME RULE    what the patterns below are
//	negatable | firm    whether a negation before a match takes it away
//	hard                the patterns below are not weighed by what stands around them
//	except ACT…         acts that may say the patterns below ("*.accepted"); empty: none
//	answers NAME: ACT…  acts that answer what the person brought up, and so may name it
//	set NAME: words     a set; several lines add up
//	a|b @set ~6 c ! d   a pattern: alternatives, sets, gaps; after ! what takes it away
//
// Words in one wording are joined by _, {} is a placeholder, =word is that very
// form. ~N allows N tokens between two elements of a clause, ~~N across commas;
// a sequence without either allows defaultGap.
func (l *lexicon) parse(name, data string) error {
	var sec section
	n := 0
	for line := range strings.Lines(data) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := l.line(&sec, line); err != nil {
			return fmt.Errorf("lexicon %s line %d: %w", name, n, err)
		}
	}
	return nil
}

func (l *lexicon) line(sec *section, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "family":
		family, rule, ok := strings.Cut(rest, " ")
		if !ok {
			return fmt.Errorf("family %q without a rule", rest)
		}
		*sec = section{family: Family(family), rule: rule}
	case "negatable":
		sec.negates = true
	case "firm":
		sec.negates = false
	case "hard":
		sec.hard = true
	case "except":
		sec.except = strings.Fields(rest)
	case "answers":
		family, acts, ok := strings.Cut(rest, ":")
		if !ok || severity[Family(family)] == 0 {
			return fmt.Errorf("answers %q: a family and its acts are asked for", rest)
		}
		l.answers[Family(family)] = strings.Fields(acts)
	case "set":
		set, words, ok := strings.Cut(rest, ":")
		if !ok {
			return fmt.Errorf("set %q without words", rest)
		}
		return l.addSet(strings.TrimSpace(set), words)
	default:
		return l.addPattern(*sec, line)
	}
	return nil
}

func (l *lexicon) addSet(name, words string) error {
	symbol, ok := l.sets[name]
	if !ok {
		symbol = l.newSymbol()
		l.sets[name] = symbol
	}
	for _, w := range strings.Fields(words) {
		l.members[name] = append(l.members[name], w)
		if err := l.addLiteral(symbol, w); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
	}
	return nil
}

func (l *lexicon) newSymbol() int32 {
	l.symbols++
	l.byLast = append(l.byLast, nil)
	return l.symbols - 1
}

func (l *lexicon) addPattern(sec section, line string) error {
	if sec.family == "" {
		return fmt.Errorf("pattern %q before any family", line)
	}
	p := pattern{family: sec.family, rule: sec.rule, negates: sec.negates, hard: sec.hard, except: sec.except, text: line}
	gap, wide, unless := int32(defaultGap), false, false
	for _, item := range strings.Fields(line) {
		if item == "!" {
			unless = true
			continue
		}
		if g, ok := strings.CutPrefix(item, "~"); ok {
			g, wide = strings.CutPrefix(g, "~")
			n, err := strconv.Atoi(g)
			if err != nil {
				return fmt.Errorf("gap %q: %w", item, err)
			}
			gap = int32(n)
			continue
		}
		symbol, err := l.symbol(item)
		if err != nil {
			return err
		}
		if unless {
			p.unless = append(p.unless, symbol)
			continue
		}
		p.elements = append(p.elements, element{symbol: symbol, gap: gap, wide: wide})
		gap, wide = defaultGap, false
	}
	if len(p.elements) == 0 {
		return fmt.Errorf("pattern %q has no words", line)
	}
	l.patterns = append(l.patterns, p)
	last := p.elements[len(p.elements)-1].symbol
	l.byLast[last] = append(l.byLast[last], int32(len(l.patterns)-1))
	if len(p.elements) == 1 && !strings.HasPrefix(line, "@") {
		first, _, _ := strings.Cut(line, " ")
		l.addSounds(int32(len(l.patterns)-1), first)
	}
	return nil
}

// symbol resolves an item of a pattern.
func (l *lexicon) symbol(item string) (int32, error) {
	if name, ok := strings.CutPrefix(item, "@"); ok && !strings.Contains(name, "|") {
		symbol, ok := l.sets[name]
		if !ok {
			return 0, fmt.Errorf("set %s is not known", name)
		}
		return symbol, nil
	}
	symbol := l.newSymbol()
	for word := range strings.SplitSeq(item, "|") {
		words := []string{word}
		if name, ok := strings.CutPrefix(word, "@"); ok {
			words = l.members[name]
		}
		for _, w := range words {
			if err := l.addLiteral(symbol, w); err != nil {
				return 0, err
			}
		}
	}
	return symbol, nil
}

func (l *lexicon) addLiteral(symbol int32, wording string) error {
	var path []int32
	var exact []exactWord
	for part := range strings.SplitSeq(wording, "_") {
		form, isExact := strings.CutPrefix(part, "=")
		switch {
		case part == "{}":
			path = append(path, idPlaceholder)
		case part == "#":
			path = append(path, idNumber)
		case part == ",":
			path = append(path, idWeak)
		case form == "":
			return fmt.Errorf("wording %q has an empty word", wording)
		default:
			if isExact {
				exact = append(exact, exactWord{at: int32(len(path)), form: form})
			}
			path = append(path, l.ids(form)...)
		}
	}
	l.literals = append(l.literals, literal{symbol: symbol, length: int32(len(path)), exact: exact})
	l.texts = append(l.texts, wording)
	l.machine.add(path, int32(len(l.literals)-1))
	return nil
}

// ids returns the tokens of a word or of a run of characters.
func (l *lexicon) ids(part string) []int32 {
	var out []int32
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = append(out, l.wordID(word.String()))
			word.Reset()
		}
	}
	for _, r := range part {
		if fold.Han(r) {
			flush()
			out = append(out, int32(l.table.Simple(r)))
		} else {
			word.WriteRune(r)
		}
	}
	flush()
	return out
}

func (l *lexicon) wordID(w string) int32 {
	w = stem(strings.ToLower(w))
	id, ok := l.vocab[w]
	if !ok {
		id = firstWord + int32(len(l.vocab))
		l.vocab[w] = id
	}
	return id
}

// addSounds lets the wordings of a pattern that are long enough be recognised
// by their sound as well.
func (l *lexicon) addSounds(pattern int32, item string) {
	for word := range strings.SplitSeq(item, "|") {
		runes := []rune(word)
		if len(runes) < soundLength {
			continue
		}
		path := make([]int32, 0, len(runes))
		for i, r := range runes {
			runes[i] = l.table.Simple(r)
			sound := l.table.Sound(runes[i])
			if sound == 0 {
				path = nil
				break
			}
			path = append(path, int32(sound))
		}
		if path == nil {
			continue
		}
		l.sounds = append(l.sounds, soundEntry{pattern: pattern, runes: runes})
		l.byVoice.add(path, int32(len(l.sounds)-1))
	}
}

// finish freezes the automata.
func (l *lexicon) finish() {
	l.machine.freeze()
	l.byVoice.freeze()
}
