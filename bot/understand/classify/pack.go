package classify

import "math"

// levels is how many steps a number of a vector has on either side of zero:
// four bits a number, which measured no worse than eight.
const levels = 7

// grades is how many sizes of steps there are, each a fourth root of two smaller
// than the one before: rows of one grade can be added up as whole numbers.
const grades = 32

// step returns the size of a step of a grade.
func step(top float32, grade int) float32 {
	return top * float32(math.Exp2(-float64(grade)/4))
}

// pack keeps the rows of the features that are kept, their vectors rounded.
func (c *course) pack(trainers []*trainer, rows []int) *Model {
	m := newModel(c.classes, len(rows))
	sizes := make([]float32, len(rows))
	for i, r := range rows {
		m.keys[i] = c.keys[r]
		for _, t := range trainers {
			for _, x := range t.vectors[r*Width : r*Width+Width] {
				sizes[i] = max(sizes[i], x/levels, -x/levels)
			}
		}
		m.top = max(m.top, sizes[i])
	}
	for i, r := range rows {
		grade := 0
		for grade+1 < grades && step(m.top, grade+1) >= sizes[i] {
			grade++
		}
		m.grades[i] = uint8(grade)
		for v, t := range trainers {
			put(&m.rows[i], v*Width, t.vectors[r*Width:r*Width+Width], step(m.top, grade))
		}
	}
	for v, t := range trainers {
		copy(m.heads[v].lift, t.lift)
		copy(m.heads[v].weights, t.weights)
		copy(m.heads[v].bias, t.bias)
	}
	m.watch = c.keepWatch(rows)
	m.index()
	return m
}

// put writes a vector into a row from number at on, rounded to whole steps.
func put(row *[rowWords]uint64, at int, vector []float32, step float32) {
	for j, x := range vector {
		n := uint64(offset + int(math.Round(float64(x/max(step, 1e-12)))))
		row[(at+j)/16] |= n << (4 * ((at + j) % 16))
	}
}
