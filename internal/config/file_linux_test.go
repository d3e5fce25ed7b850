package config_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
)

// TestAPipeIsNotWaitedFor wants an answer although nobody writes.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	must.Do(t, syscall.Mkfifo(pipe, 0o600))
	if _, errs := config.ReadFile(pipe); len(errs) != 1 || !strings.Contains(errs[0].Error(), "is not a file") {
		t.Errorf("got %v, want it refused", errs)
	}
	if _, err := config.ReadSecret(pipe); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("got %v, want it refused", err)
	}
}
