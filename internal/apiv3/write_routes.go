package apiv3

import (
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// writes are the changes of the version. The original had next to none: they are an
// extension in its style, and docs/v3.md says what they chose. Access says only who must be
// known before anything else is looked at; who may change what is for the use cases to say.
func (v *version) writes() []route {
	rows := slices.Concat(v.campaignWrites(), v.incentiveWrites(), v.scheduleWrites(), v.peopleWrites(), v.eventWrites())
	for i, row := range rows {
		rows[i].Doc.Scopes = []string{fund.ScopeWrite}
		switch row.Method {
		case "POST":
			rows[i].Doc.Status = http.StatusCreated
			continue
		case "DELETE":
			rows[i].Out = struct{}{}
		}
		rows[i].Handle = v.ifMatch(row.Pattern, row.Handle)
	}
	return rows
}

func (v *version) campaignWrites() []route {
	in, out := campaignInput{}, campaign{}
	return []route{
		{Method: "POST", Pattern: "/campaigns", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Create a campaign"), Handle: creates(campaignModel, nowhere, v.createCampaign)},
		{Method: "PATCH", Pattern: "/campaigns/{id}", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Change a campaign"), Handle: v.changesCampaign(campaignAt)},
		{Method: "DELETE", Pattern: "/campaigns/{id}", Access: userToken, Doc: about(tagCampaigns, "Delete a campaign"), Handle: deletes(campaignAt, v.app.DeleteCampaign)},

		{Method: "POST", Pattern: "/teams/{id}/campaigns", Access: userToken, In: in, Out: out, Doc: about(tagTeams, "Create a campaign of a team"), Handle: creates(campaignModel, idOrSlugAt, v.createTeamCampaign)},
		{Method: "PATCH", Pattern: "/teams/{id}/campaigns/{campaign}", Access: userToken, In: in, Out: out, Doc: about(tagTeams, "Change a campaign of a team"), Handle: v.changesCampaign(ofTeamAt)},
		{Method: "DELETE", Pattern: "/teams/{id}/campaigns/{campaign}", Access: userToken, Doc: about(tagTeams, "Delete a campaign of a team"), Handle: deletes(ofTeamAt, v.app.DeleteCampaign)},
		{Method: "PATCH", Pattern: "/users/{id}/campaigns/{campaign}", Access: userToken, In: in, Out: out, Doc: about(tagUsers, "Change a campaign of a user"), Handle: v.changesCampaign(ofUserAt)},
		{Method: "DELETE", Pattern: "/users/{id}/campaigns/{campaign}", Access: userToken, Doc: about(tagUsers, "Delete a campaign of a user"), Handle: deletes(ofUserAt, v.app.DeleteCampaign)},
	}
}

func (v *version) incentiveWrites() []route {
	return []route{
		{Method: "POST", Pattern: "/campaigns/{id}/challenges", Access: userToken, In: challengeInput{}, Out: challenge{}, Doc: about(tagIncentives, "Create a challenge"), Handle: creates(challengeModel, campaignAt, v.createChallenge)},
		{Method: "PATCH", Pattern: "/challenges/{id}", Access: userToken, In: challengeInput{}, Out: challenge{}, Doc: about(tagIncentives, "Change a challenge"), Handle: changes(challengeModel, idAt, v.showChallenge, v.changeChallenge)},
		{Method: "DELETE", Pattern: "/challenges/{id}", Access: userToken, Doc: about(tagIncentives, "Delete a challenge"), Handle: deletes(idAt, v.app.DeleteTarget)},

		{Method: "POST", Pattern: "/campaigns/{id}/polls", Access: userToken, In: pollInput{}, Out: poll{}, Doc: about(tagIncentives, "Create a poll"), Handle: creates(pollModel, campaignAt, v.createPoll)},
		{Method: "PATCH", Pattern: "/polls/{id}", Access: userToken, In: pollInput{}, Out: poll{}, Doc: about(tagIncentives, "Change a poll"), Handle: changes(pollModel, idAt, v.showPoll, v.changePoll)},
		{Method: "DELETE", Pattern: "/polls/{id}", Access: userToken, Doc: about(tagIncentives, "Delete a poll"), Handle: deletes(idAt, v.app.DeletePoll)},

		{Method: "POST", Pattern: "/campaigns/{id}/rewards", Access: userToken, In: rewardInput{}, Out: reward{}, Doc: about(tagIncentives, "Create a reward"), Handle: creates(rewardModel, campaignAt, v.createReward)},
		{Method: "PATCH", Pattern: "/rewards/{id}", Access: userToken, In: rewardInput{}, Out: reward{}, Doc: about(tagIncentives, "Change a reward"), Handle: changes(rewardModel, idAt, showing(v.app.GetReward, v.toReward), applying(v.app.UpdateReward, v.toReward))},
		{Method: "DELETE", Pattern: "/rewards/{id}", Access: userToken, Doc: about(tagIncentives, "Delete a reward"), Handle: deletes(idAt, v.app.DeleteReward)},

		{Method: "POST", Pattern: "/campaigns/{id}/milestones", Access: userToken, In: milestoneInput{}, Out: milestone{}, Doc: about(tagIncentives, "Create a milestone"), Handle: creates(milestoneModel, campaignAt, v.createMilestone)},
		{Method: "PATCH", Pattern: "/campaigns/{id}/milestones/{milestone}", Access: userToken, In: milestoneInput{}, Out: milestone{}, Doc: about(tagIncentives, "Change a milestone"), Handle: changes(milestoneModel, milestoneAt, v.showMilestone, v.changeMilestone)},
		{Method: "DELETE", Pattern: "/campaigns/{id}/milestones/{milestone}", Access: userToken, Doc: about(tagIncentives, "Delete a milestone"), Handle: deletes(milestoneAt, v.app.DeleteMilestone)},
	}
}

func (v *version) scheduleWrites() []route {
	in, out := scheduleInput{}, scheduleItem{}
	return []route{
		{Method: "POST", Pattern: "/campaigns/{id}/schedule", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Add an item to the schedule of a campaign"), Handle: creates(scheduleModel, campaignAt, v.createScheduleItem)},
		{Method: "PATCH", Pattern: "/campaigns/{id}/schedule/{item}", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Change an item of the schedule of a campaign"), Handle: changes(scheduleModel, itemAt, showing(v.scheduleItem, v.toScheduleItem), applying(v.app.UpdateScheduleItem, v.toScheduleItem))},
		{Method: "DELETE", Pattern: "/campaigns/{id}/schedule/{item}", Access: userToken, Doc: about(tagCampaigns, "Delete an item of the schedule of a campaign"), Handle: deletes(itemAt, v.app.DeleteScheduleItem)},

		{Method: "POST", Pattern: "/fundraising-events/{id}/schedule", Access: anyToken, In: in, Out: out, Doc: about(tagEvents, "Add an item to the schedule of a fundraising event"), Handle: creates(scheduleModel, idAt, v.createEventScheduleItem)},
		{Method: "PATCH", Pattern: "/fundraising-events/{id}/schedule/{item}", Access: anyToken, In: in, Out: out, Doc: about(tagEvents, "Change an item of the schedule of a fundraising event"), Handle: changes(scheduleModel, eventItemAt, showing(v.scheduleItem, v.toEventScheduleItem), applying(v.app.UpdateScheduleItem, v.toEventScheduleItem))},
		{Method: "DELETE", Pattern: "/fundraising-events/{id}/schedule/{item}", Access: anyToken, Doc: about(tagEvents, "Delete an item of the schedule of a fundraising event"), Handle: deletes(eventItemAt, v.app.DeleteScheduleItem)},
	}
}

func (v *version) peopleWrites() []route {
	return []route{
		{Method: "POST", Pattern: "/teams", Access: userToken, In: teamInput{}, Out: team{}, Doc: about(tagTeams, "Create a team"), Handle: creates(teamModel, nowhere, v.createTeam)},
		{Method: "PATCH", Pattern: "/teams/{id}", Access: userToken, In: teamInput{}, Out: team{}, Doc: about(tagTeams, "Change a team"), Handle: changes(teamModel, idOrSlugAt, showing(v.app.GetTeam, v.toTeam), applying(v.app.UpdateTeam, v.toTeam))},
		{Method: "DELETE", Pattern: "/teams/{id}", Access: userToken, Doc: about(tagTeams, "Disband a team"), Handle: deletes(idOrSlugAt, v.app.DisbandTeam)},

		{Method: "PATCH", Pattern: "/user", Access: userToken, In: userInput{}, Out: currentUser{}, Doc: api.Doc{Tag: tagUsers, Summary: "Change the user of the token", ID: "updateCurrentUser"}, Handle: changes(userModel, nowhere, v.showCurrentUser, v.changeCurrentUser)},
	}
}

func (v *version) eventWrites() []route {
	in, out := registrationInput{}, registration{}
	return []route{
		{Method: "POST", Pattern: "/fundraising-events/{id}/registrations", Access: userToken, In: in, Out: out, Doc: about(tagEvents, "Register for a fundraising event"), Handle: creates(registrationModel, idAt, v.createRegistration)},
		{Method: "PATCH", Pattern: "/fundraising-events/{id}/registrations/{registration}", Access: anyToken, In: in, Out: out, Doc: about(tagEvents, "Change a registration"), Handle: changes(registrationModel, registrationAt, nil, v.changeRegistration)},
		{Method: "DELETE", Pattern: "/fundraising-events/{id}/registrations/{registration}", Access: anyToken, Doc: about(tagEvents, "Delete a registration"), Handle: deletes(registrationAt, v.deleteRegistration)},

		{Method: "PATCH", Pattern: "/fundraising-events/{id}/registration-fields", Access: anyToken, In: registrationFields{}, Out: registrationFields{}, Doc: about(tagEvents, "Change what registrations are asked for"), Handle: changes(registrationFieldsModel, idAt, showing(v.app.GetFundraisingEvent, shownRegistrationFields), applying(v.app.UpdateRegistrationFields, toRegistrationFields))},
		{Method: "PATCH", Pattern: "/fundraising-events/{id}/visibility-options", Access: anyToken, In: eventVisibility{}, Out: eventVisibility{}, Doc: about(tagEvents, "Change what the pages of a fundraising event show"), Handle: changes(visibilityModel, idAt, showing(v.app.GetFundraisingEvent, shownEventVisibility), applying(v.app.UpdateEventVisibility, toEventVisibility))},
		{Method: "PATCH", Pattern: "/causes/{id}/visibility-options", Access: anyToken, In: causeVisibility{}, Out: causeVisibility{}, Doc: about(tagCauses, "Change what the pages of a cause show"), Handle: changes(visibilityModel, idOrSlugAt, showing(v.app.GetCause, shownCauseVisibility), applying(v.app.UpdateCauseVisibility, toCauseVisibility))},
		{Method: "PATCH", Pattern: "/causes/{id}/permissions", Access: anyToken, In: permissions{}, Out: permissions{}, Doc: about(tagCauses, "Change the permissions of a cause"), Handle: changes(permissionsModel, idOrSlugAt, showing(v.app.GetCause, shownPermissions), applying(v.app.UpdatePermissions, toPermissions))},
	}
}
