// Package understand hears what a borrower's text means: language, intents,
// entities, mood, and above all whether somebody is in danger. It is pure and
// deterministic; nothing is sent anywhere. Its layers, each testable alone:
// fold (one script, one case), lexicon (word lists: safety first), slots
// (entities), classify (trained weights), and here the rules that join them.
package understand

import (
	"bytes"
	_ "embed" // weights and word lists
	"fmt"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // zones, also where the machine has none

	"warmline/bot/understand/classify"
	"warmline/bot/understand/fold"
	"warmline/bot/understand/lexicon"
	"warmline/bot/understand/slots"
	"warmline/dialog"
)

// Version names the understanding; it changes with the weights or the rules.
const Version = "u1"

// limit is how many bytes of a text are read.
const limit = 4 << 10

//go:embed weights.bin
var weights []byte

// Understander hears texts. It is read-only and safe for concurrent use.
type Understander struct {
	fold  *fold.Folder
	words *lexicon.Lexicon
	slots *slots.Reader
	model *classify.Model
	known known
	ranks map[dialog.Intent]dialog.Rank
	zones sync.Map // zone name to *time.Location: loading one reads a file
}

// New loads the embedded weights and lists.
func New() (*Understander, error) {
	model, err := classify.Read(bytes.NewReader(weights))
	if err != nil {
		return nil, fmt.Errorf("load understanding: %w", err)
	}
	return With(model)
}

// With returns an Understander over other weights, for training and tests.
func With(model *classify.Model) (*Understander, error) {
	f := fold.New()
	words, err := lexicon.Parse(f, lists()...)
	if err != nil {
		return nil, fmt.Errorf("load word lists: %w", err)
	}
	reader, err := slots.New(f)
	if err != nil {
		return nil, fmt.Errorf("load entity words: %w", err)
	}
	u := &Understander{fold: f, words: words, slots: reader, model: model, known: knownClasses(words), ranks: dialog.Intents()}
	return u, nil
}

// heard is one text on its way through the layers.
type heard struct {
	text  fold.Text
	hits  []lexicon.Hit
	ctx   dialog.HearContext
	p     []float32 // probability of each of the model's classes
	watch float32   // log odds of danger by the voice that looks for nothing else
	known float32   // share of the text's features that the model knows
	out   dialog.Understanding
	ruled []dialog.Intent // that a pattern of the lists speaks for
}

// Hear understands a text. Only the first 4 KB of a longer one are read.
func (u *Understander) Hear(text string, c dialog.HearContext) dialog.Understanding {
	h := &heard{text: u.fold.Fold(text, limit), ctx: c}
	h.out.Version = Version
	h.out.TooLong = len(text) > limit
	h.hits = u.words.Find(&h.text, make([]lexicon.Hit, 0, 64))
	concepts := u.concepts(h.hits)
	h.p = make([]float32, len(u.model.Classes))
	h.watch, h.known = u.model.Score(&h.text, concepts, h.p)
	h.out.Language = u.language(&h.text, c.Locale)
	h.out.Affect = u.affect(h)
	u.safety(h)
	u.applyRules(h)
	u.decide(h)
	h.out.Entities = u.entities(h)
	u.shortcut(h)
	if u.answer(h) {
		chosen, was := h.out.Entities, h.out.Driving
		u.decide(h)
		if h.out.Driving != was {
			h.out.Entities = u.entities(h)
		}
		keepOption(h, chosen)
	}
	return h.out
}

// entities reads the slots in the light of the intents.
func (u *Understander) entities(h *heard) []dialog.Entity {
	ctx := slots.Context{Now: time.Unix(h.ctx.NowUnix, 0).In(u.zone(h.ctx.Zone)), Asked: h.ctx.Asked, Options: h.ctx.Options, Sizes: h.ctx.Sizes, MonthFirst: monthFirst(h)}
	for _, s := range h.out.Intents {
		ctx.Intents = append(ctx.Intents, s.Intent)
	}
	return append(u.slots.Read(&h.text, ctx), u.named(h)...)
}

// monthFirst reports whether the writer of 12/6 means the sixth of December:
// Chinese dates do, save in Hong Kong, where both orders are in use.
func monthFirst(h *heard) bool {
	if h.ctx.Locale == dialog.ZhHantHK {
		return false
	}
	return slices.ContainsFunc(h.text.R, fold.Han)
}

func (u *Understander) zone(name string) *time.Location {
	if z, ok := u.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC
	}
	u.zones.Store(name, z)
	return z
}

// keepOption keeps a choice that was read before the intents were weighed anew.
func keepOption(h *heard, chosen []dialog.Entity) {
	if _, ok := h.out.Entity(dialog.EntityOption); ok {
		return
	}
	for _, e := range chosen {
		if e.Kind == dialog.EntityOption {
			h.out.Entities = append(h.out.Entities, e)
		}
	}
}
