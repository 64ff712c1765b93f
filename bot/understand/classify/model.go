package classify

import (
	"math"
	"sync"

	"warmline/bot/understand/fold"
)

// Model is a trained linear classifier: for each known feature one signed byte
// per class and a scale. It is read-only and safe for concurrent use.
type Model struct {
	Classes []string
	bias    []float32
	scale   []float32 // per row
	rows    []int8    // len(scale) × len(Classes)
	table   []slot    // open addressing, a power of two, at most half full
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
		bias:    make([]float32, len(classes)),
		scale:   make([]float32, 0, rows),
		rows:    make([]int8, 0, rows*len(classes)),
		table:   make([]slot, size),
		sounds:  fold.NewSounds(),
		pool:    sync.Pool{New: func() any { return new(features) }},
	}
}

// put adds a row under a key that is not there yet.
func (m *Model) put(key uint32, scale float32, weights []int8) {
	mask := uint32(len(m.table) - 1)
	i := key & mask
	for m.table[i].row != 0 {
		i = (i + 1) & mask
	}
	m.scale = append(m.scale, scale)
	m.rows = append(m.rows, weights...)
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
// of Classes. concepts are the keys of lexicon
// classes in the order of the text.
func (m *Model) Score(t *fold.Text, concepts []uint32, out []float32) {
	f := m.pool.Get().(*features)
	defer m.pool.Put(f)
	f.extract(m.sounds, t, concepts)
	m.sum(f.list, out)
	softmax(out)
}

func (m *Model) sum(list []uint32, out []float32) {
	k := len(m.Classes)
	clear(out)
	known := 0
	for _, key := range list {
		row, ok := m.find(key)
		if !ok {
			continue
		}
		known++
		scale := m.scale[row]
		for c, w := range m.rows[row*k : row*k+k] {
			out[c] += scale * float32(w)
		}
	}
	norm := damp(known)
	for c := range out {
		out[c] = out[c]*norm + m.bias[c]
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
