package fold

import (
	_ "embed" // the table of readings
	"strings"
)

//go:embed pinyin.txt
var pinyinTable string

// Sounds knows how characters sound: a number per syllable in which what many
// people do not tell apart (zh and z, an and ang, l and n …) is one.
type Sounds struct {
	of        [0x9FFF - 0x4E00 + 1]uint16
	syllables map[string]uint16
}

// NewSounds reads the embedded table of readings.
func NewSounds() *Sounds {
	s := &Sounds{syllables: map[string]uint16{}}
	for line := range strings.Lines(pinyinTable) {
		syllable, chars, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || syllable == "#" {
			continue
		}
		id := s.number(loose(syllable))
		for _, r := range chars {
			if r >= 0x4E00 && r <= 0x9FFF {
				s.of[r-0x4E00] = id
			}
		}
	}
	return s
}

func (s *Sounds) number(syllable string) uint16 {
	id, ok := s.syllables[syllable]
	if !ok {
		id = uint16(len(s.syllables) + 1)
		s.syllables[syllable] = id
	}
	return id
}

// Of returns the sound of a simplified character, 0 when it has none here.
func (s *Sounds) Of(r rune) uint16 {
	if r < 0x4E00 || r > 0x9FFF {
		return 0
	}
	return s.of[r-0x4E00]
}

// loose spells a syllable the way it is often mistaken.
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
