package ui_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// maxStyle is how many bytes the style sheet of all pages may have before it is compressed: a first page stays below 100 KB with it.
const maxStyle = 48 << 10

// maxScript is how many bytes a script may have before it is compressed.
const maxScript = 7 << 10

// TestScriptsAreSmall also wants them to leave what comes from the server to the parser of documents, which runs nothing.
func TestScriptsAreSmall(t *testing.T) {
	t.Parallel()
	for _, script := range []*ui.Asset{ui.Live, ui.Waiting, ui.Overlay, ui.Alerts} {
		w := httptest.NewRecorder()
		script.ServeHTTP(w, httptest.NewRequest(http.MethodGet, script.Path(), nil))
		if kind := w.Header().Get("Content-Type"); w.Body.Len() >= maxScript || !strings.HasPrefix(kind, "text/javascript") {
			t.Errorf("%s: got %d bytes of %s, want a script of fewer than %d", script.Path(), w.Body.Len(), kind, maxScript)
		}
		if found := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|eval|Function|import`).FindAllString(w.Body.String(), -1); found != nil {
			t.Errorf("%s: got %q", script.Path(), found)
		}
	}
}

func TestAssetsAreKeptForGood(t *testing.T) {
	t.Parallel()
	for _, asset := range ui.Assets() {
		w := httptest.NewRecorder()
		asset.ServeHTTP(w, httptest.NewRequest(http.MethodGet, asset.Path(), nil))
		if !regexp.MustCompile(`^/assets/[a-z]+-[a-z2-7]{10}\.(css|js|svg)$`).MatchString(asset.Path()) {
			t.Errorf("got %s, want a name with a hash", asset.Path())
		}
		if h := w.Header(); w.Code != http.StatusOK || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Type") == "" || w.Body.Len() > maxStyle {
			t.Errorf("%s: got %d, %d bytes, %v, want it to be kept", asset.Path(), w.Code, w.Body.Len(), h)
		}
		if ui.Find(strings.TrimPrefix(asset.Path(), ui.AssetPath)) != asset {
			t.Errorf("%s is not found by its name", asset.Path())
		}
	}
	if ui.Find("style.css") != nil {
		t.Error("got an asset without a hash, which browsers would keep for good")
	}
}

// TestStylesAreLayered wants every rule in a layer, so that the order of files does not matter, and logical properties, so that pages can be
// read from right to left.
func TestStylesAreLayered(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	ui.Style.ServeHTTP(w, httptest.NewRequest(http.MethodGet, ui.Style.Path(), nil))
	sheet := w.Body.String()
	if !strings.HasPrefix(sheet, "@layer reset, base, components, modules, utilities;\n") {
		t.Errorf("got %.80q, want the order of the layers first", sheet)
	}
	for line := range strings.Lines(sheet) {
		top := !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "}") && !strings.HasPrefix(line, "/*") && strings.TrimSpace(line) != ""
		if top && !strings.HasPrefix(line, "@layer ") {
			t.Errorf("got %q outside of the layers", line)
		}
	}
	if found := regexp.MustCompile(`(margin|padding|border)-(left|right)|text-align: (left|right)|url\(|!important`).FindAllString(sheet, -1); found != nil {
		t.Errorf("got %q, want logical properties, and nothing from elsewhere", found)
	}
}

func TestPortraits(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Ada Lovelace": "AL", "ada": "A", "Light up the harbor": "LU", "1,000 laps": "10", "猫の家": "猫", "🎮": "", "": "", "+crew": "C", "zoë Quay": "ZQ",
	} {
		if got := ui.NewPortrait(name, name, ""); got.Initials != want {
			t.Errorf("%q: got %q, want %q", name, got.Initials, want)
		}
	}
}

// TestDrawingsStayTheSame wants what is drawn for something to depend on it alone.
func TestDrawingsStayTheSame(t *testing.T) {
	t.Parallel()
	one, again, other := ui.NewCover("/@ana/run", ""), ui.NewCover("/@ana/run", ""), ui.NewCover("/@ana/swim", "")
	if strings.Join(one.Ridges, "") != strings.Join(again.Ridges, "") || one.Sun != again.Sun || strings.Join(one.Ridges, "") == strings.Join(other.Ridges, "") {
		t.Errorf("got %v and %v, want the same, and another for %v", one, again, other)
	}
	if chosen := ui.NewCover("/@ana/run", "/media/1.png"); chosen.Src != "/media/1.png" || chosen.Ridges != nil {
		t.Errorf("got %v, want the picture alone", chosen)
	}
}

func TestMarksOnAGoal(t *testing.T) {
	t.Parallel()
	goal := ui.Goal{Total: 50, Aim: 300}
	for _, amount := range []int64{-1, 0, 1, 100, 300, 301} {
		goal.Mark(amount, amount <= goal.Total)
	}
	var got []string
	for _, mark := range goal.Marks {
		got = append(got, mark.At)
	}
	if strings.Join(got, " ") != "0.3 33.3 100.0" || !goal.Marks[0].Reached || goal.Marks[1].Reached {
		t.Errorf("got %v, want those on the bar", goal.Marks)
	}
	none := ui.Goal{}
	if none.Mark(5, false); none.Marks != nil {
		t.Errorf("got %v without a goal, want nothing", none.Marks)
	}
}

func TestShareLinksEscapeWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, link := range ui.ShareLinks("https://give.example/@a/b", "Run & <win> 100%?", "E-mail") {
		if !strings.HasPrefix(link.URL, "https://") && !strings.HasPrefix(link.URL, "mailto:?") || strings.ContainsAny(link.URL, "<> \"") || strings.Count(link.URL, "?") != 1 {
			t.Errorf("%s: got %s", link.Name, link.URL)
		}
		if _, err := ui.Icon(link.Icon); err != nil {
			t.Errorf("%s: got no icon %s", link.Name, link.Icon)
		}
	}
}

func TestComponentsFailOnIconsThatAreNot(t *testing.T) {
	t.Parallel()
	page := ui.New(text.English, nil)
	if _, err := page.New("page").Parse(`{{icon "nothing"}}`); err != nil {
		t.Fatal(err)
	}
	if err := page.ExecuteTemplate(&bytes.Buffer{}, "page", nil); err == nil {
		t.Error("got a page with an icon that is not there")
	}
}

// TestOverlaysKnowNothingNew wants no part of CSS or of JavaScript that Chromium 103 does not have, which OBS 30 has.
func TestOverlaysKnowNothingNew(t *testing.T) {
	t.Parallel()
	style := string(ui.OverlayStyle.Plain()) + string(ui.DockStyle.Plain())
	for _, newer := range []string{"oklch(", "oklab(", "lab(", "color-mix(", ":has(", "@container", "@starting-style", "@scope", "@layer components", "&", "cqw", "text-wrap", "light-dark(", "linear(", "round(", "prefers-reduced-motion"} {
		if strings.Contains(style, newer) {
			t.Errorf("got %s in the style of overlays and docks, want what Chromium 103 knows", newer)
		}
	}
	for asset, most := range map[*ui.Asset]int{ui.Overlay: 4 << 10, ui.Alerts: 7 << 10, ui.Desk: 5 << 10} {
		script := string(asset.Plain())
		for _, newer := range []string{"structuredClone(", ".toSorted(", ".toReversed(", ".with(", "Promise.withResolvers", "Object.groupBy", ".findLast(", "Promise.try", "startViewTransition", "popover", ".isSubsetOf("} {
			if strings.Contains(script, newer) {
				t.Errorf("got %s in %s, want what Chromium 103 knows", newer, asset.Path())
			}
		}
		if len(script) > most {
			t.Errorf("%s: got a script of %d bytes, want at most %d", asset.Path(), len(script), most)
		}
	}
}
