package ops

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// MinEvery is the shortest time between two backups of a schedule.
	MinEvery = time.Minute
	// retryBackup is the wait after a backup that failed, unless the next one is due before.
	retryBackup = 5 * time.Minute
	// scheduledPrefix begins the names of backups of a schedule. Others in its folder stay for ever.
	scheduledPrefix = "almoner-scheduled-"
)

// Schedule makes backups in a folder, one every so often, and keeps the newest ones.
type Schedule struct {
	Backup
	Folder string
	Every  time.Duration
	// Keep is how many stay; 0 for all.
	Keep int
	Log  *slog.Logger

	mu   sync.Mutex
	past Past
}

// Past is what became of the backups of a schedule.
type Past struct {
	// Last is when the last good one was begun, Size how long it is; the zero values before there is one.
	Last time.Time
	Size int64
	// Failures counts those that failed since the start.
	Failures int64
}

// Past is what became of the backups so far.
func (s *Schedule) Past() Past {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.past
}

// CheckFolder refuses a folder that cannot take backups; "" is none.
func CheckFolder(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = errors.New("it is no folder")
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The folder %s for backups cannot be used; make it, or choose another one with --backup-dir.", path)
	}
	return nil
}

// Begin refuses a folder that cannot be used, and looks up which backups it has.
func (s *Schedule) Begin() error {
	if err := CheckFolder(s.Folder); err != nil {
		return err
	}
	kept, err := s.kept()
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The folder %s for backups cannot be read; allow it, or choose another one with --backup-dir.", s.Folder)
	}
	if len(kept) > 0 {
		s.past.Last, s.past.Size = kept[0].at, kept[0].size
	}
	return nil
}

// Run makes backups when they are due until ctx ends; then its error is nil. A backup that fails is logged and counted, and tried again.
func (s *Schedule) Run(ctx context.Context) error {
	wait := s.untilDue()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		err := s.Once(ctx)
		wait = s.untilDue()
		if err != nil {
			wait = min(retryBackup, s.Every)
		}
	}
}

// untilDue is how long the next backup has time. One that is dated ahead of now says nothing.
func (s *Schedule) untilDue() time.Duration {
	now, last := s.Now(), s.Past().Last
	if last.After(now) {
		return 0
	}
	return max(0, last.Add(s.Every).Sub(now))
}

// Once makes a backup, and removes those that are no longer kept.
func (s *Schedule) Once(ctx context.Context) error {
	now := s.Now()
	made, err := s.ToFile(ctx, filepath.Join(s.Folder, scheduledPrefix+now.UTC().Format(stamp)+s.End()))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.mu.Lock()
	if err == nil {
		s.past.Last, s.past.Size = made.At, made.Size
	} else {
		s.past.Failures++
	}
	s.mu.Unlock()
	if err != nil {
		s.Log.ErrorContext(ctx, "the backup failed; it is tried again", "folder", s.Folder, "error", err)
		return err
	}
	s.Log.InfoContext(ctx, "made a backup", "file", made.File, "bytes", made.Size, "position", made.Holds.Position)
	if err := s.prune(); err != nil {
		s.Log.WarnContext(ctx, "old backups cannot be removed", "folder", s.Folder, "error", err)
	}
	return nil
}

// prune removes the backups of schedules that are older than the newest ones.
func (s *Schedule) prune() error {
	if s.Keep == 0 {
		return nil
	}
	kept, err := s.kept()
	if err != nil {
		return err
	}
	for _, old := range kept[min(s.Keep, len(kept)):] {
		err = errors.Join(err, os.Remove(filepath.Join(s.Folder, old.name)))
	}
	return err
}

// keptBackup is a backup of a schedule.
type keptBackup struct {
	name string
	at   time.Time
	size int64
}

// kept lists the backups of schedules, the newest first.
func (s *Schedule) kept() ([]keptBackup, error) {
	entries, err := os.ReadDir(s.Folder)
	if err != nil {
		return nil, err
	}
	var all []keptBackup
	for _, e := range entries {
		at, is := scheduledAt(e.Name())
		info, err := e.Info()
		if is && err == nil && info.Mode().IsRegular() {
			all = append(all, keptBackup{e.Name(), at, info.Size()})
		}
	}
	slices.SortFunc(all, func(a, b keptBackup) int { return b.at.Compare(a.at) })
	return all, nil
}

// scheduledAt is when a backup of a schedule was begun, by its name.
func scheduledAt(name string) (time.Time, bool) {
	for _, end := range []string{PlainEnd, EncryptedEnd} {
		rest, is := strings.CutPrefix(name, scheduledPrefix)
		written, ends := strings.CutSuffix(rest, end)
		if at, err := time.Parse(stamp, written); is && ends && err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
