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
	in, out, r := campaignInput{}, campaign{}, v.campaigns()
	return []route{
		{Method: "POST", Pattern: "/campaigns", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Create a campaign"), Handle: api.Creates(r, api.Nowhere, api.Keyless(v.app.CreateCampaign))},
		{Method: "PATCH", Pattern: "/campaigns/{id}", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Change a campaign"), Handle: api.Changes(r, campaignAt, v.app.GetFact, v.app.UpdateCampaign)},
		{Method: "DELETE", Pattern: "/campaigns/{id}", Access: userToken, Doc: about(tagCampaigns, "Delete a campaign"), Handle: deletes(campaignAt, v.app.DeleteCampaign)},

		{Method: "POST", Pattern: "/teams/{id}/campaigns", Access: userToken, In: in, Out: out, Doc: about(tagTeams, "Create a campaign of a team"), Handle: api.Creates(r, idOrSlugAt, v.app.CreateTeamCampaign)},
		{Method: "PATCH", Pattern: "/teams/{id}/campaigns/{campaign}", Access: userToken, In: in, Out: out, Doc: about(tagTeams, "Change a campaign of a team"), Handle: api.Changes(r, ofTeamAt, v.app.GetFact, v.app.UpdateCampaign)},
		{Method: "DELETE", Pattern: "/teams/{id}/campaigns/{campaign}", Access: userToken, Doc: about(tagTeams, "Delete a campaign of a team"), Handle: deletes(ofTeamAt, v.app.DeleteCampaign)},
		{Method: "PATCH", Pattern: "/users/{id}/campaigns/{campaign}", Access: userToken, In: in, Out: out, Doc: about(tagUsers, "Change a campaign of a user"), Handle: api.Changes(r, ofUserAt, v.app.GetFact, v.app.UpdateCampaign)},
		{Method: "DELETE", Pattern: "/users/{id}/campaigns/{campaign}", Access: userToken, Doc: about(tagUsers, "Delete a campaign of a user"), Handle: deletes(ofUserAt, v.app.DeleteCampaign)},
	}
}

func (v *version) incentiveWrites() []route {
	challenges, polls, rewards, milestones := v.challenges(), v.polls(), v.rewards(), v.milestones()
	return []route{
		{Method: "POST", Pattern: "/campaigns/{id}/challenges", Access: userToken, In: challengeInput{}, Out: challenge{}, Doc: about(tagIncentives, "Create a challenge"), Handle: api.Creates(challenges, campaignAt, v.app.CreateTarget)},
		{Method: "PATCH", Pattern: "/challenges/{id}", Access: userToken, In: challengeInput{}, Out: challenge{}, Doc: about(tagIncentives, "Change a challenge"), Handle: api.Changes(challenges, idAt, v.app.GetTarget, v.app.UpdateTarget)},
		{Method: "DELETE", Pattern: "/challenges/{id}", Access: userToken, Doc: about(tagIncentives, "Delete a challenge"), Handle: deletes(idAt, v.app.DeleteTarget)},

		{Method: "POST", Pattern: "/campaigns/{id}/polls", Access: userToken, In: pollInput{}, Out: poll{}, Doc: about(tagIncentives, "Create a poll"), Handle: api.Creates(polls, campaignAt, v.app.CreatePoll)},
		{Method: "PATCH", Pattern: "/polls/{id}", Access: userToken, In: pollInput{}, Out: poll{}, Doc: about(tagIncentives, "Change a poll"), Handle: api.Changes(polls, idAt, v.app.GetPoll, v.app.UpdatePoll)},
		{Method: "DELETE", Pattern: "/polls/{id}", Access: userToken, Doc: about(tagIncentives, "Delete a poll"), Handle: deletes(idAt, v.app.DeletePoll)},

		{Method: "POST", Pattern: "/campaigns/{id}/rewards", Access: userToken, In: rewardInput{}, Out: reward{}, Doc: about(tagIncentives, "Create a reward"), Handle: api.Creates(rewards, campaignAt, v.app.CreateReward)},
		{Method: "PATCH", Pattern: "/rewards/{id}", Access: userToken, In: rewardInput{}, Out: reward{}, Doc: about(tagIncentives, "Change a reward"), Handle: api.Changes(rewards, idAt, v.app.GetReward, v.app.UpdateReward)},
		{Method: "DELETE", Pattern: "/rewards/{id}", Access: userToken, Doc: about(tagIncentives, "Delete a reward"), Handle: deletes(idAt, v.app.DeleteReward)},

		{Method: "POST", Pattern: "/campaigns/{id}/milestones", Access: userToken, In: milestoneInput{}, Out: milestone{}, Doc: about(tagIncentives, "Create a milestone"), Handle: api.Creates(milestones, campaignAt, v.app.CreateMilestone)},
		{Method: "PATCH", Pattern: "/campaigns/{id}/milestones/{milestone}", Access: userToken, In: milestoneInput{}, Out: milestone{}, Doc: about(tagIncentives, "Change a milestone"), Handle: api.Changes(milestones, milestoneAt, v.app.GetMilestone, v.app.UpdateMilestone)},
		{Method: "DELETE", Pattern: "/campaigns/{id}/milestones/{milestone}", Access: userToken, Doc: about(tagIncentives, "Delete a milestone"), Handle: deletes(milestoneAt, v.app.DeleteMilestone)},
	}
}

func (v *version) scheduleWrites() []route {
	in, out := scheduleInput{}, scheduleItem{}
	return []route{
		{Method: "POST", Pattern: "/campaigns/{id}/schedule", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Add an item to the schedule of a campaign"), Handle: api.Creates(v.scheduled(), campaignAt, v.app.CreateScheduleItem)},
		{Method: "PATCH", Pattern: "/campaigns/{id}/schedule/{item}", Access: userToken, In: in, Out: out, Doc: about(tagCampaigns, "Change an item of the schedule of a campaign"), Handle: api.Changes(v.scheduled(), itemAt, v.scheduleItem, v.app.UpdateScheduleItem)},
		{Method: "DELETE", Pattern: "/campaigns/{id}/schedule/{item}", Access: userToken, Doc: about(tagCampaigns, "Delete an item of the schedule of a campaign"), Handle: deletes(itemAt, v.app.DeleteScheduleItem)},

		{Method: "POST", Pattern: "/fundraising-events/{id}/schedule", Access: anyToken, In: in, Out: out, Doc: about(tagEvents, "Add an item to the schedule of a fundraising event"), Handle: api.Creates(v.eventScheduled(), idAt, v.app.CreateEventScheduleItem)},
		{Method: "PATCH", Pattern: "/fundraising-events/{id}/schedule/{item}", Access: anyToken, In: in, Out: out, Doc: about(tagEvents, "Change an item of the schedule of a fundraising event"), Handle: api.Changes(v.eventScheduled(), eventItemAt, v.scheduleItem, v.app.UpdateScheduleItem)},
		{Method: "DELETE", Pattern: "/fundraising-events/{id}/schedule/{item}", Access: anyToken, Doc: about(tagEvents, "Delete an item of the schedule of a fundraising event"), Handle: deletes(eventItemAt, v.app.DeleteScheduleItem)},
	}
}

func (v *version) peopleWrites() []route {
	return []route{
		{Method: "POST", Pattern: "/teams", Access: userToken, In: teamInput{}, Out: team{}, Doc: about(tagTeams, "Create a team"), Handle: api.Creates(v.teams(), api.Nowhere, api.Keyless(v.app.CreateTeam))},
		{Method: "PATCH", Pattern: "/teams/{id}", Access: userToken, In: teamInput{}, Out: team{}, Doc: about(tagTeams, "Change a team"), Handle: api.Changes(v.teams(), idOrSlugAt, v.app.GetTeam, v.app.UpdateTeam)},
		{Method: "DELETE", Pattern: "/teams/{id}", Access: userToken, Doc: about(tagTeams, "Disband a team"), Handle: deletes(idOrSlugAt, v.app.DisbandTeam)},

		{Method: "PATCH", Pattern: "/user", Access: userToken, In: userInput{}, Out: currentUser{}, Doc: api.Doc{Tag: tagUsers, Summary: "Change the user of the token", ID: "updateCurrentUser"}, Handle: api.Changes(v.self(), api.Nowhere, api.KeylessGet(v.app.CurrentUser), api.Keyless(v.app.UpdateCurrentUser))},
	}
}

func (v *version) eventWrites() []route {
	in, out := registrationInput{}, registration{}
	fields := resourceOf(registrationFieldsModel, shown(toRegistrationFields), nil)
	eventShows, causeShows := resourceOf(visibilityModel, shown(toEventVisibility), nil), resourceOf(visibilityModel, shown(toCauseVisibility), nil)
	allowed := resourceOf(permissionsModel, shown(toPermissions), nil)
	return []route{
		{Method: "POST", Pattern: "/fundraising-events/{id}/registrations", Access: userToken, In: in, Out: out, Doc: about(tagEvents, "Register for a fundraising event"), Handle: api.Creates(v.registrations(), idAt, v.createRegistration)},
		{Method: "PATCH", Pattern: "/fundraising-events/{id}/registrations/{registration}", Access: anyToken, In: in, Out: out, Doc: about(tagEvents, "Change a registration"), Handle: api.Changes(v.registrations(), registrationAt, nil, v.changeRegistration)},
		{Method: "DELETE", Pattern: "/fundraising-events/{id}/registrations/{registration}", Access: anyToken, Doc: about(tagEvents, "Delete a registration"), Handle: deletes(registrationAt, v.deleteRegistration)},

		{Method: "PATCH", Pattern: "/fundraising-events/{id}/registration-fields", Access: anyToken, In: registrationFields{}, Out: registrationFields{}, Doc: about(tagEvents, "Change what registrations are asked for"), Handle: api.Changes(fields, idAt, partOf(v.app.GetFundraisingEvent, registrationFieldsOf), v.app.UpdateRegistrationFields)},
		{Method: "PATCH", Pattern: "/fundraising-events/{id}/visibility-options", Access: anyToken, In: eventVisibility{}, Out: eventVisibility{}, Doc: about(tagEvents, "Change what the pages of a fundraising event show"), Handle: api.Changes(eventShows, idAt, partOf(v.app.GetFundraisingEvent, eventVisibilityOf), v.app.UpdateEventVisibility)},
		{Method: "PATCH", Pattern: "/causes/{id}/visibility-options", Access: anyToken, In: causeVisibility{}, Out: causeVisibility{}, Doc: about(tagCauses, "Change what the pages of a cause show"), Handle: api.Changes(causeShows, idOrSlugAt, partOf(v.app.GetCause, causeVisibilityOf), v.app.UpdateCauseVisibility)},
		{Method: "PATCH", Pattern: "/causes/{id}/permissions", Access: anyToken, In: permissions{}, Out: permissions{}, Doc: about(tagCauses, "Change the permissions of a cause"), Handle: api.Changes(allowed, idOrSlugAt, partOf(v.app.GetCause, permissionsOf), v.app.UpdatePermissions)},
	}
}
