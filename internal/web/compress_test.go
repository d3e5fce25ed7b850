package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/web/ui"
)

// asked asks for a page in a coding.
func asked(pages http.Handler, method, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	return w
}

// pagesVary are the headers that decide what a page for everybody is.
const pagesVary = "Accept-Encoding, Accept-Language, Cookie"

func TestPagesForEverybodyAreCompressed(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	campaign := "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug
	for path, varies := range map[string]string{
		"/": pagesVary, campaign: pagesVary, "/+" + c.Team.Slug: pagesVary, "/cause/" + c.Cause.Slug: pagesVary, ui.Style.Path(): "Accept-Encoding",
	} {
		w, head := asked(pages, "GET", path), asked(pages, "HEAD", path)
		if head.Body.Len() > 0 || head.Header().Get("Content-Length") != w.Header().Get("Content-Length") || head.Header().Get("Content-Encoding") != w.Header().Get("Content-Encoding") {
			t.Errorf("%s: got HEAD %v, want %v", path, head.Header(), w.Header())
		}
		if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != varies {
			t.Errorf("%s: got %v, want it compressed", path, w.Header())
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(z); err != nil || string(text) != get(pages, path).Body.String() {
			t.Errorf("%s: got %d bytes, %v, want the page", path, len(text), err)
		}
	}
}

// TestPagesWithSecretsAreNotCompressed looks at pages with the token of a form, or a key in their address.
func TestPagesWithSecretsAreNotCompressed(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	campaign := "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug
	for _, path := range []string{campaign + "/donate", campaign + "/donate?relay=" + strings.Repeat("a", 64), "/gifts/" + strings.Repeat("a", 64), "/gifts/" + strings.Repeat("a", 64) + "/receipt"} {
		if w := asked(pages, "GET", path); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: got %v, want it as it is", path, w.Header())
		}
	}
}
