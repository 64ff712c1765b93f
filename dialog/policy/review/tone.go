package review

import (
	"embed"
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"
)

//go:embed examples/*.txt
var examples embed.FS

// tone weighs the wording of a text as a whole, for what no list of words
// foresees. Its weights are computed when the reviewer is built, from the
// written examples (examples/FAMILY.txt, examples/allow.txt), by logistic
// regression in a fixed order: the same examples give the same weights.
type tone struct {
	weights [toneSize]float32
	bias    float32
	votes   map[uint32]int // by feature, the place of its last ballot, from 1
	ballots []ballot
}

// ballot is how often a feature was seen in refused examples of a family, which
// goes by its severity here: there are many, and without pointers they are
// nothing to the garbage collector.
type ballot struct {
	severity int32
	seen     float32
	before   int // the place of the feature's ballot before this one, 0 for none
}

const (
	toneSize = 1 << 20
	rounds   = 40
	decay    = 0.008
)

// Scores that decide, calibrated on cases that nothing was learned from.
const (
	// toneLimit is the score above which a text is refused for its wording alone.
	toneLimit       = -0.2
	toneLimitDone   = 0.03
	toneLimitDenied = 0.65
	// toneRoom is given to a text that has no features to speak of and taken from a
	// long one, in proportion: toneUsual features have neither.
	toneRoom  = 0.35
	toneUsual = 130.0
	toneLeast = -0.3
	toneMost  = 0.7
	// toneShort is given to a text of three words or characters: they say little.
	toneShort = 0.6
	// toneClear is the score below which a turn of phrase is taken as meant well,
	// toneClearSentence the same for the sentence that it stands in.
	toneClear         = -0.4
	toneClearSentence = 0.15
	// toneClearGrave is toneClear for what names the law, other people, credit
	// records or a promise.
	toneClearGrave = -0.5
	// toneClearSpecific and its sentence are taken off for a wording that says much
	// by itself: of so many characters or words, or several together.
	toneClearSpecific         = 0.5
	toneClearSpecificSentence = 0.2
	// toneClearAnswer and its sentence are for acts that answer what the person
	// brought up themselves.
	toneClearAnswer         = 0.1
	toneClearAnswerSentence = 0.4
)

const (
	specificHan   = 4
	specificWords = 3
)

// sample is an example with its features.
type sample struct {
	features []uint32
	family   Family // "" for a good text
}

// spread mixes a feature of up to three tokens into a slot.
func spread(kind, a, b, c uint32) uint32 {
	h := kind
	for _, x := range [...]uint32{a, b, c} {
		h = (h ^ x) * 0x9E3779B1
		h ^= h >> 15
	}
	return h % toneSize
}

// features appends those of tokens [from, to) of a text whose wordings have been
// collected: every word or character, each two and three in a row, words with one
// between them, and every concept of the lexicons that was named, whatever its
// wording.
func (s *scan) features(out []uint32, from, to int32) []uint32 {
	const edge = 7
	for i := from; i < to; i++ {
		t := s.tokens[i]
		if t.kind == kindWeak || t.kind == kindStrong {
			continue
		}
		before, far := uint32(edge), uint32(edge)
		if i > from {
			before = s.tokens[i-1].hash
		}
		if i > from+1 {
			far = s.tokens[i-2].hash
		}
		out = append(out, spread(1, t.hash, 0, 0), spread(2, before, t.hash, 0), spread(3, far, before, t.hash))
		if t.kind == kindWord {
			out = append(out, spread(4, far, t.hash, 0))
		}
	}
	for _, h := range s.hits {
		if h.start < from || h.end > to {
			continue
		}
		out = append(out, spread(5, uint32(h.symbol), 0, 0))
	}
	return out
}

// assent returns where a text begins after the words of assent and thanks that it
// opens with ("All right. ", "好的。"): they are no part of what is weighed.
func (l *lexicon) assent(s *scan) int32 {
	from := int32(0)
	for range s.hits {
		end := from
		for n := s.last(l.sets["assent"]); n >= 0; n = s.hits[n].next {
			if h := s.hits[n]; h.start == from && h.end > end {
				end = h.end
			}
		}
		if end == from || int(end) < len(s.tokens) && s.tokens[end].kind != kindStrong {
			break
		}
		for from = end; int(from) < len(s.tokens) && s.tokens[from].kind == kindStrong; {
			from++
		}
	}
	return from
}

// last is the hit of a symbol that was noted last, -1 for none.
func (s *scan) last(symbol int32) int32 {
	if s.stamps[symbol] != s.stamp {
		return -1
	}
	return s.heads[symbol]
}

// said is the number of words and characters from a token on.
func (s *scan) said(from int32) int {
	n := 0
	for _, t := range s.tokens[from:] {
		if t.kind == kindHan || t.kind == kindWord {
			n++
		}
	}
	return n
}

// sentence returns the tokens of the sentence that token at stands in.
func (s *scan) sentence(at int32) (from, to int32) {
	from, to = at, at+1
	for from > 0 && s.tokens[from-1].kind != kindStrong {
		from--
	}
	for int(to) < len(s.tokens) && s.tokens[to].kind != kindStrong {
		to++
	}
	return from, to
}

// learn reads the examples and computes the weights.
func (r *Reviewer) learn() (*tone, error) {
	names, err := fs.Glob(examples, "examples/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list the examples: %w", err)
	}
	var samples []sample
	for _, name := range names {
		b, err := examples.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		family := Family(strings.TrimSuffix(path.Base(name), ".txt"))
		if family == "allow" {
			family = ""
		} else if severity[family] == 0 {
			return nil, fmt.Errorf("examples %s: no such family", name)
		}
		for line := range strings.Lines(string(b)) {
			samples = append(samples, r.sample(line, family))
		}
	}
	t := &tone{votes: map[uint32]int{}}
	t.fit(samples)
	return t, nil
}

// sample reads a line of examples: its last field is the text.
func (r *Reviewer) sample(line string, family Family) sample {
	text := strings.TrimSpace(line[strings.LastIndexByte(line, '\t')+1:])
	slots, _ := places(text)
	s := r.scan(text, spansOf(slots))
	defer r.scans.Put(s)
	r.lex.collect(s, func(found) bool { return true })
	return sample{features: s.features(nil, r.lex.assent(s), int32(len(s.tokens))), family: family}
}

// fit is stochastic gradient descent with weights that decay; those of the
// second half of the rounds are averaged. Products are rounded on their own, so
// that no machine fuses them with a sum.
func (t *tone) fit(samples []sample) {
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	sums := make([]float64, toneSize)
	seed := uint64(1)
	for round := range rounds {
		shuffle(order, &seed)
		rate := 6 / (1 + float64(round)/3)
		for _, n := range order {
			t.step(samples[n], rate)
		}
		if round >= rounds/2 {
			for i, w := range t.weights {
				sums[i] += float64(w)
			}
		}
	}
	for i, sum := range sums {
		t.weights[i] = float32(sum / (rounds - rounds/2))
	}
	for _, s := range samples {
		if s.family != "" {
			t.vote(s)
		}
	}
}

// shuffle orders by a fixed sequence of numbers.
func shuffle(order []int, seed *uint64) {
	for i := len(order) - 1; i > 0; i-- {
		*seed = *seed*6364136223846793005 + 1442695040888963407
		j := int((*seed >> 33) % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
}

func (t *tone) step(s sample, rate float64) {
	want := 0.0
	if s.family != "" {
		want = 1
	}
	miss := want - 1/(1+math.Exp(-t.score(s.features)))
	scale := 1 / math.Sqrt(float64(len(s.features)+1))
	move, keep := float32(rate*miss*scale), float32(1-rate*decay)
	for _, f := range s.features {
		t.weights[f] = float32(t.weights[f]*keep) + move
	}
	t.bias += float32(0.02 * miss)
}

// score is how much a text's wording is like that of the refused examples: 0 is
// even, 1 is about three to one.
func (t *tone) score(features []uint32) float64 {
	sum := 0.0
	for _, f := range features {
		sum += float64(t.weights[f])
	}
	scale := 1 / math.Sqrt(float64(len(features)+1))
	return float64(sum*scale) + float64(t.bias)
}

// vote notes which families a feature of a refused example speaks for.
func (t *tone) vote(s sample) {
	for _, f := range s.features {
		i := t.votes[f]
		for i > 0 && t.ballots[i-1].severity != int32(severity[s.family]) {
			i = t.ballots[i-1].before
		}
		if i == 0 {
			t.ballots = append(t.ballots, ballot{severity: int32(severity[s.family]), before: t.votes[f]})
			i = len(t.ballots)
			t.votes[f] = i
		}
		t.ballots[i-1].seen++
	}
}

// family guesses what a refused text is.
func (t *tone) family(features []uint32) Family {
	sums := make([]float64, len(severity)+1) // by severity
	for _, f := range features {
		w, total := t.weights[f], float32(0)
		if w <= 0 {
			continue
		}
		for i := t.votes[f]; i > 0; i = t.ballots[i-1].before {
			total += t.ballots[i-1].seen
		}
		for i := t.votes[f]; i > 0; i = t.ballots[i-1].before {
			b := &t.ballots[i-1]
			sums[b.severity] += float64(w * b.seen / total)
		}
	}
	best, most := Threat, 0.0
	for family := range severity {
		if sum := sums[severity[family]]; sum > most || sum == most && sum > 0 && severity[family] < severity[best] {
			best, most = family, sum
		}
	}
	return best
}
