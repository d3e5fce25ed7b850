package apiv5

import (
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// The rows that read facts and what hangs on them. What several kinds of facts have is one row here, made for
// each parent that has it.

func (v *version) campaignReads() []route {
	h := campaignParent
	return slices.Concat(
		[]route{
			read(h.address(), campaign{}, about(h.tag, "Get a campaign"), v.campaignBy(h.key)),
			read(h.folder+"/by/slugs/{user_slug}/{campaign_slug}", campaign{},
				about(h.tag, "Get a campaign by the slugs of its user and its own"), v.campaignBy(bySlugsCampaign.key)),
			v.donationReads(h), v.matchReads(h),
		},
		v.incentiveReads(h),
		[]route{v.fitnessGoalReads(h), v.supportingCampaignReads(h)},
		v.boardReads(h, donorBoards),
	)
}

func (v *version) teamCampaignReads() []route {
	h := teamCampaignParent
	boards := v.boardReads(h, donorBoards)
	for i := range boards {
		boards[i].Pattern += "s" // only here
	}
	return slices.Concat(
		[]route{
			read(h.address(), teamCampaign{}, about(h.tag, "Get a team campaign"), v.campaignBy(h.key)),
			read(h.folder+"/by/slugs/{team_slug}/{team_campaign_slug}", teamCampaign{},
				about(h.tag, "Get a team campaign by the slugs of its team and its own"), v.campaignBy(bySlugsTeamCampaign.key)),
			v.donationReads(h),
		},
		v.incentiveReads(h),
		[]route{v.fitnessGoalReads(h), v.supportingCampaignReads(h)},
		boards,
	)
}

func (v *version) personalReads() []route {
	h := personalParent
	supporting := read(h.pattern("supporting_campaigns"), []personalCampaign{},
		about(h.tag, "List the personal campaigns that support another"), v.listSupporting(h.pathParameter, h.kinds, v.toAnyPersonal))
	return slices.Concat(
		[]route{
			read(h.address(), personalCampaign{}, about(h.tag, "Get a personal campaign"), v.personalCampaignBy(h.key)),
			v.contributionReads(h),
		},
		v.incentiveReads(h),
		[]route{listed(supporting, updatedQuery, statusQuery)},
	)
}

func (v *version) factReads() []route {
	h := factParent
	supporting := read(h.pattern("supporting_facts"), []fact{},
		about(h.tag, "List the facts that support a fact"), v.listSupporting(h.pathParameter, nil, v.toAnyFact))
	return slices.Concat(
		[]route{
			read(h.address(), fact{}, about(h.tag, "Get a fact of any kind"), v.factBy(h.key)),
			read(h.folder+"/by/slugs/{slug}/{fact_slug}", fact{}, about(h.tag, "Get a fact by the slugs of its owner and its own"), v.getFactBySlugs),
			v.donationReads(h), v.contributionReads(h), v.matchReads(h),
		},
		v.incentiveReads(h),
		[]route{v.fitnessGoalReads(h), listed(supporting, updatedQuery, statusQuery), listed(v.configuredReads(h), timeQuery)},
		v.boardReads(h, allBoards),
	)
}

func (v *version) eventReads() []route {
	h := eventParent
	donations, configured := v.donationReads(h), v.configuredReads(h)
	donations.Doc = discouraged(h.tag, "List everything that was given within a fundraising event, for its cause")
	configured.Doc.Deprecated = true
	supporting := read(h.pattern("supporting_events"), []api.Either[campaign, teamCampaign]{},
		about(h.tag, "List the campaigns and team campaigns that take part in a fundraising event"), v.listSupportingEvents)
	return append(
		[]route{
			read(h.address(), fundraisingEvent{}, about(h.tag, "Get a fundraising event"), v.getEvent()),
			donations, v.fitnessGoalReads(h), listed(supporting), configured,
		},
		v.boardReads(h, allBoards)...)
}

func (v *version) causeReads() []route {
	h := causeParent
	configured := v.configuredReads(h)
	configured.Doc.Deprecated = true
	return append(
		[]route{
			read(h.address(), cause{}, about(h.tag, "Get a cause"), v.getCause()),
			listed(read(h.pattern("fundraising_events"), []fundraisingEvent{}, about(h.tag, "List the fundraising events of a cause"), v.listCauseEvents)),
			configured,
		},
		v.boardReads(h, teamBoards)...)
}

// incentiveReads are what donors of a fact can choose, reach and expect.
func (v *version) incentiveReads(h parentResource) []route {
	at := h.pathParameter
	return []route{
		listed(read(h.pattern("rewards"), []reward{}, about(h.tag, "List the rewards of "+h.noun), allOf(v, at, v.rewards()))),
		listed(read(h.pattern("polls"), []poll{}, about(h.tag, "List the polls of "+h.noun), allOf(v, at, v.polls()))),
		read(h.pattern("polls/{poll_id}"), poll{}, about(h.tag, "Get a poll of "+h.noun), oneOf(v, at, v.polls(), v.app.PollOf)),
		listed(read(h.pattern("targets"), []target{}, about(h.tag, "List the targets of "+h.noun), allOf(v, at, v.targets()))),
		listed(read(h.pattern("milestones"), []milestone{}, about(h.tag, "List the milestones of "+h.noun), partsOf(v, at, v.milestones)),
			createdQuery, updatedQuery, disabledQuery),
		listed(read(h.pattern("schedules"), []schedule{}, about(h.tag, "List the schedule of "+h.noun), allOf(v, at, v.schedules()))),
	}
}

func (v *version) donationReads(h parentResource) route {
	return listed(read(h.pattern("donations"), []donation{},
		about(h.tag, "List the donations to "+h.noun), v.listDonations(h.pathParameter)), completedQuery)
}

func (v *version) contributionReads(h parentResource) route {
	return listed(read(h.pattern("contributions"), []contribution{},
		about(h.tag, "List the contributions to "+h.noun), v.listContributions(h.pathParameter)), completedQuery)
}

func (v *version) matchReads(h parentResource) route {
	return listed(read(h.pattern("donation_matches"), []donationMatch{},
		about(h.tag, "List the donation matches of "+h.noun), v.listMatches(h.pathParameter)), createdQuery, updatedQuery, statusQuery)
}

func (v *version) fitnessGoalReads(h parentResource) route {
	return listed(read(h.pattern("fitness_goals"), []fitnessGoal{},
		about(h.tag, "List the fitness goals of "+h.noun), allOf(v, h.pathParameter, v.fitnessGoals())))
}

func (v *version) supportingCampaignReads(h parentResource) route {
	return listed(read(h.pattern("supporting_campaigns"), []campaign{},
		about(h.tag, "List the campaigns that support "+h.noun), v.listSupporting(h.pathParameter, atCampaign.kinds, v.toEvent)),
		updatedQuery, statusQuery)
}

func (v *version) configuredReads(h parentResource) route {
	return read(h.pattern("configured_leaderboard"), configuredLeaderboard{},
		about(h.tag, "Get the leaderboards that the page of "+h.noun+" shows"), v.configured(h.pathParameter))
}

// boardRead is a leaderboard with its address and what it lists of a parent.
type boardRead struct {
	board      fund.Board
	part, text string
}

// The leaderboards: allBoards of facts and events, teamBoards where teams compete, and donorBoards of a single
// campaign.
var (
	allBoards = []boardRead{
		{fund.BoardDonor, "donor_leaderboard", "List the top donors of %s"},
		{fund.BoardUser, "user_leaderboard", "List the top fundraisers of %s"},
		{fund.BoardTeam, "team_leaderboard", "List the top teams of %s"},
		{fund.BoardUserTime, "user_fitness_time_leaderboard", "List the users of %s who exercised longest"},
		{fund.BoardUserDistance, "user_fitness_distance_leaderboard", "List the users of %s who went farthest"},
		{fund.BoardTeamTime, "team_fitness_time_leaderboard", "List the teams of %s who exercised longest"},
		{fund.BoardTeamDistance, "team_fitness_distance_leaderboard", "List the teams of %s who went farthest"},
	}
	teamBoards  = allBoards[:3]
	donorBoards = allBoards[:2]
)

func (v *version) boardReads(h parentResource, boards []boardRead) []route {
	return list(boards, func(b boardRead) route {
		doc := about(h.tag, fmt.Sprintf(b.text, h.noun))
		return listed(read(h.pattern(b.part), []leaderboardEntry{}, doc, v.leaderboard(h.pathParameter, b.board)), timeQuery)
	})
}
