// Package slots finds what a text states: amounts, counts, dates, durations,
// choices among the options on the table, and the like. A hand-written scanner
// cuts the folded text into numbers and known words; small rules read them.
// It is pure: the moment and its zone come in with the context.
package slots

import (
	_ "embed" // the word lists
	"fmt"
	"strings"
	"time"

	"warmline/bot/understand/fold"
	"warmline/bot/understand/lexicon"
	"warmline/dialog"
)

//go:embed words.txt
var wordLists string

// Context is what the text is read against.
type Context struct {
	Now     time.Time // in the borrower's zone
	Asked   string    // the open question, see dialog.HearContext
	Options []string  // option ids on the table
	Sizes   []int64   // instalment of each option in minor units, 0 where none
	Intents []dialog.Intent
	// MonthFirst says that 12/6 is the sixth of December to its writer; where it
	// is not set the two readings are asked about.
	MonthFirst bool
}

func (c *Context) has(intents ...dialog.Intent) bool {
	for _, want := range intents {
		for _, got := range c.Intents {
			if want == got {
				return true
			}
		}
	}
	return false
}

// Reader reads entities. It is safe for concurrent use.
type Reader struct {
	words *lexicon.Lexicon
	kinds []kind // by lexicon class
}

// kind is what a word list's name says: "unit=day" is unit and day.
type kind struct{ name, arg string }

// New compiles the word lists.
func New(f *fold.Folder) (*Reader, error) {
	words, err := lexicon.Parse(f, wordLists)
	if err != nil {
		return nil, fmt.Errorf("parse the words of entities: %w", err)
	}
	r := &Reader{words: words}
	for c := range words.Len() {
		name, arg, _ := strings.Cut(words.Name(lexicon.Class(c)), "=")
		r.kinds = append(r.kinds, kind{name, arg})
	}
	return r, nil
}

// Read returns the entities of a text in the order in which they were found;
// the first of a kind is the one that counts most.
func (r *Reader) Read(t *fold.Text, c Context) []dialog.Entity {
	s := &scan{text: t, ctx: &c, at: -1}
	s.tokens = r.cut(t)
	s.abbreviations()
	s.phones()
	s.references()
	s.numbers()
	s.dates()
	s.clock()
	s.counts()
	s.money()
	s.options()
	s.bare()
	s.orderDates()
	s.orderWanted()
	return s.out
}

// scan is the reading of one text.
type scan struct {
	text   *fold.Text
	ctx    *Context
	tokens []token
	out    []dialog.Entity
	at     int // the token that is being read as a date, -1 outside

	periods map[int]bool // tokens that are the period of a sum, nil before they were looked for
}

// most is how many entities of a text are reported. A paste full of figures
// says nothing by its hundredth.
const most = 48

// add reports an entity that spans tokens i to j.
func (s *scan) add(k dialog.EntityKind, value string, i, j int, readings ...string) {
	if len(s.out) >= most {
		return
	}
	start, end := s.text.Span(s.tokens[i].start, s.tokens[j].end)
	e := dialog.Entity{Kind: k, Value: value, Start: start, End: end}
	if len(readings) > 1 {
		e.Value, e.Ambiguous = "", readings
	}
	for _, o := range s.out {
		if o.Kind == e.Kind && o.Start == e.Start && o.Value == e.Value {
			return
		}
	}
	s.out = append(s.out, e)
}

func (s *scan) found(k dialog.EntityKind) bool {
	for _, e := range s.out {
		if e.Kind == k {
			return true
		}
	}
	return false
}
