package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) getCause(ctx context.Context, c *call) (api.Reply, error) {
	return v.ofCause(ctx, c, func(of fund.Cause) any { return v.toCause(of) })
}

// getPermissions is for any token, although the documents ask for the cause's: real answers
// gave it to everybody's application token.
func (v *version) getPermissions(ctx context.Context, c *call) (api.Reply, error) {
	return v.ofCause(ctx, c, func(of fund.Cause) any { return toPermissions(of.Permissions) })
}

func (v *version) getCauseVisibility(ctx context.Context, c *call) (api.Reply, error) {
	return v.ofCause(ctx, c, func(of fund.Cause) any { return toCauseVisibility(of.Visibility) })
}

// ofCause answers with a view of the cause at {id}.
func (v *version) ofCause(ctx context.Context, c *call, view func(fund.Cause) any) (api.Reply, error) {
	of, err := v.causeAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: view(of), Fresh: api.Shows(of.ID)}, nil
}

// seeCause finds the cause at {id}.
func (v *version) seeCause(ctx context.Context, c *call) (app.SeenCause, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return app.SeenCause{}, err
	}
	return v.app.SeeCause(ctx, c.Caller, key)
}

// causeAt is the cause at {id}.
func (v *version) causeAt(ctx context.Context, c *call) (fund.Cause, error) {
	seen, err := v.seeCause(ctx, c)
	return seen.Cause(), err
}

func (v *version) getCauseContact(ctx context.Context, c *call) (api.Reply, error) {
	of, err := v.causeAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	if err := v.app.RequireCause(ctx, c.Caller, of.ID); err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toCauseContact(of)}, nil
}

func (v *version) listCauses(ctx context.Context, c *call) (api.Reply, error) {
	p, err := parsePaging(c, indexCount)
	if err != nil {
		return api.Reply{}, err
	}
	causes, err := v.app.ListCauses(ctx, c.Caller, p.index())
	if err != nil {
		return api.Reply{}, err
	}
	return paged(p, causes, v.toCause, func(of fund.Cause) int64 { return of.LegacyID }), nil
}

// getCauseLeaderboards is {} when the cause shows none, as in real answers.
func (v *version) getCauseLeaderboards(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeCause(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	of := seen.Cause()
	found, err := v.app.CauseLeaderboards(ctx, seen)
	if err != nil {
		return api.Reply{}, err
	}
	fresh := api.Shows(of.ID)
	fresh.Until = v.now().Add(moment) // it shows names and pictures of more users than tags should be kept for
	if found.Hidden {
		return api.Reply{Body: struct{}{}, Fresh: fresh}, nil
	}
	return api.Reply{Body: v.toLeaderboards(found, of.Currency), Fresh: fresh}, nil
}

func (v *version) toLeaderboards(found app.Leaderboards, currency string) leaderboards {
	b := boards{v: v, currency: currency}
	return leaderboards{Individual: b.users(found.Individual), Team: b.teams(found.Team)}
}
