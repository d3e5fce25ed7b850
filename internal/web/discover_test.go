package web_test

import (
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/web"
	"github.com/almoner/almoner/internal/web/ui"
)

// branded are the pages of the house under the name of somebody.
func (h *house) branded(b ui.Brand) http.Handler {
	return web.New(web.Options{App: h.App, BaseURL: h.url, Log: h.Logger, Now: h.Clock.Now, Brand: b})
}

func TestFilesForPrograms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pages := h.branded(ui.Brand{Contact: "hello@give.example"})
	for path, c := range map[string]struct{ contentType, want string }{
		"/robots.txt":               {"text/plain; charset=utf-8", "Disallow: /gifts/\n"},
		"/sitemap.xml":              {"application/xml; charset=utf-8", "<loc>" + h.url + "/@ana/run</loc>"},
		"/favicon.ico":              {"image/png", "PNG"},
		"/.well-known/security.txt": {"text/plain; charset=utf-8", "Contact: mailto:hello@give.example\nExpires: 2027-05-19T00:00:00Z\n"},
	} {
		if w := get(pages, path); w.Code != http.StatusOK || w.Header().Get("Content-Type") != c.contentType || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: got %d %v\n%s\nwant %q", path, w.Code, w.Header(), w.Body, c.want)
		}
	}
	if w := get(h.branded(ui.Brand{}), "/.well-known/security.txt"); w.Code != http.StatusNotFound {
		t.Errorf("security.txt without a contact: got %d, want 404", w.Code)
	}
	var listed struct {
		URLs []struct {
			Location string `xml:"loc"`
		} `xml:"url"`
	}
	must.Do(t, xml.Unmarshal(get(pages, "/sitemap.xml").Body.Bytes(), &listed))
	if len(listed.URLs) != 3 || listed.URLs[1].Location != h.url+"/cause/water" {
		t.Errorf("got %v, want the first page, the cause and the campaign", listed.URLs)
	}
}

func TestEveryPageSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pages := h.branded(ui.Brand{
		Name: "Harbor <gives>", Contact: "hello@give.example", Privacy: "https://give.example/privacy", Terms: "https://give.example/terms", Legal: "https://give.example/legal",
	})
	for _, path := range []string{"/", "/@ana", "/@ana/run", "/@ana/run/donate", "/nothing/at/all", "/water"} {
		body := get(pages, path).Body.String()
		for _, want := range []string{
			"· Harbor &lt;gives&gt;</title>", `href="mailto:hello@give.example"`, `href="https://give.example/privacy"`, `href="https://give.example/terms"`,
			`<a href="https://give.example/legal">Legal information</a>`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: got a page without %s:\n%s", path, want, body)
			}
		}
	}
	for speaker, want := range map[string]bool{"": false, "speech.example.org": true} {
		if body := get(h.branded(ui.Brand{Speaker: speaker}), "/@ana/run/donate").Body.String(); strings.Contains(body, "sent to speech.example.org") != want {
			t.Errorf("got the service that speaks named on the donate page: %t, want %t", !want, want)
		}
	}
	if body := get(h.branded(ui.Brand{}), "/").Body.String(); !strings.Contains(body, "· Almoner</title>") || strings.Contains(body, "Legal information") {
		t.Errorf("got\n%s\nwant the name of the program, and nothing that nobody set", body)
	}
}

func TestPagesSayWhatOthersShowOfThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for said, want := range map[string]string{
		"": "", "**Clean** water\n\n- 40 wells\n- a [link](https://x.example)": "Clean water 40 wells a link", "Tom & <b>Jerry</b>": "Tom & Jerry",
		strings.Repeat("word ", 40): strings.TrimSuffix(strings.Repeat("word ", 32), " ") + "…", strings.Repeat("é", 161): strings.Repeat("é", 160) + "…",
	} {
		_, err := h.UpdateCampaign(t.Context(), h.owner, keyOf(h.campaign), fund.CampaignPatch{Description: fund.Some(said)})
		must.Do(t, err)
		body := h.donor().get("/@ana/run").body
		var got string
		if found := regexp.MustCompile(`<meta name="description" content="([^"]*)">`).FindStringSubmatch(body); found != nil {
			got = found[1]
		}
		if got != htmlOf(want) {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
		if !strings.Contains(body, `<link rel="canonical" href="`+h.url+`/@ana/run">`) || !strings.Contains(body, `<meta property="og:title" content="Run &lt;1&gt;">`) {
			t.Errorf("got a page that does not say where it is:\n%s", body)
		}
	}
	if body := h.donor().get("/@ana/run/nothing").body; strings.Contains(body, "canonical") {
		t.Errorf("got a page that is not, with an address of its own:\n%s", body)
	}
}
