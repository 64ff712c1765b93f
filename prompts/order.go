package prompts

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// Chapter is a part of the reading page: acts that a person meets together.
type Chapter struct {
	Title string
	Acts  []dialog.ActKind
}

// ReadingOrder lists every act in the order of the journeys: meeting, the bill,
// ways out, hardship, trouble, people, stopping, and the small things last. An
// act that no chapter names is in the last one, so none is ever left out.
func ReadingOrder(c Contract) []Chapter {
	chapters := []struct{ title, families string }{
		{"First words and identity", "disclose greet bot identity step_up language account"},
		{"The bill", "balance consequence credit reassure verify_us pay payment"},
		{"Fix and pay first", "forgot tech"},
		{"Ways out", "options plan deferral partial promise waiver limit offer quote cancel"},
		{"Hardship", "hardship budget advice"},
		{"Something is wrong", "dispute fraud complaint legal privacy"},
		{"Not the right person, not the right time", "wrong_person third_party minor bereavement vulnerability crisis cease contact preference later"},
		{"People", "handoff callback feedback"},
		{"What follows", "reminder"},
		{"Resistance and repair", "refusal injection abuse out_of_scope clarify repeat smalltalk media service error"},
	}
	var order []Chapter
	placed := map[dialog.ActKind]bool{}
	for _, ch := range chapters {
		families := strings.Fields(ch.families)
		chapter := Chapter{Title: ch.title}
		for _, family := range families {
			for _, kind := range c.Kinds() {
				name, _, _ := strings.Cut(string(kind), ".")
				if name == family && !placed[kind] {
					placed[kind] = true
					chapter.Acts = append(chapter.Acts, kind)
				}
			}
		}
		order = append(order, chapter)
	}
	rest := slices.DeleteFunc(c.Kinds(), func(k dialog.ActKind) bool { return placed[k] })
	return append(order, Chapter{Title: "Everything else", Acts: rest})
}
