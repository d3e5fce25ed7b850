package app

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// MaxDashboardFacts is how many facts of each owner a dashboard lists.
	MaxDashboardFacts = 100
	// maxDashboardTeams is of how many teams it lists them.
	maxDashboardTeams = 25
)

// FactRights are what an actor may do at a fact, for pages that show what can be done. The use cases ask again.
type FactRights struct {
	// Edit is to change what the fact shows, Schedule to change its schedule, Screen to see and decide about held donations, Credit to record donations without a
	// payment, and GiveGrants to give grants on it.
	Edit, Schedule, Screen, Credit, GiveGrants bool
	// Count is to see all donations and how they were paid, Fulfill to fulfill claimed rewards, Refund to give money back, and Donors to read who donated.
	Count, Fulfill, Refund, Donors bool
	// SetScreening is to change how donations are screened.
	SetScreening bool
	// Govern is to say who a cause is by law, where it takes money and what streamers may do, Connect to connect its account, and Members to manage its people.
	Govern, Connect, Members bool
	// Stage is to make and change overlays, Desk to run the alert desk.
	Stage, Desk bool
	// Read is to read donations aloud, Arrange to move them to the front of that and to pin them.
	Read, Arrange bool
	// Grants are the roles of the actor's own grants.
	Grants []fund.GrantRole
}

// Any reports whether there is anything to do.
func (r FactRights) Any() bool {
	return r.Edit || r.Schedule || r.Screen || r.Credit || r.GiveGrants || r.Count || r.Fulfill || r.Govern || r.Members || r.Stage || r.Desk || r.Read || len(r.Grants) > 0
}

// RightsAt are what an actor may do at a fact.
func (a *App) RightsAt(ctx context.Context, actor Actor, f fund.Fact) (r FactRights, err error) {
	asked := map[right]*bool{
		editFact: &r.Edit, editSchedule: &r.Schedule, screenDonation: &r.Screen, setScreening: &r.SetScreening, giveGrants: &r.GiveGrants, countMoney: &r.Count, fulfillClaims: &r.Fulfill, returnMoney: &r.Refund,
		readDonor: &r.Donors, setStage: &r.Stage, runStage: &r.Desk, readAloud: &r.Read, arrangeReadings: &r.Arrange,
	}
	if f.Kind == fund.KindCause {
		asked[governCause], asked[connectAccount], asked[manageCauseMembers] = &r.Govern, &r.Connect, &r.Members
	}
	for of, to := range asked {
		if *to, err = may(ctx, a.store.Queries, actor, of, f); err != nil {
			return FactRights{}, err
		}
	}
	r.GiveGrants = r.GiveGrants && f.Kind.HasGrants()
	if r.Credit, err = mayCredit(ctx, a.store.Queries, actor, f); err != nil {
		return FactRights{}, err
	}
	r.Grants, err = grantRoles(ctx, a.store.Queries, actor, f.ID)
	return r, err
}

// DashboardFacts lists the facts at which the actor has something to do: own ones, those of teams whose campaigns the actor edits, and those with grants,
// each once, the newest first and retired ones last. Those of a cause are not among them.
func (a *App) DashboardFacts(ctx context.Context, actor Actor) ([]fund.Fact, error) {
	if actor.Kind == ActorGrant {
		return a.factOfGrant(ctx, actor)
	}
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	all, err := a.ownFacts(ctx, store.FactFilter{User: actor.User, Kinds: []fund.Kind{fund.KindCampaign, fund.KindPersonalCampaign, fund.KindAuctionHouse}})
	if err != nil {
		return nil, err
	}
	roles := slices.DeleteFunc(fund.Roles(), func(role fund.Role) bool { return !role.MayEditCampaigns() })
	teams, err := a.store.ListMemberships(ctx, actor.User, roles, fund.Page{Limit: maxDashboardTeams})
	if err != nil {
		return nil, err
	}
	for _, m := range teams {
		of, err := a.ownFacts(ctx, store.FactFilter{Team: m.Team.ID, Kinds: []fund.Kind{fund.KindTeamCampaign}})
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	granted, err := a.store.ListGrantedFacts(ctx, actor.User, a.Now(), MaxDashboardFacts)
	if err != nil {
		return nil, err
	}
	for _, f := range granted {
		if !slices.ContainsFunc(all, func(other fund.Fact) bool { return other.ID == f.ID }) {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b fund.Fact) int {
		if retired := a.Status == fund.Retired; retired != (b.Status == fund.Retired) {
			return map[bool]int{true: 1, false: -1}[retired]
		}
		return b.CreatedAt.Compare(a.CreatedAt)
	})
	return all, nil
}

// ownFacts lists facts of an owner, published or not.
func (a *App) ownFacts(ctx context.Context, filter store.FactFilter) ([]fund.Fact, error) {
	filter.Statuses = append(shown(), fund.Unpublished)
	return a.store.ListFacts(ctx, filter, fund.Page{Limit: MaxDashboardFacts, Order: fund.OldestFirst})
}

func (a *App) factOfGrant(ctx context.Context, actor Actor) ([]fund.Fact, error) {
	g, err := a.store.GetFactGrant(ctx, actor.Grant)
	if err != nil {
		return nil, err
	}
	f, err := a.GetFact(ctx, actor, FactKey{Key: fund.Key{ID: g.FactID}, Kinds: AllKinds()})
	return []fund.Fact{f}, err
}

// MaxRaisedSince is how far RaisedSince looks back at most.
const MaxRaisedSince = 48 * time.Hour

// RaisedSince is what a fact and everything below it had raised since the hour of an instant: 0 at its beginning, at the end of each hour since, and now. It goes
// back at most MaxRaisedSince, and may be some seconds behind.
func (a *App) RaisedSince(ctx context.Context, s Seen, since time.Time) ([]RaisedPoint, error) {
	now := a.Now()
	if earliest := now.Add(-MaxRaisedSince); since.Before(earliest) {
		since = earliest
	}
	since = since.Truncate(time.Hour)
	hours, err := a.store.RaisedHours(ctx, s.fact.ID, since, int(MaxRaisedSince/time.Hour)+2)
	if err != nil {
		return nil, err
	}
	points, total := []RaisedPoint{{At: since}}, int64(0)
	for at := since.Add(time.Hour); ; at = at.Add(time.Hour) {
		for len(hours) > 0 && hours[0].At.Before(at) {
			total += hours[0].Amount
			hours = hours[1:]
		}
		if !at.Before(now) {
			return append(points, RaisedPoint{now, total}), nil
		}
		points = append(points, RaisedPoint{at, total})
	}
}

// HeldDonations lists the donations to a fact that wait for somebody to look at them, the newest first, and LatestDonations the last ones of all, both for
// those who may see what is held. Who asks for the first and may screen, screens for fund.ScreenerStays. Neither has a mail address, a name behind an anonymous donation, or what rewards need.
func (a *App) HeldDonations(ctx context.Context, actor Actor, key FactKey, limit int) ([]fund.Donation, error) {
	f, donations, err := a.screened(ctx, actor, key, store.DonationFilter{Held: true}, limit)
	if err != nil {
		return nil, err
	}
	screens, err := may(ctx, a.store.Queries, actor, screenDonation, f)
	if err != nil || !screens || f.Status == fund.Retired {
		return donations, err
	}
	return donations, a.noteScreener(ctx, f)
}

// LatestDonations is described at HeldDonations.
func (a *App) LatestDonations(ctx context.Context, actor Actor, key FactKey, limit int) ([]fund.Donation, error) {
	_, donations, err := a.screened(ctx, actor, key, store.DonationFilter{}, limit)
	return donations, err
}

func (a *App) screened(ctx context.Context, actor Actor, key FactKey, filter store.DonationFilter, limit int) (fund.Fact, []fund.Donation, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return f, nil, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, viewDonation, f); err != nil {
		return f, nil, err
	}
	filter.Fact = f.ID
	donations, err := a.store.ListDonations(ctx, filter, fund.Page{Limit: limit})
	for i, d := range donations {
		donations[i] = forScreeners(d)
	}
	return f, donations, err
}
