package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"warmline/bot/llm"
	"warmline/bot/phrase"
)

// modelMetrics is what the service tells of its model: calls, tokens and cost
// by act and model, refused drafts by rule, and how long a person waited.
type modelMetrics struct {
	calls    *prometheus.CounterVec
	tokens   *prometheus.CounterVec
	cost     *prometheus.CounterVec
	took     *prometheus.HistogramVec
	phrased  *prometheus.CounterVec
	waited   *prometheus.HistogramVec
	rejected *prometheus.CounterVec
	opinions *prometheus.CounterVec
	keeper   *refusalKeeper // nil keeps none
}

func newModelMetrics(registry prometheus.Registerer, keeper *refusalKeeper) *modelMetrics {
	seconds := []float64{.05, .1, .2, .3, .5, .75, 1, 1.5, 2, 2.5, 3, 4}
	m := &modelMetrics{
		keeper:   keeper,
		calls:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_model_calls_total", Help: "Calls of a model, by act and outcome."}, []string{"model", "act", "outcome"}),
		tokens:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_model_tokens_total", Help: "Tokens by act, model and kind: prompt, answer, cached (part of prompt)."}, []string{"model", "act", "kind"}),
		cost:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_model_cost_total", Help: "Cost by act and model, in the currency of the configured prices."}, []string{"model", "act"}),
		took:     prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "warmline_model_seconds", Help: "One call of a model, to its full text.", Buckets: seconds}, []string{"model"}),
		phrased:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_phrased_total", Help: "Acts that a model might phrase, by what became of them."}, []string{"act", "outcome"}),
		waited:   prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "warmline_phrase_seconds", Help: "From a person's message to its phrased reply.", Buckets: seconds}, []string{"source"}),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_model_rejected_total", Help: "Drafts that did not pass the review, by rule."}, []string{"act", "rule"}),
		opinions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_second_opinions_total", Help: "Unclear texts that a model was asked about, by what became of it."}, []string{"outcome"}),
	}
	registry.MustRegister(m.calls, m.tokens, m.cost, m.took, m.phrased, m.waited, m.rejected, m.opinions)
	return m
}

// Called implements llm.Observer.
func (m *modelMetrics) Called(c llm.Call) {
	outcome := string(c.Kind)
	if outcome == "" {
		outcome = "answered"
	}
	m.calls.WithLabelValues(c.Model, c.Act, outcome).Inc()
	m.tokens.WithLabelValues(c.Model, c.Act, "prompt").Add(float64(c.Tokens.Prompt))
	m.tokens.WithLabelValues(c.Model, c.Act, "answer").Add(float64(c.Tokens.Answer))
	m.tokens.WithLabelValues(c.Model, c.Act, "cached").Add(float64(c.Tokens.Cached))
	m.cost.WithLabelValues(c.Model, c.Act).Add(c.Cost)
	if c.Took > 0 {
		m.took.WithLabelValues(c.Model).Observe(c.Took.Seconds())
	}
}

// Phrased implements phrase.Watcher.
func (m *modelMetrics) Phrased(r phrase.Report) {
	m.phrased.WithLabelValues(string(r.Act), r.Outcome).Inc()
	source := "template"
	switch r.Outcome {
	case "model", "repaired":
		source = "model"
	case "cache":
		source = "cache"
	}
	m.waited.WithLabelValues(source).Observe(max(r.Since, r.Took).Seconds())
}

// Rejected implements phrase.Watcher.
func (m *modelMetrics) Rejected(r phrase.Rejection) {
	m.rejected.WithLabelValues(r.Act, r.Rule).Inc()
	if m.keeper != nil {
		m.keeper.offer(r)
	}
}

// Opinion implements phrase.OpinionWatcher.
func (m *modelMetrics) Opinion(outcome string) { m.opinions.WithLabelValues(outcome).Inc() }
