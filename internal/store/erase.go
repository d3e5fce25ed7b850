package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Erasure is the erasure of what the donor of one donation wrote.
type Erasure struct {
	Donation fund.ID
	// Donor is the donor of the donation on leaderboards from now on; see fund.DonorID.
	Donor fund.ID
	At    time.Time
}

// EraseDonation empties every column of a donation and of the rows that belong to it that holds what its donor wrote, and gives what the donor has on
// leaderboards for it to an anonymous donor: see erasedColumns. What repeats it elsewhere, FindTraces finds. Money, totals and the ledger do not change.
// While leaderboards are being built, or a fact that was moved is under way in them, it is Unavailable; Project gets them further.
func (t *Tx) EraseDonation(ctx context.Context, e Erasure) error {
	chains, err := t.lockChainOf(ctx, e.Donation)
	if err != nil {
		return err
	}
	d, err := t.GetDonation(ctx, fund.Key{ID: e.Donation})
	if err != nil {
		return err
	}
	if err := t.moveScores(ctx, chains, d, e.Donor); err != nil {
		return err
	}
	err = t.change(ctx, thing{"donation", d.ID.String()}, `UPDATE donations SET name = '', given_name = '', comment = '', email = '', anonymous = TRUE, donor_id = $1,
		screening = 'shown', release_at = NULL, erased_at = COALESCE(erased_at, $2), updated_at = $2 WHERE id = $3`, e.Donor, micros(e.At), d.ID)
	if err != nil {
		return err
	}
	return t.EraseRows(ctx, []fund.ID{e.Donation})
}

// EraseRows empties the rows that belong to donations, but for the donations, also once more, for what came in since. They are found by indexes.
func (t *Tx) EraseRows(ctx context.Context, donations []fund.ID) error {
	if len(donations) == 0 {
		return nil
	}
	args := padded(idArgs(donations))
	of := " WHERE donation_id IN " + placeholders(1, len(args))
	var all []batchStatement
	for _, text := range []string{
		"UPDATE reward_claims SET answer = '', address = '', erase_at = NULL" + of + " AND (answer <> '' OR address <> '' OR erase_at IS NOT NULL)",
		"UPDATE cases SET message = '', reason = ''" + of + " AND (message <> '' OR reason <> '')",
		"UPDATE payments SET via = '', return_to = '', receipt_request = ''" + of + " AND (via <> '' OR return_to <> '' OR receipt_request <> '')",
		"DELETE FROM consents" + of,
		"DELETE FROM screening_notes" + of,
		"DELETE FROM screening_decisions" + of,
		"DELETE FROM screening_passes" + of,
		"DELETE FROM screening_marks" + of,
		"UPDATE relay_keys SET metadata = NULL" + of + " AND metadata IS NOT NULL",
	} {
		all = append(all, batchStatement{text: text, args: args})
	}
	if err := t.store.dialect.run(ctx, t, all...); err != nil {
		return fmt.Errorf("erase rows of donations: %w", err)
	}
	for _, donation := range donations {
		if err := t.eraseSandbox(ctx, donation); err != nil {
			return err
		}
		if err := t.eraseReceipts(ctx, donation); err != nil {
			return err
		}
	}
	return nil
}

// withoutDonor is the body of a sandbox payment without what says who pays.
func withoutDonor(body string) (string, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		return "", err
	}
	for _, name := range []string{"Email", "Session", "Address"} {
		if _, has := fields[name]; has {
			fields[name] = json.RawMessage(`""`)
		}
	}
	return encodeJSON(fields)
}

// moveScores takes what a donation counts for its donor on leaderboards to another donor. Events that are not folded yet are folded for whoever is
// the donor then.
func (t *Tx) moveScores(ctx context.Context, chains chains, d fund.Donation, to fund.ID) error {
	if d.CompletedAt.IsZero() || d.DonorID == to {
		return nil
	}
	if err := t.writeEvents(ctx); err != nil {
		return err
	}
	folded, err := t.foldedOf(ctx, d.ID)
	if err != nil || folded == 0 {
		return err
	}
	scores, facts := newTally(), chains.above(d.Fact.ID)
	before := d.DonorID
	if before.IsZero() {
		before = d.ID
	}
	scores.add(facts, entry{fund.BoardDonor, before, d.CompletedAt}, -folded)
	scores.add(facts, entry{fund.BoardDonor, to, d.CompletedAt}, folded)
	existing := map[fund.ID]bool{}
	for _, id := range facts {
		existing[id] = true
	}
	statements := scores.statements(existing)
	for _, board := range scores.boards {
		statements = append(statements, batchStatement{
			text: "DELETE FROM scores WHERE board_id = $1 AND entrant_id = $2 AND score = 0", args: []any{board, before},
		})
	}
	if err := t.store.dialect.run(ctx, t, statements...); err != nil {
		return fmt.Errorf("scores of donation %s: %w", d.ID, err)
	}
	return nil
}

// foldedOf is how much of a donation is in the leaderboards, which it keeps from changing until the transaction ends: what the ledger has of it, less
// what is still to be folded. What others have read to fold is stale after that.
func (t *Tx) foldedOf(ctx context.Context, donation fund.ID) (amount int64, err error) {
	at, err := t.progress(ctx, t.store.dialect.lockRows())
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil // they were never built, and will be built of what is there then
	}
	if err != nil {
		return 0, err
	}
	pending := `SELECT COALESCE(CAST(SUM(CASE WHEN e.subject = $1 THEN e.amount ELSE 0 END) AS BIGINT), 0),
		COALESCE(SUM(CASE WHEN ` + factMoves + ` THEN 1 ELSE 0 END), 0) FROM events e WHERE e.position > $2 AND NOT e.test`
	var ahead, moves int64
	if err := t.db.QueryRowContext(ctx, pending, donation, at.position).Scan(&ahead, &moves); err != nil {
		return 0, fmt.Errorf("events of donation %s: %w", donation, err)
	}
	if at.position < 0 || at.halfway != "" || moves > 0 {
		return 0, fault.New(fault.Unavailable, "Leaderboards are being built; the donation %s cannot be erased before that is done. Try again in a moment.", donation)
	}
	if _, err := t.db.ExecContext(ctx, "UPDATE projections SET era = era + 1 WHERE name = $1", leaderboards); err != nil {
		return 0, fmt.Errorf("leaderboards: %w", err)
	}
	err = t.db.QueryRowContext(ctx, "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM ledger WHERE donation_id = $1", donation).Scan(&amount)
	if err != nil {
		return 0, fmt.Errorf("entries of donation %s: %w", donation, err)
	}
	return amount - ahead, nil
}
