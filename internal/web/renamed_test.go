package web_test

import (
	"net/http"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// wants asks for a page, and where it leads to.
func (g *donor) wants(path string, status int, location string) {
	g.h.t.Helper()
	if got := g.get(path); got.StatusCode != status || got.Header.Get("Location") != location {
		g.h.t.Errorf("%s: got %d to %q, want %d to %q", path, got.StatusCode, got.Header.Get("Location"), status, location)
	}
}

// TestOldAddressesLeadToTheirOwners renames a user and a cause: addresses on printed links lead on, and back names lead nowhere else.
func TestOldAddressesLeadToTheirOwners(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	rename := func(slug string) {
		t.Helper()
		must.Get(h.UpdateCurrentUser(t.Context(), h.owner, fund.UserPatch{Slug: fund.Some(slug)}))(t)
	}
	rename("ana-live")
	rename("ana-later")
	for _, old := range []string{"/@ana", "/@ana-live", "/@Ana"} {
		g.wants(old, http.StatusMovedPermanently, "/@ana-later")
		g.wants(old+"?from=poster&x=a%20b", http.StatusMovedPermanently, "/@ana-later?from=poster&x=a%20b")
		g.wants(old+"/profile", http.StatusMovedPermanently, "/@ana-later/profile")
		g.wants(old+"/run?from=poster", http.StatusMovedPermanently, "/@ana-later/run?from=poster")
		g.wants(old+"/run/donate?relay=a", http.StatusMovedPermanently, "/@ana-later/run/donate?relay=a")
		g.wants(old+"/missing", http.StatusNotFound, "")
		g.wants(old+"/missing/donate", http.StatusNotFound, "")
	}
	g.wants("/@ana-later/run/donate", http.StatusOK, "")
	g.wants("/@ana-later/missing", http.StatusNotFound, "")
	g.wants("/@stranger", http.StatusNotFound, "")
	g.wants("/ana", http.StatusNotFound, "")
	g.wants("/+ana", http.StatusNotFound, "")
	rename("ana")
	g.wants("/@ana/missing", http.StatusNotFound, "")
	g.wants("/@ana/run", http.StatusOK, "")
	g.wants("/@ANA/Run", http.StatusMovedPermanently, "/@ana/run")
	must.Get(h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, fund.CausePatch{Slug: fund.Some("c")}))(t)
	must.Get(h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, fund.CausePatch{Slug: fund.Some("wells")}))(t)
	for _, old := range []string{"/water", "/c"} {
		g.wants(old, http.StatusMovedPermanently, "/wells")
		g.wants("/cause"+old+"?a", http.StatusMovedPermanently, "/cause/wells?a")
		g.wants(old+"/donate", http.StatusMovedPermanently, "/wells/donate")
		g.wants("/cause"+old+"/donate?a", http.StatusMovedPermanently, "/cause/wells/donate?a")
	}
	must.Get(h.SuspendCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, "fraud"))(t)
	for _, path := range []string{"/wells", "/water", "/cause/water", "/water/donate", "/@ana/run", "/@ana-live/run", "/@ana-live/run/donate"} {
		g.wants(path, http.StatusNotFound, "")
	}
}

// TestOldAddressesLeadToWhatIsBelowAnOwner renames facts of all kinds below their owners.
func TestOldAddressesLeadToWhatIsBelowAnOwner(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, g := t.Context(), h.donor()
	common := func(name, slug string) fund.CampaignPatch {
		return fund.CampaignPatch{
			Name: fund.Some(name), Slug: fund.Some(slug), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(fund.Published), Goal: fund.Some("9"),
		}
	}
	team := must.Get(h.CreateTeam(ctx, h.owner, fund.TeamPatch{Name: fund.Some("Crew"), Slug: fund.Some("crew")}))(t)
	night := must.Get(h.CreateTeamCampaign(ctx, h.owner, fund.Key{ID: team.ID}, common("Night", "night")))(t)
	attic := must.Get(h.CreateAuctionHouse(ctx, h.owner, fund.AuctionHousePatch{CampaignPatch: common("Attic", "attic")}))(t)
	cellar := must.Get(h.CreateAuctionHouse(ctx, app.System(), fund.AuctionHousePatch{CampaignPatch: common("Cellar", "cellar")}))(t)
	party := must.Get(h.CreatePersonalCampaign(ctx, h.owner, fund.PersonalCampaignPatch{CampaignPatch: common("Party", "party")}))(t)
	gala := must.Get(h.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{Name: "Gala", Slug: "gala", Cause: fund.Ref{ID: h.cause.ID}}}))(t)
	for _, f := range []fund.Fact{h.campaign, night, attic.Fact, cellar.Fact, party.Fact, gala.Fact} {
		for _, slug := range []string{f.Slug + "-2", f.Slug + "-3"} {
			switch f.Kind {
			case fund.KindFundraisingEvent:
				must.Get(h.UpdateFundraisingEvent(ctx, app.System(), fund.Key{ID: f.ID}, fund.EventPatch{Slug: fund.Some(slug)}))(t)
			default:
				must.Get(h.UpdateCampaign(ctx, app.System(), keyOf(f), fund.CampaignPatch{Slug: fund.Some(slug)}))(t)
			}
		}
	}
	for owner, slug := range map[string]string{"/@ana": "run", "/+crew": "night", "/water": "gala"} {
		for _, old := range []string{slug, slug + "-2"} {
			g.wants(owner+"/"+old+"?a=1", http.StatusMovedPermanently, owner+"/"+slug+"-3?a=1")
			g.wants(owner+"/"+old+"/donate?a=1", http.StatusMovedPermanently, owner+"/"+slug+"-3/donate?a=1")
		}
		g.wants(owner+"/"+slug+"-3", http.StatusOK, "")
	}
	g.wants("/@ana/attic/donate", http.StatusMovedPermanently, "/@ana/attic-3/donate")
	g.wants("/@ana/party", http.StatusMovedPermanently, "/@ana/party-3")
	g.wants("/water/cellar", http.StatusMovedPermanently, "/water/cellar-3")
	// A team campaign can also be addressed below its user.
	for _, slug := range []string{"night", "night-3"} {
		g.wants("/@ana/"+slug+"?a", http.StatusFound, "/+crew/night-3?a")
		g.wants("/@ana/"+slug+"/donate?a", http.StatusFound, "/+crew/night-3/donate?a")
	}
	must.Get(h.UpdateTeam(ctx, h.owner, fund.Key{ID: team.ID}, fund.TeamPatch{Slug: fund.Some("band")}))(t)
	g.wants("/+crew?a", http.StatusMovedPermanently, "/+band?a")
	g.wants("/+Crew/night/donate?a", http.StatusMovedPermanently, "/+band/night-3/donate?a")
	g.wants("/+band", http.StatusOK, "")
	// The owner calls another one so, which may be hidden.
	draft := common("Draft", "run")
	draft.Status = fund.Some(fund.Unpublished)
	next := must.Get(h.CreateCampaign(ctx, h.owner, draft))(t)
	g.wants("/@ana/run", http.StatusNotFound, "")
	must.Get(h.UpdateCampaign(ctx, h.owner, keyOf(next), fund.CampaignPatch{Status: fund.Some(fund.Published)}))(t)
	g.wants("/@ana/run", http.StatusOK, "")
	must.Get(h.TakeDown(ctx, app.System(), h.campaign.ID, "words"))(t)
	for _, slug := range []string{"run-2", "run-3", "run-2/donate", "run-3/donate"} {
		g.wants("/@ana/"+slug, http.StatusNotFound, "")
	}
}

// TestAFormThatWasOpenWhenItsCampaignWasRenamed is sent to the address that it came from, and gives.
func TestAFormThatWasOpenWhenItsCampaignWasRenamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	form := g.get("/@ana/run/donate").form("amount", "20", "name", "Ada", "email", "ada@example.com")
	must.Get(h.UpdateCampaign(t.Context(), h.owner, keyOf(h.campaign), fund.CampaignPatch{Slug: fund.Some("walk")}))(t)
	must.Get(h.UpdateCurrentUser(t.Context(), h.owner, fund.UserPatch{Slug: fund.Some("ana-live")}))(t)
	if got := g.send(http.MethodPost, "/@ana/run/donate", form.Encode()); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, %v, want to go on to the payment", got.StatusCode, got.problems())
	}
}
