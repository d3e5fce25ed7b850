package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const teamColumns = `t.id, t.legacy_id, t.slug, t.name, t.about, t.avatar, t.invite_only, t.disbanded_at, t.social,
	t.raised_usd, t.created_at, t.updated_at`

const selectTeam = "SELECT " + teamColumns + " FROM teams t"

// GetTeam finds one team, a disbanded one too.
func (q Queries) GetTeam(ctx context.Context, key fund.Key) (fund.Team, error) {
	what, s := thing{"team", key.String()}, selecting(selectTeam)
	if !s.byKey("t", key, withSlugs) {
		return fund.Team{}, what.missing()
	}
	return one(ctx, q.db, s, scanTeam, what)
}

// ListTeams lists the teams that live.
func (q Queries) ListTeams(ctx context.Context, page fund.Page) ([]fund.Team, error) {
	s := selecting(selectTeam).and("t.disbanded_at IS NULL")
	teams, err := listPage(ctx, q.db, s, "t.legacy_id", page, scanTeam)
	if err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	return teams, nil
}

// ListMemberships lists the living teams that the user is in, the newest team first.
func (q Queries) ListMemberships(ctx context.Context, user fund.ID) ([]fund.Membership, error) {
	s := selecting("SELECT "+teamColumns+`, m.user_id, m.role
		FROM team_members m JOIN teams t ON t.id = m.team_id`).
		and("m.user_id = ?", user).and("t.disbanded_at IS NULL").then("ORDER BY t.legacy_id DESC")
	memberships, err := list(ctx, q.db, s, func(r row) (m fund.Membership, err error) {
		m.Team, err = scanTeamAnd(r, &m.UserID, &m.Role)
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("list teams of user %s: %w", user, err)
	}
	return memberships, nil
}

// GetRole is what the user may do in the team; NotFound for those who are not in it.
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
		&t.ID, &t.LegacyID, &t.Slug, &t.Name, &t.About, &t.Avatar, &t.InviteOnly, instant{&t.DisbandedAt},
		bag{(*socialBag)(&t.Social)}, &t.RaisedUSD, instant{&t.CreatedAt}, instant{&t.UpdatedAt},
	}, more...)...)
	return t, err
}
