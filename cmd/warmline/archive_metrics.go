package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"warmline/dialog/archive"
)

// archiveMetrics counts what the archive does.
type archiveMetrics struct {
	m       *metrics
	records *prometheus.CounterVec
}

func newArchiveMetrics(m *metrics) *archiveMetrics {
	a := &archiveMetrics{m: m, records: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "warmline_archive_records_total", Help: "Journal records taken from the store: written, or repeated."}, []string{"outcome"})}
	m.registry.MustRegister(a.records)
	return a
}

func (a *archiveMetrics) round(r archive.Round, err error) {
	a.records.WithLabelValues("written").Add(float64(r.Written))
	a.records.WithLabelValues("repeated").Add(float64(r.Repeated))
	if err != nil {
		a.m.Trouble("archive", err)
	}
}

// late is the alarm on lag: records wait in the store, which grows.
func (a *archiveMetrics) late(by time.Duration) {
	a.m.trouble.WithLabelValues("archive_lag").Inc()
	a.m.log.Error("the journal waits for its archive", "oldest", by.Round(time.Second))
}
