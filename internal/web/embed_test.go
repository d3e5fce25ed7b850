package web_test

import (
	"bytes"
	"image/png"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/poster"
)

// TestEmbedsAreForTheSitesOfTheCause wants frames that no other site may show, without cookies and scripts.
func TestEmbedsAreForTheSitesOfTheCause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	frames := func() []string {
		var paths []string
		for _, kind := range []string{"button", "goal", "list"} {
			paths = append(paths, "/embed/"+kind+"/@ana/run", "/embed/"+kind+"/cause/water")
		}
		return paths
	}
	for _, allowed := range []string{"", "https://water.example"} {
		want := strings.TrimSpace("frame-ancestors 'self' " + allowed)
		if allowed != "" {
			h.changeCause(t, fund.CausePatch{AllowedOrigins: fund.Some([]string{allowed})})
		}
		for _, path := range frames() {
			got := h.donor().get(path + "?lang=de")
			policy := got.Header.Get("Content-Security-Policy")
			if got.StatusCode != 200 || !strings.HasSuffix(policy, "; "+want) || strings.Contains(policy, "script-src") || got.Header.Get("X-Frame-Options") != "" {
				t.Errorf("%s: got %d %q, want a frame with %q", path, got.StatusCode, policy, want)
			}
			if got.Header.Get("Set-Cookie") != "" || strings.Contains(got.body, "<script") || !strings.Contains(got.body, `lang="de"`) {
				t.Errorf("%s: got %v\n%s\nwant neither cookie nor script", path, got.Header, got.body)
			}
		}
	}
	for _, path := range []string{"/embed/other/@ana/run", "/embed/goal/@ana/none", "/embed/goal/cause/none", "/embed/goal", "/embed/goal/@ana"} {
		if got := h.donor().get(path); got.StatusCode != 404 || !strings.HasSuffix(got.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: got %d %q, want that there is none, for no frame", path, got.StatusCode, got.Header.Get("Content-Security-Policy"))
		}
	}
	if got := h.donor().get("/@ana/run").Header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-ancestors 'none'") {
		t.Errorf("the page itself: got %q, want that nobody frames it", got)
	}
}

// TestEmbedsCanBeCopied wants the HTML of each frame, whose names are escaped twice.
func TestEmbedsCanBeCopied(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/@ana/run", "/cause/water"} {
		got := h.donor().get(path + "/embed")
		for _, kind := range []string{"button", "goal", "list"} {
			if want := htmlOf(`<iframe src="` + h.url + "/embed/" + kind + path + `" title="`); got.StatusCode != 200 || !strings.Contains(got.body, want) {
				t.Errorf("%s: got %d\n%s\nwant %s", path, got.StatusCode, got.body, want)
			}
		}
		if strings.Contains(got.body, "<1>") || !strings.Contains(h.donor().get(path).body, `href="`+path+`/embed"`) {
			t.Errorf("%s: got a name that is not escaped, or no link", path)
		}
	}
	if got := h.donor().get("/@ana/run/embed").body; !strings.Contains(got, htmlOf(htmlOf("Run <1>"))) {
		t.Errorf("got %s, want the name escaped in HTML in HTML", got)
	}
}

var cardLink = regexp.MustCompile(`<meta property="og:image" content="([^"]*)">`)

// TestSocialCardFollowsTheTotal wants a picture with an address of its own for each total, which is not drawn for everybody who asks.
func TestSocialCardFollowsTheTotal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link := func() string {
		found := cardLink.FindStringSubmatch(h.donor().get("/@ana/run").body)
		if found == nil || !strings.HasPrefix(found[1], h.url+"/@ana/run/card.png?v=") {
			t.Fatalf("got %q, want the address of the card", found)
		}
		return found[1]
	}
	card := func() string {
		got := h.donor().get(link())
		picture, err := png.Decode(bytes.NewReader([]byte(got.body)))
		if err != nil || got.Header.Get("Content-Type") != "image/png" || picture.Bounds().Dx() != poster.Width || picture.Bounds().Dy() != poster.Height {
			t.Fatalf("got %d %v, %v, want a PNG", got.StatusCode, got.Header, err)
		}
		return got.body
	}
	empty, at := card(), link()
	g := h.donor()
	g.pay(g.give("/@ana/run/donate", "preset", "25.00"), "4242 4242 4242 4242")
	if now := link(); now == at {
		t.Errorf("got the address %s still, want another one with the total", now)
	}
	h.Clock.Advance(31 * time.Second)
	if later := card(); later == empty {
		t.Error("got the picture of before half a minute later")
	}
	if got := h.donor().get("/cause/water/card.png"); got.StatusCode != 200 {
		t.Errorf("got %d for the cause, want its card", got.StatusCode)
	}
}

// TestPlayersLoadAfterAClick wants a link and a picture, and a policy that lets that player in alone.
func TestPlayersLoadAfterAClick(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct{ service, channel, player, frames string }{
		{"twitch", "ana&b", `data-player="https://player.twitch.tv/?autoplay=true&amp;channel=ana%26b&amp;parent=127.0.0.1"`, "frame-src https://player.twitch.tv;"},
		{"youtube", "UC123", `data-player="https://www.youtube-nocookie.com/embed/live_stream?autoplay=1&amp;channel=UC123"`, "frame-src https://www.youtube-nocookie.com;"},
		{"youtube", "ana", "https://www.youtube.com/@ana", ""},
		{"mixer", "ana", "", ""},
	} {
		_, err := h.UpdateCampaign(t.Context(), h.owner, keyOf(h.campaign), fund.CampaignPatch{Livestream: fund.Some(&fund.Livestream{Type: c.service, Channel: c.channel})})
		must.Do(t, err)
		got := h.donor().get("/@ana/run")
		policy := got.Header.Get("Content-Security-Policy")
		if strings.Contains(got.body, "<iframe") || !strings.Contains(got.body, c.player) || !strings.Contains(policy, c.frames) || c.frames == "" && strings.Contains(policy, "frame-src") {
			t.Errorf("%s %s: got %q\n%s\nwant a link to %s", c.service, c.channel, policy, got.body, c.player)
		}
	}
}
