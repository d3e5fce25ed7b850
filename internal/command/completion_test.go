package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/must"
)

// printed is a file with what a command prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaint bytes.Buffer
	if code := command.Run(args, command.Terminal{In: strings.NewReader(""), Out: &out, Err: &complaint}); code != 0 {
		t.Fatalf("%q: got %d %s", args, code, &complaint)
	}
	path := filepath.Join(t.TempDir(), "printed")
	must.Do(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}

// asked runs a program, which must complain about nothing.
func asked(t *testing.T, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed", program)
	}
	c := exec.CommandContext(t.Context(), program, args...)
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil || complaint.Len() > 0 {
		t.Fatalf("%s %q: got %v %.2000s", program, args, err, &complaint)
	}
	return string(out)
}

// shells are how each shell is asked what it would propose for the words of a line, the last of which is not finished.
var shells = map[string]string{
	"bash": `source %[1]q; COMP_WORDS=(%[2]s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _almoner; printf '%%s\n' "${COMPREPLY[@]}"`,
	// The functions of the completion system work only at a prompt: these print what they are given.
	"zsh": `compdef() { : }; compset() { : }; _message() { : }; _files() { print -l -- $words[CURRENT]*(N) }; compadd() { shift; print -l -- $@ }
		_describe() { local all=${@[-1]}; print -l -- ${${(P)all}%%%%:*} }
		source %[1]q; words=(%[2]s); CURRENT=$#words; _almoner`,
	"fish": `source %[1]q; complete -C (string join ' ' -- %[2]s)`,
}

// TestShellsComplete asks the shells that are installed.
func TestShellsComplete(t *testing.T) {
	t.Parallel()
	for shell, ask := range shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			script := printed(t, "completion", shell)
			asked(t, shell, "-n", script)
			for _, c := range []struct {
				line, want string // of what is proposed
				not        string
			}{
				{`almoner ''`, "serve", "approve"},
				{`almoner cause ''`, "approve", "serve"},
				{`almoner cause member ''`, "remove", "approve"},
				{`almoner cause approve --`, "--version", "--addr"},
				{`almoner --config x cause ''`, "approve", "serve"},
				{`almoner cause approve --cause water --`, "--yes", "--addr"},
				{`almoner serve --log-level ''`, "debug", "text"},
				{`almoner serve --mail-anyone --`, "--config", "serve"},
				{`almoner serve --base-url ''`, "", "serve"},
				{`almoner completion ''`, "zsh", "serve"},
				{`almoner config check --config ` + script, script, "serve"},
			} {
				got := asked(t, shell, "-c", fmt.Sprintf(ask, script, c.line))
				proposed := map[string]bool{}
				for line := range strings.Lines(got) {
					name, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
					proposed[name] = true
				}
				if c.want != "" && !proposed[c.want] || proposed[c.not] {
					t.Errorf("%s: got %.300q, want %q and no %q", c.line, got, c.want, c.not)
				}
			}
		})
	}
}

// TestManualPage has its own tools look for mistakes, as far as they are installed.
func TestManualPage(t *testing.T) {
	t.Parallel()
	page := printed(t, "man")
	text := string(must.Get(os.ReadFile(page))(t))
	for _, name := range command.Names() {
		if !strings.Contains(text, ".SS almoner "+strings.ReplaceAll(name, "-", `\-`)+"\n") {
			t.Errorf("%s: is not in the manual page", name)
		}
	}
	if !strings.Contains(text, ".TP\n.BI \"\\-\\-base\\-url=\" \"URL\"\n") {
		t.Error("got no --base-url in the manual page")
	}
	t.Run("man", func(t *testing.T) {
		t.Parallel()
		asked(t, "man", "--warnings", "--local-file", "--encoding=utf8", "-Z", page)
	})
	t.Run("mandoc", func(t *testing.T) {
		t.Parallel()
		if _, err := exec.LookPath("mandoc"); err != nil {
			t.Skip("mandoc is not installed")
		}
		// The page has no date: two builds of a version have the same bytes.
		said, _ := exec.CommandContext(t.Context(), "mandoc", "-T", "lint", "-W", "warning", page).CombinedOutput()
		for line := range strings.Lines(string(said)) {
			if !strings.Contains(line, "missing date") {
				t.Errorf("got %s", line)
			}
		}
	})
}
