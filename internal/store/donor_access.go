package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectDonorAccess = "SELECT a.id, a.address, a.asked_at, a.expires_at FROM donor_access a"

func scanDonorAccess(r row) (a fund.DonorAccess, err error) {
	err = r.Scan(&a.ID, &a.Email, instant{&a.AskedAt}, instant{&a.ExpiresAt})
	return a, err
}

// GetDonorAccess finds by its id what somebody asked for, even what has expired.
func (q Queries) GetDonorAccess(ctx context.Context, id fund.ID) (fund.DonorAccess, error) {
	return one(ctx, q.db, selecting(selectDonorAccess).and("a.id = ?", id), scanDonorAccess, thing{"link", id.String()})
}

// GetDonorLink finds it by the SHA-256 of the secret of its link, until the link is used.
func (q Queries) GetDonorLink(ctx context.Context, hash []byte) (fund.DonorAccess, error) {
	return one(ctx, q.db, selecting(selectDonorAccess).and("a.hash = ?", hash), scanDonorAccess, thing{noun: "link"})
}

// GetDonorSession finds it by the SHA-256 of the secret of the browser that used the link.
func (q Queries) GetDonorSession(ctx context.Context, hash []byte) (fund.DonorAccess, error) {
	return one(ctx, q.db, selecting(selectDonorAccess).and("a.session = ?", hash), scanDonorAccess, thing{noun: "session"})
}

// InsertDonorAccess adds a request for a link, which has no secret yet.
func (t *Tx) InsertDonorAccess(ctx context.Context, a fund.DonorAccess) error {
	return t.insert(ctx, thing{"link", a.ID.String()}, "donor_access", columns{
		{"id", a.ID}, {"address", a.Email}, {"asked_at", micros(a.AskedAt)}, {"expires_at", micros(a.ExpiresAt)},
	})
}

// SetDonorLink gives the link a secret, by its SHA-256, and says until when it works. An earlier secret stops working.
func (t *Tx) SetDonorLink(ctx context.Context, id fund.ID, hash []byte, until time.Time) error {
	return t.change(ctx, thing{"link", id.String()}, "UPDATE donor_access SET hash = $1, expires_at = $2 WHERE id = $3 AND session IS NULL", hash, micros(until), id)
}

// UseDonorLink makes a session of a link, by the SHA-256 of both. It is NotFound if somebody else was faster, or it has expired.
func (t *Tx) UseDonorLink(ctx context.Context, link, session []byte, now, until time.Time) error {
	return t.change(ctx, thing{noun: "link"}, "UPDATE donor_access SET hash = NULL, session = $1, expires_at = $2 WHERE hash = $3 AND expires_at > $4",
		session, micros(until), link, micros(now))
}

// EndDonorSession ends the session with that SHA-256, if there is one.
func (t *Tx) EndDonorSession(ctx context.Context, hash []byte) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM donor_access WHERE session = $1", hash); err != nil {
		return fmt.Errorf("end a donor's session: %w", err)
	}
	return nil
}

// DropDonorAccess deletes all links and sessions for an address, and takes it out of the mails with them.
func (t *Tx) DropDonorAccess(ctx context.Context, email string) error {
	address := fund.LoginEmail(email)
	err := t.store.dialect.run(ctx, t,
		batchStatement{text: "DELETE FROM donor_access WHERE address = $1", args: []any{address}},
		batchStatement{
			// What is said of the kind and the time leads to the index of mails that are no receipts.
			text: `UPDATE mails SET recipient = '', problem = '', due_at = NULL WHERE kind <> 'receipt' AND created_at > 0 AND kind = $1 AND recipient = $2`,
			args: []any{string(fund.MailFindDonations), address},
		})
	if err != nil {
		return fmt.Errorf("links of a donor: %w", err)
	}
	return nil
}

// SweepDonorAccess deletes links and sessions that expired before an instant, and mails with links that were made before it and do not wait: at most limit
// each, the oldest first. Those that another node is sweeping are left to it.
func (t *Tx) SweepDonorAccess(ctx context.Context, before time.Time, limit int) error {
	for _, old := range []struct{ table, rows string }{
		{"donor_access", "expires_at < $1 ORDER BY expires_at"},
		{"mails", "kind = '" + string(fund.MailFindDonations) + "' AND created_at < $1 AND due_at IS NULL ORDER BY created_at"},
	} {
		_, err := t.db.ExecContext(ctx, "DELETE FROM "+old.table+" WHERE id IN (SELECT id FROM "+old.table+" WHERE "+old.rows+" LIMIT $2"+
			t.store.dialect.lockFreeRows()+")", micros(before), limit)
		if err != nil {
			return fmt.Errorf("sweep %s: %w", old.table, err)
		}
	}
	return nil
}
