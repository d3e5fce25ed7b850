package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// later is a day on which the demo is started.
var later = demo.Epoch.AddDate(5, 0, 0)

// dataSetSeed is the seed of the data set in TestDataSet.
const dataSetSeed = 42

func TestDataSet(t *testing.T) {
	t.Parallel()
	f := fill(t, dataSetSeed)
	// The parts share one database, because filling takes long; they run one after the other, and only read.
	for _, part := range []struct {
		name string
		test func(*testing.T, filled)
	}{
		{"tokens", testTokens}, {"logins", testLogins}, {"places", testPlaces}, {"causes", testCauses}, {"event", testEvent},
		{"teams", testTeams}, {"campaigns", testCampaigns}, {"polls", testPolls}, {"targets", testTargets},
		{"rewards", testRewards}, {"milestones and schedule", testMilestonesAndSchedule}, {"donations", testDonations},
		{"oddities", testOddities}, {"order", testOrder}, {"leaderboards", testLeaderboards}, {"boards", testBoards},
		{"personal campaigns", testPersonalCampaigns}, {"auctions", testAuctions}, {"fitness", testFitness}, {"matches", testMatches},
		{"refunds and screening", testCare}, {"overlay", testOverlay}, {"scopes", testScopes},
		{"audit", testAudit}, {"commits", testCommits}, {"seed", testSeed},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, f) })
	}
}

// want checks a predicate of the data set.
func want(t *testing.T, holds bool, what string) {
	t.Helper()
	if !holds {
		t.Errorf("got none, want %s", what)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func testTokens(t *testing.T, f filled) {
	ctx, c := context.Background(), f.credentials
	for token, kind := range map[string]app.ActorKind{
		c.V3.ApplicationToken: app.ActorApplication, c.V3.UserToken: app.ActorUser, c.V3.CauseToken: app.ActorCause,
		c.Sandbox.Token: app.ActorApplication,
	} {
		actor := must.Get(f.app.Authenticate(ctx, token))(t)
		equal(t, "kind of token", actor.Kind, kind)
		equal(t, "sandbox scope", actor.HasScope(fund.ScopeSandbox), token == c.Sandbox.Token)
		if kind == app.ActorUser {
			equal(t, "user of token", actor.User.String(), c.Users[0].ID)
		}
		if kind == app.ActorCause {
			equal(t, "cause of token", actor.Cause.String(), c.Cause.ID)
		}
	}
	application := must.Get(f.app.CheckApplication(ctx, c.Application.ClientID, c.Application.ClientSecret))(t)
	equal(t, "application", application.ID.String(), c.Application.ID)
	equal(t, "redirect", application.RedirectURIs[0], c.Application.RedirectURI)
}

func testLogins(t *testing.T, f filled) {
	roles, staffed := map[string]int{}, map[fund.ID]bool{}
	for _, login := range f.credentials.Users {
		roles[login.Role]++
		user := must.Get(f.app.GetUser(context.Background(), app.System(), fund.Key{Slug: login.Slug}))(t)
		equal(t, "id of "+login.Slug, login.ID, user.ID.String())
		equal(t, "legacy id of "+login.Slug, login.LegacyID, user.LegacyID)
		equal(t, "e-mail of "+login.Slug, login.Email, user.Email)
		want(t, len(login.Password) >= 16, "a long password")
		for _, cause := range causes(t, f) {
			actor := app.Actor{Kind: app.ActorUser, User: user.ID, Scopes: fund.Scopes()}
			if f.app.RequireCause(context.Background(), actor, cause.ID) == nil {
				staffed[cause.ID] = true
				equal(t, "role of "+login.Slug, login.Role, "cause_member")
			}
		}
	}
	equal(t, "causes with staff", len(staffed), 3)
	want(t, len(f.credentials.Users) >= 10, "ten users or more")
	for _, role := range fund.Roles() {
		want(t, roles[string(role)] > 0, "a user whose role is "+string(role))
	}
	want(t, roles["user"] > 0 && roles["cause_member"] == 3, "users outside of the team and of each cause")
}

func causes(t *testing.T, f filled) []fund.Cause {
	t.Helper()
	return must.Get(f.app.ListCauses(context.Background(), app.System(), fund.Page{Limit: 100}))(t)
}

func testPlaces(t *testing.T, f filled) {
	c := f.credentials
	full, team, empty := f.campaign(t, c.Campaign), f.campaign(t, c.TeamCampaign), f.campaign(t, c.EmptyCampaign)
	equal(t, "campaign's parent", full.Parent.ID, team.ID)
	equal(t, "campaign's event", full.Event.ID.String(), c.FundraisingEvent.ID)
	equal(t, "campaign's team", full.Team.ID.String(), c.Team.ID)
	equal(t, "campaign's owner", full.User.ID.String(), c.Users[0].ID)
	equal(t, "campaign's owner slug", full.User.Slug, c.Campaign.OwnerSlug)
	equal(t, "team campaign's kind", team.Kind, fund.KindTeamCampaign)
	equal(t, "team campaign's parent", team.Parent.ID.String(), c.FundraisingEvent.ID)
	equal(t, "team campaign's owner slug", team.Team.Slug, c.TeamCampaign.OwnerSlug)
	equal(t, "team campaign's cause", team.Cause.ID.String(), c.Cause.ID)
	want(t, team.Supported > full.Raised, "a team campaign that more than one campaign supports")
	want(t, empty.Event == nil && empty.Team == nil && empty.Total() == 0 && empty.Status == fund.Published, "an empty campaign")
	equal(t, "donations of the empty campaign", len(f.donations(t, empty)), 0)
	equal(t, "owner slug of the event", c.FundraisingEvent.OwnerSlug, c.Cause.Slug)
	equal(t, "base url", c.BaseURL, testworld.BaseURL)
}

func testCauses(t *testing.T, f filled) {
	currencies := map[string]bool{}
	for _, cause := range causes(t, f) {
		currencies[cause.Currency] = true
		want(t, cause.Address.Country != "", "an address of "+cause.Slug)
		want(t, cause.Total() > 0, "money for "+cause.Slug)
	}
	want(t, len(currencies) == 3 && currencies["USD"] && currencies["GBP"] && currencies["JPY"], "three currencies")
	cause := must.Get(f.app.GetCause(context.Background(), app.System(), fund.Key{Slug: f.credentials.Cause.Slug}))(t)
	for name, text := range map[string]string{
		"legal name": cause.LegalName, "about": cause.About, "video": cause.Video, "image": cause.Image, "logo": cause.Logo,
		"banner": cause.Banner, "contact": cause.ContactEmail, "phone": cause.PhoneNumber, "paypal": cause.PaypalEmail,
		"government id": cause.GovernmentID, "avatar": cause.Avatar, "tracking": cause.Settings.AnalyticsTrackingID,
		"twitch": cause.Social.Twitch, "line 2": cause.Address.Line2,
	} {
		want(t, text != "", name)
	}
	equal(t, "permissions", len(cause.Permissions), len(fund.PermissionNames()))
	equal(t, "visibility options", len(cause.Visibility), len(fund.CauseVisibilityNames()))
	equal(t, "connections", len(cause.Connected), 6)
}

func testEvent(t *testing.T, f filled) {
	ctx, who, key := context.Background(), app.System(), fund.Key{LegacyID: f.credentials.FundraisingEvent.LegacyID}
	event := must.Get(f.app.GetFundraisingEvent(ctx, who, key))(t)
	want(t, event.Status == fund.Published && event.EndsAt.After(later), "an event that goes on")
	equal(t, "registration fields", len(event.RegistrationFields), len(fund.RegistrationFieldNames()))
	equal(t, "visibility options", len(event.Visibility), len(fund.EventVisibilityNames()))
	want(t, len(must.Get(testworld.ThroughEvent(ctx, f.app, who, key, func(s app.SeenEvent) ([]fund.Incentive, error) {
		return f.app.Incentives(ctx, s.Seen)
	}))(t)) >= 3, "incentives")
	want(t, len(must.Get(testworld.ThroughEvent(ctx, f.app, who, key, func(s app.SeenEvent) ([]fund.ScheduleItem, error) {
		return f.app.Schedule(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
	}))(t)) >= 3, "a schedule")
	want(t, len(must.Get(testworld.ThroughEvent(ctx, f.app, who, key, func(s app.SeenEvent) ([]fund.Registration, error) {
		return f.app.Registrations(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
	}))(t)) >= 5, "registrations")
	retired := must.Get(f.app.GetFundraisingEvent(ctx, who, fund.Key{Slug: "summer-splash"}))(t)
	equal(t, "other event", retired.Status, fund.Retired)
	equal(t, "published events", len(must.Get(f.app.ListFundraisingEvents(ctx, who, app.EventQuery{}, fund.Page{Limit: 100}))(t)), 2)
}

func testTeams(t *testing.T, f filled) {
	ctx, who := context.Background(), app.System()
	equal(t, "active teams", len(must.Get(f.app.ListTeams(ctx, who, fund.Page{Limit: 100}))(t)), 2)
	disbanded := must.Get(f.app.GetTeam(ctx, who, fund.Key{Slug: "old-guard"}))(t)
	want(t, !disbanded.DisbandedAt.IsZero() && disbanded.RaisedUSD > 0, "a disbanded team that raised money")
	team := must.Get(f.app.GetTeam(ctx, who, fund.Key{Slug: f.credentials.Team.Slug}))(t)
	want(t, team.RaisedUSD > 0 && team.About != "" && team.Social.Twitch != "", "a team with a profile")
	has := map[fund.Role]bool{}
	for _, login := range f.credentials.Users {
		for _, m := range must.Get(f.app.UserTeams(ctx, who, fund.Key{LegacyID: login.LegacyID}, "", fund.Page{Limit: fund.MaxPerFact}))(t) {
			if m.Team.ID == team.ID {
				has[m.Role] = true
				equal(t, "role of "+login.Slug, login.Role, string(m.Role))
			}
		}
	}
	equal(t, "roles in the team", len(has), len(fund.Roles()))
}

func testCampaigns(t *testing.T, f filled) {
	statuses, streams, donations := map[fund.Status]int{}, map[string]int{}, 0
	for _, fact := range f.campaigns(t) {
		statuses[fact.Status]++
		if fact.Livestream != nil {
			streams[fact.Livestream.Type]++
		}
		want(t, fact.EndsAt.IsZero() || fact.EndsAt.After(later) || fact.Status == fund.Retired, fact.Slug+" open for years")
		donations += len(f.donations(t, fact))
	}
	want(t, statuses[fund.Published] >= 10 && statuses[fund.Retired] >= 2 && statuses[fund.Unpublished] >= 2, "campaigns of all states")
	want(t, streams["twitch"] > 0 && streams["youtube"] > 0, "livestreams at two places")
	want(t, donations >= 1400 && donations <= 1600, "about 1,500 donations")
}

func testPolls(t *testing.T, f filled) {
	var open, closed, disabled bool
	for _, poll := range must.Get(testworld.Through(context.Background(), f.app, app.System(), keyOf(f.campaign(t, f.credentials.Campaign)), func(s app.Seen) ([]fund.Poll, error) {
		return f.app.Polls(context.Background(), s, fund.Page{Limit: fund.MaxPerFact})
	}))(t) {
		voted := slices.ContainsFunc(poll.Options, func(o fund.PollOption) bool { return o.Raised > 0 })
		want(t, voted, "votes in "+poll.Name)
		open = open || poll.Active(later)
		closed = closed || poll.Enabled && !poll.Active(demo.Epoch)
		disabled = disabled || !poll.Enabled
	}
	want(t, open, "an open poll")
	want(t, closed, "a poll closed by time")
	want(t, disabled, "a disabled poll")
}

func testTargets(t *testing.T, f filled) {
	var open, met, ended bool
	for _, target := range must.Get(testworld.Through(context.Background(), f.app, app.System(), keyOf(f.campaign(t, f.credentials.Campaign)), func(s app.Seen) ([]fund.Target, error) {
		return f.app.Targets(context.Background(), s, fund.Page{Limit: fund.MaxPerFact})
	}))(t) {
		open = open || target.Active(later) && target.Raised < target.Amount
		met = met || target.Raised >= target.Amount
		ended = ended || !target.EndsAt.IsZero() && !target.Active(demo.Epoch)
	}
	want(t, open, "an open target")
	want(t, met, "a target that is met")
	want(t, ended, "a target that has ended")
}

func testRewards(t *testing.T, f filled) {
	rewards := must.Get(testworld.Through(context.Background(), f.app, app.System(), keyOf(f.campaign(t, f.credentials.Campaign)), func(s app.Seen) ([]fund.Reward, error) {
		return f.app.Rewards(context.Background(), s, fund.Page{Limit: fund.MaxPerFact})
	}))(t)
	for what, holds := range map[string]func(fund.Reward) bool{
		"sold out":        func(r fund.Reward) bool { return r.Quantity != nil && *r.Remaining() == 0 },
		"limited":         func(r fund.Reward) bool { return r.Quantity != nil && *r.Remaining() > 0 && r.Claimed > 0 },
		"unlimited":       func(r fund.Reward) bool { return r.Quantity == nil && r.Claimed > 0 },
		"always active":   func(r fund.Reward) bool { return r.AlwaysActive && r.Active(later) },
		"for a time":      func(r fund.Reward) bool { return !r.AlwaysActive && r.Active(later) },
		"ended":           func(r fund.Reward) bool { return r.Enabled && !r.Active(demo.Epoch) },
		"retired":         func(r fund.Reward) bool { return !r.RetiredAt.IsZero() && !r.DeactivatedAt.IsZero() },
		"shipped":         func(r fund.Reward) bool { return r.ShippingAddressRequired && r.ShippingNote != "" },
		"with a question": func(r fund.Reward) bool { return r.CustomQuestion != "" },
		"with a value":    func(r fund.Reward) bool { return r.FairMarketValue != nil && r.Image != "" },
		"virtual":         func(r fund.Reward) bool { return r.Kind == fund.RewardVirtual },
		"a product":       func(r fund.Reward) bool { return r.Kind == fund.RewardProduct },
	} {
		want(t, slices.ContainsFunc(rewards, holds), "a reward that is "+what)
	}
}

func testMilestonesAndSchedule(t *testing.T, f filled) {
	ctx, key := context.Background(), keyOf(f.campaign(t, f.credentials.Campaign))
	reached, missed := 0, 0
	for _, m := range must.Get(testworld.Through(ctx, f.app, app.System(), key, func(s app.Seen) ([]fund.Milestone, error) {
		return f.app.Milestones(ctx, s, app.MilestoneQuery{IncludeDisabled: true}, fund.Page{Limit: fund.MaxPerFact})
	}))(t) {
		if m.ReachedAt.IsZero() {
			missed++
			continue
		}
		reached++
		want(t, !m.ReachedAt.After(demo.Epoch), "a milestone that was reached before Epoch")
	}
	want(t, reached > 0 && missed > 0, "milestones that are reached and that are not")
	open := func(i fund.ScheduleItem) bool { return i.EndsAt.IsZero() }
	items := must.Get(testworld.Through(ctx, f.app, app.System(), key, func(s app.Seen) ([]fund.ScheduleItem, error) {
		return f.app.Schedule(ctx, s, fund.Page{Limit: fund.MaxPerFact})
	}))(t)
	want(t, slices.ContainsFunc(items, open) && !slices.ContainsFunc(items, func(i fund.ScheduleItem) bool { return i.StartsAt.IsZero() }),
		"a schedule with an item without an end")
	want(t, slices.ContainsFunc(items, func(i fund.ScheduleItem) bool { return i.EndsAt.After(later) }), "something that is still to come")
}

func testDonations(t *testing.T, f filled) {
	donations := f.donations(t, f.campaign(t, f.credentials.Campaign))
	want(t, len(donations) >= 250, "at least 250 donations")
	var silent, anonymous, sustained, voted, aimed, claimed int
	var amounts []int64
	count := func(n *int, holds bool) {
		if holds {
			*n++
		}
	}
	for _, fact := range f.campaigns(t) {
		for _, d := range f.donations(t, fact) {
			count(&silent, d.Comment == "")
			count(&anonymous, d.DisplayName() == fund.Anonymous)
			count(&sustained, d.Sustained)
			count(&voted, d.PollOption != nil)
			count(&aimed, d.Target != nil)
			count(&claimed, len(d.Claims) > 0)
			amounts = append(amounts, d.Amount)
			equal(t, "currency", d.Currency, fact.Currency)
		}
	}
	all := len(amounts)
	want(t, silent*100 > 5*all && silent*100 < 11*all, "about 8 % of donations without a comment")
	want(t, anonymous*100 > 5*all && anonymous*100 < 17*all, "about 11 % of donations without a name")
	want(t, sustained > 10 && voted > 50 && aimed > 50 && claimed > 30, "donations of all sorts")
	slices.Sort(amounts)
	want(t, amounts[all-1] > 20*amounts[all/2], "a heavy tail")
	want(t, amounts[0] > 0 && amounts[all/2] < 5000, "mostly small donations")
}

// testOddities looks for values that break programs which assume too much.
func testOddities(t *testing.T, f filled) {
	var texts strings.Builder
	longest := 0
	for _, d := range f.donations(t, f.campaign(t, f.credentials.Campaign)) {
		texts.WriteString(d.Name + d.Comment)
		longest = max(longest, len([]rune(d.Comment)))
	}
	all := texts.String()
	for _, part := range []string{
		"<script>alert(1)</script>", "\u2028", "\u2029", "👨‍👩‍👧‍👦", `"`, "'", `\`, "\n", "\u202e", "null", "&", "\u0301",
	} {
		want(t, strings.Contains(all, part), "a donation with "+part)
	}
	for name, table := range map[string]*unicode.RangeTable{
		"Arabic": unicode.Arabic, "Hebrew": unicode.Hebrew, "Han": unicode.Han, "combining marks": unicode.Mn, "emoji": unicode.So,
	} {
		want(t, strings.ContainsFunc(all, func(r rune) bool { return unicode.Is(table, r) }), name)
	}
	want(t, longest > 800, "a very long comment")
}

func testOrder(t *testing.T, f filled) {
	var swapped, sameSecond, sameInstant int
	donations := f.donations(t, f.campaign(t, f.credentials.Campaign))
	for i, d := range donations[1:] {
		newer := donations[i]
		switch {
		case d.CompletedAt.Equal(newer.CompletedAt):
			sameInstant++
		case d.CompletedAt.Truncate(time.Second).Equal(newer.CompletedAt.Truncate(time.Second)):
			sameSecond++
		}
		if d.LegacyID > newer.LegacyID && d.CompletedAt.Before(newer.CompletedAt) {
			swapped++
		}
		want(t, !d.CompletedAt.After(newer.CompletedAt), "newest first")
	}
	want(t, swapped > 5, "legacy ids that are not in the order of completion")
	want(t, sameSecond >= 3 && sameInstant >= 3, "donations in the same second and at the same instant")
	span := donations[0].CompletedAt.Sub(donations[len(donations)-1].CompletedAt)
	want(t, span > 3*24*time.Hour && donations[0].CompletedAt.Before(demo.Epoch), "donations over several days before Epoch")
}

func testLeaderboards(t *testing.T, f filled) {
	hidden := 0
	for _, cause := range causes(t, f) {
		boards := must.Get(testworld.ThroughCause(context.Background(), f.app, app.System(), fund.Key{ID: cause.ID}, func(s app.SeenCause) (app.Leaderboards, error) {
			return f.app.CauseLeaderboards(context.Background(), s)
		}))(t)
		if boards.Hidden {
			hidden++
			continue
		}
		want(t, len(boards.Individual) > 0 && len(boards.Team) > 0 && len(boards.Weekly) > 0, "leaderboards of "+cause.Slug)
	}
	equal(t, "causes with hidden leaderboards", hidden, 1)
}

func testAudit(t *testing.T, f filled) {
	if report := must.Get(f.store.Audit(context.Background()))(t); len(report.Differences) != 0 || report.Donations == 0 {
		t.Errorf("got %+v, want donations and no differences", report)
	}
}

// Each object that is set up is a commit of its own; all donations together must take only a few.
func testCommits(t *testing.T, f filled) {
	want(t, f.commits > 0 && f.commits < 250, "a fill with fewer than 250 commits")
}
