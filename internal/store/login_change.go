package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectLoginChange = "SELECT c.id, c.user_id, c.address, c.asked_at, c.expires_at FROM login_changes c"

// GetLoginChange finds the change of an address to sign in with by its id, even an expired one.
func (q Queries) GetLoginChange(ctx context.Context, id fund.ID) (fund.LoginChange, error) {
	return one(ctx, q.db, selecting(selectLoginChange).and("c.id = ?", id), scanLoginChange, thing{"login change", id.String()})
}

// GetLoginChangeByHash finds the change of an address to sign in with by the SHA-256 of its link's secret, even an expired one.
func (q Queries) GetLoginChangeByHash(ctx context.Context, hash []byte) (fund.LoginChange, error) {
	return one(ctx, q.db, selecting(selectLoginChange).and("c.hash = ?", hash), scanLoginChange, thing{noun: "login change"})
}

func scanLoginChange(r row) (fund.LoginChange, error) {
	var c fund.LoginChange
	err := r.Scan(&c.ID, &c.UserID, &c.Email, instant{&c.AskedAt}, instant{&c.ExpiresAt})
	return c, err
}

// PutLoginChange adds a change whose link has no secret yet, in place of the user's earlier one.
func (t *Tx) PutLoginChange(ctx context.Context, c fund.LoginChange) error {
	s := inserting("login_changes", columns{
		{"id", c.ID}, {"user_id", c.UserID}, {"address", c.Email}, {"asked_at", micros(c.AskedAt)}, {"expires_at", micros(c.ExpiresAt)},
	}).then(`ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, address = excluded.address, hash = NULL, asked_at = excluded.asked_at,
		expires_at = excluded.expires_at`)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return thing{"login change", c.ID.String()}.refused(err)
	}
	return nil
}

// SetLoginHash gives the link of a change a secret, by its SHA-256. An earlier secret stops working.
func (t *Tx) SetLoginHash(ctx context.Context, id fund.ID, hash []byte) error {
	return t.change(ctx, thing{"login change", id.String()}, "UPDATE login_changes SET hash = $1 WHERE id = $2", hash, id)
}

// UseLoginChange ends a change whose link was followed. It is NotFound if somebody else was faster.
func (t *Tx) UseLoginChange(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{noun: "login change"}, "DELETE FROM login_changes WHERE id = $1", id)
}

// EndLoginChange ends the change of a user, if there is one.
func (t *Tx) EndLoginChange(ctx context.Context, user fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM login_changes WHERE user_id = $1", user); err != nil {
		return fmt.Errorf("login change of user %s: %w", user, err)
	}
	return nil
}

// SweepLoginChanges deletes changes that expired before the instant, and mails about accounts that were made before it and do not wait: at most
// limit each, the oldest first. Those that another node is sweeping are left to it.
func (t *Tx) SweepLoginChanges(ctx context.Context, before time.Time, limit int) error {
	for _, old := range []struct{ table, rows string }{
		{"login_changes", "expires_at < $1 ORDER BY expires_at"},
		{"mails", "kind <> '" + string(fund.MailReceipt) + "' AND created_at < $1 AND due_at IS NULL ORDER BY created_at"},
	} {
		_, err := t.db.ExecContext(ctx, "DELETE FROM "+old.table+" WHERE id IN (SELECT id FROM "+old.table+" WHERE "+old.rows+" LIMIT $2"+
			t.store.dialect.lockFreeRows()+")", micros(before), limit)
		if err != nil {
			return fmt.Errorf("sweep %s: %w", old.table, err)
		}
	}
	return nil
}
