package live_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/client/js"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
)

// clientMost is how many bytes the client for pages may have.
const clientMost = 4096

func TestTheClientForPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	if got := len(js.Live); got >= clientMost {
		t.Errorf("got %d bytes, want fewer than %d", got, clientMost)
	}
	got := s.get(t, live.ClientPath, "Origin", "https://overlays.example")
	h := got.Header
	text := must.Get(io.ReadAll(got.Body))(t)
	must.Do(t, got.Body.Close())
	if got.StatusCode != http.StatusOK || string(text) != string(js.Live) || !strings.HasPrefix(h.Get("Content-Type"), "text/javascript") ||
		h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("ETag") == "" {
		t.Errorf("got %d with %v, want a script that every origin may import", got.StatusCode, h)
	}
	// OBS 30 is Chromium 103: what came later would end the script there.
	for _, later := range []string{`\.toSorted\(`, `Object\.groupBy`, `Promise\.withResolvers`, `\busing\b`, `/v[;,)]`} {
		if at := regexp.MustCompile(later).FindIndex(js.Live); at != nil {
			t.Errorf("got %s, which OBS 30 does not know", js.Live[at[0]:at[1]])
		}
	}
}
