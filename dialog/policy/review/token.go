package review

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"warmline/dialog/policy/review/fold"
)

type kind uint8

const (
	kindHan kind = iota
	kindWord
	kindNumber // digits
	kindPlaceholder
	kindWeak   // a comma, colon, bracket or quote
	kindStrong // the end of a sentence
	kindOther  // a letter of another script
)

// token is what matching looks at: a character, a word, a placeholder or a
// stop. Start and end are bytes of the raw text.
type token struct {
	id         int32  // character or number of the word's stem; 0 for a word in no lexicon
	hash       uint32 // of the character or the word's stem
	start, end int32
	kind       kind
}

// Ids that are not characters. Words are numbered from firstWord on.
const (
	idWeak int32 = iota + 1
	idStrong
	idPlaceholder
	idNumber
	firstWord int32 = 0x110000
)

// scan is a text taken apart, with what was noticed on the way.
type scan struct {
	raw       string
	tokens    []token
	strong    []int32 // strong stops before each token
	weak      []int32 // stops of either kind before each token
	invisible bool    // zero-width or direction marks were dropped
	han       int
	words     int // Latin words outside placeholders
	trad      int // characters that only traditional writing has
	simp      int // characters that only simplified writing has
	foreign   int // letters that are neither Latin nor Chinese
	accented  int
	sentences int
	hits      []hit
	heads     []int32
	stamps    []uint32
	stamp     uint32
	marks     []uint32 // features, see tone
	word      []byte   // being read, in lower case
	wordStart int
	wordEnd   int
}

// tokenizer turns texts into tokens of a lexicon.
type tokenizer struct {
	table *fold.Table
	vocab map[string]int32 // stem to id
}

// confusable letters of other scripts that look like Latin ones.
var confusable = map[rune]byte{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'х': 'x', 'у': 'y', 'і': 'i', 'ѕ': 's', 'ј': 'j', 'һ': 'h',
	'к': 'k', 'м': 'm', 'т': 't', 'в': 'b', 'н': 'h', 'ɡ': 'g', 'ı': 'i', 'α': 'a', 'ο': 'o', 'ε': 'e', 'ν': 'v', 'ρ': 'p', 'τ': 't', 'ι': 'i', 'κ': 'k', 'ԁ': 'd', 'ո': 'n',
}

// read fills s with the tokens of raw. Spans are the placeholders in it, in
// order.
func (t *tokenizer) read(s *scan, raw string, spans []span) {
	s.raw = raw
	for i := 0; i < len(raw); {
		if len(spans) > 0 && i == spans[0].start {
			t.flush(s)
			s.add(idPlaceholder, spans[0].start, spans[0].end, kindPlaceholder)
			i = spans[0].end
			spans = spans[1:]
			continue
		}
		r, size := rune(raw[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(raw[i:])
		}
		t.rune(s, r, i, i+size)
		i += size
	}
	t.flush(s)
	t.joinSpaced(s)
	s.countStops()
}

func (t *tokenizer) rune(s *scan, r rune, start, end int) {
	switch {
	case r < utf8.RuneSelf:
		t.ascii(s, byte(r), start, end)
	case fold.Han(r):
		t.flush(s)
		s.han++
		if t.table.Traditional(r) {
			s.trad++
		} else if t.table.Simplified(r) {
			s.simp++
		}
		s.add(int32(t.table.Simple(r)), start, end, kindHan)
	case r >= 0xFF01 && r <= 0xFF5E:
		t.ascii(s, byte(r-0xFEE0), start, end)
	case strings.ContainsRune("。；！？｡‼⁉", r):
		t.flush(s)
		s.add(idStrong, start, end, kindStrong)
	case strings.ContainsRune("，、：《》（）【】—–…", r):
		t.flush(s)
		s.add(idWeak, start, end, kindWeak)
	case strings.ContainsRune("“”「」『』", r):
		t.flush(s)
	case r == '’' || r == '‘' || r == 'ʼ':
		t.ascii(s, '\'', start, end)
	case r == '\u00a0' || r == '\u3000' || r >= 0x2000 && r <= 0x200A:
		t.flush(s)
	default:
		t.rare(s, r, start, end)
	}
}

func (t *tokenizer) ascii(s *scan, c byte, start, end int) {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		s.letter(c, start, end)
	case c >= 'A' && c <= 'Z':
		s.letter(c+'a'-'A', start, end)
	case c == '\'' && len(s.word) > 0 && s.word[len(s.word)-1] != '\'':
		s.letter(c, start, end)
	case (c == '*' || c == '_') && len(s.word) > 0 && start > 0 && isLetter(s.raw, start-1) && isLetter(s.raw, end):
		// letters held apart to get past a filter
	case (c == '$' || c == '@' || c == '!') && len(s.word) > 0 && isLetter(s.raw, start-1) && isLetter(s.raw, end):
		s.letter(map[byte]byte{'$': 's', '@': 'a', '!': 'i'}[c], start, end)
	case c == '.' && isDigit(s.raw, start-1) && isDigit(s.raw, end), c == ',' && isDigit(s.raw, start-1) && isDigit(s.raw, end):
		s.letter(c, start, end)
	case c == '.' || c == '!' || c == '?' || c == ';' || c == '\n' || c == '\r':
		t.flush(s)
		s.add(idStrong, start, end, kindStrong)
	case strings.IndexByte(",:()[]<>", c) >= 0:
		t.flush(s)
		s.add(idWeak, start, end, kindWeak)
	default:
		t.flush(s)
	}
}

// rare handles what is neither ASCII nor Chinese: compatibility forms become
// plain, accents and invisible characters go.
func (t *tokenizer) rare(s *scan, r rune, start, end int) {
	if unicode.In(r, unicode.Cf, unicode.Cc, unicode.Co, unicode.Cs) || r == '\u034f' || r == '\u115f' || r == '\u3164' || r == utf8.RuneError {
		s.invisible = true
		return
	}
	if c, ok := confusable[unicode.ToLower(r)]; ok {
		s.foreign++
		s.letter(c, start, end)
		return
	}
	for _, d := range norm.NFKD.String(string(r)) {
		switch {
		case unicode.Is(unicode.M, d):
			s.accented++
		case d < utf8.RuneSelf:
			if d != r && unicode.IsLetter(r) && r > 0x24F {
				s.foreign++
			}
			t.ascii(s, byte(d), start, end)
		case fold.Han(d) && d != r:
			t.rune(s, d, start, end)
		case unicode.IsLetter(d):
			t.flush(s)
			s.foreign++
			s.add(0, start, end, kindOther)
		default:
			t.flush(s)
		}
	}
}

func isLetter(raw string, i int) bool {
	return i >= 0 && i < len(raw) && (raw[i]|0x20 >= 'a' && raw[i]|0x20 <= 'z')
}

func isDigit(raw string, i int) bool { return i >= 0 && i < len(raw) && raw[i] >= '0' && raw[i] <= '9' }

// letter adds to the word that is being read.
func (s *scan) letter(c byte, start, end int) {
	if len(s.word) == 0 {
		s.wordStart = start
	}
	s.wordEnd = end
	s.word = append(s.word, c)
}

func (s *scan) add(id int32, start, end int, k kind) {
	s.tokens = append(s.tokens, token{id: id, hash: uint32(id), start: int32(start), end: int32(end), kind: k})
}

// flush ends the word that is being read.
func (t *tokenizer) flush(s *scan) {
	w := s.word
	for len(w) > 0 && strings.IndexByte("'.,", w[len(w)-1]) >= 0 {
		w = w[:len(w)-1]
	}
	s.word = s.word[:0]
	if len(w) == 0 {
		return
	}
	digits, letters := 0, 0
	for _, c := range w {
		if c >= '0' && c <= '9' {
			digits++
		} else if c >= 'a' && c <= 'z' {
			letters++
		}
	}
	start, end := s.wordStart, s.wordEnd
	if letters == 0 {
		s.add(idNumber, start, end, kindNumber)
		return
	}
	s.words++
	if digits > 0 {
		unleet(w)
	}
	t.addWord(s, w, start, end)
}

// unleet reads digits within a word as the letters that they look like.
func unleet(w []byte) {
	const from, to = "0134578", "oleastb"
	for i, c := range w {
		if j := strings.IndexByte(from, c); j >= 0 {
			w[i] = to[j]
		}
	}
}

func (t *tokenizer) addWord(s *scan, w []byte, start, end int) {
	base, rest := w, []byte(nil)
	for i, c := range w {
		if c == '\'' {
			base, rest = w[:i], w[i+1:]
			break
		}
	}
	if full, ok := contractions[string(base)+string(rest)]; ok {
		for _, part := range full {
			t.addStem(s, part, start, end)
		}
		return
	}
	t.addStem(s, string(base), start, end)
	if len(rest) == 0 {
		return
	}
	if string(rest) == "s" && isWords[string(base)] {
		t.addStem(s, "be", start, end)
	} else if full, ok := endings[string(rest)]; ok {
		t.addStem(s, full, start, end)
	}
}

func (t *tokenizer) addStem(s *scan, word string, start, end int) {
	w := stem(word)
	s.tokens = append(s.tokens, token{id: t.vocab[w], hash: hashOf(w), start: int32(start), end: int32(end), kind: kindWord})
}

// hashOf is FNV-1a.
func hashOf(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func (t *tokenizer) id(word string) int32 { return t.vocab[stem(word)] }

// joinSpaced puts back together what was held apart to get past a filter:
// single characters between stops ("联,系,家,人"), single letters ("l o s e r").
func (t *tokenizer) joinSpaced(s *scan) {
	in := s.tokens
	if !spacedOut(in) {
		return
	}
	out := in[:0:0]
	for i := 0; i < len(in); {
		if n := spacedHan(in[i:]); n > 0 {
			for _, tok := range in[i : i+n] {
				if tok.kind == kindHan {
					out = append(out, tok)
				}
			}
			i += n
			continue
		}
		if n := spacedLetters(in[i:], s.raw); n > 0 {
			first, last := in[i], in[i+n-1]
			w := letters(in[i:i+n], s.raw)
			if rest := t.id(w[1:]); t.id(w) == 0 && rest != 0 { // "a l o s e r"
				out = append(out, first)
				first, w = in[i+1], w[1:]
			}
			out = append(out, token{id: t.id(w), hash: hashOf(stem(w)), start: first.start, end: last.end, kind: kindWord})
			i += n
			continue
		}
		out = append(out, in[i])
		i++
	}
	s.tokens = out
}

// letters spells the word that single letters make.
func letters(in []token, raw string) string {
	var w []byte
	for _, tok := range in {
		if tok.kind == kindWord {
			w = append(w, raw[tok.start]|0x20)
		}
	}
	return string(w)
}

// spacedOut is a quick look at whether anything may be held apart at all.
func spacedOut(in []token) bool {
	singles := 0
	for i, tok := range in {
		if tok.kind == kindWord && tok.end-tok.start == 1 || tok.kind == kindHan && i+1 < len(in) && in[i+1].kind >= kindWeak {
			singles++
		}
	}
	return singles >= 3
}

// spacedHan returns the length of a run of at least three characters with a
// stop between each two of them.
func spacedHan(in []token) int {
	n := 0
	for n < len(in) && in[n].kind == kindHan {
		if n+2 < len(in) && (in[n+1].kind == kindWeak || in[n+1].kind == kindStrong) && in[n+2].kind == kindHan && (n+3 >= len(in) || in[n+3].kind != kindHan) {
			n += 2
			continue
		}
		break
	}
	if n < 4 {
		return 0
	}
	return n + 1
}

// spacedLetters returns the length of a run of at least four single letters.
func spacedLetters(in []token, raw string) int {
	n, letters := 0, 0
	for n < len(in) {
		tok := in[n]
		if tok.kind == kindWord && tok.end-tok.start == 1 && isLetter(raw, int(tok.start)) {
			letters++
		} else if tok.kind != kindStrong && tok.kind != kindWeak || n == 0 {
			break
		}
		n++
	}
	if letters < 4 {
		return 0
	}
	for n > 0 && in[n-1].kind != kindWord {
		n--
	}
	return n
}

func (s *scan) countStops() {
	n, all := int32(0), int32(0)
	text := false
	for _, tok := range s.tokens {
		s.strong, s.weak = append(s.strong, n), append(s.weak, all)
		if tok.kind == kindStrong || tok.kind == kindWeak {
			all++
		}
		if tok.kind == kindStrong {
			if text {
				s.sentences++
			}
			text = false
			n++
		} else if tok.kind != kindWeak {
			text = true
		}
	}
	if text {
		s.sentences++
	}
}

func (s *scan) reset(symbols int) {
	heads, stamps, stamp := s.heads, s.stamps, s.stamp
	if len(heads) < symbols {
		heads, stamps, stamp = make([]int32, symbols), make([]uint32, symbols), 0
	}
	*s = scan{tokens: s.tokens[:0], strong: s.strong[:0], weak: s.weak[:0], hits: s.hits[:0], marks: s.marks[:0], word: s.word[:0], heads: heads, stamps: stamps, stamp: stamp + 1}
}
