// Package fold knows Chinese characters for the review of texts: their
// simplified form, which script they belong to and how they sound. The tables
// are generated from OpenCC (Apache-2.0) and pypinyin (MIT); the licences lie
// beside them.
package fold

import (
	_ "embed" // the tables below
	"strings"
)

//go:embed traditional.txt
var traditionalTable string

//go:embed simplified.txt
var simplifiedTable string

//go:embed pinyin.txt
var pinyinTable string

const (
	first = 0x3400
	last  = 0x9FFF
)

// cantonese stand for one Mandarin character each in written Cantonese, and
// are folded to it so that one lexicon serves both. Pairs.
const cantonese = "係是嘅的咗了佢他喺在嚟来唔不冇没啲些嗰那畀给俾给攞拿搵找諗想睇看揀选撳点妳你您你她他牠他祂他臺台裏里裡里著着麽么甚什噶的嘎的嚇吓㗎的"

// variants are other ways to write a character, each with its usual simplified
// form. Pairs.
const variants = "舖铺粧妆証证凈净濶阔衞卫閙闹枱台呪咒祇只衹只峯峰牀床絃弦揾找痠酸綑捆鑑鉴勐猛堦阶慼戚畧略羣群舘馆盌碗喆哲鎭镇滙汇"

// shared are characters of the simplified table that Hong Kong writes as well
// (睇吓).
const shared = "吓"

// both are traditional forms that simplified texts use as well.
const both = "著乾藉夥徵於瞭摺甯菸薹醣麴麽捱吒後榘"

// Table answers for every character in constant time. It is read-only after
// New and safe for concurrent use.
type Table struct {
	simple [last - first + 1]uint16
	script [last - first + 1]uint8
	sound  [last - first + 1]uint16
}

const (
	onlyTraditional = 1
	onlySimplified  = 2
)

// New reads the embedded tables.
func New() *Table {
	t := &Table{}
	pairs(body(traditionalTable), func(from, to rune) {
		t.simple[from-first] = uint16(to)
		if !strings.ContainsRune(both, from) || from == '後' || from == '於' || from == '徵' {
			t.script[from-first] = onlyTraditional
		}
	})
	for _, r := range body(simplifiedTable) {
		if Han(r) {
			t.script[r-first] = onlySimplified
		}
	}
	for _, r := range shared {
		t.script[r-first] = 0
	}
	pairs(variants, func(from, to rune) { t.simple[from-first] = uint16(to) })
	pairs(cantonese, func(from, to rune) { t.simple[from-first] = uint16(to) })
	t.readSounds()
	return t
}

// body drops the comment lines of a table and its line ends.
func body(table string) string {
	var b strings.Builder
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(strings.TrimSpace(line))
		}
	}
	return b.String()
}

func pairs(table string, use func(from, to rune)) {
	runes := []rune(table)
	for i := 0; i+1 < len(runes); i += 2 {
		if Han(runes[i]) {
			use(runes[i], runes[i+1])
		}
	}
}

func (t *Table) readSounds() {
	numbers := map[string]uint16{}
	for line := range strings.Lines(pinyinTable) {
		syllable, chars, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || syllable == "#" {
			continue
		}
		syllable = loose(syllable)
		if numbers[syllable] == 0 {
			numbers[syllable] = uint16(len(numbers) + 1)
		}
		for _, r := range chars {
			if Han(r) {
				t.sound[r-first] = numbers[syllable]
			}
		}
	}
}

// loose spells a syllable so that those which are often mistaken for each
// other are one.
func loose(p string) string {
	for _, pair := range [][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}} {
		if rest, ok := strings.CutPrefix(p, pair[0]); ok {
			p = pair[1] + rest
		}
	}
	for _, pair := range [][2]string{{"ang", "an"}, {"eng", "en"}, {"ing", "in"}} {
		if rest, ok := strings.CutSuffix(p, pair[0]); ok {
			p = rest + pair[1]
		}
	}
	return p
}

// Han reports whether r is a Chinese character of the basic plane.
func Han(r rune) bool { return r >= first && r <= last }

// Simple returns the simplified form of a character; Cantonese function
// characters become their Mandarin ones and 您 becomes 你.
func (t *Table) Simple(r rune) rune {
	if Han(r) {
		if s := t.simple[r-first]; s != 0 {
			return rune(s)
		}
	}
	return r
}

// Traditional reports whether only traditional writing has r.
func (t *Table) Traditional(r rune) bool { return Han(r) && t.script[r-first] == onlyTraditional }

// Simplified reports whether only simplified writing has r.
func (t *Table) Simplified(r rune) bool { return Han(r) && t.script[r-first] == onlySimplified }

// Sound returns a number for how a simplified character sounds, tones and
// often mistaken sounds taken as one; 0 when it is not known.
func (t *Table) Sound(r rune) uint16 {
	if !Han(r) {
		return 0
	}
	return t.sound[r-first]
}
