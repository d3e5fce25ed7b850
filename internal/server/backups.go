package server

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/ops"
)

// CheckBackups reports which settings of backups do not go together, or with the database.
func CheckBackups(c config.Backups, database config.Database) error {
	if c.Dir == "" {
		if len(c.AgeRecipient) > 0 {
			return errors.New("--backup-dir is missing: with --backup-age-recipient, say where backups are kept")
		}
		return nil
	}
	if _, file := database.File(); !file {
		return errors.New("--backup-dir is for SQLite: make backups of PostgreSQL with its own tools")
	}
	if c.Every < ops.MinEvery {
		return fmt.Errorf("--backup-every is too short: write at least %s", ops.MinEvery)
	}
	if _, err := ops.Recipients(c.AgeRecipient); err != nil {
		return fmt.Errorf("--backup-age-recipient: %w", err)
	}
	return nil
}

// scheduleBackups prepares the backups that the settings ask for.
func (n *Node) scheduleBackups() error {
	if n.Backups.Dir == "" {
		return nil
	}
	recipients, err := ops.Recipients(n.Backups.AgeRecipient)
	if err != nil {
		return err
	}
	n.backups = &ops.Schedule{
		Backup: ops.Backup{Store: n.store, For: recipients, Now: time.Now},
		Folder: n.Backups.Dir, Every: n.Backups.Every, Keep: int(n.Backups.Keep), Log: n.Log,
	}
	return n.backups.Begin()
}

// backupMetrics collects what became of the backups of the schedule; nothing without one.
type backupMetrics struct{ node *Node }

var (
	backupLast = prometheus.NewDesc("almoner_backup_last_success_timestamp_seconds",
		"When the last good backup of the schedule was begun, in seconds since 1970; 0 before there is one.", nil, nil)
	backupBytes    = prometheus.NewDesc("almoner_backup_last_success_bytes", "How long that backup is.", nil, nil)
	backupFailures = prometheus.NewDesc("almoner_backup_failures_total", "Backups of the schedule that failed since the start; they are tried again.", nil, nil)
)

// Describe is that of prometheus.Collector.
func (b backupMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- backupLast
	out <- backupBytes
	out <- backupFailures
}

// Collect is that of prometheus.Collector.
func (b backupMetrics) Collect(out chan<- prometheus.Metric) {
	if b.node.backups == nil {
		return
	}
	past, last := b.node.backups.Past(), 0.0
	if !past.Last.IsZero() {
		last = float64(past.Last.Unix())
	}
	out <- prometheus.MustNewConstMetric(backupLast, prometheus.GaugeValue, last)
	out <- prometheus.MustNewConstMetric(backupBytes, prometheus.GaugeValue, float64(past.Size))
	out <- prometheus.MustNewConstMetric(backupFailures, prometheus.CounterValue, float64(past.Failures))
}
