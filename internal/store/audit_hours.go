package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// hoursTotal is what a Difference calls what a fact raised in an hour.
const hoursTotal = "raised_hours.amount"

// addHours adds the entries of a range of donations to the hours of the facts that they were made to.
func (f *ledgerFold) addHours(ctx context.Context, q Queries, in idRange) error {
	sums, err := q.ledgerHours(ctx, "WHERE l.donation_id > $1 AND l.donation_id <= $2", in.after, in.upTo)
	f.adding.Lock()
	defer f.adding.Unlock()
	for at, sum := range sums {
		f.hours[at] += sum
	}
	return err
}

// ledgerHours adds up entries of the ledger l by hour, for the facts that they were made to.
func (q Queries) ledgerHours(ctx context.Context, where string, args ...any) (map[factHour]int64, error) {
	sums := map[factHour]int64{}
	text := fmt.Sprintf("SELECT l.fact_id, l.at / %d AS hour, CAST(SUM(l.amount) AS BIGINT) FROM ledger l %s GROUP BY 1, 2", hourMicros, where)
	err := q.each(ctx, text, args, func(scan func(...any) error) error {
		var at factHour
		var sum int64
		err := scan(&at.fact, &at.hour, &sum)
		sums[at] = sum
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger by hour: %w", err)
	}
	return sums, nil
}

// compareHours compares the hours with the ledger in the snapshot of q. It does not compare them when they lag too far behind, or when a fact is
// moved by an event that they have yet to follow: behind is then the number of events still to be folded.
func (f *ledgerFold) compareHours(ctx context.Context, q Queries) (found []Difference, behind int64, err error) {
	differ, behind, err := f.aheadOfHours(ctx, q)
	if err != nil || behind > 0 {
		return nil, behind, err
	}
	for at, sum := range f.hours {
		for _, above := range f.chains.above(at.fact) {
			differ.add(factHour{above, at.hour}, 0, sum)
		}
	}
	err = q.each(ctx, "SELECT fact_id, hour, amount FROM raised_hours", nil, func(scan func(...any) error) error {
		var at factHour
		var amount int64
		err := scan(&at.fact, &at.hour, &amount)
		differ.add(at, amount, 0)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("hours: %w", err)
	}
	for at, d := range differ {
		if d.Stored != d.Folded {
			found = append(found, Difference{Total: hoursTotal, ID: at.fact, Hour: fromMicros(at.hour * hourMicros), Stored: d.Stored, Folded: d.Folded})
		}
	}
	slices.SortFunc(found, func(a, b Difference) int { return cmp.Or(compareIDs(a.ID, b.ID), a.Hour.Compare(b.Hour)) })
	return found, 0, nil
}

// hourSums are what is stored of each hour and what the ledger says.
type hourSums map[factHour]struct{ Stored, Folded int64 }

func (h hourSums) add(at factHour, stored, folded int64) {
	sums := h[at]
	sums.Stored, sums.Folded = sums.Stored+stored, sums.Folded+folded
	h[at] = sums
}

// aheadOfHours adds up the events that the stored hours have yet to follow.
func (f *ledgerFold) aheadOfHours(ctx context.Context, q Queries) (differ hourSums, behind int64, err error) {
	last, err := q.LastPosition(ctx)
	if err != nil {
		return nil, 0, err
	}
	from, err := q.projected(ctx, raisedHours, "")
	if errors.Is(err, sql.ErrNoRows) {
		return nil, max(last, 1), nil
	}
	if err != nil {
		return nil, 0, err
	}
	if behind = last - from; behind > auditEvents {
		return nil, behind, nil
	}
	differ = hourSums{}
	if behind <= 0 {
		return differ, 0, nil
	}
	b, err := q.foldHours(ctx, from, last)
	if err != nil || b.moves {
		return nil, behind, err
	}
	for at, sum := range b.sums {
		differ.add(at, sum, 0)
	}
	return differ, 0, nil
}

// catchUpHours folds the events in the log now into the hours, unless another node is doing so.
func (s *Store) catchUpHours(ctx context.Context) error {
	last, err := s.LastPosition(ctx)
	if err != nil {
		return err
	}
	for {
		at, err := s.projected(ctx, raisedHours, "")
		if err != nil && !errors.Is(err, sql.ErrNoRows) || err == nil && at >= last {
			return err
		}
		if done, err := s.FoldHours(ctx); err != nil || done.Events == 0 {
			return err
		}
	}
}

// repairHours makes the hours again from the ledger if they differ from it, and returns what differed.
func (s *Store) repairHours(ctx context.Context) (wrong []Difference, err error) {
	if err := s.catchUpHours(ctx); err != nil {
		return nil, err
	}
	err = s.sameMoment(ctx, auditReaders, func(readers []Queries) error {
		f, err := s.newFold(ctx, readers[0])
		if err != nil {
			return err
		}
		if err := s.walkDonations(ctx, readers, f.addHours); err != nil {
			return err
		}
		wrong, _, err = f.compareHours(ctx, readers[0])
		return err
	})
	if err != nil || len(wrong) == 0 {
		return wrong, err
	}
	return wrong, s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := t.projected(ctx, raisedHours, s.dialect.lockRows()); err != nil {
			return err
		}
		return s.readTx(ctx, func(q Queries) error { return t.rebuildHours(ctx, q) })
	})
}
