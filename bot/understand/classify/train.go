package classify

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"warmline/bot/understand/fold"
)

// Example is a text to learn from: its driving class, the others that are
// present too, and the lexicon classes found in it. A text without a class
// means nothing, and teaches that any class is as likely as the next.
type Example struct {
	Text     fold.Text
	Concepts []uint32
	Class    string
	Also     []string
}

// Options of training; Defaults are those the committed weights were made with.
type Options struct {
	Epochs    int
	Rate      float64 // first step size
	Decay     float64 // pull of a feature's vector towards zero at each step
	Drop      float64 // share of features hidden at each look at an example
	Smooth    float64 // probability spread over all classes
	AlsoShare float64 // probability given to the other intents of an example
	MinCount  int     // a feature seen in fewer examples is not kept
	MaxRows   int     // the most useful features kept
	Watch     string  // the class that has a linear voice of its own; none when empty or unknown
	Seed      uint64  // of the order of the examples and of the first weights
}

// Defaults returns the options that measured best in cross-validation.
func Defaults() Options {
	return Options{Epochs: 25, Rate: 0.05, Decay: 0.003, Drop: 0.5, Smooth: 0.05, AlsoShare: 0.2, MinCount: 2, MaxRows: 120_000, Seed: 3, Watch: "self_harm"}
}

// random is a small fixed-seed generator (splitmix64): training twice gives
// the same bytes.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9E3779B97F4A7C15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func (r *random) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func (r *random) shuffle(order []int) {
	for i := len(order) - 1; i > 0; i-- {
		j := int(r.next() % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
}

// course is what all voices learn from.
type course struct {
	opt     Options
	classes []string
	index   map[uint32]int32 // feature to row
	keys    []uint32
	count   []int32
	samples []sample
}

// trainer holds the weights of one voice while they are learnt.
type trainer struct {
	*course
	rng random

	vectors []float32 // rows × Width
	moved   []float32 // per row: sum of squared gradients
	lift    []float32
	weights []float32 // classes × Width
	moves   []float32 // per class: sum of squared gradients
	bias    []float32

	rows   []int32 // scratch of one step
	p      []float32
	hidden []float32
	back   []float32
}

type sample struct {
	rows   []int32
	target []share
}

type share struct {
	class int
	part  float32
}

// Train learns a model. The same examples and options give the same model.
func Train(examples []Example, opt Options) *Model {
	c := &course{opt: opt, index: map[uint32]int32{}}
	c.collect(examples)
	trainers := make([]*trainer, Voices)
	var all sync.WaitGroup
	for i := range trainers {
		t := &trainer{course: c, rng: random(opt.Seed + uint64(i))}
		trainers[i] = t
		all.Go(func() {
			t.prepare()
			t.learn()
		})
	}
	all.Wait()
	return c.pack(trainers, c.useful(trainers))
}

// useful returns the features that weigh most, all voices taken together.
func (t *course) useful(trainers []*trainer) []int {
	order := make([]int, len(t.keys))
	use := make([]float64, len(t.keys))
	for r := range order {
		order[r] = r
		for _, one := range trainers {
			for _, v := range one.vectors[r*Width : r*Width+Width] {
				use[r] += float64(v) * float64(v)
			}
		}
		use[r] *= math.Sqrt(float64(t.count[r]))
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(use[b], use[a]), cmp.Compare(t.keys[a], t.keys[b]))
	})
	return order[:min(len(order), t.opt.MaxRows)]
}

// collect numbers the classes and the features that occur often enough.
func (t *course) collect(examples []Example) {
	for _, e := range examples {
		if e.Class != "" {
			t.classes = append(t.classes, e.Class)
		}
	}
	slices.Sort(t.classes)
	t.classes = slices.Compact(t.classes)
	lists := make([][]uint32, len(examples))
	sounds, f := fold.NewSounds(), &features{}
	seen := map[uint32]int32{}
	for i := range examples {
		f.extract(sounds, &examples[i].Text, examples[i].Concepts)
		lists[i] = slices.Clone(f.distinct())
		for _, key := range lists[i] {
			seen[key]++
		}
	}
	for i, list := range lists {
		t.samples = append(t.samples, sample{t.rowsOf(list, seen), t.target(examples[i])})
	}
}

func (t *course) rowsOf(list []uint32, seen map[uint32]int32) []int32 {
	var rows []int32
	for _, key := range list {
		if seen[key] < int32(t.opt.MinCount) {
			continue
		}
		row, ok := t.index[key]
		if !ok {
			row = int32(len(t.keys))
			t.index[key] = row
			t.keys = append(t.keys, key)
			t.count = append(t.count, seen[key])
		}
		rows = append(rows, row)
	}
	return rows
}

// target spreads an example's probability over its intents; it is empty where
// there are none.
func (t *course) target(e Example) []share {
	if e.Class == "" {
		return nil
	}
	var also []int
	for _, name := range e.Also {
		if c, ok := t.class(name); ok {
			also = append(also, c)
		}
	}
	driver, _ := t.class(e.Class)
	out := []share{{driver, 1}}
	if len(also) > 0 {
		out[0].part = float32(1 - t.opt.AlsoShare)
		for _, c := range also {
			out = append(out, share{c, float32(t.opt.AlsoShare) / float32(len(also))})
		}
	}
	return out
}

func (t *course) class(name string) (int, bool) { return slices.BinarySearch(t.classes, name) }

func (t *trainer) prepare() {
	k := len(t.classes)
	t.vectors, t.moved = make([]float32, len(t.keys)*Width), make([]float32, len(t.keys))
	t.weights, t.moves = make([]float32, k*Width), make([]float32, k)
	t.lift, t.bias = make([]float32, Width), make([]float32, k)
	t.hidden, t.back, t.p = make([]float32, Width), make([]float32, Width), make([]float32, k)
	for i := range t.vectors {
		t.vectors[i] = float32(t.rng.float()-0.5) * 0.4
	}
	for i := range t.weights {
		t.weights[i] = float32(t.rng.float()-0.5) * 0.3
	}
}

// learn runs stochastic gradient descent over the examples in a new order each
// time round.
func (t *trainer) learn() {
	order := make([]int, len(t.samples)) // its own, for every voice learns alone
	for i := range order {
		order[i] = i
	}
	for epoch := range t.opt.Epochs {
		t.rng.shuffle(order)
		rate := float32(t.opt.Rate * (1 - float64(epoch)/float64(t.opt.Epochs)))
		for _, i := range order {
			t.step(&t.samples[i], rate)
		}
	}
}
