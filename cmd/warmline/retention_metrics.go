package main

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"warmline/dialog/retention"
)

// retentionMetrics counts what retention does.
type retentionMetrics struct {
	m      *metrics
	erased *prometheus.CounterVec
	chats  *prometheus.CounterVec
	at     atomic.Int64 // of the last run that was finished, 0: none
}

func newRetentionMetrics(m *metrics) *retentionMetrics {
	r := &retentionMetrics{m: m,
		erased: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_retention_total", Help: "Lines and journal records that retention erased, or would have (dry)."}, []string{"class", "outcome"}),
		chats:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "warmline_retention_conversations_total", Help: "Conversations that a run looked at, and those that were held, busy or failed."}, []string{"outcome"}),
	}
	m.registry.MustRegister(r.erased, r.chats)
	m.gauge("warmline_retention_age_seconds", "Time since retention last finished a run; -1: never.", func() float64 {
		if at := r.at.Load(); at > 0 {
			return time.Since(time.Unix(at, 0)).Seconds()
		}
		return -1
	})
	return r
}

func (r *retentionMetrics) last(at time.Time) {
	if !at.IsZero() {
		r.at.Store(at.Unix())
	}
}

func (r *retentionMetrics) run(s retention.Summary) {
	outcome := "erased"
	if s.Dry {
		outcome = "dry"
	}
	for class, n := range s.Erased {
		r.erased.WithLabelValues(class, outcome).Add(float64(n))
	}
	for what, n := range map[string]int{"seen": s.Conversations, "held": s.Held, "busy": s.Busy, "failed": s.Failed} {
		r.chats.WithLabelValues(what).Add(float64(n))
	}
	r.m.log.Info("retention", "dry", s.Dry, "conversations", s.Conversations, "erased", s.Erased, "held", s.Held, "busy", s.Busy, "failed", s.Failed)
}
