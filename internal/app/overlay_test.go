package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// goal is an overlay with the total.
func goal(name string) fund.OverlayPatch {
	return fund.OverlayPatch{Name: fund.Some(name), Kind: fund.Some(fund.OverlayGoal), Theme: fund.Some(fund.ThemeCard)}
}

// TestWhoSetsUpAStage makes, lists, changes, renews and deletes overlays as everybody. Helpers with a grant do not: an address is a secret.
func TestWhoSetsUpAStage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	desk, _ := w.volunteer(t, "Desk", fund.GrantRoles()...)
	aside, _, _ := w.alone(t, "Aside", fund.GrantRoles()...)
	event := w.event.Fact
	for name, who := range map[string]struct {
		actor    app.Actor
		fact     fund.Fact
		may, see bool
	}{
		"owner": {w.owner, w.campaign, true, true}, "stranger": {w.stranger, w.campaign, false, true}, "member of the cause": {w.causer, w.campaign, false, true},
		"all grants": {desk, w.campaign, false, true}, "all grants without an account": {aside, w.campaign, false, true},
		"admin of the team": {w.roles[fund.RoleAdmin], w.team1, true, true}, "member of the team": {w.roles[fund.RoleMember], w.team1, false, true},
		"member of the cause at its event": {w.causer, event, true, true}, "owner at the event": {w.owner, event, false, true},
	} {
		o, err := w.CreateOverlay(ctx, who.actor, factKey(who.fact), goal("one"))
		if (err == nil) != who.may || !who.may && !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: got %v, want to make one %t", name, err, who.may)
			continue
		}
		if who.may {
			must.Do(t, w.DeleteOverlay(ctx, who.actor, o.ID))
			o = must.Get(w.CreateOverlay(ctx, who.actor, factKey(who.fact), goal("two")))(t)
		} else {
			o = must.Get(w.CreateOverlay(ctx, app.System(), factKey(who.fact), goal("of the system")))(t)
		}
		_, got := w.GetOverlay(ctx, who.actor, o.ID)
		_, changed := w.UpdateOverlay(ctx, who.actor, o.ID, fund.OverlayPatch{Name: fund.Some("new")})
		_, renewed := w.RenewOverlay(ctx, who.actor, o.ID)
		seen := must.Get(w.See(ctx, who.actor, factKey(who.fact)))(t)
		_, listed := w.ListOverlays(ctx, seen)
		for what, err := range map[string]error{"read": got, "change": changed, "renew": renewed, "list": listed, "delete": w.DeleteOverlay(ctx, who.actor, o.ID)} {
			if (err == nil) != who.may || !who.may && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: got %v, want to %s it %t", name, err, what, who.may)
			}
		}
	}
}

// TestAnOverlayOpensItsFactAlone wants the key of an overlay to see its own draft, nothing else that is not public, and nothing that only some may see.
func TestAnOverlayOpensItsFactAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	owner := w.owner
	draft, other := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft")}), w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Other")})
	o := must.Get(w.CreateOverlay(ctx, owner, factKey(draft), goal("one")))(t)
	visit := must.Get(w.OpenOverlay(ctx, o.Key))(t)
	if visit.Seen().Fact().ID != draft.ID {
		t.Errorf("got the fact %s, want the draft", visit.Seen().Fact().ID)
	}
	_, err := w.See(ctx, visit.Actor(), factKey(other))
	wantKind(t, err, "not_found")
	_, err = w.ListOverlays(ctx, visit.Seen())
	if err == nil {
		t.Error("got the overlays of a fact with the key of one")
	}
	rights := must.Get(w.RightsAt(ctx, visit.Actor(), draft))(t)
	if rights.Any() {
		t.Errorf("got the rights %+v with the key of an overlay, want none", rights)
	}
	renewed := must.Get(w.RenewOverlay(ctx, owner, o.ID))(t)
	for key, want := range map[string]string{o.Key: "not_found", renewed.Key: "", "": "not_found", renewed.ID.String(): "not_found"} {
		if _, err := w.OpenOverlay(ctx, key); want == "" && err != nil || want != "" && !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v with the key %q, want %q", err, key, want)
		}
	}
}

// TestOverlaysHaveLimits makes as many as there may be, and one more, and wants what is wrong named.
func TestOverlaysHaveLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	owner := w.owner
	var last fund.Overlay
	for range fund.MaxOverlays {
		last = must.Get(w.CreateOverlay(ctx, owner, factKey(w.campaign), goal("one")))(t)
	}
	_, err := w.CreateOverlay(ctx, owner, factKey(w.campaign), goal("too many"))
	wantKind(t, err, "conflict")
	must.Do(t, w.DeleteOverlay(ctx, owner, last.ID))
	must.Get(w.CreateOverlay(ctx, owner, factKey(w.campaign), goal("one again")))(t)
	_, err = w.CreateOverlay(ctx, w.roles[fund.RoleAdmin], factKey(w.team1), fund.OverlayPatch{Title: fund.Some(string(make([]byte, fund.MaxOverlayTitle+1)))})
	for _, field := range []string{"name", "kind", "theme", "title"} {
		if !fault.From(err).Fields.Has(field) {
			t.Errorf("got %v, want %s named", err, field)
		}
	}
}
