package classify

import "math"

// step shows one example, some of its features hidden, and moves every weight
// a little towards its target. Steps shrink with what a weight has already
// moved (AdaGrad).
func (t *trainer) step(s *sample, rate float32) {
	t.rows = t.rows[:0]
	for _, r := range s.rows {
		if t.rng.float() >= t.opt.Drop {
			t.rows = append(t.rows, r)
		}
	}
	norm := damp(len(t.rows))
	t.forward(norm)
	t.errors(s.target)
	t.output(rate)
	t.input(rate, norm)
}

// forward computes the hidden layer and the probabilities.
func (t *trainer) forward(norm float32) {
	hidden := (*[Width]float32)(t.hidden)
	clear(hidden[:])
	for _, r := range t.rows {
		v := (*[Width]float32)(t.vectors[int(r)*Width:])
		for j := range v {
			hidden[j] += v[j]
		}
	}
	for j, h := range hidden {
		hidden[j] = float32(math.Tanh(float64(h*norm + t.lift[j])))
	}
	weigh(hidden, t.weights, t.bias, t.p)
	softmax(t.p)
}

// errors turns the probabilities into their distance from the target.
func (t *trainer) errors(target []share) {
	spread := float32(t.opt.Smooth) / float32(len(t.p))
	if len(target) == 0 {
		spread = 1 / float32(len(t.p))
	}
	for c := range t.p {
		t.p[c] -= spread
	}
	for _, want := range target {
		t.p[want.class] -= want.part * float32(1-t.opt.Smooth)
	}
}

// output moves the weights of the classes and passes the error back.
func (t *trainer) output(rate float32) {
	hidden, back := (*[Width]float32)(t.hidden), (*[Width]float32)(t.back)
	clear(back[:])
	for c, g := range t.p {
		t.bias[c] -= rate * 0.05 * g
		w := (*[Width]float32)(t.weights[c*Width:])
		t.moves[c] += g * g
		eta := 4 * rate * g / (float32(math.Sqrt(float64(t.moves[c]))) + 1e-3)
		for j, h := range hidden {
			back[j] += g * w[j]
			w[j] -= eta * h
		}
	}
}

// input moves the vectors of the features that were shown.
func (t *trainer) input(rate, norm float32) {
	size := float32(0)
	for j, h := range t.hidden {
		t.back[j] *= 1 - h*h
		t.lift[j] -= rate * 0.05 * t.back[j]
		t.back[j] *= norm
		size += t.back[j] * t.back[j]
	}
	back := (*[Width]float32)(t.back)
	for _, r := range t.rows {
		t.moved[r] += size
		eta := 4 * rate / float32(math.Sqrt(float64(t.moved[r])+1e-6))
		keep := 1 - eta*float32(t.opt.Decay)
		v := (*[Width]float32)(t.vectors[int(r)*Width:])
		for j := range v {
			v[j] = keep*v[j] - eta*back[j]
		}
	}
}
