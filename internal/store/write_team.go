package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// InsertTeam inserts a new team, which has raised nothing yet, and assigns its legacy id.
func (t *Tx) InsertTeam(ctx context.Context, team *fund.Team) error {
	number, err := t.legacyID(ctx, "team")
	if err != nil {
		return err
	}
	row, err := teamRow(*team)
	if err == nil {
		err = t.takeSlug(ctx, SlugKey{Table: TeamSlugs, Slug: team.Slug}, team.ID)
	}
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"team", team.ID.String()}, "teams", append(columns{
		{"id", team.ID}, {"legacy_id", number}, {"created_at", micros(team.CreatedAt)},
	}, row...))
	if err != nil {
		return err
	}
	team.LegacyID, team.RaisedUSD = number, 0
	return nil
}

// teamRow lists the columns of teams that an update may change.
func teamRow(team fund.Team) (columns, error) {
	social, err := encodeJSON(socialJSON(team.Social))
	if err != nil {
		return nil, err
	}
	return columns{
		{"slug", team.Slug}, {"name", team.Name}, {"about", team.About}, {"avatar", team.Avatar}, {"cover", team.Cover},
		{"invite_only", team.InviteOnly}, {"disbanded_at", nullMicros(team.DisbandedAt)}, {"social", social},
		{"updated_at", micros(team.UpdatedAt)},
	}, nil
}

// UpdateTeam writes everything about a team except its legacy id, creation time and total.
func (t *Tx) UpdateTeam(ctx context.Context, team fund.Team) error {
	row, err := teamRow(team)
	if err == nil {
		err = t.changeSlug(ctx, SlugKey{Table: TeamSlugs, Slug: team.Slug}, team.ID)
	}
	if err != nil {
		return err
	}
	return t.update(ctx, thing{"team", team.ID.String()}, updating("teams", row).and("id = ?", team.ID))
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
	return t.insert(ctx, thing{"team membership", team.String()}, "team_members", columns{
		{"team_id", team}, {"user_id", user}, {"role", string(role)}, {"legacy_id", number}, {"created_at", now}, {"updated_at", now},
	})
}

// RemoveMember removes the user from the team; NotFound for a user who is not a member.
func (t *Tx) RemoveMember(ctx context.Context, team, user fund.ID) error {
	return t.change(ctx, thing{noun: "member of the team"},
		"DELETE FROM team_members WHERE team_id = $1 AND user_id = $2", team, user)
}
