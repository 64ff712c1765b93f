package classify

import (
	"math"
	"sync"

	"warmline/bot/understand/fold"
)

// Width is the size of the hidden layer.
const Width = 96

// Model is a trained classifier. Every known feature has a vector of small
// whole numbers with a scale; the vectors of a text's features are added up, bent once,
// and weighed for each class. It is read-only and safe for concurrent use.
type Model struct {
	Classes []string
	scale   []float32 // per feature
	vectors []int8    // len(scale) × Width
	lift    []float32 // Width: added before bending
	weights []float32 // len(Classes) × Width
	bias    []float32 // per class
	table   []slot    // features: open addressing, a power of two, at most half full
	sounds  *fold.Sounds
	pool    sync.Pool
}

type slot struct {
	key uint32
	row uint32 // row + 1, 0 when free
}

func newModel(classes []string, rows int) *Model {
	size := 16
	for size < 2*rows {
		size *= 2
	}
	return &Model{
		Classes: classes,
		scale:   make([]float32, 0, rows),
		vectors: make([]int8, 0, rows*Width),
		lift:    make([]float32, Width),
		weights: make([]float32, len(classes)*Width),
		bias:    make([]float32, len(classes)),
		table:   make([]slot, size),
		sounds:  fold.NewSounds(),
		pool:    sync.Pool{New: func() any { return new(features) }},
	}
}

// put adds the vector of a feature that is not there yet.
func (m *Model) put(key uint32, scale float32, vector []int8) {
	mask := uint32(len(m.table) - 1)
	i := key & mask
	for m.table[i].row != 0 {
		i = (i + 1) & mask
	}
	m.scale = append(m.scale, scale)
	m.vectors = append(m.vectors, vector...)
	m.table[i] = slot{key, uint32(len(m.scale))}
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

// Score writes the probability of each class into out, which has the length
// of Classes. concepts are the keys of lexicon classes in the order of the
// text.
func (m *Model) Score(t *fold.Text, concepts []uint32, out []float32) {
	f := m.pool.Get().(*features)
	defer m.pool.Put(f)
	f.extract(m.sounds, t, concepts)
	var hidden [Width]float32
	known := 0
	for _, key := range f.distinct() {
		if row, ok := m.find(key); ok {
			known++
			addScaled(&hidden, m.vectors[row*Width:row*Width+Width], m.scale[row])
		}
	}
	norm := damp(known)
	for j := range hidden {
		hidden[j] = float32(math.Tanh(float64(hidden[j]*norm + m.lift[j])))
	}
	weigh(hidden[:], m.weights, m.bias, out)
	softmax(out)
}

func addScaled(sum *[Width]float32, vector []int8, scale float32) {
	for j, v := range vector[:Width] {
		sum[j] += scale * float32(v)
	}
}

// weigh computes the output layer.
func weigh(hidden, weights, bias, out []float32) {
	d := len(hidden)
	for c := range out {
		sum := bias[c]
		for j, w := range weights[c*d : c*d+d] {
			sum += w * hidden[j]
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
