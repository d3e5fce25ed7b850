package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectCharity = `SELECT c.id, c.user_id, c.name, c.website, c.address, c.country, c.message, c.language, c.state, c.reason, c.linked_at, c.owner_id, c.cause_id,
	c.asked_at, c.changed_at, c.due_at FROM charity_invitations c`

func scanCharity(r row) (i fund.CharityInvitation, err error) {
	err = r.Scan(&i.ID, &i.UserID, &i.Name, &i.Website, &i.Email, &i.Country, &i.Message, &i.Language, &i.State, &i.Reason, instant{&i.LinkedAt}, &i.OwnerID, &i.CauseID,
		instant{&i.AskedAt}, instant{&i.ChangedAt}, instant{&i.DueAt})
	return i, err
}

func charityThing(id fund.ID) thing { return thing{"invitation", id.String()} }

// GetCharity finds the invitation of a charity.
func (q Queries) GetCharity(ctx context.Context, id fund.ID) (fund.CharityInvitation, error) {
	return one(ctx, q.db, selecting(selectCharity).and("c.id = ?", id), scanCharity, charityThing(id))
}

// GetCharityByHash finds an invitation by the SHA-256 of the secret of its link, in whatever state.
func (q Queries) GetCharityByHash(ctx context.Context, hash []byte) (fund.CharityInvitation, error) {
	return one(ctx, q.db, selecting(selectCharity).and("c.hash = ?", hash), scanCharity, thing{noun: "link"})
}

// GetCharityOf finds the invitation that a cause came by.
func (q Queries) GetCharityOf(ctx context.Context, cause fund.ID) (fund.CharityInvitation, error) {
	return one(ctx, q.db, selecting(selectCharity).and("c.cause_id = ?", cause), scanCharity, thing{noun: "invitation"})
}

// CharityFilter narrows a list of invitations; zero values do not.
type CharityFilter struct {
	User, Owner fund.ID
	State       fund.CharityState
	// Since are those that were asked for after an instant.
	Since time.Time
}

// ListCharities lists invitations of charities. A cursor is {ID}.
func (q Queries) ListCharities(ctx context.Context, f CharityFilter, page fund.Page) ([]fund.CharityInvitation, error) {
	s := selecting(selectCharity)
	if !f.User.IsZero() {
		s.and("c.user_id = ?", f.User)
	}
	if !f.Owner.IsZero() {
		s.and("c.owner_id = ?", f.Owner)
	}
	if f.State != "" {
		s.and("c.state = ?", string(f.State))
	}
	if !f.Since.IsZero() {
		s.and("c.asked_at > ?", micros(f.Since))
	}
	invitations, err := keysetPage(ctx, q.db, s, byID("c.id"), page, scanCharity)
	if err != nil {
		return nil, fmt.Errorf("invitations of charities: %w", err)
	}
	return invitations, nil
}

// CharitiesAt lists the invitations to an address, by its keyed hash, the latest first, at most limit.
func (q Queries) CharitiesAt(ctx context.Context, address []byte, limit int) ([]fund.CharityInvitation, error) {
	s := selecting(selectCharity).and("c.address_hash = ?", address).then("ORDER BY c.id DESC LIMIT ?", limit)
	invitations, err := list(ctx, q.db, s, scanCharity)
	if err != nil {
		return nil, fmt.Errorf("invitations to an address: %w", err)
	}
	return invitations, nil
}

// CountCharities counts the invitations in a state.
func (q Queries) CountCharities(ctx context.Context, state fund.CharityState) (int, error) {
	return q.countRows(ctx, "SELECT COUNT(*) FROM charity_invitations WHERE state = $1", string(state))
}

func (q Queries) countRows(ctx context.Context, query string, args ...any) (n int, err error) {
	if err = q.db.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("invitations of charities: %w", err)
	}
	return n, nil
}

// RefusesCharity reports whether one of the keyed hashes is of a charity that does not want to be invited again.
func (q Queries) RefusesCharity(ctx context.Context, address, host []byte) (bool, error) {
	n, err := q.countRows(ctx, "SELECT COUNT(*) FROM charity_refusals WHERE hash = $1 OR hash = $2", address, host)
	return n > 0, err
}

// CharityHashes are the keyed hashes of an invitation.
type CharityHashes struct{ Address, Host []byte }

// GetCharityHashes returns those of an invitation.
func (q Queries) GetCharityHashes(ctx context.Context, id fund.ID) (CharityHashes, error) {
	return one(ctx, q.db, selecting("SELECT c.address_hash, c.host_hash FROM charity_invitations c").and("c.id = ?", id), func(r row) (h CharityHashes, err error) {
		err = r.Scan(&h.Address, &h.Host)
		return h, err
	}, charityThing(id))
}

// InsertCharity adds an invitation. It is a Conflict while another one to the address is open.
func (t *Tx) InsertCharity(ctx context.Context, i fund.CharityInvitation, hashes CharityHashes) error {
	return t.insert(ctx, charityThing(i.ID), "charity_invitations", append(charityRow(i), columns{
		{"id", i.ID}, {"user_id", i.UserID}, {"name", i.Name}, {"website", i.Website}, {"country", i.Country}, {"language", i.Language},
		{"address_hash", hashes.Address}, {"host_hash", hashes.Host}, {"asked_at", micros(i.AskedAt)},
	}...))
}

// charityRow are the columns that change.
func charityRow(i fund.CharityInvitation) columns {
	return columns{
		{"address", i.Email}, {"message", i.Message}, {"state", string(i.State)}, {"reason", i.Reason}, {"owner_id", i.OwnerID}, {"cause_id", i.CauseID},
		{"changed_at", micros(i.ChangedAt)}, {"due_at", nullMicros(i.DueAt)},
	}
}

// MoveCharity writes an invitation that was in a state. It is NotFound if it is in another one by now: somebody else was faster.
func (t *Tx) MoveCharity(ctx context.Context, i fund.CharityInvitation, from fund.CharityState) error {
	return t.update(ctx, thing{noun: "invitation"}, updating("charity_invitations", charityRow(i)).and("id = ?", i.ID).and("state = ?", string(from)))
}

// SetCharityLink gives the link of an invitation that waits for the charity a secret, by its SHA-256. An earlier secret stops working.
func (t *Tx) SetCharityLink(ctx context.Context, id fund.ID, hash []byte, now time.Time) error {
	return t.change(ctx, charityThing(id), "UPDATE charity_invitations SET hash = $1, linked_at = $2 WHERE id = $3 AND state = 'invited'", hash, micros(now), id)
}

// RefuseCharity records that a charity does not want to be invited again, by a keyed hash.
func (t *Tx) RefuseCharity(ctx context.Context, hash []byte, now time.Time) error {
	if _, err := t.db.ExecContext(ctx, "INSERT INTO charity_refusals (hash, refused_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", hash, micros(now)); err != nil {
		return fmt.Errorf("refusal of a charity: %w", err)
	}
	return nil
}

// DropCharityMails deletes the mails about an invitation.
func (t *Tx) DropCharityMails(ctx context.Context, id fund.ID) error {
	condition, args := anyOf("kind", fund.CharityMails())
	s := selecting("DELETE FROM mails").and("about = ?", id).and(condition, args...)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return fmt.Errorf("mails about invitation %s: %w", id, err)
	}
	return nil
}

// DropCharity deletes an invitation.
func (t *Tx) DropCharity(ctx context.Context, id fund.ID) error {
	return t.change(ctx, charityThing(id), "DELETE FROM charity_invitations WHERE id = $1", id)
}
