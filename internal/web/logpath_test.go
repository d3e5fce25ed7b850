package web_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web"
)

// TestLogsHaveNoKeys reads the paths that errors are logged with.
func TestLogsHaveNoKeys(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/gifts/abc": "/gifts/…", "/gifts/abc/receipt": "/gifts/…", "/gifts/paid/abc": "/gifts/…", "/gifts/abc/pay": "/gifts/…", "/@ada/run/donate": "/@ada/run/donate",
	} {
		if got := web.LogPath(httptest.NewRequestWithContext(t.Context(), "GET", path, nil)); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// TestWhoGoesAwayIsNoError wants no error in the log for a page that nobody waits for any more.
func TestWhoGoesAwayIsNoError(t *testing.T) {
	t.Parallel()
	w := testworld.Populate(t, testworld.New(t, testworld.Options{At: testworld.Start}))
	pages := web.New(web.Options{App: w.App, BaseURL: "http://x", Log: w.Logger})
	campaign := "/@" + w.Ada.Slug + "/" + w.Campaign.Slug
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for _, path := range []string{campaign, campaign + "/donate", campaign + "/donate?amount=5"} {
		pages.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", path, nil))
	}
	if log := w.Log.String(); strings.Contains(log, "ERROR") {
		t.Errorf("got\n%s\nwant no error", log)
	}
}
