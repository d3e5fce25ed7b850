package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestWhoMayChangeACampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hidden := w.newCampaign(ctx, t, fund.CampaignPatch{})
	hiddenTeam, err := w.CreateTeamCampaign(ctx, w.roles[fund.RoleEventManager], fund.Key{Slug: w.team.Slug}, fund.CampaignPatch{
		Name: fund.Some("Secret"), Cause: key(w.cause.ID),
	})
	must.Do(t, err)
	actors := map[string]app.Actor{
		"anonymous": {}, "application": w.program, "owner": w.owner, "stranger": w.stranger, "cause member": w.causer,
		"cause": w.causeToken, "system": app.System(),
	}
	for role, actor := range w.roles {
		actors[string(role)] = actor
	}
	cases := []struct {
		fact fund.Fact
		// who gets a different answer.
		others string
		want   map[string]string
	}{
		{w.campaign, "forbidden", map[string]string{"owner": "", "system": "", "anonymous": "unauthenticated"}},
		{w.team1, "forbidden", map[string]string{
			"super_admin": "", "admin": "", "event_manager": "", "system": "", "anonymous": "unauthenticated",
		}},
		{hidden, "not_found", map[string]string{"owner": "", "system": "", "cause": "forbidden", "cause member": "forbidden"}},
		{hiddenTeam, "not_found", map[string]string{
			"super_admin": "", "admin": "", "event_manager": "", "system": "", "cause": "forbidden", "cause member": "forbidden",
		}},
	}
	for _, c := range cases {
		for name, actor := range actors {
			want, special := c.want[name]
			if !special {
				want = c.others
			}
			t.Run(c.fact.Name+"/"+name, func(t *testing.T) {
				_, err := w.UpdateCampaign(ctx, actor, campaignKey(c.fact), fund.CampaignPatch{Description: fund.Some("new")})
				wantKind(t, err, want)
				_, err = w.CreateTarget(ctx, actor, campaignKey(c.fact), fund.TargetPatch{Name: fund.Some("x"), Amount: fund.Some("5")})
				wantKind(t, err, want)
				_, err = w.GetFact(ctx, actor, campaignKey(c.fact))
				if want != "not_found" {
					want = ""
				}
				wantKind(t, err, want)
			})
		}
	}
}

func TestWhoMayMakeACampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	patch := fund.CampaignPatch{Name: fund.Some("New"), Cause: key(w.cause.ID)}
	for _, actor := range []app.Actor{{}, w.program, w.causeToken} {
		_, err := w.CreateCampaign(ctx, actor, patch)
		wantKind(t, err, "unauthenticated")
		_, err = w.CreateTeamCampaign(ctx, actor, fund.Key{ID: w.team.ID}, patch)
		wantKind(t, err, "unauthenticated")
	}
	for role, actor := range w.roles {
		_, err := w.CreateTeamCampaign(ctx, actor, fund.Key{ID: w.team.ID}, patch)
		want := "forbidden"
		if role.MayEditCampaigns() {
			want = ""
		}
		t.Run(string(role), func(t *testing.T) { wantKind(t, err, want) })
	}
	_, err := w.CreateTeamCampaign(ctx, w.stranger, fund.Key{LegacyID: 999}, patch)
	wantKind(t, err, "not_found")
}

func TestCreateCampaignReportsEveryWrongField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	before := w.position(ctx, t)
	_, err := w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{
		Name: fund.Some(""), Slug: fund.Some("run"), Goal: fund.Some("1.234"), Cause: key(w.cause.ID), Event: fund.Some(fund.Key{LegacyID: 77}),
		Parent: fund.Some(fund.Key{LegacyID: 77}), Team: key(w.team.ID), Invalid: fault.Fields{{Path: "supportable", Text: "is not a text"}},
	})
	wantFields(t, err, "supportable is not a text", "name cannot be blank", "goal has more decimals than USD allows",
		"team is a team that you are not a member of", "event does not exist", "parent does not exist", "slug is already taken")
	_, err = w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{})
	wantFields(t, err, "cause cannot be blank", "name cannot be blank")
	_, err = w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{Name: fund.Some("x"), Cause: fund.Some(fund.Key{LegacyID: 99})})
	wantFields(t, err, "cause does not exist")
	if got := w.events(ctx, t, before); len(got) != 0 {
		t.Errorf("got events %v of refused changes, want none", got)
	}
}

func TestCampaignReferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if got := fmt.Sprintf("%v %v %v", w.campaign.Parent.ID == w.team1.ID, w.campaign.ParentKind, w.campaign.Event != nil && w.campaign.Event.ID == w.event.ID); got != "true team_campaign true" {
		t.Errorf("got %q, want the team campaign and its event", got)
	}
	alone := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Alone")})
	if alone.Parent == nil || alone.Parent.ID != w.cause.ID || alone.Currency != "USD" || alone.Status != fund.Unpublished {
		t.Errorf("got parent %v, currency %s, status %s, want the cause, USD, unpublished", alone.Parent, alone.Currency, alone.Status)
	}
	update := func(f fund.Fact, patch fund.CampaignPatch) error {
		_, err := w.UpdateCampaign(ctx, w.owner, campaignKey(f), patch)
		return err
	}
	wantFields(t, update(alone, fund.CampaignPatch{Cause: key(w.yen.ID)}), "cause cannot be changed")
	wantKind(t, update(alone, fund.CampaignPatch{Cause: key(w.cause.ID)}), "")
	wantFields(t, update(alone, fund.CampaignPatch{Parent: key(w.campaign.ID)}), "parent does not take your support")
	wantKind(t, update(w.campaign, fund.CampaignPatch{Supportable: fund.Some(fund.SupportPublic)}), "")
	wantKind(t, update(alone, fund.CampaignPatch{Parent: key(w.campaign.ID), Supportable: fund.Some(fund.SupportPublic)}), "")
	wantFields(t, update(w.campaign, fund.CampaignPatch{Parent: key(alone.ID)}), "parent would make the campaign support itself")
	wantFields(t, update(alone, fund.CampaignPatch{Parent: key(alone.ID)}), "parent would make the campaign support itself")
	yen := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Yen"), Cause: key(w.yen.ID)})
	wantFields(t, update(yen, fund.CampaignPatch{Parent: key(w.campaign.ID), Event: key(w.event.ID)}),
		"event belongs to another cause", "parent belongs to another cause")
	supporting, err := w.ListCampaigns(ctx, w.owner, app.CampaignFilter{Supporting: &fund.Key{ID: w.campaign.ID}}, fund.Page{Limit: 10})
	must.Do(t, err)
	if got, want := numbers(supporting), fmt.Sprintf("[%d]", alone.LegacyID); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantKind(t, update(alone, fund.CampaignPatch{Parent: fund.Some(fund.Key{}), Event: fund.Some(fund.Key{})}), "")
	free, err := w.GetFact(ctx, w.owner, campaignKey(alone))
	must.Do(t, err)
	if free.Parent == nil || free.Parent.ID != w.cause.ID || free.Event != nil {
		t.Errorf("got parent %v, event %v, want the cause and none", free.Parent, free.Event)
	}
}

func TestTeamsAndPrivateSupport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	member := w.roles[fund.RoleMember]
	f, err := w.CreateCampaign(ctx, member, fund.CampaignPatch{Name: fund.Some("Mine"), Cause: key(w.cause.ID), Team: key(w.team.ID)})
	must.Do(t, err)
	if f.Team == nil || f.Team.ID != w.team.ID || f.Kind != fund.KindCampaign {
		t.Errorf("got team %v of a %s, want the member's team", f.Team, f.Kind)
	}
	_, err = w.UpdateCampaign(ctx, w.roles[fund.RoleAdmin], campaignKey(w.team1), fund.CampaignPatch{
		Supportable: fund.Some(fund.SupportPrivate), Team: fund.Some(fund.Key{Slug: "other"}),
	})
	wantFields(t, err, "team cannot be changed")
	_, err = w.UpdateCampaign(ctx, w.roles[fund.RoleAdmin], campaignKey(w.team1), fund.CampaignPatch{Supportable: fund.Some(fund.SupportPrivate)})
	must.Do(t, err)
	_, err = w.UpdateCampaign(ctx, member, campaignKey(f), fund.CampaignPatch{Parent: key(w.team1.ID), Team: fund.Some(fund.Key{})})
	wantKind(t, err, "")
	_, err = w.CreateCampaign(ctx, w.stranger, fund.CampaignPatch{Name: fund.Some("x"), Cause: key(w.cause.ID), Parent: key(w.team1.ID)})
	wantFields(t, err, "parent does not take your support")
	// Existing supporters keep supporting it.
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Parent: key(w.team1.ID), Name: fund.Some("Still")})
	wantKind(t, err, "")
	must.Do(t, w.DisbandTeam(ctx, w.roles[fund.RoleSuperAdmin], fund.Key{ID: w.team.ID}))
	_, err = w.UpdateCampaign(ctx, member, campaignKey(f), fund.CampaignPatch{Team: key(w.team.ID)})
	wantFields(t, err, "team is disbanded")
	_, err = w.UpdateCampaign(ctx, member, campaignKey(f), fund.CampaignPatch{Team: fund.Some(fund.Key{LegacyID: 99})})
	wantFields(t, err, "team does not exist")
}

func TestSupportersFollowIntoAnotherEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	next, err := w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{
		Name: "Next", Slug: "next", Cause: fund.Ref{ID: w.cause.ID},
	}})
	must.Do(t, err)
	_, err = w.Donate(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "5"})
	must.Do(t, err)
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Event: key(next.ID)})
	wantFields(t, err, "event is not the event of the campaign that this one supports")
	_, err = w.UpdateCampaign(ctx, w.roles[fund.RoleAdmin], campaignKey(w.team1), fund.CampaignPatch{Event: key(next.ID)})
	must.Do(t, err)
	f, err := w.GetFact(ctx, app.Actor{}, campaignKey(w.campaign))
	must.Do(t, err)
	if f.Event == nil || f.Event.ID != next.ID {
		t.Errorf("got event %v, want %d", f.Event, next.LegacyID)
	}
	for event, want := range map[fund.ID]string{w.event.ID: "0 donations of 0", next.ID: "1 donations of 500"} {
		e, err := w.GetFundraisingEvent(ctx, app.Actor{}, fund.Key{ID: event})
		must.Do(t, err)
		given, err := w.ListEventDonations(ctx, w.causeToken, fund.Key{ID: event}, app.DonationPage{Limit: 9})
		must.Do(t, err)
		if got := fmt.Sprintf("%d donations of %d", len(given), e.Total()); got != want {
			t.Errorf("%s: got %q, want %q", e.Name, got, want)
		}
	}
}

func TestSlugsOfCampaigns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	second, third := w.newCampaign(ctx, t, fund.CampaignPatch{}), w.newCampaign(ctx, t, fund.CampaignPatch{})
	if got, want := w.campaign.Slug+" "+second.Slug+" "+third.Slug, "run run-2 run-3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	other, err := w.CreateCampaign(ctx, w.stranger, fund.CampaignPatch{Name: fund.Some("Run"), Cause: key(w.cause.ID), Slug: fund.Some("run")})
	must.Do(t, err)
	got, err := w.GetFact(ctx, w.stranger, app.FactKey{Key: fund.Key{Slug: "run"}, User: &fund.Key{Slug: "stranger"}})
	must.Do(t, err)
	if got.ID != other.ID {
		t.Errorf("got campaign %d, want %d", got.LegacyID, other.LegacyID)
	}
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(second), fund.CampaignPatch{Slug: fund.Some("run")})
	wantFields(t, err, "slug is already taken")
	_, err = w.GetFact(ctx, w.owner, app.FactKey{Key: fund.Key{LegacyID: other.LegacyID}, User: &fund.Key{Slug: "owner"}})
	wantKind(t, err, "not_found")
	_, err = w.GetFact(ctx, w.owner, app.FactKey{Key: fund.Key{LegacyID: w.team1.LegacyID}, Team: &fund.Key{ID: w.team.ID}})
	wantKind(t, err, "")
}

func TestRetiredCampaignsAreSeenButNotChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	poll, err := w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
		Name: fund.Some("?"), Options: []fund.PollOptionPatch{{Name: fund.Some("a")}},
	})
	must.Do(t, err)
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	const retired = "status is retired: a retired campaign cannot be changed"
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Published)})
	wantFields(t, err, retired)
	_, err = w.UpdatePoll(ctx, w.owner, fund.Key{ID: poll.ID}, fund.PollPatch{Name: fund.Some("!")})
	wantKind(t, err, "conflict")
	wantKind(t, w.DeletePoll(ctx, w.owner, fund.Key{ID: poll.ID}), "conflict")
	wantKind(t, w.DeleteCampaign(ctx, w.owner, campaignKey(w.campaign)), "conflict")
	_, err = w.Donate(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "5"})
	wantFields(t, err, "fact is retired: a retired campaign takes no donations")
	_, err = w.GetFact(ctx, app.Actor{}, campaignKey(w.campaign))
	wantKind(t, err, "")
}

func TestListCampaignsShowsEachTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hidden := w.newCampaign(ctx, t, fund.CampaignPatch{})
	hiddenTeam, err := w.CreateTeamCampaign(ctx, w.roles[fund.RoleAdmin], fund.Key{ID: w.team.ID}, fund.CampaignPatch{
		Name: fund.Some("Secret"), Cause: key(w.cause.ID), Event: key(w.event.ID),
	})
	must.Do(t, err)
	list := func(facts ...fund.Fact) string { return numbers(facts) }
	user, team, cause, event := &fund.Key{Slug: "owner"}, &fund.Key{ID: w.team.ID}, &fund.Key{ID: w.cause.ID}, &fund.Key{ID: w.event.ID}
	cases := []struct {
		name   string
		actor  app.Actor
		filter app.CampaignFilter
		want   string
		kind   string
	}{
		{name: "all, stranger", actor: w.stranger, want: list(w.campaign, w.team1)},
		{name: "all, owner", actor: w.owner, want: list(hidden, w.campaign, w.team1)},
		{name: "user, anonymous", filter: app.CampaignFilter{User: user}, want: list(w.campaign)},
		{name: "user, owner", actor: w.owner, filter: app.CampaignFilter{User: user}, want: list(hidden, w.campaign)},
		{name: "team, member", actor: w.roles[fund.RoleMember], filter: app.CampaignFilter{Team: team}, want: list(w.team1)},
		{name: "team, event manager", actor: w.roles[fund.RoleEventManager], filter: app.CampaignFilter{Team: team}, want: list(hiddenTeam, w.team1)},
		{name: "cause, anonymous", filter: app.CampaignFilter{Cause: cause}, kind: "unauthenticated"},
		{name: "cause, stranger", actor: w.stranger, filter: app.CampaignFilter{Cause: cause}, kind: "forbidden"},
		{name: "cause, itself", actor: w.causeToken, filter: app.CampaignFilter{Cause: cause}, want: list(hiddenTeam, hidden, w.campaign, w.team1)},
		{name: "event, member", actor: w.causer, filter: app.CampaignFilter{Event: event}, want: list(hiddenTeam, w.campaign, w.team1)},
		{name: "no such user", filter: app.CampaignFilter{User: &fund.Key{Slug: "nobody"}}, kind: "not_found"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := w.ListCampaigns(ctx, c.actor, c.filter, fund.Page{Limit: 10})
			wantKind(t, err, c.kind)
			if err == nil && numbers(got) != c.want {
				t.Errorf("got %s, want %s", numbers(got), c.want)
			}
		})
	}
	page := func(actor app.Actor, before int64) (string, error) {
		got, err := w.ListCampaigns(ctx, actor, app.CampaignFilter{User: user}, fund.Page{Limit: 10, Before: &fund.Cursor{Number: before}})
		return numbers(got), err
	}
	got, err := page(w.owner, hidden.LegacyID)
	must.Do(t, err)
	if want := list(w.campaign); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, cursor := range []int64{hidden.LegacyID, w.team1.LegacyID, 999} {
		_, err := page(w.stranger, cursor)
		wantKind(t, err, "not_found")
		if want := fmt.Sprintf("There is no item %d in this list to page from.", cursor); err == nil || fault.From(err).Message != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestDeleteCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	empty := w.newCampaign(ctx, t, fund.CampaignPatch{Status: fund.Some(fund.Published)})
	_, err := w.CreateReward(ctx, w.owner, campaignKey(empty), fund.RewardPatch{Name: fund.Some("r"), Amount: fund.Some("1")})
	must.Do(t, err)
	wantKind(t, w.DeleteCampaign(ctx, w.stranger, campaignKey(empty)), "forbidden")
	wantKind(t, w.DeleteCampaign(ctx, w.owner, campaignKey(empty)), "")
	_, err = w.GetFact(ctx, w.owner, campaignKey(empty))
	wantKind(t, err, "not_found")
	wantKind(t, w.DeleteCampaign(ctx, w.roles[fund.RoleAdmin], campaignKey(w.team1)), "conflict")
	_, err = w.Donate(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "5"})
	must.Do(t, err)
	err = w.DeleteCampaign(ctx, w.owner, campaignKey(w.campaign))
	wantKind(t, err, "conflict")
	if !strings.Contains(fault.From(err).Message, "retire it instead") {
		t.Errorf("got %v, want the way out", err)
	}
}

func TestNoUpdateOfOneCampaignIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	patches := []fund.CampaignPatch{
		{Name: fund.Some("Swim")}, {Description: fund.Some("In the sea")}, {Goal: fund.Some("77")}, {Avatar: fund.Some("/a.png")},
	}
	var wait sync.WaitGroup
	errs := make([]error, len(patches))
	for i, patch := range patches {
		wait.Go(func() { _, errs[i] = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), patch) })
	}
	wait.Wait()
	for _, err := range errs {
		must.Do(t, err)
	}
	got, err := w.GetFact(ctx, w.owner, campaignKey(w.campaign))
	must.Do(t, err)
	if g, want := fmt.Sprint(got.Name, "|", got.Description, "|", got.Goal, "|", got.Avatar), "Swim|In the sea|7700|/a.png"; g != want {
		t.Errorf("got %q, want %q", g, want)
	}
}

func TestAChangeNamesEverythingThatShowsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	before := w.position(ctx, t)
	_, err := w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Parent: fund.Some(fund.Key{}), Event: fund.Some(fund.Key{})})
	must.Do(t, err)
	events := w.events(ctx, t, before)
	if len(events) != 2 || events[1].Topic != fund.TopicFactChanged || events[1].Subject != w.campaign.ID {
		t.Fatalf("got %v, want that the campaign left and was changed", events)
	}
	want := fmt.Sprint([]fund.ID{w.team1.ID, w.event.ID})
	if got := fmt.Sprint(events[0].Facts); got != want || events[0].Topic != fund.TopicFactLeft {
		t.Errorf("got %s of %s, want that it left %s", events[0].Topic, got, want)
	}
	want = fmt.Sprint([]fund.ID{w.campaign.ID, w.cause.ID, w.owner.User, w.team1.ID, w.event.ID}) // its present ancestors first
	if got := fmt.Sprint(events[1].Facts); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMissingCampaignsAreNamedByTheirKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, team := fund.Key{ID: w.owner.User}, fund.Key{ID: w.team.ID}
	user, err := w.GetUser(t.Context(), w.owner, owner)
	must.Do(t, err)
	nope := fund.Key{Slug: "nope"}
	for want, key := range map[string]app.FactKey{
		"There is no such campaign.":                      {},
		"There is no campaign nope.":                      {Key: nope},
		"There is no campaign 999.":                       {Key: fund.Key{LegacyID: 999}, User: &owner},
		"There is no campaign @" + user.Slug + "/nope.":   {Key: nope, User: &owner},
		"There is no campaign +" + w.team.Slug + "/nope.": {Key: nope, Team: &team},
	} {
		_, err := w.GetFact(t.Context(), app.System(), key)
		if got := fault.From(err); err == nil || got.Kind != fault.NotFound || got.Message != want {
			t.Errorf("%+v: got %v, want %q", key, err, want)
		}
	}
}
