package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fund"
)

// matchDonations is migration 5: every donation match has the id of its matcher's donation from the start, so the
// column no longer references a row. It is in Go because SQL cannot derive the ids.
func matchDonations() *goose.Migration {
	return goose.NewGoMigration(5, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if err := freeMatchDonations(ctx, tx); err != nil {
			return err
		}
		return nameMatchDonations(ctx, tx)
	}}, nil)
}

// freeMatchDonations drops the foreign key of the column. SQLite can do so only with a new column.
func freeMatchDonations(ctx context.Context, tx *sql.Tx) error {
	for _, text := range []string{
		"ALTER TABLE donation_matches ADD COLUMN own_donation_id BYTEA",
		"UPDATE donation_matches SET own_donation_id = donation_id",
		"ALTER TABLE donation_matches DROP COLUMN donation_id",
		"ALTER TABLE donation_matches RENAME COLUMN own_donation_id TO donation_id",
		"CREATE UNIQUE INDEX donation_matches_donation ON donation_matches (donation_id)",
	} {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("donations of matches: %w", err)
		}
	}
	return nil
}

// nameMatchDonations sets the donation id of every match that has none yet.
func nameMatchDonations(ctx context.Context, tx *sql.Tx) error {
	matches, err := list(ctx, classified{on: tx}, selecting("SELECT id FROM donation_matches").and("donation_id IS NULL"),
		func(r row) (id fund.ID, err error) { err = r.Scan(&id); return id, err })
	if err != nil {
		return fmt.Errorf("matches without a donation: %w", err)
	}
	for _, match := range matches {
		_, err := tx.ExecContext(ctx, "UPDATE donation_matches SET donation_id = $1 WHERE id = $2", fund.MatchDonationID(match), match)
		if err != nil {
			return fmt.Errorf("donation of match %s: %w", match, err)
		}
	}
	return nil
}
