// Package fold reads a borrower's text the way the rest of understanding wants
// it: one script, one case, one width, without decoration, every rune still
// knowing which bytes of the received text it came from.
package fold

import (
	_ "embed" // the tables below
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed traditional.txt
var traditionalTable string

//go:embed words.txt
var wordTable string

//go:embed words-latin.txt
var latinTable string

// Text is a folded text. Start[i] and End[i] delimit, in bytes of Raw, what
// rune i was read from; a word that was replaced shares the span of the whole.
type Text struct {
	Raw   string
	R     []rune
	Start []int32
	End   []int32
}

// Span returns the bytes of the received text behind runes [i, j), i < j.
func (t *Text) Span(i, j int) (start, end int) {
	return int(t.Start[i]), int(t.End[j-1])
}

// String returns the folded text.
func (t *Text) String() string { return string(t.R) }

func (t *Text) add(r rune, start, end int32) {
	t.R = append(t.R, r)
	t.Start = append(t.Start, start)
	t.End = append(t.End, end)
}

// Folder folds texts. It is read-only after New and safe for concurrent use.
type Folder struct {
	simple [0x10000]uint16 // basic-plane rune to its folded form, 0 where it needs thought
	script [0x10000]int8   // 1 only traditional, -1 only simplified
	single map[rune]rune
	words  *wordNode
}

// New builds a Folder from the embedded tables.
func New() *Folder {
	f := &Folder{words: &wordNode{}}
	f.fillSimple()
	f.fillTraditional()
	f.fillSingles()
	f.fillWords()
	return f
}

// fillSimple covers what maps rune to rune: ASCII, full-width forms, ideographs.
func (f *Folder) fillSimple() {
	for r := rune(0x21); r < 0x7F; r++ {
		f.simple[r] = uint16(unicode.ToLower(r))
		f.simple[r+0xFEE0] = uint16(unicode.ToLower(r))
	}
	for _, r := range " \t\n\r\u00a0\u3000\u2002\u2003\u2009" {
		f.simple[r] = ' '
	}
	for r := rune(0x3400); r <= 0x9FFF; r++ {
		f.simple[r] = uint16(r)
	}
	for from, to := range map[rune]rune{
		'。': '.', '、': ',', '｡': '.', '…': '.', '～': '~', '〜': '~', '—': '-', '–': '-', '−': '-', '―': '-',
		'‘': '\'', '’': '\'', '“': '"', '”': '"', '「': '"', '」': '"', '『': '"', '』': '"', '【': '[', '】': ']',
		'《': '"', '》': '"', '￥': '¥', '¥': '¥', '£': '£', '€': '€', '₱': '₱', '₹': '₹', '₦': '₦', '°': '°',
		'·': '·', '•': '·', '○': '〇', '〇': '〇', '×': '×',
		'ㄅ': '吧', 'ㄇ': '吗', 'ㄌ': '了', 'ㄉ': '的', 'ㄚ': '啊', 'ㄟ': '诶', 'ㄋ': '呢', 'ㄛ': '喔', 'ㄏ': '呵',
	} {
		f.simple[from] = uint16(to)
	}
}

func (f *Folder) fillTraditional() {
	for line := range strings.Lines(traditionalTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pair := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(pair); i += 2 {
			f.simple[pair[i]] = uint16(pair[i+1])
		}
		f.fillScripts(pair)
	}
	f.settleScripts()
}

// singles are characters of written Cantonese and Taiwan usage, and variants,
// that stand for one Mandarin character. They are read after the words, which
// know them in their own form.
const singles = "係是嘅的咗了喺在嚟来唔不冇没啲些嗰那畀给俾给攞拿搵找諗想睇看揀选撳点哋们妳你您你佢他她他牠他祂他臺台裏里裡里著着麽么甚什甯宁噶的嘎的"

func (f *Folder) fillSingles() {
	f.single = map[rune]rune{}
	pairs := []rune(singles)
	for i := 0; i+1 < len(pairs); i += 2 {
		f.single[pairs[i]] = pairs[i+1]
		f.simple[pairs[i]] = uint16(pairs[i])
	}
}

// Fold reads at most limit bytes of raw. Invalid UTF-8 is skipped.
func (f *Folder) Fold(raw string, limit int) Text {
	if len(raw) > limit {
		raw = strings.ToValidUTF8(raw[:limit], "")
	}
	t := Text{Raw: raw}
	n := len(raw) + 8
	t.R, t.Start, t.End = make([]rune, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		if r < 0x10000 && f.simple[r] != 0 {
			t.push(rune(f.simple[r]), int32(i), int32(i+size))
			i += size
			continue
		}
		i += f.hard(&t, raw, i, r, size)
	}
	t.closeUp()
	t = f.replaceWords(t)
	for i, r := range t.R {
		if as, ok := f.single[r]; ok && r >= 0x3400 {
			t.R[i] = as
		}
	}
	return t
}

// hard folds a rune outside the table and returns how many bytes it took:
// emoji become a token, compatibility forms their plain letters, accents and
// invisible marks go.
func (f *Folder) hard(t *Text, raw string, i int, r rune, size int) int {
	if r == utf8.RuneError && size <= 1 {
		return max(size, 1)
	}
	if token := emojiToken(r); token != 0 {
		t.push(token, int32(i), int32(i+size))
		return size
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc, unicode.Cs, unicode.Co) {
		return size
	}
	for _, d := range norm.NFKD.String(raw[i : i+size]) {
		if unicode.Is(unicode.Mn, d) {
			continue
		}
		d = unicode.ToLower(d)
		if d < 0x10000 && f.simple[d] != 0 {
			d = rune(f.simple[d])
		}
		t.push(d, int32(i), int32(i+size))
	}
	return size
}

// push adds a rune unless it only repeats: three or more of a letter become
// two, of a mark or a token one, spaces one. Digits always count.
func (t *Text) push(r rune, start, end int32) {
	n := len(t.R)
	if n > 0 && t.R[n-1] == r && !isDigit(r) {
		if !unicode.IsLetter(r) || (n > 1 && t.R[n-2] == r) {
			t.End[n-1] = end
			return
		}
	}
	t.add(r, start, end)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// Han reports whether a rune is a Chinese character.
func Han(r rune) bool { return r >= 0x3400 && r <= 0x9FFF || r == '〇' }

func latin(r rune) bool { return r >= 'a' && r <= 'z' }

// closeUp takes out apostrophes, which phones put in or leave out, and what is
// put between characters to get past filters: marks between two Chinese characters, and spaces in a row of at least three
// single characters or letters ("转 人 工", "s t o p").
func (t *Text) closeUp() {
	keep := make([]bool, len(t.R))
	found := false
	for i := range t.R {
		keep[i] = !t.filler(i)
		found = found || !keep[i]
	}
	if !found {
		return
	}
	out := Text{Raw: t.Raw, R: t.R[:0], Start: t.Start[:0], End: t.End[:0]}
	for i, k := range keep {
		if k {
			out.add(t.R[i], t.Start[i], t.End[i])
		}
	}
	*t = out
}

func (t *Text) filler(i int) bool {
	if i == 0 || i == len(t.R)-1 {
		return false
	}
	before, after := t.R[i-1], t.R[i+1]
	switch t.R[i] {
	case '\'':
		return latin(before) && latin(after)
	case '*', '·', '_', '|', '/', '-', '+', '^', '`':
		return Han(before) && Han(after) && (t.R[i] != '/' && t.R[i] != '-' && t.R[i] != '|' || t.single(i-1) && t.single(i+1))
	case ' ', '.':
		same := Han(before) && Han(after) || latin(before) && latin(after)
		return same && t.single(i-1) && t.single(i+1) && (t.single(i-3) || t.single(i+3))
	}
	return false
}

// single reports whether rune i stands alone between spaces or marks.
func (t *Text) single(i int) bool {
	if i < 0 || i >= len(t.R) || !unicode.IsLetter(t.R[i]) {
		return false
	}
	left := i == 0 || !unicode.IsLetter(t.R[i-1]) && !isDigit(t.R[i-1])
	right := i == len(t.R)-1 || !unicode.IsLetter(t.R[i+1]) && !isDigit(t.R[i+1])
	return left && right
}
