package command_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestAFirstCampaignAsInTheReadme types what README.md says, beside a server in a sandbox.
func TestAFirstCampaignAsInTheReadme(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	server := testnode.Start(t, command.Serve{
		DB: config.Database("sqlite:" + filepath.Join(folder, "almoner.db")), Addr: "127.0.0.1:0", Sandbox: true,
	})
	program := fmt.Sprintf("#!/bin/sh\nexec env %s=1 %q \"$@\"\n", asProgram, must.Get(os.Executable())(t))
	must.Do(t, os.WriteFile(filepath.Join(folder, "almoner"), []byte(program), 0o700))
	block := readmeBlock(t, "### A first campaign")
	if got := strings.Count(block, "almoner "); got != 4 {
		t.Errorf("got %d commands, want four", got)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-e", "-c", block)
	shell.Dir, shell.Env = folder, append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"))
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, rest, found := strings.Cut(string(out), "path: ")
	path, _, _ := strings.Cut(rest, "\n")
	if !found {
		t.Fatalf("got no path in %s", out)
	}
	for page, want := range map[string]string{path: "/donate", path + "/donate": "<form"} {
		if code, body := testnode.Get(t, server.URL+page); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: got %d, want a page with %s", page, code, want)
		}
	}
}

// readmeBlock is the first block of shell commands below a heading of README.md.
func readmeBlock(t *testing.T, heading string) string {
	t.Helper()
	_, below, found := strings.Cut(testnode.Read(t, "../../README.md"), heading+"\n")
	if !found {
		t.Fatalf("got no heading %q in README.md", heading)
	}
	_, block, _ := strings.Cut(below, "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	return block
}
