package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"golang.org/x/net/html"
)

// inLanguage asks for a page with an Accept-Language header, and a cookie if that is not "".
func inLanguage(pages http.Handler, path, accepted, cookie string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", accepted)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	return w
}

// TestAPageInEachLanguage asks for one page in turn, so that each answer comes from the cache of its own language.
func TestAPageInEachLanguage(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	campaign := "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug
	for _, path := range []string{"/", campaign, campaign + "/donate", "/+" + c.Team.Slug, "/cause/" + c.Cause.Slug, "/nothing/here"} {
		tags := map[string]bool{}
		for range 2 {
			for language, want := range map[string][]string{
				"en": {`<html lang="en" dir="ltr">`, "Skip to content"},
				"de": {`<html lang="de" dir="ltr">`, "Zum Inhalt springen"},
				"ar": {`<html lang="ar" dir="rtl">`, "تُرجمت هذه الصفحة آليًا"},
			} {
				for _, w := range []*httptest.ResponseRecorder{
					inLanguage(pages, path, language, ""), inLanguage(pages, path, "fr", "almoner_lang="+language), inLanguage(pages, path+"?lang="+language, "fr", "almoner_lang=en"),
				} {
					for _, want := range want {
						if !strings.Contains(w.Body.String(), want) {
							t.Errorf("%s in %s: got a page without %s", path, language, want)
						}
					}
					tags[w.Header().Get("ETag")] = true
				}
			}
		}
		if len(tags) != 3 && !tags[""] {
			t.Errorf("%s: got %d entity tags, want one for each language", path, len(tags))
		}
	}
}

func TestAChosenLanguageIsRemembered(t *testing.T) {
	t.Parallel()
	pages, _ := site(t)
	for path, want := range map[string]string{"/?lang=de": "almoner_lang=de; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", "/?lang=xx": "", "/": ""} {
		if got := inLanguage(pages, path, "en", "").Header().Get("Set-Cookie"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// TestTheSwitchKeepsTheQuery wants the links of a page for one visitor to keep what the address asks for, and those of pages for all visitors to
// know nothing of the visitor for whom they were made.
func TestTheSwitchKeepsTheQuery(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	campaign := "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug
	for path, want := range map[string]string{
		campaign + "?from=a-friend": "?lang=de", campaign + "/donate?amount=25&lang=ar": "?amount=25&lang=de",
	} {
		root := must.Get(html.Parse(inLanguage(pages, path, "en", "").Body))(t)
		if got := switchTo(root, "de"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// switchTo is where the link to a language leads; "" for none.
func switchTo(n *html.Node, language string) string {
	for child := range n.Descendants() {
		attributes := map[string]string{}
		for _, a := range child.Attr {
			attributes[a.Key] = a.Val
		}
		if child.Data == "a" && attributes["hreflang"] == language {
			return attributes["href"]
		}
	}
	return ""
}
