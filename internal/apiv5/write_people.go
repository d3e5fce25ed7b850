package apiv5

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) peopleRows() []route {
	teams := resourceOf(teamModel, team{}, shown(v.toTeam), func(t fund.Team) string { return at("teams", t.ID) })
	members := resourceOf(roleModel, member{}, shown(v.toMember), nil)
	self := resourceOf(userModel, user{}, shown(v.toUser), nil)
	put := asUser.row(http.MethodPut, "/teams/{team_id}/members/{user_id}",
		api.Doc{Tag: tagTeams, Summary: "Make a user a member of a team, or change the member's role"}, api.Changes(members, memberAt, nil, v.setMember))
	return []route{
		asUser.post("/teams", tagTeams, "Create a team", teamInput{}, team{}, api.Creates(teams, api.Nowhere, api.Keyless(v.app.CreateTeam))),
		asUser.get("/teams/{team_id}", tagTeams, "Get a team", team{}, api.Gets(keyAt("team_id"), v.app.GetTeam, teams.Reply)),
		asUser.patch("/teams/{team_id}", tagTeams, "Change a team", teamInput{}, team{}, api.Changes(teams, keyAt("team_id"), v.app.GetTeam, v.app.UpdateTeam)),
		asUser.remove("/teams/{team_id}", tagTeams, "Disband a team", deletes(keyAt("team_id"), v.app.DisbandTeam)),
		of(put, roleInput{}, member{}),
		asUser.remove("/teams/{team_id}/members/{user_id}", tagTeams, "Take a user out of a team", deletes(memberAt, v.app.RemoveMember)),

		asUser.get("/current-user", tagUsers, "Get your own user", user{}, api.Gets(api.Nowhere, api.KeylessGet(v.app.CurrentUser), self.Reply)),
		asUser.patch("/current-user", tagUsers, "Change your own user", userInput{}, user{}, api.Changes(self, api.Nowhere, api.KeylessGet(v.app.CurrentUser), api.Keyless(v.app.UpdateCurrentUser))),
	}
}

// memberAt is the place of a user in a team.
func memberAt(c *call) (app.MemberKey, error) {
	team, err := idAt(c, "team_id")
	if err != nil {
		return app.MemberKey{}, err
	}
	user, err := idAt(c, "user_id")
	return app.MemberKey{Team: team, User: user}, err
}

func (v *version) setMember(ctx context.Context, actor app.Actor, key app.MemberKey, patch rolePatch) (fund.Member, error) {
	fund.CheckOneOf(&patch.invalid, "role", patch.role.Value, fund.Roles())
	if err := patch.invalid.Err(); err != nil {
		return fund.Member{}, err
	}
	// Who stands in the address and is not there is not found, as everywhere.
	if _, err := v.app.GetUser(ctx, actor, key.User); err != nil {
		return fund.Member{}, err
	}
	return v.app.SetMember(ctx, actor, key, patch.role.Value)
}
