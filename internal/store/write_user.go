package store

import (
	"context"
	"database/sql"

	"github.com/almoner/almoner/internal/fund"
)

// InsertUser puts in a new user, who has raised nothing yet, and gives it its legacy id.
func (t *Tx) InsertUser(ctx context.Context, u *fund.User, passwordHash string) error {
	number, err := t.legacyID(ctx, "user")
	if err != nil {
		return err
	}
	social, err := encodeJSON(socialJSON(u.Social))
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"user", u.ID.String()}, `INSERT INTO users (id, legacy_id, slug, username, email,
		password_hash, first_name, last_name, about, avatar, social, newsletter, confirmed, created_at, updated_at)`,
		u.ID, number, u.Slug, u.Username, u.Email, passwordHash, u.FirstName, u.LastName, u.About, u.Avatar,
		social, nullBool(u.Newsletter), u.Confirmed, micros(u.CreatedAt), micros(u.UpdatedAt))
	if err != nil {
		return err
	}
	u.LegacyID, u.RaisedUSD = number, 0
	return nil
}

// UpdateUser writes everything about a user but the password, the legacy id, the time it was
// made and what it raised.
func (t *Tx) UpdateUser(ctx context.Context, u fund.User) error {
	social, err := encodeJSON(socialJSON(u.Social))
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"user", u.ID.String()}, `UPDATE users SET slug = $1, username = $2, email = $3,
		first_name = $4, last_name = $5, about = $6, avatar = $7, social = $8, newsletter = $9, confirmed = $10,
		updated_at = $11 WHERE id = $12`,
		u.Slug, u.Username, u.Email, u.FirstName, u.LastName, u.About, u.Avatar, social, nullBool(u.Newsletter),
		u.Confirmed, micros(u.UpdatedAt), u.ID)
}

func nullBool(b *bool) sql.NullBool {
	if b == nil {
		return sql.NullBool{}
	}
	return sql.NullBool{Bool: *b, Valid: true}
}

func nullInt(n *int64) sql.NullInt64 {
	if n == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: *n, Valid: true}
}
