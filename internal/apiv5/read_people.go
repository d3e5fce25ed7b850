package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// roleQuery chooses the teams of a user by the user's role.
var roleQuery = []string{"role"}

// userAt is the user at {user_id}.
func (v *version) userAt(ctx context.Context, c *call) (fund.User, error) {
	key, err := idAt(c, "user_id")
	if err != nil {
		return fund.User{}, err
	}
	return v.app.GetUser(ctx, c.Caller, key)
}

// teamAt is the team at {team_id}.
func (v *version) teamAt(ctx context.Context, c *call) (fund.Team, error) {
	key, err := idAt(c, "team_id")
	if err != nil {
		return fund.Team{}, err
	}
	return v.app.GetTeam(ctx, c.Caller, key)
}

// userBy answers with the user of a key in the path.
func (v *version) userBy(find finds[fund.Key]) handler {
	return api.Gets(find, v.app.GetUser, func(_ context.Context, _ *call, u fund.User) (api.Reply, error) {
		return api.Reply{Body: v.toUser(u), Fresh: api.Shows(u.ID)}, nil
	})
}

// teamBy answers with the team of a key in the path.
func (v *version) teamBy(find finds[fund.Key]) handler {
	return api.Gets(find, v.app.GetTeam, func(_ context.Context, _ *call, t fund.Team) (api.Reply, error) {
		return api.Reply{Body: v.toTeam(t), Fresh: api.Shows(t.ID)}, nil
	})
}

// getCurrentUser is null for tokens that speak for no user.
func (v *version) getCurrentUser(ctx context.Context, c *call) (api.Reply, error) {
	if c.Caller.Kind != app.ActorUser {
		return api.Reply{}, nil
	}
	u, err := v.app.CurrentUser(ctx, c.Caller)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toUser(u)}, nil
}

func (v *version) listMembers(ctx context.Context, c *call) (api.Reply, error) {
	t, err := v.teamAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	members, meta, err := paginate(ctx, v, queryOf(c), listing[fund.Member]{
		kind: "members", owner: t.ID, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.Member, error) {
			return v.app.ListMembers(ctx, c.Caller, fund.Key{ID: t.ID}, p)
		},
		at: func(m fund.Member) fund.Cursor { return fund.Cursor{Number: m.LegacyID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	tags := []fund.ID{t.ID}
	for _, m := range members {
		tags = append(tags, m.User.ID)
	}
	return api.Reply{Body: page{Data: list(members, v.toMember), Metadata: meta}, Fresh: api.Shows(tags...)}, nil
}

func (v *version) listUserTeams(ctx context.Context, c *call) (api.Reply, error) {
	u, err := v.userAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	memberships, meta, err := paginate(ctx, v, queryOf(c), listing[fund.Membership]{
		kind: "teams", owner: u.ID, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.Membership, error) {
			return v.app.UserTeams(ctx, c.Caller, fund.Key{ID: u.ID}, c.Query().Get("role"), p)
		},
		at: func(m fund.Membership) fund.Cursor { return fund.Cursor{ID: m.Team.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	teams := list(memberships, func(m fund.Membership) team { return v.toTeam(m.Team) })
	tags := []fund.ID{u.ID}
	for _, m := range memberships {
		tags = append(tags, m.Team.ID)
	}
	return api.Reply{Body: page{Data: teams, Metadata: meta}, Fresh: api.Shows(tags...)}, nil
}

func (v *version) listRegistrations(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, atEvent)
	if err != nil {
		return api.Reply{}, err
	}
	registrations, meta, err := paginate(ctx, v, queryOf(c), listing[fund.Registration]{
		kind: "registrations", owner: seen.Fact().ID, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.Registration, error) {
			return v.app.Registrations(ctx, seen, p)
		},
		at: func(r fund.Registration) fund.Cursor { return fund.Cursor{ID: r.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(registrations, toRegistration), Metadata: meta}}, nil
}
