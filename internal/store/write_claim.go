package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// FindClaimed finds the donation that a reward was claimed with.
func (q Queries) FindClaimed(ctx context.Context, claim fund.ID) (fund.ID, error) {
	s := selecting("SELECT donation_id FROM reward_claims").and("id = ?", claim)
	return one(ctx, q.db, s, scanID, thing{"claim", claim.String()})
}

// FulfillClaims stores when claims were fulfilled; the zero time takes that back. Whether their answers and addresses are to be deleted is looked
// at again at look.
func (t *Tx) FulfillClaims(ctx context.Context, claims []fund.ID, at, look time.Time) error {
	for _, claim := range claims {
		_, err := t.db.ExecContext(ctx, `UPDATE reward_claims SET fulfilled_at = $1, erase_at = CASE WHEN erase_at IS NULL THEN NULL ELSE CAST($2 AS BIGINT) END
			WHERE id = $3`, nullMicros(at), micros(look), claim)
		if err != nil {
			return fmt.Errorf("claim %s: %w", claim, err)
		}
	}
	return nil
}

// PutOffErasure stores when to look again whether the answer and the address of a claim are to be deleted.
func (t *Tx) PutOffErasure(ctx context.Context, claim fund.ID, look time.Time) error {
	_, err := t.db.ExecContext(ctx, "UPDATE reward_claims SET erase_at = $1 WHERE id = $2 AND erase_at IS NOT NULL", micros(look), claim)
	if err != nil {
		return fmt.Errorf("claim %s: %w", claim, err)
	}
	return nil
}

// LookAtClaims has it looked at an instant whether the answers and addresses of claims are to be deleted, whenever that was due.
func (t *Tx) LookAtClaims(ctx context.Context, at time.Time) error {
	if _, err := t.db.ExecContext(ctx, "UPDATE reward_claims SET erase_at = $1 WHERE erase_at IS NOT NULL", micros(at)); err != nil {
		return fmt.Errorf("look at claims: %w", err)
	}
	return nil
}

// EraseClaim deletes the answer and the address of a claim.
func (t *Tx) EraseClaim(ctx context.Context, claim fund.ID) error {
	_, err := t.db.ExecContext(ctx, "UPDATE reward_claims SET answer = '', address = '', erase_at = NULL WHERE id = $1", claim)
	if err != nil {
		return fmt.Errorf("claim %s: %w", claim, err)
	}
	return nil
}
