package server_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
)

// squareLogo is a picture of a file that a site may have.
func squareLogo(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i := range 200 {
		picture.Set(i, i, color.White)
	}
	var file bytes.Buffer
	must.Do(t, png.Encode(&file, picture))
	return file.Bytes()
}

// openSite opens a node with the looks of a site.
func openSite(t *testing.T, site config.Site) (*server.Node, error) {
	t.Helper()
	return server.Open(t.Context(), server.Settings{
		Database: config.Database(storetest.Database(t)), BaseURL: "http://localhost:8080", Site: site, Payments: checkout.Settings{Sandbox: true}, Log: slog.New(slog.DiscardHandler),
	})
}

// TestLooksOfASiteThatAreRefused names what is wrong with a color or a picture, and the way out.
func TestLooksOfASiteThatAreRefused(t *testing.T) {
	t.Parallel()
	file := func(content []byte) string {
		path := filepath.Join(t.TempDir(), "logo.png")
		must.Do(t, os.WriteFile(path, content, 0o600))
		return path
	}
	for name, one := range map[string]struct {
		site config.Site
		want []string
	}{
		"no color":      {config.Site{Accent: "greenish"}, []string{"--site-accent", `"greenish" is not a color`, "#0b6b50"}},
		"too light":     {config.Site{Accent: "#ffff00"}, []string{"--site-accent", "too light to be read on white", "the nearest color that works is #"}},
		"no file":       {config.Site{Logo: "/nowhere/logo.png"}, []string{"--site-logo", "/nowhere/logo.png", "cannot be read"}},
		"no picture":    {config.Site{Logo: file([]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"))}, []string{"--site-logo"}},
		"a cut picture": {config.Site{Logo: file(squareLogo(t)[:80])}, []string{"--site-logo"}},
		"an empty file": {config.Site{Logo: file(nil)}, []string{"--site-logo"}},
	} {
		node, err := openSite(t, one.site)
		if err == nil {
			must.Do(t, node.Close())
			t.Errorf("%s: got a node, want a refusal", name)
			continue
		}
		for _, want := range one.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %q, want it to say %q", name, err, want)
			}
		}
	}
}

// TestLooksOfASite shows the picture and the color on the first page, as files that are kept for ever.
func TestLooksOfASite(t *testing.T) {
	t.Parallel()
	logo := filepath.Join(t.TempDir(), "logo.png")
	must.Do(t, os.WriteFile(logo, squareLogo(t), 0o600))
	node := must.Get(openSite(t, config.Site{Accent: "#0b6b50", Logo: logo}))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	get := func(path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		node.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return answer
	}
	page := get("/").Body.String()
	for what, pattern := range map[string]string{"image/png": `<img src="(/assets/logo[^"]*)"`, "text/css": `href="(/assets/theme-[^"]*)"`} {
		found := regexp.MustCompile(pattern).FindStringSubmatch(page)
		if found == nil {
			t.Errorf("got a page without %s:\n%s", pattern, page)
			continue
		}
		if got := get(found[1]); got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), what) || !strings.Contains(got.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: got %d %v, want %s that is kept", found[1], got.Code, got.Header(), what)
		}
	}
}
