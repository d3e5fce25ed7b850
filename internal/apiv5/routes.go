package apiv5

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// route is one row of the table of this version. Its pattern is the whole path.
type route = api.Route[app.Actor]

// call is one request of this version.
type call = api.Call[app.Actor]

// handler does the work of a row.
type handler = api.Handler[app.Actor]

// routes are all rows of the version.
func (v *version) routes() []route {
	rows := append(v.reads(), v.documentRoutes()...)
	rows = append(rows, v.webhookRoutes()...)
	return append(rows, v.writeRoutes()...)
}

// reads are the GET rows of /api/public and /api/cause.
func (v *version) reads() []route {
	var rows []route
	for _, some := range [][]route{
		v.campaignReads(), v.teamCampaignReads(), v.personalReads(), v.factReads(), v.eventReads(), v.causeReads(),
		v.auctionReads(), v.peopleReads(), v.ownReads(), v.aliases(),
	} {
		rows = append(rows, some...)
	}
	for i := range rows {
		scope := fund.ScopePublic
		if strings.HasPrefix(rows[i].Pattern, causePrefix) {
			scope = fund.ScopeCause
		}
		rows[i].Method, rows[i].Access, rows[i].Doc.Scopes = http.MethodGet, needs(scope), []string{scope}
	}
	return rows
}

// about is what the documentation says of a row.
func about(tag, summary string) api.Doc { return api.Doc{Tag: tag, Summary: summary} }

// discouraged is about, for what the documents call deprecated.
func discouraged(tag, summary string) api.Doc {
	return api.Doc{Tag: tag, Summary: summary, Deprecated: true}
}

// The groups of operations.
const (
	onCampaigns     = "Campaigns"
	onTeamCampaigns = "Team campaigns"
	onPersonal      = "Personal campaigns"
	onFacts         = "Facts"
	onEvents        = "Fundraising events"
	onCauses        = "Causes"
	onAuctions      = "Auction houses"
	onUsers         = "Users"
	onTeams         = "Teams"
)

// The rows that are Shared are the same for all callers; see each handler for what they show.

func (v *version) campaignReads() []route {
	const at = publicPrefix + "/campaigns"
	return []route{
		{Pattern: at + "/{campaign_id}", Out: campaign{}, Handle: v.getCampaign, Shared: true, Doc: about(onCampaigns, "Get a campaign")},
		{Pattern: at + "/by/slugs/{user_slug}/{campaign_slug}", Out: campaign{}, Handle: v.getCampaignBySlugs, Shared: true, Doc: about(onCampaigns, "Get a campaign by the slugs of its user and its own")},
		{Pattern: at + "/{campaign_id}/donations", Out: []donation{}, Handle: v.listDonations(atCampaign), Shared: true, Query: paging(completedQuery), Doc: about(onCampaigns, "List the donations to a campaign")},
		{Pattern: at + "/{campaign_id}/donation_matches", Out: []donationMatch{}, Handle: v.listMatches(atCampaign), Shared: true, Query: paging(createdQuery, updatedQuery, statusQuery), Doc: about(onCampaigns, "List the donation matches of a campaign")},
		{Pattern: at + "/{campaign_id}/rewards", Out: []reward{}, Handle: v.listRewards(atCampaign), Shared: true, Query: pageQuery, Doc: about(onCampaigns, "List the rewards of a campaign")},
		{Pattern: at + "/{campaign_id}/polls", Out: []poll{}, Handle: v.listPolls(atCampaign), Shared: true, Query: pageQuery, Doc: about(onCampaigns, "List the polls of a campaign")},
		{Pattern: at + "/{campaign_id}/polls/{poll_id}", Out: poll{}, Handle: v.getPoll(atCampaign), Shared: true, Doc: about(onCampaigns, "Get a poll of a campaign")},
		{Pattern: at + "/{campaign_id}/targets", Out: []target{}, Handle: v.listTargets(atCampaign), Shared: true, Query: pageQuery, Doc: about(onCampaigns, "List the targets of a campaign")},
		{Pattern: at + "/{campaign_id}/milestones", Out: []milestone{}, Handle: v.listMilestones(atCampaign), Shared: true, Query: paging(createdQuery, updatedQuery, disabledQuery), Doc: about(onCampaigns, "List the milestones of a campaign")},
		{Pattern: at + "/{campaign_id}/schedules", Out: []schedule{}, Handle: v.listSchedules(atCampaign), Shared: true, Query: pageQuery, Doc: about(onCampaigns, "List the schedule of a campaign")},
		{Pattern: at + "/{campaign_id}/fitness_goals", Out: []fitnessGoal{}, Handle: v.listFitnessGoals(atCampaign), Shared: true, Query: pageQuery, Doc: about(onCampaigns, "List the fitness goals of a campaign")},
		{Pattern: at + "/{campaign_id}/supporting_campaigns", Out: []campaign{}, Handle: v.listSupporting(atCampaign, atCampaign.kinds, v.toEvent), Shared: true, Query: paging(updatedQuery, statusQuery), Doc: about(onCampaigns, "List the campaigns that support a campaign")},
		{Pattern: at + "/{campaign_id}/donor_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atCampaign, fund.BoardDonor), Shared: true, Query: paging(timeQuery), Doc: about(onCampaigns, "List the top donors of a campaign")},
		{Pattern: at + "/{campaign_id}/user_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atCampaign, fund.BoardUser), Shared: true, Query: paging(timeQuery), Doc: about(onCampaigns, "List the top fundraisers of a campaign")},
	}
}

func (v *version) teamCampaignReads() []route {
	const at = publicPrefix + "/team_campaigns"
	return []route{
		{Pattern: at + "/{team_campaign_id}", Out: teamCampaign{}, Handle: v.getTeamCampaign, Shared: true, Doc: about(onTeamCampaigns, "Get a team campaign")},
		{Pattern: at + "/by/slugs/{team_slug}/{team_campaign_slug}", Out: teamCampaign{}, Handle: v.getTeamCampaignBySlugs, Shared: true, Doc: about(onTeamCampaigns, "Get a team campaign by the slugs of its team and its own")},
		{Pattern: at + "/{team_campaign_id}/donations", Out: []donation{}, Handle: v.listDonations(atTeamCampaign), Shared: true, Query: paging(completedQuery), Doc: about(onTeamCampaigns, "List the donations to a team campaign")},
		{Pattern: at + "/{team_campaign_id}/rewards", Out: []reward{}, Handle: v.listRewards(atTeamCampaign), Shared: true, Query: pageQuery, Doc: about(onTeamCampaigns, "List the rewards of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/polls", Out: []poll{}, Handle: v.listPolls(atTeamCampaign), Shared: true, Query: pageQuery, Doc: about(onTeamCampaigns, "List the polls of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/polls/{poll_id}", Out: poll{}, Handle: v.getPoll(atTeamCampaign), Shared: true, Doc: about(onTeamCampaigns, "Get a poll of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/targets", Out: []target{}, Handle: v.listTargets(atTeamCampaign), Shared: true, Query: pageQuery, Doc: about(onTeamCampaigns, "List the targets of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/milestones", Out: []milestone{}, Handle: v.listMilestones(atTeamCampaign), Shared: true, Query: paging(createdQuery, updatedQuery, disabledQuery), Doc: about(onTeamCampaigns, "List the milestones of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/schedules", Out: []schedule{}, Handle: v.listSchedules(atTeamCampaign), Shared: true, Query: pageQuery, Doc: about(onTeamCampaigns, "List the schedule of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/fitness_goals", Out: []fitnessGoal{}, Handle: v.listFitnessGoals(atTeamCampaign), Shared: true, Query: pageQuery, Doc: about(onTeamCampaigns, "List the fitness goals of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/supporting_campaigns", Out: []campaign{}, Handle: v.listSupporting(atTeamCampaign, atCampaign.kinds, v.toEvent), Shared: true, Query: paging(updatedQuery, statusQuery), Doc: about(onTeamCampaigns, "List the campaigns that support a team campaign")},
		{Pattern: at + "/{team_campaign_id}/donor_leaderboards", Out: []leaderboardEntry{}, Handle: v.leaderboard(atTeamCampaign, fund.BoardDonor), Shared: true, Query: paging(timeQuery), Doc: about(onTeamCampaigns, "List the top donors of a team campaign")},
		{Pattern: at + "/{team_campaign_id}/user_leaderboards", Out: []leaderboardEntry{}, Handle: v.leaderboard(atTeamCampaign, fund.BoardUser), Shared: true, Query: paging(timeQuery), Doc: about(onTeamCampaigns, "List the top fundraisers of a team campaign")},
	}
}

func (v *version) personalReads() []route {
	const at = publicPrefix + "/personal-campaigns"
	return []route{
		{Pattern: at + "/{personal_campaign_id}", Out: personalCampaign{}, Handle: v.getPersonalCampaign, Shared: true, Doc: about(onPersonal, "Get a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/contributions", Out: []contribution{}, Handle: v.listContributions(atPersonal), Shared: true, Query: paging(completedQuery), Doc: about(onPersonal, "List the contributions to a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/rewards", Out: []reward{}, Handle: v.listRewards(atPersonal), Shared: true, Query: pageQuery, Doc: about(onPersonal, "List the rewards of a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/polls", Out: []poll{}, Handle: v.listPolls(atPersonal), Shared: true, Query: pageQuery, Doc: about(onPersonal, "List the polls of a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/polls/{poll_id}", Out: poll{}, Handle: v.getPoll(atPersonal), Shared: true, Doc: about(onPersonal, "Get a poll of a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/targets", Out: []target{}, Handle: v.listTargets(atPersonal), Shared: true, Query: pageQuery, Doc: about(onPersonal, "List the targets of a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/milestones", Out: []milestone{}, Handle: v.listMilestones(atPersonal), Shared: true, Query: paging(createdQuery, updatedQuery, disabledQuery), Doc: about(onPersonal, "List the milestones of a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/schedules", Out: []schedule{}, Handle: v.listSchedules(atPersonal), Shared: true, Query: pageQuery, Doc: about(onPersonal, "List the schedule of a personal campaign")},
		{Pattern: at + "/{personal_campaign_id}/supporting_campaigns", Out: []personalCampaign{}, Handle: v.listSupporting(atPersonal, atPersonal.kinds, v.toAnyPersonal), Shared: true, Query: paging(updatedQuery, statusQuery), Doc: about(onPersonal, "List the personal campaigns that support another")},
	}
}

func (v *version) factReads() []route {
	const at = publicPrefix + "/facts"
	return []route{
		{Pattern: at + "/{fact_id}", Out: fact{}, Handle: v.getFact, Shared: true, Doc: about(onFacts, "Get a fact of any kind")},
		{Pattern: at + "/by/slugs/{slug}/{fact_slug}", Out: fact{}, Handle: v.getFactBySlugs, Shared: true, Doc: about(onFacts, "Get a fact by the slugs of its owner and its own")},
		{Pattern: at + "/{fact_id}/donations", Out: []donation{}, Handle: v.listDonations(atFact), Shared: true, Query: paging(completedQuery), Doc: about(onFacts, "List the donations to a fact")},
		{Pattern: at + "/{fact_id}/contributions", Out: []contribution{}, Handle: v.listContributions(atFact), Shared: true, Query: paging(completedQuery), Doc: about(onFacts, "List the contributions to a fact")},
		{Pattern: at + "/{fact_id}/donation_matches", Out: []donationMatch{}, Handle: v.listMatches(atFact), Shared: true, Query: paging(createdQuery, updatedQuery, statusQuery), Doc: about(onFacts, "List the donation matches of a fact")},
		{Pattern: at + "/{fact_id}/rewards", Out: []reward{}, Handle: v.listRewards(atFact), Shared: true, Query: pageQuery, Doc: about(onFacts, "List the rewards of a fact")},
		{Pattern: at + "/{fact_id}/polls", Out: []poll{}, Handle: v.listPolls(atFact), Shared: true, Query: pageQuery, Doc: about(onFacts, "List the polls of a fact")},
		{Pattern: at + "/{fact_id}/polls/{poll_id}", Out: poll{}, Handle: v.getPoll(atFact), Shared: true, Doc: about(onFacts, "Get a poll of a fact")},
		{Pattern: at + "/{fact_id}/targets", Out: []target{}, Handle: v.listTargets(atFact), Shared: true, Query: pageQuery, Doc: about(onFacts, "List the targets of a fact")},
		{Pattern: at + "/{fact_id}/milestones", Out: []milestone{}, Handle: v.listMilestones(atFact), Shared: true, Query: paging(createdQuery, updatedQuery, disabledQuery), Doc: about(onFacts, "List the milestones of a fact")},
		{Pattern: at + "/{fact_id}/schedules", Out: []schedule{}, Handle: v.listSchedules(atFact), Shared: true, Query: pageQuery, Doc: about(onFacts, "List the schedule of a fact")},
		{Pattern: at + "/{fact_id}/fitness_goals", Out: []fitnessGoal{}, Handle: v.listFitnessGoals(atFact), Shared: true, Query: pageQuery, Doc: about(onFacts, "List the fitness goals of a fact")},
		{Pattern: at + "/{fact_id}/supporting_facts", Out: []fact{}, Handle: v.listSupporting(atFact, nil, v.toAnyFact), Shared: true, Query: paging(updatedQuery, statusQuery), Doc: about(onFacts, "List the facts that support a fact")},
		{Pattern: at + "/{fact_id}/configured_leaderboard", Out: configuredLeaderboard{}, Handle: v.configured(atFact), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "Get the leaderboards that the page of a fact shows")},
		{Pattern: at + "/{fact_id}/donor_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardDonor), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the top donors of a fact")},
		{Pattern: at + "/{fact_id}/user_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardUser), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the top fundraisers of a fact")},
		{Pattern: at + "/{fact_id}/team_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardTeam), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the top teams of a fact")},
		{Pattern: at + "/{fact_id}/user_fitness_time_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardUserTime), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the users of a fact who exercised longest")},
		{Pattern: at + "/{fact_id}/user_fitness_distance_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardUserDistance), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the users of a fact who went farthest")},
		{Pattern: at + "/{fact_id}/team_fitness_time_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardTeamTime), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the teams of a fact who exercised longest")},
		{Pattern: at + "/{fact_id}/team_fitness_distance_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atFact, fund.BoardTeamDistance), Shared: true, Query: paging(timeQuery), Doc: about(onFacts, "List the teams of a fact who went farthest")},
	}
}

func (v *version) eventReads() []route {
	const at = publicPrefix + "/fundraising_events"
	return []route{
		{Pattern: at + "/{fundraising_event_id}", Out: fundraisingEvent{}, Handle: v.getEvent, Shared: true, Doc: about(onEvents, "Get a fundraising event")},
		{Pattern: at + "/{fundraising_event_id}/donations", Out: []donation{}, Handle: v.listDonations(atEvent), Shared: true, Query: paging(completedQuery), Doc: discouraged(onEvents, "List everything that was given within a fundraising event, for its cause")},
		{Pattern: at + "/{fundraising_event_id}/fitness_goals", Out: []fitnessGoal{}, Handle: v.listFitnessGoals(atEvent), Shared: true, Query: pageQuery, Doc: about(onEvents, "List the fitness goals of a fundraising event")},
		{Pattern: at + "/{fundraising_event_id}/supporting_events", Out: []api.Either[campaign, teamCampaign]{}, Handle: v.listSupportingEvents, Shared: true, Query: pageQuery, Doc: about(onEvents, "List the campaigns and team campaigns that take part in a fundraising event")},
		{Pattern: at + "/{fundraising_event_id}/configured_leaderboard", Out: configuredLeaderboard{}, Handle: v.configured(atEvent), Shared: true, Doc: discouraged(onEvents, "Get the leaderboards that the page of a fundraising event shows")},
		{Pattern: at + "/{fundraising_event_id}/donor_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardDonor), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the top donors of a fundraising event")},
		{Pattern: at + "/{fundraising_event_id}/user_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardUser), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the top fundraisers of a fundraising event")},
		{Pattern: at + "/{fundraising_event_id}/team_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardTeam), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the top teams of a fundraising event")},
		{Pattern: at + "/{fundraising_event_id}/user_fitness_time_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardUserTime), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the users of a fundraising event who exercised longest")},
		{Pattern: at + "/{fundraising_event_id}/user_fitness_distance_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardUserDistance), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the users of a fundraising event who went farthest")},
		{Pattern: at + "/{fundraising_event_id}/team_fitness_time_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardTeamTime), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the teams of a fundraising event who exercised longest")},
		{Pattern: at + "/{fundraising_event_id}/team_fitness_distance_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atEvent, fund.BoardTeamDistance), Shared: true, Query: paging(timeQuery), Doc: about(onEvents, "List the teams of a fundraising event who went farthest")},
	}
}

func (v *version) causeReads() []route {
	const at = publicPrefix + "/causes"
	return []route{
		{Pattern: at + "/{cause_id}", Out: cause{}, Handle: v.getCause, Shared: true, Doc: about(onCauses, "Get a cause")},
		{Pattern: at + "/{cause_id}/fundraising_events", Out: []fundraisingEvent{}, Handle: v.listCauseEvents, Shared: true, Query: pageQuery, Doc: about(onCauses, "List the fundraising events of a cause")},
		{Pattern: at + "/{cause_id}/configured_leaderboard", Out: configuredLeaderboard{}, Handle: v.configured(atCause), Shared: true, Doc: discouraged(onCauses, "Get the leaderboards that the page of a cause shows")},
		{Pattern: at + "/{cause_id}/donor_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atCause, fund.BoardDonor), Shared: true, Query: paging(timeQuery), Doc: about(onCauses, "List the top donors of a cause")},
		{Pattern: at + "/{cause_id}/user_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atCause, fund.BoardUser), Shared: true, Query: paging(timeQuery), Doc: about(onCauses, "List the top fundraisers of a cause")},
		{Pattern: at + "/{cause_id}/team_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atCause, fund.BoardTeam), Shared: true, Query: paging(timeQuery), Doc: about(onCauses, "List the top teams of a cause")},
	}
}

func (v *version) auctionReads() []route {
	const at = publicPrefix + "/auction_houses"
	return []route{
		{Pattern: at + "/{auction_house_id}", Out: auctionHouse{}, Handle: v.getAuctionHouse, Shared: true, Doc: about(onAuctions, "Get an auction house")},
		{Pattern: at + "/by/user/slugs/{user_slug}/{auction_house_slug}", Out: auctionHouse{}, Handle: v.getUserAuctionHouse, Shared: true, Doc: about(onAuctions, "Get an auction house by the slugs of its user and its own")},
		{Pattern: at + "/by/cause/slugs/{cause_slug}/{auction_house_slug}", Out: auctionHouse{}, Handle: v.getCauseAuctionHouse, Shared: true, Doc: about(onAuctions, "Get an auction house by the slugs of its cause and its own")},
		{Pattern: at + "/{auction_house_id}/auction_items", Out: []auctionItem{}, Handle: v.listAuctionItems, Shared: true, Query: paging(createdQuery, updatedQuery, statusQuery), Doc: about(onAuctions, "List the items of an auction house")},
		{Pattern: at + "/{auction_house_id}/auction_items/{auction_item_id}", Out: auctionItem{}, Handle: v.getAuctionItem, Shared: true, Doc: about(onAuctions, "Get an item of an auction house")},
		{Pattern: at + "/{auction_house_id}/auction_items/{auction_item_id}/auction_bids", Out: []auctionBid{}, Handle: v.listBids, Shared: true, Query: pageQuery, Doc: about(onAuctions, "List the bids for an item of an auction house")},
	}
}

func (v *version) peopleReads() []route {
	const users, teams = publicPrefix + "/users", publicPrefix + "/teams"
	return []route{
		{Pattern: publicPrefix + "/current-user", Out: &user{}, Handle: v.getCurrentUser, Doc: about(onUsers, "Get the user that the token speaks for")},
		{Pattern: users + "/{user_id}", Out: user{}, Handle: v.getUser, Shared: true, Doc: about(onUsers, "Get a user")},
		{Pattern: users + "/by/slug/{slug}", Out: user{}, Handle: v.getUserBySlug, Shared: true, Doc: about(onUsers, "Get a user by slug")},
		{Pattern: users + "/{user_id}/campaigns", Out: []campaign{}, Handle: v.listUserCampaigns, Shared: true, Query: paging(updatedQuery, statusQuery, supportingQuery), Doc: about(onUsers, "List the campaigns of a user")},
		{Pattern: users + "/{user_id}/integration_events", Out: []api.Either[campaign, teamCampaign]{}, Handle: v.listIntegrationEvents, Query: pageQuery, Doc: about(onUsers, "List the published campaigns and team campaigns that a user can integrate")},
		{Pattern: users + "/{user_id}/teams", Out: []team{}, Handle: v.listUserTeams, Shared: true, Query: paging(roleQuery), Doc: about(onUsers, "List the teams of a user")},
		{Pattern: teams + "/{team_id}", Out: team{}, Handle: v.getTeam, Shared: true, Doc: about(onTeams, "Get a team")},
		{Pattern: teams + "/by/slug/{slug}", Out: team{}, Handle: v.getTeamBySlug, Shared: true, Doc: about(onTeams, "Get a team by slug")},
		{Pattern: teams + "/{team_id}/members", Out: []member{}, Handle: v.listMembers, Shared: true, Query: pageQuery, Doc: about(onTeams, "List the members of a team")},
		{Pattern: teams + "/{team_id}/team_campaigns", Out: []teamCampaign{}, Handle: v.listTeamCampaigns, Shared: true, Query: paging(updatedQuery, statusQuery, supportingQuery), Doc: about(onTeams, "List the campaigns of a team")},
	}
}

// ownReads are for causes about what is their own.
func (v *version) ownReads() []route {
	const at = causePrefix + "/fundraising_events"
	return []route{
		{Pattern: at + "/{fundraising_event_id}/registrations", Out: []registration{}, Handle: v.listRegistrations, Query: pageQuery, Doc: about(onEvents, "List who registered for a fundraising event of the cause")},
		{Pattern: at + "/{fundraising_event_id}/user_leaderboard", Out: []leaderboardEntry{}, Handle: v.own(atEvent, v.leaderboard(atEvent, fund.BoardUser)), Query: paging(timeQuery), Doc: about(onEvents, "List the top fundraisers of a fundraising event of the cause")},
		{Pattern: at + "/{fundraising_event_id}/team_leaderboard", Out: []leaderboardEntry{}, Handle: v.own(atEvent, v.leaderboard(atEvent, fund.BoardTeam)), Query: paging(timeQuery), Doc: about(onEvents, "List the top teams of a fundraising event of the cause")},
	}
}

// aliases are addresses that clients call although the documents do not have them, and the one that
// they had until 2023.
func (v *version) aliases() []route {
	const teamCampaigns = publicPrefix + "/team_campaigns"
	return []route{
		{Pattern: teamCampaigns + "/{team_campaign_id}/donation_matches", Out: []donationMatch{}, Handle: v.listMatches(atTeamCampaign), Shared: true, Query: paging(createdQuery, updatedQuery, statusQuery), Doc: about(onTeamCampaigns, "List the donation matches of a team campaign")},
		{Pattern: teamCampaigns + "/{team_campaign_id}/schedule", Out: []schedule{}, Handle: v.listSchedules(atTeamCampaign), Shared: true, Query: pageQuery, Doc: discouraged(onTeamCampaigns, "List the schedule of a team campaign, by another name of schedules")},
		{Pattern: teamCampaigns + "/{team_campaign_id}/donor_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atTeamCampaign, fund.BoardDonor), Shared: true, Query: paging(timeQuery), Doc: discouraged(onTeamCampaigns, "List the top donors of a team campaign, by another name of donor_leaderboards")},
		{Pattern: teamCampaigns + "/{team_campaign_id}/user_leaderboard", Out: []leaderboardEntry{}, Handle: v.leaderboard(atTeamCampaign, fund.BoardUser), Shared: true, Query: paging(timeQuery), Doc: discouraged(onTeamCampaigns, "List the top fundraisers of a team campaign, by another name of user_leaderboards")},
		{Pattern: publicPrefix + "/users/{user_id}/integration_campaigns", Out: []api.Either[campaign, teamCampaign]{}, Handle: v.listIntegrationEvents, Query: pageQuery, Doc: discouraged(onUsers, "List what a user can integrate, by another name of integration_events")},
		{Pattern: publicPrefix + "/users/by/slugs/{slug}", Out: user{}, Handle: v.getUserBySlug, Shared: true, Doc: discouraged(onUsers, "Get a user by slug, by another name of by/slug")},
		{Pattern: publicPrefix + "/causes/{cause_id}/campaigns", Out: []campaign{}, Handle: v.listCauseCampaigns, Shared: true, Query: paging(updatedQuery, statusQuery, supportingQuery), Doc: about(onCauses, "List the campaigns for a cause")},
	}
}
