package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/text"
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

// foreign are amounts, numbers, percents and dates as English writes them, and no other language here.
var foreign = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`[$€£¥]\d|\d,\d{3}\b|\d\.\d{2}\b|\d%|\d (January|February|March|May|June|July|October|December) `),
	"ar": regexp.MustCompile(`[$€£¥]\d|[A-Za-z]{3,} \d{4}`),
}

// TestPagesAreInOneLanguage reads every page in German and Arabic, from the first one to the receipt, and wants no English text and no English number on it.
func TestPagesAreInOneLanguage(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	campaign := "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug
	h := newHouse(t)
	stock := int64(1000)
	_, err := h.CreateReward(t.Context(), h.owner, keyOf(h.campaign), fund.RewardPatch{Name: fund.Some("Mug"), Amount: fund.Some("5"), Enabled: fund.Some(true), Quantity: fund.Some(&stock)})
	must.Do(t, err)
	for _, l := range []*text.Locale{text.German, text.Arabic} {
		tongue := l.Language()
		for _, path := range []string{
			"/", campaign, campaign + "/donate", "/+" + c.Team.Slug, "/@" + c.Campaign.OwnerSlug, "/cause/" + c.Cause.Slug, "/" + c.Cause.Slug + "/" + c.FundraisingEvent.Slug,
			"/search?q=mira", "/search?q=nothing-at-all", "/gifts", "/gifts/find/nothing", campaign + "/embed", "/nothing/here",
		} {
			wantLanguage(t, tongue, path, inLanguage(pages, path, tongue, "").Body.String())
		}
		g := h.donor()
		g.languages = tongue
		wantLanguage(t, tongue, "wrong form", g.give(page, "preset", "other", "amount", "0.001", "email", "x", "comment", strings.Repeat("x", 5000), "reward.1", "-1").body)
		begun := g.give(page, "preset", "other", "amount", "1234", "email", "zed@example.org", "cover", "1")
		wantLanguage(t, tongue, "card page", g.get(begun.Header.Get("Location")).body)
		wantLanguage(t, tongue, "declined card", g.pay(begun, badCard).body)
		at := g.giftOf(begun, goodCard)
		wantLanguage(t, tongue, "thank-you", g.get(at).body)
		wantLanguage(t, tongue, "receipt", g.get(at+"/receipt").body)
	}
}

// wantLanguage reports English on a page in another language. What users typed is in whatever language it is.
func wantLanguage(t *testing.T, language, name, page string) {
	t.Helper()
	if !strings.Contains(page, `<html lang="`+language+`"`) {
		t.Errorf("%s: got a page that is not in %s:\n%s", name, language, page)
	}
	for _, said := range saidBy(must.Get(html.Parse(strings.NewReader(page)))(t)) {
		if found := foreign[language].FindString(said); found != "" || englishTexts()[said] {
			t.Errorf("%s in %s: got %q in %q", name, language, found, said)
		}
	}
}

// saidBy are the texts of a page, and those attributes that people read, without what users typed.
func saidBy(n *html.Node) (all []string) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "dir" && a.Val == "auto", n.Data == "link", n.Data == "meta":
			return nil
		case a.Key == "aria-label", a.Key == "alt", a.Key == "title", a.Key == "placeholder":
			all = append(all, a.Val)
		}
	}
	if n.Data == "bdi" || n.Data == "script" || n.Data == "title" {
		return all
	}
	if n.Type == html.TextNode {
		return append(all, strings.TrimSpace(n.Data))
	}
	for child := range n.ChildNodes() {
		all = append(all, saidBy(child)...)
	}
	return all
}

// englishTexts are the texts of the English catalogue that no other language has.
var englishTexts = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, file := range []string{"en", "de", "ar"} {
		raw, err := os.ReadFile("../text/" + file + ".json")
		if err != nil {
			panic(err)
		}
		texts := map[string]any{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			panic(err)
		}
		for _, said := range texts {
			if said, plain := said.(string); plain && file == "en" {
				all[said] = true
			} else if plain {
				delete(all, said)
			}
		}
	}
	delete(all, text.English.Text("site.language"))
	return all
})

// TestReceiptsAreInTheLanguageOfTheDonatePage wants the mail of a receipt to be written in the language that its donor chose while giving.
func TestReceiptsAreInTheLanguageOfTheDonatePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for languages, want := range map[string]string{"de-AT,en;q=0.5": "de", "fr": "en"} {
		g := h.donor()
		g.languages = languages
		at := g.giftOf(g.give(page, "preset", "10.00", "email", "zed@example.org"), goodCard)
		id := must.Get(h.OpenDonationKey(t.Context(), strings.TrimPrefix(at, "/gifts/")))(t)
		if got := must.Get(h.Store.GetMail(t.Context(), id))(t).Language; got != want {
			t.Errorf("%s: got the mail in %q, want %q", languages, got, want)
		}
	}
}
