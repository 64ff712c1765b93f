package classify

import (
	"math"
	"sync"

	"warmline/bot/understand/fold"
)

// Width is the size of the hidden layer of a voice, Voices how many there are.
const (
	Width  = 64
	Voices = 2
)

// A row holds the vectors of a feature for all voices, one after the other, as
// four-bit numbers, sixteen to a word: a row is one line of a processor's cache.
const rowWords = Voices * Width / 16

// row's numbers are stored with offset added, so that none is negative.
const offset = 8

// Model is a trained classifier: voices that learnt the same examples from
// different beginnings, and whose opinions are averaged. Where they know a text
// they agree; where they have to guess they differ, and what one of them
// imagines is outvoted. Every known feature has a vector for each voice; the
// vectors of a text's features are added up, bent once, and weighed for each
// class. It is read-only and safe for concurrent use.
type Model struct {
	Classes []string
	heads   [Voices]head
	watch   watch
	top     float32            // the size of a step of grade 0
	steps   [grades]float32    // the sizes of the steps of all grades
	grades  []uint8            // per row: how much smaller its steps are
	rows    [][rowWords]uint64 // per known feature
	keys    []uint32           // features by row
	table   []slot             // features: open addressing, a power of two, at most half full
	sounds  *fold.Sounds
	pool    sync.Pool
}

// head is what a voice makes of the sum of a text's vectors.
type head struct {
	lift    []float32 // Width: added before bending
	weights []float32 // classes × Width
	bias    []float32 // per class
}

type slot struct {
	key uint32
	row uint32 // row + 1, 0 when free
}

// index builds the table of the model's features and that of its steps.
func (m *Model) index() {
	for g := range m.steps {
		m.steps[g] = step(m.top, g)
	}
	size := 16
	for size < 2*len(m.keys) {
		size *= 2
	}
	m.table = make([]slot, size)
	mask := uint32(size - 1)
	for row, key := range m.keys {
		i := key & mask
		for m.table[i].row != 0 {
			i = (i + 1) & mask
		}
		m.table[i] = slot{key, uint32(row + 1)}
	}
}

func newModel(classes []string, rows int) *Model {
	m := &Model{
		Classes: classes,
		grades:  make([]uint8, rows),
		rows:    make([][rowWords]uint64, rows),
		keys:    make([]uint32, rows),
		watch:   watch{weights: make([]float32, rows)},
		sounds:  fold.NewSounds(),
		pool:    sync.Pool{New: func() any { return new(scratch) }},
	}
	for i := range m.heads {
		m.heads[i] = newHead(len(classes))
	}
	return m
}

func newHead(classes int) head {
	return head{
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
	sums     [grades]sums
	p        []float32
}

// sums adds up rows of one grade: four sums of sixteen bits to a word.
type sums struct {
	n    int
	four [rowWords * 4]uint64
}

// every picks each fourth of the sixteen numbers of a word.
const every = 0x000F000F000F000F

func (s *sums) add(row *[rowWords]uint64) {
	s.n++
	for i, w := range row {
		s.four[4*i] += w & every
		s.four[4*i+1] += w >> 4 & every
		s.four[4*i+2] += w >> 8 & every
		s.four[4*i+3] += w >> 12 & every
	}
}

// spread adds the sums, each times step, to the hidden layers.
func (s *sums) spread(step float32, hidden *[Voices * Width]float32) {
	less := float32(s.n * offset)
	for i, four := range s.four {
		at := hidden[i/4*16+i%4:]
		for lane := range 4 {
			at[4*lane] += step * (float32(four>>(16*lane)&0xFFFF) - less)
		}
	}
}

// Score writes the probability of each class into out, which has the length
// of Classes, and returns the log odds that the watch gives its class, and the
// share of the text's features that the model knows. concepts are the keys of
// lexicon classes in the order of the text.
func (m *Model) Score(t *fold.Text, concepts []uint32, out []float32) (watched, known float32) {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	s.features.extract(m.sounds, t, concepts)
	s.p = append(s.p[:0], out...)
	n, sum := 0, float32(0)
	distinct := s.features.distinct()
	for _, key := range distinct {
		if row, ok := m.find(key); ok {
			s.sums[m.grades[row]].add(&m.rows[row])
			sum += m.watch.weights[row]
			n++
		}
	}
	hidden := m.gather(s)
	clear(out)
	norm := damp(n)
	for i := range m.heads {
		m.heads[i].score((*[Width]float32)(hidden[i*Width:]), norm, s.p)
		for c, p := range s.p {
			out[c] += p / Voices
		}
	}
	return m.watch.say(sum, n), float32(n) / float32(max(1, len(distinct)))
}

// gather adds the sums of all grades up and empties them.
func (m *Model) gather(s *scratch) *[Voices * Width]float32 {
	hidden := new([Voices * Width]float32)
	for g := range s.sums {
		if s.sums[g].n > 0 {
			s.sums[g].spread(m.steps[g], hidden)
			s.sums[g] = sums{}
		}
	}
	return hidden
}

// score writes what one voice says of a sum of vectors.
func (h *head) score(sum *[Width]float32, norm float32, out []float32) {
	for j := range sum {
		sum[j] = float32(math.Tanh(float64(sum[j]*norm + h.lift[j])))
	}
	weigh(sum, h.weights, h.bias, out)
	softmax(out)
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
