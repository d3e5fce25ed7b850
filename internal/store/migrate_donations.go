package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
)

// donations is the step of migration 8 that changes the table donations itself. origin says how each came here; see
// fund.Origin. screen_after is after how many seconds a held donation is released once its money has come, 0 for
// never.
func (m *moneyMigration) donations(ctx context.Context) error {
	return m.dialect.remakeDonations(ctx, m.tx)
}

// The values of the new columns for the donations so far.
const (
	pastOrigin = `CASE WHEN EXISTS (SELECT 1 FROM payments p WHERE p.donation_id = donations.id) THEN 'payment'
		WHEN is_match THEN 'match' ELSE 'offline' END`
	pastScreenAfter = `CASE WHEN completed_at IS NULL AND release_at IS NOT NULL THEN (release_at - created_at) / 1000000 ELSE 0 END`
)

const uniqueReference = "CREATE UNIQUE INDEX donations_reference ON donations (cause_id, reference) WHERE reference IS NOT NULL"

func (d *postgres) remakeDonations(ctx context.Context, tx *sql.Tx) error {
	return execAll(ctx, tx,
		"ALTER TABLE donations DROP CONSTRAINT donations_reference_key", uniqueReference,
		"ALTER TABLE donations ADD COLUMN origin TEXT", "ALTER TABLE donations ADD COLUMN screen_after BIGINT",
		"UPDATE donations SET origin = "+pastOrigin+", screen_after = "+pastScreenAfter,
		"ALTER TABLE donations ALTER COLUMN origin SET NOT NULL", "ALTER TABLE donations ALTER COLUMN screen_after SET NOT NULL",
		"ALTER TABLE donations ALTER COLUMN screen_after SET DEFAULT 0")
}

func (d *postgres) wholeNumber(string) string { return "TRUE" }

// remakeDonations copies the table, because SQLite cannot drop the UNIQUE of a column: the procedure of "Making Other
// Kinds Of Table Schema Changes" at https://sqlite.org/lang_altertable.html, with foreign keys off. Dropping the old
// table drops its indexes; tables that refer to donations refer to the new one by its name.
func (d *sqliteFile) remakeDonations(ctx context.Context, tx *sql.Tx) error {
	if err := execAll(ctx, tx, newDonations, copyDonations, "DROP TABLE donations", "ALTER TABLE new_donations RENAME TO donations"); err != nil {
		return err
	}
	if err := execAll(ctx, tx, append(donationIndexes, uniqueReference)...); err != nil {
		return err
	}
	return foreignKeysHold(ctx, tx)
}

func (d *sqliteFile) wholeNumber(column string) string {
	return "typeof(" + column + ") IN ('integer', 'null')"
}

const newDonations = `CREATE TABLE new_donations (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    cause_id BYTEA NOT NULL,
    event_id BYTEA,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    usd BIGINT NOT NULL,
    state TEXT NOT NULL,
    listed BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    comment TEXT NOT NULL,
    email TEXT NOT NULL,
    anonymous BOOLEAN NOT NULL,
    sustained BOOLEAN NOT NULL,
    poll_option_id BYTEA REFERENCES poll_options (id),
    target_id BYTEA REFERENCES targets (id),
    reference TEXT,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    donor_id BYTEA,
    refunded BIGINT NOT NULL DEFAULT 0,
    screening TEXT NOT NULL DEFAULT 'shown',
    is_match BOOLEAN NOT NULL DEFAULT FALSE,
    disputed BIGINT NOT NULL DEFAULT 0,
    release_at BIGINT,
    left_out TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL,
    screen_after BIGINT NOT NULL DEFAULT 0
)`

const pastColumns = `id, legacy_id, fact_id, cause_id, event_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
	sustained, poll_option_id, target_id, reference, completed_at, created_at, updated_at, donor_id, refunded, screening, is_match,
	disputed, release_at, left_out`

const copyDonations = "INSERT INTO new_donations (" + pastColumns + ", origin, screen_after) SELECT " + pastColumns + ", " + pastOrigin + ", " +
	pastScreenAfter + " FROM donations"

var donationIndexes = []string{
	"CREATE INDEX donations_fact ON donations (fact_id, completed_at, id)",
	"CREATE INDEX donations_cause ON donations (cause_id, completed_at, id) WHERE listed",
	"CREATE INDEX donations_event ON donations (event_id, completed_at, id) WHERE listed",
	"CREATE INDEX donations_option ON donations (poll_option_id) WHERE poll_option_id IS NOT NULL",
	"CREATE INDEX donations_target ON donations (target_id) WHERE target_id IS NOT NULL",
	"CREATE INDEX donations_release ON donations (release_at) WHERE release_at IS NOT NULL",
}

// foreignKeysHold names the first row that refers to a row that is not there.
func foreignKeysHold(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("foreign keys: %w", err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return rows.Err()
	}
	var table, parent string
	var row, key sql.NullInt64
	if err := rows.Scan(&table, &row, &parent, &key); err != nil {
		return fmt.Errorf("foreign keys: %w", err)
	}
	return fault.New(fault.Conflict, "Row %d of the table %s refers to a row of %s that does not exist, and nothing was changed. Back up the "+
		"database, correct the row with SQL, and start again.", row.Int64, table, parent)
}

func execAll(ctx context.Context, tx *sql.Tx, texts ...string) error {
	for _, text := range texts {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", firstLine(text), err)
		}
	}
	return nil
}
