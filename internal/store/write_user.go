package store

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertUser inserts a new user, who has raised nothing yet, and assigns its legacy id.
func (t *Tx) InsertUser(ctx context.Context, u *fund.User, passwordHash string) error {
	number, err := t.legacyID(ctx, "user")
	if err != nil {
		return err
	}
	row, err := userRow(*u)
	if err == nil {
		err = t.takeSlug(ctx, SlugKey{Table: UserSlugs, Slug: u.Slug}, u.ID)
	}
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"user", u.ID.String()}, "users", append(columns{
		{"id", u.ID}, {"legacy_id", number}, {"password_hash", passwordHash}, {"public_at", nullMicros(u.PublicAt)}, {"created_at", micros(u.CreatedAt)},
	}, row...))
	if err != nil {
		return err
	}
	u.LegacyID, u.RaisedUSD = number, 0
	return nil
}

// userRow lists the columns of users that an update may change.
func userRow(u fund.User) (columns, error) {
	social, err := encodeJSON(socialJSON(u.Social))
	if err != nil {
		return nil, err
	}
	return columns{
		{"slug", u.Slug}, {"username", u.Username}, {"email", u.Email}, {"first_name", u.FirstName},
		{"last_name", u.LastName}, {"about", u.About}, {"avatar", u.Avatar}, {"cover", u.Cover}, {"social", social},
		{"newsletter", nullBool(u.Newsletter)}, {"confirmed", u.Confirmed}, {"updated_at", micros(u.UpdatedAt)},
	}, nil
}

// UpdateUser writes everything about a user except the password, legacy id, creation time, total, role, language, and whether it is disabled, deleted or waits.
func (t *Tx) UpdateUser(ctx context.Context, u fund.User) error {
	row, err := userRow(u)
	if err == nil {
		err = t.changeSlug(ctx, SlugKey{Table: UserSlugs, Slug: u.Slug}, u.ID)
	}
	if err != nil {
		return err
	}
	return t.update(ctx, thing{"user", u.ID.String()}, updating("users", row).and("id = ?", u.ID))
}

// EndOperator ends that a user runs the server.
func (t *Tx) EndOperator(ctx context.Context, user fund.ID) error {
	return t.change(ctx, thing{"user", user.String()}, "UPDATE users SET operator = FALSE WHERE id = $1", user)
}

// MakeOperator lets a user run the server.
func (t *Tx) MakeOperator(ctx context.Context, user fund.ID) error {
	return t.change(ctx, thing{"user", user.String()}, "UPDATE users SET operator = TRUE WHERE id = $1", user)
}

// SetPassword replaces the hash of a user's password; "" is one that no password matches.
func (t *Tx) SetPassword(ctx context.Context, user fund.ID, hash string) error {
	return t.change(ctx, thing{"user", user.String()}, "UPDATE users SET password_hash = $1 WHERE id = $2", hash, user)
}

// SetLanguage writes the language tag of the mails to a user.
func (t *Tx) SetLanguage(ctx context.Context, user fund.ID, language string) error {
	return t.change(ctx, thing{"user", user.String()}, "UPDATE users SET language = $1 WHERE id = $2", language, user)
}

// SetUserPublic has the pages of a user become public from an instant on, or at once with the zero time.
func (t *Tx) SetUserPublic(ctx context.Context, user fund.ID, from time.Time) error {
	return t.change(ctx, thing{"user", user.String()}, "UPDATE users SET public_at = $1 WHERE id = $2", nullMicros(from), user)
}

// SetUserDisabled disables a user at an instant, or enables the user again with the zero time.
func (t *Tx) SetUserDisabled(ctx context.Context, user fund.ID, at time.Time) error {
	return t.change(ctx, thing{"user", user.String()}, "UPDATE users SET disabled_at = $1 WHERE id = $2", nullMicros(at), user)
}
