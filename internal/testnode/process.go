package testnode

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// Build builds the program, with more flags for go build, and returns its path. Tests that run at the same time share what is built with the
// same flags: linking takes seconds. The last of them removes it.
func Build(t *testing.T, flags ...string) string {
	t.Helper()
	key := strings.Join(flags, " ")
	built.Lock()
	defer built.Unlock()
	one := built.programs[key]
	if one == nil {
		folder := must.Get(os.MkdirTemp("", "testnode"))(t) //nolint:usetesting // it outlives the test that is first
		one = &binary{folder: folder}
		if out, err := build(t.Context(), one.path(), flags); err != nil {
			_ = os.RemoveAll(folder)
			t.Fatalf("build: %v\n%s", err, out)
		}
		built.programs[key] = one
	}
	one.users++
	t.Cleanup(func() {
		built.Lock()
		defer built.Unlock()
		if one.users--; one.users == 0 {
			delete(built.programs, key)
			must.Do(t, os.RemoveAll(one.folder))
		}
	})
	return one.path()
}

// binary is a program that was built, and how many tests use it.
type binary struct {
	folder string
	users  int
}

func (b *binary) path() string { return filepath.Join(b.folder, "almoner") }

// built are the programs that tests use now, by their flags.
var built = struct {
	sync.Mutex
	programs map[string]*binary
}{programs: map[string]*binary{}}

func build(ctx context.Context, path string, flags []string) ([]byte, error) {
	words := slices.Concat([]string{"build", "-buildvcs=false", "-o", path}, flags, []string{"github.com/almoner/almoner/cmd/almoner"})
	cmd := exec.CommandContext(ctx, "go", words...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.CombinedOutput()
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

// ready reads what a demo or a server prints, up to the line that says that it answers.
func ready(out io.Reader) error {
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "Almoner is ready") || strings.HasPrefix(line, "Almoner listens on") {
			return err
		}
	}
}
