package command_test

import (
	"strings"
	"testing"
)

// TestDonorsAreNamedOneWay wants an address or a donation.
func TestDonorsAreNamedOneWay(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	const id = "0192f0a4-7c1e-7000-8000-000000000000"
	for _, c := range []struct {
		flags []string
		code  int
		want  string
	}{
		{nil, 2, "say --mail or --donation"}, {[]string{"--mail", "ada@example.org", "--donation", id}, 2, "say --mail or --donation"},
		{[]string{"--donation", "nonsense"}, 2, "is not the id of a donation"}, {[]string{"--donation", id}, 1, "There is no donation"},
	} {
		for _, does := range []string{"export", "erase"} {
			code, _, complaint := h.run(append([]string{"donor", does}, c.flags...)...)
			if code != c.code || !strings.Contains(complaint, c.want) {
				t.Errorf("donor %s %q: got %d: %s, want %d and %q", does, c.flags, code, complaint, c.code, c.want)
			}
		}
	}
	if got := h.must("donor", "export", "--mail", "ada@example.org"); got != "" {
		t.Errorf("got %q for an address that gave nothing, want nothing", got)
	}
	if got := h.must("donor", "erase", "--mail", "ada@example.org"); got != "No donation has that address.\n" {
		t.Errorf("got %q, want that nothing is known", got)
	}
}
