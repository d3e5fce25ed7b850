package server

import "github.com/prometheus/client_golang/prometheus"

// liveMetrics collects the numbers of live connections.
type liveMetrics struct{ node *Node }

var (
	liveOpen = prometheus.NewDesc("almoner_live_connections",
		"Live connections to this node that are open, by kind.", []string{"kind"}, nil)
	liveMessages = prometheus.NewDesc("almoner_live_messages_total",
		"Messages that were queued for live connections.", nil, nil)
	liveSlow = prometheus.NewDesc("almoner_live_slow_total",
		"Live connections that were closed because their clients did not read what they were sent; they resume.", nil, nil)
	liveRefused = prometheus.NewDesc("almoner_live_refused_total",
		"Live connections that were refused because there were too many, of all or from one address.", nil, nil)
)

// Describe is that of prometheus.Collector.
func (l liveMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- liveOpen
	out <- liveMessages
	out <- liveSlow
	out <- liveRefused
}

// Collect is that of prometheus.Collector.
func (l liveMetrics) Collect(out chan<- prometheus.Metric) {
	stats := l.node.hub.Stats()
	for kind, open := range stats.Open {
		out <- prometheus.MustNewConstMetric(liveOpen, prometheus.GaugeValue, float64(open), kind)
	}
	out <- prometheus.MustNewConstMetric(liveMessages, prometheus.CounterValue, float64(stats.Messages))
	out <- prometheus.MustNewConstMetric(liveSlow, prometheus.CounterValue, float64(stats.Slow))
	out <- prometheus.MustNewConstMetric(liveRefused, prometheus.CounterValue, float64(stats.Refused))
}
