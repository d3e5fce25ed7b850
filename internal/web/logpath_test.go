package web_test

import (
	"net/http/httptest"
	"testing"

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
