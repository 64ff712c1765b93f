package understand

import (
	_ "embed" // the word lists
	"strings"

	"warmline/bot/understand/lexicon"
	"warmline/dialog"
)

//go:embed lists/safety.txt
var safetyList string

//go:embed lists/rules.txt
var ruleList string

//go:embed lists/topics.txt
var topicList string

//go:embed lists/named.txt
var namedList string

//go:embed lists/affect.txt
var affectList string

func lists() []string {
	return []string{safetyList, ruleList, topicList, namedList, affectList}
}

// known holds the classes that the rules below ask for by name.
type known struct {
	red, amber, idiom, negatedRefusal lexicon.Class
	minor, deceased                   lexicon.Class

	intents map[lexicon.Class]dialog.Intent     // =intent lists
	named   map[lexicon.Class]dialog.EntityKind // kind=value lists
	values  map[lexicon.Class]string
	moods   map[lexicon.Class]dialog.Affect
	topics  map[lexicon.Class]bool // what the model weighs
}

func knownClasses(l *lexicon.Lexicon) known {
	k := known{
		intents: map[lexicon.Class]dialog.Intent{}, named: map[lexicon.Class]dialog.EntityKind{},
		values: map[lexicon.Class]string{}, moods: map[lexicon.Class]dialog.Affect{}, topics: map[lexicon.Class]bool{},
	}
	ranks := dialog.Intents()
	for i := range l.Len() {
		c := lexicon.Class(i)
		name := l.Name(c)
		kind, value, pair := strings.Cut(name, "=")
		switch {
		case strings.HasPrefix(name, "\""):
			continue
		case pair && kind == "":
			if _, ok := ranks[dialog.Intent(value)]; ok {
				k.intents[c] = dialog.Intent(value)
			}
		case pair && kind == "affect":
			k.moods[c] = dialog.Affect(value)
			continue
		case pair:
			k.named[c], k.values[c] = dialog.EntityKind(kind), value
		}
		k.topics[c] = name != "neg" && name != "reach" && name != "whole"
	}
	class := func(name string) lexicon.Class {
		c, _ := l.Class(name)
		return c
	}
	k.red, k.amber, k.idiom = class("red"), class("amber"), class("idiom")
	k.negatedRefusal, k.minor, k.deceased = class("=negated_refusal"), class("=minor"), class("=deceased")
	return k
}

// concepts returns the keys of the ideas in a text in their order, each once
// per place.
func (u *Understander) concepts(hits []lexicon.Hit) []uint32 {
	out := make([]uint32, 0, len(hits))
	for _, h := range hits {
		if !u.known.topics[h.Class] {
			continue
		}
		key := u.words.Key(h.Class)
		if n := len(out); n > 0 && out[n-1] == key {
			continue
		}
		out = append(out, key)
	}
	return out
}

// named returns the entities whose value is the name of a word list, each kind
// and value once, in the order of the text.
func (u *Understander) named(h *heard) []dialog.Entity {
	var out []dialog.Entity
	for _, hit := range h.hits {
		kind, ok := u.known.named[hit.Class]
		if !ok {
			continue
		}
		start, end := h.text.Span(hit.Start, hit.End)
		e := dialog.Entity{Kind: kind, Value: u.known.values[hit.Class], Start: start, End: end}
		if !repeated(out, e) {
			out = append(out, e)
		}
	}
	return out
}

func repeated(list []dialog.Entity, e dialog.Entity) bool {
	for _, o := range list {
		if o.Kind == e.Kind && (o.Value == e.Value || o.Start <= e.Start && e.End <= o.End) {
			return true
		}
	}
	return false
}

// has reports whether the text has a hit of a class.
func (h *heard) has(c lexicon.Class) bool {
	for _, hit := range h.hits {
		if hit.Class == c {
			return true
		}
	}
	return false
}
