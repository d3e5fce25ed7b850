package server

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/almoner/almoner/internal/fund"
)

// workMetrics collects the numbers of background work, by kind. What the database does not answer is left out.
type workMetrics struct{ node *Node }

var (
	workDue = prometheus.NewDesc("almoner_work_due",
		"Rows of background work that are due, on whatever node; no more than 10000 are counted.", []string{"kind"}, nil)
	workOldest = prometheus.NewDesc("almoner_work_oldest_due_seconds",
		"For how long the oldest row of background work has been due; 0 when none is.", []string{"kind"}, nil)
	workFailures = prometheus.NewDesc("almoner_work_failures_total",
		"How often background work of this node failed; it is tried again.", []string{"kind"}, nil)
)

// Describe is that of prometheus.Collector.
func (w workMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- workDue
	out <- workOldest
	out <- workFailures
}

// Collect is that of prometheus.Collector.
func (w workMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, kind := range fund.Works() {
		label := string(kind)
		out <- prometheus.MustNewConstMetric(workFailures, prometheus.CounterValue, float64(w.node.app.WorkFailures(kind)), label)
		now := w.node.app.Now()
		due, oldest, err := w.node.store.CountWork(ctx, kind, now)
		if err != nil {
			continue
		}
		age := 0.0
		if due > 0 {
			age = max(0, now.Sub(oldest).Seconds())
		}
		out <- prometheus.MustNewConstMetric(workDue, prometheus.GaugeValue, float64(due), label)
		out <- prometheus.MustNewConstMetric(workOldest, prometheus.GaugeValue, age, label)
	}
}

// endWork waits for the work that was told to end. What a database took and does not answer is given up after ShutdownTimeout.
func (n *Node) endWork(ctx context.Context, running *sync.WaitGroup) {
	ended := make(chan struct{})
	go func() {
		running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(n.ShutdownTimeout):
		n.Log.WarnContext(ctx, "background work cut off", "after", n.ShutdownTimeout)
		n.store.Abandon()
		<-ended
	}
}
