package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ListMembers lists the members of a team, in the order of joining. A cursor is {Number: LegacyID}.
func (a *App) ListMembers(ctx context.Context, _ Actor, key fund.Key, page fund.Page) ([]fund.Member, error) {
	team, err := a.store.GetTeam(ctx, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListMembers(ctx, team.ID, oldestFirst(page))
}

// UserTeams lists the active teams of a user, in the order of the page. A cursor is {ID} of the team. The role is one of fund.Roles, with
// or without the prefix "team_"; "administrator" stands for both kinds of admins, "" for any role, and any other word for none.
func (a *App) UserTeams(ctx context.Context, _ Actor, key fund.Key, role string, page fund.Page) ([]fund.Membership, error) {
	user, err := a.store.GetUser(ctx, key)
	if err != nil {
		return nil, err
	}
	roles, known := rolesNamed(role)
	if !known {
		return nil, nil
	}
	return a.store.ListMemberships(ctx, user.ID, roles, page)
}

// rolesNamed are the roles that a word stands for; an empty list for all.
func rolesNamed(word string) (roles []fund.Role, known bool) {
	word = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(word)), "team_")
	switch word {
	case "":
		return nil, true
	case "administrator":
		return []fund.Role{fund.RoleSuperAdmin, fund.RoleAdmin}, true
	default:
		return []fund.Role{fund.Role(word)}, slices.Contains(fund.Roles(), fund.Role(word))
	}
}

// MemberKey is a user's membership in a team.
type MemberKey struct{ Team, User fund.Key }

// SetMember adds a user to a team with a role, or changes a member's role. The actor must be above both the old role and the new one; see
// fund.Role.MayManage. The last super admin keeps the role.
func (a *App) SetMember(ctx context.Context, actor Actor, key MemberKey, role fund.Role) (fund.Member, error) {
	var member fund.Member
	err := a.changeMember(ctx, actor, key, func(ctx context.Context, tx *store.Tx, c memberChange) error {
		if !c.by.MayManage(fund.RoleMember) {
			return forbidden()
		}
		var wrong fault.Fields
		fund.CheckOneOf(&wrong, "role", role, fund.Roles())
		if c.user.ID.IsZero() {
			wrong.Add("user", fund.Missing)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if !c.by.MayManage(role) || c.old != "" && !c.by.MayManage(c.old) {
			return forbidden()
		}
		if c.old == fund.RoleSuperAdmin && role != c.old {
			if err := keepsSuperAdmin(ctx, tx, c.team); err != nil {
				return err
			}
		}
		if err := tx.SetRole(ctx, c.team.ID, c.user.ID, role); err != nil {
			return err
		}
		var err error
		member, err = tx.GetMember(ctx, c.team.ID, c.user.ID)
		return err
	})
	return member, err
}

// RemoveMember removes a user from a team; the user, and members above the user's role. The last super admin cannot be removed. The user's
// campaigns for the team stay.
func (a *App) RemoveMember(ctx context.Context, actor Actor, key MemberKey) error {
	return a.changeMember(ctx, actor, key, func(ctx context.Context, tx *store.Tx, c memberChange) error {
		if c.old == "" {
			return missing("member", key.User)
		}
		if !c.by.MayManage(c.old) && c.user.ID != actor.User {
			return forbidden()
		}
		if c.old == fund.RoleSuperAdmin {
			if err := keepsSuperAdmin(ctx, tx, c.team); err != nil {
				return err
			}
		}
		return tx.RemoveMember(ctx, c.team.ID, c.user.ID)
	})
}

// memberChange is a team and one user as read inside the write.
type memberChange struct {
	team fund.Team
	// user is the zero user if there is none; old is the user's role, "" for none.
	user fund.User
	old  fund.Role
	// by is the actor's role.
	by fund.Role
}

// changeMember runs work on a user's membership in an active team, for a member of the team, and appends the change.
func (a *App) changeMember(ctx context.Context, actor Actor, key MemberKey, work func(context.Context, *store.Tx, memberChange) error) error {
	if err := requireWriterOrSystem(actor); err != nil {
		return err
	}
	team, err := a.store.GetTeam(ctx, key.Team)
	if err != nil {
		return err
	}
	err = a.write(ctx, actor, team.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c, err := loadMember(ctx, tx.Queries, actor, MemberKey{Team: fund.Key{ID: team.ID}, User: key.User})
		if err != nil {
			return err
		}
		if err := work(ctx, tx, c); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: team.ID, Facts: []fund.ID{c.user.ID}, At: now})
		return nil
	})
	if err != nil {
		return fmt.Errorf("team %d: member %s: %w", team.LegacyID, key.User, err)
	}
	return nil
}

func loadMember(ctx context.Context, q store.Queries, actor Actor, key MemberKey) (c memberChange, err error) {
	if c.team, err = q.GetTeam(ctx, key.Team); err != nil {
		return c, err
	}
	if c.by, err = roleIn(ctx, q, actor, c.team.ID); err != nil {
		return c, err
	}
	if actor.Operator {
		c.by = fund.RoleSuperAdmin
	}
	if c.by == "" {
		return c, forbidden()
	}
	if !c.team.DisbandedAt.IsZero() {
		return c, disbanded(c.team)
	}
	user, err := q.GetUser(ctx, key.User)
	if ok, err := found(err); !ok || !user.DeletedAt.IsZero() {
		return c, err
	}
	c.user = user
	c.old, err = q.GetRole(ctx, c.team.ID, c.user.ID)
	_, err = found(err)
	return c, err
}

// keepsSuperAdmin refuses to change the role of a team's last super admin.
func keepsSuperAdmin(ctx context.Context, tx *store.Tx, team fund.Team) error {
	if err := tx.LockTeam(ctx, team.ID); err != nil {
		return err
	}
	n, err := tx.CountRole(ctx, team.ID, fund.RoleSuperAdmin)
	if err != nil {
		return err
	}
	if n < 2 {
		return fault.New(fault.Conflict, "Team %d would have no super admin: make somebody else one first.", team.LegacyID)
	}
	return nil
}
