package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const userColumns = `u.id, u.legacy_id, u.slug, u.username, u.email, u.first_name, u.last_name, u.about, u.avatar, u.cover,
	u.social, u.newsletter, u.confirmed, u.operator, u.disabled_at, u.deleted_at, u.raised_usd, u.language, u.public_at, u.created_at, u.updated_at`

const selectUser = "SELECT " + userColumns + " FROM users u"

// GetUser finds one user; by a slug who has it now, or else who had it last.
func (q Queries) GetUser(ctx context.Context, key fund.Key) (fund.User, error) {
	what, s := thing{"user", key.String()}, selecting(selectUser)
	if !s.byKey("u", key, withSlugs) {
		return fund.User{}, what.missing()
	}
	user, err := one(ctx, q.db, s, scanUser, what)
	return orBefore(user, err, key.Slug, func() (fund.User, error) {
		return one(ctx, q.db, selecting(selectUser).byPastSlug("u", SlugKey{Table: UserSlugs, Slug: key.Slug}), scanUser, what)
	})
}

// GetUserByEmail finds the user with exactly this e-mail address, and the hash of the user's
// password.
func (q Queries) GetUserByEmail(ctx context.Context, email string) (fund.User, string, error) {
	var hash string
	s := selecting("SELECT "+userColumns+", u.password_hash FROM users u").and("u.email = ?", email)
	user, err := one(ctx, q.db, s, func(r row) (fund.User, error) { return scanUserAnd(r, &hash) }, thing{noun: "user"})
	return user, hash, err
}

// ListUsers lists all users.
func (q Queries) ListUsers(ctx context.Context, page fund.Page) ([]fund.User, error) {
	users, err := keysetPage(ctx, q.db, selecting(selectUser), byNumber("u.legacy_id"), page, scanUser)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return users, nil
}

// ListOperators lists the users who run the server. A cursor is {Number} of a user.
func (q Queries) ListOperators(ctx context.Context, page fund.Page) ([]fund.User, error) {
	users, err := keysetPage(ctx, q.db, selecting(selectUser).and("u.operator"), byNumber("u.legacy_id"), page, scanUser)
	if err != nil {
		return nil, fmt.Errorf("list operators: %w", err)
	}
	return users, nil
}

func scanUser(r row) (fund.User, error) { return scanUserAnd(r) }

func scanUserAnd(r row, more ...any) (fund.User, error) {
	var (
		u          fund.User
		newsletter sql.NullBool
	)
	err := r.Scan(append([]any{
		&u.ID, &u.LegacyID, &u.Slug, &u.Username, &u.Email, &u.FirstName, &u.LastName, &u.About, &u.Avatar, &u.Cover,
		jsonColumn{(*socialJSON)(&u.Social)}, &newsletter, &u.Confirmed, &u.Operator, instant{&u.DisabledAt}, instant{&u.DeletedAt}, &u.RaisedUSD, &u.Language, instant{&u.PublicAt},
		instant{&u.CreatedAt}, instant{&u.UpdatedAt},
	}, more...)...)
	if newsletter.Valid {
		u.Newsletter = &newsletter.Bool
	}
	return u, err
}
