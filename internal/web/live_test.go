package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// followPolicy is the content policy of pages that follow the feed, stillPolicy that of pages for everybody that do not.
	followPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; script-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'"
	stillPolicy  = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// followed is how a page loads the script that follows the feed.
var followed = `<script type="module" src="` + ui.Live.Path() + `"></script>`

func TestPagesOfFactsFollowTheFeed(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	for path, id := range map[string]string{
		"/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug:                 c.Campaign.ID,
		"/+" + c.Team.Slug + "/" + c.TeamCampaign.Slug:                      c.TeamCampaign.ID,
		"/@" + c.PersonalCampaign.OwnerSlug + "/" + c.PersonalCampaign.Slug: c.PersonalCampaign.ID,
		"/@" + c.AuctionHouse.OwnerSlug + "/" + c.AuctionHouse.Slug:         c.AuctionHouse.ID,
		"/" + c.Cause.Slug + "/" + c.FundraisingEvent.Slug:                  c.FundraisingEvent.ID,
		"/cause/" + c.Cause.Slug:                                            c.Cause.ID,
	} {
		w := get(pages, path)
		for _, want := range []string{followed, ` data-live="` + id + `" data-spread="300"`, `<p class="visually-hidden" id="said" aria-live="polite"></p>`, `<p class="total">`} {
			if strings.Count(w.Body.String(), want) != 1 {
				t.Errorf("%s: got a page without %s", path, want)
			}
		}
		if strings.Count(w.Body.String(), "aria-live") != 1 {
			t.Errorf("%s: got more than the total announced", path)
		}
		if policy := strings.Replace(w.Header().Get("Content-Security-Policy"), "frame-src https://player.twitch.tv; ", "", 1); policy != followPolicy {
			t.Errorf("%s: got the policy\n%s\nwant\n%s", path, policy, followPolicy)
		}
	}
	for _, path := range []string{"/", "/@" + c.Campaign.OwnerSlug, "/+" + c.Team.Slug} {
		w := get(pages, path)
		for _, want := range []string{followed, ` data-live data-cards data-spread="300"`} {
			if strings.Count(w.Body.String(), want) != 1 {
				t.Errorf("%s: got a page without %s", path, want)
			}
		}
		if !strings.Contains(w.Body.String(), `<li class="card" data-fact="`) {
			t.Errorf("%s: got no card that is followed", path)
		}
		// The first page has the form of the search.
		if policy := strings.Replace(w.Header().Get("Content-Security-Policy"), "form-action 'self'", "form-action 'none'", 1); policy != followPolicy {
			t.Errorf("%s: got the policy\n%s\nwant\n%s", path, policy, followPolicy)
		}
	}
	w := get(pages, "/@"+c.Campaign.OwnerSlug+"/nothing")
	if policy := strings.Replace(w.Header().Get("Content-Security-Policy"), "form-action 'self'", "form-action 'none'", 1); policy != stillPolicy || strings.Contains(w.Body.String(), "<script") {
		t.Errorf("got the policy %s where nothing is, want no script", policy)
	}
}

// TestPagesMarkWhoIsLive says that a streamer is live, and looks at all pages that show it, until that is over.
func TestPagesMarkWhoIsLive(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := app.FactKey{Key: fund.Key{ID: h.campaign.ID}}
	marked := func(want int, paths ...string) {
		t.Helper()
		h.Clock.Advance(time.Second)
		for _, path := range paths {
			if got := strings.Count(h.donor().get(path).body, `<p class="tag tag-live live-mark">Live now</p>`); got != want {
				t.Errorf("%s: got %d marks, want %d", path, got, want)
			}
		}
	}
	all := []string{"/", "/@ana", "/@ana/run"}
	marked(0, all...)
	must.Get(h.StartLive(t.Context(), app.System(), key))(t)
	marked(1, all...)
	if home := h.donor().get("/").body; strings.Index(home, `id="live"`) > strings.Index(home, `href="/@ana/run"`) || !strings.Contains(home, `id="live"`) {
		t.Error("got a campaign that is live elsewhere than on the shelf of those")
	}
	h.Clock.Advance(fund.LiveFor)
	marked(0, all...) // before background work has reported it
	must.Get(h.StartLive(t.Context(), app.System(), key))(t)
	marked(1, all...)
	must.Get(h.EndLive(t.Context(), app.System(), key))(t)
	marked(0, all...)
	h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.campaign.ID}, Amount: "12", Name: "Grace"}, h.Clock.Now())
	marked(1, all...)
	h.Clock.Advance(30 * time.Minute)
	marked(0, all...)
	must.Get(h.StartLive(t.Context(), app.System(), key))(t)
	must.Get(h.TakeDown(t.Context(), app.System(), h.campaign.ID, "Fraud"))(t)
	marked(0, "/", "/@ana")
}

// TestWhoSaysSoIsOnTheHomePage fills the shelf of those that are live with campaigns that somebody just gave to: one whose streamer says that it is live
// comes before them, though it raised nothing.
func TestWhoSaysSoIsOnTheHomePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 12 {
		f := h.newCampaign(t, fmt.Sprintf("Other %d", i), fmt.Sprintf("other-%d", i), h.cause)
		h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: f.ID}, Amount: "12", Name: "Grace"}, h.Clock.Now())
	}
	quiet := h.newCampaign(t, "Quiet", "quiet", h.cause)
	must.Get(h.StartLive(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: quiet.ID}}))(t)
	h.Clock.Advance(time.Second)
	home := h.donor().get("/").body
	_, shelf, _ := strings.Cut(home, `id="live"`)
	shelf, _, _ = strings.Cut(shelf, "</ul>")
	if got := strings.Count(shelf, `<li class="card`); got != 12 || !strings.Contains(shelf, "/quiet") || strings.Index(shelf, "/quiet") > strings.Index(shelf, "/other-") {
		t.Errorf("got %d campaigns on the shelf, want 12, and first who says so\n%s", got, shelf)
	}
}

// TestPagesSayWhenTimeChangesThem wants the instant at which a mark goes, or a campaign begins or ends, on the pages that follow it: no event comes then.
func TestPagesSayWhenTimeChangesThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := app.FactKey{Key: fund.Key{ID: h.campaign.ID}}
	until := regexp.MustCompile(` data-until="([0-9]+)"`)
	says := func(when string, want time.Time, paths ...string) {
		t.Helper()
		h.Clock.Advance(time.Second)
		for _, path := range paths {
			var got time.Time
			if found := until.FindStringSubmatch(h.donor().get(path).body); found != nil {
				got = time.UnixMilli(must.Get(strconv.ParseInt(found[1], 10, 64))(t))
			}
			if early := want.Sub(got); got.IsZero() != want.IsZero() || early > 0 || early <= -time.Millisecond {
				t.Errorf("%s: %s: got %s, want %s", when, path, got.UTC(), want)
			}
		}
	}
	all := []string{"/", "/@ana", "/@ana/run"}
	says("at rest", time.Time{}, all...)
	given := h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.campaign.ID}, Amount: "12", Name: "Grace"}, h.Clock.Now())
	says("after a gift", given.CompletedAt.Add(30*time.Minute), all...)
	live := must.Get(h.StartLive(t.Context(), app.System(), key))(t)
	says("while the streamer says so", live.LiveUntil, all...)
	must.Get(h.EndLive(t.Context(), app.System(), key))(t)
	ends := given.CompletedAt.Add(10*time.Minute + 1500*time.Microsecond)
	must.Get(h.UpdateCampaign(t.Context(), h.owner, key, fund.CampaignPatch{EndsAt: fund.Some(ends)}))(t)
	says("before the end", ends, all...)
	h.Clock.Advance(10 * time.Minute)
	says("after the end", time.Time{}, all...)
	starts := h.Clock.Now().Add(time.Hour)
	must.Get(h.UpdateCampaign(t.Context(), h.owner, key, fund.CampaignPatch{StartsAt: fund.Some(starts), EndsAt: fund.Some(time.Time{})}))(t)
	says("before the beginning", starts, "/@ana/run")
	says("before the beginning", time.Time{}, "/", "/@ana")
}

// TestReadsAreSpreadOverThoseWhoWatch wants a second more for every 500 of them.
func TestReadsAreSpreadOverThoseWhoWatch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for watchers, want := range map[int]int{0: 300, 499: 300, 500: 1300, 2000: 4300} {
		h.watchers = watchers
		h.Clock.Advance(time.Second)
		if got := h.donor().get("/@ana/run"); !strings.Contains(got.body, ` data-spread="`+strconv.Itoa(want)+`"`) {
			t.Errorf("got another spread for %d who watch, want %d ms", watchers, want)
		}
	}
}

// TestAPageThatIsTheSameIsNotSentAgain reads a page before and after a donation, and after that was hidden.
func TestAPageThatIsTheSameIsNotSentAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.donor().get("/@ana/run")
	tag := first.Header.Get("ETag")
	if again := h.donor().get("/@ana/run", "If-None-Match", tag); tag == "" || again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("Content-Security-Policy") != followPolicy {
		t.Errorf("got %d with %d bytes and the tag %q, want 304", again.StatusCode, len(again.body), tag)
	}
	given := h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.campaign.ID}, Amount: "12", Name: "Grace"}, h.Clock.Now())
	row := `<li id="donation-` + given.ID.String() + `">`
	changed := h.donor().get("/@ana/run", "If-None-Match", tag)
	for _, want := range []string{row, "<bdi>Grace</bdi>", `<strong>$12.00</strong>`, `value="1200"`} {
		if changed.StatusCode != http.StatusOK || !strings.Contains(changed.body, want) {
			t.Errorf("got %d and a page without %s after a donation", changed.StatusCode, want)
		}
	}
	must.Get(h.ScreenDonation(t.Context(), app.System(), fund.Key{ID: given.ID}, fund.ScreeningHidden))(t)
	hidden := h.donor().get("/@ana/run", "If-None-Match", changed.Header.Get("ETag"))
	if hidden.StatusCode != http.StatusOK || strings.Contains(hidden.body, "Grace") || !strings.Contains(hidden.body, `<strong>$12.00</strong>`) {
		t.Errorf("got %d and a page with a hidden donor, or without the money", hidden.StatusCode)
	}
	if missing := h.donor().get("/@ana/nothing"); missing.Header.Get("ETag") != "" {
		t.Error("got a tag of a page that is not there")
	}
}
