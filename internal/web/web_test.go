package web_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"html"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/web"
	"github.com/almoner/almoner/internal/web/ui"
)

var link = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

func TestNoLinkIsDeadAndNothingTypedIsMarkup(t *testing.T) {
	t.Parallel()
	pages, credentials := site(t)
	ahead := []string{"/", "/@" + credentials.Campaign.OwnerSlug + "/" + credentials.Campaign.Slug,
		"/+" + credentials.Team.Slug, "/" + credentials.Cause.Slug, "/" + credentials.Cause.Slug + "/" + credentials.FundraisingEvent.Slug}
	// The reference of the API and the dashboard are served beside the pages; other tests look at them.
	seen := map[string]bool{"/docs/api": true, "/dashboard": true}
	for len(ahead) > 0 {
		path := ahead[0]
		if ahead = ahead[1:]; seen[path] {
			continue
		}
		seen[path] = true
		w := get(pages, path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, w.Code)
		}
		body := w.Body.String()
		if typed := strings.NewReplacer(followed, "", `<script type="module" src="`+ui.Player.Path()+`">`, "").Replace(body); strings.Contains(typed, "<script") || strings.Contains(typed, "<i>") {
			t.Errorf("%s: got markup that a user typed", path)
		}
		if !strings.HasPrefix(path, "/assets/") {
			for _, found := range link.FindAllStringSubmatch(body, -1) {
				switch to := strings.TrimPrefix(html.UnescapeString(found[1]), "http://x"); {
				case strings.HasPrefix(to, "#"):
					if !strings.Contains(body, ` id="`+to[1:]+`"`) {
						t.Errorf("%s: got a link to its part %s, which is not there", path, to)
					}
				case strings.HasPrefix(to, "?lang="):
				case strings.HasPrefix(to, "/"):
					ahead = append(ahead, to)
				case !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "mailto:"):
					t.Errorf("%s: got a link to %s, want one to a page here, or elsewhere by https", path, to)
				}
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("got %d pages, want those of all causes, campaigns, users and teams", len(seen))
	}
}

func TestCampaignShowsEverything(t *testing.T) {
	t.Parallel()
	pages, credentials := site(t)
	body := get(pages, "/@"+credentials.Campaign.OwnerSlug+"/"+credentials.Campaign.Slug).Body.String()
	for _, want := range []string{"<progress ", "Polls", "Challenges", "Rewards", "Schedule", "Latest donations", "$", "/cause/" + credentials.Cause.Slug} {
		if !strings.Contains(body, want) {
			t.Errorf("got a page without %q", want)
		}
	}
}

func TestAddressesInAnswersHavePages(t *testing.T) {
	t.Parallel()
	pages, credentials := site(t)
	for path, want := range map[string]string{
		"/@" + credentials.PersonalCampaign.OwnerSlug + "/" + credentials.PersonalCampaign.Slug: "Latest donations",
		"/@" + credentials.AuctionHouse.OwnerSlug + "/" + credentials.AuctionHouse.Slug:         `<section id="auction">`,
		"/" + credentials.Cause.Slug + "/captains-table":                                        `<section id="auction">`,
		"/@" + credentials.PersonalCampaign.OwnerSlug:                                           "/" + credentials.PersonalCampaign.Slug,
		"/@" + credentials.Users[0].Slug + "/profile":                                           credentials.Users[0].Slug,
	} {
		if w := get(pages, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %d, want a page with %q", path, w.Code, want)
		}
	}
}

func TestTeamCampaignBelowItsUserLeadsToTheTeam(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	below := "/@" + c.UserCampaignOwner.Slug + "/" + c.TeamCampaign.Slug
	team := "/+" + c.Team.Slug + "/" + c.TeamCampaign.Slug
	for path, want := range map[string]string{below: team, below + "/": team, below + "/donate": team + "/donate", below + "/donate?relay=abc": team + "/donate?relay=abc"} {
		w := get(pages, path)
		if w.Code != http.StatusFound || w.Header().Get("Location") != want {
			t.Errorf("%s: got %d to %q, want 302 to %q", path, w.Code, w.Header().Get("Location"), want)
		}
	}
	for _, path := range []string{"/@" + c.Users[1].Slug + "/" + c.TeamCampaign.Slug, "/@nobody/" + c.TeamCampaign.Slug, "/@nobody/" + c.TeamCampaign.Slug + "/donate"} {
		if w := get(pages, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, w.Code)
		}
	}
}

func TestPagesThatAreNot(t *testing.T) {
	t.Parallel()
	pages, credentials := site(t)
	for _, path := range []string{
		"/@nobody", "/+nobody", "/nothing", "/a/b/c", "/@" + credentials.Campaign.OwnerSlug + "/nothing", "/cause/nothing",
		"/" + credentials.Cause.Slug + "/nothing", "/" + credentials.Campaign.OwnerSlug + "/" + credentials.Campaign.Slug, "/assets/nothing.png", "/@", "/@%00",
	} {
		w := get(pages, path)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "nothing at this address") {
			t.Errorf("%s: got %d, want the page for 404", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: got %d %s, want 405 and what is allowed", w.Code, w.Header().Get("Allow"))
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin",
	} {
		if got := w.Header().Get(name); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	pages := web.New(web.Options{})
	for name, size := range map[string][2]int{
		"avatar": {200, 200}, "reward": {600, 600}, "incentive": {800, 800}, "image": {640, 360}, "logo": {100, 64}, "banner": {1440, 530},
	} {
		w := get(pages, "/assets/default-"+name+".png")
		length := w.Body.Len()
		picture, err := png.Decode(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := picture.Bounds().Size(); got.X != size[0] || got.Y != size[1] {
			t.Errorf("%s: got %v, want %v", name, got, size)
		}
		if length > 32<<10 || !strings.Contains(w.Header().Get("Cache-Control"), "max-age") {
			t.Errorf("%s: got %d bytes, %q, want a small picture that is kept", name, length, w.Header())
		}
	}
}

func get(pages http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "almoner")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	filled = sync.OnceValues(func() (shown, error) { return fill(context.Background(), folder) })
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// shown is the pages over the data of the demo, which no test changes.
type shown struct {
	pages       http.Handler
	credentials demo.Credentials
}

var filled func() (shown, error)

func fill(ctx context.Context, folder string) (shown, error) {
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(folder, "almoner.db"), store.Options{Mode: fund.ModeSandbox})
	if err != nil {
		return shown{}, err
	}
	if _, _, err := s.Migrate(ctx); err != nil {
		return shown{}, err
	}
	build := func(now func() time.Time, random io.Reader) *app.App {
		return app.New(app.Options{Store: s, Now: now, Random: random})
	}
	credentials, err := demo.Fill(ctx, demo.Filler{Make: build, Seed: 1, Secrets: rand.Reader, BaseURL: "http://x"})
	return shown{pages: web.New(web.Options{App: build(time.Now, rand.Reader), BaseURL: "http://x"}), credentials: credentials}, err
}

func site(t *testing.T) (http.Handler, demo.Credentials) {
	t.Helper()
	s, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	return s.pages, s.credentials
}
