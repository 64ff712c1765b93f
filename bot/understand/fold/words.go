package fold

import "strings"

// wordNode is a node of the trie of words to replace.
type wordNode struct {
	next map[rune]*wordNode
	as   []rune // what the word ending here is read as, nil when none ends here
}

func (n *wordNode) insert(word, as []rune) {
	for _, r := range word {
		if n.next == nil {
			n.next = map[rune]*wordNode{}
		}
		child := n.next[r]
		if child == nil {
			child = &wordNode{}
			n.next[r] = child
		}
		n = child
	}
	n.as = as
}

// longest returns the length of the longest word starting at r[0], and its reading.
func (n *wordNode) longest(r []rune) (length int, as []rune) {
	for i, c := range r {
		if n = n.next[c]; n == nil {
			break
		}
		if n.as != nil {
			length, as = i+1, n.as
		}
	}
	return length, as
}

// fillWords reads the word table. Both columns are folded rune by rune, so
// that they may be written in either script. A word read as itself is there to
// keep a shorter one from matching inside it.
func (f *Folder) fillWords() {
	for line := range strings.Lines(wordTable + latinTable) {
		word, as, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		f.words.insert(f.runes(bare(word)), f.runes(bare(as)))
	}
}

// bare takes out the apostrophes, as folding does.
func bare(s string) string { return strings.ReplaceAll(s, "'", "") }

// runes folds a lexicon entry rune by rune, without replacing words.
func (f *Folder) runes(s string) []rune {
	var out []rune
	for _, r := range s {
		if r < 0x10000 && f.simple[r] != 0 {
			r = rune(f.simple[r])
		}
		out = append(out, r)
	}
	return out
}

// replaceWords reads dialect words as Mandarin, the longest first. Each new
// rune keeps the span of the whole word.
func (f *Folder) replaceWords(t Text) Text {
	var out *Text
	for i := 0; i < len(t.R); {
		length, as := 0, []rune(nil)
		if Han(t.R[i]) || alnum(t.R[i]) && (i == 0 || !alnum(t.R[i-1])) {
			length, as = f.words.longest(t.R[i:])
		}
		if length == 0 || inLatinWord(t.R, i, i+length) {
			if out != nil {
				out.add(t.R[i], t.Start[i], t.End[i])
			}
			i++
			continue
		}
		if out == nil {
			out = &Text{Raw: t.Raw, R: append(make([]rune, 0, len(t.R)+16), t.R[:i]...),
				Start: append(make([]int32, 0, len(t.R)+16), t.Start[:i]...), End: append(make([]int32, 0, len(t.R)+16), t.End[:i]...)}
		}
		start, end := t.Span(i, i+length)
		for _, r := range as {
			out.add(r, int32(start), int32(end))
		}
		i += length
	}
	if out == nil {
		return t
	}
	return *out
}

// inLatinWord reports whether runes [i, j) end in the middle of a Latin word.
func inLatinWord(r []rune, i, j int) bool {
	return j < len(r) && alnum(r[j-1]) && alnum(r[j])
}

func alnum(r rune) bool { return latin(r) || isDigit(r) }
