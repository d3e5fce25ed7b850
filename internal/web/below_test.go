package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// files are those below the page of the campaign of a house, with what they are.
var files = map[string]string{
	"/@ana/run/donations.atom": "application/atom+xml; charset=utf-8", "/@ana/run/schedule.ics": "text/calendar; charset=utf-8", "/@ana/run/qr.svg": "image/svg+xml",
}

// newProgram is a house whose campaign has a schedule.
func newProgram(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.plan(t, fund.SchedulePatch{Name: fund.Some("Opening"), StartsAt: fund.Some(h.Clock.Now().Add(time.Hour))})
	return h
}

// plan adds an item to the schedule of the campaign.
func (h *house) plan(t *testing.T, patch fund.SchedulePatch) fund.ScheduleItem {
	t.Helper()
	return must.Get(h.CreateScheduleItem(t.Context(), h.owner, keyOf(h.campaign), patch))(t)
}

func TestFilesBelowAPageAreServedAsPages(t *testing.T) {
	t.Parallel()
	h := newProgram(t)
	g := h.donor()
	for path, contentType := range files {
		got := g.get(path)
		for name, want := range map[string]string{
			"Content-Type": contentType, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin",
		} {
			if got.StatusCode != http.StatusOK || got.Header.Get(name) != want {
				t.Errorf("%s: got %d with %s %q, want %q", path, got.StatusCode, name, got.Header.Get(name), want)
			}
		}
		if policy := got.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s: got the policy %q, want one that lets nothing in", path, policy)
		}
		if again := g.get(path, "If-None-Match", got.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || again.body != "" {
			t.Errorf("%s: got %d for what is known, want 304", path, again.StatusCode)
		}
		if head := g.send(http.MethodHead, path, ""); head.StatusCode != http.StatusOK || head.body != "" || strings.TrimPrefix(got.Header.Get("ETag"), "W/") != head.Header.Get("ETag") {
			t.Errorf("%s: got HEAD %d %v, want the headers of GET", path, head.StatusCode, head.Header)
		}
		if post := g.send(http.MethodPost, path, ""); post.StatusCode != http.StatusMethodNotAllowed || post.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: got POST %d %q, want 405 and what is allowed", path, post.StatusCode, post.Header.Get("Allow"))
		}
	}
	h.wait = time.Second
	for path := range files {
		if got := g.get(path); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "1" {
			t.Errorf("%s: got %d for too many requests, want 429", path, got.StatusCode)
		}
	}
}

// TestFilesAreWhereTheirPageIs renames and hides what they are of.
func TestFilesAreWhereTheirPageIs(t *testing.T) {
	t.Parallel()
	h := newProgram(t)
	ctx, g := t.Context(), h.donor()
	for path, want := range map[string]int{
		"/cause/water/donations.atom": 200, "/cause/water/qr.svg": 200, "/cause/water/schedule.ics": 404, "/@ana/missing/donations.atom": 404, "/@ana/missing/qr.svg": 404,
		"/@ana/missing/schedule.ics": 404, "/cause/missing/qr.svg": 404, "/@nobody/run/donations.atom": 404, "/@ana/run/other.atom": 404,
	} {
		g.wants(path, want, "")
	}
	page := g.get("/@ana/run").body
	for _, link := range []string{
		`<link rel="alternate" type="application/atom+xml" title="Latest donations" href="/@ana/run/donations.atom">`, `<a href="/@ana/run/schedule.ics">`, `<a href="/@ana/run/qr.svg" `,
	} {
		if !strings.Contains(page, link) {
			t.Errorf("got a page without %s:\n%s", link, page)
		}
	}
	h.newCampaign(t, "Plain", "plain", h.cause)
	g.wants("/@ana/plain/schedule.ics", http.StatusOK, "")
	team := must.Get(h.CreateTeam(ctx, h.owner, fund.TeamPatch{Name: fund.Some("Crew"), Slug: fund.Some("crew")}))(t)
	must.Get(h.CreateTeamCampaign(ctx, h.owner, fund.Key{ID: team.ID}, fund.CampaignPatch{
		Name: fund.Some("Night"), Slug: fund.Some("night"), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(fund.Published), Goal: fund.Some("9"),
	}))(t)
	g.wants("/@ana/night/donations.atom?a", http.StatusFound, "/+crew/night/donations.atom?a")
	g.wants("/+crew/night/donations.atom", http.StatusOK, "")
	must.Get(h.UpdateCampaign(ctx, h.owner, keyOf(h.campaign), fund.CampaignPatch{Slug: fund.Some("walk")}))(t)
	for path := range files {
		g.wants(path+"?a", http.StatusMovedPermanently, strings.Replace(path, "/run/", "/walk/", 1)+"?a")
		g.wants(strings.Replace(path, "/@ana/run/", "/@Ana/Walk/", 1), http.StatusMovedPermanently, strings.Replace(path, "/run/", "/walk/", 1))
	}
	must.Get(h.UpdateCampaign(ctx, h.owner, keyOf(h.campaign), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)}))(t)
	for path := range files {
		g.wants(path, http.StatusNotFound, "")
		g.wants(strings.Replace(path, "/run/", "/walk/", 1), http.StatusNotFound, "")
	}
	must.Get(h.SuspendCause(ctx, app.System(), fund.Key{ID: h.cause.ID}, "fraud"))(t)
	g.wants("/cause/water/donations.atom", http.StatusNotFound, "")
	g.wants("/cause/water/qr.svg", http.StatusNotFound, "")
}
