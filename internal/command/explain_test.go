package command_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/fault"
)

// TestArgumentsWithoutEndAreNotRepeated wants the way out still to be read.
func TestArgumentsWithoutEndAreNotRepeated(t *testing.T) {
	t.Parallel()
	endless := strings.Repeat("é ", 50_000)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve", "--base-url", endless}, "write it like https://give.example.org"},
		{[]string{"serve", "--log-level", endless}, "must be one of"},
		{[]string{"version", endless}, "unexpected argument"},
		{[]string{"receipts", "send", "--db", "sqlite:" + filepath.Join(t.TempDir(), "a.db"), "--donation", endless}, "write it like 0192f0a4"},
	} {
		var out, problem bytes.Buffer
		code := command.Run(c.args, command.Terminal{In: strings.NewReader(""), Out: &out, Err: &problem})
		if got := out.String() + problem.String(); code == 0 || len(got) > 8000 || !strings.Contains(got, c.want) {
			t.Errorf("%s: got exit code %d and %d bytes %.300s…, want a short error with %q", c.args[0], code, len(got), got, c.want)
		}
	}
}

func TestMessagesAtTheirEdge(t *testing.T) {
	t.Parallel()
	const most = 40 * fault.MaxEcho
	for _, c := range []struct {
		length int
		cut    bool
	}{{most, false}, {most + 1, true}} {
		message := "a" + strings.Repeat("b", c.length-2) + "c"
		got := command.Explain(fault.New(fault.Malformed, "%s", message))
		if (got != message) != c.cut || got[0] != 'a' || got[len(got)-1] != 'c' || len(got) > most+len("…") {
			t.Errorf("%d bytes: got %d, want it cut: %t, and its beginning and its end", c.length, len(got), c.cut)
		}
	}
}
