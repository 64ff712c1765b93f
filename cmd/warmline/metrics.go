package main

import (
	"log/slog"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"warmline/dialog"
	"warmline/dialog/manager"
)

// metrics is what the service tells of itself. No label holds anything that a
// person said or that the lender knows of them.
type metrics struct {
	registry *prometheus.Registry
	log      *slog.Logger

	turns    *prometheus.CounterVec
	turnTime *prometheus.HistogramVec
	commits  prometheus.Histogram
	acts     *prometheus.CounterVec
	rules    *prometheus.CounterVec
	items    *prometheus.CounterVec
	itemTime *prometheus.HistogramVec
	trouble  *prometheus.CounterVec
	sockets  *prometheus.CounterVec
	frames   *prometheus.CounterVec
}

func newMetrics(log *slog.Logger) *metrics {
	seconds := []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	m := &metrics{
		registry: prometheus.NewRegistry(), log: log,
		turns:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_turns_total", Help: "Turns by kind of event, channel and outcome."}, []string{"event", "channel", "code"}),
		turnTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "warmline_turn_seconds", Help: "From taking an event up to its commit.", Buckets: seconds}, []string{"event"}),
		commits:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "warmline_commit_seconds", Help: "The commit alone.", Buckets: seconds}),
		acts:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_acts_total", Help: "What the bot said, by act."}, []string{"act"}),
		rules:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_rules_total", Help: "Rules that were looked at, by outcome."}, []string{"rule", "outcome"}),
		items:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_outbox_total", Help: "Attempts to have something leave, by kind and outcome."}, []string{"kind", "outcome"}),
		itemTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "warmline_outbox_seconds", Help: "One attempt.", Buckets: seconds}, []string{"kind"}),
		trouble:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_trouble_total", Help: "What went wrong, by kind."}, []string{"kind"}),
	}
	m.sockets = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_socket_ends_total", Help: "Web sockets that ended, by close code."}, []string{"code"})
	m.frames = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_frames_total", Help: "Frames by direction and type."}, []string{"direction", "type"})
	m.registry.MustRegister(m.turns, m.turnTime, m.commits, m.acts, m.rules, m.items, m.itemTime, m.trouble, m.sockets, m.frames,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// gauge registers a value that is asked for when metrics are read.
func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Turn implements manager.Observer.
func (m *metrics) Turn(r manager.TurnReport) {
	code := string(r.Code)
	if r.Duplicate {
		code = string(dialog.CodeDuplicate)
	}
	m.turns.WithLabelValues(string(r.Kind), string(r.Channel), code).Inc()
	m.turnTime.WithLabelValues(string(r.Kind)).Observe(r.Took.Seconds())
	m.commits.Observe(r.Commit.Seconds())
	for _, a := range r.Acts {
		m.acts.WithLabelValues(string(a)).Inc()
	}
	for _, f := range r.Fired {
		m.rules.WithLabelValues(f.Rule, f.Outcome).Inc()
	}
	m.log.Debug("turn", "event", string(r.Kind), "channel", string(r.Channel), "code", code,
		"tries", strconv.Itoa(r.Tries), "took", r.Took.Round(time.Microsecond))
}

// Item implements manager.Observer.
func (m *metrics) Item(r manager.ItemReport) {
	m.items.WithLabelValues(r.Kind, r.Outcome).Inc()
	m.itemTime.WithLabelValues(r.Kind).Observe(r.Took.Seconds())
	m.log.Debug("outbox", "kind", r.Kind, "outcome", r.Outcome, "attempt", r.Attempt)
}

// Trouble implements manager.Observer.
func (m *metrics) Trouble(kind string, err error) {
	m.trouble.WithLabelValues(kind).Inc()
	m.log.Error("trouble", "kind", kind, "code", string(dialog.CodeOf(err)), "error", err)
}

// chatMetrics counts for the web channel.
type chatMetrics struct{ m *metrics }

func (m *metrics) chat() chatMetrics { return chatMetrics{m} }

// Connection implements webchat.Observer.
func (c chatMetrics) Connection(change, code int) {
	if change < 0 {
		c.m.sockets.WithLabelValues(strconv.Itoa(code)).Inc()
	}
}

// Frame implements webchat.Observer.
func (c chatMetrics) Frame(sent bool, kind string) {
	direction := "in"
	if sent {
		direction = "out"
	}
	c.m.frames.WithLabelValues(direction, kind).Inc()
}

// Trouble implements webchat.Observer. A refusal is the client's trouble and
// only counted.
func (c chatMetrics) Trouble(kind string, err error) {
	c.m.trouble.WithLabelValues("web:" + kind).Inc()
	if code := dialog.CodeOf(err); code == dialog.CodeInternal || code == dialog.CodeUnavailable {
		c.m.log.Error("web trouble", "kind", kind, "code", string(code), "error", err)
	}
}
