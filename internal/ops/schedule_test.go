package ops_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestTheNewestBackupsOfAScheduleStay makes several a day apart beside files of others, and wants those to stay.
func TestTheNewestBackupsOfAScheduleStay(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := must.Get(store.Open(t.Context(), storetest.SQLite(t), store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	others := []string{"almoner-20200101T000000Z.db.zst", "almoner-scheduled-20200101T000000Z.db", "almoner-scheduled-2020.db.zst", "notes.txt"}
	for _, name := range others {
		must.Do(t, os.WriteFile(filepath.Join(folder, name), []byte("of others"), 0o600))
	}
	now := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	schedule := &ops.Schedule{
		Backup: ops.Backup{Store: s, Now: func() time.Time { return now }},
		Folder: folder, Every: 24 * time.Hour, Keep: 2, Log: slog.New(slog.DiscardHandler),
	}
	must.Do(t, schedule.Begin())
	for range 4 {
		must.Do(t, schedule.Once(t.Context()))
		now = now.Add(24 * time.Hour)
	}
	want := append(slices.Clone(others), "almoner-scheduled-20261103T030000Z.db.zst", "almoner-scheduled-20261104T030000Z.db.zst")
	var got []string
	for _, e := range must.Get(os.ReadDir(folder))(t) {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if past := schedule.Past(); past.Last != now.Add(-24*time.Hour) || past.Size == 0 || past.Failures != 0 {
		t.Errorf("got %+v, want the last one", past)
	}
	again := &ops.Schedule{Backup: schedule.Backup, Folder: folder, Log: schedule.Log}
	must.Do(t, again.Begin())
	if got, want := again.Past(), schedule.Past(); got != want {
		t.Errorf("got %+v after a start, want %+v", got, want)
	}
}

// TestABackupThatFailsIsCounted takes the folder away, and wants it to be refused at the start, too.
func TestABackupThatFailsIsCounted(t *testing.T) {
	t.Parallel()
	s := must.Get(store.Open(t.Context(), storetest.SQLite(t), store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	folder := filepath.Join(t.TempDir(), "backups")
	must.Do(t, os.Mkdir(folder, 0o700))
	schedule := &ops.Schedule{Backup: ops.Backup{Store: s, Now: time.Now}, Folder: folder, Every: time.Hour, Log: slog.New(slog.DiscardHandler)}
	must.Do(t, schedule.Begin())
	must.Do(t, os.Remove(folder))
	if err := schedule.Once(t.Context()); err == nil {
		t.Error("got a backup in no folder, want an error")
	}
	if past := schedule.Past(); past.Failures != 1 || !past.Last.IsZero() {
		t.Errorf("got %+v, want one failure", past)
	}
	if err := schedule.Begin(); err == nil || !strings.Contains(err.Error(), "--backup-dir") {
		t.Errorf("got %v, want the setting that is wrong", err)
	}
	must.Do(t, os.WriteFile(folder, nil, 0o600))
	if err := schedule.Begin(); err == nil {
		t.Error("got a file taken for a folder, want an error")
	}
}

// TestWhatKilledProcessesLeaveGoes wants folders of work that are a day old to go, and younger ones to stay.
func TestWhatKilledProcessesLeaveGoes(t *testing.T) {
	t.Parallel()
	s := must.Get(store.Open(t.Context(), storetest.SQLite(t), store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	folder := filepath.Join(t.TempDir(), "with [signs]*")
	for name, age := range map[string]time.Duration{".almoner-ops-old": 25 * time.Hour, ".almoner-ops-young": time.Hour} {
		path := filepath.Join(folder, name)
		must.Do(t, os.MkdirAll(path, 0o700))
		must.Do(t, os.WriteFile(filepath.Join(path, "almoner.db"), []byte("half"), 0o600))
		must.Do(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
	}
	must.Get(ops.Backup{Store: s, Now: time.Now}.ToFile(t.Context(), filepath.Join(folder, "x.db.zst")))(t)
	if left := must.Get(filepath.Glob(filepath.Join(filepath.Dir(folder), "with*", ".almoner-ops-*")))(t); len(left) != 1 || !strings.HasSuffix(left[0], "young") {
		t.Errorf("got %v, want the young one alone", left)
	}
}
