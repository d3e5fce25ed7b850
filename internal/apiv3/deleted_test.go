package apiv3_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testworld"
)

// TestADeletedUserHasNoName reads everything after an account is deleted: nothing fails, users keep what clients need, and nothing has the name.
func TestADeletedUserHasNoName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.DeleteAda(t.Context())
	former := 0
	for _, s := range scripts {
		got := w.call("GET", w.path(s.target), w.token(s.token), "")
		if got.Code >= http.StatusInternalServerError {
			t.Errorf("%s: got %d %s", s.target, got.Code, got.Body)
			continue
		}
		if got.Code != http.StatusOK {
			continue
		}
		body := got.Body.String()
		for _, name := range []string{"Løve", `"Ada"`, `"ada"`, "ada@example.org"} {
			if strings.Contains(body, name) {
				t.Errorf("%s: got %s in %s", s.target, name, body)
			}
		}
		for _, wrong := range testworld.FormerUser(got.Body.Bytes()) {
			t.Errorf("%s: %s", s.target, wrong)
		}
		if strings.Contains(body, "A former fundraiser") {
			former++
		}
	}
	if former == 0 {
		t.Error("got the former user nowhere")
	}
}
