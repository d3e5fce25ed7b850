package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) getUser() handler {
	return api.Gets(idOrSlugAt, v.app.GetUser, func(_ context.Context, _ *call, u fund.User) (api.Reply, error) {
		return api.Reply{Body: v.toUser(u), Fresh: api.Shows(u.ID)}, nil
	})
}

// ofOwner reports whether the actor is an application of this version that has an owner. Dashboards told
// people to paste such a token, and clients check it with /user; it stays in browser overlays, so it must
// not reveal anything private.
func ofOwner(actor app.Actor) bool {
	return actor.Kind == app.ActorApplication && actor.API == fund.APIV3 && !actor.Owner.IsZero()
}

// userOrOwner lets users pass, and applications that show their owner.
func userOrOwner(actor app.Actor) error {
	if ofOwner(actor) {
		return nil
	}
	return app.RequireUser(actor)
}

func (v *version) getCurrentUser(ctx context.Context, c *call) (api.Reply, error) {
	if ofOwner(c.Caller) {
		u, err := v.app.GetUser(ctx, c.Caller, fund.Key{ID: c.Caller.Owner})
		return api.Reply{Body: v.toOwner(u)}, err
	}
	u, err := v.app.CurrentUser(ctx, c.Caller)
	return api.Reply{Body: v.toCurrentUser(u)}, err
}

func (v *version) listUsers(ctx context.Context, c *call) (api.Reply, error) {
	p, err := parsePaging(c, indexCount)
	if err != nil {
		return api.Reply{}, err
	}
	users, err := v.app.ListUsers(ctx, c.Caller, p.index())
	if err != nil {
		return api.Reply{}, err
	}
	return paged(p, users, v.toUserListItem, func(u fund.User) int64 { return u.LegacyID }), nil
}

func (v *version) listUserTeams(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	teams, err := v.app.UserTeams(ctx, c.Caller, key, "", fund.Page{Limit: everything})
	return api.Reply{Body: list(teams, v.toTeamListItem)}, err
}

func (v *version) listOwnedTeams(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	teams, err := v.app.ListOwnedTeams(ctx, c.Caller, key)
	return api.Reply{Body: list(teams, v.toTeam)}, err
}

func (v *version) getTeam() handler {
	return api.Gets(idOrSlugAt, v.app.GetTeam, func(_ context.Context, _ *call, t fund.Team) (api.Reply, error) {
		return api.Reply{Body: v.toTeam(t), Fresh: api.Shows(t.ID)}, nil
	})
}

// listTeams has no pages: the documents show none.
func (v *version) listTeams(ctx context.Context, c *call) (api.Reply, error) {
	teams, err := v.app.ListTeams(ctx, c.Caller, fund.Page{Limit: everything})
	return api.Reply{Body: list(teams, v.toTeam)}, err
}
