package server_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// opened opens a node on a database file, closes it, and gives what it logged.
func opened(t *testing.T, path string) (log string, err error) {
	t.Helper()
	var written bytes.Buffer
	node, err := server.Open(t.Context(), server.Settings{Database: config.Database("sqlite:" + path), Log: slog.New(slog.NewTextHandler(&written, nil))})
	if err == nil {
		err = node.Close()
	}
	return written.String(), err
}

// epochOf is the epoch of a database file.
func epochOf(t *testing.T, path string) string {
	t.Helper()
	s := must.Get(store.Open(t.Context(), "sqlite:"+path, store.Options{}))(t)
	defer func() { must.Do(t, s.Close()) }()
	return must.Get(s.Epoch(t.Context()))(t)
}

// TestALostLogIsNoticed takes away what a database had committed, in each way that it happens, and wants the server not to start.
func TestALostLogIsNoticed(t *testing.T) {
	t.Parallel()
	path, _ := config.Database(storetest.SQLite(t)).File()
	must.Get(opened(t, path))(t)
	mark, found, err := ops.ReadMark(path)
	must.Do(t, err)
	if epoch := epochOf(t, path); !found || mark.Epoch != epoch {
		t.Fatalf("got the mark %+v, want one of the history %s", mark, epoch)
	}
	older := must.Get(os.ReadFile(path))(t)
	mark.Position += 7
	must.Do(t, mark.Write(path))
	if _, err := opened(t, path); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "almoner repair position") {
		t.Errorf("got %v, want the loss, and the way out", err)
	}
	if now := must.Get(os.ReadFile(path))(t); !bytes.Equal(now, older) {
		t.Error("got the file written to, want it as it was: its log may be found")
	}
	must.Do(t, os.Rename(path, path+".away"))
	if _, err := opened(t, path); !fault.Is(err, fault.Conflict) {
		t.Errorf("without the file: got %v, want the loss", err)
	}
}

// TestAnExchangedFileBeginsAHistory puts another database in the place of one.
func TestAnExchangedFileBeginsAHistory(t *testing.T) {
	t.Parallel()
	path, _ := config.Database(storetest.SQLite(t)).File()
	if log := must.Get(opened(t, path))(t); strings.Contains(log, "not the one") {
		t.Errorf("got %s at the first start, want nothing of it", log)
	}
	before := epochOf(t, path)
	must.Do(t, ops.Mark{Epoch: "another", Position: 1 << 40}.Write(path))
	if log := must.Get(opened(t, path))(t); !strings.Contains(log, "not the one that was served here last") {
		t.Errorf("got %s, want a warning", log)
	}
	after := epochOf(t, path)
	if after == before {
		t.Errorf("got the history %s again, want another one", after)
	}
	must.Get(opened(t, path))(t)
	if again := epochOf(t, path); again != after {
		t.Errorf("got the history %s at the next start, want %s", again, after)
	}
	must.Do(t, os.WriteFile(path+".position", []byte("nonsense"), 0o600))
	if _, err := opened(t, path); err == nil || !strings.Contains(err.Error(), filepath.Base(path)+".position") {
		t.Errorf("got %v, want the file that cannot be read", err)
	}
}
