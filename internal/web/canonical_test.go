package web_test

import (
	"net/http"
	"testing"
)

// TestManySpellingsOfAPathAreOnePage asks for one page by paths that mean the same: only the first is made.
func TestManySpellingsOfAPathAreOnePage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rename(t, "words")
	if got := get(s.pages, "/@ana"); got.Code != http.StatusOK {
		t.Fatalf("got %d, want the page", got.Code)
	}
	for path, to := range map[string]string{
		"/@ana/": "", "//@ana": "", "/@ana//": "", "/%40ana": "", "/%40%61na": "", "/@an%61?a=b": "", "/@ana?anything=1": "",
		"/@Ana": "/@ana", "/@ANA?from=poster": "/@ana?from=poster", "/%40aN%61/": "/@ana", "/@%41na": "/@ana",
	} {
		ran := s.Statements(func() {
			got := get(s.pages, path)
			want := http.StatusOK
			if to != "" {
				want = http.StatusMovedPermanently
			}
			if got.Code != want || got.Header().Get("Location") != to {
				t.Errorf("%s: got %d to %q, want %d to %q", path, got.Code, got.Header().Get("Location"), want, to)
			}
		})
		if len(ran) > 0 {
			t.Errorf("%s: got %d statements, want the kept page:\n%s", path, len(ran), ran)
		}
	}
	for _, path := range []string{"/@ana%2Fx", "/%2F@ana", "/@ana%20", "/@an%C3%A1", "/@ana%00"} {
		if got := get(s.pages, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.Code)
		}
	}
}
