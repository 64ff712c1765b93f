package understand

import (
	"fmt"

	"warmline/bot/understand/classify"
	"warmline/bot/understand/fold"
	"warmline/bot/understand/lexicon"
)

// Train learns a model from examples. The same examples give the same model.
func Train(examples []Example, opt classify.Options) (*classify.Model, error) {
	f := fold.New()
	words, err := lexicon.Parse(f, lists()...)
	if err != nil {
		return nil, fmt.Errorf("load word lists: %w", err)
	}
	u := &Understander{words: words, known: knownClasses(words)}
	list := make([]classify.Example, 0, len(examples))
	for _, e := range examples {
		t := f.Fold(e.Text, limit)
		list = append(list, classify.Example{Text: t, Concepts: u.concepts(words.Find(&t, nil)), Class: e.Driver, Also: e.Also})
	}
	return classify.Train(list, opt), nil
}
