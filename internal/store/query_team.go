package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const teamColumns = `t.id, t.legacy_id, t.slug, t.name, t.about, t.avatar, t.cover, t.invite_only, t.disbanded_at, t.social,
	t.raised_usd, t.created_at, t.updated_at`

const selectTeam = "SELECT " + teamColumns + " FROM teams t"

// GetTeam finds one team, even a disbanded one; by a slug the one that has it now, or else the one that had it last.
func (q Queries) GetTeam(ctx context.Context, key fund.Key) (fund.Team, error) {
	what, s := thing{"team", key.String()}, selecting(selectTeam)
	if !s.byKey("t", key, withSlugs) {
		return fund.Team{}, what.missing()
	}
	team, err := one(ctx, q.db, s, scanTeam, what)
	return orBefore(team, err, key.Slug, func() (fund.Team, error) {
		return one(ctx, q.db, selecting(selectTeam).byPastSlug("t", SlugKey{Table: TeamSlugs, Slug: key.Slug}), scanTeam, what)
	})
}

// ListTeams lists the teams that are not disbanded.
func (q Queries) ListTeams(ctx context.Context, page fund.Page) ([]fund.Team, error) {
	s := selecting(selectTeam).and("t.disbanded_at IS NULL")
	teams, err := keysetPage(ctx, q.db, s, byNumber("t.legacy_id"), page, scanTeam)
	if err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	return teams, nil
}

const selectMembership = "SELECT " + teamColumns + `, m.user_id, m.role
	FROM team_members m JOIN teams t ON t.id = m.team_id`

func scanMembership(r row) (m fund.Membership, err error) {
	m.Team, err = scanTeamAnd(r, &m.UserID, &m.Role)
	return m, err
}

// ListMemberships lists the active teams where the user has one of the roles: newest first by the team's legacy id,
// oldest first by its id. No roles means any.
func (q Queries) ListMemberships(ctx context.Context, user fund.ID, roles []fund.Role, page fund.Page) ([]fund.Membership, error) {
	s := selecting(selectMembership).and("m.user_id = ?", user).and("t.disbanded_at IS NULL")
	if len(roles) > 0 {
		condition, args := anyOf("m.role", roles)
		s.and(condition, args...)
	}
	memberships, err := keysetPage(ctx, q.db, s, byAge("t", page.Order), page, scanMembership)
	if err != nil {
		return nil, fmt.Errorf("list teams of user %s: %w", user, err)
	}
	return memberships, nil
}

const selectMember = "SELECT " + userColumns + `, m.team_id, m.legacy_id, m.role, m.created_at, m.updated_at
	FROM team_members m JOIN users u ON u.id = m.user_id`

// ListMembers lists the members of a team, by their legacy ids.
func (q Queries) ListMembers(ctx context.Context, team fund.ID, page fund.Page) ([]fund.Member, error) {
	s := selecting(selectMember).and("m.team_id = ?", team)
	members, err := keysetPage(ctx, q.db, s, byNumber("m.legacy_id"), page, scanMember)
	if err != nil {
		return nil, fmt.Errorf("list members of team %s: %w", team, err)
	}
	return members, nil
}

// GetMember returns a user's membership of the team; NotFound for others.
func (q Queries) GetMember(ctx context.Context, team, user fund.ID) (fund.Member, error) {
	s := selecting(selectMember).and("m.team_id = ?", team).and("m.user_id = ?", user)
	return one(ctx, q.db, s, scanMember, thing{noun: "member of the team"})
}

// CountRole returns how many members of the team have the role.
func (q Queries) CountRole(ctx context.Context, team fund.ID, role fund.Role) (int, error) {
	var n int
	err := q.db.QueryRowContext(ctx,
		"SELECT COUNT(*) FROM team_members WHERE team_id = $1 AND role = $2", team, string(role)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("members of team %s: %w", team, err)
	}
	return n, nil
}

func scanMember(r row) (m fund.Member, err error) {
	var team fund.ID
	m.User, err = scanUserAnd(r, &team, &m.LegacyID, &m.Role, instant{&m.CreatedAt}, instant{&m.UpdatedAt})
	m.ID = fund.MemberID(team, m.User.ID)
	return m, err
}

// GetRole returns the user's role in the team; NotFound for others.
func (q Queries) GetRole(ctx context.Context, team, user fund.ID) (fund.Role, error) {
	var role fund.Role
	err := q.db.QueryRowContext(ctx,
		"SELECT role FROM team_members WHERE team_id = $1 AND user_id = $2", team, user).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return "", thing{noun: "member of the team"}.missing()
	}
	if err != nil {
		return "", fmt.Errorf("role of user %s in team %s: %w", user, team, err)
	}
	return role, nil
}

func scanTeam(r row) (fund.Team, error) { return scanTeamAnd(r) }

func scanTeamAnd(r row, more ...any) (fund.Team, error) {
	var t fund.Team
	err := r.Scan(append([]any{
		&t.ID, &t.LegacyID, &t.Slug, &t.Name, &t.About, &t.Avatar, &t.Cover, &t.InviteOnly, instant{&t.DisbandedAt},
		jsonColumn{(*socialJSON)(&t.Social)}, &t.RaisedUSD, instant{&t.CreatedAt}, instant{&t.UpdatedAt},
	}, more...)...)
	return t, err
}
