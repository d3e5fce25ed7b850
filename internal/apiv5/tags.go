package apiv5

import "github.com/almoner/almoner/internal/api"

// The groups of operations.
const (
	tagCampaigns     = "Campaigns"
	tagTeamCampaigns = "Team campaigns"
	tagPersonal      = "Personal campaigns"
	tagFacts         = "Facts"
	tagDonations     = "Donations"
	tagReceipts      = "Receipts"
	tagCases         = "Cases"
	tagUsers         = "Users"
	tagTeams         = "Teams"
	tagCauses        = "Causes"
	tagEvents        = "Fundraising events"
	tagAuctions      = "Auction houses"
	tagPolls         = "Polls"
	tagTargets       = "Targets"
	tagRewards       = "Rewards"
	tagMilestones    = "Milestones"
	tagSchedules     = "Schedules"
	tagMatches       = "Donation matches"
	tagCounters      = "Counters"
	tagTimers        = "Timers"
	tagFitness       = "Fitness"
	tagWebhooks      = "Webhooks"
	tagRelays        = "Relays"
	tagDocument      = "Document"
)

// tags are the groups in the order in which they are read.
func tags() []api.DocTag {
	return []api.DocTag{
		{Name: tagCampaigns, Description: "Campaigns of users, with all that belongs to them."},
		{Name: tagTeamCampaigns, Description: "Campaigns of teams, with all that belongs to them."},
		{Name: tagPersonal, Description: "Campaigns that gather gifts for a person."},
		{Name: tagFacts, Description: "Anything that money is raised for, whatever its kind."},
		{Name: tagDonations, Description: "Donations, screening, refunds and offline donations."},
		{Name: tagReceipts, Description: "Receipts of donations, and which receipts a cause gives."},
		{Name: tagCases, Description: "What donors say is wrong with their donations, and answers."},
		{Name: tagUsers, Description: "Users."},
		{Name: tagTeams, Description: "Teams and their members."},
		{Name: tagCauses, Description: "Causes, their fundraising events and their leaderboards."},
		{Name: tagEvents, Description: "Fundraising events and their leaderboards."},
		{Name: tagAuctions, Description: "Auctions: houses, items and bids."},
		{Name: tagPolls, Description: "Polls with their options."},
		{Name: tagTargets, Description: "Targets."},
		{Name: tagRewards, Description: "Rewards."},
		{Name: tagMilestones, Description: "Milestones."},
		{Name: tagSchedules, Description: "Items of schedules."},
		{Name: tagMatches, Description: "Donation matches."},
		{Name: tagCounters, Description: "What was raised within a time, for streams."},
		{Name: tagTimers, Description: "Clocks that run down, and that donations add to."},
		{Name: tagFitness, Description: "Fitness goals."},
		{Name: tagWebhooks, Description: "Endpoints, and what they are sent."},
		{Name: tagRelays, Description: "Relays, and keys for one donation each."},
		{Name: tagDocument, Description: "This document."},
	}
}
