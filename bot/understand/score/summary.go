package score

import (
	"slices"

	"warmline/dialog"
)

// guarded are the intents whose recall is stated by itself.
func guarded() []string {
	return []string{string(dialog.IntentSelfHarm), string(dialog.IntentRequestHuman), string(dialog.IntentCeaseContact), string(dialog.IntentWrongPerson)}
}

// Summarise computes the figures over results.
func Summarise(results []Result) Summary {
	s := Summary{Kind: "understand", Part: part(results), Recall: map[string]float64{}, ByLocale: map[string]Part{}}
	by := map[string][]Result{}
	nanos := make([]int64, 0, len(results))
	for _, r := range results {
		by[r.Line.Locale] = append(by[r.Line.Locale], r)
		nanos = append(nanos, r.Nanos)
	}
	for locale, list := range by {
		s.ByLocale[locale] = part(list)
	}
	for _, intent := range guarded() {
		if share, ok := recall(results, intent); ok {
			s.Recall[intent] = share
		}
	}
	if slices.Sort(nanos); len(nanos) > 0 {
		s.NsPerItem = nanos[len(nanos)/2]
	}
	return s
}

func part(results []Result) Part {
	p := Part{N: len(results)}
	right, top, stated, exact, calm, alarms := 0, 0, 0, 0, 0, 0
	for i := range results {
		r := &results[i]
		right += count(r.Right())
		top += count(r.InTop3())
		if len(r.Line.Entities) > 0 {
			stated++
			exact += count(r.EntitiesExact())
		}
		if r.Line.Intent != string(dialog.IntentSelfHarm) && !slices.Contains(r.Line.Also, string(dialog.IntentSelfHarm)) {
			calm++
			alarms += count(r.Crisis())
		}
	}
	p.Accuracy, p.Top3 = ratio(right, len(results)), ratio(top, len(results))
	p.EntityExact, p.FalseCrisis = ratio(exact, stated), ratio(alarms, calm)
	p.MacroF1 = macroF1(results)
	return p
}

func recall(results []Result, intent string) (share float64, ok bool) {
	n, hit := 0, 0
	for i := range results {
		r := &results[i]
		if r.Line.Intent != intent {
			continue
		}
		n++
		hit += count(r.Right() || intent == string(dialog.IntentSelfHarm) && r.Crisis())
	}
	return ratio(hit, n), n > 0
}

// macroF1 is the mean over the intents of the harmonic mean of precision and
// recall.
func macroF1(results []Result) float64 {
	type tally struct{ want, got, both int }
	by := map[string]*tally{}
	at := func(name string) *tally {
		if by[name] == nil {
			by[name] = &tally{}
		}
		return by[name]
	}
	for i := range results {
		r := &results[i]
		at(r.Line.Intent).want++
		at(string(r.Heard.Driving)).got++
		if r.Right() {
			at(r.Line.Intent).both++
		}
	}
	sum, n := 0.0, 0
	for _, t := range by {
		if t.want > 0 {
			n++
			sum += 2 * float64(t.both) / float64(t.want+t.got)
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
