package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
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
		{Pattern: "/campaigns/{id}", Access: anyToken, Out: campaign{}, Doc: about(tagCampaigns, "Get a campaign"), Handle: v.campaignBy(campaignAt), Shared: true},
		{Pattern: "/campaigns/{id}/donations", Access: anyToken, Out: []donation{}, Doc: about(tagDonations, "List the donations of a campaign"), Handle: v.listDonations, Shared: true, Query: pages},
		{Pattern: "/campaigns/{id}/rewards", Access: anyToken, Out: []reward{}, Doc: about(tagIncentives, "List the rewards of a campaign"), Handle: v.listRewards, Shared: true},
		{Pattern: "/campaigns/{id}/polls", Access: anyToken, Out: []poll{}, Doc: about(tagIncentives, "List the polls of a campaign"), Handle: v.listPolls, Shared: true},
		{Pattern: "/campaigns/{id}/challenges", Access: anyToken, Out: []challenge{}, Doc: about(tagIncentives, "List the challenges of a campaign"), Handle: v.listChallenges, Shared: true},
		{Pattern: "/campaigns/{id}/schedule", Access: anyToken, Out: []scheduleItem{}, Doc: about(tagCampaigns, "List the schedule of a campaign"), Handle: v.listSchedule, Shared: true},
		{Pattern: "/campaigns/{id}/supporting-campaigns", Access: anyToken, Out: []campaignListItem{}, Doc: about(tagCampaigns, "List the campaigns that support a campaign"), Handle: v.listSupporting},
		{Pattern: "/causes/{id}", Access: anyToken, Out: cause{}, Doc: about(tagCauses, "Get a cause"), Handle: v.getCause, Shared: true},
		{Pattern: "/causes/{id}/campaigns", Access: anyToken, Out: []campaignListItem{}, Doc: about(tagCauses, "List the campaigns of a cause"), Handle: v.listCauseCampaigns, Query: pages},
		{Pattern: "/causes/{id}/fundraising-events", Access: anyToken, Out: []fundraisingEvent{}, Doc: about(tagCauses, "List the fundraising events of a cause"), Handle: v.listCauseEvents, Query: pages},
		{Pattern: "/causes/{id}/leaderboards", Access: anyToken, Out: causeLeaderboards{}, Doc: about(tagCauses, "Get the leaderboards of a cause"), Handle: v.getCauseLeaderboards, Shared: true},
		{Pattern: "/causes/{id}/permissions", Access: anyToken, Out: permissions{}, Doc: about(tagCauses, "Get the permissions of a cause"), Handle: v.getPermissions, Shared: true},
		{Pattern: "/causes/{id}/visibility-options", Access: anyToken, Out: causeVisibility{}, Doc: about(tagCauses, "Get what the pages of a cause show"), Handle: v.getCauseVisibility, Shared: true},
		{Pattern: "/fundraising-events", Access: anyToken, Out: []fundraisingEvent{}, Doc: about(tagEvents, "List all fundraising events"), Handle: v.listEvents, Query: pages},
		{Pattern: "/fundraising-events/{id}", Access: anyToken, Out: fundraisingEvent{}, Doc: about(tagEvents, "Get a fundraising event"), Handle: v.getEvent, Shared: true},
		{Pattern: "/fundraising-events/{id}/campaigns", Access: anyToken, Out: []campaignListItem{}, Doc: about(tagEvents, "List the campaigns of a fundraising event"), Handle: v.listEventCampaigns, Query: pages},
		{Pattern: "/fundraising-events/{id}/incentives", Access: anyToken, Out: []incentive{}, Doc: about(tagEvents, "List the incentives of a fundraising event"), Handle: v.listIncentives, Shared: true},
		{Pattern: "/fundraising-events/{id}/leaderboards", Access: anyToken, Out: eventLeaderboards{}, Doc: about(tagEvents, "Get the leaderboards of a fundraising event"), Handle: v.getEventLeaderboards, Shared: true},
		{Pattern: "/fundraising-events/{id}/registrations", Access: anyToken, Out: []registration{}, Doc: about(tagEvents, "List who registered for a fundraising event"), Handle: v.listRegistrations},
		{Pattern: "/fundraising-events/{id}/registration-fields", Access: anyToken, Out: registrationFields{}, Doc: about(tagEvents, "Get what registrations are asked for"), Handle: v.getRegistrationFields, Shared: true},
		{Pattern: "/fundraising-events/{id}/schedule", Access: anyToken, Out: []scheduleItem{}, Doc: about(tagEvents, "List the schedule of a fundraising event"), Handle: v.listEventSchedule, Shared: true},
		{Pattern: "/fundraising-events/{id}/visibility-options", Access: anyToken, Out: eventVisibility{}, Doc: about(tagEvents, "Get what the pages of a fundraising event show"), Handle: v.getEventVisibility, Shared: true},
		{Pattern: "/teams", Access: anyToken, Out: []team{}, Doc: about(tagTeams, "List all teams"), Handle: v.listTeams},
		{Pattern: "/teams/{id}", Access: anyToken, Out: team{}, Doc: about(tagTeams, "Get a team"), Handle: v.getTeam(), Shared: true},
		{Pattern: "/teams/{id}/campaigns", Access: anyToken, Out: []campaignListItem{}, Doc: about(tagTeams, "List the campaigns of a team"), Handle: v.listTeamCampaigns, Query: pages},
		{Pattern: "/teams/{id}/campaigns/{campaign}", Access: anyToken, Out: campaign{}, Doc: about(tagTeams, "Get a campaign of a team"), Handle: v.campaignBy(ofTeamAt), Shared: true},
		{Pattern: "/user", Access: userOrOwner, Out: currentUser{}, Doc: api.Doc{Tag: tagUsers, Summary: "Get the user of the token", ID: "getCurrentUser"}, Handle: v.getCurrentUser},
		{Pattern: "/users/{id}", Access: anyone, Out: user{}, Doc: about(tagUsers, "Get a user"), Handle: v.getUser(), Shared: true},
		{Pattern: "/users/{id}/campaigns", Access: anyone, Out: []campaignListItem{}, Doc: about(tagUsers, "List the campaigns of a user"), Handle: v.listUserCampaigns, Query: pages},
		{Pattern: "/users/{id}/campaigns/{campaign}", Access: anyone, Out: campaign{}, Doc: about(tagUsers, "Get a campaign of a user"), Handle: v.campaignBy(ofUserAt), Shared: true},
		{Pattern: "/users/{id}/owned-teams", Access: anyToken, Out: []team{}, Doc: about(tagUsers, "List the teams that a user owns"), Handle: v.listOwnedTeams},
		{Pattern: "/users/{id}/teams", Access: anyToken, Out: []teamListItem{}, Doc: about(tagUsers, "List the teams of a user"), Handle: v.listUserTeams},
		// Announced, but never released by the original service.
		{Pattern: "/challenges", Access: anyToken, Out: []challenge{}, Doc: about(tagIncentives, "List the challenges that the caller may see"), Handle: v.listAllChallenges, Query: pages},
		{Pattern: "/challenges/{id}", Access: anyToken, Out: challenge{}, Doc: about(tagIncentives, "Get a challenge"), Handle: api.Gets(idAt, v.app.GetTarget, v.challenges().Reply)},
		{Pattern: "/polls", Access: anyToken, Out: []upcomingPoll{}, Doc: about(tagIncentives, "List the polls that the caller may see"), Handle: v.listAllPolls, Query: pages},
		{Pattern: "/polls/{id}", Access: anyToken, Out: upcomingPoll{}, Doc: about(tagIncentives, "Get a poll"), Handle: v.getPoll()},
		{Pattern: "/rewards", Access: anyToken, Out: []upcomingReward{}, Doc: about(tagIncentives, "List the rewards that the caller may see"), Handle: v.listAllRewards, Query: pages},
		{Pattern: "/rewards/{id}", Access: anyToken, Out: upcomingReward{}, Doc: about(tagIncentives, "Get a reward"), Handle: v.getReward()},
		// Taken out of the documents, but called by clients.
		{Pattern: "/campaigns", Access: anyToken, Out: []campaignListItem{}, Doc: about(tagCampaigns, "List all campaigns"), Handle: v.listCampaigns, Query: pages},
		{Pattern: "/causes", Access: anyToken, Out: []cause{}, Doc: about(tagCauses, "List all causes"), Handle: v.listCauses, Query: pages},
		{Pattern: "/causes/{id}/contact", Access: anyToken, Out: causeContact{}, Doc: about(tagCauses, "Get how to reach a cause"), Handle: v.getCauseContact},
		{Pattern: "/causes/{id}/donations", Access: anyToken, Out: []causeDonation{}, Doc: about(tagDonations, "List the donations of a cause"), Handle: v.listCauseDonations, Query: pages},
		{Pattern: "/fundraising-events/{id}/donations", Access: anyToken, Out: []causeDonation{}, Doc: about(tagDonations, "List the donations of a fundraising event"), Handle: v.listEventDonations, Query: pages},
		{Pattern: "/users", Access: userToken, Out: []userListItem{}, Doc: about(tagUsers, "List all users"), Handle: v.listUsers, Query: pages},
		// Never documented, but called by clients.
		{Pattern: "/campaigns/{id}/milestones", Access: anyToken, Out: []milestone{}, Doc: about(tagIncentives, "List the milestones of a campaign"), Handle: v.listMilestones, Shared: true},
		{Pattern: "/campaign/{id}/donations", Access: anyToken, Out: []donation{}, Doc: about(tagDonations, "List the donations of a campaign under its other address"), Handle: v.listDonations, Shared: true, Query: pages},
		// Almoner's own.
		{Pattern: "/openapi", Access: anyone, Out: api.Raw{}, Doc: about(tagDocument, "Get this document"), Handle: documentIn(api.OpenAPI31), Shared: true},
		{Pattern: "/openapi-3.0", Access: anyone, Out: api.Raw{}, Doc: about(tagDocument, "Get this document in OpenAPI 3.0"), Handle: documentIn(api.OpenAPI30), Shared: true},
	}
	for i := range rows {
		rows[i].Method = "GET"
		rows[i] = forPublicTokens(rows[i])
	}
	return rows
}

// forPublicTokens keeps tokens of V5 applications without the scope "public" from reading what their user did not
// allow: this version knows no scope for reads, but consent pages name one. Rows that are open to anyone answer such
// a token as they answer nobody.
func forPublicTokens(row route) route {
	access, handle := row.Access, row.Handle
	if access == nil {
		row.Handle = func(ctx context.Context, c *call) (api.Reply, error) {
			if lacksPublic(c.Caller) {
				anonymous := *c
				anonymous.Caller = app.Actor{}
				c = &anonymous
			}
			return handle(ctx, c)
		}
		return row
	}
	row.Access = func(actor app.Actor) error {
		if err := access(actor); err != nil {
			return err
		}
		if lacksPublic(actor) {
			return fault.MissingScope(fund.ScopePublic)
		}
		return nil
	}
	return row
}

func lacksPublic(actor app.Actor) bool {
	return actor.API == fund.APIV5 && !actor.HasScope(fund.ScopePublic)
}
