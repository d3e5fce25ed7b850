package app_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// dashboard are the names of the facts on somebody's dashboard.
func (w *world) dashboard(t *testing.T, actor app.Actor) string {
	t.Helper()
	var names []string
	for _, f := range must.Get(w.DashboardFacts(t.Context(), actor))(t) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// TestWhatIsOnADashboard lists own facts, those of teams, and those with grants.
func TestWhatIsOnADashboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.Clock.Advance(1)
	must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Over"), Status: fund.Some(fund.Published)})), fund.CampaignPatch{Status: fund.Some(fund.Retired)}))(t)
	w.Clock.Advance(1_000_000)
	w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft"), Status: fund.Some(fund.Unpublished)})
	if got, want := w.dashboard(t, w.owner), "Draft, "+w.campaign.Name+", Over"; got != want {
		t.Errorf("got %s for the owner, want %s", got, want)
	}
	for role, want := range map[fund.Role]string{
		fund.RoleSuperAdmin: w.team1.Name, fund.RoleAdmin: w.team1.Name, fund.RoleEventManager: w.team1.Name, fund.RoleUserManager: "", fund.RoleMember: "",
	} {
		if got := w.dashboard(t, w.roles[role]); got != want {
			t.Errorf("%s: got %q, want %q", role, got, want)
		}
	}
	with, link := w.volunteer(t, "Ada", fund.GrantReader)
	alone, other, _ := w.alone(t, "Bob", fund.GrantReader)
	for _, actor := range []app.Actor{with, alone} {
		if got := w.dashboard(t, actor); got != w.campaign.Name {
			t.Errorf("got %q for a volunteer, want the campaign", got)
		}
	}
	must.Get(w.EndGrants(ctx, w.owner, campaignKey(w.campaign), link.ID, other.ID))(t)
	if got := w.dashboard(t, with); got != "" {
		t.Errorf("got %q after the end, want nothing", got)
	}
	_, err := w.DashboardFacts(ctx, app.Actor{})
	wantKind(t, err, "unauthenticated")
}

// TestWhatCanBeDoneAtAFact asks as everybody.
func TestWhatCanBeDoneAtAFact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	screener, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	reader, _ := w.volunteer(t, "Bob", fund.GrantReader)
	for _, c := range []struct {
		who   string
		actor app.Actor
		want  app.FactRights
		any   bool
	}{
		{"the owner", w.owner, app.FactRights{Edit: true, Schedule: true, Screen: true, SetScreening: true, Credit: true, GiveGrants: true, Count: true, Stage: true, Desk: true, Read: true, Arrange: true}, true}, {"a stranger", w.stranger, app.FactRights{}, false},
		{"an owner of the cause", w.causer, app.FactRights{Screen: true, SetScreening: true, Credit: true, Count: true, Fulfill: true, Refund: true, Donors: true}, true},
		{"a screener", screener, app.FactRights{Screen: true, Arrange: true, Grants: []fund.GrantRole{fund.GrantScreener}}, true},
		{"a reader", reader, app.FactRights{Read: true, Arrange: true, Grants: []fund.GrantRole{fund.GrantReader}}, true},
	} {
		got := must.Get(w.RightsAt(t.Context(), c.actor, w.campaign))(t)
		if !reflect.DeepEqual(got, c.want) || got.Any() != c.any {
			t.Errorf("%s: got %+v, want %+v", c.who, got, c.want)
		}
	}
}

// TestWhatScreenersRead lists donations as those who may see what is held, and as others.
func TestWhatScreenersRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"})})
	in := fund.DonationInput{Amount: "5", Name: "a slur", Email: "a@example.org", Reference: "R1"}
	held := must.Get(w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), in))(t)
	in.Name, in.Anonymous, in.Reference = "Grace", true, "R2"
	plain := must.Get(w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), in))(t)
	screener, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	for _, actor := range []app.Actor{screener, w.owner, w.causer} {
		waiting := must.Get(w.HeldDonations(ctx, actor, campaignKey(w.campaign), 9))(t)
		if len(waiting) != 1 || waiting[0].ID != held.ID || waiting[0].Name != "a slur" || waiting[0].Email != "" || waiting[0].Reference != "" {
			t.Errorf("got %+v, want the held donation without the address", waiting)
		}
		last := must.Get(w.LatestDonations(ctx, actor, campaignKey(w.campaign), 9))(t)
		if len(last) != 2 || last[0].ID != plain.ID || last[0].Name != "" || last[0].Email != "" {
			t.Errorf("got %+v, want both, and no name behind the anonymous one", last)
		}
	}
	reader, _ := w.volunteer(t, "Bob", fund.GrantReader)
	for _, actor := range []app.Actor{reader, w.stranger} {
		_, err := w.HeldDonations(ctx, actor, campaignKey(w.campaign), 9)
		wantKind(t, err, "forbidden")
		_, err = w.LatestDonations(ctx, actor, campaignKey(w.campaign), 9)
		wantKind(t, err, "forbidden")
	}
}
