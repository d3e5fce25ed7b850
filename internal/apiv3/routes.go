package apiv3

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
)

// route is one row of the table of this version.
type route = api.Route[app.Actor]

// Who may call. The rows of causes and events that need the token of their cause ask for any
// token here; whose it is, is known once the cause is.
var (
	anyone    func(app.Actor) error
	anyToken  = app.RequireToken
	userToken = app.RequireUser
)

// pages are the parameters of paged lists.
var pages = []string{"count", "before", "after"}

// reads are all the GET rows.
func (v *version) reads() []route {
	rows := []route{
		// Documented.
		{Pattern: "/campaigns/{id}", Access: anyToken, Out: campaign{}, Handle: v.getCampaign, Shared: true},
		{Pattern: "/campaigns/{id}/donations", Access: anyToken, Out: []donation{}, Handle: v.listDonations, Shared: true, Query: pages},
		{Pattern: "/campaigns/{id}/rewards", Access: anyToken, Out: []reward{}, Handle: v.listRewards, Shared: true},
		{Pattern: "/campaigns/{id}/polls", Access: anyToken, Out: []poll{}, Handle: v.listPolls, Shared: true},
		{Pattern: "/campaigns/{id}/challenges", Access: anyToken, Out: []challenge{}, Handle: v.listChallenges, Shared: true},
		{Pattern: "/campaigns/{id}/schedule", Access: anyToken, Out: []scheduleItem{}, Handle: v.listSchedule, Shared: true},
		{Pattern: "/campaigns/{id}/supporting-campaigns", Access: anyToken, Out: []campaignListItem{}, Handle: v.listSupporting},
		{Pattern: "/causes/{id}", Access: anyToken, Out: cause{}, Handle: v.getCause, Shared: true},
		{Pattern: "/causes/{id}/campaigns", Access: anyToken, Out: []campaignListItem{}, Handle: v.listCauseCampaigns, Query: pages},
		{Pattern: "/causes/{id}/fundraising-events", Access: anyToken, Out: []fundraisingEvent{}, Handle: v.listCauseEvents, Query: pages},
		{Pattern: "/causes/{id}/leaderboards", Access: anyToken, Out: leaderboards{}, Handle: v.getCauseLeaderboards, Shared: true},
		{Pattern: "/causes/{id}/permissions", Access: anyToken, Out: permissions{}, Handle: v.getPermissions, Shared: true},
		{Pattern: "/causes/{id}/visibility-options", Access: anyToken, Out: causeVisibility{}, Handle: v.getCauseVisibility, Shared: true},
		{Pattern: "/fundraising-events", Access: anyToken, Out: []fundraisingEvent{}, Handle: v.listEvents, Query: pages},
		{Pattern: "/fundraising-events/{id}", Access: anyToken, Out: fundraisingEvent{}, Handle: v.getEvent, Shared: true},
		{Pattern: "/fundraising-events/{id}/campaigns", Access: anyToken, Out: []campaignListItem{}, Handle: v.listEventCampaigns, Query: pages},
		{Pattern: "/fundraising-events/{id}/incentives", Access: anyToken, Out: []incentive{}, Handle: v.listIncentives, Shared: true},
		{Pattern: "/fundraising-events/{id}/leaderboards", Access: anyToken, Out: eventLeaderboards{}, Handle: v.getEventLeaderboards, Shared: true},
		{Pattern: "/fundraising-events/{id}/registrations", Access: anyToken, Out: []registration{}, Handle: v.listRegistrations},
		{Pattern: "/fundraising-events/{id}/registration-fields", Access: anyToken, Out: registrationFields{}, Handle: v.getRegistrationFields, Shared: true},
		{Pattern: "/fundraising-events/{id}/schedule", Access: anyToken, Out: []scheduleItem{}, Handle: v.listEventSchedule, Shared: true},
		{Pattern: "/fundraising-events/{id}/visibility-options", Access: anyToken, Out: eventVisibility{}, Handle: v.getEventVisibility, Shared: true},
		{Pattern: "/teams", Access: anyToken, Out: []team{}, Handle: v.listTeams},
		{Pattern: "/teams/{id}", Access: anyToken, Out: team{}, Handle: v.getTeam, Shared: true},
		{Pattern: "/teams/{id}/campaigns", Access: anyToken, Out: []campaignListItem{}, Handle: v.listTeamCampaigns, Query: pages},
		{Pattern: "/teams/{id}/campaigns/{campaign}", Access: anyToken, Out: campaign{}, Handle: v.getTeamCampaign, Shared: true},
		{Pattern: "/user", Access: userToken, Out: currentUser{}, Handle: v.getCurrentUser},
		{Pattern: "/users/{id}", Access: anyone, Out: user{}, Handle: v.getUser, Shared: true},
		{Pattern: "/users/{id}/campaigns", Access: anyone, Out: []campaignListItem{}, Handle: v.listUserCampaigns, Query: pages},
		{Pattern: "/users/{id}/campaigns/{campaign}", Access: anyone, Out: campaign{}, Handle: v.getUserCampaign, Shared: true},
		{Pattern: "/users/{id}/owned-teams", Access: anyToken, Out: []team{}, Handle: v.listOwnedTeams},
		{Pattern: "/users/{id}/teams", Access: anyToken, Out: []teamListItem{}, Handle: v.listUserTeams},
		// Announced, but never released by the original service.
		{Pattern: "/challenges", Access: anyToken, Out: []challenge{}, Handle: v.listAllChallenges, Query: pages},
		{Pattern: "/challenges/{id}", Access: anyToken, Out: challenge{}, Handle: v.getChallenge},
		{Pattern: "/polls", Access: anyToken, Out: []upcomingPoll{}, Handle: v.listAllPolls, Query: pages},
		{Pattern: "/polls/{id}", Access: anyToken, Out: upcomingPoll{}, Handle: v.getPoll},
		{Pattern: "/rewards", Access: anyToken, Out: []upcomingReward{}, Handle: v.listAllRewards, Query: pages},
		{Pattern: "/rewards/{id}", Access: anyToken, Out: upcomingReward{}, Handle: v.getReward},
		// Taken out of the documents, but called by clients.
		{Pattern: "/campaigns", Access: anyToken, Out: []campaignListItem{}, Handle: v.listCampaigns, Query: pages},
		{Pattern: "/causes", Access: anyToken, Out: []cause{}, Handle: v.listCauses, Query: pages},
		{Pattern: "/causes/{id}/contact", Access: anyToken, Out: causeContact{}, Handle: v.getCauseContact},
		{Pattern: "/causes/{id}/donations", Access: anyToken, Out: []causeDonation{}, Handle: v.listCauseDonations, Query: pages},
		{Pattern: "/fundraising-events/{id}/donations", Access: anyToken, Out: []causeDonation{}, Handle: v.listEventDonations, Query: pages},
		{Pattern: "/users", Access: userToken, Out: []userListItem{}, Handle: v.listUsers, Query: pages},
		// Never documented, but called by clients.
		{Pattern: "/campaigns/{id}/milestones", Access: anyToken, Out: []milestone{}, Handle: v.listMilestones, Shared: true},
		{Pattern: "/campaign/{id}/donations", Access: anyToken, Out: []donation{}, Handle: v.listDonations, Shared: true, Query: pages},
	}
	for i := range rows {
		rows[i].Method = "GET"
	}
	return rows
}
