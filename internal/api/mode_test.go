package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
)

// TestEveryAnswerSaysThatMoneyIsPlayMoney looks at answers that are made, kept, unchanged, errors and none at all.
func TestEveryAnswerSaysThatMoneyIsPlayMoney(t *testing.T) {
	t.Parallel()
	mode := "sandbox"
	settings, _ := quiet()
	settings.Cache, settings.Mode = api.NewCache(0), func(context.Context) string { return mode }
	s := &source{fresh: &api.Freshness{}}
	h := api.New(testWire(), []route{{Method: "GET", Pattern: "/things/{id}/{part}", Shared: true, Handle: s.handle}}, settings)
	etag := ask(h, "GET", "/api/v9/things/a/b", "").Header().Get("Etag")
	for _, said := range []string{"sandbox", "test", ""} {
		mode = said
		for name, c := range map[string]struct {
			method, path, header string
			status               int
		}{
			"kept": {"GET", "/api/v9/things/a/b", "", 200}, "unchanged": {"GET", "/api/v9/things/a/b", etag, 304}, "head": {"HEAD", "/api/v9/things/a/b", "", 200},
			"nothing there": {"GET", "/api/v9/none", "", 445}, "wrong method": {"PUT", "/api/v9/things/a/b", "", 446}, "options": {"OPTIONS", "/api/v9/things/a/b", "", 204},
		} {
			r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil)
			r.Header.Set("If-None-Match", c.header)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			exposed := strings.HasSuffix(w.Header().Get("Access-Control-Expose-Headers"), ", "+api.ModeHeader)
			if _, has := w.Header()[api.ModeHeader]; w.Code != c.status || w.Header().Get(api.ModeHeader) != said || has != (said != "") || exposed != has {
				t.Errorf("%s in mode %q: got %d with %v, want %d that says and exposes it", name, said, w.Code, w.Header(), c.status)
			}
		}
		w := httptest.NewRecorder()
		h.(api.Refuser).Refuse(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v9/things", nil))
		if w.Header().Get(api.ModeHeader) != said {
			t.Errorf("unreadable in mode %q: got %v", said, w.Header())
		}
	}
	if got := s.reads.Load(); got != 1 {
		t.Errorf("got %d reads at the source, want that the kept answer says it", got)
	}
}
