package server

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/version"
)

// metrics are the numbers of one node, in a registry of their own.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	donations prometheus.Counter
	groups    prometheus.Histogram
	failures  prometheus.Counter
}

func newMetrics(n *Node) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "almoner_http_requests_total", Help: "Answered requests.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "almoner_http_request_seconds", Help: "Time from the request to the end of its answer.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 10},
		}, []string{"route", "status"}),
		donations: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "almoner_donations_completed_total", Help: "Donations that this node completed.",
		}),
		groups: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "almoner_write_group_size", Help: "Pieces of work in one transaction of a write lane.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "almoner_write_groups_failed_total", Help: "Transactions of write lanes that could not be committed.",
		}),
	}
	counter := func(name, help string, read func() float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read)
	}
	gauge := func(name, help string, read func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read)
	}
	m.registry.MustRegister(
		m.requests, m.seconds, m.donations, m.groups, m.failures,
		counter("almoner_cache_hits_total", "Reads that were answered from the cache.",
			func() float64 { hits, _ := n.cache.Stats(); return float64(hits) }),
		counter("almoner_cache_misses_total", "Reads that the cache had no answer for.",
			func() float64 { _, misses := n.cache.Stats(); return float64(misses) }),
		gauge("almoner_feed_position", "Position of the last event that this node has seen.",
			func() float64 { return float64(n.feed.Position()) }),
		gauge("almoner_projection_position", "Position of the last event that the leaderboards have, on whatever node it was folded.", n.projected),
		gauge("almoner_projection_lag_events", "Events that this node has seen and the leaderboards do not have yet.",
			func() float64 { return max(0, float64(n.feed.Position())-n.projected()) }),
		gauge("almoner_mail_server", "1 when a mail server is set, so that receipts are sent; else 0.", n.mailServers),
		gauge("almoner_receipts_waiting", "Receipts that wait to be sent by mail, on whatever node; no more than 10000 are counted.",
			n.receipts(fund.MailWaiting)),
		gauge("almoner_receipts_unknown", "Receipts of which nobody knows whether their mail was sent.", n.receipts(fund.MailUnknown)),
		gauge("almoner_receipts_refused", "Receipts whose mail was refused for good.", n.receipts(fund.MailRefused)),
		gauge("almoner_notices_open", "Events of payment providers that have not been applied.",
			func() float64 { open, _ := n.providerEvents(); return open }),
		gauge("almoner_notices_stuck", "Events that have not been applied although that was tried, or is due.",
			func() float64 { _, stuck := n.providerEvents(); return stuck }),
		counter("almoner_settled_uncounted_total", "How often settled money could not be counted, because a total would have been too large; it waits as an event.",
			func() float64 { return float64(n.app.Uncounted()) }),
		builtMetric(), findingMetrics{n}, workMetrics{n}, liveMetrics{n}, backupMetrics{n}, certificateMetrics{n}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// builtMetric is what the program was built from, in labels.
func builtMetric() prometheus.Collector {
	built := version.Built()
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "almoner_build_info", Help: "Always 1, with the version of Almoner, its commit and its Go as labels.",
		ConstLabels: prometheus.Labels{"version": built.Version, "commit": built.Commit, "goversion": built.Go},
	}, func() float64 { return 1 })
}

// projected is how far the leaderboards are; not a number while the database does not answer.
func (n *Node) projected() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	position, err := n.store.Projected(ctx)
	if err != nil {
		return math.NaN()
	}
	return float64(position)
}

// providerEvents counts those that are open and those that are stuck; not a number while the database does not answer.
func (n *Node) providerEvents() (open, stuck float64) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	all, waiting, err := n.store.CountProviderEvents(ctx, time.Now())
	if err != nil {
		return math.NaN(), math.NaN()
	}
	return float64(all), float64(waiting)
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Observe counts one answer.
func (m *metrics) Observe(route string, status int, seconds float64) {
	code := strconv.Itoa(status)
	m.requests.WithLabelValues(route, code).Inc()
	m.seconds.WithLabelValues(route, code).Observe(seconds)
}

func (m *metrics) committed(events []fund.Event) {
	for _, e := range events {
		if e.Topic == fund.TopicDonationCompleted && !e.Test {
			m.donations.Inc()
		}
	}
}

func (m *metrics) grouped(size int) { m.groups.Observe(float64(size)) }

func (m *metrics) groupFailed(error) { m.failures.Inc() }

// watch observes the answers of a handler that does not do so itself.
func (m *metrics) watch(route string, next http.Handler) http.Handler {
	observed := func(serve http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
			serve(seen, r)
			m.Observe(route, seen.status, time.Since(began).Seconds())
		}
	}
	if refuser, ok := next.(api.Refuser); ok {
		return watchedRefuser{observed(next.ServeHTTP), observed(refuser.Refuse)}
	}
	return observed(next.ServeHTTP)
}

// watchedRefuser is a watched handler that also answers requests whose path cannot be read.
type watchedRefuser struct {
	http.Handler
	refuse http.HandlerFunc
}

// Refuse answers that the request is malformed.
func (h watchedRefuser) Refuse(w http.ResponseWriter, r *http.Request) { h.refuse(w, r) }

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and passes it on.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
