package store

import (
	"context"
	"fmt"
	"sync"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// ledgerFold is every total and leaderboard computed from one walk through the ledger. Its memory grows with the
// number of facts, options, days and hours, not with the donations.
type ledgerFold struct {
	sums   *sums
	boards digests
	// hours are what was donated directly to each fact in each hour.
	hours  map[factHour]int64
	chains chains
	weight string
	adding sync.Mutex
}

// newFold is the fold of an empty ledger, with the fitness activities already added.
func (s *Store) newFold(ctx context.Context, q Queries) (*ledgerFold, error) {
	f := &ledgerFold{sums: &sums{}, boards: digests{}, hours: map[factHour]int64{}, weight: s.dialect.weight(donorColumn)}
	var err error
	if f.chains, err = q.allChains(ctx); err != nil {
		return nil, err
	}
	return f, f.boards.addExercises(ctx, q, f.chains)
}

// foldLedger walks through the ledger once.
func (s *Store) foldLedger(ctx context.Context, readers ...Queries) (*ledgerFold, error) {
	f, err := s.newFold(ctx, readers[0])
	if err != nil {
		return nil, err
	}
	return f, s.walkDonations(ctx, readers, f.addRange)
}

// addRange adds the entries of a range of donations.
func (f *ledgerFold) addRange(ctx context.Context, q Queries, in idRange) error {
	parts, err := q.foldRange(ctx, f.weight, in)
	f.adding.Lock()
	defer f.adding.Unlock()
	for _, p := range parts {
		f.add(p)
	}
	return err
}

// foldRange adds up the entries of a range of donations.
func (q Queries) foldRange(ctx context.Context, weight string, in idRange) (parts []part, err error) {
	text := fmt.Sprintf(`SELECT l.fact_id, d.poll_option_id, d.target_id, d.completed_at / %d, CAST(SUM(l.amount) AS BIGINT),
		CAST(SUM(l.usd) AS BIGINT), %s
		FROM ledger l LEFT JOIN donations d ON d.id = l.donation_id WHERE l.donation_id > $1 AND l.donation_id <= $2
		GROUP BY 1, 2, 3, 4`, dayMicros, weightedSums("l.amount", weight))
	err = q.each(ctx, text, []any{in.after, in.upTo}, func(scan func(...any) error) error {
		var p part
		var high, low int64
		err := scan(&p.fact, &p.option, &p.target, &p.day, &p.donors.sum, &p.usd, &high, &low)
		p.donors.weighted = weightedSum(high, low)
		parts = append(parts, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger by fact and day: %w", err)
	}
	return parts, nil
}

// part is the sum of the donations made directly to a fact on a day, with one option and target; day is nil for
// entries without a donation.
type part struct {
	fact, option, target fund.ID
	day                  *int64
	usd                  int64
	donors               digest
}

func (f *ledgerFold) add(p part) {
	link, above := f.chains[p.fact], f.chains.above(p.fact)
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
		f.boards.addDonations(f.chains, p.fact, onDay(*p.day), p.donors)
	}
}

// compare returns the stored totals that differ from the ledger.
func (f *ledgerFold) compare(ctx context.Context, q Queries) (found []Difference, err error) {
	for _, total := range []int{factsRaised, factsSupported, optionsRaised, targetsRaised, usersRaised, teamsRaised} {
		c := totalColumns[total]
		err := q.each(ctx, "SELECT id, "+c.column+" FROM "+c.table+" ORDER BY id", nil, func(scan func(...any) error) error {
			d := Difference{Total: c.table + "." + c.column}
			err := scan(&d.ID, &d.Stored)
			d.Folded = f.sums[total][d.ID]
			if _, ok := money.Add(d.Folded, 0); !ok {
				d.Broken = "the ledger adds up to more than can be counted"
			}
			if d.Folded != d.Stored {
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
