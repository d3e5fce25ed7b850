package config_test

import (
	"os"
	"os/exec"
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
	if _, errs := config.ReadFile(pipe); len(errs) != 1 || !strings.Contains(errs[0].Error(), "is not a regular file") {
		t.Errorf("got %v, want it refused", errs)
	}
	if _, err := config.ReadSecret(pipe); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("got %v, want it refused", err)
	}
}

// TestSystemdReadsTheSame has systemd read lines with the reader that it has for EnvironmentFile and os-release alike, of which systemd-tmpfiles writes a
// field into a file.
func TestSystemdReadsTheSame(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("systemd-tmpfiles")
	if err != nil {
		t.Skip("systemd is not installed")
	}
	for _, line := range []string{
		"=plain", "=#0b6b50", "=", ` = Ana's "club" `, "='a \\ # $b'  ", `="a \"b\" \\ \$c \n d \` + "`" + `"`, "=$HOME", "=a=b", "=a;b", "=Grüße", "=a\r", `="a # b"`, "=\"a'b\"\t", "= smtp://u:p%40w@h:587",
	} {
		root := t.TempDir()
		must.Do(t, os.Mkdir(filepath.Join(root, "etc"), 0o700))
		must.Do(t, os.WriteFile(filepath.Join(root, "etc/os-release"), []byte("ID=x\nBUILD_ID"+line+"\n"), 0o600))
		must.Do(t, os.WriteFile(filepath.Join(root, "read.conf"), []byte("f+ /read - - - - [%B]\n"), 0o600))
		if out, err := exec.CommandContext(t.Context(), program, "--root="+root, "--create", filepath.Join(root, "read.conf")).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		theirs := string(must.Get(os.ReadFile(filepath.Join(root, "read")))(t))
		ours, errs := config.ReadFile(fileOf(t, "BUILD_ID"+line+"\n"))
		if len(errs) != 0 || len(ours.Lines) != 1 || "["+ours.Lines[0].Value+"]" != theirs {
			t.Errorf("%q: got %v %+v, want %s as systemd reads it", line, errs, ours.Lines, theirs)
		}
	}
}
