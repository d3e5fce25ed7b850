package server

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/certs"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/web/admin"
)

const (
	// examineFirst is how long after its start a node examines itself, when what was left over is done, examineSoon with somebody who waits for pings.
	examineFirst, examineSoon = 10 * time.Minute, 15 * time.Second
	// examineEvery is how often it does so from then on, and examineAgain how long after it found something that it did not find before.
	examineEvery, examineAgain = 10 * time.Minute, time.Minute
)

// Examine has a doctor look at what a node with these settings works with, in a database of the present schema, beside running nodes or without one.
func Examine(ctx context.Context, opened *store.Store, s Settings) ([]ops.Finding, error) {
	s.Secret = s.Secret.For(s.Database)
	n := &Node{Settings: s, store: opened}
	if keys, _, err := KeysAtHand(s.Secret); err == nil && len(keys) > 0 && s.TLS.Set() {
		opened.UseSecrets(seal.NewRing(keys, nil))
	}
	if err := n.buildPayments(ctx); err != nil {
		return nil, err
	}
	doctor := n.doctor()
	doctor.Damage = true
	return doctor.Examine(ctx), nil
}

// doctor examines what the node works with.
func (n *Node) doctor() ops.Doctor {
	d := ops.Doctor{
		Store: n.store, Database: n.Database, BaseURL: n.BaseURL, Now: time.Now, Connections: int(n.Limits.LiveConnections),
		BackupDir: n.Backups.Dir, BackupEvery: n.Backups.Every,
		Secret:        func(ctx context.Context) error { return checkKey(ctx, n.store, n.Secret) },
		PaymentsTitle: n.checkout.Payments().Title,
	}
	if n.Mail.Set() {
		d.Mail = mailPost(n.Mail).Check
	}
	if prober := n.checkout.Prober(); prober != nil {
		d.Payments = prober.Probe
	}
	if n.TLS.Set() {
		d.Certificates, d.Roots = n.certificates, certs.LocalRoots(n.TLS, time.Now())
	}
	return d
}

// findings are what the node found when it last examined itself, by the check: the worst of each.
type findings struct {
	mu  sync.Mutex
	all map[string]ops.Finding
	// at is when that was.
	at time.Time
}

// forAdmin are the findings for the pages of operators, the worst first, and when they were made.
func (f *findings) forAdmin() ([]admin.Finding, time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []admin.Finding
	for _, level := range []ops.Level{ops.Problem, ops.Warning, ops.OK} {
		for _, check := range slices.Sorted(maps.Keys(f.all)) {
			if one := f.all[check]; one.Level == level {
				all = append(all, admin.Finding{Check: check, Warning: level == ops.Warning, Problem: level == ops.Problem, Text: one.Text, Fix: one.Fix})
			}
		}
	}
	return all, f.at
}

// alarming are those that operators are to be told of, in no order.
func (f *findings) alarming() []ops.Finding {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Collect(maps.Values(f.all)), func(one ops.Finding) bool { return !one.Alarming() })
}

// well reports whether nothing is a problem, as of at most so long ago.
func (f *findings) well(now time.Time, within time.Duration) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if one.Level == ops.Problem {
			return false
		}
	}
	return !f.at.IsZero() && now.Sub(f.at) <= within
}

// note keeps new findings, and returns those whose check was on another level before.
func (f *findings) note(all []ops.Finding, at time.Time) (changed []ops.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = at
	before := f.all
	f.all = map[string]ops.Finding{}
	for _, one := range all {
		if last, is := f.all[one.Check]; !is || ops.Worst([]ops.Finding{last, one}) != last.Level {
			f.all[one.Check] = one
		}
	}
	for _, one := range f.all {
		if last, is := before[one.Check]; one.Level != last.Level && (is || one.Level != ops.OK) {
			changed = append(changed, one)
		}
	}
	return changed
}

// watchHealth has the node examine itself until ctx ends. What became worse or better is logged once.
func (n *Node) watchHealth(ctx context.Context) error {
	wait := examineFirst
	if n.Alarms.Ping != "" {
		wait = examineSoon
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = examineEvery
		if n.examine(ctx) {
			wait = examineAgain
		}
	}
}

// examine looks at everything once, and raises alarms. What was cut short says nothing. It reports whether something alarming is new, for which a second look comes soon.
func (n *Node) examine(ctx context.Context) (again bool) {
	found := n.doctor().Examine(ctx)
	if n.damaged.Load() {
		found = append(found, ops.Damaged())
	}
	if ctx.Err() != nil {
		return false
	}
	before := n.findings.alarming()
	for _, f := range n.findings.note(found, time.Now()) {
		n.Log.Log(ctx, logLevels[f.Level], "examined", "check", f.Check, "level", f.Level, "found", f.Text, "fix", f.Fix)
	}
	seen, again := sightings(n.findings.alarming(), before)
	if err := n.app.RaiseAlarms(ctx, app.System(), n.name(), seen); err != nil && ctx.Err() == nil {
		n.Log.WarnContext(ctx, "alarms cannot be kept", "error", err)
	}
	return again
}

// logLevels are how findings are logged. Much of what is a warning was decided by an operator, such as to send no mail.
var logLevels = map[ops.Level]slog.Level{ops.OK: slog.LevelInfo, ops.Warning: slog.LevelInfo, ops.Problem: slog.LevelError}

// findingMetrics collects the levels of what was found; nothing before the first examination.
type findingMetrics struct{ node *Node }

var (
	findingLevel = prometheus.NewDesc("almoner_finding",
		"What the node found when it last examined itself, by check: 0 ok, 1 a warning, 2 a problem.", []string{"check"}, nil)
	levelNumbers = map[ops.Level]float64{ops.OK: 0, ops.Warning: 1, ops.Problem: 2}
)

// Describe is that of prometheus.Collector.
func (f findingMetrics) Describe(out chan<- *prometheus.Desc) { out <- findingLevel }

// Collect is that of prometheus.Collector.
func (f findingMetrics) Collect(out chan<- prometheus.Metric) {
	f.node.findings.mu.Lock()
	defer f.node.findings.mu.Unlock()
	for check, one := range f.node.findings.all {
		out <- prometheus.MustNewConstMetric(findingLevel, prometheus.GaugeValue, levelNumbers[one.Level], check)
	}
}
