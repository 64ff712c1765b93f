package classify

import "slices"

// joined returns an example or, one time in a few, two as one text: what is said
// in one breath is still what it was, and a longer text is no other thing.
func (c *course) joined(i int, often float64, rng *random) *sample {
	s := &c.samples[i]
	if rng.float() >= often {
		return s
	}
	o := &c.samples[int(rng.next()%uint64(len(c.samples)))]
	if len(s.target) == 0 || len(o.target) == 0 {
		return s
	}
	rows := append(slices.Clone(s.rows), o.rows...)
	slices.Sort(rows)
	return &sample{slices.Compact(rows), c.either(s.target, o.target)}
}

// either is what two texts in one breath mean: the watched class where one of
// them does, else as much the one as the other.
func (c *course) either(a, b []share) []share {
	watched, ok := c.class(c.opt.Watch)
	for _, t := range [][]share{a, b} {
		if ok && t[0].class == watched {
			return t
		}
	}
	both := slices.Concat(a, b)
	for i := range both {
		both[i].part /= 2
	}
	return both
}
