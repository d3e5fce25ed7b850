package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestEventsAreWrittenByTheCause(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	cause := fund.Key{ID: w.cause.ID}
	before := w.position(ctx, t)
	e, err := w.CreateFundraisingEvent(ctx, w.causer, cause, fund.EventPatch{
		Name: fund.Some("Marathon"), Goal: fund.Some("100.50"), StartSupportingAt: fund.Some(w.Clock.Now()),
		Settings: fund.SettingsPatch{"color_background": "#fff", "minimum_donation": "2.50", "footer_privacy": "https://example.org/p"},
	})
	must.Do(t, err)
	if e.Slug != "marathon-2" || e.Status != fund.Unpublished || e.Currency != "USD" || e.Goal != 10050 || e.Settings.MinimumDonation != 250 ||
		e.Cause.ID != w.cause.ID || e.ParentKind != fund.KindCause || !e.StartSupportingAt.Equal(w.Clock.Now()) {
		t.Errorf("got %+v, want a draft below the cause with a numbered slug", e)
	}
	events := w.events(ctx, t, before)
	if len(events) != 1 || events[0].Subject != e.ID || !slices.Equal(events[0].Facts, []fund.ID{e.ID, w.cause.ID}) {
		t.Errorf("got %v, want one change of the event and its cause", events)
	}
	_, err = w.CreateFundraisingEvent(ctx, w.causeToken, cause, fund.EventPatch{
		Name: fund.Some(" "), Slug: fund.Some("marathon"), Goal: fund.Some("1.234"), ContactEmail: fund.Some("nobody"),
		Banner: fund.Some("javascript:x"), StartSupportingAt: fund.Some(w.Clock.Now()), EndSupportingAt: fund.Some(w.Clock.Now()),
		Settings: fund.SettingsPatch{"color": "red", "minimum_donation": "x", "find_out_more_link": "ftp://x"},
	})
	wantFields(t, err, "name cannot be blank", "goal has more decimals than USD allows", "contact_email is not an e-mail address",
		"banner is not an address (https://…)", "end_supporting_at must be after start_supporting_at",
		"settings.color is not a known name", "settings.find_out_more_link is not an address (https://…)",
		"settings.minimum_donation is not a number", "slug is already taken")

	program := app.Actor{Kind: app.ActorApplication, Token: w.cause.ID, Owner: w.causer.User, Scopes: []string{fund.ScopeCause}}
	for name, c := range map[string]struct {
		actor app.Actor
		want  string
	}{
		"cause": {w.causeToken, ""}, "member": {w.causer, ""}, "program of a member": {program, ""}, "system": {app.System(), ""},
		"nobody": {app.Actor{}, "not_found"}, "stranger": {w.stranger, "not_found"},
		"member without the scope":  {app.Actor{Kind: app.ActorUser, User: w.causer.User, Scopes: []string{fund.ScopeWrite}}, "not_found"},
		"program without the scope": {app.Actor{Kind: app.ActorApplication, Owner: w.causer.User, Scopes: []string{fund.ScopeWrite}}, "not_found"},
		"program of a stranger":     {app.Actor{Kind: app.ActorApplication, Owner: w.stranger.User, Scopes: fund.Scopes()}, "not_found"},
		"program of nobody":         {app.Actor{Kind: app.ActorApplication, Scopes: fund.Scopes()}, "not_found"},
	} {
		_, err := w.UpdateFundraisingEvent(ctx, c.actor, fund.Key{ID: e.ID}, fund.EventPatch{Message: fund.Some(name)})
		if name == "nobody" {
			c.want = "unauthenticated"
		}
		t.Run(name, func(t *testing.T) { wantKind(t, err, c.want) })
	}
	_, err = w.CreateFundraisingEvent(ctx, w.stranger, cause, fund.EventPatch{Name: fund.Some("x")})
	wantKind(t, err, "forbidden")
	_, err = w.UpdateFundraisingEvent(ctx, w.causer, fund.Key{ID: e.ID}, fund.EventPatch{Slug: fund.Some("marathon")})
	wantFields(t, err, "slug is already taken")
	_, err = w.UpdateFundraisingEvent(ctx, w.causer, fund.Key{ID: e.ID}, fund.EventPatch{Status: fund.Some(fund.Retired)})
	wantFields(t, err, "status cannot be retired before it was published: delete it instead")
	for _, status := range []fund.Status{fund.Published, fund.Retired} {
		e, err = w.UpdateFundraisingEvent(ctx, w.causer, fund.Key{ID: e.ID}, fund.EventPatch{Status: fund.Some(status)})
		must.Do(t, err)
	}
	if e.RetiredAt.IsZero() || e.PublishedAt.IsZero() || e.Settings.MinimumDonation != 250 {
		t.Errorf("got %+v, want it retired and otherwise as it was", e)
	}
	_, err = w.UpdateFundraisingEvent(ctx, w.causer, fund.Key{ID: e.ID}, fund.EventPatch{Name: fund.Some("x")})
	wantKind(t, err, "conflict")
}

// TestEventsTakeCampaignsInTheirTime joins and publishes at the edges of an event's times.
func TestEventsTakeCampaignsInTheirTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	now := w.Clock.Now()
	_, err := w.UpdateFundraisingEvent(ctx, w.causer, fund.Key{ID: w.event.ID}, fund.EventPatch{
		StartSupportingAt: fund.Some(now.Add(time.Second)), CanPublishSupportingAt: fund.Some(now.Add(2 * time.Second)),
		EndSupportingAt: fund.Some(now.Add(4 * time.Second)),
	})
	must.Do(t, err)
	join := func(name string, status fund.Status) (fund.Fact, error) {
		return w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{
			Name: fund.Some(name), Cause: key(w.cause.ID), Event: key(w.event.ID), Status: fund.Some(status),
		})
	}
	_, err = join("early", fund.Unpublished)
	wantFields(t, err, "event does not take campaigns now")
	w.Clock.Advance(time.Second)
	draft, err := join("draft", fund.Unpublished)
	must.Do(t, err)
	_, err = join("published", fund.Published)
	early := "status cannot be published yet: the fundraising event does not allow it before can_publish_supporting_at"
	wantFields(t, err, early)
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(draft), fund.CampaignPatch{Status: fund.Some(fund.Published)})
	wantFields(t, err, early)
	w.Clock.Advance(time.Second)
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(draft), fund.CampaignPatch{Status: fund.Some(fund.Published)})
	must.Do(t, err)
	w.Clock.Advance(2 * time.Second)
	_, err = join("late", fund.Published)
	wantFields(t, err, "event does not take campaigns now")
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(draft), fund.CampaignPatch{Event: key(w.event.ID), Name: fund.Some("stays")})
	must.Do(t, err)
}

func TestCausesAreWrittenByTheirMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, err := w.CreateCause(ctx, w.stranger, fund.CausePatch{
		Name: fund.Some("Water"), Currency: fund.Some("JPY"), Goal: fund.Some("500"), Social: fund.SocialPatch{"twitch": "water"},
		Address: fund.Some(&fund.Address{Line1: "1 Road", City: "Town"}),
	})
	must.Do(t, err)
	if c.Slug != "water-2" || c.Status != fund.Unpublished || c.Goal != 500 || c.Social.Twitch != "water" || c.Address.City != "Town" || c.Cause.ID != c.ID {
		t.Errorf("got %+v, want a draft with a numbered slug", c)
	}
	_, err = w.GetCause(ctx, w.owner, fund.Key{ID: c.ID})
	wantKind(t, err, "not_found")
	_, err = w.CreateCause(ctx, w.stranger, fund.CausePatch{Slug: fund.Some("water"), PhoneNumber: fund.Some("x"), Address: fund.Some(&fund.Address{Line2: "2"})})
	wantFields(t, err, "name cannot be blank", "currency cannot be blank", "phone_number is not a phone number",
		"address.line1 cannot be blank", "address.city cannot be blank", "slug is already taken")
	for name, actor := range map[string]app.Actor{
		"without the scope":                 {Kind: app.ActorUser, User: w.stranger.User, Scopes: []string{fund.ScopeWrite}},
		"a program of nobody":               {Kind: app.ActorApplication, Scopes: fund.Scopes()},
		"a cause, which is no user's token": {Kind: app.ActorCause, Cause: w.cause.ID, Scopes: fund.Scopes()},
	} {
		_, err = w.CreateCause(ctx, actor, fund.CausePatch{Name: fund.Some(name), Currency: fund.Some("USD")})
		wantKind(t, err, "forbidden")
	}
	_, err = w.CreateCause(ctx, app.Actor{}, fund.CausePatch{})
	wantKind(t, err, "unauthenticated")
	program := app.Actor{Kind: app.ActorApplication, Token: w.causeToken.Token, Owner: w.stranger.User, Scopes: []string{fund.ScopeCause}}
	made, err := w.CreateCause(ctx, program, fund.CausePatch{Name: fund.Some("Of a program"), Currency: fund.Some("USD")})
	must.Do(t, err)
	_, err = w.UpdateCause(ctx, w.stranger, fund.Key{ID: made.ID}, fund.CausePatch{Name: fund.Some("Renamed")})
	must.Do(t, err)

	_, err = w.UpdateCause(ctx, w.causer, fund.Key{ID: w.cause.ID}, fund.CausePatch{Currency: fund.Some("EUR"), Slug: fund.Some("forest")})
	wantFields(t, err, "currency is not the currency of the cause (USD)", "slug is already taken")
	_, err = w.UpdateCause(ctx, w.stranger, fund.Key{ID: w.cause.ID}, fund.CausePatch{Name: fund.Some("x")})
	wantKind(t, err, "forbidden")
	c, err = w.UpdateCause(ctx, w.causer, fund.Key{ID: w.cause.ID}, fund.CausePatch{Name: fund.Some("Clean water"), Address: fund.Some[*fund.Address](nil)})
	if err != nil || c.Name != "Clean water" || c.Cause.Name != "Clean water" || c.Slug != "water" {
		t.Errorf("got %+v, %v, want it renamed", c, err)
	}
	c, err = w.UpdateCause(ctx, w.causer, fund.Key{ID: w.cause.ID}, fund.CausePatch{Status: fund.Some(fund.Retired)})
	if err != nil || c.RetiredAt.IsZero() {
		t.Errorf("got %+v, %v, want it retired", c, err)
	}
	_, err = w.UpdateCause(ctx, w.causer, fund.Key{ID: w.cause.ID}, fund.CausePatch{Name: fund.Some("x")})
	wantKind(t, err, "conflict")
}
