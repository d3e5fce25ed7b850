package apiv5_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// TestPastSlugsFindWhatPresentSlugsFind renames everything: every read by slugs gives one answer for the slugs of before and of now.
func TestPastSlugsFindWhatPresentSlugsFind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.RenameAll(t.Context())
	for _, s := range scripts() {
		before := w.path(s.target)
		now := testworld.PresentPath(before, had)
		if bySlug := strings.Contains(s.pattern, "slug}"); bySlug != (now != before) {
			t.Errorf("%s: want it asked by a slug that changed: %v", s.target, bySlug)
		}
		if now == before {
			continue
		}
		want := w.call("GET", now, w.token(s.caller), "")
		body := strings.ReplaceAll(want.Body.String(), now, before)
		if got := w.call("GET", before, w.token(s.caller), ""); want.Code != 200 || got.Code != 200 || got.Body.String() != body {
			t.Errorf("%s: got %d %s, want %d %s", before, got.Code, got.Body, want.Code, body)
		}
	}
}

// TestAnswersByPastSlugsAreFresh gives a past slug to another campaign of its owner: the answer by it is not the one that was kept.
func TestAnswersByPastSlugsAreFresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rename := func(f fund.Fact, slug string) {
		t.Helper()
		_, err := w.UpdateCampaign(t.Context(), testworld.As(w.Ada), testworld.ByID(f), fund.CampaignPatch{Slug: fund.Some(slug)})
		w.Must(err)
	}
	wants := func(id fund.ID) {
		t.Helper()
		for range 2 {
			if got := w.get("/api/public/campaigns/by/slugs/ada/speedrun", "application"); !strings.Contains(got.Body.String(), `"id":"`+id.String()+`"`) {
				t.Errorf("got %d %s, want the campaign %s", got.Code, got.Body, id)
			}
		}
	}
	rename(w.Campaign, "run")
	wants(w.Campaign.ID)
	next, err := w.CreateCampaign(t.Context(), testworld.As(w.Ada), fund.CampaignPatch{
		Name: fund.Some("Next"), Slug: fund.Some("speedrun"), Goal: fund.Some("1"), Cause: fund.Some(fund.Key{ID: w.Cause.ID}), Status: fund.Some(fund.Published),
	})
	w.Must(err)
	wants(next.ID)
	rename(next, "third")
	wants(next.ID)
	rename(w.Campaign, "speedrun")
	wants(w.Campaign.ID)
}

// TestSlugsFollowTheLanguageOfTheRequest names teams on both wires.
func TestSlugsFollowTheLanguageOfTheRequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for path, want := range map[string]string{"/api/private/teams": "fuer-kinder", "/api/v3/teams": "mueller-soehne"} {
		name := map[string]string{"fuer-kinder": "Für Kinder", "mueller-soehne": "Müller & Söhne"}[want]
		if got := d.send(t, "owner", "POST", path, `{"name":"`+name+`"}`, "Accept-Language", "de-DE,de;q=0.9"); got.Data["slug"] != want {
			t.Errorf("%s: got %d %s, want the slug %s", path, got.status, got.text, want)
		}
	}
}
