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

//go:embed lists/ideas.txt
var ideaList string

//go:embed lists/named.txt
var namedList string

//go:embed lists/more.txt
var moreList string

//go:embed lists/affect.txt
var affectList string

func lists() []string {
	return []string{safetyList, ruleList, topicList, ideaList, namedList, affectList, moreList}
}

// known holds the classes that the rules below ask for by name.
type known struct {
	red, redToo, amber, idiom, negatedRefusal lexicon.Class
	minorToo, deceasedToo                     lexicon.Class // of the list that the model does not weigh
	minor, deceased, preference               lexicon.Class

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
		name, unweighed := strings.CutPrefix(l.Name(c), "+")
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
		k.topics[c] = !unweighed && name != "neg" && name != "reach" && name != "whole"
	}
	class := func(name string) lexicon.Class {
		c, _ := l.Class(name)
		return c
	}
	k.red, k.amber, k.idiom = class("red"), class("amber"), class("idiom")
	k.negatedRefusal, k.minor, k.deceased = class("=negated_refusal"), class("=minor"), class("=deceased")
	k.minorToo, k.deceasedToo = class("+minor"), class("+deceased")
	k.preference, k.redToo = class("=contact_preference"), class("+red")
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
		if h.contracted(hit) {
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

// contracted reports whether a hit is "I'll" without its apostrophe: illness
// follows a form of to be, to fall or to feel, the verb to come a bare "ill".
func (h *heard) contracted(hit lexicon.Hit) bool {
	r := h.text.R
	if string(r[hit.Start:hit.End]) != "ill" {
		return false
	}
	start, end := h.text.Span(hit.Start, hit.End)
	if strings.ContainsAny(h.text.Raw[start:end], "'’") {
		return true
	}
	before := strings.Fields(string(r[max(0, hit.Start-24):hit.Start]))
	if len(before) == 0 {
		return true
	}
	return !illAfter[before[len(before)-1]]
}

// illAfter are the words before "ill" that make it mean sick.
var illAfter = map[string]bool{
	"am": true, "im": true, "is": true, "are": true, "was": true, "were": true, "be": true, "been": true, "being": true,
	"fell": true, "fall": true, "fallen": true, "feel": true, "felt": true, "feeling": true, "got": true, "get": true, "gets": true,
	"getting": true, "gotten": true, "became": true, "become": true, "very": true, "too": true, "really": true, "quite": true,
	"seriously": true, "critically": true, "terminally": true, "mentally": true, "hes": true, "shes": true,
	"theyre": true, "severely": true, "pretty": true, "extremely": true, "chronically": true, "gravely": true,
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
