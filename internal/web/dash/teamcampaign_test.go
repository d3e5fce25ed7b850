package dash_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestACampaignOfATeam begins one for a cause and one for an event, as a draft.
func TestACampaignOfATeam(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	team := must.Get(h.CreateTeam(ctx, h.owner, fund.TeamPatch{Name: fund.Some("Runners")}))(t)
	event := must.Get(h.CreateFundraisingEvent(ctx, app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.EventPatch{Name: fund.Some("Marathon"), Status: fund.Some(fund.Published)}))(t)
	b, base := h.as("owner"), "/dashboard/"+team.ID.String()+"/team"
	at := base + "/campaign"
	if got := b.Get(base); !strings.Contains(got.Text, at) {
		t.Errorf("got no way to a campaign\n%s", got.Text)
	}
	for field, typed := range map[string]string{"cause": "", "name": ""} {
		form := filled(t, b.Get(at), at, "cause", h.campaign.Cause.ID.String(), "name", "Relay")
		form.Set(field, typed)
		if got := b.Post(at, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem"`) {
			t.Errorf("%s: got %d\n%s", field, got.StatusCode, got.Text)
		}
	}
	for name, home := range map[string]fund.ID{"Relay": h.campaign.Cause.ID, "Night <b>": event.ID} {
		form := filled(t, b.Get(at), at, "cause", home.String(), "name", name, "description", "We run.", "team_id", fund.ID{15: 1}.String())
		for range 2 {
			if got := b.Post(at, form); got.Header.Get("Location") != base+"?done=saved" {
				t.Fatalf("%s: got %d\n%s\nwant it made", name, got.StatusCode, got.Text)
			}
		}
	}
	all := must.Get(h.DashboardFacts(ctx, h.owner))(t)
	found := map[string]fund.Fact{}
	for _, f := range all {
		found[f.Name] = f
	}
	for name, inEvent := range map[string]bool{"Relay": false, "Night <b>": true} {
		if f := found[name]; len(all) != 3 || f.Kind != fund.KindTeamCampaign || f.Team == nil || f.Team.ID != team.ID || f.Status != fund.Unpublished || f.Cause.ID != h.campaign.Cause.ID || (f.Event != nil) != inEvent {
			t.Errorf("%s: got %+v of %d, want a draft of the team", name, f, len(all))
		}
	}
	if got := h.as("stranger").Get(at); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want it refused", got.StatusCode)
	}
}
