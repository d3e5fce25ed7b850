package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func testPersonalCampaigns(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	c := fund.PersonalCampaign{Fact: w.fact(fund.KindPersonalCampaign, "mine"), ForName: odd}
	c.Cause, c.User = fund.Ref{ID: cause.ID}, userRef(ann)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertPersonalCampaign(ctx, &c) })
	c.Fact = w.read(c.ID)
	for _, key := range []store.FactKey{
		{Key: fund.Key{ID: c.ID}}, {Key: fund.Key{LegacyID: c.LegacyID}}, {Key: fund.Key{Slug: "mine"}, Owner: ann.ID},
	} {
		same(t, "personal campaign by "+key.String(), must.Get(w.s.GetPersonalCampaign(ctx, key))(t), c)
	}
	plain := w.campaign(cause, ann, "plain")
	missing[fund.PersonalCampaign](t, "campaign")(w.s.GetPersonalCampaign(ctx, store.FactKey{Key: fund.Key{ID: plain.ID}}))
	c.ForName, c.Name = "", "changed"
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdatePersonalCampaign(ctx, c) })
	same(t, "changed", must.Get(w.s.GetPersonalCampaign(ctx, store.FactKey{Key: fund.Key{ID: c.ID}}))(t), c)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, c.ID) })
	missing[fund.PersonalCampaign](t, "deleted")(w.s.GetPersonalCampaign(ctx, store.FactKey{Key: fund.Key{ID: c.ID}}))
}

// house inserts an auction house of the cause.
func (w *world) house(cause fund.Cause, slug string) fund.AuctionHouse {
	w.tb.Helper()
	h := fund.AuctionHouse{Fact: w.fact(fund.KindAuctionHouse, slug), Banner: "/banner.png"}
	h.Cause = fund.Ref{ID: cause.ID}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertAuctionHouse(ctx, &h) })
	h.Fact = w.read(h.ID)
	return h
}

func (w *world) readHouse(id fund.ID) fund.AuctionHouse {
	w.tb.Helper()
	return must.Get(w.s.GetAuctionHouse(w.tb.Context(), store.FactKey{Key: fund.Key{ID: id}}))(w.tb)
}

func testAuctionHouses(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	h := w.house(cause, "house")
	for _, key := range []store.FactKey{
		{Key: fund.Key{ID: h.ID}}, {Key: fund.Key{LegacyID: h.LegacyID}}, {Key: fund.Key{Slug: "house"}, Owner: cause.ID},
	} {
		same(t, "auction house by "+key.String(), must.Get(w.s.GetAuctionHouse(ctx, key))(t), h)
	}
	missing[fund.AuctionHouse](t, "cause")(w.s.GetAuctionHouse(ctx, store.FactKey{Key: fund.Key{ID: cause.ID}}))
	h.Banner, h.Name = "", "changed"
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateAuctionHouse(ctx, h) })
	same(t, "changed", w.readHouse(h.ID), h)

	bare := fund.AuctionItem{
		ID: w.id(), HouseID: h.ID, Currency: "USD", Name: "bare", StartingBid: 1, StartsAt: start, EndsAt: start.AddDate(0, 0, 1),
		CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	full := fund.AuctionItem{
		ID: w.id(), HouseID: h.ID, Currency: "USD", Name: odd, ShortDescription: "s", Description: odd, Legal: "l", Rules: "r",
		Images: []string{"/one.png", "/two.png"}, FairMarketValue: ptr(int64(0)), StartingBid: 500, StartsAt: w.at(), EndsAt: w.at(),
		ActivatedAt: w.at(), CompletedAt: w.at(), CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	active := bare
	active.ID, active.ActivatedAt, active.CreatedAt, active.UpdatedAt = w.id(), w.at(), w.at(), w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return first(tx.InsertAuctionItem(ctx, bare), tx.InsertAuctionItem(ctx, full), tx.InsertAuctionItem(ctx, active))
	})
	same(t, "item", must.Get(w.s.GetAuctionItem(ctx, full.ID))(t), full)
	missing[fund.AuctionItem](t, "no item")(w.s.GetAuctionItem(ctx, h.ID))
	of := store.AuctionItemFilter{House: h.ID}
	paged(t, "items", fund.OldestFirst, []fund.AuctionItem{bare, full, active},
		byID(func(i fund.AuctionItem) fund.ID { return i.ID }),
		func(p fund.Page) ([]fund.AuctionItem, error) { return w.s.ListAuctionItems(ctx, of, p) })
	for name, c := range map[string]struct {
		filter store.AuctionItemFilter
		want   fund.AuctionItem
	}{
		"inactive":  {store.AuctionItemFilter{Status: fund.AuctionInactive}, bare},
		"active":    {store.AuctionItemFilter{Status: fund.AuctionActive}, active},
		"completed": {store.AuctionItemFilter{Status: fund.AuctionCompleted}, full},
		"made":      {store.AuctionItemFilter{Created: fund.Span{After: full.CreatedAt, Before: active.CreatedAt}}, full},
		"changed":   {store.AuctionItemFilter{Updated: fund.Span{After: active.UpdatedAt}}, active},
	} {
		c.filter.House = h.ID
		same(t, name, must.Get(w.s.ListAuctionItems(ctx, c.filter, page(9)))(t), []fund.AuctionItem{c.want})
	}
	emptied := bare
	emptied.ID, emptied.UpdatedAt = full.ID, w.at()
	emptied.CreatedAt = full.CreatedAt
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateAuctionItem(ctx, emptied) })
	same(t, "emptied item", must.Get(w.s.GetAuctionItem(ctx, full.ID))(t), emptied)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateAuctionItem(ctx, full) })
	same(t, "item filled in again", must.Get(w.s.GetAuctionItem(ctx, full.ID))(t), full)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error {
		return tx.UpdateAuctionItem(ctx, fund.AuctionItem{ID: w.id()})
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, h.ID) })
	missing[fund.AuctionItem](t, "deleted")(w.s.GetAuctionItem(ctx, full.ID))
}

// testBids proves that the highest bid wins, and that the pledged total of the house is the sum of the winning bids.
func testBids(t *testing.T, w *world) {
	ctx := t.Context()
	h, ann := w.house(w.cause("cause"), "house"), w.user("ann")
	item := fund.AuctionItem{ID: w.id(), HouseID: h.ID, Name: "one", StartsAt: start, EndsAt: start, CreatedAt: start, UpdatedAt: start}
	other := item
	other.ID = w.id()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return first(tx.InsertAuctionItem(ctx, item), tx.InsertAuctionItem(ctx, other))
	})
	missing[fund.AuctionBid](t, "no bid")(w.s.GetWinningBid(ctx, item.ID))
	bid := func(of fund.ID, amount int64) fund.AuctionBid {
		b := fund.AuctionBid{
			ID: w.id(), HouseID: h.ID, ItemID: of, Amount: amount, Currency: "USD", PublicName: odd, Winning: true,
			CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		if amount > 100 {
			b.UserID = ann.ID
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertBid(ctx, b) })
		return b
	}
	low := bid(item.ID, 100)
	same(t, "pledged once", w.readHouse(h.ID).Pledged, int64(100))
	high := bid(item.ID, 300)
	same(t, "pledged more", w.readHouse(h.ID).Pledged, int64(300))
	bid(other.ID, 50)
	same(t, "pledged for two", w.readHouse(h.ID).Pledged, int64(350))
	low.Winning, low.UpdatedAt = false, high.UpdatedAt
	same(t, "winner", must.Get(w.s.GetWinningBid(ctx, item.ID))(t), high)
	late := high
	late.ID, late.Winning, late.Amount, late.RemovedAt = w.id(), false, 400, w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertBid(ctx, late) })
	same(t, "a bid that does not win", w.readHouse(h.ID).Pledged, int64(350))
	paged(t, "bids", fund.NewestFirst, []fund.AuctionBid{late, high, low},
		byID(func(b fund.AuctionBid) fund.ID { return b.ID }),
		func(p fund.Page) ([]fund.AuctionBid, error) { return w.s.ListBids(ctx, item.ID, p) })
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, h.ID) })
	same(t, "house with bids", w.readHouse(h.ID).Pledged, int64(350))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertBid(ctx, fund.AuctionBid{ID: w.id(), ItemID: w.id(), CreatedAt: start, UpdatedAt: start})
	})
}

func testFitness(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, red := w.cause("cause"), w.user("ann"), w.team("red")
	f, other := w.campaign(cause, ann, "one", forTeam(red)), w.campaign(cause, ann, "two")
	do := func(of fund.Fact, kind string, meters, seconds int64) fund.FitnessActivity {
		a := fund.FitnessActivity{
			ID: w.id(), FactID: of.ID, UserID: ann.ID, Type: kind, Meters: meters, Seconds: seconds, At: w.at(), CreatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.RecordFitness(ctx, a) })
		return a
	}
	goal := func(kind string, unit fund.DistanceUnit) fund.FitnessGoal {
		g := fund.FitnessGoal{ID: w.id(), FactID: f.ID, Type: kind, Unit: unit, Goal: 5500, CreatedAt: w.at(), UpdatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFitnessGoal(ctx, &g) })
		return g
	}
	done := do(f, "Running", 1000, 300)
	same(t, "activity", must.Get(w.s.GetFitnessActivity(ctx, done.ID))(t), done)
	missing[fund.FitnessActivity](t, "no activity")(w.s.GetFitnessActivity(ctx, f.ID))
	run, cycle, time := goal("Running", fund.Kilometer), goal("Cycling", fund.Mile), goal("Running", "")
	same(t, "what was done before", []int64{run.Meters, run.Seconds, cycle.Meters, time.Seconds}, []int64{1000, 300, 0, 300})
	do(f, "Cycling", 20, 0)
	do(other, "Running", 7, 7)
	more := do(f, "Running", 500, 0)
	run.Meters, run.UpdatedAt = 1500, more.CreatedAt
	time.Meters, time.UpdatedAt = 1500, more.CreatedAt
	cycle = must.Get(w.s.ListFitnessGoals(ctx, f.ID, fund.Page{Limit: 2, Order: fund.OldestFirst}))(t)[1]
	same(t, "cycled", cycle.Meters, int64(20))
	paged(t, "goals", fund.OldestFirst, []fund.FitnessGoal{run, cycle, time},
		byID(func(g fund.FitnessGoal) fund.ID { return g.ID }),
		func(p fund.Page) ([]fund.FitnessGoal, error) { return w.s.ListFitnessGoals(ctx, f.ID, p) })
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, f.ID) })
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.RecordFitness(ctx, fund.FitnessActivity{ID: w.id(), FactID: w.id(), UserID: ann.ID, At: start, CreatedAt: start})
	})
	empty := w.campaign(cause, ann, "three")
	w.write(func(ctx context.Context, tx *store.Tx) error {
		g := fund.FitnessGoal{ID: w.id(), FactID: empty.ID, Type: "Running", CreatedAt: start, UpdatedAt: start}
		return first(tx.InsertFitnessGoal(ctx, &g), tx.DeleteFact(ctx, empty.ID))
	})
}

func testMembers(t *testing.T, w *world) {
	ctx := t.Context()
	red, blue := w.team("red"), w.team("blue")
	ann, bob, cleo := w.user("ann"), w.user("bob"), w.user("cleo")
	begun := time.Now()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return first(tx.SetRole(ctx, red.ID, cleo.ID, fund.RoleSuperAdmin), tx.SetRole(ctx, red.ID, ann.ID, fund.RoleMember),
			tx.SetRole(ctx, blue.ID, ann.ID, fund.RoleSuperAdmin), tx.SetRole(ctx, red.ID, bob.ID, fund.RoleMember))
	})
	list := func(p fund.Page) ([]fund.Member, error) { return w.s.ListMembers(ctx, red.ID, p) }
	members := must.Get(list(fund.Page{Limit: 9, Order: fund.OldestFirst}))(t)
	for i, want := range []struct {
		user   fund.User
		role   fund.Role
		number int64
	}{{cleo, fund.RoleSuperAdmin, 1}, {ann, fund.RoleMember, 2}, {bob, fund.RoleMember, 4}} {
		m := members[i]
		if m.CreatedAt.Before(begun.Truncate(time.Microsecond)) || m.CreatedAt.After(time.Now()) {
			t.Errorf("member %d: got made at %s, want the present", i, m.CreatedAt)
		}
		same(t, "member", m, fund.Member{
			ID: fund.MemberID(red.ID, want.user.ID), LegacyID: want.number, User: want.user, Role: want.role,
			CreatedAt: m.CreatedAt, UpdatedAt: m.CreatedAt,
		})
	}
	paged(t, "members", fund.OldestFirst, members, func(m fund.Member) fund.Cursor { return fund.Cursor{Number: m.LegacyID} }, list)
	same(t, "one member", must.Get(w.s.GetMember(ctx, red.ID, bob.ID))(t), members[2])
	missing[fund.Member](t, "no member")(w.s.GetMember(ctx, blue.ID, bob.ID))
	same(t, "plain members", must.Get(w.s.CountRole(ctx, red.ID, fund.RoleMember))(t), 2)

	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetRole(ctx, red.ID, ann.ID, fund.RoleAdmin) })
	promoted := must.Get(w.s.GetMember(ctx, red.ID, ann.ID))(t)
	same(t, "promoted", []any{promoted.Role, promoted.LegacyID, promoted.CreatedAt}, []any{fund.RoleAdmin, int64(2), members[1].CreatedAt})
	ship := func(team fund.Team, role fund.Role) fund.Membership {
		return fund.Membership{Team: team, UserID: ann.ID, Role: role}
	}
	inRed, inBlue := ship(red, fund.RoleAdmin), ship(blue, fund.RoleSuperAdmin)
	byTeam := byID(func(m fund.Membership) fund.ID { return m.Team.ID })
	paged(t, "teams", fund.OldestFirst, []fund.Membership{inRed, inBlue}, byTeam,
		func(p fund.Page) ([]fund.Membership, error) { return w.s.ListMemberships(ctx, ann.ID, nil, p) })
	paged(t, "administrated teams", fund.OldestFirst, []fund.Membership{inBlue}, byTeam,
		func(p fund.Page) ([]fund.Membership, error) {
			return w.s.ListMemberships(ctx, ann.ID, []fund.Role{fund.RoleSuperAdmin, fund.RoleMember}, p)
		})

	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.RemoveMember(ctx, red.ID, ann.ID) })
	same(t, "who stays", must.Get(list(fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), []fund.Member{members[0], members[2]})
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.RemoveMember(ctx, red.ID, ann.ID) })
}

// testIntegrations lists the campaigns that a user may connect programs to.
func testIntegrations(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob := w.cause("cause"), w.user("ann"), w.user("bob")
	red, blue := w.team("red"), w.team("blue")
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return first(tx.SetRole(ctx, red.ID, ann.ID, fund.RoleEventManager), tx.SetRole(ctx, blue.ID, ann.ID, fund.RoleMember))
	})
	ofTeam := func(team fund.Team) func(*fund.Fact) {
		return func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign; forTeam(team)(f) }
	}
	draft := func(f *fund.Fact) { f.Status = fund.Unpublished }
	mine := w.campaign(cause, ann, "mine")
	w.campaign(cause, ann, "draft", draft)
	w.campaign(cause, ann, "retired", func(f *fund.Fact) { f.Status = fund.Retired })
	ours := w.campaign(cause, bob, "ours", ofTeam(red))
	w.campaign(cause, bob, "our-draft", ofTeam(red), draft)
	w.campaign(cause, bob, "theirs", ofTeam(blue))
	w.campaign(cause, ann, "made-for-theirs", ofTeam(blue))
	w.campaign(cause, bob, "of-bob", forTeam(red))
	mineForTeam := w.campaign(cause, ann, "for-team", forTeam(blue))
	roles := []fund.Role{fund.RoleAdmin, fund.RoleEventManager}
	paged(t, "integrations", fund.OldestFirst, []fund.Fact{mine, ours, mineForTeam}, byID(factID),
		func(p fund.Page) ([]fund.Fact, error) { return w.s.ListIntegrations(ctx, ann.ID, roles, p) })
	same(t, "of nobody", must.Get(w.s.ListIntegrations(ctx, w.id(), roles, page(9)))(t), []fund.Fact(nil))
}

func testEventPages(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	e := fund.FundraisingEvent{Fact: w.fact(fund.KindFundraisingEvent, "dates")}
	e.Cause = fund.Ref{ID: cause.ID}
	e.StartSupportingAt, e.CanPublishSupportingAt, e.EndSupportingAt = w.at(), w.at(), w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFundraisingEvent(ctx, &e) })
	read := must.Get(w.s.GetFundraisingEvent(ctx, fund.Key{ID: e.ID}))(t)
	same(t, "times of support", []time.Time{read.StartSupportingAt, read.CanPublishSupportingAt, read.EndSupportingAt},
		[]time.Time{e.StartSupportingAt, e.CanPublishSupportingAt, e.EndSupportingAt})
	w.event(w.cause("other"), "other")
	events := []fund.FundraisingEvent{read, must.Get(w.s.GetFundraisingEvent(ctx, fund.Key{ID: w.event(cause, "two").ID}))(t)}
	paged(t, "events", fund.OldestFirst, events, byID(func(e fund.FundraisingEvent) fund.ID { return e.ID }),
		func(p fund.Page) ([]fund.FundraisingEvent, error) {
			return w.s.ListFundraisingEvents(ctx, cause.ID, nil, p)
		})

	var registrations []fund.Registration
	for _, user := range []fund.User{ann, w.user("bob"), w.user("cleo")} {
		r := fund.Registration{ID: w.id(), EventID: e.ID, UserID: user.ID, UserLegacyID: user.LegacyID, RegisteredAt: w.at(), UpdatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertRegistration(ctx, &r) })
		registrations = append(registrations, r)
	}
	paged(t, "registrations", fund.OldestFirst, registrations, byID(func(r fund.Registration) fund.ID { return r.ID }),
		func(p fund.Page) ([]fund.Registration, error) { return w.s.ListRegistrations(ctx, e.ID, p) })
}

func testMatchPages(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	f, other := w.campaign(cause, ann, "one"), w.campaign(cause, ann, "two")
	now := start.AddDate(0, 1, 0)
	match := func(of fund.Fact, starts, ends time.Time) fund.DonationMatch {
		m := fund.DonationMatch{
			ID: w.id(), DonationID: w.id(), FactID: of.ID, FactLegacyID: of.LegacyID, Type: fund.MatchAmount, MatchedBy: odd, Pledged: 500, Currency: "USD",
			StartsAt: starts, EndsAt: ends, CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, m) })
		return must.Get(w.s.GetMatch(ctx, m.ID))(t)
	}
	past := match(f, start, now)
	present := match(f, now, now.Add(time.Microsecond))
	match(other, start, now.Add(time.Hour))
	done := match(f, start, now.Add(time.Hour))
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndMatch(ctx, done, nil) })
	done = must.Get(w.s.GetMatch(ctx, done.ID))(t)
	same(t, "match", []any{past.FactID, past.FactLegacyID, past.Type, past.MatchedBy, past.Pledged, past.StartsAt, past.EndsAt},
		[]any{f.ID, f.LegacyID, fund.MatchAmount, odd, int64(500), start, now})
	missing[fund.DonationMatch](t, "no match")(w.s.GetMatch(ctx, f.ID))
	paged(t, "matches", fund.OldestFirst, []fund.DonationMatch{past, present, done}, byID(func(m fund.DonationMatch) fund.ID { return m.ID }),
		func(p fund.Page) ([]fund.DonationMatch, error) {
			return w.s.ListMatches(ctx, store.MatchFilter{Fact: f.ID}, p)
		})
	for name, c := range map[string]struct {
		filter store.MatchFilter
		want   fund.DonationMatch
	}{
		"active":    {store.MatchFilter{Status: store.MatchActive, Now: now}, present},
		"completed": {store.MatchFilter{Status: store.MatchCompleted, Now: now}, done},
		"made":      {store.MatchFilter{Created: fund.Span{After: present.CreatedAt, Before: done.CreatedAt}}, present},
		"changed":   {store.MatchFilter{Updated: fund.Span{After: done.UpdatedAt}}, done},
	} {
		c.filter.Fact = f.ID
		same(t, name, must.Get(w.s.ListMatches(ctx, c.filter, page(9)))(t), []fund.DonationMatch{c.want})
	}
}
