package classify

import (
	"math"
	"slices"
)

// watch is a voice of its own for one class, the one that must neither be missed
// nor imagined. It is linear: each feature it knows speaks for the class or
// against it, and what it does not know says nothing; the hidden layers of the
// others may take any new thing for that class.
type watch struct {
	weights []float32 // per row
	bias    float32
}

// The training of the watch: rounds, first step size, pull towards zero.
const (
	watchEpochs = 15
	watchRate   = 0.05
	watchDecay  = 0.003
	watchJoin   = 0.3 // how often two examples are shown as one
)

// say returns the log odds of the class, for the sum of weights of n features.
func (w *watch) say(sum float32, n int) float32 { return w.bias + sum*damp(n) }

// keepWatch learns the watch from the features that are kept: a logistic
// regression of the class against all others.
func (c *course) keepWatch(rows []int) watch {
	w := watch{weights: make([]float32, len(rows))}
	class, ok := c.class(c.opt.Watch)
	if !ok {
		return w
	}
	at := make([]int32, len(c.keys)) // row + 1 of a feature that is kept
	for i, r := range rows {
		at[r] = int32(i + 1)
	}
	moved := make([]float32, len(rows))
	rng := random(c.opt.Seed)
	order := make([]int, len(c.samples))
	for i := range order {
		order[i] = i
	}
	for epoch := range watchEpochs {
		rng.shuffle(order)
		rate := float32(watchRate * (1 - float64(epoch)/watchEpochs))
		for _, i := range order {
			w.step(c.joined(i, watchJoin, &rng), class, at, moved, rate)
		}
	}
	return w
}

// step shows the watch one example.
func (w *watch) step(s *sample, class int, at []int32, moved []float32, rate float32) {
	sum, n := float32(0), 0
	for _, r := range s.rows {
		if i := at[r]; i > 0 {
			sum += w.weights[i-1]
			n++
		}
	}
	miss := 1 / (1 + float32(math.Exp(-float64(w.say(sum, n)))))
	if slices.ContainsFunc(s.target, func(t share) bool { return t.class == class }) {
		miss--
	}
	w.bias -= rate * 0.05 * miss
	pull := miss * damp(n)
	for _, r := range s.rows {
		i := at[r] - 1
		if i < 0 {
			continue
		}
		moved[i] += pull * pull
		eta := 4 * rate / float32(math.Sqrt(float64(moved[i])+1e-6))
		w.weights[i] -= eta * (pull + watchDecay*w.weights[i])
	}
}
