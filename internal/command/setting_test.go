package command_test

import (
	"strings"
	"testing"
)

func TestSettingsFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	for _, c := range []struct {
		words   []string
		value   bool
		version float64
	}{
		{[]string{"setting", "list"}, false, 0},
		{[]string{"setting", "set", "open_causes", "true"}, true, 1},
		{[]string{"setting", "set", "open_causes", "true"}, true, 1},
		{[]string{"setting", "set", "open_causes", "false"}, false, 2},
		{[]string{"setting", "list"}, false, 2},
	} {
		got := h.objects(c.words...)[0]
		if got["key"] != "open_causes" || got["value"] != c.value || got["version"] != c.version || got["help"] == "" {
			t.Errorf("%s: got %v, want %t in version %v", c.words, got, c.value, c.version)
		}
	}
	for value, want := range map[string]string{"yes": "value must be true or false", "null": "value must be true or false", "1": "value must be true or false"} {
		h.refused(1, want, "setting", "set", "open_causes", value)
	}
	if all := h.objects("setting", "list"); len(all) != 5 || all[1]["key"] != "claim_days" || all[1]["value"] != 90.0 || all[1]["version"] != 0.0 {
		t.Errorf("got %v, want the days that addresses are kept, too", all)
	}
	h.refused(1, "value must be a whole number of days from 1 to 3650", "setting", "set", "claim_days", "0")
	if got := h.object("setting", "set", "registration", "off"); got["value"] != "off" {
		t.Errorf("got %v, want a word without quotes taken", got)
	}
	if got := h.must("setting", "set", "registration", `"open"`); !strings.HasPrefix(got, "registration: open. ") {
		t.Errorf("got %q, want the word", got)
	}
	h.refused(1, "value must be open, approval or off", "setting", "set", "registration", "never")
	h.refused(1, "value must be en, de or ar", "setting", "set", "language", "fr")
	h.refused(1, "key is no setting; see: almoner setting list", "setting", "set", "mode", "true")
}
