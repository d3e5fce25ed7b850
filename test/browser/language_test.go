package browser_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPagesInEveryLanguage chooses each language in the footer and looks at every kind of page in it: the browser remembers the language, pages run in
// its direction and fit on a phone and on a desktop, and the checker finds nothing. The other tests look at English pages.
func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	h := start(t, "--rate", "1/s")
	for _, language := range []struct{ tag, direction string }{{"de", "ltr"}, {"ar", "rtl"}} {
		t.Run(language.tag, func(t *testing.T) {
			t.Parallel()
			w := open(t)
			w.do(chromedp.Navigate(h.BaseURL+"/"), chromedp.Click(fmt.Sprintf(`footer a[hreflang=%q]`, language.tag)), chromedp.WaitReady(fmt.Sprintf(`html[lang=%q]`, language.tag)))
			for _, page := range []struct{ name, path string }{
				{"home", "/"}, {"components", "/assets/design"}, {"campaign", ""}, {"donate", "/donate"}, {"cause", "/cause/" + h.Cause.Slug},
				{"event", "/" + h.Cause.Slug + "/" + h.FundraisingEvent.Slug}, {"team", "/+" + h.Team.Slug}, {"user", "/@" + h.Campaign.OwnerSlug},
				{"no donations", "/@zoe/first-light"}, {"ended", "/@jonas/autumn-warmup"}, {"sign in", "/account/sign-in"}, {"search", "/search?q=mira"}, {"find gifts", "/gifts"}, {"not found", "/nothing/at/all"},
			} {
				address := h.BaseURL + page.path
				if page.path == "" || page.path == "/donate" {
					address = h.campaignPage() + page.path
				}
				w.do(chromedp.Navigate(address), chromedp.WaitReady(fmt.Sprintf(`html[lang=%q][dir=%q]`, language.tag, language.direction)))
				w.fits(page.name + " in " + language.tag)
			}
		})
	}
}

// fits wants the page to fit on a phone and a desktop, and the checker to find nothing there.
func (w window) fits(name string) {
	w.t.Helper()
	for _, size := range devices {
		w.do(chromedp.EmulateViewport(size.width, size.height))
		if wide := ask[int64](w, "document.documentElement.scrollWidth"); wide > size.width {
			w.t.Errorf("%s on a %s: got a page %d wide, want it to fit into %d", name, size.name, wide, size.width)
		}
		w.accessible(name + " on a " + size.name)
		w.keep(name + " on a " + size.name)
	}
}
