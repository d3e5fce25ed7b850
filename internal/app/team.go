package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetTeam returns one team, which may be disbanded.
func (a *App) GetTeam(ctx context.Context, _ Actor, key fund.Key) (fund.Team, error) {
	return a.store.GetTeam(ctx, key)
}

// ListTeams lists the teams that are not disbanded, newest first.
func (a *App) ListTeams(ctx context.Context, _ Actor, page fund.Page) ([]fund.Team, error) {
	err := checkCursors(page, func(n int64) (bool, error) {
		team, err := a.store.GetTeam(ctx, fund.Key{LegacyID: n})
		ok, err := found(err)
		return ok && team.DisbandedAt.IsZero(), err
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListTeams(ctx, page)
}

// ListOwnedTeams lists the teams that a user is super admin of.
func (a *App) ListOwnedTeams(ctx context.Context, actor Actor, key fund.Key) ([]fund.Team, error) {
	memberships, err := a.UserTeams(ctx, actor, key, string(fund.RoleSuperAdmin), fund.Page{Limit: fund.MaxPerFact})
	if err != nil {
		return nil, err
	}
	owned := make([]fund.Team, len(memberships))
	for i, m := range memberships {
		owned[i] = m.Team
	}
	return owned, nil
}

// CreateTeam creates a team, whose creator becomes its super admin. A missing slug is derived from the name.
func (a *App) CreateTeam(ctx context.Context, actor Actor, patch fund.TeamPatch) (fund.Team, error) {
	if err := requireWriterOrSystem(actor); err != nil {
		return fund.Team{}, err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return fund.Team{}, err
	}
	patch.Language = actor.language()
	err = a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := requirePublic(ctx, tx.Queries, actor, now); err != nil {
			return err
		}
		return insertTeam(ctx, tx, teamChange{actor: actor, team: fund.Team{ID: id, CreatedAt: now}, patch: patch, now: now})
	})
	if err != nil {
		return fund.Team{}, fmt.Errorf("new team: %w", err)
	}
	return a.store.GetTeam(ctx, fund.Key{ID: id})
}

type teamChange struct {
	actor Actor
	team  fund.Team
	patch fund.TeamPatch
	now   time.Time
}

func insertTeam(ctx context.Context, tx *store.Tx, c teamChange) error {
	derived := !c.patch.Slug.Set
	if err := c.check(ctx, tx.Queries, derived); err != nil {
		return err
	}
	if derived {
		var err error
		if c.team.Slug, err = freeSlug(ctx, tx.Queries, teamSlug(c.team), c.team.ID); err != nil {
			return err
		}
	}
	if err := tx.InsertTeam(ctx, &c.team); err != nil {
		return err
	}
	var shown []fund.ID
	if c.actor.Kind == ActorUser {
		shown = append(shown, c.actor.User)
		if err := tx.SetRole(ctx, c.team.ID, c.actor.User, fund.RoleSuperAdmin); err != nil {
			return err
		}
	}
	tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: c.team.ID, Facts: shown, At: c.now})
	return nil
}

// check applies the patch and checks that a chosen slug is free.
func (c *teamChange) check(ctx context.Context, q store.Queries, derived bool) error {
	wrong := c.patch.Apply(&c.team, c.now)
	if !derived {
		taken, err := slugTaken(ctx, q, teamSlug(c.team), c.team.ID)
		if err != nil {
			return err
		}
		if taken {
			wrong.Add("slug", fund.Taken)
		}
	}
	return wrong.Err()
}

func teamSlug(t fund.Team) store.SlugKey {
	return store.SlugKey{Table: store.TeamSlugs, Slug: t.Slug}
}

// UpdateTeam changes a team; its admins only.
func (a *App) UpdateTeam(ctx context.Context, actor Actor, key fund.Key, patch fund.TeamPatch) (fund.Team, error) {
	team, err := a.changeTeam(ctx, actor, key, func(ctx context.Context, tx *store.Tx, team fund.Team, now time.Time) error {
		c := teamChange{actor: actor, team: team, patch: patch, now: now}
		if err := c.check(ctx, tx.Queries, false); err != nil {
			return err
		}
		if err := tx.UpdateTeam(ctx, c.team); err != nil {
			return err
		}
		return endReplaced(ctx, tx, fund.PictureUse{Subject: team.ID, Slot: fund.SlotAvatar}, [2]string{team.Avatar, c.team.Avatar})
	})
	if err != nil {
		return fund.Team{}, err
	}
	return a.store.GetTeam(ctx, fund.Key{ID: team.ID})
}

// DisbandTeam disbands a team; its super admin only. Its campaigns stay as they are.
func (a *App) DisbandTeam(ctx context.Context, actor Actor, key fund.Key) error {
	_, err := a.changeTeam(ctx, actor, key, func(ctx context.Context, tx *store.Tx, team fund.Team, now time.Time) error {
		role, err := roleIn(ctx, tx.Queries, actor, team.ID)
		if err != nil {
			return err
		}
		if role != fund.RoleSuperAdmin {
			return forbidden()
		}
		team.DisbandedAt, team.UpdatedAt = now, now
		return tx.UpdateTeam(ctx, team)
	})
	return err
}

// changeTeam runs work on an active team that the actor administers, and appends the change.
func (a *App) changeTeam(ctx context.Context, actor Actor, key fund.Key, work func(context.Context, *store.Tx, fund.Team, time.Time) error) (fund.Team, error) {
	if err := requireWriterOrSystem(actor); err != nil {
		return fund.Team{}, err
	}
	team, err := a.store.GetTeam(ctx, key)
	if err != nil {
		return fund.Team{}, err
	}
	err = a.write(ctx, actor, team.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetTeam(ctx, fund.Key{ID: team.ID})
		if err != nil {
			return err
		}
		role, err := roleIn(ctx, tx.Queries, actor, team.ID)
		if err != nil {
			return err
		}
		if !role.MayEditTeam() {
			return forbidden()
		}
		if !fresh.DisbandedAt.IsZero() {
			return disbanded(fresh)
		}
		if err := work(ctx, tx, fresh, now); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: team.ID, At: now})
		return nil
	})
	if err != nil {
		return fund.Team{}, fmt.Errorf("team %d: %w", team.LegacyID, err)
	}
	return team, nil
}

// TeamRole is a user's role in a team.
type TeamRole struct {
	Team, User fund.ID
	Role       fund.Role
}

// SetRole assigns a user a role in a team. System only.
func (a *App) SetRole(ctx context.Context, actor Actor, r TeamRole) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	var wrong fault.Fields
	fund.CheckOneOf(&wrong, "role", r.Role, fund.Roles())
	if err := wrong.Err(); err != nil {
		return err
	}
	err := a.write(ctx, actor, r.Team, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SetRole(ctx, r.Team, r.User, r.Role); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: r.Team, Facts: []fund.ID{r.User}, At: now})
		return nil
	})
	if err != nil {
		return fmt.Errorf("team %s: role of %s: %w", r.Team, r.User, err)
	}
	return nil
}

// OwnTeam returns a team and the actor's role there, "" for an operator who is no member; everybody else is Forbidden.
func (a *App) OwnTeam(ctx context.Context, actor Actor, key fund.Key) (fund.Team, fund.Role, error) {
	if err := RequireUser(actor); err != nil {
		return fund.Team{}, "", err
	}
	team, err := a.store.GetTeam(ctx, key)
	if err != nil {
		return team, "", err
	}
	role, err := roleIn(ctx, a.store.Queries, actor, team.ID)
	switch {
	case err != nil:
		return team, "", err
	case role == "" && !actor.Operator:
		return team, "", forbidden()
	}
	return team, role, nil
}
