package dash_test

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
)

// TestStagesOfATeamCampaign makes a stage beside the first one, sets up and runs what is on it, changes which gifts it takes, and deletes it: what is done on the pages
// of one stage is done on that one alone.
func TestStagesOfATeamCampaign(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, b := t.Context(), h.as("owner")
	team := must.Get(h.CreateTeam(ctx, h.owner, fund.TeamPatch{Name: fund.Some("Team")}))(t)
	fact := must.Get(h.CreateTeamCampaign(ctx, h.owner, fund.Key{ID: team.ID}, fund.CampaignPatch{
		Name: fund.Some("Together"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID}), Status: fund.Some(fund.Published),
	}))(t)
	below := must.Get(h.CreateCampaign(ctx, h.owner, fund.CampaignPatch{
		Name: fund.Some("Below <b>"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID}), Parent: fund.Some(fund.Key{ID: fact.ID}), Status: fund.Some(fund.Published),
	}))(t)
	base, key := "/dashboard/"+fact.ID.String(), testworld.ByID(fact)
	seen := must.Get(h.See(ctx, h.owner, key))(t)
	at := func(path, stage string) string {
		if stage == "" {
			return base + path
		}
		return base + path + "?stage=" + stage
	}
	post := func(path string, more ...string) testbrowser.Answer {
		t.Helper()
		return b.Post(path, testbrowser.With(b.Get(path).Form(t, strings.ReplaceAll(path, "&", "&amp;")), more...))
	}
	page := func(path string, want ...string) string {
		t.Helper()
		got := b.Get(path)
		for _, one := range want {
			if !strings.Contains(html.UnescapeString(got.Text), one) {
				t.Errorf("%s: got %d\n%s\nwant %q", path, got.StatusCode, got.Text, one)
			}
		}
		return got.Text
	}
	page(at("/stage", ""), "First stage", "All gifts that count here", base+"/stage/new")
	if got := post(base+"/stage/new", "name", " ", "takes", "below"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a stage without a name, want 422", got.StatusCode)
	}
	if got := post(base+"/stage/new", "name", "Hall <b>", "takes", "below", "below", below.ID.String()); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d %s, want the stages", got.StatusCode, got.Text)
	}
	all := must.Get(h.ListStages(ctx, seen))(t)
	if len(all) != 2 || all[1].Takes != fund.TakesBelow || all[1].Below != below.ID {
		t.Fatalf("got %+v, want one beside the first", all)
	}
	hall := all[1].ID.String()
	page(at("/stage", hall), "Hall <b>", "Gifts to Below <b>", at("/overlays/new", hall), at("/stage/sound", hall), at("/stage/delete", hall), at("/desk", hall)+"&dock=yes")
	page(at("/overlays/new", hall))
	post(at("/overlays/new", hall), "kind", "alerts", "name", "Of the hall", "theme", "card")
	post(at("/variants/new", hall), "kind", "gift", "name", "Big in the hall", "from", "50")
	post(at("/stage/queue", hall), "rest", "4", "apart", "5", "age", "60")
	on := func(stage string) app.Desk {
		t.Helper()
		if stage == "" {
			return must.Get(h.Desk(ctx, seen))(t)
		}
		return must.Get(h.Desk(ctx, seen.On(all[1].ID)))(t)
	}
	if first, other := on(""), on(hall); first.Shows || !other.Shows || len(first.Variants) != 0 || len(other.Variants) != 1 || first.Policy == other.Policy {
		t.Errorf("got %+v and %+v, want all of it in the hall", first, other)
	}
	if got := page(at("/stage", "")); strings.Contains(got, "Of the hall") || strings.Contains(got, "Big in the hall") {
		t.Errorf("got\n%s\nwant nothing of the hall on the first stage", got)
	}
	overlay := must.Get(h.ListOverlays(ctx, seen.On(all[1].ID)))(t)[0]
	page(base+"/overlays/"+overlay.ID.String(), at("/stage", hall))
	variant := base + "/variants/" + on(hall).Variants[0].ID.String()
	page(variant, at("/desk", hall))
	hallKey := key
	hallKey.Stage = all[1].ID
	own := must.Get(h.SetAlertSound(ctx, h.owner, hallKey, beep()))(t).Own
	page(variant+"/sound", own.Address())

	page(at("/desk", hall), at("/desk/keys", hall), at("/desk", hall), `data-at="`+at("/desk", hall)+`"`)
	if got := post(at("/desk", hall), "do", "pause"); got.Header.Get("Location") != at("/desk", hall) {
		t.Errorf("got %s, want the desk of the hall", got.Header.Get("Location"))
	}
	post(at("/desk", hall), "do", "test-plain")
	if first, other := on(""), on(hall); !first.PausedAt.IsZero() || other.PausedAt.IsZero() || first.Waiting != 0 || other.Waiting != 1 {
		t.Errorf("got %+v and %+v, want the hall alone paused, with a test", first, other)
	}
	post(at("/desk/keys", hall), "name", "Deck")
	if first, other := must.Get(h.ListDeskKeys(ctx, seen))(t), must.Get(h.ListDeskKeys(ctx, seen.On(all[1].ID)))(t); len(first) != 0 || len(other) != 1 {
		t.Errorf("got the keys %v and %v, want one of the hall", first, other)
	}

	post(at("/stage/change", hall), "name", "Ada", "takes", "via", "below", "", "via", "ada")
	page(at("/stage", hall), "Gifts by links with the name ada")
	if got := post(at("/stage/change", hall), "name", "Ada", "takes", "via", "below", "", "via", "ada", "language", "", "shown_currency", "XXY"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for no currency, want 422", got.StatusCode)
	}
	post(at("/stage/change", hall), "name", "Ada", "takes", "via", "below", "", "via", "ada", "language", "ar", "shown_currency", "eur")
	if one := must.Get(h.GetStage(ctx, seen.On(all[1].ID)))(t); one.Language != "ar" || one.ShownCurrency != "EUR" {
		t.Errorf("got %+v, want the language and the currency", one)
	}
	post(base+"/stage/change", "name", "Main", "takes", "own", "below", "", "via", "")
	page(at("/stage", ""), "Gifts made here directly", "Main")
	for path, want := range map[string]int{
		base + "/stage?stage=x": http.StatusNotFound, base + "/desk?stage=" + fact.ID.String(): http.StatusNotFound, base + "/stage/delete": http.StatusNotFound,
		h.base() + "/stage/new": http.StatusNotFound, h.base() + "/stage?stage=" + hall: http.StatusNotFound,
	} {
		if got := b.Get(path); got.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, got.StatusCode, want)
		}
	}
	if got := h.as("stranger").Get(at("/desk", hall)); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
	page(at("/stage/delete", hall), "Delete the stage “Ada”?")
	if got := post(at("/stage/delete", hall), "sure", "yes"); got.Header.Get("Location") != base+"/stage?done=removed" {
		t.Errorf("got %d %s, want the first stage", got.StatusCode, got.Header.Get("Location"))
	}
	if got := b.Get(at("/desk", hall)); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for the desk of a deleted stage, want 404", got.StatusCode)
	}
}
