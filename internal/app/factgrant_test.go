package app_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// shift is a grant until some hours from now.
func (w *world) shift(name string, roles ...fund.GrantRole) fund.FactGrantInput {
	return fund.FactGrantInput{Name: name, Roles: roles, EndsAt: w.Clock.Now().Add(6 * time.Hour)}
}

// given gives a grant on a fact, and returns its link.
func (w *world) given(t *testing.T, by app.Actor, f fund.Fact, in fund.FactGrantInput) app.FactGrantLink {
	t.Helper()
	links := must.Get(w.GiveGrants(t.Context(), by, factKey(f), []fund.FactGrantInput{in}))(t)
	return links[0]
}

// volunteer is somebody with an account who accepted a grant on the campaign.
func (w *world) volunteer(t *testing.T, name string, roles ...fund.GrantRole) (app.Actor, app.FactGrantLink) {
	t.Helper()
	link := w.given(t, w.owner, w.campaign, w.shift(name, roles...))
	actor := reading(w.user(t.Context(), t, strings.ReplaceAll(name, " ", "-")))
	must.Get(w.AcceptGrant(t.Context(), actor, link.Key))(t)
	return actor, link
}

// alone is somebody without one.
func (w *world) alone(t *testing.T, name string, roles ...fund.GrantRole) (app.Actor, app.FactGrantLink, string) {
	t.Helper()
	link := w.given(t, w.owner, w.campaign, w.shift(name, roles...))
	session, g, err := w.AcceptGrantAlone(t.Context(), link.Key, netip.MustParseAddr("192.0.2.7"))
	must.Do(t, err)
	visit := must.Get(w.GetGrantVisit(t.Context(), session))(t)
	if visit.Grant.ID != g.ID || g.ID != link.ID {
		t.Fatalf("got the grant %s for the link of %s", visit.Grant.ID, link.ID)
	}
	return visit.Actor(), link, session
}

func factKey(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: app.AllKinds()}
}

// TestWhoGivesGrants gives, lists, renews and ends grants as everybody.
func TestWhoGivesGrants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	screener, _ := w.volunteer(t, "Screener", fund.GrantRoles()...)
	for _, c := range []struct {
		who   string
		actor app.Actor
		// own and team are whether the actor gives grants on the owner's campaign and on the team's.
		own, team bool
	}{
		{"the owner", w.owner, true, false}, {"a super admin", w.roles[fund.RoleSuperAdmin], false, true}, {"an admin", w.roles[fund.RoleAdmin], false, true},
		{"a user manager", w.roles[fund.RoleUserManager], false, false}, {"an event manager", w.roles[fund.RoleEventManager], false, false},
		{"a member", w.roles[fund.RoleMember], false, false}, {"a stranger", w.stranger, false, false}, {"an owner of the cause", w.causer, false, false},
		{"the cause", w.causeToken, false, false}, {"an operator", w.operator(t), true, true}, {"who has every grant", screener, false, false},
		{"the system", app.System(), true, true},
	} {
		for _, at := range []struct {
			fact fund.Fact
			may  bool
		}{{w.campaign, c.own}, {w.team1, c.team}} {
			held := w.given(t, app.System(), at.fact, w.shift("Held by "+c.who, fund.GrantDesk))
			_, give := w.GiveGrants(ctx, c.actor, factKey(at.fact), []fund.FactGrantInput{w.shift("Given by "+c.who, fund.GrantDesk)})
			_, list := w.ListGrants(ctx, c.actor, factKey(at.fact))
			_, renew := w.RenewGrant(ctx, c.actor, factKey(at.fact), held.ID)
			_, end := w.EndGrants(ctx, c.actor, factKey(at.fact), held.ID)
			for what, err := range map[string]error{"give": give, "list": list, "renew": renew, "end": end} {
				if (err == nil) != at.may || !at.may && !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s, %s on %s: got %v, want it allowed: %v", c.who, what, at.fact.Name, err, at.may)
				}
			}
		}
	}
	_, err := w.GiveGrants(ctx, app.System(), factKey(w.event.Fact), []fund.FactGrantInput{w.shift("Ada", fund.GrantDesk)})
	wantKind(t, err, "conflict")
}

// TestAGrantAllowsWhatItSaysAndNothingElse tries what the roles are about with each role, with and without an account, and after the end.
func TestAGrantAllowsWhatItSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	must.Do(t, w.letShip(t, w.causer, w.cause.ID, true))
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"}), Thanks: fund.Some("Thank you all"), Minimum: fund.Some("2")})
	begun := w.shipped(t)
	w.payWith(t, begun, goodCard)
	held := must.Get(w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), fund.DonationInput{
		Amount: "5", Name: "a slur", Comment: "Hi", Email: "bad@example.org", Reference: "R1",
	}))(t)
	item := must.Get(w.CreateScheduleItem(ctx, w.owner, campaignKey(w.campaign), fund.SchedulePatch{Name: fund.Some("Start"), StartsAt: fund.Some(w.Clock.Now())}))(t)
	draft := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Other"), Status: fund.Some(fund.Unpublished)})
	acts := map[string]func(app.Actor) bool{
		"view": func(a app.Actor) bool {
			d, err := w.HandledDonation(ctx, a, fund.Key{ID: held.ID})
			if d.Email != "" || d.Reference != "" && a.User != w.owner.User {
				t.Errorf("got %+v, want no mail address and no reference", d)
			}
			return err == nil && d.Name == "a slur"
		},
		"payment": func(a app.Actor) bool {
			p, err := w.HandledPayment(ctx, a, fund.Key{ID: begun.Donation})
			return err == nil && p != nil
		},
		"address": func(a app.Actor) bool {
			d, err := w.HandledDonation(ctx, a, fund.Key{ID: begun.Donation})
			return err == nil && d.Email == "" && d.PrivateClaims()
		},
		"fulfill": func(a app.Actor) bool {
			_, err := w.FulfillClaims(ctx, a, fund.Key{ID: begun.Donation}, fund.Fulfillment{})
			return err == nil
		},
		"screen": func(a app.Actor) bool {
			_, err := w.ScreenDonation(ctx, a, fund.Key{ID: held.ID}, fund.ScreeningHeld)
			return err == nil
		},
		"words": func(a app.Actor) bool {
			before, get := w.GetDonationSettings(ctx, a, campaignKey(w.campaign))
			after, set := w.UpdateDonationSettings(ctx, a, campaignKey(w.campaign), fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"}), Screening: fund.Some(fund.ScreenNothing)})
			for _, g := range []fund.DonationSettings{before, after} {
				if a.Kind != app.ActorUser || a.User != w.owner.User {
					if g.Thanks != "" || g.Minimum != 0 {
						t.Errorf("got %+v, want no settings but the screening", g)
					}
				}
			}
			return get == nil && set == nil && slices.Equal(before.Words, []string{"slur"})
		},
		"bounds": func(a app.Actor) bool {
			_, err := w.UpdateDonationSettings(ctx, a, campaignKey(w.campaign), fund.DonationSettingsPatch{Minimum: fund.Some("3")})
			return err == nil
		},
		"thanks": func(a app.Actor) bool {
			_, err := w.UpdateDonationSettings(ctx, a, campaignKey(w.campaign), fund.DonationSettingsPatch{Thanks: fund.Some("Bye")})
			return err == nil
		},
		"schedule": func(a app.Actor) bool {
			made, add := w.CreateScheduleItem(ctx, a, campaignKey(w.campaign), fund.SchedulePatch{Name: fund.Some("More"), StartsAt: fund.Some(w.Clock.Now())})
			_, change := w.UpdateScheduleItem(ctx, a, app.ScheduleKey{Item: fund.Key{ID: item.ID}}, fund.SchedulePatch{Name: fund.Some("Begin")})
			remove := w.DeleteScheduleItem(ctx, a, app.ScheduleKey{Item: fund.Key{ID: made.ID}})
			return add == nil && change == nil && remove == nil
		},
		"texts": func(a app.Actor) bool {
			_, err := w.UpdateCampaign(ctx, a, campaignKey(w.campaign), fund.CampaignPatch{Name: fund.Some("Mine")})
			return err == nil
		},
		"poll": func(a app.Actor) bool {
			_, err := w.CreatePoll(ctx, a, campaignKey(w.campaign), fund.PollPatch{Name: fund.Some("Which?")})
			return err == nil
		},
		"live": func(a app.Actor) bool { _, err := w.GetLive(ctx, a, campaignKey(w.campaign)); return err == nil },
		"links": func(a app.Actor) bool {
			_, _, err := w.ViaSums(ctx, a, campaignKey(w.campaign), fund.Span{})
			return err == nil
		},
		"offline": func(a app.Actor) bool {
			_, err := w.RecordOffline(ctx, a, campaignKey(w.campaign), fund.DonationInput{Amount: "1"})
			return err == nil
		},
		"refund": func(a app.Actor) bool {
			_, err := w.RefundDonation(ctx, a, fund.Key{ID: held.ID}, "1")
			return err == nil
		},
		"elsewhere": func(a app.Actor) bool {
			_, see := w.See(ctx, a, factKey(draft))
			_, change := w.CreateScheduleItem(ctx, a, campaignKey(w.team1), fund.SchedulePatch{Name: fund.Some("More"), StartsAt: fund.Some(w.Clock.Now())})
			return see == nil || change == nil
		},
	}
	able := func(a app.Actor) string {
		var can []string
		for what, try := range acts {
			if try(a) {
				can = append(can, what)
			}
		}
		slices.Sort(can)
		return strings.Join(can, " ")
	}
	if got := able(w.stranger); got != "" {
		t.Errorf("a stranger may %s", got)
	}
	for role, want := range map[fund.GrantRole]string{
		fund.GrantScreener: "screen view", fund.GrantHeadScreener: "screen view words", fund.GrantReader: "", fund.GrantDesk: "", fund.GrantSchedule: "schedule",
		fund.GrantFulfill: "address fulfill",
	} {
		with, link := w.volunteer(t, "With "+string(role), role)
		without, other, _ := w.alone(t, "Without "+string(role), role)
		for who, actor := range map[string]app.Actor{"an account": with, "none": without} {
			if got := able(actor); got != want {
				t.Errorf("%s with %s: may %q, want %q", role, who, got, want)
			}
		}
		must.Get(w.EndGrants(ctx, w.owner, campaignKey(w.campaign), link.ID, other.ID))(t)
		for who, actor := range map[string]app.Actor{"an account": with, "none": without} {
			if got := able(actor); got != "" {
				t.Errorf("%s with %s, ended: may %q", role, who, got)
			}
		}
	}
	must.Do(t, w.letShip(t, w.causer, w.cause.ID, false))
	shipper, _ := w.volunteer(t, "Shipper", fund.GrantFulfill)
	if got := able(shipper); got != "" {
		t.Errorf("where the cause ships itself: may %q", got)
	}
	if got := able(w.owner); !strings.Contains(got, "words") || !strings.Contains(got, "payment") {
		t.Errorf("the owner may %q", got)
	}
}

// TestScopesNarrowGrants tries to screen with a token that may not.
func TestScopesNarrowGrants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := must.Get(w.RecordOffline(t.Context(), w.causer, campaignKey(w.campaign), fund.DonationInput{Amount: "5"}))(t)
	screener, _ := w.volunteer(t, "Screener", fund.GrantScreener, fund.GrantSchedule)
	screener.Scopes = []string{fund.ScopePublic}
	_, err := w.ScreenDonation(t.Context(), screener, fund.Key{ID: d.ID}, fund.ScreeningHidden)
	wantKind(t, err, "forbidden")
	_, err = w.CreateScheduleItem(t.Context(), screener, campaignKey(w.campaign), fund.SchedulePatch{Name: fund.Some("More"), StartsAt: fund.Some(w.Clock.Now())})
	wantKind(t, err, "forbidden")
}

// TestAGrantShowsItsFactBeforeItIsPublic looks at a draft.
func TestAGrantShowsItsFactBeforeItIsPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	draft := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft"), Status: fund.Some(fund.Unpublished)})
	link := w.given(t, w.owner, draft, w.shift("Planner", fund.GrantSchedule))
	planner := w.user(ctx, t, "planner")
	_, err := w.See(ctx, planner, factKey(draft))
	wantKind(t, err, "not_found")
	if offered := must.Get(w.GetOfferedGrant(ctx, link.Key))(t); offered.Fact.ID != draft.ID {
		t.Errorf("got %+v, want the draft", offered.Fact)
	}
	must.Get(w.AcceptGrant(ctx, planner, link.Key))(t)
	must.Get(w.See(ctx, planner, factKey(draft)))(t)
	must.Get(w.CreateScheduleItem(ctx, planner, campaignKey(draft), fund.SchedulePatch{Name: fund.Some("Start"), StartsAt: fund.Some(w.Clock.Now())}))(t)
	w.Clock.Advance(6 * time.Hour)
	_, err = w.See(ctx, planner, factKey(draft))
	wantKind(t, err, "not_found")
}

// TestALinkOfAGrantIsForOnePerson accepts links twice, late, and after others took their place.
func TestALinkOfAGrantIsForOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	accept := func(key string) error {
		_, _, err := w.AcceptGrantAlone(ctx, key, netip.Addr{})
		return err
	}
	gone := func(what, key string) {
		t.Helper()
		if _, err := w.GetOfferedGrant(ctx, key); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want no grant", what, err)
		}
		wantKind(t, accept(key), "not_found")
		_, err := w.AcceptGrant(ctx, w.stranger, key)
		wantKind(t, err, "not_found")
	}
	gone("a guess", strings.Repeat("a", 64))
	_, link, session := w.alone(t, "Ada", fund.GrantScreener)
	gone("an accepted link", link.Key)
	again := must.Get(w.RenewGrant(ctx, w.owner, campaignKey(w.campaign), link.ID))(t)
	_, err := w.GetGrantVisit(ctx, session)
	wantKind(t, err, "unauthenticated")
	must.Get(w.AcceptGrant(ctx, w.stranger, again.Key))(t)
	gone("the next link", again.Key)
	if held := must.Get(w.ListGrants(ctx, w.owner, campaignKey(w.campaign)))(t); len(held) != 1 || held[0].Holder.ID != w.stranger.User || held[0].Holder.Name != "Stranger" ||
		held[0].GivenBy.Name != "Owner" || held[0].AcceptedAt.IsZero() {
		t.Errorf("got %+v, want the stranger's grant", held)
	}
	w.wantActs(t, link.ID, fund.ActAcceptGrant, fund.ActRenewGrant, fund.ActAcceptGrant, fund.ActGiveGrant)
	if got := w.acts(t, link.ID)[:2]; !slices.Equal(got, []string{"user grant.give", "grant screener grant.accept"}) {
		t.Errorf("got %q, want the owner's act and the volunteer's", got)
	}

	ended := w.given(t, w.owner, w.campaign, w.shift("Bob", fund.GrantScreener))
	must.Get(w.EndGrants(ctx, w.owner, campaignKey(w.campaign), ended.ID))(t)
	gone("an ended grant", ended.Key)
	_, err = w.RenewGrant(ctx, w.owner, campaignKey(w.campaign), ended.ID)
	wantKind(t, err, "not_found")
	_, err = w.RenewGrant(ctx, w.roles[fund.RoleAdmin], factKey(w.team1), again.ID)
	wantKind(t, err, "not_found") // it is on another fact

	long := w.shift("Cleo", fund.GrantScreener)
	long.EndsAt = w.Clock.Now().Add(fund.MaxFactGrantLife)
	late := w.given(t, w.owner, w.campaign, long)
	w.Clock.Advance(fund.FactGrantLinkLife - time.Second)
	must.Get(w.GetOfferedGrant(ctx, late.Key))(t)
	w.Clock.Advance(time.Second)
	gone("a late link", late.Key)
	must.Get(w.GetOfferedGrant(ctx, must.Get(w.RenewGrant(ctx, w.owner, campaignKey(w.campaign), late.ID))(t).Key))(t)
}

// TestGrantsEndByThemselves lets the time of grants run out.
func TestGrantsEndByThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	with, link := w.volunteer(t, "Ada", fund.GrantScreener)
	_, other, session := w.alone(t, "Bob", fund.GrantScreener)
	d := must.Get(w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), fund.DonationInput{Amount: "5"}))(t)
	w.Clock.Advance(6*time.Hour - time.Second)
	must.Get(w.GetGrantVisit(ctx, session))(t)
	must.Get(w.ScreenDonation(ctx, with, fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	w.Clock.Advance(time.Second)
	_, err := w.ScreenDonation(ctx, with, fund.Key{ID: d.ID}, fund.ScreeningShown)
	wantKind(t, err, "forbidden")
	_, err = w.GetGrantVisit(ctx, session)
	wantKind(t, err, "unauthenticated")
	from := w.position(ctx, t)
	w.DoDue(ctx)
	w.DoDue(ctx)
	var ended []string
	for _, e := range must.Get(w.Store.EventsAfter(ctx, from, 9))(t) {
		if e.Topic == fund.TopicGrantChanged {
			ended = append(ended, fmt.Sprint(e.Subject, len(e.Facts)))
		}
	}
	slices.Sort(ended)
	want := []string{fmt.Sprint(link.ID, 2), fmt.Sprint(other.ID, 1)}
	slices.Sort(want)
	if !slices.Equal(ended, want) {
		t.Errorf("got the ends %q, want each once, with its user: %q", ended, want)
	}
	w.Clock.Advance(fund.FactGrantRetention + time.Second)
	w.given(t, w.owner, w.campaign, w.shift("Cleo", fund.GrantDesk))
	if _, err := w.Store.GetFactGrant(ctx, link.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want a grant that ended long ago deleted", err)
	}
}

// TestManyGrantsEndTogether imports a shift, accepts it, and ends it.
func TestManyGrantsEndTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := fund.FactGrantFile{Roles: []fund.GrantRole{fund.GrantScreener}, EndsAt: w.Clock.Now().Add(time.Hour)}
	for i := range 40 {
		file.Text = fmt.Appendf(file.Text, "Volunteer %d\n", i+1)
	}
	links := must.Get(w.ImportGrants(ctx, w.owner, campaignKey(w.campaign), file))(t)
	if len(links) != 40 || links[39].Name != "Volunteer 40" {
		t.Fatalf("got %d links, want 40", len(links))
	}
	var sessions []string
	for _, link := range links {
		session, _, err := w.AcceptGrantAlone(ctx, link.Key, netip.Addr{})
		must.Do(t, err)
		sessions = append(sessions, session)
	}
	_, err := w.ImportGrants(ctx, w.owner, campaignKey(w.campaign), file)
	if fields := fault.From(err).Fields; len(fields) != 40 || fields[39].Path != "40.name" || fields[39].Text != fund.GrantRepeated {
		t.Errorf("got %v, want that each has the role already", err)
	}
	file.Text = []byte("name;roles\nNew;desk\n\nAda;owner\n")
	_, err = w.ImportGrants(ctx, w.owner, campaignKey(w.campaign), file)
	wantFields(t, err, "4.roles is not one of the allowed values")
	file.Text = []byte("name\nNew\n\nNEW\n")
	_, err = w.ImportGrants(ctx, w.owner, campaignKey(w.campaign), file)
	wantFields(t, err, "4.name has one of these roles already")
	_, err = w.ImportGrants(ctx, w.stranger, campaignKey(w.campaign), fund.FactGrantFile{})
	wantKind(t, err, "forbidden")
	if held := must.Get(w.ListGrants(ctx, w.owner, campaignKey(w.campaign)))(t); len(held) != 40 {
		t.Errorf("got %d grants, want nothing of the files that were refused", len(held))
	}
	if n := must.Get(w.EndGrants(ctx, w.owner, campaignKey(w.campaign)))(t); n != 40 {
		t.Errorf("got %d ended, want all", n)
	}
	for _, session := range sessions {
		_, err := w.GetGrantVisit(ctx, session)
		wantKind(t, err, "unauthenticated")
	}
	if n := must.Get(w.EndGrants(ctx, w.owner, campaignKey(w.campaign)))(t); n != 0 {
		t.Errorf("got %d ended again, want none", n)
	}
}

// TestGrantsOnAFactAreBounded gives one more than there may be.
func TestGrantsOnAFactAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	give := func(from, n int) error {
		var in []fund.FactGrantInput
		for i := range n {
			in = append(in, w.shift(fmt.Sprint("Volunteer ", from+i), fund.GrantReader))
		}
		_, err := w.GiveGrants(ctx, w.owner, campaignKey(w.campaign), in)
		return err
	}
	must.Do(t, give(0, fund.MaxFactGrants-1))
	wantKind(t, give(fund.MaxFactGrants, 2), "conflict")
	must.Do(t, give(fund.MaxFactGrants, 1))
	wantKind(t, give(2*fund.MaxFactGrants, 1), "conflict")
	w.Clock.Advance(6 * time.Hour)
	must.Do(t, give(0, 1))
	_, err := w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	wantKind(t, give(1, 1), "conflict")
}

// TestActsOfGrantsAreLogged does what grants allow.
func TestActsOfGrantsAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	d := must.Get(w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), fund.DonationInput{Amount: "5"}))(t)
	head, _, _ := w.alone(t, "Head", fund.GrantHeadScreener, fund.GrantSchedule)
	must.Get(w.ScreenDonation(ctx, head, fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	must.Get(w.UpdateDonationSettings(ctx, head, campaignKey(w.campaign), fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"})}))(t)
	must.Get(w.CreateScheduleItem(ctx, head, campaignKey(w.campaign), fund.SchedulePatch{Name: fund.Some("Start"), StartsAt: fund.Some(w.Clock.Now())}))(t)
	must.Get(w.CreateScheduleItem(ctx, w.owner, campaignKey(w.campaign), fund.SchedulePatch{Name: fund.Some("End"), StartsAt: fund.Some(w.Clock.Now())}))(t)
	if got := w.acts(t, d.ID); !slices.Contains(got, "grant head_screener schedule donation.screen") {
		t.Errorf("got %q, want the grant's act", got)
	}
	want := []string{"grant head_screener schedule screening.set", "grant head_screener schedule schedule.change"}
	if got := w.acts(t, w.campaign.ID); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	acts := must.Get(w.Acts(ctx, app.System(), w.campaign.ID, fund.Page{Limit: 9}))(t)
	if acts[0].Actor != head.Grant {
		t.Errorf("got the actor %s, want the grant", acts[0].Actor)
	}
}
