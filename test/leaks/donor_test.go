package leaks_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testworld"
)

// donorPage is the address of a page of a donor with a session. Files say what pages do.
var donorPage = regexp.MustCompile(`href="(/gifts/(?:mine\?before=|statements/)[^".]+)"`)

// readDonorPages reads what donors see who followed a mailed link, yearly statements among it, and wants nothing there that other donors typed.
func (w *world) readDonorPages(t *testing.T) {
	t.Helper()
	statements := 0
	for session, address := range w.donors {
		pages := []string{"/gifts/mine"}
		for i := 0; i < len(pages); i++ {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, testworld.BaseURL+pages[i], http.NoBody)
			request.AddCookie(&http.Cookie{Name: "__Host-almoner_donor", Value: session})
			answer := w.Serve(request)
			if answer.Code != http.StatusOK {
				t.Errorf("GET %s with the session of a donor: got %d, want 200", pages[i], answer.Code)
			}
			text := answer.Body.String()
			for _, s := range w.secrets.in(text) {
				if !w.inMail(address, s) {
					t.Errorf("GET %s shows a donor %s: %s", pages[i], s.describe(w), around(text, s.text))
				}
			}
			for _, link := range donorPage.FindAllStringSubmatch(text, -1) {
				if !slices.Contains(pages, link[1]) {
					pages = append(pages, link[1])
				}
			}
			if strings.HasPrefix(pages[i], "/gifts/statements/") {
				statements++
			}
		}
	}
	if statements == 0 {
		t.Error("got no yearly statement, want some")
	}
}
