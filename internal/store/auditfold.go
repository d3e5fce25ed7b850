package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// ledgerFold is what the ledger says that totals and leaderboards are, from one walk through it.
type ledgerFold struct {
	sums   *sums
	boards digests
}

// foldLedger walks through the ledger once. What it keeps grows with the facts, options and days, not
// with the donations.
func (s *Store) foldLedger(ctx context.Context, q Queries) (ledgerFold, error) {
	f := ledgerFold{sums: &sums{}, boards: digests{}}
	chains, err := q.allChains(ctx)
	if err != nil {
		return f, err
	}
	text := fmt.Sprintf(`SELECT l.fact_id, d.poll_option_id, d.target_id, d.completed_at / %d, CAST(SUM(l.amount) AS BIGINT),
		CAST(SUM(l.usd) AS BIGINT), COALESCE(CAST(SUM(l.amount * %s) AS BIGINT), 0)
		FROM ledger l LEFT JOIN donations d ON d.id = l.donation_id GROUP BY 1, 2, 3, 4`, dayMicros, s.dialect.weight(donorColumn))
	err = q.each(ctx, text, nil, func(scan func(...any) error) error {
		var p part
		err := scan(&p.fact, &p.option, &p.target, &p.day, &p.donors.sum, &p.usd, &p.donors.weighted)
		f.add(chains, p)
		return err
	})
	if err != nil {
		return f, fmt.Errorf("ledger by fact and day: %w", err)
	}
	return f, f.boards.addExercises(ctx, q, chains)
}

// part is what was given directly to a fact on a day, with one option and target; day is nil for
// entries without a donation.
type part struct {
	fact, option, target fund.ID
	day                  *int64
	usd                  int64
	donors               digest
}

func (f ledgerFold) add(chains chains, p part) {
	link, above := chains[p.fact], chains.above(p.fact)
	f.sums.add(factsRaised, p.fact, p.donors.sum)
	for i, id := range above {
		if i > 0 {
			f.sums.add(factsSupported, id, p.donors.sum)
		}
	}
	f.sums.add(optionsRaised, p.option, p.donors.sum)
	f.sums.add(targetsRaised, p.target, p.donors.sum)
	if link.kind.CountsForUser() {
		f.sums.add(usersRaised, link.userID, p.usd)
	}
	f.sums.add(teamsRaised, link.teamID, p.usd)
	if p.day != nil {
		f.boards.addGifts(chains, p.fact, onDay(*p.day), p.donors)
	}
}

// compare finds the stored totals that are not what the ledger says.
func (f ledgerFold) compare(ctx context.Context, q Queries) (found []Difference, err error) {
	for _, total := range []int{factsRaised, factsSupported, optionsRaised, targetsRaised, usersRaised, teamsRaised} {
		c := totalColumns[total]
		err := q.each(ctx, "SELECT id, "+c.column+" FROM "+c.table+" ORDER BY id", nil, func(scan func(...any) error) error {
			d := Difference{Total: c.table + "." + c.column}
			err := scan(&d.ID, &d.Stored)
			if d.Folded = f.sums[total][d.ID]; d.Folded != d.Stored {
				found = append(found, d)
			}
			return err
		})
		if err != nil {
			return found, fmt.Errorf("audit of %s.%s: %w", c.table, c.column, err)
		}
	}
	for _, other := range folds {
		if found, err = other.compare(ctx, q, found); err != nil {
			return found, fmt.Errorf("audit of %s: %w", other.total, err)
		}
	}
	return found, nil
}

// The conditions under which a donation d is not what its entries l say.
const (
	wrongAmount   = `(CASE WHEN d.completed_at IS NULL THEN 0 ELSE d.amount - d.refunded - d.disputed END <> COALESCE(l.sum, 0))`
	wrongRefunded = "(d.refunded <> COALESCE(l.back, 0))"
	wrongDisputed = "(d.disputed <> COALESCE(l.disputed, 0))"
	wrongUSD      = `(CASE WHEN d.completed_at IS NULL OR d.amount = d.refunded + d.disputed THEN COALESCE(l.usd, 0) <> 0
		WHEN d.refunded + d.disputed = 0 THEN d.usd <> COALESCE(l.usd, 0) ELSE NOT COALESCE(l.usd, 0) BETWEEN 0 AND d.usd END)`
)

// auditDonations compares every donation with its entries.
func (q Queries) auditDonations(ctx context.Context, found []Difference) ([]Difference, error) {
	const text = `SELECT d.id, d.amount, COALESCE(l.sum, 0), ` + wrongAmount + `, d.refunded, COALESCE(l.back, 0), ` + wrongRefunded + `,
		d.disputed, COALESCE(l.disputed, 0), ` + wrongDisputed + `, d.usd, COALESCE(l.usd, 0), ` + wrongUSD + ` FROM donations d
		LEFT JOIN (SELECT donation_id, CAST(SUM(amount) AS BIGINT) AS sum, CAST(SUM(usd) AS BIGINT) AS usd,
			CAST(-SUM(CASE WHEN kind IN ('refund', 'refund_reversal') THEN amount ELSE 0 END) AS BIGINT) AS back,
			CAST(-SUM(CASE WHEN kind IN ('dispute', 'dispute_reversal') THEN amount ELSE 0 END) AS BIGINT) AS disputed
			FROM ledger GROUP BY donation_id) l ON l.donation_id = d.id
		WHERE ` + wrongAmount + " OR " + wrongRefunded + " OR " + wrongDisputed + " OR " + wrongUSD
	err := q.each(ctx, text, nil, func(scan func(...any) error) error {
		var id fund.ID
		amount, usd := Difference{Total: "donations.amount"}, Difference{Total: "donations.usd"}
		refunded, disputed := Difference{Total: "donations.refunded"}, Difference{Total: "donations.disputed"}
		var badAmount, badRefunded, badDisputed, badUSD bool
		err := scan(&id, &amount.Stored, &amount.Folded, &badAmount, &refunded.Stored, &refunded.Folded, &badRefunded,
			&disputed.Stored, &disputed.Folded, &badDisputed, &usd.Stored, &usd.Folded, &badUSD)
		for _, d := range []struct {
			Difference
			bad bool
		}{{amount, badAmount}, {refunded, badRefunded}, {disputed, badDisputed}, {usd, badUSD}} {
			if d.ID = id; d.bad {
				found = append(found, d.Difference)
			}
		}
		return err
	})
	if err != nil {
		return found, fmt.Errorf("audit of donations: %w", err)
	}
	return found, nil
}
