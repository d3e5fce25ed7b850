package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fund"
)

// factLooks is migration 25: what the pages of a fact take from its cause and its event is in columns, so that one read has it all: the color, which
// was in the settings already, and on causes the time zone and the origins of their sites. It is in Go because settings are JSON.
func factLooks() *goose.Migration {
	return goose.NewGoMigration(25, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		for _, column := range []string{"color", "time_zone", "allowed_origins"} {
			if _, err := tx.ExecContext(ctx, "ALTER TABLE facts ADD COLUMN "+column+" TEXT NOT NULL DEFAULT ''"); err != nil {
				return fmt.Errorf("looks of facts: %w", err)
			}
		}
		for _, table := range []string{"causes", "fundraising_events"} {
			if err := copyColors(ctx, tx, table); err != nil {
				return err
			}
		}
		return nil
	}}, nil)
}

// copyColors copies the colors in the settings of all facts of a kind, which are few, to their rows.
func copyColors(ctx context.Context, tx *sql.Tx, table string) error {
	type colored struct {
		fact    fund.ID
		details struct {
			Settings settingsJSON `json:"settings"`
		}
	}
	all, err := list(ctx, classified{on: tx}, selecting("SELECT fact_id, details FROM "+table), func(r row) (one colored, err error) {
		err = r.Scan(&one.fact, jsonColumn{&one.details})
		return one, err
	})
	if err != nil {
		return fmt.Errorf("colors of %s: %w", table, err)
	}
	for _, one := range all {
		_, err := tx.ExecContext(ctx, "UPDATE facts SET color = $1 WHERE id = $2", one.details.Settings.ColorHighlight, one.fact)
		if err != nil {
			return fmt.Errorf("color of %s: %w", one.fact, err)
		}
	}
	return nil
}
