package classify

import (
	"math"
	"sync"

	"warmline/bot/understand/fold"
)

// Width is the size of the hidden layer of a voice.
const Width = 64

// Model is a trained classifier: a few voices that learnt the same examples
// from different beginnings, and whose opinions are averaged. Where they know
// a text they agree; where they have to guess they differ, and what one of them
// imagines is outvoted. It is read-only and safe for concurrent use.
type Model struct {
	Classes []string
	voices  []voice
	keys    []uint32 // features by row
	table   []slot   // features: open addressing, a power of two, at most half full
	sounds  *fold.Sounds
	pool    sync.Pool
}

// voice has for every known feature a vector of small whole numbers with a
// scale; the vectors of a text's features are added up, bent once, and weighed
// for each class.
type voice struct {
	scale   []float32 // per feature
	vectors []int8    // len(scale) × Width
	lift    []float32 // Width: added before bending
	weights []float32 // classes × Width
	bias    []float32 // per class
}

type slot struct {
	key uint32
	row uint32 // row + 1, 0 when free
}

func newModel(classes []string, keys []uint32, voices []voice) *Model {
	size := 16
	for size < 2*len(keys) {
		size *= 2
	}
	m := &Model{
		Classes: classes,
		voices:  voices,
		keys:    keys,
		table:   make([]slot, size),
		sounds:  fold.NewSounds(),
		pool:    sync.Pool{New: func() any { return new(scratch) }},
	}
	mask := uint32(size - 1)
	for row, key := range keys {
		i := key & mask
		for m.table[i].row != 0 {
			i = (i + 1) & mask
		}
		m.table[i] = slot{key, uint32(row + 1)}
	}
	return m
}

func newVoice(classes, rows int) voice {
	return voice{
		scale:   make([]float32, rows),
		vectors: make([]int8, rows*Width),
		lift:    make([]float32, Width),
		weights: make([]float32, classes*Width),
		bias:    make([]float32, classes),
	}
}

func (m *Model) find(key uint32) (row int, ok bool) {
	mask := uint32(len(m.table) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch s := m.table[i]; {
		case s.row == 0:
			return 0, false
		case s.key == key:
			return int(s.row - 1), true
		}
	}
}

// scratch is what scoring one text needs; it is reused between texts.
type scratch struct {
	features features
	rows     []int
	p        []float32
}

// Score writes the probability of each class into out, which has the length
// of Classes. concepts are the keys of lexicon classes in the order of the
// text.
func (m *Model) Score(t *fold.Text, concepts []uint32, out []float32) {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	s.features.extract(m.sounds, t, concepts)
	s.rows, s.p = s.rows[:0], append(s.p[:0], out...)
	for _, key := range s.features.distinct() {
		if row, ok := m.find(key); ok {
			s.rows = append(s.rows, row)
		}
	}
	clear(out)
	share := 1 / float32(len(m.voices))
	for i := range m.voices {
		m.voices[i].score(s.rows, s.p)
		for c, p := range s.p {
			out[c] += share * p
		}
	}
}

// score writes what one voice says of a text with these features.
func (v *voice) score(rows []int, out []float32) {
	var hidden [Width]float32
	for _, row := range rows {
		addScaled(&hidden, (*[Width]int8)(v.vectors[row*Width:]), v.scale[row])
	}
	norm := damp(len(rows))
	for j := range hidden {
		hidden[j] = float32(math.Tanh(float64(hidden[j]*norm + v.lift[j])))
	}
	weigh(&hidden, v.weights, v.bias, out)
	softmax(out)
}

func addScaled(sum *[Width]float32, vector *[Width]int8, scale float32) {
	for j, v := range vector {
		sum[j] += scale * float32(v)
	}
}

// weigh computes the output layer.
func weigh(hidden *[Width]float32, weights, bias, out []float32) {
	for c := range out {
		sum := bias[c]
		w := (*[Width]float32)(weights[c*Width:])
		for j, h := range hidden {
			sum += w[j] * h
		}
		out[c] = sum
	}
}

// damp keeps long texts from sounding surer than short ones.
func damp(features int) float32 {
	return float32(1 / math.Sqrt(float64(features)+4))
}

func softmax(v []float32) {
	top := v[0]
	for _, x := range v {
		top = max(top, x)
	}
	sum := float32(0)
	for i, x := range v {
		v[i] = float32(math.Exp(float64(x - top)))
		sum += v[i]
	}
	for i := range v {
		v[i] /= sum
	}
}
