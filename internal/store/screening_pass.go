package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// ScreeningPasses are the donations among some to a fact that a screener passed on, and who did.
func (q Queries) ScreeningPasses(ctx context.Context, fact fund.ID, donations []fund.ID) (map[fund.ID]fund.ScreeningPass, error) {
	found := map[fund.ID]fund.ScreeningPass{}
	if len(donations) == 0 {
		return found, nil
	}
	condition, args := anyID("s.donation_id", donations)
	s := selecting("SELECT s.donation_id, s.fact_id, s.screener_id, "+screenerName+", s.passed_at FROM screening_passes s"+screenerOf).and(condition, args...).and("s.fact_id = ?", fact)
	_, err := list(ctx, q.db, s, func(r row) (p fund.ScreeningPass, err error) {
		err = r.Scan(&p.DonationID, &p.FactID, &p.Screener.ID, &p.Screener.Name, instant{&p.At})
		found[p.DonationID] = p
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("donations that were passed on: %w", err)
	}
	return found, nil
}

// PassDonation passes a donation on that nobody did, which no screener has any more.
func (t *Tx) PassDonation(ctx context.Context, p fund.ScreeningPass) error {
	row := columns{{"donation_id", p.DonationID}, {"fact_id", p.FactID}, {"screener_id", p.Screener.ID}, {"passed_at", micros(p.At)}}
	if err := t.insert(ctx, thing{"pass of donation", p.DonationID.String()}, "screening_passes", row); err != nil {
		return err
	}
	return t.EndLease(ctx, p.DonationID)
}

// UnpassDonation takes it back that a donation was passed on, by a screener or with the zero id by anybody. It returns whether it was.
func (t *Tx) UnpassDonation(ctx context.Context, donation, screener fund.ID) (was bool, err error) {
	s := selecting("DELETE FROM screening_passes").and("donation_id = ?", donation).andID("screener_id = ?", screener)
	result, err := t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return false, fmt.Errorf("pass of donation %s: %w", donation, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
