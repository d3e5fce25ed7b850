package testnode

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// Build builds the program, with more flags for go build, and returns its path.
func Build(t *testing.T, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "almoner")
	words := slices.Concat([]string{"build", "-buildvcs=false", "-o", path}, flags, []string{"github.com/almoner/almoner/cmd/almoner"})
	cmd := exec.CommandContext(t.Context(), "go", words...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// Launch starts a demo in a process of its own and returns its log once it is ready. The caller ends the process, and
// reads the log after that.
func Launch(t *testing.T, program *exec.Cmd) *bytes.Buffer {
	t.Helper()
	log := new(bytes.Buffer)
	program.Stderr = log
	out := must.Get(program.StdoutPipe())(t)
	must.Do(t, program.Start())
	if err := ready(out); err != nil {
		_ = program.Process.Kill()
		_ = program.Wait()
		t.Fatalf("the demo did not become ready: %v\n%s", err, log)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return log
}

// ready reads what a demo prints, up to the line that says that it is ready.
func ready(out io.Reader) error {
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "Almoner is ready") {
			return err
		}
	}
}
