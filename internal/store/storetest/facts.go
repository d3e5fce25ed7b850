package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func settings() fund.Settings {
	return fund.Settings{
		ColorBackground: "#fff", ColorHighlight: "#000", HeaderIntro: odd, HeaderTitle: "t", FindOutMoreLink: "l",
		FooterCopyright: "c", FooterCoppa: "o", FooterPrivacy: "p", FooterTerms: "e", MinimumDonation: money.Max,
		AnalyticsTrackingID: "a",
	}
}

func visibility() fund.Visibility {
	return fund.Visibility{
		"donate": {Visible: true}, "toolkit": {Visible: false, URL: "https://example.org"},
		"individual_leaderboard": {Visible: true, Type: "BOTH", Heat: ptr(false)},
	}
}

// fill sets every field of a fact that its owner can set.
func fill(w *world, f *fund.Fact) {
	f.Name, f.Description, f.Avatar, f.Goal, f.OriginalGoal = odd, odd, "/own.png", money.Max, 1
	f.Status, f.Supportable = fund.Retired, fund.SupportInviteOnly
	f.Livestream = &fund.Livestream{Type: "twitch", Channel: odd}
	f.StartsAt, f.EndsAt, f.PublishedAt, f.RetiredAt, f.UpdatedAt = w.at(), w.at(), w.at(), w.at(), w.at()
}

func testCauses(t *testing.T, w *world) {
	ctx := t.Context()
	full := fund.Cause{
		Fact: w.fact(fund.KindCause, "full"), LegalName: odd, About: odd, Video: "v", Image: "i", Logo: "l",
		Banner: "b", ContactEmail: "c", PhoneNumber: "p", PaypalEmail: "e", GovernmentID: "g", Social: social(),
		Address:  fund.Address{Line1: "1", Line2: "2", City: "3", Region: "4", PostalCode: "5", Country: "6"},
		Settings: settings(), Permissions: map[string]bool{"activated": true, "gift_aid": false},
		Visibility: visibility(), PlanTier: 3, Connected: []string{"stripe", "gift_aid"},
	}
	fill(w, &full.Fact)
	full.TimeZone, full.AllowedOrigins = "Europe/Berlin", []string{"https://example.org", "https://www.example.org:8443"}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertCause(ctx, &full) })
	same(t, "own cause", full.Cause, *factRef(full.Fact))
	same(t, "own color", full.Color, full.Settings.ColorHighlight)
	full.AvatarFallback, full.ColorFallback = full.Avatar, full.Color
	bare := w.cause("bare")
	bare.AvatarFallback = bare.Avatar
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}, {Slug: "full"}} {
		same(t, "cause by "+key.String(), must.Get(w.s.GetCause(ctx, key))(t), full)
	}
	same(t, "cause as fact", w.read(full.ID), full.Fact)
	same(t, "bare cause", must.Get(w.s.GetCause(ctx, fund.Key{Slug: "bare"}))(t), bare)
	same(t, "all", must.Get(w.s.ListCauses(ctx, nil, page(10)))(t), []fund.Cause{bare, full})
	same(t, "published", must.Get(w.s.ListCauses(ctx, []fund.Status{fund.Published}, page(10)))(t), []fund.Cause{bare})
	w.taken("slug", func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertCause(ctx, &fund.Cause{Fact: w.fact(fund.KindCause, "full")})
	})

	empty := fund.Cause{Fact: bare.Fact}
	empty.ID, empty.LegacyID, empty.Slug, empty.Cause = full.ID, full.LegacyID, "empty", full.Cause
	empty.Cause.Slug, empty.Cause.Name, empty.CreatedAt, empty.UpdatedAt = "empty", empty.Name, full.CreatedAt, w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCause(ctx, empty) })
	same(t, "emptied cause", must.Get(w.s.GetCause(ctx, fund.Key{ID: full.ID}))(t), empty)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCause(ctx, full) })
	same(t, "cause filled in again", must.Get(w.s.GetCause(ctx, fund.Key{ID: full.ID}))(t), full)

	ann := w.user("ann")
	for _, role := range []fund.CauseRole{fund.CauseOwner, fund.CauseFinance} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetCauseRole(ctx, full.ID, ann.ID, role) })
		same(t, "member", must.Get(w.s.GetCauseRole(ctx, full.ID, ann.ID))(t), role)
	}
	same(t, "stranger", must.Get(w.s.GetCauseRole(ctx, bare.ID, ann.ID))(t), fund.CauseRole(""))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.SetCauseRole(ctx, bare.ID, w.id(), fund.CauseOwner)
	})
	bob := w.user("bob")
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.SetCauseRole(ctx, full.ID, bob.ID, fund.CauseMember)
	})
	same(t, "members", must.Get(w.s.ListCauseMembers(ctx, full.ID, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), []store.CauseMember{
		{User: ann, Role: fund.CauseFinance}, {User: bob, Role: fund.CauseMember},
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.RemoveCauseMember(ctx, full.ID, bob.ID) })
	same(t, "former member", must.Get(w.s.GetCauseRole(ctx, full.ID, bob.ID))(t), fund.CauseRole(""))
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.RemoveCauseMember(ctx, full.ID, bob.ID) })
}

func testFundraisingEvents(t *testing.T, w *world) {
	ctx := t.Context()
	cause, other := w.cause("cause"), w.cause("other")
	full := fund.FundraisingEvent{
		Fact: w.fact(fund.KindFundraisingEvent, "jam"), ShortDescription: odd, Message: "m", ContactEmail: "c",
		Video: "v", Image: "i", Logo: "l", Banner: "b", Settings: settings(), Visibility: visibility(),
		RegistrationFields: fund.RegistrationFields{"address": {Enabled: true, Required: true, Position: 2}, "shirt_size": {}},
	}
	fill(w, &full.Fact)
	full.Cause = *factRef(cause.Fact)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFundraisingEvent(ctx, &full) })
	// Reads fill in what an event without a parent supports.
	full.Parent, full.ParentKind, full.AvatarFallback = factRef(cause.Fact), fund.KindCause, cause.Avatar
	theirs := w.event(other, "jam")
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}, {Slug: "jam"}} {
		same(t, "event by "+key.String(), must.Get(w.s.GetFundraisingEvent(ctx, key))(t), full)
	}
	theirs = must.Get(w.s.GetFundraisingEvent(ctx, fund.Key{ID: theirs.ID}))(t)
	same(t, "all", must.Get(w.s.ListFundraisingEvents(ctx, fund.ID{}, nil, page(9)))(t), []fund.FundraisingEvent{theirs, full})
	same(t, "of cause", must.Get(w.s.ListFundraisingEvents(ctx, cause.ID, nil, page(9)))(t), []fund.FundraisingEvent{full})
	same(t, "published", must.Get(w.s.ListFundraisingEvents(ctx, fund.ID{}, []fund.Status{fund.Published}, page(9)))(t),
		[]fund.FundraisingEvent{theirs})
	w.taken("slug", func(ctx context.Context, tx *store.Tx) error {
		again := full
		again.ID = w.id()
		return tx.InsertFundraisingEvent(ctx, &again)
	})
	empty := fund.FundraisingEvent{Fact: full.Fact}
	empty.UpdatedAt, empty.Color = w.at(), ""
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFundraisingEvent(ctx, empty) })
	same(t, "emptied event", must.Get(w.s.GetFundraisingEvent(ctx, fund.Key{ID: full.ID}))(t), empty)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFundraisingEvent(ctx, full) })
	same(t, "event filled in again", must.Get(w.s.GetFundraisingEvent(ctx, fund.Key{ID: full.ID}))(t), full)
}

func testFacts(t *testing.T, w *world) {
	cause, ann, red := w.cause("cause"), w.user("ann"), w.team("red")
	event := w.event(cause, "event")
	parent := w.campaign(cause, ann, "parent")
	f := w.fact(fund.KindTeamCampaign, "full")
	fill(w, &f)
	f.Cause, f.Event, f.User, f.Team = *factRef(cause.Fact), factRef(event.Fact), userRef(ann), teamRef(red)
	f.Parent, f.ParentKind, f.AvatarFallback = factRef(parent), fund.KindCampaign, cause.Avatar
	f.Raised, f.Supported = 5, 6
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFact(ctx, &f) })
	same(t, "raised by a new fact", f.Total(), int64(0))
	same(t, "full fact", w.read(f.ID), f)

	// Extremes, and everything optional cleared.
	f.Slug, f.Name, f.Description, f.Avatar, f.Goal, f.OriginalGoal = "g", "", "", "", money.MaxTotal, 0
	f.Status, f.Supportable, f.Livestream, f.User = fund.Unpublished, fund.SupportNone, nil, nil
	f.StartsAt, f.EndsAt, f.PublishedAt, f.RetiredAt = fund.Fact{}.StartsAt, f.StartsAt, f.PublishedAt.AddDate(-100, 0, 0), fund.Fact{}.RetiredAt
	f.Event, f.Parent, f.ParentKind, f.UpdatedAt = nil, factRef(cause.Fact), fund.KindCause, w.at()
	written := f
	written.Parent, written.Raised, written.Supported, written.CreatedAt = nil, 7, 8, w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, written) })
	same(t, "cleared fact", w.read(f.ID), f)

	inEvent := w.campaign(cause, ann, "in-event", in(event))
	same(t, "parent of a campaign in an event", inEvent.Parent, factRef(event.Fact))
	same(t, "kind of its parent", inEvent.ParentKind, fund.KindFundraisingEvent)
	withAvatar := event
	withAvatar.Avatar, withAvatar.Parent = "/event.png", nil
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFundraisingEvent(ctx, withAvatar) })
	same(t, "avatar of the event", w.read(inEvent.ID).AvatarFallback, "/event.png")

	// A slug is taken under one owner only.
	bob := w.user("bob")
	w.campaign(cause, bob, "in-event")
	w.taken("slug", func(ctx context.Context, tx *store.Tx) error {
		again := inEvent
		again.ID = w.id()
		return tx.InsertFact(ctx, &again)
	})
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		lost := inEvent
		lost.ID, lost.Slug, lost.Cause = w.id(), "lost", fund.Ref{ID: w.id()}
		return tx.InsertFact(ctx, &lost)
	})
}

func testFactKeys(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob, red := w.cause("same"), w.user("ann"), w.user("bob"), w.team("red")
	event := w.event(cause, "same")
	first, second := w.campaign(cause, ann, "same"), w.campaign(cause, bob, "same")
	team := w.campaign(cause, ann, "same", forTeam(red), func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign })
	campaigns := []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign}
	events := []fund.Kind{fund.KindFundraisingEvent}
	for _, c := range []struct {
		name string
		key  store.FactKey
		want fund.ID
	}{
		{"id of any kind", store.FactKey{Key: fund.Key{ID: event.ID}}, event.ID},
		{"number of a campaign", store.FactKey{Key: fund.Key{LegacyID: 1}, Kinds: campaigns}, first.ID},
		{"number of a team campaign", store.FactKey{Key: fund.Key{LegacyID: 3}, Kinds: campaigns}, team.ID},
		{"number of an event", store.FactKey{Key: fund.Key{LegacyID: 1}, Kinds: events}, event.ID},
		{"first slug", store.FactKey{Key: fund.Key{Slug: "same"}, Kinds: campaigns}, first.ID},
		{"slug of an event", store.FactKey{Key: fund.Key{Slug: "same"}, Kinds: events}, event.ID},
		{"slug of an owner", store.FactKey{Key: fund.Key{Slug: "same"}, Kinds: campaigns, Owner: bob.ID}, second.ID},
		{"slug of a team", store.FactKey{Key: fund.Key{Slug: "same"}, Owner: red.ID}, team.ID},
		{"slug of a cause's event", store.FactKey{Key: fund.Key{Slug: "same"}, Owner: cause.ID}, event.ID},
	} {
		same(t, c.name, must.Get(w.s.GetFact(ctx, c.key))(t).ID, c.want)
	}
	for name, key := range map[string]store.FactKey{
		"number 0":                    {Kinds: campaigns},
		"number -1":                   {Key: fund.Key{LegacyID: -1}, Kinds: campaigns},
		"number 4":                    {Key: fund.Key{LegacyID: 4}, Kinds: campaigns},
		"id of another kind":          {Key: fund.Key{ID: event.ID}, Kinds: campaigns},
		"number of another kind":      {Key: fund.Key{LegacyID: 3}, Kinds: campaigns[:1]},
		"slug under a stranger":       {Key: fund.Key{Slug: "same"}, Owner: w.user("eve").ID},
		"slug that is an empty owner": {Key: fund.Key{Slug: "nothing"}},
	} {
		missing[fund.Fact](t, name)(w.s.GetFact(ctx, key))
	}
}

func testFactLists(t *testing.T, w *world) {
	ctx := t.Context()
	cause, other, ann, bob, red := w.cause("cause"), w.cause("other"), w.user("ann"), w.user("bob"), w.team("red")
	event := w.event(cause, "event")
	hidden := func(f *fund.Fact) { f.Status = fund.Unpublished }
	retired := func(f *fund.Fact) { f.Status = fund.Retired }
	teamCampaign := func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign }
	personal := func(f *fund.Fact) { f.Kind = fund.KindPersonalCampaign }
	one := w.campaign(cause, ann, "one", in(event))
	w.campaign(cause, ann, "two", hidden)
	w.campaign(other, bob, "three", retired)
	w.campaign(cause, ann, "four", teamCampaign, forTeam(red))
	w.campaign(cause, bob, "five", supporting(one))
	w.campaign(cause, bob, "six", hidden, in(event), forTeam(red))
	w.campaign(cause, bob, "person", personal)

	campaigns := []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign}
	public := []fund.Status{fund.Published, fund.Retired}
	for _, c := range []struct {
		name   string
		filter store.FactFilter
		want   []int64
	}{
		{"all campaigns", store.FactFilter{Kinds: campaigns}, []int64{6, 5, 4, 3, 2, 1}},
		{"one kind", store.FactFilter{Kinds: campaigns[:1]}, []int64{6, 5, 3, 2, 1}},
		{"team campaigns", store.FactFilter{Kinds: campaigns[1:]}, []int64{4}},
		{"personal", store.FactFilter{Kinds: []fund.Kind{fund.KindPersonalCampaign}}, []int64{1}},
		{"public", store.FactFilter{Kinds: campaigns, Statuses: public}, []int64{5, 4, 3, 1}},
		{"public and ann's", store.FactFilter{Kinds: campaigns, Statuses: public, VisibleTo: ann.ID}, []int64{5, 4, 3, 2, 1}},
		{"published and bob's", store.FactFilter{
			Kinds: campaigns, Statuses: public[:1], VisibleTo: bob.ID,
		}, []int64{6, 5, 4, 1}},
		{"of ann", store.FactFilter{Kinds: campaigns, User: ann.ID}, []int64{4, 2, 1}},
		{"of ann in public", store.FactFilter{Kinds: campaigns, User: ann.ID, Statuses: public}, []int64{4, 1}},
		{"of the team", store.FactFilter{Kinds: campaigns, Team: red.ID}, []int64{6, 4}},
		{"of the other cause", store.FactFilter{Kinds: campaigns, Cause: other.ID}, []int64{3}},
		{"of the event", store.FactFilter{Kinds: campaigns, Event: event.ID}, []int64{6, 1}},
		{"supporting", store.FactFilter{Kinds: campaigns, Parent: one.ID}, []int64{5}},
		{"everything at once", store.FactFilter{
			Kinds: campaigns, User: bob.ID, Team: red.ID, Cause: cause.ID, Event: event.ID, Parent: event.ID,
		}, []int64{6}},
		{"nothing", store.FactFilter{Kinds: campaigns, Parent: w.id()}, []int64{}},
	} {
		same(t, c.name, numbers(must.Get(w.s.ListFacts(ctx, c.filter, page(10)))(t), factNumber), c.want)
	}
	same(t, "of any kind", len(must.Get(w.s.ListFacts(ctx, store.FactFilter{Cause: cause.ID}, page(20)))(t)), 8)
	same(t, "listed as read", must.Get(w.s.ListFacts(ctx, store.FactFilter{Parent: event.ID}, page(1)))(t)[0].Slug, "six")
	same(t, "fields of a listed one", must.Get(w.s.ListFacts(ctx, store.FactFilter{Event: event.ID}, page(9)))(t)[1], one)
}

func testFactMoves(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob, red, blue := w.cause("cause"), w.user("ann"), w.user("bob"), w.team("red"), w.team("blue")
	spring, autumn := w.event(cause, "spring"), w.event(cause, "autumn")
	top := w.campaign(cause, ann, "top", in(spring))
	moving := w.campaign(cause, ann, "moving", in(spring), supporting(top), forTeam(red))
	below := w.campaign(cause, bob, "below", in(spring), supporting(moving))
	donation := w.give(moving, 100)
	w.give(below, 20)
	w.give(top, 3)
	// The order of totals is cause, spring, autumn, top, moving, below.
	check := func(when string, want ...int64) {
		t.Helper()
		got := []int64{}
		for _, id := range []fund.ID{cause.ID, spring.ID, autumn.ID, top.ID, moving.ID, below.ID} {
			got = append(got, w.read(id).Total())
		}
		same(t, when, got, want)
		report := must.Get(w.s.Audit(ctx))(t)
		same(t, when+": audit", len(report.Differences), 0)
		if len(report.Differences) > 0 {
			t.Log(report.Differences)
		}
	}
	move := func(change func(*fund.Fact)) error {
		f := w.read(moving.ID)
		change(&f)
		return w.s.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, f) })
	}
	eventOf := func() fund.ID { return must.Get(w.s.GetDonation(ctx, fund.Key{ID: donation.ID}))(t).EventID }
	check("at first", 123, 123, 0, 123, 120, 20)
	same(t, "event of the donation", eventOf(), spring.ID)

	reached := fund.Milestone{ID: w.id(), FactID: autumn.ID, Name: "reached", Amount: 120, Enabled: true, CreatedAt: w.at(), UpdatedAt: w.at()}
	beyond := reached
	beyond.ID, beyond.Amount = w.id(), 121
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.InsertMilestone(ctx, &reached), tx.InsertMilestone(ctx, &beyond))
	})
	same(t, "to another event", move(func(f *fund.Fact) { f.Event, f.Parent = factRef(autumn.Fact), nil }), error(nil))
	check("in the other event", 123, 3, 120, 3, 120, 20)
	for _, m := range must.Get(w.s.ListMilestones(ctx, store.MilestoneFilter{Fact: autumn.ID}, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t) {
		same(t, fmt.Sprint("milestone of ", m.Amount, " reached by the move"), !m.ReachedAt.IsZero(), m.ID == reached.ID)
	}
	same(t, "event of the donation after the move", eventOf(), autumn.ID)

	same(t, "to the cause", move(func(f *fund.Fact) { f.Event, f.Parent = nil, nil }), error(nil))
	check("right under the cause", 123, 3, 0, 3, 120, 20)
	same(t, "event of the donation without one", eventOf(), fund.ID{})

	same(t, "back", move(func(f *fund.Fact) { f.Event, f.Parent = factRef(spring.Fact), factRef(top) }), error(nil))
	check("back again", 123, 123, 0, 123, 120, 20)

	for name, parent := range map[string]fund.Fact{"itself": moving, "its supporter": below} {
		err := move(func(f *fund.Fact) { f.Parent = factRef(parent) })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("supporting %s: got %v, want a conflict", name, err)
		}
	}
	if err := move(func(f *fund.Fact) { f.Parent = &fund.Ref{ID: w.id()} }); !fault.Is(err, fault.Conflict) {
		t.Errorf("supporting nothing: got %v, want a conflict", err)
	}
	check("after what was refused", 123, 123, 0, 123, 120, 20)

	same(t, "to another team and user", move(func(f *fund.Fact) { f.Team, f.User = teamRef(blue), userRef(bob) }), error(nil))
	check("with other owners", 123, 123, 0, 123, 120, 20)
	for team, want := range map[fund.ID]int64{red.ID: 0, blue.ID: 100} {
		same(t, "raised by team", must.Get(w.s.GetTeam(ctx, fund.Key{ID: team}))(t).RaisedUSD, want)
	}
	for user, want := range map[fund.ID]int64{ann.ID: 3, bob.ID: 120} {
		same(t, "raised by user", must.Get(w.s.GetUser(ctx, fund.Key{ID: user}))(t).RaisedUSD, want)
	}
}

func testFactDeletes(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	event := w.event(cause, "event")
	full, donated, supported := w.campaign(cause, ann, "full"), w.campaign(cause, ann, "donated"), w.campaign(cause, ann, "supported")
	w.campaign(cause, ann, "supporter", supporting(supported))
	w.give(donated, 1)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, id := range []fund.ID{full.ID, event.ID} {
			for _, err := range []error{
				tx.InsertPoll(ctx, &fund.Poll{ID: w.id(), FactID: id, Options: []fund.PollOption{{ID: w.id()}}}),
				tx.InsertTarget(ctx, &fund.Target{ID: w.id(), FactID: id}),
				tx.InsertReward(ctx, &fund.Reward{ID: w.id(), FactID: id}),
				tx.InsertMilestone(ctx, &fund.Milestone{ID: w.id(), FactID: id}),
				tx.InsertScheduleItem(ctx, &fund.ScheduleItem{ID: w.id(), FactID: id}),
				tx.InsertIncentive(ctx, &fund.Incentive{ID: w.id(), EventID: id}),
				tx.InsertRegistration(ctx, &fund.Registration{ID: w.id(), EventID: id, UserID: ann.ID}),
			} {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, id := range []fund.ID{full.ID, event.ID} {
		w.screens(id, fund.DonationSettings{Minimum: 500})
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, id) })
		missing[fund.Fact](t, "deleted")(w.s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: id}}))
	}
	same(t, "polls left", len(must.Get(w.s.ListPolls(ctx, fund.ID{}, page(9)))(t)), 0)
	for _, id := range []fund.ID{donated.ID, supported.ID, cause.ID} {
		w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, id) })
		w.read(id)
	}
	must.Get(w.s.GetCause(ctx, fund.Key{ID: cause.ID}))(t)
}
