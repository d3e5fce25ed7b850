package web_test

import (
	"net/http"
	"testing"

	"github.com/almoner/almoner/internal/web"
)

// BenchmarkPage measures pages over the data of the demo that are built anew for each request, as after a donation, and
// a page that is cached.
func BenchmarkPage(b *testing.B) {
	filled, err := filled()
	if err != nil {
		b.Fatal(err)
	}
	owner := "/@" + filled.credentials.Campaign.OwnerSlug
	campaign := owner + "/" + filled.credentials.Campaign.Slug
	for name, path := range map[string]string{
		"campaign": campaign,
		"donate":   campaign + web.DonatePath,
		"owner":    owner,
		"cause":    "/cause/" + filled.credentials.Cause.Slug,
		"home":     "/",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				filled.pages.(*web.Site).Changed()
				if got := get(filled.pages, path); got.Code != http.StatusOK {
					b.Fatalf("%s: got %d, want the page", path, got.Code)
				}
			}
		})
	}
}
