package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// InsertTeam puts in a new team, which has raised nothing yet, and gives it its legacy id.
func (t *Tx) InsertTeam(ctx context.Context, team *fund.Team) error {
	number, err := t.legacyID(ctx, "team")
	if err != nil {
		return err
	}
	social, err := encodeJSON(socialJSON(team.Social))
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"team", team.ID.String()}, `INSERT INTO teams (id, legacy_id, slug, name, about, avatar,
		invite_only, disbanded_at, social, created_at, updated_at)`,
		team.ID, number, team.Slug, team.Name, team.About, team.Avatar,
		team.InviteOnly, nullMicros(team.DisbandedAt), social, micros(team.CreatedAt), micros(team.UpdatedAt))
	if err != nil {
		return err
	}
	team.LegacyID, team.RaisedUSD = number, 0
	return nil
}

// UpdateTeam writes everything about a team but the legacy id, the time it was made and what
// it raised.
func (t *Tx) UpdateTeam(ctx context.Context, team fund.Team) error {
	social, err := encodeJSON(socialJSON(team.Social))
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"team", team.ID.String()}, `UPDATE teams SET slug = $1, name = $2, about = $3,
		avatar = $4, invite_only = $5, disbanded_at = $6, social = $7, updated_at = $8 WHERE id = $9`,
		team.Slug, team.Name, team.About, team.Avatar, team.InviteOnly, nullMicros(team.DisbandedAt), social,
		micros(team.UpdatedAt), team.ID)
}

// SetRole makes the user a member of the team with this role, or changes the role of a member.
func (t *Tx) SetRole(ctx context.Context, team, user fund.ID, role fund.Role) error {
	now := micros(t.now())
	changed, err := t.db.ExecContext(ctx,
		"UPDATE team_members SET role = $1, updated_at = $2 WHERE team_id = $3 AND user_id = $4", string(role), now, team, user)
	if err != nil {
		return fmt.Errorf("role of user %s in team %s: %w", user, team, err)
	}
	if n, err := changed.RowsAffected(); n > 0 || err != nil {
		return err
	}
	number, err := t.legacyID(ctx, "team_member")
	if err != nil {
		return err
	}
	_, err = t.db.ExecContext(ctx, `INSERT INTO team_members (team_id, user_id, role, legacy_id, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, team, user, string(role), number, now, now)
	if err != nil {
		return thing{"team membership", team.String()}.refused(err)
	}
	return nil
}

// RemoveMember takes the user out of the team; NotFound for those who are not in it.
func (t *Tx) RemoveMember(ctx context.Context, team, user fund.ID) error {
	return t.change(ctx, thing{noun: "member of the team"},
		"DELETE FROM team_members WHERE team_id = $1 AND user_id = $2", team, user)
}
