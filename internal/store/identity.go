package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectIdentity = "SELECT i.id, i.user_id, i.issuer, i.subject, i.label, i.added_at, i.removed_at FROM identities i"

// GetIdentity finds the identity that a provider calls by this name, unless it was removed.
func (q Queries) GetIdentity(ctx context.Context, issuer, subject string) (fund.Identity, error) {
	s := selecting(selectIdentity).and("i.issuer = ?", issuer).and("i.subject = ?", subject).and("i.removed_at IS NULL")
	return one(ctx, q.db, s, scanIdentity, thing{noun: "identity"})
}

// GetIdentityByID finds an identity by its id, even one that was removed a while ago.
func (q Queries) GetIdentityByID(ctx context.Context, id fund.ID) (fund.Identity, error) {
	return one(ctx, q.db, selecting(selectIdentity).and("i.id = ?", id), scanIdentity, thing{"identity", id.String()})
}

// ListIdentities lists the identities of a user that were not removed, in the order in which they were added.
func (q Queries) ListIdentities(ctx context.Context, user fund.ID) ([]fund.Identity, error) {
	s := selecting(selectIdentity).and("i.user_id = ?", user).and("i.removed_at IS NULL").then("ORDER BY i.added_at, i.id LIMIT ?", fund.MaxIdentities)
	all, err := list(ctx, q.db, s, scanIdentity)
	if err != nil {
		return nil, fmt.Errorf("identities of user %s: %w", user, err)
	}
	return all, nil
}

func scanIdentity(r row) (i fund.Identity, err error) {
	err = r.Scan(&i.ID, &i.UserID, &i.Issuer, &i.Subject, &i.Label, instant{&i.AddedAt}, instant{&i.RemovedAt})
	return i, err
}

// HasPassword reports whether a user can sign in with a password.
func (q Queries) HasPassword(ctx context.Context, user fund.ID) (bool, error) {
	s := selecting("SELECT u.password_hash <> '' FROM users u").and("u.id = ?", user)
	return one(ctx, q.db, s, func(r row) (has bool, err error) { return has, r.Scan(&has) }, thing{"user", user.String()})
}

// InsertIdentity adds an identity. It is a Conflict while a user has it.
func (t *Tx) InsertIdentity(ctx context.Context, i fund.Identity) error {
	return t.insert(ctx, thing{"identity", i.ID.String()}, "identities", columns{
		{"id", i.ID}, {"user_id", i.UserID}, {"issuer", i.Issuer}, {"subject", i.Subject}, {"label", i.Label}, {"added_at", micros(i.AddedAt)},
	})
}

// RemoveIdentity ends an identity of a user at an instant. It is NotFound if it has ended.
func (t *Tx) RemoveIdentity(ctx context.Context, user, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"identity", id.String()},
		"UPDATE identities SET removed_at = $1 WHERE id = $2 AND user_id = $3 AND removed_at IS NULL", micros(at), id, user)
}

const selectOpenIDRequest = `SELECT o.provider, o.purpose, o.browser, o.user_id, o.link_id, o.username, o.slug, o.next, o.expires_at FROM openid_requests o`

// GetOpenIDRequest finds a request by the SHA-256 of its state, even an expired one.
func (q Queries) GetOpenIDRequest(ctx context.Context, hash []byte) (fund.OpenIDRequest, error) {
	return one(ctx, q.db, selecting(selectOpenIDRequest).and("o.hash = ?", hash), func(r row) (o fund.OpenIDRequest, err error) {
		err = r.Scan(&o.Provider, &o.Purpose, &o.Browser, &o.UserID, &o.LinkID, &o.Username, &o.Slug, &o.Next, instant{&o.ExpiresAt})
		return o, err
	}, thing{noun: "sign-in"})
}

// InsertOpenIDRequest adds a request under the SHA-256 of its state.
func (t *Tx) InsertOpenIDRequest(ctx context.Context, o fund.OpenIDRequest, hash []byte) error {
	return t.insert(ctx, thing{noun: "sign-in"}, "openid_requests", columns{
		{"hash", hash}, {"provider", o.Provider}, {"purpose", string(o.Purpose)}, {"browser", o.Browser}, {"user_id", o.UserID}, {"link_id", o.LinkID},
		{"username", o.Username}, {"slug", o.Slug}, {"next", o.Next}, {"expires_at", micros(o.ExpiresAt)},
	})
}

// UseOpenIDRequest ends a request whose browser came back. It is NotFound if somebody else was faster.
func (t *Tx) UseOpenIDRequest(ctx context.Context, hash []byte) error {
	return t.change(ctx, thing{noun: "sign-in"}, "DELETE FROM openid_requests WHERE hash = $1", hash)
}

// SweepOpenIDRequests deletes requests that expired by now, and identities that were removed before the other instant: at most limit each, the oldest first. Those
// that another node is sweeping are left to it.
func (t *Tx) SweepOpenIDRequests(ctx context.Context, now, removed time.Time, limit int) error {
	for _, old := range []struct {
		table, key, rows string
		before           time.Time
	}{
		{"openid_requests", "hash", "expires_at <= $1 ORDER BY expires_at", now},
		{"identities", "id", "removed_at < $1 ORDER BY removed_at", removed},
	} {
		_, err := t.db.ExecContext(ctx, "DELETE FROM "+old.table+" WHERE "+old.key+" IN (SELECT "+old.key+" FROM "+old.table+" WHERE "+old.rows+" LIMIT $2"+
			t.store.dialect.lockFreeRows()+")", micros(old.before), limit)
		if err != nil {
			return fmt.Errorf("sweep %s: %w", old.table, err)
		}
	}
	return nil
}
