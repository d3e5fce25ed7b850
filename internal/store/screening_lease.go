package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// isWaiting are the conditions for a donation d that waits for somebody to look at it. The index of those that do has the same.
const isWaiting = "d.listed AND d.completed_at IS NOT NULL AND d.screening IN ('held', 'comment_held')"

// screenerOf and writerOf read the name of the screener, and of who wrote, of a row s.
const (
	screenerName = "COALESCE(u.username, g.name, '')"
	screenerOf   = " LEFT JOIN users u ON u.id = s.screener_id LEFT JOIN fact_grants g ON g.id = s.screener_id"
	writerOf     = " LEFT JOIN users u ON u.id = s.written_by LEFT JOIN fact_grants g ON g.id = s.written_by"
)

// CountHeld counts the donations to a fact that wait for somebody to look at them, at most to a number.
func (q Queries) CountHeld(ctx context.Context, fact fund.ID, most int) (n int, err error) {
	const counted = "SELECT COUNT(*) FROM (SELECT d.id FROM donations d WHERE d.fact_id = $1 AND " + isWaiting + " LIMIT $2) w"
	if err := q.db.QueryRowContext(ctx, counted, fact, most).Scan(&n); err != nil {
		return 0, fmt.Errorf("donations that wait at fact %s: %w", fact, err)
	}
	return n, nil
}

// ListLeases lists the leases at a fact that hold, of donations that wait, in the order in which those came.
func (q Queries) ListLeases(ctx context.Context, fact fund.ID, now time.Time) ([]fund.ScreeningLease, error) {
	s := selecting("SELECT s.donation_id, s.fact_id, s.screener_id, "+screenerName+", s.ends_at FROM screening_leases s JOIN donations d ON d.id = s.donation_id"+screenerOf).
		and("s.fact_id = ?", fact).and("s.ends_at > ?", micros(now)).and(isWaiting).then("ORDER BY d.completed_at, d.id")
	all, err := list(ctx, q.db, s, func(r row) (l fund.ScreeningLease, err error) {
		err = r.Scan(&l.DonationID, &l.FactID, &l.Screener.ID, &l.Screener.Name, instant{&l.EndsAt})
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("leases at fact %s: %w", fact, err)
	}
	return all, nil
}

// LeaseOf is the lease of a donation that holds; the zero lease for none.
func (q Queries) LeaseOf(ctx context.Context, donation fund.ID, now time.Time) (l fund.ScreeningLease, err error) {
	s := selecting("SELECT s.donation_id, s.fact_id, s.screener_id, s.ends_at FROM screening_leases s").and("s.donation_id = ?", donation).and("s.ends_at > ?", micros(now))
	all, err := list(ctx, q.db, s, func(r row) (l fund.ScreeningLease, err error) {
		err = r.Scan(&l.DonationID, &l.FactID, &l.Screener.ID, instant{&l.EndsAt})
		return l, err
	})
	if err != nil || len(all) == 0 {
		return l, err
	}
	return all[0], nil
}

// ListScreeners lists who has looked at what waits at a fact since an instant.
func (q Queries) ListScreeners(ctx context.Context, fact fund.ID, since time.Time) ([]fund.ScreenerSeen, error) {
	s := selecting("SELECT s.screener_id, "+screenerName+", s.seen_at FROM screeners s"+screenerOf).and("s.fact_id = ?", fact).and("s.seen_at > ?", micros(since)).
		then("ORDER BY s.screener_id")
	all, err := list(ctx, q.db, s, func(r row) (one fund.ScreenerSeen, err error) {
		err = r.Scan(&one.ID, &one.Name, instant{&one.SeenAt})
		return one, err
	})
	if err != nil {
		return nil, fmt.Errorf("screeners at fact %s: %w", fact, err)
	}
	return all, nil
}

// TakeLeases has a screener look at what waits at a fact: it renews the leases that they have, gives back those of others that have ended, and adds the donations that
// came first and that nobody has, up to a number in all: with two passes none that they passed on. Screeners who have not looked since an instant are forgotten.
func (t *Tx) TakeLeases(ctx context.Context, l fund.ScreeningLease, most int, since, now time.Time) error {
	fact, screener := l.FactID, l.Screener.ID
	err := t.store.dialect.run(ctx, t,
		batchStatement{text: "DELETE FROM screeners WHERE fact_id = $1 AND seen_at <= $2", args: []any{fact, micros(since)}},
		batchStatement{text: `INSERT INTO screeners (fact_id, screener_id, seen_at) VALUES ($1, $2, $3)
			ON CONFLICT (fact_id, screener_id) DO UPDATE SET seen_at = excluded.seen_at`, args: []any{fact, screener, micros(now)}},
		batchStatement{text: `DELETE FROM screening_leases WHERE fact_id = $1 AND (ends_at <= $2
			OR NOT EXISTS (SELECT 1 FROM donations d WHERE d.id = screening_leases.donation_id AND ` + isWaiting + "))", args: []any{fact, micros(now)}},
		batchStatement{text: "UPDATE screening_leases SET ends_at = $1 WHERE fact_id = $2 AND screener_id = $3", args: []any{micros(l.EndsAt), fact, screener}},
	)
	if err != nil {
		return fmt.Errorf("leases at fact %s: %w", fact, err)
	}
	var has int
	if err := t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM screening_leases WHERE fact_id = $1 AND screener_id = $2", fact, screener).Scan(&has); err != nil {
		return fmt.Errorf("leases at fact %s: %w", fact, err)
	}
	if has >= most {
		return nil
	}
	others := ""
	if l.TwoPasses {
		others = " AND NOT EXISTS (SELECT 1 FROM screening_passes p WHERE p.donation_id = d.id AND p.screener_id = $2)"
	}
	_, err = t.db.ExecContext(ctx, `INSERT INTO screening_leases (donation_id, fact_id, screener_id, ends_at)
		SELECT d.id, d.fact_id, $2, $3 FROM donations d WHERE d.fact_id = $1 AND `+isWaiting+`
		AND NOT EXISTS (SELECT 1 FROM screening_leases l WHERE l.donation_id = d.id)`+others+` ORDER BY d.completed_at, d.id LIMIT $4`,
		fact, screener, micros(l.EndsAt), most-has)
	if err != nil {
		return fmt.Errorf("leases at fact %s: %w", fact, err)
	}
	return nil
}

// EndLease gives a donation back that a screener has; EndLeasesOf all that they have at a fact.
func (t *Tx) EndLease(ctx context.Context, donation fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM screening_leases WHERE donation_id = $1", donation); err != nil {
		return fmt.Errorf("lease of donation %s: %w", donation, err)
	}
	return nil
}

// EndLeasesOf is described at EndLease. They do not screen there any more.
func (t *Tx) EndLeasesOf(ctx context.Context, fact, screener fund.ID) error {
	err := t.store.dialect.run(ctx, t,
		batchStatement{text: "DELETE FROM screening_leases WHERE fact_id = $1 AND screener_id = $2", args: []any{fact, screener}},
		batchStatement{text: "DELETE FROM screeners WHERE fact_id = $1 AND screener_id = $2", args: []any{fact, screener}})
	if err != nil {
		return fmt.Errorf("leases at fact %s: %w", fact, err)
	}
	return nil
}
