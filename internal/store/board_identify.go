package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// identifyRows is how many donations get their donor in one transaction.
const identifyRows = 2_000

// oldLeaderboards is the name of the projection of version 1, which kept one name for each donor in the table donors.
const oldLeaderboards = "leaderboards"

// findOldBoards finds out whether leaderboards of an older rule are there, and are still to be served.
func (s *Store) findOldBoards(ctx context.Context) error {
	var old, present bool
	err := s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM projections WHERE name = $1),
		EXISTS (SELECT 1 FROM projections WHERE name = $2 AND position >= 0)`, oldLeaderboards, leaderboards).Scan(&old, &present)
	if err != nil {
		return fmt.Errorf("older leaderboards: %w", err)
	}
	s.oldScores.Store(old)
	s.oldBoards.Store(old && !present)
	return nil
}

// identifyDonors gives the next donations, after the one whose id is in halfway, the donor that the present rule says
// they have. Donations that arrive meanwhile have it already.
func (s *Store) identifyDonors(ctx context.Context, halfway string) error {
	key, err := s.Key(ctx, DonorKey)
	if err != nil {
		return err
	}
	after, err := hex.DecodeString(halfway)
	if err != nil {
		return fmt.Errorf("identify donors after %q: %w", halfway, err)
	}
	donors, last, err := s.nextDonors(ctx, key, after)
	if err != nil {
		return fmt.Errorf("identify donors after %q: %w", halfway, err)
	}
	to := progress{position: identifying, halfway: hex.EncodeToString(last)}
	if last == nil {
		to = progress{position: neverBegun}
	}
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		at, err := t.progress(ctx, s.dialect.lockFreeRows())
		if errors.Is(err, sql.ErrNoRows) || err == nil && (at.position != identifying || at.halfway != halfway) {
			return nil // another node was faster
		}
		if err != nil {
			return err
		}
		return s.dialect.run(ctx, t, append(statementsOf(donors), batchStatement{
			text: "UPDATE projections SET position = $1, halfway = $2 WHERE name = $3",
			args: []any{to.position, to.halfway, leaderboards},
		})...)
	})
}

// donorUpdate is the donor that a donation is to have.
type donorUpdate struct{ donation, donor fund.ID }

func statementsOf(updates []donorUpdate) []batchStatement {
	all := make([]batchStatement, len(updates))
	for i, one := range updates {
		all[i] = batchStatement{text: "UPDATE donations SET donor_id = $1 WHERE id = $2", args: []any{one.donor, one.donation}}
	}
	return all
}

// donorParts are the columns of a donation that its donor follows from, and the donor.
const donorParts = "id, cause_id, email, CASE WHEN given_name <> '' THEN given_name ELSE name END, anonymous, donor_id"

func scanDonor(scan func(...any) error) (d fund.Donation, err error) {
	err = scan(&d.ID, &d.CauseID, &d.Email, &d.Name, &d.Anonymous, &d.DonorID)
	return d, err
}

// nextDonors returns the updates of the next donations after an id, and the last id among them; nil at the end.
func (s *Store) nextDonors(ctx context.Context, key, after []byte) (updates []donorUpdate, last []byte, err error) {
	err = s.each(ctx, "SELECT "+donorParts+" FROM donations WHERE id > $1 ORDER BY id LIMIT $2",
		[]any{after, identifyRows}, func(scan func(...any) error) error {
			d, err := scanDonor(scan)
			if err != nil {
				return err
			}
			last = d.ID[:]
			if donor := fund.DonorID(key, d); donor != d.DonorID {
				updates = append(updates, donorUpdate{d.ID, donor})
			}
			return nil
		})
	return updates, last, err
}

// identifyAll gives every donation its donor, unless that was done.
func (s *Store) identifyAll(ctx context.Context) error {
	for {
		from, err := s.progress(ctx, "")
		if errors.Is(err, sql.ErrNoRows) || err == nil && from.position != identifying {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.identifyDonors(ctx, from.halfway); err != nil {
			return err
		}
	}
}

// dropOldScores deletes the next scores of an older rule, and in the end what belonged to them.
func (s *Store) dropOldScores(ctx context.Context) error {
	var left int64
	err := s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		done, err := t.db.ExecContext(ctx, `DELETE FROM scores WHERE (board_id, entrant_id) IN (SELECT s.board_id, s.entrant_id
			FROM boards b JOIN scores s ON s.board_id = b.id WHERE b.version < $1 LIMIT $2)`, boardVersion, s.projectRows)
		if err != nil {
			return fmt.Errorf("delete older scores: %w", err)
		}
		if left, err = done.RowsAffected(); err != nil || left > 0 {
			return err
		}
		return s.dialect.run(ctx, t,
			batchStatement{text: "DELETE FROM boards WHERE version < $1", args: []any{boardVersion}},
			batchStatement{text: "DELETE FROM donors"},
			batchStatement{text: "DELETE FROM projections WHERE name = $1", args: []any{oldLeaderboards}})
	})
	if err == nil && left == 0 {
		s.oldScores.Store(false)
	}
	return err
}
