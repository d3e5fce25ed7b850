package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectAccountLink = "SELECT l.id, l.kind, l.user_id, l.address, l.asked_at, l.expires_at, l.team_id, l.role, l.invited_by FROM account_links l"

// GetAccountLink finds a link by its id, even an expired one.
func (q Queries) GetAccountLink(ctx context.Context, id fund.ID) (fund.AccountLink, error) {
	return one(ctx, q.db, selecting(selectAccountLink).and("l.id = ?", id), scanAccountLink, thing{"link", id.String()})
}

// GetAccountLinkByHash finds a link of one of the kinds by the SHA-256 of its secret, even an expired one.
func (q Queries) GetAccountLinkByHash(ctx context.Context, hash []byte, kinds ...fund.AccountLinkKind) (fund.AccountLink, error) {
	found, err := one(ctx, q.db, selecting(selectAccountLink).and("l.hash = ?", hash), scanAccountLink, thing{noun: "link"})
	if err == nil && !slices.Contains(kinds, found.Kind) {
		return fund.AccountLink{}, thing{noun: "link"}.missing()
	}
	return found, err
}

// ListInvitations lists invitations since an instant, the newest first, at most limit.
func (q Queries) ListInvitations(ctx context.Context, since time.Time, limit int) ([]fund.AccountLink, error) {
	s := selecting(selectAccountLink).and("l.kind = 'invitation'").and("l.asked_at > ?", micros(since)).then("ORDER BY l.asked_at DESC, l.id DESC LIMIT ?", limit)
	links, err := list(ctx, q.db, s, scanAccountLink)
	if err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	return links, nil
}

// ListTeamInvitations lists the invitations to a team that hold at an instant, the oldest first, at most fund.MaxTeamInvitations.
func (q Queries) ListTeamInvitations(ctx context.Context, team fund.ID, now time.Time) ([]fund.AccountLink, error) {
	s := selecting(selectAccountLink).and("l.team_id = ?", team).and("l.expires_at > ?", micros(now)).then("ORDER BY l.asked_at, l.id LIMIT ?", fund.MaxTeamInvitations)
	links, err := list(ctx, q.db, s, scanAccountLink)
	if err != nil {
		return nil, fmt.Errorf("invitations to team %s: %w", team, err)
	}
	return links, nil
}

func scanAccountLink(r row) (fund.AccountLink, error) {
	var l fund.AccountLink
	err := r.Scan(&l.ID, &l.Kind, &l.UserID, &l.Email, instant{&l.AskedAt}, instant{&l.ExpiresAt}, &l.TeamID, &l.Role, &l.InvitedBy)
	return l, err
}

// PutAccountLink adds a link that has no secret yet. A fund.LinkEmail takes the place of the user's earlier one.
func (t *Tx) PutAccountLink(ctx context.Context, l fund.AccountLink) error {
	s := inserting("account_links", columns{
		{"id", l.ID}, {"kind", string(l.Kind)}, {"user_id", l.UserID}, {"address", l.Email}, {"asked_at", micros(l.AskedAt)},
		{"expires_at", micros(l.ExpiresAt)}, {"team_id", l.TeamID}, {"role", string(l.Role)}, {"invited_by", l.InvitedBy},
	}).then(`ON CONFLICT (user_id) WHERE kind = 'email' DO UPDATE SET id = excluded.id, address = excluded.address, hash = NULL,
		asked_at = excluded.asked_at, expires_at = excluded.expires_at`)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return thing{"link", l.ID.String()}.refused(err)
	}
	return nil
}

// SetAccountLink gives a link its user, its end and a secret, by its SHA-256. An earlier secret stops working.
func (t *Tx) SetAccountLink(ctx context.Context, l fund.AccountLink, hash []byte) error {
	return t.change(ctx, thing{"link", l.ID.String()}, "UPDATE account_links SET hash = $1, user_id = $2, expires_at = $3 WHERE id = $4",
		hash, l.UserID, micros(l.ExpiresAt), l.ID)
}

// ResendAccountLink has another mail with a link sent until an instant. Its earlier secret stops working.
func (t *Tx) ResendAccountLink(ctx context.Context, id fund.ID, until time.Time) error {
	return t.change(ctx, thing{"link", id.String()}, "UPDATE account_links SET hash = NULL, expires_at = $1 WHERE id = $2", micros(until), id)
}

// UseAccountLink ends a link that was followed. It is NotFound if somebody else was faster.
func (t *Tx) UseAccountLink(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{noun: "link"}, "DELETE FROM account_links WHERE id = $1", id)
}

// EndInvitations ends the invitations to an address, and returns their ids.
func (t *Tx) EndInvitations(ctx context.Context, email string) (ended []fund.ID, err error) {
	const text = "DELETE FROM account_links WHERE kind = 'invitation' AND address = $1 RETURNING id"
	err = t.each(ctx, text, []any{email}, func(scan func(...any) error) error {
		var id fund.ID
		err := scan(&id)
		ended = append(ended, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	return ended, nil
}

// EndAccountLinks ends the links of a user, if there are any, and those that were asked for with the user's address and are not mailed yet.
func (t *Tx) EndAccountLinks(ctx context.Context, user fund.User) error {
	const text = "DELETE FROM account_links WHERE user_id = $1 OR (kind = 'password' AND user_id IS NULL AND address = $2)"
	if _, err := t.db.ExecContext(ctx, text, user.ID, user.Email); err != nil {
		return fmt.Errorf("links of user %s: %w", user.ID, err)
	}
	return nil
}

// SweepAccountLinks deletes links that expired before the instant, and mails about accounts that were made before it and do not wait: at most limit
// each, the oldest first. Those that another node is sweeping are left to it.
func (t *Tx) SweepAccountLinks(ctx context.Context, before time.Time, limit int) error {
	for _, old := range []struct{ table, rows string }{
		{"account_links", "expires_at < $1 ORDER BY expires_at"},
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
