package classify

import (
	"math"
	"slices"

	"warmline/bot/understand/fold"
)

// Example is a text to learn from: its driving class, the others that are
// present too, and the lexicon classes found in it.
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
	Decay     float64 // pull of every weight towards zero per update
	Drop      float64 // share of features hidden at each look at an example
	Smooth    float64 // probability spread over all classes
	AlsoShare float64 // probability given to the other intents of an example
	MinCount  int     // a feature seen in fewer examples is not kept
	MaxRows   int     // the most useful features kept
}

// Defaults returns the options that measured best on texts not trained on.
func Defaults() Options {
	return Options{Epochs: 25, Rate: 1, Decay: 0.003, Drop: 0.3, Smooth: 0.05, AlsoShare: 0.2, MinCount: 2, MaxRows: 120_000}
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

// trainer holds the weights while they are learnt.
type trainer struct {
	opt     Options
	classes []string
	index   map[uint32]int32 // feature to row
	keys    []uint32
	count   []int32
	weights []float32 // rows × classes
	energy  []float32 // sum of squared gradients per row
	bias    []float32
	samples []sample
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
	t := &trainer{opt: opt, index: map[uint32]int32{}}
	t.collect(examples)
	t.learn()
	return t.model()
}

func (t *trainer) collect(examples []Example) {
	for _, e := range examples {
		t.classes = append(t.classes, e.Class)
	}
	slices.Sort(t.classes)
	t.classes = slices.Compact(t.classes)
	lists := make([][]uint32, len(examples))
	sounds, f := fold.NewSounds(), &features{}
	seen := map[uint32]int32{}
	for i := range examples {
		f.extract(sounds, &examples[i].Text, examples[i].Concepts)
		lists[i] = distinct(f.list)
		for _, key := range lists[i] {
			seen[key]++
		}
	}
	for i, list := range lists {
		t.samples = append(t.samples, sample{t.rowsOf(list, seen), t.target(examples[i])})
	}
	t.weights = make([]float32, len(t.keys)*len(t.classes))
	t.energy = make([]float32, len(t.keys))
	t.bias = make([]float32, len(t.classes))
}

func distinct(list []uint32) []uint32 {
	c := slices.Clone(list)
	slices.Sort(c)
	return slices.Compact(c)
}

func (t *trainer) rowsOf(list []uint32, seen map[uint32]int32) []int32 {
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

func (t *trainer) target(e Example) []share {
	class := func(name string) int {
		i, ok := slices.BinarySearch(t.classes, name)
		if !ok {
			return -1
		}
		return i
	}
	var also []int
	for _, name := range e.Also {
		if c := class(name); c >= 0 {
			also = append(also, c)
		}
	}
	out := []share{{class(e.Class), 1}}
	if len(also) > 0 {
		out[0].part = float32(1 - t.opt.AlsoShare)
		for _, c := range also {
			out = append(out, share{c, float32(t.opt.AlsoShare) / float32(len(also))})
		}
	}
	return out
}

// learn runs stochastic gradient descent over the examples in a new order each
// time round.
func (t *trainer) learn() {
	rng := random(7)
	order := make([]int, len(t.samples))
	for i := range order {
		order[i] = i
	}
	p := make([]float32, len(t.classes))
	rows := make([]int32, 0, 512)
	for epoch := range t.opt.Epochs {
		for i := len(order) - 1; i > 0; i-- {
			j := int(rng.next() % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		rate := float32(t.opt.Rate * (1 - float64(epoch)/float64(t.opt.Epochs)))
		for _, i := range order {
			rows = rows[:0]
			for _, r := range t.samples[i].rows {
				if rng.float() >= t.opt.Drop {
					rows = append(rows, r)
				}
			}
			t.step(rows, t.samples[i].target, rate, p)
		}
	}
}

// step moves the weights of one example's features along its gradient; each
// feature's step shrinks with what it has already moved (AdaGrad).
func (t *trainer) step(rows []int32, target []share, rate float32, p []float32) {
	k := len(t.classes)
	norm := damp(len(rows))
	clear(p)
	for _, r := range rows {
		w := t.weights[int(r)*k : int(r)*k+k]
		for c := range p {
			p[c] += w[c]
		}
	}
	for c := range p {
		p[c] = p[c]*norm + t.bias[c]
	}
	softmax(p)
	spread := float32(t.opt.Smooth) / float32(k)
	sq := float32(0)
	for c := range p {
		p[c] -= spread
	}
	for _, s := range target {
		p[s.class] -= s.part * float32(1-t.opt.Smooth)
	}
	for c := range p {
		t.bias[c] -= rate * 0.05 * p[c]
		p[c] *= norm
		sq += p[c] * p[c]
	}
	decay := float32(t.opt.Decay)
	for _, r := range rows {
		t.energy[r] += sq
		eta := rate / float32(math.Sqrt(float64(t.energy[r])+1e-6))
		w := t.weights[int(r)*k : int(r)*k+k]
		for c := range p {
			w[c] -= eta * (p[c] + decay*w[c])
		}
	}
}

// model keeps the rows that weigh most and rounds them to bytes.
func (t *trainer) model() *Model {
	k := len(t.classes)
	order := make([]int, len(t.keys))
	use := make([]float64, len(t.keys))
	for r := range order {
		order[r] = r
		sum := 0.0
		for _, w := range t.weights[r*k : r*k+k] {
			sum += float64(w) * float64(w)
		}
		use[r] = sum * math.Sqrt(float64(t.count[r]))
	}
	slices.SortFunc(order, func(a, b int) int {
		if use[a] != use[b] {
			if use[a] > use[b] {
				return -1
			}
			return 1
		}
		return int(int64(t.keys[a]) - int64(t.keys[b]))
	})
	order = order[:min(len(order), t.opt.MaxRows)]
	m := newModel(t.classes, len(order))
	copy(m.bias, t.bias)
	bytes := make([]int8, k)
	for _, r := range order {
		m.put(t.keys[r], quantise(t.weights[r*k:r*k+k], bytes), bytes)
	}
	return m
}

// quantise rounds weights to bytes around zero and returns the scale.
func quantise(w []float32, out []int8) float32 {
	top := float32(1e-9)
	for _, x := range w {
		top = max(top, x, -x)
	}
	scale := top / 127
	for i, x := range w {
		out[i] = int8(math.Round(float64(x / scale)))
	}
	return scale
}
